//! Any text whatever gives a model or a report with at least one mistake, and never a panic.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::{EMBEDDED, parse};

const ROUNDS: u64 = 1500;

#[test]
fn no_mutation_of_the_example_panics_or_is_refused_without_a_word() {
    let sources = [EMBEDDED.as_bytes(), include_bytes!("../example.toml")];
    for seed in 0..ROUNDS {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let mut octets = sources[pick(&mut random, sources.len())].to_vec();
        for _ in 0..=pick(&mut random, 4) {
            mutate(&mut random, &mut octets);
        }
        let text = String::from_utf8_lossy(&octets).into_owned();
        let outcome = std::panic::catch_unwind(|| parse("mutated", &text));
        let result = outcome.unwrap_or_else(|_| panic!("seed {seed} panics on\n{text}"));
        if let Err(report) = result {
            assert!(!report.mistakes.is_empty(), "seed {seed}: refused without a word:\n{text}");
            assert!(report.mistakes.iter().all(|mistake| mistake.position.is_some()), "seed {seed}");
        }
    }
}

fn pick(random: &mut ChaCha20Rng, below: usize) -> usize {
    random.next_u32() as usize % below.max(1)
}

/// One of: an octet changed, a stretch cut, a stretch doubled elsewhere, a line lost, a value made odd.
fn mutate(random: &mut ChaCha20Rng, octets: &mut Vec<u8>) {
    let from = pick(random, octets.len());
    let to = (from + pick(random, 40)).min(octets.len());
    match pick(random, 6) {
        0 if from < octets.len() => octets[from] = random.next_u32() as u8,
        1 => _ = octets.drain(from..to),
        2 => {
            let stretch = octets[from..to].to_vec();
            let at = pick(random, octets.len());
            octets.splice(at..at, stretch);
        }
        3 => octets.truncate(from),
        4 => {
            let odd = VALUES[pick(random, VALUES.len())];
            let text = String::from_utf8_lossy(octets).into_owned();
            let equals: Vec<usize> = text.match_indices("= ").map(|(at, _)| at).collect();
            let Some(at) = equals.get(pick(random, equals.len())) else { return };
            let line_end = text[*at..].find('\n').map_or(text.len(), |end| at + end);
            *octets = format!("{}= {odd}{}", &text[..*at], &text[line_end..]).into_bytes();
        }
        _ => {
            let text = String::from_utf8_lossy(octets).into_owned();
            let lines: Vec<&str> = text.lines().collect();
            let lost = pick(random, lines.len());
            let kept = lines.iter().enumerate().filter(|(at, _)| *at != lost).map(|(_, line)| *line);
            *octets = kept.collect::<Vec<_>>().join("\n").into_bytes();
        }
    }
}

const VALUES: [&str; 16] = [
    "0",
    "-1",
    "9223372036854775807",
    "99999999999999999999",
    "0xFFFF",
    "nan",
    "1e400",
    "true",
    "\"\"",
    "\"\\u0000\"",
    "[]",
    "[[[[]]]]",
    "{}",
    "1979-05-27",
    "\"1-1-2\"",
    "\"255.255.255.255:65535\"",
];
