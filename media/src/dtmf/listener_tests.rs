//! The receiver against computed signals: what it must hear, what it must not, and how soon. The limits are those of the
//! module's first lines.

use super::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// Two tones and where they are: ms from its beginning.
#[derive(Clone, Copy, Debug)]
struct Pair {
    digit: Digit,
    /// How far the frequencies are off, as a share of them.
    off: [f64; 2],
    dbm0: [f64; 2],
}

impl Pair {
    fn of(digit: Digit) -> Pair {
        Pair { digit, off: [0.0; 2], dbm0: [-11.0, -9.0] }
    }

    fn sample(&self, at: usize) -> f64 {
        let hz = self.digit.frequencies_hz();
        (0..2).map(|n| sine(f64::from(hz[n]) * (1.0 + self.off[n]), self.dbm0[n], at)).sum()
    }
}

#[expect(clippy::approx_constant, reason = "G.711's level is not pi")]
fn sine(hz: f64, dbm0: f64, at: usize) -> f64 {
    let amplitude = 32_767.0 * 10f64.powf((dbm0 - 3.14) / 20.0);
    amplitude * (std::f64::consts::TAU * hz * at as f64 / 8000.0).sin()
}

fn digits() -> impl Iterator<Item = Digit> {
    (0..16).filter_map(Digit::of_event)
}

/// What is heard of a signal, and in which block: beginnings and ends.
fn heard(law: Law, ms: usize, sample: impl Fn(usize) -> f64) -> Vec<(usize, Heard)> {
    let mut listener = Listener::new(law);
    let block = |block: usize| {
        let octets = std::array::from_fn(|at| law.encode(round(sample(block * BLOCK_OCTETS + at))));
        (block, listener.hear(Some(&octets)))
    };
    (0..ms / 5).map(block).filter(|(_, heard)| !matches!(heard, Heard::Nothing | Heard::Lasts)).collect()
}

fn round(sample: f64) -> i16 {
    sample.round().clamp(-32_768.0, 32_767.0) as i16
}

/// The digits of a signal that end.
fn ended(heard: &[(usize, Heard)]) -> Vec<Digit> {
    let digit = |(_, heard): &(usize, Heard)| match heard {
        Heard::Ends(press) => Some(press.digit),
        _ => None,
    };
    heard.iter().filter_map(digit).collect()
}

/// A pair for `ms` from a sample on, in silence.
fn burst(pair: Pair, from: usize, ms: usize) -> impl Fn(usize) -> f64 {
    move |at| if (from..from + ms * 8).contains(&at) { pair.sample(at) } else { 0.0 }
}

#[test]
fn every_digit_of_40_ms_is_heard_wherever_it_begins_and_at_every_level() {
    for law in [Law::A, Law::Mu] {
        for digit in digits() {
            for (begin, dbm0) in (400..440).zip([-25.0, -20.0, -12.0, -6.0, 0.0].into_iter().cycle()) {
                let pair = Pair { dbm0: [dbm0; 2], ..Pair::of(digit) };
                let heard = heard(law, 200, burst(pair, begin, 40));
                assert_eq!(ended(&heard), [digit], "{law:?} {pair:?} from {begin}: {heard:?}");
            }
        }
    }
}

#[test]
fn frequencies_within_1_5_percent_are_heard_and_those_3_5_percent_off_are_not() {
    let offs = |share: f64| [-share, 0.0, share];
    for digit in digits() {
        for (low, high) in offs(0.015).into_iter().flat_map(|low| offs(0.015).map(|high| (low, high))) {
            for begin in [400, 413, 427] {
                let pair = Pair { off: [low, high], ..Pair::of(digit) };
                assert_eq!(ended(&heard(Law::A, 200, burst(pair, begin, 40))), [digit], "{pair:?}");
            }
        }
        for off in [[-0.035, 0.0], [0.035, 0.0], [0.0, -0.035], [0.0, 0.035], [0.035, -0.035]] {
            let pair = Pair { off, ..Pair::of(digit) };
            assert_eq!(heard(Law::A, 400, burst(pair, 400, 200)), [], "{pair:?}");
        }
    }
}

#[test]
fn twist_is_borne_as_far_as_lines_make_it_and_no_further() {
    for digit in digits() {
        for (low, high, is_heard) in
            [(-16.0, -10.0, true), (-10.0, -19.0, true), (-20.0, -8.0, false), (-6.0, -20.0, false)]
        {
            let pair = Pair { dbm0: [low, high], ..Pair::of(digit) };
            let expected = if is_heard { vec![digit] } else { vec![] };
            assert_eq!(ended(&heard(Law::A, 300, burst(pair, 403, 60))), expected, "{pair:?}");
        }
    }
}

#[test]
fn what_is_too_short_or_too_weak_or_one_tone_alone_is_nothing() {
    for digit in digits() {
        for begin in 400..440 {
            assert_eq!(heard(Law::A, 200, burst(Pair::of(digit), begin, 23)), [], "{digit:?} 23 ms from {begin}");
        }
        let weak = Pair { dbm0: [-29.0; 2], ..Pair::of(digit) };
        assert_eq!(heard(Law::A, 400, burst(weak, 400, 200)), []);
        let hz = f64::from(digit.frequencies_hz()[0]);
        assert_eq!(heard(Law::A, 400, |at| sine(hz, -9.0, at)), []);
    }
}

#[test]
fn a_gap_of_10_ms_is_passed_over_and_one_of_30_ms_separates_two_digits() {
    for digit in digits() {
        for begin in 800..840 {
            let gap = |ms: usize| {
                move |at: usize| {
                    let is_gap = (begin..begin + ms * 8).contains(&at) || at > 1600;
                    if is_gap { 0.0 } else { Pair::of(digit).sample(at) }
                }
            };
            assert_eq!(ended(&heard(Law::A, 300, gap(10))), [digit], "10 ms from {begin}");
            assert_eq!(ended(&heard(Law::A, 300, gap(30))), [digit; 2], "30 ms from {begin}");
        }
    }
}

#[test]
fn a_digit_is_told_within_45_ms_its_end_within_35_and_its_length_to_5_ms() {
    for digit in digits() {
        for begin in 400..440 {
            let ms = 40 + 7 * (begin - 400);
            let heard = heard(Law::A, 600, burst(Pair::of(digit), begin, ms));
            let [(begins, Heard::Begins { digit: one, volume }), (ends, Heard::Ends(press))] = heard[..] else {
                panic!("{digit:?}: {heard:?}")
            };
            assert_eq!((one, press.digit), (digit, digit));
            assert!((6..=8).contains(&volume), "{volume}");
            assert!((begins + 1) * 40 <= begin + 45 * 8, "{begins}");
            assert!((ends + 1) * 40 <= begin + ms * 8 + 35 * 8, "{ends}");
            assert!(press.duration_ms.abs_diff(ms as u16) <= 5, "{ms}: {press:?}");
        }
    }
}

#[test]
fn digits_in_noise_15_db_below_them_are_heard_and_noise_is_none() {
    let seed = 0x24;
    println!("seed {seed:#x}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut noise = |amplitude: f64| amplitude * f64::from(random.next_u32() as i32) / f64::from(i32::MAX);
    let mut listener = Listener::new(Law::A);
    // -7 dBm0 together; white noise of this amplitude has -22 dBm0.
    let amplitude = 3_100.0;
    let mut ends = 0;
    for round_of in 0..1_000usize {
        let pair = Pair::of(Digit::of_event((round_of % 16) as u8).expect("below 16"));
        let tone = burst(pair, 800 + round_of % 40, 50);
        for block in 0..40 {
            let octets =
                std::array::from_fn(|at| Law::A.encode(round(tone(block * BLOCK_OCTETS + at) + noise(amplitude))));
            if let Heard::Ends(press) = listener.hear(Some(&octets)) {
                assert_eq!(press.digit, pair.digit);
                ends += 1;
            }
        }
    }
    assert!(ends >= 998, "{ends} of 1000");
    for _ in 0..20_000 {
        let octets = std::array::from_fn(|_| Law::A.encode(round(noise(8_000.0))));
        assert_eq!(listener.hear(Some(&octets)), Heard::Nothing);
    }
}

#[test]
fn ten_minutes_of_voices_without_a_pause_imitate_a_digit_less_than_ten_times() {
    let seed = 0x7a1c;
    println!("seed {seed:#x}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut listener = Listener::new(Law::A);
    // Syllables of 150 ms: a pitch that glides, whose harmonics fall by 6 dB an octave but for three resonances of a tract.
    let (mut phase, mut imitations) = (0.0, 0);
    for _ in 0..4_000 {
        let mut between = |low: u32, high: u32| f64::from(low + random.next_u32() % (high - low));
        let (pitch, glide) = (between(80, 320), between(0, 60) - 30.0);
        let resonances = [between(250, 900), between(850, 2_300), between(1_900, 3_200)];
        let (width, loud) = (between(40, 160), between(500, 5_000));
        let resonance = |hz: f64, at: f64| (1.0 - (hz / at).powi(2)).hypot(hz * width / at.powi(2)).recip();
        let gain = |hz: f64| resonances.iter().map(|at| resonance(hz, *at)).product::<f64>();
        let harmonics: Vec<(f64, f64)> =
            (1..).map(f64::from).take_while(|n| n * pitch < 3_400.0).map(|n| (n, loud * gain(n * pitch) / n)).collect();
        for block in 0..30 {
            let octets = std::array::from_fn(|at| {
                let time = (block * BLOCK_OCTETS + at) as f64 / 1_200.0;
                phase = (phase + (pitch + glide * time) / 8000.0) % 1.0;
                let voice: f64 =
                    harmonics.iter().map(|(n, gain)| gain * (std::f64::consts::TAU * n * phase).sin()).sum();
                Law::A.encode(round(voice))
            });
            imitations += usize::from(matches!(listener.hear(Some(&octets)), Heard::Begins { .. }));
        }
    }
    // Receivers of exchanges are asked for fewer than 30 in half an hour of recorded voices, which pause as these do not.
    assert!(imitations < 10, "{imitations}");
}

#[test]
fn what_is_missing_is_silence() {
    let mut listener = Listener::new(Law::A);
    let pair = Pair::of(Digit::of_event(7).expect("a digit"));
    let block = |at: usize| std::array::from_fn(|n| Law::A.encode(round(pair.sample(at * BLOCK_OCTETS + n))));
    let heard: Vec<Heard> = (0..40).map(|at| listener.hear((at < 20).then(|| block(at)).as_ref())).collect();
    assert!(heard.iter().any(|heard| matches!(heard, Heard::Ends(press) if press.duration_ms.abs_diff(100) <= 5)));
}

#[test]
fn whatever_octets_come_nothing_breaks() {
    let seed = 0xb10c;
    println!("seed {seed:#x}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let mut listener = Listener::new(Law::Mu);
    for _ in 0..50_000 {
        let octets = std::array::from_fn(|_| random.next_u32() as u8);
        listener.hear((!random.next_u32().is_multiple_of(9)).then_some(&octets));
    }
}
