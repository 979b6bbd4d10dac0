//! Progress: ACM and CPG to 18x (RFC 3398 7.2.5, 7.2.9), 18x to ACM and CPG (RFC 3398 8.2.3).
//!
//! What arrives: the far side has the call, rings, or has something to be heard. What we say: 180 or 183; ACM the first
//! time and CPG after that. What guards it: T9 of the circuit towards the PSTN; T11 here while SIP says nothing, whose
//! expiry is an ACM that promises nothing (RFC 3398 8.2.8).

use std::time::Instant;

use ::media::Source;
use ::media::tone::Tone;
use isup::codec::Message;
use isup::exchange::Request;

use super::{Call, State};
use crate::interwork::progress::{self, Backward};
use crate::sip::{self, Description};

impl Call {
    pub(super) fn address_complete(&mut self, now: Instant, acm: &Message) {
        self.ring(now, progress::from_acm(acm));
    }

    pub(super) fn call_progress(&mut self, now: Instant, cpg: &Message) {
        self.ring(now, progress::from_cpg(cpg));
    }

    /// Tells SIP what the PSTN said. Early media goes out once SIP knows where it comes from.
    fn ring(&mut self, now: Instant, said: Backward) {
        let answer = self.ours.clone().filter(|_| said.audible && self.agreement.is_some());
        self.alerting(now);
        if answer.is_some() {
            self.send_only();
        }
        self.sip(sip::Command::Ring { session: self.session, status: said.status, answer });
    }

    pub(super) fn provisional(&mut self, now: Instant, status: u16, answer: Option<Description>) {
        let audible = answer.is_some();
        if let Some(answer) = answer {
            self.agree(&answer);
            self.apply();
        }
        match (audible || self.agreement.is_some(), status) {
            (true, _) => self.play(Source::Network),
            (false, 180) => self.play(Source::Tone(Tone::ringing(self.settings.tdm_law))),
            (false, _) => {}
        }
        let request = match self.state {
            State::Trying { .. } => Request::AddressComplete(progress::acm(status, audible)),
            _ => Request::Progress(progress::cpg(status, audible)),
        };
        self.circuit(request);
        self.alerting(now);
    }

    /// SIP has said nothing: the PSTN hears that the number is complete, and its own T9 runs from here.
    pub(super) fn t11_expired(&mut self) {
        self.circuit(Request::AddressComplete(progress::early_acm()));
        self.state = State::Alerting;
    }

    fn alerting(&mut self, now: Instant) {
        self.story.alerting.get_or_insert(now);
        self.state = State::Alerting;
    }
}
