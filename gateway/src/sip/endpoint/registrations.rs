//! Registrations of ours, each with a name among those of the sessions: it sends requests, has deadlines, and its servers are
//! found, as with a session.

use super::super::octets::Octets;
use super::super::registration::{
    Registration, RegistrationConfig, RegistrationPhase, RegistrationView, flow_to_literal,
};
use super::super::transaction::{Layer, Owner};
use super::super::uri::Uri;
use super::super::vocabulary::SessionId;
use super::Endpoint;
use std::time::Instant;

impl Endpoint {
    /// How each registration is, in the order in which they were asked for.
    pub fn registrations(&self, now: Instant) -> Vec<RegistrationView> {
        self.registrations.values().map(|registration| registration.view(now)).collect()
    }

    /// The route by which a registrar wants our requests to it (RFC 3608): that of the first registration that holds there.
    pub fn service_route(&self, now: Instant, registrar: &Uri) -> Vec<Octets> {
        let mut routes = self.registrations.values().filter_map(|it| it.service_route(now, registrar));
        routes.find(|route| !route.is_empty()).unwrap_or_default().to_vec()
    }

    /// No registration is bound, or waits for anything.
    pub fn is_withdrawn(&self) -> bool {
        self.registrations.values().all(|registration| registration.phase() == RegistrationPhase::Removed)
    }

    pub(super) fn register(&mut self, now: Instant, config: RegistrationConfig) {
        let id = self.next_session();
        self.entrust(id, config.account.clone());
        let registration = Registration::new(&mut self.layer, id, config);
        self.registrations.insert(id, registration);
        self.with_registration(now, id, |_, _| ());
    }

    pub(super) fn withdraw(&mut self, now: Instant) {
        let all: Vec<SessionId> = self.registrations.keys().copied().collect();
        for id in all {
            self.with_registration(now, id, |registration, layer| registration.withdraw(now, layer));
        }
    }

    /// Lets a registration act; then it is located where it wants that, and its deadline is set anew. `false`: there is none.
    pub(super) fn with_registration(
        &mut self,
        now: Instant,
        id: SessionId,
        act: impl FnOnce(&mut Registration, &mut Layer),
    ) -> bool {
        let Some(registration) = self.registrations.get_mut(&id) else { return false };
        act(registration, &mut self.layer);
        if let Some(registrar) = registration.unresolved() {
            match flow_to_literal(&self.layer, &registrar) {
                Some(flows) => registration.handle_located(now, &mut self.layer, flows),
                None if !self.locators.contains_key(&id) => self.unlocated.push_back((id, registrar)),
                None => {}
            }
        }
        self.layer.deadlines.set(Owner::Session(id), registration.poll_timeout());
        true
    }
}
