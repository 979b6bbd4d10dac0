//! RSC sent and received.

use isup::codec::MessageType as M;
use isup::exchange::{CircuitState, Request};

use crate::bench::Bench;

#[test]
fn q784_1_2_1_rsc_on_an_idle_circuit_is_answered() {
    let mut bench = Bench::ready();
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 -> RLC"]);
}

#[test]
fn q784_1_2_2_and_5_2_8_rsc_is_repeated_every_t16_until_t17_and_then_by_t17() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Reset);
    assert_eq!(bench.chart(), ["1 -> RSC"]);
    let repeated: Vec<String> = (1..20).map(|n| format!("{} s: 1 -> RSC", n * 15)).collect();
    assert_eq!(bench.pass(299), repeated);
    assert_eq!(bench.pass(301), ["300 s: 1 alarm T17", "300 s: 1 -> RSC", "600 s: 1 alarm T17", "600 s: 1 -> RSC"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 ResetConfirmed"]);
    assert_eq!(bench.state(1), CircuitState::Idle);
}

#[test]
fn q784_1_2_3_rsc_on_a_circuit_that_we_blocked_is_answered_by_blo_and_rlc() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    bench.chart();
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 -> BLO", "1 -> RLC"]);
    bench.receive(1, M::BLA);
    assert_eq!(bench.chart(), ["1 BlockConfirmed"]);
    assert!(bench.view(1).blocked_local);
}

#[test]
fn q784_1_2_4_rsc_lifts_the_far_ends_own_blocking() {
    let mut bench = Bench::ready();
    bench.receive(1, M::BLO);
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 Blocked", "1 -> BLA", "1 Unblocked", "1 -> RLC"]);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_5_3_1_and_5_3_2_rsc_on_a_call_loses_it_and_is_answered_when_the_media_is_off() {
    for mut bench in [Bench::outgoing(1), Bench::incoming(1)] {
        bench.receive(1, M::RSC);
        bench.receive(1, M::RSC);
        assert_eq!(bench.chart(), ["1 Lost 31"]);
        bench.request(1, Request::ReleaseResponse);
        assert_eq!(bench.chart(), ["1 -> RLC", "1 Released"]);
    }
}

#[test]
fn a_reset_by_the_operator_loses_the_call_and_frees_the_circuit() {
    let mut bench = Bench::outgoing(1);
    bench.request(1, Request::Reset);
    assert_eq!(bench.chart(), ["1 Lost 31", "1 -> RSC"]);
    bench.request(1, Request::ReleaseResponse);
    bench.receive(1, M::IAM);
    bench.receive(1, M::REL);
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 -> RLC", "1 -> RLC"], "both are answered, our own reset goes on");
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released", "1 ResetConfirmed"]);
}

#[test]
fn a_reset_that_we_began_is_followed_by_our_blocking() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    bench.request(1, Request::Reset);
    bench.receive(1, M::RLC);
    assert_eq!(
        bench.chart(),
        ["1 journal true", "1 -> BLO", "1 BlockConfirmed", "1 -> RSC", "1 ResetConfirmed", "1 -> BLO"]
    );
}

#[test]
fn rsc_while_we_release_ends_the_call() {
    let mut bench = Bench::outgoing(1);
    bench.release(1);
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 -> REL 16", "1 -> RLC", "1 Released"]);
}
