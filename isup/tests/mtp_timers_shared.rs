//! The timers of MTP beside those of other implementations and of a published table of Q.703, from the shared folder.
//!
//! The folder is found through SPANGATE_SHARED, else beside the repository; when it is absent each test says so. The
//! ranges themselves are tested by the configuration.

use std::path::PathBuf;
use std::time::Duration;

use isup::mtp2::timers::Range;
use isup::{mtp2, mtp3};
use serde_json::Value;

fn shared(what: &str) -> Option<Value> {
    let folder = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(folder.join("spec/mtp_timers.json")) else {
        println!("skipped: {what}: shared folder absent");
        return None;
    };
    Some(serde_json::from_str(&text).expect("the shared files were checked to be JSON"))
}

/// The first two numbers of a text as "0.5 (0.8) 1.2 sec" or "3 to 6 min" that stand outside brackets, ms.
fn range_ms(text: &str) -> Option<(u64, u64)> {
    let plain: String = text.split(['(', ')']).step_by(2).collect();
    let words = || plain.split(|each: char| each == '-' || each.is_whitespace());
    let unit = words().find_map(|word| match word.trim_end_matches([',', ';']) {
        "min" => Some(60_000.0),
        "sec" | "s" => Some(1_000.0),
        "ms" => Some(1.0),
        _ => None,
    })?;
    let mut numbers = words().filter_map(|word| word.parse::<f64>().ok()).map(|number| (number * unit) as u64);
    Some((numbers.next()?, numbers.next()?))
}

fn ours<T>(ranges: &[Range<T>], name: &str, mut timers: T) -> Option<((u64, u64), Duration)> {
    let range = ranges.iter().find(|range| range.name == name)?;
    Some(((range.min_ms, range.max_ms), *(range.field)(&mut timers)))
}

/// Timers of that table that we do not run: those that `isup::mtp3::timers` names with its reasons, and three more (T1R,
/// T1S, T24), for which the machines have no use.
const NOT_RUN: [&str; 11] = ["t1r", "t3", "t7", "t8", "t11", "t15", "t16", "t18", "t20", "t24", "t1s"];

#[test]
fn every_timer_of_level_3_has_its_published_range_or_is_named_as_not_run() {
    let Some(file) = shared("timers of Q.704") else { return };
    let table = file["mtp3"].as_object().expect("an object");
    let mut compared = 0;
    // A trailing "a" marks the American twin of a timer.
    for (name, entry) in table.iter().filter(|(name, _)| !name.ends_with('a')) {
        let text = entry["values"][0][2].as_str().expect("a comment");
        let name = match name.as_str() {
            "t1t" => "test_t1",
            "t2t" => "test_t2",
            other => other,
        };
        let Some((range, length)) = ours(&mtp3::timers::RANGES, name, mtp3::Timers::ITU) else {
            assert!(NOT_RUN.contains(&name), "{name} ({text}) has no timer of ours");
            continue;
        };
        let after_name = text.split_once(' ').expect("name and range").1;
        assert_eq!(Some(range), range_ms(after_name), "{name}: {text}");
        // Any default within the range will do; those of others differ too.
        assert!((range.0..=range.1).contains(&(length.as_millis() as u64)), "{name}: {length:?}");
        compared += 1;
    }
    assert_eq!(compared, mtp3::timers::RANGES.len(), "each timer of ours is in the table");
}

#[test]
fn every_timer_of_level_2_has_its_published_range() {
    let Some(file) = shared("timers of Q.703") else { return };
    for (name, theirs) in [("t1", "T1"), ("t2", "T2"), ("t3", "T3"), ("t4n", "T4n"), ("t4e", "T4e")]
        .into_iter()
        .chain([("t5", "T5"), ("t6", "T6"), ("t7", "T7")])
    {
        let text = file["mtp2_q703"][theirs].as_str().expect("a range");
        // The rate of 64 kbit/s stands first.
        let first = text.split([';', '(']).next().expect("split gives one part at least");
        let (range, _) = ours(&mtp2::timers::RANGES, name, mtp2::Timers::KBIT_64).expect("a timer of ours");
        let published = range_ms(first);
        assert_eq!(Some(range), published, "{name}: {text}");
    }
}

#[test]
fn the_inhibit_tests_of_ansi_have_their_published_ranges() {
    let Some(file) = shared("timers of T1.111.4") else { return };
    for (name, theirs) in [("t22", "t20a"), ("t23", "t21a")] {
        let text = file["mtp3"][theirs]["values"][0][2].as_str().expect("a comment");
        let (range, length) = ours(&mtp3::timers::RANGES_ANSI, name, mtp3::Timers::ANSI).expect("a timer of ours");
        assert_eq!(Some(range), range_ms(text.split_once(' ').expect("name and range").1), "{theirs}: {text}");
        assert_eq!(Some(length.as_millis() as u64), file["mtp3"][theirs]["values"][0][0].as_u64());
    }
}
