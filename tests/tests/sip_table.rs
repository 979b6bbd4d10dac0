//! docs/sip.md names tests and scenarios of SIPp: each is there, and each scenario is played.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

#[test]
fn every_test_that_the_table_names_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let table = fs::read_to_string(root.join("docs/sip.md")).expect("the table is there");
    let mut known = BTreeSet::new();
    for folder in ["gateway/src", "tests/tests"] {
        functions(&root.join(folder), &mut known);
    }
    let named = table.split('`').skip(1).step_by(2).filter(|word| word.matches('_').count() > 2 && !word.contains('/'));
    let named: Vec<_> =
        named.filter(|word| word.chars().next().is_some_and(|first| first.is_ascii_lowercase())).collect();
    assert!(named.len() > 50, "the table is not read rightly: {named:?}");
    let missing: Vec<_> = named.into_iter().filter(|name| !known.contains(*name)).collect();
    assert!(missing.is_empty(), "docs/sip.md names tests that are not there: {missing:#?}");
}

#[test]
fn every_scenario_of_sipp_is_in_the_table_and_played() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let table = fs::read_to_string(root.join("../docs/sip.md")).expect("the table is there");
    let words = table.split('`').skip(1).step_by(2);
    let named: BTreeSet<_> = words.filter_map(|word| word.strip_suffix(".xml")).collect();
    let files = fs::read_dir(root.join("fixtures/sipp")).expect("the scenarios are there").flatten();
    let files: Vec<_> = files.map(|file| file.file_name().to_string_lossy().replace(".xml", "")).collect();
    assert!(files.iter().map(String::as_str).collect::<BTreeSet<_>>() == named, "{named:?} are not {files:?}");
    let tests = fs::read_dir(root.join("tests/sipp")).expect("the tests are there").flatten();
    let tests: String = tests.map(|file| fs::read_to_string(file.path()).expect("a source")).collect();
    let idle: Vec<_> = files.iter().filter(|name| !tests.contains(&format!("\"{name}\""))).collect();
    assert!(idle.is_empty(), "no test plays {idle:?}");
}

/// Names of functions in all files below a folder.
fn functions(folder: &Path, known: &mut BTreeSet<String>) {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            functions(&path, known);
        } else {
            known.extend(names(&path));
        }
    }
}

fn names(path: &PathBuf) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.trim_start().strip_prefix("fn "));
    lines.filter_map(|line| line.split(['(', '<']).next().map(str::to_owned)).collect()
}
