//! Digits towards the timeslot: tones of Q.23, one after the other.
//!
//! Promised: digits keep their order and never overlap; each lasts [`TONE_MS_MIN`] at least, and [`PAUSE_MS`] pass before the
//! next; at most [`DIGITS_MAX`] wait, and one more is refused. A tone whose end is not known yet sounds while somebody says
//! that it lasts, and [`HOLD_BLOCKS`] longer when nobody does, so that none is stuck. Between digits that wait there is
//! silence; otherwise what the timeslot had before comes back at once.
//!
//! The levels are those of most tone plans of the DAHDI driver: the higher frequency is 2 dB above the lower one, because lines
//! weaken it more. Left out: the level that an event states; receivers at the far end are made for the nominal one.

use super::{Digit, Press};
use crate::tone::wave;
use crate::{BLOCK_OCTETS, FRAMES_PER_MS, Law};

/// Digits that may wait, the one that sounds included: more than any number or card has.
pub const DIGITS_MAX: usize = 32;
/// The shortest tone: receivers must know one of 40 ms.
pub const TONE_MS_MIN: u16 = 50;
/// The longest that control may ask for.
pub const TONE_MS_MAX: u16 = 6000;
/// The pause between two digits.
pub const PAUSE_MS: u16 = 50;

/// How much longer than was said a tone sounds whose end has not come: three packets of 20 ms (RFC 4733 section 2.5.2.2).
pub const HOLD_BLOCKS: u16 = 12;
/// A tone that is to begin later than this was never to begin: the deepest playout is half a second.
const WAIT_FRAMES_MAX: i32 = 8000;

/// The digits of one timeslot.
#[derive(Debug)]
pub struct Dialler {
    law: Law,
    waiting: [Signal; DIGITS_MAX],
    first: usize,
    count: usize,
    /// Blocks of the first one that have sounded.
    sounded: u16,
    /// Blocks that are left of the pause after the last one.
    pause: u16,
    /// The last one that sounded, and how many blocks ago.
    last: Option<(Digit, u16)>,
}

/// A digit that sounds or waits.
#[derive(Clone, Copy, Debug)]
struct Signal {
    digit: Digit,
    /// How long, as far as is known.
    blocks: u16,
    /// It may last longer.
    is_open: bool,
    /// The RTP timestamp that it begins at; `None`: as soon as it can.
    begins: Option<u32>,
}

impl Dialler {
    pub fn new(law: Law) -> Dialler {
        let none = Signal { digit: Digit(0), blocks: 0, is_open: false, begins: None };
        Dialler { law, waiting: [none; DIGITS_MAX], first: 0, count: 0, sounded: 0, pause: 0, last: None }
    }

    /// A digit whose length is known; `false`: too many wait.
    pub fn dial(&mut self, press: Press) -> bool {
        let blocks = blocks(u32::from(press.duration_ms.min(TONE_MS_MAX)) * FRAMES_PER_MS);
        self.append(Signal { digit: press.digit, blocks, is_open: false, begins: None })
    }

    /// A digit that begins when the playout is at that timestamp, and lasts until [`Dialler::end`]; `false`: too many wait.
    pub fn begin(&mut self, digit: Digit, timestamp: u32) -> bool {
        self.end();
        self.append(Signal { digit, blocks: 0, is_open: true, begins: Some(timestamp) })
    }

    /// The digit whose end is not known lasts so long at least. One that has fallen silent stays so.
    pub fn extend(&mut self, frames: u32) {
        if let Some(signal) = self.open() {
            signal.blocks = signal.blocks.max(blocks(frames));
        }
    }

    /// It lasts no longer.
    pub fn end(&mut self) {
        if let Some(signal) = self.open() {
            signal.is_open = false;
        }
    }

    /// The digit that sounds, or has so lately that its echo may be heard.
    pub fn echoes(&self) -> Option<Digit> {
        self.last.filter(|(_, ago)| *ago < ECHO_BLOCKS).map(|(digit, _)| digit)
    }

    /// Puts one block of a digit or of the pause before it in the place of `out`; `false`: there is none. `playout` is the
    /// timestamp that the audio is at, if there is audio.
    pub fn play(&mut self, playout: Option<u32>, out: &mut [u8; BLOCK_OCTETS]) -> bool {
        self.last = self.last.map(|(digit, ago)| (digit, ago.saturating_add(1)));
        let Some(signal) = self.due(playout) else {
            self.pause = self.pause.saturating_sub(1);
            return false;
        };
        if self.pause > 0 {
            self.pause -= 1;
            out.fill(self.law.silence());
            return true;
        }
        sound(signal.digit, self.law, self.sounded, out);
        self.last = Some((signal.digit, 0));
        self.sounded += 1;
        if signal.is_over(self.sounded) {
            self.first = (self.first + 1) % DIGITS_MAX;
            self.count -= 1;
            (self.sounded, self.pause) = (0, blocks(u32::from(PAUSE_MS) * FRAMES_PER_MS));
        }
        true
    }

    /// The first digit, if its time has come.
    fn due(&self, playout: Option<u32>) -> Option<Signal> {
        let signal = self.waiting[self.first];
        let wait = signal.begins.zip(playout).map_or(0, |(begins, now)| begins.wrapping_sub(now) as i32);
        let is_due = self.sounded > 0 || !(BLOCK_OCTETS as i32..WAIT_FRAMES_MAX).contains(&wait);
        (self.count > 0 && is_due).then_some(signal)
    }

    fn append(&mut self, signal: Signal) -> bool {
        let has_room = self.count < DIGITS_MAX;
        if has_room {
            self.waiting[(self.first + self.count) % DIGITS_MAX] = signal;
            self.count += 1;
        }
        has_room
    }

    fn open(&mut self) -> Option<&mut Signal> {
        let (first, count) = (self.first, self.count);
        let is_waiting = |place: usize| (place + DIGITS_MAX - first) % DIGITS_MAX < count;
        let mut waiting = self.waiting.iter_mut().enumerate().filter(|(place, _)| is_waiting(*place));
        waiting.find_map(|(_, signal)| signal.is_open.then_some(signal))
    }
}

impl Signal {
    fn is_over(self, sounded: u16) -> bool {
        let length = self.blocks.max(blocks(u32::from(TONE_MS_MIN) * FRAMES_PER_MS));
        sounded >= length.saturating_add(if self.is_open { HOLD_BLOCKS } else { 0 })
    }
}

/// Block number `block` of the tone of a digit.
fn sound(digit: Digit, law: Law, block: u16, out: &mut [u8; BLOCK_OCTETS]) {
    let [low, high] = digit.frequencies_hz();
    for (offset, octet) in out.iter_mut().enumerate() {
        let position = u64::from(block) * BLOCK_OCTETS as u64 + offset as u64;
        *octet = law.encode((wave(low, LOW_LEVEL, position) + wave(high, HIGH_LEVEL, position)) as i16);
    }
}

fn blocks(frames: u32) -> u16 {
    frames.div_ceil(BLOCK_OCTETS as u32).min(u32::from(u16::MAX)) as u16
}

/// What a digit sounds at, its two tones together: 7 dB below 1 mW, as [`super::Heard::Begins`] tells it.
pub const VOLUME: u8 = 7;
/// 250 ms: buffers both ways, and the tail of an echo on a long line.
const ECHO_BLOCKS: u16 = 50;

/// -11 dBm0, as in [`crate::tone`].
const LOW_LEVEL: i16 = 6433;
/// -9 dBm0.
const HIGH_LEVEL: i16 = 8098;

#[cfg(test)]
#[path = "dialler_tests.rs"]
mod tests;
