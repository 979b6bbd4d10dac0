//! Acceptance suites by number: a row for each case, named as the suite numbers it. `cargo nextest run -p isup q784::2.1.1`
//! runs one. Besides them, what must hold of the tables: none is empty, no number stands twice, none that others published is
//! missing.
//!
//! It has a harness of its own, since the rows come from the tables.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use isup::acceptance::{Body, Case, Departure, Line, Record, SUITES, Suite, Verdict, q781, q782, q784};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = SUITES.iter().flat_map(rows).collect();
    let tables = TABLES.iter();
    trials.extend(tables.map(|(name, test)| Trial::test(format!("tables::{name}"), || test().map_err(Failed::from))));
    let conclusion = libtest_mimic::run(&arguments, trials);
    let asked = arguments.filter.unwrap_or_default();
    let of_a_suite = SUITES.iter().any(|suite| asked.starts_with(suite.name));
    if of_a_suite && !arguments.list && conclusion.num_passed + conclusion.num_failed == 0 {
        eprintln!("no case is called {asked:?}");
        return ExitCode::FAILURE;
    }
    conclusion.exit_code()
}

/// A row for each case; those that do not apply are rows too, since they must say why.
fn rows(suite: &'static Suite) -> Vec<Trial> {
    let row = |case: Case| Trial::test(format!("{}::{} {}", suite.name, case.number, case.purpose), move || run(case));
    (suite.cases)().into_iter().map(row).collect()
}

fn run(case: Case) -> Result<(), Failed> {
    let (record, verdict) = case.run(epoch());
    match verdict {
        Verdict::Passed => held(!record.lines.is_empty(), "it passes and tells nothing".into())?,
        Verdict::NotApplicable(why) => held(!why.is_empty(), "it does not say why it does not apply".into())?,
        Verdict::Failed { at_ms, departure } => {
            let sequence: String = record.lines.iter().map(shown).collect();
            return Err(format!("at {at_ms} ms {departure}\n{sequence}").into());
        }
    }
    Ok(())
}

fn shown(line: &Line) -> String {
    format!("  {:>7} ms {}\n", line.at_ms, line.text)
}

/// What must hold of the tables.
const TABLES: &[(&str, Test)] = &[
    ("no_suite_is_empty_or_smaller_than_it_was", no_suite_is_empty_or_smaller_than_it_was),
    ("a_case_stands_once_in_its_suite", a_case_stands_once_in_its_suite),
    ("a_record_has_messages_and_times", a_record_has_messages_and_times),
    ("what_departs_is_told_with_both_sides_and_its_time", what_departs_is_told_with_both_sides_and_its_time),
    ("a_number_means_its_case_and_all_its_variations", a_number_means_its_case_and_all_its_variations),
    ("every_published_number_is_in_the_tables", every_published_number_is_in_the_tables),
    ("every_group_of_q782_is_shown_by_a_case", every_group_of_q782_is_shown_by_a_case),
    ("every_case_of_level_3_is_in_a_group", every_case_of_level_3_is_in_a_group),
];

/// One of them.
type Test = fn() -> Outcome;

/// Nothing, or a sentence about what does not hold.
type Outcome = Result<(), String>;

fn held(holds: bool, otherwise: String) -> Outcome {
    if holds { Ok(()) } else { Err(otherwise) }
}

fn same<T: PartialEq + std::fmt::Debug>(found: T, expected: T) -> Outcome {
    held(found == expected, format!("found {found:?}, expected {expected:?}"))
}

fn no_suite_is_empty_or_smaller_than_it_was() -> Outcome {
    let applies = |case: &Case| matches!(case.body, Body::Perform(_));
    let counts = SUITES.iter().map(|suite| {
        let cases = (suite.cases)();
        (suite.name, cases.iter().filter(|case| applies(case)).count(), cases.len())
    });
    same(counts.collect::<Vec<_>>(), vec![("q781", 106, 107), ("q782", 34, 34), ("q784", 145, 167)])
}

fn a_case_stands_once_in_its_suite() -> Outcome {
    for suite in SUITES {
        let cases = (suite.cases)();
        for (index, case) in cases.iter().enumerate() {
            let once = cases[..index].iter().all(|other| other.number != case.number);
            held(once, format!("{} stands twice", case.number))?;
        }
    }
    Ok(())
}

fn a_record_has_messages_and_times() -> Outcome {
    let told = |suite: &Suite, number: &str| {
        let cases = (suite.cases)();
        let case = cases.iter().find(|case| case.number == number).expect("it is in the table");
        let (record, _) = case.run(epoch());
        record.lines.into_iter().map(|line| (line.at_ms, line.text)).collect::<Vec<_>>()
    };
    let line = |at_ms, text: &str| (at_ms, text.to_owned());
    let t7 = told(&q784::SUITE, "5.2.1");
    same(&t7[..3], &[line(0, "ask: Setup"), line(0, "-> IAM"), line(20_000, "Lost 102")])?;
    let t2 = told(&q781::SUITE, "1.2");
    same(&t2[..3], &[line(0, "a link with basic error correction"), line(0, "-> SIOS"), line(0, "<- SIOS")])?;
    same(&t2[3..5], &[line(1, "ask: Start"), line(1, "-> SIO")])?;
    same(&t2[5..], &[line(50_001, "OutOfService(AlignmentNotPossible)"), line(50_001, "-> SIOS")])
}

fn what_departs_is_told_with_both_sides_and_its_time() -> Outcome {
    let departs = |record: &mut Record| {
        record.passed(record.began + Duration::from_millis(20));
        Err(Departure { expected: "RLC".into(), found: "REL".into() })
    };
    let case = Case { number: "0", purpose: "never", body: Body::Perform(departs) };
    let Verdict::Failed { at_ms: 20, departure } = case.run(epoch()).1 else { return Err("it must not pass".into()) };
    same(departure.to_string().as_str(), "expected RLC, found REL")
}

fn a_number_means_its_case_and_all_its_variations() -> Outcome {
    let meant = |number: &str| {
        let cases = q781::cases();
        cases.into_iter().filter(|case| case.is_meant_by(number)).map(|case| case.number).collect::<Vec<_>>()
    };
    same(meant("1.5(a)"), vec!["1.5(a)"])?;
    same(meant("1.5a"), vec!["1.5(a)"])?;
    same(meant("1.5"), vec!["1.5(a)", "1.5(b)"])?;
    same(meant("1.1"), vec!["1.1(a)", "1.1(b)"])?;
    same(meant("1"), vec![])?;
    same(meant("11.1"), vec![])
}

fn every_published_number_is_in_the_tables() -> Outcome {
    for suite in [q781::SUITE, q784::SUITE] {
        let Some(file) = published(suite.name) else { continue };
        let cases = file["cases"].as_array().ok_or("no cases")?;
        let ids = cases.iter().filter_map(|case| case["id"].as_str());
        // The x, y and z of Q.784's list are not cases but the common part of some.
        let theirs: Vec<_> = ids.filter(|id| !id.ends_with(['x', 'y', 'z'])).collect();
        held(!theirs.is_empty(), "the list is empty".into())?;
        let ours: Vec<_> = (suite.cases)().iter().map(|case| case.number).collect();
        let missing: Vec<_> = theirs.iter().filter(|id| !ours.contains(id)).collect();
        held(missing.is_empty(), format!("not in the table of {}: {missing:?}", suite.name))?;
        same(ours.len(), theirs.len())?;
    }
    Ok(())
}

fn every_group_of_q782_is_shown_by_a_case() -> Outcome {
    let numbers: Vec<_> = q782::cases().iter().map(|case| case.number).collect();
    for group in q782::GROUPS {
        let known = !group.shown_by.is_empty() && group.shown_by.iter().all(|number| numbers.contains(number));
        held(known, format!("{:?} names a case that there is not", group.title))?;
    }
    let Some(file) = published("others") else { return Ok(()) };
    let theirs = file["q782"]["group_titles_from_memory"].as_array().ok_or("no groups")?;
    // "12 Signalling link test (Q.707)" is the group of that title.
    let title =
        |text: &str| text.split_once(' ').map(|(_, title)| title.split(" (").next().unwrap_or(title).to_owned());
    let theirs: Vec<_> = theirs.iter().filter_map(|text| title(text.as_str()?)).collect();
    same(q782::GROUPS.iter().map(|group| group.title.to_owned()).collect(), theirs)
}

fn every_case_of_level_3_is_in_a_group() -> Outcome {
    for case in q782::cases() {
        let grouped = q782::GROUPS.iter().any(|group| group.shown_by.contains(&case.number));
        held(grouped, format!("{} is in no group", case.number))?;
    }
    Ok(())
}

/// A list that others published.
fn published(name: &str) -> Option<serde_json::Value> {
    let shared = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join(format!("spec/conformance_{name}.json"))) else {
        println!("skipped: the numbers of {name}: shared folder absent");
        return None;
    };
    Some(serde_json::from_str(&text).expect("the file is JSON"))
}

/// Where virtual time begins.
#[expect(clippy::disallowed_methods, reason = "there is no other way to an Instant; from here on time is counted")]
fn epoch() -> Instant {
    Instant::now()
}
