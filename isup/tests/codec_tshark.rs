//! A foreign reader of our octets: tshark dissects a message of every kind, with every typed
//! parameter, and must find nothing malformed and nothing to remark on.

mod written_out;

use isup::cause::{Cause, Location};
use isup::codec::*;
use std::path::{Path, PathBuf};
use std::process::Command;
use written_out::{WRITTEN_OUT, octets};

/// LINKTYPE_MTP3: a packet is a service information octet, a routing label and the user part.
const LINKTYPE_MTP3: u32 = 141;
const CIC: Cic = Cic(17);

/// A table, what stands before its messages, and what tshark must be told of it.
struct Network {
    messages: table::Table,
    /// Service information octet (national network, ISDN user part) and routing label: from 1 to 2.
    service_and_label: &'static [u8],
    options: &'static [&'static str],
}

const ITU: Network = Network { messages: table::ITU, service_and_label: &[0x85, 0x02, 0x40, 0x00, 0x00], options: &[] };
const ANSI: Network = Network {
    messages: table::ANSI,
    service_and_label: &[0x85, 2, 0, 0, 1, 0, 0, 0],
    options: &["-o", "mtp3.standard:ANSI", "-o", "isup.variant:ANSI Standard"],
};
const RUSSIA: Network = Network {
    messages: table::RUSSIA,
    service_and_label: ITU.service_and_label,
    options: &["-o", "isup.variant:Russian National Standard"],
};

/// A capture of the messages, one packet each, in the classic pcap format.
fn capture(network: &Network, messages: &[Message]) -> Vec<u8> {
    let mut pcap = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65535, LINKTYPE_MTP3] {
        pcap.extend(word.to_le_bytes());
    }
    for (index, message) in messages.iter().enumerate() {
        let mut packet = network.service_and_label.to_vec();
        encode_with_cic_as(&network.messages, CIC, message, &mut packet).unwrap_or_else(|error| panic!("{error}"));
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

/// What tshark says of each packet: circuit, message type, malformed, expert messages.
fn dissect(tshark: &Path, network: &Network, name: &str, messages: &[Message]) -> Vec<Vec<String>> {
    let file = std::env::temp_dir().join(format!("spangate-{name}-{}.pcap", std::process::id()));
    std::fs::write(&file, capture(network, messages)).expect("a writable temporary folder");
    let output = Command::new(tshark)
        .args(network.options)
        .args(["-r"])
        .arg(&file)
        .args(["-T", "fields", "-E", "separator=|", "-e", "isup.cic", "-e", "isup.message_type"])
        .args(["-e", "_ws.malformed", "-e", "_ws.expert.message"])
        .output()
        .expect("tshark is there");
    std::fs::remove_file(&file).expect("the file just written");
    let text = String::from_utf8(output.stdout).expect("tshark writes text");
    text.lines().map(|line| line.split('|').map(str::to_owned).collect()).collect()
}

/// A message of the kind with whatever it must have.
fn minimal(network: &Network, kind: MessageType) -> Message {
    if kind == MessageType::PAM {
        return Message::opaque(kind, vec![0x0c, 0x02, 0x00, 0x02, 0x80, 0x90]);
    }
    let format = network.messages.format(kind).expect("a kind of the table");
    let mut message = Message::new(kind);
    for code in format.mandatory() {
        mandatory(code, &mut message);
    }
    if kind == MessageType::CQR {
        message.set(&RangeAndStatus::without_status(1));
    }
    message
}

fn mandatory(code: ParameterCode, message: &mut Message) {
    match code {
        ParameterCode::NATURE_OF_CONNECTION_INDICATORS => message.set(&NatureOfConnectionIndicators::default()),
        ParameterCode::FORWARD_CALL_INDICATORS => message.set(&ForwardCallIndicators::default()),
        ParameterCode::CALLING_PARTYS_CATEGORY => message.set(&CallingPartysCategory::ORDINARY),
        ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT => message.set(&TransmissionMediumRequirement::AUDIO),
        ParameterCode::CALLED_PARTY_NUMBER => message.set(&CalledPartyNumber {
            nature: NatureOfAddress::NATIONAL,
            digits: "4930600".parse().expect("digits"),
            ..Default::default()
        }),
        ParameterCode::SUBSEQUENT_NUMBER => {
            message.set(&SubsequentNumber { digits: "12F".parse().expect("digits"), ..Default::default() });
        }
        ParameterCode::INFORMATION_REQUEST_INDICATORS => message.set(&InformationRequestIndicators::default()),
        ParameterCode::INFORMATION_INDICATORS => message.set(&InformationIndicators::default()),
        ParameterCode::CONTINUITY_INDICATORS => message.set(&ContinuityIndicators::default()),
        ParameterCode::BACKWARD_CALL_INDICATORS => message.set(&BackwardCallIndicators::default()),
        ParameterCode::CAUSE_INDICATORS => {
            message.set(&CauseIndicators::new(Location::USER, Cause::NORMAL_CLEARING));
        }
        ParameterCode::SUSPEND_RESUME_INDICATORS => message.set(&SuspendResumeIndicators::default()),
        ParameterCode::RANGE_AND_STATUS => message.set(&range_and_status(message.kind)),
        ParameterCode::CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE => {
            message.set(&CircuitGroupSupervisionMessageType::default());
        }
        ParameterCode::FACILITY_INDICATOR => message.set(&FacilityIndicator::USER_TO_USER),
        ParameterCode::EVENT_INFORMATION => message.set(&EventInformation::new(Event::ALERTING)),
        ParameterCode::CIRCUIT_STATE_INDICATOR => {
            let idle = CircuitState { call: CallProcessingState::IDLE, ..Default::default() };
            message.set(&CircuitStateIndicator(vec![idle, CircuitState::UNEQUIPPED]));
        }
        ParameterCode::USER_TO_USER_INFORMATION => message.set(&UserToUserInformation(b"\x04hello".to_vec())),
        ParameterCode::USER_SERVICE_INFORMATION => {
            let speech = BearerCapability::circuit(TransferCapability::SPEECH, Some(Layer1Protocol::G711_MU_LAW));
            message.set(&UserServiceInformation(speech));
        }
        ParameterCode::CIRCUIT_VALIDATION_RESPONSE_INDICATOR => message.set_octets(code, &[1]),
        ParameterCode::CIRCUIT_GROUP_CHARACTERISTIC_INDICATOR => message.set_octets(code, &[2]),
        other => panic!("{other} is mandatory and has no example"),
    }
}

fn range_and_status(kind: MessageType) -> RangeAndStatus {
    match kind {
        MessageType::GRS | MessageType::CQM => RangeAndStatus::without_status(14),
        _ => RangeAndStatus::with_status(14),
    }
}

/// What tshark remarks on any message of some kinds, however right it is.
const HABITS: &[&str] = &[
    "No optional parameters are possible with this message type",
    "Status subfield is not present with this message type",
    "Format is a national matter",
    "No further dissection of APM-user information field",
];

/// Nothing malformed, and no remark but the habitual ones.
#[track_caller]
fn accepted(message: &Message, read: &[String]) {
    assert_eq!(read[0], CIC.0.to_string(), "{message}");
    // A pass-along message shows the type that it carries too.
    assert_eq!(read[1].split(',').next(), Some(&*message.kind.0.to_string()), "{message}");
    assert_eq!(read[2], "", "{message} is malformed: {read:?}");
    let remarks = read[3].split(',').filter(|remark| !remark.is_empty() && !HABITS.contains(remark));
    assert_eq!(remarks.collect::<Vec<_>>(), [""; 0], "{message}");
}

#[test]
fn a_message_of_every_kind_is_read_by_tshark_without_a_remark() {
    let Some(tshark) = tshark() else { return println!("skipped: messages read by tshark: tshark absent") };
    for (name, network) in [("messages", &ITU), ("ansi-messages", &ANSI), ("russian-messages", &RUSSIA)] {
        // This dissector has a name for EXM and does not read it.
        let kinds = network.messages.formats.iter().map(|format| format.kind).filter(|kind| *kind != MessageType::EXM);
        let messages: Vec<_> = kinds.map(|kind| minimal(network, kind)).collect();
        let read = dissect(&tshark, network, name, &messages);
        assert_eq!(read.len(), messages.len());
        messages.iter().zip(&read).for_each(|(message, read)| accepted(message, read));
    }
}

#[test]
fn every_typed_parameter_is_read_by_tshark_without_a_remark() {
    let Some(tshark) = tshark() else { return println!("skipped: parameters read by tshark: tshark absent") };
    // This dissector wants six octets where Q.763 3.69 has five.
    let rows = WRITTEN_OUT.iter().filter(|(code, ..)| *code != ParameterCode::CIRCUIT_ASSIGNMENT_MAP);
    let with = |(code, hex, _): &(ParameterCode, &str, &str)| {
        let mut message = Message::new(MessageType::ANM);
        message.set_octets(*code, &octets(hex));
        message
    };
    let messages: Vec<_> = rows.map(with).collect();
    let read = dissect(&tshark, &ITU, "parameters", &messages);
    assert_eq!(read.len(), messages.len());
    messages.iter().zip(&read).for_each(|(message, read)| accepted(message, read));
}
