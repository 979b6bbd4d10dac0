//! What must hold of a circuit between its owner and its protocol, as a table.
//!
//! ```text
//!                    nobody owns it     a call that has it   a call that is over   another's call
//!   free             holds              holds                Free                  Free
//!   call, no answer  Release            holds                Release, Free         Release, Free
//!   call in speech   Release            holds                Release, Free         Release, Free
//!   ending           holds              holds                Free                  Free
//! ```
//!
//! Promises: a pure function of what is seen of one circuit at one moment. An orphan is released as a call is, with REL or
//! DISCONNECT; nothing here resets a circuit.
//! Leaves out: the protocol's own state (timers, acknowledgements), which `isup` audits, and how it is seen, which is control's.

use std::fmt;

use super::SeatId;

/// A circuit as the auditor sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Observed {
    /// Which one.
    pub id: SeatId,
    /// Whose it is.
    pub owner: Owner,
    /// What its protocol holds it for.
    pub purpose: Purpose,
}

/// Whose a circuit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Nobody's.
    Nobody,
    /// A call's, which has it.
    Its,
    /// A call's that is over.
    Over,
    /// A call's that does not know it.
    Elsewhere,
}

/// What a circuit's protocol holds it for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// No call.
    Free,
    /// A call, which somebody must own.
    Call,
    /// The end of a call, a reset or a check: it ends by itself.
    Ending,
}

/// What does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Violation {
    /// On which circuit.
    pub id: SeatId,
    /// What.
    pub what: Fault,
}

/// What can be wrong between an owner and a circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A call is on it, and no call of ours owns it.
    Orphan,
    /// It is owned by a call that is over; `busy` while its protocol has a call.
    OwnerOver {
        /// Whether it has.
        busy: bool,
    },
    /// It is owned by a call that has another; likewise.
    OwnerElsewhere {
        /// Whether it has.
        busy: bool,
    },
}

/// What makes it hold again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// The call on the circuit is released.
    pub release: bool,
    /// The ownership ends.
    pub free: bool,
}

/// The table.
pub fn audit(observed: &Observed) -> Option<Violation> {
    let busy = observed.purpose == Purpose::Call;
    let what = match observed.owner {
        Owner::Nobody if busy => Fault::Orphan,
        Owner::Nobody | Owner::Its => return None,
        Owner::Over => Fault::OwnerOver { busy },
        Owner::Elsewhere => Fault::OwnerElsewhere { busy },
    };
    Some(Violation { id: observed.id, what })
}

impl Fault {
    /// What heals it.
    pub fn remedy(self) -> Remedy {
        match self {
            Fault::Orphan => Remedy { release: true, free: false },
            Fault::OwnerOver { busy } | Fault::OwnerElsewhere { busy } => Remedy { release: busy, free: true },
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Fault::Orphan => "has a call that nobody owns",
            Fault::OwnerOver { .. } => "is owned by a call that is over",
            Fault::OwnerElsewhere { .. } => "is owned by a call that does not have it",
        })
    }
}

#[cfg(test)]
mod tests {
    use isup::exchange::CircuitId;

    use super::*;

    const ID: SeatId = SeatId::Circuit(CircuitId(0));

    #[test]
    fn the_table_holds_in_every_field() {
        let release = Some(Remedy { release: true, free: false });
        let both = Some(Remedy { release: true, free: true });
        let free = Some(Remedy { release: false, free: true });
        let table = [
            (Purpose::Free, [None, None, free, free]),
            (Purpose::Call, [release, None, both, both]),
            (Purpose::Ending, [None, None, free, free]),
        ];
        for (purpose, row) in table {
            for (owner, expected) in [Owner::Nobody, Owner::Its, Owner::Over, Owner::Elsewhere].into_iter().zip(row) {
                let found = audit(&Observed { id: ID, owner, purpose });
                assert_eq!(found.map(|violation| violation.what.remedy()), expected, "{purpose:?} {owner:?}");
            }
        }
    }
}
