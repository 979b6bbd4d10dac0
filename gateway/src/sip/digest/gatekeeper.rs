//! The server's side: who proves to be whom, RFC 3261 22.1 and 22.4, RFC 8760 2.3.
//!
//! Challenges stand in the order of preference, as their reader takes the first that it knows. Whom to challenge, and what a proven
//! user may do, is not decided here.

use super::super::endpoint::Access;
use super::super::header::Name;
use super::super::message::{Message, write_field};
use super::super::octets::Octets;
use super::nonce::{Nonces, Worth};
use super::{Algorithm, Challenge, Credentials, Hash, Qop, Request, Secret};
use std::collections::BTreeMap;
use std::time::Instant;

/// What a request says of its sender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Proof {
    /// No credentials for our realm that can be read.
    Absent,
    /// They were right, but their nonce is too old, was used, or is of another run of ours.
    Stale,
    /// Nobody of that name, or another password.
    Wrong,
    /// It is this user.
    User(Octets),
}

/// The users of our realm.
#[derive(Debug)]
pub(crate) struct Gatekeeper {
    realm: Octets,
    hashes: Vec<Hash>,
    users: BTreeMap<Octets, Secret>,
    key: [u8; 32],
    /// They count time from the first one.
    nonces: Option<Nonces>,
}

impl Gatekeeper {
    /// `key` is known to nobody else.
    pub(crate) fn new(access: Access, key: [u8; 32]) -> Gatekeeper {
        let Access { realm, hashes, secrets, .. } = access;
        Gatekeeper { realm: realm.into(), hashes, users: secrets, key, nonces: None }
    }

    /// Judges the credentials of a request. A count is good once.
    pub(crate) fn judge(&mut self, now: Instant, request: &Message) -> Proof {
        let mut all = request.values(Name::Authorization).filter_map(|value| Credentials::parse(value).ok());
        let Some(shown) = all.find(|shown| shown.realm == self.realm) else { return Proof::Absent };
        let user = shown.user_name();
        let method = request.cseq().map(|cseq| cseq.method).unwrap_or_default();
        let asked = Request { method, body: request.body() };
        if !self.users.get(&user).is_some_and(|secret| shown.prove(asked, secret)) {
            return Proof::Wrong;
        }
        let count = shown.protection.as_ref().map(|protection| protection.count);
        match self.nonces(now).judge(now, &shown.nonce, count) {
            Worth::Good => Proof::User(user),
            Worth::Stale | Worth::Foreign => Proof::Stale,
        }
    }

    /// The header lines of a 401, the most wanted first.
    pub(crate) fn challenge(&mut self, now: Instant, stale: bool) -> Vec<Vec<u8>> {
        let (realm, nonce) = (self.realm.clone(), self.nonces(now).make(now));
        let line = |&hash: &Hash| {
            let challenge = Challenge {
                realm: realm.clone(),
                nonce: Octets::from(&*nonce),
                opaque: None,
                stale,
                algorithm: Some(Algorithm { hash, session: false }),
                qop: Some(vec![Qop::Auth]),
            };
            let mut line = Vec::new();
            write_field(Name::WwwAuthenticate.text().as_bytes(), &challenge.to_octets(), &mut line);
            line
        };
        self.hashes.iter().map(line).collect()
    }

    fn nonces(&mut self, now: Instant) -> &mut Nonces {
        self.nonces.get_or_insert_with(|| Nonces::new(self.key, now))
    }
}
