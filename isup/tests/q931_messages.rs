//! Messages of Q.931 octet for octet, written out by hand from its formats, what is refused, and
//! what 5.8 finds wrong.

use isup::cause::{Cause, Location};
use isup::q931::codec::table::{ITU, MAINTENANCE};
use isup::q931::codec::*;

type E = ElementCode;

const CALL: CallReference = CallReference::primary(1, Flag::FromOrigin);

/// Both ways: the message encodes to these octets, and these octets decode to the message.
#[track_caller]
fn is(message: Message, octets: &[u8]) {
    assert_eq!(encoded(&message), octets, "{message}");
    assert_eq!(Message::decode(octets), Ok(message));
}

#[track_caller]
fn encoded(message: &Message) -> Vec<u8> {
    let mut octets = Vec::new();
    message.encode(&mut octets).expect("it fits");
    octets
}

fn bearer() -> BearerCapability {
    BearerCapability::circuit(TransferCapability::SPEECH, Some(Layer1Protocol::G711_A_LAW))
}

fn called(digits: &str) -> CalledPartyNumber {
    CalledPartyNumber { kind: TypeOfNumber::NATIONAL, digits: digits.to_owned(), ..Default::default() }
}

#[test]
fn a_setup_has_its_elements_in_ascending_order_however_they_were_added() {
    let setup = Message::new(CALL, MessageType::SETUP)
        .with(called("600"))
        .with(ChannelIdentification::primary(3, true))
        .with(SendingComplete)
        .with(CallingPartyNumber { digits: "30".to_owned(), ..Default::default() })
        .with(bearer());
    let octets = [
        0x08, 0x02, 0x00, 0x01, 0x05, 0xa1, 0x04, 0x03, 0x80, 0x90, 0xa3, 0x18, 0x03, 0xa9, 0x83, 0x83, 0x6c, 0x03,
        0x81, 0x33, 0x30, 0x70, 0x04, 0xa1, 0x36, 0x30, 0x30,
    ];
    assert_eq!(setup.find::<CalledPartyNumber>(), Some(called("600")));
    assert_eq!(ITU.check(&setup, Direction::ToUser), []);
    is(setup, &octets);
}

#[test]
fn call_references_have_no_octet_one_or_two() {
    let information = |reference| Message::new(reference, MessageType::INFORMATION);
    is(information(CallReference::DUMMY), &[0x08, 0x00, 0x7b]);
    is(information(CallReference::basic(0x7f, Flag::FromOrigin)), &[0x08, 0x01, 0x7f, 0x7b]);
    is(information(CallReference::basic(1, Flag::ToOrigin)), &[0x08, 0x01, 0x81, 0x7b]);
    is(information(CallReference::primary(0x7fff, Flag::ToOrigin)), &[0x08, 0x02, 0xff, 0xff, 0x7b]);
    let global = CallReference::primary(0, Flag::ToOrigin);
    is(information(global), &[0x08, 0x02, 0x80, 0x00, 0x7b]);
    assert!(global.is_global() && !global.is_dummy() && !CallReference::DUMMY.is_global());
    assert_eq!(CALL.reversed(), CallReference::primary(1, Flag::ToOrigin));
    assert_ne!(CallReference::basic(1, Flag::FromOrigin), CALL, "one octet is answered by one");
}

#[test]
fn maintenance_messages_have_discriminators_of_their_own() {
    let service = |kind| {
        Message::new(CallReference::primary(0, Flag::FromOrigin), kind)
            .with(ChangeStatus { channel: true, status: NewStatus::OUT_OF_SERVICE })
            .with(ChannelIdentification::primary(7, true))
    };
    let elements = [0x01, 0x01, 0xc2, 0x18, 0x03, 0xa9, 0x83, 0x87];
    is(service(MessageType::SERVICE), &[&[0x03, 2, 0, 0, 0x0f], &elements[..]].concat());
    is(service(MessageType::NATIONAL_SERVICE), &[&[0x43, 2, 0, 0, 0x07], &elements[..]].concat());
    assert_eq!(MAINTENANCE.check(&service(MessageType::SERVICE_ACKNOWLEDGE), Direction::ToUser), []);
    let connect_acknowledge = Message::new(CALL, MessageType::CONNECT_ACKNOWLEDGE);
    assert_ne!(connect_acknowledge.kind, MessageType::SERVICE, "the same code of another discriminator");
}

#[test]
fn a_national_message_stands_behind_the_escape() {
    let kind = MessageType { family: MessageFamily::NationalEscape, code: 0x05 };
    is(Message::new(CALL, kind), &[0x08, 0x02, 0x00, 0x01, 0x00, 0x05]);
    assert_eq!(kind.to_string(), "NationalEscape message 0x05");
    assert_eq!(ITU.check(&Message::new(CALL, kind), Direction::ToUser), [Finding::UnknownMessage(kind)]);
}

/// Octets that are no message of ours, the octet at fault, and the fault.
const IGNORED: &[(&[u8], usize, Fault)] = &[
    (&[], 0, Fault::Truncated),
    (&[0x09, 1, 1, 0x05], 0, Fault::ProtocolDiscriminator(0x09)),
    (&[0x08], 1, Fault::Truncated),
    (&[0x08, 0x02, 0x00], 3, Fault::Truncated),
    (&[0x08, 0x02, 0x00, 0x01], 4, Fault::Truncated),
    (&[0x08, 0x02, 0x00, 0x01, 0x00], 5, Fault::Truncated),
    (&[0x08, 0x03, 0, 0, 1, 0x05], 1, Fault::CallReferenceLength(0x03)),
    (&[0x08, 0x0f, 0, 0, 1, 0x05], 1, Fault::CallReferenceLength(0x0f)),
    (&[0x08, 0x12, 0, 1, 0x05], 1, Fault::CallReferenceLength(0x12)),
];

#[test]
fn what_5_8_1_to_5_8_3_ignore_is_refused_at_the_octet_at_fault() {
    for (octets, offset, fault) in IGNORED {
        let error = Message::decode(octets).expect_err("no message");
        assert_eq!((error.offset, error.fault), (*offset, *fault), "{octets:02x?}");
    }
}

#[test]
fn a_message_is_bounded() {
    let mut octets = encoded(&Message::new(CALL, MessageType::FACILITY));
    octets.resize(MESSAGE_OCTETS_MAX, 0xa0);
    assert_eq!(encoded(&Message::decode(&octets).expect("as long as can be")), octets);
    octets.push(0xa0);
    let error = Message::decode(&octets).expect_err("too long");
    assert_eq!(error.fault, Fault::TooLong(MESSAGE_OCTETS_MAX + 1));

    let mut message = Message::new(CALL, MessageType::FACILITY);
    (0..9).for_each(|_| message.add(&Facility(vec![0; 255])));
    let mut out = vec![1];
    assert_eq!(message.encode(&mut out), Err(EncodeError::TooLong(5 + 9 * 257)));
    message.set_octets(E::FACILITY, &[0; 256]);
    assert_eq!(message.encode(&mut out), Err(EncodeError::Length { element: E::FACILITY, octets: 256 }));
    assert_eq!(out, [1], "what was there before stays");
}

/// SETUP; bearer; locking shift to 5; 0x1a; non-locking shift to 6; 0x7b; 0x32; non-locking shift
/// to 0; display.
const SHIFTED: &[u8] = &[
    0x08, 0x02, 0x00, 0x01, 0x05, 0x04, 0x02, 0x88, 0x90, 0x95, 0x1a, 0x01, 0x01, 0x9e, 0x7b, 0x01, 0x81, 0x32, 0x01,
    0x80, 0x98, 0x28, 0x01, 0x41,
];

#[test]
fn a_locking_shift_holds_to_the_end_and_a_non_locking_one_for_one_element() {
    let message = Message::decode(SHIFTED).expect("a message");
    let codes: Vec<_> = message.elements().map(|(code, _)| code).collect();
    assert_eq!(codes, [E::BEARER_CAPABILITY, E::CHARGING_ADVICE, E::CALL_APPEARANCE, E::PARTY_CATEGORY, E::DISPLAY]);
    assert_eq!(encoded(&message), SHIFTED);
    assert!(!message.has(E::INFORMATION_REQUEST), "0x32 of codeset 5 is not that of codeset 0");
}

#[test]
fn elements_added_to_shifted_ones_are_of_the_codeset_that_they_belong_to() {
    let mut message = Message::decode(SHIFTED).expect("a message");
    message.set(&ChannelIdentification::any());
    message.push(&DisplayInformation(b"B".to_vec()));
    message.push_octets(E { codeset: 5, identifier: 0x33 }, &[]);
    message.remove(E::CALL_APPEARANCE);
    let expected = [
        &SHIFTED[..9],
        &[0x18, 0x01, 0xa3],
        &[0x95, 0x1a, 0x01, 0x01, 0x32, 0x01, 0x80, 0x98, 0x28, 0x01, 0x41],
        &[0x98, 0x28, 0x01, 0x42, 0x33, 0x00],
    ];
    assert_eq!(encoded(&message), expected.concat());
    message.set(&DisplayInformation(b"C".to_vec()));
    let displays: Vec<_> = message.all::<DisplayInformation>().map(|each| each.expect("text").text()).collect();
    assert_eq!(displays, ["C", "B"], "the first is replaced where it stood");
}

#[test]
fn nothing_comes_between_a_repeat_indicator_and_what_it_repeats() {
    let mut message = Message::new(CALL, MessageType::SETUP).with(bearer());
    message.push(&RepeatIndicator::PRIORITIZED);
    message.push(&LowLayerCompatibility(bearer()));
    message.push(&LowLayerCompatibility(bearer()));
    message.add(&called("6"));
    let codes: Vec<_> = message.elements().map(|(code, _)| code).collect();
    let llc = E::LOW_LAYER_COMPATIBILITY;
    assert_eq!(codes, [E::BEARER_CAPABILITY, E::CALLED_PARTY_NUMBER, E::REPEAT_INDICATOR, llc, llc]);
    assert_eq!(ITU.check(&message, Direction::ToNetwork), []);
}

#[test]
fn an_element_longer_than_its_message_is_kept_and_found() {
    let octets = [0x08, 0x01, 0x01, 0x45, 0x1e, 0x02, 0x82, 0x88, 0x28, 0x05, 0x41];
    let message = Message::decode(&octets).expect("a message");
    assert_eq!(message.rest(), [0x28, 0x05, 0x41]);
    assert_eq!(encoded(&message), octets);
    let findings = ITU.check(&message, Direction::ToUser);
    assert_eq!(findings, [Finding::OptionalContents(E::DISPLAY), Finding::Missing(E::CAUSE)]);
    let torn_cause = Message::decode(&[0x08, 0x01, 0x01, 0x45, 0x08]).expect("a message");
    assert_eq!(ITU.check(&torn_cause, Direction::ToUser), [Finding::MandatoryContents(E::CAUSE)]);
}

#[test]
fn a_message_says_itself_in_words() {
    let message = Message::new(CALL.reversed(), MessageType::RELEASE)
        .with(CauseIndicators::new(Location::USER, Cause::USER_BUSY))
        .with(MoreData);
    assert_eq!(message.to_string(), "RELEASE, call 1 to its origin (More data; Cause: 17 user busy, user)");
    let shifted = Message::decode(&[8, 0, 0x41, 0x9d, 0x33, 1, 2, 0x77]).expect("a message");
    assert_eq!(shifted.to_string(), "message 0x41, no call (element 0x33 of codeset 5: 02) + 77");
}

/// Clause of 5.8, a message without its header, towards the user, and what is found.
const ERRORS: &[(&str, &[u8], &[Finding])] = &[
    ("5.8.4", &[0x41], &[Finding::UnknownMessage(MessageType { family: MessageFamily::CallControl, code: 0x41 })]),
    ("5.8.5.1", &[0x7d, 0x14, 1, 1, 8, 2, 0x80, 0x90], &[Finding::OutOfOrder(E::CAUSE)]),
    ("5.8.5.2", &[0x7d, 8, 2, 0x80, 0x90, 0x14, 1, 1, 0x14, 1, 2], &[Finding::Repeated(E::CALL_STATE)]),
    ("5.8.6.1", &[0x05, 0x18, 1, 0xa3], &[Finding::Missing(E::BEARER_CAPABILITY)]),
    (
        "5.8.6.1 to the user, who is told the channel",
        &[0x05, 4, 2, 0x88, 0x90],
        &[Finding::Missing(E::CHANNEL_IDENTIFICATION)],
    ),
    (
        "5.8.6.1 by 5.8.7.1",
        &[0x45, 8, 2, 0x80, 0x90, 0x0e, 0],
        &[Finding::NotComprehended(E { codeset: 0, identifier: 0x0e })],
    ),
    ("5.8.6.2", &[0x45, 8, 1, 0x80], &[Finding::MandatoryContents(E::CAUSE)]),
    (
        "5.8.7.1",
        &[0x45, 8, 2, 0x80, 0x90, 0x9d, 0x60, 1, 0],
        &[Finding::Unrecognized(E { codeset: 5, identifier: 0x60 })],
    ),
    ("5.8.7.2", &[0x45, 8, 2, 0x80, 0x90, 0x1e, 1, 0x80], &[Finding::OptionalContents(E::PROGRESS_INDICATOR)]),
    ("5.8.7.3", &[0x45, 8, 2, 0x80, 0x90, 0x70, 1, 0x80], &[Finding::Unexpected(E::CALLED_PARTY_NUMBER)]),
];

#[test]
fn each_error_of_5_8_is_found_and_has_its_cause() {
    for (clause, octets, expected) in ERRORS {
        let message = Message::decode(&[&[0x08, 0x01, 0x01], *octets].concat()).expect("a message");
        let findings = ITU.check(&message, Direction::ToUser);
        assert_eq!(findings, *expected, "{clause}: {message}");
    }
}

#[test]
fn a_finding_knows_its_cause_its_diagnostics_and_whether_it_forbids_to_act() {
    let is = |finding: Finding, cause, forbids, diagnostics: &[u8]| {
        let mut octets = Vec::new();
        finding.push_diagnostics(&mut octets);
        assert_eq!((finding.cause(), finding.forbids()), (cause, forbids), "{finding}");
        assert_eq!(octets, diagnostics, "{finding}");
    };
    let kind = MessageType { family: MessageFamily::CallControl, code: 0x41 };
    is(Finding::UnknownMessage(kind), Some(Cause(97)), true, &[0x41]);
    is(Finding::Missing(E::CAUSE), Some(Cause(96)), true, &[0x08]);
    is(Finding::NotComprehended(E::CONNECTED_ADDRESS), Some(Cause(96)), true, &[0x0c]);
    is(Finding::MandatoryContents(E::CAUSE), Some(Cause(100)), true, &[0x08]);
    is(Finding::OptionalContents(E::DISPLAY), Some(Cause(100)), false, &[0x28]);
    is(Finding::Unrecognized(E { codeset: 5, identifier: 0x60 }), Some(Cause(99)), false, &[0x9d, 0x60]);
    is(Finding::Unexpected(E::SIGNAL), Some(Cause(99)), false, &[0x34]);
    is(Finding::Repeated(E::CAUSE), None, false, &[0x08]);
    is(Finding::OutOfOrder(E::CAUSE), None, false, &[0x08]);
}

#[test]
fn a_display_to_the_network_is_not_expected_there() {
    let message = Message::new(CALL, MessageType::STATUS_ENQUIRY).with(DisplayInformation(b"A".to_vec()));
    assert_eq!(ITU.check(&message, Direction::ToUser), []);
    assert_eq!(ITU.check(&message, Direction::ToNetwork), [Finding::Unexpected(E::DISPLAY)]);
}
