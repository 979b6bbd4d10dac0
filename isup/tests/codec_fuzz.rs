//! Mutated messages: whatever octets come, an answer and not a panic; what is accepted is kept
//! octet for octet, in no more memory than the octets themselves need.

use isup::codec::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const SEED: u64 = 1999;
const ROUNDS: u32 = 300_000;

/// Well-formed messages of every shape: fixed, variable and optional parts, none of them, two pointers.
const ORIGINALS: &[&[u8]] = &[
    &[
        0x01, 0x11, 0x60, 0x01, 0x0a, 0x03, 0x02, 0x06, 0x04, 0x83, 0x10, 0x06, 0x00, 0x0a, 0x07, 0x04, 0x17, 0x94,
        0x03, 0x21, 0x43, 0x65, 0x1d, 0x03, 0x80, 0x90, 0xa3, 0x31, 0x02, 0x00, 0x5a, 0x39, 0x04, 0x31, 0x90, 0x3d,
        0xc0, 0xc0, 0x05, 0x06, 0x83, 0x15, 0x21, 0x03, 0x00,
    ],
    &[0x02, 0x02, 0x00, 0x03, 0x80, 0x21, 0x03],
    &[0x06, 0x16, 0x14, 0x01, 0x29, 0x01, 0x01, 0x2c, 0x02, 0x60, 0xf9, 0x78, 0x05, 0x83, 0x81, 0xc0, 1, 2, 0x00],
    &[0x09, 0x01, 0x21, 0x04, 0x03, 0x13, 0x21, 0x43, 0x03, 0x04, 0x7d, 0x02, 0x91, 0x81, 0x00],
    &[0x0c, 0x02, 0x06, 0x04, 0x82, 0x83, 0x01, 0x02, 0x13, 0x02, 0x33, 0x42, 0x00],
    &[0x10, 0x00],
    &[0x18, 0x01, 0x01, 0x03, 0x0e, 0x21, 0x40],
    &[0x21, 0x02, 0x02, 0x04, 0x02, 0x80, 0x9d, 0x2a, 0x01, 0x03, 0x00],
    &[0x2b, 0x02, 0x03, 0x01, 0x01, 0x02, 0x0c, 0x03],
    &[0x2c, 0x81, 0x01, 0x4c, 0x08, 0x82, 0x21, 0x03, 0x01, 0x21, 0x92, 0x04, 0x05, 0x00],
    &[0x2d, 0x02, 0x00, 0x03, 0x04, 0x68, 0x69],
    &[0x33, 0x01, 0x38, 0x02, 0x42, 0x81, 0x88, 0x04, 0x03, 0x02, 0x01, 0x02, 0x00],
    &[0xf7, 0x01, 0xaa, 0xbb],
];

/// One change: a bit, an octet, a cut, an octet more, or an octet less.
fn mutate(octets: &mut Vec<u8>, random: &mut ChaCha20Rng) {
    let at = random.next_u32() as usize % octets.len().max(1);
    let value = random.next_u32() as u8;
    match random.next_u32() % 5 {
        0 if !octets.is_empty() => octets[at] ^= 1 << (value % 8),
        1 if !octets.is_empty() => octets[at] = value,
        2 => octets.truncate(at),
        3 => octets.insert(at, value),
        _ if !octets.is_empty() => drop(octets.remove(at)),
        _ => octets.push(value),
    }
}

fn check(octets: &[u8]) -> bool {
    let Ok(message) = Message::decode(octets) else { return false };
    let mut again = Vec::new();
    message.encode(&mut again).expect("what was decoded can be encoded");
    assert_eq!(again, octets);
    let kept: usize = message.parameters().map(|(_, contents)| contents.len()).sum();
    assert!(kept + message.rest().len() <= octets.len());
    for (code, contents) in message.parameters() {
        if let Some(Ok(again)) = View::of(code).map(|view| view.recode(contents)) {
            assert!(again.len() <= contents.len(), "{code}");
        }
    }
    true
}

/// Says which octets made the test panic.
struct Culprit(Vec<u8>);

impl Drop for Culprit {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("seed {SEED}: {:02x?}", self.0);
        }
    }
}

#[test]
fn mutated_messages_are_refused_or_kept_octet_for_octet() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let mut culprit = Culprit(Vec::new());
    let mut accepted = 0;
    for _ in 0..ROUNDS {
        let original = ORIGINALS[random.next_u32() as usize % ORIGINALS.len()];
        culprit.0.clear();
        culprit.0.extend_from_slice(original);
        for _ in 0..random.next_u32() % 4 {
            mutate(&mut culprit.0, &mut random);
        }
        accepted += u32::from(check(&culprit.0));
    }
    let share = accepted * 100 / ROUNDS;
    assert!((20..80).contains(&share), "{share} % accepted: the mutations no longer try both ways");
}

#[test]
fn every_original_is_accepted_and_every_cut_of_it_gets_an_answer() {
    for original in ORIGINALS {
        assert!(check(original), "{original:02x?}");
        for end in 0..original.len() {
            check(&original[..end]);
        }
    }
}

#[test]
fn noise_gets_an_answer() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let mut culprit = Culprit(Vec::new());
    for _ in 0..ROUNDS / 50 {
        culprit.0.resize(random.next_u32() as usize % (MESSAGE_OCTETS_MAX + 10), 0);
        random.fill_bytes(&mut culprit.0);
        check(&culprit.0);
    }
}
