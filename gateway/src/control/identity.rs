//! Who is who on the SIP side: whose INVITE is taken, whose is challenged, and where a user of ours is.
//!
//! A configured peer is known by its address, unless it is to be challenged; a user by its credentials, from wherever it calls.
//! Anybody else is challenged where somebody can prove who it is, and forbidden where nobody can: the endpoint does so, without a
//! session, by the [`Standing`] of the address. Who has proven a name has not yet proven to be at the right place; that is judged here.

use std::net::IpAddr;
use std::time::{Instant, SystemTime};

use config::model::{PeerIndex, SipParty, UserIndex};
use tracing::warn;

use super::{Control, Output, plan};
use crate::call::{Inviter, Peer};
use crate::interwork::sip::Terms;
use crate::ops::cdr::{self, Record};
use crate::sip::{self, Binding, Incoming, Octets, Quality, Standing, Summary, Uri};

impl Control {
    /// What an address is worth before anything is proven.
    pub(super) fn standing(&self, source: IpAddr) -> Standing {
        match self.model.peer_at(source) {
            Some(peer) if !self.model.peer(peer).challenge => Standing::Peer,
            _ => Standing::Unproven,
        }
    }

    /// Who calls; `None`: it has been told that it must not.
    pub(super) fn caller(&mut self, now: Instant, incoming: &Incoming) -> Option<SipParty> {
        let party = self.known(incoming);
        match party {
            Some(party) => self.identify(now, incoming, party),
            None => {
                self.counters.strangers += 1;
                warn!(remote = %incoming.remote, "INVITE whose credentials are right, and not for its source");
                let session = incoming.session;
                let refuse = sip::Command::Refuse { session, status: 403, cause: None, retry_after_s: None };
                self.sip.handle_command(now, refuse);
            }
        }
        party
    }

    fn known(&self, incoming: &Incoming) -> Option<SipParty> {
        let peer = self.model.peer_at(incoming.remote.ip());
        match &incoming.user {
            None => peer.map(SipParty::Peer),
            Some(name) => self.proven(name, peer.filter(|peer| self.model.peer(*peer).challenge)),
        }
    }

    /// Credentials of a peer count from its own address alone.
    fn proven(&self, name: &Octets, challenged: Option<PeerIndex>) -> Option<SipParty> {
        let is_it = |peer: &PeerIndex| {
            let account = self.model.peer(*peer).account.as_ref();
            account.is_some_and(|account| account.user.as_bytes() == &**name)
        };
        let as_peer = challenged.filter(is_it).map(SipParty::Peer);
        as_peer.or_else(|| self.model.user_named(name).map(|user| self.model.party_of(user)))
    }

    /// Requests of ours in the dialog may be challenged, too.
    fn identify(&mut self, now: Instant, incoming: &Incoming, party: SipParty) {
        let SipParty::Peer(peer) = party else { return };
        if let Some(account) = self.model.peer(peer).account.as_ref().map(plan::account) {
            self.sip.handle_command(now, sip::Command::Identify { session: incoming.session, account });
        }
    }

    /// Where a peer is.
    pub(super) fn hop_to(&self, peer: PeerIndex) -> Uri {
        let address = self.model.peer(peer).address.to_string();
        Uri::parse(address.as_bytes()).expect("a next hop prints as a URI")
    }

    /// How a peer is called.
    pub(super) fn peer_towards(&self, now: Instant, index: PeerIndex) -> Peer {
        let peer = self.model.peer(index);
        let (hop, own) = (self.hop_to(index), self.listener_towards(&peer.address).advertised);
        let account = peer.account.as_ref().map(plan::account);
        let route = self.sip.service_route(now, &hop);
        let terms = Terms::from(&peer.terms);
        Peer { hop, own, account, route, contacts: Vec::new(), terms, attestation: None }
    }

    /// How a user is called by this number, wherever it is registered; `None`: nowhere.
    pub(super) fn user_towards(&self, now: Instant, user: UserIndex, called: &str) -> Option<Peer> {
        let bindings = self.sip.bindings(now, self.model.user(user).name.as_bytes());
        let contacts: Vec<_> = bindings.iter().map(|binding| binding.place(called)).collect();
        let (hop, next) = contacts.first().map(|place| (place.hop.clone(), place.next_hop()))?;
        let listeners = &self.model.sip.listeners;
        let family = |ip: std::net::IpAddr| listeners.iter().find(|it| it.address.is_ipv4() == ip.is_ipv4());
        let own = next.ip().and_then(family).unwrap_or(&listeners[0]).advertised;
        let terms = Terms::from(self.model.terms(self.model.party_of(user)));
        Some(Peer { hop, own, account: None, route: Vec::new(), contacts, terms, attestation: None })
    }

    /// How the sender of an INVITE stands to us.
    pub(super) fn inviter(&self, incoming: &Incoming, terms: Terms) -> Inviter {
        Inviter {
            own: self.model.sip.listeners[incoming.listener].advertised,
            trusted: terms.trusted,
            gates_early_media: incoming.gates_early_media && terms.trusted,
        }
    }

    /// Registers wherever the configuration says so.
    pub(super) fn register(&mut self) {
        let configs: Vec<_> = plan::registrations(&self.model).collect();
        for config in configs {
            self.sip.handle_command(self.start.now, sip::Command::Register(Box::new(config)));
        }
    }

    /// A user has registered, or there are news of its messages: the next process is to know.
    pub(super) fn journal_registered(&mut self, user: &Octets, bindings: &[Binding]) {
        let binding = |binding: &Binding| cdr::Binding {
            contact: String::from_utf8_lossy(binding.contact.octets()).into_owned(),
            hop: String::from_utf8_lossy(binding.hop.octets()).into_owned(),
            path: binding.path.iter().map(ToString::to_string).collect(),
            q_thousandths: binding.quality.thousandths(),
            call_id: binding.call_id.to_string(),
            cseq: binding.cseq,
            expires: self.wall(binding.expires_at),
        };
        // What lives with a connection does not outlive the process.
        let bindings = bindings.iter().filter(|it| it.flow.is_none()).map(binding).collect();
        let mailbox = self.sip.summary(user).map(|(number, summary)| mailbox(number, summary));
        let user = user.to_string();
        self.outputs.push_back(Output::Journal(Record::Registered(cdr::Registered { user, bindings, mailbox })));
    }

    /// What users were bound to when the last process ended, and has not expired since; and what was known of their messages.
    pub(super) fn restore_bindings(&mut self) {
        for registered in std::mem::take(&mut self.start.registered) {
            let bindings = registered.bindings.iter().filter_map(|binding| self.restored(binding)).collect();
            self.sip.restore(registered.user.as_bytes(), bindings);
            if let Some(cdr::Mailbox { number, waits, messages, centre }) = registered.mailbox {
                let summary = Summary { waits, messages, centre };
                self.sip.restore_summary(registered.user.as_bytes(), number, summary);
            }
        }
    }

    fn restored(&self, binding: &cdr::Binding) -> Option<Binding> {
        let left = SystemTime::from(binding.expires).duration_since(self.start.wall).ok()?;
        Some(Binding {
            contact: Uri::parse(binding.contact.as_bytes()).ok()?,
            hop: Uri::parse(binding.hop.as_bytes()).ok()?,
            path: binding.path.iter().map(|route| route.as_str().into()).collect(),
            flow: None,
            // Who comes again with another contact, of the same instance, is one binding more until this one expires.
            instance: None,
            quality: Quality::of_thousandths(binding.q_thousandths)?,
            call_id: binding.call_id.as_str().into(),
            cseq: binding.cseq,
            expires_at: self.start.now + left.min(LEFT_MAX),
        })
    }
}

fn mailbox(number: &str, summary: &Summary) -> cdr::Mailbox {
    let Summary { waits, messages, centre } = summary.clone();
    cdr::Mailbox { number: number.to_owned(), waits, messages, centre }
}

/// The longest that a registrar grants; a journal that says more was written by another clock.
const LEFT_MAX: std::time::Duration = std::time::Duration::from_secs(86_400);

#[cfg(test)]
mod tests;
