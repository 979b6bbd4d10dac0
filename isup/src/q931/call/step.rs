//! What a call may touch while it handles one event.

use std::time::Instant;

use crate::cause::{Cause, Location};
use crate::lapd::Side;
use crate::q931::codec::{CallReference, CallState, CallStateValue, CauseIndicators, Message, MessageType};
use crate::q931::interface::{Counters, Indication};
use crate::q931::switch::Profile;
use crate::q931::timer::{Timer, Timers};

/// One event's view of everything around the call.
pub(crate) struct Step<'a> {
    pub now: Instant,
    pub side: Side,
    /// The data link is being set up anew: the far end has heard nothing lately.
    pub is_unheard: bool,
    pub profile: &'static Profile,
    pub timers: &'a Timers,
    pub location: Location,
    pub counters: &'a mut Counters,
    /// What the call wants done, in order.
    pub acts: Vec<Act>,
}

/// What a call wants done.
#[derive(Debug)]
pub(crate) enum Act {
    /// Send this message; its call reference and channel are still to be written.
    Send(Message),
    /// Tell the owner.
    Indicate(Indication),
    /// The far end did not answer RELEASE: nobody knows what its end of the channel does.
    Abandon(Timer),
}

impl Step<'_> {
    /// Sends a message that the owner composed, as a message of this kind.
    pub fn send(&mut self, kind: MessageType, mut message: Message) {
        message.kind = kind;
        self.acts.push(Act::Send(message));
    }

    /// Sends a message without elements.
    pub fn send_plain(&mut self, kind: MessageType) {
        self.acts.push(Act::Send(Message::new(CallReference::DUMMY, kind)));
    }

    /// Sends a message with nothing but a cause.
    pub fn send_cause(&mut self, kind: MessageType, cause: Cause, diagnostics: &[u8]) {
        self.acts.push(Act::Send(self.with_cause(kind, cause, diagnostics)));
    }

    /// Sends STATUS.
    pub fn send_status(&mut self, state: CallStateValue, cause: Cause, diagnostics: &[u8]) {
        let status = self.with_cause(MessageType::STATUS, cause, diagnostics);
        self.acts.push(Act::Send(status.with(CallState::new(state))));
    }

    /// Tells the owner.
    pub fn indicate(&mut self, indication: Indication) {
        self.acts.push(Act::Indicate(indication));
    }

    /// A message with nothing but a cause.
    pub fn with_cause(&self, kind: MessageType, cause: Cause, diagnostics: &[u8]) -> Message {
        let mut indicators = CauseIndicators::new(self.location, cause);
        indicators.diagnostics = diagnostics.to_vec();
        Message::new(CallReference::DUMMY, kind).with(indicators)
    }
}
