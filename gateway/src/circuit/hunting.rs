//! The order in which idle circuits of a trunk are taken.

use std::collections::BTreeSet;

use config::model::Hunting;

use super::SeatId;

/// The idle circuits of one trunk, kept in hunting order: taking one costs the same however many there are.
#[derive(Debug)]
pub struct Idle {
    hunt: Hunting,
    /// Rank in the hunting order, then the number (which breaks ties), then the circuit.
    line: BTreeSet<(u64, u16, SeatId)>,
    /// Counts returns; the rank of `LeastRecentlyUsed`.
    returns: u64,
    /// The number taken last; where `Cyclic` goes on.
    last: u16,
}

impl Idle {
    pub fn new(hunt: Hunting) -> Idle {
        Idle { hunt, line: BTreeSet::new(), returns: 0, last: u16::MAX }
    }

    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// All of them.
    pub fn ids(&self) -> impl Iterator<Item = SeatId> + '_ {
        self.line.iter().map(|(_, _, id)| *id)
    }

    /// Adds a circuit that has become idle.
    pub fn put(&mut self, number: u16, id: SeatId) {
        self.returns += 1;
        let rank = match self.hunt {
            Hunting::Ascending | Hunting::Cyclic => 0,
            Hunting::Descending => u64::from(u16::MAX - number),
            Hunting::LeastRecentlyUsed => self.returns,
            Hunting::OddFirst => u64::from(number.is_multiple_of(2)),
            Hunting::EvenFirst => u64::from(number % 2 == 1),
        };
        self.line.insert((rank, number, id));
    }

    /// Takes the first circuit in hunting order that `usable` admits.
    pub fn take(&mut self, usable: impl Fn(SeatId) -> bool) -> Option<SeatId> {
        let after = match self.hunt {
            Hunting::Cyclic => (0, self.last.saturating_add(1), SeatId::FIRST),
            _ => (0, 0, SeatId::FIRST),
        };
        let ring = self.line.range(after..).chain(self.line.range(..after));
        let entry = *ring.into_iter().find(|(_, _, id)| usable(*id))?;
        self.line.remove(&entry);
        self.last = entry.1;
        Some(entry.2)
    }

    /// Takes out a circuit that the far end has seized.
    pub fn remove(&mut self, number: u16, id: SeatId) {
        self.line.retain(|entry| (entry.1, entry.2) != (number, id));
    }
}
