//! REL repeated, REL collided, RLC out of place.

use isup::codec::MessageType as M;
use isup::exchange::{CircuitState, Request};

use crate::bench::Bench;

#[test]
fn q784_5_2_3_rel_is_repeated_every_t1_until_t5_then_rsc_until_rlc() {
    let mut bench = Bench::outgoing(1);
    bench.release(1);
    assert_eq!(bench.chart(), ["1 -> REL 16"]);
    // T1 is 15 s and T5 is 300 s: at 300 s both are due, and T5 stands first.
    let repeated: Vec<String> = (1..20).map(|n| format!("{} s: 1 -> REL 16", n * 15)).collect();
    assert_eq!(bench.pass(299), repeated);
    assert_eq!(bench.pass(1), ["300 s: 1 alarm T5", "300 s: 1 Lost 102", "300 s: 1 -> RSC"]);
    assert_eq!(
        bench.pass(600),
        ["600 s: 1 alarm T17", "600 s: 1 -> RSC", "900 s: 1 alarm T17", "900 s: 1 -> RSC"],
        "only T17 repeats it"
    );
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 SetupRefused Unavailable"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released", "1 ResetConfirmed"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn q784_3_8_when_both_ends_release_each_answers_rlc() {
    let mut bench = Bench::outgoing(1);
    bench.release(1);
    bench.receive(1, M::REL);
    assert_eq!(bench.chart(), ["1 -> REL 16", "1 -> RLC"]);
    assert_eq!(bench.state(1), CircuitState::Releasing);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released"]);
}

#[test]
fn rel_repeated_by_the_far_end_waits_for_the_owner_and_is_indicated_once() {
    let mut bench = Bench::incoming(1);
    bench.receive(1, M::REL);
    bench.receive(1, M::REL);
    bench.receive(1, M::REL);
    bench.request(1, Request::ReleaseResponse);
    bench.request(1, Request::ReleaseResponse);
    assert_eq!(bench.chart(), ["1 Release", "1 -> RLC", "1 Released"]);
}

#[test]
fn rel_on_an_idle_circuit_is_answered_and_rlc_ignored() {
    let mut bench = Bench::ready();
    bench.receive(1, M::REL);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 -> RLC"]);
    assert_eq!(bench.exchange.counters().unexpected, 1);
}

#[test]
fn rlc_on_a_call_releases_it() {
    let mut bench = Bench::outgoing(1);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Lost 31", "1 -> REL 31"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released"]);
}

#[test]
fn call_messages_on_an_idle_circuit_reset_it() {
    for kind in [M::ACM, M::ANM, M::CON, M::CPG, M::SUS, M::RES, M::SAM] {
        let mut bench = Bench::ready();
        bench.receive(1, kind);
        assert_eq!(bench.chart(), ["1 -> RSC"], "{kind}");
        bench.receive(1, kind);
        bench.receive(1, M::RLC);
        assert_eq!(bench.chart(), ["1 ResetConfirmed"], "{kind}");
    }
}

#[test]
fn a_release_that_cannot_be_encoded_is_sent_with_a_cause_of_our_own() {
    let mut bench = Bench::outgoing(1);
    bench.request(1, Request::Release(isup::codec::Message::new(M::REL)));
    assert_eq!(bench.chart(), ["alarm Unencodable(CircuitId(0))", "1 -> REL 31"]);
    assert_eq!(bench.pass(15), ["15 s: 1 -> REL 31"]);
}

#[test]
fn a_call_released_before_any_backward_message_is_released_properly() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.release(1);
    bench.receive(1, M::ACM);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 -> REL 16", "1 Released"]);
}
