//! STIR: the Identity header field with its PASSporT, dates, and certificates.

use std::time::{Duration, SystemTime};

use spangate::sip::Octets;
use spangate::stir::field::Field;
use spangate::stir::passport::{DESTINATIONS_MAX, Token};
use spangate::stir::{Authorities, Certificate, Certificates, Identity, Presented, Verdict, Verifier, date};

/// A value of Identity, a date or a certificate: what is read comes back as it was, and nobody is vouched for whom no
/// authority knows.
pub fn stir(octets: &[u8]) -> bool {
    let is_certificate = Certificate::read(octets).is_ok_and(|certificate| {
        assert!(certificate.trusted(&Authorities::default(), moment()).is_err(), "there is no authority");
        true
    });
    is_field(octets) | is_date(octets) | is_certificate
}

fn is_field(octets: &[u8]) -> bool {
    let fields = [Octets::from(octets)];
    let originator = Some(Identity::Tn("12155551212".into()));
    let destinations = vec![Identity::Tn("12155551213".into())];
    let presented = Presented { fields: &fields, country_code: "1", date: Some(moment()), originator, destinations };
    assert!(!matches!(verifier().verify(moment(), &presented), Verdict::Passed(_)), "nobody has signed");
    let Ok(field) = Field::parse(octets) else { return false };
    // What has quotation marks or white space of its own is not written again as it came.
    let plain = [&field.alg, field.ppt.as_ref().unwrap_or(&field.alg)].iter().all(|word| word.bytes().all(is_plain));
    assert!(!plain || Field::parse(field.write().as_bytes()) == Ok(field.clone()));
    match Token::parse(&field.token) {
        Ok(Token::Full(full)) => {
            assert!(full.signed.len() < octets.len() && full.claims.dest.iter().count() <= DESTINATIONS_MAX);
            true
        }
        Ok(Token::Compact { signature }) => signature.len() < octets.len(),
        Err(_) => false,
    }
}

fn is_plain(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
}

fn is_date(octets: &[u8]) -> bool {
    let Some(moment) = date::parse(octets) else { return false };
    assert_eq!(date::parse(date::write(moment).as_bytes()), Some(moment));
    true
}

fn verifier() -> Verifier {
    Verifier {
        authorities: Authorities::default(),
        certificates: Certificates::default(),
        fresh: Duration::from_secs(60),
    }
}

fn moment() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_471_375_418)
}
