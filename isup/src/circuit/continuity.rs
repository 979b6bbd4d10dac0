//! Continuity check: IAM with a check, COT, CCR and LPA both ways; T8, T24 to T27 and T36, Q.764 clause 2.1.8.
//!
//! Promises: a call that comes in with a check, on this circuit or one before it, is told to its owner only when COT
//! reports success, so that no backward message is sent sooner. A call of ours whose check fails is refused to its owner,
//! and the circuit is checked again after T25, then every T26, until it passes or is reset; then it is released. What the
//! media must connect follows from the state alone ([`Circuit::check_equipment`]), so nothing stays connected.
//! Leaves out: tones. The media sends and hears them and answers `Request::ToneHeard`; which frequencies a trunk has
//! stands in [`crate::continuity`].

use std::time::Instant;

use super::step::release_with;
use super::{Circuit, Owner, State, Step};
use crate::cause::Cause;
use crate::codec::{ContinuityCheck, ContinuityIndicators, Message, MessageType, NatureOfConnectionIndicators};
use crate::exchange::{CheckEquipment, Indication, Refusal};
use crate::timer::Timer;

/// A check of ours outside a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Recheck {
    /// Checks that have failed in a row.
    failures: u32,
    stage: Stage,
}

/// How far it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stage {
    /// The last one failed. T25 after the first failure, T26 after others.
    Waiting(Instant),
    /// CCR sent, LPA awaited.
    AwaitingLoop { tccr: Instant },
    /// The tone is on.
    Testing { t24: Instant },
}

/// A check of the far end's outside a call.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Looped {
    /// CCR received; COT or REL awaited.
    Connected { t36: Instant },
    /// It said that a check failed; CCR awaited.
    Failed { t27: Instant },
}

impl Recheck {
    pub fn deadline(self) -> (Instant, Timer) {
        match self.stage {
            Stage::Waiting(until) if self.failures > 1 => (until, Timer::T26),
            Stage::Waiting(until) => (until, Timer::T25),
            Stage::AwaitingLoop { tccr } => (tccr, Timer::Tccr),
            Stage::Testing { t24 } => (t24, Timer::T24),
        }
    }

    /// Whether the far end may hold the circuit for idle.
    pub fn is_waiting(self) -> bool {
        matches!(self.stage, Stage::Waiting(_))
    }
}

impl Looped {
    pub fn deadline(self) -> (Instant, Timer) {
        match self {
            Self::Connected { t36 } => (t36, Timer::T36),
            Self::Failed { t27 } => (t27, Timer::T27),
        }
    }
}

impl Circuit {
    /// What the media must have connected to the circuit.
    pub fn check_equipment(&self) -> CheckEquipment {
        match &self.state {
            State::AwaitingAddressComplete { check: Some(_), .. }
            | State::Recheck(Recheck { stage: Stage::Testing { .. }, .. }) => CheckEquipment::Transceiver,
            State::IncomingCheck { looped: true, .. } | State::Looped(Looped::Connected { .. }) => {
                CheckEquipment::Responder
            }
            _ => CheckEquipment::Off,
        }
    }

    /// IAM that announces a check. SAM may follow before its result.
    pub(super) fn check_announced(&mut self, step: &mut Step<'_>, initial: Message, looped: bool) {
        let t8 = step.now + step.relation.timers.t8;
        self.enter(step, State::IncomingCheck { t8, initial: Box::new(initial), digits: Vec::new(), looped });
    }

    /// SAM of a call that nobody owns yet: while a check goes on, or an inquiry.
    pub(super) fn early_digits(&mut self, step: &mut Step<'_>, message: Message) {
        let (State::IncomingCheck { digits, .. } | State::IncomingInquiry { digits, .. }) = &mut self.state else {
            return;
        };
        if digits.len() < DIGITS_HELD_MAX {
            digits.push(message);
        } else {
            step.counters.unexpected += 1;
        }
    }

    /// COT: how a check of the far end went.
    pub(super) fn continuity_received(&mut self, step: &mut Step<'_>, message: &Message) {
        let successful = message.find::<ContinuityIndicators>().is_some_and(|indicators| indicators.successful);
        match (std::mem::take(&mut self.state), successful) {
            (State::IncomingCheck { initial, digits, .. }, true) => {
                self.begin_incoming(step, *initial, digits);
            }
            (State::IncomingCheck { looped: true, .. } | State::Looped(_), false) => {
                self.state = State::Looped(Looped::Failed { t27: step.now + step.relation.timers.t27 });
            }
            // It failed on a circuit before this one: there is nothing here to check again.
            (State::IncomingCheck { looped: false, .. }, false) => {
                self.start_release(step, release_with(Cause::TEMPORARY_FAILURE), Owner::None);
            }
            // The circuit is sound and free.
            (_, _) => {}
        }
    }

    /// T8: the result of the check does not come.
    pub(super) fn t8_expired(&mut self, step: &mut Step<'_>) {
        self.start_release(step, release_with(Cause::TEMPORARY_FAILURE), Owner::None);
    }

    /// CCR: the far end checks the circuit outside a call.
    pub(super) fn check_requested(&mut self, step: &mut Step<'_>) {
        self.enter(step, State::Looped(Looped::Connected { t36: step.now + step.relation.timers.t36 }));
        if step.variant.procedures.loop_back_acknowledgement {
            step.send_plain(MessageType::LPA);
        }
    }

    /// T27 or T36: the far end has forgotten its check.
    pub(super) fn loop_expired(&mut self, step: &mut Step<'_>, timer: Timer) {
        step.alert(timer);
        self.start_reset(step, Owner::None);
    }

    /// The operator wants the circuit checked, or the time for another check has come.
    pub(super) fn start_check(&mut self, step: &mut Step<'_>) {
        let failures = if let State::Recheck(recheck) = self.state { recheck.failures } else { 0 };
        step.send_plain(MessageType::CCR);
        let stage = if step.variant.procedures.loop_back_acknowledgement {
            Stage::AwaitingLoop { tccr: step.now + step.relation.timers.tccr }
        } else {
            Stage::Testing { t24: step.now + step.relation.timers.t24 }
        };
        self.enter(step, State::Recheck(Recheck { failures, stage }));
    }

    /// LPA: the loop is there.
    pub(super) fn loop_acknowledged(&mut self, step: &mut Step<'_>) {
        match &mut self.state {
            State::Recheck(Recheck { stage: stage @ Stage::AwaitingLoop { .. }, .. }) => {
                *stage = Stage::Testing { t24: step.now + step.relation.timers.t24 };
            }
            _ => step.counters.unexpected += 1,
        }
    }

    /// The media has heard its tone come back, and silence after it.
    pub(super) fn tone_heard(&mut self, step: &mut Step<'_>) {
        match &mut self.state {
            State::AwaitingAddressComplete { check: check @ Some(_), .. } => {
                *check = None;
                send_result(step, true);
            }
            State::Recheck(Recheck { stage: Stage::Testing { .. }, .. }) => {
                step.indicate(Indication::ContinuityChecked(true));
                self.start_release(step, release_with(Cause::NORMAL_CLEARING), Owner::None);
            }
            _ => step.counters.requests_unexpected += 1,
        }
    }

    /// T24, or Tccr: no tone came back, or not even the loop was connected.
    pub(super) fn check_failed(&mut self, step: &mut Step<'_>, timer: Timer) {
        step.alert(timer);
        if timer == Timer::T24 {
            send_result(step, false);
        }
        let failures = match self.state {
            State::Recheck(recheck) => {
                step.indicate(Indication::ContinuityChecked(false));
                recheck.failures.saturating_add(1)
            }
            _ => {
                step.indicate(Indication::SetupRefused(Refusal::Continuity));
                1
            }
        };
        let wait = if failures == 1 { step.relation.timers.t25 } else { step.relation.timers.t26 };
        self.enter(step, State::Recheck(Recheck { failures, stage: Stage::Waiting(step.now + wait) }));
    }

    /// CCR crossed our CCR, or IAM did: who controls the circuit goes on.
    pub(super) fn yields_check(&self, step: &Step<'_>) -> bool {
        matches!(self.state, State::Recheck(recheck) if recheck.is_waiting() || !step.controls())
    }
}

/// What an IAM announces: a check on this circuit, on one before it, or none.
pub(super) fn announced_check(initial: &Message) -> ContinuityCheck {
    initial.find::<NatureOfConnectionIndicators>().unwrap_or_default().continuity_check
}

fn send_result(step: &mut Step<'_>, successful: bool) {
    let indicators = ContinuityIndicators { successful, ..Default::default() };
    let sent = step.send(&Message::new(MessageType::COT).with(indicators));
    debug_assert!(sent.is_ok(), "a COT with its indicators is complete");
}

/// Messages with digits that are held while a check goes on, at most.
const DIGITS_HELD_MAX: usize = 16;
