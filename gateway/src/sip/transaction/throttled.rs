//! Requests that stay here because their server wants fewer: the client of RFC 7339, where it meets transactions.

use super::super::emergency::is_emergency;
use super::super::header::Name;
use super::super::message::Message;
use super::super::overload::Feedback;
use super::super::overload::throttle::Category;
use super::super::parse::lex::number;
use super::super::transport::Flow;
use super::clients::UNAVAILABLE;
use super::{ClientId, Layer, Purpose};
use rand_core::Rng;
use std::time::{Duration, Instant};

impl Layer {
    /// What the server says of its load (RFC 7339 5.4), and Retry-After of a 503.
    pub(super) fn hear_load(&mut self, now: Instant, id: ClientId, response: &Message) {
        let Some(server) = self.clients.get(&id).map(|client| client.flow.remote) else { return };
        if let Some(feedback) = response.via().ok().and_then(|via| Feedback::of_response(&via)) {
            self.throttles.told(now, server, feedback);
        }
        let retry_after = response.value(Name::RetryAfter).filter(|_| response.status() == Some(UNAVAILABLE));
        // A comment and a duration may follow the seconds (20.33).
        let digits = retry_after.map(|value| &value[..value.iter().take_while(|it| it.is_ascii_digit()).count()]);
        if let Some(seconds) = digits.and_then(number) {
            self.throttles.leave_alone(now, server, Duration::from_secs(seconds.into()));
        }
    }

    /// The server of the way has asked for fewer requests, and this is one of those that stay here (RFC 7339 5.5).
    pub(super) fn is_held(&mut self, now: Instant, flow: &Flow, purpose: Purpose, request: &[u8]) -> bool {
        if !self.throttles.knows(flow.remote) {
            return false;
        }
        let begins = purpose == Purpose::Invite;
        let is_urgent = || Message::parse(request).is_ok_and(|request| is_emergency(&request));
        let category = if begins && !is_urgent() { Category::First } else { Category::Second };
        let rng = &mut self.rng;
        let lot = || (rng.next_u64() % 100) as u8 + 1;
        // What exists is never cut off: its BYE frees more than it costs.
        let held = self.throttles.holds(now, flow.remote, category, lot) && begins;
        self.counters.held += u64::from(held);
        held
    }
}
