//! Blocking and unblocking for maintenance: BLO, BLA, UBL and UBA, Q.764.
//!
//! Promises: an acknowledgement that does not fit what we did is answered by what we did.
//! Leaves out: blocking for hardware failure, which only groups have.

use std::time::Instant;

use super::{Circuit, Step};
use crate::codec::MessageType;
use crate::exchange::{BlockedCircuit, Indication, Output};
use crate::timer::{Expiry, Repetition, Timer};

/// The blocking of one circuit by both ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Blocking {
    local: Local,
    remote: bool,
}

/// What we did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Local {
    #[default]
    Unblocked,
    /// BLO sent; repeated by T12 until T13, then by T13.
    Blocking(Repetition),
    Blocked,
    /// UBL sent; repeated by T14 until T15, then by T15.
    Unblocking(Repetition),
}

impl Circuit {
    pub(super) fn blocking_received(&mut self, step: &mut Step<'_>) {
        self.blocking.set_remote(step);
        step.send_plain(MessageType::BLA);
        if self.is_awaiting_first_answer() {
            self.setup_blocked(step);
        }
    }

    pub(super) fn unblocking_received(&mut self, step: &mut Step<'_>) {
        self.blocking.lift_remote(step);
        step.send_plain(MessageType::UBA);
    }
}

impl Blocking {
    /// Whether no call may be set up from here.
    pub fn is_blocked(&self) -> bool {
        self.is_blocked_local() || self.remote
    }

    /// Whether we blocked the circuit, acknowledged or not.
    pub fn is_blocked_local(&self) -> bool {
        matches!(self.local, Local::Blocking(_) | Local::Blocked)
    }

    /// Whether the far end blocked the circuit.
    pub fn is_blocked_remote(&self) -> bool {
        self.remote
    }

    /// Whether the far end knows that it must not call: until BLA, its IAM may have crossed our BLO.
    pub(super) fn refuses_incoming(&self) -> bool {
        self.local == Local::Blocked
    }

    pub(super) fn block(&mut self, step: &mut Step<'_>) {
        match self.local {
            Local::Unblocked | Local::Unblocking(_) => {
                journal(step, true);
                self.send_blocking(step);
            }
            Local::Blocking(_) => {}
            Local::Blocked => step.indicate(Indication::BlockConfirmed),
        }
    }

    pub(super) fn unblock(&mut self, step: &mut Step<'_>) {
        match self.local {
            Local::Blocking(_) | Local::Blocked => {
                journal(step, false);
                self.send_unblocking(step);
            }
            Local::Unblocking(_) => {}
            Local::Unblocked => step.indicate(Indication::UnblockConfirmed),
        }
    }

    /// After a reset, or an IAM that should not have come, the far end is told again.
    pub(super) fn send_again(&mut self, step: &mut Step<'_>) {
        if self.is_blocked_local() {
            self.send_blocking(step);
        }
    }

    pub(super) fn blocking_acknowledged(&mut self, step: &mut Step<'_>) {
        match self.local {
            Local::Blocking(_) => {
                self.local = Local::Blocked;
                step.indicate(Indication::BlockConfirmed);
            }
            Local::Blocked => step.counters.unexpected += 1,
            // The far end believes the circuit blocked.
            Local::Unblocked => {
                step.counters.unexpected += 1;
                self.send_unblocking(step);
            }
            // It answers an earlier BLO; our UBL is under way.
            Local::Unblocking(_) => {}
        }
    }

    pub(super) fn unblocking_acknowledged(&mut self, step: &mut Step<'_>) {
        match self.local {
            Local::Unblocking(_) => {
                self.local = Local::Unblocked;
                step.indicate(Indication::UnblockConfirmed);
            }
            Local::Unblocked => step.counters.unexpected += 1,
            // The far end believes the circuit unblocked.
            Local::Blocked => {
                step.counters.unexpected += 1;
                self.send_blocking(step);
            }
            // It answers an earlier UBL; our BLO is under way.
            Local::Blocking(_) => {}
        }
    }

    pub(super) fn set_remote(&mut self, step: &mut Step<'_>) {
        if !self.remote {
            self.remote = true;
            step.indicate(Indication::Blocked);
        }
    }

    pub(super) fn lift_remote(&mut self, step: &mut Step<'_>) {
        if self.remote {
            self.remote = false;
            step.indicate(Indication::Unblocked);
        }
    }

    pub(super) fn next_deadline(&self) -> Option<(Instant, Timer)> {
        match &self.local {
            Local::Unblocked | Local::Blocked => None,
            Local::Blocking(repetition) => Some(repetition.next(Timer::T13, Timer::T12)),
            Local::Unblocking(repetition) => Some(repetition.next(Timer::T15, Timer::T14)),
        }
    }

    pub(super) fn expire(&mut self, step: &mut Step<'_>) {
        let (repetition, lengths, long, kind) = match &mut self.local {
            Local::Unblocked | Local::Blocked => return,
            Local::Blocking(repetition) => {
                (repetition, (step.timers.t12, step.timers.t13), Timer::T13, MessageType::BLO)
            }
            Local::Unblocking(repetition) => {
                (repetition, (step.timers.t14, step.timers.t15), Timer::T15, MessageType::UBL)
            }
        };
        match repetition.expire(step.now, lengths) {
            Expiry::None => {}
            Expiry::Repeat => step.send_plain(kind),
            Expiry::RepeatAndAlert => {
                step.alert(long);
                step.send_plain(kind);
            }
        }
    }

    fn send_blocking(&mut self, step: &mut Step<'_>) {
        step.send_plain(MessageType::BLO);
        self.local = Local::Blocking(Repetition::start(step.now, (step.timers.t12, step.timers.t13)));
    }

    fn send_unblocking(&mut self, step: &mut Step<'_>) {
        step.send_plain(MessageType::UBL);
        self.local = Local::Unblocking(Repetition::start(step.now, (step.timers.t14, step.timers.t15)));
    }
}

/// What the operator decided outlives the process.
fn journal(step: &mut Step<'_>, blocked: bool) {
    step.outputs.push_back(Output::Journal(BlockedCircuit { circuit: step.id, spec: step.spec, blocked }));
}
