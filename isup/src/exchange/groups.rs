//! Group resets of an exchange: GRS and GRA both ways, Q.764.

use std::time::{Duration, Instant};

use super::{Exchange, Owner};
use crate::circuit::Blocking;
use crate::circuit::group::{AwaitedReset, Group, allowed_range};
use crate::codec::{Cic, Message, MessageType, RangeAndStatus};
use crate::exchange::{Alarm, CircuitId, CircuitSpec, Output};
use crate::point_code::PointCode;
use crate::timer::{Expiry, Repetition, Timer};

impl Exchange {
    pub(super) fn reset_all(&mut self, now: Instant, destination: PointCode) {
        for index in 0..self.groups.len() {
            if self.groups[index].destination == destination {
                self.reset_group(now, index);
            }
        }
    }

    fn reset_group(&mut self, now: Instant, index: usize) {
        let circuits = self.groups[index].circuits.clone();
        if let [alone] = circuits[..] {
            return self.step(now, alone, |circuit, step| circuit.reset(step));
        }
        for id in circuits {
            self.step(now, id, |circuit, step| circuit.start_group_reset(step));
        }
        self.send_group_reset(index);
        self.set_repetition(index, Some(Repetition::start(now, self.group_reset_lengths(index))));
    }

    fn send_group_reset(&mut self, index: usize) {
        let group = &self.groups[index];
        let spec = CircuitSpec { destination: group.destination, cic: group.first };
        let message = group.reset_message();
        self.send(spec, &message);
    }

    fn group_reset_lengths(&self, index: usize) -> (Duration, Duration) {
        let timers = self.config.relation(self.groups[index].destination).timers;
        (timers.t22, timers.t23)
    }

    fn set_repetition(&mut self, index: usize, repetition: Option<Repetition>) {
        let before = self.groups[index].next_deadline();
        self.groups[index].repetition = repetition;
        let after = self.groups[index].next_deadline();
        self.reschedule(Owner::Group(index), before, after);
    }

    /// T22 repeats GRS; T23 alerts maintenance and from then on repeats alone.
    pub(super) fn group_expired(&mut self, now: Instant, index: usize) {
        let Some(mut repetition) = self.groups[index].repetition else { return };
        let expiry = repetition.expire(now, self.group_reset_lengths(index));
        self.set_repetition(index, Some(repetition));
        if expiry == Expiry::RepeatAndAlert {
            let circuit = self.groups[index].circuits[0];
            self.outputs.push_back(Output::Alarm(Alarm::NoAnswer { circuit, timer: Timer::T23 }));
        }
        if expiry != Expiry::None {
            self.send_group_reset(index);
        }
    }

    pub(super) fn group_reset_acknowledged(&mut self, now: Instant, spec: CircuitSpec, message: &Message) {
        let is_it = |group: &Group, range: &RangeAndStatus| {
            group.destination == spec.destination
                && group.first == spec.cic
                && group.repetition.is_some()
                && group.range() == range.range
        };
        let Some(range) = allowed_range(message, self.config.variant.group_circuits_max) else {
            self.counted(spec).malformed += 1;
            return;
        };
        let Some(index) = self.groups.iter().position(|group| is_it(group, &range)) else {
            self.counted(spec).unexpected += 1;
            return;
        };
        self.set_repetition(index, None);
        for (place, id) in self.groups[index].circuits.clone().into_iter().enumerate() {
            let blocked = range.is_set(place);
            self.step(now, id, |circuit, step| circuit.group_reset_complete(step, blocked));
        }
    }

    pub(super) fn group_reset_received(&mut self, now: Instant, spec: CircuitSpec, message: &Message) {
        let Some(range) = allowed_range(message, self.config.variant.group_circuits_max) else {
            self.counted(spec).malformed += 1;
            return;
        };
        let circuits = self.circuits_of(spec, &range);
        if circuits.is_empty() {
            return self.unknown_circuit(spec, message.kind);
        }
        let mut waiting = 0;
        for id in circuits {
            let done = self.step(now, id, |circuit, step| circuit.group_reset_received(step, spec.cic));
            waiting += usize::from(!done);
        }
        if waiting > 0 {
            let awaited = self.awaited.entry(spec).or_insert(AwaitedReset { range: range.range, circuits: 0 });
            awaited.range = range.range;
            awaited.circuits += waiting;
        } else if !self.awaited.contains_key(&spec) {
            self.acknowledge_group(spec, range.range);
        }
    }

    /// One circuit of a far end's group reset is free of its call.
    pub(super) fn group_answered(&mut self, spec: CircuitSpec) {
        let Some(awaited) = self.awaited.get(&spec) else { return };
        self.await_reset(spec, awaited.circuits.saturating_sub(1));
    }

    /// So many circuits are not free of their calls yet; with none left the reset is answered.
    pub(super) fn await_reset(&mut self, spec: CircuitSpec, circuits: usize) {
        match self.awaited.get_mut(&spec) {
            Some(awaited) if circuits > 0 => awaited.circuits = circuits,
            Some(awaited) => {
                let range = awaited.range;
                self.awaited.remove(&spec);
                self.acknowledge_group(spec, range);
            }
            None => {}
        }
    }

    /// GRA: its status bits say which circuits we have blocked for maintenance.
    fn acknowledge_group(&mut self, spec: CircuitSpec, range: u8) {
        let mut status = RangeAndStatus::with_status(range);
        for place in 0..status.circuits() {
            let number = CircuitSpec { cic: Cic(spec.cic.0 + place as u16), ..spec };
            let blocked = self.numbers.get(&number).map(|id| self.circuits[id.0 as usize].blocking());
            if blocked.is_some_and(Blocking::is_blocked_for_maintenance) {
                status.mark(place);
            }
        }
        self.send(spec, &Message::new(MessageType::GRA).with(status));
    }

    /// The circuits of a range that exist here: a range may span a timeslot that carries signalling.
    pub(super) fn circuits_of(&self, spec: CircuitSpec, range: &RangeAndStatus) -> Vec<CircuitId> {
        range.cics(spec.cic).filter_map(|cic| self.numbers.get(&CircuitSpec { cic, ..spec }).copied()).collect()
    }
}
