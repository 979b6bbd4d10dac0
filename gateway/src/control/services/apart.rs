//! Services apart from calls: over FACILITY that belongs to none (dummy call reference), and over connections without a channel
//! (ECMA-165), which private networks set up for one service at a time.
//!
//! Promises: a connection is answered at once, with what its SETUP asked for, and released by whoever began it. Leaves out
//! services of ours: nobody here has a message centre. What one says goes on to SIP (`mailbox`).

use std::time::Instant;

use isup::cause::Cause;
use isup::q931::codec::{CallReference, Facility, Message, MessageType};
use isup::q931::interface::{self, Indication, Request};
use isup::q931::rose::InvokeId;
use isup::q931::service::{self, Answer, Dialect, Heard};
use tracing::info;

use super::Control;
use crate::interwork::hub::Release;
use crate::interwork::q931::service::{Circumstances, judge};
use crate::interwork::q931::{backward, waiting};

impl Control {
    /// A FACILITY came that belongs to no call.
    pub(in crate::control) fn connectionless(&mut self, now: Instant, interface: usize, message: &Message) {
        for facility in self.heed_apart(now, interface, message) {
            let answer = Message::new(CallReference::DUMMY, MessageType::FACILITY).with(facility);
            self.pri[interface].interface.handle_connectionless(answer);
        }
    }

    /// Something happened to a connection without a channel.
    pub(in crate::control) fn connection_event(
        &mut self,
        now: Instant,
        interface: usize,
        id: interface::CallId,
        indication: Indication,
    ) {
        let request = match indication {
            Indication::Connection(message) => {
                let mut connect = Message::new(CallReference::DUMMY, MessageType::CONNECT);
                self.heed_apart(now, interface, &message).iter().for_each(|facility| connect.add(facility));
                Request::Connect(connect)
            }
            Indication::Facility(message) => {
                let answers = self.heed_apart(now, interface, &message);
                if answers.is_empty() {
                    return;
                }
                let mut facility = Message::new(CallReference::DUMMY, MessageType::FACILITY);
                answers.iter().for_each(|answer| facility.add(answer));
                Request::Facility(facility)
            }
            Indication::Disconnect(_) => Request::Release(backward::clearing(&Release::here(Cause::NORMAL_CLEARING))),
            // Nothing else concerns it, and the interface forgets it by itself.
            _ => return,
        };
        self.pri[interface].interface.handle_request(now, id, request);
    }

    /// Does what the services of a message ask for; the answers.
    fn heed_apart(&mut self, now: Instant, interface: usize, message: &Message) -> Vec<Facility> {
        let Some(dialect) = self.switch_profile(interface).and_then(|profile| profile.services) else {
            return Vec::new();
        };
        let mut answers = Vec::new();
        for heard in service::heard(dialect, message) {
            self.note_mailbox(now, interface, &heard, message);
            let verdict = judge(dialect, &heard, Circumstances::NO_CALL);
            answers.extend(verdict.answer.map(|answer| self.answer_apart(interface, dialect, &heard, answer)));
        }
        answers
    }

    fn answer_apart(
        &self,
        interface: usize,
        dialect: Dialect,
        to: &Heard,
        (id, answer): (InvokeId, Answer),
    ) -> Facility {
        info!(trunk = self.trunk_name(interface), heard = ?to, ?answer, "supplementary service");
        let service = match to {
            Heard::Service(_, service) => Some(service),
            _ => None,
        };
        answer.facility(dialect, id, service)
    }

    /// Messages wait for somebody, or none do any more.
    pub(super) fn note_mailbox(&mut self, now: Instant, interface: usize, heard: &Heard, message: &Message) {
        let Heard::Service(_, service) = heard else { return };
        if let Some(mailbox) = waiting::told(service, message) {
            self.mailbox_told(now, interface, &mailbox);
        }
    }

    pub(super) fn trunk_name(&self, interface: usize) -> &str {
        &self.model.trunk(self.pri[interface].trunk).name
    }
}
