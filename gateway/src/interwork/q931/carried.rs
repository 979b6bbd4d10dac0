//! What travels from user to user, out of and into messages of Q.931.
//!
//! An element goes into a message that has a place for it. Leaves out displays, which are for the user of one interface
//! alone, and elements of other codesets, which are one network's.

use isup::codec::InformationElement;
use isup::q931::codec::table::{Format, ITU};
use isup::q931::codec::{
    Direction, ElementCode, Message, MessageType, NotificationIndicator, ProgressDescription, ProgressIndicator,
};

use super::user_user;
use crate::interwork::hub::{Carried, NoticeCode, Redirected};

/// What a message brings.
pub fn read(message: &Message) -> Carried {
    let passes = |code: &ElementCode| code.codeset == 0 && PASSING.contains(code);
    let elements = message.elements().filter(|(code, _)| passes(code));
    let elements = elements
        .map(|(code, octets)| InformationElement::Variable { identifier: code.identifier, contents: octets.to_vec() });
    Carried {
        elements: elements.collect(),
        user_user: message.octets(ElementCode::USER_USER).map(<[u8]>::to_vec),
        services: user_user::answers(message),
        // Over Facility, which is told apart.
        redirected: Redirected::default(),
        notices: message.all::<NotificationIndicator>().flatten().map(notice).collect(),
        isdn_access: Some(!is_not_isdn(message)),
    }
}

/// The message with what goes along, as far as it has places.
pub fn write(carried: &Carried, message: Message) -> Message {
    let format = ITU.format(message.kind);
    let mut message = message;
    for element in &carried.elements {
        if let InformationElement::Variable { identifier, contents } = element
            && let Some(code) = PASSING.iter().find(|code| code.identifier == *identifier)
            && has_place(format, *code)
        {
            message.add_octets(*code, contents);
        }
    }
    if carried.isdn_access == Some(false)
        && has_place(format, ElementCode::PROGRESS_INDICATOR)
        && !is_not_isdn(&message)
    {
        let description = match message.kind {
            MessageType::SETUP => ProgressDescription::ORIGIN_NOT_ISDN,
            _ => ProgressDescription::DESTINATION_NOT_ISDN,
        };
        message.add(&super::backward::indicator(description));
    }
    for code in &carried.notices {
        if has_place(format, ElementCode::NOTIFICATION_INDICATOR) {
            message.add(&indicator(*code));
        }
    }
    if let Some(octets) = carried.user_user.as_ref().filter(|_| has_place(format, ElementCode::USER_USER)) {
        message.set_octets(ElementCode::USER_USER, octets);
    }
    message
}

/// What a notification indicator tells.
pub fn notice(indicator: NotificationIndicator) -> NoticeCode {
    match indicator {
        NotificationIndicator::CALL_COMPLETION_DELAY => CALL_COMPLETION_DELAY,
        other => NoticeCode(other.0),
    }
}

/// The notification indicator that tells it.
pub fn indicator(code: NoticeCode) -> NotificationIndicator {
    match code {
        CALL_COMPLETION_DELAY => NotificationIndicator::CALL_COMPLETION_DELAY,
        other => NotificationIndicator(other.0),
    }
}

/// The one notification that Q.931 and Q.763 number differently: 3 there, 4 here.
const CALL_COMPLETION_DELAY: NoticeCode = NoticeCode(4);

fn has_place(format: Option<&Format>, code: ElementCode) -> bool {
    let ways = [Direction::ToUser, Direction::ToNetwork];
    format.is_some_and(|format| ways.iter().any(|way| format.place(code, *way).is_some()))
}

/// A progress indicator says that the call is not ISDN up to the user.
fn is_not_isdn(message: &Message) -> bool {
    let mut indicators = message.all::<ProgressIndicator>().flatten();
    indicators.any(|indicator| NOT_ISDN.contains(&indicator.description))
}

const NOT_ISDN: [ProgressDescription; 3] = [
    ProgressDescription::NOT_END_TO_END_ISDN,
    ProgressDescription::DESTINATION_NOT_ISDN,
    ProgressDescription::ORIGIN_NOT_ISDN,
];

/// The elements that pass.
const PASSING: [ElementCode; 7] = [
    ElementCode::PROGRESS_INDICATOR,
    ElementCode::CALLING_PARTY_SUBADDRESS,
    ElementCode::CALLED_PARTY_SUBADDRESS,
    ElementCode::CONNECTED_SUBADDRESS,
    ElementCode::LOW_LAYER_COMPATIBILITY,
    ElementCode::HIGH_LAYER_COMPATIBILITY,
    ElementCode::KEYPAD_FACILITY,
];
