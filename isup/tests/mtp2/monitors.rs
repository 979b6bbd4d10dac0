//! Error rate monitors beyond Q.781: other rates, hidden units, lengths that no unit has.

use std::time::Duration;

use isup::mtp2::suerm::{LEAK_TIME, THRESHOLD};
use isup::mtp2::unit::Contents;
use isup::mtp2::{Command, Correction, LineError, LineMode, Link, LinkConfig, Output, Reason, State, Timers};

use isup::acceptance::Record;
use isup::acceptance::q781::bench::{Bench, Sends};

#[test]
fn one_error_in_100_units_fails_the_link() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = Bench::in_service(record).expect("it aligns");
    let mut errors = 0;
    while bench.state() == State::InService && errors < 200 {
        bench.error(LineError::Check);
        errors += 1;
        (1..100).for_each(|_| bench.receive(Contents::Fill));
    }
    assert_eq!(errors, 103, "64, and the 39 that leaked in 10,201 units");
}

#[test]
fn a_lost_signal_fails_the_link_at_once() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = Bench::in_service(record).expect("it aligns");
    bench.error(LineError::SignalLost);
    assert_eq!(bench.told(), [Output::OutOfService(Reason::SignalLost)]);
}

#[test]
fn where_units_are_hidden_the_count_leaks_by_line_time() {
    let config = LinkConfig { timers: Timers::KBIT_64, line: LineMode::Repeating, correction: Correction::Basic };
    for (apart, survives) in [(LEAK_TIME, true), (LEAK_TIME / 4, false)] {
        let mut now = crate::epoch();
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

#[test]
fn units_too_long_or_too_short_count_as_errors_and_bring_nothing() {
    let record = &mut Record::new(crate::epoch());
    let mut bench = Bench::in_service(record).expect("it aligns");
    bench.link.handle_unit(bench.now, &[0xff; 277]);
    bench.link.handle_unit(bench.now, &[0xff, 0x80]);
    bench.run(5, Sends::Fill);
    assert_eq!(bench.told(), []);
    let counters = bench.link.counters();
    assert_eq!((counters.units_malformed, counters.units_errored), (2, 2));
}
