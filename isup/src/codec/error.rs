//! What can be wrong with octets from a peer, and with a message that we want to send.

use super::code::{MessageType, ParameterCode};
use thiserror::Error;

/// The peer's octets are not a message, or not the parameter they claim to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DecodeError {
    /// What is wrong.
    pub fault: Fault,
    /// The parameter at fault, where one is known.
    pub parameter: Option<ParameterCode>,
    /// Octets from the message type octet (from the parameter's first octet of contents, where a
    /// parameter was decoded by itself) to the octet at fault.
    pub offset: usize,
}

/// The kinds of [`DecodeError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Fault {
    /// Octets end before what must come next.
    #[error("the octets end too early")]
    Truncated,
    /// More octets than a signalling message can have, [`super::MESSAGE_OCTETS_MAX`].
    #[error("{0} octets are more than a message can have")]
    TooLong(usize),
    /// A pointer leads elsewhere than to the octet right after what precedes its part.
    #[error("pointer {found} should be {expected}")]
    Pointer {
        /// The pointer octet.
        found: u8,
        /// The only value with which parts neither overlap nor leave a gap.
        expected: usize,
    },
    /// A mandatory variable part is shorter or longer than its table row allows.
    #[error("a length of {found} is outside {min} to {max}")]
    Length {
        /// The length octet.
        found: usize,
        /// Least octets of contents.
        min: usize,
        /// Most octets of contents.
        max: usize,
    },
    /// Digits that cannot be: more than [`super::DIGITS_MAX`], or an odd count of none.
    #[error("the address signals are too many, or an odd number of none")]
    Digits,
    /// An extension bit promises an octet that does not follow, or an inner length overruns.
    #[error("an inner length or extension does not fit its contents")]
    Contents,
}

impl DecodeError {
    /// A fault at `offset` octets into the contents of a parameter.
    pub(crate) const fn at(offset: usize, fault: Fault) -> Self {
        Self { fault, parameter: None, offset }
    }

    /// The same error, with the parameter that it happened in.
    pub(crate) const fn within(self, parameter: ParameterCode) -> Self {
        Self { parameter: Some(parameter), ..self }
    }
}

impl std::fmt::Display for DecodeError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "peer sent a malformed message: octet {}", self.offset)?;
        if let Some(parameter) = self.parameter {
            write!(f, " ({parameter})")?;
        }
        write!(f, ": {}", self.fault)
    }
}

impl std::error::Error for DecodeError {}

/// We asked for a message that Q.763 cannot carry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EncodeError {
    /// A mandatory parameter was not set.
    #[error("{kind} lacks its mandatory {parameter}")]
    Missing {
        /// The message.
        kind: MessageType,
        /// The parameter that it lacks.
        parameter: ParameterCode,
    },
    /// A parameter that has no place: the message has no optional part.
    #[error("{kind} has no place for {parameter}")]
    NoPlace {
        /// The message.
        kind: MessageType,
        /// The parameter.
        parameter: ParameterCode,
    },
    /// A parameter's contents are shorter or longer than the table (or a length octet) allows.
    #[error("{parameter} of {kind} has {octets} octets")]
    Length {
        /// The message.
        kind: MessageType,
        /// The parameter.
        parameter: ParameterCode,
        /// Its contents.
        octets: usize,
    },
    /// A pointer would exceed its octet, or the message the signalling link's room.
    #[error("{kind} is too long")]
    TooLong {
        /// The message.
        kind: MessageType,
    },
}
