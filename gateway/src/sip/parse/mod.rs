//! Parsing of SIP, RFC 3261 section 25, on octets.
//!
//! [`lex`] has the words of the grammar, [`frame`] cuts a datagram into its start line, header fields and body.
//! The typed readings of single headers stand with their types ([`super::uri`], `super::via`, [`super::name_addr`],
//! [`super::header`]).

pub mod frame;
pub mod lex;

/// What is wrong with a message, and where. Always the peer's fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{what} at octet {offset}")]
pub struct Malformed {
    /// What was found wrong, in words fit for a reason phrase.
    pub what: &'static str,
    /// Octets from the start of the message; from the start of the text where only a part was parsed.
    pub offset: usize,
}

impl Malformed {
    pub(crate) fn new(what: &'static str, offset: usize) -> Self {
        Malformed { what, offset }
    }

    /// The same mistake, seen from the start of the enclosing text.
    pub(crate) fn within(self, offset: usize) -> Self {
        Malformed { what: self.what, offset: self.offset + offset }
    }
}
