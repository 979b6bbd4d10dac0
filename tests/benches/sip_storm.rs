//! Mutated messages through the parser and one endpoint, as many millions as it is asked for.
//!
//! `STORM_MESSAGES=100000000 cargo bench -p tests --bench sip_storm` (ten million unless told otherwise; `STORM_SEED` is where the search
//! begins). A panic, growth without end or a stuck transaction ends the run, with the seed and the message. After each million messages
//! all sessions are ended, and nothing may be left. Files of RFC 4475's messages join the corpus where `SPANGATE_SHARED` has them.
#![forbid(unsafe_code)]

use std::fs;
use std::path::PathBuf;
use std::time::Instant;
use tests::fuzzing::mutation::corpus;
use tests::fuzzing::storm::Storm;

fn main() {
    let (messages, seed) = (number("STORM_MESSAGES", 10_000_000), number("STORM_SEED", 64));
    let storm = Storm::new([corpus("sip"), corpus("sip_answer"), torture()].concat(), seed);
    println!("{messages} messages, seed {seed}");
    let mut run = Run { storm, seed };
    let began = Instant::now();
    for million in (PART..=messages.max(PART)).step_by(PART as usize) {
        while run.storm.tally().messages < million {
            run.storm.blow();
        }
        let grown_kib = memory_kib("VmRSS:");
        run.storm.calm();
        let rate = run.storm.tally().messages as f64 / began.elapsed().as_secs_f64();
        println!("{million} messages, {rate:.0} a second; resident {grown_kib} KiB before the calm");
    }
    println!("{:?}", run.storm.tally());
    println!("at most at once: {:?}, resident {} KiB", run.storm.peaks(), memory_kib("VmHWM:"));
}

/// Dropped in a panic, it says what caused it.
struct Run {
    storm: Storm,
    seed: u64,
}

impl Drop for Run {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("seed {}, {:?}: b\"{}\"", self.seed, self.storm.tally(), self.storm.heard().escape_ascii());
        }
    }
}

/// The torture messages, where they are.
fn torture() -> Vec<Vec<u8>> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("SPANGATE_SHARED").map_or_else(beside, PathBuf::from).join("spec/torture/rfc4475");
    let mut paths: Vec<_> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    if paths.is_empty() {
        println!("skipped: torture messages: shared folder absent");
    }
    paths.iter().filter_map(|path| fs::read(path).ok()).collect()
}

fn memory_kib(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix(field));
    line.and_then(|rest| rest.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}

fn number(variable: &str, otherwise: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} must be a number, and it is {text:?}")),
        Err(_) => otherwise,
    }
}

/// Messages between two calms.
const PART: u64 = 1_000_000;
