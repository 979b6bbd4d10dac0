//! One circuit of Q.764: its call, its blocking, and the messages and requests that move them.
//!
//! The state ([`state`]) owns its timers. [`Circuit::message`], [`Circuit::request`] and [`Circuit::expire`] are the
//! tables; what each row does stands in [`outgoing`], [`incoming`], [`overlap`], [`continuity`], [`history`],
//! [`segmentation`], [`services`], [`validation`], [`information`], [`suspension`], [`release`], [`reset`] and
//! [`blocking`], what is done with the unknown in [`compatibility`]. Messages for a range of circuits are in [`group`].
//!
//! Promises: an unexpected message is counted and answered as Q.764 clause 2.9.5 has it: release on an idle circuit by
//! RLC, other call messages on an idle circuit by RSC, RLC on a busy circuit by REL; and what cannot be before any
//! backward message by RSC and another circuit for the call.
//! Leaves out: forward transfer (FOT), which is an operator's at an exchange with operators.

mod blocking;
mod compatibility;
mod continuity;
pub(crate) mod group;
mod history;
mod incoming;
mod information;
mod outgoing;
mod overlap;
mod release;
mod reset;
mod segmentation;
mod services;
mod state;
mod step;
mod suspension;
mod validation;

use std::time::Instant;

use crate::codec::{Cic, Message, MessageType};
use crate::exchange::{CircuitState, Indication, Refusal, Request};
use crate::timer::Timer;

pub(crate) use blocking::{Blocking, GroupAct};
use continuity::Looped;
use overlap::Collecting;
use segmentation::First;
use services::is_service;
use state::{Answer, Owner, Phase, State};
pub(crate) use step::{Step, sls_of};
use suspension::Suspension;

/// One circuit.
#[derive(Clone, Debug, Default)]
pub(crate) struct Circuit {
    state: State,
    blocking: Blocking,
    /// A message that waits for its second part.
    first_segment: Option<First>,
    /// CVT sent.
    tcvt: Option<Instant>,
}

impl Circuit {
    /// A message for this circuit came; messages for a group are [`group`]'s.
    pub fn message(&mut self, step: &mut Step<'_>, message: Message) {
        if let Some(message) = self.reassemble(step, message) {
            self.act_on(step, message);
        }
    }

    /// The table of messages.
    fn act_on(&mut self, step: &mut Step<'_>, message: Message) {
        use MessageType as M;
        if !self.is_compatible(step, &message) {
            return;
        }
        if matches!(self.state, State::Unequipped) && message.kind != M::UCIC {
            // Who speaks of a circuit has it.
            self.enter(step, State::Idle);
        }
        match (&self.state, message.kind) {
            (_, M::BLO) => self.blocking_received(step),
            (_, M::UBL) => self.unblocking_received(step),
            (_, M::BLA) => self.blocking.blocking_acknowledged(step),
            (_, M::UBA) => self.blocking.unblocking_acknowledged(step),

            (State::Idle | State::Looped(_), M::IAM) => self.setup_received(step, message),
            (State::Recheck(_), M::IAM) if self.yields_check(step) => self.setup_received(step, message),
            (State::AwaitingAddressComplete { .. }, M::IAM) => self.dual_seizure(step, message),

            (State::IncomingCheck { .. } | State::IncomingInquiry { .. }, M::SAM) => self.early_digits(step, message),
            (State::IncomingCheck { .. } | State::Looped(Looped::Connected { .. }), M::COT) => {
                self.continuity_received(step, &message);
            }
            (State::Idle | State::Looped(_), M::CCR) => self.check_requested(step),
            (State::Recheck(_), M::CCR) if self.yields_check(step) => self.check_requested(step),
            (State::Recheck(_), M::LPA) => self.loop_acknowledged(step),

            (State::AwaitingAddressComplete { check: None, .. }, M::ACM) => {
                self.address_complete_received(step, message)
            }
            (State::AwaitingAddressComplete { .. }, M::OLM) => self.overloaded(step),
            (State::AwaitingAddressComplete { .. }, M::CON) => self.answered(step, Indication::Connect(message)),
            // Some exchanges answer without ACM; the call is worth more than the order.
            (State::AwaitingAddressComplete { .. }, M::ANM) => self.answered(step, Indication::Answer(message)),
            (State::AwaitingAnswer { .. }, M::ANM) => self.answered(step, Indication::Answer(message)),
            (
                State::AwaitingAddressComplete { .. }
                | State::AwaitingAnswer { .. }
                | State::OutgoingAnswered { .. }
                | State::IncomingAnswered { .. },
                M::CPG,
            ) => step.indicate(Indication::Progress(message)),

            (State::IncomingSetup { .. }, M::SAM) => self.subsequent_address_received(step, message),

            (State::AwaitingAddressComplete { .. }, M::INR) => self.information_requested(step, &message),
            (State::IncomingInquiry { .. }, M::INF) => self.information_received(step, &message),

            (State::OutgoingAnswered { .. } | State::IncomingAnswered { .. }, M::SUS) => self.suspended(step, message),
            (State::OutgoingAnswered { .. } | State::IncomingAnswered { .. }, M::RES) => self.resumed(step, message),

            (_, M::REL) => self.release_received(step, message),
            (_, M::RLC) => self.release_complete_received(step),
            (_, M::RSC) => self.reset_received(step),
            (_, M::UCIC) => self.unequipped_received(step),

            (State::Idle, M::ACM | M::CON | M::ANM | M::CPG | M::SAM | M::SUS | M::RES | M::INF | M::COT) => {
                step.counters.unexpected += 1;
                self.start_reset(step, Owner::None);
            }
            (_, M::CVT) => self.validation_requested(step),
            (_, M::CVR) => self.validation_received(step, &message),
            (_, M::FAR) => self.facility_requested(step, &message),
            (_, M::IDR) => self.identification_requested(step),
            (_, kind) if is_service(kind) => self.service_received(step, message),
            // Confusion is never answered, least of all by confusion.
            (_, M::CFN) => {
                step.counters.confusion_received += 1;
                step.indicate(Indication::Confusion(message));
            }
            // What cannot be, before the far end has said anything that can: another circuit serves the call better.
            (State::AwaitingAddressComplete { .. }, M::SAM | M::SUS | M::RES | M::COT | M::CCR) => {
                step.counters.unexpected += 1;
                step.indicate(Indication::SetupRefused(Refusal::Unreasonable));
                self.start_reset(step, Owner::None);
            }
            (
                _,
                M::IAM
                | M::SAM
                | M::ACM
                | M::CON
                | M::ANM
                | M::CPG
                | M::SUS
                | M::RES
                | M::INR
                | M::INF
                | M::COT
                | M::CCR
                | M::LPA,
            ) => step.counters.unexpected += 1,
            // FOT and what is a group's.
            (_, _) => step.counters.unsupported += 1,
        }
    }

    /// The owner or the operator asks for something.
    pub fn request(&mut self, step: &mut Step<'_>, request: Request) {
        self.stop_waiting(step);
        match (&self.state, request) {
            (_, Request::Setup(message)) => self.setup(step, message),
            (State::AwaitingAddressComplete { .. }, Request::SubsequentAddress(message)) => {
                self.send_subsequent_address(step, &message);
            }
            (State::IncomingSetup { .. }, Request::AwaitDigits(number)) => self.await_digits(step, number),
            (State::IncomingSetup { .. }, Request::AddressComplete(message)) => {
                self.address_complete(step, &message);
            }
            (State::IncomingSetup { .. }, Request::Connect(message)) => {
                self.answer(step, message);
            }
            (State::IncomingAddressComplete { .. }, Request::Answer(message)) => self.answer(step, message),
            (
                State::IncomingAddressComplete { .. } | State::IncomingAnswered { .. } | State::OutgoingAnswered { .. },
                Request::Progress(message),
            ) => {
                // A CPG that cannot be encoded is reported by the step and changes nothing.
                let _ = step.send(&message);
            }
            (State::OutgoingAnswered { .. } | State::IncomingAnswered { .. }, Request::Suspend(message)) => {
                self.suspend(step, &message);
            }
            (State::OutgoingAnswered { .. } | State::IncomingAnswered { .. }, Request::Resume(message)) => {
                self.resume(step, &message);
            }
            (_, Request::Service(message)) => self.send_service(step, &message),
            (_, Request::Validate) => self.validate(step),
            (_, Request::Release(message)) => self.release(step, message),
            (_, Request::ReleaseResponse) => self.release_response(step),
            (State::Idle | State::Recheck(_), Request::CheckContinuity) if step.reachable => self.start_check(step),
            (_, Request::ToneHeard) => self.tone_heard(step),
            (_, Request::Block) => self.blocking.block(step),
            (_, Request::Unblock) => self.blocking.unblock(step),
            (_, Request::Reset) => self.reset(step),
            // The call moved on while the request was on its way.
            (
                _,
                Request::AddressComplete(_)
                | Request::Connect(_)
                | Request::Answer(_)
                | Request::Progress(_)
                | Request::SubsequentAddress(_)
                | Request::AwaitDigits(_)
                | Request::CheckContinuity
                | Request::Suspend(_)
                | Request::Resume(_),
            ) => step.counters.requests_unexpected += 1,
        }
    }

    /// The timer that stands first among those that run.
    pub fn next_deadline(&self) -> Option<(Instant, Timer)> {
        let call = match &self.state {
            State::AwaitingAddressComplete { t7, check, .. } => {
                let t24 = check.map(|t24| (t24, Timer::T24));
                [Some((*t7, Timer::T7)), t24].into_iter().flatten().min()
            }
            State::IncomingCheck { t8, .. } => Some((*t8, Timer::T8)),
            State::Recheck(recheck) => Some(recheck.deadline()),
            State::Looped(looped) => Some(looped.deadline()),
            State::IncomingInquiry { t33, .. } => Some((*t33, Timer::T33)),
            State::IncomingSetup { digits, .. } => digits.map(Collecting::deadline),
            State::AwaitingAnswer { t9 } => Some((*t9, Timer::T9)),
            State::OutgoingAnswered { suspension } => suspension.next_deadline(),
            State::Releasing { repetition, .. } => Some(repetition.next(Timer::T5, Timer::T1)),
            State::Resetting { repetition, .. } => Some(repetition.next(Timer::T17, Timer::T16)),
            State::IncomingAnswered { t38 } => t38.map(|t38| (t38, Timer::T38)),
            State::Overloaded { t3 } => Some((*t3, Timer::T3)),
            _ => None,
        };
        let segment = self.first_segment.as_ref().map(First::deadline);
        [call, segment, self.validation_deadline(), self.blocking.next_deadline()].into_iter().flatten().min()
    }

    /// This timer has expired.
    pub fn expire(&mut self, step: &mut Step<'_>, timer: Timer) {
        match timer {
            Timer::T2 => self.t2_expired(step),
            Timer::T6 => self.t6_expired(step),
            Timer::T33 => self.t33_expired(step),
            Timer::T38 => self.t38_expired(step),
            Timer::T3 => self.t3_expired(step),
            Timer::T34 => self.stop_waiting(step),
            Timer::Tcvt => self.tcvt_expired(step),
            Timer::T8 => self.t8_expired(step),
            Timer::T24 | Timer::Tccr => self.check_failed(step, timer),
            Timer::T25 | Timer::T26 => self.start_check(step),
            Timer::T27 | Timer::T36 => self.loop_expired(step, timer),
            Timer::T35 => self.t35_expired(step),
            Timer::T10 => self.t10_expired(step),
            Timer::T7 => self.t7_expired(step),
            Timer::T9 => self.t9_expired(step),
            Timer::T1 | Timer::T5 => self.release_expired(step),
            Timer::T16 | Timer::T17 => self.reset_expired(step),
            Timer::T12 | Timer::T13 | Timer::T14 | Timer::T15 => self.blocking.expire(step),
            // The others are not a circuit's.
            _ => {}
        }
    }

    /// What status shows.
    pub fn state(&self) -> CircuitState {
        self.state.shown()
    }

    fn phase(&self) -> Phase {
        self.state.phase()
    }

    /// Whether GRS was sent and GRA awaited.
    pub fn is_group_resetting(&self) -> bool {
        matches!(self.state, State::GroupResetting { .. })
    }

    /// The first circuit of the far end's group reset that waits for the owner of this one.
    pub fn awaited_group(&self) -> Option<Cic> {
        match self.state {
            State::ReleaseIndicated { answer: Answer::ResetGroup(first) } => Some(first),
            _ => None,
        }
    }

    /// The group reset is not known any more: when the owner has answered, this circuit says so for itself.
    pub fn forget_group(&mut self) {
        if let State::ReleaseIndicated { answer } = &mut self.state {
            *answer = Answer::ReleaseComplete;
        }
    }

    /// The blocking of the circuit.
    pub fn blocking(&self) -> &Blocking {
        &self.blocking
    }

    /// Enters a state; a group reset that waited for this circuit waits no longer.
    fn enter(&mut self, step: &mut Step<'_>, state: State) {
        if let State::ReleaseIndicated { answer: Answer::ResetGroup(first) } = std::mem::replace(&mut self.state, state)
        {
            step.answered_group = Some(first);
        }
    }

    /// The circuit is free; whoever waits for it is told.
    fn free(&mut self, step: &mut Step<'_>, owner: Owner) {
        self.enter(step, State::Idle);
        if owner != Owner::None {
            step.indicate(Indication::Released);
        }
    }
}
