//! `a=fingerprint` and `a=setup`: who will begin the handshake of DTLS-SRTP, and who they will prove to be (RFC 5763 section 5).
//!
//! Both stand beside a stream, or for the whole session. Left out: `a=connection`, which the section forbids.

use std::sync::Arc;

use crate::dtls::{FINGERPRINTS_MAX, Fingerprint, Identity, Role};

/// What a description says of the handshake.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Handshake {
    /// The certificate has one of these, as far as we can check them; none: we can check none.
    pub fingerprints: Vec<Fingerprint>,
    /// Who begins; `None`: the description does not say.
    pub setup: Option<Setup>,
}

/// The value of `a=setup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setup {
    /// Its writer begins.
    Active,
    /// Its writer waits.
    Passive,
    /// Either, as the answerer likes: what every offer says.
    ActPass,
    /// Not now.
    HoldConn,
}

/// Our end of handshakes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OurEnd {
    /// Who we prove to be.
    pub identity: Arc<Identity>,
    /// What we are in the association that lives.
    pub role: Option<Role>,
}

/// What both descriptions agree on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement {
    /// Who we are.
    pub identity: Arc<Identity>,
    /// What we do.
    pub role: Role,
    /// Who the far end must prove to be.
    pub fingerprints: Vec<Fingerprint>,
}

impl Setup {
    const ALL: [Setup; 4] = [Setup::Active, Setup::Passive, Setup::ActPass, Setup::HoldConn];

    fn word(self) -> &'static str {
        match self {
            Setup::Active => "active",
            Setup::Passive => "passive",
            Setup::ActPass => "actpass",
            Setup::HoldConn => "holdconn",
        }
    }
}

impl Handshake {
    /// From the values of the attributes; `None`: there is no fingerprint at all.
    pub(super) fn read<'a>(fingerprints: impl Iterator<Item = &'a str>, setup: Option<&str>) -> Option<Handshake> {
        let mut fingerprints = fingerprints.take(FINGERPRINTS_MAX).peekable();
        fingerprints.peek()?;
        let word = setup.map(str::trim);
        Some(Handshake {
            fingerprints: fingerprints.filter_map(Fingerprint::parse).collect(),
            setup: word.and_then(|word| Setup::ALL.into_iter().find(|setup| setup.word().eq_ignore_ascii_case(word))),
        })
    }

    /// The attributes.
    pub(super) fn attributes(&self) -> impl Iterator<Item = (&'static str, String)> + '_ {
        let fingerprints = self.fingerprints.iter().map(|fingerprint| ("fingerprint", fingerprint.to_string()));
        fingerprints.chain(self.setup.map(|setup| ("setup", setup.word().to_owned())))
    }
}

impl OurEnd {
    /// One that has no association yet.
    pub fn new(identity: Arc<Identity>) -> OurEnd {
        OurEnd { identity, role: None }
    }

    /// What our offer says.
    pub(super) fn offer(&self) -> Handshake {
        self.say(Setup::ActPass)
    }

    /// Our answer to an offer, and what follows from it: we begin if we may, so that the handshake goes with the answer, unless
    /// there is an association in which we wait. `None`: none of its fingerprints can be checked, or there is to be no handshake.
    pub(super) fn answer(&self, offer: &Handshake) -> Option<(Handshake, Arrangement)> {
        let role = match offer.setup {
            Some(Setup::ActPass) | None => self.role.unwrap_or(Role::Active),
            Some(Setup::Passive) => Role::Active,
            Some(Setup::Active) => Role::Passive,
            Some(Setup::HoldConn) => return None,
        };
        let setup = if role == Role::Active { Setup::Active } else { Setup::Passive };
        Some((self.say(setup), self.arrange(role, offer)?))
    }

    /// What the answer to our offer comes to.
    pub(super) fn agree(&self, answer: &Handshake) -> Option<Arrangement> {
        let role = match answer.setup {
            // The answerer is asked to begin.
            Some(Setup::Active) | None => Role::Passive,
            Some(Setup::Passive) => Role::Active,
            Some(Setup::ActPass | Setup::HoldConn) => return None,
        };
        self.arrange(role, answer)
    }

    fn say(&self, setup: Setup) -> Handshake {
        Handshake { fingerprints: vec![self.identity.fingerprint().clone()], setup: Some(setup) }
    }

    fn arrange(&self, role: Role, theirs: &Handshake) -> Option<Arrangement> {
        let fingerprints = theirs.fingerprints.clone();
        (!fingerprints.is_empty()).then(|| Arrangement { identity: self.identity.clone(), role, fingerprints })
    }
}
