//! Preventive cyclic retransmission, Q.781 group 9.

use std::time::Duration;

use isup::mtp2::unit::{Contents, Header};
use isup::mtp2::{Command, Correction, Output, Reason, State};

use crate::bench::{Bench, SIPO, Sends};

const MESSAGE: &[u8] = &[0x85, 1, 2, 3, 4, 5];

fn bench(messages_max: u8, octets_max: u32) -> Bench {
    Bench::in_service_by(Correction::Cyclic { messages_max, octets_max })
}

fn unlimited() -> Bench {
    Bench::in_service_by(Correction::CYCLIC)
}

/// FSNs of so many units from now on.
fn pulled(bench: &mut Bench, units: usize) -> Vec<u8> {
    (0..units).map(|_| bench.pull().fsn).collect()
}

#[test]
pub fn q781_9_1_a_message_goes_out_again_and_again_until_acknowledged() {
    let mut bench = unlimited();
    bench.message(MESSAGE);
    assert_eq!(pulled(&mut bench, 3), [0, 0, 0]);
    assert_eq!(bench.sent(), ["MSU 0"]);
    bench.header.bsn = 0;
    bench.receive(Contents::Fill);
    bench.pull();
    assert_eq!(bench.sent(), ["FISU"]);
    bench.receive_message(MESSAGE);
    assert_eq!(bench.told(), [Output::Received(MESSAGE.to_vec())]);
    assert_eq!(bench.pull().bsn, 0);
}

#[test]
pub fn q781_9_2_a_new_message_goes_before_the_cycle() {
    let mut bench = unlimited();
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    assert_eq!(pulled(&mut bench, 3), [0, 1, 0]);
    bench.message(MESSAGE);
    assert_eq!(pulled(&mut bench, 5), [2, 1, 2, 0, 1], "then the cycle goes on where it was");
}

#[test]
pub fn q781_9_3_at_n1_messages_all_go_out_again_before_anything_new() {
    let mut bench = bench(3, 8_192);
    for _ in 0..5 {
        bench.message(MESSAGE);
    }
    assert_eq!(pulled(&mut bench, 8), [0, 1, 2, 0, 1, 2, 0, 1]);
    bench.header.bsn = 1;
    bench.receive(Contents::Fill);
    assert_eq!(pulled(&mut bench, 4), [2, 3, 4, 2], "the cycle ends, then what is new goes until N1 is reached again");
}

#[test]
pub fn q781_9_4_at_n2_octets_it_is_done_too() {
    let mut bench = bench(127, 12);
    for _ in 0..4 {
        bench.message(MESSAGE);
    }
    assert_eq!(pulled(&mut bench, 6), [0, 1, 0, 1, 0, 1]);
}

#[test]
pub fn q781_9_5_forced_retransmission_ends_when_all_is_acknowledged() {
    let mut bench = bench(2, 8_192);
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    bench.message(MESSAGE);
    assert_eq!(pulled(&mut bench, 3), [0, 1, 0]);
    bench.header.bsn = 1;
    bench.receive(Contents::Fill);
    assert_eq!(pulled(&mut bench, 2), [2, 2]);
}

#[test]
pub fn q781_9_6_and_9_10_messages_repeated_or_out_of_sequence_are_dropped_without_a_word() {
    let mut bench = unlimited();
    bench.receive_message(MESSAGE);
    bench.receive(Contents::Message(MESSAGE));
    bench.receive_as(Header { fsn: 5, ..bench.header }, Contents::Message(MESSAGE));
    assert_eq!(bench.told(), [Output::Received(MESSAGE.to_vec())]);
    let header = bench.pull();
    assert_eq!((header.bsn, header.bib), (0, true), "no negative acknowledgement");
    assert_eq!(bench.link.counters().negative_sent, 0);
}

#[test]
pub fn q781_9_7_nothing_is_sent_while_the_far_ends_processor_is_out() {
    let mut bench = unlimited();
    bench.message(MESSAGE);
    bench.pull();
    bench.run(5, SIPO);
    bench.message(MESSAGE);
    bench.run(20, SIPO);
    assert_eq!(bench.sent(), ["MSU 0", "FISU"]);
    bench.run(3, Sends::Fill);
    assert_eq!(bench.sent(), ["MSU 1", "MSU 0"]);
}

#[test]
pub fn q781_9_8_and_9_9_one_abnormal_bsn_is_passed_over_and_two_of_three_fail_the_link() {
    let mut bench = unlimited();
    let odd = Header { bsn: 50, ..bench.header };
    bench.receive_as(odd, Contents::Fill);
    bench.run(3, Sends::Fill);
    assert_eq!(bench.state(), State::InService);
    bench.receive_as(odd, Contents::Fill);
    bench.receive_as(odd, Contents::Fill);
    assert_eq!(bench.told(), [Output::OutOfService(Reason::AbnormalBackwardSequenceNumber)]);
}

#[test]
pub fn q781_9_11_t7_bounds_the_wait_for_an_acknowledgement() {
    let mut bench = unlimited();
    bench.message(MESSAGE);
    bench.pull();
    bench.pass(Duration::from_millis(1_000));
    assert_eq!(bench.told(), [Output::OutOfService(Reason::AcknowledgementDelayed)]);
}

#[test]
pub fn q781_9_12_fill_with_the_number_of_a_message_that_did_not_come_changes_nothing() {
    let mut bench = unlimited();
    bench.receive_as(Header { fsn: 0, ..bench.header }, Contents::Fill);
    bench.receive_as(Header { fib: false, ..bench.header }, Contents::Fill);
    bench.receive_as(Header { fib: false, ..bench.header }, Contents::Fill);
    assert_eq!((bench.state(), bench.pull().bib), (State::InService, true), "indicator bits mean nothing here");
}

#[test]
pub fn q781_9_13_a_stop_ends_service() {
    let mut bench = unlimited();
    bench.command(Command::Stop);
    bench.pull();
    assert_eq!(bench.sent(), ["SIOS"]);
}
