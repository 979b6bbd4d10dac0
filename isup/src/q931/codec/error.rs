//! What can be wrong with octets from a peer, Q.931 5.8, and with a message that we want to send.

use super::code::ElementCode;
use thiserror::Error;

/// The peer's octets are not a message, or not the element they claim to be. A message that
/// cannot be decoded is one that Q.931 5.8.1 to 5.8.3.1 says to ignore.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What is wrong.
    pub fault: Fault,
    /// The element at fault, where one is known.
    pub element: Option<ElementCode>,
    /// Octets from the protocol discriminator (from the element's first octet of contents, where
    /// an element was decoded by itself) to the octet at fault.
    pub offset: usize,
}

/// The kinds of [`DecodeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Octets end before what must come next.
    #[error("the octets end too early")]
    Truncated,
    /// More octets than a message can have, [`super::MESSAGE_OCTETS_MAX`].
    #[error("{0} octets are more than a message can have")]
    TooLong(usize),
    /// A protocol discriminator that is neither call control nor maintenance.
    #[error("protocol discriminator 0x{0:02x} is not of this protocol")]
    ProtocolDiscriminator(u8),
    /// A call reference length octet of more than 2, or with bits set that must be zero.
    #[error("call reference length 0x{0:02x} is not supported")]
    CallReferenceLength(u8),
    /// An extension bit promises an octet that does not follow, or octets are in a wrong place.
    #[error("an inner length, extension or order does not fit its contents")]
    Contents,
    /// An octet that is not an IA5 character.
    #[error("an octet is not an IA5 character")]
    Character,
}

impl DecodeError {
    /// A fault at `offset` octets into a message or into the contents of an element.
    pub(super) const fn at(offset: usize, fault: Fault) -> Self {
        Self { fault, element: None, offset }
    }

    /// The same error, `octets` further on.
    pub(super) const fn after(self, octets: usize) -> Self {
        Self { offset: self.offset + octets, ..self }
    }

    /// The same error, with the element that it happened in.
    pub(super) const fn within(self, element: ElementCode) -> Self {
        Self { element: Some(element), ..self }
    }
}

/// From the elements whose layout ISUP shares.
impl From<crate::codec::DecodeError> for DecodeError {
    fn from(error: crate::codec::DecodeError) -> Self {
        let fault = match error.fault {
            crate::codec::Fault::Truncated => Fault::Truncated,
            _ => Fault::Contents,
        };
        Self::at(error.offset, fault)
    }
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "peer sent a malformed message: octet {}", self.offset)?;
        if let Some(element) = self.element {
            write!(f, " ({element})")?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl std::error::Error for DecodeError {}

/// We asked for a message that Q.931 cannot carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// An element's contents exceed what its length octet can say.
    #[error("{element} has {octets} octets")]
    Length {
        /// The element.
        element: ElementCode,
        /// Its contents.
        octets: usize,
    },
    /// The message exceeds [`super::MESSAGE_OCTETS_MAX`].
    #[error("the message has {0} octets")]
    TooLong(usize),
}
