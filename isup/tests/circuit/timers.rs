//! Lengths of timers, and which stands first when several are due at once.

use std::path::PathBuf;
use std::time::Duration;

use isup::codec::MessageType as M;
use isup::exchange::Request;
use isup::timer::{Timer, Timers};
use isup::{mtp2, mtp3};

use crate::bench::Bench;

#[test]
fn every_default_lies_within_its_range_and_a_length_outside_is_named() {
    assert_eq!(Timers::ITU.out_of_range(), []);
    assert_eq!(mtp2::Timers::KBIT_64.out_of_range(), []);
    assert_eq!(mtp3::Timers::ITU.out_of_range(), []);
    let timers = Timers { t7: Duration::from_secs(31), ..Timers::ITU };
    let named = timers.out_of_range();
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
    let t = Timers::ITU;
    for (name, ours) in [
        ("t1", t.t1),
        ("t2", t.t2),
        ("t5", t.t5),
        ("t6", t.t6),
        ("t7", t.t7),
        ("t9", t.t9),
        ("t12", t.t12),
        ("t13", t.t13),
        ("t14", t.t14),
        ("t15", t.t15),
        ("t16", t.t16),
        ("t17", t.t17),
        ("t18", t.t18),
        ("t19", t.t19),
        ("t20", t.t20),
        ("t21", t.t21),
        ("t22", t.t22),
        ("t23", t.t23),
        ("t33", t.t33),
    ] {
        let theirs = table["timers"][name]["itu"]["openss7_default_ms"].as_u64();
        assert_eq!(theirs.map(Duration::from_millis), Some(ours), "{name}");
    }
}

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
