//! Supplementary services that come over Facility: which the gateway has, and what the others are answered.
//!
//! | service | what becomes of it |
//! |---|---|
//! | advice of charge | recorded, and passed to a caller on PRI |
//! | malicious call, of a called user | recorded and acknowledged where the trunk allows it, else not subscribed; of a caller: not an incoming call |
//! | messages waiting, or none | acknowledged; nobody here has a lamp |
//! | request for advice of charge, diversion and deflection, transfer | refused: not available |
//! | joining two channels by National ISDN and DMS-100 | rejected: no such operation, as libpri rejects what it does not have |
//! | names, and what tells of a diversion or a transfer | no answer is wanted |
//! | an operation that the dialect does not have | rejected in a public network of ETSI; elsewhere discarded |
//!
//! Leaves out performing a transfer or diversion itself.

use isup::q931::rose::InvokeId;
use isup::q931::service::{Answer, Dialect, Heard, Service, ServiceError};

/// What a service says that the call must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// What the call costs.
    Charge(Service),
    /// The called user has the call recorded as malicious.
    Malicious,
}

/// What becomes of one component.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What the call must know.
    pub token: Option<Token>,
    /// What the far end is answered.
    pub answer: Option<(InvokeId, Answer)>,
}

/// What is known of the call that a service belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// We called the far end.
    pub is_called: bool,
    /// The trunk allows it to have calls recorded as malicious.
    pub malicious_calls: bool,
}

/// What becomes of a component.
pub fn judge(dialect: Dialect, heard: &Heard, call: Circumstances) -> Verdict {
    let (id, service) = match heard {
        Heard::Service(id, service) => (*id, service),
        Heard::Unknown(invoke) if dialect == Dialect::Etsi => return answered(invoke.id, Answer::Unrecognized),
        Heard::Unknown(_) | Heard::ReturnResult(_) | Heard::ReturnError(_) | Heard::Reject(_) | Heard::Malformed(_) => {
            return Verdict::default();
        }
    };
    match service {
        Service::Rates(_) | Service::SpecialArrangement(_) | Service::ChargeDuringCall(_) | Service::ChargeAtEnd(_) => {
            Verdict { token: Some(Token::Charge(service.clone())), answer: None }
        }
        Service::MaliciousCall if !call.is_called => answered(id, Answer::Refused(ServiceError::NOT_INCOMING_CALL)),
        Service::MaliciousCall if call.malicious_calls => {
            Verdict { token: Some(Token::Malicious), ..answered(id, Answer::Done) }
        }
        Service::MaliciousCall => answered(id, Answer::Refused(ServiceError::NOT_SUBSCRIBED)),
        Service::MessagesWaiting(_) | Service::NoMessagesWaiting(_) => answered(id, Answer::Done),
        Service::ChargingRequest(_)
        | Service::Rerouting(_)
        | Service::Deflection(_)
        | Service::Transfer
        | Service::LinkIdRequest
        | Service::TransferTo(_) => answered(id, Answer::Refused(ServiceError::NOT_AVAILABLE)),
        Service::JoinCall(_) | Service::ReleaseLink | Service::ThirdParty(_) => answered(id, Answer::Unrecognized),
        Service::Name(..)
        | Service::NameFollows
        | Service::DivertedTo(_)
        | Service::DivertedFrom(_)
        | Service::DivertedShown(_)
        | Service::Transferred(_)
        | Service::TransferComplete(_) => Verdict::default(),
    }
}

fn answered(id: InvokeId, answer: Answer) -> Verdict {
    Verdict { token: None, answer: Some((id, answer)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: InvokeId = InvokeId(7);

    fn becomes(service: Service, is_called: bool, malicious_calls: bool) -> Verdict {
        judge(Dialect::Etsi, &Heard::Service(ID, service), Circumstances { is_called, malicious_calls })
    }

    #[test]
    fn a_malicious_call_is_recorded_for_whom_it_reached_and_where_the_trunk_allows_it() {
        let recorded = becomes(Service::MaliciousCall, true, true);
        assert_eq!((recorded.token, recorded.answer), (Some(Token::Malicious), Some((ID, Answer::Done))));
        let refused = |is_called, malicious_calls| becomes(Service::MaliciousCall, is_called, malicious_calls).answer;
        assert_eq!(refused(true, false), Some((ID, Answer::Refused(ServiceError::NOT_SUBSCRIBED))));
        assert_eq!(refused(false, true), Some((ID, Answer::Refused(ServiceError::NOT_INCOMING_CALL))));
    }

    #[test]
    fn a_transfer_is_refused_and_a_call_goes_on_without_it() {
        let refused = Some((ID, Answer::Refused(ServiceError::NOT_AVAILABLE)));
        for service in [Service::Transfer, Service::LinkIdRequest] {
            assert_eq!(becomes(service, true, true), Verdict { token: None, answer: refused });
        }
    }
}
