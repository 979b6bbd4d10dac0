//! Every decoder over seeded mutations of its corpus: what the fuzz targets look for, kept on the stable toolchain.
//!
//! `FUZZ_ITERATIONS` says how many inputs each target gets, `FUZZ_SEED` where the search begins; a failure prints both the
//! seed and the input. An input that once broke something belongs into `tests/fixtures/corpus/<target>/`.

use std::path::PathBuf;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use tests::fuzzing::{TARGETS, Target};

/// Inputs for each target unless told otherwise.
const ITERATIONS: u64 = 4_000;
/// Where the search begins unless told otherwise.
const SEED: u64 = 64;
/// Changes to one input.
const CHANGES_MAX: usize = 5;
/// Longer inputs are cut: more than any datagram or unit that comes, less than the longest configuration.
const INPUT_OCTETS_MAX: usize = 16_384;

macro_rules! tests {
    ($($test:ident: $target:literal,)*) => {
        $(#[test] fn $test() { Search::of($target).run(); })*
        const NAMES: &[&str] = &[$($target),*];
    };
}

tests! {
    sip_datagrams_harm_nobody: "sip",
    responses_to_our_invite_harm_nobody: "sip_answer",
    signatures_vouch_for_nobody: "stir",
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

/// One target, its corpus, and where the search stands. Dropped in a panic, it says what caused it.
struct Search {
    name: &'static str,
    target: Target,
    corpus: Vec<Vec<u8>>,
    seed: u64,
    random: ChaCha20Rng,
    input: Vec<u8>,
}

impl Search {
    fn of(name: &str) -> Self {
        let (name, target) = *TARGETS.iter().find(|(each, _)| *each == name).expect("a target of that name");
        let seed = number("FUZZ_SEED", SEED);
        let random = ChaCha20Rng::seed_from_u64(seed);
        Self { name, target, corpus: corpus(name), seed, random, input: Vec::new() }
    }

    fn run(mut self) {
        self.corpus_is_accepted();
        let iterations = number("FUZZ_ITERATIONS", ITERATIONS);
        let mut accepted = 0;
        for _ in 0..iterations {
            self.input = self.next_input();
            accepted += u64::from((self.target)(&self.input));
        }
        println!("{}: {accepted} of {iterations} inputs accepted, seed {}", self.name, self.seed);
        assert!((1..iterations).contains(&accepted) || iterations < ITERATIONS, "the search no longer tries both ways");
    }

    fn corpus_is_accepted(&mut self) {
        for index in 0..self.corpus.len() {
            self.input.clone_from(&self.corpus[index]);
            assert!((self.target)(&self.input), "an input of the corpus is refused");
        }
    }

    /// Mostly an input of the corpus with a few changes, sometimes noise.
    fn next_input(&mut self) -> Vec<u8> {
        if self.below(16) == 0 {
            let mut noise = vec![0; self.below(400)];
            self.random.fill_bytes(&mut noise);
            return noise;
        }
        let mut input = self.any_of_corpus();
        let changes = 1 + self.below(CHANGES_MAX);
        for _ in 0..1 + self.below(changes) {
            self.change(&mut input);
        }
        input.truncate(INPUT_OCTETS_MAX);
        input
    }

    fn change(&mut self, input: &mut Vec<u8>) {
        let at = self.below(input.len() + 1);
        let piece = at..(at + self.below(64)).min(input.len());
        match self.below(9) {
            0 => input.truncate(at),
            1 if at < input.len() => input[at] ^= 1 << self.below(8),
            2 if at < input.len() => input[at] = self.random.next_u32() as u8,
            3 => input.insert(at, self.random.next_u32() as u8),
            4 => drop(input.drain(piece)),
            // Twice what is there already, in another place.
            5 => {
                let piece = input[piece].to_vec();
                let to = self.below(input.len() + 1);
                input.splice(to..to, piece);
            }
            // A piece of another input in the place of one's own.
            6 => {
                let other = self.any_of_corpus();
                let from = self.below(other.len() + 1);
                let until = (from + self.below(64)).min(other.len());
                input.splice(piece, other[from..until].iter().copied());
            }
            7 => input.splice(at..at, ODD[self.below(ODD.len())].iter().copied()).for_each(drop),
            _ => self.grow(input, at),
        }
    }

    /// One octet very often: what has no bound shows.
    fn grow(&mut self, input: &mut Vec<u8>, at: usize) {
        let octet = input.get(at).copied().unwrap_or(0xff);
        let times = self.below(600);
        input.splice(at..at, std::iter::repeat_n(octet, times));
    }

    fn any_of_corpus(&mut self) -> Vec<u8> {
        let index = self.below(self.corpus.len());
        self.corpus[index].clone()
    }

    fn below(&mut self, limit: usize) -> usize {
        self.random.next_u32() as usize % limit
    }
}

impl Drop for Search {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}, seed {}: input b\"{}\"", self.name, self.seed, self.input.escape_ascii());
        }
    }
}

/// What text and numbers go wrong with.
const ODD: [&[u8]; 10] =
    [b"\r\n", b"\r\n ", b"\"", b"<>", b";=", b"%0", b"-1", b"99999999999999999999", b"\0\xff", b"\xff\xff\xff\xff"];

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = root().join("fixtures/corpus").join(name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.iter().map(|path| std::fs::read(path).expect("a readable file")).collect()
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
