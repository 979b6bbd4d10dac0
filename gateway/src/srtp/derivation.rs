//! Session keys from a master key: RFC 3711 section 4.3 with the functions of its section 4.3.3 and of RFC 6188 section 3.
//!
//! The key derivation rate is zero: each session key is derived once.

use ring::aead::{AES_128_GCM, AES_256_GCM, LessSafeKey, UnboundKey};
use ring::hmac;
use zeroize::Zeroizing;

use super::key::{MasterKey, SALT_OCTETS};
use super::transform::{Aes, Cipher, Transform};

/// What a session key is for: the three labels of SRTP, or those of SRTCP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Labels {
    encryption: u8,
    authentication: u8,
    salt: u8,
}

impl Labels {
    /// Of SRTP.
    pub const RTP: Labels = Labels { encryption: 0, authentication: 1, salt: 2 };
    /// Of SRTCP.
    pub const RTCP: Labels = Labels { encryption: 3, authentication: 4, salt: 5 };
}

/// What is done to the packets of one protocol by the session keys of `master`.
pub fn transform(master: &MasterKey, labels: Labels) -> Transform {
    let suite = master.suite();
    let mut key = Zeroizing::new([0; KEY_OCTETS_MAX]);
    let key = &mut key[..suite.key_octets()];
    derive(master, labels.encryption, key);
    let cipher = if suite.is_aead() {
        let algorithm = if key.len() == 32 { &AES_256_GCM } else { &AES_128_GCM };
        let key = UnboundKey::new(algorithm, key).expect("the algorithm was chosen by the length of the key");
        Cipher::Galois(LessSafeKey::new(key))
    } else {
        let mut authentication = Zeroizing::new([0; AUTHENTICATION_KEY_OCTETS]);
        derive(master, labels.authentication, authentication.as_mut());
        let hmac = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, authentication.as_ref());
        Cipher::Counter { aes: Aes::new(key), hmac }
    };
    let mut salt = [0; SALT_OCTETS];
    derive(master, labels.salt, &mut salt[..suite.salt_octets()]);
    let tag_octets = if labels == Labels::RTP { suite.rtp_tag_octets() } else { suite.rtcp_tag_octets() };
    Transform { cipher, salt, tag_octets }
}

/// The pseudo-random function: the key stream of AES whose counter begins at label and salt.
fn derive(master: &MasterKey, label: u8, out: &mut [u8]) {
    let mut start = [0; 16];
    start[..SALT_OCTETS].copy_from_slice(&master.salt());
    start[LABEL_AT] ^= label;
    out.fill(0);
    Aes::new(master.key()).apply(u128::from_be_bytes(start), out);
}

/// Where the label stands in the salt: it is followed by 48 bits of index, which are zero.
const LABEL_AT: usize = 7;
const KEY_OCTETS_MAX: usize = 32;
const AUTHENTICATION_KEY_OCTETS: usize = 20;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::srtp::Suite;
    use crate::srtp::vectors::octets;

    fn derived<const N: usize>(master: &MasterKey, label: u8) -> [u8; N] {
        let mut out = [0; N];
        derive(master, label, &mut out);
        out
    }

    #[test]
    fn rfc_3711_appendix_b_3() {
        let master = octets("e1f97a0d3e018be0d64fa32c06de4139 0ec675ad498afeebb6960b3aabe6");
        let master = MasterKey::new(Suite::AesCm128HmacSha1_80, &master).unwrap();
        assert_eq!(derived::<16>(&master, 0), octets("c61e7a93744f39ee10734afe3ff7a087")[..]);
        assert_eq!(derived::<14>(&master, 2), octets("30cbbc08863d8c85d49db34a9ae1")[..]);
        let authentication = octets(
            "cebe321f6ff7716b6fd4ab49af256a156d38baa48f0a0acf3c34e2359e6cdbcee049646c43d9327ad175578ef7227098\
             6371c10c9a369ac2f94a8c5fbcdddc256d6e919a48b610ef17c2041e474035766b68642c59bbfc2f34db60dbdfb2",
        );
        assert_eq!(derived::<94>(&master, 1), authentication[..]);
    }

    #[test]
    fn rfc_6188_section_7_2() {
        let master =
            octets("f0f04914b513f2763a1b1fa130f10e2998f6f6e43e4309d1e622a0e332b9f1b6 3b04803de51ee7c96423ab5b78d2");
        let master = MasterKey::new(Suite::Aes256CmHmacSha1_80, &master).unwrap();
        let key = octets("5ba1064e30ec51613cad926c5a28ef731ec7fb397f70a960653caf06554cd8c4");
        assert_eq!(derived::<32>(&master, 0), key[..]);
        assert_eq!(derived::<14>(&master, 2), octets("fa31791685ca444a9e07c6c64e93")[..]);
        assert_eq!(derived::<20>(&master, 1), octets("fd9c32d39ed5fbb5a9dc96b30818454d1313dc05")[..]);
    }
}
