//! CGB, CGBA, CGU and CGUA.

use isup::codec::{Cic, MessageType as M};
use isup::exchange::{CircuitRange, CircuitState, GroupRequest, MtpIndication, Request, Supervision};

use crate::bench::{Bench, FAR};

const MAINTENANCE: u8 = 0;
const HARDWARE: u8 = 1;

fn circuits(first: u16, last: u16) -> CircuitRange {
    CircuitRange { destination: FAR, first: Cic(first), last: Cic(last) }
}

fn block(bench: &mut Bench, first: u16, last: u16, why: Supervision) {
    bench.exchange.handle_group_request(bench.now, GroupRequest::Block(circuits(first, last), why));
}

fn unblock(bench: &mut Bench, first: u16, last: u16, why: Supervision) {
    bench.exchange.handle_group_request(bench.now, GroupRequest::Unblock(circuits(first, last), why));
}

#[test]
fn q784_1_3_1_1x_the_far_end_blocks_and_unblocks_a_group_for_maintenance() {
    let mut bench = Bench::outgoing(2);
    bench.receive_supervision(1, M::CGB, MAINTENANCE, 3, &[0, 1, 3]);
    bench.receive_supervision(1, M::CGB, MAINTENANCE, 3, &[0, 1, 3]);
    assert_eq!(
        bench.chart(),
        ["1 -> CGBA 0 [1, 2, 4]", "1 Blocked", "2 Blocked", "4 Blocked", "1 -> CGBA 0 [1, 2, 4]"]
    );
    assert_eq!(bench.state(2), CircuitState::OutgoingAnswered, "the call goes on");
    bench.setup(4);
    bench.receive_supervision(1, M::CGU, MAINTENANCE, 3, &[0, 3]);
    assert_eq!(bench.chart(), ["4 SetupRefused Blocked", "1 -> CGUA 0 [1, 4]", "1 Unblocked", "4 Unblocked"]);
    assert!(bench.view(4).is_available() && bench.view(2).blocked_remote);
}

#[test]
fn q784_1_3_1_1_a_hardware_failure_of_the_far_end_ends_the_calls_of_the_group() {
    let mut bench = Bench::outgoing(1);
    bench.setup(2);
    bench.receive(3, M::IAM);
    bench.chart();
    bench.receive_supervision(1, M::CGB, HARDWARE, 3, &[0, 1, 2, 3]);
    assert_eq!(
        bench.chart(),
        [
            "1 -> CGBA 1 [1, 2, 3, 4]",
            "1 Blocked",
            "1 Lost 41",
            "1 -> REL 41",
            "2 Blocked",
            "2 SetupRefused Blocked",
            "2 -> REL 31",
            "3 Blocked",
            "3 Lost 41",
            "3 -> REL 41",
            "4 Blocked"
        ]
    );
    for cic in [1, 2, 3] {
        bench.receive(cic, M::RLC);
    }
    assert_eq!(bench.chart(), ["1 Released", "3 Released"]);
    bench.receive_supervision(1, M::CGU, HARDWARE, 3, &[0, 1, 2, 3]);
    assert!(bench.chart().contains(&"4 Unblocked".to_string()));
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_3_1_1y_and_1z_ranges_and_kinds_that_q763_does_not_allow_are_discarded() {
    let mut bench = Bench::ready();
    for range in [0, 32, 255] {
        bench.receive_supervision(1, M::CGB, MAINTENANCE, range, &[0]);
        bench.receive_supervision(1, M::CGU, MAINTENANCE, range, &[0]);
    }
    bench.receive_supervision(1, M::CGB, 2, 3, &[0]);
    // Range of 16 circuits with status for eight.
    bench.receive_payload(vec![1, 0, 0x18, 0, 1, 2, 15, 0xff]);
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.exchange.counters().malformed, 8);
    assert!(bench.view(1).is_available());
}

#[test]
fn q784_1_3_2_5_what_cgb_blocked_for_maintenance_ubl_unblocks() {
    let mut bench = Bench::ready();
    bench.receive_supervision(1, M::CGB, MAINTENANCE, 1, &[0]);
    bench.receive(1, M::UBL);
    bench.setup(1);
    assert_eq!(bench.chart(), ["1 -> CGBA 0 [1]", "1 Blocked", "1 Unblocked", "1 -> UBA", "1 -> IAM"]);
}

#[test]
fn the_two_kinds_of_blocking_are_lifted_apart_from_each_other() {
    let mut bench = Bench::ready();
    bench.receive_supervision(1, M::CGB, HARDWARE, 1, &[0]);
    bench.receive(1, M::BLO);
    bench.receive(1, M::UBL);
    bench.receive_supervision(1, M::CGU, MAINTENANCE, 1, &[0]);
    assert_eq!(bench.chart(), ["1 -> CGBA 1 [1]", "1 Blocked", "1 -> BLA", "1 -> UBA", "1 -> CGUA 0 [1]"]);
    assert!(bench.view(1).blocked_remote);
    bench.receive(1, M::RSC);
    assert_eq!(bench.chart(), ["1 Unblocked", "1 -> RLC"]);
}

#[test]
fn circuits_that_do_not_exist_are_left_out_of_the_acknowledgement() {
    let mut bench = Bench::ready();
    bench.receive_supervision(4, M::CGB, MAINTENANCE, 3, &[0, 1, 2, 3]);
    assert_eq!(bench.chart(), ["4 -> CGBA 0 [4, 6]", "4 Blocked", "6 Blocked"]);
    bench.receive_supervision(20, M::CGB, MAINTENANCE, 3, &[0]);
    assert_eq!(bench.chart()[1..], ["20 -> UCIC"]);
}

#[test]
fn q784_1_3_1_2x_we_block_and_unblock_a_group() {
    let mut bench = Bench::ready();
    block(&mut bench, 2, 9, Supervision::Maintenance);
    assert_eq!(
        bench.chart(),
        [
            "2 journal true",
            "3 journal true",
            "4 journal true",
            "1 -> CGB 0 [2, 3, 4]",
            "6 journal true",
            "6 -> CGB 0 [6]"
        ]
    );
    bench.receive_supervision(1, M::CGBA, MAINTENANCE, 3, &[1, 2, 3]);
    bench.receive_supervision(6, M::CGBA, MAINTENANCE, 1, &[0]);
    assert_eq!(bench.chart(), ["2 BlockConfirmed", "3 BlockConfirmed", "4 BlockConfirmed", "6 BlockConfirmed"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
    unblock(&mut bench, 3, 3, Supervision::Maintenance);
    bench.receive_supervision(1, M::CGUA, MAINTENANCE, 3, &[2]);
    assert_eq!(bench.chart(), ["3 journal false", "1 -> CGU 0 [3]", "3 UnblockConfirmed"]);
    bench.request(2, Request::Unblock);
    bench.receive(2, M::UBA);
    assert_eq!(bench.chart(), ["2 journal false", "2 -> UBL", "2 UnblockConfirmed"]);
    assert_eq!([1, 2, 3, 4, 6].map(|cic| bench.view(cic).blocked_local), [false, false, false, true, true]);
}

#[test]
fn q784_5_2_9_cgb_is_repeated_every_t18_until_t19_and_then_by_t19() {
    let mut bench = Bench::ready();
    block(&mut bench, 1, 2, Supervision::HardwareFailure);
    assert_eq!(bench.chart(), ["1 -> CGB 1 [1, 2]"]);
    let repeated: Vec<String> = (1..20).map(|n| format!("{} s: 1 -> CGB 1 [1, 2]", n * 15)).collect();
    assert_eq!(bench.pass(299), repeated);
    assert_eq!(
        bench.pass(301),
        ["300 s: 1 alarm T19", "300 s: 1 -> CGB 1 [1, 2]", "600 s: 1 alarm T19", "600 s: 1 -> CGB 1 [1, 2]"]
    );
    bench.receive_supervision(1, M::CGBA, HARDWARE, 3, &[0, 1]);
    assert_eq!(bench.chart(), ["1 BlockConfirmed", "2 BlockConfirmed"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn q784_5_2_10_cgu_is_repeated_every_t20_until_t21_and_then_by_t21() {
    let mut bench = Bench::ready();
    block(&mut bench, 1, 2, Supervision::Maintenance);
    bench.receive_supervision(1, M::CGBA, MAINTENANCE, 3, &[0, 1]);
    unblock(&mut bench, 1, 2, Supervision::Maintenance);
    bench.chart();
    let repeated: Vec<String> = (1..20).map(|n| format!("{} s: 1 -> CGU 0 [1, 2]", n * 15)).collect();
    assert_eq!(bench.pass(299), repeated);
    assert_eq!(bench.pass(1), ["300 s: 1 alarm T21", "300 s: 1 -> CGU 0 [1, 2]"]);
    bench.receive_supervision(1, M::CGUA, MAINTENANCE, 3, &[0, 1]);
    assert_eq!(bench.chart(), ["1 UnblockConfirmed", "2 UnblockConfirmed"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn circuits_that_an_acknowledgement_leaves_out_are_asked_for_again() {
    let mut bench = Bench::ready();
    block(&mut bench, 1, 4, Supervision::HardwareFailure);
    bench.receive_supervision(1, M::CGBA, HARDWARE, 3, &[0, 1]);
    bench.chart();
    assert_eq!(bench.pass(15), ["15 s: 1 -> CGB 1 [3, 4]"]);
}

#[test]
fn acknowledgements_that_nobody_asked_for_are_counted() {
    let mut bench = Bench::ready();
    bench.receive_supervision(1, M::CGBA, MAINTENANCE, 3, &[0]);
    block(&mut bench, 1, 2, Supervision::Maintenance);
    bench.chart();
    bench.receive_supervision(1, M::CGBA, HARDWARE, 3, &[0]);
    bench.receive_supervision(1, M::CGBA, MAINTENANCE, 1, &[0]);
    bench.receive_supervision(1, M::CGUA, MAINTENANCE, 3, &[0]);
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.exchange.counters().unexpected, 4);
}

#[test]
fn a_change_of_mind_is_followed_for_each_circuit() {
    let mut bench = Bench::ready();
    block(&mut bench, 1, 4, Supervision::HardwareFailure);
    unblock(&mut bench, 3, 4, Supervision::HardwareFailure);
    assert_eq!(bench.chart(), ["1 -> CGB 1 [1, 2, 3, 4]", "1 -> CGU 1 [3, 4]"]);
    assert_eq!(bench.pass(15), ["15 s: 1 -> CGB 1 [1, 2]", "15 s: 1 -> CGU 1 [3, 4]"]);
    bench.receive_supervision(1, M::CGBA, HARDWARE, 3, &[0, 1, 2, 3]);
    bench.receive_supervision(1, M::CGUA, HARDWARE, 3, &[2, 3]);
    assert_eq!(bench.chart(), ["1 BlockConfirmed", "2 BlockConfirmed", "3 UnblockConfirmed", "4 UnblockConfirmed"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn our_hardware_failure_ends_calls_and_is_told_again_after_a_reset() {
    let mut bench = Bench::outgoing(1);
    block(&mut bench, 1, 3, Supervision::HardwareFailure);
    bench.receive_supervision(1, M::CGBA, HARDWARE, 3, &[0, 1, 2]);
    bench.receive(1, M::RLC);
    assert_eq!(
        bench.chart(),
        [
            "1 Lost 41",
            "1 -> REL 41",
            "1 -> CGB 1 [1, 2, 3]",
            "1 BlockConfirmed",
            "2 BlockConfirmed",
            "3 BlockConfirmed",
            "1 Released"
        ]
    );
    bench.receive(2, M::RSC);
    assert_eq!(bench.chart(), ["2 -> RLC", "1 -> CGB 1 [2]"]);
    bench.receive_range(1, M::GRS, isup::codec::RangeAndStatus::without_status(3));
    assert_eq!(bench.chart(), ["1 -> GRA", "1 -> CGB 1 [1, 2, 3]"], "one message for all of the group");
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    assert!(bench.view(3).blocked_local);
}
