//! Management inhibiting, Q.704 clause 10.

use std::time::Duration;

use isup::mtp3::{Command, Event, InhibitRequest, LinkState};

use crate::chart::{A0, A1, B0, B1, BEYOND, Chart};

const LIN: [u8; 1] = [0x16];
const LUN: [u8; 1] = [0x26];
const LIA: [u8; 1] = [0x36];
const LUA: [u8; 1] = [0x46];
const LID: [u8; 1] = [0x56];
const LFU: [u8; 1] = [0x66];
const LLT: [u8; 1] = [0x76];
const LRT: [u8; 1] = [0x86];

/// A0 inhibited by us, its share with A1.
fn inhibited() -> Chart {
    let mut chart = Chart::new(0, 1);
    chart.command(Command::InhibitLink(A0));
    assert_eq!(chart.said(), ["A1 LIN 0"]);
    chart.hears_about(A0, A1, &LIA);
    chart.pass_ms(800);
    chart.said();
    chart
}

#[test]
fn q704_10_2_an_inhibited_link_stays_in_service_and_carries_nothing() {
    let mut chart = Chart::new(0, 1);
    chart.command(Command::InhibitLink(A0));
    chart.said();
    assert_eq!(chart.paths(&[0]), "A0", "not before the far end consents");
    chart.hears_about(A0, A1, &LIA);
    assert_eq!(chart.router.link_state(A0), LinkState::Inhibited);
    chart.sends(BEYOND, 0, 1);
    assert_eq!(chart.said(), [""; 0], "time-controlled changeover");
    chart.pass_ms(800);
    assert_eq!(chart.said(), ["A1 user 1"]);
    assert!(chart.events.contains(&Event::Inhibited(A0, true)));
    chart.pass(Duration::from_secs(600));
    assert_eq!(chart.router.link_state(A0), LinkState::Inhibited, "it is still tested");
}

#[test]
fn q704_10_2_a_link_that_either_end_needs_is_not_inhibited() {
    let mut chart = Chart::new(0, 1);
    chart.command(Command::InhibitLink(A0));
    chart.hears_about(A0, A1, &LID);
    chart.said();
    assert_eq!(chart.events, [Event::InhibitDenied(A0, true)]);
    for link in [A1, B0, B1] {
        chart.fails(link);
    }
    chart.said();
    chart.command(Command::InhibitLink(A0));
    chart.hears(A0, &LIN);
    assert_eq!(chart.said(), ["A0 LID 0"]);
    assert!(chart.events.contains(&Event::InhibitDenied(A0, false)));
}

#[test]
fn q704_10_requests_are_repeated_once() {
    let mut chart = Chart::new(0, 1);
    chart.command(Command::InhibitLink(A0));
    chart.pass_ms(2_500);
    assert_eq!(chart.said(), ["A1 LIN 0", "A1 LIN 0"]);
    chart.pass_ms(2_500);
    assert_eq!(chart.said(), [""; 0]);
    assert_eq!(chart.events, [Event::InhibitUnanswered(A0, InhibitRequest::Inhibit)]);
    let mut chart = inhibited();
    chart.events.clear();
    chart.command(Command::UninhibitLink(A0));
    chart.pass_ms(2_300);
    assert_eq!(chart.said(), ["A1 LUN 0", "A1 LUN 0"]);
    assert_eq!(chart.events, [Event::InhibitUnanswered(A0, InhibitRequest::Uninhibit)]);
}

#[test]
fn q704_10_3_an_uninhibited_link_takes_its_share_back() {
    let mut chart = inhibited();
    chart.command(Command::UninhibitLink(A0));
    chart.hears_about(A0, A1, &LUA);
    let lines = chart.said();
    assert_eq!(lines[0], "A1 LUN 0");
    assert!(lines[1].starts_with("A1 CBD 0"), "{lines:?}");
    assert_eq!(chart.router.link_state(A0), LinkState::Available);
}

#[test]
fn the_far_ends_inhibition_is_granted_and_ended() {
    let mut chart = Chart::new(0, 1);
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
    let mut chart = Chart::new(0, 1);
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
    let mut chart = inhibited();
    chart.hears_about(A0, A1, &LFU);
    assert_eq!(chart.said(), ["A1 LUN 0"]);
}

#[test]
fn each_end_asks_from_time_to_time_whether_the_other_still_believes_the_same() {
    let mut chart = inhibited();
    chart.pass(Duration::from_secs(270));
    assert!(chart.said().contains(&"A1 LLT 0".to_owned()), "T22");
    chart.hears_about(A0, A1, &LRT);
    assert_eq!(chart.said(), [""; 0], "we agree");
    let mut chart = Chart::new(0, 1);
    chart.hears_about(A0, A1, &LLT);
    assert_eq!(chart.said(), ["A1 LFU 0"], "we do not know of an inhibition of theirs");
    let mut chart = Chart::new(0, 1);
    chart.hears_about(A0, A1, &LRT);
    assert_eq!(chart.said(), ["A1 LUN 0"], "we have inhibited nothing");
    let mut chart = Chart::new(0, 1);
    chart.hears_about(A0, A1, &LIN);
    chart.pass(Duration::from_secs(270));
    assert!(chart.said().contains(&"A1 LRT 0".to_owned()), "T23");
}

#[test]
fn an_inhibition_does_not_survive_the_failure_of_the_whole_linkset() {
    let mut chart = inhibited();
    chart.fails(A1);
    chart.fails(A0);
    chart.pass(Duration::from_secs(3));
    chart.align(A0);
    assert_eq!(chart.router.link_state(A0), LinkState::Available);
}
