//! TNAuthList: which numbers a certificate may sign for (RFC 8226 9).
//!
//! A list has service provider codes, ranges of numbers and single numbers. A code says whose numbers they are and not
//! which: with one, any number is allowed, as SHAKEN has it, and the record tells the code. Left out: lists that a
//! certificate has by reference.

use super::der::{Elements, IA5_STRING, INTEGER, SEQUENCE, explicit};

/// The list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TnAuthList(Vec<Entry>);

/// What a list allows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// The numbers of a service provider.
    Spc(String),
    /// So many numbers from one on.
    Range {
        /// The first.
        start: String,
        /// How many.
        count: u64,
    },
    /// One number.
    One(String),
}

impl TnAuthList {
    /// Reads the value of the extension; `None`: it is no list.
    pub(super) fn parse(value: &[u8]) -> Option<TnAuthList> {
        let mut outer = Elements(value);
        let mut entries = Elements(outer.take(SEQUENCE).filter(|_| outer.is_empty())?);
        let mut list = Vec::new();
        while !entries.is_empty() {
            list.push(entry(entries.any()?)?);
        }
        (!list.is_empty()).then_some(TnAuthList(list))
    }

    /// Whether a number in canonical form may be signed for.
    pub fn allows(&self, number: &str) -> bool {
        self.0.iter().any(|entry| match entry {
            Entry::Spc(_) => true,
            Entry::One(one) => one == number,
            Entry::Range { start, count } => is_within(number, start, *count),
        })
    }

    /// The first service provider code.
    pub fn service_provider(&self) -> Option<&str> {
        self.0.iter().find_map(|entry| match entry {
            Entry::Spc(code) => Some(code.as_str()),
            Entry::Range { .. } | Entry::One(_) => None,
        })
    }
}

fn entry((tag, contents): (u8, &[u8])) -> Option<Entry> {
    let mut inner = Elements(contents);
    let entry = match tag {
        SPC => Entry::Spc(text(&mut inner)?),
        RANGE => range(Elements(inner.take(SEQUENCE)?))?,
        ONE => Entry::One(text(&mut inner)?),
        _ => return None,
    };
    inner.is_empty().then_some(entry)
}

/// The type may be extended: what stands behind the count is passed over.
fn range(mut fields: Elements<'_>) -> Option<Entry> {
    let start = text(&mut fields)?;
    let count = fields.take(INTEGER).filter(|count| (1..=8).contains(&count.len()) && count[0] & 0x80 == 0)?;
    let count = count.iter().fold(0, |sum, octet| sum << 8 | u64::from(*octet));
    Some(Entry::Range { start, count })
}

fn text(elements: &mut Elements<'_>) -> Option<String> {
    let octets = elements.take(IA5_STRING).filter(|octets| !octets.is_empty() && octets.is_ascii())?;
    String::from_utf8(octets.to_vec()).ok()
}

/// Numbers of a range are as long as its first.
fn is_within(number: &str, start: &str, count: u64) -> bool {
    let (Ok(value), Ok(first)) = (number.parse::<u64>(), start.parse::<u64>()) else { return false };
    number.len() == start.len() && value.checked_sub(first).is_some_and(|place| place < count)
}

const SPC: u8 = explicit(0);
const RANGE: u8 = explicit(1);
const ONE: u8 = explicit(2);

#[cfg(test)]
mod tests {
    use super::*;

    fn list(entries: &[&[u8]]) -> Option<TnAuthList> {
        let inner = entries.concat();
        TnAuthList::parse(&[&[0x30, inner.len() as u8][..], &inner].concat())
    }

    /// The SPC list that certificates of SHAKEN have: one code of four characters.
    const SPC_1234: &[u8] = b"\xa0\x06\x16\x041234";

    #[test]
    fn a_code_allows_every_number_and_is_told() {
        let list = list(&[SPC_1234]).expect("a list");
        assert!(list.allows("12155551212"));
        assert_eq!(list.service_provider(), Some("1234"));
    }

    #[test]
    fn a_range_allows_its_numbers_and_a_number_itself() {
        let list = list(&[b"\xa1\x0a\x30\x08\x16\x03100\x02\x01\x0a", b"\xa2\x04\x16\x0277"]).expect("a list");
        for allowed in ["100", "109", "77"] {
            assert!(list.allows(allowed), "{allowed}");
        }
        for denied in ["099", "110", "0100", "1000", "78", "*77", ""] {
            assert!(!list.allows(denied), "{denied}");
        }
        assert_eq!(list.service_provider(), None);
    }

    #[test]
    fn what_is_no_list_is_none() {
        assert_eq!(list(&[]), None, "an empty one");
        for wrong in
            [&b"\xa3\x03\x16\x01x"[..], b"\xa0\x00", b"\xa0\x03\x16\x01", b"\xa0\x04\x16\x02\xff\xff", b"\x16\x01x"]
        {
            assert_eq!(list(&[wrong]), None, "{wrong:?}");
        }
        assert_eq!(list(&[b"\xa1\x0a\x30\x08\x16\x03100\x02\x01\xff"]), None, "fewer than no numbers");
    }
}
