//! Each violation is made on the bare state, which no message can bring about, and healed.

#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

use std::time::Duration;

use super::*;
use crate::codec::{Cic, Message, MessageType, decode_with_cic};
use crate::exchange::{CircuitRange, ExchangeConfig, GroupRequest, MtpIndication, Output, Request, Supervision};
use crate::point_code::PointCode;
use crate::variant::Variant;

const FAR: PointCode = PointCode(200);

/// Four circuits whose first group reset is under way.
fn exchange(now: Instant) -> Exchange {
    let circuit = |cic| CircuitSpec { destination: FAR, cic: Cic(cic) };
    let circuits = (1..=4).map(circuit).collect();
    let mut exchange = Exchange::new(ExchangeConfig::new(PointCode(100), Variant::ITU, circuits));
    exchange.handle_mtp(now, MtpIndication::Resume(FAR));
    exchange
}

/// The same with the answer to it.
fn idle(now: Instant) -> Exchange {
    let mut exchange = exchange(now);
    let range = exchange.groups[0].range();
    for id in exchange.groups[0].circuits.clone() {
        exchange.step(now, id, |circuit, step| circuit.group_reset_complete(step, false));
    }
    exchange.groups[0].repetition = None;
    exchange.deadlines = exchange.deadlines_of_all();
    assert_eq!((range, exchange.audit()), (3, Vec::new()));
    sent(&mut exchange);
    exchange
}

fn sent(exchange: &mut Exchange) -> Vec<MessageType> {
    let outputs = std::iter::from_fn(|| exchange.poll_output());
    let kind = |output| match output {
        Output::Transfer(transfer) => decode_with_cic(&transfer.payload).ok().map(|(_, message)| message.kind),
        _ => None,
    };
    outputs.filter_map(kind).collect()
}

/// Heals what is found, once each, and nothing is left.
fn heal(exchange: &mut Exchange, now: Instant) -> Vec<MessageType> {
    let found = exchange.audit();
    assert!(!found.is_empty(), "a violation was made");
    for violation in found {
        exchange.heal(now, violation);
    }
    assert_eq!(exchange.audit(), []);
    sent(exchange)
}

#[test]
fn a_group_reset_that_nothing_repeats_becomes_a_reset_of_each_circuit() {
    let now = Instant::now();
    let mut exchange = exchange(now);
    sent(&mut exchange);
    exchange.groups[0].repetition = None;
    exchange.deadlines.clear();
    assert_eq!(exchange.audit().len(), 4);
    assert_eq!(heal(&mut exchange, now), [MessageType::RSC; 4]);
    exchange.handle_timeout(now + Duration::from_secs(15));
    assert_eq!(sent(&mut exchange), [MessageType::RSC; 4], "T16 runs");
}

#[test]
fn deadlines_that_the_index_has_lost_are_found_in_the_circuits() {
    let now = Instant::now();
    let mut exchange = idle(now);
    exchange.handle_request(now, CircuitId(0), Request::Block);
    assert_eq!(sent(&mut exchange), [MessageType::BLO]);
    exchange.deadlines.clear();
    assert_eq!(exchange.audit(), [Violation::Deadlines]);
    assert_eq!(heal(&mut exchange, now), []);
    exchange.handle_timeout(now + Duration::from_secs(15));
    assert_eq!(sent(&mut exchange), [MessageType::BLO], "T12 expires after all");
}

#[test]
fn a_group_message_whose_answer_is_awaited_in_vain_is_repeated() {
    let now = Instant::now();
    let mut exchange = idle(now);
    let range = CircuitRange { destination: FAR, first: Cic(1), last: Cic(4) };
    exchange.handle_group_request(now, GroupRequest::Block(range, Supervision::Maintenance));
    assert_eq!(sent(&mut exchange), [MessageType::CGB]);
    exchange.supervisions.clear();
    exchange.deadlines.clear();
    assert_eq!(exchange.audit(), [Violation::Supervision(0)]);
    assert_eq!(heal(&mut exchange, now), [MessageType::CGB]);
    exchange.handle_timeout(now + Duration::from_secs(15));
    assert_eq!(sent(&mut exchange), [MessageType::CGB], "T18 runs");
}

#[test]
fn a_group_reset_of_the_far_end_that_waits_for_nobody_is_answered() {
    let now = Instant::now();
    let mut exchange = idle(now);
    let reset = CircuitSpec { destination: FAR, cic: Cic(1) };
    exchange.awaited.insert(reset, crate::circuit::group::AwaitedReset { range: 3, circuits: 2 });
    assert_eq!(exchange.audit(), [Violation::AwaitedResets]);
    assert_eq!(heal(&mut exchange, now), [MessageType::GRA]);
}

#[test]
fn a_circuit_that_waits_for_a_group_reset_that_is_forgotten_answers_for_itself() {
    let now = Instant::now();
    let mut exchange = idle(now);
    let iam = Message::new(MessageType::IAM);
    for id in [CircuitId(0), CircuitId(1)] {
        exchange.step(now, id, |circuit, step| circuit.message(step, iam.clone()));
        exchange.step(now, id, |circuit, step| circuit.group_reset_received(step, Cic(1)));
    }
    assert_eq!(exchange.audit(), [Violation::AwaitedResets], "the exchange never heard of the reset");
    assert_eq!(heal(&mut exchange, now), []);
    exchange.handle_request(now, CircuitId(0), Request::ReleaseResponse);
    assert_eq!(sent(&mut exchange), [MessageType::RLC]);
}

#[test]
fn no_circuit_in_speech_is_reset() {
    let now = Instant::now();
    let mut exchange = idle(now);
    for state in [CircuitState::OutgoingAnswered, CircuitState::IncomingAnswered] {
        exchange.heal(now, Violation::Unsupervised(CircuitId(0), state));
        assert_eq!(sent(&mut exchange), [], "{state:?}");
    }
}
