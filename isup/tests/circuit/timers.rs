//! Lengths of timers, and which stands first when several are due at once.

use std::path::PathBuf;
use std::time::Duration;

use isup::codec::MessageType as M;
use isup::exchange::Request;
use isup::mtp2;
use isup::timer::{RANGES, RANGES_ANSI, Timer, Timers};

use crate::bench::Bench;

#[test]
fn every_default_lies_within_its_range_and_a_length_outside_is_named() {
    assert_eq!(Timers::ITU.out_of_range(&RANGES), []);
    assert_eq!(Timers::ANSI.out_of_range(&RANGES_ANSI), []);
    assert_eq!(mtp2::Timers::KBIT_64.out_of_range(), []);
    let timers = Timers { t7: Duration::from_secs(31), ..Timers::ITU };
    let named = timers.out_of_range(&RANGES);
    assert_eq!((named.len(), named[0].name, named[0].max), (1, "t7", Duration::from_secs(30)));
}

#[test]
fn defaults_agree_with_another_implementation() {
    let shared = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("spec/isup_timers.json")) else {
        println!("skipped: foreign timer values: shared folder absent");
        return;
    };
    let table: serde_json::Value = serde_json::from_str(&text).expect("the file is JSON");
    // They take another point of the range, or another range: T11, T24, T34, T35 and T36.
    let elsewhere = ["t10", "t11", "t24", "t34", "t35", "t36", "tccr", "tcvt", "tacc"];
    for (standard, ranges, mut ours) in [("itu", RANGES, Timers::ITU), ("ansi", RANGES_ANSI, Timers::ANSI)] {
        for range in ranges.iter().filter(|range| !elsewhere.contains(&range.name)) {
            let theirs = table["timers"][range.name][standard][THEIRS].as_u64().map(Duration::from_millis);
            // A timer that ANSI does not have is zero there.
            if theirs != Some(Duration::ZERO) {
                assert_eq!(theirs, Some(*(range.field)(&mut ours)), "{standard} {}", range.name);
            }
        }
    }
}

const THEIRS: &str = "openss7_default_ms";

#[test]
fn timers_that_end_a_repetition_stand_before_those_that_repeat() {
    let ending = [Timer::T5, Timer::T13, Timer::T15, Timer::T17, Timer::T19, Timer::T21, Timer::T23];
    let repeating = [Timer::T1, Timer::T12, Timer::T14, Timer::T16, Timer::T18, Timer::T20, Timer::T22];
    assert!(ending.iter().all(|ending| repeating.iter().all(|repeating| ending < repeating)));
}

#[test]
fn equal_deadlines_are_served_in_order_of_precedence_over_all_circuits() {
    let mut bench = Bench::ready();
    bench.request(3, Request::Reset);
    bench.request(4, Request::Block);
    bench.pass(285);
    // At 300 s: T16 and T17 of circuit 3, T12 and T13 of circuit 4, and T1 of circuit 1.
    bench.receive(1, M::IAM);
    bench.release(1);
    bench.chart();
    assert_eq!(
        bench.pass(15),
        ["300 s: 4 alarm T13", "300 s: 4 -> BLO", "300 s: 3 alarm T17", "300 s: 3 -> RSC", "300 s: 1 -> REL 16"]
    );
}
