//! Blocking and unblocking of one circuit: BLO, BLA, UBL, UBA and its part of CGB, CGBA, CGU, CGUA, Q.764.
//!
//! Promises: an acknowledgement that does not fit what we did is answered by what we did. Blocking for maintenance and
//! for hardware failure stand apart from each other; BLO and CGB of the first kind are the same to a circuit.
//! Leaves out: composing and repeating the messages for groups, which the exchange does.

use std::time::Instant;

use super::{Circuit, Phase, Step};
use crate::cause::Cause;
use crate::codec::MessageType;
use crate::exchange::{BlockedCircuit, Indication, Output, Supervision};
use crate::timer::{Expiry, Repetition, Timer};

/// The blocking of one circuit by both ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Blocking {
    maintenance: Local,
    /// Never awaits a single acknowledgement: there is no message for one circuit.
    hardware: Local,
    remote_maintenance: bool,
    remote_hardware: bool,
}

/// What we did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Local {
    #[default]
    Unblocked,
    /// BLO or CGB sent.
    Blocking(Awaited),
    Blocked,
    /// UBL or CGU sent.
    Unblocking(Awaited),
}

/// Whose acknowledgement is awaited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Awaited {
    /// The circuit's: BLO is repeated by T12 until T13, then by T13; UBL by T14 and T15.
    Single(Repetition),
    /// The group's; its timers are the exchange's.
    Group,
}

/// What a message for a group does.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum GroupAct {
    /// CGB.
    Block,
    /// CGU.
    Unblock,
}

impl Circuit {
    pub(super) fn blocking_received(&mut self, step: &mut Step<'_>) {
        self.blocking.set_remote(step, Supervision::Maintenance);
        step.send_plain(MessageType::BLA);
        if self.is_awaiting_first_answer() {
            self.setup_blocked(step);
        }
    }

    pub(super) fn unblocking_received(&mut self, step: &mut Step<'_>) {
        self.blocking.lift_remote(step, Supervision::Maintenance);
        step.send_plain(MessageType::UBA);
    }

    /// CGB or CGU names this circuit.
    pub(crate) fn group_supervision_received(&mut self, step: &mut Step<'_>, act: GroupAct, why: Supervision) {
        match act {
            GroupAct::Block => {
                self.blocking.set_remote(step, why);
                if self.is_awaiting_first_answer() {
                    self.setup_blocked(step);
                } else {
                    self.lose_if_failed(step, why);
                }
            }
            GroupAct::Unblock => self.blocking.lift_remote(step, why),
        }
    }

    /// The operator's CGB or CGU names this circuit; false when there is nothing to say of it.
    pub(crate) fn supervise_in_group(&mut self, step: &mut Step<'_>, act: GroupAct, why: Supervision) -> bool {
        match act {
            GroupAct::Block => {
                let sends = self.blocking.block_in_group(step, why);
                self.lose_if_failed(step, why);
                sends
            }
            GroupAct::Unblock => self.blocking.unblock_in_group(step, why),
        }
    }

    /// CGBA or CGUA names this circuit.
    pub(crate) fn group_supervision_acknowledged(&mut self, step: &mut Step<'_>, act: GroupAct, why: Supervision) {
        self.blocking.acknowledged_in_group(step, act, why);
    }

    /// No call can go on over hardware that has failed (RFC 3398 clause 11.2: as if REL had come). REL follows, for the
    /// far end may think otherwise.
    fn lose_if_failed(&mut self, step: &mut Step<'_>, why: Supervision) {
        if why == Supervision::HardwareFailure && matches!(self.phase(), Phase::Call) {
            self.give_up(step, Cause::TEMPORARY_FAILURE);
        }
    }
}

impl Blocking {
    /// Whether no call may be set up from here.
    pub fn is_blocked(&self) -> bool {
        self.is_blocked_local() || self.is_blocked_remote()
    }

    /// Whether we blocked the circuit, acknowledged or not.
    pub fn is_blocked_local(&self) -> bool {
        self.maintenance.is_blocked() || self.hardware.is_blocked()
    }

    /// Whether we blocked the circuit for maintenance: what GRA tells.
    pub fn is_blocked_for_maintenance(&self) -> bool {
        self.maintenance.is_blocked()
    }

    /// Whether the far end blocked the circuit.
    pub fn is_blocked_remote(&self) -> bool {
        self.remote_maintenance || self.remote_hardware
    }

    /// Whether CGBA or CGUA is awaited for the circuit.
    pub fn awaits_group(&self, act: GroupAct, why: Supervision) -> bool {
        let awaited = match act {
            GroupAct::Block => Local::Blocking(Awaited::Group),
            GroupAct::Unblock => Local::Unblocking(Awaited::Group),
        };
        *self.local(why) == awaited
    }

    /// Whether the far end knows that it must not call: until it acknowledges, its IAM may have crossed our message.
    pub(super) fn refuses_incoming(&self) -> bool {
        self.maintenance == Local::Blocked || self.hardware == Local::Blocked
    }

    pub(super) fn block(&mut self, step: &mut Step<'_>) {
        match self.maintenance {
            Local::Unblocked | Local::Unblocking(_) => {
                journal(step, true);
                self.send_blocking(step);
            }
            Local::Blocking(_) => {}
            Local::Blocked => step.indicate(Indication::BlockConfirmed),
        }
    }

    pub(super) fn unblock(&mut self, step: &mut Step<'_>) {
        match self.maintenance {
            Local::Blocking(_) | Local::Blocked => {
                journal(step, false);
                self.send_unblocking(step);
            }
            Local::Unblocking(_) => {}
            Local::Unblocked => step.indicate(Indication::UnblockConfirmed),
        }
    }

    fn block_in_group(&mut self, step: &mut Step<'_>, why: Supervision) -> bool {
        match self.local(why) {
            Local::Unblocked | Local::Unblocking(_) => {
                journal_if_lasting(step, why, true);
                *self.local_mut(why) = Local::Blocking(Awaited::Group);
                true
            }
            Local::Blocking(awaited) => *awaited == Awaited::Group,
            Local::Blocked => {
                step.indicate(Indication::BlockConfirmed);
                false
            }
        }
    }

    fn unblock_in_group(&mut self, step: &mut Step<'_>, why: Supervision) -> bool {
        match self.local(why) {
            Local::Blocking(_) | Local::Blocked => {
                journal_if_lasting(step, why, false);
                *self.local_mut(why) = Local::Unblocking(Awaited::Group);
                true
            }
            Local::Unblocking(awaited) => *awaited == Awaited::Group,
            Local::Unblocked => {
                step.indicate(Indication::UnblockConfirmed);
                false
            }
        }
    }

    /// After a reset, or an IAM that should not have come, the far end is told again.
    pub(super) fn send_again(&mut self, step: &mut Step<'_>) {
        if self.maintenance.is_blocked() {
            self.send_blocking(step);
        }
        self.send_hardware_again(step);
    }

    /// The exchange sends CGB once it knows all the circuits that need it.
    pub(super) fn send_hardware_again(&mut self, step: &mut Step<'_>) {
        if self.hardware.is_blocked() {
            self.hardware = Local::Blocking(Awaited::Group);
            step.hardware_again = true;
        }
    }

    pub(super) fn blocking_acknowledged(&mut self, step: &mut Step<'_>) {
        match self.maintenance {
            Local::Blocking(_) => {
                self.maintenance = Local::Blocked;
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
        match self.maintenance {
            Local::Unblocking(_) => {
                self.maintenance = Local::Unblocked;
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

    fn acknowledged_in_group(&mut self, step: &mut Step<'_>, act: GroupAct, why: Supervision) {
        match (act, self.local(why)) {
            (GroupAct::Block, Local::Blocking(Awaited::Group)) => {
                *self.local_mut(why) = Local::Blocked;
                step.indicate(Indication::BlockConfirmed);
            }
            (GroupAct::Unblock, Local::Unblocking(Awaited::Group)) => {
                *self.local_mut(why) = Local::Unblocked;
                step.indicate(Indication::UnblockConfirmed);
            }
            // It answers an earlier message; a later one is under way.
            _ => {}
        }
    }

    /// The far end has no such circuit: nobody acknowledges what we did, and it is not repeated.
    pub(super) fn unheard(&mut self) {
        for local in [&mut self.maintenance, &mut self.hardware] {
            *local = if local.is_blocked() { Local::Blocked } else { Local::Unblocked };
        }
    }

    pub(super) fn set_remote(&mut self, step: &mut Step<'_>, why: Supervision) {
        let before = self.is_blocked_remote();
        *self.remote_mut(why) = true;
        if !before {
            step.indicate(Indication::Blocked);
        }
    }

    pub(super) fn lift_remote(&mut self, step: &mut Step<'_>, why: Supervision) {
        let before = self.is_blocked_remote();
        *self.remote_mut(why) = false;
        if before && !self.is_blocked_remote() {
            step.indicate(Indication::Unblocked);
        }
    }

    /// A reset of either end lifts what the far end had blocked, until it says so again.
    pub(super) fn lift_every_remote(&mut self, step: &mut Step<'_>) {
        self.lift_remote(step, Supervision::HardwareFailure);
        self.lift_remote(step, Supervision::Maintenance);
    }

    pub(super) fn next_deadline(&self) -> Option<(Instant, Timer)> {
        match &self.maintenance {
            Local::Blocking(Awaited::Single(repetition)) => Some(repetition.next(Timer::T13, Timer::T12)),
            Local::Unblocking(Awaited::Single(repetition)) => Some(repetition.next(Timer::T15, Timer::T14)),
            Local::Unblocked | Local::Blocked | Local::Blocking(Awaited::Group) | Local::Unblocking(Awaited::Group) => {
                None
            }
        }
    }

    pub(super) fn expire(&mut self, step: &mut Step<'_>) {
        let (repetition, lengths, long, kind) = match &mut self.maintenance {
            Local::Blocking(Awaited::Single(repetition)) => {
                (repetition, (step.relation.timers.t12, step.relation.timers.t13), Timer::T13, MessageType::BLO)
            }
            Local::Unblocking(Awaited::Single(repetition)) => {
                (repetition, (step.relation.timers.t14, step.relation.timers.t15), Timer::T15, MessageType::UBL)
            }
            Local::Unblocked | Local::Blocked | Local::Blocking(Awaited::Group) | Local::Unblocking(Awaited::Group) => {
                return;
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
        let repetition = Repetition::start(step.now, (step.relation.timers.t12, step.relation.timers.t13));
        self.maintenance = Local::Blocking(Awaited::Single(repetition));
    }

    fn send_unblocking(&mut self, step: &mut Step<'_>) {
        step.send_plain(MessageType::UBL);
        let repetition = Repetition::start(step.now, (step.relation.timers.t14, step.relation.timers.t15));
        self.maintenance = Local::Unblocking(Awaited::Single(repetition));
    }

    fn local(&self, why: Supervision) -> &Local {
        match why {
            Supervision::Maintenance => &self.maintenance,
            Supervision::HardwareFailure => &self.hardware,
        }
    }

    fn local_mut(&mut self, why: Supervision) -> &mut Local {
        match why {
            Supervision::Maintenance => &mut self.maintenance,
            Supervision::HardwareFailure => &mut self.hardware,
        }
    }

    fn remote_mut(&mut self, why: Supervision) -> &mut bool {
        match why {
            Supervision::Maintenance => &mut self.remote_maintenance,
            Supervision::HardwareFailure => &mut self.remote_hardware,
        }
    }
}

impl Local {
    fn is_blocked(&self) -> bool {
        matches!(self, Local::Blocking(_) | Local::Blocked)
    }
}

/// What the operator decided outlives the process.
fn journal(step: &mut Step<'_>, blocked: bool) {
    step.outputs.push_back(Output::Journal(BlockedCircuit { circuit: step.id, spec: step.spec, blocked }));
}

/// A hardware failure is seen again after a restart.
fn journal_if_lasting(step: &mut Step<'_>, why: Supervision, blocked: bool) {
    if why == Supervision::Maintenance {
        journal(step, blocked);
    }
}
