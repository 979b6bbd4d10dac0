//! A call that the far end begins (Q.931 clause 5): a user's called end, a network's calling one.

use super::{Call, State, Step};
use crate::lapd::Side;
use crate::q931::codec::{Message, MessageType};
use crate::q931::interface::Indication;

impl Call {
    /// Asks for more digits.
    pub(super) fn want_more(&mut self, step: &mut Step<'_>, message: Message) {
        let t302 = Some(step.now + step.timers.t302);
        self.reply(step, MessageType::SETUP_ACKNOWLEDGE, message, State::OverlapReceiving { t302 });
    }

    /// More digits came; the wait for the next ones begins anew.
    pub(super) fn digits(&mut self, step: &mut Step<'_>, message: Message) {
        if let State::OverlapReceiving { t302 } = &mut self.state {
            *t302 = Some(step.now + step.timers.t302);
        }
        step.indicate(Indication::Information(message));
    }

    /// Answers the call; only a user waits for the acknowledgement.
    pub(super) fn connect(&mut self, step: &mut Step<'_>, message: Message) {
        let next = match step.side {
            Side::User => State::ConnectRequest { t313: step.now + step.timers.t313 },
            Side::Network => State::Active,
        };
        self.reply(step, MessageType::CONNECT, message, next);
    }

    pub(super) fn acknowledged(&mut self, step: &mut Step<'_>, message: Message) {
        self.state = State::Active;
        step.indicate(Indication::ConnectAcknowledge(message));
    }

    pub(super) fn reply(&mut self, step: &mut Step<'_>, kind: MessageType, message: Message, next: State) {
        step.send(kind, message);
        self.state = next;
    }
}
