//! INVITE server transaction: RFC 3261 17.2.1, figure 7, as corrected by RFC 6026 8.5 (state Accepted, timer L).

use super::super::timer::Pace;
use super::Expiry;
use std::time::{Duration, Instant};

/// The machine.
#[derive(Debug)]
pub(crate) struct InviteServer {
    state: State,
}

#[derive(Debug)]
enum State {
    /// The last provisional response answers repetitions of the INVITE.
    Proceeding {
        last: Option<Vec<u8>>,
    },
    /// A 2xx went; its repetition is the session's work, repetitions of the INVITE are absorbed until L.
    Accepted {
        l: Instant,
    },
    /// 300 to 699 went; G repeats it, H gives up.
    Completed {
        response: Vec<u8>,
        g: Option<Instant>,
        interval: Duration,
        h: Instant,
    },
    /// ACK came; repetitions of it are absorbed until I.
    Confirmed {
        i: Instant,
    },
    Terminated,
}

/// To whom an ACK belongs that matches the transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AckFor {
    /// It ended the repetitions of a refusal, or is itself repeated.
    Transaction,
    /// It acknowledges a 2xx: the session's.
    Session,
}

impl InviteServer {
    /// The 100 Trying that figure 7 sends after 200 ms is the user's first response, and goes at once.
    pub(crate) fn new() -> InviteServer {
        InviteServer { state: State::Proceeding { last: None } }
    }

    /// The INVITE came again: what to say.
    pub(crate) fn handle_repetition(&self) -> Option<&[u8]> {
        match &self.state {
            State::Proceeding { last } => last.as_deref(),
            State::Completed { response, .. } => Some(response),
            State::Accepted { .. } | State::Confirmed { .. } | State::Terminated => None,
        }
    }

    /// The user responds. `false`: a final response went before.
    pub(crate) fn respond(&mut self, now: Instant, pace: &Pace, status: u16, response: &[u8]) -> bool {
        let State::Proceeding { last } = &mut self.state else { return false };
        match status {
            100..=199 => *last = Some(response.to_vec()),
            200..=299 => self.state = State::Accepted { l: now + pace.give_up() },
            _ => {
                let first = pace.first_interval();
                let (g, interval) = (first.map(|first| now + first), first.unwrap_or_default());
                self.state = State::Completed { response: response.to_vec(), g, interval, h: now + pace.give_up() };
            }
        }
        true
    }

    pub(crate) fn handle_ack(&mut self, now: Instant, pace: &Pace) -> AckFor {
        match &self.state {
            State::Accepted { .. } => AckFor::Session,
            State::Completed { .. } => {
                self.state = State::Confirmed { i: now + pace.absorb() };
                AckFor::Transaction
            }
            // An ACK before the final response acknowledges nothing.
            State::Proceeding { .. } | State::Confirmed { .. } | State::Terminated => AckFor::Transaction,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, pace: &Pace) -> Expiry {
        match &mut self.state {
            State::Completed { h, .. } if *h <= now => {
                self.state = State::Terminated;
                Expiry::TimedOut
            }
            State::Completed { response, g: Some(g), interval, .. } if *g <= now => {
                *interval = pace.next_interval(*interval);
                *g = now + *interval;
                Expiry::Send(response.clone())
            }
            State::Accepted { l: until } | State::Confirmed { i: until } if *until <= now => {
                self.state = State::Terminated;
                Expiry::Nothing
            }
            _ => Expiry::Nothing,
        }
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Proceeding { .. } | State::Terminated => None,
            State::Accepted { l } => Some(*l),
            State::Completed { g, h, .. } => Some(g.map_or(*h, |g| g.min(*h))),
            State::Confirmed { i } => Some(*i),
        }
    }

    pub(crate) fn is_proceeding(&self) -> bool {
        matches!(self.state, State::Proceeding { .. })
    }

    pub(crate) fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }
}
