//! Circuit group query: CQM, CQR, T28.

use isup::codec::Cic;
use isup::codec::{
    BlockingState, CallProcessingState, CircuitState, CircuitStateIndicator, Message, MessageType as M, RangeAndStatus,
};
use isup::exchange::{CircuitRange, GroupRequest};
use isup::variant::Variant;

use crate::bench::{Bench, FAR, message};

const ALL: CircuitRange = CircuitRange { destination: FAR, first: Cic(1), last: Cic(4) };

/// ITU, with the query switched on as a national network may.
fn national() -> Bench {
    let mut variant = Variant::ITU;
    variant.procedures.circuit_group_query = true;
    Bench::ready_as(variant)
}

fn is(call: CallProcessingState) -> CircuitState {
    CircuitState { call, ..Default::default() }
}

#[test]
fn a_query_is_answered_with_every_circuit_of_its_range() {
    let mut bench = national();
    bench.setup(1);
    bench.receive(2, M::IAM);
    bench.receive(3, M::BLO);
    bench.chart();
    bench.receive_range(1, M::CQM, RangeAndStatus::without_status(4));
    let sent = bench.sent();
    assert_eq!(sent[0].kind, M::CQR);
    let idle_blocked = CircuitState { maintenance: BlockingState::REMOTE, ..is(CallProcessingState::IDLE) };
    let told = [
        is(CallProcessingState::OUTGOING_BUSY),
        is(CallProcessingState::INCOMING_BUSY),
        idle_blocked,
        is(CallProcessingState::IDLE),
        CircuitState::UNEQUIPPED,
    ];
    assert_eq!(sent[0].find::<CircuitStateIndicator>(), Some(CircuitStateIndicator(told.to_vec())));
}

#[test]
fn each_circuit_that_was_asked_for_is_told_with_whether_it_agrees() {
    let mut bench = national();
    bench.setup(1);
    bench.chart();
    bench.exchange.handle_group_request(bench.now, GroupRequest::Query(ALL));
    assert_eq!(bench.chart(), ["1 -> CQM"]);
    let states = [
        is(CallProcessingState::INCOMING_BUSY),
        is(CallProcessingState::OUTGOING_BUSY),
        CircuitState::default(),
        CircuitState::UNEQUIPPED,
    ];
    let response =
        Message::new(M::CQR).with(RangeAndStatus::without_status(3)).with(CircuitStateIndicator(states.to_vec()));
    bench.receive_message(1, &response);
    assert_eq!(
        bench.chart(),
        [
            "1 is incoming busy there, agreed",
            "2 is outgoing busy there, WRONG",
            "3 is transient or unequipped there, agreed",
            "4 is transient or unequipped there, WRONG"
        ]
    );
    bench.receive_message(1, &response);
    assert_eq!(bench.exchange.counters().unexpected, 1, "asked once, answered once");
}

#[test]
fn t28_alerts_maintenance_when_a_query_is_not_answered() {
    let mut bench = national();
    bench.exchange.handle_group_request(bench.now, GroupRequest::Query(ALL));
    bench.chart();
    assert_eq!(bench.pass(60), ["10 s: 1 alarm T28"]);
}

#[test]
fn itu_networks_have_no_query_unless_a_nation_wants_it() {
    let mut bench = Bench::ready();
    bench.exchange.handle_group_request(bench.now, GroupRequest::Query(ALL));
    bench.receive_range(1, M::CQM, RangeAndStatus::without_status(3));
    assert_eq!(bench.chart(), [""; 0]);
    let counters = bench.exchange.counters();
    assert_eq!((counters.unsupported, counters.requests_unexpected), (1, 1));
    bench.receive_message(1, &message(M::IAM));
    assert_eq!(bench.chart(), ["1 Setup"]);
}
