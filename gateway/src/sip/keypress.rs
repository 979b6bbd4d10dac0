//! A key of a telephone in the body of INFO: `application/dtmf-relay` and `application/dtmf`.
//!
//! Neither type is registered, and no text defines them; what stands here is what telephones, PBXs and gateways write: two lines
//! `Signal=5` and `Duration=160` (ms), with or without spaces, in any order and case, the latter not always; or the key alone. A key is
//! its character, or its event code of RFC 4733 as a number.
//!
//! Left out: the flash of a hook, which is no digit and cannot be a tone.

use super::body::Part;
use super::parse::lex;

/// A key that was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keypress {
    /// `0` to `9`, `*`, `#`, `A` to `D`.
    pub key: u8,
    /// For how long; `None`: that was not said.
    pub duration_ms: Option<u32>,
}

/// What a body part says that has one of the two types and cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoKey;

impl Keypress {
    /// Whether a part has one of the two types.
    pub fn is_in(part: &Part) -> bool {
        part.is(RELAY) || part.is(PLAIN)
    }

    /// Reads such a part.
    pub fn read(part: &Part) -> Result<Keypress, NoKey> {
        match part.is(PLAIN) && !part.content.contains(&b'=') {
            true => Ok(Keypress { key: key(part.content.trim_ascii()).ok_or(NoKey)?, duration_ms: None }),
            false => Keypress::of_lines(&part.content),
        }
    }

    /// What is written of it, by its type.
    pub fn write(self) -> (&'static str, String) {
        let duration = self.duration_ms.map(|ms| format!("Duration={ms}\r\n")).unwrap_or_default();
        (RELAY, format!("Signal={}\r\n{duration}", char::from(self.key)))
    }

    fn of_lines(content: &[u8]) -> Result<Keypress, NoKey> {
        let (mut signal, mut duration_ms) = (None, None);
        for line in content.split(|octet| matches!(octet, b'\r' | b'\n')) {
            let Some(equals) = line.iter().position(|octet| *octet == b'=') else { continue };
            let (name, value) = (lex::trim(&line[..equals]), lex::trim(&line[equals + 1..]));
            if name.eq_ignore_ascii_case(b"Signal") {
                signal = Some(value);
            } else if name.eq_ignore_ascii_case(b"Duration") && !value.is_empty() {
                duration_ms = Some(lex::number(value).ok_or(NoKey)?);
            }
        }
        Ok(Keypress { key: signal.and_then(key).ok_or(NoKey)?, duration_ms })
    }
}

fn key(text: &[u8]) -> Option<u8> {
    match text {
        [one] => Some(one.to_ascii_uppercase()).filter(|key| KEYS.contains(key)),
        [b'1', unit] => KEYS.get(10 + usize::from(unit.checked_sub(b'0')?)).copied(),
        _ => None,
    }
}

/// By event code.
const KEYS: [u8; 16] = *b"0123456789*#ABCD";
/// Both types, as Accept lists them.
pub const TYPES: &str = "application/dtmf-relay, application/dtmf";
const RELAY: &str = "application/dtmf-relay";
const PLAIN: &str = "application/dtmf";

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha20Rng;
    use rand_core::{Rng, SeedableRng};

    fn read(content_type: &str, content: &str) -> Result<(char, Option<u32>), NoKey> {
        let part = Part { content_type: content_type.into(), disposition: None, content: content.as_bytes().to_vec() };
        assert!(Keypress::is_in(&part));
        Keypress::read(&part).map(|press| (char::from(press.key), press.duration_ms))
    }

    #[test]
    fn a_key_is_read_as_the_field_writes_it() {
        for (content, expected) in [
            ("Signal=5\r\nDuration=160\r\n", ('5', Some(160))),
            ("Signal= 5\r\nDuration= 160\r\n", ('5', Some(160))),
            ("Signal=*\nDuration=250", ('*', Some(250))),
            ("Duration=100\r\nSignal=#", ('#', Some(100))),
            ("signal = d\r\nDURATION = 80\r\n\r\n", ('D', Some(80))),
            ("Signal=0\r\n", ('0', None)),
            ("Signal=11\r\nDuration=\r\n", ('#', None)),
            ("Signal=A\r\nVolume=10\r\nanything\r\nDuration=1", ('A', Some(1))),
        ] {
            assert_eq!(read("application/dtmf-relay", content), Ok(expected), "{content:?}");
            assert_eq!(read("Application/DTMF-Relay;x=y", content), Ok(expected), "{content:?}");
            assert_eq!(read("application/dtmf", content), Ok(expected), "{content:?}");
        }
        for (content, key) in [("5", '5'), (" *\r\n", '*'), ("10", '*'), ("15\r\n", 'D'), ("c", 'C')] {
            assert_eq!(read("application/dtmf", content), Ok((key, None)), "{content:?}");
        }
    }

    #[test]
    fn what_names_no_key_is_refused() {
        let wrong = ["", "Signal=", "Signal=E", "Signal=16", "Signal=1*", "Signal=!", "Signal=\u{e9}", "Duration=100"];
        let durations = ["Signal=1\nDuration=x", "Signal=1\nDuration=-1", "Signal=1\nDuration=4294967296"];
        for content in wrong.into_iter().chain(durations) {
            assert_eq!(read("application/dtmf-relay", content), Err(NoKey), "{content:?}");
        }
        for content in ["", "16", "55", "1/", "hf"] {
            assert_eq!(read("application/dtmf", content), Err(NoKey), "{content:?}");
        }
    }

    #[test]
    fn whatever_octets_come_a_key_is_one_of_the_sixteen() {
        let seed = 0xd7f;
        println!("seed {seed:#x}");
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        for round in 0..50_000 {
            let mut content = b"Signal= 5\r\nDuration= 160\r\nSignal=#".to_vec();
            content.truncate(random.next_u32() as usize % (content.len() + 1));
            for _ in 0..random.next_u32() % 6 {
                let length = content.len();
                match content.get_mut(random.next_u32() as usize % (length + 1)) {
                    Some(octet) => *octet = b"=\r\n 19*dD\xff"[random.next_u32() as usize % 10],
                    None => content.push(random.next_u32() as u8),
                }
            }
            let content_type = if round % 2 == 0 { RELAY } else { PLAIN };
            let part = Part { content_type: content_type.into(), disposition: None, content };
            if let Ok(press) = Keypress::read(&part) {
                assert!(KEYS.contains(&press.key), "{part:?}");
            }
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for (key, duration_ms) in KEYS.into_iter().zip([None, Some(40), Some(65_535)].into_iter().cycle()) {
            let (content_type, content) = Keypress { key, duration_ms }.write();
            assert_eq!(read(content_type, &content), Ok((char::from(key), duration_ms)));
        }
        assert_eq!(Keypress { key: b'5', duration_ms: Some(160) }.write().1, "Signal=5\r\nDuration=160\r\n");
    }
}
