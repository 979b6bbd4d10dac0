//! Outgoing calls: IAM sent, ACM, CPG, ANM and CON received (Q.764 clauses 2.1 and 2.9.1.4).

use super::continuity::announced_check;
use super::history;
use super::step::release_with;
use super::{Circuit, Owner, Phase, State, Step, Suspension};
use crate::cause::Cause;
use crate::codec::{ContinuityCheck, Message};
use crate::exchange::{Indication, Refusal};

impl Circuit {
    pub(super) fn setup(&mut self, step: &mut Step<'_>, message: Message) {
        let message = history::outgoing(step, message);
        match self.refusal(step) {
            Some(refusal) => step.indicate(Indication::SetupRefused(refusal)),
            None if step.send(&message).is_ok() => {
                let checks = announced_check(&message) == ContinuityCheck::REQUIRED;
                let check = checks.then(|| step.now + step.relation.timers.t24);
                let t7 = step.now + step.relation.timers.t7;
                self.enter(step, State::AwaitingAddressComplete { t7, initial: Box::new(message), check });
            }
            None => step.indicate(Indication::SetupRefused(Refusal::Unavailable)),
        }
    }

    fn refusal(&self, step: &Step<'_>) -> Option<Refusal> {
        match (&self.state, self.phase()) {
            (State::Unequipped, _) => Some(Refusal::Unequipped),
            (State::Resetting { .. } | State::GroupResetting { .. }, _) | (_, Phase::Unowned) => {
                Some(Refusal::Unavailable)
            }
            (_, Phase::Call | Phase::Other) => Some(Refusal::Busy),
            (_, Phase::Idle) if self.blocking.is_blocked() => Some(Refusal::Blocked),
            (_, Phase::Idle) if !step.reachable => Some(Refusal::Unavailable),
            (_, Phase::Idle) => None,
        }
    }

    pub(super) fn address_complete_received(&mut self, step: &mut Step<'_>, message: Message) {
        self.enter(step, State::AwaitingAnswer { t9: step.now + step.relation.timers.t9 });
        step.indicate(Indication::AddressComplete(message));
    }

    pub(super) fn answered(&mut self, step: &mut Step<'_>, indication: Indication) {
        self.enter(step, State::OutgoingAnswered { suspension: Suspension::default() });
        step.indicate(indication);
    }

    /// Both ends sent IAM. The controlling exchange goes on; the other takes the call that comes in.
    pub(super) fn dual_seizure(&mut self, step: &mut Step<'_>, message: Message) {
        step.counters.dual_seizures += 1;
        if step.controls() {
            return;
        }
        step.indicate(Indication::SetupRefused(Refusal::DualSeizure));
        self.enter(step, State::Idle);
        self.setup_received(step, message);
    }

    /// OLM: the far end is overloaded. The call goes another way, and the circuit is left in peace until T3.
    pub(super) fn overloaded(&mut self, step: &mut Step<'_>) {
        step.indicate(Indication::SetupRefused(Refusal::Congestion));
        self.enter(step, State::Overloaded { t3: step.now + step.relation.timers.t3 });
    }

    /// T3: what the far end keeps of the refused call is released.
    pub(super) fn t3_expired(&mut self, step: &mut Step<'_>) {
        self.start_release(step, release_with(Cause::SWITCHING_EQUIPMENT_CONGESTION), Owner::None);
    }

    /// The far end says that it has no such circuit.
    pub(super) fn unequipped_received(&mut self, step: &mut Step<'_>) {
        match self.state {
            State::Idle | State::Unequipped | State::Recheck(_) => self.unequip(step),
            State::AwaitingAddressComplete { .. } => {
                step.indicate(Indication::SetupRefused(Refusal::Unequipped));
                self.unequip(step);
            }
            State::Releasing { owner, .. } | State::Resetting { owner, .. } => {
                if owner != Owner::None {
                    step.indicate(Indication::Released);
                }
                self.unequip(step);
            }
            // What it answers is our blocking, and what it says of the circuit cannot be.
            _ => {
                step.counters.unexpected += 1;
                self.blocking.unheard();
            }
        }
    }

    /// Nothing more is said of the circuit until either end speaks of it again: the far end by any message, we by the
    /// operator's word. What the operator has decided of it holds here, and is told by the reset that brings it back.
    fn unequip(&mut self, step: &mut Step<'_>) {
        step.alert_unequipped();
        self.blocking.unheard();
        self.enter(step, State::Unequipped);
    }

    /// T7: the far end never completed the address.
    pub(super) fn t7_expired(&mut self, step: &mut Step<'_>) {
        self.give_up(step, Cause::RECOVERY_ON_TIMER_EXPIRY);
    }

    /// T9: nobody answered.
    pub(super) fn t9_expired(&mut self, step: &mut Step<'_>) {
        self.give_up(step, Cause::NO_ANSWER);
    }

    /// Releases a call on our own account.
    pub(super) fn give_up(&mut self, step: &mut Step<'_>, cause: Cause) {
        step.indicate(Indication::Lost(cause));
        self.start_release(step, release_with(cause), Owner::ToldLost);
    }

    /// BLO came before any backward message: the far end will not take the call on this circuit.
    pub(super) fn setup_blocked(&mut self, step: &mut Step<'_>) {
        step.indicate(Indication::SetupRefused(Refusal::Blocked));
        self.start_release(step, release_with(Cause::NORMAL_UNSPECIFIED), Owner::None);
    }

    pub(super) fn is_awaiting_first_answer(&self) -> bool {
        matches!(self.state, State::AwaitingAddressComplete { .. })
    }
}
