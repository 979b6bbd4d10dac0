//! Segmented message, Q.931 4.5.26: which piece of which message a SEGMENT carries.

use super::Element;
use super::octets::octet;
use crate::q931::codec::code::{ElementCode, MessageFamily, MessageType};
use crate::q931::codec::error::DecodeError;
use std::fmt;

/// Segmented message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SegmentedMessage {
    /// Whether this is the first segment.
    pub first: bool,
    /// Segments still to come, 7 bits.
    pub remaining: u8,
    /// Type of the message that is segmented.
    pub kind: MessageType,
}

const FIRST: u8 = 0x80;

impl Element for SegmentedMessage {
    const CODE: ElementCode = ElementCode::SEGMENTED_MESSAGE;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (third, code) = (octet(octets, 0)?, octet(octets, 1)?);
        let kind = MessageType { family: MessageFamily::CallControl, code };
        Ok(Self { first: third & FIRST != 0, remaining: third & !FIRST, kind })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend([if self.first { FIRST } else { 0 } | self.remaining & !FIRST, self.kind.code]);
    }
}

impl fmt::Display for SegmentedMessage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {} more{}", self.kind, self.remaining, if self.first { ", the first" } else { "" })
    }
}
