//! The import rule: who may use whom, read from `cargo metadata` and from the sources.
//!
//! ```text
//! tests -> gateway -> { hw-sim, config } -> { isup, media, dahdi-sys }
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// Package, and the siblings that it may depend on.
const PACKAGES: &[(&str, &[&str])] = &[
    ("dahdi-sys", &[]),
    ("isup", &[]),
    ("media", &[]),
    ("config", &["isup", "media", "dahdi-sys"]),
    ("hw-sim", &["isup", "dahdi-sys"]),
    ("spangate", &["hw-sim", "config", "isup", "media", "dahdi-sys"]),
    ("tests", &["spangate", "hw-sim", "config", "isup", "media", "dahdi-sys"]),
];

/// Folder or file, the words that its sources must not hold, and why.
const ROOMS: &[(&str, &[&str], &str)] = &[
    (
        "gateway/src/sip",
        &["crate::interwork", "crate::circuit", "crate::call", "crate::control", "isup::", "media::"],
        "sip knows SIP alone",
    ),
    (
        "gateway/src/stir",
        &["crate::interwork", "crate::circuit", "crate::call", "crate::control", "crate::io", "isup::", "media::"],
        "signatures know the addresses of SIP alone",
    ),
    (
        "gateway/src/interwork",
        &["crate::circuit", "crate::call", "crate::control", "crate::io", "std::time"],
        "mappings have no state and no time",
    ),
    (
        "gateway/src/circuit",
        &["crate::sip", "crate::interwork", "crate::control", "crate::io"],
        "circuits know circuits alone",
    ),
    (
        "gateway/src/call",
        &["crate::io", "crate::rt", "crate::lab", "isup::mtp2", "isup::mtp3"],
        "a call touches no octet",
    ),
    ("gateway/src/control.rs", &["crate::io", "crate::rt", "crate::lab"], "control is without I/O"),
    ("gateway/src/control", &["crate::io", "crate::rt", "crate::lab"], "control is without I/O"),
    ("gateway/src/rt", &["crate::io", "crate::lab", "crate::call", "crate::sip"], "rt knows media and the seam"),
    ("gateway/src/ops", &["crate::io", "crate::lab"], "nothing knows io"),
];

#[test]
fn packages_depend_as_the_import_rule_says() {
    let packages = workspace_packages();
    let allowed: BTreeMap<&str, &[&str]> = PACKAGES.iter().copied().collect();
    let names: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(names, allowed.keys().copied().collect(), "the table lists every package of the workspace");
    for (package, siblings) in &packages {
        for sibling in siblings {
            assert!(allowed[package.as_str()].contains(&sibling.as_str()), "{package} must not depend on {sibling}");
        }
    }
}

#[test]
fn rooms_import_as_the_import_rule_says() {
    for (room, forbidden, why) in ROOMS {
        for source in sources(&root().join(room)) {
            let text = read(&source);
            for word in *forbidden {
                assert!(!mentions(&text, word), "{} mentions {word}: {why}", source.display());
            }
        }
    }
}

/// A list of what is allowed: a machine that is added to `isup` later is forbidden without a word here.
#[test]
fn the_far_end_shares_codecs_with_us_and_no_machine() {
    for source in sources(&root().join("hw-sim/src")) {
        for line in read(&source).lines() {
            assert!(takes_codecs_alone(line), "{}: more than a codec: {line}", source.display());
        }
    }
}

#[test]
fn no_spelling_of_an_import_passes_for_a_codec() {
    for codec in ["use isup::codec::Message;", "use isup::q931::codec::{Cause, Message};", "// isup::lapd is not ours"]
    {
        assert!(takes_codecs_alone(codec), "{codec}");
    }
    for machine in [
        "use isup::lapd::Link;",
        "use isup::q931::interface::Interface;",
        "use isup::q931::{codec, interface};",
        "use isup::{codec, lapd};",
        "use isup::codec_of_another::Link;",
        "use isup::codec::Message; use isup::lapd::Link;",
        "use isup as ours;",
        "use isup::*;",
    ] {
        assert!(!takes_codecs_alone(machine), "{machine}");
    }
}

#[test]
fn only_the_lab_names_the_simulator() {
    for source in sources(&root().join("gateway/src")) {
        if !source.starts_with(root().join("gateway/src/lab")) {
            assert!(!mentions(&read(&source), "hw_sim"), "{} names hw_sim", source.display());
        }
    }
}

#[test]
fn unsafe_code_stands_in_its_two_places_alone() {
    let fence = ["dahdi-sys/src/linux.rs", "tests/tests/sealed.rs"];
    for package in ["dahdi-sys", "isup", "media", "config", "hw-sim", "gateway", "tests"] {
        for source in sources(&root().join(package)) {
            let inside = fence.iter().any(|place| source.ends_with(place));
            let named_here = source.ends_with("tests/tests/import_rule.rs");
            let code = read(&source);
            let has = code.lines().any(is_unsafe);
            assert!(inside || named_here || !has, "{} has unsafe code", source.display());
        }
    }
}

#[test]
fn every_crate_root_forbids_unsafe_code_but_the_one_that_fences_it() {
    for package in ["isup", "media", "config", "hw-sim", "gateway", "tests"] {
        let text = read(&root().join(package).join("src/lib.rs"));
        assert!(text.contains("#![forbid(unsafe_code)]"), "{package} does not forbid unsafe code");
    }
    assert!(read(&root().join("dahdi-sys/src/lib.rs")).contains("#![deny(unsafe_code)]"));
}

fn is_unsafe(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or("");
    code.contains("unsafe {") || code.contains("unsafe impl") || code.contains("unsafe fn")
}

/// Whether a line of code names the crate `isup` for its codecs only; comments may say anything.
fn takes_codecs_alone(line: &str) -> bool {
    let code = line.split("//").next().unwrap_or("");
    let codecs = ["isup::codec", "isup::q931::codec"];
    let is_codec = |path: &str| {
        codecs.iter().any(|codec| path.strip_prefix(codec).is_some_and(|rest| !rest.starts_with(is_of_a_name)))
    };
    !code.contains("use isup as ") && code.match_indices("isup::").all(|(at, _)| is_codec(&code[at..]))
}

fn is_of_a_name(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// Whether code mentions a path; comments may.
fn mentions(text: &str, word: &str) -> bool {
    text.lines().map(|line| line.split("//").next().unwrap_or("")).any(|code| code.contains(word))
}

fn workspace_packages() -> BTreeMap<String, Vec<String>> {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let metadata = Command::new(cargo)
        .args(["metadata", "--format-version", "1", "--no-deps", "--offline"])
        .current_dir(root())
        .output()
        .expect("cargo runs, since it runs this test");
    let metadata: serde_json::Value = serde_json::from_slice(&metadata.stdout).expect("cargo writes JSON");
    let packages = metadata["packages"].as_array().expect("metadata lists packages");
    packages.iter().map(|package| (text(&package["name"]), siblings(package))).collect()
}

/// The dependencies that are folders of this workspace, development and build dependencies included.
fn siblings(package: &serde_json::Value) -> Vec<String> {
    let dependencies = package["dependencies"].as_array().expect("a package lists its dependencies");
    dependencies.iter().filter(|one| one["path"].is_string()).map(|one| text(&one["name"])).collect()
}

fn text(value: &serde_json::Value) -> String {
    value.as_str().expect("a name is text").to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("tests is a folder of the workspace").to_owned()
}

fn sources(at: &Path) -> Vec<PathBuf> {
    if at.is_file() {
        return vec![at.to_owned()];
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(at).unwrap_or_else(|error| panic!("{}: {error}", at.display())) {
        let path = entry.expect("a readable folder").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
