//! What one kind of trunk says, as the other kind hears it.

use ::isup::cause::{Cause, Location};
use ::isup::codec as ss7;
use ::isup::q931::codec as dss1;
use dss1::{ElementCode, Message, MessageType};
use media::Law;

use super::{hub, isup, q931};

fn dss1(kind: MessageType) -> Message {
    Message::new(dss1::CallReference::DUMMY, kind)
}

fn setup() -> Message {
    dss1(MessageType::SETUP)
        .with(dss1::BearerCapability::circuit(dss1::TransferCapability::AUDIO, Some(dss1::Layer1Protocol::G711_A_LAW)))
        .with(dss1::CalledPartyNumber { digits: "600".into(), ..Default::default() })
}

fn calling(digits: &str, screening: dss1::Screening) -> dss1::CallingPartyNumber {
    let disclosure = Some(dss1::Disclosure { screening, ..Default::default() });
    dss1::CallingPartyNumber { digits: digits.into(), disclosure, ..Default::default() }
}

/// The IAM for a SETUP.
fn iam(setup: &Message) -> ss7::Message {
    isup::iam::message(&q931::setup::setup(setup).expect("it asks for a call"), false).expect("digits")
}

/// The SETUP for an IAM, as an exchange beyond an ISUP network sends it.
fn beyond(iam: &ss7::Message) -> Message {
    let wanted = isup::iam::setup(iam).expect("it asks for a call");
    q931::setup::message(&hub::Setup { isup: None, ..wanted }, Law::A).expect("digits")
}

/// The octets of an element in both.
fn both(before: &Message, after: &Message, code: ElementCode) -> (Vec<u8>, Vec<u8>) {
    let octets = |message: &Message| message.octets(code).map(<[u8]>::to_vec).unwrap_or_default();
    (octets(before), octets(after))
}

#[test]
fn what_users_tell_each_other_at_setup_passes_an_isup_network_octet_for_octet() {
    let codes = [
        ElementCode::CALLING_PARTY_SUBADDRESS,
        ElementCode::CALLED_PARTY_SUBADDRESS,
        ElementCode::LOW_LAYER_COMPATIBILITY,
        ElementCode::HIGH_LAYER_COMPATIBILITY,
        ElementCode::USER_USER,
    ];
    let mut sent = setup();
    for (code, last) in codes.iter().zip(1..) {
        sent.add_octets(*code, &[0x80, 0x50, last]);
    }
    let (iam, heard) = (iam(&sent), beyond(&iam(&sent)));
    for code in codes {
        let (before, after) = both(&sent, &heard, code);
        assert_eq!(before, after, "{code}");
    }
    assert_eq!(iam.find::<ss7::UserToUserInformation>().map(|said| said.0), Some(vec![0x80, 0x50, 5]));
    assert_eq!(iam.find::<ss7::AccessTransport>().map(|access| access.0.len()), Some(4));
}

#[test]
fn a_digital_bearer_keeps_what_it_is_used_for_and_an_audio_one_the_law_of_its_line() {
    let mut digital = setup();
    digital.set_octets(ElementCode::BEARER_CAPABILITY, &[0x88, 0x90, 0x21, 0x8f]);
    let (before, after) = both(&digital, &beyond(&iam(&digital)), ElementCode::BEARER_CAPABILITY);
    assert_eq!(before, after);
    assert_eq!(iam(&setup()).octets(ss7::ParameterCode::USER_SERVICE_INFORMATION), None);
}

#[test]
fn of_two_calling_numbers_the_networks_is_the_first_and_the_users_the_generic_one() {
    let mut sent = setup();
    sent.add(&calling("4930100", dss1::Screening::USER_NOT_VERIFIED));
    sent.add(&calling("4930200", dss1::Screening::NETWORK));
    let (iam, heard) = (iam(&sent), beyond(&iam(&sent)));
    assert_eq!(iam.find::<ss7::CallingPartyNumber>().expect("there").digits.to_string(), "4930200");
    let generic = iam.find::<ss7::GenericNumber>().expect("there");
    assert_eq!(generic.qualifier, ss7::NumberQualifier::ADDITIONAL_CALLING);
    assert_eq!(generic.digits.to_string(), "4930100");
    let numbers: Vec<_> = heard.all::<dss1::CallingPartyNumber>().flatten().map(|number| number.digits).collect();
    assert_eq!(numbers, ["4930200", "4930100"]);
}

#[test]
fn a_diverted_call_says_who_diverted_it_and_why() {
    let diverted = setup().with(dss1::RedirectingNumber {
        digits: "4930300".into(),
        reason: Some(dss1::DiversionReason::NO_REPLY),
        disclosure: Some(dss1::Disclosure::default()),
        ..Default::default()
    });
    let (iam, heard) = (iam(&diverted), beyond(&iam(&diverted)));
    let information = iam.find::<ss7::RedirectionInformation>().expect("there");
    assert_eq!((information.reason, information.redirections), (ss7::RedirectingReason::NO_REPLY, 1));
    assert_eq!(iam.find::<ss7::RedirectingNumber>().expect("there").digits.to_string(), "4930300");
    assert_eq!(iam.find::<ss7::OriginalCalledNumber>().expect("there").digits.to_string(), "4930300");
    let last = heard.find::<dss1::RedirectingNumber>().expect("there");
    assert_eq!((last.digits.as_str(), last.reason), ("4930300", Some(dss1::DiversionReason::NO_REPLY)));
}

#[test]
fn an_originating_access_that_is_not_isdn_is_told_in_both_words() {
    assert!(iam(&setup()).find::<ss7::ForwardCallIndicators>().expect("mandatory").isdn_access);
    let location = Location::PUBLIC_LOCAL;
    let analogue = setup().with(dss1::ProgressIndicator::new(location, dss1::ProgressDescription::ORIGIN_NOT_ISDN));
    assert!(!iam(&analogue).find::<ss7::ForwardCallIndicators>().expect("mandatory").isdn_access);
    let heard = beyond(&iam(&analogue));
    assert_eq!(heard.all::<dss1::ProgressIndicator>().count(), 1);
    let before = iam(&setup()).with(ss7::ForwardCallIndicators::default());
    let told = beyond(&before).find::<dss1::ProgressIndicator>().expect("it is not ISDN");
    assert_eq!(told.description, dss1::ProgressDescription::ORIGIN_NOT_ISDN);
}

#[test]
fn who_answers_and_what_comes_with_it_passes_back() {
    let mut connect = dss1(MessageType::CONNECT).with(dss1::ConnectedNumber {
        digits: "4930999".into(),
        disclosure: Some(dss1::Disclosure { screening: dss1::Screening::NETWORK, ..Default::default() }),
        ..Default::default()
    });
    connect.add_octets(ElementCode::CONNECTED_SUBADDRESS, &[0x80, 0x50, 7]);
    connect.add_octets(ElementCode::USER_USER, b"\x04yes");
    let anm = isup::backward::anm(&q931::backward::from_connect(&connect));
    assert_eq!(anm.find::<ss7::ConnectedNumber>().expect("there").digits.to_string(), "4930999");
    let heard = q931::backward::connect(&isup::backward::from_answer(anm));
    for code in [ElementCode::CONNECTED_SUBADDRESS, ElementCode::USER_USER] {
        let (before, after) = both(&connect, &heard, code);
        assert_eq!(before, after, "{code}");
    }
    assert_eq!(heard.find::<dss1::ConnectedNumber>().expect("there").digits, "4930999");
}

#[test]
fn a_cause_passes_with_its_location_and_diagnostics_and_with_the_users_last_word() {
    let mut cause = dss1::CauseIndicators::new(Location::USER, Cause::CALL_REJECTED);
    cause.diagnostics = vec![0x80 | 4];
    let mut disconnect = dss1(MessageType::DISCONNECT).with(cause.clone());
    disconnect.add_octets(ElementCode::USER_USER, b"\x04bye");
    let rel = isup::backward::rel(&q931::backward::from_clearing(&disconnect));
    let heard = q931::backward::clearing(&isup::backward::from_rel(rel));
    assert_eq!(heard.find::<dss1::CauseIndicators>(), Some(cause));
    assert_eq!(heard.octets(ElementCode::USER_USER), Some(&b"\x04bye"[..]));
}

#[test]
fn progress_indicators_pass_as_they_came_and_in_band_information_is_told_once() {
    let location = Location::PRIVATE_REMOTE;
    let alerting = dss1(MessageType::ALERTING)
        .with(dss1::ProgressIndicator::new(location, dss1::ProgressDescription::DESTINATION_NOT_ISDN));
    let mut audible = alerting.clone();
    audible.add(&dss1::ProgressIndicator::new(location, dss1::ProgressDescription::IN_BAND));
    for (sent, count) in [(&alerting, 1), (&audible, 2)] {
        let progress = q931::backward::from_message(sent);
        assert_eq!(q931::backward::alerting(&progress).all::<dss1::ProgressIndicator>().count(), count);
        let acm = isup::backward::acm(&progress);
        assert!(!acm.find::<ss7::BackwardCallIndicators>().expect("mandatory").isdn_access);
        assert_eq!(acm.find::<ss7::AccessTransport>().expect("there").0.len(), 1);
        let heard = q931::backward::alerting(&isup::backward::from_acm(acm));
        assert_eq!(heard.all::<dss1::ProgressIndicator>().count(), count);
    }
}

#[test]
fn a_notification_passes_and_the_one_that_is_numbered_differently_keeps_its_meaning() {
    for (indicator, number) in [
        (dss1::NotificationIndicator::REMOTE_HOLD, 121),
        (dss1::NotificationIndicator::CONFERENCE_ESTABLISHED, 66),
        (dss1::NotificationIndicator::CALL_COMPLETION_DELAY, 4),
    ] {
        let code = q931::backward::from_notify(&dss1(MessageType::NOTIFY).with(indicator)).expect("it tells one");
        let cpg = isup::backward::notice_cpg(&hub::Notice { code, isup: None });
        let notices = cpg.find::<ss7::GenericNotificationIndicator>().expect("there");
        assert_eq!(notices.0, [ss7::Notification(number)]);
        let heard = isup::backward::notice(cpg).expect("a service sent it");
        assert_eq!(q931::backward::notify_of(&heard).find(), Some(indicator));
    }
}

#[test]
fn an_emergency_is_a_subscriber_with_priority_in_isup_and_iam_of_ieps_is_one() {
    let wanted = hub::Setup { emergency: true, ..hub::Setup::unknown("112".into()) };
    let mut iam = isup::iam::message(&wanted, false).expect("digits");
    assert_eq!(iam.find::<ss7::CallingPartysCategory>(), Some(ss7::CallingPartysCategory::PRIORITY));
    let categories = [
        (ss7::CallingPartysCategory::PRIORITY, true),
        (ss7::CallingPartysCategory::EMERGENCY_PREFERENCE, true),
        (ss7::CallingPartysCategory::ORDINARY, false),
    ];
    for (category, emergency) in categories {
        iam.set(&category);
        assert_eq!(isup::iam::setup(&iam).expect("it asks for a call").emergency, emergency, "{category}");
    }
}
