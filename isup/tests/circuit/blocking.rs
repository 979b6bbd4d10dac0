//! BLO, BLA, UBL and UBA.

use isup::codec::MessageType as M;
use isup::exchange::{CircuitState, Request};

use crate::bench::Bench;

#[test]
fn q784_1_3_2_1_the_far_end_blocks_and_unblocks() {
    let mut bench = Bench::ready();
    bench.receive(1, M::BLO);
    bench.receive(1, M::BLO);
    bench.setup(1);
    bench.receive(1, M::UBL);
    bench.receive(1, M::UBL);
    assert_eq!(
        bench.chart(),
        ["1 Blocked", "1 -> BLA", "1 -> BLA", "1 SetupRefused Blocked", "1 Unblocked", "1 -> UBA", "1 -> UBA"]
    );
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_3_2_2_and_1_3_2_3_we_block_and_unblock_whatever_the_far_end_does() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    bench.receive(1, M::BLO);
    bench.request(1, Request::Unblock);
    bench.receive(1, M::UBA);
    assert_eq!(
        bench.chart(),
        [
            "1 journal true",
            "1 -> BLO",
            "1 BlockConfirmed",
            "1 Blocked",
            "1 -> BLA",
            "1 journal false",
            "1 -> UBL",
            "1 UnblockConfirmed"
        ]
    );
    let view = bench.view(1);
    assert_eq!((view.blocked_local, view.blocked_remote), (false, true));
}

#[test]
fn q784_1_3_2_4_an_iam_lifts_the_far_ends_blocking() {
    let mut bench = Bench::ready();
    bench.receive(1, M::BLO);
    bench.receive(1, M::IAM);
    assert_eq!(bench.chart(), ["1 Blocked", "1 -> BLA", "1 Unblocked", "1 Setup"]);
}

#[test]
fn q784_5_2_6_blo_is_repeated_every_t12_until_t13_and_then_by_t13() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.chart();
    let repeated: Vec<String> = (1..20).map(|n| format!("{} s: 1 -> BLO", n * 15)).collect();
    assert_eq!(bench.pass(299), repeated);
    assert_eq!(bench.pass(301), ["300 s: 1 alarm T13", "300 s: 1 -> BLO", "600 s: 1 alarm T13", "600 s: 1 -> BLO"]);
    bench.receive(1, M::BLA);
    assert_eq!(bench.chart(), ["1 BlockConfirmed"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn q784_5_2_7_ubl_is_repeated_every_t14_until_t15_and_then_by_t15() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    bench.request(1, Request::Unblock);
    bench.chart();
    let repeated: Vec<String> = (1..20).map(|n| format!("{} s: 1 -> UBL", n * 15)).collect();
    assert_eq!(bench.pass(299), repeated);
    assert_eq!(bench.pass(1), ["300 s: 1 alarm T15", "300 s: 1 -> UBL"]);
    bench.receive(1, M::UBA);
    assert_eq!(bench.chart(), ["1 UnblockConfirmed"]);
}

#[test]
fn a_call_goes_on_while_its_circuit_is_blocked_and_ends_in_a_blocked_circuit() {
    let mut bench = Bench::outgoing(1);
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    assert_eq!(bench.state(1), CircuitState::OutgoingAnswered);
    bench.release(1);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 journal true", "1 -> BLO", "1 BlockConfirmed", "1 -> REL 16", "1 Released"]);
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 SetupRefused Blocked"]);
}

#[test]
fn an_iam_that_crossed_our_blo_is_taken_and_a_later_one_is_told_again() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::IAM);
    assert_eq!(bench.chart(), ["1 journal true", "1 -> BLO", "1 Setup"]);
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    bench.chart();
    bench.receive(1, M::IAM);
    assert_eq!(bench.chart(), ["1 -> BLO"]);
}

#[test]
fn acknowledgements_that_do_not_fit_are_answered_by_what_is_true() {
    let mut bench = Bench::ready();
    bench.receive(1, M::BLA);
    assert_eq!(bench.chart(), ["1 -> UBL"]);
    bench.receive(1, M::UBA);
    bench.receive(1, M::UBA);
    assert_eq!(bench.chart(), ["1 UnblockConfirmed"]);
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    bench.receive(1, M::BLA);
    bench.chart();
    bench.receive(1, M::UBA);
    assert_eq!(bench.chart(), ["1 -> BLO"]);
}

#[test]
fn a_change_of_mind_before_the_acknowledgement_is_followed() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.request(1, Request::Unblock);
    bench.receive(1, M::BLA);
    bench.receive(1, M::UBA);
    assert_eq!(bench.chart(), ["1 journal true", "1 -> BLO", "1 journal false", "1 -> UBL", "1 UnblockConfirmed"]);
}

#[test]
fn ucic_ends_what_was_begun_about_a_circuit_and_its_return_begins_it_again() {
    for (order, message) in [(Request::Block, "1 -> BLO"), (Request::Reset, "1 -> RSC")] {
        let mut bench = Bench::ready();
        bench.request(1, order);
        assert!(bench.chart().contains(&message.to_owned()));
        bench.receive(1, M::UCIC);
        assert_eq!(bench.chart(), ["alarm Unequipped(CircuitId(0))"]);
        assert_eq!(bench.state(1), CircuitState::Unequipped);
        assert_eq!(bench.pass(3_600), [""; 0], "nothing is repeated");
    }
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::UCIC);
    bench.chart();
    bench.request(1, Request::Reset);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 -> RSC", "1 ResetConfirmed", "1 -> BLO"], "the operator's decision has held");
    bench.receive(1, M::BLA);
    assert_eq!(bench.state(1), CircuitState::Idle);
}

#[test]
fn ucic_to_an_unblocking_leaves_the_circuit_unblocked_here() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::BLA);
    bench.request(1, Request::Unblock);
    bench.receive(1, M::UCIC);
    bench.chart();
    assert_eq!(bench.pass(3_600), [""; 0]);
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 -> RLC"]);
    assert!(bench.view(1).is_available());
}

#[test]
fn ucic_to_a_release_lets_its_owner_go() {
    let mut bench = Bench::outgoing(1);
    bench.release(1);
    bench.chart();
    bench.receive(1, M::UCIC);
    assert_eq!(bench.chart(), ["1 Released", "alarm Unequipped(CircuitId(0))"]);
    assert_eq!(bench.pass(3_600), [""; 0], "REL is not repeated");
}

#[test]
fn a_far_end_that_speaks_of_a_circuit_has_it() {
    let mut bench = Bench::ready();
    bench.request(1, Request::Block);
    bench.receive(1, M::UCIC);
    bench.chart();
    bench.receive(1, M::BLO);
    assert_eq!(bench.chart(), ["1 Blocked", "1 -> BLA"]);
    assert_eq!(bench.state(1), CircuitState::Idle);
}

#[test]
fn ucic_in_a_call_says_that_a_blocking_is_not_heard_and_leaves_the_call_alone() {
    let mut bench = Bench::incoming(1);
    bench.request(1, Request::Block);
    bench.receive(1, M::UCIC);
    bench.chart();
    assert_eq!(bench.state(1), CircuitState::IncomingAnswered);
    assert!(!bench.pass(3_600).iter().any(|line| line.contains("BLO")));
}
