//! Who pays for a call: whoever began it, and whoever has it go on without them. [`allowance`](super::allowance) keeps their accounts.

use std::time::{Duration, Instant};

use config::model::SipParty;

use super::Control;
use super::allowance::{Asked, Denial};
use crate::call::{Call, CallId};
use crate::interwork::hub::Setup;

impl Control {
    /// Whether somebody may call this number now, by this call.
    pub(super) fn allows(&mut self, now: Instant, party: SipParty, called: &str, call: CallId) -> Result<(), Denial> {
        if self.model.emergency.has(called) {
            return Ok(());
        }
        let limits = &self.model.terms(party).limits;
        // Only who has a limit pays for looking.
        let talking = limits.talk_per_day.map_or(Duration::ZERO, |_| {
            let calls = self.allowance.calls_of(party).filter_map(|(id, since)| Some((self.calls.get(&id)?, since)));
            calls.map(|(call, since)| talk_time(now, call, since)).sum()
        });
        let asked = Asked { party, call, called, talking };
        self.allowance.ask((now, self.system_time(now)), limits, &asked)
    }

    /// Whether somebody may send a call by the routing number that they give.
    pub(super) fn allows_way(&self, party: SipParty, setup: Option<&Setup>) -> Result<(), Denial> {
        let ordinary = setup.filter(|setup| !self.model.emergency.has(&setup.called));
        let Some(number) = ordinary.and_then(|setup| setup.portability.routing_number.as_ref()) else { return Ok(()) };
        let is_barred = self.model.terms(party).limits.barred.iter().any(|pattern| pattern.matches(number));
        if is_barred { Err(Denial::Barred) } else { Ok(()) }
    }

    /// A call is over: whoever paid for it has talked.
    pub(super) fn settle(&mut self, now: Instant, call: &Call) {
        self.allowance.over(self.system_time(now), call.id, |since| talk_time(now, call, since));
    }
}

/// From its answer, or from when somebody began to pay for it, until its release, or until now.
fn talk_time(now: Instant, call: &Call, since: Instant) -> Duration {
    let story = call.story();
    let until = story.released.unwrap_or(now);
    story.answered.map_or(Duration::ZERO, |answered| until.saturating_duration_since(answered.max(since)))
}
