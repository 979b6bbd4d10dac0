//! Unknown messages and parameters with compatibility information (Q.784 group 1.7).

use isup::codec::{CauseIndicators, Message, MessageType as M, ParameterCode, decode_with_cic};
use isup::exchange::{CircuitState, Output};

use crate::bench::{Bench, message};

/// Bits of an instruction, and the extension bit that ends it.
const RELEASE: u8 = 0x82;
const NOTIFY: u8 = 0x84;
const DISCARD: u8 = 0x88;
/// Where passing on is not possible: discard an unknown message.
const ELSE_DISCARD: u8 = 0x90;
const DISCARD_PARAMETER: u8 = 0x90;
const ELSE_DISCARD_MESSAGE: u8 = 0xa0;
const ELSE_DISCARD_PARAMETER: u8 = 0xc0;
const PASS_ON: u8 = 0x80;
/// A parameter that no table names.
const UNKNOWN: u8 = 0xdf;

/// A message of type 0x99 with this instruction.
fn unknown_message(bench: &mut Bench, instruction: u8) {
    bench.receive_payload(vec![1, 0, 0x99, 1, 0x38, 1, instruction, 0]);
}

/// ANM with a parameter that no table names.
fn with_parameter(mut message: Message, instruction: Option<u8>) -> Message {
    message.set_octets(ParameterCode(UNKNOWN), &[1, 2, 3]);
    if let Some(instruction) = instruction {
        message.set_octets(ParameterCode::PARAMETER_COMPATIBILITY_INFORMATION, &[UNKNOWN, instruction]);
    }
    message
}

/// A call that awaits its answer.
fn ringing() -> Bench {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::ACM);
    bench.chart();
    bench
}

/// Cause and diagnostics of the message that goes out next.
fn told(bench: &mut Bench) -> (M, u8, Vec<u8>) {
    loop {
        let output = bench.exchange.poll_output().expect("a message goes out");
        if let Output::Transfer(transfer) = output {
            let (_, message) = decode_with_cic(&transfer.payload).expect("what we send can be read");
            let cause = message.find::<CauseIndicators>().expect("it has a cause");
            return (message.kind, cause.cause.0, cause.diagnostics);
        }
    }
}

#[test]
fn q784_1_7_1_1_and_1_4_an_unknown_message_releases_the_call_where_its_sender_wants_that() {
    for instruction in [RELEASE, RELEASE | NOTIFY | DISCARD, PASS_ON] {
        let mut bench = Bench::incoming(1);
        unknown_message(&mut bench, instruction);
        assert_eq!(bench.chart(), ["1 Lost 97", "1 -> REL 97"], "{instruction:02x}");
        bench.receive(1, M::RLC);
        assert_eq!(bench.chart(), ["1 Released"]);
    }
}

#[test]
fn q784_1_7_1_2_1_5_and_1_7_an_unknown_message_is_discarded_and_its_sender_told_where_it_wants_that() {
    let mut bench = Bench::incoming(1);
    unknown_message(&mut bench, DISCARD);
    unknown_message(&mut bench, ELSE_DISCARD);
    bench.receive_payload(vec![1, 0, 0x99, 0]);
    bench.receive_payload(vec![1, 0, 0x99, 9, 9]);
    assert_eq!(bench.chart(), [""; 0]);
    unknown_message(&mut bench, DISCARD | NOTIFY);
    assert_eq!(told(&mut bench), (M::CFN, 97, vec![0x99]));
    assert_eq!(bench.state(1), CircuitState::IncomingAnswered);
    let counters = bench.exchange.counters();
    assert_eq!((counters.unknown_type, counters.incompatible), (5, 3));
}

#[test]
fn an_unknown_message_without_a_call_changes_nothing() {
    let mut bench = Bench::ready();
    unknown_message(&mut bench, RELEASE);
    unknown_message(&mut bench, DISCARD | NOTIFY);
    assert_eq!(bench.chart(), [""; 0]);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_7_2_1_and_2_5_an_unknown_parameter_releases_the_call_where_its_sender_wants_that() {
    for instruction in [RELEASE, PASS_ON] {
        let mut bench = ringing();
        bench.receive_message(1, &with_parameter(message(M::ANM), Some(instruction)));
        assert_eq!(told(&mut bench), (M::REL, 99, vec![UNKNOWN]));
        assert_eq!(bench.state(1), CircuitState::Releasing);
    }
}

#[test]
fn q784_1_7_2_2_and_2_6_a_message_with_an_unknown_parameter_is_discarded() {
    for instruction in [DISCARD, ELSE_DISCARD_MESSAGE] {
        let mut bench = ringing();
        bench.receive_message(1, &with_parameter(message(M::ANM), Some(instruction)));
        assert_eq!(bench.chart(), [""; 0]);
        bench.receive_message(1, &with_parameter(message(M::ANM), Some(instruction | NOTIFY)));
        assert_eq!(told(&mut bench), (M::CFN, 110, vec![UNKNOWN]));
        assert_eq!(bench.state(1), CircuitState::AwaitingAnswer);
    }
}

#[test]
fn q784_1_7_2_3_2_7_and_2_9_an_unknown_parameter_is_ignored() {
    for instruction in [Some(DISCARD_PARAMETER), Some(ELSE_DISCARD_PARAMETER), None] {
        let mut bench = ringing();
        bench.receive_message(1, &with_parameter(message(M::ANM), instruction));
        assert_eq!(bench.chart(), ["1 Answer"]);
    }
    let mut bench = ringing();
    bench.receive_message(1, &with_parameter(message(M::ANM), Some(DISCARD_PARAMETER | NOTIFY)));
    assert_eq!(told(&mut bench), (M::CFN, 99, vec![UNKNOWN]));
    assert_eq!(bench.state(1), CircuitState::OutgoingAnswered);
}

#[test]
fn q784_1_7_2_10_rel_is_acted_on_whatever_it_holds() {
    for instruction in [None, Some(DISCARD), Some(RELEASE)] {
        let mut bench = Bench::outgoing(1);
        bench.receive_message(1, &with_parameter(message(M::REL), instruction));
        assert_eq!(bench.chart(), ["1 Release"]);
    }
}

#[test]
fn an_iam_that_must_not_be_taken_is_released_and_never_indicated() {
    let mut bench = Bench::ready();
    bench.receive_message(1, &with_parameter(message(M::IAM), Some(RELEASE)));
    assert_eq!(bench.chart(), ["1 -> REL 99"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), [""; 0]);
    assert!(bench.view(1).is_available());
}

#[test]
fn confusion_is_never_answered() {
    let mut bench = Bench::outgoing(1);
    bench.receive_message(1, &with_parameter(message(M::CFN), Some(RELEASE | NOTIFY)));
    assert_eq!(bench.chart(), ["1 Confusion"], "maintenance may want to know");
    assert_eq!(bench.state(1), CircuitState::OutgoingAnswered);
}
