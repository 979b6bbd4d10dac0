//! Mutated messages of Q.931: whatever octets come, an answer and not a panic; what is accepted is
//! kept octet for octet, in no more memory than the octets themselves need.

mod q931_written_out;

use isup::q931::codec::table::{ITU, MAINTENANCE};
use isup::q931::codec::*;
use q931_written_out::{WRITTEN_OUT, octets};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const SEED: u64 = 931;
const ROUNDS: u32 = 60_000;

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
    let Ok(mut message) = Message::decode(octets) else { return false };
    assert_eq!(encoded(&message), octets);
    let kept: usize = message.elements().map(|(_, contents)| contents.len()).sum();
    assert!(kept + message.rest().len() <= octets.len());
    for (code, contents) in message.elements() {
        if let Some(Ok(again)) = View::of(code).map(|view| view.recode(contents)) {
            assert!(again.len() <= contents.len(), "{code}");
        }
    }
    assert!(!message.to_string().is_empty());
    let table = if message.kind.family == MessageFamily::CallControl { &ITU } else { &MAINTENANCE };
    let findings = table.check(&message, Direction::ToUser);
    assert!(findings.len() <= 2 * octets.len() + 2);
    // What follows a segment's one element is its piece.
    if octets.len() + 10 < MESSAGE_OCTETS_MAX && message.kind != MessageType::SEGMENT {
        addition_is_found(&mut message);
    }
    true
}

fn addition_is_found(message: &mut Message) {
    let added = ChannelIdentification::primary(9, true);
    message.set(&added);
    assert_eq!(message.find(), Some(added.clone()));
    if message.rest().is_empty() {
        let again = Message::decode(&encoded(message)).expect("a message");
        assert_eq!(again.find(), Some(added), "{message}");
    }
    message.remove(ElementCode::CHANNEL_IDENTIFICATION);
    assert!(!message.has(ElementCode::CHANNEL_IDENTIFICATION));
}

fn encoded(message: &Message) -> Vec<u8> {
    let mut octets = Vec::new();
    message.encode(&mut octets).expect("what was decoded can be encoded");
    octets
}

/// A SETUP with every typed element, and one with a shift before each.
fn originals() -> Vec<Vec<u8>> {
    let mut all = vec![
        octets("08 02 0001 05 a1 04 03 8090a3 18 03 a98381 1e 02 8288 95 1a 01 01 9e 7b 01 81 6c 03 813330 70 02 8136"),
        octets("08 00 62 1c 04 91a10601 1c 01 91"),
        octets("03 02 0000 0f 01 01 c2 18 03 a98387"),
        octets("08 01 81 7d 08 03 80e405 14 01 0a"),
        octets("08 02 8000 00 41 96 a1 d2 7c 02 8090"),
        octets("08 02 0001 60 00 02 8205 04 02 8890 18"),
    ];
    for (code, hex, _) in WRITTEN_OUT {
        let mut message = Message::new(CallReference::primary(1, Flag::FromOrigin), MessageType::SETUP);
        message.set_octets(*code, &octets(hex));
        all.push(encoded(&message));
    }
    all
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
    let originals = originals();
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let mut culprit = Culprit(Vec::new());
    let mut accepted = 0;
    for _ in 0..ROUNDS {
        let original = &originals[random.next_u32() as usize % originals.len()];
        culprit.0.clear();
        culprit.0.extend_from_slice(original);
        for _ in 0..random.next_u32() % 6 {
            mutate(&mut culprit.0, &mut random);
        }
        accepted += u32::from(check(&culprit.0));
    }
    let share = accepted * 100 / ROUNDS;
    assert!((20..80).contains(&share), "{share} % accepted: the mutations no longer try both ways");
}

#[test]
fn every_original_is_accepted_and_every_cut_of_it_gets_an_answer() {
    for original in originals() {
        assert!(check(&original), "{original:02x?}");
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
        culprit.0.resize(random.next_u32() as usize % 400, 0);
        random.fill_bytes(&mut culprit.0);
        // Noise behind a header that is one.
        for (octet, header) in culprit.0.iter_mut().zip([0x08, 0x02, 0x00, 0x01]) {
            *octet = header;
        }
        check(&culprit.0);
    }
}
