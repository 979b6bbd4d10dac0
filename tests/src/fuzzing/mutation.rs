//! Where inputs come from: a corpus, and changes that are drawn from a seed.

use std::path::PathBuf;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Inputs of a corpus with a few changes, sometimes noise; the same from the same seed.
#[derive(Debug)]
pub struct Mutation {
    corpus: Vec<Vec<u8>>,
    random: ChaCha20Rng,
}

impl Mutation {
    /// Inputs like these, of which there is at least one.
    pub fn new(corpus: Vec<Vec<u8>>, seed: u64) -> Self {
        assert!(!corpus.is_empty(), "there is nothing to change");
        Self { corpus, random: ChaCha20Rng::seed_from_u64(seed) }
    }

    /// The corpus as it stands.
    pub fn corpus(&self) -> &[Vec<u8>] {
        &self.corpus
    }

    /// Mostly an input of the corpus with a few changes, sometimes noise.
    pub fn next_input(&mut self) -> Vec<u8> {
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

    /// One change of an input.
    pub fn change(&mut self, input: &mut Vec<u8>) {
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

    /// A number from 0 to `limit`, without it.
    pub fn below(&mut self, limit: usize) -> usize {
        self.random.next_u32() as usize % limit
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
}

/// The corpus of a target: the files of its folder, in the order of their names.
///
/// # Panics
/// When there is none.
pub fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures/corpus").join(name);
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("a readable folder").path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{} is empty", folder.display());
    paths.iter().map(|path| std::fs::read(path).expect("a readable file")).collect()
}

/// Changes to one input.
const CHANGES_MAX: usize = 5;
/// Longer inputs are cut: more than any datagram or unit that comes, less than the longest configuration.
const INPUT_OCTETS_MAX: usize = 16_384;
/// What text and numbers go wrong with.
const ODD: [&[u8]; 10] =
    [b"\r\n", b"\r\n ", b"\"", b"<>", b";=", b"%0", b"-1", b"99999999999999999999", b"\0\xff", b"\xff\xff\xff\xff"];
