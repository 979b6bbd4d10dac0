//! Timers of ISUP call control (Q.764 annex A) in order of precedence, and messages repeated until acknowledged.
//!
//! Promises: at equal deadlines the timer that ends a repetition stands before the one that repeats.
//! Leaves out: T3, T4, T8 and the timers of continuity and congestion: their procedures are not here yet.

use std::time::{Duration, Instant};

/// Which timer a deadline belongs to, declared in order of precedence: the ordering is protocol behaviour.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Timer {
    /// Release complete has not come at all: reset the circuit.
    T5,
    /// Blocking acknowledgement has not come at all: alert maintenance.
    T13,
    /// Unblocking acknowledgement has not come at all: alert maintenance.
    T15,
    /// No answer to reset circuit at all: alert maintenance.
    T17,
    /// Circuit group blocking acknowledgement has not come at all: alert maintenance.
    T19,
    /// Circuit group unblocking acknowledgement has not come at all: alert maintenance.
    T21,
    /// No circuit group reset acknowledgement at all: alert maintenance.
    T23,
    /// Repeats release.
    T1,
    /// Suspended by the user.
    T2,
    /// Suspended by the network.
    T6,
    /// Awaiting address complete.
    T7,
    /// Awaiting answer.
    T9,
    /// Awaiting information.
    T33,
    /// Repeats blocking.
    T12,
    /// Repeats unblocking.
    T14,
    /// Repeats reset circuit.
    T16,
    /// Repeats circuit group blocking.
    T18,
    /// Repeats circuit group unblocking.
    T20,
    /// Repeats circuit group reset.
    T22,
}

/// Lengths of the timers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// REL sent until repeated.
    pub t1: Duration,
    /// Call suspended by the user until it is released.
    pub t2: Duration,
    /// First REL sent until RSC.
    pub t5: Duration,
    /// Call suspended by the network until it is released.
    pub t6: Duration,
    /// IAM sent until the call is released for want of an ACM.
    pub t7: Duration,
    /// ACM received until the call is released for want of an answer.
    pub t9: Duration,
    /// BLO sent until repeated.
    pub t12: Duration,
    /// First BLO sent until maintenance is alerted.
    pub t13: Duration,
    /// UBL sent until repeated.
    pub t14: Duration,
    /// First UBL sent until maintenance is alerted.
    pub t15: Duration,
    /// RSC sent until repeated.
    pub t16: Duration,
    /// First RSC sent until maintenance is alerted.
    pub t17: Duration,
    /// CGB sent until repeated.
    pub t18: Duration,
    /// First CGB sent until maintenance is alerted.
    pub t19: Duration,
    /// CGU sent until repeated.
    pub t20: Duration,
    /// First CGU sent until maintenance is alerted.
    pub t21: Duration,
    /// GRS sent until repeated.
    pub t22: Duration,
    /// First GRS sent until maintenance is alerted.
    pub t23: Duration,
    /// INR sent until the call is released for want of INF.
    pub t33: Duration,
}

impl Timers {
    /// ITU-T values: the low end of each range, and two minutes for T9.
    pub const ITU: Timers = Timers {
        t1: Duration::from_secs(15),
        t2: Duration::from_secs(180),
        t5: Duration::from_secs(300),
        t6: Duration::from_secs(10),
        t7: Duration::from_secs(20),
        t9: Duration::from_secs(120),
        t12: Duration::from_secs(15),
        t13: Duration::from_secs(300),
        t14: Duration::from_secs(15),
        t15: Duration::from_secs(300),
        t16: Duration::from_secs(15),
        t17: Duration::from_secs(300),
        t18: Duration::from_secs(15),
        t19: Duration::from_secs(300),
        t20: Duration::from_secs(15),
        t21: Duration::from_secs(300),
        t22: Duration::from_secs(15),
        t23: Duration::from_secs(300),
        t33: Duration::from_secs(12),
    };

    /// The timers that lie outside the standard's range, with that range; empty when all is well.
    pub fn out_of_range(&self) -> Vec<OutOfRange> {
        let mut timers = *self;
        OutOfRange::among(&RANGES.map(|range| (range.name, *(range.field)(&mut timers), (range.min_ms, range.max_ms))))
    }
}

/// The range that the standard allows for one timer.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// The timer's name in small letters, as a configuration spells it.
    pub name: &'static str,
    /// The least length, ms.
    pub min_ms: u64,
    /// The greatest length, ms.
    pub max_ms: u64,
    /// The timer's place.
    pub field: fn(&mut Timers) -> &mut Duration,
}

/// Every timer's range, by number, Q.764 annex A.
pub const RANGES: [Range; 19] = [
    range("t1", REPEAT_MS, |timers| &mut timers.t1),
    range("t2", (180_000, 180_000), |timers| &mut timers.t2),
    range("t5", SUPERVISE_MS, |timers| &mut timers.t5),
    range("t6", (10_000, 32_000), |timers| &mut timers.t6),
    range("t7", (20_000, 30_000), |timers| &mut timers.t7),
    // Q.118 says 2 to 4 minutes, RFC 3398 clause 7.2.6 lets it begin at 90 s.
    range("t9", (90_000, 240_000), |timers| &mut timers.t9),
    range("t12", REPEAT_MS, |timers| &mut timers.t12),
    range("t13", SUPERVISE_MS, |timers| &mut timers.t13),
    range("t14", REPEAT_MS, |timers| &mut timers.t14),
    range("t15", SUPERVISE_MS, |timers| &mut timers.t15),
    range("t16", REPEAT_MS, |timers| &mut timers.t16),
    range("t17", SUPERVISE_MS, |timers| &mut timers.t17),
    range("t18", REPEAT_MS, |timers| &mut timers.t18),
    range("t19", SUPERVISE_MS, |timers| &mut timers.t19),
    range("t20", REPEAT_MS, |timers| &mut timers.t20),
    range("t21", SUPERVISE_MS, |timers| &mut timers.t21),
    range("t22", REPEAT_MS, |timers| &mut timers.t22),
    range("t23", SUPERVISE_MS, |timers| &mut timers.t23),
    range("t33", (12_000, 15_000), |timers| &mut timers.t33),
];

const fn range(name: &'static str, (min_ms, max_ms): (u64, u64), field: fn(&mut Timers) -> &mut Duration) -> Range {
    Range { name, min_ms, max_ms, field }
}

impl Default for Timers {
    fn default() -> Self {
        Self::ITU
    }
}

/// A timer that the standard would not accept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OutOfRange {
    /// Its name in small letters, as the configuration spells it.
    pub name: &'static str,
    /// What it was set to.
    pub value: Duration,
    /// Least value of the standard's range.
    pub min: Duration,
    /// Greatest value of the standard's range.
    pub max: Duration,
}

impl OutOfRange {
    /// The rows (name, length, least and greatest milliseconds) whose length lies outside.
    pub(crate) fn among(rows: &[(&'static str, Duration, (u64, u64))]) -> Vec<Self> {
        rows.iter()
            .map(|&(name, value, (min_ms, max_ms))| Self {
                name,
                value,
                min: Duration::from_millis(min_ms),
                max: Duration::from_millis(max_ms),
            })
            .filter(|row| row.value < row.min || row.value > row.max)
            .collect()
    }
}

/// A message repeated until acknowledged: by the short timer, and once the long timer has expired by that one alone.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Repetition {
    short: Option<Instant>,
    long: Instant,
}

/// What an expired [`Repetition`] asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expiry {
    /// Nothing was due.
    None,
    /// Send the message again.
    Repeat,
    /// Send the message again and alert maintenance.
    RepeatAndAlert,
}

impl Repetition {
    /// The message has just been sent for the first time.
    pub fn start(now: Instant, (short, long): (Duration, Duration)) -> Self {
        Self { short: Some(now + short), long: now + long }
    }

    /// The message has just been sent, and only the long timer repeats it.
    pub fn long_only(now: Instant, long: Duration) -> Self {
        Self { short: None, long: now + long }
    }

    /// The earlier deadline and which of the two timers it is; the long one when both are equal.
    pub fn next(&self, long: Timer, short: Timer) -> (Instant, Timer) {
        match self.short {
            Some(deadline) if deadline < self.long => (deadline, short),
            _ => (self.long, long),
        }
    }

    /// Restarts what has expired and says what it asks for.
    pub fn expire(&mut self, now: Instant, (short, long): (Duration, Duration)) -> Expiry {
        if self.long <= now {
            *self = Self { short: None, long: now + long };
            Expiry::RepeatAndAlert
        } else if self.short.is_some_and(|deadline| deadline <= now) {
            self.short = Some(now + short);
            Expiry::Repeat
        } else {
            Expiry::None
        }
    }
}

/// Range of the timers that repeat a message, milliseconds.
const REPEAT_MS: (u64, u64) = (15_000, 60_000);
/// Range of the timers that give up on an acknowledgement, milliseconds.
const SUPERVISE_MS: (u64, u64) = (300_000, 900_000);
