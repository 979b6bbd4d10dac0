//! A call that we begin (Q.931 clause 5): a user's calling end, a network's called one.

use super::{Attempt, Call, State, Step};
use crate::cause::Cause;
use crate::lapd::Side;
use crate::q931::codec::{Message, MessageType, ProgressDescription, ProgressIndicator};
use crate::q931::interface::Indication;

impl Call {
    /// Sends SETUP.
    pub fn setup(step: &mut Step<'_>, setup: Message) -> Self {
        step.send(MessageType::SETUP, setup.clone());
        let t303 = Attempt { deadline: step.now + step.timers.t303, last: false };
        Self { state: State::Initiated { t303, setup: Box::new(setup) }, enquiry: None }
    }

    /// Nothing answered SETUP: it is sent once more, then the call is given up. While the data link is being set up anew
    /// that says nothing of the far end: what becomes of the link decides, which takes no longer than N200 times T200.
    pub(super) fn t303_expired(&mut self, step: &mut Step<'_>) {
        let State::Initiated { t303, .. } = &mut self.state else { return };
        if step.is_unheard {
            t303.deadline = step.now + step.timers.t303;
        } else if t303.last {
            step.indicate(Indication::Lost(Cause::NO_USER_RESPONDING));
            step.send_cause(MessageType::RELEASE_COMPLETE, Cause::RECOVERY_ON_TIMER_EXPIRY, &[]);
            self.state = State::Null;
        } else {
            self.setup_again(step);
        }
    }

    /// Sends SETUP again, and waits for an answer once more.
    pub(super) fn setup_again(&mut self, step: &mut Step<'_>) {
        let State::Initiated { t303, setup } = &mut self.state else { return };
        *t303 = Attempt { deadline: step.now + step.timers.t303, last: true };
        step.send(MessageType::SETUP, Message::clone(setup));
    }

    pub(super) fn more_wanted(&mut self, step: &mut Step<'_>, message: Message) {
        self.state = State::OverlapSending { t304: step.now + step.timers.t304 };
        step.indicate(Indication::MoreInformation(message));
    }

    /// Sends digits; the wait for what follows them begins anew.
    pub(super) fn inform(&mut self, step: &mut Step<'_>, message: Message) {
        if let State::OverlapSending { t304 } = &mut self.state {
            *t304 = step.now + step.timers.t304;
        }
        step.send(MessageType::INFORMATION, message);
    }

    pub(super) fn proceeding(&mut self, step: &mut Step<'_>, message: Message) {
        self.state = State::OutgoingProceeding { t310: Some(step.now + step.timers.t310) };
        step.indicate(Indication::CallProceeding(message));
    }

    /// PROGRESS: tones, or a network that cannot tell of more, may take as long as they like.
    pub(super) fn progressing(&mut self, step: &mut Step<'_>, message: Message) {
        match &mut self.state {
            State::OutgoingProceeding { t310 } if message.all().flatten().any(goes_on) => *t310 = None,
            // Some exchanges omit CALL PROCEEDING; the call is worth more than the order.
            State::Initiated { .. } => self.state = State::OutgoingProceeding { t310: None },
            _ => {}
        }
        step.indicate(Indication::Progress(message));
    }

    pub(super) fn alerting(&mut self, step: &mut Step<'_>, message: Message) {
        self.state = State::Delivered { t301: step.now + step.timers.t301 };
        step.indicate(Indication::Alerting(message));
    }

    /// CONNECT: the network always acknowledges it, a user where its exchange wants it.
    pub(super) fn connected(&mut self, step: &mut Step<'_>, message: Message) {
        if step.side == Side::Network || step.profile.user_acknowledges_connect {
            step.send_plain(MessageType::CONNECT_ACKNOWLEDGE);
        }
        self.state = State::Active;
        step.indicate(Indication::Connect(message));
    }
}

fn goes_on(progress: ProgressIndicator) -> bool {
    use ProgressDescription as D;
    matches!(progress.description, D::NOT_END_TO_END_ISDN | D::DESTINATION_NOT_ISDN | D::IN_BAND)
}
