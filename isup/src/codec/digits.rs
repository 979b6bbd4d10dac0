//! Address signals, Q.763 3.9: four bits each, the first one in the low half of the first octet.
//!
//! Promises: bounded ([`DIGITS_MAX`]), no heap, every one of the 16 codes survives.
//! Whether the count is odd stands in the parameter, not here; the filler of an odd count is
//! written as 0 and not kept when read ([`super::Message`] keeps the octets themselves).

use super::error::{DecodeError, Fault};
use std::fmt;
use std::str::FromStr;

/// The most address signals that a number can have here: E.164 has 15, routing prefixes and
/// dialled strings more; a parameter could carry 500, which no network dials.
pub const DIGITS_MAX: usize = 40;

/// The address signals of a number: 0-9, B (code 11), C (code 12) and F (ST, end of dialling);
/// the spare codes print as A, D and E.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digits {
    packed: [u8; DIGITS_MAX / 2],
    length: u8,
}

/// Code 15: no more digits follow.
pub const ST: u8 = 15;

/// A text that is not address signals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DigitsError {
    /// A character other than 0-9 and A-F.
    #[error("{0:?} is not an address signal")]
    Character(char),
    /// More than [`DIGITS_MAX`].
    #[error("more than {DIGITS_MAX} address signals")]
    TooMany,
}

impl Digits {
    /// No digits.
    pub const fn new() -> Self {
        Self { packed: [0; DIGITS_MAX / 2], length: 0 }
    }

    /// Adds one address signal, 0 to 15.
    pub fn push(&mut self, code: u8) -> Result<(), DigitsError> {
        let at = self.len();
        let octet = self.packed.get_mut(at / 2).ok_or(DigitsError::TooMany)?;
        *octet |= (code & 15) << (at % 2 * 4);
        self.length += 1;
        Ok(())
    }

    /// Adds the digits of a subsequent number.
    pub fn append(&mut self, more: &Digits) -> Result<(), DigitsError> {
        more.codes().try_for_each(|code| self.push(code))
    }

    /// How many address signals, ST included.
    pub const fn len(&self) -> usize {
        self.length as usize
    }

    /// Whether there are none.
    pub const fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Whether the odd/even indicator must say odd.
    pub const fn is_odd(&self) -> bool {
        self.length % 2 == 1
    }

    /// The codes in dialling order, 0 to 15 each.
    pub fn codes(&self) -> impl ExactSizeIterator<Item = u8> + '_ {
        (0..self.len()).map(|at| self.packed[at / 2] >> (at % 2 * 4) & 15)
    }

    /// Whether the sender said that the number is complete.
    pub fn has_st(&self) -> bool {
        self.codes().last() == Some(ST)
    }

    /// The digits without a closing ST.
    pub fn without_st(&self) -> Self {
        let mut digits = Self::new();
        let kept = self.len() - usize::from(self.has_st());
        for code in self.codes().take(kept) {
            digits.push(code).expect("fewer digits than self, which fits");
        }
        digits
    }

    /// From packed octets; `odd` is the parameter's odd/even indicator.
    pub(crate) fn unpack(packed: &[u8], odd: bool) -> Result<Self, Fault> {
        let length = (packed.len() * 2).checked_sub(usize::from(odd)).ok_or(Fault::Digits)?;
        if length > DIGITS_MAX {
            return Err(Fault::Digits);
        }
        let mut digits = Self { packed: [0; DIGITS_MAX / 2], length: length as u8 };
        digits.packed[..packed.len()].copy_from_slice(packed);
        if odd {
            digits.packed[length / 2] &= 15;
        }
        Ok(digits)
    }

    /// From the end of a parameter's contents, beginning at `offset`.
    pub(crate) fn decode_at(octets: &[u8], offset: usize, odd: bool) -> Result<Self, DecodeError> {
        let packed = octets.get(offset..).ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        Self::unpack(packed, odd).map_err(|fault| DecodeError::at(offset, fault))
    }

    /// The packed octets, with filler 0.
    pub(crate) fn packed(&self) -> &[u8] {
        &self.packed[..self.len().div_ceil(2)]
    }
}

impl FromStr for Digits {
    type Err = DigitsError;

    fn from_str(text: &str) -> Result<Self, DigitsError> {
        let mut digits = Self::new();
        for character in text.chars() {
            let code = character.to_digit(16).ok_or(DigitsError::Character(character))?;
            digits.push(code as u8)?;
        }
        Ok(digits)
    }
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.codes().try_for_each(|code| write!(f, "{code:X}"))
    }
}

impl fmt::Debug for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{self}\"")
    }
}
