//! The codec against foreign vectors and tables: octets that other implementations made, decoded by
//! another dissector, and the shape of every message as other implementations have it.
//!
//! The shared folder is found through SPANGATE_SHARED, else beside the repository; when it is
//! absent each test says so. `codec_vectors.rs` covers the same ground with vectors of its own.

use isup::cause::{Cause, Location};
use isup::codec::table::ITU;
use isup::codec::*;
use serde_json::Value;
use std::path::PathBuf;

/// A file of the shared folder, or `None` with a line that says what is skipped.
fn shared(what: &str, file: &str) -> Option<Value> {
    let folder = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join("spec").join(file)) else {
        println!("skipped: {what}: shared folder absent");
        return None;
    };
    Some(serde_json::from_str(&text).expect("the shared files were checked to be JSON"))
}

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// All vectors: id, octets from the circuit identification code on, the recorded foreign decode.
fn vectors(what: &str) -> Vec<(String, Vec<u8>, Value)> {
    let Some(file) = shared(what, "isup_vectors.json") else { return Vec::new() };
    let vectors = file["vectors"].as_array().expect("an array").iter();
    vectors.map(|v| (text(&v["id"]).to_owned(), octets(text(&v["hex"])), v["tshark_isup"].clone())).collect()
}

#[test]
fn every_foreign_vector_decodes_and_encodes_to_the_same_octets() {
    for (id, octets, _) in vectors("foreign vectors") {
        let (cic, message) = decode_with_cic(&octets).unwrap_or_else(|error| panic!("{id}: {error}"));
        let mut again = Vec::new();
        encode_with_cic(cic, &message, &mut again).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(again, octets, "{id}: {message}");
    }
}

#[test]
fn every_foreign_vector_has_the_circuit_and_type_that_the_other_dissector_saw() {
    for (id, octets, decode) in vectors("foreign circuits and types") {
        let (cic, message) = decode_with_cic(&octets).expect("see the test before");
        if let Some(recorded) = decode["isup.cic"].as_str() {
            assert_eq!(cic.0.to_string(), recorded, "{id}");
        }
        if let Some(recorded) = decode["isup.message_type"].as_str() {
            assert_eq!(message.kind.0.to_string(), recorded, "{id}");
        }
    }
}

/// The first value of a field anywhere in the recorded decode.
fn field<'a>(decode: &'a Value, name: &str) -> Option<&'a str> {
    let object = decode.as_object()?;
    object.get(name).and_then(Value::as_str).or_else(|| object.values().find_map(|inner| field(inner, name)))
}

#[test]
fn every_foreign_vector_has_the_numbers_and_causes_that_the_other_dissector_saw() {
    let vectors = vectors("foreign numbers and causes");
    let (mut numbers, mut causes) = (0, 0);
    for (id, octets, decode) in &vectors {
        let (_, message) = decode_with_cic(octets).expect("see the first test");
        if let (Some(number), Some(digits)) = (message.find::<CalledPartyNumber>(), field(decode, "isup.called")) {
            assert_eq!(number.digits.to_string(), digits, "{id}");
            numbers += 1;
        }
        if let (Some(number), Some(digits)) = (message.find::<CallingPartyNumber>(), field(decode, "isup.calling")) {
            assert_eq!(number.digits.to_string(), digits, "{id}");
            numbers += 1;
        }
        if let (Some(cause), Some(code)) = (message.find::<CauseIndicators>(), field(decode, "isup.cause_indicator")) {
            assert_eq!(cause.cause.0.to_string(), code, "{id}");
            let location = field(decode, "q931.cause_location").expect("a cause has a location");
            assert_eq!(cause.location, Location(location.parse().expect("a number")), "{id}");
            causes += 1;
        }
    }
    assert!(vectors.is_empty() || (numbers >= 10 && causes >= 5), "{numbers} numbers, {causes} causes compared");
}

/// A field of the recorded decode beside the same field of ours.
type Reading = (&'static str, fn(&Message) -> Option<u8>);

const READINGS: &[Reading] = &[
    ("isup.satellite_indicator", |m| Some(m.find::<NatureOfConnectionIndicators>()?.satellites.0)),
    ("isup.continuity_check_indicator", |m| Some(m.find::<NatureOfConnectionIndicators>()?.continuity_check.0)),
    ("isup.forw_call_interworking_indicator", |m| Some(m.find::<ForwardCallIndicators>()?.interworking.into())),
    ("isup.forw_call_isdn_user_part_indicator", |m| Some(m.find::<ForwardCallIndicators>()?.isdn_user_part.into())),
    ("isup.forw_call_preferences_indicator", |m| Some(m.find::<ForwardCallIndicators>()?.preference.0)),
    ("isup.forw_call_isdn_access_indicator", |m| Some(m.find::<ForwardCallIndicators>()?.isdn_access.into())),
    ("isup.calling_partys_category", |m| Some(m.find::<CallingPartysCategory>()?.0)),
    ("isup.transmission_medium_requirement", |m| Some(m.find::<TransmissionMediumRequirement>()?.0)),
    ("isup.called_party_nature_of_address_indicator", |m| Some(m.find::<CalledPartyNumber>()?.nature.0)),
    ("isup.inn_indicator", |m| Some(m.find::<CalledPartyNumber>()?.internal_network_number.0)),
    ("isup.charge_indicator", |m| Some(m.find::<BackwardCallIndicators>()?.charge.0)),
    ("isup.called_partys_status_indicator", |m| Some(m.find::<BackwardCallIndicators>()?.called_partys_status.0)),
    ("isup.called_partys_category_indicator", |m| Some(m.find::<BackwardCallIndicators>()?.called_partys_category.0)),
    ("isup.event_ind", |m| Some(m.find::<EventInformation>()?.event.0)),
    ("isup.cgs_message_type", |m| Some(m.find::<CircuitGroupSupervisionMessageType>()?.supervision.0)),
    ("isup.range_indicator", |m| u8::try_from(m.find::<RangeAndStatus>()?.circuits()).ok()),
    ("isup.hop_counter", |m| Some(m.find::<HopCounter>()?.hops)),
];

/// A number as that dissector prints it, decimal or hexadecimal.
fn number(text: &str) -> Option<u8> {
    text.strip_prefix("0x")
        .map_or_else(|| text.parse().ok(), |hex| u8::from_str_radix(hex.trim_start_matches('0'), 16).ok().or(Some(0)))
}

#[test]
fn every_foreign_vector_has_the_indicators_that_the_other_dissector_saw() {
    let vectors = vectors("foreign indicators");
    for (name, read) in READINGS {
        let mut compared = 0;
        for (id, octets, decode) in &vectors {
            let (_, message) = decode_with_cic(octets).expect("see the first test");
            let Some((ours, theirs)) = read(&message).zip(field(decode, name)) else { continue };
            assert_eq!(Some(ours), number(theirs), "{id}: {name} {theirs}: {message}");
            compared += 1;
        }
        assert!(vectors.is_empty() || compared > 0, "no vector has {name}");
    }
}

/// Where a foreign sender fills in what the standard fills with 0, or adds octets to a layout: the
/// message keeps that, its typed view says the same in the standard's form.
const KEPT_ONLY_BY_THE_MESSAGE: &[(&str, ParameterCode, &[u8])] = &[
    // The unused half octet after eleven digits is 1.
    ("hepgen_IAM", ParameterCode::CALLING_PARTY_NUMBER, &[0x83, 0x13, 0x98, 0x26, 0x48, 0x22, 0x46, 0x09]),
];

/// Parameters that end in the middle: a code with its instruction missing.
const MALFORMED_WITHIN: &[(&str, ParameterCode)] = &[
    ("jss7_UPA_1", ParameterCode::PARAMETER_COMPATIBILITY_INFORMATION),
    ("jss7_UPT_1", ParameterCode::PARAMETER_COMPATIBILITY_INFORMATION),
];

#[test]
fn every_parameter_of_every_foreign_vector_keeps_its_octets_through_its_type() {
    for (id, octets, _) in vectors("foreign parameters") {
        let (_, message) = decode_with_cic(&octets).expect("see the first test");
        for (code, contents) in message.parameters() {
            let Some(view) = View::of(code) else { continue };
            let again = match view.recode(contents) {
                Ok(again) => again,
                Err(error) => {
                    assert!(MALFORMED_WITHIN.contains(&(&*id, code)), "{id}: {code}: {error}");
                    continue;
                }
            };
            match KEPT_ONLY_BY_THE_MESSAGE.iter().find(|(each, parameter, _)| (*each, *parameter) == (&*id, code)) {
                Some((_, _, canonical)) => assert_eq!(&again, canonical, "{id}: {code}"),
                None => assert_eq!(again, contents, "{id}: {code}: {message}"),
            }
        }
    }
}

/// The names that the table of message structures uses for mandatory parameters.
fn mandatory_code(name: &str) -> ParameterCode {
    match name {
        "NatureConnectionInd" => ParameterCode::NATURE_OF_CONNECTION_INDICATORS,
        "ForwardCallInd" => ParameterCode::FORWARD_CALL_INDICATORS,
        "CallingPartyCat" => ParameterCode::CALLING_PARTYS_CATEGORY,
        "TransmissionMediumReq" => ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT,
        "CalledPartyNum" => ParameterCode::CALLED_PARTY_NUMBER,
        "SubsequentNum" => ParameterCode::SUBSEQUENT_NUMBER,
        "InformationReqInd" => ParameterCode::INFORMATION_REQUEST_INDICATORS,
        "InformationInd" => ParameterCode::INFORMATION_INDICATORS,
        "ContinuityInd" => ParameterCode::CONTINUITY_INDICATORS,
        "BackwardCallInd" => ParameterCode::BACKWARD_CALL_INDICATORS,
        "CauseInd" => ParameterCode::CAUSE_INDICATORS,
        "SuspendResumeInd" => ParameterCode::SUSPEND_RESUME_INDICATORS,
        "RangeStatus" => ParameterCode::RANGE_AND_STATUS,
        "CircuitGroupSupervis" => ParameterCode::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE,
        "FacilityInd" => ParameterCode::FACILITY_INDICATOR,
        "CircuitStateInd" => ParameterCode::CIRCUIT_STATE_INDICATOR,
        "EventInfo" => ParameterCode::EVENT_INFORMATION,
        "UserToUserInfo" => ParameterCode::USER_TO_USER_INFORMATION,
        other => panic!("{other} is mandatory somewhere and has no name here"),
    }
}

#[test]
fn every_message_has_the_parameters_that_other_implementations_give_it() {
    let Some(file) = shared("message structures", "isup_message_structure.json") else { return };
    let mut compared = 0;
    for message in file["messages"].as_array().expect("an array") {
        let reference = &message["pycrate"];
        if reference.is_null() {
            continue;
        }
        let kind = MessageType(message["code"].as_u64().expect("a code") as u8);
        let format = ITU.format(kind).unwrap_or_else(|| panic!("{kind} is missing"));
        let names = |part: &str| -> Vec<ParameterCode> {
            reference[part].as_array().expect("an array").iter().map(|name| mandatory_code(text(name))).collect()
        };
        assert_eq!(format.fixed.iter().map(|fixed| fixed.code).collect::<Vec<_>>(), names("fixed"), "{kind}");
        assert_eq!(format.variable.iter().map(|variable| variable.code).collect::<Vec<_>>(), names("var"), "{kind}");
        let optional = reference["opt"].as_array().expect("an array");
        assert_eq!(format.optional, !optional.is_empty(), "{kind}");
        compared += 1;
    }
    // The contents of CRG are a national matter.
    assert_eq!(compared + 1, ITU.formats.len(), "a row of ours has no counterpart");
}

#[test]
fn every_code_that_two_implementations_know_has_a_name() {
    if let Some(file) = shared("message types", "isup_message_types.json") {
        for each in file["types"].as_array().expect("an array") {
            let kind = MessageType(each["code"].as_u64().expect("a code") as u8);
            let itu = kind.0 < 0xe0;
            assert!(!itu || kind.name().is_some(), "{kind}: {each}");
        }
    }
    if let Some(file) = shared("parameter codes", "isup_parameters.json") {
        for each in file["params"].as_array().expect("an array") {
            let code = ParameterCode(each["code"].as_u64().expect("a code") as u8);
            let unused = each["wireshark_itu"] == "Not used" && each["pycrate"].is_null() && each["openss7"].is_null();
            assert!(unused || code.name().is_some(), "{code}: {each}");
        }
    }
}

#[test]
fn exactly_the_causes_and_locations_that_q850_assigns_have_words() {
    let Some(file) = shared("causes", "q850_causes.json") else { return };
    for each in file["causes"].as_array().expect("an array") {
        let cause = Cause(each["value"].as_u64().expect("a cause") as u8);
        // 0 is a dissector's name for having no cause yet.
        let assigned = each["isup_ws"] != "Unassigned" && cause.0 != 0;
        assert_eq!(cause.words().is_some(), assigned, "{}: {cause}", cause.0);
    }
    for (value, words) in file["location"].as_object().expect("an object") {
        let location = Location(value.parse().expect("a location"));
        assert_eq!(location.words().is_some(), words != "Unallocated code", "{location}");
    }
}

/// The layouts that are bits throughout, and numbers, by the names that the layout file uses.
const LAYOUTS: &[(&str, ParameterCode)] = &[
    ("AccessDeliveryInfo", ParameterCode::ACCESS_DELIVERY_INFORMATION),
    ("BackwardCallInd", ParameterCode::BACKWARD_CALL_INDICATORS),
    ("BackwardGVNS", ParameterCode::BACKWARD_GVNS),
    ("CCNRPossibleInd", ParameterCode::CCNR_POSSIBLE_INDICATOR),
    ("CCSS", ParameterCode::CCSS),
    ("CallDiversionInfo", ParameterCode::CALL_DIVERSION_INFORMATION),
    ("CallDiversionTreatmentInd", ParameterCode::CALL_DIVERSION_TREATMENT_INDICATORS),
    ("CallOfferingTreatmentInd", ParameterCode::CALL_OFFERING_TREATMENT_INDICATORS),
    ("CallReference", ParameterCode::CALL_REFERENCE),
    ("CallTransferNum", ParameterCode::CALL_TRANSFER_NUMBER),
    ("CalledDirectoryNum", ParameterCode::CALLED_DIRECTORY_NUMBER),
    ("CalledINNum", ParameterCode::CALLED_IN_NUMBER),
    ("CalledPartyNum", ParameterCode::CALLED_PARTY_NUMBER),
    ("CallingPartyNum", ParameterCode::CALLING_PARTY_NUMBER),
    ("CircuitAssignMap", ParameterCode::CIRCUIT_ASSIGNMENT_MAP),
    ("CircuitGroupSupervis", ParameterCode::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE),
    ("ClosedUserGroupInterlockCode", ParameterCode::CLOSED_USER_GROUP_INTERLOCK_CODE),
    ("CollectCallReq", ParameterCode::COLLECT_CALL_REQUEST),
    ("ConferenceTreatmentInd", ParameterCode::CONFERENCE_TREATMENT_INDICATORS),
    ("ConnectedNum", ParameterCode::CONNECTED_NUMBER),
    ("ConnectionReq", ParameterCode::CONNECTION_REQUEST),
    ("ContinuityInd", ParameterCode::CONTINUITY_INDICATORS),
    ("EchoControlInfo", ParameterCode::ECHO_CONTROL_INFORMATION),
    ("EventInfo", ParameterCode::EVENT_INFORMATION),
    ("ForwardCallInd", ParameterCode::FORWARD_CALL_INDICATORS),
    ("GenericNum", ParameterCode::GENERIC_NUMBER),
    ("HTRInfo", ParameterCode::HTR_INFORMATION),
    ("HopCounter", ParameterCode::HOP_COUNTER),
    ("InformationReqInd", ParameterCode::INFORMATION_REQUEST_INDICATORS),
    ("LocationNum", ParameterCode::LOCATION_NUMBER),
    ("LoopPreventionInd", ParameterCode::LOOP_PREVENTION_INDICATORS),
    ("MCIDReqInd", ParameterCode::MCID_REQUEST_INDICATORS),
    ("MCIDRespInd", ParameterCode::MCID_RESPONSE_INDICATORS),
    ("MLPPPrecedence", ParameterCode::MLPP_PRECEDENCE),
    ("NatureConnectionInd", ParameterCode::NATURE_OF_CONNECTION_INDICATORS),
    ("NetworkMgmtControls", ParameterCode::NETWORK_MANAGEMENT_CONTROLS),
    ("NetworkRoutingNum", ParameterCode::NETWORK_ROUTING_NUMBER),
    ("NumPortabilityForwardInfo", ParameterCode::NUMBER_PORTABILITY_FORWARD_INFORMATION),
    ("OptBackwardCallInd", ParameterCode::OPTIONAL_BACKWARD_CALL_INDICATORS),
    ("OptForwardCallInd", ParameterCode::OPTIONAL_FORWARD_CALL_INDICATORS),
    ("OriginalCalledINNum", ParameterCode::ORIGINAL_CALLED_IN_NUMBER),
    ("OriginalCalledNum", ParameterCode::ORIGINAL_CALLED_NUMBER),
    ("PivotCap", ParameterCode::PIVOT_CAPABILITY),
    ("PivotCounter", ParameterCode::PIVOT_COUNTER),
    ("PivotRoutingInd", ParameterCode::PIVOT_ROUTING_INDICATORS),
    ("QueryOnReleaseCap", ParameterCode::QUERY_ON_RELEASE_CAPABILITY),
    ("RedirectCap", ParameterCode::REDIRECT_CAPABILITY),
    ("RedirectCounter", ParameterCode::REDIRECT_COUNTER),
    ("RedirectNumRestriction", ParameterCode::REDIRECTION_NUMBER_RESTRICTION),
    ("RedirectStatus", ParameterCode::REDIRECT_STATUS),
    ("RedirectingNum", ParameterCode::REDIRECTING_NUMBER),
    ("RedirectionInfo", ParameterCode::REDIRECTION_INFORMATION),
    ("RedirectionNum", ParameterCode::REDIRECTION_NUMBER),
    ("SubsequentNum", ParameterCode::SUBSEQUENT_NUMBER),
    ("SuspendResumeInd", ParameterCode::SUSPEND_RESUME_INDICATORS),
    ("TransitNetworkSel", ParameterCode::TRANSIT_NETWORK_SELECTION),
    ("UIDActionInd", ParameterCode::UID_ACTION_INDICATORS),
    ("UIDCapInd", ParameterCode::UID_CAPABILITY_INDICATORS),
    ("UserToUserInd", ParameterCode::USER_TO_USER_INDICATORS),
];

/// Octets of zeros in which `bits` bits from bit `first` on are ones; bit 0 is the highest of the first octet.
fn field_of_ones(octets: usize, first: usize, bits: usize) -> Vec<u8> {
    let mut contents = vec![0; octets];
    (first..first + bits).for_each(|bit| contents[bit / 8] |= 0x80 >> (bit % 8));
    contents
}

#[test]
fn every_field_of_a_foreign_layout_changes_our_words_and_its_spare_bits_do_not() {
    let Some(file) = shared("bit layouts", "isup_param_layouts.json") else { return };
    for (name, code) in LAYOUTS {
        let view = View::of(*code).expect("a typed parameter");
        let fields = file["params"][name]["fields"].as_array().unwrap_or_else(|| panic!("{name} has no fields"));
        let bits = |field: &Value| field["bits"].as_u64().expect("a width") as usize;
        let total: usize = fields.iter().map(bits).sum();
        // One octet more holds the digits of a number.
        let octets = total / 8 + usize::from(fields.iter().any(|field| field["name"] == "Num"));
        let nothing = view.words(&vec![0; octets]).expect("zeros are well formed");
        let mut at = 0;
        for field in fields.iter().filter(|field| bits(field) > 0) {
            let words = view.words(&field_of_ones(octets, at, bits(field))).expect("any bits are well formed");
            match text(&field["name"]) {
                // The other dissector reads a number incomplete indicator here, as in a calling party number.
                "spare" if (*name, at) == ("GenericNum", 16) => assert_eq!(words, format!("{nothing}, incomplete")),
                "spare" | "ext" => assert_eq!(words, nothing, "{name}: bit {at} is spare"),
                // Reserved for national use: some are named here, some are not.
                "res" => {}
                field => assert_ne!(words, nothing, "{name}: {field} at bit {at}"),
            }
            at += bits(field);
        }
    }
}
