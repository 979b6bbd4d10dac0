//! Congestion (T29, T30, automatic congestion level) and the user part test (T4).

use isup::cause::Cause;
use isup::codec::Cic;
use isup::codec::{AutomaticCongestionLevel, CallingPartysCategory, MessageType as M};
use isup::exchange::{CircuitSpec, MtpIndication, Request};
use isup::point_code::UnavailabilityCause;
use std::time::Duration;

use crate::bench::{Bench, FAR, message, release};

const CONGESTED: MtpIndication = MtpIndication::Status { destination: FAR, level: 0 };

/// Sixty circuits of a far end that has just been reset.
fn many() -> Bench {
    let circuits = (1..=60).filter(|cic| cic % 2 == 1).map(|cic| CircuitSpec { destination: FAR, cic: Cic(cic) });
    let mut bench = Bench::with(circuits.collect());
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    (1..=60).step_by(2).for_each(|cic| bench.receive(cic, M::RLC));
    bench.chart();
    bench
}

/// How many of ten calls are refused for congestion.
fn refused(bench: &mut Bench, first: u16) -> usize {
    (0..10).for_each(|call| bench.setup(first + 2 * call));
    bench.chart().iter().filter(|line| line.ends_with("SetupRefused Congestion")).count()
}

fn indicate(bench: &mut Bench, indication: MtpIndication) {
    bench.exchange.handle_mtp(bench.now, indication);
}

#[test]
fn congestion_takes_traffic_away_by_one_step_in_t29_and_t30_gives_it_back() {
    let mut bench = many();
    indicate(&mut bench, CONGESTED);
    indicate(&mut bench, CONGESTED);
    assert_eq!(refused(&mut bench, 1), 2, "the second indication came within T29");
    bench.now += Duration::from_millis(300);
    bench.exchange.handle_timeout(bench.now);
    indicate(&mut bench, CONGESTED);
    assert_eq!(refused(&mut bench, 21), 4);
    bench.pass(5);
    let steps = bench.exchange.poll_timeout();
    assert!(steps.is_some(), "T30 runs on until full traffic is resumed");
    bench.pass(5);
    assert_eq!(refused(&mut bench, 41), 0);
}

#[test]
fn congestion_never_refuses_everything_and_never_a_priority_subscriber() {
    let mut bench = many();
    for _ in 0..9 {
        indicate(&mut bench, CONGESTED);
        bench.now += Duration::from_millis(301);
        bench.exchange.handle_timeout(bench.now);
    }
    assert_eq!(refused(&mut bench, 1), 8);
    for cic in [41, 43, 45, 47, 49] {
        bench.request(cic, Request::Setup(message(M::IAM).with(CallingPartysCategory::PRIORITY)));
    }
    assert_eq!(bench.chart().len(), 5);
    assert!(bench.chart().iter().all(|line| line.ends_with("-> IAM")));
}

#[test]
fn q784_8_1_1_an_automatic_congestion_level_in_rel_reduces_the_traffic_for_a_while() {
    for (level, share) in [(AutomaticCongestionLevel::LEVEL_1, 4), (AutomaticCongestionLevel::LEVEL_2, 8)] {
        let mut bench = many();
        bench.setup(1);
        bench.receive_message(1, &release(Cause::SWITCHING_EQUIPMENT_CONGESTION).with(level));
        bench.request(1, Request::ReleaseResponse);
        bench.chart();
        assert_eq!(refused(&mut bench, 11), share, "{level}");
        bench.pass(5);
        assert_eq!(refused(&mut bench, 31), 0);
    }
}

#[test]
fn q784_8_1_2_our_load_is_told_in_rel_until_it_is_over() {
    let mut bench = Bench::outgoing(1);
    bench.exchange.handle_load(Some(AutomaticCongestionLevel::LEVEL_2));
    bench.release(1);
    assert_eq!(bench.sent()[0].find(), Some(AutomaticCongestionLevel::LEVEL_2));
    let mut bench = Bench::outgoing(1);
    bench.exchange.handle_load(None);
    bench.release(1);
    assert_eq!(bench.sent()[0].find::<AutomaticCongestionLevel>(), None);
}

#[test]
fn q784_8_2_1_a_user_part_test_is_answered() {
    let mut bench = Bench::ready();
    bench.receive(1, M::UPT);
    bench.receive(99, M::UPT);
    assert_eq!(bench.chart(), ["1 -> UPA", "99 -> UPA"]);
}

#[test]
fn q784_8_2_2_a_missing_user_part_is_tested_and_takes_no_calls_until_it_answers() {
    let mut bench = Bench::ready();
    let cause = UnavailabilityCause::INACCESSIBLE;
    indicate(&mut bench, MtpIndication::UserPartUnavailable { destination: FAR, cause });
    indicate(&mut bench, MtpIndication::UserPartUnavailable { destination: FAR, cause });
    bench.setup(1);
    let unavailable = "alarm UserPart { destination: PointCode(200), available: false }";
    assert_eq!(bench.chart(), [unavailable, "1 -> UPT", "1 SetupRefused Unavailable"]);
    bench.receive(1, M::UPA);
    bench.setup(1);
    let available = "alarm UserPart { destination: PointCode(200), available: true }";
    assert_eq!(bench.chart(), [available, "1 -> IAM"]);
}

#[test]
fn q784_8_2_3_t4_repeats_the_test_until_anything_comes() {
    let mut bench = Bench::ready();
    let cause = UnavailabilityCause::UNKNOWN;
    indicate(&mut bench, MtpIndication::UserPartUnavailable { destination: FAR, cause });
    bench.chart();
    assert_eq!(bench.pass(600), ["300 s: 1 -> UPT", "600 s: 1 -> UPT"]);
    bench.receive(2, M::BLO);
    assert_eq!(bench.chart().len(), 3, "the alarm ends, Blocked, BLA");
    assert_eq!(bench.pass(600), [""; 0]);
}

#[test]
fn what_the_far_end_does_not_have_is_not_tested() {
    let mut bench = Bench::ready();
    let cause = UnavailabilityCause::UNEQUIPPED;
    indicate(&mut bench, MtpIndication::UserPartUnavailable { destination: FAR, cause });
    assert_eq!(bench.chart().len(), 1);
    assert_eq!(bench.pass(3_600), [""; 0]);
}
