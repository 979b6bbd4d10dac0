//! Acceptance suites by number: every case that applies passes, and every case is in the table.

use std::path::PathBuf;

use spangate::lab::conformance::{Body, Case, Departure, Record, Verdict, q784};

#[test]
fn every_case_of_q784_that_applies_passes() {
    let cases = q784::cases();
    let (mut passed, mut inapplicable) = (0, 0);
    let mut failures = Vec::new();
    for case in &cases {
        let (record, verdict) = case.run();
        match verdict {
            Verdict::Passed => passed += 1,
            Verdict::NotApplicable(why) => {
                assert!(!why.is_empty(), "{} does not say why it does not apply", case.number);
                inapplicable += 1;
            }
            Verdict::Failed(departure) => {
                let sequence: String =
                    record.lines.iter().map(|line| format!("  {:>7} ms {}\n", line.at_ms, line.text)).collect();
                failures.push(format!("{} {}\n{departure}\n{sequence}", case.number, case.title));
            }
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
    println!("Q.784: {passed} cases passed, {inapplicable} do not apply to an end point");
    assert_eq!((passed, inapplicable), (145, 22));
}

#[test]
fn a_case_stands_once_and_its_record_has_messages_and_times() {
    let cases = q784::cases();
    for (index, case) in cases.iter().enumerate() {
        assert!(cases[..index].iter().all(|other| other.number != case.number), "{} stands twice", case.number);
    }
    let t7 = cases.iter().find(|case| case.number == "5.2.1").expect("it is in the table");
    let (record, _) = t7.run();
    let told: Vec<_> = record.lines.iter().map(|line| (line.at_ms, line.text.as_str())).collect();
    assert_eq!(told[..3], [(0, "ask: Setup"), (0, "-> IAM"), (20_000, "Lost 102")]);
}

#[test]
fn what_departs_from_a_case_is_told_with_both_sides() {
    let departs =
        |_: &mut Record| Err(Departure { at_ms: 20, expected: vec!["-> RLC".into()], found: vec!["-> REL 16".into()] });
    let case = Case { number: "0", title: "never", body: Body::Perform(departs) };
    let Verdict::Failed(departure) = case.run().1 else { panic!("it must not pass") };
    assert_eq!(departure.to_string(), r#"at 20 ms expected ["-> RLC"], found ["-> REL 16"]"#);
}

#[test]
fn the_table_has_every_number_of_the_foreign_list() {
    let shared = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("spec/conformance_q784.json")) else {
        println!("skipped: the numbers of Q.784's cases: shared folder absent");
        return;
    };
    let file: serde_json::Value = serde_json::from_str(&text).expect("the file is JSON");
    let theirs = file["cases"].as_array().expect("an array").iter().filter_map(|case| case["id"].as_str());
    // Its x, y and z are not cases but the common part of some.
    let theirs: Vec<_> = theirs.filter(|id| !id.ends_with(['x', 'y', 'z'])).collect();
    let ours: Vec<_> = q784::cases().iter().map(|case| case.number).collect();
    let missing: Vec<_> = theirs.iter().filter(|id| !ours.contains(id)).collect();
    assert!(missing.is_empty(), "not in the table: {missing:?}");
    assert_eq!(ours.len(), theirs.len());
}
