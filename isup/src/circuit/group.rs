//! Groups of circuits for GRS, CGB and CGU, Q.764.
//!
//! Promises: a group is a run of circuits with consecutive codes to one destination, at most as many as the variant
//! allows; a range that names one circuit or more than that is discarded.
//! Leaves out: CQM.

use std::time::Instant;

use crate::codec::{Cic, Message, MessageType, RangeAndStatus};
use crate::exchange::{CircuitId, CircuitSpec};
use crate::point_code::PointCode;
use crate::timer::{Repetition, Timer};

/// Circuits that we reset and block together. One that stands alone is reset by RSC.
#[derive(Clone, Debug)]
pub(crate) struct Group {
    pub destination: PointCode,
    pub first: Cic,
    /// In the order of their codes, without gaps.
    pub circuits: Vec<CircuitId>,
    /// GRS sent; repeated by T22 until T23, then by T23.
    pub repetition: Option<Repetition>,
}

impl Group {
    /// The groups of an exchange's circuits, in the order of destination and code.
    pub fn all(circuits: &[CircuitSpec], circuits_max: usize) -> Vec<Group> {
        let mut order: Vec<(CircuitSpec, CircuitId)> =
            circuits.iter().zip(0..).map(|(spec, index)| (*spec, CircuitId(index))).collect();
        order.sort();
        let mut groups: Vec<Group> = Vec::new();
        for (spec, id) in order {
            match groups.last_mut().filter(|group| group.continues_with(spec, circuits_max)) {
                Some(group) => group.circuits.push(id),
                None => groups.push(Group {
                    destination: spec.destination,
                    first: spec.cic,
                    circuits: vec![id],
                    repetition: None,
                }),
            }
        }
        groups
    }

    fn continues_with(&self, spec: CircuitSpec, circuits_max: usize) -> bool {
        self.destination == spec.destination
            && usize::from(spec.cic.0) == usize::from(self.first.0) + self.circuits.len()
            && self.circuits.len() < circuits_max
    }

    /// GRS for the group.
    pub fn reset_message(&self) -> Message {
        Message::new(MessageType::GRS).with(RangeAndStatus::without_status(self.range()))
    }

    /// One less than the number of circuits, which is at most 32.
    pub fn range(&self) -> u8 {
        self.circuits.len().saturating_sub(1) as u8
    }

    /// The range of messages with status bits: it names two circuits at least, also where only one exists.
    pub fn status_range(&self) -> u8 {
        self.range().max(1)
    }

    /// T22 or T23, when GRA is awaited.
    pub fn next_deadline(&self) -> Option<(Instant, Timer)> {
        self.repetition.map(|repetition| repetition.next(Timer::T23, Timer::T22))
    }
}

/// A group reset of the far end that waits for owners to take their media off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct AwaitedReset {
    pub range: u8,
    /// Circuits whose owners have not answered.
    pub circuits: usize,
}

/// The range of a group message, when it is one that the variant allows: 2 circuits to `circuits_max`.
pub(crate) fn allowed_range(message: &Message, circuits_max: usize) -> Option<RangeAndStatus> {
    message.find::<RangeAndStatus>().filter(|range| (2..=circuits_max).contains(&range.circuits()))
}
