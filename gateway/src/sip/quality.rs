//! `q`: how much one contact is wanted beside others. qvalue, RFC 3261 25.1.

use super::name_addr::NameAddr;

/// From 0 to 1, in thousandths.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Quality(u16);

impl Quality {
    /// 1, which is also what counts where nothing is said.
    pub const MOST: Quality = Quality(1000);

    /// In thousandths; `None`: more than 1.
    pub fn of_thousandths(thousandths: u16) -> Option<Quality> {
        (thousandths <= Quality::MOST.0).then_some(Quality(thousandths))
    }

    /// In thousandths.
    pub fn thousandths(self) -> u16 {
        self.0
    }

    /// Reads a `qvalue`: 0 or 1 with three decimals at most.
    pub(crate) fn parse(text: &[u8]) -> Option<Quality> {
        let (whole, decimals) = text.split_first()?;
        let decimals = match decimals {
            [] => &[],
            [b'.', digits @ ..] if digits.len() <= DECIMALS_MAX && digits.iter().all(u8::is_ascii_digit) => digits,
            _ => return None,
        };
        let digit = |at: usize| decimals.get(at).map_or(0, |digit| u16::from(digit - b'0'));
        let fraction = 100 * digit(0) + 10 * digit(1) + digit(2);
        match whole {
            b'0' => Some(Quality(fraction)),
            b'1' if fraction == 0 => Some(Quality::MOST),
            _ => None,
        }
    }

    /// The `q` of a contact. One that cannot be read says nothing.
    pub(crate) fn of(contact: &NameAddr) -> Quality {
        contact.parameters().value("q").and_then(Quality::parse).unwrap_or(Quality::MOST)
    }
}

impl std::fmt::Display for Quality {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}

const DECIMALS_MAX: usize = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_qvalue_is_read_in_thousandths_and_what_is_none_is_not() {
        let read = |text: &str| Quality::parse(text.as_bytes()).map(Quality::thousandths);
        assert_eq!(
            ["0", "0.", "0.7", "0.75", "0.001", "1", "1.000"].map(read),
            [0, 0, 700, 750, 1, 1000, 1000].map(Some)
        );
        assert_eq!(["", "1.1", "2", "0.1234", ".5", "0,5", "-1", "0.5x"].map(read), [None; 8]);
        assert_eq!(Quality::parse(b"0.7").map(|it| it.to_string()).as_deref(), Some("0.700"));
    }
}
