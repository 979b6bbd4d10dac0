//! Circuit identification code, Q.763 1.2.

use std::fmt;

/// The number of a circuit between two exchanges: 12 bits in ITU networks, 14 in ANSI's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cic(pub u16);

impl Cic {
    /// From the two octets that precede the message type, low octet first; bits beyond `bits` are spare and dropped.
    pub const fn from_octets(octets: [u8; 2], bits: u8) -> Self {
        Self(u16::from_le_bytes(octets) & mask(bits))
    }

    /// The two octets that precede the message type; bits beyond `bits` are zero.
    pub const fn to_octets(self, bits: u8) -> [u8; 2] {
        (self.0 & mask(bits)).to_le_bytes()
    }
}

const fn mask(bits: u8) -> u16 {
    (1 << bits) - 1
}

impl fmt::Display for Cic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CIC {}", self.0)
    }
}
