//! Acceptance suites by number: every case that applies passes, and every case is in the table.

use std::path::PathBuf;
use std::time::Instant;

use isup::acceptance::{Body, Case, Departure, Record, SUITES, Suite, Verdict, q781, q782, q784};

/// Where virtual time begins.
#[expect(clippy::disallowed_methods, reason = "there is no other way to an Instant; from here on time is counted")]
fn epoch() -> Instant {
    Instant::now()
}

/// Runs every case; how many passed, and how many do not apply.
fn run(suite: &Suite) -> (usize, usize) {
    let (mut passed, mut inapplicable) = (0, 0);
    let mut failures = Vec::new();
    for case in (suite.cases)() {
        let (record, verdict) = case.run(epoch());
        match verdict {
            Verdict::Passed => {
                assert!(!record.lines.is_empty(), "{} tells nothing", case.number);
                passed += 1;
            }
            Verdict::NotApplicable(why) => {
                assert!(!why.is_empty(), "{} does not say why it does not apply", case.number);
                inapplicable += 1;
            }
            Verdict::Failed { at_ms, departure } => {
                let sequence: String =
                    record.lines.iter().map(|line| format!("  {:>7} ms {}\n", line.at_ms, line.text)).collect();
                failures.push(format!("{} {}\nat {at_ms} ms {departure}\n{sequence}", case.number, case.purpose));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!("{}: {passed} cases passed, {inapplicable} do not apply to an end point", suite.name);
    (passed, inapplicable)
}

#[test]
fn every_case_of_q781_that_applies_passes() {
    assert_eq!(run(&q781::SUITE), (106, 1));
}

#[test]
fn every_case_of_q784_that_applies_passes() {
    assert_eq!(run(&q784::SUITE), (145, 22));
}

#[test]
fn every_case_of_level_3_passes() {
    assert_eq!(run(&q782::SUITE), (q782::cases().len(), 0));
}

#[test]
fn a_case_stands_once_in_its_suite() {
    for suite in SUITES {
        let cases = (suite.cases)();
        for (index, case) in cases.iter().enumerate() {
            assert!(cases[..index].iter().all(|other| other.number != case.number), "{} stands twice", case.number);
        }
    }
}

#[test]
fn a_record_has_messages_and_times() {
    let told = |suite: &Suite, number: &str| {
        let cases = (suite.cases)();
        let case = cases.iter().find(|case| case.number == number).expect("it is in the table");
        let (record, _) = case.run(epoch());
        record.lines.into_iter().map(|line| (line.at_ms, line.text)).collect::<Vec<_>>()
    };
    let line = |at_ms, text: &str| (at_ms, text.to_owned());
    let t7 = told(&q784::SUITE, "5.2.1");
    assert_eq!(t7[..3], [line(0, "ask: Setup"), line(0, "-> IAM"), line(20_000, "Lost 102")]);
    let t2 = told(&q781::SUITE, "1.2");
    let ends = [line(50_001, "OutOfService(AlignmentNotPossible)"), line(50_001, "-> SIOS")];
    assert_eq!(t2[..4], [line(0, "-> SIOS"), line(0, "<- SIOS"), line(1, "ask: Start"), line(1, "-> SIO")]);
    assert_eq!(t2[4..], ends);
}

#[test]
fn what_departs_from_a_case_is_told_with_both_sides_and_its_time() {
    let departs = |record: &mut Record| {
        let later = record.began + std::time::Duration::from_millis(20);
        record.passed(later);
        Err(Departure { expected: "RLC".into(), found: "REL".into() })
    };
    let case = Case { number: "0", purpose: "never", body: Body::Perform(departs) };
    let Verdict::Failed { at_ms: 20, departure } = case.run(epoch()).1 else { panic!("it must not pass") };
    assert_eq!(departure.to_string(), "expected RLC, found REL");
}

#[test]
fn a_number_means_its_case_with_or_without_brackets_and_that_of_a_group_of_variations_all_of_them() {
    let meant = |number: &str| {
        let cases = q781::cases();
        cases.into_iter().filter(|case| case.is_meant_by(number)).map(|case| case.number).collect::<Vec<_>>()
    };
    assert_eq!(meant("1.5(a)"), ["1.5(a)"]);
    assert_eq!(meant("1.5a"), ["1.5(a)"]);
    assert_eq!(meant("1.5"), ["1.5(a)", "1.5(b)"]);
    assert_eq!(meant("1.1"), ["1.1(a)", "1.1(b)"]);
    assert_eq!(meant("1"), [""; 0]);
    assert_eq!(meant("11.1"), [""; 0]);
}

/// The numbers of a list that others published.
fn published(name: &str) -> Option<Vec<String>> {
    let shared = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join(format!("spec/conformance_{name}.json"))) else {
        println!("skipped: the numbers of {name}: shared folder absent");
        return None;
    };
    let file: serde_json::Value = serde_json::from_str(&text).expect("the file is JSON");
    let cases = file["cases"].as_array().expect("an array");
    Some(cases.iter().filter_map(|case| case["id"].as_str()).map(str::to_owned).collect())
}

#[test]
fn the_tables_have_every_number_of_the_published_lists() {
    for suite in [q781::SUITE, q784::SUITE] {
        let Some(mut theirs) = published(suite.name) else { continue };
        // The x, y and z of Q.784's list are not cases but the common part of some.
        theirs.retain(|id| !id.ends_with(['x', 'y', 'z']));
        let ours: Vec<_> = (suite.cases)().iter().map(|case| case.number).collect();
        let missing: Vec<_> = theirs.iter().filter(|id| !ours.contains(&id.as_str())).collect();
        assert!(missing.is_empty(), "not in the table of {}: {missing:?}", suite.name);
        assert_eq!(ours.len(), theirs.len());
    }
}
