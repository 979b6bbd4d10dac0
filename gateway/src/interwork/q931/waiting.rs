//! Message waiting indication (EN 300 745-1, ECMA-242) to the hub.

use isup::q931::codec::{CalledPartyNumber, Message};
use isup::q931::service::Service;
use isup::q931::service::party::PartyNumber;
use isup::q931::service::waiting::{MessageCentre, Waiting};

use super::setup::text;
use crate::interwork::hub::Mailbox;

/// What a service of a message says of somebody's messages; `None`: nothing.
pub fn told(service: &Service, message: &Message) -> Option<Mailbox> {
    match service {
        Service::MessagesWaiting(waiting) => Some(mailbox(waiting, waiting.is_there(), message)),
        Service::NoMessagesWaiting(waiting) => Some(mailbox(waiting, false, message)),
        Service::WaitingIndicated(waiting) => Some(mailbox(waiting, waiting.is_there(), message)),
        _ => None,
    }
}

/// An indication to the user itself names that in the message and not in the service.
fn mailbox(waiting: &Waiting, waits: bool, message: &Message) -> Mailbox {
    let called = || message.find::<CalledPartyNumber>().map(|called| text(called.kind, &called.digits));
    Mailbox {
        user: waiting.user.as_ref().map(number).or_else(called).unwrap_or_default(),
        waits,
        messages: waiting.messages,
        centre: waiting.centre.as_ref().and_then(centre),
    }
}

fn number(party: &PartyNumber) -> String {
    text(party.kind, &party.digits)
}

/// A number that only networks know helps no user.
fn centre(centre: &MessageCentre) -> Option<String> {
    match centre {
        MessageCentre::Number(party) => Some(number(party)),
        MessageCentre::Digits(digits) => Some(digits.clone()),
        MessageCentre::Integer(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use isup::q931::codec::{CallReference, MessageType, NumberingPlan, TypeOfNumber};

    use super::*;

    #[test]
    fn an_indication_names_its_user_in_the_message_and_a_request_in_itself() {
        let called = CalledPartyNumber {
            kind: TypeOfNumber::INTERNATIONAL,
            plan: NumberingPlan::TELEPHONY,
            digits: "4930123".into(),
        };
        let message = Message::new(CallReference::DUMMY, MessageType::FACILITY).with(called);
        let indicated = Waiting { messages: Some(0), ..Waiting::default() };
        let heard = told(&Service::WaitingIndicated(indicated), &message).expect("it is one");
        assert_eq!((heard.user.as_str(), heard.waits, heard.messages), ("+4930123", false, Some(0)));
        let asked = Waiting { user: Some(PartyNumber::unknown("600")), ..Waiting::default() };
        let heard = told(&Service::MessagesWaiting(asked), &message).expect("it is one");
        assert_eq!((heard.user.as_str(), heard.waits), ("600", true));
        assert_eq!(told(&Service::MaliciousCall, &message), None);
    }
}
