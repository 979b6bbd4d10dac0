//! A pattern of called numbers in the dial plan.
//!
//! Grammar: `pattern = *symbol ["."]`, where a symbol is a digit `0`-`9`, `*`, `#` or a leading `+` that
//! stands for itself, or `X`, any digit `0`-`9`. A final `.` takes whatever follows, nothing included; without it
//! the number ends where the pattern ends. So `6XX` is every three digits that begin with 6, `0.` every
//! number that begins with 0, and `.` every number.

use std::fmt;
use std::str::FromStr;

/// Which called numbers a route takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    symbols: Vec<Symbol>,
    open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Symbol {
    Itself(u8),
    AnyDigit,
}

impl Pattern {
    /// The longest number that ISUP and E.164 practice know, with room for prefixes.
    pub const SYMBOLS_MAX: usize = 32;

    /// Whether the route takes this number, given as it was dialled.
    pub fn matches(&self, number: &str) -> bool {
        let octets = number.as_bytes();
        let long_enough =
            if self.open { octets.len() >= self.symbols.len() } else { octets.len() == self.symbols.len() };
        long_enough && self.symbols.iter().zip(octets).all(|(symbol, octet)| symbol.takes(*octet))
    }

    /// Whether further digits could make this number one that the route takes, though it is none yet.
    pub fn may_match(&self, number: &str) -> bool {
        let octets = number.as_bytes();
        octets.len() < self.symbols.len() && self.symbols.iter().zip(octets).all(|(symbol, octet)| symbol.takes(*octet))
    }

    /// Whether further digits leave a number that the route takes one that it takes.
    pub fn is_open(&self) -> bool {
        self.open
    }

    /// The fewest symbols that a matching number has.
    pub fn length_min(&self) -> usize {
        self.symbols.len()
    }
}

impl Symbol {
    fn takes(self, octet: u8) -> bool {
        match self {
            Symbol::Itself(own) => own == octet,
            Symbol::AnyDigit => octet.is_ascii_digit(),
        }
    }
}

/// The text does not follow the grammar of this module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a pattern of digits")]
pub struct NotAPattern;

impl FromStr for Pattern {
    type Err = NotAPattern;

    fn from_str(text: &str) -> Result<Self, NotAPattern> {
        let (closed, open) = match text.strip_suffix('.') {
            Some(rest) => (rest, true),
            None => (text, false),
        };
        let symbols = closed.bytes().enumerate().map(symbol).collect::<Option<Vec<_>>>().ok_or(NotAPattern)?;
        if symbols.len() > Self::SYMBOLS_MAX || text.is_empty() { Err(NotAPattern) } else { Ok(Self { symbols, open }) }
    }
}

fn symbol((place, octet): (usize, u8)) -> Option<Symbol> {
    match octet {
        b'0'..=b'9' | b'*' | b'#' => Some(Symbol::Itself(octet)),
        b'+' if place == 0 => Some(Symbol::Itself(octet)),
        b'X' => Some(Symbol::AnyDigit),
        _ => None,
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for symbol in &self.symbols {
            match symbol {
                Symbol::Itself(octet) => write!(f, "{}", char::from(*octet))?,
                Symbol::AnyDigit => f.write_str("X")?,
            }
        }
        f.write_str(if self.open { "." } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matches(pattern: &str, number: &str) -> bool {
        pattern.parse::<Pattern>().expect("a test's pattern").matches(number)
    }

    #[test]
    fn a_closed_pattern_takes_its_own_length_only() {
        assert!(matches("6XX", "600"));
        assert!(!matches("6XX", "60"));
        assert!(!matches("6XX", "6000"));
        assert!(!matches("6XX", "700"));
        assert!(!matches("6XX", "6*0"));
    }

    #[test]
    fn an_open_pattern_takes_whatever_follows() {
        assert!(matches("0.", "0"));
        assert!(matches("0.", "00431234"));
        assert!(!matches("0.", "1"));
        assert!(matches(".", ""));
        assert!(matches("+43X.", "+431"));
        assert!(!matches("+43X.", "+43"));
    }

    #[test]
    fn a_beginning_may_match_as_long_as_no_symbol_forbids_it() {
        let may = |pattern: &str, number: &str| pattern.parse::<Pattern>().expect("a test's pattern").may_match(number);
        assert!(may("6XX", "") && may("6XX", "6") && may("6XX.", "60") && may("+43X.", "+"));
        assert!(!may("6XX", "7") && !may("6XX", "600") && !may("6XX.", "600") && !may(".", ""));
    }

    #[test]
    fn whatever_is_no_symbol_is_refused() {
        let long = "1".repeat(Pattern::SYMBOLS_MAX + 1);
        for text in ["", "6x", "6+", "..", "6.X", "a", "[1-2]", " 6", "６", &long] {
            assert_eq!(text.parse::<Pattern>(), Err(NotAPattern), "{text}");
        }
        assert_eq!("1".repeat(Pattern::SYMBOLS_MAX).parse::<Pattern>().expect("the bound itself").length_min(), 32);
    }
}
