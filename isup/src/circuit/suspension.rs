//! Suspend and resume: SUS and RES, by the network (T6) or the user (T2), Q.764 clause 2.4.
//!
//! Promises: the exchange that set the call up releases it when a suspension of the other end lasts too long; suspensions
//! by the network and by the user end apart from each other.
//! Suspension by the network that we tell of is guarded by T38 where the variant has it.
//! Leaves out: telling an incoming international exchange, whose timer T38 is, from another: a suspension enters the
//! network here in any case.

use std::time::Instant;

use super::{Circuit, State, Step};
use crate::cause::Cause;
use crate::codec::{Message, SuspendResumeIndicators};
use crate::exchange::Indication;
use crate::timer::Timer;

/// The other end's suspensions of a call that we set up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Suspension {
    /// Suspended by the user, until then.
    t2: Option<Instant>,
    /// Suspended by the network, until then.
    t6: Option<Instant>,
}

impl Suspension {
    pub fn next_deadline(&self) -> Option<(Instant, Timer)> {
        let t2 = self.t2.map(|t2| (t2, Timer::T2));
        let t6 = self.t6.map(|t6| (t6, Timer::T6));
        [t2, t6].into_iter().flatten().min()
    }
}

impl Circuit {
    /// SUS on an answered call.
    pub(super) fn suspended(&mut self, step: &mut Step<'_>, message: Message) {
        if let State::OutgoingAnswered { suspension } = &mut self.state {
            // Repeated, it does not last longer.
            if is_by_network(&message) {
                suspension.t6.get_or_insert(step.now + step.relation.timers.t6);
            } else {
                suspension.t2.get_or_insert(step.now + step.relation.timers.t2);
            }
        }
        step.indicate(Indication::Suspended(message));
    }

    /// RES on an answered call.
    pub(super) fn resumed(&mut self, step: &mut Step<'_>, message: Message) {
        if let State::OutgoingAnswered { suspension } = &mut self.state {
            let timer = if is_by_network(&message) { &mut suspension.t6 } else { &mut suspension.t2 };
            if timer.take().is_none() {
                step.counters.unexpected += 1;
                return;
            }
        }
        step.indicate(Indication::Resumed(message));
    }

    /// Sends SUS.
    pub(super) fn suspend(&mut self, step: &mut Step<'_>, message: &Message) {
        if step.send(message).is_err() || !step.variant.procedures.suspension_guard || !is_by_network(message) {
            return;
        }
        if let State::IncomingAnswered { t38 } = &mut self.state {
            t38.get_or_insert(step.now + step.relation.timers.t38);
        }
    }

    /// Sends RES.
    pub(super) fn resume(&mut self, step: &mut Step<'_>, message: &Message) {
        if step.send(message).is_err() || !is_by_network(message) {
            return;
        }
        if let State::IncomingAnswered { t38 } = &mut self.state {
            *t38 = None;
        }
    }

    /// T38: the suspension that we told of has lasted too long.
    pub(super) fn t38_expired(&mut self, step: &mut Step<'_>) {
        self.give_up(step, Cause::RECOVERY_ON_TIMER_EXPIRY);
    }

    /// T2: the user did not resume.
    pub(super) fn t2_expired(&mut self, step: &mut Step<'_>) {
        self.give_up(step, Cause::RECOVERY_ON_TIMER_EXPIRY);
    }

    /// T6: the called party has hung up for good.
    pub(super) fn t6_expired(&mut self, step: &mut Step<'_>) {
        self.give_up(step, Cause::NORMAL_CLEARING);
    }
}

/// The parameter is mandatory, so one that is absent here was not decodable; one octet always is.
fn is_by_network(message: &Message) -> bool {
    message.find::<SuspendResumeIndicators>().is_some_and(|indicators| indicators.network_initiated)
}
