//! Timers of Q.703 clause 12.3, with their ranges for 64 kbit/s.
//!
//! Promises: one table, in which a configuration finds every timer by name.
//! Leaves out: the values for 4.8 kbit/s and 2 Mbit/s.

use std::time::Duration;

use crate::timer::OutOfRange;

/// Lengths of the timers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// "Aligned ready" until the link fails for want of a fill-in or message signal unit.
    pub t1: Duration,
    /// "Not aligned" until alignment is given up.
    pub t2: Duration,
    /// "Aligned" until alignment is given up.
    pub t3: Duration,
    /// Normal proving period.
    pub t4n: Duration,
    /// Emergency proving period.
    pub t4e: Duration,
    /// Interval at which SIB is sent while we are congested.
    pub t5: Duration,
    /// How long the far end may stay congested.
    pub t6: Duration,
    /// How long an acknowledgement may take.
    pub t7: Duration,
}

impl Timers {
    /// Values for 64 kbit/s; T4 at its nominal values.
    pub const KBIT_64: Timers = Timers {
        t1: Duration::from_secs(45),
        t2: Duration::from_secs(50),
        t3: Duration::from_millis(1_500),
        t4n: Duration::from_millis(8_200),
        t4e: Duration::from_millis(500),
        t5: Duration::from_millis(100),
        t6: Duration::from_secs(4),
        t7: Duration::from_secs(1),
    };

    /// The timers that lie outside the range for 64 kbit/s, with that range; empty when all is well.
    pub fn out_of_range(&self) -> Vec<OutOfRange> {
        Range::check(&RANGES, *self)
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::KBIT_64
    }
}

/// The range that the standard allows for one timer among the timers `T`.
#[derive(Clone, Copy, Debug)]
pub struct Range<T> {
    /// The timer's name in small letters, as a configuration spells it.
    pub name: &'static str,
    /// The least length, ms.
    pub min_ms: u64,
    /// The greatest length, ms.
    pub max_ms: u64,
    /// The timer's place.
    pub field: fn(&mut T) -> &mut Duration,
}

impl<T> Range<T> {
    pub(crate) const fn new(
        name: &'static str,
        (min_ms, max_ms): (u64, u64),
        field: fn(&mut T) -> &mut Duration,
    ) -> Self {
        Self { name, min_ms, max_ms, field }
    }

    /// The timers that lie outside their range.
    pub(crate) fn check(ranges: &[Self], mut timers: T) -> Vec<OutOfRange> {
        let row = |range: &Self| (range.name, *(range.field)(&mut timers), (range.min_ms, range.max_ms));
        OutOfRange::among(&ranges.iter().map(row).collect::<Vec<_>>())
    }
}

/// Every timer's range, by number.
pub const RANGES: [Range<Timers>; 8] = [
    Range::new("t1", (40_000, 50_000), |timers| &mut timers.t1),
    Range::new("t2", (5_000, 150_000), |timers| &mut timers.t2),
    Range::new("t3", (1_000, 2_000), |timers| &mut timers.t3),
    Range::new("t4n", (7_500, 9_500), |timers| &mut timers.t4n),
    Range::new("t4e", (400, 600), |timers| &mut timers.t4e),
    Range::new("t5", (80, 120), |timers| &mut timers.t5),
    Range::new("t6", (3_000, 6_000), |timers| &mut timers.t6),
    Range::new("t7", (500, 2_000), |timers| &mut timers.t7),
];
