//! Basic error correction beyond Q.781: full buffers, partial acknowledgements, processor outages.

use isup::mtp2::txc::{CONGESTION_ONSET, WAITING_MAX};
use isup::mtp2::unit::Contents;
use isup::mtp2::{Command, Output, State};

use isup::acceptance::Record;
use isup::acceptance::q781::bench::{Bench, SIPO, Sends};

const MESSAGE: &[u8] = &[0x85, 1, 2, 3, 4, 5];

fn delivered() -> Vec<Output> {
    vec![Output::Received(MESSAGE.to_vec())]
}

#[test]
fn a_full_transmission_buffer_refuses_and_counts() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = Bench::in_service(record).expect("it aligns");
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
fn an_acknowledgement_of_part_restarts_t7() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = Bench::in_service(record).expect("it aligns");
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
fn messages_that_came_during_our_processor_outage_are_asked_for_afterwards() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = Bench::in_service(record).expect("it aligns");
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
fn messages_wait_while_the_far_end_is_in_processor_outage() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = Bench::in_service(record).expect("it aligns");
    bench.run(5, SIPO);
    bench.message(MESSAGE);
    bench.run(5_000, SIPO);
    assert_eq!(bench.sent(), [""; 0], "FISU goes on, and T7 does not run");
    bench.run(5, Sends::Fill);
    assert_eq!(bench.sent(), ["MSU 0", "FISU"]);
}
