//! Numbers: the hub's text against digits and nature of address (RFC 3398 section 12).

use isup::codec::{Digits, NatureOfAddress};

/// A number of ISUP: its address signals and what kind of number they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// The address signals.
    pub digits: Digits,
    /// What kind of number they are.
    pub nature: NatureOfAddress,
}

/// The text is no number that ISUP could carry: not digits, or too many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number that ISUP can carry")]
pub struct NotANumber;

/// ISUP's form of a number in text. `nature`: what the route prescribes; without it a `+` means international, and
/// anything else national, which RFC 3398 section 12.2 allows.
pub fn to_isup(text: &str, nature: Option<NatureOfAddress>) -> Result<Number, NotANumber> {
    let (global, rest) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let digits = signals(rest)?;
    if digits.is_empty() {
        return Err(NotANumber);
    }
    let assumed = if global { NatureOfAddress::INTERNATIONAL } else { NatureOfAddress::NATIONAL };
    Ok(Number { digits, nature: nature.unwrap_or(assumed) })
}

/// The address signals of digits in text; none of none.
pub fn signals(text: &str) -> Result<Digits, NotANumber> {
    let mut digits = Digits::new();
    for character in text.chars() {
        digits.push(signal(character)?).map_err(|_| NotANumber)?;
    }
    Ok(digits)
}

/// The text of an ISUP number, its closing ST taken off: `+` before an international one, the digits alone otherwise.
/// Codes 11 and 12 are `*` and `#`; other codes stay as their hexadecimal digit.
pub fn to_text(digits: &Digits, nature: NatureOfAddress) -> String {
    let plus = if nature == NatureOfAddress::INTERNATIONAL { "+" } else { "" };
    plus.to_owned() + &text(digits)
}

/// The text of address signals, their closing ST taken off.
pub fn text(digits: &Digits) -> String {
    digits.without_st().codes().map(character).collect()
}

/// What a route prescribes, in ISUP's code.
pub fn nature(configured: config::model::NatureOfAddress) -> NatureOfAddress {
    match configured {
        config::model::NatureOfAddress::Subscriber => NatureOfAddress::SUBSCRIBER,
        config::model::NatureOfAddress::Unknown => NatureOfAddress::UNKNOWN,
        config::model::NatureOfAddress::National => NatureOfAddress::NATIONAL,
        config::model::NatureOfAddress::International => NatureOfAddress::INTERNATIONAL,
    }
}

fn signal(character: char) -> Result<u8, NotANumber> {
    match character {
        '*' => Ok(11),
        '#' => Ok(12),
        _ => character.to_digit(10).map(|digit| digit as u8).ok_or(NotANumber),
    }
}

fn character(signal: u8) -> char {
    match signal {
        11 => '*',
        12 => '#',
        _ => char::from_digit(u32::from(signal), 16).map_or('?', |digit| digit.to_ascii_uppercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plus_means_international_both_ways() {
        let number = to_isup("+4930123", None).expect("digits");
        assert_eq!(number.nature, NatureOfAddress::INTERNATIONAL);
        assert_eq!(number.digits.to_string(), "4930123");
        assert_eq!(to_text(&number.digits, number.nature), "+4930123");
    }

    #[test]
    fn without_a_plus_the_route_decides_and_national_is_assumed() {
        assert_eq!(to_isup("600", None).expect("digits").nature, NatureOfAddress::NATIONAL);
        let unknown = Some(NatureOfAddress::UNKNOWN);
        assert_eq!(to_isup("600", unknown).expect("digits").nature, NatureOfAddress::UNKNOWN);
    }

    #[test]
    fn star_and_hash_are_codes_11_and_12() {
        let number = to_isup("*21#", None).expect("digits");
        assert_eq!(number.digits.codes().collect::<Vec<_>>(), [11, 2, 1, 12]);
        assert_eq!(to_text(&number.digits, number.nature), "*21#");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        assert_eq!(to_isup("alice", None), Err(NotANumber));
        assert_eq!(to_isup("", None), Err(NotANumber));
        assert_eq!(to_isup("+", None), Err(NotANumber));
        assert_eq!(to_isup(&"1".repeat(100), None), Err(NotANumber));
    }

    #[test]
    fn a_closing_st_is_not_dialled_on() {
        let digits: Digits = "600F".parse().expect("codes");
        assert_eq!(to_text(&digits, NatureOfAddress::UNKNOWN), "600");
    }
}
