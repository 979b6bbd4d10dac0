//! The SIP side as an operator sees it: peers, registrations of ours, users that are registered here, transactions, dialogs.

use std::time::Instant;

use config::model::{PeerIndex, SipParty, UserIndex};

use super::allowance::Told;
use super::{Control, plan};
use crate::ops::status;
use crate::sip::{Binding, DialogView, RegistrationConfig, RegistrationPhase, RegistrationView, Uri, locate};

impl Control {
    pub(super) fn peers_status(&self) -> Vec<status::Peer> {
        let mut dialogs = vec![0; self.model.sip.peers.len()];
        for view in self.sip.dialogs() {
            if let Some(peer) = self.model.peer_at(view.remote.ip()) {
                dialogs[peer.get()] += 1;
            }
        }
        self.model.peer_indices().map(|index| self.peer_status(index, dialogs[index.get()])).collect()
    }

    fn peer_status(&self, index: PeerIndex, dialogs: u64) -> status::Peer {
        let (told, peer) = (self.allowance.told(SipParty::Peer(index)), self.model.peer(index));
        let hop = self.hop_to(index);
        status::Peer {
            name: peer.name.clone(),
            address: peer.address.to_string(),
            transport: by(&hop),
            answers: self.watch.answers(index),
            dialogs,
            calls: told.calls.into(),
            calls_max: peer.terms.limits.calls_max,
            calls_per_second: peer.terms.limits.calls_per_second,
            minutes_today: told.minutes_today,
            minutes_per_day: peer.terms.limits.talk_per_day.map(|talk| talk.as_secs() / 60),
            refused_calls: told.refused.calls,
            refused_rate: told.refused.rate,
            refused_minutes: told.refused.minutes,
            refused_barred: told.refused.barred,
        }
    }

    pub(super) fn registrations_status(&self, now: Instant) -> Vec<status::Registration> {
        let views = self.sip.registrations(now).into_iter();
        let configs = plan::registrations(&self.model);
        views.zip(configs).map(|(view, config)| registration(now, &view, &config)).collect()
    }

    pub(super) fn users_status(&self, now: Instant) -> Vec<status::User> {
        let users = self.sip.users(now);
        let bound = users.flat_map(|(name, bindings)| {
            let told = self.model.user_named(name).map(|user| self.told_of(user)).unwrap_or_default();
            let name = name.to_string();
            bindings.into_iter().map(move |binding| user(now, &name, &binding, told))
        });
        bound.take(status::USERS_MAX).collect()
    }

    /// How a user stands; one with a peer has nothing to pay.
    fn told_of(&self, user: UserIndex) -> Told {
        match self.model.party_of(user) {
            SipParty::Peer(_) => Told::default(),
            own => self.allowance.told(own),
        }
    }

    pub(super) fn dialogs_status(&self, now: Instant) -> Vec<status::Dialog> {
        let dialog = |view: DialogView| status::Dialog {
            call_id: view.call_id.to_string(),
            peer: self.model.peer_at(view.remote.ip()).map(|peer| self.model.peer(peer).name.clone()),
            remote: format!("{}:{}", view.transport.in_uri(), view.remote),
            state: view.phase.into(),
            age_ms: now.saturating_duration_since(view.begun).as_millis() as u64,
        };
        self.sip.dialogs().take(status::DIALOGS_MAX).map(dialog).collect()
    }

    pub(super) fn transactions_status(&self) -> status::Transactions {
        let count = self.sip.transactions();
        status::Transactions {
            invite_client: count.invite_client as u64,
            other_client: count.other_client as u64,
            invite_server: count.invite_server as u64,
            other_server: count.other_server as u64,
        }
    }
}

fn registration(now: Instant, view: &RegistrationView, config: &RegistrationConfig) -> status::Registration {
    let left_s = |at: Instant| at.saturating_duration_since(now).as_secs();
    status::Registration {
        address: String::from_utf8_lossy(view.address.octets()).into_owned(),
        flow: view.flow,
        transport: by(config.flow.as_ref().map_or(&config.registrar, |flow| &flow.proxy)),
        state: match view.phase {
            RegistrationPhase::Registering => "registering",
            RegistrationPhase::Registered => status::Registration::REGISTERED,
            RegistrationPhase::Waiting => "waiting",
            RegistrationPhase::Removing => "removing",
            RegistrationPhase::Removed => "removed",
        }
        .into(),
        expires_in_s: view.expires_at.map(left_s),
        next_in_s: view.next_at.map(left_s),
        failures: view.failures,
        refused: view.refused,
        seen_as: view.seen_as.map(|address| address.to_string()),
    }
}

fn user(now: Instant, name: &str, binding: &Binding, told: Told) -> status::User {
    status::User {
        name: name.to_owned(),
        contact: String::from_utf8_lossy(binding.contact.octets()).into_owned(),
        hop: String::from_utf8_lossy(binding.hop.octets()).into_owned(),
        path: binding.path.iter().map(ToString::to_string).collect(),
        transport: by(&binding.hop),
        calls: told.calls.into(),
        refused: told.refused.total(),
        q: f64::from(binding.quality.thousandths()) / 1000.0,
        expires_in_s: binding.expires_at.saturating_duration_since(now).as_secs(),
    }
}

/// The transport of a next hop; `None`: the DNS says.
fn by(hop: &Uri) -> Option<String> {
    locate::transport(hop).map(|transport| transport.in_uri())
}
