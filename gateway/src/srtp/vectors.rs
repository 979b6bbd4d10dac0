//! Whole packets that others have published: RFC 7714 sections 16 and 17 by session keys, and libSRTP 2.5's own by master keys.

use super::transform::{Behind, Cipher, Frame, Transform};
use super::{Mki, Receiver, Rejection, Sender, Suite, Theirs};
use crate::srtp::MasterKey;
use ring::aead::{AES_128_GCM, AES_256_GCM, LessSafeKey, UnboundKey};

/// Octets from hexadecimal digits; blanks count for nothing.
pub fn octets(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    let pairs = digits.chunks(2).map(|pair| std::str::from_utf8(pair).expect("hexadecimal digits are ASCII"));
    pairs.map(|pair| u8::from_str_radix(pair, 16).expect("two hexadecimal digits")).collect()
}

/// The session keys of RFC 7714's examples.
fn rfc_7714(key_octets: u8) -> Transform {
    let key: Vec<u8> = (0..key_octets).collect();
    let algorithm = if key_octets == 32 { &AES_256_GCM } else { &AES_128_GCM };
    let mut salt = [0; 14];
    salt[..12].copy_from_slice(b"Quid pro quo");
    let key = LessSafeKey::new(UnboundKey::new(algorithm, &key).unwrap());
    Transform { cipher: Cipher::Galois(key), salt, tag_octets: 16 }
}

#[test]
fn rfc_7714_section_16() {
    let plain = octets("8040f17b8041f8d35501a0b2");
    let text = b"Gallia est omnis divisa in partes tres";
    let table = [
        (
            16,
            "f24de3a3fb34de6cacba861c9d7e4bcabe633bd50d294e6f42a5f47a51c7d19b36de3adf8833",
            "899d7f27beb16a9152cf765ee4390cce",
        ),
        (
            32,
            "32b1de78a822fe12ef9f78fa332e33aab18012389a58e2f3b50b2a0276ffae0f1ba63799b87b",
            "7aa3db36dfffd6b0f9bb7878d7a76c13",
        ),
    ];
    for (key_octets, cipher, tag) in table {
        let transform = rfc_7714(key_octets);
        let behind = Behind::RolloverCounter(0);
        let frame = Frame { header: &plain, ssrc: 0x5501_a0b2, index: 0xf17b, behind };
        let mut packet = text.to_vec();
        assert_eq!(transform.seal(frame, &mut packet)[..16], octets(tag)[..]);
        assert_eq!(packet, octets(cipher));
        assert!(transform.open(frame, &mut packet, &octets(tag)));
        assert_eq!(packet, text);
    }
}

#[test]
fn rfc_7714_section_17() {
    let header = octets("81c8000d4d617273");
    let text = octets("4e5450314e545032525450200000042a0000e9304c756e61deadbeefdeadbeefdeadbeefdeadbeefdeadbeef");
    let table = [
        (
            16,
            "63e94885dcdab67ca727d7662f6b7e997ff5c0f76c06f32dc676a5f1730d6fda4ce09b4686303ded0bb9275b",
            "c84aa45896cf4d2fc5abf87245d9eade",
        ),
        (
            32,
            "d50ae4d1f5ce5d304ba297e47d470c282c3ece5dbffe0a50a2eaa5c1110555be8415f658c61de0476f1b6fad",
            "1d1eb30c4446839f57ff6f6cb26ac3be",
        ),
    ];
    for (key_octets, cipher, tag) in table {
        let transform = rfc_7714(key_octets);
        let frame = Frame { header: &header, ssrc: 0x4d61_7273, index: 0x5d4, behind: Behind::Word(0x8000_05d4) };
        let mut packet = text.clone();
        assert_eq!(transform.seal(frame, &mut packet)[..16], octets(tag)[..]);
        assert_eq!(packet, octets(cipher));
        assert!(transform.open(frame, &mut packet, &octets(tag)));
        assert_eq!(packet, text);
    }
}

/// Suite, master key with salt, SRTP packet, SRTCP packet where there is one.
const LIBSRTP: [(Suite, &str, &str, Option<&str>); 3] = [
    (
        Suite::AesCm128HmacSha1_80,
        "e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6",
        "800f1234decafbadcafebabe 4e55dc4ce79978d88ca4d215949d2402 b78d6acc99ea179b8dbb",
        Some("81c8000bcafebabe 7128035be487b9bdbef89041f977a5a8 80000001 993e08cd54d6c1230798"),
    ),
    (
        Suite::Aes256CmHmacSha1_80,
        "f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6 3b04803de51ee7c96423ab5b78d2",
        "800f1234decafbadcafebabe f1d9de17ff251ff1aa007774b0b4b40d a08d9d9a5b3a55d8873b",
        None,
    ),
    (
        Suite::AeadAes128Gcm,
        "000102030405060708090a0b0c0d0e0f a0a1a2a3a4a5a6a7a8a9aaab",
        "800f1234decafbadcafebabe c5002ede04cfdd2eb91159e0880aa06e d2976826f796b201df3131a127e8a392",
        Some("81c8000bcafebabe c98b8b5df0392a55852b6c21ac8e7025 c52c6fbea2b3b446ea31123ba88ce61e 80000001"),
    ),
];

const RTP: &str = "800f1234decafbadcafebabe abababababababababababababababab";
const RTCP: &str = "81c8000bcafebabe abababababababababababababababab";

#[test]
fn what_libsrtp_protects_is_opened() {
    for (suite, key, srtp, srtcp) in LIBSRTP {
        let key = MasterKey::new(suite, &octets(key)).unwrap();
        let mut receiver = Receiver::new(Theirs { key, lifetime: None, mki: None });
        let mut packet = octets(srtp);
        let length = receiver.open_rtp(&mut packet).unwrap();
        assert_eq!(packet[..length], octets(RTP)[..], "{suite:?}");
        assert_eq!(receiver.open_rtp(&mut octets(srtp)), Err(Rejection::Replayed));
        let Some(srtcp) = srtcp else { continue };
        let mut packet = octets(srtcp);
        let length = receiver.open_rtcp(&mut packet).unwrap();
        assert_eq!(packet[..length], octets(RTCP)[..], "{suite:?}");
        assert_eq!(receiver.open_rtcp(&mut octets(srtcp)), Err(Rejection::Replayed));
    }
}

#[test]
fn what_we_protect_is_what_libsrtp_does() {
    for (suite, key, srtp, srtcp) in LIBSRTP {
        let mut sender = Sender::new(MasterKey::new(suite, &octets(key)).unwrap());
        assert_eq!(protect(&mut sender, RTP, Sender::protect_rtp), octets(srtp), "{suite:?}");
        let Some(srtcp) = srtcp else { continue };
        // The first of ours has the index 0, and theirs 1.
        protect(&mut sender, RTCP, Sender::protect_rtcp);
        assert_eq!(protect(&mut sender, RTCP, Sender::protect_rtcp), octets(srtcp), "{suite:?}");
    }
}

fn protect(sender: &mut Sender, plain: &str, by: fn(&mut Sender, &mut [u8], usize) -> Option<usize>) -> Vec<u8> {
    let mut packet = octets(plain);
    let length = packet.len();
    packet.resize(length + super::OVERHEAD_OCTETS_MAX, 0);
    let length = by(sender, &mut packet, length).unwrap();
    packet.truncate(length);
    packet
}

#[test]
fn an_mki_stands_before_the_tag_of_counter_mode_and_behind_that_of_galois_mode() {
    let mki = Some(Mki { value: 0x0102, octets: 4 });
    for (suite, key, srtp, _) in [LIBSRTP[0], LIBSRTP[2]] {
        let theirs = Theirs { key: MasterKey::new(suite, &octets(key)).unwrap(), lifetime: None, mki };
        let mut packet = octets(srtp);
        let at = if suite.is_aead() { packet.len() } else { packet.len() - suite.rtp_tag_octets() };
        packet.splice(at..at, [0, 0, 1, 2]);
        let mut other = packet.clone();
        other[at + 3] = 3;
        let mut receiver = Receiver::new(theirs);
        assert_eq!(receiver.open_rtp(&mut other), Err(Rejection::NotAuthentic));
        assert_eq!(receiver.open_rtp(&mut packet), Ok(octets(RTP).len()), "{suite:?}");
    }
}
