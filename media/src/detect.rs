//! A receiver of one tone, by Goertzel's algorithm over 10 ms, every 5 ms.
//!
//! Its limits are those that ITU-T asks of the receiver of a continuity check, as the field quotes Q.724 (its text was not
//! read): a tone within 30 Hz and from -18 to -6 dBm0 is one, nothing that is 200 Hz off or below -22 dBm0 is; it is recognised
//! in 30 to 60 ms, gaps of 15 ms are passed over, and its end is told within 40 ms.

use crate::{BLOCK_OCTETS, Law};

/// What there is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    Nothing,
    Tone,
}

/// The receiver.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Detector {
    /// 2 cos ω of the tone.
    coefficient: f32,
    /// The block before.
    before: [i16; BLOCK_OCTETS],
    heard: Heard,
    /// Windows in a row that say otherwise than `heard`.
    otherwise: u8,
}

impl Detector {
    pub fn new(hz: u16) -> Detector {
        let turn = std::f32::consts::TAU * f32::from(hz) / RATE_HZ;
        Detector { coefficient: 2.0 * turn.cos(), before: [0; BLOCK_OCTETS], heard: Heard::Nothing, otherwise: 0 }
    }

    /// Hears one block more.
    pub fn hear(&mut self, law: Law, octets: &[u8; BLOCK_OCTETS]) -> Heard {
        let now = octets.map(|octet| law.decode(octet));
        let is_tone = self.is_tone(&now);
        self.before = now;
        let (other, windows) = match self.heard {
            Heard::Nothing => (Heard::Tone, RECOGNITION_WINDOWS),
            Heard::Tone => (Heard::Nothing, REMOVAL_WINDOWS),
        };
        self.otherwise = if is_tone == (other == Heard::Tone) { self.otherwise + 1 } else { 0 };
        if self.otherwise == windows {
            (self.heard, self.otherwise) = (other, 0);
        }
        self.heard
    }

    /// Whether the tone, and little else, fills the block before and this one.
    fn is_tone(&self, now: &[i16; BLOCK_OCTETS]) -> bool {
        let (mut last, mut last_but_one, mut energy) = (0.0, 0.0, 0.0);
        for sample in self.before.iter().chain(now) {
            let sample = f32::from(*sample);
            let next = sample + self.coefficient * last - last_but_one;
            (last_but_one, last) = (last, next);
            energy += sample * sample;
        }
        let square = last * last + last_but_one * last_but_one - self.coefficient * last * last_but_one;
        let tone = 2.0 * square / (WINDOW * WINDOW);
        let whole = energy / WINDOW;
        tone >= POWER_MIN && tone >= SHARE_MIN * whole
    }
}

const RATE_HZ: f32 = 8000.0;
const WINDOW: f32 = 2.0 * BLOCK_OCTETS as f32;
/// -20.5 dBm0, the full scale of a sine being +3.14 dBm0: between the least that must be heard, which loses 1.3 dB to the window
/// where it is 30 Hz off, and the most that must not.
const POWER_MIN: f32 = 2.32e6;
/// A tone that is 30 Hz off has 74 % of its power in the window's line, one that is 60 Hz off 25 %.
const SHARE_MIN: f32 = 0.5;
/// With the 10 ms of the first of them, 40 ms.
const RECOGNITION_WINDOWS: u8 = 7;
/// A gap of 15 ms spoils four.
const REMOVAL_WINDOWS: u8 = 5;

#[cfg(test)]
#[path = "detect_tests.rs"]
mod tests;
