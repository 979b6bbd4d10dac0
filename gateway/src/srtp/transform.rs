//! Encryption and authentication of one packet: RFC 3711 sections 4.1.1 and 4.2, RFC 7714 sections 8 and 9.
//!
//! What stands behind a packet differs: in counter mode the index of SRTCP, the MKI and then the tag, in Galois/counter
//! mode the tag and then the others. [`Tail`] knows where each is.

use std::ops::Range;

use aes::cipher::{Array, BlockCipherEncrypt, KeyInit};
use aes::{Aes128Enc, Aes256Enc};
use ring::aead::{Aad, LessSafeKey, Nonce};
use ring::hmac;
use subtle::ConstantTimeEq;

use super::key::SALT_OCTETS;
use super::{RTCP_HEADER_OCTETS, WORD_OCTETS};

/// The session keys of one direction of SRTP, or of SRTCP.
pub struct Transform {
    pub cipher: Cipher,
    pub salt: [u8; SALT_OCTETS],
    pub tag_octets: usize,
}

/// By what packets are encrypted and authenticated.
#[expect(clippy::large_enum_variant, reason = "a context has two of them, and is boxed itself")]
pub enum Cipher {
    /// AES in counter mode and HMAC-SHA1.
    Counter { aes: Aes, hmac: hmac::Key },
    /// AES in Galois/counter mode.
    Galois(LessSafeKey),
}

/// AES in one direction, which is all that counter mode needs.
#[expect(clippy::large_enum_variant, reason = "a context is boxed itself")]
pub enum Aes {
    Bits128(Aes128Enc),
    Bits256(Aes256Enc),
}

/// What is authenticated with the text of a packet, and makes its key stream its own.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    pub header: &'a [u8],
    pub ssrc: u32,
    /// 48 bits of SRTP, 31 of SRTCP.
    pub index: u64,
    /// What is authenticated behind the text.
    pub behind: Behind,
}

/// What is authenticated behind the text.
#[derive(Clone, Copy)]
pub enum Behind {
    /// SRTP: the rollover counter, which is not sent and is in the nonce of Galois/counter mode already.
    RolloverCounter(u32),
    /// SRTCP: the E flag with the index.
    Word(u32),
}

/// Where what stands behind the text of a packet is.
#[derive(Debug, PartialEq, Eq)]
pub struct Tail {
    /// Where the text ends.
    pub text: usize,
    pub word: Range<usize>,
    pub mki: Range<usize>,
    pub tag: Range<usize>,
}

/// A tag as the algorithm makes it, of which a suite sends the first octets.
pub type Tag = [u8; TAG_OCTETS_MAX];

impl Transform {
    /// Encrypts `text` and makes its tag.
    pub fn seal(&self, frame: Frame<'_>, text: &mut [u8]) -> Tag {
        let mut tag = [0; TAG_OCTETS_MAX];
        match &self.cipher {
            Cipher::Counter { aes, hmac } => {
                aes.apply(self.counter(frame), text);
                let whole = authenticate(hmac, frame, text);
                tag[..whole.as_ref().len()].copy_from_slice(whole.as_ref());
            }
            Cipher::Galois(key) => {
                let associated = Associated::of(frame);
                let whole = key.seal_in_place_separate_tag(self.nonce(frame), Aad::from(&associated), text);
                let whole = whole.expect("a datagram is far shorter than what a nonce is good for");
                tag[..whole.as_ref().len()].copy_from_slice(whole.as_ref());
            }
        }
        tag
    }

    /// Decrypts `text` if the tag is right. Where it is not, the text may be lost.
    #[must_use]
    pub fn open(&self, frame: Frame<'_>, text: &mut [u8], tag: &[u8]) -> bool {
        match &self.cipher {
            Cipher::Counter { aes, hmac } => {
                let whole = authenticate(hmac, frame, text);
                let right: bool = whole.as_ref()[..self.tag_octets].ct_eq(tag).into();
                if right {
                    aes.apply(self.counter(frame), text);
                }
                right
            }
            Cipher::Galois(key) => {
                let associated = Associated::of(frame);
                let Ok(tag) = tag.try_into() else { return false };
                key.open_in_place_separate_tag(self.nonce(frame), Aad::from(&associated), tag, text, 0..).is_ok()
            }
        }
    }

    /// Where things are behind the text of a packet of `length` octets with its tail; `None`: it is too short.
    pub fn tail(&self, length: usize, word_octets: usize, mki_octets: usize) -> Option<Tail> {
        let mut end = length;
        let mut before = |octets| {
            let range = usize::checked_sub(end, octets)?..end;
            end = range.start;
            Some(range)
        };
        let (word, mki, tag);
        match self.cipher {
            Cipher::Counter { .. } => {
                (tag, mki) = (before(self.tag_octets)?, before(mki_octets)?);
                word = before(word_octets)?;
            }
            Cipher::Galois(_) => {
                (mki, word) = (before(mki_octets)?, before(word_octets)?);
                tag = before(self.tag_octets)?;
            }
        }
        Some(Tail { text: end, word, mki, tag })
    }

    /// The first counter block: salt, SSRC and index, with 16 bits for the blocks.
    fn counter(&self, frame: Frame<'_>) -> u128 {
        let mut salt = [0; 16];
        salt[..SALT_OCTETS].copy_from_slice(&self.salt);
        u128::from_be_bytes(salt) ^ u128::from(frame.ssrc) << 64 ^ u128::from(frame.index) << 16
    }

    /// The nonce of 96 bits: salt, SSRC and index.
    fn nonce(&self, frame: Frame<'_>) -> Nonce {
        let number = (u128::from(frame.ssrc) << 48 | u128::from(frame.index)).to_be_bytes();
        Nonce::assume_unique_for_key(std::array::from_fn(|at| number[4 + at] ^ self.salt[at]))
    }
}

fn authenticate(hmac: &hmac::Key, frame: Frame<'_>, text: &[u8]) -> hmac::Tag {
    let (Behind::RolloverCounter(behind) | Behind::Word(behind)) = frame.behind;
    let mut context = hmac::Context::with_key(hmac);
    context.update(frame.header);
    context.update(text);
    context.update(&behind.to_be_bytes());
    context.sign()
}

/// What Galois/counter mode authenticates and does not encrypt: the header, and of SRTCP the word too.
enum Associated<'a> {
    Rtp(&'a [u8]),
    Rtcp([u8; RTCP_HEADER_OCTETS + WORD_OCTETS]),
}

impl<'a> Associated<'a> {
    fn of(frame: Frame<'a>) -> Associated<'a> {
        let Behind::Word(word) = frame.behind else { return Associated::Rtp(frame.header) };
        let mut octets = [0; RTCP_HEADER_OCTETS + WORD_OCTETS];
        octets[..RTCP_HEADER_OCTETS].copy_from_slice(frame.header);
        octets[RTCP_HEADER_OCTETS..].copy_from_slice(&word.to_be_bytes());
        Associated::Rtcp(octets)
    }
}

impl AsRef<[u8]> for Associated<'_> {
    fn as_ref(&self) -> &[u8] {
        match self {
            Associated::Rtp(header) => header,
            Associated::Rtcp(octets) => octets,
        }
    }
}

impl Aes {
    /// By a key of 16 or 32 octets.
    pub fn new(key: &[u8]) -> Aes {
        match <[u8; 32]>::try_from(key) {
            Ok(key) => Aes::Bits256(Aes256Enc::new(&key.into())),
            Err(_) => Aes::Bits128(Aes128Enc::new_from_slice(key).expect("every suite has a key of 16 or 32 octets")),
        }
    }

    /// Adds the key stream that begins at a counter block; twice makes it undone.
    pub fn apply(&self, start: u128, text: &mut [u8]) {
        for (nth, run) in (0..).zip(text.chunks_mut(16 * BLOCKS_AT_ONCE)) {
            let first = start.wrapping_add(nth * BLOCKS_AT_ONCE as u128);
            let mut stream: [Array<u8, _>; BLOCKS_AT_ONCE] =
                std::array::from_fn(|at| first.wrapping_add(at as u128).to_be_bytes().into());
            let stream = &mut stream[..run.len().div_ceil(16)];
            match self {
                Aes::Bits128(aes) => aes.encrypt_blocks(stream),
                Aes::Bits256(aes) => aes.encrypt_blocks(stream),
            }
            run.iter_mut().zip(stream.iter().flatten()).for_each(|(octet, key)| *octet ^= key);
        }
    }
}

/// Octets of a tag of HMAC-SHA1 before it is cut.
const TAG_OCTETS_MAX: usize = 20;
/// Blocks of the key stream that are made at once: those of 20 ms of G.711, and more than a processor takes together.
const BLOCKS_AT_ONCE: usize = 10;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srtp::vectors::octets;

    /// The blocks that both appendices show, of a stream that is as long as its counter of 16 bits allows.
    fn check(key: &str, blocks: [(usize, &str); 6]) {
        let start = u128::from_be_bytes(octets("f0f1f2f3f4f5f6f7f8f9fafbfcfd0000").try_into().unwrap());
        let mut stream = vec![0; 16 * 0xff02];
        Aes::new(&octets(key)).apply(start, &mut stream);
        for (at, block) in blocks {
            assert_eq!(stream[16 * at..][..16], octets(block)[..], "block {at:#x}");
        }
    }

    #[test]
    fn rfc_3711_appendix_b_2() {
        let blocks = [
            (0, "e03ead0935c95e80e166b16dd92b4eb4"),
            (1, "d23513162b02d0f72a43a2fe4a5f97ab"),
            (2, "41e95b3bb0a2e8dd477901e4fca894c0"),
            (0xfeff, "ec8cdf7398607cb0f2d21675ea9ea1e4"),
            (0xff00, "362b7c3c6773516318a077d7fc5073ae"),
            (0xff01, "6a2cc3787889374fbeb4c81b17ba6c44"),
        ];
        check("2b7e151628aed2a6abf7158809cf4f3c", blocks);
    }

    #[test]
    fn rfc_6188_section_7_1() {
        let blocks = [
            (0, "92bdd28a93c3f52511c677d08b5515a4"),
            (1, "9da71b2378a854f67050756ded165bac"),
            (2, "63c4868b7096d88421b563b8c94c9a31"),
            (0xfeff, "cea518c90fd91ced9cbb18c078a54711"),
            (0xff00, "3dbc4814f4da5f00a08772b63c6a046d"),
            (0xff01, "6eb246913062a16891433e97dd01a57f"),
        ];
        check("57f82fe3613fd170a85ec93c40b1f0922ec4cb0dc025b58272147cc438944a98", blocks);
    }
}
