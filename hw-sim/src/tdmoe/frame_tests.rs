//! The coding of TDMoE frames: a frame spelt out by hand, round trips, and mutations.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;

/// Five channels with signalling bits, by hand from the table of the module.
const BY_HAND: [u8; 66] = [
    0x52, 0x54, 0, 0x12, 0x34, 0x56, 2, 0, 0, 0, 0, 1, 0xd0, 0x0d, // Ethernet
    0, 7, 8, 3, 0xab, 0xcd, 0, 5, // subaddress, samples, yellow alarm and signalling, counter, channels
    0x43, 0x21, 0x00, 0x05, // channels 1 to 4 have 1, 2, 3, 4; channel 5 has 5
    1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 4, //
    10, 11, 12, 13, 14, 15, 16, 17,
];

fn random_frame(random: &mut ChaCha20Rng) -> Frame {
    let channels = 1 + random.next_u32() as usize % CHANNELS_MAX;
    let mut chunk = IDLE_CHUNK;
    chunk[1..=channels].iter_mut().for_each(|samples| random.fill_bytes(samples));
    let has_signalling = random.next_u32().is_multiple_of(2);
    let signalling =
        has_signalling.then(|| std::array::from_fn(|at| if at < channels { random.next_u32() as u8 & 0xf } else { 0 }));
    let other_flags = random.next_u32() as u8 & !Flags::SIGNALLING.0;
    Frame {
        destination: MacAddress(std::array::from_fn(|_| random.next_u32() as u8)),
        source: MacAddress(std::array::from_fn(|_| random.next_u32() as u8)),
        subaddress: random.next_u32() as u16,
        flags: Flags(other_flags | if has_signalling { Flags::SIGNALLING.0 } else { 0 }),
        counter: random.next_u32() as u16,
        channels: channels as u8,
        signalling,
        chunk,
    }
}

fn encoded(frame: &Frame) -> Vec<u8> {
    let mut octets = Vec::new();
    frame.encode(&mut octets);
    octets
}

#[test]
fn a_frame_spelt_out_by_hand_is_read_and_written() {
    let frame = Frame::decode(&BY_HAND).unwrap();
    assert_eq!(frame.destination.to_string(), "52:54:00:12:34:56");
    assert_eq!(frame.source, MacAddress([2, 0, 0, 0, 0, 1]));
    assert_eq!((frame.subaddress, frame.counter, frame.channels), (7, 0xabcd, 5));
    assert!(frame.flags.contains(Flags::YELLOW_ALARM) && !frame.flags.contains(Flags::LOOPBACK));
    assert_eq!(frame.signalling.unwrap()[..6], [1, 2, 3, 4, 5, 0]);
    assert_eq!(frame.chunk[3], [3; 8]);
    assert_eq!(frame.chunk[5], [10, 11, 12, 13, 14, 15, 16, 17]);
    assert_eq!(frame.chunk[6], [0xff; 8]);
    assert_eq!(encoded(&frame), BY_HAND);
}

#[test]
fn an_e1_with_signalling_bits_has_286_octets() {
    let frame = Frame { channels: 31, signalling: Some([0; 31]), ..Frame::decode(&BY_HAND).unwrap() };
    assert_eq!(encoded(&frame).len(), 286);
    assert_eq!(FRAME_OCTETS_MAX, 286);
}

#[test]
fn what_is_written_is_read_again() {
    let mut random = ChaCha20Rng::seed_from_u64(1);
    for _ in 0..500 {
        let frame = random_frame(&mut random);
        let mut octets = encoded(&frame);
        assert_eq!(Frame::decode(&octets).as_ref(), Ok(&frame));
        octets.resize(octets.len().max(ETHERNET_OCTETS_MIN), 0);
        assert_eq!(Frame::decode(&octets), Ok(frame), "filled up to what Ethernet carries");
    }
}

#[test]
fn what_is_no_frame_is_refused_with_its_reason() {
    let with = |at: usize, octet: u8| {
        let mut octets = BY_HAND;
        octets[at] = octet;
        Frame::decode(&octets)
    };
    assert_eq!(Frame::decode(&BY_HAND[..21]), Err(FrameError::Short));
    assert_eq!(with(12, 8), Err(FrameError::Ethertype(0x080d)));
    assert_eq!(with(16, 16), Err(FrameError::Samples(16)));
    assert_eq!(with(21, 0), Err(FrameError::Channels(0)));
    assert_eq!(with(21, 32), Err(FrameError::Channels(32)));
    assert_eq!(with(17, 0), Err(FrameError::Length { expected: 62, found: 66 }), "no signalling bits");
    assert_eq!(Frame::decode(&BY_HAND[..65]), Err(FrameError::Length { expected: 66, found: 65 }));
}

#[test]
fn no_mutation_harms_and_what_is_read_is_written_alike() {
    let seed = 2;
    println!("seed {seed}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    for _ in 0..20_000 {
        let mut octets = encoded(&random_frame(&mut random));
        for _ in 0..random.next_u32() % 4 {
            let at = random.next_u32() as usize % 30.min(octets.len());
            octets[at] = random.next_u32() as u8;
        }
        if random.next_u32().is_multiple_of(8) {
            octets.truncate(random.next_u32() as usize % (octets.len() + 1));
        }
        if let Ok(frame) = Frame::decode(&octets) {
            let again = encoded(&frame);
            assert_eq!(Frame::decode(&again), Ok(frame));
        }
    }
}
