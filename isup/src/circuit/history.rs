//! What an IAM counts on its way: hop counter and propagation delay counter, Q.764.
//!
//! Promises: where the configuration says so, an IAM of ours that has no hop counter gets one, its propagation delay
//! counter grows by our route's delay, and the answer to a call that came with such a counter tells it back as call
//! history.
//! Leaves out: counting hops down, which an exchange does that passes a call on to another.

use super::{Circuit, State, Step};
use crate::codec::{CallHistoryInformation, HopCounter, Message, ParameterCode, PropagationDelayCounter};

/// IAM as it leaves.
pub(super) fn outgoing(step: &Step<'_>, mut initial: Message) -> Message {
    if let Some(hops) = step.relation.origin.hop_counter.filter(|_| initial.find::<HopCounter>().is_none()) {
        initial.set(&HopCounter { hops, ..Default::default() });
    }
    if let Some(delay_ms) = step.relation.origin.route_delay_ms {
        let before = initial.find::<PropagationDelayCounter>().unwrap_or_default();
        initial.set(&PropagationDelayCounter(before.0.saturating_add(delay_ms)));
    }
    initial
}

impl Circuit {
    /// ANM or CON as it leaves: with the delay that the IAM counted.
    pub(super) fn with_history(&self, mut answer: Message) -> Message {
        let (State::IncomingSetup { delay, .. } | State::IncomingAddressComplete { delay }) = &self.state else {
            return answer;
        };
        // The end of the way knows the whole delay: what it has told passes through a transit exchange.
        if let Some(PropagationDelayCounter(delay_ms)) = delay
            && !answer.has(ParameterCode::CALL_HISTORY_INFORMATION)
        {
            answer.set(&CallHistoryInformation(*delay_ms));
        }
        answer
    }

    /// What to remember of the IAM for the answer.
    pub(super) fn counted_delay(step: &Step<'_>, initial: &Message) -> Option<PropagationDelayCounter> {
        step.relation.origin.route_delay_ms.and_then(|_| initial.find())
    }
}
