//! SETUP: the one for a call from the hub (RFC 4497 9.2, 10.1), and what one asks for (RFC 4497 9.1, 10.2).

use config::model::NatureOfAddress;
use isup::cause::Cause;
use isup::q931::codec::{
    BearerCapability, CallReference, CalledPartyNumber, CallingPartyNumber, Disclosure, ElementCode, KeypadFacility,
    Layer1Protocol, Message, MessageType, NumberingPlan, Presentation, Screening, SendingComplete, TransferCapability,
    TransferMode, TransferRate, TypeOfNumber,
};
use media::Law;

use super::{carried, diversion};
use crate::interwork::hub::{Bearer, Calling, Digits, Setup};

/// What a SETUP asks for, or the cause with which it must be refused.
pub fn setup(message: &Message) -> Result<Setup, Cause> {
    let capability = message.find::<BearerCapability>().ok_or(Cause::MANDATORY_ELEMENT_MISSING)?;
    let bearer = bearer(&capability).ok_or(Cause::BEARER_NOT_IMPLEMENTED)?;
    // Without a number, all of it follows where the trunk takes digits as they come.
    let called = message.find::<CalledPartyNumber>();
    let (calling, additional) = calling(message);
    Ok(Setup {
        is_complete: message.find::<SendingComplete>().is_some(),
        calling,
        bearer,
        capability: (bearer == Bearer::Digital)
            .then(|| message.octets(ElementCode::BEARER_CAPABILITY).map(<[u8]>::to_vec))
            .flatten(),
        additional,
        diversion: diversion::read(message),
        connected_wanted: true,
        carried: carried::read(message),
        ..Setup::unknown(called.map_or(String::new(), |called| text(called.kind, &called.digits)))
    })
}

/// The calling number, and of two the one that no network vouches for besides: a network gives both where the caller's own
/// number is not the line's.
fn calling(message: &Message) -> (Option<Calling>, Option<Calling>) {
    let numbers = message.all::<CallingPartyNumber>().flatten();
    let mut known = numbers.filter_map(|number| shown_number(number.kind, number.disclosure, &number.digits));
    match (known.next(), known.next()) {
        (Some(first), Some(second)) if second.asserted && !first.asserted => (Some(second), Some(first)),
        both => both,
    }
}

/// A number with octet 3a. Where that is not there presentation is allowed and the number is the user's word (Q.931 4.5.10).
pub(super) fn shown_number(kind: TypeOfNumber, disclosure: Option<Disclosure>, digits: &str) -> Option<Calling> {
    if digits.is_empty() {
        return None;
    }
    let Disclosure { presentation, screening } = disclosure.unwrap_or_default();
    Some(Calling {
        number: text(kind, digits),
        display: None,
        restricted: presentation != Presentation::ALLOWED,
        asserted: screening == Screening::NETWORK || screening == Screening::USER_VERIFIED_PASSED,
    })
}

/// The hub's text of a number: `+` before an international one.
pub(super) fn text(kind: TypeOfNumber, digits: &str) -> String {
    let plus = if kind == TypeOfNumber::INTERNATIONAL { "+" } else { "" };
    format!("{plus}{digits}")
}

/// The SETUP for a call; the interface adds call reference and channel. `law`: that of the channel's octets.
///
/// | element | value | source |
/// |---|---|---|
/// | bearer capability | by the bearer; 64 kbit/s circuit; layer 1 by the law; a digital one as it came | RFC 4497 table 3 |
/// | called number | the one dialled | RFC 4497 9.2.1 |
/// | calling number | network provided if vouched for, else user provided, not screened; presentation as asked | RFC 4497 9.2.2 |
/// | the same where a signature for it does not hold | user provided, verified and failed | Q.931 4.5.10 |
/// | a second one | the caller's own, where there are two | |
/// | redirecting number | who diverted the call last, and why | |
/// | what goes along | as it came | |
///
/// An error is a called number that no SETUP can carry.
pub fn message(setup: &Setup, law: Law) -> Result<Message, Cause> {
    let (digits, kind, plan) = number(&setup.called, setup.nature).ok_or(Cause::INVALID_NUMBER_FORMAT)?;
    let mut message = Message::new(CallReference::DUMMY, MessageType::SETUP);
    match setup.capability.as_ref().filter(|_| setup.bearer == Bearer::Digital) {
        Some(octets) => message.set_octets(ElementCode::BEARER_CAPABILITY, octets),
        None => message.set(&capability(setup.bearer, law)),
    }
    for mut calling in [&setup.calling, &setup.additional].into_iter().flatten().filter_map(calling_party_number) {
        if let Some(disclosure) = calling.disclosure.as_mut().filter(|_| setup.is_forged()) {
            disclosure.screening = Screening::USER_VERIFIED_FAILED;
        }
        message.add(&calling);
    }
    message.set(&CalledPartyNumber { kind, plan, digits });
    if let Some(diversion) = &setup.diversion {
        message = diversion::write(diversion, message);
    }
    Ok(carried::write(&setup.carried, message))
}

/// INFORMATION: the digits that follow a SETUP (Q.931 5.1.3). `None`: there is nothing to send.
pub fn subsequent(more: &Digits) -> Option<Message> {
    let message = Message::new(CallReference::DUMMY, MessageType::INFORMATION);
    let message = match more.digits.is_empty() {
        true => message,
        false => message.with(CalledPartyNumber {
            kind: TypeOfNumber::UNKNOWN,
            plan: NumberingPlan::UNKNOWN,
            digits: more.digits.clone(),
        }),
    };
    let message = if more.is_last { message.with(SendingComplete) } else { message };
    (more.is_last || !more.digits.is_empty()).then_some(message)
}

/// What an INFORMATION adds to the called number, whether it calls the digits that or keypad.
pub fn from_subsequent(information: &Message) -> Digits {
    let number = information.find::<CalledPartyNumber>().map(|number| number.digits);
    let keypad = || information.find::<KeypadFacility>().map(|keypad| keypad.0);
    Digits {
        digits: number.or_else(keypad).unwrap_or_default(),
        is_last: information.find::<SendingComplete>().is_some(),
    }
}

fn calling_party_number(calling: &Calling) -> Option<CallingPartyNumber> {
    let (digits, kind, plan) = numbered(&calling.number)?;
    Some(CallingPartyNumber { kind, plan, disclosure: Some(disclosed(calling)), digits })
}

/// Digits, type and plan of a party's number; `None`: it is none that Q.931 carries.
pub(super) fn numbered(text: &str) -> Option<(String, TypeOfNumber, NumberingPlan)> {
    number(text, None)
}

/// Octet 3a of a party's number.
pub(super) fn disclosed(party: &Calling) -> Disclosure {
    Disclosure {
        presentation: if party.restricted { Presentation::RESTRICTED } else { Presentation::ALLOWED },
        screening: if party.asserted { Screening::NETWORK } else { Screening::USER_NOT_VERIFIED },
    }
}

/// Digits, type and plan of a number in text. Where neither the text nor the route says what it is, the other end has to
/// know its own plan.
fn number(text: &str, nature: Option<NatureOfAddress>) -> Option<(String, TypeOfNumber, NumberingPlan)> {
    let (global, digits) = text.strip_prefix('+').map_or((false, text), |rest| (true, rest));
    let fits = (1..=DIGITS_MAX).contains(&digits.len());
    if !fits || !digits.bytes().all(|digit| digit.is_ascii_digit() || b"*#".contains(&digit)) {
        return None;
    }
    let kind = match nature {
        Some(NatureOfAddress::Subscriber) => TypeOfNumber::SUBSCRIBER,
        Some(NatureOfAddress::National) => TypeOfNumber::NATIONAL,
        Some(NatureOfAddress::International) => TypeOfNumber::INTERNATIONAL,
        None if global => TypeOfNumber::INTERNATIONAL,
        Some(NatureOfAddress::Unknown) | None => TypeOfNumber::UNKNOWN,
    };
    let plan = if kind == TypeOfNumber::UNKNOWN { NumberingPlan::UNKNOWN } else { NumberingPlan::TELEPHONY };
    Some((digits.to_owned(), kind, plan))
}

/// What a bearer capability asks for; `None`: no circuit of 64 kbit/s, or of a kind that nobody here carries.
fn bearer(capability: &BearerCapability) -> Option<Bearer> {
    if (capability.mode, capability.rate) != (TransferMode::CIRCUIT, TransferRate::KBIT_64) {
        return None;
    }
    let row = CAPABILITY_TO_BEARER.iter().find(|(listed, ..)| *listed == capability.capability);
    row.map(|(_, bearer, _)| *bearer)
}

fn capability(bearer: Bearer, law: Law) -> BearerCapability {
    let row = CAPABILITY_TO_BEARER.iter().find(|(_, listed, _)| *listed == bearer);
    let capability = row.map_or(TransferCapability::AUDIO, |(capability, ..)| *capability);
    let layer_1 = match (bearer, law) {
        (Bearer::Digital, _) => None,
        (Bearer::Speech | Bearer::Audio, Law::A) => Some(Layer1Protocol::G711_A_LAW),
        (Bearer::Speech | Bearer::Audio, Law::Mu) => Some(Layer1Protocol::G711_MU_LAW),
    };
    BearerCapability::circuit(capability, layer_1)
}

/// Information transfer capability, bearer, source.
const CAPABILITY_TO_BEARER: &[(TransferCapability, Bearer, &str)] = &[
    (TransferCapability::SPEECH, Bearer::Speech, "RFC 4497 table 4"),
    (TransferCapability::AUDIO, Bearer::Audio, "RFC 4497 tables 3 and 4"),
    (TransferCapability::UNRESTRICTED, Bearer::Digital, "the capability's name"),
];

/// More than any plan has; far less than the element holds.
const DIGITS_MAX: usize = 32;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interwork::hub::Carried;

    fn wanted(called: &str) -> Setup {
        let calling = Calling { number: "+4930200".into(), display: None, restricted: true, asserted: true };
        Setup { is_complete: false, calling: Some(calling), ..Setup::unknown(called.into()) }
    }

    #[test]
    fn what_goes_out_means_the_same_where_it_comes_in() {
        for (called, bearer) in [("+4930100", Bearer::Audio), ("600", Bearer::Speech), ("*21#", Bearer::Digital)] {
            // What every SETUP from an ISDN says, too.
            let capability = (bearer == Bearer::Digital).then(|| vec![0x88, 0x90]);
            let carried = Carried { isdn_access: Some(true), ..Carried::default() };
            let sent = Setup { bearer, capability, carried, connected_wanted: true, ..wanted(called) };
            let message = message(&sent, Law::A).expect("digits");
            assert_eq!(setup(&message), Ok(sent), "{called}");
        }
    }

    #[test]
    fn a_number_has_the_type_of_its_text_or_of_its_route() {
        let kind = |called: &str, nature| {
            let sent = message(&Setup { nature, ..wanted(called) }, Law::A).expect("digits");
            sent.find::<CalledPartyNumber>().map(|number| (number.kind, number.plan))
        };
        assert_eq!(kind("+49301", None), Some((TypeOfNumber::INTERNATIONAL, NumberingPlan::TELEPHONY)));
        assert_eq!(kind("600", None), Some((TypeOfNumber::UNKNOWN, NumberingPlan::UNKNOWN)));
        let national = Some(NatureOfAddress::National);
        assert_eq!(kind("301", national), Some((TypeOfNumber::NATIONAL, NumberingPlan::TELEPHONY)));
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for called in ["", "+", "alice", &"1".repeat(33)] {
            assert_eq!(message(&wanted(called), Law::A), Err(Cause::INVALID_NUMBER_FORMAT), "{called}");
        }
    }

    #[test]
    fn a_setup_without_a_bearer_is_refused_and_one_without_a_number_begins_one() {
        let empty = Message::new(CallReference::DUMMY, MessageType::SETUP);
        assert_eq!(setup(&empty), Err(Cause::MANDATORY_ELEMENT_MISSING));
        let numberless = empty.with(capability(Bearer::Speech, Law::A));
        let begun = setup(&numberless).expect("a bearer is enough");
        assert_eq!((begun.called.as_str(), begun.is_complete), ("", false));
        assert!(setup(&numberless.with(SendingComplete)).expect("a bearer is enough").is_complete);
    }

    #[test]
    fn digits_that_follow_are_a_called_number_or_keypad() {
        for more in [("12", false), ("3", true), ("", true)] {
            let more = Digits { digits: more.0.into(), is_last: more.1 };
            assert_eq!(from_subsequent(&subsequent(&more).expect("there is something to tell")), more);
        }
        assert_eq!(subsequent(&Digits::default()), None);
        let keypad = Message::new(CallReference::DUMMY, MessageType::INFORMATION).with(KeypadFacility("7".into()));
        assert_eq!(from_subsequent(&keypad), Digits { digits: "7".into(), is_last: false });
    }
}
