//! Next hops that have a name are located (RFC 3263 4): the DNS is asked, and whoever waits is told.

use super::super::locate::{Locator, Question, Records, Target};
use super::super::transport::Flow;
use super::super::uri::Uri;
use super::super::vocabulary::{Output, ResolveId, SessionId};
use super::Endpoint;
use std::time::Instant;

impl Endpoint {
    /// The answer to [`Output::Resolve`].
    pub fn handle_resolved(&mut self, now: Instant, id: ResolveId, question: &Question, records: Records) {
        let session = SessionId(id.0);
        let Some((_, locator)) = self.locators.get_mut(&session) else { return };
        if locator.handle_records(question, records, || self.layer.random()) {
            self.advance_locator(now, session);
        }
        self.settle(now);
    }

    pub(super) fn locate(&mut self, now: Instant, session: SessionId, hop: Uri) {
        // It may have ended meanwhile.
        if !self.sessions.contains_key(&session) && !self.registrations.contains_key(&session) {
            return;
        }
        let locator = Locator::new(&hop, &self.layer.transports());
        self.locators.insert(session, (hop, locator));
        self.advance_locator(now, session);
    }

    /// Asks what a locator wants to know, or tells its session what it found.
    fn advance_locator(&mut self, now: Instant, session: SessionId) {
        let Some((hop, locator)) = self.locators.get(&session) else { return };
        let Some(targets) = locator.found() else {
            let id = ResolveId(session.0);
            let questions = locator.questions().into_iter();
            return questions.for_each(|question| self.layer.ask(Output::Resolve { id, question }));
        };
        let flow_to = |target: &Target| self.layer.flow_to(target.transport, target.address, hop.host(), None);
        let flows: Vec<Flow> = targets.iter().filter_map(flow_to).collect();
        if self.registrations.contains_key(&session) {
            // They are looked for with every refresh.
            self.locators.remove(&session);
            self.with_registration(now, session, |registration, layer| registration.handle_located(now, layer, flows));
            return;
        }
        self.with_session(session, |session, layer| session.handle_located(now, layer, flows));
    }
}
