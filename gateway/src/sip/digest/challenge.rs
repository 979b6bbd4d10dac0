//! WWW-Authenticate and Proxy-Authenticate, RFC 3261 20.44 and 20.27, RFC 7616 3.3.

use super::super::octets::Octets;
use super::super::parse::Malformed;
use super::super::parse::lex::trim;
use super::parameter::Parameters;
use super::{Algorithm, Qop};

/// One challenge. A response may have several, the most wanted first (RFC 8760 2.3). Strings stand as between their marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Challenge {
    /// Whose users are asked for.
    pub realm: Octets,
    /// What the response must have in it.
    pub nonce: Octets,
    /// Goes back as it came.
    pub opaque: Option<Octets>,
    /// The credentials were right, but for the age of their nonce.
    pub stale: bool,
    /// `None`: one that is not registered.
    pub algorithm: Option<Algorithm>,
    /// What it offers of what is registered, in its order; `None`: the parameter is absent (RFC 2069).
    pub qop: Option<Vec<Qop>>,
}

impl Challenge {
    /// Reads a header value.
    ///
    /// # Errors
    /// Another scheme than Digest, a broken parameter, or no realm or nonce.
    pub fn parse(value: &[u8]) -> Result<Challenge, Malformed> {
        let parameters = Parameters::parse(value)?;
        let is_true = |value: &[u8]| value.eq_ignore_ascii_case(b"true");
        Ok(Challenge {
            realm: parameters.required("realm")?.into(),
            nonce: parameters.required("nonce")?.into(),
            opaque: parameters.get("opaque").map(Octets::from),
            stale: parameters.get("stale").is_some_and(is_true),
            algorithm: parameters.get("algorithm").map_or(Some(Algorithm::DEFAULT), Algorithm::parse),
            qop: parameters.get("qop").map(|list| tokens(list).filter_map(Qop::parse).collect()),
        })
    }

    /// The header value.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut out = b"Digest realm=\"".to_vec();
        out.extend_from_slice(&self.realm);
        out.extend_from_slice(b"\", nonce=\"");
        out.extend_from_slice(&self.nonce);
        out.push(b'"');
        if let Some(opaque) = &self.opaque {
            out.extend_from_slice(b", opaque=\"");
            out.extend_from_slice(opaque);
            out.push(b'"');
        }
        if self.stale {
            out.extend_from_slice(b", stale=true");
        }
        if let Some(algorithm) = self.algorithm {
            out.extend_from_slice(format!(", algorithm={algorithm}").as_bytes());
        }
        if let Some(qop) = &self.qop {
            let list: Vec<&str> = qop.iter().map(|qop| qop.text()).collect();
            out.extend_from_slice(format!(", qop=\"{}\"", list.join(",")).as_bytes());
        }
        out
    }
}

fn tokens(list: &[u8]) -> impl Iterator<Item = &[u8]> {
    list.split(|&octet| octet == b',').map(trim)
}
