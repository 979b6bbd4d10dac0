//! Certificates that sign for numbers (RFC 8226): read, trusted by a chain to the configured authorities, and used.
//!
//! The chain is webpki's to validate: signatures by ECDSA, validity, basic constraints. webpki knows no TNAuthList, so that
//! extension and the key are looked up here; a certificate that marks it critical is refused by webpki. Left out:
//! revocation.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring as algorithms};

use super::der::{BOOLEAN, Elements, INTEGER, OBJECT_IDENTIFIER, OCTET_STRING, SEQUENCE, explicit};
use super::tn_auth_list::TnAuthList;

/// A certificate and those between it and an authority.
#[derive(Clone, Debug)]
pub struct Certificate {
    chain: Vec<CertificateDer<'static>>,
    key: PublicKey,
    /// Which numbers it may sign for.
    pub numbers: TnAuthList,
}

/// A point of P-256, uncompressed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(Vec<u8>);

/// Who vouches for certificates.
#[derive(Clone, Debug, Default)]
pub struct Authorities(Vec<TrustAnchor<'static>>);

/// The certificates that are known, each by where it is published.
#[derive(Clone, Debug, Default)]
pub struct Certificates(BTreeMap<String, Certificate>);

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// It is none.
    #[error("is no certificate in PEM or DER")]
    NotACertificate,
    /// It has a key of another kind than ES256 needs.
    #[error("has no key of P-256")]
    Key,
    /// It does not say for which numbers it may sign.
    #[error("has no TNAuthList")]
    NoNumbers,
    /// No authority vouches for it, now.
    #[error("is not to be trusted: {0}")]
    Untrusted(String),
    /// It, or all of them together, are more than there is room for.
    #[error("is more than there is room for")]
    TooMuch,
}

impl Certificate {
    /// Reads a certificate and its chain in PEM, or one certificate in DER.
    pub fn read(file: &[u8]) -> Result<Certificate, CertificateError> {
        let chain = chain(file)?;
        let first = chain.first().ok_or(CertificateError::NotACertificate)?;
        EndEntityCert::try_from(first).map_err(|_| CertificateError::NotACertificate)?;
        let fields = Fields::of(first).ok_or(CertificateError::NotACertificate)?;
        let key = fields.key.strip_prefix(P256_KEY).filter(|point| point.len() == P256_POINT_OCTETS);
        let key = PublicKey(key.ok_or(CertificateError::Key)?.to_vec());
        let numbers = fields.numbers.and_then(TnAuthList::parse).ok_or(CertificateError::NoNumbers)?;
        Ok(Certificate { chain, key, numbers })
    }

    /// Whether an authority vouches for it at this moment.
    pub fn trusted(&self, authorities: &Authorities, now: SystemTime) -> Result<(), CertificateError> {
        let untrusted = |error: webpki::Error| CertificateError::Untrusted(error.to_string());
        let end = EndEntityCert::try_from(&self.chain[0]).map_err(untrusted)?;
        let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or(Duration::ZERO);
        let (now, usage) = (UnixTime::since_unix_epoch(since), KeyUsage::required_if_present(CLIENT_AUTHENTICATION));
        let path = end.verify_for_usage(ALGORITHMS, &authorities.0, &self.chain[1..], now, usage, None, None);
        path.map(drop).map_err(untrusted)
    }

    /// Its key.
    pub fn key(&self) -> &PublicKey {
        &self.key
    }
}

impl PublicKey {
    /// The key whose private one has this public part.
    pub(super) fn of(point: &[u8]) -> PublicKey {
        PublicKey(point.to_vec())
    }

    /// Whether the signature of ES256 over this is by its private key.
    pub fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, &self.0).verify(message, signature).is_ok()
    }
}

impl Authorities {
    /// Reads certificates of authorities in PEM.
    pub fn read(file: &[u8]) -> Result<Authorities, CertificateError> {
        let anchor =
            |certificate: &CertificateDer<'static>| anchor_from_trusted_cert(certificate).map(|it| it.to_owned());
        let anchors: Result<Vec<_>, _> = chain(file)?.iter().map(anchor).collect();
        anchors.map(Authorities).map_err(|_| CertificateError::NotACertificate)
    }
}

impl Certificates {
    /// Adds the certificate of a URL without its scheme.
    pub fn add(&mut self, place: String, certificate: Certificate) -> Result<(), CertificateError> {
        if self.0.len() == CERTIFICATES_MAX {
            return Err(CertificateError::TooMuch);
        }
        self.0.insert(place, certificate);
        Ok(())
    }

    /// The certificate that is published there. Only https is a place that a certificate is published at.
    pub fn at(&self, url: &str) -> Option<&Certificate> {
        self.0.get(url.strip_prefix("https://")?)
    }
}

fn chain(file: &[u8]) -> Result<Vec<CertificateDer<'static>>, CertificateError> {
    if file.len() > CERTIFICATE_OCTETS_MAX {
        return Err(CertificateError::TooMuch);
    }
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(file).collect();
    match chain {
        Ok(chain) if chain.is_empty() => Ok(vec![CertificateDer::from(file.to_vec())]),
        Ok(chain) => Ok(chain),
        Err(_) => Err(CertificateError::NotACertificate),
    }
}

/// What is looked up in a certificate (RFC 5280 4.1).
struct Fields<'a> {
    /// SubjectPublicKeyInfo, the whole of its contents.
    key: &'a [u8],
    /// The value of the extension TNAuthList.
    numbers: Option<&'a [u8]>,
}

impl<'a> Fields<'a> {
    fn of(certificate: &'a [u8]) -> Option<Fields<'a>> {
        let mut to_be_signed = Elements(Elements(Elements(certificate).take(SEQUENCE)?).take(SEQUENCE)?);
        to_be_signed.take(VERSION);
        to_be_signed.take(INTEGER)?;
        // Algorithm, issuer, validity and subject.
        for _ in 0..4 {
            to_be_signed.take(SEQUENCE)?;
        }
        let key = to_be_signed.take(SEQUENCE)?;
        let mut extensions = Elements(&[]);
        while let Some((tag, contents)) = to_be_signed.any() {
            if tag == EXTENSIONS {
                extensions = Elements(Elements(contents).take(SEQUENCE)?);
            }
        }
        let mut numbers = None;
        while let Some(extension) = extensions.take(SEQUENCE) {
            let mut extension = Elements(extension);
            let is_list = extension.take(OBJECT_IDENTIFIER)? == TN_AUTH_LIST;
            extension.take(BOOLEAN);
            numbers = numbers.or(extension.take(OCTET_STRING).filter(|_| is_list));
        }
        Some(Fields { key, numbers })
    }
}

/// What stands before the point in the key of a certificate with a key of P-256 (RFC 5480): id-ecPublicKey, prime256v1, and
/// the head of a bit string without unused bits.
const P256_KEY: &[u8] =
    b"\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00";
const P256_POINT_OCTETS: usize = 65;
/// 1.3.6.1.5.5.7.1.26, RFC 8226 9.
const TN_AUTH_LIST: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 1, 26];
/// 1.3.6.1.5.5.7.3.2. Certificates of STIR say nothing of what else they are for; one that does must not be a server's.
const CLIENT_AUTHENTICATION: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 2];
const VERSION: u8 = explicit(0);
const EXTENSIONS: u8 = explicit(3);
const ALGORITHMS: &[&dyn SignatureVerificationAlgorithm] = &[
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA256,
    algorithms::ECDSA_P384_SHA384,
];
/// One certificate with its chain has some 4,000 octets.
pub const CERTIFICATE_OCTETS_MAX: usize = 65_536;
/// More than there are carriers that sign.
pub const CERTIFICATES_MAX: usize = 4096;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stir::verifier::tests::Authority;

    #[test]
    fn a_certificate_is_read_in_both_forms_and_trusted_by_its_authority_alone() {
        let authority = Authority::new();
        let issued = authority.issue(b"\x30\x08\xa0\x06\x16\x041234");
        let pem = Certificate::read(issued.pem.as_bytes()).expect("a certificate");
        let der = Certificate::read(&issued.der).expect("a certificate");
        assert_eq!(pem.numbers, der.numbers);
        assert_eq!(pem.trusted(&authority.anchors(), Authority::now()), Ok(()));
        let other = Authority::new().anchors();
        assert!(matches!(pem.trusted(&other, Authority::now()), Err(CertificateError::Untrusted(_))));
        assert!(matches!(
            pem.trusted(&authority.anchors(), SystemTime::UNIX_EPOCH),
            Err(CertificateError::Untrusted(_))
        ));
    }

    #[test]
    fn what_is_no_certificate_of_stir_says_why() {
        let read = |file: &[u8]| Certificate::read(file).map(drop);
        assert_eq!(read(b""), Err(CertificateError::NotACertificate));
        assert_eq!(read(b"nothing"), Err(CertificateError::NotACertificate));
        assert_eq!(read(&vec![0; CERTIFICATE_OCTETS_MAX + 1]), Err(CertificateError::TooMuch));
        let authority = Authority::new();
        assert_eq!(read(authority.root.as_bytes()), Err(CertificateError::NoNumbers));
        assert_eq!(read(&authority.issue(b"\x30\x00").der), Err(CertificateError::NoNumbers));
    }

    #[test]
    fn certificates_are_found_by_https_and_there_is_room_for_so_many() {
        let issued = Authority::new().issue(b"\x30\x08\xa0\x06\x16\x041234");
        let certificate = Certificate::read(&issued.der).expect("a certificate");
        let mut known = Certificates::default();
        for number in 0..CERTIFICATES_MAX {
            known.add(format!("cert.example.org/{number}.pem"), certificate.clone()).expect("room");
        }
        assert_eq!(known.add("one.more".into(), certificate), Err(CertificateError::TooMuch));
        assert!(known.at("https://cert.example.org/7.pem").is_some());
        assert!(known.at("http://cert.example.org/7.pem").is_none());
        assert!(known.at("https://cert.example.org/x.pem").is_none());
    }
}
