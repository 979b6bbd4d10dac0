//! Supervision timers of ISUP that an operator may set, Q.764 Annex A, with the ranges that it allows.
//!
//! Left out: timers that no machine of ours runs, so that a key never promises what nothing does.

use std::time::Duration;

/// One value for every timer, each within its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IsupTimers {
    /// First release message repeated.
    pub t1: Duration,
    /// Release given up, circuit reset.
    pub t5: Duration,
    /// Waiting for address complete.
    pub t7: Duration,
    /// Waiting for answer.
    pub t9: Duration,
    /// Blocking repeated.
    pub t12: Duration,
    /// Blocking repeated at length.
    pub t13: Duration,
    /// Unblocking repeated.
    pub t14: Duration,
    /// Unblocking repeated at length.
    pub t15: Duration,
    /// Circuit reset repeated.
    pub t16: Duration,
    /// Circuit reset repeated at length.
    pub t17: Duration,
    /// Circuit group reset repeated.
    pub t22: Duration,
    /// Circuit group reset repeated at length.
    pub t23: Duration,
}

/// What Q.764 allows for one timer in seconds, and what we take unasked.
pub(crate) struct TimerRange {
    pub least: i64,
    pub most: i64,
    pub default: i64,
    pub field: fn(&mut IsupTimers) -> &mut Duration,
}

/// Q.764 leaves T9 to Q.118; RFC 3398 clause 7.2.1.1 gives 90 s to 3 min, other texts 2 to 4 min: both are taken.
pub(crate) const RANGES: [TimerRange; 12] = [
    range(15, 60, 15, |timers| &mut timers.t1),
    range(300, 900, 300, |timers| &mut timers.t5),
    range(20, 30, 20, |timers| &mut timers.t7),
    range(90, 240, 180, |timers| &mut timers.t9),
    range(15, 60, 15, |timers| &mut timers.t12),
    range(300, 900, 300, |timers| &mut timers.t13),
    range(15, 60, 15, |timers| &mut timers.t14),
    range(300, 900, 300, |timers| &mut timers.t15),
    range(15, 60, 15, |timers| &mut timers.t16),
    range(300, 900, 300, |timers| &mut timers.t17),
    range(15, 60, 15, |timers| &mut timers.t22),
    range(300, 900, 300, |timers| &mut timers.t23),
];

const fn range(least: i64, most: i64, default: i64, field: fn(&mut IsupTimers) -> &mut Duration) -> TimerRange {
    TimerRange { least, most, default, field }
}

impl Default for IsupTimers {
    /// The least value of Q.764 for each, and three minutes for T9.
    fn default() -> Self {
        let zero = Duration::ZERO;
        let mut timers = Self {
            t1: zero,
            t5: zero,
            t7: zero,
            t9: zero,
            t12: zero,
            t13: zero,
            t14: zero,
            t15: zero,
            t16: zero,
            t17: zero,
            t22: zero,
            t23: zero,
        };
        for range in &RANGES {
            *(range.field)(&mut timers) = Duration::from_secs(range.default.unsigned_abs());
        }
        timers
    }
}
