//! Timers of Q.704 and Q.707 that concern a signalling end point, with their ranges.
//!
//! Promises: one table, in which a configuration finds every timer by name; what ANSI has otherwise is as other implementations
//! have it, for the text of T1.111.4 was not read.
//! Leaves out: T3 (no time-controlled changeback, see [`super::changeback`]), T7 (no data link connection), T8, T11 and
//! T18 (transfer points), T15 and T16 (no congestion test), T20 (see [`super::restart`]); and ANSI's T22 to T30, which guard a restart
//! by messages that are left out (TRW): there T19 and T21 are ITU-T's.

use std::time::Duration;

use crate::mtp2::timers::Range;
use crate::timer::OutOfRange;

/// Lengths of the timers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// Changeover where the far end cannot be asked: how long new messages are held, so that they do not overtake.
    pub t1: Duration,
    /// Changeover acknowledgement awaited.
    pub t2: Duration,
    /// First changeback acknowledgement awaited.
    pub t4: Duration,
    /// Second changeback acknowledgement awaited.
    pub t5: Duration,
    /// Controlled rerouting: how long the messages that move are held.
    pub t6: Duration,
    /// From one signalling route set test to the next.
    pub t10: Duration,
    /// Uninhibit acknowledgement awaited.
    pub t12: Duration,
    /// Answer to a forced uninhibit awaited.
    pub t13: Duration,
    /// Inhibition acknowledgement awaited.
    pub t14: Duration,
    /// From a failed alignment or a failure to the next attempt, so that links do not flap.
    pub t17: Duration,
    /// After a restart, how long another TRA is taken as an echo of it.
    pub t19: Duration,
    /// How long the adjacent point may take to say that it takes traffic.
    pub t21: Duration,
    /// From one local inhibit test to the next.
    pub t22: Duration,
    /// From one remote inhibit test to the next.
    pub t23: Duration,
    /// Q.707 T1: how long an SLTA may take.
    pub test_t1: Duration,
    /// Q.707 T2: from one link test to the next.
    pub test_t2: Duration,
}

impl Timers {
    /// Values within the ranges of the standards.
    pub const ITU: Timers = Timers {
        t1: Duration::from_millis(800),
        t2: Duration::from_millis(1_400),
        t4: Duration::from_millis(800),
        t5: Duration::from_millis(800),
        t6: Duration::from_millis(800),
        t10: Duration::from_secs(45),
        t12: Duration::from_millis(1_150),
        t13: Duration::from_millis(1_150),
        t14: Duration::from_millis(2_500),
        t17: Duration::from_millis(1_150),
        t19: Duration::from_secs(68),
        t21: Duration::from_secs(64),
        t22: Duration::from_secs(270),
        t23: Duration::from_secs(270),
        test_t1: Duration::from_secs(8),
        test_t2: Duration::from_secs(60),
    };

    /// The same for ANSI networks, by ITU-T's numbers: the inhibit tests, which are its T20 and T21, come sooner.
    pub const ANSI: Timers = Timers { t22: Duration::from_secs(105), t23: Duration::from_secs(105), ..Self::ITU };

    /// The timers that lie outside these ranges; empty when all is well.
    pub fn out_of_range(&self, ranges: &[Range<Timers>]) -> Vec<OutOfRange> {
        Range::check(ranges, *self)
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::ITU
    }
}

/// Every timer's range, by number, as ITU-T has it.
pub const RANGES: [Range<Timers>; 16] = ranges((180_000, 360_000));

/// Every timer's range, by ITU-T's number, as ANSI has it.
pub const RANGES_ANSI: [Range<Timers>; 16] = ranges((90_000, 120_000));

/// The table, with what differs between networks.
const fn ranges(inhibit_test_ms: (u64, u64)) -> [Range<Timers>; 16] {
    [
        Range::new("t1", (500, 1_200), |timers| &mut timers.t1),
        Range::new("t2", (700, 2_000), |timers| &mut timers.t2),
        Range::new("t4", (500, 1_200), |timers| &mut timers.t4),
        Range::new("t5", (500, 1_200), |timers| &mut timers.t5),
        Range::new("t6", (500, 1_200), |timers| &mut timers.t6),
        Range::new("t10", (30_000, 60_000), |timers| &mut timers.t10),
        Range::new("t12", (800, 1_500), |timers| &mut timers.t12),
        Range::new("t13", (800, 1_500), |timers| &mut timers.t13),
        Range::new("t14", (2_000, 3_000), |timers| &mut timers.t14),
        Range::new("t17", (800, 1_500), |timers| &mut timers.t17),
        Range::new("t19", (67_000, 69_000), |timers| &mut timers.t19),
        Range::new("t21", (63_000, 65_000), |timers| &mut timers.t21),
        Range::new("t22", inhibit_test_ms, |timers| &mut timers.t22),
        Range::new("t23", inhibit_test_ms, |timers| &mut timers.t23),
        Range::new("test_t1", (4_000, 12_000), |timers| &mut timers.test_t1),
        Range::new("test_t2", (30_000, 90_000), |timers| &mut timers.test_t2),
    ]
}
