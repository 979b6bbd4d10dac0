//! Non-INVITE client transaction: RFC 3261 17.1.2, figure 6.

use super::super::timer::Pace;
use super::{Expiry, Reaction};
use std::time::{Duration, Instant};

/// The machine.
#[derive(Debug)]
pub(crate) struct NonInviteClient {
    state: State,
}

#[derive(Debug)]
enum State {
    /// E repeats, F gives up.
    Trying {
        request: Vec<u8>,
        e: Option<Instant>,
        interval: Duration,
        f: Instant,
    },
    /// A provisional response came: E goes on at T2.
    Proceeding {
        request: Vec<u8>,
        e: Option<Instant>,
        f: Instant,
    },
    /// Repetitions of the final response are absorbed until K.
    Completed {
        k: Instant,
    },
    Terminated,
}

impl NonInviteClient {
    /// The request is sent by the caller.
    pub(crate) fn new(now: Instant, pace: &Pace, request: Vec<u8>) -> NonInviteClient {
        let first = pace.first_interval();
        let interval = first.unwrap_or_default();
        let f = now + pace.give_up();
        NonInviteClient { state: State::Trying { request, e: first.map(|first| now + first), interval, f } }
    }

    pub(crate) fn handle_response(&mut self, now: Instant, pace: &Pace, status: u16) -> Reaction {
        match (&mut self.state, status) {
            (State::Trying { request, e, f, .. }, 100..=199) => {
                self.state = State::Proceeding { request: std::mem::take(request), e: *e, f: *f };
                Reaction::Pass
            }
            (State::Proceeding { .. }, 100..=199) => Reaction::Pass,
            (State::Trying { .. } | State::Proceeding { .. }, _) => {
                self.state = State::Completed { k: now + pace.absorb() };
                Reaction::Pass
            }
            (State::Completed { .. } | State::Terminated, _) => Reaction::Ignore,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, pace: &Pace) -> Expiry {
        match &mut self.state {
            State::Trying { f, .. } | State::Proceeding { f, .. } if *f <= now => {
                self.state = State::Terminated;
                Expiry::TimedOut
            }
            State::Trying { request, e: Some(e), interval, .. } if *e <= now => {
                *interval = pace.next_interval(*interval);
                *e = now + *interval;
                Expiry::Send(request.clone())
            }
            State::Proceeding { request, e: Some(e), .. } if *e <= now => {
                *e = now + pace.longest_interval();
                Expiry::Send(request.clone())
            }
            State::Completed { k } if *k <= now => {
                self.state = State::Terminated;
                Expiry::Nothing
            }
            _ => Expiry::Nothing,
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Trying { e, f, .. } | State::Proceeding { e, f, .. } => Some(e.map_or(*f, |e| e.min(*f))),
            State::Completed { k } => Some(*k),
            State::Terminated => None,
        }
    }

    /// The request, until a final response.
    pub(crate) fn request(&self) -> Option<&[u8]> {
        match &self.state {
            State::Trying { request, .. } | State::Proceeding { request, .. } => Some(request),
            State::Completed { .. } | State::Terminated => None,
        }
    }

    /// The request, while there is no response at all.
    pub(crate) fn unanswered(&self) -> Option<&[u8]> {
        self.request().filter(|_| matches!(self.state, State::Trying { .. }))
    }

    pub(crate) fn abandon(&mut self) {
        self.state = State::Terminated;
    }

    pub(crate) fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }
}
