//! Continuity check: with an IAM, by CCR, and what follows a failure.

use isup::codec::{ContinuityIndicators, Message, MessageType as M, ParameterCode};
use isup::exchange::{CircuitState, Request};
use isup::variant::Variant;

use crate::bench::{Bench, message};

const NOT_REQUIRED: u8 = 0;
const REQUIRED: u8 = 1;
const ON_PREVIOUS: u8 = 2;

/// IAM with this continuity check indicator.
pub fn with_check(indicator: u8) -> Message {
    let mut initial = message(M::IAM);
    initial.set_octets(ParameterCode::NATURE_OF_CONNECTION_INDICATORS, &[indicator << 2]);
    initial
}

pub fn continuity(successful: bool) -> Message {
    Message::new(M::COT).with(ContinuityIndicators { successful, ..Default::default() })
}

/// A call of ours whose check goes on.
fn checking() -> Bench {
    let mut bench = Bench::ready();
    bench.request(1, Request::Setup(with_check(REQUIRED)));
    assert_eq!(bench.chart(), ["1 check Transceiver", "1 -> IAM"]);
    bench
}

/// A call of the far end whose check goes on.
fn looped() -> Bench {
    let mut bench = Bench::ready();
    bench.receive_message(1, &with_check(REQUIRED));
    assert_eq!(bench.chart(), ["1 check Responder"], "nobody is told of the call yet");
    assert_eq!(bench.state(1), CircuitState::IncomingCheck);
    bench
}

#[test]
fn q784_6_1_1_an_outgoing_call_goes_on_when_the_tone_has_come_back() {
    let mut bench = checking();
    bench.pass(1);
    bench.request(1, Request::ToneHeard);
    bench.receive(1, M::ACM);
    bench.receive(1, M::ANM);
    bench.release(1);
    assert_eq!(bench.chart(), ["1 check Off", "1 -> COT passed", "1 AddressComplete", "1 Answer", "1 -> REL 16"]);
    bench.request(1, Request::ToneHeard);
    assert_eq!(bench.exchange.counters().requests_unexpected, 1, "heard twice");
}

#[test]
fn q784_6_1_2_a_call_checked_on_a_previous_circuit_is_told_after_cot() {
    let mut bench = Bench::ready();
    bench.receive_message(1, &with_check(ON_PREVIOUS));
    bench.receive(1, M::SAM);
    assert_eq!(bench.chart(), [""; 0], "no loop here, and no backward message can be sent");
    bench.pass(9);
    bench.receive_message(1, &continuity(true));
    assert_eq!(bench.chart(), ["1 Setup", "1 SubsequentAddress"]);
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    assert_eq!(bench.chart(), ["1 -> ACM"]);
    assert_eq!(bench.pass(60), [""; 0], "T8 is over");
}

#[test]
fn q784_6_1_3_the_calling_party_clears_during_the_check() {
    let mut bench = checking();
    bench.release(1);
    assert_eq!(bench.chart(), ["1 check Off", "1 -> REL 16"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released"]);
}

#[test]
fn the_far_end_clears_during_its_check_and_nobody_was_troubled() {
    let mut bench = looped();
    bench.receive(1, M::REL);
    assert_eq!(bench.chart(), ["1 check Off", "1 -> RLC"]);
    assert!(bench.view(1).is_available());
    assert_eq!(bench.pass(600), [""; 0]);
}

#[test]
fn an_incoming_call_is_told_when_its_check_has_passed() {
    let mut bench = looped();
    bench.receive_message(1, &continuity(true));
    assert_eq!(bench.chart(), ["1 check Off", "1 Setup"]);
    assert_eq!(bench.state(1), CircuitState::IncomingSetup);
}

#[test]
fn q784_6_1_5_and_6_2_4_a_failed_check_refuses_the_call_and_is_repeated_until_it_passes() {
    let mut bench = checking();
    assert_eq!(
        bench.pass(2),
        ["1 s: 1 check Off", "1 s: 1 alarm T24", "1 s: 1 -> COT failed", "1 s: 1 SetupRefused Continuity"]
    );
    assert_eq!(bench.state(1), CircuitState::ContinuityRecheck);
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 SetupRefused Unavailable"]);
    // T25 after the first failure, T26 after the second.
    assert_eq!(
        bench.pass(10),
        [
            "2 s: 1 check Transceiver",
            "2 s: 1 -> CCR",
            "4 s: 1 check Off",
            "4 s: 1 alarm T24",
            "4 s: 1 -> COT failed",
            "4 s: 1 check failed"
        ]
    );
    assert_eq!(bench.pass(53), ["64 s: 1 check Transceiver", "64 s: 1 -> CCR"]);
    bench.request(1, Request::ToneHeard);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 check Off", "1 check passed", "1 -> REL 16"]);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_4_1_the_far_end_checks_an_idle_circuit_and_releases_it() {
    let mut bench = Bench::ready();
    bench.receive(1, M::CCR);
    assert_eq!(bench.chart(), ["1 check Responder"]);
    bench.receive(1, M::REL);
    assert_eq!(bench.chart(), ["1 check Off", "1 -> RLC"]);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_4_2_the_operator_checks_an_idle_circuit_and_it_passes() {
    let mut bench = Bench::ready();
    bench.request(1, Request::CheckContinuity);
    assert_eq!(bench.chart(), ["1 check Transceiver", "1 -> CCR"]);
    bench.request(1, Request::ToneHeard);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 check Off", "1 check passed", "1 -> REL 16"]);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_4_3_failures_that_the_far_end_reports_are_followed_by_its_next_check() {
    let mut bench = Bench::ready();
    for _ in 0..3 {
        bench.receive(1, M::CCR);
        bench.receive_message(1, &continuity(false));
        assert_eq!(bench.chart(), ["1 check Responder", "1 check Off"]);
        assert_eq!(bench.pass(60), [""; 0]);
    }
    bench.receive(1, M::CCR);
    bench.receive(1, M::REL);
    assert_eq!(bench.chart(), ["1 check Responder", "1 check Off", "1 -> RLC"]);
}

#[test]
fn q784_1_4_4_a_check_of_ours_that_fails_is_repeated_by_t25_then_t26() {
    let mut bench = Bench::ready();
    bench.request(1, Request::CheckContinuity);
    bench.chart();
    let chart = bench.pass(130);
    let sent: Vec<_> = chart.iter().filter(|line| line.contains("->")).collect();
    assert_eq!(
        sent,
        [
            "1 s: 1 -> COT failed",
            "2 s: 1 -> CCR",
            "4 s: 1 -> COT failed",
            "64 s: 1 -> CCR",
            "66 s: 1 -> COT failed",
            "126 s: 1 -> CCR",
            "128 s: 1 -> COT failed"
        ]
    );
    bench.request(1, Request::Reset);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 -> RSC", "1 ResetConfirmed"], "a reset ends it");
}

#[test]
fn q784_1_4_5_t27_resets_a_circuit_whose_failed_check_is_not_repeated() {
    let mut bench = looped();
    bench.receive_message(1, &continuity(false));
    assert_eq!(bench.chart(), ["1 check Off"]);
    assert_eq!(bench.pass(240), ["240 s: 1 alarm T27", "240 s: 1 -> RSC"]);
    bench.receive(1, M::RLC);
    assert!(bench.view(1).is_available());
}

#[test]
fn t36_resets_a_circuit_whose_check_never_ends() {
    let mut bench = Bench::ready();
    bench.receive(1, M::CCR);
    bench.chart();
    assert_eq!(bench.pass(10), ["10 s: 1 check Off", "10 s: 1 alarm T36", "10 s: 1 -> RSC"]);
}

#[test]
fn q784_5_2_5_t8_releases_a_call_whose_cot_does_not_come() {
    let mut bench = looped();
    assert_eq!(bench.pass(10), ["10 s: 1 check Off", "10 s: 1 -> REL 41"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), [""; 0], "nobody knew of the call");
    bench.receive_message(2, &with_check(ON_PREVIOUS));
    assert_eq!(bench.pass(10), ["20 s: 2 -> REL 41"]);
}

#[test]
fn a_check_that_failed_on_a_previous_circuit_releases_the_call() {
    let mut bench = Bench::ready();
    bench.receive_message(1, &with_check(ON_PREVIOUS));
    bench.receive_message(1, &continuity(false));
    assert_eq!(bench.chart(), ["1 -> REL 41"]);
}

#[test]
fn where_the_variant_has_lpa_it_answers_ccr_and_the_tone_waits_for_it() {
    let mut bench = Bench::ready_as(Variant::ANSI_95);
    bench.receive(1, M::CCR);
    assert_eq!(bench.chart(), ["1 check Responder", "1 -> LPA"]);
    bench.request(2, Request::CheckContinuity);
    assert_eq!(bench.chart(), ["2 -> CCR"]);
    bench.receive(2, M::LPA);
    assert_eq!(bench.chart(), ["2 check Transceiver"]);
    bench.request(2, Request::ToneHeard);
    assert_eq!(bench.chart(), ["2 check Off", "2 check passed", "2 -> REL 16"]);
    bench.request(3, Request::CheckContinuity);
    bench.chart();
    let failed = bench.pass(2);
    assert_eq!(failed, ["2 s: 3 alarm Tccr", "2 s: 3 check failed"], "no loop, so no tone and no COT");
}

#[test]
fn checks_of_both_ends_that_cross_are_decided_as_a_dual_seizure_is() {
    // We control the odd circuits.
    for (cic, chart) in [(1, vec![]), (2, vec!["2 check Responder"])] {
        let mut bench = Bench::ready();
        bench.request(cic, Request::CheckContinuity);
        bench.chart();
        bench.receive(cic, M::CCR);
        assert_eq!(bench.chart(), chart, "CCR on {cic}");
    }
    for (cic, chart) in [(1, vec![]), (2, vec!["2 check Off", "2 Setup"])] {
        let mut bench = Bench::ready();
        bench.request(cic, Request::CheckContinuity);
        bench.chart();
        bench.receive_message(cic, &with_check(NOT_REQUIRED));
        assert_eq!(bench.chart(), chart, "IAM on {cic}");
    }
}

#[test]
fn digits_beyond_those_that_a_check_holds_are_counted_and_dropped() {
    let mut bench = looped();
    for _ in 0..20 {
        bench.receive(1, M::SAM);
    }
    bench.receive_message(1, &continuity(true));
    let told = bench.chart();
    assert_eq!(told.iter().filter(|line| line.contains("SubsequentAddress")).count(), 16);
    assert_eq!(bench.exchange.counters().unexpected, 4);
}

#[test]
fn a_reset_of_either_kind_ends_a_check() {
    for kind in [M::RSC, M::REL] {
        let mut bench = looped();
        bench.receive(1, kind);
        assert_eq!(bench.chart(), ["1 check Off", "1 -> RLC"]);
    }
    let mut bench = looped();
    bench.receive_range(1, M::GRS, isup::codec::RangeAndStatus::without_status(3));
    assert_eq!(bench.chart(), ["1 check Off", "1 -> GRA"]);
}
