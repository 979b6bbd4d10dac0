//! Changeback of a share to its normal link, Q.704 clause 6, sequence control procedure.
//!
//! Promises: nothing is sent over the normal link before the far end has said that it got all that the other link
//! carried (CBA), or T4 and T5 have passed.
//! Leaves out: the time-controlled diversion of clause 6.4, since between the links of one linkset there always is a way
//! for the declaration; from one linkset to another traffic goes by rerouting, see [`super::route_set`].

use std::time::Instant;

use super::held::Held;
use super::{LinkId, Timers};

/// A share that returns from a substitute.
#[derive(Clone, Debug)]
pub struct Changeback {
    /// The link that carried it in the meantime.
    pub from: LinkId,
    /// Changeback code: tells apart the substitutes of one link.
    pub code: u8,
    /// New messages of the share.
    pub held: Held,
    timer: Timer,
}

#[derive(Clone, Copy, Debug)]
enum Timer {
    T4(Instant),
    T5(Instant),
}

/// What an expired timer of a changeback asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expiry {
    /// Nothing was due.
    None,
    /// Send CBD again.
    Repeat,
    /// The far end does not answer: the share returns all the same.
    GiveUp,
}

impl Changeback {
    /// CBD has just been sent.
    pub fn start(now: Instant, timers: &Timers, from: LinkId, code: u8) -> Self {
        Self { from, code, held: Held::default(), timer: Timer::T4(now + timers.t4) }
    }

    /// T4 or T5.
    pub fn deadline(&self) -> Instant {
        match self.timer {
            Timer::T4(deadline) | Timer::T5(deadline) => deadline,
        }
    }

    /// Expires T4 or T5.
    pub fn expire(&mut self, now: Instant, timers: &Timers) -> Expiry {
        match self.timer {
            Timer::T4(deadline) if deadline <= now => {
                self.timer = Timer::T5(now + timers.t5);
                Expiry::Repeat
            }
            Timer::T5(deadline) if deadline <= now => Expiry::GiveUp,
            _ => Expiry::None,
        }
    }
}
