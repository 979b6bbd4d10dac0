//! Call reference, Q.931 4.3: which call of the interface a message is about.
//!
//! Promises: the number of octets is kept, since 1 of one octet and 1 of two are written
//! differently; at most two octets, which primary rate has. Leaves out who chose which value.

use super::error::{DecodeError, Fault};
use std::fmt;

/// The most octets of a call reference value that we support: two, for primary rate.
const OCTETS_MAX: u8 = 2;
/// The flag's bit of the first octet of the value.
const FLAG: u8 = 0x80;

/// Call reference flag: which way a message goes, seen from the side that chose the value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// 0: from the side that originated the call reference.
    FromOrigin,
    /// 1: to the side that originated the call reference.
    ToOrigin,
}

impl Flag {
    /// The flag of messages the other way.
    pub const fn reversed(self) -> Self {
        match self {
            Self::FromOrigin => Self::ToOrigin,
            Self::ToOrigin => Self::FromOrigin,
        }
    }
}

/// A call reference: a value of 7 bits in one octet or 15 bits in two, with its flag; or none at all.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallReference {
    octets: u8,
    flag: Flag,
    value: u16,
}

impl CallReference {
    /// No octets: the message is about no call (Q.932).
    pub const DUMMY: Self = Self { octets: 0, flag: Flag::FromOrigin, value: 0 };

    /// One octet, as on basic access; the value's upper bits are dropped to 7.
    pub const fn basic(value: u8, flag: Flag) -> Self {
        Self { octets: 1, flag, value: (value & !FLAG) as u16 }
    }

    /// Two octets, as on primary rate; the value's upper bit is dropped to 15.
    pub const fn primary(value: u16, flag: Flag) -> Self {
        Self { octets: 2, flag, value: value & 0x7fff }
    }

    /// The same call in messages the other way.
    #[must_use]
    pub const fn reversed(self) -> Self {
        Self { flag: self.flag.reversed(), ..self }
    }

    /// The value without flag; 0 for the dummy and the global call reference.
    pub const fn value(self) -> u16 {
        self.value
    }

    /// Which way the message goes; the dummy call reference has none and says `FromOrigin`.
    pub const fn flag(self) -> Flag {
        self.flag
    }

    /// Octets of the value: 0 for the dummy call reference, 1 or 2.
    pub const fn octets(self) -> u8 {
        self.octets
    }

    /// Whether the message is about no call.
    pub const fn is_dummy(self) -> bool {
        self.octets == 0
    }

    /// Whether the message is about all calls of the interface: value 0.
    pub const fn is_global(self) -> bool {
        self.octets > 0 && self.value == 0
    }

    /// Reads the length octet and the value; gives the octets after them. `offset` is where
    /// `octets` begin in their message.
    pub(super) fn read(octets: &[u8], offset: usize) -> Result<(Self, &[u8]), DecodeError> {
        let torn = DecodeError::at(offset + octets.len(), Fault::Truncated);
        let (length, octets) = octets.split_first().ok_or(torn)?;
        // Bits 8 to 5 are spare and zero: Q.931 5.8.3.1 ignores a message where they are not.
        if *length > OCTETS_MAX {
            return Err(DecodeError::at(offset, Fault::CallReferenceLength(*length)));
        }
        let (value, octets) = octets.split_at_checked(usize::from(*length)).ok_or(torn)?;
        let flag = if value.first().is_some_and(|first| first & FLAG != 0) { Flag::ToOrigin } else { Flag::FromOrigin };
        let reference = match *value {
            [] => Self::DUMMY,
            [low] => Self::basic(low, flag),
            [high, low, ..] => Self::primary(u16::from_be_bytes([high, low]), flag),
        };
        Ok((reference, octets))
    }

    /// Appends the length octet and the value.
    pub(super) fn write(self, out: &mut Vec<u8>) {
        let flag = if self.flag == Flag::ToOrigin { FLAG } else { 0 };
        let [high, low] = self.value.to_be_bytes();
        out.push(self.octets);
        match self.octets {
            0 => {}
            1 => out.push(flag | low),
            _ => out.extend([flag | high, low]),
        }
    }
}

impl fmt::Display for CallReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.flag {
            _ if self.is_dummy() => f.write_str("no call"),
            Flag::FromOrigin => write!(f, "call {} from its origin", self.value),
            Flag::ToOrigin => write!(f, "call {} to its origin", self.value),
        }
    }
}

impl fmt::Debug for CallReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CallReference({self}, {} octets)", self.octets)
    }
}
