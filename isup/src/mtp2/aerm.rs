//! Alignment error rate monitor (AERM), Q.703 clause 10.3.
//!
//! Promises: proving is aborted at Ti errored units, or Ti gaps of 16 octets while alignment is lost.
//! Leaves out: the thresholds of 2 Mbit/s links.

use super::iac::Period;

/// Tin: errored units that abort a normal proving period.
pub const THRESHOLD_NORMAL: u8 = 4;
/// Tie: errored units that abort an emergency proving period.
pub const THRESHOLD_EMERGENCY: u8 = 1;

/// Alignment error rate monitor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AlignmentMonitor {
    /// Counts nothing.
    #[default]
    Idle,
    /// Counts towards the threshold Ti.
    Monitoring {
        /// Ca: errors so far.
        errors: u8,
        /// Ti.
        threshold: u8,
    },
}

impl AlignmentMonitor {
    /// Begins to count for a proving period of this length.
    pub fn start(&mut self, period: Period) {
        let threshold = match period {
            Period::Normal => THRESHOLD_NORMAL,
            Period::Emergency => THRESHOLD_EMERGENCY,
        };
        *self = Self::Monitoring { errors: 0, threshold };
    }

    /// Ends counting.
    pub fn stop(&mut self) {
        *self = Self::Idle;
    }

    /// One errored unit or gap; true when proving is to be aborted, after which the monitor is idle.
    pub fn error(&mut self) -> bool {
        let Self::Monitoring { errors, threshold } = self else { return false };
        *errors += 1;
        let abort = errors == threshold;
        if abort {
            self.stop();
        }
        abort
    }
}
