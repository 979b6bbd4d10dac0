//! Basic error correction, Q.781 groups 3, 4, 8 and 10.

use std::time::Duration;

use isup::mtp2::txc::{CONGESTION_ONSET, UNACKNOWLEDGED_MAX, WAITING_MAX};
use isup::mtp2::unit::{Contents, Header};
use isup::mtp2::{Command, Output, Reason, State};

use crate::bench::{Bench, SIB, SIPO, Sends};

const MESSAGE: &[u8] = &[0x85, 1, 2, 3, 4, 5];

fn delivered() -> Vec<Output> {
    vec![Output::Received(MESSAGE.to_vec())]
}

/// BSN and BIB, FSN and FIB of the next unit as the two octets on the line.
fn octets(header: Header) -> (u8, u8) {
    (header.bsn | u8::from(header.bib) << 7, header.fsn | u8::from(header.fib) << 7)
}

#[test]
pub fn q781_8_1_messages_are_numbered_and_acknowledged_both_ways() {
    let mut bench = Bench::in_service();
    bench.receive_message(MESSAGE);
    assert_eq!(bench.told(), delivered());
    assert_eq!(octets(bench.pull()), (0x80, 0xff));
    bench.message(MESSAGE);
    assert_eq!(octets(bench.pull()), (0x80, 0x80));
    bench.header.bsn = 0;
    bench.run(3_000, Sends::Fill);
    assert_eq!(bench.sent(), ["MSU 0", "FISU"]);
    assert_eq!(bench.told(), []);
}

#[test]
pub fn q781_8_2_a_negative_acknowledgement_brings_the_messages_again_with_fib_inverted() {
    let mut bench = Bench::in_service();
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    assert_eq!(octets(bench.pull()), (0xff, 0x80));
    assert_eq!(octets(bench.pull()), (0xff, 0x81));
    bench.header.bib = false;
    bench.receive(Contents::Fill);
    assert_eq!(octets(bench.pull()), (0xff, 0x00));
    assert_eq!(octets(bench.pull()), (0xff, 0x01));
    assert_eq!(octets(bench.pull()), (0xff, 0x01));
    assert_eq!(bench.sent(), ["MSU 0", "MSU 1", "MSU 0", "MSU 1", "FISU"]);
    assert_eq!(bench.link.counters().messages_retransmitted, 2);
}

#[test]
pub fn q781_8_3_a_full_retransmission_buffer_holds_messages_back_until_acknowledged() {
    let mut bench = Bench::in_service();
    for _ in 0..UNACKNOWLEDGED_MAX + 10 {
        bench.message(MESSAGE);
    }
    for _ in 0..UNACKNOWLEDGED_MAX {
        bench.pull();
    }
    assert_eq!(bench.sent().len(), UNACKNOWLEDGED_MAX);
    bench.pull();
    assert_eq!(bench.sent(), ["FISU"]);
    bench.header.bsn = 9;
    bench.receive(Contents::Fill);
    (0..11).for_each(|_| _ = bench.pull());
    let after: Vec<_> = (127..=127).chain(0..9).map(|fsn| format!("MSU {fsn}")).chain(["FISU".to_string()]).collect();
    assert_eq!(bench.sent(), after);
}

#[test]
fn a_full_transmission_buffer_refuses_and_counts() {
    let mut bench = Bench::in_service();
    for _ in 0..WAITING_MAX + 3 {
        bench.message(MESSAGE);
    }
    assert_eq!(bench.link.counters().transmit_refused, 3);
    for _ in 0..WAITING_MAX {
        let sent = bench.pull();
        bench.header.bsn = sent.fsn;
        bench.receive(Contents::Fill);
    }
    assert_eq!(bench.told(), [Output::CongestionOnset, Output::CongestionAbated]);
    assert_eq!(bench.link.counters().messages_sent as usize, WAITING_MAX);
    const { assert!(CONGESTION_ONSET < WAITING_MAX) }
}

#[test]
pub fn q781_8_4_a_message_with_a_wrong_fib_is_discarded_and_asked_for_again() {
    let mut bench = Bench::in_service();
    bench.receive_as(Header { fsn: 0, fib: false, ..bench.header }, Contents::Message(MESSAGE));
    bench.header.fsn = 0;
    bench.receive(Contents::Fill);
    assert_eq!(octets(bench.pull()), (0x7f, 0xff));
    assert_eq!(bench.told(), []);
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    assert_eq!(bench.told(), delivered());
    assert_eq!(octets(bench.pull()), (0x00, 0xff));
}

#[test]
pub fn q781_8_5_a_duplicate_is_dropped_and_the_gap_behind_it_is_asked_for() {
    let mut bench = Bench::in_service();
    bench.receive_message(MESSAGE);
    bench.receive(Contents::Message(MESSAGE));
    assert_eq!(bench.told(), delivered());
    bench.header.fsn = 1;
    bench.receive(Contents::Fill);
    assert_eq!(octets(bench.pull()), (0x00, 0xff));
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    assert_eq!(bench.told(), delivered());
    assert_eq!(octets(bench.pull()), (0x01, 0xff));
}

#[test]
pub fn q781_8_6_what_comes_before_the_retransmission_is_dropped() {
    let mut bench = Bench::in_service();
    bench.header.fsn = 1;
    bench.receive(Contents::Message(MESSAGE));
    bench.header.fsn = 2;
    bench.receive(Contents::Message(MESSAGE));
    bench.receive(Contents::Fill);
    assert_eq!(bench.told(), []);
    assert_eq!(bench.link.counters().negative_sent, 1, "one gap, one request");
    bench.header.fib = false;
    for fsn in 0..3 {
        bench.header.fsn = fsn;
        bench.receive(Contents::Message(MESSAGE));
    }
    assert_eq!(bench.told().len(), 3);
}

#[test]
pub fn q781_3_2_and_8_7_two_wrong_fibs_of_three_fail_the_link() {
    for order in [&[false, false][..], &[false, true, false]] {
        let mut bench = Bench::in_service();
        for fib in order {
            bench.receive_as(Header { fib: *fib, ..bench.header }, Contents::Fill);
        }
        assert_eq!(bench.told(), [Output::OutOfService(Reason::AbnormalForwardIndicatorBit)]);
    }
}

#[test]
pub fn q781_8_8_one_wrong_fib_is_forgotten_after_two_good_units() {
    let mut bench = Bench::in_service();
    for fib in [false, true, true, false, true, true] {
        bench.receive_as(Header { fib, ..bench.header }, Contents::Fill);
    }
    assert_eq!(bench.state(), State::InService);
}

#[test]
pub fn q781_8_10_a_message_with_an_abnormal_bsn_is_discarded_and_asked_for_again() {
    let mut bench = Bench::in_service();
    bench.receive_as(Header { bsn: 5, fsn: 0, ..bench.header }, Contents::Message(MESSAGE));
    bench.header.fsn = 0;
    bench.receive(Contents::Fill);
    assert_eq!(octets(bench.pull()), (0x7f, 0xff));
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    assert_eq!(bench.told(), delivered());
}

#[test]
pub fn q781_8_11_two_abnormal_bsns_of_three_fail_the_link() {
    for order in [&[5, 5][..], &[5, 127, 5]] {
        let mut bench = Bench::in_service();
        for bsn in order {
            bench.receive_as(Header { bsn: *bsn, ..bench.header }, Contents::Fill);
        }
        assert_eq!(bench.told(), [Output::OutOfService(Reason::AbnormalBackwardSequenceNumber)]);
    }
}

#[test]
pub fn q781_8_12_t7_fails_a_link_that_is_not_acknowledged() {
    let mut bench = Bench::in_service();
    bench.message(MESSAGE);
    bench.run(999, Sends::Fill);
    assert_eq!(bench.told(), []);
    bench.run(2, Sends::Fill);
    assert_eq!(bench.told(), [Output::OutOfService(Reason::AcknowledgementDelayed)]);
    assert_eq!(bench.sent(), ["MSU 0", "FISU", "SIOS"]);
}

#[test]
fn an_acknowledgement_of_part_restarts_t7() {
    let mut bench = Bench::in_service();
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    bench.run(900, Sends::Fill);
    bench.header.bsn = 0;
    bench.run(900, Sends::Fill);
    bench.header.bsn = 1;
    bench.run(5_000, Sends::Fill);
    assert_eq!(bench.state(), State::InService);
}

#[test]
pub fn q781_4_1_messages_wait_while_the_far_end_is_in_processor_outage() {
    let mut bench = Bench::in_service();
    bench.run(5, SIPO);
    bench.message(MESSAGE);
    bench.run(5_000, SIPO);
    assert_eq!(bench.sent(), [""; 0], "FISU goes on, and T7 does not run");
    bench.run(5, Sends::Fill);
    assert_eq!(bench.sent(), ["MSU 0", "FISU"]);
}

#[test]
fn messages_that_came_during_our_processor_outage_are_asked_for_afterwards() {
    let mut bench = Bench::in_service();
    bench.command(Command::LocalProcessorOutage);
    bench.receive_message(MESSAGE);
    assert_eq!(bench.told(), []);
    bench.command(Command::LocalProcessorRecovered);
    bench.receive(Contents::Fill);
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    assert_eq!(bench.told(), delivered());
}

#[test]
pub fn q781_10_1_sib_goes_out_at_each_t5_until_congestion_ends() {
    let mut bench = Bench::in_service();
    bench.command(Command::ReceiveCongestion);
    bench.receive_message(MESSAGE);
    bench.run(250, Sends::Fill);
    assert_eq!(bench.sent(), ["SIB", "FISU", "SIB", "FISU", "SIB", "FISU"]);
    assert_eq!((bench.told(), bench.pull().bsn), (vec![], 127), "neither taken nor acknowledged");
    bench.command(Command::ReceiveCongestionCeased);
    bench.run(1_000, Sends::Fill);
    bench.header.fib = false;
    bench.receive(Contents::Message(MESSAGE));
    assert_eq!(bench.sent(), [""; 0]);
    assert_eq!(bench.told(), delivered());
}

#[test]
pub fn q781_10_2_each_sib_restarts_t7() {
    let mut bench = Bench::in_service();
    bench.message(MESSAGE);
    for _ in 0..30 {
        bench.run(100, Sends::Fill);
        bench.run(1, SIB);
    }
    bench.header.bsn = 0;
    bench.run(10_000, Sends::Fill);
    assert_eq!(bench.state(), State::InService);
}

#[test]
pub fn q781_10_3_t6_fails_a_link_whose_far_end_stays_congested() {
    let mut bench = Bench::in_service();
    bench.message(MESSAGE);
    bench.run(1, Sends::Fill);
    let mut waited_ms = 0;
    while bench.state() == State::InService && waited_ms < 10_000 {
        bench.run(1, SIB);
        bench.pass(Duration::from_millis(99));
        waited_ms += 100;
    }
    assert_eq!(bench.told(), [Output::OutOfService(Reason::RemoteCongested)]);
    assert_eq!(waited_ms, 4_000, "T6 from the first SIB");
}
