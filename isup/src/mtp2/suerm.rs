//! Signal unit error rate monitor (SUERM), Q.703 clause 10.2.
//!
//! A leaky bucket: up by one for each errored unit, down by one for each [`LEAK_UNITS`] units. Where the driver hides
//! repeated units (see [`LineMode`]), the bucket leaks by the line time that so many fill-in units take.
//!
//! Promises: the link fails at [`THRESHOLD`].
//! Leaves out: the errored interval monitor of 2 Mbit/s links.

use std::time::{Duration, Instant};

use super::LineMode;

/// T: the count at which the link fails.
pub const THRESHOLD: u32 = 64;
/// D: units received, errored or not, that take one from the count.
pub const LEAK_UNITS: u32 = 256;
/// N: while alignment is lost, so many octets count as one errored unit.
pub const GAP_OCTETS: u32 = 16;
/// Line time of one octet at 64 kbit/s, microseconds.
pub const OCTET_US: u64 = 125;
/// Line time of N octets.
pub const GAP: Duration = Duration::from_micros(GAP_OCTETS as u64 * OCTET_US);
/// Line time of D fill-in units of six octets, one flag included.
pub const LEAK_TIME: Duration = Duration::from_micros(LEAK_UNITS as u64 * 6 * OCTET_US);

/// Signal unit error rate monitor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum ErrorRateMonitor {
    /// Counts nothing.
    #[default]
    Idle,
    /// The bucket.
    Monitoring {
        /// Cs: errors that have not leaked away.
        errors: u32,
        /// How it leaks.
        leak: Leak,
    },
}

/// What makes the bucket leak.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Leak {
    /// Nu: units received since it leaked last.
    Units(u32),
    /// When it leaked last; the next leak is taken into account with the next error.
    Time(Instant),
}

impl ErrorRateMonitor {
    /// Begins to count.
    pub fn start(&mut self, now: Instant, line: LineMode) {
        let leak = match line {
            LineMode::Frames => Leak::Units(0),
            LineMode::Repeating => Leak::Time(now),
        };
        *self = Self::Monitoring { errors: 0, leak };
    }

    /// Ends counting.
    pub fn stop(&mut self) {
        *self = Self::Idle;
    }

    /// A good unit was received.
    pub fn unit(&mut self, now: Instant) {
        let Self::Monitoring { errors, leak } = self else { return };
        leak.advance(now, errors);
    }

    /// An errored unit or gap; true when the link is to fail, after which the monitor is idle.
    pub fn error(&mut self, now: Instant) -> bool {
        let Self::Monitoring { errors, leak } = self else { return false };
        leak.advance(now, errors);
        *errors += 1;
        let fail = *errors >= THRESHOLD;
        if fail {
            self.stop();
        }
        fail
    }
}

impl Leak {
    fn advance(&mut self, now: Instant, errors: &mut u32) {
        match self {
            Leak::Units(units) => {
                *units += 1;
                if *units == LEAK_UNITS {
                    *units = 0;
                    *errors = errors.saturating_sub(1);
                }
            }
            Leak::Time(since) => {
                let leaks = now.saturating_duration_since(*since).as_micros() / LEAK_TIME.as_micros();
                let leaks = u32::try_from(leaks).unwrap_or(u32::MAX);
                *since += LEAK_TIME.saturating_mul(leaks);
                *errors = errors.saturating_sub(leaks);
            }
        }
    }
}
