//! The registrar, RFC 3261 10.3: which contacts a user is bound to.
//!
//! Promises: a request changes all that it names or nothing; a user has no more bindings than it may; what has expired is
//! gone. Who the user is has been proven before. Left out: `Path`, GRUU and `q`; the last binding made is the first.

use super::header::Name;
use super::message::Message;
use super::octets::Octets;
use super::parse::lex::{number, trim};
use super::transport::{Flow, Transport};
use super::uri::{Scheme, Uri};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// A contact of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// The Request-URI of calls to it.
    pub contact: Uri,
    /// Where they are sent: the contact itself, or where the registration came from when that is another address.
    pub hop: Uri,
    /// Call-ID of the registration.
    pub call_id: Octets,
    /// Its CSeq number.
    pub cseq: u32,
    /// Until when.
    pub expires_at: Instant,
}

/// Why a registration changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refused {
    /// 400: a contact or time that cannot be read, or `*` with others.
    Malformed,
    /// 423: shorter than [`EXPIRES_S_MIN`].
    TooBrief,
    /// 403: more contacts than the user may have.
    TooMany,
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
    bindings_max: usize,
    /// The newest first.
    bindings: Vec<Binding>,
}

/// What a REGISTER asks for one contact.
struct Wish {
    contact: Uri,
    expires_s: u32,
}

impl Registrar {
    /// A user may register that many contacts.
    pub(crate) fn admit(&mut self, user: Octets, bindings_max: usize) {
        self.users.insert(user, User { bindings_max, bindings: Vec::new() });
    }

    /// There is such a user.
    pub(crate) fn knows(&self, user: &[u8]) -> bool {
        self.users.contains_key(&Octets::from(user))
    }

    /// Puts back what was bound before a restart, as far as the user may still have it.
    pub(crate) fn restore(&mut self, user: &[u8], bindings: Vec<Binding>) {
        if let Some(user) = self.users.get_mut(&Octets::from(user)) {
            user.bindings = bindings;
            user.bindings.truncate(user.bindings_max);
        }
    }

    /// Where a user is, the first to be tried first.
    pub(crate) fn bindings(&self, now: Instant, user: &[u8]) -> Vec<Binding> {
        let bindings = self.users.get(&Octets::from(user)).into_iter().flat_map(|user| &user.bindings);
        bindings.filter(|binding| binding.expires_at > now).cloned().collect()
    }

    /// Does what a REGISTER of this user asks for (10.3, steps 6 to 8). Whether anything changed.
    pub(crate) fn register(
        &mut self,
        now: Instant,
        user: &[u8],
        request: &Message,
        (from, transport): (&Flow, Transport),
    ) -> Result<bool, Refused> {
        let Some(user) = self.users.get_mut(&Octets::from(user)) else { return Err(Refused::Malformed) };
        user.bindings.retain(|binding| binding.expires_at > now);
        let cseq = request.cseq().map_err(|_| Refused::Malformed)?.number;
        let call_id = Octets::from(request.call_id());
        let wishes = wishes(request, &user.bindings)?;
        let mut bindings = user.bindings.clone();
        for wish in &wishes {
            if let Some(at) = bindings.iter().position(|known| known.contact == wish.contact) {
                let known = bindings.remove(at);
                if known.call_id == call_id && cseq <= known.cseq {
                    return Err(Refused::OutOfOrder);
                }
            }
            if wish.expires_s > 0 {
                let expires_at = now + Duration::from_secs(wish.expires_s.into());
                let (contact, hop) = (wish.contact.clone(), hop(&wish.contact, from.remote, transport));
                bindings.insert(0, Binding { contact, hop, call_id: call_id.clone(), cseq, expires_at });
            }
        }
        if bindings.len() > user.bindings_max {
            return Err(Refused::TooMany);
        }
        user.bindings = bindings;
        Ok(!wishes.is_empty())
    }

    /// How many bindings there are.
    pub(crate) fn len(&self, now: Instant) -> usize {
        self.users.values().flat_map(|user| &user.bindings).filter(|binding| binding.expires_at > now).count()
    }
}

/// The contacts of a REGISTER; `*` is all that there are, and to be removed.
fn wishes(request: &Message, bindings: &[Binding]) -> Result<Vec<Wish>, Refused> {
    let read = |text: &[u8]| number(trim(text)).ok_or(Refused::Malformed);
    let general = request.value(Name::Expires).map(read).transpose()?;
    let contacts: Vec<&[u8]> = request.elements(Name::Contact).collect();
    if contacts.iter().any(|contact| trim(contact) == b"*") {
        if contacts.len() != 1 || general != Some(0) {
            return Err(Refused::Malformed);
        }
        let contacts = bindings.iter().map(|binding| binding.contact.clone());
        return Ok(contacts.map(|contact| Wish { contact, expires_s: 0 }).collect());
    }
    let wish = |contact: &[u8]| {
        let address = super::NameAddr::parse(contact).map_err(|_| Refused::Malformed)?;
        // Nobody could be called there (RFC 4475 3.3.4).
        if !matches!(address.uri.scheme(), Scheme::Sip | Scheme::Sips) {
            return Err(Refused::Malformed);
        }
        let own = super::parse::lex::Parameters(&address.raw_parameters).value("expires").map(read).transpose()?;
        let expires_s = own.or(general).unwrap_or(EXPIRES_S_USUAL).min(EXPIRES_S_MAX);
        if (1..EXPIRES_S_MIN).contains(&expires_s) {
            return Err(Refused::TooBrief);
        }
        Ok(Wish { contact: address.uri, expires_s })
    };
    contacts.into_iter().map(wish).collect()
}

/// Behind address translation a contact says an address that leads nowhere from here.
fn hop(contact: &Uri, source: SocketAddr, transport: Transport) -> Uri {
    let translated = contact.ip().is_some_and(|ip| ip != source.ip());
    let seen = format!("sip:{source};transport={}", transport.name().to_ascii_lowercase());
    Uri::parse(seen.as_bytes()).ok().filter(|_| translated).unwrap_or_else(|| contact.clone())
}

/// What a contact without a time gets (10.2.1.1 recommends it).
const EXPIRES_S_USUAL: u32 = 3600;
/// Shorter ones than this cost more than they are worth.
pub(crate) const EXPIRES_S_MIN: u32 = 60;
const EXPIRES_S_MAX: u32 = 86_400;
