//! The mappings between protocols, as tables. Every row names the text that it was read from.
//!
//! Each protocol is mapped to and from the [`hub`], the vocabulary that is nobody's own, so that N protocols need N
//! adapters and not one for each pair: [`sip`], [`isup`] and [`q931`].
//!
//! Nothing here holds state, time or sockets: a mapping takes what one side said and returns what the other is told.
//!
//! Leaves out number portability and encapsulated ISUP (RFC 3398 7.2.1.1 calls it optional).

pub mod charge;
pub mod hub;
pub mod isup;
pub mod q931;
pub mod sip;

#[cfg(test)]
mod tests;
