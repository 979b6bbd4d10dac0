//! Who we are to others, and who others are to us: accounts, registrations and users.

use std::fmt;

use super::PeerIndex;
use super::hop::NextHop;
use super::terms::Terms;

/// A secret of the file; it prints as nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Password(String);

impl Password {
    pub(crate) fn new(text: String) -> Password {
        Password(text)
    }

    /// The secret itself.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Password {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Password")
    }
}

/// A hash function of challenges, RFC 8760.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum DigestHash {
    /// MD5, which every user agent knows.
    Md5,
    /// SHA-256.
    Sha256,
    /// SHA-512-256.
    Sha512_256,
}

/// What answers the challenges of a peer or registrar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name.
    pub user: String,
    /// What proves it.
    pub password: Password,
    /// The only realm that is answered; `None`: whichever asks.
    pub realm: Option<String>,
}

/// `[[sip.registration]]`: an address at a registrar that leads to us as long as we say so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Registration {
    /// The registrar. Its host is the Request-URI.
    pub registrar: NextHop,
    /// Address of record: the user part, and the host where it is not the registrar's.
    pub user: String,
    /// Its host.
    pub domain: String,
    /// User part of the Contact: calls to the address come with it.
    pub contact_user: String,
    /// We are a PBX, and our Contact stands for all numbers of the address (RFC 6140).
    pub bulk: bool,
    /// Outbound proxies, by each of which we register a flow of our own and keep it alive (RFC 5626); none: one binding to where we
    /// listen.
    pub outbound: Vec<NextHop>,
    /// How long a binding is asked for.
    pub expires_s: u32,
    /// What answers challenges.
    pub account: Option<Account>,
}

impl Registration {
    /// The address of record.
    pub fn address(&self) -> String {
        let scheme = if self.registrar.secure { "sips" } else { "sip" };
        format!("{scheme}:{}@{}", self.user, self.domain)
    }
}

/// `[[sip.user]]`: somebody who registers here and calls from wherever they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    /// Unique among users: user part of the address of record, and name of the credentials.
    pub name: String,
    /// What proves it.
    pub password: Password,
    /// Devices at once.
    pub bindings_max: u8,
    /// It is a PBX: one contact may stand for all its numbers (RFC 6140).
    pub bulk: bool,
    /// Its telephones are told without asking that messages wait for it.
    pub message_waiting: bool,
    /// Calls of the user are this peer's, with its routes and terms; `None`: they are the user's own.
    pub peer: Option<PeerIndex>,
    /// What the user may do where there is no such peer, and what is done with the user's calls.
    pub terms: Terms,
}
