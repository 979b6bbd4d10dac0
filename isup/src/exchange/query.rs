//! Circuit group query: CQM and CQR both ways, T28, Q.764.
//!
//! Promises: each circuit of a query is told with what the far end holds it for and whether that can be true of a
//! circuit that we hold for what we do; states that pass (transient) agree with anything.
//! Leaves out: healing. Whoever asked resets what does not agree, and never a circuit in speech.

use std::time::Instant;

use super::{Exchange, Owner};
use crate::circuit::group::{Group, allowed_range};
use crate::codec::{
    self, BlockingState, CallProcessingState, Cic, CircuitStateIndicator, Message, MessageType, RangeAndStatus,
};
use crate::exchange::{Alarm, CircuitId, CircuitRange, CircuitSpec, CircuitState, CircuitView, Indication, Output};
use crate::timer::Timer;

impl Exchange {
    /// The operator or an auditor asks.
    pub(super) fn query(&mut self, now: Instant, range: CircuitRange) {
        if !self.config.variant.procedures.circuit_group_query {
            self.counters.requests_unexpected += 1;
            return;
        }
        for index in 0..self.groups.len() {
            if !self.circuits_within(index, range).is_empty() {
                let group = &self.groups[index];
                let spec = CircuitSpec { destination: group.destination, cic: group.first };
                let asked = RangeAndStatus::without_status(group.status_range());
                self.send(spec, &Message::new(MessageType::CQM).with(asked));
                let t28 = self.config.relation(range.destination).timers.t28;
                self.set_query(index, Some(now + t28));
            }
        }
    }

    /// CQM: every circuit of the range, those that do not exist here too.
    pub(super) fn queried(&mut self, spec: CircuitSpec, message: &Message) {
        if !self.config.variant.procedures.circuit_group_query {
            self.counted(spec).unsupported += 1;
            return;
        }
        let Some(range) = allowed_range(message, self.config.variant.group_circuits_max) else {
            self.counted(spec).malformed += 1;
            return;
        };
        let view = |cic: Cic| self.numbers.get(&CircuitSpec { cic, ..spec }).and_then(|id| self.circuit(*id));
        let state = |cic| view(cic).map_or(codec::CircuitState::UNEQUIPPED, |view| as_told(&view));
        let states = CircuitStateIndicator(range.cics(spec.cic).map(state).collect());
        let asked = RangeAndStatus::without_status(range.range);
        self.send(spec, &Message::new(MessageType::CQR).with(asked).with(states));
    }

    /// CQR.
    pub(super) fn query_answered(&mut self, spec: CircuitSpec, message: &Message) {
        let is_it = |group: &Group| group.destination == spec.destination && group.first == spec.cic;
        let group = self.groups.iter().position(is_it).filter(|index| self.queries.contains_key(index));
        let (Some(index), Some(states)) = (group, message.find::<CircuitStateIndicator>()) else {
            self.counted(spec).unexpected += 1;
            return;
        };
        self.set_query(index, None);
        for (id, theirs) in self.groups[index].circuits.clone().into_iter().zip(states.0) {
            let ours = self.circuit(id).expect("a group's circuits exist");
            let agrees = agree(&ours, theirs);
            self.outputs.push_back(Output::Circuit(id, Indication::Queried { theirs, agrees }));
        }
    }

    /// T28: no answer.
    pub(super) fn query_expired(&mut self, index: usize) {
        self.set_query(index, None);
        let circuit: CircuitId = self.groups[index].circuits[0];
        self.outputs.push_back(Output::Alarm(Alarm::NoAnswer { circuit, timer: Timer::T28 }));
    }

    fn set_query(&mut self, index: usize, t28: Option<Instant>) {
        let before = match t28 {
            Some(t28) => self.queries.insert(index, t28),
            None => self.queries.remove(&index),
        };
        let deadline = |t28: Option<Instant>| t28.map(|t28| (t28, Timer::T28));
        self.reschedule(Owner::Query(index), deadline(before), deadline(t28));
    }
}

/// A circuit of ours as CQR tells it.
fn as_told(view: &CircuitView) -> codec::CircuitState {
    let call = match view.state {
        CircuitState::Unequipped => return codec::CircuitState::UNEQUIPPED,
        CircuitState::Idle => CallProcessingState::IDLE,
        CircuitState::AwaitingAddressComplete | CircuitState::AwaitingAnswer | CircuitState::OutgoingAnswered => {
            CallProcessingState::OUTGOING_BUSY
        }
        CircuitState::IncomingCheck
        | CircuitState::IncomingInquiry
        | CircuitState::IncomingSetup
        | CircuitState::IncomingAddressComplete
        | CircuitState::IncomingAnswered => CallProcessingState::INCOMING_BUSY,
        CircuitState::ContinuityRecheck
        | CircuitState::ContinuityLoop
        | CircuitState::Overloaded
        | CircuitState::Releasing
        | CircuitState::ReleaseIndicated
        | CircuitState::Resetting => return codec::CircuitState::default(),
    };
    let maintenance = match (view.blocked_local, view.blocked_remote) {
        (false, false) => BlockingState::NONE,
        (true, false) => BlockingState::LOCAL,
        (false, true) => BlockingState::REMOTE,
        (true, true) => BlockingState::BOTH,
    };
    codec::CircuitState { maintenance, call, ..Default::default() }
}

/// Whether a circuit that we see so can be what the far end says.
fn agree(ours: &CircuitView, theirs: codec::CircuitState) -> bool {
    let told = as_told(ours);
    let mirrored = match theirs.call {
        CallProcessingState::INCOMING_BUSY => CallProcessingState::OUTGOING_BUSY,
        CallProcessingState::OUTGOING_BUSY => CallProcessingState::INCOMING_BUSY,
        other => other,
    };
    if theirs == codec::CircuitState::UNEQUIPPED || told == codec::CircuitState::UNEQUIPPED {
        return theirs == told;
    }
    let passes = |call| call == CallProcessingState::TRANSIENT_OR_UNEQUIPPED;
    passes(mirrored) || passes(told.call) || mirrored == told.call
}
