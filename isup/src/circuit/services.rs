//! Messages of services that a call carries and this exchange does not run, Q.764 and Q.730 to Q.737.
//!
//! Promises: user-to-user information, facility, network resource management, charging, application transport,
//! pre-release information and loop prevention pass between the far end and the owner while there is a call; a facility
//! that is requested is rejected, and identification is answered by that there is none.
//! Leaves out: the services. An owner that provides one sends its messages by `Request::Service`.

use super::{Circuit, Phase, Step};
use crate::cause::{Cause, Location};
use crate::codec::{CauseIndicators, FacilityIndicator, McidResponseIndicators, Message, MessageType, ParameterCode};
use crate::exchange::Indication;

/// Whether the owner is simply told of such a message, and may send it.
pub(super) fn is_service(kind: MessageType) -> bool {
    use MessageType as M;
    matches!(
        kind,
        M::FAA
            | M::FAC
            | M::FRJ
            | M::NRM
            | M::USR
            | M::CRG
            | M::APM
            | M::PRI
            | M::LOP
            | M::SDN
            | M::IDS
            | M::EXM
            | M::CCL
            | M::RNG
    )
}

impl Circuit {
    /// A message of a service.
    pub(super) fn service_received(&mut self, step: &mut Step<'_>, message: Message) {
        if matches!(self.phase(), Phase::Call) {
            step.indicate(Indication::Service(message));
        } else {
            step.counters.unexpected += 1;
        }
    }

    /// The owner has a message of a service.
    pub(super) fn send_service(&mut self, step: &mut Step<'_>, message: &Message) {
        if matches!(self.phase(), Phase::Call) && is_service(message.kind) {
            // One that cannot be encoded is reported by the step and changes nothing.
            let _ = step.send(message);
        } else {
            step.counters.requests_unexpected += 1;
        }
    }

    /// FAR: nothing that can be requested is provided.
    pub(super) fn facility_requested(&mut self, step: &mut Step<'_>, request: &Message) {
        let facility = request.octets(ParameterCode::FACILITY_INDICATOR).unwrap_or_default();
        let why = CauseIndicators::new(Location::PUBLIC_LOCAL, Cause::FACILITY_NOT_IMPLEMENTED);
        let mut reject = Message::new(MessageType::FRJ).with(FacilityIndicator::default()).with(why);
        reject.set_octets(ParameterCode::FACILITY_INDICATOR, facility);
        self.answer_service(step, &reject);
    }

    /// IDR: who calls is told by the IAM or not at all.
    pub(super) fn identification_requested(&mut self, step: &mut Step<'_>) {
        self.answer_service(step, &Message::new(MessageType::IDS).with(McidResponseIndicators::default()));
    }

    fn answer_service(&mut self, step: &mut Step<'_>, answer: &Message) {
        if matches!(self.phase(), Phase::Call) {
            let sent = step.send(answer);
            debug_assert!(sent.is_ok(), "{} is complete", answer.kind);
        } else {
            step.counters.unexpected += 1;
        }
    }
}
