//! Overlap signalling: SAM both ways, T10 and T35, Q.764.
//!
//! Promises: each SAM of the far end is told while nothing was sent for its call; a number that stays too short
//! releases the call after T35 (cause 28), and one that may be whole is told to be so after T10. Each SAM of ours begins
//! T7 anew, since that timer runs from the latest address message.
//! Leaves out: number analysis. Which digits suffice, and whether ST ends them, is the owner's knowledge.

use std::time::Instant;

use super::{Circuit, State, Step};
use crate::cause::Cause;
use crate::codec::Message;
use crate::exchange::{Indication, Number};
use crate::timer::{Timer, Timers};

/// Digits that the owner waits for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Collecting {
    number: Number,
    until: Instant,
}

impl Collecting {
    fn start(now: Instant, timers: &Timers, number: Number) -> Self {
        let length = match number {
            Number::TooShort => timers.t35,
            Number::MayGoOn => timers.t10,
        };
        Self { number, until: now + length }
    }

    pub fn deadline(self) -> (Instant, Timer) {
        match self.number {
            Number::TooShort => (self.until, Timer::T35),
            Number::MayGoOn => (self.until, Timer::T10),
        }
    }
}

impl Circuit {
    /// The owner has further digits of a call that it set up.
    pub(super) fn send_subsequent_address(&mut self, step: &mut Step<'_>, message: &Message) {
        if step.send(message).is_err() {
            return;
        }
        if let State::AwaitingAddressComplete { t7, .. } = &mut self.state {
            *t7 = step.now + step.relation.timers.t7;
        }
    }

    /// The owner waits for digits.
    pub(super) fn await_digits(&mut self, step: &mut Step<'_>, number: Number) {
        if let State::IncomingSetup { digits, .. } = &mut self.state {
            *digits = Some(Collecting::start(step.now, &step.relation.timers, number));
        }
    }

    /// SAM on a call that nothing was sent for yet but INR.
    pub(super) fn subsequent_address_received(&mut self, step: &mut Step<'_>, message: Message) {
        if let State::IncomingSetup { digits: Some(digits), .. } = &mut self.state {
            *digits = Collecting::start(step.now, &step.relation.timers, digits.number);
        }
        step.indicate(Indication::SubsequentAddress(message));
    }

    /// T35: the digits that must follow did not.
    pub(super) fn t35_expired(&mut self, step: &mut Step<'_>) {
        self.give_up(step, Cause::INVALID_NUMBER_FORMAT);
    }

    /// T10: the digits that might have followed did not.
    pub(super) fn t10_expired(&mut self, step: &mut Step<'_>) {
        if let State::IncomingSetup { digits, .. } = &mut self.state {
            *digits = None;
        }
        step.indicate(Indication::AddressEnded);
    }
}
