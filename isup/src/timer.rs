//! Timers of ISUP call control (Q.764 annex A) in order of precedence, and messages repeated until acknowledged.
//!
//! Promises: at equal deadlines the timer that ends a repetition stands before the one that repeats. The lengths and
//! their ranges are one table, [`Timers`].
//! Leaves out: T31 and T32, which serve SCCP; T37 (echo control procedures, which are not provided); T39, for which no
//! source was found. T11 is a length only: the call that sends ACM for want of news from its other side runs it.

mod lengths;

use std::time::{Duration, Instant};

pub use lengths::{OutOfRange, RANGES, RANGES_ANSI, Range, Timers};

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
    /// The far end said that a continuity check failed and has not asked for another: reset the circuit.
    T27,
    /// Looped for a continuity check whose result does not come: reset the circuit.
    T36,
    /// Repeats release.
    T1,
    /// Suspended by the user.
    T2,
    /// Suspended by the network.
    T6,
    /// We told the far end that the network suspended the call.
    T38,
    /// Awaiting address complete.
    T7,
    /// Awaiting the result of a continuity check.
    T8,
    /// Awaiting answer.
    T9,
    /// Awaiting information.
    T33,
    /// Awaiting the second segment of a message.
    T34,
    /// Awaiting the digits without which the number is not complete.
    T35,
    /// Awaiting digits that may follow a number that could be complete.
    T10,
    /// The far end is overloaded: release.
    T3,
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
    /// Awaiting the check tone.
    T24,
    /// Awaiting loop back acknowledgement (ANSI).
    Tccr,
    /// The first continuity check failed: check again.
    T25,
    /// A later continuity check failed: check again.
    T26,
    /// Awaiting circuit group query response: alert maintenance.
    T28,
    /// Awaiting circuit validation response (ANSI): alert maintenance.
    Tcvt,
    /// Repeats user part test.
    T4,
    /// Further congestion indications change nothing yet.
    T29,
    /// No congestion has been indicated for a while: more traffic may go.
    T30,
    /// The far end has not signalled automatic congestion for a while.
    Tacc,
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
