//! Our BYE is on its way: RFC 3261 15.1.1.

use super::super::message::Message;
use super::super::transaction::Layer;
use super::super::vocabulary::Event;
use super::State;
use super::established::Established;
use std::time::Instant;

/// BYE waits for its response; late answers to INVITEs are still acknowledged.
#[derive(Debug)]
pub(super) struct Ending {
    pub established: Established,
    /// What the user is told in the end; `None` where that was a fault, which is told at once.
    pub last: Option<Event>,
}

impl Ending {
    /// Whatever the response to BYE says, the session is over (15.1.1); so it is when none comes.
    pub(super) fn finish(&mut self, layer: &mut Layer) -> State {
        if let Some(last) = self.last.take() {
            layer.tell(last);
        }
        State::Over
    }

    /// A repeated 2xx, a further fork, or the answer to a re-INVITE that our BYE overtook.
    pub(super) fn handle_invite_response(&mut self, now: Instant, layer: &mut Layer, response: &Message) {
        if matches!(response.status(), Some(200..=299)) {
            self.established.handle_repeated_success(now, layer, response);
        }
    }
}
