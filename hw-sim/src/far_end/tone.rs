//! Tones on a circuit: 425 Hz (E.180), the digital milliwatt (G.711 tables 5 and 6), and idle octets.
//!
//! Octets as they stand on the line. The coder here is the far exchange's own, from the definition of G.711,
//! so that a wrong one in the gateway meets another.

use std::f64::consts::TAU;

use dahdi_sys::Law;

/// What the law's coder gives for no signal; µ-law unless the law says A.
pub(super) fn idle_octet(law: Law) -> u8 {
    if law == Law::A_LAW { 0xd5 } else { 0xff }
}

/// One period (1 ms) of 1 kHz at 0 dBm0.
pub(super) fn milliwatt(law: Law) -> [u8; 8] {
    if law == Law::A_LAW {
        [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4]
    } else {
        [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e]
    }
}

/// 40 ms of 425 Hz at about -10 dBm0: 17 whole periods in 320 octets, so it repeats without a seam.
pub(super) fn tone_425(law: Law) -> Box<[u8]> {
    (0..TONE_OCTETS)
        .map(|at| {
            let phase = TAU * TONE_PERIODS * at as f64 / TONE_OCTETS as f64;
            compress(law, (phase.sin() * TONE_AMPLITUDE).round() as i32)
        })
        .collect()
}

/// A sample of 14 bits and sign, as G.711 counts it for µ-law (A-law: half of it).
fn compress(law: Law, sample: i32) -> u8 {
    if law == Law::A_LAW { a_law(sample / 2) } else { mu_law(sample) }
}

/// G.711 table 1: 13 segments, the sign bit set for positive values, even bits inverted. `sample`: 12 bits and sign.
fn a_law(sample: i32) -> u8 {
    // -1 is the first negative value: the two intervals next to zero are one step each.
    let (sign, magnitude) = if sample >= 0 { (0x80, sample) } else { (0, -sample - 1) };
    let magnitude = magnitude.min(0xfff) as u32;
    let segment = (magnitude >> 5).checked_ilog2().map_or(0, |bit| bit + 1);
    let interval = magnitude >> segment.max(1) & 0xf;
    (sign | (segment << 4 | interval) as u8) ^ 0x55
}

/// G.711 table 2: 15 segments by a bias of 33, all bits but the sign inverted. `sample`: 13 bits and sign.
fn mu_law(sample: i32) -> u8 {
    let sign = if sample >= 0 { 0x80 } else { 0 };
    let biased = (sample.unsigned_abs() + MU_BIAS).min(0x1fff);
    let segment = biased.ilog2() - 5;
    let interval = biased >> (segment + 1) & 0xf;
    sign | (!(segment << 4 | interval) as u8 & 0x7f)
}

const TONE_OCTETS: usize = 320;
const TONE_PERIODS: f64 = 17.0;
/// The overload point is 8159 and +3.14 dBm0, so -10 dBm0 is about 1800.
const TONE_AMPLITUDE: f64 = 1800.0;
const MU_BIAS: u32 = 33;

#[cfg(test)]
mod tests {
    use super::*;

    /// Decision values of G.711 tables 1a, 1b, 2a and 2b: the octet at zero, at the ends and at the edges of segments.
    #[test]
    fn the_coder_gives_the_octets_of_the_tables_of_g711() {
        for (sample, octet) in
            [(0, 0xd5), (-1, 0x55), (1, 0xd5), (2, 0xd4), (31, 0xda), (64, 0xf5), (4095, 0xaa), (-4096, 0x2a)]
        {
            assert_eq!(a_law(sample), octet, "A-law of {sample}");
        }
        for (sample, octet) in [(0, 0xff), (2, 0xfe), (-2, 0x7e), (8158, 0x80), (-8158, 0x00), (31, 0xef), (95, 0xdf)] {
            assert_eq!(mu_law(sample), octet, "µ-law of {sample}");
        }
    }

    #[test]
    fn the_tone_has_34_changes_of_sign_in_40_ms() {
        for law in [Law::A_LAW, Law::MU_LAW] {
            let tone = tone_425(law);
            let changes = (0..tone.len()).filter(|at| (tone[*at] ^ tone[(at + 1) % tone.len()]) & 0x80 != 0).count();
            assert_eq!((tone.len(), changes), (320, 34));
        }
    }
}
