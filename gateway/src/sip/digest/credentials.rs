//! Authorization and Proxy-Authorization, RFC 3261 20.7 and 20.28, RFC 7616 3.4.

use super::super::octets::Octets;
use super::super::parse::Malformed;
use super::super::parse::lex;
use super::parameter::Parameters;
use super::{Algorithm, Protection, Qop, Request, Secret, Terms, is_same, response};

/// What a client shows. Strings stand as between their marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// Who it says it is.
    pub user: Octets,
    /// Of which realm.
    pub realm: Octets,
    /// The server's.
    pub nonce: Octets,
    /// The Request-URI as the client wrote it: a proxy may have written another over it since.
    pub uri: Octets,
    /// The proof.
    pub response: Octets,
    /// How it was computed.
    pub algorithm: Algorithm,
    /// The server's, as it came.
    pub opaque: Option<Octets>,
    /// `None`: computed as RFC 2069 does.
    pub protection: Option<Protection>,
}

impl Credentials {
    /// Reads a header value.
    ///
    /// # Errors
    /// Another scheme than Digest, a broken or missing parameter, an unknown `algorithm` or `qop`, `qop` without its count.
    pub fn parse(value: &[u8]) -> Result<Credentials, Malformed> {
        let parameters = Parameters::parse(value)?;
        let unknown = |what| move || Malformed::new(what, 0);
        let algorithm = parameters.get("algorithm").map_or(Some(Algorithm::DEFAULT), Algorithm::parse);
        let protection = match parameters.get("qop") {
            None => None,
            Some(qop) => Some(Protection {
                qop: Qop::parse(qop).ok_or_else(unknown("qop"))?,
                count: count(parameters.required("nc")?).ok_or_else(unknown("nc"))?,
                client_nonce: parameters.required("cnonce")?.to_vec(),
            }),
        };
        Ok(Credentials {
            user: parameters.required("username")?.into(),
            realm: parameters.required("realm")?.into(),
            nonce: parameters.required("nonce")?.into(),
            uri: parameters.required("uri")?.into(),
            response: parameters.required("response")?.into(),
            algorithm: algorithm.ok_or_else(unknown("algorithm"))?,
            opaque: parameters.get("opaque").map(Octets::from),
            protection,
        })
    }

    /// The user's name without its escapes, as a table of users has it.
    pub fn user_name(&self) -> Octets {
        Octets(lex::unquote(&self.user))
    }

    /// They prove that their user knows the secret.
    pub fn prove(&self, request: Request<'_>, secret: &Secret) -> bool {
        let expected = response(&self.terms(), request, secret);
        let given = self.response.to_ascii_lowercase();
        expected.is_some_and(|expected| is_same(expected.as_bytes(), &given))
    }

    /// The header value.
    pub fn to_octets(&self) -> Vec<u8> {
        let mut out = b"Digest ".to_vec();
        let quoted: [(&str, &[u8]); 5] = [
            ("username", &self.user),
            ("realm", &self.realm),
            ("nonce", &self.nonce),
            ("uri", &self.uri),
            ("response", &self.response),
        ];
        for (name, value) in quoted {
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"=\"");
            out.extend_from_slice(value);
            out.extend_from_slice(b"\", ");
        }
        out.extend_from_slice(format!("algorithm={}", self.algorithm).as_bytes());
        if let Some(opaque) = &self.opaque {
            out.extend_from_slice(b", opaque=\"");
            out.extend_from_slice(opaque);
            out.push(b'"');
        }
        if let Some(Protection { qop, count, client_nonce }) = &self.protection {
            out.extend_from_slice(format!(", qop={}, nc={count:08x}, cnonce=\"", qop.text()).as_bytes());
            out.extend_from_slice(client_nonce);
            out.push(b'"');
        }
        out
    }

    pub(super) fn terms(&self) -> Terms<'_> {
        Terms {
            algorithm: self.algorithm,
            user: &self.user,
            realm: &self.realm,
            nonce: &self.nonce,
            uri: &self.uri,
            protection: self.protection.as_ref(),
        }
    }
}

/// Eight hexadecimal digits, from 1.
fn count(digits: &[u8]) -> Option<u32> {
    let text = std::str::from_utf8(digits).ok().filter(|text| text.bytes().all(|octet| octet.is_ascii_hexdigit()))?;
    (text.len() == 8).then(|| u32::from_str_radix(text, 16).ok())?.filter(|&count| count > 0)
}
