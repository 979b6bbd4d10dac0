//! GRS and GRA.

use isup::codec::{Cic, MessageType as M, RangeAndStatus};
use isup::exchange::{CircuitSpec, CircuitState, GroupRequest, MtpIndication, Request};

use crate::bench::{Bench, FAR};

fn status(range: u8, blocked: &[usize]) -> RangeAndStatus {
    let mut status = RangeAndStatus::with_status(range);
    blocked.iter().for_each(|place| status.mark(*place));
    status
}

/// The range and status octets of the GRA that is sent next.
fn acknowledgement(bench: &mut Bench) -> Vec<u8> {
    while let Some(output) = bench.exchange.poll_output() {
        if let isup::exchange::Output::Transfer(transfer) = output {
            let (_, message) = isup::codec::decode_with_cic(&transfer.payload).expect("what we send can be read");
            assert_eq!(message.kind, M::GRA);
            return message.octets(isup::codec::ParameterCode::RANGE_AND_STATUS).unwrap_or_default().to_vec();
        }
    }
    panic!("no GRA was sent");
}

#[test]
fn at_the_first_resume_every_circuit_is_reset_by_group_or_alone() {
    let mut bench = Bench::cold();
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 SetupRefused Unavailable"]);
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    assert_eq!(bench.chart(), ["1 -> GRS", "6 -> RSC"]);
    bench.receive(2, M::IAM);
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 SetupRefused Unavailable"], "calls wait for the reset");
    bench.receive_range(1, M::GRA, status(3, &[1]));
    bench.receive(6, M::RLC);
    assert_eq!(
        bench.chart(),
        [
            "1 ResetConfirmed",
            "2 Blocked",
            "2 ResetConfirmed",
            "3 ResetConfirmed",
            "4 ResetConfirmed",
            "6 ResetConfirmed"
        ]
    );
    assert!(bench.view(1).is_available() && !bench.view(2).is_available());
}

#[test]
fn groups_have_at_most_32_circuits_and_no_gaps() {
    let circuits = (1..=31).filter(|cic| *cic != 16).chain(100..150);
    let mut bench = Bench::with(circuits.map(|cic| CircuitSpec { destination: FAR, cic: Cic(cic) }).collect());
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    assert_eq!(bench.chart(), ["1 -> GRS", "17 -> GRS", "100 -> GRS", "132 -> GRS"]);
}

#[test]
fn q784_5_2_11_grs_is_repeated_every_t22_until_t23_and_then_by_t23() {
    let mut bench = Bench::ready();
    bench.exchange.handle_group_request(bench.now, GroupRequest::Reset(FAR));
    bench.receive(6, M::RLC);
    bench.chart();
    let repeated: Vec<String> = (1..20).map(|n| format!("{} s: 1 -> GRS", n * 15)).collect();
    assert_eq!(bench.pass(299), repeated);
    assert_eq!(bench.pass(301), ["300 s: 1 alarm T23", "300 s: 1 -> GRS", "600 s: 1 alarm T23", "600 s: 1 -> GRS"]);
    bench.receive_range(1, M::GRA, status(3, &[]));
    bench.chart();
    assert_eq!(bench.pass(3_600), [""; 0]);
    assert_eq!(bench.state(4), CircuitState::Idle);
}

#[test]
fn a_gra_that_nobody_asked_for_or_with_another_range_is_counted() {
    let mut bench = Bench::ready();
    bench.receive_range(1, M::GRA, status(3, &[]));
    bench.exchange.handle_group_request(bench.now, GroupRequest::Reset(FAR));
    bench.receive_range(1, M::GRA, status(2, &[]));
    bench.receive_range(2, M::GRA, status(3, &[]));
    assert_eq!(bench.exchange.counters().unexpected, 3);
    assert_eq!(bench.state(1), CircuitState::Resetting);
}

#[test]
fn q784_1_2_5_grs_is_answered_and_ranges_that_q763_does_not_allow_are_discarded() {
    let mut bench = Bench::ready();
    bench.receive_range(1, M::GRS, RangeAndStatus::without_status(3));
    assert_eq!(bench.chart(), ["1 -> GRA"]);
    for range in [0, 32, 255] {
        bench.receive_range(1, M::GRS, RangeAndStatus::without_status(range));
    }
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.exchange.counters().malformed, 3);
}

#[test]
fn q784_1_2_7_grs_lifts_the_far_ends_blocking_and_gra_tells_ours() {
    let mut bench = Bench::ready();
    bench.receive(1, M::BLO);
    bench.request(3, Request::Block);
    bench.receive(3, M::BLA);
    bench.chart();
    bench.receive_range(1, M::GRS, RangeAndStatus::without_status(3));
    assert_eq!(acknowledgement(&mut bench), [3, 0b0100]);
    assert!(bench.view(1).is_available());
    assert!(bench.view(3).blocked_local);
}

#[test]
fn a_range_may_span_a_circuit_that_does_not_exist() {
    let mut bench = Bench::ready();
    bench.receive_range(4, M::GRS, RangeAndStatus::without_status(2));
    assert_eq!(acknowledgement(&mut bench), [2, 0]);
    bench.receive_range(20, M::GRS, RangeAndStatus::without_status(2));
    assert!(bench.chart().contains(&"20 -> UCIC".to_string()));
}

#[test]
fn gra_waits_for_the_owners_of_all_calls_in_the_group() {
    let mut bench = Bench::outgoing(1);
    bench.receive(2, M::IAM);
    bench.setup(3);
    bench.release(3);
    bench.chart();
    bench.receive_range(1, M::GRS, RangeAndStatus::without_status(3));
    bench.receive_range(1, M::GRS, RangeAndStatus::without_status(3));
    assert_eq!(bench.chart(), ["1 Lost 31", "2 Lost 31", "3 Released"]);
    bench.request(2, Request::ReleaseResponse);
    assert_eq!(bench.chart(), ["2 Released"]);
    bench.request(1, Request::ReleaseResponse);
    assert_eq!(bench.chart(), ["1 Released", "1 -> GRA"]);
}

#[test]
fn a_group_reset_by_the_operator_loses_calls_and_frees_them() {
    let mut bench = Bench::outgoing(1);
    bench.exchange.handle_group_request(bench.now, GroupRequest::Reset(FAR));
    assert_eq!(bench.chart(), ["1 Lost 31", "1 -> GRS", "6 -> RSC"]);
    bench.receive_range(1, M::GRA, status(3, &[]));
    assert_eq!(bench.chart()[..2], ["1 Released", "1 ResetConfirmed"]);
}

#[test]
fn both_ends_may_reset_at_once() {
    let mut bench = Bench::cold();
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    bench.receive_range(1, M::GRS, RangeAndStatus::without_status(3));
    bench.receive(6, M::RSC);
    assert_eq!(bench.chart(), ["1 -> GRS", "6 -> RSC", "1 -> GRA", "6 -> RLC"]);
    bench.receive_range(1, M::GRA, status(3, &[]));
    bench.receive(6, M::RLC);
    bench.chart();
    assert!(bench.view(1).is_available() && bench.view(6).is_available());
}

#[test]
fn our_blocking_is_told_again_after_a_group_reset() {
    let mut bench = Bench::cold();
    // After a restart the operator's blocking is handed back before the destination can be reached.
    bench.request(2, Request::Block);
    bench.chart();
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    bench.receive_range(1, M::GRA, status(3, &[]));
    let chart = bench.chart();
    assert_eq!(chart[2..5], ["1 ResetConfirmed", "2 ResetConfirmed", "2 -> BLO"]);
}
