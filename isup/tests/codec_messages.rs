//! Messages octet for octet, written out by hand from the formats of Q.763, and what is refused.

use isup::cause::{Cause, Location};
use isup::codec::*;

/// Both ways: the message encodes to these octets, and these octets decode to the message.
#[track_caller]
fn is(message: Message, octets: &[u8]) {
    let mut encoded = Vec::new();
    message.encode(&mut encoded).expect("a complete message");
    assert_eq!(encoded, octets, "{message}");
    assert_eq!(Message::decode(octets), Ok(message));
}

fn initial_address() -> Message {
    Message::new(MessageType::IAM)
        .with(NatureOfConnectionIndicators { satellites: Satellites::ONE, echo_control: true, ..Default::default() })
        .with(ForwardCallIndicators {
            isdn_user_part: true,
            preference: IsdnUserPartPreference::NOT_REQUIRED,
            isdn_access: true,
            ..Default::default()
        })
        .with(CallingPartysCategory::ORDINARY)
        .with(TransmissionMediumRequirement::AUDIO)
        .with(CalledPartyNumber {
            nature: NatureOfAddress::NATIONAL,
            digits: "600".parse().expect("digits"),
            ..Default::default()
        })
}

#[test]
fn iam_has_four_fixed_parameters_one_variable_and_an_optional_part() {
    let calling = CallingPartyNumber {
        nature: NatureOfAddress::INTERNATIONAL,
        presentation: Presentation::RESTRICTED,
        screening: Screening::NETWORK,
        digits: "4930123456".parse().expect("digits"),
        ..Default::default()
    };
    is(
        initial_address().with(calling),
        &[
            0x01, 0x11, 0x60, 0x01, 0x0a, 0x03, // type and fixed part
            0x02, 0x06, // pointers: called party number, optional part
            0x04, 0x83, 0x10, 0x06, 0x00, // three digits: odd, national
            0x0a, 0x07, 0x04, 0x17, 0x94, 0x03, 0x21, 0x43, 0x65, // ten digits: even, international
            0x00,
        ],
    );
}

#[test]
fn an_empty_optional_part_is_a_pointer_of_zero() {
    is(initial_address(), &[0x01, 0x11, 0x60, 0x01, 0x0a, 0x03, 0x02, 0x00, 0x04, 0x83, 0x10, 0x06, 0x00]);
    is(Message::new(MessageType::ANM), &[0x09, 0x00]);
    is(Message::new(MessageType::RLC), &[0x10, 0x00]);
    is(Message::new(MessageType::UPT), &[0x34, 0x00]);
}

#[test]
fn sam_carries_digits_and_st() {
    let number = SubsequentNumber { digits: "5F".parse().expect("digits"), ..Default::default() };
    is(Message::new(MessageType::SAM).with(number), &[0x02, 0x02, 0x00, 0x02, 0x00, 0xf5]);
}

fn backward_call_indicators() -> BackwardCallIndicators {
    BackwardCallIndicators {
        charge: Charge::CHARGE,
        called_partys_status: CalledPartysStatus::SUBSCRIBER_FREE,
        called_partys_category: CalledPartysCategory::ORDINARY,
        isdn_user_part: true,
        isdn_access: true,
        ..Default::default()
    }
}

#[test]
fn acm_and_con_say_how_far_the_call_has_come() {
    let in_band = OptionalBackwardCallIndicators { in_band_information: true, ..Default::default() };
    is(
        Message::new(MessageType::ACM).with(backward_call_indicators()).with(in_band),
        &[0x06, 0x16, 0x14, 0x01, 0x29, 0x01, 0x01, 0x00],
    );
    is(Message::new(MessageType::CON).with(backward_call_indicators()), &[0x07, 0x16, 0x14, 0x00]);
}

#[test]
fn cpg_names_an_event_that_may_be_restricted() {
    let alerting = EventInformation { event: Event::ALERTING, presentation_restricted: true, spare: 0 };
    is(Message::new(MessageType::CPG).with(alerting), &[0x2c, 0x81, 0x00]);
    is(Message::new(MessageType::CPG).with(EventInformation::new(Event::PROGRESS)), &[0x2c, 0x02, 0x00]);
}

#[test]
fn rel_rlc_and_cfn_carry_a_cause() {
    let clearing = CauseIndicators::new(Location::PUBLIC_LOCAL, Cause::NORMAL_CLEARING);
    is(Message::new(MessageType::REL).with(clearing), &[0x0c, 0x02, 0x00, 0x02, 0x82, 0x90]);
    let refused = CauseIndicators::new(Location::USER, Cause::NO_CIRCUIT_AVAILABLE);
    is(Message::new(MessageType::RLC).with(refused), &[0x10, 0x01, 0x12, 0x02, 0x80, 0xa2, 0x00]);
    let unknown = CauseIndicators {
        diagnostics: vec![0xf4],
        ..CauseIndicators::new(Location::TRANSIT, Cause::PARAMETER_NON_EXISTENT)
    };
    is(Message::new(MessageType::CFN).with(unknown), &[0x2f, 0x02, 0x00, 0x03, 0x83, 0xe3, 0xf4]);
    let of_another_recommendation = CauseIndicators {
        recommendation: Some(3),
        ..CauseIndicators::new(Location::BEYOND_INTERWORKING, Cause::INTERWORKING)
    };
    is(Message::new(MessageType::REL).with(of_another_recommendation), &[0x0c, 0x02, 0x00, 0x03, 0x0a, 0x83, 0xff]);
}

#[test]
fn a_circuit_message_is_one_octet() {
    for kind in [
        MessageType::CCR,
        MessageType::RSC,
        MessageType::BLO,
        MessageType::UBL,
        MessageType::BLA,
        MessageType::UBA,
        MessageType::LPA,
        MessageType::UCIC,
        MessageType::OLM,
    ] {
        is(Message::new(kind), &[kind.0]);
    }
    let failed = ContinuityIndicators::default();
    is(Message::new(MessageType::COT).with(failed), &[0x05, 0x00]);
}

#[test]
fn group_messages_carry_a_range_and_a_status_bit_for_each_circuit() {
    is(Message::new(MessageType::GRS).with(RangeAndStatus::without_status(14)), &[0x17, 0x01, 0x01, 0x0e]);
    is(Message::new(MessageType::GRA).with(RangeAndStatus::with_status(14)), &[0x29, 0x01, 0x03, 0x0e, 0x00, 0x00]);
    let mut range = RangeAndStatus::with_status(14);
    for circuit in [0, 5, 14, 15] {
        range.mark(circuit);
    }
    assert!(range.is_set(5) && !range.is_set(6) && !range.is_set(15), "15 is beyond the range");
    assert_eq!(range.cics(Cic(17)).map(|cic| cic.0).collect::<Vec<_>>(), (17..=31).collect::<Vec<_>>());
    let hardware = CircuitGroupSupervisionMessageType::new(CircuitGroupSupervision::HARDWARE_FAILURE);
    for kind in [MessageType::CGB, MessageType::CGU, MessageType::CGBA, MessageType::CGUA] {
        let message = Message::new(kind).with(hardware).with(range.clone());
        is(message, &[kind.0, 0x01, 0x01, 0x03, 0x0e, 0x21, 0x40]);
    }
}

#[test]
fn cqr_has_two_variable_parts_and_no_optional_one() {
    let idle = CircuitState { call: CallProcessingState::IDLE, ..Default::default() };
    let states = CircuitStateIndicator(vec![idle, CircuitState::UNEQUIPPED]);
    is(
        Message::new(MessageType::CQR).with(RangeAndStatus::without_status(1)).with(states),
        &[0x2b, 0x02, 0x03, 0x01, 0x01, 0x02, 0x0c, 0x03],
    );
}

#[test]
fn frj_has_a_fixed_a_variable_and_an_optional_part() {
    is(
        Message::new(MessageType::FRJ)
            .with(FacilityIndicator::USER_TO_USER)
            .with(CauseIndicators::new(Location::USER, Cause::FACILITY_REJECTED))
            .with(UserToUserIndicators { response: true, service_1: 1, ..Default::default() }),
        &[0x21, 0x02, 0x02, 0x04, 0x02, 0x80, 0x9d, 0x2a, 0x01, 0x03, 0x00],
    );
    is(
        Message::new(MessageType::USR).with(UserToUserInformation(b"\x04hi".to_vec())),
        &[0x2d, 0x02, 0x00, 0x03, 0x04, 0x68, 0x69],
    );
}

#[test]
fn the_circuit_identification_code_comes_first_and_low_octet_first() {
    let mut octets = Vec::new();
    encode_with_cic(Cic(0x0b0c), &Message::new(MessageType::RSC), &mut octets).expect("an RSC is complete");
    assert_eq!(octets, [0x0c, 0x0b, 0x12]);
    assert_eq!(decode_with_cic(&octets), Ok((Cic(0x0b0c), Message::new(MessageType::RSC))));
    assert_eq!(decode_with_cic(&[0x0c, 0xfb, 0x12]).map(|(cic, _)| cic), Ok(Cic(0x0b0c)), "spare bits are dropped");
    assert_eq!(decode_with_cic(&[0x0c]).map_err(|error| error.fault), Err(Fault::Truncated));
}

#[track_caller]
fn survives(octets: &[u8]) -> Message {
    let message = Message::decode(octets).expect("to be accepted");
    let mut encoded = Vec::new();
    message.encode(&mut encoded).expect("what was decoded can be encoded");
    assert_eq!(encoded, octets);
    message
}

#[test]
fn unknown_messages_parameters_and_repetitions_survive() {
    let unknown = survives(&[0xf7, 0x01, 0xaa, 0xbb]);
    assert_eq!((unknown.kind.to_string(), unknown.rest()), ("message 0xf7".to_owned(), &[0x01, 0xaa, 0xbb][..]));
    let carried = survives(&[0x28, 0x0c, 0x02, 0x00, 0x02, 0x80, 0x90]);
    assert_eq!(carried.rest(), [0x0c, 0x02, 0x00, 0x02, 0x80, 0x90], "a pass-along message carries a message");
    let repeated = survives(&[0x09, 0x01, 0xdd, 0x02, 1, 2, 0x0d, 0x00, 0xdd, 0x01, 3, 0x00]);
    let codes: Vec<_> = repeated.parameters().map(|(code, octets)| (code.0, octets.len())).collect();
    assert_eq!(codes, [(0xdd, 2), (0x0d, 0), (0xdd, 1)]);
}

#[test]
fn a_second_cause_in_the_optional_part_stays_there() {
    let message = survives(&[0x0c, 0x02, 0x04, 0x02, 0x80, 0x90, 0x12, 0x02, 0x81, 0x91, 0x00]);
    let causes: Vec<_> = message.all::<CauseIndicators>().map(|cause| cause.map(|cause| cause.cause)).collect();
    assert_eq!(causes, [Ok(Cause::NORMAL_CLEARING), Ok(Cause::USER_BUSY)]);
}

#[test]
fn a_left_out_optional_pointer_is_tolerated_and_kept() {
    let confusion = survives(&[0x2f, 0x01, 0x02, 0x80, 0xe1]);
    let cause = confusion.find::<CauseIndicators>().expect("a cause");
    assert_eq!(cause.cause, Cause::MESSAGE_TYPE_NON_EXISTENT);
    survives(&[0x10]);
    survives(&[0x06, 0x16, 0x14]);
}

#[test]
fn an_optional_part_of_nothing_and_octets_after_the_end_survive() {
    assert_eq!(survives(&[0x09, 0x01, 0x00]).parameters().count(), 0);
    assert_eq!(survives(&[0x09, 0x00, 0x14, 0x5a]).rest(), [0x14, 0x5a]);
    assert_eq!(survives(&[0x12, 0xff]).rest(), [0xff]);
}

#[test]
fn a_parameter_may_be_added_to_a_message_that_left_its_pointer_out() {
    let mut release = Message::decode(&[0x10]).expect("tolerated");
    release.set(&CauseIndicators::new(Location::USER, Cause::NORMAL_CLEARING));
    let mut octets = Vec::new();
    release.encode(&mut octets).expect("complete");
    assert_eq!(octets, [0x10, 0x01, 0x12, 0x02, 0x80, 0x90, 0x00]);
}

#[test]
fn set_replaces_in_place_and_puts_mandatory_parameters_in_the_order_of_the_table() {
    let mut message = Message::new(MessageType::IAM);
    message.set(&HopCounter { hops: 5, spare: 0 });
    message.set(&TransmissionMediumRequirement::SPEECH);
    message.set(&NatureOfConnectionIndicators::default());
    message.set(&CalledPartyNumber::default());
    message.set(&CallingPartysCategory::ORDINARY);
    message.set(&ForwardCallIndicators::default());
    message.set(&TransmissionMediumRequirement::AUDIO);
    let codes: Vec<_> = message.parameters().map(|(code, _)| code.0).collect();
    assert_eq!(codes, [0x06, 0x07, 0x09, 0x02, 0x04, 0x3d]);
    assert_eq!(message.find(), Some(TransmissionMediumRequirement::AUDIO));
    message.remove(ParameterCode::HOP_COUNTER);
    assert!(!message.has(ParameterCode::HOP_COUNTER));
    assert_eq!(message.find::<HopCounter>(), None);
}

#[test]
fn several_generic_numbers_can_be_added_and_are_all_found() {
    let mut message = initial_address();
    for digits in ["1", "22"] {
        let digits = digits.parse().expect("digits");
        message.add(&GenericNumber { qualifier: NumberQualifier::ADDITIONAL_CALLING, digits, ..Default::default() });
    }
    let numbers = message.all::<GenericNumber>().map(|number| number.expect("just encoded").digits.to_string());
    assert_eq!(numbers.collect::<Vec<_>>(), ["1", "22"]);
}

#[track_caller]
fn refused(octets: &[u8], fault: Fault, parameter: Option<ParameterCode>, offset: usize) {
    assert_eq!(Message::decode(octets), Err(DecodeError { fault, parameter, offset }));
}

#[test]
fn octets_that_end_too_early_are_refused_with_the_place() {
    let truncated = Fault::Truncated;
    refused(&[], truncated, None, 0);
    refused(&[0x01, 0x00, 0x00], truncated, Some(ParameterCode::FORWARD_CALL_INDICATORS), 3);
    refused(&[0x0c, 0x02], truncated, None, 2);
    refused(&[0x0c, 0x02, 0x00], truncated, Some(ParameterCode::CAUSE_INDICATORS), 3);
    refused(&[0x0c, 0x02, 0x00, 0x03, 0x80, 0x90], truncated, Some(ParameterCode::CAUSE_INDICATORS), 6);
    refused(&[0x09, 0x01], truncated, None, 2);
    refused(&[0x09, 0x01, 0x0a, 0x07, 0x04], truncated, Some(ParameterCode::CALLING_PARTY_NUMBER), 5);
    refused(&[0x09, 0x01, 0x2c, 0x01, 0x80], truncated, None, 5);
}

#[test]
fn a_pointer_that_lies_is_refused_with_the_place() {
    let cause = Some(ParameterCode::CAUSE_INDICATORS);
    let pointer = |found, expected| Fault::Pointer { found, expected };
    refused(&[0x0c, 0x00, 0x00, 0x02, 0x80, 0x90], pointer(0, 2), cause, 1);
    refused(&[0x0c, 0x03, 0x00, 0x02, 0x80, 0x90], pointer(3, 2), cause, 1);
    refused(&[0x0c, 0xff, 0x00, 0x02, 0x80, 0x90], pointer(255, 2), cause, 1);
    refused(&[0x0c, 0x02, 0x01, 0x02, 0x80, 0x90], pointer(1, 4), None, 2);
    refused(&[0x0c, 0x02, 0x03, 0x02, 0x80, 0x90, 0x00], pointer(3, 4), None, 2);
    refused(&[0x0c, 0x02, 0x05, 0x02, 0x80, 0x90, 0x00, 0x00], pointer(5, 4), None, 2);
    refused(&[0x09, 0x02, 0x00, 0x00], pointer(2, 1), None, 1);
}

#[test]
fn a_mandatory_variable_part_shorter_or_longer_than_its_row_is_refused() {
    let range = Some(ParameterCode::RANGE_AND_STATUS);
    refused(&[0x17, 0x01, 0x00], Fault::Length { found: 0, min: 1, max: 33 }, range, 2);
    let mut long = vec![0x17, 0x01, 34];
    long.resize(3 + 34, 0);
    refused(&long, Fault::Length { found: 34, min: 1, max: 33 }, range, 2);
    refused(
        &[0x0c, 0x02, 0x00, 0x01, 0x80],
        Fault::Length { found: 1, min: 2, max: 255 },
        Some(ParameterCode::CAUSE_INDICATORS),
        3,
    );
}

#[test]
fn a_message_longer_than_a_signal_unit_is_refused_both_ways() {
    let mut octets = vec![0xf7; MESSAGE_OCTETS_MAX];
    let longest = Message::decode(&octets).expect("just fits");
    longest.encode(&mut Vec::new()).expect("just fits");
    octets.push(0);
    refused(&octets, Fault::TooLong(MESSAGE_OCTETS_MAX + 1), None, MESSAGE_OCTETS_MAX);
    let mut answer = Message::new(MessageType::ANM);
    answer.add(&UserToUserInformation(vec![0; 130]));
    answer.add(&UserToUserInformation(vec![0; 130]));
    let mut out = vec![7];
    assert_eq!(answer.encode(&mut out), Err(EncodeError::TooLong { kind: MessageType::ANM }));
    assert_eq!(out, [7], "what was there before stays, nothing is added");
}

#[test]
fn what_has_no_place_or_is_missing_is_refused_when_encoding() {
    let kind = MessageType::REL;
    let encode = |message: &Message| message.encode(&mut Vec::new());
    let parameter = ParameterCode::CAUSE_INDICATORS;
    assert_eq!(encode(&Message::new(kind)), Err(EncodeError::Missing { kind, parameter }));
    let kind = MessageType::RSC;
    let parameter = ParameterCode::HOP_COUNTER;
    let hops = Message::new(kind).with(HopCounter::default());
    assert_eq!(encode(&hops), Err(EncodeError::NoPlace { kind, parameter }));
    let kind = MessageType(0xf7);
    assert_eq!(encode(&Message::new(kind).with(HopCounter::default())), Err(EncodeError::NoPlace { kind, parameter }));
    let kind = MessageType::CPG;
    let parameter = ParameterCode::EVENT_INFORMATION;
    let mut progress = Message::new(kind);
    progress.set_octets(parameter, &[1, 2]);
    assert_eq!(encode(&progress), Err(EncodeError::Length { kind, parameter, octets: 2 }));
    let parameter = ParameterCode::USER_TO_USER_INFORMATION;
    let kind = MessageType::ANM;
    let long = Message::new(kind).with(UserToUserInformation(vec![0; 256]));
    assert_eq!(encode(&long), Err(EncodeError::Length { kind, parameter, octets: 256 }));
}

/// A variant in which an IAM has user service information as its first variable part instead of
/// a transmission medium requirement.
const VARIANT: table::Table = table::Table {
    cic_bits: 12,
    formats: &[table::Format {
        kind: MessageType::IAM,
        fixed: &[
            table::Fixed { code: ParameterCode::NATURE_OF_CONNECTION_INDICATORS, octets: 1 },
            table::Fixed { code: ParameterCode::FORWARD_CALL_INDICATORS, octets: 2 },
            table::Fixed { code: ParameterCode::CALLING_PARTYS_CATEGORY, octets: 1 },
        ],
        variable: &[
            table::Variable { code: ParameterCode::USER_SERVICE_INFORMATION, min: 2, max: 255 },
            table::Variable { code: ParameterCode::CALLED_PARTY_NUMBER, min: 2, max: 255 },
        ],
        optional: true,
    }],
};

#[test]
fn a_variant_is_another_table() {
    let speech = BearerCapability::circuit(TransferCapability::SPEECH, Some(Layer1Protocol::G711_MU_LAW));
    let mut message = initial_address().with(UserServiceInformation(speech));
    message.remove(ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT);
    let mut octets = Vec::new();
    message.encode_as(&VARIANT, &mut octets).expect("complete in this variant");
    let expected = [
        0x01, 0x11, 0x60, 0x01, 0x0a, // type and fixed part
        0x03, 0x06, 0x00, // pointers: bearer, called party number, no optional part
        0x03, 0x80, 0x90, 0xa2, 0x04, 0x83, 0x10, 0x06, 0x00,
    ];
    assert_eq!(octets, expected);
    let read = Message::decode_as(&VARIANT, &octets).expect("our own octets");
    assert_eq!(read.find(), message.find::<CalledPartyNumber>());
    assert_eq!(read.find(), message.find::<UserServiceInformation>());
    let beyond = Message::decode_as(&VARIANT, &[0x12]).expect("a type that the table lacks is octets");
    assert_eq!(beyond, Message::new(MessageType::RSC));
}

#[test]
fn a_parameter_that_is_there_but_wrong_says_so() {
    let mut message = Message::new(MessageType::ANM);
    assert_eq!(message.get::<HopCounter>(), None);
    message.set_octets(ParameterCode::HOP_COUNTER, &[]);
    let error = DecodeError { fault: Fault::Truncated, parameter: Some(ParameterCode::HOP_COUNTER), offset: 0 };
    assert_eq!(message.get::<HopCounter>(), Some(Err(error)));
    assert_eq!(message.find::<HopCounter>(), None);
}

#[test]
fn a_message_displays_in_one_line_of_words() {
    assert_eq!(
        initial_address().with(HopCounter { hops: 9, spare: 0 }).to_string(),
        "IAM (Nature of connection indicators: one satellite circuit, echo control; \
         Forward call indicators: isdn user part, ISDN user part not required all the way, isdn access; \
         Calling party's category: ordinary subscriber; Transmission medium requirement: 3.1 kHz audio; \
         Called party number: 600, national number, E.164; Hop counter: hops 9)"
    );
    let busy = CauseIndicators::new(Location::USER, Cause::USER_BUSY);
    assert_eq!(Message::new(MessageType::REL).with(busy).to_string(), "REL (Cause indicators: 17 user busy, user)");
    assert_eq!(Message::new(MessageType::RSC).to_string(), "RSC");
    assert_eq!(survives(&[0x31, 0xaa]).to_string(), "CRG + aa");
    assert_eq!(survives(&[0x09, 0x01, 0xdd, 0x02, 1, 2, 0x00]).to_string(), "ANM (parameter 0xdd: 0102)");
    let error = Message::decode(&[0x0c, 0x00, 0x00, 0x02]).expect_err("a lie");
    assert_eq!(error.to_string(), "peer sent a malformed message: octet 1 (Cause indicators): pointer 0 should be 2");
}

#[test]
fn digits_are_bounded_and_know_every_code() {
    let longest = "0123456789".repeat(DIGITS_MAX / 10);
    let mut digits: Digits = longest.parse().expect("just fits");
    assert_eq!((digits.to_string(), digits.len(), digits.is_odd()), (longest.clone(), DIGITS_MAX, false));
    assert_eq!(digits.push(1), Err(DigitsError::TooMany));
    assert_eq!(format!("{longest}1").parse::<Digits>(), Err(DigitsError::TooMany));
    assert_eq!("12+4".parse::<Digits>(), Err(DigitsError::Character('+')));
    let mut digits: Digits = "12BCF".parse().expect("digits");
    assert_eq!(digits.codes().collect::<Vec<_>>(), [1, 2, 11, 12, ST]);
    assert!(digits.has_st());
    assert_eq!(digits.without_st().to_string(), "12BC");
    digits.append(&"34".parse().expect("digits")).expect("room");
    assert_eq!(digits.to_string(), "12BCF34");
    assert!(!digits.has_st());
    assert_eq!(Digits::new().without_st(), Digits::default());
}

#[test]
fn a_number_of_too_many_or_an_odd_count_of_no_digits_is_refused() {
    let odd_of_none = CalledPartyNumber::decode(&[0x83, 0x10]);
    assert_eq!(odd_of_none.map_err(|error| (error.fault, error.offset)), Err((Fault::Digits, 2)));
    let mut long = vec![0x03, 0x10];
    long.resize(2 + DIGITS_MAX / 2, 0x11);
    assert_eq!(CalledPartyNumber::decode(&long).map(|number| number.digits.len()), Ok(DIGITS_MAX));
    long.push(0x11);
    assert_eq!(CalledPartyNumber::decode(&long).map_err(|error| error.fault), Err(Fault::Digits));
    assert_eq!(CalledPartyNumber::decode(&[0x03]).map_err(|error| error.fault), Err(Fault::Truncated));
}
