//! Blocking and unblocking of groups of circuits: CGB, CGBA, CGU and CGUA both ways, Q.764.
//!
//! Promises: the status bits of each message, the repeated ones too, name the circuits for which it is still true and
//! unacknowledged; circuits that an acknowledgement leaves out are asked for again by T18 or T20.
//! Leaves out: group supervision message types other than maintenance and hardware failure, which are spare or national:
//! their messages are discarded as malformed.

use std::time::{Duration, Instant};

use super::{Exchange, Owner};
use crate::circuit::GroupAct;
use crate::circuit::group::{Group, allowed_range};
use crate::codec::{Message, MessageType, RangeAndStatus};
use crate::exchange::{Alarm, CircuitId, CircuitRange, CircuitSpec, Output, Supervision};
use crate::timer::{Expiry, Repetition, Timer};

/// A message for a group that waits for its acknowledgement: at most one of each kind for each group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Supervised {
    group: usize,
    why: Supervision,
    act: GroupAct,
}

impl Exchange {
    /// The operator blocks or unblocks a range.
    pub(super) fn supervise(&mut self, now: Instant, range: CircuitRange, why: Supervision, act: GroupAct) {
        for group in 0..self.groups.len() {
            let mut sends = false;
            for id in self.circuits_within(group, range) {
                sends |= self.step(now, id, |circuit, step| circuit.supervise_in_group(step, act, why));
            }
            if sends {
                self.start_supervision(now, Supervised { group, why, act });
            }
            self.end_answered_supervisions(group);
        }
    }

    /// Resets have made far ends forget that our hardware has failed.
    pub(super) fn send_hardware_again(&mut self, now: Instant) {
        for group in std::mem::take(&mut self.hardware_again) {
            self.start_supervision(now, Supervised { group, why: Supervision::HardwareFailure, act: GroupAct::Block });
        }
    }

    pub(super) fn start_supervision(&mut self, now: Instant, supervised: Supervised) {
        self.send_supervision(supervised);
        let repetition = Repetition::start(now, self.supervision_lengths(supervised));
        self.set_supervision(supervised, Some(repetition));
    }

    /// T18 or T20 repeats the message; T19 or T21 alerts maintenance and from then on repeats alone.
    pub(super) fn supervision_expired(&mut self, now: Instant, supervised: Supervised) {
        // Single messages may have overtaken it.
        self.end_answered_supervisions(supervised.group);
        let Some(mut repetition) = self.supervisions.get(&supervised).copied() else { return };
        let expiry = repetition.expire(now, self.supervision_lengths(supervised));
        self.set_supervision(supervised, Some(repetition));
        if expiry == Expiry::RepeatAndAlert {
            let (timer, _) = timers(supervised.act);
            let circuit = self.groups[supervised.group].circuits[0];
            self.outputs.push_back(Output::Alarm(Alarm::NoAnswer { circuit, timer }));
        }
        if expiry != Expiry::None {
            self.send_supervision(supervised);
        }
    }

    /// CGB or CGU came: it is acknowledged for the circuits that exist here.
    pub(super) fn supervision_received(&mut self, now: Instant, spec: CircuitSpec, message: &Message, act: GroupAct) {
        let Some((why, range)) = read(message, self.config.variant.group_circuits_max) else {
            self.counted(spec).malformed += 1;
            return;
        };
        if self.circuits_of(spec, &range).is_empty() {
            return self.unknown_circuit(spec, message.kind);
        }
        let mut named = Vec::new();
        let mut status = RangeAndStatus::with_status(range.range);
        for (place, cic) in range.cics(spec.cic).enumerate().filter(|(place, _)| range.is_set(*place)) {
            if let Some(id) = self.numbers.get(&CircuitSpec { cic, ..spec }) {
                status.mark(place);
                named.push(*id);
            }
        }
        let kind = match act {
            GroupAct::Block => MessageType::CGBA,
            GroupAct::Unblock => MessageType::CGUA,
        };
        self.send(spec, &Message::new(kind).with(why.parameter()).with(status));
        for id in named {
            self.step(now, id, |circuit, step| circuit.group_supervision_received(step, act, why));
        }
    }

    /// CGBA or CGUA came.
    pub(super) fn supervision_acknowledged(
        &mut self,
        now: Instant,
        spec: CircuitSpec,
        message: &Message,
        act: GroupAct,
    ) {
        let Some((why, range)) = read(message, self.config.variant.group_circuits_max) else {
            self.counted(spec).malformed += 1;
            return;
        };
        let is_it = |group: &Group| {
            group.destination == spec.destination && group.first == spec.cic && group.status_range() == range.range
        };
        let group = self.groups.iter().position(is_it);
        let supervised = group.map(|group| Supervised { group, why, act });
        let Some(supervised) = supervised.filter(|supervised| self.supervisions.contains_key(supervised)) else {
            self.counted(spec).unexpected += 1;
            return;
        };
        for (place, id) in self.groups[supervised.group].circuits.clone().into_iter().enumerate() {
            if range.is_set(place) {
                self.step(now, id, |circuit, step| circuit.group_supervision_acknowledged(step, act, why));
            }
        }
        self.end_answered_supervisions(supervised.group);
    }

    /// Messages for a group whose answer a circuit awaits, and that are not under way.
    pub(super) fn lost_supervisions(&self) -> impl Iterator<Item = Supervised> + '_ {
        let all = (0..self.groups.len()).flat_map(kinds);
        let awaited = all.filter(|supervised| !self.awaited_by(*supervised).is_empty());
        awaited.filter(|supervised| !self.supervisions.contains_key(supervised))
    }

    fn send_supervision(&mut self, supervised: Supervised) {
        let group = &self.groups[supervised.group];
        let spec = CircuitSpec { destination: group.destination, cic: group.first };
        let mut status = RangeAndStatus::with_status(group.status_range());
        self.awaited_by(supervised).into_iter().for_each(|place| status.mark(place));
        let kind = match supervised.act {
            GroupAct::Block => MessageType::CGB,
            GroupAct::Unblock => MessageType::CGU,
        };
        self.send(spec, &Message::new(kind).with(supervised.why.parameter()).with(status));
    }

    /// The far end has no such circuit: a message for its group waits for the others alone.
    pub(super) fn await_nothing_of(&mut self, circuit: CircuitId) {
        if let Some(group) = self.groups.iter().position(|group| group.circuits.contains(&circuit)) {
            self.end_answered_supervisions(group);
        }
    }

    fn end_answered_supervisions(&mut self, group: usize) {
        for supervised in kinds(group) {
            if self.awaited_by(supervised).is_empty() {
                self.set_supervision(supervised, None);
            }
        }
    }

    fn set_supervision(&mut self, supervised: Supervised, repetition: Option<Repetition>) {
        let before = match repetition {
            Some(repetition) => self.supervisions.insert(supervised, repetition),
            None => self.supervisions.remove(&supervised),
        };
        let (long, short) = timers(supervised.act);
        let next = |repetition: Option<Repetition>| repetition.map(|repetition| repetition.next(long, short));
        self.reschedule(Owner::Supervised(supervised), next(before), next(repetition));
    }

    /// The places in the group of the circuits that still await this acknowledgement.
    fn awaited_by(&self, Supervised { group, why, act }: Supervised) -> Vec<usize> {
        let awaits = |id: &CircuitId| self.circuits[id.0 as usize].blocking().awaits_group(act, why);
        let circuits = self.groups[group].circuits.iter().enumerate();
        circuits.filter(|(_, id)| awaits(id)).map(|(place, _)| place).collect()
    }

    pub(super) fn circuits_within(&self, group: usize, range: CircuitRange) -> Vec<CircuitId> {
        let is_within = |id: &CircuitId| {
            let spec = self.config.circuits[id.0 as usize];
            spec.destination == range.destination && (range.first..=range.last).contains(&spec.cic)
        };
        self.groups[group].circuits.iter().copied().filter(is_within).collect()
    }

    fn supervision_lengths(&self, supervised: Supervised) -> (Duration, Duration) {
        let timers = self.config.relation(self.groups[supervised.group].destination).timers;
        match supervised.act {
            GroupAct::Block => (timers.t18, timers.t19),
            GroupAct::Unblock => (timers.t20, timers.t21),
        }
    }
}

impl Supervised {
    /// The index of its group.
    pub(super) fn group(self) -> usize {
        self.group
    }

    /// The running timer of a message that was sent.
    pub(super) fn next_deadline(self, repetition: Repetition) -> (Instant, Timer) {
        let (long, short) = timers(self.act);
        repetition.next(long, short)
    }
}

/// Every kind of message for one group.
fn kinds(group: usize) -> impl Iterator<Item = Supervised> {
    [Supervision::Maintenance, Supervision::HardwareFailure]
        .into_iter()
        .flat_map(move |why| [GroupAct::Block, GroupAct::Unblock].map(|act| Supervised { group, why, act }))
}

/// The timer that alerts maintenance and the one that repeats.
fn timers(act: GroupAct) -> (Timer, Timer) {
    match act {
        GroupAct::Block => (Timer::T19, Timer::T18),
        GroupAct::Unblock => (Timer::T21, Timer::T20),
    }
}

/// Kind and circuits of a message, when they are such as the variant allows.
fn read(message: &Message, circuits_max: usize) -> Option<(Supervision, RangeAndStatus)> {
    let range = allowed_range(message, circuits_max)?;
    let has_status = range.status.len() * 8 >= range.circuits();
    Supervision::of(message).filter(|_| has_status).map(|why| (why, range))
}
