//! Information request and its answer: INR and INF both ways, T33, Q.764.
//!
//! Promises: a request of the far end is answered at once from the IAM that we sent; one of ours that stays unanswered
//! releases the call after T33.
//! Leaves out: holding and malicious call identification, which are never provided; unsolicited information.

use super::{Circuit, State, Step};
use crate::cause::Cause;
use crate::codec::{
    AddressResponse, InformationIndicators, InformationRequestIndicators, Message, MessageType, ParameterCode,
};
use crate::exchange::Indication;
use crate::timer::Timer;

impl Circuit {
    /// INR before any other backward message.
    pub(super) fn information_requested(&mut self, step: &mut Step<'_>, request: &Message) {
        let State::AwaitingAddressComplete { initial, .. } = &self.state else { return };
        let sent = step.send(&answer(initial, request));
        debug_assert!(sent.is_ok(), "an INF with its indicators and parameters of an IAM is complete");
    }

    /// The owner asks for what the IAM did not tell.
    pub(super) fn request_information(&mut self, step: &mut Step<'_>, request: &Message) {
        if step.send(request).is_ok() {
            let State::IncomingSetup { t33, .. } = &mut self.state else { return };
            *t33 = Some(step.now + step.relation.timers.t33);
        }
    }

    /// INF on a call that nothing was sent for yet but INR.
    pub(super) fn information_received(&mut self, step: &mut Step<'_>, message: Message) {
        let State::IncomingSetup { t33, .. } = &mut self.state else { return };
        if t33.take().is_some() {
            step.indicate(Indication::Information(message));
        } else {
            step.counters.unexpected += 1;
        }
    }

    /// T33: the far end does not tell.
    pub(super) fn t33_expired(&mut self, step: &mut Step<'_>) {
        step.alert(Timer::T33);
        self.give_up(step, Cause::RECOVERY_ON_TIMER_EXPIRY);
    }
}

/// INF with what was asked for and the IAM holds.
fn answer(initial: &Message, request: &Message) -> Message {
    let asked = request.find::<InformationRequestIndicators>().unwrap_or_default();
    let mut indicators = InformationIndicators::default();
    let mut carried = Vec::new();
    if asked.calling_party_address {
        indicators.calling_party_address = AddressResponse::NOT_AVAILABLE;
        if initial.has(ParameterCode::CALLING_PARTY_NUMBER) {
            indicators.calling_party_address = AddressResponse::INCLUDED;
            carried.push(ParameterCode::CALLING_PARTY_NUMBER);
        }
    }
    if asked.calling_partys_category {
        indicators.calling_partys_category = true;
        carried.push(ParameterCode::CALLING_PARTYS_CATEGORY);
    }
    let mut information = Message::new(MessageType::INF).with(indicators);
    for code in carried {
        // The category is mandatory in an IAM, the number was seen.
        information.set_octets(code, initial.octets(code).unwrap_or_default());
    }
    information
}
