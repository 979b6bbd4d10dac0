//! What the link ignores, refuses and bounds, and that it counts it.

use isup::lapd::{Command, LinkConfig, OUTPUTS_MAX, QUEUE_MAX, Side, State};
use serde_json::Value;

use crate::chart::{Chart, SIDES, octets};
use crate::recorded::shared;

#[test]
fn the_default_values_are_those_of_another_implementation() {
    let Some(text) = shared("Q.921 values", "spec/q931_q921_timers.json") else { return };
    let file: Value = serde_json::from_str(&text).expect("the shared files were checked to be JSON");
    let theirs = |name: &str| file["q921_freetdm_defaults"][name].as_u64().expect("a number");
    let config = LinkConfig::primary_rate(Side::User);
    assert_eq!(config.timers.t200.as_millis(), u128::from(theirs("T200_ms")));
    assert_eq!(config.timers.t203.as_millis(), u128::from(theirs("T203_ms")));
    assert_eq!(u64::from(config.n200), theirs("N200"));
    assert_eq!(config.n201 as u64, theirs("N201_octets"));
    assert_eq!(config.k.frames() as u64, theirs("k"));
}

#[test]
fn frames_for_others_are_counted_and_ignored() {
    let mut chart = Chart::established(SIDES[0]);
    // An identity request of TEI management, a broadcast, another SAPI, and an undefined frame for another TEI.
    chart.hears_octets(&[0xfc, 0xff, 0x03, 0x0f, 0x12, 0x34, 0x01, 0xff]);
    chart.hears_octets(&[0x00, 0xff, 0x03, 0x08]).hears_octets(&[0x40, 0x01, 0x7f]).hears_octets(&[0x00, 0x03, 0x23]);
    chart.says(&[]).is_in(State::MultipleFrameEstablished);
    let counters = chart.link.counters();
    assert_eq!((counters.frames_management, counters.frames_elsewhere), (1, 3));
}

#[test]
fn invalid_frames_are_discarded_without_notice() {
    let mut chart = Chart::established(SIDES[0]);
    for octets in [&[][..], &[0x00], &[0x00, 0x01], &[0x01, 0x01, 0x7f], &[0x00, 0x00, 0x7f], &[0x00, 0x01, 0x00]] {
        chart.hears_octets(octets);
    }
    chart.says(&[]).is_in(State::MultipleFrameEstablished);
    assert_eq!(chart.link.counters().frames_invalid, 6);
}

#[test]
fn a_looped_line_never_establishes() {
    for side in SIDES {
        let mut chart = Chart::new(side);
        chart.ask(Command::Establish).says(&["SABME P"]);
        for _ in 0..3 {
            chart.hears_octets(&octets(side, "SABME P")).after_ms(1_000).says(&["SABME P"]);
        }
        chart.after_ms(1_000).says(&["MDL-ERROR G", "DL-RELEASE indication"]);
        assert_eq!(chart.link.counters().frames_misdirected, 3);
    }
}

#[test]
fn frames_of_multiple_frame_operation_are_ignored_without_it() {
    let mut chart = Chart::new(SIDES[0]);
    for state in [State::TeiAssigned, State::AwaitingEstablishment, State::AwaitingRelease] {
        match state {
            State::AwaitingEstablishment => chart.ask(Command::Establish).says(&["SABME P"]),
            State::AwaitingRelease => {
                chart.hears("UA F").says(&["DL-ESTABLISH confirm"]).ask(Command::Release).says(&["DISC P"])
            }
            _ => &mut chart,
        };
        for frame in ["I0.0 x", "RR0 P", "RNR0 P", "REJ0 P", "FRMR"] {
            chart.hears(frame).says(&[]).is_in(state);
        }
    }
    assert_eq!(chart.link.counters().frames_unexpected, 15);
}

#[test]
fn xid_is_counted_and_not_answered() {
    let mut chart = Chart::established(Side::User);
    chart.hears_octets(&[0x02, 0x01, 0xbf, 0x82, 0x80]).says(&[]);
    assert_eq!(chart.link.counters().frames_unexpected, 1);
}

#[test]
fn data_is_refused_outside_multiple_frame_operation_and_beyond_n201() {
    let mut chart = Chart::new(SIDES[0]);
    chart.data("early").says(&[]);
    chart.ask(Command::UnitData(vec![0; 261])).says(&[]);
    let mut config = LinkConfig::primary_rate(SIDES[0]);
    config.n201 = 4;
    let mut small = Chart::with(config);
    small.hears("SABME P").says(&["UA F", "DL-ESTABLISH indication"]);
    small.data("12345").says(&[]).data("1234").says(&["I0.0 1234"]);
    assert_eq!((chart.link.counters().requests_refused, small.link.counters().requests_refused), (2, 1));
}

#[test]
fn the_queue_of_information_is_bounded() {
    let mut chart = Chart::established(SIDES[0]);
    chart.hears("RNR0 c");
    for _ in 0..QUEUE_MAX + 3 {
        chart.data("x");
    }
    chart.says(&[]);
    assert_eq!(chart.link.counters().requests_refused, 3);
}

#[test]
fn outputs_that_nobody_fetches_are_bounded_and_the_link_recovers_from_what_was_dropped() {
    let mut chart = Chart::established(SIDES[0]);
    for _ in 0..OUTPUTS_MAX {
        chart.hears("UI x");
    }
    chart.hears("RR0 P").hears("I0.0 x");
    assert_eq!(chart.link.counters().frames_dropped, 2);
    chart.ask(Command::UnitData(vec![1]));
    assert_eq!(chart.link.counters().frames_dropped, 3);
    chart.data("waits").takes(OUTPUTS_MAX).says(&[]);
    chart.hears("RR0 P").says(&["RR0 F", "I0.0 waits"]);
    chart.hears("I1.1 y").says(&["REJ0"]).hears("I0.1 x").says(&["DL-DATA x", "RR1"]);
}
