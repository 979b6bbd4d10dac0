//! Call progress tones (E.180), table-driven: frequencies and a cadence.
//!
//! Left out: national tables; the tones of E.180's recommended values and of North America stand here.

use crate::{FRAMES_PER_MS, Law};

/// A tone: up to two frequencies, on and off by turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tone {
    /// Frequencies added, each at [`Tone::level`]; 0 is none.
    pub frequencies_hz: [u16; 2],
    /// Peak of each frequency on the 16-bit scale.
    pub level: i16,
    /// On, off, on, off, ..., repeated; an empty cadence is a steady tone.
    pub cadence_ms: &'static [u16],
}

impl Tone {
    /// Ringing tone, E.180: 425 Hz, 1 s on, 4 s off.
    pub const RINGING: Self = Self::of_425_hz(&[1000, 4000]);
    /// Busy tone, E.180: 425 Hz, 0.5 s on, 0.5 s off.
    pub const BUSY: Self = Self::of_425_hz(&[500, 500]);
    /// Congestion tone, E.180: 425 Hz, 0.25 s on, 0.25 s off.
    pub const CONGESTION: Self = Self::of_425_hz(&[250, 250]);
    /// Dial tone, E.180: 425 Hz, steady.
    pub const DIAL: Self = Self::of_425_hz(&[]);
    /// Ringing tone of North America: 440 and 480 Hz, 2 s on, 4 s off.
    pub const RINGING_NORTH_AMERICA: Self =
        Self { frequencies_hz: [440, 480], level: MINUS_13_DBM0, cadence_ms: &[2000, 4000] };

    /// The ringing tone usual where `law` is.
    pub const fn ringing(law: Law) -> Self {
        match law {
            Law::A => Self::RINGING,
            Law::Mu => Self::RINGING_NORTH_AMERICA,
        }
    }

    const fn of_425_hz(cadence_ms: &'static [u16]) -> Self {
        Self { frequencies_hz: [425, 0], level: MINUS_10_DBM0, cadence_ms }
    }

    /// The sample at `position` frames after the tone began.
    pub fn sample(&self, position: u64) -> i16 {
        if !self.is_on(position) {
            return 0;
        }
        self.frequencies_hz.iter().map(|hz| wave(*hz, self.level, position)).sum::<i32>() as i16
    }

    fn is_on(&self, position: u64) -> bool {
        let frames = |ms: &u16| u64::from(*ms) * u64::from(FRAMES_PER_MS);
        let round: u64 = self.cadence_ms.iter().map(frames).sum();
        if round == 0 {
            return true;
        }
        let mut rest = position % round;
        for (index, length) in self.cadence_ms.iter().map(frames).enumerate() {
            if rest < length {
                return index % 2 == 0;
            }
            rest -= length;
        }
        false
    }

    /// Writes the tone from `position` on, in `law`.
    pub fn write(&self, position: u64, law: Law, octets: &mut [u8]) {
        for (offset, octet) in octets.iter_mut().enumerate() {
            let position = position + offset as u64;
            // An encoded zero is the silence of the law.
            *octet = law.encode(self.sample(position));
        }
    }
}

/// The sample of a sine of that peak, `position` frames after it began.
pub(crate) fn wave(hz: u16, level: i16, position: u64) -> i32 {
    let phase = SINE[(position % SAMPLES_PER_S * u64::from(hz) % SAMPLES_PER_S) as usize];
    (i32::from(phase) * i32::from(level)) >> 15
}

/// A sine of full scale is +3.14 dBm0 (G.711, A-law): 13.14 dB below it.
const MINUS_10_DBM0: i16 = 7105;
/// What a continuity check sends.
pub(crate) const MINUS_12_DBM0: i16 = 5735;
const MINUS_13_DBM0: i16 = 5030;

const SAMPLES_PER_S: u64 = 8000;

/// One cycle of a sine in as many steps as there are samples in a second: a step of n is n hertz.
static SINE: [i16; SAMPLES_PER_S as usize] = sine();

pub(crate) const fn sine() -> [i16; SAMPLES_PER_S as usize] {
    let quarter = SAMPLES_PER_S as usize / 4;
    let mut table = [0; SAMPLES_PER_S as usize];
    let mut step = 0;
    while step <= quarter {
        let value = (sine_of(step as f64 * std::f64::consts::FRAC_PI_2 / quarter as f64) * 32767.0) as i16;
        table[step] = value;
        table[2 * quarter - step] = value;
        if step > 0 {
            table[2 * quarter + step] = -value;
            table[4 * quarter - step] = -value;
        }
        step += 1;
    }
    table
}

/// Taylor's series to the eleventh power: exact to 16 bits within a quarter turn.
const fn sine_of(x: f64) -> f64 {
    let square = x * x;
    let mut term = x;
    let mut sum = x;
    let mut power = 2.0;
    while power < 11.0 {
        term *= -square / (power * (power + 1.0));
        sum += term;
        power += 2.0;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ringing_tone_is_425_hz_for_one_second_and_silent_for_four() {
        let crossings =
            (1..8000u64).filter(|at| Tone::RINGING.sample(at - 1) < 0 && Tone::RINGING.sample(*at) >= 0).count();
        assert!((424..=425).contains(&crossings), "{crossings} cycles in one second");
        assert!((8000..40_000).all(|at| Tone::RINGING.sample(at) == 0));
        assert!((40_000..48_000).all(|at| Tone::RINGING.sample(at) == Tone::RINGING.sample(at - 40_000)));
    }

    #[test]
    fn a_tone_has_its_level_and_a_pause_is_the_silence_of_the_law() {
        let peak = (0..8000).map(|at| Tone::RINGING.sample(at)).max().expect("8000 samples");
        assert!((7050..=7105).contains(&peak), "{peak}");
        let mut octets = [0; 40];
        Tone::RINGING.write(8000, Law::A, &mut octets);
        assert_eq!(octets, [0xd5; 40]);
        Tone::RINGING_NORTH_AMERICA.write(16_000, Law::Mu, &mut octets);
        assert_eq!(octets, [0xff; 40]);
    }

    #[test]
    fn two_frequencies_add_and_never_overflow() {
        let peak = (0..16_000).map(|at| Tone::RINGING_NORTH_AMERICA.sample(at)).max().expect("samples");
        assert!((9500..=10_060).contains(&peak), "{peak}");
        assert_eq!(Tone::ringing(Law::A), Tone::RINGING);
    }

    #[test]
    fn a_steady_tone_never_stops() {
        assert!((0..80_000u64).step_by(8000).all(|at| Tone::DIAL.sample(at + 5) != 0));
    }
}
