use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;

const OCTETS_MAX: usize = 300;

fn line_of(frames: &[&[u8]]) -> Vec<u8> {
    let mut framer = Framer::new(OCTETS_MAX);
    let mut line = Vec::new();
    for frame in frames {
        assert!(framer.push_frame(frame));
        while !framer.has_room() {
            line.push(framer.octet());
        }
    }
    while framer.is_busy() {
        line.push(framer.octet());
    }
    line.extend([framer.octet(), framer.octet()]);
    line
}

fn frames_of(line: &[u8]) -> Vec<Result<Vec<u8>, FrameError>> {
    let mut frames = Vec::new();
    Deframer::new(OCTETS_MAX).octets(line, |frame| frames.push(frame.map(<[u8]>::to_vec)));
    frames
}

#[test]
fn the_check_sequence_is_crc_16_x_25() {
    assert_eq!(fcs16(b"123456789"), 0x906e);
    assert_eq!(fcs16(&[]), 0);
}

#[test]
fn the_check_sequence_agrees_with_q921_sabme_and_ua_as_seen_on_lines() {
    // SABME and UA for TEI 0, SAPI 0, with the octets that any LAPD capture shows behind them.
    for frame in [[0x00, 0x01, 0x7f], [0x00, 0x01, 0x73]] {
        let fcs = fcs16(&frame).to_le_bytes();
        assert!(super::fcs::holds(&[frame[0], frame[1], frame[2], fcs[0], fcs[1]]));
        assert!(!super::fcs::holds(&[frame[0], frame[1], frame[2], fcs[0] ^ 1, fcs[1]]));
    }
}

#[test]
fn an_idle_line_carries_flags() {
    let mut out = [0; 4];
    Framer::new(OCTETS_MAX).octets(&mut out);
    assert_eq!(out, [FLAG; 4]);
}

#[test]
fn five_ones_are_followed_by_a_zero_and_bits_leave_least_significant_first() {
    let mut framer = Framer::new(OCTETS_MAX);
    assert!(framer.push_raw(&[0xff, 0x01]));
    let mut out = [0; 5];
    framer.octets(&mut out);
    // Flag, 11111 0 111 for 0xff, then 1 0000000 for 0x01, and the flag, cut into octets:
    assert_eq!(out[..4], [0b0111_1110, 0b1111_1011, 0b1100_0000, 0b0011_1111]);
}

#[test]
fn frames_pass_whatever_they_contain() {
    let frames: [&[u8]; 5] = [&[0x7e; 40], &[0xff; 90], &[0x00; 7], &[1], &[0xf8, 0x1f, 0x7d, 0x7e]];
    let received: Vec<_> = frames_of(&line_of(&frames)).into_iter().map(Result::unwrap_or_default).collect();
    assert_eq!(received, frames);
}

#[test]
fn frames_pass_at_every_bit_offset_of_the_line() {
    let line = line_of(&[&[1, 2, 3, 0xff, 0x7e], &[9; 20]]);
    for shift in 1..8 {
        let shifted: Vec<u8> = line.windows(2).map(|pair| pair[0] << shift | pair[1] >> (8 - shift)).collect();
        let frames = frames_of(&[&[0x7e, 0x7e][..], &shifted, &[0x7e, 0x7e]].concat());
        assert!(frames.contains(&Ok(vec![9; 20])), "shift {shift}: {frames:?}");
    }
}

#[test]
fn seven_ones_abort_a_frame_and_an_idle_line_of_ones_says_nothing() {
    let mut line = line_of(&[&[0x55; 20]]);
    line[10] = 0xff;
    assert!(matches!(frames_of(&line)[..], [Err(FrameError::Aborted(_))]));
    assert_eq!(frames_of(&[0xff; 100]), []);
}

#[test]
fn a_wrong_bit_is_a_bad_check_sequence() {
    let mut line = line_of(&[&[0x55; 20]]);
    line[10] ^= 0x10;
    assert!(matches!(frames_of(&line)[..], [Err(FrameError::BadFcs(22))]));
}

#[test]
fn a_frame_longer_than_allowed_is_reported_once_and_the_next_is_received() {
    let mut framer = Framer::new(OCTETS_MAX + 50);
    assert!(framer.push_frame(&[0x11; OCTETS_MAX + 10]));
    let mut line = vec![0; OCTETS_MAX + 20];
    framer.octets(&mut line);
    line.extend(line_of(&[&[5; 5]]));
    assert_eq!(frames_of(&line), [Err(FrameError::TooLong), Ok(vec![5; 5])]);
}

#[test]
fn a_repeating_framer_sends_its_last_frame_until_a_newer_one_waits() {
    let mut framer = Framer::new(OCTETS_MAX);
    framer.set_repeat(true);
    let mut line = vec![0; 40];
    assert!(framer.push_frame(&[1, 1, 1]));
    framer.octets(&mut line);
    assert!(framer.push_frame(&[2, 2, 2]));
    let mut more = vec![0; 40];
    framer.octets(&mut more);
    let frames: Vec<_> = frames_of(&[line, more].concat()).into_iter().map(Result::unwrap_or_default).collect();
    let ones = frames.iter().filter(|frame| **frame == [1, 1, 1]).count();
    assert!(ones >= 5 && frames.len() - ones >= 5, "{frames:?}");
    assert!(frames[..ones].iter().all(|frame| *frame == [1, 1, 1]));
}

#[test]
fn a_framer_refuses_what_it_cannot_hold() {
    let mut framer = Framer::new(10);
    assert!(!framer.push_frame(&[0; 9]));
    assert!(!framer.push_frame(&[]));
    assert!(framer.push_frame(&[0; 8]));
    assert!(!framer.push_frame(&[0; 8]), "one is waiting");
}

#[test]
fn no_line_of_noise_makes_the_deframer_panic_or_grow() {
    for round in 0..200u64 {
        let mut noise = ChaCha20Rng::seed_from_u64(round);
        let mut line = vec![0; 600];
        noise.fill_bytes(&mut line);
        if round % 2 == 0 {
            line = line_of(&[&line[..200], &line[200..420]]);
            for _ in 0..4 {
                let at = noise.next_u32() as usize % line.len();
                line[at] ^= 1 << (noise.next_u32() % 8);
            }
        }
        let mut deframer = Deframer::new(64);
        deframer.octets(&line, |frame| {
            assert!(frame.is_ok_and(|octets| octets.len() <= 62) || frame.is_err(), "seed {round}")
        });
    }
}
