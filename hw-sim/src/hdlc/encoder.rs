//! Bits of HDLC on their way to the line: stuffed octets and flags.

use super::FLAG;

/// Makes the line's octets out of frame octets and flags. Whoever feeds it decides what comes next whenever it needs more.
#[derive(Debug, Default)]
pub(crate) struct Encoder {
    /// The next bit is the most significant of `count`.
    bits: u32,
    count: u32,
    /// Ones since the last zero.
    ones: u8,
}

impl Encoder {
    /// Whether there is less than an octet to take.
    pub fn needs_more(&self) -> bool {
        self.count < 8
    }

    /// An octet for the line; `needs_more` must be false.
    pub fn take(&mut self) -> u8 {
        self.count -= 8;
        (self.bits >> self.count) as u8
    }

    /// A flag, before, between and after frames.
    pub fn flag(&mut self) {
        self.push(FLAG.into(), 8);
        self.ones = 0;
    }

    /// An octet of a frame, least significant bit first, with a zero after five ones.
    pub fn octet(&mut self, octet: u8) {
        for position in 0..8 {
            let bit = octet >> position & 1;
            self.push(bit.into(), 1);
            self.ones = if bit == 1 { self.ones + 1 } else { 0 };
            if self.ones == STUFF_AFTER_ONES {
                self.push(0, 1);
                self.ones = 0;
            }
        }
    }

    fn push(&mut self, bits: u32, count: u32) {
        self.bits = self.bits << count | bits;
        self.count += count;
    }
}

const STUFF_AFTER_ONES: u8 = 5;
