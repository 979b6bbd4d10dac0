//! Incoming calls: IAM received, ACM, CPG, ANM and CON sent, Q.764.

use super::continuity::announced_check;
use super::{Circuit, State, Step};
use crate::codec::{ContinuityCheck, Message};
use crate::exchange::{Indication, Supervision};

impl Circuit {
    /// IAM on a circuit without a call.
    pub(super) fn setup_received(&mut self, step: &mut Step<'_>, message: Message) {
        if self.blocking.refuses_incoming() {
            // The far end acknowledged our blocking and has forgotten it.
            step.counters.unexpected += 1;
            self.blocking.send_again(step);
            return;
        }
        // Who blocked the circuit for maintenance and then calls on it has lifted the blocking.
        self.blocking.lift_remote(step, Supervision::Maintenance);
        match announced_check(&message) {
            ContinuityCheck::REQUIRED => self.check_announced(step, message, true),
            ContinuityCheck::ON_PREVIOUS_CIRCUIT => self.check_announced(step, message, false),
            _ => self.begin_incoming(step, message, Vec::new()),
        }
    }

    /// The circuit is sound: the owner's part begins, or first the far end is asked who calls. `digits` are SAM received since.
    pub(super) fn begin_incoming(&mut self, step: &mut Step<'_>, initial: Message, digits: Vec<Message>) {
        match self.inquires(step, &initial) {
            true => self.await_information(step, initial, digits),
            false => self.offer(step, initial, digits),
        }
    }

    /// The owner's part begins.
    pub(super) fn offer(&mut self, step: &mut Step<'_>, initial: Message, digits: Vec<Message>) {
        let delay = Self::counted_delay(step, &initial);
        self.enter(step, State::IncomingSetup { digits: None, delay });
        step.indicate(Indication::Setup(initial));
        digits.into_iter().for_each(|digits| step.indicate(Indication::SubsequentAddress(digits)));
    }

    /// Sends ACM.
    pub(super) fn address_complete(&mut self, step: &mut Step<'_>, message: &Message) {
        let State::IncomingSetup { delay, .. } = self.state else { return };
        if step.send(message).is_ok() {
            self.enter(step, State::IncomingAddressComplete { delay });
        }
    }

    /// Sends ANM or CON.
    pub(super) fn answer(&mut self, step: &mut Step<'_>, message: Message) {
        if step.send(&self.with_history(message)).is_ok() {
            self.enter(step, State::IncomingAnswered { t38: None });
        }
    }
}
