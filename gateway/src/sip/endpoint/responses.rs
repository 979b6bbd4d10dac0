//! Responses find their transaction, and with it their session (RFC 3261 8.1.3 and 17.1.3).

use super::super::dialog::Dialog;
use super::super::message::Message;
use super::super::transaction::{Purpose, Sent, Told};
use super::super::vocabulary::SessionId;
use super::Endpoint;
use std::time::Instant;

impl Endpoint {
    pub(super) fn handle_response(&mut self, now: Instant, response: &Message) {
        // 8.1.3.3: a response with two Vias was never ours.
        if response.has_second_via() {
            self.layer.counters.responses_stray += 1;
            return;
        }
        let Some(told) = self.layer.handle_response(now, response) else { return };
        let (sent, flow) = match told {
            Told::Response(sent, flow) => (sent, flow),
            Told::Challenged(sent, flow, retry) => match self.number_again(now, sent, response) {
                Some(cseq) => return self.layer.send_again(now, *retry, cseq),
                None => (sent, flow),
            },
            told => return self.tell_session(now, told),
        };
        let is_registration = self.with_registration(now, sent.session, |registration, layer| {
            registration.handle_response(now, layer, response, &flow)
        });
        if is_registration {
            return;
        }
        if self.subscriptions.contains_key(&sent.session) {
            return self.notified(now, sent.session, response.status());
        }
        if self.sessions.contains_key(&sent.session) {
            self.with_session(sent.session, |session, layer| {
                session.handle_response(now, layer, sent.purpose, response, flow)
            });
        } else if sent.purpose == Purpose::Invite && matches!(response.status(), Some(200..=299)) {
            self.end_late_fork(now, sent.session, response);
        }
    }

    /// The CSeq number of a request that answers a challenge.
    fn number_again(&mut self, now: Instant, Sent { session, purpose }: Sent, response: &Message) -> Option<u32> {
        let mut cseq = None;
        if self.with_registration(now, session, |registration, _| cseq = registration.number_again()) {
            return cseq;
        }
        self.with_session(session, |session, layer| cseq = session.number_again(now, layer, purpose, response));
        cseq
    }

    /// A fork that answers when its session is over rings on at its user until it is acknowledged and ended (13.2.2.4).
    fn end_late_fork(&mut self, now: Instant, session: SessionId, response: &Message) {
        let Some((origin, is_new)) = self.layer.late_fork(response) else { return };
        let mut dialog = Dialog::of_response(&origin, response);
        let (ack, ways) = (dialog.acknowledge(&mut self.layer, session, origin.cseq), dialog.ways(&self.layer));
        self.layer.send(now, &ways[0].flow, ack);
        if is_new {
            let (branch, _, writer) = dialog.request(&mut self.layer, "BYE");
            let sent = Sent { session, purpose: Purpose::StrayBye };
            self.layer.request(now, ways, branch, writer.finish(None), sent);
        }
    }
}
