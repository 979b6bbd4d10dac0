//! Digits towards a timeslot, block by block.

use super::*;

const VOICE: u8 = 0x2a;
const SILENCE: [u8; BLOCK_OCTETS] = [0xd5; BLOCK_OCTETS];

fn digit(character: u8) -> Digit {
    Digit::of_character(character).expect("a digit")
}

fn press(character: u8, duration_ms: u16) -> Press {
    Press { digit: digit(character), duration_ms }
}

/// What sounds in each of so many blocks: a digit, `_` silence, `v` the voice.
fn chart(dialler: &mut Dialler, playout: Option<u32>, blocks: u32) -> String {
    let one = |block: u32| {
        let mut out = [VOICE; BLOCK_OCTETS];
        let at = playout.map(|playout| playout.wrapping_add(block * BLOCK_OCTETS as u32));
        let sounded = (dialler.waiting[dialler.first].digit, dialler.sounded);
        match (dialler.play(at, &mut out), out) {
            (false, out) => {
                assert_eq!(out, [VOICE; BLOCK_OCTETS]);
                'v'
            }
            (true, SILENCE) => '_',
            (true, out) => {
                let mut expected = [0; BLOCK_OCTETS];
                sound(sounded.0, Law::A, sounded.1, &mut expected);
                assert_eq!(out, expected, "the phase goes on");
                char::from(sounded.0.character())
            }
        }
    };
    (0..blocks).map(one).collect()
}

/// The same, as runs.
fn runs(chart: &str) -> Vec<(char, usize)> {
    chart.chars().fold(Vec::new(), |mut runs: Vec<(char, usize)>, it| {
        match runs.last_mut() {
            Some((last, count)) if *last == it => *count += 1,
            _ => runs.push((it, 1)),
        }
        runs
    })
}

#[test]
fn a_burst_of_digits_sounds_one_after_the_other_with_pauses_and_then_the_voice_is_back() {
    let mut dialler = Dialler::new(Law::A);
    assert!(dialler.dial(press(b'1', 100)) && dialler.dial(press(b'1', 0)) && dialler.dial(press(b'#', 83)));
    let chart = chart(&mut dialler, None, 70);
    assert_eq!(runs(&chart), [('1', 20), ('_', 10), ('1', 10), ('_', 10), ('#', 17), ('v', 3)]);
}

#[test]
fn a_digit_that_comes_in_the_pause_after_another_waits_for_its_end() {
    let mut dialler = Dialler::new(Law::A);
    dialler.dial(press(b'7', 50));
    assert_eq!(runs(&chart(&mut dialler, None, 14)), [('7', 10), ('v', 4)]);
    dialler.dial(press(b'7', 50));
    assert_eq!(runs(&chart(&mut dialler, None, 20)), [('_', 6), ('7', 10), ('v', 4)]);
}

#[test]
fn more_digits_than_may_wait_are_refused_and_no_tone_is_longer_than_its_bound() {
    let mut dialler = Dialler::new(Law::A);
    let taken = (0..DIGITS_MAX + 3).filter(|_| dialler.dial(press(b'3', u16::MAX))).count();
    assert_eq!(taken, DIGITS_MAX);
    assert_eq!(runs(&chart(&mut dialler, None, 1300))[0], ('3', usize::from(TONE_MS_MAX) / 5));
}

#[test]
fn a_tone_lasts_as_long_as_its_event_grows_and_ends_with_it() {
    let mut dialler = Dialler::new(Law::A);
    assert!(dialler.begin(digit(b'5'), 1000));
    assert_eq!(runs(&chart(&mut dialler, Some(1000), 4)), [('5', 4)]);
    dialler.extend(160 * 4);
    assert_eq!(runs(&chart(&mut dialler, Some(1160), 12)), [('5', 12)]);
    dialler.extend(160 * 5);
    dialler.end();
    assert_eq!(runs(&chart(&mut dialler, Some(1640), 6)), [('5', 4), ('v', 2)]);
}

#[test]
fn a_tone_waits_for_the_audio_before_it_and_one_that_is_late_begins_at_once() {
    let mut dialler = Dialler::new(Law::A);
    dialler.begin(digit(b'5'), 80);
    dialler.extend(400);
    dialler.end();
    assert_eq!(runs(&chart(&mut dialler, Some(80u32.wrapping_sub(200)), 20)), [('v', 5), ('5', 10), ('v', 5)]);
    for begins in [0, 100_000_000] {
        dialler.begin(digit(b'6'), begins);
        dialler.end();
        assert_eq!(runs(&chart(&mut dialler, Some(4000), 20)), [('_', 5), ('6', 10), ('v', 5)], "{begins}");
    }
}

#[test]
fn a_tone_whose_end_is_lost_falls_silent_and_never_begins_again() {
    let mut dialler = Dialler::new(Law::A);
    dialler.begin(digit(b'9'), 0);
    dialler.extend(160 * 5);
    let heard = runs(&chart(&mut dialler, Some(0), 60));
    assert_eq!(heard, [('9', 20 + usize::from(HOLD_BLOCKS)), ('v', 60 - 20 - usize::from(HOLD_BLOCKS))]);
    dialler.extend(160 * 6);
    assert_eq!(runs(&chart(&mut dialler, Some(2400), 10)), [('v', 10)]);
}

#[test]
fn another_event_ends_the_one_before_it() {
    let mut dialler = Dialler::new(Law::A);
    dialler.begin(digit(b'1'), 0);
    dialler.extend(800);
    dialler.begin(digit(b'2'), 800);
    dialler.extend(400);
    dialler.end();
    assert_eq!(runs(&chart(&mut dialler, Some(0), 45)), [('1', 20), ('_', 10), ('2', 10), ('v', 5)]);
}

#[test]
fn an_echo_is_looked_for_as_long_as_a_tone_sounds_and_a_quarter_of_a_second_longer() {
    let mut dialler = Dialler::new(Law::A);
    assert_eq!(dialler.echoes(), None);
    dialler.dial(press(b'4', 100));
    chart(&mut dialler, None, 20);
    assert_eq!(dialler.echoes(), Some(digit(b'4')));
    chart(&mut dialler, None, u32::from(ECHO_BLOCKS) - 1);
    assert_eq!(dialler.echoes(), Some(digit(b'4')));
    chart(&mut dialler, None, 1);
    assert_eq!(dialler.echoes(), None);
}

#[test]
fn the_two_tones_have_their_levels_and_never_overflow() {
    for law in [Law::A, Law::Mu] {
        let mut out = [0; BLOCK_OCTETS];
        let blocks = (0..200).flat_map(|block| {
            sound(digit(b'D'), law, block, &mut out);
            out.map(|octet| f64::from(law.decode(octet)))
        });
        let power = blocks.map(|sample| sample * sample).sum::<f64>() / 8000.0;
        #[expect(clippy::approx_constant, reason = "G.711's level is not pi")]
        let dbm0 = 10.0 * (power / (32_767.0 * 32_767.0 / 2.0)).log10() + 3.14;
        // -9 and -11 dBm0 together.
        assert!((-7.0..=-6.7).contains(&dbm0), "{law:?} {dbm0}");
    }
}
