//! MTP restart towards one adjacent signalling point, Q.704 clause 9: TRA, T19 and T21.
//!
//! Promises: user parts hear of a destination when the adjacent point has said that it takes traffic (TRA), or T21 after
//! the first link came into service. Before that the far end may discard messages, and what is discarded is sent again
//! only when a timer of the user part expires. An adjacent point that restarts later, its links never having failed, is
//! answered once in T19.
//! Leaves out: T18 and T20, which hold back our own TRA until routes have been told: an end point without transfer
//! function has none to tell, and two ends that each waited for the other's TRA would wait a minute.

use std::time::Instant;

use super::Timers;

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
    Complete {
        /// Until then another TRA is an echo of the same restart.
        t19: Instant,
    },
}

impl Restart {
    /// A link carries traffic.
    pub fn link_available(&mut self, now: Instant, timers: &Timers) {
        match *self {
            Restart::Down { allowed: true } => *self = Self::complete(now, timers),
            Restart::Down { allowed: false } => *self = Restart::Waiting { t21: now + timers.t21 },
            Restart::Waiting { .. } | Restart::Complete { .. } => {}
        }
    }

    /// TRA came; true when it is to be answered by ours.
    pub fn allowed(&mut self, now: Instant, timers: &Timers) -> bool {
        match *self {
            Restart::Down { .. } => *self = Restart::Down { allowed: true },
            Restart::Waiting { .. } => *self = Self::complete(now, timers),
            Restart::Complete { t19 } if t19 <= now => {
                *self = Self::complete(now, timers);
                return true;
            }
            Restart::Complete { .. } => {}
        }
        false
    }

    /// T21 may have expired; true when it has.
    pub fn expire(&mut self, now: Instant, timers: &Timers) -> bool {
        match *self {
            Restart::Waiting { t21 } if t21 <= now => {
                *self = Self::complete(now, timers);
                true
            }
            _ => false,
        }
    }

    /// The last link carries traffic no more; `aligned` when level 2 still is in service, so that the far end has no
    /// cause to restart.
    pub fn links_gone(&mut self, aligned: bool) {
        *self = Restart::Down { allowed: self.is_complete() && aligned };
    }

    /// Whether the linkset may be used.
    pub fn is_complete(&self) -> bool {
        matches!(self, Restart::Complete { .. })
    }

    /// The running timer. T19 asks for nothing when it expires.
    pub fn poll_timeout(&self) -> Option<Instant> {
        match *self {
            Restart::Waiting { t21 } => Some(t21),
            _ => None,
        }
    }

    fn complete(now: Instant, timers: &Timers) -> Self {
        Restart::Complete { t19: now + timers.t19 }
    }
}
