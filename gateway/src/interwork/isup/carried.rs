//! What travels from user to user, out of and into messages of ISUP.
//!
//! | here | parameter |
//! |---|---|
//! | information elements | access transport; without keypad, which ends at the exchange, and without "in-band information", which has an indicator of its own |
//! | user-user information | user-to-user information |
//! | services of user-user signalling | user-to-user indicators |
//! | where the call goes | call diversion information, redirection number, redirection number restriction |
//! | notices | generic notification indicator |
//! | whether the access is ISDN | forward or backward call indicators |

use isup::codec::{
    AccessTransport, BackwardCallIndicators, ForwardCallIndicators, GenericNotificationIndicator, InformationElement,
    Message, MessageType, Notification, UserToUserInformation,
};
use isup::q931::codec::{ElementCode, ProgressDescription};

use super::{diversion, user_user};
use crate::interwork::hub::{Carried, NoticeCode};

/// What a message brings.
pub fn read(message: &Message) -> Carried {
    let notices = message.find::<GenericNotificationIndicator>().map(|notices| notices.0).unwrap_or_default();
    let forward = message.find::<ForwardCallIndicators>().map(|indicators| indicators.isdn_access);
    let backward = message.find::<BackwardCallIndicators>().map(|indicators| indicators.isdn_access);
    Carried {
        elements: message.find::<AccessTransport>().map(|access| access.0).unwrap_or_default(),
        user_user: message.find::<UserToUserInformation>().map(|information| information.0),
        services: user_user::services(message),
        redirected: diversion::redirected(message),
        notices: notices.into_iter().map(|notice| NoticeCode(notice.0)).collect(),
        isdn_access: forward.or(backward),
    }
}

/// The message with what goes along.
pub fn write(carried: &Carried, message: Message) -> Message {
    let mut message = message;
    let elements: Vec<_> = carried.elements.iter().filter(|element| passes(element)).cloned().collect();
    if !elements.is_empty() {
        message.set(&AccessTransport(elements));
    }
    if let Some(octets) = &carried.user_user {
        message.set(&UserToUserInformation(octets.clone()));
    }
    if let Some(indicators) = user_user::indicators(carried.services) {
        message.set(&indicators);
    }
    diversion::redirect(&carried.redirected, &mut message);
    if !carried.notices.is_empty() && message.kind != MessageType::REL {
        let notices = carried.notices.iter().map(|code| Notification(code.0)).collect();
        message.set(&GenericNotificationIndicator(notices));
    }
    if let Some(isdn_access) = carried.isdn_access {
        if let Some(indicators) = message.find::<ForwardCallIndicators>() {
            message.set(&ForwardCallIndicators { isdn_access, ..indicators });
        }
        if let Some(indicators) = message.find::<BackwardCallIndicators>() {
            message.set(&BackwardCallIndicators { isdn_access, ..indicators });
        }
    }
    message
}

fn passes(element: &InformationElement) -> bool {
    let InformationElement::Variable { identifier, contents } = element else { return true };
    let in_band = contents.get(1).is_some_and(|octet| octet & 0x7f == ProgressDescription::IN_BAND.0);
    match *identifier {
        identifier if identifier == ElementCode::KEYPAD_FACILITY.identifier => false,
        identifier if identifier == ElementCode::PROGRESS_INDICATOR.identifier => !in_band,
        _ => true,
    }
}
