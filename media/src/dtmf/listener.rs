//! A receiver of digits in the audio of a timeslot: the eight frequencies of Q.23 over 20 ms, every 5 ms.
//!
//! Its limits are those that ITU-T Q.24 lists of administrations, as the field quotes them (its text was not read): a digit is two
//! tones within 1.5 % of their frequencies, none that is 3.5 % off; each from -25 to 0 dBm0, the upper one at most 6 dB stronger and 9 dB weaker
//! than the lower; 40 ms of them are a digit, 23 ms are none; a gap of 10 ms is passed over, one of 30 ms ends it.
//!
//! Frequencies are measured by how far the phase of a tone turns from one window to the next, which no bank of filters does in so
//! short a time. Speech is told from digits by all of that together: for 40 ms nine tenths of its power would have to
//! stand still in two such tones.
//!
//! The crates for it were looked at and not taken: `dtmf` measures 25 ms side by side, so that 40 ms may pass unheard, and knows
//! neither twist nor tolerance; `goertzel` and its kin are the ten lines of a filter.
//!
//! Left out: answering dial tone that sounds along with digits, which no timeslot of an answered call has.

use super::{Digit, Press};
use crate::tone::sine;
use crate::{BLOCK_OCTETS, Law};

/// What a block brought.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Heard {
    /// No digit.
    Nothing,
    /// A digit has been there for 35 to 45 ms.
    Begins {
        /// Which one.
        digit: Digit,
        /// Its power in dBm0 without the sign, 0 to 63.
        volume: u8,
    },
    /// It lasts.
    Lasts,
    /// It has gone, 20 to 30 ms ago.
    Ends(Press),
}

/// The receiver of one timeslot.
#[derive(Clone, Debug)]
pub struct Listener {
    law: Law,
    samples: [i16; WINDOW],
    /// The spectrum of the window before; `None`: there was next to nothing in it.
    before: Option<Spectrum>,
    /// What the last windows were, the newest last.
    last: [Option<Signal>; WINDOWS_OF_A_DIGIT],
    state: State,
}

#[derive(Clone, Copy, Debug)]
enum State {
    Waiting,
    Digit {
        digit: Digit,
        /// What it began with.
        power: f32,
        /// Windows since it began, those that the beginning took included.
        windows: u16,
        /// Those of them, in a row until now, in which it was not.
        missing: u16,
    },
}

/// What a window is that is a digit's.
#[derive(Clone, Copy, Debug)]
struct Signal {
    digit: Digit,
    power: f32,
    /// There is nothing else in it.
    is_pure: bool,
}

/// The amplitudes of the eight frequencies, rows before columns: real parts, then imaginary ones.
type Spectrum = [f32; 2 * FREQUENCIES];

impl Listener {
    /// One that has heard nothing yet.
    pub fn new(law: Law) -> Listener {
        Listener { law, samples: [0; WINDOW], before: None, last: [None; WINDOWS_OF_A_DIGIT], state: State::Waiting }
    }

    /// Hears one block more; `None`: it is missing, which is silence.
    pub fn hear(&mut self, octets: Option<&[u8; BLOCK_OCTETS]>) -> Heard {
        self.samples.copy_within(BLOCK_OCTETS.., 0);
        for (at, sample) in self.samples[WINDOW - BLOCK_OCTETS..].iter_mut().enumerate() {
            *sample = octets.map_or(0, |octets| self.law.decode(octets[at]));
        }
        let signal = self.measure();
        self.last.rotate_left(1);
        self.last[WINDOWS_OF_A_DIGIT - 1] = signal;
        self.judge(signal)
    }

    fn judge(&mut self, signal: Option<Signal>) -> Heard {
        match &mut self.state {
            State::Waiting => {
                let Some(Signal { digit, power, .. }) = self.steady() else { return Heard::Nothing };
                self.state = State::Digit { digit, power, windows: WINDOWS_OF_A_DIGIT as u16, missing: 0 };
                Heard::Begins { digit, volume: volume(power) }
            }
            State::Digit { digit, power, windows, missing } => {
                let is_there = signal
                    .is_some_and(|signal| signal.digit == *digit && signal.power >= *power * SHARE_WHILE_IT_LASTS);
                *windows = windows.saturating_add(1);
                *missing = if is_there { 0 } else { *missing + 1 };
                if *missing < WINDOWS_OF_AN_END {
                    return Heard::Lasts;
                }
                // The first of them was whole, the last one half.
                let lasted = *windows - *missing + 1;
                let press = Press { digit: *digit, duration_ms: lasted.saturating_mul(BLOCK_MS) };
                self.state = State::Waiting;
                Heard::Ends(press)
            }
        }
    }

    /// The digit that all the last windows are, if its power has stood still in them.
    fn steady(&self) -> Option<Signal> {
        let newest = self.last[WINDOWS_OF_A_DIGIT - 1]?;
        let (mut least, mut most) = (newest.power, newest.power);
        for signal in self.last {
            let signal = signal.filter(|signal| signal.is_pure && signal.digit == newest.digit)?;
            (least, most) = (least.min(signal.power), most.max(signal.power));
        }
        (least >= most * SHARE_OF_A_STEADY_TONE).then_some(Signal { power: most, ..newest })
    }

    /// What the window now is.
    fn measure(&mut self) -> Option<Signal> {
        let window = weighted(&self.samples);
        let mean = dot(&window, &window) as f32 * SAMPLE_UNIT.powi(2) / HANN_ENERGY;
        if mean < POWER_MIN {
            self.before = None;
            return None;
        }
        let now = WEIGHTS.each_ref().map(|weights| dot(&window, weights) as f32 * SAMPLE_UNIT / WEIGHT);
        let before = self.before.replace(now)?;
        let (row, column) = (strongest(&now, 0), strongest(&now, 4));
        let (low, high) = (tone(&before, &now, row)?, tone(&before, &now, column)?);
        let is_digit = low.min(high) >= POWER_MIN && high <= low * HIGH_OVER_LOW_MAX && low <= high * LOW_OVER_HIGH_MAX;
        let (power, is_pure) = (low + high, low + high >= SHARE_MIN * mean);
        is_digit.then(|| Signal { digit: Digit::at(row, column - 4), power, is_pure })
    }
}

/// The samples under the raised cosine, in units of [`SAMPLE_UNIT`].
fn weighted(samples: &[i16; WINDOW]) -> [i16; WINDOW] {
    std::array::from_fn(|at| ((i32::from(samples[at]) * i32::from(HANN[at])) >> (15 + SAMPLE_SHIFT)) as i16)
}

/// Whole numbers, because a processor adds many products of such at once; what they round off is 50 dB below the weakest digit.
fn dot(a: &[i16; WINDOW], b: &[i16; WINDOW]) -> i32 {
    a.iter().zip(b).map(|(a, b)| i32::from(*a) * i32::from(*b)).sum()
}

/// Which of the four frequencies from `first` on is the strongest.
fn strongest(spectrum: &Spectrum, first: usize) -> usize {
    (first..first + 4).fold(first, |best, at| if power(spectrum, at) > power(spectrum, best) { at } else { best })
}

/// The mean power of a tone of that amplitude: the window passes half of it, in each of two directions.
fn power(spectrum: &Spectrum, at: usize) -> f32 {
    let square = spectrum[at].powi(2) + spectrum[at + FREQUENCIES].powi(2);
    2.0 * square / (HANN_SUM * HANN_SUM)
}

/// The power of a tone that is near enough to one of the frequencies; what the window takes from it for being off is given back.
fn tone(before: &Spectrum, now: &Spectrum, at: usize) -> Option<f32> {
    let off = off_hz(before, now, at);
    let is_near = off.abs() <= OFF_MAX * HZ[at] as f32;
    is_near.then(|| power(now, at) * (LOSS * (off * WINDOW as f32 / RATE_HZ as f32).powi(2)).exp())
}

/// How far the tone is from its frequency: a tone that has it turns by as much in a block as the frequency does.
fn off_hz(before: &Spectrum, now: &Spectrum, at: usize) -> f32 {
    let [(re, im), (re_before, im_before)] = [now, before].map(|it| (it[at], it[at + FREQUENCIES]));
    let (cos, sin) = TURN[at];
    let (turned_re, turned_im) = (re_before * cos - im_before * sin, re_before * sin + im_before * cos);
    let angle = (im * turned_re - re * turned_im).atan2(re * turned_re + im * turned_im);
    angle * RATE_HZ as f32 / (std::f32::consts::TAU * BLOCK_OCTETS as f32)
}

fn volume(power: f32) -> u8 {
    let dbm0 = FULL_SCALE_DBM0 + 10.0 * (power / FULL_SCALE).log10();
    (-dbm0).round().clamp(0.0, 63.0) as u8
}

const RATE_HZ: usize = 8000;
const BLOCK_MS: u16 = 5;
/// 20 ms, weighted by a raised cosine: what is 268 Hz off, as rows and columns are from each other, is 50 dB down.
const WINDOW: usize = 4 * BLOCK_OCTETS;
const FREQUENCIES: usize = 8;
const HZ: [usize; FREQUENCIES] = [697, 770, 852, 941, 1209, 1336, 1477, 1633];

/// Of the raised cosine: its sum, and the sum of its squares.
const HANN_SUM: f32 = WINDOW as f32 / 2.0;
const HANN_ENERGY: f32 = WINDOW as f32 * 3.0 / 8.0;

/// Mean power of a sine of full scale, which is +3.14 dBm0.
const FULL_SCALE: f32 = 32_767.0 * 32_767.0 / 2.0;
#[expect(clippy::approx_constant, reason = "G.711's level is not pi")]
const FULL_SCALE_DBM0: f32 = 3.14;
/// Of the logarithm of a power, for the square of how many turns in a window a tone is off: the lobe of the raised cosine.
const LOSS: f32 = 1.29;
/// -27 dBm0.
const POWER_MIN: f32 = 5.2e5;
/// 7 dB.
const HIGH_OVER_LOW_MAX: f32 = 5.0;
/// 10 dB.
const LOW_OVER_HIGH_MAX: f32 = 10.0;
/// Of the power in the window: noise of 15 dB less than a digit leaves 0.97.
const SHARE_MIN: f32 = 0.9;
/// Between what must be a digit's and what must not.
const OFF_MAX: f32 = 0.025;
/// 40 ms fill five windows or six so far that little else is in them, 23 ms two or three.
const WINDOWS_OF_A_DIGIT: usize = 5;
/// Noise of 15 dB less changes the power in a window by a tenth.
const SHARE_OF_A_STEADY_TONE: f32 = 0.75;
/// A gap of 10 ms takes two windows below a quarter of the power, one of 30 ms six.
const WINDOWS_OF_AN_END: u16 = 4;
const SHARE_WHILE_IT_LASTS: f32 = 0.25;

/// Samples of 13 bits times weights of as many, 160 of them under a raised cosine, are a sum of 31 bits at most.
const SAMPLE_SHIFT: u32 = 3;
const SAMPLE_UNIT: f32 = (1 << SAMPLE_SHIFT) as f32;
const WEIGHT: f32 = 4096.0;

/// In parts of 2^15.
static HANN: [i16; WINDOW] = hann();
/// The cosine of each frequency, then its sine, turning backwards; in parts of [`WEIGHT`].
static WEIGHTS: [[i16; WINDOW]; 2 * FREQUENCIES] = weights();
/// Cosine and sine of how far each frequency turns in a block.
static TURN: [(f32, f32); FREQUENCIES] = turn();

const fn hann() -> [i16; WINDOW] {
    let table = sine();
    let mut window = [0; WINDOW];
    let mut at = 0;
    while at < WINDOW {
        window[at] = (32_767.0 * (0.5 - 0.5 * cosine(&table, at * RATE_HZ / WINDOW))) as i16;
        at += 1;
    }
    window
}

const fn weights() -> [[i16; WINDOW]; 2 * FREQUENCIES] {
    let table = sine();
    let mut weights = [[0; WINDOW]; 2 * FREQUENCIES];
    let mut frequency = 0;
    while frequency < FREQUENCIES {
        let mut at = 0;
        while at < WINDOW {
            let step = at * HZ[frequency];
            weights[frequency][at] = (WEIGHT * cosine(&table, step)) as i16;
            weights[frequency + FREQUENCIES][at] = (-WEIGHT * sine_at(&table, step)) as i16;
            at += 1;
        }
        frequency += 1;
    }
    weights
}

const fn turn() -> [(f32, f32); FREQUENCIES] {
    let table = sine();
    let mut turn = [(0.0, 0.0); FREQUENCIES];
    let mut frequency = 0;
    while frequency < FREQUENCIES {
        let step = BLOCK_OCTETS * HZ[frequency];
        turn[frequency] = (cosine(&table, step), sine_at(&table, step));
        frequency += 1;
    }
    turn
}

/// A cycle has as many steps as there are samples in a second.
const fn sine_at(table: &[i16; RATE_HZ], step: usize) -> f32 {
    table[step % RATE_HZ] as f32 / 32_767.0
}

const fn cosine(table: &[i16; RATE_HZ], step: usize) -> f32 {
    sine_at(table, step + RATE_HZ / 4)
}

#[cfg(test)]
#[path = "listener_tests.rs"]
mod tests;
