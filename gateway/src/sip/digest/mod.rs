//! Digest authentication as SIP has it: RFC 7616 and RFC 8760 with RFC 3261 22.4. Values in, values out.
//!
//! A server sends [`Challenge`]s and takes [`Credentials`]; a client reads the one and writes the other ([`answer`]). The
//! computation stands here, nonces and their counts in [`nonce`], the grammar of both header values in `parameter`. What
//! identity a user may claim, and whom to challenge, is not decided here.
//!
//! Left out: `userhash` and `username*` (RFC 7616 3.4.4), which hide names from whoever reads a header and not From, and
//! `Authentication-Info`, which no user agent waits for.

pub mod answer;
pub mod challenge;
pub mod credentials;
pub(crate) mod gatekeeper;
pub(crate) mod keyring;
pub mod nonce;
mod parameter;
#[cfg(test)]
mod tests;

pub use challenge::Challenge;
pub use credentials::Credentials;

use md5::Md5;
use sha2::{Digest, Sha256, Sha512_256};
use std::fmt;

/// A hash function of RFC 7616 6.1, as RFC 8760 2.1 has them for SIP.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hash {
    /// 128 bits; what every user agent knows.
    Md5,
    /// 256 bits.
    Sha256,
    /// 512 bits, of which 256 are used.
    Sha512_256,
}

/// The parameter `algorithm`: a hash function, and whether its secret is one for the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Algorithm {
    /// The function.
    pub hash: Hash,
    /// `-sess`: the first nonce and client nonce are in the secret (RFC 7616 3.4.2).
    pub session: bool,
}

impl Algorithm {
    /// What its absence means (RFC 7616 3.3).
    pub const DEFAULT: Algorithm = Algorithm { hash: Hash::Md5, session: false };

    /// Reads the token, in whatever case; `None` for one that is not registered.
    pub fn parse(token: &[u8]) -> Option<Algorithm> {
        NAMES.iter().find(|row| row.1.as_bytes().eq_ignore_ascii_case(token)).map(|row| row.0)
    }
}

impl fmt::Display for Algorithm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let row = NAMES.iter().find(|row| row.0 == *self);
        f.write_str(row.expect("every algorithm has a row").1)
    }
}

const NAMES: [(Algorithm, &str); 6] = [
    (Algorithm { hash: Hash::Md5, session: false }, "MD5"),
    (Algorithm { hash: Hash::Md5, session: true }, "MD5-sess"),
    (Algorithm { hash: Hash::Sha256, session: false }, "SHA-256"),
    (Algorithm { hash: Hash::Sha256, session: true }, "SHA-256-sess"),
    (Algorithm { hash: Hash::Sha512_256, session: false }, "SHA-512-256"),
    (Algorithm { hash: Hash::Sha512_256, session: true }, "SHA-512-256-sess"),
];

/// The parameter `qop`: what the response protects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Qop {
    /// Method and URI.
    Auth,
    /// The body too.
    AuthInt,
}

impl Qop {
    /// Reads the token, in whatever case.
    pub fn parse(token: &[u8]) -> Option<Qop> {
        [Qop::Auth, Qop::AuthInt].into_iter().find(|qop| qop.text().as_bytes().eq_ignore_ascii_case(token))
    }

    /// The token.
    pub fn text(self) -> &'static str {
        match self {
            Qop::Auth => "auth",
            Qop::AuthInt => "auth-int",
        }
    }
}

/// What user and server share.
#[derive(Clone, PartialEq, Eq)]
pub enum Secret {
    /// The password.
    Password(String),
    /// H(user:realm:password) in hexadecimal digits, for this function alone.
    Hashed(Hash, String),
}

impl Secret {
    /// H(user:realm:password), where it can be had for this function.
    fn hashed(&self, hash: Hash, user: &[u8], realm: &[u8]) -> Option<String> {
        match self {
            Secret::Password(password) => Some(hash.hex(&[user, realm, password.as_bytes()])),
            Secret::Hashed(known, digits) => (*known == hash).then(|| digits.to_ascii_lowercase()),
        }
    }
}

/// Secrets are in no log.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// The request that a response is for.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// As it stands in the request line.
    pub method: &'a [u8],
    /// The body, which `auth-int` protects.
    pub body: &'a [u8],
}

/// How often a nonce was used, and the client's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protection {
    /// What the response protects.
    pub qop: Qop,
    /// `nc`, which counts the requests with this nonce from 1.
    pub count: u32,
    /// `cnonce`.
    pub client_nonce: Vec<u8>,
}

/// What a response is computed from, beside the request and the secret: all quoted strings as they stand between the marks.
#[derive(Clone, Copy, Debug)]
struct Terms<'a> {
    algorithm: Algorithm,
    user: &'a [u8],
    realm: &'a [u8],
    nonce: &'a [u8],
    uri: &'a [u8],
    /// `None` is RFC 2069's form, which RFC 3261 22.4 keeps for servers without `qop`.
    protection: Option<&'a Protection>,
}

/// RFC 7616 3.4.1 to 3.4.3; `None` where the secret is hashed by another function.
fn response(terms: &Terms<'_>, request: Request<'_>, secret: &Secret) -> Option<String> {
    let Terms { algorithm: Algorithm { hash, session }, user, realm, nonce, uri, protection } = *terms;
    let mut a1 = secret.hashed(hash, user, realm)?;
    if session {
        let client_nonce = protection.map_or(&b""[..], |protection| &protection.client_nonce);
        a1 = hash.hex(&[a1.as_bytes(), nonce, client_nonce]);
    }
    let body = hash.hex(&[request.body]);
    let a2 = match protection {
        Some(Protection { qop: Qop::AuthInt, .. }) => hash.hex(&[request.method, uri, body.as_bytes()]),
        _ => hash.hex(&[request.method, uri]),
    };
    Some(match protection {
        None => hash.hex(&[a1.as_bytes(), nonce, a2.as_bytes()]),
        Some(Protection { qop, count, client_nonce }) => {
            let count = format!("{count:08x}");
            hash.hex(&[a1.as_bytes(), nonce, count.as_bytes(), client_nonce, qop.text().as_bytes(), a2.as_bytes()])
        }
    })
}

impl Hash {
    /// H of the parts with colons between them, in hexadecimal digits of lower case.
    fn hex(self, parts: &[&[u8]]) -> String {
        let joined = parts.join(&b':');
        match self {
            Hash::Md5 => hex(&Md5::digest(joined)),
            Hash::Sha256 => hex(&Sha256::digest(joined)),
            Hash::Sha512_256 => hex(&Sha512_256::digest(joined)),
        }
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

/// Compares without telling by the time where they differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && one.iter().zip(other).fold(0, |differ, (one, other)| differ | (one ^ other)) == 0
}
