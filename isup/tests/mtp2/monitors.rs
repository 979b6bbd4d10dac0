//! Delimitation and error rate monitors, Q.781 groups 3, 5, 6 and 7.

use std::time::Duration;

use isup::mtp2::suerm::{LEAK_TIME, LEAK_UNITS, THRESHOLD};
use isup::mtp2::unit::Contents;
use isup::mtp2::{Command, Correction, LineError, LineMode, Link, LinkConfig, Output, Reason, State, Timers};

use crate::bench::{Bench, SIE, SIN, SIO, Sends};

fn proving(emergency: bool) -> Bench {
    let mut bench = Bench::out_of_service();
    bench.command(Command::Start { emergency });
    bench.run(5, SIO);
    bench.run(1, if emergency { SIE } else { SIN });
    bench.sent();
    bench
}

#[test]
pub fn q781_3_5_a_line_that_breaks_fails_the_link_after_64_gaps_of_16_octets() {
    let mut bench = Bench::in_service();
    bench.error(LineError::Abort);
    bench.run(125, Sends::Nothing);
    assert_eq!(bench.state(), State::InService);
    bench.run(2, Sends::Nothing);
    assert_eq!(bench.told(), [Output::OutOfService(Reason::ErrorRate)]);
}

#[test]
pub fn q781_6_4_a_break_of_100_ms_is_survived() {
    let mut bench = Bench::in_service();
    bench.error(LineError::Abort);
    bench.run(100, Sends::Nothing);
    bench.run(1_000, Sends::Fill);
    assert_eq!(bench.state(), State::InService);
}

#[test]
pub fn q781_5_2_and_5_3_units_too_long_or_too_short_count_as_errors_and_bring_nothing() {
    let mut bench = Bench::in_service();
    bench.link.handle_unit(bench.now, &[0xff; 277]);
    bench.link.handle_unit(bench.now, &[0xff, 0x80]);
    bench.run(5, Sends::Fill);
    assert_eq!(bench.told(), []);
    let counters = bench.link.counters();
    assert_eq!((counters.units_malformed, counters.units_errored), (2, 2));
}

#[test]
pub fn q781_6_1_one_error_in_256_units_leaves_the_link_in_service() {
    let mut bench = Bench::in_service();
    for _ in 0..THRESHOLD * 10 {
        bench.error(LineError::Check);
        (1..LEAK_UNITS).for_each(|_| bench.receive(Contents::Fill));
    }
    assert_eq!(bench.state(), State::InService);
}

#[test]
pub fn one_error_in_100_units_fails_the_link() {
    let mut bench = Bench::in_service();
    let mut errors = 0;
    while bench.state() == State::InService && errors < 200 {
        bench.error(LineError::Check);
        errors += 1;
        (1..100).for_each(|_| bench.receive(Contents::Fill));
    }
    assert_eq!(errors, 103, "64, and the 39 that leaked in 10,201 units");
}

#[test]
pub fn q781_6_3_64_errors_in_a_row_fail_the_link() {
    let mut bench = Bench::in_service();
    (1..THRESHOLD).for_each(|_| bench.error(LineError::Check));
    assert_eq!(bench.state(), State::InService);
    bench.error(LineError::Check);
    assert_eq!(bench.told(), [Output::OutOfService(Reason::ErrorRate)]);
}

#[test]
pub fn q781_7_1_three_errors_do_not_prolong_a_normal_proving_period() {
    let mut bench = proving(false);
    bench.run(4_000, SIN);
    (0..3).for_each(|_| bench.error(LineError::Check));
    bench.run(4_205, SIN);
    assert_eq!(bench.sent(), ["FISU"]);
}

#[test]
pub fn q781_7_2_four_errors_begin_the_proving_period_anew() {
    let mut bench = proving(false);
    bench.run(4_000, SIN);
    (0..4).for_each(|_| bench.error(LineError::Check));
    bench.run(8_190, SIN);
    assert_eq!(bench.sent(), [""; 0]);
    bench.run(20, SIN);
    assert_eq!(bench.sent(), ["FISU"]);
}

#[test]
pub fn q781_7_3_the_fifth_aborted_proving_period_ends_alignment() {
    let mut bench = proving(false);
    for _ in 0..5 {
        assert_eq!(bench.state(), State::InitialAlignment);
        bench.run(10, SIN);
        (0..4).for_each(|_| bench.error(LineError::Check));
    }
    assert_eq!(bench.told(), [Output::OutOfService(Reason::AlignmentNotPossible)]);
    assert_eq!(bench.link.counters().provings_aborted, 5);
}

#[test]
pub fn q781_7_4_one_error_begins_an_emergency_proving_period_anew() {
    let mut bench = proving(true);
    bench.run(400, SIE);
    bench.error(LineError::Check);
    bench.run(490, SIE);
    assert_eq!(bench.sent(), [""; 0]);
    bench.run(20, SIE);
    assert_eq!(bench.sent(), ["FISU"]);
}

#[test]
fn a_lost_signal_fails_the_link_at_once() {
    let mut bench = Bench::in_service();
    bench.error(LineError::SignalLost);
    assert_eq!(bench.told(), [Output::OutOfService(Reason::SignalLost)]);
}

#[test]
fn where_units_are_hidden_the_count_leaks_by_line_time() {
    let config = LinkConfig { timers: Timers::KBIT_64, line: LineMode::Repeating, correction: Correction::Basic };
    for (apart, survives) in [(LEAK_TIME, true), (LEAK_TIME / 4, false)] {
        let mut now = crate::bench::epoch();
        let mut link = Link::new(config);
        link.handle_command(now, Command::Start { emergency: true });
        // SIO and SIE come once each: the driver hides the rest.
        link.handle_unit(now, &[0xff, 0xff, 1, 0]);
        link.handle_unit(now, &[0xff, 0xff, 1, 2]);
        now += Duration::from_millis(500);
        link.handle_timeout(now);
        link.handle_unit(now, &[0xff, 0xff, 0]);
        assert_eq!(link.state(), State::InService);
        for _ in 0..THRESHOLD * 4 {
            now += apart;
            link.handle_error(now, LineError::Check);
        }
        assert_eq!(link.state() == State::InService, survives);
    }
}
