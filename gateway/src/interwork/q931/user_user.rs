//! User-user signalling by request: the operation of EN 300 286-1 (Q.957.1) in SETUP and its answers, USER INFORMATION, and
//! CONGESTION CONTROL (Q.931 7.4).
//!
//! Networks of ETSI alone have the operation.

use isup::cause::{Cause, Location};
use isup::q931::codec::{
    CallReference, CauseIndicators, CongestionLevel, ElementCode, Facility, Message, MessageType, MoreData,
};
use isup::q931::rose::{Component, FacilityInformation, InvokeId};
use isup::q931::service::user_user::{UserUserRequest, UserUserService};
use isup::q931::service::{Answer, Dialect, Heard, Service, ServiceError, heard};

use crate::interwork::hub::{UserInformation, UserUserServices, UserUserWord};

/// The invocations with which a far end has asked for services 1 to 3, until they are answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Asked([Option<InvokeId>; 3]);

/// What a SETUP asks for.
pub fn requests(dialect: Dialect, setup: &Message) -> UserUserServices {
    asked_for(dialect, setup).fold(UserUserServices::default(), |services, (_, request)| {
        let word = if request.preferred { UserUserWord::Preferred } else { UserUserWord::Required };
        services.with(request.service.0, word)
    })
}

/// By which invocations.
pub fn asked(dialect: Dialect, setup: &Message) -> Asked {
    let mut asked = Asked::default();
    for (id, request) in asked_for(dialect, setup) {
        if let Some(place) = usize::from(request.service.0).checked_sub(1).and_then(|at| asked.0.get_mut(at)) {
            *place = Some(id);
        }
    }
    asked
}

fn asked_for(dialect: Dialect, setup: &Message) -> impl Iterator<Item = (InvokeId, UserUserRequest)> {
    heard(dialect, setup).into_iter().filter_map(|heard| match heard {
        Heard::Service(id, Service::UserUser(request)) => Some((id, request)),
        _ => None,
    })
}

/// The SETUP that asks for these services.
pub fn ask(services: UserUserServices, mut setup: Message) -> Message {
    for (service, word) in services.said() {
        let preferred = match word {
            UserUserWord::Preferred => true,
            UserUserWord::Required => false,
            UserUserWord::Provided | UserUserWord::Refused => continue,
        };
        let request = Service::UserUser(UserUserRequest { service: UserUserService(service), preferred });
        if let Some(facility) = request.facility(Dialect::Etsi, own_id(service)) {
            setup.add(&facility);
        }
    }
    setup
}

/// What the answers in a message say of services that we have asked for by [`ask`].
pub fn answers(message: &Message) -> UserUserServices {
    let facilities = message.all::<Facility>().flatten();
    let components = facilities.filter_map(|facility| Some(FacilityInformation::decode(&facility).ok()?.components));
    components.flatten().fold(UserUserServices::default(), |services, component| {
        let (id, word) = match component {
            Component::ReturnResult(result) => (result.id, UserUserWord::Provided),
            Component::ReturnError(error) => (error.id, UserUserWord::Refused),
            Component::Reject(reject) => match reject.id {
                Some(id) => (id, UserUserWord::Refused),
                None => return services,
            },
            Component::Invoke(_) => return services,
        };
        let service = (1..=3).find(|service| own_id(*service) == id);
        service.map_or(services, |service| services.with(service, word))
    })
}

impl Asked {
    /// Answers what has not been answered: by what the other end says of it, and with the last word no service of which
    /// it says nothing is provided. The services that are provided from now on, and the elements for the message.
    pub fn answer(&mut self, said: UserUserServices, is_last: bool) -> (Vec<u8>, Vec<Facility>) {
        let mut provided = Vec::new();
        let mut facilities = Vec::new();
        for (service, place) in (1..).zip(&mut self.0) {
            let Some(id) = *place else { continue };
            let answer = match said.of(service) {
                Some(UserUserWord::Provided) => Answer::Done,
                Some(UserUserWord::Refused) => Answer::Refused(ServiceError::REJECTED_BY_USER),
                _ if is_last => Answer::Refused(ServiceError::REJECTED_BY_NETWORK),
                _ => continue,
            };
            *place = None;
            provided.extend((answer == Answer::Done).then_some(service));
            facilities.push(answer.facility(Dialect::Etsi, id, None));
        }
        (provided, facilities)
    }
}

/// USER INFORMATION.
pub fn message(information: &UserInformation) -> Message {
    let mut message = Message::new(CallReference::DUMMY, MessageType::USER_INFORMATION);
    if information.more {
        message.add(&MoreData);
    }
    message.set_octets(ElementCode::USER_USER, &information.octets);
    message
}

/// What a USER INFORMATION tells.
pub fn information(message: &Message) -> UserInformation {
    UserInformation {
        octets: message.octets(ElementCode::USER_USER).unwrap_or_default().to_vec(),
        more: message.find::<MoreData>().is_some(),
        isup: None,
    }
}

/// CONGESTION CONTROL: whether more is welcome. With "not ready" something has been discarded (Q.931 7.4).
pub fn congestion(is_ready: bool) -> Message {
    let level = if is_ready { CongestionLevel::RECEIVER_READY } else { CongestionLevel::RECEIVER_NOT_READY };
    let cause = CauseIndicators::new(Location::PUBLIC_LOCAL, Cause::ACCESS_INFORMATION_DISCARDED);
    Message::new(CallReference::DUMMY, MessageType::CONGESTION_CONTROL).with(level).with(cause)
}

/// Whether the far end takes more, by its CONGESTION CONTROL.
pub fn is_ready(message: &Message) -> bool {
    message.find::<CongestionLevel>() != Some(CongestionLevel::RECEIVER_NOT_READY)
}

/// Our invocation for a service. Beside it a SETUP has diverting leg information, whose identifier is less.
const fn own_id(service: u8) -> InvokeId {
    InvokeId(10 + service as i32)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup() -> Message {
        Message::new(CallReference::DUMMY, MessageType::SETUP)
    }

    #[test]
    fn what_is_asked_is_answered_service_by_service() {
        let wanted = UserUserServices::default().with(1, UserUserWord::Preferred).with(3, UserUserWord::Required);
        let sent = ask(wanted, setup());
        assert_eq!(requests(Dialect::Etsi, &sent), wanted);
        let mut open = asked(Dialect::Etsi, &sent);
        let (provided, facilities) = open.answer(UserUserServices::default().with(3, UserUserWord::Provided), false);
        assert_eq!(provided, [3]);
        let mut connect = Message::new(CallReference::DUMMY, MessageType::CONNECT);
        facilities.iter().for_each(|facility| connect.add(facility));
        assert_eq!(answers(&connect), UserUserServices::default().with(3, UserUserWord::Provided));
        let (provided, facilities) = open.answer(UserUserServices::default(), true);
        assert_eq!((provided.len(), facilities.len()), (0, 1), "of service 1 nobody has said anything");
        assert_eq!(open, Asked::default());
    }

    #[test]
    fn a_network_without_the_operation_is_asked_for_nothing() {
        let sent = ask(UserUserServices::default().with(1, UserUserWord::Preferred), setup());
        assert_eq!(requests(Dialect::Qsig, &sent), UserUserServices::default());
    }

    #[test]
    fn user_information_and_congestion_survive() {
        let told = UserInformation { octets: vec![4, b'h', b'i'], more: true, isup: None };
        assert_eq!(information(&message(&told)), told);
        assert!(is_ready(&congestion(true)) && !is_ready(&congestion(false)));
    }
}
