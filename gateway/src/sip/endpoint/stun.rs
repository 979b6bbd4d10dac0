//! STUN among the datagrams: RFC 5626 section 8. Whoever asks is told by which address it is seen; answers go to the flow of ours that
//! has asked.

use super::super::stun::{self, Heard};
use super::super::transport::Flow;
use super::super::vocabulary::SessionId;
use super::Endpoint;
use std::time::Instant;

impl Endpoint {
    pub(super) fn handle_stun(&mut self, now: Instant, from: &Flow, octets: &[u8]) {
        match stun::parse(octets) {
            None => self.layer.counters.malformed_dropped += 1,
            Some(Heard::Request { transaction, unknown }) => {
                self.layer.counters.bindings_asked += 1;
                let answer = match unknown.is_empty() {
                    true => stun::answer(transaction, from.remote),
                    false => stun::refuse(transaction, &unknown),
                };
                self.layer.send(now, from, answer);
            }
            Some(heard) => self.hear_mapped(now, from, &heard),
        }
    }

    fn hear_mapped(&mut self, now: Instant, from: &Flow, heard: &Heard) {
        let mut registrations = self.registrations.iter();
        match registrations.find(|(_, registration)| registration.awaits(from, heard)).map(|(id, _)| *id) {
            Some(id) => {
                self.with_registration(now, id, |registration, layer| registration.handle_mapped(now, layer, heard));
            }
            None => self.layer.counters.responses_stray += 1,
        }
    }

    /// Datagrams do not reach an address: the flows that end there have failed, those of users and ours.
    pub(super) fn break_flows(&mut self, now: Instant, to: &Flow) {
        let concerned = self.registrar.unreachable(to.remote);
        self.tell_bindings(now, concerned);
        let ours: Vec<SessionId> = self.registrations.keys().copied().collect();
        for id in ours {
            self.with_registration(now, id, |registration, layer| registration.handle_unreachable(now, layer, to));
        }
    }
}
