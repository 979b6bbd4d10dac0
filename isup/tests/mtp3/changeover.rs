//! Changeover and changeback, Q.704 clauses 5 and 6.

use isup::mtp2::{self, Retrieval};
use isup::mtp3::Event;

use isup::acceptance::Record;
use isup::acceptance::q782::chart::{A0, A1, B0, B1, BEYOND, Chart};

const COO: u8 = 0x11;
const COA: u8 = 0x21;

#[test]
fn a_link_cannot_carry_the_news_of_its_own_failure() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears(A0, &[COO, 10]);
    assert_eq!(chart.said(), [""; 0]);
    assert_eq!(chart.router.counters().management_ignored, 1);
}

#[test]
fn a_link_that_nothing_else_leads_to_is_changed_over_by_t1_alone() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    for link in [B0, B1, A1] {
        chart.fails(link);
    }
    chart.pass_ms(1_000);
    chart.said();
    chart.fails(A0);
    chart.sends(BEYOND, 0, 1);
    assert_eq!(chart.said(), ["pause 200", "pause 201", "pause 300"]);
    assert_eq!(chart.router.counters().unreachable, 1);
}

#[test]
fn a_processor_outage_holds_new_messages_for_t1_and_gives_the_old_ones_up() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.told(A0, mtp2::Output::RemoteProcessorOutage);
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(799);
    assert_eq!(chart.said(), [""; 0]);
    chart.pass_ms(1);
    assert_eq!(chart.said(), ["A0 flush", "A1 user 1"]);
}

#[test]
fn a_processor_outage_shorter_than_t1_costs_nothing() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.told(A0, mtp2::Output::RemoteProcessorOutage);
    chart.sends(BEYOND, 0, 1);
    chart.pass_ms(300);
    chart.told(A0, mtp2::Output::RemoteProcessorRecovered);
    chart.align(A0);
    assert_eq!(chart.said(), ["A0 user 1"]);
    assert_eq!(chart.paths(&[0, 1]), "A0 A1");
}

/// A0 is back at level 2; its share is still with A1.
fn returning(record: &mut Record) -> Chart<'_> {
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[], &[]);
    chart.hears_about(A0, A1, &[COA, 127]);
    chart.pass_ms(1_150);
    chart.said();
    chart.align(A0);
    chart
}

#[test]
fn a_link_that_fails_while_its_share_returns_leaves_it_where_it_was() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = returning(record);
    chart.said();
    chart.sends(BEYOND, 0, 1);
    chart.fails(A0);
    assert_eq!(chart.said(), ["A1 user 1", "A0 retrieve"]);
}

#[test]
fn a_substitute_that_fails_during_changeback_delivers_first() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = returning(record);
    chart.said();
    chart.sends(BEYOND, 0, 3);
    chart.fails(A1);
    chart.retrieves(A1, &[1, 2], &[]);
    chart.hears_about(A1, A0, &[COA, 9]);
    assert_eq!(chart.said(), ["A1 retrieve", "A0 COO 1 77", "A0 user 1", "A0 user 2", "A0 user 3"]);
}

#[test]
fn a_buffer_that_is_full_refuses_and_counts() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    for _ in 0..isup::mtp3::held::HELD_MAX + 3 {
        chart.sends(BEYOND, 0, 1);
    }
    assert_eq!(chart.router.counters().held_dropped, 3);
    chart.fails(B0);
    chart.retrieves(A0, &[], &[]);
    chart.hears_about(A0, A1, &[COA, 0]);
    let lines = chart.said();
    assert_eq!(lines.iter().filter(|line| *line == "A1 user 1").count(), isup::mtp3::held::HELD_MAX);
}

#[test]
fn an_order_whose_link_fails_too_goes_again_over_another_and_so_does_an_answer() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(A0);
    chart.retrieves(A0, &[1], &[]);
    assert_eq!(chart.said(), ["A0 retrieve", "A1 COO 0 77"]);
    chart.pass_ms(1_000);
    chart.fails(A1);
    assert_eq!(chart.said(), ["A1 retrieve", "B0 COO 0 77"]);
    chart.pass_ms(1_000);
    assert_eq!(chart.said(), ["A0 start { emergency: true }"], "T2 began anew");
    chart.hears_about(A0, B0, &[COA, 9]);
    assert_eq!(chart.said(), [""; 0], "what A0 left behind waits with what A1 did");
    chart.hears_about(A1, B0, &[COO, 9]);
    chart.retrieves(A1, &[2], &[]);
    assert_eq!(chart.said(), ["A1 retrieve", "B0 COA 1 77", "B0 user 2", "B0 user 1"]);
    chart.fails(B0);
    assert_eq!(chart.said(), ["B0 retrieve", "B1 COA 1 77"]);
    assert!(!chart.events.contains(&Event::ChangeoverUnanswered(A0)), "{:?}", chart.events);
    assert_eq!(chart.router.counters().unreachable, 0);
}

#[test]
fn what_was_said_of_changeovers_is_not_diverted_with_the_messages_of_its_link() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    let order = [&[0xc0u8, 200, 0, 0x19, 0][..], &[COO, 77]].concat();
    chart.fails(A0);
    chart.told(
        A0,
        mtp2::Output::Retrieved(Retrieval { bsn: Some(77), first_fsn: 10, sent: vec![order], waiting: vec![] }),
    );
    chart.hears_about(A0, A1, &[COA, 9]);
    assert_eq!(chart.said(), ["A0 retrieve", "A1 COO 0 77"]);
}

#[test]
fn an_order_for_which_no_way_is_left_is_waited_for_no_longer_than_t1() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.fails(B0);
    chart.fails(B1);
    chart.fails(A0);
    chart.retrieves(A0, &[1], &[]);
    chart.fails(A1);
    chart.said();
    chart.pass_ms(5_000);
    assert!(!chart.events.contains(&Event::ChangeoverUnanswered(A0)), "nobody could have answered");
    assert!(!chart.said().iter().any(|line| line.contains("COO")));
}
