//! What must hold between any two events, and how to make it hold again where it does not.
//!
//! Promises: [`Exchange::audit`] is a pure function of the state. [`Exchange::heal`] never resets a circuit in speech: it
//! repeats a supervision, resets a circuit that nothing would ever move, and makes the indices anew from the circuits.
//! Leaves out: whether a circuit's call has an owner, which whoever has the owners knows.

use std::collections::BTreeSet;
use std::fmt;
use std::time::Instant;

use super::supervision::Supervised;
use super::{Deadline, Exchange, Owner};
use crate::circuit::Circuit;
use crate::exchange::{CircuitId, CircuitSpec, CircuitState};
use crate::timer::Timer;

/// Something that cannot be, unless there is a bug.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Violation {
    /// The circuit is not idle, and nothing will ever move it.
    Unsupervised(CircuitId, CircuitState),
    /// The index of deadlines does not agree with the circuits, so that a timer would not expire.
    Deadlines,
    /// A group reset of the far end waits for circuits that do not know it, or they for none.
    AwaitedResets,
    /// Circuits of this group await the answer to a group message that is not under way.
    Supervision(usize),
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsupervised(id, state) => write!(f, "circuit {} is {state:?} and nothing will ever move it", id.0),
            Self::Deadlines => f.write_str("the index of deadlines does not agree with the circuits"),
            Self::AwaitedResets => f.write_str("a group reset waits for circuits that do not know it"),
            Self::Supervision(group) => {
                write!(f, "circuits of group {group} await the answer to a group message that is not under way")
            }
        }
    }
}

impl Exchange {
    /// Everything that does not hold: each circuit that is not idle has a live timer or a live call, and the indices agree
    /// with the circuits. It scans.
    pub fn audit(&self) -> Vec<Violation> {
        let circuits = self.circuits.iter().zip(0..).filter(|(circuit, index)| !self.is_supervised(circuit, *index));
        let unsupervised = circuits.map(|(circuit, index)| Violation::Unsupervised(CircuitId(index), circuit.state()));
        let supervisions = self.lost_supervisions().map(|supervised| Violation::Supervision(supervised.group()));
        let indices = [
            (self.deadlines_of_all() != self.deadlines).then_some(Violation::Deadlines),
            (!self.awaited_resets_agree()).then_some(Violation::AwaitedResets),
        ];
        unsupervised.chain(supervisions).chain(indices.into_iter().flatten()).collect()
    }

    /// Whether all holds; the sentence says what does not.
    pub fn invariant(&self) -> Result<(), String> {
        self.audit().first().map_or(Ok(()), |violation| Err(violation.to_string()))
    }

    /// Makes hold again what does not.
    pub fn heal(&mut self, now: Instant, violation: Violation) {
        match violation {
            Violation::Unsupervised(_, state) if state.is_in_speech() => {}
            Violation::Unsupervised(id, _) => self.step(now, id, |circuit, step| circuit.restart_reset(step)),
            Violation::Supervision(_) => self.repeat_lost_supervisions(now),
            Violation::AwaitedResets => self.recount_awaited_resets(),
            Violation::Deadlines => self.deadlines = self.deadlines_of_all(),
        }
    }

    fn is_supervised(&self, circuit: &Circuit, index: u32) -> bool {
        match circuit.state() {
            CircuitState::Idle | CircuitState::Unequipped => true,
            CircuitState::AwaitingAddressComplete
            | CircuitState::AwaitingAnswer
            | CircuitState::IncomingCheck
            | CircuitState::IncomingInquiry
            | CircuitState::ContinuityRecheck
            | CircuitState::ContinuityLoop
            | CircuitState::Overloaded
            | CircuitState::Releasing => circuit.next_deadline().is_some(),
            CircuitState::Resetting if circuit.is_group_resetting() => {
                let is_its = |id: &CircuitId| id.0 == index;
                self.groups.iter().any(|group| group.repetition.is_some() && group.circuits.iter().any(is_its))
            }
            CircuitState::Resetting => circuit.next_deadline().is_some(),
            CircuitState::OutgoingAnswered
            | CircuitState::IncomingSetup
            | CircuitState::IncomingAddressComplete
            | CircuitState::IncomingAnswered
            | CircuitState::ReleaseIndicated => true,
        }
    }

    /// The index as the circuits and groups have it.
    fn deadlines_of_all(&self) -> BTreeSet<Deadline> {
        let circuits = self.circuits.iter().zip(0..).filter_map(|(circuit, index)| {
            circuit.next_deadline().map(|(at, timer)| (at, timer, Owner::Circuit(CircuitId(index))))
        });
        let groups = self
            .groups
            .iter()
            .enumerate()
            .filter_map(|(index, group)| group.next_deadline().map(|(at, timer)| (at, timer, Owner::Group(index))));
        let supervisions = self.supervisions.iter().map(|(supervised, repetition)| {
            let (at, timer) = supervised.next_deadline(*repetition);
            (at, timer, Owner::Supervised(*supervised))
        });
        let queries = self.queries.iter().map(|(group, t28)| (*t28, Timer::T28, Owner::Query(*group)));
        circuits.chain(groups).chain(supervisions).chain(queries).chain(self.destination_deadlines()).collect()
    }

    /// Each group reset of a far end waits for as many circuits as know it.
    fn awaited_resets_agree(&self) -> bool {
        let waiting = self.circuits.iter().filter(|circuit| circuit.awaited_group().is_some()).count();
        let awaited: usize = self.awaited.values().map(|reset| reset.circuits).sum();
        waiting == awaited
    }

    /// The circuits are right: a reset that none of them knows is answered, and one that is not known here, the far end will
    /// repeat.
    fn recount_awaited_resets(&mut self) {
        for (circuit, spec) in self.circuits.iter_mut().zip(&self.config.circuits) {
            let reset = |first| CircuitSpec { cic: first, ..*spec };
            if circuit.awaited_group().is_some_and(|first| !self.awaited.contains_key(&reset(first))) {
                circuit.forget_group();
            }
        }
        for spec in self.awaited.keys().copied().collect::<Vec<_>>() {
            let waits = |circuit: &Circuit, own: &CircuitSpec| {
                own.destination == spec.destination && circuit.awaited_group() == Some(spec.cic)
            };
            let all = self.circuits.iter().zip(&self.config.circuits);
            let circuits = all.filter(|(circuit, own)| waits(circuit, own)).count();
            self.await_reset(spec, circuits);
        }
    }

    fn repeat_lost_supervisions(&mut self, now: Instant) {
        let lost: Vec<Supervised> = self.lost_supervisions().collect();
        for supervised in lost {
            self.start_supervision(now, supervised);
        }
    }
}

#[cfg(test)]
mod tests;
