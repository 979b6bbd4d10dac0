//! Two calls in one capture, and each ladder shows its own.

use super::*;
use isup::cause::{Cause, Location};
use isup::codec::{CalledPartyNumber, CauseIndicators, Digits, Message};

const GATEWAY: &str = "127.0.0.1:5060";
const PHONE: &str = "127.0.0.1:5061";

fn at(text: &str) -> SocketAddr {
    text.parse().unwrap()
}

fn sip(at_ms: u64, sent: bool, line: &str, call_id: &str, rtp_port: Option<u16>) -> Frame {
    let (from, to) = if sent { (GATEWAY, PHONE) } else { (PHONE, GATEWAY) };
    let body = rtp_port.map_or(String::new(), |port| format!("c=IN IP4 127.0.0.1\r\nm=audio {port} RTP/AVP 8\r\n"));
    let text = format!("{line}\r\nCall-ID: {call_id}\r\n\r\n{body}");
    Frame { at: Duration::from_millis(at_ms), what: What::Sip { from: at(from), to: at(to), text } }
}

fn rtp(at_ms: u64, from: u16, to: u16) -> Frame {
    let address = |port| SocketAddr::new(at(GATEWAY).ip(), port);
    Frame { at: Duration::from_millis(at_ms), what: What::Media { from: address(from), to: address(to) } }
}

fn isup(at_ms: u64, sent: bool, cic: u16, message: Message) -> Frame {
    Frame { at: Duration::from_millis(at_ms), what: What::Isup { sent, cic, message } }
}

fn iam(called: &str) -> Message {
    // Only what the ladder looks at: the rest of an IAM is the codec's to test.
    let mut octets = vec![0x01, 0, 0, 0, 0, 0, 2, 0];
    let digits: Digits = called.parse().unwrap();
    let codes: Vec<u8> = digits.codes().collect();
    let number: Vec<u8> = codes.chunks(2).map(|pair| pair[0] | pair.get(1).copied().unwrap_or(0) << 4).collect();
    octets.push(2 + number.len() as u8);
    octets.extend([if codes.len() % 2 == 1 { 0x83 } else { 0x03 }, 0x10]);
    octets.extend(number);
    let message = Message::decode(&octets).expect("an IAM with its mandatory parameters");
    assert!(message.find::<CalledPartyNumber>().is_some());
    message
}

fn rel(cause: Cause) -> Message {
    Message::new(MessageType::REL).with(CauseIndicators::new(Location::USER, cause))
}

fn capture() -> Vec<Frame> {
    vec![
        isup(50, true, 1, Message::new(MessageType::RLC)),
        sip(100, false, "INVITE sip:600@127.0.0.1:5060 SIP/2.0", "a", Some(4000)),
        sip(101, false, "INVITE sip:603@127.0.0.1:5060 SIP/2.0", "b", Some(4002)),
        isup(102, true, 1, iam("600")),
        isup(103, true, 2, iam("603")),
        isup(104, false, 2, rel(Cause::USER_BUSY)),
        sip(105, true, "SIP/2.0 486 Busy Here", "b", None),
        sip(106, true, "SIP/2.0 200 OK", "a", Some(16384)),
        rtp(110, 4000, 16384),
        rtp(111, 16384, 4000),
        rtp(112, 4002, 16384),
        isup(113, true, 1, rel(Cause::NORMAL_CLEARING)),
        isup(114, false, 1, Message::new(MessageType::RLC)),
        isup(115, false, 1, iam("999")),
    ]
}

fn drawn(called: &'static str) -> Vec<(Lane, Toward, String)> {
    let end = |protocol| End { protocol, number: called };
    steps(&capture(), Trail { from: end(Protocol::Sip), to: end(Protocol::Isup) })
}

fn steps(frames: &[Frame], trail: Trail) -> Vec<(Lane, Toward, String)> {
    let ladder = ladder(String::new(), frames, trail, at(GATEWAY), Duration::from_millis(100));
    let words = |kind| match kind {
        Kind::Message(label) => label,
        Kind::Audio => "audio".to_owned(),
    };
    ladder.steps.into_iter().map(|step| (step.lane, step.toward, words(step.kind))).collect()
}

#[test]
fn a_ladder_has_the_messages_and_the_audio_of_its_own_call_only() {
    use {Lane::*, Toward::*};
    let expected = [
        (First, Right, "INVITE 600"),
        (Second, Right, "IAM 600"),
        (First, Left, "200 OK"),
        (First, Right, "audio"),
        (First, Left, "audio"),
        (Second, Right, "REL 16"),
        (Second, Left, "RLC"),
    ];
    assert_eq!(drawn("600"), expected.map(|(lane, toward, label)| (lane, toward, label.to_owned())));
}

#[test]
fn a_tandem_call_has_an_exchange_on_either_side_and_its_own_setup_of_two() {
    use {Lane::*, Toward::*};
    let isdn = |at_ms, sent, flag, value, kind| {
        let message = q931::Message::new(CallReference::primary(value, flag), kind);
        let message = message.with(q931::CalledPartyNumber {
            kind: q931::TypeOfNumber::UNKNOWN,
            plan: q931::NumberingPlan::UNKNOWN,
            digits: "600".into(),
        });
        Frame { at: Duration::from_millis(at_ms), what: What::Isdn { sent, message } }
    };
    let frames = [
        isdn(90, true, Flag::FromOrigin, 1, q931::MessageType::SETUP),
        isup(100, false, 7, iam("9600")),
        isdn(101, true, Flag::FromOrigin, 2, q931::MessageType::SETUP),
        isdn(102, false, Flag::FromOrigin, 2, q931::MessageType::ALERTING),
        isdn(103, false, Flag::ToOrigin, 2, q931::MessageType::CONNECT),
        isup(104, true, 7, Message::new(MessageType::CON)),
        isdn(105, false, Flag::ToOrigin, 2, q931::MessageType::RELEASE_COMPLETE),
        isdn(106, true, Flag::FromOrigin, 2, q931::MessageType::SETUP),
    ];
    let end = |protocol, number| End { protocol, number };
    let drawn = steps(&frames, Trail { from: end(Protocol::Isup, "9600"), to: end(Protocol::Pri, "600") });
    let expected = [
        (First, Right, "IAM 9600"),
        (Second, Right, "SETUP 600"),
        (Second, Left, "CONNECT"),
        (First, Left, "CON"),
        (Second, Left, "RELEASE COMPLETE"),
    ];
    assert_eq!(drawn, expected.map(|(lane, toward, label)| (lane, toward, label.to_owned())));
}

#[test]
fn a_refused_call_shows_the_cause_and_the_status_it_became() {
    let labels: Vec<String> = drawn("603").into_iter().map(|(.., label)| label).collect();
    assert_eq!(labels, ["INVITE 603", "IAM 603", "REL 17", "486 Busy Here"]);
}

#[test]
fn a_number_that_nobody_dialled_has_an_empty_ladder() {
    assert!(drawn("601").is_empty());
}
