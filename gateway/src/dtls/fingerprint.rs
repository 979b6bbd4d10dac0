//! Fingerprints of certificates in session descriptions: the value of `a=fingerprint` (RFC 5763 section 5).
//!
//! A name of a hash function, and the hash of the certificate in hexadecimal, an octet at a time between colons. Left out: MD5 and
//! SHA-1, by which somebody might make a certificate to match.

use std::fmt;

use sha2::{Digest as _, Sha224, Sha256, Sha384, Sha512};

/// A hash function that a fingerprint may be made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Digest {
    /// `sha-224`.
    Sha224,
    /// `sha-256`, which is ours.
    Sha256,
    /// `sha-384`.
    Sha384,
    /// `sha-512`.
    Sha512,
}

/// The hash of a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fingerprint {
    digest: Digest,
    octets: Vec<u8>,
}

/// Fingerprints of one description that are looked at.
pub const FINGERPRINTS_MAX: usize = 8;

impl Digest {
    const ALL: [Digest; 4] = [Digest::Sha224, Digest::Sha256, Digest::Sha384, Digest::Sha512];

    fn name(self) -> &'static str {
        match self {
            Digest::Sha224 => "sha-224",
            Digest::Sha256 => "sha-256",
            Digest::Sha384 => "sha-384",
            Digest::Sha512 => "sha-512",
        }
    }

    fn of(self, octets: &[u8]) -> Vec<u8> {
        match self {
            Digest::Sha224 => Sha224::digest(octets).to_vec(),
            Digest::Sha256 => Sha256::digest(octets).to_vec(),
            Digest::Sha384 => Sha384::digest(octets).to_vec(),
            Digest::Sha512 => Sha512::digest(octets).to_vec(),
        }
    }
}

impl Fingerprint {
    /// Of a certificate in DER.
    pub fn of(digest: Digest, certificate: &[u8]) -> Fingerprint {
        Fingerprint { digest, octets: digest.of(certificate) }
    }

    /// Reads the value of the attribute; `None`: it is none that we can check.
    pub fn parse(value: &str) -> Option<Fingerprint> {
        let (name, hash) = value.trim().split_once(' ')?;
        let digest = Digest::ALL.into_iter().find(|digest| digest.name().eq_ignore_ascii_case(name))?;
        let is_hexadecimal = |text: &str| text.len() == 2 && text.bytes().all(|letter| letter.is_ascii_hexdigit());
        let octet = |text: &str| is_hexadecimal(text).then(|| u8::from_str_radix(text, 16).ok())?;
        let octets: Vec<u8> = hash.trim().split(':').map(octet).collect::<Option<_>>()?;
        (octets.len() == digest.of(&[]).len()).then_some(Fingerprint { digest, octets })
    }

    /// Whether it is of this certificate in DER.
    pub fn is_of(&self, certificate: &[u8]) -> bool {
        self.digest.of(certificate) == self.octets
    }
}

/// As the attribute has it.
impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.digest.name())?;
        for (at, octet) in self.octets.iter().enumerate() {
            let colon = if at > 0 { ":" } else { "" };
            write!(f, "{colon}{octet:02X}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-4's example: the SHA-256 of "abc".
    const ABC: &str =
        "sha-256 BA:78:16:BF:8F:01:CF:EA:41:41:40:DE:5D:AE:22:23:B0:03:61:A3:96:17:7A:9C:B4:10:FF:61:F2:00:15:AD";

    #[test]
    fn the_hash_of_a_certificate_is_written_as_others_write_it_and_read_in_any_case() {
        let fingerprint = Fingerprint::of(Digest::Sha256, b"abc");
        assert_eq!(fingerprint.to_string(), ABC);
        for text in [ABC.to_owned(), ABC.to_lowercase(), ABC.to_uppercase(), format!(" {ABC} ")] {
            assert_eq!(Fingerprint::parse(&text).as_ref(), Some(&fingerprint), "{text}");
        }
        assert!(fingerprint.is_of(b"abc") && !fingerprint.is_of(b"abd"));
    }

    #[test]
    fn reading_what_we_write_gives_the_same_by_every_function() {
        for digest in Digest::ALL {
            let fingerprint = Fingerprint::of(digest, b"a certificate");
            assert_eq!(Fingerprint::parse(&fingerprint.to_string()), Some(fingerprint));
        }
    }

    #[test]
    fn what_we_cannot_check_is_none() {
        let short = &ABC[..ABC.len() - 3];
        for text in ["", "sha-256", "sha-1 AA:BB", "md5 AA", short, &format!("{ABC}:00"), &ABC.replace("BA", "+A")] {
            assert_eq!(Fingerprint::parse(text), None, "{text}");
        }
    }
}
