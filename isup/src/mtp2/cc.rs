//! Congestion control, receiving part (CC), Q.703 clause 9.
//!
//! Promises: SIB at once and then at each T5 while congested.
//! Leaves out: the choice of when level 3 is congested, which is level 3's.

use std::time::{Duration, Instant};

/// Congestion control.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum CongestionControl {
    /// Acknowledgements flow.
    #[default]
    Idle,
    /// Acknowledgements are withheld.
    Busy {
        /// T5: when the next SIB is due.
        t5: Instant,
    },
}

impl CongestionControl {
    /// Level 3 is congested; true when SIB is to be sent.
    pub fn begin(&mut self, now: Instant, t5: Duration) -> bool {
        let begins = *self == Self::Idle;
        if begins {
            *self = Self::Busy { t5: now + t5 };
        }
        begins
    }

    /// Level 3 keeps up again, or the link stops.
    pub fn end(&mut self) {
        *self = Self::Idle;
    }

    /// Whether acknowledgements are withheld.
    pub fn is_busy(&self) -> bool {
        *self != Self::Idle
    }

    /// T5, when it runs.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match *self {
            Self::Idle => None,
            Self::Busy { t5 } => Some(t5),
        }
    }

    /// Restarts an expired T5; true when SIB is to be sent.
    pub fn handle_timeout(&mut self, now: Instant, length: Duration) -> bool {
        match self {
            Self::Busy { t5 } if *t5 <= now => {
                *t5 = now + length;
                true
            }
            _ => false,
        }
    }
}
