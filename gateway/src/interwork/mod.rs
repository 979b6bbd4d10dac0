//! The mappings between SIP and ISUP, as tables. Every row names the text that it was read from.
//!
//! Nothing here holds state, time or sockets: a mapping takes what one side said and returns what the other is told.
//! Between the two stands [`Dialled`](iam::Dialled), the meaning of a call's first message in neither's words.
//!
//! Leaves out number portability, diversion and encapsulated ISUP (RFC 3398 7.2.1.1 calls them optional).

pub mod bearer;
pub mod cause;
pub mod iam;
pub mod invite;
pub mod number;
pub mod progress;
