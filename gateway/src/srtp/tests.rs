//! Streams between a sender and a receiver of ours, and what somebody without the key may do to them.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;

const SEED: u64 = 3711;

fn pair(suite: Suite, random: &mut ChaCha20Rng) -> (Sender, Receiver) {
    let key = MasterKey::draw(suite, random);
    (Sender::new(key.clone()), Receiver::new(Theirs { key, lifetime: None, mki: None }))
}

fn rtp(sequence: u16, ssrc: u32) -> Vec<u8> {
    let mut packet = vec![0x80, 8];
    packet.extend(sequence.to_be_bytes());
    packet.extend([0, 0, 0, 1]);
    packet.extend(ssrc.to_be_bytes());
    packet.extend([0xd5; 160]);
    packet
}

fn protected(sender: &mut Sender, mut packet: Vec<u8>) -> Vec<u8> {
    let length = packet.len();
    packet.resize(length + OVERHEAD_OCTETS_MAX, 0);
    let length = sender.protect_rtp(&mut packet, length).unwrap();
    packet.truncate(length);
    packet
}

fn report() -> Vec<u8> {
    let mut packet = vec![0x80, 201, 0, 1];
    packet.extend(7u32.to_be_bytes());
    packet
}

fn protected_report(sender: &mut Sender) -> Vec<u8> {
    let mut packet = report();
    let length = packet.len();
    packet.resize(length + OVERHEAD_OCTETS_MAX, 0);
    let length = sender.protect_rtcp(&mut packet, length).unwrap();
    packet.truncate(length);
    packet
}

#[test]
fn streams_pass_over_the_wrap_of_the_sequence_number_whatever_is_lost_or_late() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite, &mut random);
        let mut late: Option<Vec<u8>> = None;
        for number in 0..1000u32 {
            let plain = rtp((number + 65_000) as u16, 7);
            let packet = protected(&mut sender, plain.clone());
            match number % 97 {
                5 => {}
                6 => late = Some(packet),
                nth => {
                    let mut packet = packet;
                    let length = receiver.open_rtp(&mut packet).unwrap();
                    assert!(packet[..length] == plain, "{suite:?}: {number}");
                    if let Some(mut packet) = late.take_if(|_| nth == 70) {
                        receiver.open_rtp(&mut packet).unwrap();
                    }
                }
            }
        }
    }
}

#[test]
fn the_rollover_counter_goes_on_while_long_runs_are_lost() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let (mut sender, mut receiver) = pair(Suite::AesCm128HmacSha1_80, &mut random);
    for number in 0..100u32 {
        let plain = rtp((number * 30_011) as u16, 7);
        let mut packet = protected(&mut sender, plain.clone());
        let length = receiver.open_rtp(&mut packet).unwrap();
        assert!(packet[..length] == plain, "{number}");
    }
}

#[test]
fn reports_pass_and_each_is_accepted_once() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite, &mut random);
        for _ in 0..3 {
            let packet = protected_report(&mut sender);
            let mut opened = packet.clone();
            let length = receiver.open_rtcp(&mut opened).unwrap();
            assert_eq!(opened[..length], report());
            assert_eq!(receiver.open_rtcp(&mut packet.clone()), Err(Rejection::Replayed));
        }
    }
}

/// Every length of a genuine packet and of noise, and every single bit that is wrong.
#[test]
fn nothing_but_what_was_sent_is_accepted_whatever_its_length() {
    println!("seed {SEED}");
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    for suite in Suite::ALL {
        let (mut sender, mut receiver) = pair(suite, &mut random);
        let (packet, report) = (protected(&mut sender, rtp(1, 7)), protected_report(&mut sender));
        for length in 0..packet.len() {
            assert!(receiver.open_rtp(&mut packet[..length].to_vec()).is_err());
        }
        for length in 0..report.len() {
            assert!(receiver.open_rtcp(&mut report[..length].to_vec()).is_err());
        }
        for bit in 0..8 * packet.len() {
            let mut packet = packet.clone();
            packet[bit / 8] ^= 1 << (bit % 8);
            assert!(receiver.open_rtp(&mut packet).is_err(), "{suite:?}: bit {bit}");
        }
        for bit in 0..8 * report.len() {
            let mut report = report.clone();
            report[bit / 8] ^= 1 << (bit % 8);
            assert!(receiver.open_rtcp(&mut report).is_err(), "{suite:?}: bit {bit}");
        }
        for length in (0..300).flat_map(|length| [length; 8]) {
            let mut noise = vec![0; length];
            random.fill_bytes(&mut noise);
            // Version 2, that more than the first octet be looked at.
            noise.iter_mut().take(1).for_each(|first| *first = *first & 0x3f | 0x80);
            assert!(receiver.open_rtp(&mut noise.clone()).is_err());
            assert!(receiver.open_rtcp(&mut noise).is_err());
        }
        assert!(receiver.sources.iter().all(Option::is_none), "what is not authentic has no state");
        assert!(receiver.open_rtp(&mut packet.clone()).is_ok());
        assert!(receiver.open_rtcp(&mut report.clone()).is_ok());
    }
}

#[test]
fn sources_beyond_the_bound_are_refused() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let key = MasterKey::draw(Suite::AesCm128HmacSha1_80, &mut random);
    let mut receiver = Receiver::new(Theirs { key: key.clone(), lifetime: None, mki: None });
    for ssrc in 0..SOURCES_MAX as u32 + 1 {
        let mut packet = protected(&mut Sender::new(key.clone()), rtp(1, ssrc));
        let expected = if ssrc < SOURCES_MAX as u32 { Ok(172) } else { Err(Rejection::Crowded) };
        assert_eq!(receiver.open_rtp(&mut packet), expected);
    }
}

#[test]
fn a_key_is_used_for_its_lifetime_and_not_longer() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let key = MasterKey::draw(Suite::AeadAes128Gcm, &mut random);
    let mut receiver = Receiver::new(Theirs { key: key.clone(), lifetime: Some(2), mki: None });
    let mut sender = Sender::new(key);
    let opened: Vec<_> =
        (1..=3).map(|sequence| receiver.open_rtp(&mut protected(&mut sender, rtp(sequence, 7)))).collect();
    assert_eq!(opened, [Ok(172), Ok(172), Err(Rejection::Expired)]);
    assert!(receiver.open_rtcp(&mut protected_report(&mut sender)).is_ok(), "the packets of RTCP count for themselves");
}

#[test]
fn a_sender_never_uses_an_index_twice() {
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    let (mut sender, _) = pair(Suite::AesCm128HmacSha1_32, &mut random);
    let mut again = |sequence| {
        let mut packet = rtp(sequence, 7);
        let length = packet.len();
        packet.resize(length + OVERHEAD_OCTETS_MAX, 0);
        sender.protect_rtp(&mut packet, length)
    };
    assert_eq!([again(5), again(5), again(4), again(6)], [Some(176), None, None, Some(176)]);
}

#[test]
fn a_key_is_not_printed() {
    let key = MasterKey::new(Suite::AeadAes128Gcm, &[0x5a; 28]).unwrap();
    let keys = Keys { ours: key.clone(), theirs: Theirs { key: key.clone(), lifetime: None, mki: None } };
    let printed = format!("{keys:?} {:?} {:?}", Sender::new(key.clone()), Receiver::new(keys.theirs.clone()));
    assert!(!printed.contains("90") && !printed.to_lowercase().contains("5a"), "{printed}");
    assert_eq!(MasterKey::new(Suite::AeadAes256Gcm, &[0; 28]), None);
}
