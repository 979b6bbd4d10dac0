//! PASSporT: the signed token, its two forms and its one spelling (RFC 8225), with the claims of SHAKEN (RFC 8588).
//!
//! A token is `header.claims.signature`, each part in base64 for URLs; the compact form has the signature alone, `..signature`,
//! and whoever reads it writes the other two from the request. That works because there is one spelling: names in
//! lexicographic order and no white space (RFC 8225 9), which here is the order of the fields below.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::identity::Identity;

/// The header of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Algorithm of the signature; [`ES256`] is the one that every implementation has.
    pub alg: String,
    /// What kind of PASSporT it is beyond the base; `None`: the base alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ppt: Option<String>,
    /// Always `passport`.
    pub typ: String,
    /// Where the certificate is.
    pub x5u: String,
}

/// The claims of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// How the signer knows the caller, with `shaken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attest: Option<Attestation>,
    /// Who is called.
    pub dest: Destinations,
    /// When it was signed, in seconds since 1970.
    pub iat: u64,
    /// Who calls.
    pub orig: Identity,
    /// Names the part of the signer's network that the call came from, with `shaken`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origid: Option<String>,
}

/// Who is called: numbers, then other addresses, each list in lexicographic order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Destinations {
    /// Numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tn: Vec<String>,
    /// Other addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uri: Vec<String>,
}

/// How the signer knows the caller (RFC 8588).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Attestation {
    /// It knows the customer, and that the number is the customer's.
    #[serde(rename = "A")]
    Full,
    /// It knows the customer, and not whose the number is.
    #[serde(rename = "B")]
    Partial,
    /// It knows where the call came into its network.
    #[serde(rename = "C")]
    Gateway,
}

/// What a token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Token {
    /// With header and claims.
    Full(Box<Full>),
    /// The signature alone.
    Compact {
        /// Over what the request says.
        signature: Vec<u8>,
    },
}

/// A token in its full form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Full {
    /// Its header.
    pub header: Header,
    /// Its claims.
    pub claims: Claims,
    /// What is signed: header and claims as they came.
    pub signed: String,
    /// Over that.
    pub signature: Vec<u8>,
}

/// What is wrong with a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the PASSporT {0}")]
pub struct NotAPassport(pub &'static str);

impl Attestation {
    /// The letter of the standard.
    pub fn letter(self) -> &'static str {
        match self {
            Attestation::Full => "A",
            Attestation::Partial => "B",
            Attestation::Gateway => "C",
        }
    }
}

impl Header {
    /// The header of a token by ES256.
    pub fn es256(x5u: &str, ppt: Option<&str>) -> Header {
        Header { alg: ES256.into(), ppt: ppt.map(str::to_owned), typ: TYP.into(), x5u: x5u.into() }
    }
}

impl Destinations {
    /// One identity.
    pub fn one(identity: Identity) -> Destinations {
        match identity {
            Identity::Tn(number) => Destinations { tn: vec![number], uri: Vec::new() },
            Identity::Uri(address) => Destinations { tn: Vec::new(), uri: vec![address] },
        }
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Identity> + '_ {
        let numbers = self.tn.iter().cloned().map(Identity::Tn);
        numbers.chain(self.uri.iter().cloned().map(Identity::Uri))
    }
}

impl Token {
    /// Reads a token of either form. Claims that are not known here are passed over; the signature covers them all the same.
    pub fn parse(text: &str) -> Result<Token, NotAPassport> {
        if text.len() > TOKEN_OCTETS_MAX {
            return Err(NotAPassport("is longer than any"));
        }
        let mut parts = text.splitn(3, '.');
        let (Some(header), Some(claims), Some(signature)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NotAPassport("has not three parts"));
        };
        let signature = decode(signature)?;
        if header.is_empty() && claims.is_empty() {
            return Ok(Token::Compact { signature });
        }
        let signed = text[..header.len() + 1 + claims.len()].to_owned();
        let header: Header = serde_json::from_slice(&decode(header)?).map_err(|_| NotAPassport("has no header"))?;
        let claims: Claims = serde_json::from_slice(&decode(claims)?).map_err(|_| NotAPassport("has no claims"))?;
        if header.typ != TYP {
            return Err(NotAPassport("says that it is none"));
        }
        if claims.dest.iter().next().is_none() || claims.dest.iter().count() > DESTINATIONS_MAX {
            return Err(NotAPassport("names nobody called, or too many"));
        }
        Ok(Token::Full(Box::new(Full { header, claims, signed, signature })))
    }
}

/// What is signed, in its one spelling.
pub fn signing_input(header: &Header, claims: &Claims) -> String {
    let part = |json: serde_json::Result<String>| {
        URL_SAFE_NO_PAD.encode(json.expect("text keys, text and whole numbers: nothing that JSON cannot say"))
    };
    format!("{}.{}", part(serde_json::to_string(header)), part(serde_json::to_string(claims)))
}

/// A token in its full form.
pub fn full(signed: &str, signature: &[u8]) -> String {
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

fn decode(part: &str) -> Result<Vec<u8>, NotAPassport> {
    URL_SAFE_NO_PAD.decode(part).map_err(|_| NotAPassport("is not in base64"))
}

/// ECDSA by P-256 and SHA-256, the two numbers of the signature one behind the other (RFC 7518 3.4).
pub const ES256: &str = "ES256";
/// The kind of PASSporT that RFC 8588 adds.
pub const SHAKEN: &str = "shaken";
const TYP: &str = "passport";
/// A token of SHAKEN has some 500.
pub const TOKEN_OCTETS_MAX: usize = 4096;
/// Who a call can be to at once.
pub const DESTINATIONS_MAX: usize = 16;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_spelling_is_that_of_rfc_8225_appendix_a() {
        let header = Header::es256("https://cert.example.org/passport.cer", None);
        let claims = Claims {
            attest: None,
            dest: Destinations::one(Identity::Uri("sip:alice@example.com".into())),
            iat: 1_471_375_418,
            orig: Identity::Tn("12155551212".into()),
            origid: None,
        };
        let (front, _) = RFC_8225_TOKEN.rsplit_once('.').expect("three parts");
        assert_eq!(signing_input(&header, &claims), front);
        let Ok(Token::Full(full)) = Token::parse(RFC_8225_TOKEN) else { panic!("a token") };
        assert_eq!((full.header, full.claims, full.signature.len()), (header, claims, 64));
    }

    #[test]
    fn the_claims_of_shaken_stand_in_lexicographic_order() {
        let header = Header::es256("https://cert.example.org/passport.cer", Some(SHAKEN));
        let claims = Claims {
            attest: Some(Attestation::Full),
            dest: Destinations { tn: vec!["12125551213".into()], uri: Vec::new() },
            iat: 1_443_208_345,
            orig: Identity::Tn("12155551212".into()),
            origid: Some("123e4567-e89b-12d3-a456-426655440000".into()),
        };
        let signed = signing_input(&header, &claims);
        let (first, second) = signed.split_once('.').expect("two parts");
        let text = |part| String::from_utf8(decode(part).expect("base64")).expect("text");
        assert_eq!(
            text(first),
            r#"{"alg":"ES256","ppt":"shaken","typ":"passport","x5u":"https://cert.example.org/passport.cer"}"#
        );
        assert_eq!(
            text(second),
            r#"{"attest":"A","dest":{"tn":["12125551213"]},"iat":1443208345,"orig":{"tn":"12155551212"},"origid":"123e4567-e89b-12d3-a456-426655440000"}"#
        );
    }

    #[test]
    fn what_is_no_token_says_so() {
        let token = |header: &str, claims: &str| {
            let encode = |text: &str| URL_SAFE_NO_PAD.encode(text);
            Token::parse(&format!("{}.{}.{}", encode(header), encode(claims), encode("x"))).map(drop)
        };
        let good =
            (r#"{"alg":"ES256","typ":"passport","x5u":"u"}"#, r#"{"dest":{"tn":["1"]},"iat":1,"orig":{"tn":"2"}}"#);
        assert_eq!(token(good.0, good.1), Ok(()));
        for (header, claims) in [
            ("", good.1),
            ("{}", good.1),
            (r#"{"alg":"ES256","typ":"jwt","x5u":"u"}"#, good.1),
            (good.0, r#"{"dest":{},"iat":1,"orig":{"tn":"2"}}"#),
            (good.0, r#"{"dest":{"tn":["1"]},"iat":-1,"orig":{"tn":"2"}}"#),
            (good.0, r#"{"dest":{"tn":["1"]},"iat":1,"orig":{"tn":"2","uri":"sip:a@b"}}"#),
            (good.0, r#"{"attest":"D","dest":{"tn":["1"]},"iat":1,"orig":{"tn":"2"}}"#),
        ] {
            assert!(token(header, claims).is_err(), "{header} {claims}");
        }
        for text in ["", "a.b", "a.b.!", "e30.e30", "=.=.="] {
            assert!(Token::parse(text).is_err(), "{text:?}");
        }
        assert_eq!(Token::parse("..AAAA"), Ok(Token::Compact { signature: vec![0, 0, 0] }));
    }

    #[test]
    fn more_than_the_bounds_allow_is_refused() {
        let many = |count| {
            let numbers = vec![r#""1""#; count].join(",");
            let claims = format!(r#"{{"dest":{{"tn":[{numbers}]}},"iat":1,"orig":{{"tn":"2"}}}}"#);
            let header = r#"{"alg":"ES256","typ":"passport","x5u":"u"}"#;
            Token::parse(&format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(claims))).is_ok()
        };
        assert!(many(DESTINATIONS_MAX) && !many(DESTINATIONS_MAX + 1));
        let long = format!("..{}", "A".repeat(TOKEN_OCTETS_MAX));
        assert_eq!(Token::parse(&long), Err(NotAPassport("is longer than any")));
    }

    /// RFC 8225 appendix A.
    const RFC_8225_TOKEN: &str = concat!(
        "eyJhbGciOiJFUzI1NiIsInR5cCI6InBhc3Nwb3J0IiwieDV1IjoiaHR0cHM6Ly9jZXJ0LmV4YW1wbGUub3JnL3Bhc3Nwb3J0LmNlciJ9",
        ".eyJkZXN0Ijp7InVyaSI6WyJzaXA6YWxpY2VAZXhhbXBsZS5jb20iXX0sImlhdCI6MTQ3MTM3NTQxOCwib3JpZyI6eyJ0biI6IjEyMTU1NTUxMjEyIn19",
        ".VLBCIVDCaeK6M4hLJb6SHQvacAQVvoiiEOWQ_iUkqk79UD81fHQ0E1b3_GluIkba7UWYRM47ZbNFdOJquE35cw",
    );
}
