//! The registrar, RFC 3261 10.3 with RFC 5626 6 (flows of devices) and RFC 6140 (all numbers of a PBX by one contact).
//!
//! Promises: a request changes all that it names or nothing; a user has no more bindings than it may; what has expired is
//! gone, and so is what was reached by a connection that has ended. Who the user is has been proven before. A user's
//! contacts are called one after the other, by `q` and then the newest first: a circuit has one ear, and could not be given the
//! early media of several. Who registers by proxies that say so in `Path` is called by them. Left out: GRUU. The text of RFC 6140
//! was not at hand: what is done of it is what makers of session border controllers write that they send (`Require: gin`, a
//! Contact with `bnc` and without a user part), and not the public GRUUs of its section on them.

mod binding;
mod wish;

use super::message::Message;
use super::octets::Octets;
use super::transport::{ConnectionId, Flow, Transport};
pub use binding::{Binding, Instance};
use binding::{back_to, is_bulk, is_translated};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use wish::Wish;

/// What a user may register.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Registrant {
    /// How many contacts at once.
    pub bindings_max: usize,
    /// It is a PBX, and a contact may stand for all its numbers (RFC 6140).
    pub bulk: bool,
    /// Its telephones are told of its messages without asking.
    pub notified: bool,
}

/// What became of a REGISTER.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Done {
    /// A binding was made, renewed or removed.
    pub changed: bool,
    /// A flow was bound: the device is told so, and keeps it alive.
    pub is_flow: bool,
}

/// Why a registration changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// 400: a contact or time that cannot be read, `*` with others, several contacts with a flow, a bulk contact that is none, or a
    /// path that is no loose route.
    Malformed,
    /// 423: shorter than [`EXPIRES_S_MIN`].
    TooBrief,
    /// 403: more contacts than the user may have, or one for all numbers of who has only one.
    TooMuch,
    /// 439: a flow through a proxy that does not know of flows.
    NotDirect,
    /// 420: proxies have put themselves on the way to who does not know what that is.
    NoPath,
    /// 500: it was overtaken by a later one.
    OutOfOrder,
}

/// All bindings.
#[derive(Debug, Default)]
pub(crate) struct Registrar {
    users: BTreeMap<Octets, User>,
}

#[derive(Debug)]
struct User {
    may: Registrant,
    /// The newest first.
    bindings: Vec<Binding>,
}

impl Registrar {
    /// A user may register that much.
    pub(crate) fn admit(&mut self, user: Octets, may: Registrant) {
        self.users.insert(user, User { may, bindings: Vec::new() });
    }

    /// There is such a user.
    pub(crate) fn knows(&self, user: &[u8]) -> bool {
        self.users.contains_key(&Octets::from(user))
    }

    /// Its telephones are told of its messages without asking.
    pub(crate) fn is_notified(&self, user: &[u8]) -> bool {
        self.users.get(&Octets::from(user)).is_some_and(|user| user.may.notified)
    }

    /// Puts back what was bound before a restart, as far as the user may still have it.
    pub(crate) fn restore(&mut self, user: &[u8], bindings: Vec<Binding>) {
        if let Some(user) = self.users.get_mut(&Octets::from(user)) {
            user.bindings = bindings;
            user.bindings.retain(|binding| user.may.bulk || !is_bulk(&binding.contact));
            user.bindings.truncate(user.may.bindings_max);
        }
    }

    /// Where a user is, the first to be tried first.
    pub(crate) fn bindings(&self, now: Instant, user: &[u8]) -> Vec<Binding> {
        let bindings = self.users.get(&Octets::from(user)).into_iter().flat_map(|user| &user.bindings);
        let mut bindings: Vec<_> = bindings.filter(|binding| binding.expires_at > now).cloned().collect();
        bindings.sort_by_key(|binding| Reverse(binding.quality));
        bindings
    }

    /// Does what a REGISTER of this user asks for (10.3, steps 6 to 8).
    pub(crate) fn register(
        &mut self,
        now: Instant,
        user: &[u8],
        request: &Message,
        (from, transport): (&Flow, Transport),
    ) -> Result<Done, Refused> {
        let Some(user) = self.users.get_mut(&Octets::from(user)) else { return Err(Refused::Malformed) };
        user.bindings.retain(|binding| binding.expires_at > now);
        let cseq = request.cseq().map_err(|_| Refused::Malformed)?.number;
        let call_id = Octets::from(request.call_id());
        let path = wish::path(request)?;
        let wishes = wish::of(request, &user.bindings, &path)?;
        let done = Done {
            changed: !wishes.is_empty(),
            is_flow: wishes.iter().any(|wish| wish.instance.is_some() && wish.expires_s > 0),
        };
        let mut bindings = user.bindings.clone();
        for wish in wishes {
            if let Some(at) = bindings.iter().position(|known| wish.is_about(known)) {
                let known = bindings.remove(at);
                if known.call_id == call_id && cseq <= known.cseq {
                    return Err(Refused::OutOfOrder);
                }
            }
            if wish.expires_s > 0 {
                bindings.insert(0, bind(now, wish, (&call_id, cseq), (from, transport), &path));
            }
        }
        let is_bulk = bindings.iter().any(|binding| is_bulk(&binding.contact));
        if bindings.len() > user.may.bindings_max || is_bulk && !user.may.bulk {
            return Err(Refused::TooMuch);
        }
        user.bindings = bindings;
        Ok(done)
    }

    /// A connection is gone: who is bound no longer because of it.
    pub(crate) fn lost(&mut self, connection: ConnectionId) -> Vec<Octets> {
        self.release(|binding| binding.flow == Some(connection))
    }

    /// Datagrams do not reach an address: whose flow led there is bound by it no longer (RFC 5626 7).
    pub(crate) fn unreachable(&mut self, remote: SocketAddr) -> Vec<Octets> {
        self.release(|binding| binding.is_flow_to(remote))
    }

    fn release(&mut self, is_gone: impl Fn(&Binding) -> bool) -> Vec<Octets> {
        let mut concerned = Vec::new();
        for (name, user) in &mut self.users {
            let before = user.bindings.len();
            user.bindings.retain(|binding| !is_gone(binding));
            if user.bindings.len() < before {
                concerned.push(name.clone());
            }
        }
        concerned
    }

    /// Every user who is somewhere, with where that is.
    pub(crate) fn users(&self, now: Instant) -> impl Iterator<Item = (&Octets, Vec<Binding>)> {
        self.users.keys().map(move |name| (name, self.bindings(now, name))).filter(|(_, bindings)| !bindings.is_empty())
    }

    /// How many bindings there are.
    pub(crate) fn len(&self, now: Instant) -> usize {
        self.users.values().flat_map(|user| &user.bindings).filter(|binding| binding.expires_at > now).count()
    }
}

fn bind(
    now: Instant,
    wish: Wish,
    (call_id, cseq): (&Octets, u32),
    (from, transport): (&Flow, Transport),
    path: &[Octets],
) -> Binding {
    let Wish { contact, quality, instance, expires_s } = wish;
    let returns = path.is_empty() && (instance.is_some() || is_translated(&contact, from.remote, transport));
    let hop = back_to(from, transport).filter(|_| returns).unwrap_or_else(|| contact.clone());
    let flow = from.connection.filter(|_| returns);
    let expires_at = now + Duration::from_secs(expires_s.into());
    Binding { contact, hop, path: path.to_vec(), flow, instance, quality, call_id: call_id.clone(), cseq, expires_at }
}

/// What a contact without a time gets (10.2.1.1 recommends it).
const EXPIRES_S_USUAL: u32 = 3600;
/// Shorter ones than this cost more than they are worth.
pub(crate) const EXPIRES_S_MIN: u32 = 60;
const EXPIRES_S_MAX: u32 = 86_400;
