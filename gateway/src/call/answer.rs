//! Answer: ANM and CON to 200 (RFC 3398 7.2.7), 200 to ANM and CON (RFC 3398 8.2.4), ANM to ANM; and pauses after it.
//!
//! What arrives: the called side answers; later one side pauses or goes on. What we say: the same. What guards it: the
//! endpoint repeats 200 until ACK and ends the session without one; T2 and T6 of a circuit that pauses.

use std::time::Instant;

use super::{Call, Side, State};
use crate::interwork::charge;
use crate::interwork::hub::{Answer, Notice, Pause};
use crate::interwork::q931::service::Token;

impl Call {
    /// The caller learns who answers if it asked.
    pub(super) fn answered(&mut self, now: Instant, mut answer: Answer) {
        answer.connected = answer.connected.filter(|_| self.connected_wanted);
        self.story.answered = Some(now);
        self.targets = None;
        self.hush();
        self.state = State::Talking;
        let (leg, mut desk) = self.at(Side::Originating);
        leg.answer(&mut desk, &answer);
    }

    pub(super) fn paused(&mut self, side: Side, pause: &Pause) {
        let (leg, mut desk) = self.at(side.other());
        leg.pause(&mut desk, pause);
    }

    /// What a service of PRI says: it stands in the record, and a charge goes to the side that pays for it.
    pub(super) fn noted(&mut self, side: Side, token: Token) {
        match token {
            Token::Malicious => self.story.malicious = true,
            // The channel keeps them for its answers, or says them in the hub's words.
            Token::Connected(_)
            | Token::UserUser(_)
            | Token::Diverting(_)
            | Token::DivertedShown(_)
            | Token::Transferred(_) => {}
            Token::Charge(charge) => {
                self.story.charge = charge::of(&charge).or(self.story.charge.take());
                if side == Side::Terminating {
                    let (leg, mut desk) = self.at(Side::Originating);
                    leg.advise(&mut desk, charge);
                }
            }
        }
    }

    pub(super) fn noticed(&mut self, side: Side, notice: &Notice) {
        let (leg, mut desk) = self.at(side.other());
        leg.notify(&mut desk, notice);
    }
}
