//! Clearing (Q.931 clause 5), and what ends a call without it: restart and loss of the data link.

use super::{Act, Attempt, Call, Phase, State, Step};
use crate::cause::Cause;
use crate::lapd::Side;
use crate::q931::codec::{CauseIndicators, Message, MessageType, ProgressDescription, ProgressIndicator};
use crate::q931::interface::Indication;
use crate::q931::timer::Timer;

impl Call {
    /// The owner ends the call.
    pub(super) fn clear(&mut self, step: &mut Step<'_>, message: Message) {
        let cause = cause_of(&message);
        match self.state {
            State::Present => {
                step.send(MessageType::RELEASE_COMPLETE, message);
                self.state = State::Null;
            }
            State::DisconnectIndicated => self.release(step, message),
            _ => {
                let timer = match step.side {
                    Side::Network if message.all().flatten().any(is_in_band) => (Timer::T306, step.timers.t306),
                    _ => (Timer::T305, step.timers.t305),
                };
                step.send(MessageType::DISCONNECT, message);
                self.state = State::Disconnecting { timer: timer.0, deadline: step.now + timer.1, cause };
            }
        }
    }

    /// Ends the call for a reason of ours; the owner is told.
    pub fn lose(&mut self, step: &mut Step<'_>, cause: Cause) {
        match self.phase() {
            Phase::Outgoing | Phase::Incoming | Phase::Active => {
                step.indicate(Indication::Lost(cause));
                let message = step.with_cause(MessageType::DISCONNECT, cause, &[]);
                self.clear(step, message);
            }
            Phase::Indicated => self.release_with(step, cause),
            Phase::Clearing | Phase::Null => {}
        }
    }

    /// Ends the call without a word to the far end, which does the same or cannot be reached.
    pub fn drop_now(&mut self, step: &mut Step<'_>, cause: Cause) {
        if matches!(self.phase(), Phase::Outgoing | Phase::Incoming | Phase::Active) {
            step.indicate(Indication::Lost(cause));
        }
        (self.state, self.enquiry) = (State::Null, None);
    }

    /// The data link is lost, 5.8.9: an active call waits for it, the others end.
    pub fn data_link_lost(&mut self, step: &mut Step<'_>) {
        self.enquiry = None;
        if self.phase() != Phase::Active {
            self.drop_now(step, Cause::DESTINATION_OUT_OF_ORDER);
        }
    }

    /// Another D-channel takes the place of ours: a SETUP that nothing has answered goes again there, for a far end that has it
    /// takes no notice of another. For the others it is as if the data link had begun anew.
    pub fn d_channel_changed(&mut self, step: &mut Step<'_>) {
        match self.state {
            State::Initiated { .. } => self.setup_again(step),
            _ => self.data_link_reset(step),
        }
    }

    /// The data link began anew, and messages may be lost, 5.8.8: digits cannot be recovered, of the rest the far end
    /// is asked.
    pub fn data_link_reset(&mut self, step: &mut Step<'_>) {
        match self.state {
            State::OverlapSending { .. } | State::OverlapReceiving { .. } => {
                self.lose(step, Cause::TEMPORARY_FAILURE);
            }
            _ => self.enquire_if_under_way(step),
        }
    }

    /// Asks the far end of a call that it may have forgotten. One that ends does so by its timers.
    pub fn enquire_if_under_way(&mut self, step: &mut Step<'_>) {
        if matches!(self.phase(), Phase::Outgoing | Phase::Incoming | Phase::Active) {
            self.enquire(step, false);
        }
    }

    pub(super) fn disconnected(&mut self, step: &mut Step<'_>, message: Message) {
        (self.state, self.enquiry) = (State::DisconnectIndicated, None);
        step.indicate(Indication::Disconnect(message));
    }

    /// RELEASE came; when it crosses our own, none of the two is acknowledged.
    pub(super) fn released(&mut self, step: &mut Step<'_>, message: Message) {
        if !matches!(self.state, State::ReleaseRequest { .. }) {
            step.send_plain(MessageType::RELEASE_COMPLETE);
        }
        self.release_completed(step, message);
    }

    pub(super) fn release_completed(&mut self, step: &mut Step<'_>, message: Message) {
        if matches!(self.phase(), Phase::Outgoing | Phase::Incoming | Phase::Active) {
            step.indicate(Indication::Release(message));
        }
        (self.state, self.enquiry) = (State::Null, None);
    }

    pub(super) fn release_with(&mut self, step: &mut Step<'_>, cause: Cause) {
        let message = step.with_cause(MessageType::RELEASE, cause, &[]);
        self.release(step, message);
    }

    /// RELEASE was not answered: it is sent once more, then the call is given up.
    pub(super) fn t308_expired(&mut self, step: &mut Step<'_>) {
        let State::ReleaseRequest { t308, release } = &mut self.state else { return };
        if t308.last {
            step.acts.push(Act::Abandon(Timer::T308));
            self.state = State::Null;
        } else {
            *t308 = Attempt { deadline: step.now + step.timers.t308, last: true };
            step.send(MessageType::RELEASE, Message::clone(release));
        }
    }

    fn release(&mut self, step: &mut Step<'_>, message: Message) {
        step.send(MessageType::RELEASE, message.clone());
        let t308 = Attempt { deadline: step.now + step.timers.t308, last: false };
        (self.state, self.enquiry) = (State::ReleaseRequest { t308, release: Box::new(message) }, None);
    }
}

fn cause_of(message: &Message) -> Cause {
    message.find::<CauseIndicators>().map_or(Cause::NORMAL_UNSPECIFIED, |indicators| indicators.cause)
}

fn is_in_band(progress: ProgressIndicator) -> bool {
    progress.description == ProgressDescription::IN_BAND
}
