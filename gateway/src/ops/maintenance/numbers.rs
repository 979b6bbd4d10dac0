//! Circuit numbers as operators write them: `7`, `1-15`, `1-15,17`; nothing is every circuit.

use std::fmt;
use std::ops::RangeInclusive;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Ranges in one list, at most.
pub const RANGES_MAX: usize = 64;

/// Circuits of a trunk by number.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Numbers {
    /// Every circuit that the trunk has.
    #[default]
    All,
    /// Those in one of these ranges, at most [`RANGES_MAX`]. A range may pass over numbers that the trunk does not have.
    Ranges(Vec<RangeInclusive<u16>>),
}

/// A text that is no list of numbers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("expected circuit numbers as 7, 1-15 or 1-15,17 ({RANGES_MAX} ranges at most), not {0:?}")]
pub struct NotNumbers(pub String);

impl Numbers {
    /// One circuit.
    pub fn one(number: u16) -> Numbers {
        Numbers::Ranges(vec![number..=number])
    }

    /// Those that stand in the list, in the fewest ranges; `numbers` in rising order.
    pub fn of(numbers: impl IntoIterator<Item = u16>) -> Numbers {
        let mut ranges: Vec<RangeInclusive<u16>> = Vec::new();
        for number in numbers {
            match ranges.last_mut() {
                Some(last) if u32::from(*last.end()) + 1 == u32::from(number) => *last = *last.start()..=number,
                _ => ranges.push(number..=number),
            }
        }
        Numbers::Ranges(ranges)
    }

    /// Whether a circuit is meant.
    pub fn contains(&self, number: u16) -> bool {
        match self {
            Numbers::All => true,
            Numbers::Ranges(ranges) => ranges.iter().any(|range| range.contains(&number)),
        }
    }

    /// The first range of which `exists` knows no number: a slip of the pen.
    pub fn nowhere(&self, exists: impl Fn(u16) -> bool) -> Option<Numbers> {
        let Numbers::Ranges(ranges) = self else { return None };
        let empty = ranges.iter().find(|range| !(*range).clone().any(&exists))?;
        Some(Numbers::Ranges(vec![empty.clone()]))
    }
}

impl FromStr for Numbers {
    type Err = NotNumbers;

    fn from_str(text: &str) -> Result<Numbers, NotNumbers> {
        if text.is_empty() {
            return Ok(Numbers::All);
        }
        let ranges: Option<Vec<_>> = text.split(',').take(RANGES_MAX + 1).map(range).collect();
        let ranges = ranges.filter(|ranges| ranges.len() <= RANGES_MAX);
        ranges.map(Numbers::Ranges).ok_or_else(|| NotNumbers(text.chars().take(SHOWN_MAX).collect()))
    }
}

impl TryFrom<String> for Numbers {
    type Error = NotNumbers;

    fn try_from(text: String) -> Result<Numbers, NotNumbers> {
        text.parse()
    }
}

impl From<Numbers> for String {
    fn from(numbers: Numbers) -> String {
        numbers.to_string()
    }
}

impl fmt::Display for Numbers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Numbers::Ranges(ranges) = self else { return Ok(()) };
        for (place, range) in ranges.iter().enumerate() {
            let comma = if place > 0 { "," } else { "" };
            match (range.start(), range.end()) {
                (first, last) if first == last => write!(f, "{comma}{first}")?,
                (first, last) => write!(f, "{comma}{first}-{last}")?,
            }
        }
        Ok(())
    }
}

fn range(text: &str) -> Option<RangeInclusive<u16>> {
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last) = (number(first)?, number(last)?);
    (first <= last).then_some(first..=last)
}

/// Digits alone: `parse` would take a sign.
fn number(text: &str) -> Option<u16> {
    text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Of a text that is no list so many letters are told again.
const SHOWN_MAX: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_operator_writes_is_told_back_alike() {
        for text in ["7", "1-15", "1-15,17", "0,4095", ""] {
            assert_eq!(text.parse::<Numbers>().expect(text).to_string(), text);
        }
        assert_eq!(Numbers::of([1, 2, 3, 5, 17, 18]).to_string(), "1-3,5,17-18");
        assert_eq!(Numbers::of([65_535]).to_string(), "65535");
    }

    #[test]
    fn what_is_no_list_is_refused_and_cut_where_it_is_told() {
        for text in ["a", "1-", "-1", "3-1", "1,,2", "+1", "70000", "1 2", " "] {
            assert_eq!(text.parse::<Numbers>(), Err(NotNumbers(text.into())));
        }
        let many = vec!["1"; RANGES_MAX + 1].join(",");
        assert!(many.parse::<Numbers>().is_err_and(|error| error.0.len() == SHOWN_MAX));
        assert!(many[2..].parse::<Numbers>().is_ok(), "{RANGES_MAX} are allowed");
    }

    #[test]
    fn a_range_may_pass_over_numbers_and_must_meet_one() {
        let numbers: Numbers = "1-3,16,20-30".parse().expect("right");
        assert!(numbers.contains(2) && numbers.contains(16) && !numbers.contains(17));
        assert_eq!(numbers.nowhere(|number| number < 31 && number != 16), Some(Numbers::one(16)));
        assert_eq!(numbers.nowhere(|number| number % 2 == 0), None);
        assert_eq!(Numbers::All.nowhere(|_| false), None);
    }
}
