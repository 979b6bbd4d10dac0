//! Signalling point code, 14 bits (Q.704 clause 2.2.3), written 3-8-3 (Q.708) or as one integer.

use std::fmt;
use std::str::FromStr;

/// An ITU signalling point code, 0 to 16383.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PointCode(u16);

impl PointCode {
    /// The highest point code that fits 14 bits.
    pub const MAX: u16 = 0x3FFF;

    /// `None` when the value needs more than 14 bits.
    pub fn new(value: u16) -> Option<Self> {
        (value <= Self::MAX).then_some(Self(value))
    }

    /// The 14 bits.
    pub fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Display for PointCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}-{}", self.0 >> 11, self.0 >> 3 & 0xFF, self.0 & 7)
    }
}

/// The text is neither three numbers 0-7, 0-255, 0-7 nor one of at most 16383.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a 14-bit point code")]
pub struct NotAPointCode;

impl FromStr for PointCode {
    type Err = NotAPointCode;

    fn from_str(text: &str) -> Result<Self, NotAPointCode> {
        let fields = text.split('-').map(number).collect::<Option<Vec<_>>>().ok_or(NotAPointCode)?;
        match fields[..] {
            [value] => Self::new(value).ok_or(NotAPointCode),
            [zone @ 0..=7, area @ 0..=255, point @ 0..=7] => Ok(Self(zone << 11 | area << 3 | point)),
            _ => Err(NotAPointCode),
        }
    }
}

/// Plain digits: `u16::from_str` would also take a sign.
fn number(field: &str) -> Option<u16> {
    field.bytes().all(|octet| octet.is_ascii_digit()).then(|| field.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_fields_and_one_integer_name_the_same_point() {
        assert_eq!("2-4-6".parse(), Ok(PointCode(2 * 2048 + 4 * 8 + 6)));
        assert_eq!("4134".parse(), Ok(PointCode(4134)));
        assert_eq!(PointCode(4134).to_string(), "2-4-6");
        assert_eq!("7-255-7".parse(), Ok(PointCode(PointCode::MAX)));
    }

    #[test]
    fn whatever_does_not_fit_14_bits_is_refused() {
        for text in ["8-0-0", "0-256-0", "0-0-8", "16384", "1-2", "1-2-3-4", "", "-", "+1", "a", "1- 2-3", "99999999"] {
            assert_eq!(text.parse::<PointCode>(), Err(NotAPointCode), "{text}");
        }
    }
}
