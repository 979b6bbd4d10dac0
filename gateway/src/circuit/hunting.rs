//! The order in which idle circuits of a trunk are taken.

use std::collections::BTreeSet;

use config::model::Hunting;
use isup::codec::Cic;
use isup::exchange::CircuitId;

/// The idle circuits of one trunk, kept in hunting order: taking one costs the same however many there are.
#[derive(Debug)]
pub struct Idle {
    hunt: Hunting,
    /// Rank in the hunting order, then the code (which breaks ties), then the circuit.
    line: BTreeSet<(u64, u16, CircuitId)>,
    /// Counts returns; the rank of `LeastRecentlyUsed`.
    returns: u64,
    /// The code taken last; where `Cyclic` goes on.
    last: u16,
}

impl Idle {
    pub fn new(hunt: Hunting) -> Idle {
        Idle { hunt, line: BTreeSet::new(), returns: 0, last: u16::MAX }
    }

    pub fn len(&self) -> usize {
        self.line.len()
    }

    /// Adds a circuit that has become idle.
    pub fn put(&mut self, cic: Cic, circuit: CircuitId) {
        self.returns += 1;
        let rank = match self.hunt {
            Hunting::Ascending | Hunting::Cyclic => 0,
            Hunting::Descending => u64::from(u16::MAX - cic.0),
            Hunting::LeastRecentlyUsed => self.returns,
            Hunting::OddFirst => u64::from(cic.0.is_multiple_of(2)),
            Hunting::EvenFirst => u64::from(cic.0 % 2 == 1),
        };
        self.line.insert((rank, cic.0, circuit));
    }

    /// Takes the first circuit in hunting order that `usable` admits.
    pub fn take(&mut self, usable: impl Fn(CircuitId) -> bool) -> Option<CircuitId> {
        let after = match self.hunt {
            Hunting::Cyclic => (0, self.last, CircuitId(u32::MAX)),
            _ => (0, 0, CircuitId(0)),
        };
        let ring = self.line.range(after..).chain(self.line.range(..after));
        let entry = *ring.into_iter().find(|(_, _, circuit)| usable(*circuit))?;
        self.line.remove(&entry);
        self.last = entry.1;
        Some(entry.2)
    }

    /// Takes out a circuit that the far end has seized.
    pub fn remove(&mut self, cic: Cic, circuit: CircuitId) {
        self.line.retain(|entry| (entry.1, entry.2) != (cic.0, circuit));
    }
}
