//! Dual seizure, and seizures that the far end cannot take.

use isup::codec::{MessageType as M, RangeAndStatus};
use isup::exchange::{CircuitState, Request};

use crate::bench::{Bench, message};

#[test]
fn dual_seizure_on_a_circuit_that_we_control_goes_on_with_our_call() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::IAM);
    bench.receive(1, M::ACM);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 AddressComplete"]);
    assert_eq!(bench.exchange.counters().dual_seizures, 1);
}

#[test]
fn dual_seizure_on_a_circuit_that_the_far_end_controls_takes_its_call() {
    let mut bench = Bench::ready();
    bench.setup(2);
    bench.receive(2, M::IAM);
    assert_eq!(bench.chart(), ["2 -> IAM", "2 SetupRefused DualSeizure", "2 Setup"]);
    assert_eq!(bench.state(2), CircuitState::IncomingSetup);
    bench.request(2, Request::AddressComplete(message(M::ACM)));
    assert_eq!(bench.chart(), ["2 -> ACM"]);
    assert_eq!(bench.pass(600), [""; 0], "T7 of the call that backed off is gone");
}

#[test]
fn a_second_iam_after_a_backward_message_is_no_dual_seizure() {
    let mut bench = Bench::ready();
    bench.setup(2);
    bench.receive(2, M::ACM);
    bench.receive(2, M::IAM);
    assert_eq!(bench.chart(), ["2 -> IAM", "2 AddressComplete"]);
    assert_eq!(bench.exchange.counters().unexpected, 1);
}

#[test]
fn blo_before_any_backward_message_sends_the_call_to_another_circuit() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::BLO);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 Blocked", "1 -> BLA", "1 SetupRefused Blocked", "1 -> REL 31"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), [""; 0], "nobody waits for this circuit");
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 SetupRefused Blocked"]);
}

#[test]
fn q784_6_2_3_a_reset_before_any_backward_message_sends_the_call_to_another_circuit() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 SetupRefused Reset", "1 -> RLC"]);
    bench.setup(1);
    bench.setup(2);
    bench.receive_range(1, M::GRS, RangeAndStatus::without_status(3));
    assert_eq!(bench.chart(), ["1 -> IAM", "2 -> IAM", "1 SetupRefused Reset", "2 SetupRefused Reset", "1 -> GRA"]);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_6_2_5_what_cannot_be_before_any_backward_message_sends_the_call_to_another_circuit() {
    for kind in [M::RES, M::SUS, M::COT] {
        let mut bench = Bench::ready();
        bench.setup(1);
        bench.receive(1, kind);
        assert_eq!(bench.chart(), ["1 -> IAM", "1 SetupRefused Unreasonable", "1 -> RSC"]);
        bench.receive(1, M::RLC);
        assert_eq!(bench.chart(), ["1 ResetConfirmed"]);
    }
}

#[test]
fn ucic_takes_the_circuit_out_of_use_until_the_far_end_shows_that_it_has_it() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::UCIC);
    bench.setup(1);
    assert_eq!(
        bench.chart(),
        ["1 -> IAM", "1 SetupRefused Unequipped", "alarm Unequipped(CircuitId(0))", "1 SetupRefused Unequipped"]
    );
    bench.receive(1, M::IAM);
    assert_eq!(bench.chart(), ["1 Setup"]);
}

#[test]
fn q784_1_1_a_request_for_a_circuit_that_does_not_exist_gets_ucic_and_an_answer_gets_nothing() {
    let mut bench = Bench::ready();
    for kind in [M::IAM, M::RLC, M::UCIC, M::BLA] {
        bench.receive(9, kind);
    }
    let chart = bench.chart();
    assert_eq!(chart.iter().filter(|line| line.starts_with("alarm UnknownCircuit")).count(), 4);
    assert_eq!(chart.iter().filter(|line| line.contains("->")).collect::<Vec<_>>(), ["9 -> UCIC"]);
}
