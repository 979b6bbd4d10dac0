//! Release: REL repeated by T1 until T5, collisions of REL, RLC out of place (Q.764 clauses 2.9.5 and 2.9.6).

use super::step::release_with;
use super::{Answer, Circuit, Owner, Phase, State, Step};
use crate::cause::Cause;
use crate::codec::{Message, MessageType};
use crate::exchange::Indication;
use crate::timer::{Expiry, Repetition, Timer};

impl Circuit {
    /// The owner releases.
    pub(super) fn release(&mut self, step: &mut Step<'_>, message: Message) {
        match (&self.state, self.phase()) {
            (_, Phase::Call) => self.start_release(step, message, Owner::Waiting),
            // The far end was first: our answer to its release is what the owner wants.
            (State::ReleaseIndicated { .. }, _) => self.release_response(step),
            (_, Phase::Idle | Phase::Unowned | Phase::Other) => step.counters.requests_unexpected += 1,
        }
    }

    /// The owner's media is off.
    pub(super) fn release_response(&mut self, step: &mut Step<'_>) {
        let State::ReleaseIndicated { answer } = self.state else { return };
        if answer == Answer::ReleaseComplete {
            step.send_plain(MessageType::RLC);
        }
        self.free(step, Owner::Waiting);
    }

    pub(super) fn start_release(&mut self, step: &mut Step<'_>, message: Message, owner: Owner) {
        let mut release = message;
        if let Some(level) = step.congestion_level {
            release.set(&level);
        }
        if step.send(&release).is_err() {
            // The circuit must be released whatever the owner composed.
            release = release_with(Cause::NORMAL_UNSPECIFIED);
            let sent = step.send(&release);
            debug_assert!(sent.is_ok(), "a REL with its cause is complete");
        }
        let repetition = Repetition::start(step.now, (step.relation.timers.t1, step.relation.timers.t5));
        self.enter(step, State::Releasing { release: Box::new(release), repetition, owner });
    }

    pub(super) fn release_received(&mut self, step: &mut Step<'_>, message: Message) {
        match (&self.state, self.phase()) {
            (_, Phase::Call) => {
                self.enter(step, State::ReleaseIndicated { answer: Answer::ReleaseComplete });
                step.indicate(Indication::Release(message));
            }
            // The far end repeats itself while the owner takes the media off.
            (State::ReleaseIndicated { .. }, _) => {}
            // A check, or a rest, is over.
            (_, Phase::Unowned) => {
                step.send_plain(MessageType::RLC);
                self.free(step, Owner::None);
            }
            // No call here, or our own REL or RSC is under way: nothing stands in the way of RLC.
            (_, Phase::Idle | Phase::Other) => step.send_plain(MessageType::RLC),
        }
    }

    pub(super) fn release_complete_received(&mut self, step: &mut Step<'_>) {
        match (&self.state, self.phase()) {
            (&State::Releasing { owner, .. }, _) => self.free(step, owner),
            (&State::Resetting { owner, .. }, _) => self.reset_complete(step, owner),
            // The far end thinks the call is over: make it so.
            (_, Phase::Call) => {
                step.counters.unexpected += 1;
                self.give_up(step, Cause::NORMAL_UNSPECIFIED);
            }
            (_, Phase::Idle | Phase::Unowned | Phase::Other) => step.counters.unexpected += 1,
        }
    }

    /// T1 repeats REL; T5 ends that by RSC, which from then on only T17 repeats.
    pub(super) fn release_expired(&mut self, step: &mut Step<'_>) {
        let State::Releasing { release, repetition, owner } = &mut self.state else { return };
        match repetition.expire(step.now, (step.relation.timers.t1, step.relation.timers.t5)) {
            Expiry::None => {}
            Expiry::Repeat => {
                let sent = step.send(release);
                debug_assert!(sent.is_ok(), "it was sent before");
            }
            Expiry::RepeatAndAlert => {
                let owner = *owner;
                step.alert(Timer::T5);
                let owner = self.tell_lost(step, owner, Cause::RECOVERY_ON_TIMER_EXPIRY);
                step.send_plain(MessageType::RSC);
                let repetition = Repetition::long_only(step.now, step.relation.timers.t17);
                self.enter(step, State::Resetting { repetition, owner });
            }
        }
    }

    /// Tells an owner who still hopes for a proper release; what to remember of it.
    pub(super) fn tell_lost(&mut self, step: &mut Step<'_>, owner: Owner, cause: Cause) -> Owner {
        match owner {
            Owner::None => Owner::None,
            Owner::Waiting => {
                step.indicate(Indication::Lost(cause));
                Owner::ToldLost
            }
            Owner::ToldLost => Owner::ToldLost,
        }
    }
}
