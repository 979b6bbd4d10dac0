//! The client's side: which challenge is answered, and how, RFC 3261 22.2 and RFC 8760 2.4.

use super::super::octets::Octets;
use super::super::parse::lex;
use super::{Algorithm, Challenge, Credentials, Protection, Qop, Request, Secret, response};

/// Who we are to a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    /// The name.
    pub user: String,
    /// What proves it.
    pub secret: Secret,
    /// The only realm that is answered; `None`: whichever asks.
    pub realm: Option<String>,
}

/// A challenge that we answer with every request until there is a newer one (RFC 3261 22.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    challenge: Challenge,
    algorithm: Algorithm,
    qop: Option<Qop>,
    client_nonce: Vec<u8>,
    count: u32,
}

impl Answer {
    /// The first challenge of a response that we can answer, they being in the server's order. `random` makes the client nonce.
    pub fn choose(challenges: &[Challenge], account: &Account, random: u64) -> Option<Answer> {
        challenges.iter().find_map(|challenge| {
            let algorithm = challenge.algorithm?;
            let qop = match &challenge.qop {
                None => None,
                // `auth` where both are offered: intermediaries rewrite bodies.
                Some(offered) if offered.contains(&Qop::Auth) => Some(Qop::Auth),
                Some(offered) => Some(*offered.first()?),
            };
            let is_computable = account.secret.hashed(algorithm.hash, b"", b"").is_some();
            // A session's secret has the client nonce in it, which RFC 2069 has not.
            let is_complete = !algorithm.session || qop.is_some();
            let is_ours = account.realm.as_ref().is_none_or(|realm| realm.as_bytes() == &*challenge.realm);
            (is_computable && is_complete && is_ours).then(|| Answer {
                challenge: challenge.clone(),
                algorithm,
                qop,
                client_nonce: format!("{random:016x}").into_bytes(),
                count: 0,
            })
        })
    }

    /// The nonce that it answers.
    pub fn nonce(&self) -> &Octets {
        &self.challenge.nonce
    }

    /// The server took the credentials for right, but for their age.
    pub fn is_stale(&self) -> bool {
        self.challenge.stale
    }

    /// The credentials for one more request to `uri`. `None`: the secret is hashed by another function.
    pub fn credentials(&mut self, account: &Account, request: Request<'_>, uri: &[u8]) -> Option<Credentials> {
        self.count += 1;
        let mut user = Vec::new();
        lex::quote(account.user.as_bytes(), &mut user);
        let protection =
            self.qop.map(|qop| Protection { qop, count: self.count, client_nonce: self.client_nonce.clone() });
        let mut credentials = Credentials {
            user: Octets(user[1..user.len() - 1].to_vec()),
            realm: self.challenge.realm.clone(),
            nonce: self.challenge.nonce.clone(),
            uri: uri.into(),
            response: Octets::default(),
            algorithm: self.algorithm,
            opaque: self.challenge.opaque.clone(),
            protection,
        };
        credentials.response = response(&credentials.terms(), request, &account.secret)?.into();
        Some(credentials)
    }
}
