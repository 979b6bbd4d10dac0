//! Reset of one circuit: RSC sent and received, Q.764.
//!
//! A reset makes the end that receives it forget that we blocked the circuit, so our BLO is sent again after it.

use super::{Answer, Circuit, Owner, Phase, State, Step};
use crate::cause::Cause;
use crate::codec::{Cic, MessageType};
use crate::exchange::{Indication, Refusal, Supervision};
use crate::timer::{Expiry, Repetition, Timer};

impl Circuit {
    /// The operator, or the exchange at start, wants both ends idle.
    pub(crate) fn reset(&mut self, step: &mut Step<'_>) {
        if matches!(self.state, State::Resetting { .. } | State::GroupResetting { .. }) {
            step.counters.requests_unexpected += 1;
            return;
        }
        let owner = self.drop_call(step);
        self.start_reset(step, owner);
    }

    /// Sends RSC.
    pub(super) fn start_reset(&mut self, step: &mut Step<'_>, owner: Owner) {
        step.send_plain(MessageType::RSC);
        let repetition = Repetition::start(step.now, (step.timers.t16, step.timers.t17));
        self.enter(step, State::Resetting { repetition, owner });
    }

    /// RSC in place of a supervision that was lost, whatever goes on here.
    pub(crate) fn restart_reset(&mut self, step: &mut Step<'_>) {
        let owner = self.drop_call(step);
        self.start_reset(step, owner);
    }

    /// GRS is sent for a group that this circuit belongs to.
    pub(crate) fn start_group_reset(&mut self, step: &mut Step<'_>) {
        let owner = self.drop_call(step);
        self.enter(step, State::GroupResetting { owner });
    }

    /// GRA came; `blocked` is the circuit's status bit.
    pub(crate) fn group_reset_complete(&mut self, step: &mut Step<'_>, blocked: bool) {
        let State::GroupResetting { owner } = self.state else { return };
        self.blocking.lift_remote(step, Supervision::HardwareFailure);
        if blocked {
            self.blocking.set_remote(step, Supervision::Maintenance);
        } else {
            self.blocking.lift_remote(step, Supervision::Maintenance);
        }
        self.reset_complete(step, owner);
    }

    /// The far end has reset the circuit on our word.
    pub(super) fn reset_complete(&mut self, step: &mut Step<'_>, owner: Owner) {
        self.free(step, owner);
        step.indicate(Indication::ResetConfirmed);
        self.blocking.send_again(step);
    }

    pub(super) fn reset_received(&mut self, step: &mut Step<'_>) {
        self.blocking.lift_every_remote(step);
        self.blocking.send_again(step);
        match (&self.state, self.phase()) {
            (State::AwaitingAddressComplete { .. }, _) => {
                self.refuse_reset_setup(step);
                step.send_plain(MessageType::RLC);
            }
            (_, Phase::Call) => self.lose(step, Answer::ReleaseComplete),
            // RLC follows as soon as the owner's media is off.
            (State::ReleaseIndicated { .. }, _) => {}
            (_, Phase::Idle | Phase::Unowned) => {
                step.send_plain(MessageType::RLC);
                self.enter(step, State::Idle);
            }
            (&State::Releasing { owner, .. }, _) => {
                step.send_plain(MessageType::RLC);
                self.free(step, owner);
            }
            // Both ends reset: each answers, and waits for its own answer.
            (_, Phase::Other) => step.send_plain(MessageType::RLC),
        }
    }

    /// GRS that begins with circuit `first` names this circuit; false while the answer must wait for the owner.
    pub(crate) fn group_reset_received(&mut self, step: &mut Step<'_>, first: Cic) -> bool {
        self.blocking.lift_every_remote(step);
        // GRA tells of our blocking for maintenance, and of no other.
        self.blocking.send_hardware_again(step);
        match (&self.state, self.phase()) {
            (State::AwaitingAddressComplete { .. }, _) => {
                self.refuse_reset_setup(step);
                return true;
            }
            (_, Phase::Call) => self.lose(step, Answer::ResetGroup(first)),
            (State::ReleaseIndicated { answer: Answer::ReleaseComplete }, _) => {
                // GRA will stand for RLC.
                self.enter(step, State::ReleaseIndicated { answer: Answer::ResetGroup(first) });
            }
            // Another group reset waits for it already, or this one, repeated.
            (State::ReleaseIndicated { answer: Answer::ResetGroup(_) }, _) => return true,
            (_, Phase::Idle | Phase::Unowned) => {
                self.enter(step, State::Idle);
                return true;
            }
            (&State::Releasing { owner, .. }, _) => {
                self.free(step, owner);
                return true;
            }
            (_, Phase::Other) => return true,
        }
        false
    }

    /// T16 repeats RSC; T17 alerts maintenance and from then on repeats alone.
    pub(super) fn reset_expired(&mut self, step: &mut Step<'_>) {
        let State::Resetting { repetition, .. } = &mut self.state else { return };
        match repetition.expire(step.now, (step.timers.t16, step.timers.t17)) {
            Expiry::None => {}
            Expiry::Repeat => step.send_plain(MessageType::RSC),
            Expiry::RepeatAndAlert => {
                step.alert(Timer::T17);
                step.send_plain(MessageType::RSC);
            }
        }
    }

    /// The far end reset the circuit before it said anything to our IAM: the call may take another.
    fn refuse_reset_setup(&mut self, step: &mut Step<'_>) {
        step.indicate(Indication::SetupRefused(Refusal::Reset));
        self.enter(step, State::Idle);
    }

    /// The far end took the call away.
    fn lose(&mut self, step: &mut Step<'_>, answer: Answer) {
        step.indicate(Indication::Lost(Cause::NORMAL_UNSPECIFIED));
        self.enter(step, State::ReleaseIndicated { answer });
    }

    /// We take the call away; what to remember of its owner.
    fn drop_call(&mut self, step: &mut Step<'_>) -> Owner {
        match (&self.state, self.phase()) {
            (_, Phase::Call) => self.tell_lost(step, Owner::Waiting, Cause::NORMAL_UNSPECIFIED),
            (
                &State::Releasing { owner, .. } | &State::Resetting { owner, .. } | &State::GroupResetting { owner },
                _,
            ) => owner,
            (State::ReleaseIndicated { .. }, _) => Owner::ToldLost,
            (_, Phase::Idle | Phase::Unowned | Phase::Other) => Owner::None,
        }
    }
}
