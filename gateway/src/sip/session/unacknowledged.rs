//! A 2xx for INVITE that waits for its ACK: RFC 3261 13.3.1.4.
//!
//! The transaction does not repeat it, because the ACK comes end to end; the session does, at T1 doubling up to T2,
//! for 64*T1.

use super::super::timer::Timers;
use super::super::transport::Flow;
use std::time::{Duration, Instant};

/// One 2xx on its way.
#[derive(Debug)]
pub(super) struct Unacknowledged {
    pub cseq: u32,
    /// Our 2xx had the offer: the ACK has the answer.
    pub wants_answer: bool,
    /// It answers the first INVITE of the session.
    pub is_first: bool,
    response: Vec<u8>,
    flow: Flow,
    next: Instant,
    interval: Duration,
    give_up: Instant,
}

/// What its time brings.
pub(super) enum Due<'a> {
    Nothing,
    Repeat(&'a Flow, &'a [u8]),
    NoAck,
}

impl Unacknowledged {
    pub(super) fn new(now: Instant, timers: &Timers, cseq: u32, response: Vec<u8>, flow: Flow) -> Unacknowledged {
        Unacknowledged {
            cseq,
            wants_answer: false,
            is_first: false,
            response,
            flow,
            next: now + timers.t1,
            interval: timers.t1,
            give_up: now + timers.transaction(),
        }
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, timers: &Timers) -> Due<'_> {
        if self.give_up <= now {
            return Due::NoAck;
        }
        if self.next > now {
            return Due::Nothing;
        }
        self.interval = (self.interval * 2).min(timers.t2);
        self.next = now + self.interval;
        Due::Repeat(&self.flow, &self.response)
    }

    pub(super) fn poll_timeout(&self) -> Instant {
        self.next.min(self.give_up)
    }
}
