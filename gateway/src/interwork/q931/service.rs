//! Supplementary services that come over Facility: which the gateway has, and what the others are answered.
//!
//! | service | what becomes of it |
//! |---|---|
//! | advice of charge | recorded, and passed to a caller on PRI |
//! | malicious call, of a called user | recorded and acknowledged where the trunk allows it, else not subscribed; of a caller: not an incoming call |
//! | messages waiting, or none | counted, told and acknowledged; what a network indicates to its user wants no answer |
//! | transfer, and joining two channels as National ISDN and DMS-100 ask for it | done where the trunk allows it ([`Wish`]), else not subscribed or not allowed |
//! | the number of a call, for that | told likewise |
//! | rerouting and deflection | likewise, by the dial plan |
//! | user-user signalling, asked for in SETUP | asked of the other end, which answers; asked for later: rejected by the network |
//! | request for advice of charge | refused: not available |
//! | the name of who answers | for the call |
//! | where the called side sends the call, and whether that may be shown | for the caller |
//! | who is at the far end after a transfer | for the other party |
//! | other names | no answer is wanted |
//! | an operation that the dialect does not have | rejected in a public network of ETSI; elsewhere discarded |
//!
//! Whether a wish can be granted control finds out, and answers by what came of it.

use isup::q931::rose::InvokeId;
use isup::q931::service::diversion::{Deflection, Rerouting};
use isup::q931::service::name::{Name, NameOf};
use isup::q931::service::transfer::{LinkId, TrunkCall};
use isup::q931::service::{Answer, Dialect, Heard, Service, ServiceError};

use super::user_user::Asked;
use super::{diversion, transfer};
use crate::interwork::hub::{Diverting, Transferred};

/// What a service says that the call must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Token {
    /// What the call costs.
    Charge(Service),
    /// The called user has the call recorded as malicious.
    Malicious,
    /// The name of who answers.
    Connected(Name),
    /// Who is at the far end from now on.
    Transferred(Transferred),
    /// Where the called side sends the call.
    Diverting(Diverting),
    /// Whether the new party may be shown to the caller.
    DivertedShown(bool),
    /// By which invocations the caller asks for user-user signalling.
    UserUser(Asked),
}

/// What a user wants done with calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Join this call with another one of the user's, who leaves both.
    Join(Other),
    /// Send this call, which is not answered, to another number.
    Reroute(Box<Rerouting>),
    /// The same, of a user who does not say on whose behalf.
    Deflect(Deflection),
}

/// Which other call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Other {
    /// The one on the same interface that is held.
    Held,
    /// The one with this number, see [`Circumstances::number`].
    Numbered(CallNumber),
}

/// A call of an interface: its call reference, with the highest bit set if the network began it. So National ISDN numbers calls
/// in its request, and so the numbers are made that other networks give them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallNumber(pub u16);

/// What becomes of one component.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Verdict {
    /// What the call must know.
    pub token: Option<Token>,
    /// What the far end is answered.
    pub answer: Option<(InvokeId, Answer)>,
    /// What it wants, and is answered by what comes of that.
    pub wish: Option<(InvokeId, Wish)>,
}

/// What is known of the call that a service belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circumstances {
    /// We called the far end.
    pub is_called: bool,
    /// The service came with the SETUP.
    pub is_setup: bool,
    /// The trunk allows it to have calls recorded as malicious.
    pub malicious_calls: bool,
    /// It may transfer and divert calls.
    pub transfers: bool,
    /// The call's number.
    pub number: Option<CallNumber>,
}

impl Circumstances {
    /// A service that belongs to no call.
    pub const NO_CALL: Circumstances =
        Circumstances { is_called: false, is_setup: false, malicious_calls: false, transfers: false, number: None };
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
            Verdict { token: Some(Token::Charge(service.clone())), ..Verdict::default() }
        }
        Service::MaliciousCall if !call.is_called => answered(id, Answer::Refused(ServiceError::NOT_INCOMING_CALL)),
        Service::MaliciousCall if call.malicious_calls => {
            Verdict { token: Some(Token::Malicious), ..answered(id, Answer::Done) }
        }
        Service::MaliciousCall => answered(id, Answer::Refused(ServiceError::NOT_SUBSCRIBED)),
        Service::MessagesWaiting(_) | Service::NoMessagesWaiting(_) => answered(id, Answer::Done),
        Service::UserUser(_) if call.is_setup => Verdict::default(),
        Service::UserUser(_) => answered(id, Answer::Refused(ServiceError::REJECTED_BY_NETWORK)),
        Service::ChargingRequest(_) => answered(id, Answer::Refused(ServiceError::NOT_AVAILABLE)),
        Service::LinkIdRequest
        | Service::ReleaseLink
        | Service::Transfer
        | Service::TransferTo(_)
        | Service::JoinCall(_)
        | Service::ThirdParty(_)
        | Service::Rerouting(_)
        | Service::Deflection(_)
            if !call.transfers =>
        {
            answered(id, Answer::Refused(not_allowed(dialect)))
        }
        Service::LinkIdRequest | Service::ReleaseLink => answered(id, numbered(service, call.number)),
        Service::Transfer => wished(id, Wish::Join(Other::Held)),
        Service::TransferTo(LinkId(link)) => {
            join_numbered(dialect, id, i16::try_from(*link).map(i16::cast_unsigned).ok())
        }
        Service::JoinCall(reference) => join_numbered(dialect, id, Some(*reference)),
        Service::ThirdParty(party) => join_numbered(dialect, id, u16::try_from(party.call).ok()),
        Service::Rerouting(rerouting) => wished(id, Wish::Reroute(rerouting.clone())),
        Service::Deflection(deflection) => wished(id, Wish::Deflect(deflection.clone())),
        Service::Name(NameOf::Connected, name) => {
            Verdict { token: Some(Token::Connected(name.clone())), ..Verdict::default() }
        }
        Service::DivertedTo(told) if call.is_called => {
            Verdict { token: Some(Token::Diverting(diversion::diverting(told))), ..Verdict::default() }
        }
        Service::DivertedShown(shown) if call.is_called => {
            Verdict { token: Some(Token::DivertedShown(shown.allowed)), ..Verdict::default() }
        }
        Service::Transferred(_) | Service::TransferComplete(_) => {
            Verdict { token: transfer::told(service).map(Token::Transferred), ..Verdict::default() }
        }
        Service::DivertedTo(_)
        | Service::DivertedShown(_)
        | Service::Name(..)
        | Service::NameFollows
        | Service::DivertedFrom(_)
        | Service::WaitingIndicated(_) => Verdict::default(),
    }
}

/// Why a user may not transfer, in the dialect's words.
fn not_allowed(dialect: Dialect) -> ServiceError {
    match dialect {
        Dialect::Dms100 => ServiceError::NOT_ALLOWED,
        Dialect::Etsi | Dialect::Qsig | Dialect::National => ServiceError::NOT_SUBSCRIBED,
    }
}

/// Why no call is transferred to a number, likewise.
pub fn not_found(dialect: Dialect) -> ServiceError {
    match dialect {
        Dialect::Dms100 => ServiceError::CALL_NOT_FOUND,
        Dialect::Etsi => ServiceError::LINK_ID_NOT_ASSIGNED,
        Dialect::Qsig | Dialect::National => ServiceError::INVALID_CALL_STATE,
    }
}

/// Why two calls are not joined, likewise.
pub fn not_joined(dialect: Dialect) -> ServiceError {
    match dialect {
        Dialect::Dms100 => ServiceError::BRIDGE_FAILED,
        Dialect::Etsi | Dialect::Qsig | Dialect::National => ServiceError::INVALID_CALL_STATE,
    }
}

/// The number of a call, as it is asked for. A link identity is of 16 bits with a sign (EN 300 369, as libpri bounds it).
fn numbered(service: &Service, number: Option<CallNumber>) -> Answer {
    match (service, number) {
        (_, None) => Answer::Refused(ServiceError::INVALID_CALL_STATE),
        (Service::ReleaseLink, Some(CallNumber(number))) => Answer::TrunkCall(TrunkCall(number.into())),
        (_, Some(CallNumber(number))) => Answer::LinkId(LinkId(number.cast_signed().into())),
    }
}

fn join_numbered(dialect: Dialect, id: InvokeId, number: Option<u16>) -> Verdict {
    match number {
        Some(number) => wished(id, Wish::Join(Other::Numbered(CallNumber(number)))),
        None => answered(id, Answer::Refused(not_found(dialect))),
    }
}

fn answered(id: InvokeId, answer: Answer) -> Verdict {
    Verdict { answer: Some((id, answer)), ..Verdict::default() }
}

fn wished(id: InvokeId, wish: Wish) -> Verdict {
    Verdict { wish: Some((id, wish)), ..Verdict::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: InvokeId = InvokeId(7);

    const CALL: Circumstances = Circumstances { is_setup: false, ..FULL };

    const FULL: Circumstances = Circumstances {
        is_called: true,
        is_setup: true,
        malicious_calls: true,
        transfers: true,
        number: Some(CallNumber(0x8005)),
    };

    fn becomes(service: Service, call: Circumstances) -> Verdict {
        judge(Dialect::Etsi, &Heard::Service(ID, service), call)
    }

    #[test]
    fn a_malicious_call_is_recorded_for_whom_it_reached_and_where_the_trunk_allows_it() {
        let recorded = becomes(Service::MaliciousCall, CALL);
        assert_eq!((recorded.token, recorded.answer), (Some(Token::Malicious), Some((ID, Answer::Done))));
        let refused = |call| becomes(Service::MaliciousCall, call).answer;
        let not_subscribed = Circumstances { malicious_calls: false, ..CALL };
        assert_eq!(refused(not_subscribed), Some((ID, Answer::Refused(ServiceError::NOT_SUBSCRIBED))));
        let calls = Circumstances { is_called: false, ..CALL };
        assert_eq!(refused(calls), Some((ID, Answer::Refused(ServiceError::NOT_INCOMING_CALL))));
    }

    #[test]
    fn user_user_signalling_is_for_the_call_to_answer_where_it_comes_with_setup_and_else_refused() {
        let service = isup::q931::service::user_user::UserUserService::THREE;
        let request = Service::UserUser(isup::q931::service::user_user::UserUserRequest { service, preferred: true });
        assert_eq!(becomes(request.clone(), FULL), Verdict::default());
        let refused = answered(ID, Answer::Refused(ServiceError::REJECTED_BY_NETWORK));
        assert_eq!(becomes(request, CALL), refused);
    }

    #[test]
    fn a_transfer_where_the_trunk_has_none_is_refused_in_the_dialects_words() {
        let call = Circumstances { transfers: false, ..CALL };
        for (dialect, error) in
            [(Dialect::Etsi, ServiceError::NOT_SUBSCRIBED), (Dialect::Dms100, ServiceError::NOT_ALLOWED)]
        {
            let verdict = judge(dialect, &Heard::Service(ID, Service::Transfer), call);
            assert_eq!(verdict, answered(ID, Answer::Refused(error)));
        }
    }

    #[test]
    fn the_number_that_a_call_is_told_leads_back_to_it() {
        let told = becomes(Service::LinkIdRequest, CALL).answer;
        let Some((ID, Answer::LinkId(link))) = told else { panic!("{told:?}") };
        assert!(link.0 < 0, "16 bits with a sign");
        let wish = Some((ID, Wish::Join(Other::Numbered(CallNumber(0x8005)))));
        assert_eq!(becomes(Service::TransferTo(link), CALL).wish, wish);
        assert_eq!(becomes(Service::JoinCall(0x8005), CALL).wish, wish);
        let told = judge(Dialect::Dms100, &Heard::Service(ID, Service::ReleaseLink), CALL).answer;
        assert_eq!(told, Some((ID, Answer::TrunkCall(TrunkCall(0x8005)))));
        let beyond = becomes(Service::TransferTo(LinkId(70_000)), CALL);
        assert_eq!(beyond, answered(ID, Answer::Refused(ServiceError::LINK_ID_NOT_ASSIGNED)));
    }
}
