//! User-user signalling by request: user-to-user indicators (Q.763 clause 3) and USR.

use isup::codec::{Message, MessageType, UserToUserIndicators, UserToUserInformation};

use super::transit;
use crate::interwork::hub::{UserInformation, UserUserServices, UserUserWord};

/// What the indicators of a message say.
pub fn services(message: &Message) -> UserUserServices {
    let Some(said) = message.find::<UserToUserIndicators>() else { return UserUserServices::default() };
    let codes = [said.service_1, said.service_2, said.service_3];
    UserUserServices(codes.map(|code| {
        let row = CODES.iter().find(|(response, listed, _)| (*response, *listed) == (said.response, code));
        row.map(|(.., word)| *word)
    }))
}

/// The indicators that say so; `None`: there is nothing to say. Of answers and requests together the answers go.
pub fn indicators(services: UserUserServices) -> Option<UserToUserIndicators> {
    let rows = || CODES.iter().filter(|(.., word)| services.0.contains(&Some(*word)));
    let response = rows().map(|(response, ..)| *response).max()?;
    let code = |service| {
        let row = CODES.iter().find(|(of, _, word)| *of == response && services.of(service) == Some(*word));
        row.map_or(NOTHING, |(_, code, _)| *code)
    };
    let [service_1, service_2, service_3] = [1, 2, 3].map(code);
    Some(UserToUserIndicators { response, service_1, service_2, service_3, ..Default::default() })
}

/// USR.
pub fn information(usr: Message) -> UserInformation {
    let octets = usr.find::<UserToUserInformation>().map(|information| information.0).unwrap_or_default();
    UserInformation { octets, more: false, isup: Some(usr) }
}

/// The USR that tells it. ISUP has no word for that more follows.
pub fn usr(information: &UserInformation) -> Message {
    let new = || Message::new(MessageType::USR).with(UserToUserInformation(information.octets.clone()));
    transit::of_kind(information.isup.as_ref(), MessageType::USR).unwrap_or_else(new)
}

/// No information.
const NOTHING: u8 = 0;

/// Whether it is a response, the two bits of a service, and what they mean.
const CODES: &[(bool, u8, UserUserWord)] = &[
    (false, 2, UserUserWord::Preferred),
    (false, 3, UserUserWord::Required),
    (true, 1, UserUserWord::Refused),
    (true, 2, UserUserWord::Provided),
];

#[cfg(test)]
mod tests {
    use super::*;
    use UserUserWord::{Preferred, Provided, Refused, Required};

    #[test]
    fn what_is_asked_and_answered_means_the_same_where_it_arrives() {
        for said in [[Some(Preferred), None, Some(Required)], [Some(Refused), Some(Provided), None]] {
            let services = UserUserServices(said);
            let message = Message::new(MessageType::ACM).with(indicators(services).expect("something is said"));
            assert_eq!(self::services(&message), services);
        }
        assert_eq!(indicators(UserUserServices::default()), None);
    }
}
