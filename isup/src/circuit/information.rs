//! Information request and its answer: INR and INF both ways, T33, Q.764.
//!
//! Promises: a request of the far end is answered at once from the IAM that we sent. An exchange that is to be asked who calls is
//! asked before anybody hears of the call, and the call begins with its answer; where it stays unanswered the call is released
//! after T33.
//! Leaves out: holding and malicious call identification, which are never provided; unsolicited information.

use super::step::release_with;
use super::{Circuit, Owner, State, Step};
use crate::cause::Cause;
use crate::codec::{
    AddressResponse, InformationIndicators, InformationRequestIndicators, Message, MessageType, ParameterCode,
};
use crate::timer::Timer;

impl Circuit {
    /// INR before any other backward message.
    pub(super) fn information_requested(&mut self, step: &mut Step<'_>, request: &Message) {
        let State::AwaitingAddressComplete { initial, .. } = &self.state else { return };
        let sent = step.send(&answer(initial, request));
        debug_assert!(sent.is_ok(), "an INF with its indicators and parameters of an IAM is complete");
    }

    /// Asks who calls, where that exchange is to be asked and the IAM does not say.
    pub(super) fn inquires(&mut self, step: &mut Step<'_>, initial: &Message) -> bool {
        let asks = step.relation.ask_caller && !initial.has(ParameterCode::CALLING_PARTY_NUMBER);
        let asked = InformationRequestIndicators { calling_party_address: true, ..Default::default() };
        asks && step.send(&Message::new(MessageType::INR).with(asked)).is_ok()
    }

    /// INR is out: nobody hears of the call yet.
    pub(super) fn await_information(&mut self, step: &mut Step<'_>, initial: Message, digits: Vec<Message>) {
        let t33 = step.now + step.relation.timers.t33;
        self.enter(step, State::IncomingInquiry { t33, initial: Box::new(initial), digits });
    }

    /// INF: the number that it holds becomes the IAM's, and the call begins, with it or without.
    pub(super) fn information_received(&mut self, step: &mut Step<'_>, information: &Message) {
        let State::IncomingInquiry { mut initial, digits, .. } = std::mem::take(&mut self.state) else { return };
        if let Some(number) = information.octets(ParameterCode::CALLING_PARTY_NUMBER) {
            initial.set_octets(ParameterCode::CALLING_PARTY_NUMBER, number);
        }
        self.offer(step, *initial, digits);
    }

    /// T33: the far end does not tell. The call is released, as Q.764 has it.
    pub(super) fn t33_expired(&mut self, step: &mut Step<'_>) {
        step.alert(Timer::T33);
        self.start_release(step, release_with(Cause::RECOVERY_ON_TIMER_EXPIRY), Owner::None);
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
