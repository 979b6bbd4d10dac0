//! Every decoder over seeded mutations of its corpus: what the fuzz targets look for, kept on the stable toolchain.
//!
//! `FUZZ_ITERATIONS` says how many inputs each target gets, `FUZZ_SEED` where the search begins; a failure prints both the
//! seed and the input. An input that once broke something belongs into `tests/fixtures/corpus/<target>/`.

use std::path::PathBuf;

use tests::fuzzing::mutation::{Mutation, corpus};
use tests::fuzzing::storm::Storm;
use tests::fuzzing::{TARGETS, Target};

/// Inputs for each target unless told otherwise.
const ITERATIONS: u64 = 4_000;
/// Where the search begins unless told otherwise.
const SEED: u64 = 64;
/// Inputs for an endpoint that lives on; `cargo bench -p tests --bench sip_storm` gives it as many millions as it is asked for.
const STORM_INPUTS: u64 = 20_000;

macro_rules! tests {
    ($($test:ident: $target:literal,)*) => {
        $(#[test] fn $test() { Search::of($target).run(); })*
        const NAMES: &[&str] = &[$($target),*];
    };
}

tests! {
    sip_datagrams_harm_nobody: "sip",
    responses_to_our_invite_harm_nobody: "sip_answer",
    session_descriptions_harm_nobody: "sdp",
    rtp_and_rtcp_harm_nobody: "rtp",
    signal_units_harm_no_link: "mtp2_unit",
    routing_labels_harm_no_router: "mtp3_label",
    isup_messages_and_parameters_are_kept_or_refused: "isup_message",
    lapd_frames_harm_no_link: "lapd_frame",
    a_link_outlives_any_script: "lapd_link",
    q931_messages_harm_no_interface: "q931_message",
    facilities_are_kept_or_refused: "q931_facility",
    a_configuration_is_a_model_or_a_report: "config",
    a_line_of_any_octets_becomes_frames_or_reasons: "hdlc",
    ethernet_frames_are_a_millisecond_or_refused: "tdmoe",
}

#[test]
fn every_target_is_searched_here() {
    assert!(TARGETS.iter().map(|(name, _)| name).eq(NAMES));
}

#[test]
fn every_target_has_its_fuzz_target() {
    let manifest = std::fs::read_to_string(root().join("../fuzz/Cargo.toml")).expect("fuzz has a manifest");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name} is not in fuzz/Cargo.toml");
        let source = std::fs::read_to_string(root().join(format!("../fuzz/fuzz_targets/{name}.rs")));
        assert!(source.is_ok_and(|text| text.contains(&format!("fuzzing::{name}("))), "{name} has no source");
    }
}

#[test]
fn an_endpoint_falls_quiet_after_a_storm() {
    let seed = number("FUZZ_SEED", SEED);
    println!("seed {seed}");
    let mut storm = Storm::new([corpus("sip"), corpus("sip_answer")].concat(), seed);
    (0..STORM_INPUTS).for_each(|_| storm.blow());
    storm.calm();
    let (tally, peaks) = (storm.tally(), storm.peaks());
    assert!(tally.well_formed > 0 && tally.well_formed < tally.messages && tally.sessions > 0, "{tally:?}");
    assert!(peaks.sessions > 0 && peaks.transactions > peaks.sessions, "{peaks:?}");
}

/// One target, its corpus, and where the search stands. Dropped in a panic, it says what caused it.
struct Search {
    name: &'static str,
    target: Target,
    mutation: Mutation,
    seed: u64,
    input: Vec<u8>,
}

impl Search {
    fn of(name: &str) -> Self {
        let (name, target) = *TARGETS.iter().find(|(each, _)| *each == name).expect("a target of that name");
        let seed = number("FUZZ_SEED", SEED);
        Self { name, target, mutation: Mutation::new(corpus(name), seed), seed, input: Vec::new() }
    }

    fn run(mut self) {
        self.corpus_is_accepted();
        let iterations = number("FUZZ_ITERATIONS", ITERATIONS);
        let mut accepted = 0;
        for _ in 0..iterations {
            self.input = self.mutation.next_input();
            accepted += u64::from((self.target)(&self.input));
        }
        println!("{}: {accepted} of {iterations} inputs accepted, seed {}", self.name, self.seed);
        assert!((1..iterations).contains(&accepted) || iterations < ITERATIONS, "the search no longer tries both ways");
    }

    fn corpus_is_accepted(&mut self) {
        for input in self.mutation.corpus() {
            self.input.clone_from(input);
            assert!((self.target)(&self.input), "an input of the corpus is refused");
        }
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}, seed {}: input b\"{}\"", self.name, self.seed, self.input.escape_ascii());
        }
    }
}

fn number(variable: &str, otherwise: u64) -> u64 {
    match std::env::var(variable) {
        Ok(text) => text.parse().unwrap_or_else(|_| panic!("{variable} must be a number, and it is {text:?}")),
        Err(_) => otherwise,
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
