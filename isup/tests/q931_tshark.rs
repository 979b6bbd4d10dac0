//! A foreign reader of our octets: tshark dissects a message of every kind, with every typed
//! element, and must find nothing malformed and nothing to remark on.

mod q931_facilities;
mod q931_written_out;

use isup::cause::{Cause, Location};
use isup::q931::codec::table::{Direction, ITU, MAINTENANCE};
use isup::q931::codec::*;
use isup::q931::rose::InvokeId;
use isup::q931::service::diversion::{DivertedShown, DivertedTo, Reason, Subscription};
use isup::q931::service::name::{Name, NameOf, NameText};
use isup::q931::service::party::{PartyNumber, Presented, ScreenedNumber};
use isup::q931::service::transfer::TransferComplete;
use isup::q931::service::waiting::{MessageCentre, Waiting};
use isup::q931::service::{Dialect, Heard, Service, heard};
use q931_facilities::FROM_LIBPRI;
use q931_written_out::{WRITTEN_OUT, octets};
use std::path::{Path, PathBuf};
use std::process::Command;

/// LINKTYPE_LAPD: a packet is a frame of Q.921 without flags and check sequence.
const LINKTYPE_LAPD: u32 = 203;
/// An information frame of SAPI 0, TEI 0, from the network; N(S) and N(R) 0.
const LAPD: [u8; 4] = [0x02, 0x01, 0x00, 0x00];
const CALL: CallReference = CallReference::primary(291, Flag::ToOrigin);

/// A capture of the messages, one frame each, in the classic pcap format.
fn capture(messages: &[Message]) -> Vec<u8> {
    let mut pcap = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65535, LINKTYPE_LAPD] {
        pcap.extend(word.to_le_bytes());
    }
    for (index, message) in messages.iter().enumerate() {
        let mut packet = LAPD.to_vec();
        message.encode(&mut packet).unwrap_or_else(|error| panic!("{error}"));
        let length = packet.len() as u32;
        for word in [index as u32, 0, length, length] {
            pcap.extend(word.to_le_bytes());
        }
        pcap.extend(packet);
    }
    pcap
}

fn tshark() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join("tshark")).find(|tshark| tshark.exists())
}

/// What tshark says of each packet: call reference, message types, elements of Q.931, malformed,
/// remarks, elements of Q.932.
fn dissect(tshark: &Path, name: &str, messages: &[Message]) -> Vec<Vec<String>> {
    let file = std::env::temp_dir().join(format!("spangate-{name}-{}.pcap", std::process::id()));
    std::fs::write(&file, capture(messages)).expect("a writable temporary folder");
    let output = Command::new(tshark)
        .args(["-r"])
        .arg(&file)
        .args(["-T", "fields", "-E", "separator=|", "-e", "q931.call_ref", "-e", "q931.message_type"])
        .args(["-e", "q931.maintenance_message_type", "-e", "q931.information_element"])
        .args(["-e", "_ws.malformed", "-e", "_ws.expert.message", "-e", "q932.ie.type"])
        .output()
        .expect("tshark is there");
    std::fs::remove_file(&file).expect("the file just written");
    let text = String::from_utf8(output.stdout).expect("tshark writes text");
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

/// A message of the kind with every variable element of codeset 0 that it has a place for.
fn full(table: &Table, kind: MessageType) -> Message {
    let format = table.format(kind).expect("a kind of the table");
    let mut message = Message::new(CALL, kind);
    for (code, hex, _) in WRITTEN_OUT {
        if format.place(*code, Direction::ToUser).is_some() && !message.has(*code) {
            message.add_octets(*code, &octets(hex));
        }
    }
    message
}

/// Nothing malformed, nothing to remark, and the same header and elements as were sent.
#[track_caller]
fn accepted(message: &Message, read: &[String]) {
    assert_eq!(read[0].replace(':', ""), "0123", "{message}");
    let code = format!("0x{:02x}", message.kind.code);
    let kind = if message.kind.family == MessageFamily::CallControl { &read[1] } else { &read[2] };
    assert_eq!(kind.split(',').next(), Some(&*code), "{message}: {read:?}");
    let mut ours = Vec::new();
    for (code, octets) in message.elements().filter(|(code, _)| !code.is_single_octet()) {
        ours.push(match code {
            // These two it counts to Q.932, and in hex.
            ElementCode::FACILITY | ElementCode::NOTIFICATION_INDICATOR => format!("0x{:02x}", code.identifier),
            _ => code.identifier.to_string(),
        });
        // An element that the diagnostics of a cause name is shown as if it were there.
        let cause = Some(octets).filter(|_| code == ElementCode::CAUSE).map(CauseIndicators::decode);
        let diagnostics = cause.map(|cause| cause.expect("written out well formed").diagnostics);
        ours.extend(diagnostics.iter().flatten().map(u8::to_string));
    }
    let (q931, q932) = (read[3].split(',').map(str::to_owned), read[6].split(',').map(str::to_owned));
    let mut theirs: Vec<_> = q931.chain(q932).filter(|each| !each.is_empty()).collect();
    ours.sort();
    theirs.sort();
    assert_eq!(ours, theirs, "{message}: {read:?}");
    assert_eq!(read[4], "", "{message} is malformed: {read:?}");
    assert_eq!(read[5], "", "{message}: {read:?}");
}

#[test]
fn a_message_of_every_kind_is_read_by_tshark_without_a_remark() {
    let Some(tshark) = tshark() else { return println!("skipped: messages of Q.931 read by tshark: tshark absent") };
    // A SEGMENT has the octets of another message after its element.
    let kinds = ITU.formats.iter().filter(|format| format.kind != MessageType::SEGMENT);
    let mut messages: Vec<_> = kinds.map(|format| full(&ITU, format.kind)).collect();
    messages.push(full(&MAINTENANCE, MessageType::SERVICE));
    messages.push(full(&MAINTENANCE, MessageType::SERVICE_ACKNOWLEDGE));
    let read = dissect(&tshark, "q931-messages", &messages);
    assert_eq!(read.len(), messages.len());
    messages.iter().zip(&read).for_each(|(message, read)| accepted(message, read));
}

#[test]
fn every_typed_element_is_read_by_tshark_without_a_remark() {
    let Some(tshark) = tshark() else { return println!("skipped: elements of Q.931 read by tshark: tshark absent") };
    let rows = WRITTEN_OUT.iter().filter(|(code, hex, _)| match *code {
        // Only in a SEGMENT, with the octets of another message after it.
        ElementCode::SEGMENTED_MESSAGE => false,
        // This dissector wants hour and minute, which Q.931 4.5.15 leaves to the network.
        ElementCode::DATE_TIME => octets(hex).len() >= 5,
        _ => true,
    });
    let with = |(code, hex, _): &(ElementCode, &str, &str)| {
        let mut message = Message::new(CALL, MessageType::SETUP);
        message.set_octets(*code, &octets(hex));
        message
    };
    let messages: Vec<_> = rows.map(with).collect();
    let read = dissect(&tshark, "q931-elements", &messages);
    assert_eq!(read.len(), messages.len());
    messages.iter().zip(&read).for_each(|(message, read)| accepted(message, read));
}

#[test]
fn shifted_elements_are_read_by_tshark_in_their_codesets() {
    let Some(tshark) = tshark() else { return println!("skipped: shifts read by tshark: tshark absent") };
    let mut message =
        Message::new(CALL, MessageType::DISCONNECT).with(CauseIndicators::new(Location::USER, Cause::NORMAL_CLEARING));
    message.push_octets(ElementCode::CHARGING_ADVICE, &[0x01]);
    message.push_octets(ElementCode::LOCAL_DISPLAY, b"A");
    message.add(&DisplayInformation(b"B".to_vec()));
    let read = dissect(&tshark, "q931-shifts", std::slice::from_ref(&message));
    accepted(&message, &read[0]);
}

#[test]
fn segments_are_put_together_by_tshark() {
    let Some(tshark) = tshark() else { return println!("skipped: segments read by tshark: tshark absent") };
    let user = UserUser { protocol: UserProtocol::IA5, octets: vec![b'u'; 130] };
    let setup = full(&ITU, MessageType::SETUP);
    let segments = segments(&setup.clone().with(user), 100).expect("not too long");
    assert!(segments.len() > 2);
    let read = dissect(&tshark, "q931-segments", &segments);
    for each in &read {
        assert_eq!((&*each[4], &*each[5]), ("", ""), "{each:?}");
    }
    let whole = read.last().expect("the last segment");
    assert_eq!(whole[3].split(',').filter(|element| *element == "126").count(), 2, "two user-user elements: {whole:?}");
}

/// Private networks' services with every member that libpri does not send; all that it does send are in its vectors.
fn private_services() -> Vec<Service> {
    let number = PartyNumber { plan: NumberingPlan::PRIVATE, kind: TypeOfNumber(4), digits: "4711".into() };
    let screened = ScreenedNumber { number: number.clone(), screening: Screening::USER_VERIFIED_PASSED };
    let shown = Some(Presented::Allowed(number.clone()));
    vec![
        Service::Name(NameOf::Called, Name::Restricted(Some(NameText::new("Zoë")))),
        Service::Name(NameOf::Busy, Name::Restricted(None)),
        Service::Name(NameOf::Connected, Name::NotAvailable),
        Service::Name(NameOf::Calling, Name::Allowed(NameText::new("Яна"))),
        Service::DivertedTo(DivertedTo {
            reason: Reason::NO_REPLY,
            subscription: Subscription::WITH_NUMBER,
            number: shown,
        }),
        Service::DivertedShown(DivertedShown { allowed: false, name: Some(Name::NotAvailable) }),
        Service::TransferComplete(TransferComplete {
            secondary: true,
            number: Presented::RestrictedNumber(screened),
            elements: vec![],
            name: Some(Name::Allowed(NameText::new("Ada"))),
            alerting: true,
        }),
        Service::MessagesWaiting(Waiting {
            user: Some(number.clone()),
            basic_service: Some(1),
            centre: Some(MessageCentre::Digits("600".into())),
            messages: Some(300),
            from: Some(number),
            since: Some("20260101120000Z".into()),
            priority: Some(9),
            ..Waiting::default()
        }),
    ]
}

/// It reads operations of private networks; for those of public ones it has no reader.
#[test]
fn services_of_private_networks_are_read_by_tshark_without_a_remark() {
    let Some(tshark) = tshark() else { return println!("skipped: services read by tshark: tshark absent") };
    let vectors = FROM_LIBPRI.iter().filter(|(dialect, ..)| *dialect == Dialect::Qsig);
    let vectors = vectors.map(|(_, hex, _)| Facility(q931_facilities::octets(hex)));
    let ours = private_services().into_iter().map(|service| service.facility(Dialect::Qsig, InvokeId(1)));
    let facilities = vectors.chain(ours.map(|facility| facility.expect("a service of private networks")));
    let messages: Vec<_> =
        facilities.map(|facility| Message::new(CALL, MessageType::FACILITY).with(facility)).collect();
    let read = dissect(&tshark, "q931-services", &messages);
    assert_eq!(read.len(), messages.len());
    for (message, read) in messages.iter().zip(&read) {
        assert_eq!((&*read[4], &*read[5]), ("", ""), "{message}: {read:?}");
        assert!(matches!(heard(Dialect::Qsig, message)[..], [Heard::Service(..)]), "{message}");
    }
}
