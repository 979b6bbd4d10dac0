//! The codec of Q.931 against foreign vectors and tables: octets that other implementations sent,
//! decoded by another dissector, and the code points that others know.
//!
//! The shared folder is found through SPANGATE_SHARED, else beside the repository; when it is
//! absent each test says so. `q931_messages.rs` and `q931_elements.rs` cover the same ground with
//! vectors of their own.

use isup::q931::codec::table::ITU;
use isup::q931::codec::*;
use serde_json::Value;
use std::path::PathBuf;

type E = ElementCode;

/// The text of a file of the shared folder, or `None` with a line that says what is skipped.
fn shared(what: &str, file: &str) -> Option<String> {
    let folder = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let text = std::fs::read_to_string(folder.join("spec").join(file)).ok();
    if text.is_none() {
        println!("skipped: {what}: shared folder absent");
    }
    text
}

fn json(what: &str, file: &str) -> Option<Value> {
    shared(what, file).map(|text| serde_json::from_str(&text).expect("the shared files were checked to be JSON"))
}

fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.chars().map(|digit| digit.to_digit(16).expect("hex") as u8).collect();
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("a string")
}

/// What an information frame of a data link carries: it has two octets of address and, unlike
/// frames that carry none, two of control of which the first is even.
fn carried(frame: &[u8]) -> Option<&[u8]> {
    match frame {
        [_, _, control, _, message @ ..] if control & 1 == 0 => Some(message),
        _ => None,
    }
}

/// The messages among the vectors: id, octets, the recorded foreign decode.
fn vectors(what: &str) -> Vec<(String, Vec<u8>, Value)> {
    let Some(file) = json(what, "q931_vectors.json") else { return Vec::new() };
    let all = file["vectors"].as_array().expect("an array");
    assert_eq!(all.len(), 33);
    let mut messages = Vec::new();
    for vector in all {
        let frame = octets(text(&vector["hex"]));
        let message = if vector["has_lapd"] == true { carried(&frame) } else { Some(&*frame) };
        match (message, &vector["tshark"]["q931"]) {
            (Some(message), Value::Object(_)) => {
                messages.push((text(&vector["id"]).to_owned(), message.to_vec(), vector["tshark"]["q931"].clone()));
            }
            // Frames of the data link, and TEI management, are no messages to us either.
            (message, _) => assert!(message.is_none_or(|octets| Message::decode(octets).is_err()), "{vector}"),
        }
    }
    messages
}

#[test]
fn every_foreign_vector_decodes_and_encodes_to_the_same_octets() {
    for (id, octets, _) in vectors("foreign vectors of Q.931") {
        let message = Message::decode(&octets).unwrap_or_else(|error| panic!("{id}: {error}"));
        assert_eq!(encoded(&message), octets, "{id}: {message}");
        for (code, contents) in message.elements() {
            if let Some(view) = View::of(code) {
                assert_eq!(view.recode(contents).as_deref(), Ok(contents), "{id}: {code}");
            }
        }
    }
}

/// What 5.8 finds in vectors of National ISDN, which ITU's table does not describe; in the others
/// nothing, whichever way they went.
const FOUND: &[(&str, &[Finding])] = &[
    ("enterasys_3", &[Finding::Unexpected(E::SERVICE_PROFILE_IDENTIFICATION)]),
    ("toshiba_1", &[Finding::Unexpected(E::CALL_APPEARANCE)]),
    (
        "toshiba_2",
        &[
            Finding::OutOfOrder(E::INFORMATION_REQUEST),
            Finding::Unexpected(E::INFORMATION_REQUEST),
            Finding::Unrecognized(E { codeset: 5, identifier: 0x2a }),
        ],
    ),
];

#[test]
fn the_table_finds_in_foreign_messages_only_what_is_wrong_with_them() {
    for (id, octets, _) in vectors("foreign messages by the table") {
        let message = Message::decode(&octets).expect("see the first test");
        let directions = [Direction::ToNetwork, Direction::ToUser];
        let fewest = directions.map(|direction| ITU.check(&message, direction)).into_iter().min_by_key(Vec::len);
        let expected = FOUND.iter().find(|(each, _)| *each == id).map_or(&[][..], |(_, findings)| findings);
        assert_eq!(fewest.as_deref(), Some(expected), "{id}: {message}");
    }
}

fn encoded(message: &Message) -> Vec<u8> {
    let mut octets = Vec::new();
    message.encode(&mut octets).expect("what was decoded can be encoded");
    octets
}

#[test]
fn every_recorded_libpri_message_is_kept_understood_and_found_right() {
    let Some(trace) = shared("recorded libpri octets", "traces/libpri_euroisdn_e1.hex") else { return };
    let mut messages = 0;
    for line in trace.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())) {
        let mut words = line.split_whitespace().skip(2);
        let (way, hex) = (words.next().expect("a direction"), words.next().expect("octets"));
        let frame = octets(hex);
        let Some(octets) = carried(&frame) else { continue };
        let message = Message::decode(octets).unwrap_or_else(|error| panic!("{line}: {error}"));
        assert_eq!(encoded(&message), octets, "{line}");
        // The record's own words: `| Q.931 SETUP ACKNOWLEDGE CRV=2 flag=1`.
        let said = line.split("| Q.931 ").nth(1).expect("a message is named");
        let flag = u8::from(message.call_reference.flag() == Flag::ToOrigin);
        assert_eq!(said, format!("{} CRV={} flag={flag}", message.kind, message.call_reference.value()));
        for (code, contents) in message.elements() {
            let view = View::of(code).unwrap_or_else(|| panic!("{line}: {code}"));
            assert_eq!(view.recode(contents).as_deref(), Ok(contents), "{line}: {code}");
        }
        let direction = if way == "TE>NT" { Direction::ToNetwork } else { Direction::ToUser };
        assert_eq!(ITU.check(&message, direction), [], "{line}: {message}");
        messages += 1;
    }
    assert!(messages > 40, "{messages} messages: the record is no longer read");
}

/// A number as the dissector writes it.
fn number(text: &str) -> Option<u32> {
    match text.strip_prefix("0x") {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => text.parse().ok(),
    }
}

#[test]
fn every_foreign_vector_has_the_header_and_the_elements_that_the_other_dissector_saw() {
    for (id, octets, decode) in vectors("foreign headers") {
        let message = Message::decode(&octets).expect("see the first test");
        assert_eq!(number(text(&decode["q931.message_type"])), Some(message.kind.code.into()), "{id}");
        let length = message.call_reference.octets();
        assert_eq!(number(text(&decode["q931.call_ref_len"])), Some(length.into()), "{id}");
        if let Some(flag) = decode["q931.call_ref_flag"].as_str() {
            assert_eq!(flag == "1", message.call_reference.flag() == Flag::ToOrigin, "{id}");
            let value = text(&decode["q931.call_ref"]).replace(':', "");
            assert_eq!(u16::from_str_radix(&value, 16), Ok(message.call_reference.value()), "{id}");
        }
        let mut theirs: Vec<_> = elements(&decode)
            .map(|element| {
                let field = |name: &str| number(text(&element[name])).expect("a number");
                (field("q931.information_element"), field("q931.information_element_len"))
            })
            .collect();
        let variable = message.elements().filter(|(code, _)| !code.is_single_octet());
        let mut ours: Vec<_> = variable.map(|(code, octets)| (code.identifier.into(), octets.len() as u32)).collect();
        theirs.sort();
        ours.sort();
        assert_eq!(ours, theirs, "{id}: {message}");
        let complete = !decode["q931.sending_complete"].is_null();
        assert_eq!(message.has(E::SENDING_COMPLETE), complete, "{id}");
    }
}

/// The variable elements of a recorded decode.
fn elements(decode: &Value) -> impl Iterator<Item = &Value> {
    decode.as_object().expect("an object").values().filter(|value| !value["q931.information_element"].is_null())
}

type Reading = fn(&Message) -> Option<u32>;

fn bearer_of(message: &Message) -> Option<BearerCapability> {
    message.find()
}

fn channel_of(message: &Message) -> Option<ChannelIdentification> {
    message.find()
}

fn disclosure_of(message: &Message) -> Option<Disclosure> {
    message.find::<CallingPartyNumber>()?.disclosure
}

/// Element, field of the other dissector, and our reading of it.
const READINGS: &[(E, &str, Reading)] = &[
    (E::BEARER_CAPABILITY, "q931.coding_standard", |m| Some(bearer_of(m)?.coding.0.into())),
    (E::BEARER_CAPABILITY, "q931.information_transfer_capability", |m| Some(bearer_of(m)?.capability.0.into())),
    (E::BEARER_CAPABILITY, "q931.transfer_mode", |m| Some(bearer_of(m)?.mode.0.into())),
    (E::BEARER_CAPABILITY, "q931.information_transfer_rate", |m| Some(bearer_of(m)?.rate.0.into())),
    (E::BEARER_CAPABILITY, "q931.uil1", |m| Some(bearer_of(m)?.layer_1?.protocol.0.into())),
    (E::LOW_LAYER_COMPATIBILITY, "q931.uil1", |m| {
        Some(m.find::<LowLayerCompatibility>()?.0.layer_1?.protocol.0.into())
    }),
    (E::CAUSE, "q931.cause_location", |m| Some(m.find::<CauseIndicators>()?.location.0.into())),
    (E::CAUSE, "q931.cause_value", |m| Some(m.find::<CauseIndicators>()?.cause.0.into())),
    (E::CHANNEL_IDENTIFICATION, "q931.channel.interface_id_present", |m| {
        Some(channel_of(m)?.interface.is_some().into())
    }),
    (E::CHANNEL_IDENTIFICATION, "q931.channel.interface_type", |m| Some(channel_of(m)?.primary_rate.into())),
    (E::CHANNEL_IDENTIFICATION, "q931.channel.exclusive", |m| Some(channel_of(m)?.exclusive.into())),
    (E::CHANNEL_IDENTIFICATION, "q931.channel.dchan", |m| Some(channel_of(m)?.d_channel.into())),
    (E::CHANNEL_IDENTIFICATION, "q931.channel.selection", |m| Some(channel_of(m)?.selection.0.into())),
    (E::CHANNEL_IDENTIFICATION, "q931.channel.element_type", |m| Some(channel_of(m)?.list?.kind.0.into())),
    (E::CHANNEL_IDENTIFICATION, "q931.channel.number", |m| Some(channel_of(m)?.channel()?.into())),
    (E::PROGRESS_INDICATOR, "q931.progress_indicator.location", |m| {
        Some(m.find::<ProgressIndicator>()?.location.0.into())
    }),
    (E::PROGRESS_INDICATOR, "q931.progress_indicator.description", |m| {
        Some(m.find::<ProgressIndicator>()?.description.0.into())
    }),
    (E::SIGNAL, "q931.signal", |m| Some(m.find::<Signal>()?.0.into())),
    (E::CALLING_PARTY_NUMBER, "q931.number_type", |m| Some(m.find::<CallingPartyNumber>()?.kind.0.into())),
    (E::CALLING_PARTY_NUMBER, "q931.numbering_plan", |m| Some(m.find::<CallingPartyNumber>()?.plan.0.into())),
    (E::CALLING_PARTY_NUMBER, "q931.presentation_ind", |m| Some(disclosure_of(m)?.presentation.0.into())),
    (E::CALLING_PARTY_NUMBER, "q931.screening_ind", |m| Some(disclosure_of(m)?.screening.0.into())),
    (E::CALLED_PARTY_NUMBER, "q931.number_type", |m| Some(m.find::<CalledPartyNumber>()?.kind.0.into())),
    (E::CALLED_PARTY_NUMBER, "q931.numbering_plan", |m| Some(m.find::<CalledPartyNumber>()?.plan.0.into())),
    // The dissector leaves a field of bits 7 to 5 in its place.
    (E::CALLED_PARTY_SUBADDRESS, "q931.party_subaddr.type", |m| {
        Some(u32::from(m.find::<CalledPartySubaddress>()?.kind.0) << 4)
    }),
    (E::HIGH_LAYER_COMPATIBILITY, "q931.interpretation", |m| {
        Some(m.find::<HighLayerCompatibility>()?.interpretation.into())
    }),
    (E::HIGH_LAYER_COMPATIBILITY, "q931.high_layer_characteristics", |m| {
        Some(m.find::<HighLayerCompatibility>()?.characteristics.into())
    }),
    (E::USER_USER, "q931.user.protocol_discriminator", |m| Some(m.find::<UserUser>()?.protocol.0.into())),
];

type TextReading = fn(&Message) -> Option<String>;

/// Element, field of the other dissector, and our text.
const TEXTS: &[(E, &str, TextReading)] = &[
    (E::CALLING_PARTY_NUMBER, "q931.calling_party_number.digits", |m| Some(m.find::<CallingPartyNumber>()?.digits)),
    (E::CALLED_PARTY_NUMBER, "q931.called_party_number.digits", |m| Some(m.find::<CalledPartyNumber>()?.digits)),
    (E::KEYPAD_FACILITY, "q931.keypad_facility", |m| Some(m.find::<KeypadFacility>()?.0)),
    (E::USER_USER, "q931.user.string", |m| String::from_utf8(m.find::<UserUser>()?.octets).ok()),
];

/// What the other dissector says of a field of an element.
fn field<'a>(decode: &'a Value, code: E, name: &str) -> Option<&'a str> {
    let ours = |element: &&Value| number(text(&element["q931.information_element"])) == Some(code.identifier.into());
    elements(decode).find(ours)?[name].as_str()
}

#[test]
fn every_foreign_vector_has_the_fields_that_the_other_dissector_saw() {
    let vectors = vectors("foreign fields");
    for (code, name, read) in READINGS {
        let mut compared = 0;
        for (id, octets, decode) in &vectors {
            let message = Message::decode(octets).expect("see the first test");
            let Some(theirs) = field(decode, *code, name) else { continue };
            assert_eq!(read(&message), number(theirs), "{id}: {name} {theirs}: {message}");
            compared += 1;
        }
        assert!(vectors.is_empty() || compared > 0, "no vector has {name}");
    }
    for (code, name, read) in TEXTS {
        let mut compared = 0;
        for (id, octets, decode) in &vectors {
            let message = Message::decode(octets).expect("see the first test");
            let Some(theirs) = field(decode, *code, name) else { continue };
            assert_eq!(read(&message).as_deref(), Some(theirs), "{id}: {name}: {message}");
            compared += 1;
        }
        assert!(vectors.is_empty() || compared > 0, "no vector has {name}");
    }
}

#[test]
fn every_message_type_that_others_know_has_a_name() {
    let Some(file) = json("message types of Q.931", "q931_tables.json") else { return };
    for (code, name) in file["message_types"].as_object().expect("an object") {
        let kind = MessageType { family: MessageFamily::CallControl, code: code.parse().expect("a code") };
        assert_eq!(kind.name().is_some(), name != "ESCAPE", "{code} {name}");
    }
    for (code, name) in file["tables"]["q931.maintenance_message_type"].as_object().expect("an object") {
        let code = number(code).expect("a code") as u8;
        let kind = MessageType { family: MessageFamily::Maintenance, code };
        assert_eq!(kind.name(), name.as_str());
    }
}

/// Identifiers with bit 8 set are single octets: the other dissector lists these besides 0x4c and 0x4d.
const NO_VARIABLE_ELEMENTS: &[u8] = &[0x8c, 0x8d];

#[test]
fn every_element_that_others_know_has_a_name() {
    let Some(file) = json("elements of Q.931", "q931_tables.json") else { return };
    for (codeset, elements) in file["information_elements"].as_object().expect("an object") {
        let codeset = codeset.trim_start_matches("codeset").parse().expect("a codeset");
        for (identifier, name) in elements.as_object().expect("an object") {
            let identifier = number(identifier).expect("an identifier") as u8;
            let known = E { codeset, identifier }.name().is_some();
            assert!(known || NO_VARIABLE_ELEMENTS.contains(&identifier), "{codeset} 0x{identifier:02x} {name}");
        }
    }
}

type HasWords = fn(u8) -> bool;

/// The tables of coded values that have a type here, and whether that type has words for a code.
const VALUES: &[(&str, HasWords)] = &[
    ("q931.call_state", |code| CallStateValue(code).words().is_some()),
    ("q931.progress_indicator.description", |code| ProgressDescription(code).words().is_some()),
    ("q931.notification_description", |code| NotificationIndicator(code).words().is_some()),
    ("q931.signal", |code| Signal(code).words().is_some()),
    ("q931.restart_indicator", |code| RestartIndicator(code).words().is_some()),
    ("q931.extension_ind_new_status", |code| NewStatus(code).words().is_some()),
    ("q931.number_type", |code| TypeOfNumber(code).words().is_some()),
    ("q931.numbering_plan", |code| NumberingPlan(code).words().is_some()),
    ("q931.extension.reason", |code| DiversionReason(code).words().is_some()),
    ("q931.channel.element_type", |code| ChannelType(code).words().is_some()),
    ("q931.uil2", |code| Layer2Protocol(code).words().is_some()),
    ("q931.uil3", |code| Layer3Protocol(code).words().is_some()),
    ("q931.netid.plan", |code| NetworkIdentificationPlan(code).words().is_some()),
    // Bits in their place: shifted to a value.
    ("q931.netid.type", |code| NetworkIdentificationType(code >> 4).words().is_some()),
    ("q931.party_subaddr.type", |code| TypeOfSubaddress(code >> 4).words().is_some()),
    ("q931.repeat_indicator", |code| RepeatIndicator(code).words().is_some()),
    ("q931.congestion_level", |code| CongestionLevel(code).words().is_some()),
];

#[test]
fn every_value_that_others_know_has_words() {
    let Some(file) = json("values of Q.931", "q931_tables.json") else { return };
    for (table, has_words) in VALUES {
        for (code, name) in file["tables"][table].as_object().unwrap_or_else(|| panic!("{table} is missing")) {
            let code = number(code).expect("a code") as u8;
            assert!(has_words(code), "{table} {code} {name}");
        }
    }
}
