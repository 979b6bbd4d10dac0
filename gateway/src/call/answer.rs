//! Answer: ANM and CON to 200 (RFC 3398 7.2.7), 200 to ANM and CON (RFC 3398 8.2.4); offers within the call.
//!
//! What arrives: the called side answers; later its ACK, or a new offer (hold, resume, another address). What we say:
//! 200 with our description; ANM, or CON when no ACM went before. What guards it: the endpoint repeats 200 until ACK
//! and ends the session without one.

use std::time::Instant;

use ::media::Source;
use isup::cause::Cause;
use isup::exchange::Request;

use super::{Call, Party, State};
use crate::interwork::progress;
use crate::sip::{self, Description, sdp};

impl Call {
    pub(super) fn answered_by_pstn(&mut self, now: Instant) {
        let Some(ours) = self.ours.clone() else { return };
        self.talking(now);
        self.sip(sip::Command::Accept { session: self.session, answer: ours });
        self.apply();
    }

    pub(super) fn answered_by_sip(&mut self, now: Instant, answer: Option<Description>) {
        if let Some(answer) = answer {
            self.agree(&answer);
        }
        if self.agreement.is_none() {
            // SIP has answered, so it is ended by BYE; the PSTN was told of no answer.
            self.state = State::Talking;
            return self.clear(now, Party::Gateway, Cause::BEARER_NOT_AVAILABLE);
        }
        let request = match self.state {
            State::Trying { .. } => Request::Connect(progress::con()),
            _ => Request::Answer(progress::anm()),
        };
        self.circuit(request);
        self.talking(now);
        self.play(Source::Network);
        self.apply();
    }

    /// ACK of our 200. It carries the answer when the INVITE had no offer.
    pub(super) fn acknowledged(&mut self, now: Instant, answer: Option<Description>) {
        match answer {
            Some(answer) => {
                self.agree(&answer);
                self.apply();
            }
            None if self.agreement.is_none() => self.clear(now, Party::Gateway, Cause::BEARER_NOT_AVAILABLE),
            None => {}
        }
    }

    /// A re-INVITE or UPDATE, the latter also before the answer. With an offer it is answered; without one it gets our offer, and the answer comes with ACK.
    pub(super) fn reoffered(&mut self, offer: Option<Description>) {
        self.capabilities.version += 1;
        let ours = match offer.as_ref().map(|offer| sdp::answer(offer, &self.capabilities)) {
            None => Ok(self.capabilities.offer()),
            Some(Ok(agreement)) => {
                let ours = agreement.ours.clone();
                self.agreement = Some(agreement);
                self.apply();
                if self.story.from_sip && self.story.answered.is_none() {
                    self.send_only();
                }
                Ok(ours)
            }
            Some(Err(_)) => Err(NOT_ACCEPTABLE_HERE),
        };
        if let Ok(ours) = &ours {
            self.ours = Some(ours.clone());
        }
        self.sip(sip::Command::AnswerReoffer { session: self.session, answer: ours });
    }

    fn talking(&mut self, now: Instant) {
        self.story.answered = Some(now);
        self.state = State::Talking;
    }
}

const NOT_ACCEPTABLE_HERE: u16 = 488;
