//! Calls from IAM to RLC, and the timers of the outgoing side.

use isup::codec::MessageType as M;
use isup::exchange::{CircuitState, MtpIndication, Request};

use crate::bench::{Bench, FAR, message};

#[test]
fn q784_2_1_1_an_outgoing_call_is_completed_answered_and_released() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::ACM);
    bench.receive(1, M::CPG);
    bench.receive(1, M::ANM);
    bench.release(1);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 AddressComplete", "1 Progress", "1 Answer", "1 -> REL 16", "1 Released"]);
    assert!(bench.view(1).is_available());
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn q784_2_2_1b_an_incoming_call_is_completed_answered_and_released_by_the_far_end() {
    let mut bench = Bench::ready();
    bench.receive(1, M::IAM);
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    bench.request(1, Request::Progress(message(M::CPG)));
    bench.request(1, Request::Answer(message(M::ANM)));
    bench.receive(1, M::REL);
    assert_eq!(bench.chart(), ["1 Setup", "1 -> ACM", "1 -> CPG", "1 -> ANM", "1 Release"]);
    assert_eq!(bench.state(1), CircuitState::ReleaseIndicated);
    bench.request(1, Request::ReleaseResponse);
    assert_eq!(bench.chart(), ["1 -> RLC", "1 Released"]);
    assert_eq!(bench.state(1), CircuitState::Idle);
}

#[test]
fn con_answers_without_acm_both_ways() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::CON);
    bench.receive(2, M::IAM);
    bench.request(2, Request::Connect(message(M::CON)));
    assert_eq!(bench.chart(), ["1 -> IAM", "1 Connect", "2 Setup", "2 -> CON"]);
    assert_eq!(bench.state(1), CircuitState::OutgoingAnswered);
    assert_eq!(bench.state(2), CircuitState::IncomingAnswered);
    assert_eq!(bench.pass(3_600), [""; 0], "an answered call has no timer");
}

#[test]
fn q784_5_2_1_t7_releases_a_call_whose_address_is_never_complete() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.chart();
    assert_eq!(bench.pass(20), ["20 s: 1 Lost 102", "20 s: 1 -> REL 102"]);
    bench.request(1, Request::ReleaseResponse);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released"]);
}

#[test]
fn q784_5_2_2_t9_releases_a_call_that_nobody_answers() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.pass(19);
    bench.receive(1, M::ACM);
    bench.chart();
    assert_eq!(bench.pass(120), ["139 s: 1 Lost 19", "139 s: 1 -> REL 19"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released"]);
}

#[test]
fn a_seized_circuit_refuses_a_second_call_and_a_paused_destination_every_new_one() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 SetupRefused Busy"]);
    bench.receive(1, M::CON);
    bench.exchange.handle_mtp(bench.now, MtpIndication::Pause(FAR));
    bench.setup(2);
    assert_eq!(bench.chart(), ["1 Connect", "2 SetupRefused Unavailable"]);
    assert_eq!(bench.state(1), CircuitState::OutgoingAnswered, "the call stays");
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    assert_eq!(bench.chart(), [""; 0], "a later resume resets nothing");
    bench.setup(2);
    assert_eq!(bench.chart(), ["2 -> IAM"]);
}

#[test]
fn requests_that_come_too_late_are_counted_and_send_nothing() {
    let mut bench = Bench::ready();
    bench.receive(1, M::IAM);
    bench.receive(1, M::REL);
    bench.chart();
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    bench.request(1, Request::Connect(message(M::CON)));
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.exchange.counters().requests_unexpected, 2);
    bench.release(1);
    assert_eq!(bench.chart(), ["1 -> RLC", "1 Released"], "a release that crossed the far end's answers it");
}

#[test]
fn an_iam_that_cannot_be_encoded_is_refused_with_an_alarm() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Setup(isup::codec::Message::new(M::IAM)));
    assert_eq!(bench.chart(), ["alarm Unencodable(CircuitId(0))", "1 SetupRefused Unavailable"]);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_5_and_1_6_messages_out_of_place_do_not_disturb_a_call() {
    let mut bench = Bench::incoming(1);
    for kind in [M::IAM, M::ACM, M::ANM, M::CON, M::CPG, M::SAM, M::SUS, M::RES, M::CFN, M::UBA, M::BLA] {
        bench.receive(1, kind);
    }
    bench.receive_payload(vec![1, 0, 0x99, 1, 2, 3]);
    bench.receive_payload(vec![1, 0, 0x01, 0]);
    bench.receive_payload(vec![1]);
    assert_eq!(
        bench.chart(),
        ["1 Progress", "1 Suspended", "1 Resumed", "1 Confusion", "1 -> UBL"],
        "a BLA that nobody asked for is answered by what is true"
    );
    assert_eq!(bench.state(1), CircuitState::IncomingAnswered);
    let counters = bench.exchange.counters();
    assert_eq!((counters.unexpected, counters.unsupported), (7, 0));
    assert_eq!((counters.unknown_type, counters.malformed), (1, 2));
}
