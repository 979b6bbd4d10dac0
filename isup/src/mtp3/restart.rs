//! Traffic restart between two adjacent signalling points, Q.704: TRA and T21.
//!
//! Promises: user parts hear of a destination when the adjacent point has said that it takes traffic (TRA), or T21 after
//! the first link came into service. Before that the far end may discard messages, and what is discarded is sent again
//! only when a timer of the user part expires.
//! Leaves out: T18 to T20 and the collection of TFP and TFR before the restart ends: an end point without transfer
//! function and without alternative routes has nothing to collect.

use std::time::{Duration, Instant};

/// How far the restart of one linkset has come.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Restart {
    /// No link carries traffic.
    Down {
        /// TRA came already, because the far end's link test passed before ours.
        allowed: bool,
    },
    /// A link carries traffic, TRA has not come.
    Waiting {
        /// When we wait no longer.
        t21: Instant,
    },
    /// User parts were told.
    Complete,
}

impl Restart {
    /// The first link carries traffic; true when user parts may be told.
    pub fn link_available(&mut self, now: Instant, t21: Duration) -> bool {
        match *self {
            Restart::Down { allowed: true } => self.complete(),
            Restart::Down { allowed: false } => {
                *self = Restart::Waiting { t21: now + t21 };
                false
            }
            Restart::Waiting { .. } | Restart::Complete => false,
        }
    }

    /// TRA came; true when user parts may be told.
    pub fn allowed(&mut self) -> bool {
        match self {
            Restart::Down { allowed } => {
                *allowed = true;
                false
            }
            Restart::Waiting { .. } => self.complete(),
            Restart::Complete => false,
        }
    }

    /// T21 may have expired; true when user parts may be told.
    pub fn expire(&mut self, now: Instant) -> bool {
        match *self {
            Restart::Waiting { t21 } if t21 <= now => self.complete(),
            _ => false,
        }
    }

    /// The last link carries traffic no more; `aligned` when level 2 still is in service, so that the far end has no
    /// cause to restart. True when user parts must be told.
    pub fn links_gone(&mut self, aligned: bool) -> bool {
        let was_complete = *self == Restart::Complete;
        *self = Restart::Down { allowed: was_complete && aligned };
        was_complete
    }

    /// The running timer.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match *self {
            Restart::Waiting { t21 } => Some(t21),
            _ => None,
        }
    }

    fn complete(&mut self) -> bool {
        *self = Restart::Complete;
        true
    }
}
