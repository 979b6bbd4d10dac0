//! Concealment of lost octets, in the manner of G.711 appendix I.
//!
//! Promised: an erasure is filled with the last pitch period heard, repeated; after 10 ms it fades by a fifth each
//! 10 ms and is silent after 60 ms. The pitch is the best normalised correlation of the last 20 ms over lags of 5 to
//! 15 ms, looked for at every second sample and then refined, as the appendix does.
//!
//! Left out, and why: the overlaps of the appendix, which alter good octets before and after the erasure and delay all
//! audio by 3.75 ms (octets pass unchanged here), and the second and third period that it adds in long erasures.

use crate::Law;

/// Octets remembered: the longest lag and the window it is compared over.
const HISTORY: usize = LONGEST_LAG + WINDOW;
/// 5 ms, a pitch of 200 Hz.
const SHORTEST_LAG: usize = 40;
/// 15 ms, a pitch of 66 Hz.
const LONGEST_LAG: usize = 120;
/// 20 ms.
const WINDOW: usize = 160;
/// Octets before the fading begins: 10 ms.
const FULL: usize = 80;
/// Octets until silence: 60 ms.
const SILENT: usize = 480;

/// The concealment of one session.
#[derive(Debug)]
pub struct Concealment {
    law: Law,
    history: [u8; HISTORY],
    erasure: Option<Erasure>,
}

/// An erasure under way.
#[derive(Clone, Copy, Debug)]
struct Erasure {
    period: [i16; LONGEST_LAG],
    length: usize,
    filled: usize,
}

impl Concealment {
    pub fn new(law: Law) -> Self {
        Self { law, history: [law.silence(); HISTORY], erasure: None }
    }

    /// Octets that were received and played.
    pub fn heard(&mut self, octets: &[u8]) {
        self.erasure = None;
        self.remember(octets);
    }

    /// Fills octets that are missing.
    pub fn conceal(&mut self, out: &mut [u8]) {
        let mut erasure = self.erasure.unwrap_or_else(|| self.begin());
        for octet in out.iter_mut() {
            let sample = erasure.period[erasure.filled % erasure.length];
            *octet = self.law.encode(fade(sample, erasure.filled));
            erasure.filled += 1;
        }
        self.erasure = Some(erasure);
        self.remember(out);
    }

    fn remember(&mut self, octets: &[u8]) {
        let octets = &octets[octets.len().saturating_sub(HISTORY)..];
        self.history.copy_within(octets.len().., 0);
        self.history[HISTORY - octets.len()..].copy_from_slice(octets);
    }

    fn begin(&self) -> Erasure {
        let samples = self.history.map(|octet| self.law.decode(octet));
        let length = pitch(&samples);
        let mut period = [0; LONGEST_LAG];
        period[..length].copy_from_slice(&samples[HISTORY - length..]);
        Erasure { period, length, filled: 0 }
    }
}

fn fade(sample: i16, position: usize) -> i16 {
    let left = SILENT.saturating_sub(position.max(FULL)) as i32;
    (i32::from(sample) * left / (SILENT - FULL) as i32) as i16
}

/// The lag, in samples, at which the recent past is most like what came before it.
fn pitch(samples: &[i16; HISTORY]) -> usize {
    let best = |lags: &mut dyn Iterator<Item = usize>, step| {
        let likeness = |lag| (likeness(samples, lag, step), lag);
        lags.map(likeness).fold((0.0, SHORTEST_LAG), |best, next| if next.0 > best.0 { next } else { best }).1
    };
    let coarse = best(&mut (SHORTEST_LAG..=LONGEST_LAG).step_by(2), 2);
    best(&mut ((coarse - 1).max(SHORTEST_LAG)..=(coarse + 1).min(LONGEST_LAG)), 1)
}

/// Normalised correlation, squared; zero where it is negative or there is nothing to compare.
fn likeness(samples: &[i16; HISTORY], lag: usize, step: usize) -> f32 {
    let recent = &samples[HISTORY - WINDOW..];
    let before = &samples[HISTORY - WINDOW - lag..HISTORY - lag];
    let (mut product, mut energy) = (0.0, 0.0);
    for (a, b) in recent.iter().zip(before).step_by(step) {
        let (a, b) = (f32::from(*a), f32::from(*b));
        product += a * b;
        energy += b * b;
    }
    if product > 0.0 { product * product / energy } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::Tone;

    fn sine(law: Law, from: u64, octets: &mut [u8]) {
        let tone = Tone { frequencies_hz: [100, 0], level: 8000, cadence_ms: &[] };
        tone.write(from, law, octets);
    }

    #[test]
    fn the_first_ten_milliseconds_of_a_periodic_sound_continue_it() {
        for law in [Law::A, Law::Mu] {
            let mut concealment = Concealment::new(law);
            let (mut heard, mut expected, mut out) = ([0; 400], [0; 80], [0; 80]);
            sine(law, 0, &mut heard);
            sine(law, 400, &mut expected);
            concealment.heard(&heard);
            concealment.conceal(&mut out);
            assert_eq!(out, expected, "{law:?}");
        }
    }

    #[test]
    fn a_long_erasure_fades_and_is_silent_after_sixty_milliseconds() {
        let mut concealment = Concealment::new(Law::A);
        let (mut heard, mut out) = ([0; 400], [0; 640]);
        sine(Law::A, 0, &mut heard);
        concealment.heard(&heard);
        out.chunks_mut(40).for_each(|block| concealment.conceal(block));
        let peak = |from: usize| out[from..from + 80].iter().map(|o| Law::A.decode(*o).abs()).max().expect("80 octets");
        let peaks = [0, 80, 160, 240, 320, 400].map(peak);
        assert!(peaks.is_sorted_by(|a, b| a > b) && peaks[5] < 2000, "{peaks:?}");
        assert_eq!(out[480..], [0xd5; 160]);
    }

    #[test]
    fn nothing_heard_is_concealed_by_silence() {
        let mut out = [0; 40];
        Concealment::new(Law::Mu).conceal(&mut out);
        assert_eq!(out, [0xff; 40]);
    }

    #[test]
    fn an_erasure_after_an_erasure_begins_at_full_strength() {
        let mut concealment = Concealment::new(Law::A);
        let (mut heard, mut out) = ([0; 400], [0; 40]);
        sine(Law::A, 0, &mut heard);
        for _ in 0..2 {
            concealment.heard(&heard);
            (0..12).for_each(|_| concealment.conceal(&mut out));
        }
        concealment.heard(&heard);
        concealment.conceal(&mut out);
        assert!(out.iter().any(|o| Law::A.decode(*o) > 4000), "{out:?}");
    }
}
