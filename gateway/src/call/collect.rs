//! Overlap: a number whose digits come one after the other (Q.764 2.1.2, Q.931 5.1.3 and 5.2.4).
//!
//! What arrives: digits, or that none follow. What we say: the dial plan is asked anew with each; until it knows where the
//! call goes the caller dials on, and after that the digits go where the call went. What guards it: T35 and T10 of a circuit, T302 of
//! a channel, which say that no digit follows. A number of more than [`Pattern::SYMBOLS_MAX`] digits is nobody's (cause 28).
//!
//! The digits of a call that goes to SIP are all collected first: an INVITE for each digit (RFC 3578 3.2) would cost the peer a
//! transaction a digit, and few peers take it.

use std::time::Instant;

use config::model::Pattern;
use isup::cause::Cause;

use super::{Action, Call, Onward, Side, State};
use crate::interwork::hub::{Digits, Setup};

impl Call {
    /// Digits, and nobody knows yet where to.
    pub(super) fn collect(&mut self, now: Instant, more: &Digits) {
        let State::Collecting(setup) = &mut self.state else { return };
        if !take(setup, more) {
            return self.fail(now, Cause::INVALID_NUMBER_FORMAT);
        }
        let setup = setup.clone();
        self.story.called.clone_from(&setup.called);
        if let Some(seat) = self.originating.seat() {
            self.actions.push_back(Action::Route(seat, setup));
        }
    }

    /// What the dial plan says.
    pub(super) fn go_on(&mut self, now: Instant, onward: Result<Onward, Cause>) {
        match onward {
            Ok(Onward::Go(to, setup)) => self.go_to(now, to, setup),
            Ok(Onward::Wait(number)) => {
                let (leg, mut desk) = self.at(Side::Originating);
                leg.await_digits(&mut desk, number);
            }
            Err(cause) => self.fail(now, cause),
        }
    }

    /// Digits for a call that is on its way. Another circuit, if it comes to that, gets them with the others.
    pub(super) fn dial_on(&mut self, now: Instant, more: &Digits) {
        let (State::Opening(intent) | State::Moving(intent) | State::Trying { intent, .. }) = &mut self.state else {
            return;
        };
        if intent.setup.is_complete {
            return;
        }
        if !take(&mut intent.setup, more) {
            return self.fail(now, Cause::INVALID_NUMBER_FORMAT);
        }
        self.story.called.clone_from(&intent.setup.called);
        if matches!(self.state, State::Trying { .. }) {
            let (leg, mut desk) = self.at(Side::Terminating);
            leg.dial_on(&mut desk, more);
        }
    }
}

/// Puts digits behind those that there are; `false`: they are too many.
fn take(setup: &mut Setup, more: &Digits) -> bool {
    setup.called += &more.digits;
    setup.is_complete |= more.is_last;
    setup.called.len() <= Pattern::SYMBOLS_MAX
}
