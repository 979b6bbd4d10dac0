//! What a client holds for the servers that challenged it: RFC 3261 22.2 and 22.3.
//!
//! One keyring for each dialog usage. It answers the challenges of a 401 or 407, one for each realm and kind, in the order of
//! preference of who asked (RFC 8760 2.4), and shows the same answers with every further request until there are newer
//! challenges. Credentials that were rejected are not shown to the same server a second time.

use super::super::header::Name;
use super::super::message::{Message, write_field};
use super::super::octets::Octets;
use super::answer::{Account, Answer};
use super::{Challenge, Credentials, Request};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Asker {
    /// The user agent server or registrar, as a rule by 401.
    Server,
    /// A proxy on the way, as a rule by 407.
    Proxy,
}

impl Asker {
    const ALL: [Asker; 2] = [Asker::Server, Asker::Proxy];

    /// Both may stand in one response: a forking proxy gathers them (22.3).
    fn challenge(self) -> Name {
        match self {
            Asker::Server => Name::WwwAuthenticate,
            Asker::Proxy => Name::ProxyAuthenticate,
        }
    }

    fn credentials(self) -> Name {
        match self {
            Asker::Server => Name::Authorization,
            Asker::Proxy => Name::ProxyAuthorization,
        }
    }
}

/// Whose users are asked for, and by whom.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Realm {
    asker: Asker,
    name: Octets,
}

/// An account and the challenges that it answers now.
#[derive(Debug)]
pub(crate) struct Keyring {
    account: Account,
    held: Vec<(Realm, Answer)>,
    /// The credentials of the last INVITE: its ACK repeats them (22.1).
    shown: Vec<u8>,
}

impl Keyring {
    pub(crate) fn new(account: Account) -> Keyring {
        Keyring { account, held: Vec::new(), shown: Vec::new() }
    }

    /// Takes the challenges of a response to `request`, the realms in `tried` having been answered for it before. The realms
    /// that are answered now; `None`: none can be, or one of them has rejected us.
    pub(crate) fn take(
        &mut self,
        request: &Message,
        response: &Message,
        tried: &[Realm],
        mut random: impl FnMut() -> u64,
    ) -> Option<Vec<Realm>> {
        let mut answered = Vec::new();
        for asker in Asker::ALL {
            for challenges in by_realm(response, asker) {
                let Some(answer) = Answer::choose(&challenges, &self.account, random()) else { continue };
                let realm = Realm { asker, name: challenges[0].realm.clone() };
                if is_rejected(request, &realm, &answer, tried) {
                    return None;
                }
                answered.push(realm.clone());
                self.hold(realm, answer);
            }
        }
        (!answered.is_empty()).then_some(answered)
    }

    /// The header lines of one more request.
    pub(crate) fn write(&mut self, method: &[u8], uri: &[u8], body: &[u8]) -> Vec<u8> {
        let mut lines = Vec::new();
        for (realm, answer) in &mut self.held {
            if let Some(credentials) = answer.credentials(&self.account, Request { method, body }, uri) {
                write_field(realm.asker.credentials().text().as_bytes(), &credentials.to_octets(), &mut lines);
            }
        }
        if method == b"INVITE" {
            self.shown.clone_from(&lines);
        }
        lines
    }

    /// Nobody has asked yet.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    pub(crate) fn shown(&self) -> &[u8] {
        &self.shown
    }

    fn hold(&mut self, realm: Realm, answer: Answer) {
        self.held.retain(|(held, _)| *held != realm);
        if self.held.len() == REALMS_MAX {
            self.held.remove(0);
        }
        self.held.push((realm, answer));
    }
}

/// The challenges of one kind that can be read, those of a realm together, in their order.
fn by_realm(response: &Message, asker: Asker) -> Vec<Vec<Challenge>> {
    let mut realms: Vec<Vec<Challenge>> = Vec::new();
    let challenges = response.values(asker.challenge()).filter_map(|value| Challenge::parse(value).ok());
    for challenge in challenges.take(CHALLENGES_MAX) {
        match realms.iter_mut().find(|known| known[0].realm == challenge.realm) {
            Some(known) => known.push(challenge),
            None => realms.push(vec![challenge]),
        }
    }
    realms
}

/// The request had credentials for the realm, and they were wrong. They were only old when the server says so, or when they
/// were shown unasked and it has another nonce now.
fn is_rejected(request: &Message, realm: &Realm, answer: &Answer, tried: &[Realm]) -> bool {
    let mut shown = request.values(realm.asker.credentials()).filter_map(|value| Credentials::parse(value).ok());
    let Some(shown) = shown.find(|shown| shown.realm == realm.name) else { return false };
    !answer.is_stale() && (shown.nonce == *answer.nonce() || tried.contains(realm))
}

/// Challenges of one kind in one response that are looked at.
pub(crate) const CHALLENGES_MAX: usize = 16;
/// Realms whose challenges are remembered; the oldest goes first.
pub(crate) const REALMS_MAX: usize = 8;
