//! What level 3 gets back from a link for changeover, and what it may give up.

use isup::mtp2::unit::Contents;
use isup::mtp2::{Command, Output, Retrieval, State};

use isup::acceptance::Record;
use isup::acceptance::q781::bench::{Bench, SIE, SIO, SIOS, SIPO, Sends};

fn message(number: u8) -> Vec<u8> {
    vec![0x85, 1, 2, number]
}

fn numbers(messages: &[Vec<u8>]) -> Vec<u8> {
    messages.iter().map(|message| message[3]).collect()
}

/// The answer to one question of level 3.
fn retrieve(bench: &mut Bench<'_>) -> Retrieval {
    bench.told();
    bench.command(Command::Retrieve);
    bench.pass(std::time::Duration::ZERO);
    match bench.told().pop() {
        Some(Output::Retrieved(retrieval)) => retrieval,
        other => panic!("{other:?}"),
    }
}

/// In service with messages 0 to 4 sent, 0 acknowledged, 5 and 6 waiting, and one message received.
fn busy(record: &mut Record) -> Bench<'_> {
    let mut bench = Bench::in_service(record).expect("it aligns");
    for number in 0..5 {
        bench.message(&message(number));
        bench.pull();
    }
    bench.header.bsn = 0;
    bench.receive_message(&message(99));
    for number in 5..7 {
        bench.message(&message(number));
    }
    bench
}

#[test]
fn a_failed_link_hands_back_what_the_far_end_has_not_acknowledged_and_its_own_bsn() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = busy(record);
    bench.receive(Contents::Status(isup::mtp2::unit::Status::OUT_OF_SERVICE));
    assert_eq!(bench.state(), State::OutOfService);
    let retrieval = retrieve(&mut bench);
    assert_eq!((retrieval.bsn, retrieval.first_fsn), (Some(0), 1));
    assert_eq!(numbers(&retrieval.sent), [1, 2, 3, 4]);
    assert_eq!(numbers(&retrieval.waiting), [5, 6]);
    assert_eq!(numbers(&retrieval.clone().after(Some(2))), [3, 4, 5, 6], "the far end had accepted 2");
    assert_eq!(numbers(&retrieval.clone().after(Some(0))), [1, 2, 3, 4, 5, 6]);
    assert_eq!(numbers(&retrieval.clone().after(Some(4))), [5, 6]);
    assert_eq!(numbers(&retrieval.clone().after(Some(50))), [5, 6], "a number that we never sent");
    assert_eq!(numbers(&retrieval.after(None)), [5, 6], "emergency changeover");
    assert_eq!(retrieve(&mut bench).sent.len(), 0, "once");
}

#[test]
fn what_level_3_sends_before_it_has_heard_of_a_failure_is_handed_back_with_the_rest() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = busy(record);
    bench.receive(Contents::Status(isup::mtp2::unit::Status::OUT_OF_SERVICE));
    bench.message(&message(7));
    assert_eq!(numbers(&retrieve(&mut bench).waiting), [5, 6, 7]);
    bench.message(&message(8));
    assert_eq!(retrieve(&mut bench).waiting.len(), 0, "now it has heard of it");
}

#[test]
fn a_link_that_starts_anew_has_nothing_to_hand_back_and_no_bsn() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = busy(record);
    bench.command(Command::Stop);
    bench.command(Command::Start { emergency: true });
    let retrieval = retrieve(&mut bench);
    assert_eq!(retrieval, Retrieval { bsn: None, first_fsn: 0, ..Retrieval::default() });
    bench.header.fsn = 127;
    bench.header.bsn = 127;
    bench.run(5, SIO);
    bench.run(510, SIE);
    bench.run(2, Sends::Fill);
    assert_eq!(retrieve(&mut bench).bsn, Some(127), "in service again");
}

#[test]
fn buffers_flushed_during_a_processor_outage_leave_the_numbering_where_the_far_end_stands() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = busy(record);
    bench.run(2, SIPO);
    bench.command(Command::Flush);
    bench.run(20, SIPO);
    bench.sent();
    bench.run(5, Sends::Fill);
    assert_eq!(bench.sent(), [] as [&str; 0], "nothing old is sent when the outage ends");
    bench.message(&message(7));
    bench.run(1, Sends::Fill);
    assert_eq!(bench.sent(), ["MSU 1", "FISU"], "0 was the last one accepted");
    bench.run(2, SIOS);
    assert_eq!(numbers(&retrieve(&mut bench).sent), [7]);
}

#[test]
fn a_flush_of_a_link_in_service_is_refused() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = busy(record);
    bench.command(Command::Flush);
    assert_eq!(bench.link.counters().orders_unexpected, 1);
    assert_eq!(retrieve(&mut bench).waiting.len(), 2);
}
