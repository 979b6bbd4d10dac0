//! One direction of a bad line: it loses, corrupts and duplicates, and it never reorders.
//!
//! Frames stand on it with their check sequence (16 bits, as HDLC's), so that what arrives corrupted is recognised and
//! taken away here as a line driver does it: any burst of up to 16 bits shows. It duplicates numbered and supervisory
//! frames only. A second SABME or UA would begin anew a connection that is in use already, which no numbering survives and no
//! HDLC line does; so does information that is put into a frame and nobody's check sequence notices.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

/// Of a thousand frames so many suffer each of these.
#[derive(Clone, Copy, Debug, Default)]
pub struct Faults {
    pub lost: u32,
    pub corrupted: u32,
    pub duplicated: u32,
}

/// What a line did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub lost: u32,
    pub corrupted: u32,
    pub duplicated: u32,
}

impl Tally {
    pub fn add(&mut self, other: Tally) {
        self.lost += other.lost;
        self.corrupted += other.corrupted;
        self.duplicated += other.duplicated;
    }
}

#[derive(Default)]
pub struct Line {
    pub faults: Faults,
    pub tally: Tally,
    /// With the time of arrival, in order.
    under_way: VecDeque<(Instant, Vec<u8>)>,
}

impl Line {
    pub fn new(faults: Faults) -> Self {
        Self { faults, ..Self::default() }
    }

    /// A frame, from its address field on, is put onto the line.
    pub fn send(&mut self, now: Instant, frame: &[u8], random: &mut ChaCha20Rng) {
        let mut chance = |per_mille| random.next_u32() % 1_000 < per_mille;
        let Faults { lost, corrupted, duplicated } = self.faults;
        let (lost, corrupted) = (chance(lost), chance(corrupted));
        let copies = 1 + u32::from(frame[2] & 0b11 != 0b11 && chance(duplicated));
        self.tally.lost += u32::from(lost);
        self.tally.corrupted += u32::from(corrupted);
        self.tally.duplicated += copies - 1;
        if lost {
            return;
        }
        let mut octets = [frame, &check_sequence(frame).to_le_bytes()].concat();
        if corrupted {
            corrupt(&mut octets, random);
        }
        for _ in 0..copies {
            let delay = Duration::from_millis(u64::from(random.next_u32() % 20) + 1);
            let at = self.under_way.back().map_or(now, |(last, _)| *last).max(now + delay);
            self.under_way.push_back((at, octets.clone()));
        }
    }

    /// When the next frame arrives.
    pub fn next_arrival(&self) -> Option<Instant> {
        self.under_way.front().map(|(at, _)| *at)
    }

    /// The next frame that has arrived with the right check sequence.
    pub fn receive(&mut self, now: Instant) -> Option<Vec<u8>> {
        while self.under_way.front().is_some_and(|(at, _)| *at <= now) {
            let (_, mut octets) = self.under_way.pop_front().expect("there is a first one");
            let Some(end) = octets.len().checked_sub(2) else { continue };
            let received = u16::from_le_bytes([octets[end], octets[end + 1]]);
            octets.truncate(end);
            if check_sequence(&octets) == received {
                return Some(octets);
            }
        }
        None
    }
}

/// Some bits within sixteen of each other change, at least one.
fn corrupt(octets: &mut [u8], random: &mut ChaCha20Rng) {
    let bits = octets.len() * 8;
    let first = random.next_u32() as usize % bits;
    octets[first / 8] ^= 1 << (first % 8);
    for bit in first + 1..(first + 16).min(bits) {
        octets[bit / 8] ^= (random.next_u32() as u8 & 1) << (bit % 8);
    }
}

/// x^16 + x^12 + x^5 + 1, least significant bit first, begun with ones and inverted.
fn check_sequence(octets: &[u8]) -> u16 {
    let bit = |sum: u16, _| if sum & 1 == 0 { sum >> 1 } else { sum >> 1 ^ 0x8408 };
    !octets.iter().fold(0xffff, |sum, octet| (0..8).fold(sum ^ u16::from(*octet), bit))
}

#[test]
fn the_check_sequence_is_that_of_hdlc() {
    // The check value that catalogues give for this polynomial.
    assert_eq!(check_sequence(b"123456789"), 0x906e);
}
