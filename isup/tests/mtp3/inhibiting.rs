//! Management inhibiting, Q.704 clause 10.

use std::time::Duration;

use isup::mtp3::{Command, Event, LinkState};

use isup::acceptance::Record;
use isup::acceptance::q782::chart::{A0, A1, B0, B1, Chart};

const LIN: [u8; 1] = [0x16];
const LUN: [u8; 1] = [0x26];
const LIA: [u8; 1] = [0x36];
const LFU: [u8; 1] = [0x66];
const LLT: [u8; 1] = [0x76];
const LRT: [u8; 1] = [0x86];

/// A0 inhibited by us, its share with A1.
fn inhibited(record: &mut Record) -> Chart<'_> {
    let mut chart = Chart::new(record, 0, 1);
    chart.command(Command::InhibitLink(A0));
    assert_eq!(chart.said(), ["A1 LIN 0"]);
    chart.hears_about(A0, A1, &LIA);
    chart.pass_ms(800);
    chart.said();
    chart
}

#[test]
fn the_far_ends_inhibition_is_granted_and_ended() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears_about(A0, A1, &LIN);
    assert_eq!(chart.said(), ["A1 LIA 0"]);
    assert_eq!(chart.router.link_state(A0), LinkState::Inhibited);
    chart.hears_about(A0, A1, &LIN);
    assert_eq!(chart.said(), ["A1 LIA 0"], "its repetition");
    chart.pass_ms(800);
    chart.hears_about(A0, A1, &LUN);
    let lines = chart.said();
    assert_eq!(lines[0], "A1 LUA 0");
    assert!(lines[1].starts_with("A1 CBD 0"), "{lines:?}");
    assert_eq!(chart.events, [Event::Inhibited(A0, false), Event::Uninhibited(A0, false)]);
}

#[test]
fn a_link_that_the_far_end_inhibited_is_demanded_back_when_a_destination_needs_it() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears_about(A0, A1, &LIN);
    chart.pass_ms(800);
    chart.said();
    for link in [B0, B1, A1] {
        chart.fails(link);
    }
    let lines = chart.said();
    assert!(lines.contains(&"A0 LFU 0".to_owned()), "over the link itself: {lines:?}");
    chart.hears(A0, &LUN);
    let lines = chart.said();
    assert_eq!(lines[0], "A0 LUA 0");
    assert!(lines.contains(&"resume 300".to_owned()), "{lines:?}");
}

#[test]
fn a_forced_uninhibit_of_the_far_end_is_obeyed() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = inhibited(record);
    chart.hears_about(A0, A1, &LFU);
    assert_eq!(chart.said(), ["A1 LUN 0"]);
}

#[test]
fn each_end_asks_from_time_to_time_whether_the_other_still_believes_the_same() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = inhibited(record);
    chart.pass(Duration::from_secs(270));
    assert!(chart.said().contains(&"A1 LLT 0".to_owned()), "T22");
    chart.hears_about(A0, A1, &LRT);
    assert_eq!(chart.said(), [""; 0], "we agree");
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears_about(A0, A1, &LLT);
    assert_eq!(chart.said(), ["A1 LFU 0"], "we do not know of an inhibition of theirs");
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears_about(A0, A1, &LRT);
    assert_eq!(chart.said(), ["A1 LUN 0"], "we have inhibited nothing");
    let record = &mut Record::new(crate::epoch());
    let mut chart = Chart::new(record, 0, 1);
    chart.hears_about(A0, A1, &LIN);
    chart.pass(Duration::from_secs(270));
    assert!(chart.said().contains(&"A1 LRT 0".to_owned()), "T23");
}

#[test]
fn an_inhibition_does_not_survive_the_failure_of_the_whole_linkset() {
    let record = &mut Record::new(crate::epoch());
    let mut chart = inhibited(record);
    chart.fails(A1);
    chart.fails(A0);
    chart.pass(Duration::from_secs(3));
    chart.align(A0);
    assert_eq!(chart.router.link_state(A0), LinkState::Available);
}
