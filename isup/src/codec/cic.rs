//! Circuit identification code, Q.763 1.2.

use std::fmt;

/// The number of a circuit between two exchanges: 12 bits in ITU networks, 0 to 4095.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cic(pub u16);

impl Cic {
    /// The highest circuit identification code.
    pub const MAX: Self = Self(0x0fff);

    /// From the two octets that precede the message type, low octet first; the four spare bits are dropped.
    pub const fn from_octets(octets: [u8; 2]) -> Self {
        Self(u16::from_le_bytes(octets) & Self::MAX.0)
    }

    /// The two octets that precede the message type; the four spare bits are zero.
    pub const fn to_octets(self) -> [u8; 2] {
        (self.0 & Self::MAX.0).to_le_bytes()
    }
}

impl fmt::Display for Cic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CIC {}", self.0)
    }
}
