//! The verification service of RFC 8224: whether somebody who may do so has signed for the caller of a request.
//!
//! Of several values of Identity one that holds is enough. What costs nothing is looked at first, and signatures last, so
//! that who sends nonsense makes us work no more than who calls.

use std::time::{Duration, SystemTime};

use super::certificate::{Authorities, Certificate, CertificateError, Certificates};
use super::date;
use super::field::{Field, NotAField};
use super::identity::Identity;
use super::passport::{self, Attestation, Claims, Destinations, ES256, Full, Header, NotAPassport, SHAKEN, Token};
use crate::sip::Octets;

/// What verification goes by.
#[derive(Clone, Debug)]
pub struct Verifier {
    /// Who vouches for certificates.
    pub authorities: Authorities,
    /// Those that are known.
    pub certificates: Certificates,
    /// How old a token may be, and how far ahead of our clock.
    pub fresh: Duration,
}

/// What a request presents.
#[derive(Clone, Debug)]
pub struct Presented<'a> {
    /// The values of Identity.
    pub fields: &'a [Octets],
    /// Put before numbers that are not written internationally; empty: they stay as they are.
    pub country_code: &'a str,
    /// Date, where there is one.
    pub date: Option<SystemTime>,
    /// Who calls, as we would tell it on; `None`: nobody that could be signed for.
    pub originator: Option<Identity>,
    /// Who is called: To, and the Request-URI, which differs where the call was retargeted.
    pub destinations: Vec<Identity>,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The caller's number is vouched for.
    Passed(Attested),
    /// What is there does not hold.
    Failed(Fault),
    /// Nobody has signed.
    Absent,
}

/// What a signer says of the caller.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attested {
    /// How it knows the caller; `None`: it does not use SHAKEN.
    pub attestation: Option<Attestation>,
    /// Its name for where the call came from.
    pub origid: Option<String>,
    /// Its service provider code.
    pub service_provider: Option<String>,
}

/// Why what is there does not hold, in the order in which it is looked for.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No value can be read.
    #[error(transparent)]
    Field(#[from] NotAField),
    /// Its token cannot be read.
    #[error(transparent)]
    Passport(#[from] NotAPassport),
    /// Its kind or its algorithm is not known here.
    #[error("the PASSporT is of a kind that is not known here")]
    Unsupported,
    /// It has not what its kind has, or its header field says another thing.
    #[error("the PASSporT and its header field do not agree")]
    Contradiction,
    /// It is for another caller.
    #[error("the PASSporT is another caller's")]
    Originator,
    /// It is for a call to somebody else.
    #[error("the PASSporT is for a call to somebody else")]
    Destination,
    /// It was signed too long ago, or is not yet.
    #[error("the PASSporT is not fresh")]
    Stale,
    /// Its certificate is not in the folder.
    #[error("the certificate is not known here")]
    NoCertificate,
    /// Its certificate is of no use.
    #[error("the certificate {0}")]
    Certificate(#[from] CertificateError),
    /// Its certificate may not sign for this number.
    #[error("the certificate may not sign for this number")]
    NotAuthorized,
    /// The signature is not by that certificate's key.
    #[error("the signature does not hold")]
    Signature,
}

impl Verifier {
    /// Whether somebody has signed for the caller.
    pub fn verify(&self, now: SystemTime, presented: &Presented<'_>) -> Verdict {
        let mut first = None;
        for value in presented.fields {
            match self.verify_one(now, value, presented) {
                Ok(attested) => return Verdict::Passed(attested),
                // A kind that is not known says nothing; another value may.
                Err(Fault::Unsupported) if first.is_some() => {}
                Err(fault) if first.is_none() || first == Some(Fault::Unsupported) => first = Some(fault),
                Err(_) => {}
            }
        }
        first.map_or(Verdict::Absent, Verdict::Failed)
    }

    fn verify_one(&self, now: SystemTime, value: &[u8], presented: &Presented<'_>) -> Result<Attested, Fault> {
        let field = Field::parse(value)?;
        if field.alg != ES256 || field.ppt.as_deref().is_some_and(|ppt| ppt != SHAKEN) {
            return Err(Fault::Unsupported);
        }
        let (claims, signed, signature) = said(&field, presented)?;
        self.check_claims(now, &claims, presented)?;
        let certificate = self.certificates.at(&field.info).ok_or(Fault::NoCertificate)?;
        certificate.trusted(&self.authorities, now)?;
        if !is_authorized(certificate, &claims.orig) {
            return Err(Fault::NotAuthorized);
        }
        if !certificate.key().has_signed(signed.as_bytes(), &signature) {
            return Err(Fault::Signature);
        }
        let service_provider = certificate.numbers.service_provider().map(str::to_owned);
        Ok(Attested { attestation: claims.attest, origid: claims.origid, service_provider })
    }

    fn check_claims(&self, now: SystemTime, claims: &Claims, presented: &Presented<'_>) -> Result<(), Fault> {
        let is = |ours: &Identity, signed: &Identity| ours.is_signed_as(signed, presented.country_code);
        if !presented.originator.as_ref().is_some_and(|caller| is(caller, &claims.orig)) {
            return Err(Fault::Originator);
        }
        if !presented.destinations.iter().any(|called| claims.dest.iter().any(|signed| is(called, &signed))) {
            return Err(Fault::Destination);
        }
        let signed_at = date::numeric(claims.iat).ok_or(Fault::Stale)?;
        let apart = now.duration_since(signed_at).unwrap_or_else(|ahead| ahead.duration());
        if apart > self.fresh { Err(Fault::Stale) } else { Ok(()) }
    }
}

/// The claims, what is signed and the signature. A compact token says what the request says.
fn said(field: &Field, presented: &Presented<'_>) -> Result<(Claims, String, Vec<u8>), Fault> {
    match Token::parse(&field.token)? {
        Token::Full(full) => {
            let Full { header, claims, signed, signature } = *full;
            let agrees = header.alg == field.alg && header.x5u == field.info && header.ppt == field.ppt;
            let is_whole = header.ppt.is_none() || (claims.attest.is_some() && claims.origid.is_some());
            if agrees && is_whole { Ok((claims, signed, signature)) } else { Err(Fault::Contradiction) }
        }
        Token::Compact { signature } => {
            let header = Header::es256(&field.info, None);
            let claims = implied(presented).filter(|_| field.ppt.is_none()).ok_or(Fault::Contradiction)?;
            let signed = passport::signing_input(&header, &claims);
            Ok((claims, signed, signature))
        }
    }
}

fn implied(presented: &Presented<'_>) -> Option<Claims> {
    let since = presented.date?.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    Some(Claims {
        attest: None,
        dest: Destinations::one(presented.destinations.first()?.clone()),
        iat: since.as_secs(),
        orig: presented.originator.clone()?,
        origid: None,
    })
}

/// Who signs for other addresses than numbers needs another kind of certificate, which is not used here.
fn is_authorized(certificate: &Certificate, orig: &Identity) -> bool {
    match orig {
        Identity::Tn(number) => certificate.numbers.allows(number),
        Identity::Uri(_) => false,
    }
}

impl Verdict {
    /// The value of `verstat`, the parameter of TEL URIs by which 3GPP's networks tell it.
    pub fn verstat(&self) -> &'static str {
        match self {
            Verdict::Passed(_) => "TN-Validation-Passed",
            Verdict::Failed(_) => "TN-Validation-Failed",
            Verdict::Absent => "No-TN-Validation",
        }
    }

    /// The response where a signature is required (RFC 8224 6.2.2); `None`: it has passed.
    pub fn refusal(&self) -> Option<(u16, &'static str)> {
        match self {
            Verdict::Passed(_) => None,
            Verdict::Absent => Some((428, "Use Identity Header")),
            Verdict::Failed(fault) => Some(fault.refusal()),
        }
    }
}

impl Fault {
    fn refusal(&self) -> (u16, &'static str) {
        match self {
            Fault::Unsupported => (428, "Use Supported PASSporT Format"),
            Fault::Stale => (403, "Stale Date"),
            Fault::NoCertificate => (436, "Bad Identity Info"),
            Fault::Certificate(_) | Fault::NotAuthorized => (437, "Unsupported Credential"),
            Fault::Field(_)
            | Fault::Passport(_)
            | Fault::Contradiction
            | Fault::Originator
            | Fault::Destination
            | Fault::Signature => (438, "Invalid Identity Header"),
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
