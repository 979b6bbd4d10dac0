//! Non-INVITE server transaction: RFC 3261 17.2.2, figure 8.
//!
//! Left out: the Proceeding state. A user agent answers these requests at once, and RFC 4320 forbids provisional
//! responses to them.

use super::super::timer::Pace;
use super::Expiry;
use std::time::Instant;

/// The machine.
#[derive(Debug)]
pub(crate) struct NonInviteServer {
    state: State,
}

#[derive(Debug)]
enum State {
    /// The user has not answered yet; repetitions are absorbed.
    Trying,
    /// The final response answers repetitions until J.
    Completed {
        response: Vec<u8>,
        j: Instant,
    },
    Terminated,
}

impl NonInviteServer {
    pub(crate) fn new() -> NonInviteServer {
        NonInviteServer { state: State::Trying }
    }

    /// The request came again: what to say.
    pub(crate) fn handle_repetition(&self) -> Option<&[u8]> {
        match &self.state {
            State::Completed { response, .. } => Some(response),
            State::Trying | State::Terminated => None,
        }
    }

    /// The user responds. `false`: it has done so before.
    pub(crate) fn respond(&mut self, now: Instant, pace: &Pace, response: &[u8]) -> bool {
        let State::Trying = self.state else { return false };
        self.state = State::Completed { response: response.to_vec(), j: now + pace.j() };
        true
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant) -> Expiry {
        if matches!(self.state, State::Completed { j, .. } if j <= now) {
            self.state = State::Terminated;
        }
        Expiry::Nothing
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Completed { j, .. } => Some(*j),
            State::Trying | State::Terminated => None,
        }
    }

    pub(crate) fn is_terminated(&self) -> bool {
        matches!(self.state, State::Terminated)
    }
}
