//! `a=crypto`: keys of SRTP in session descriptions, RFC 4568.
//!
//! Promised: a line that is not honoured whole is not honoured at all, and counts as unusable; keys are in no error and
//! no `Debug`. Left out: several master keys in a line, and every session parameter that would change what is
//! done to packets (`KDR`, `UNENCRYPTED_SRTP`, `FEC_ORDER`…): such lines are unusable.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;
use zeroize::Zeroizing;

use crate::srtp::{MasterKey, Mki, Suite, Theirs};

/// One `a=crypto` line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crypto {
    /// By which the answer names the line of the offer that it takes; up to nine digits.
    pub tag: u32,
    /// By what whoever wrote the line sends, and the suite of both directions.
    pub key: MasterKey,
    /// Packets of RTP, and packets of RTCP, that the key is good for; `None`: the suite's own number.
    pub lifetime: Option<u64>,
    /// What names the key in packets.
    pub mki: Option<Mki>,
}

/// What the lines of one stream come to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offered {
    /// Those that can be used, in their order, which is that of preference: the first [`CRYPTO_MAX`].
    pub lines: Vec<Crypto>,
    /// There are others.
    pub has_unusable: bool,
}

/// A key of ours for each suite, and where new ones come from.
#[derive(Clone, PartialEq, Eq)]
pub struct OurKeys {
    keys: [MasterKey; Suite::ALL.len()],
    random: ChaCha20Rng,
}

/// Overwrites keys in what passes, however it is cut, and leaves its length: for traces.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Redactor {
    /// The last octets of the line, in lower case.
    last: u64,
    is_in_key: bool,
}

/// Lines of one stream that are looked at.
pub const CRYPTO_MAX: usize = 16;

/// What we offer, best first. Each line is a hundred octets of a datagram that should stay below 1300.
const OFFERED: [Suite; 3] = [Suite::AeadAes256Gcm, Suite::AeadAes128Gcm, Suite::AesCm128HmacSha1_80];

impl Crypto {
    /// Reads the value of the attribute (RFC 4568 section 9); `None`: it is unusable.
    pub fn parse(value: &str) -> Option<Crypto> {
        let mut words = value.split_ascii_whitespace();
        let tag = words.next().filter(|tag| tag.len() <= TAG_DIGITS_MAX)?;
        let suite = Suite::named(words.next()?)?;
        let mut parts = words.next()?.split('|');
        let key = key(suite, parts.next()?)?;
        let mut mark = parts.next();
        let lifetime = match mark.filter(|part| !part.contains(':')) {
            Some(text) => {
                mark = parts.next();
                Some(lifetime(text).filter(|packets| *packets <= suite.rtp_lifetime())?)
            }
            None => None,
        };
        let mki = match mark {
            Some(text) => Some(mki(text)?),
            None => None,
        };
        let is_whole = parts.next().is_none() && words.all(changes_nothing);
        is_whole.then_some(Crypto { tag: number(tag)?, key, lifetime, mki })
    }

    /// The value of the attribute, with the key.
    pub fn to_value(&self) -> String {
        let mut value = format!("{} {} inline:{}", self.tag, self.key.suite().name(), BASE64.encode(self.key.octets()));
        if let Some(packets) = self.lifetime {
            value += &format!("|{packets}");
        }
        if let Some(mki) = self.mki {
            value += &format!("|{}:{}", mki.value, mki.octets);
        }
        value
    }

    /// What its writer's packets are opened by.
    pub fn theirs(&self) -> Theirs {
        Theirs { key: self.key.clone(), lifetime: self.lifetime, mki: self.mki }
    }
}

impl Offered {
    /// From the values of a stream's attributes.
    pub fn read<'a>(values: impl Iterator<Item = &'a str>) -> Offered {
        let mut offered = Offered::default();
        for line in values.take(CRYPTO_MAX).map(Crypto::parse) {
            offered.has_unusable |= line.is_none();
            offered.lines.extend(line);
        }
        offered
    }
}

impl OurKeys {
    /// Draws them; nobody may know the seed, and no seed may be used twice.
    pub fn draw(seed: [u8; 32]) -> OurKeys {
        let mut random = ChaCha20Rng::from_seed(seed);
        OurKeys { keys: Suite::ALL.map(|suite| MasterKey::draw(suite, &mut random)), random }
    }

    /// The lines of our offer.
    pub(super) fn offer(&self) -> Vec<Crypto> {
        (1..).zip(OFFERED).map(|(tag, suite)| self.line(tag, suite)).collect()
    }

    /// A line with our key of a suite.
    pub(super) fn line(&self, tag: u32, suite: Suite) -> Crypto {
        let key = self.keys.iter().find(|key| key.suite() == suite).expect("there is one of every suite");
        Crypto { tag, key: key.clone(), lifetime: None, mki: None }
    }

    /// Draws every key anew but that of a suite which is in use.
    pub(super) fn renew(&mut self, in_use: Option<Suite>) {
        for key in self.keys.iter_mut().filter(|key| Some(key.suite()) != in_use) {
            *key = MasterKey::draw(key.suite(), &mut self.random);
        }
    }
}

impl Redactor {
    /// Overwrites the keys in what follows. At the end of a line it is as it began.
    pub fn pass(&mut self, octets: &mut [u8]) {
        for octet in octets {
            self.is_in_key &= is_base64(*octet);
            if self.is_in_key {
                *octet = b'*';
            } else if *octet == b'\n' {
                *self = Redactor::default();
            } else {
                self.last = (self.last << 8 | u64::from(octet.to_ascii_lowercase())) & INLINE_MASK;
                self.is_in_key = self.last == INLINE_WORD;
            }
        }
    }
}

impl fmt::Debug for OurKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OurKeys")
    }
}

/// `inline:` and the base64 of key and salt.
fn key(suite: Suite, text: &str) -> Option<MasterKey> {
    let (method, key) = text.split_at_checked(INLINE.len())?;
    if !method.as_bytes().eq_ignore_ascii_case(INLINE) {
        return None;
    }
    let mut octets = Zeroizing::new([0; DECODED_OCTETS_MAX]);
    let length = BASE64.decode_slice(key, octets.as_mut()).ok()?;
    MasterKey::new(suite, &octets[..length])
}

fn lifetime(text: &str) -> Option<u64> {
    match text.strip_prefix("2^") {
        Some(power) => 1u64.checked_shl(number(power)?),
        None => number(text).filter(|packets| *packets > 0),
    }
}

fn mki(text: &str) -> Option<Mki> {
    let (value, octets) = text.split_once(':')?;
    let mki = Mki { value: number(value)?, octets: number(octets)? };
    let room = 8 * u32::from(mki.octets);
    let fits = room >= u64::BITS || mki.value >> room == 0;
    (fits && (1..=Mki::OCTETS_MAX).contains(&mki.octets)).then_some(mki)
}

/// Digits and nothing else, without a sign.
fn number<T: std::str::FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|octet| octet.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Whether a session parameter may be passed over: a hint of a window, and what is marked so (RFC 4568 section 6.3.7).
fn changes_nothing(parameter: &str) -> bool {
    parameter.starts_with("WSH=") || parameter.starts_with('-')
}

fn is_base64(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'+' | b'/' | b'=')
}

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
const INLINE: &[u8] = b"inline:";
/// The same as the last seven octets of eight.
const INLINE_WORD: u64 = u64::from_be_bytes(*b"\0inline:");
const INLINE_MASK: u64 = u64::MAX >> 8;
const TAG_DIGITS_MAX: usize = 9;
/// The longest key with its salt has 46 octets; what decodes to more is none.
const DECODED_OCTETS_MAX: usize = 48;

#[cfg(test)]
mod tests {
    use super::*;

    /// The keys of the examples of RFC 4568 section 6.1, and one of 46 octets.
    const KEY: &str = "d0RmdmcmVCspeEc3QGZiNWpVLFJhQX1cfHAwJSoj";

    fn line(rest: &str) -> Option<Crypto> {
        Crypto::parse(&format!("1 AES_CM_128_HMAC_SHA1_80 inline:{KEY}{rest}"))
    }

    #[test]
    fn the_parts_of_a_line_are_read() {
        let read = |rest| line(rest).map(|line| (line.lifetime, line.mki.map(|mki| (mki.value, mki.octets))));
        type LifetimeAndMki = (Option<u64>, Option<(u64, u8)>);
        let table: [(&str, Option<LifetimeAndMki>); 20] = [
            ("", Some((None, None))),
            ("|2^20|1:4", Some((Some(1 << 20), Some((1, 4))))),
            ("|1066:4", Some((None, Some((1066, 4))))),
            ("|2^48", Some((Some(1 << 48), None))),
            ("|500000", Some((Some(500_000), None))),
            (" WSH=64 -unknown=1", Some((None, None))),
            ("|1:128", Some((None, Some((1, 128))))),
            ("|2^49", None),
            ("|2^64", None),
            ("|0", None),
            ("|+5", None),
            ("|1:4|2^20", None),
            ("|1:129", None),
            ("|1:0", None),
            ("|256:1", None),
            ("|1:4|", None),
            (";inline:YUJDZGVmZ2hpSktMbW9QUXJzVHVWd3l6MTIzNDU2|2:4", None),
            (" KDR=1", None),
            (" UNENCRYPTED_SRTCP", None),
            (" unknown", None),
        ];
        for (rest, expected) in table {
            assert_eq!(read(rest), expected, "{rest:?}");
        }
    }

    #[test]
    fn a_key_has_the_length_of_its_suite_padded_or_not() {
        let table = [
            ("AES_CM_128_HMAC_SHA1_80", 30),
            ("AES_CM_128_HMAC_SHA1_32", 30),
            ("AES_256_CM_HMAC_SHA1_80", 46),
            ("AES_256_CM_HMAC_SHA1_32", 46),
            ("AEAD_AES_128_GCM", 28),
            ("AEAD_AES_256_GCM", 44),
        ];
        for (suite, octets) in table {
            for length in 0..60 {
                let key = BASE64.encode(vec![7; length]);
                let padded = Crypto::parse(&format!("3 {suite} inline:{key}"));
                let bare = Crypto::parse(&format!("3 {suite} inline:{}", key.trim_end_matches('=')));
                assert_eq!(padded.is_some(), length == octets, "{suite} {length}");
                assert_eq!(padded, bare);
            }
        }
    }

    #[test]
    fn what_is_no_line_of_ours_is_unusable() {
        let values =
            ["", "1", "1 F8_128_HMAC_SHA1_80 inline:AA", "1 AES_CM_128_HMAC_SHA1_80", "x AEAD_AES_128_GCM url:x"];
        for value in values {
            assert_eq!(Crypto::parse(value), None, "{value}");
        }
        let long = format!("1234567890 AES_CM_128_HMAC_SHA1_80 inline:{KEY}");
        let good = line("").unwrap().to_value();
        let offered = Offered::read([&*long, &*good].into_iter());
        assert_eq!((offered.lines.len(), offered.has_unusable), (1, true));
        assert_eq!(Offered::read(std::iter::repeat_n(&*good, 40)).lines.len(), CRYPTO_MAX);
    }

    #[test]
    fn reading_what_we_write_gives_the_same_line() {
        let keys = OurKeys::draw([9; 32]);
        for suite in Suite::ALL {
            let line =
                Crypto { lifetime: Some(1 << 31), mki: Some(Mki { value: 7, octets: 2 }), ..keys.line(4, suite) };
            assert_eq!(Crypto::parse(&line.to_value()), Some(line));
        }
    }

    #[test]
    fn renewed_keys_are_others_but_the_one_in_use() {
        let mut keys = OurKeys::draw([9; 32]);
        let before = keys.offer();
        keys.renew(Some(Suite::AeadAes128Gcm));
        let same = before.iter().zip(keys.offer()).map(|(old, new)| *old == new);
        assert_eq!(same.collect::<Vec<_>>(), [false, true, false]);
    }

    #[test]
    fn no_key_is_left_in_a_redacted_message() {
        let message = format!("a=crypto:1 X inlinline:{KEY}|2^20|1:4\r\na=crypto:2 X INLINE:{KEY}\r\n").into_bytes();
        let stars = "*".repeat(40);
        let expected = format!("a=crypto:1 X inlinline:{stars}|2^20|1:4\r\na=crypto:2 X INLINE:{stars}\r\n");
        for cut in 0..message.len() {
            let (mut message, mut redactor) = (message.clone(), Redactor::default());
            redactor.pass(&mut message[..cut]);
            redactor.pass(&mut message[cut..]);
            assert_eq!(String::from_utf8_lossy(&message), expected, "cut at {cut}");
            assert_eq!(redactor, Redactor::default());
        }
        assert!(!format!("{:?} {:?}", line(""), OurKeys::draw([1; 32])).contains("d0Rm"));
    }
}
