//! The receiver against computed tones: what it must hear, what it must not, and how soon.

use super::*;
use crate::tone::Tone;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Blocks that hold so many milliseconds of a signal, a sample being given by its place.
fn blocks(law: Law, ms: usize, sample: impl Fn(usize) -> f64) -> Vec<[u8; BLOCK_OCTETS]> {
    let octet = |at: usize| law.encode(sample(at).round().clamp(-32_768.0, 32_767.0) as i16);
    (0..ms / 5).map(|block| std::array::from_fn(|at| octet(block * BLOCK_OCTETS + at))).collect()
}

/// A sine of that level; full scale is +3.14 dBm0.
#[expect(clippy::approx_constant, reason = "G.711's level is not pi")]
fn sine(hz: f64, dbm0: f64) -> impl Fn(usize) -> f64 {
    let amplitude = 32_767.0 * 10f64.powf((dbm0 - 3.14) / 20.0);
    move |at| amplitude * (std::f64::consts::TAU * hz * at as f64 / 8000.0).sin()
}

/// From the beginning of the signal until it is recognised, ms.
fn recognised_ms(law: Law, hz: u16, ms: usize, sample: impl Fn(usize) -> f64) -> Option<usize> {
    let mut detector = Detector::new(hz);
    let place = blocks(law, ms, sample).iter().position(|block| detector.hear(law, block) == Heard::Tone)?;
    Some((place + 1) * 5)
}

#[test]
fn a_tone_within_its_limits_is_recognised_in_30_to_60_ms() {
    for law in [Law::A, Law::Mu] {
        for hz in [2000, 2010, 1780] {
            for off in [-30.0, -20.0, -8.0, 0.0, 8.0, 20.0, 30.0] {
                for dbm0 in [-18.0, -12.0, -6.0] {
                    let heard = recognised_ms(law, hz, 100, sine(f64::from(hz) + off, dbm0));
                    assert!(heard.is_some_and(|ms| (30..=60).contains(&ms)), "{law:?} {hz} {off:+} {dbm0}: {heard:?}");
                }
            }
        }
    }
}

#[test]
fn what_is_200_hz_off_or_weaker_than_22_db_below_is_nothing() {
    for law in [Law::A, Law::Mu] {
        for (hz, dbm0) in [(1800.0, -6.0), (2200.0, -6.0), (1780.0, -6.0), (1000.0, 0.0), (425.0, 0.0), (2000.0, -22.0)]
        {
            assert_eq!(recognised_ms(law, 2000, 2_000, sine(hz, dbm0)), None, "{law:?} {hz} Hz {dbm0}");
        }
        assert_eq!(recognised_ms(law, 2000, 2_000, |_| 0.0), None);
    }
}

#[test]
fn a_burst_of_less_than_30_ms_is_nothing() {
    for ms in [5, 15, 25, 29] {
        let tone = sine(2000.0, -6.0);
        let burst = |at: usize| if (80..80 + ms * 8).contains(&at) { tone(at) } else { 0.0 };
        assert_eq!(recognised_ms(Law::A, 2000, 200, burst), None, "{ms} ms");
    }
}

#[test]
fn gaps_of_15_ms_are_passed_over_and_the_end_is_told_within_40_ms() {
    let tone = sine(2000.0, -12.0);
    for begin in 800..840 {
        let mut detector = Detector::new(2000);
        let gap = |at: usize| if (begin..begin + 120).contains(&at) { 0.0 } else { tone(at) };
        let heard: Vec<_> = blocks(Law::A, 250, gap).iter().map(|block| detector.hear(Law::A, block)).collect();
        assert!(heard[12..].iter().all(|heard| *heard == Heard::Tone), "a gap at sample {begin}");
        let mut detector = Detector::new(2000);
        let end = |at: usize| if at < begin { tone(at) } else { 0.0 };
        let heard: Vec<_> = blocks(Law::A, 250, end).iter().map(|block| detector.hear(Law::A, block)).collect();
        let told = 12 + heard[12..].iter().position(|heard| *heard == Heard::Nothing).expect("it ends");
        assert!((told + 1) * BLOCK_OCTETS <= begin + 40 * 8, "an end at sample {begin}: block {told}");
    }
}

#[test]
fn speech_like_noise_is_no_tone() {
    let seed = 0x724;
    println!("seed {seed:#x}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut detector = Detector::new(2000);
    // Ten minutes of syllables: noise through a resonance that wanders over the whole band, loud and soft by turns.
    let (mut one, mut two) = (0.0, 0.0);
    for syllable in 0..6_000 {
        let hz = 200.0 + f64::from(random.next_u32() % 3_200);
        let (loud, turn) = (f64::from(random.next_u32() % 6_000), std::f64::consts::TAU * hz / 8000.0);
        for _ in 0..20 {
            let block = std::array::from_fn(|_| {
                let noise = f64::from(random.next_u32() as i16) / 32_768.0;
                let next = noise + 1.8 * turn.cos() * one - 0.81 * two;
                (two, one) = (one, next);
                Law::A.encode((loud * next).clamp(-32_768.0, 32_767.0) as i16)
            });
            assert_eq!(detector.hear(Law::A, &block), Heard::Nothing, "syllable {syllable}, {hz} Hz");
        }
    }
}

#[test]
fn the_tone_that_a_check_sends_is_heard_by_another() {
    let tone = Tone { frequencies_hz: [2010, 0], level: crate::tone::MINUS_12_DBM0, cadence_ms: &[] };
    let heard = recognised_ms(Law::Mu, 2010, 100, |at| f64::from(tone.sample(at as u64)));
    assert!(heard.is_some());
    assert_eq!(recognised_ms(Law::Mu, 1780, 1_000, |at| f64::from(tone.sample(at as u64))), None);
}
