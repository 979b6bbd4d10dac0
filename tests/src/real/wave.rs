//! PRBS-15 as the linear samples of a WAV file, and back: telephones that play and record such files make of them the very octets again.

use super::voice;
use spangate::lab::pattern::{Check, Verdict};
use std::collections::BTreeMap;

/// The pattern of so many A-law octets: a WAV file of 16-bit samples at 8 kHz.
pub fn recording(octets: u64) -> Vec<u8> {
    let samples = voice::recording(octets).into_iter().flat_map(|octet| linear(octet).to_le_bytes());
    let samples: Vec<u8> = samples.collect();
    let length = samples.len() as u32;
    let words = [16u32.to_le_bytes(), [1, 0, 1, 0], 8000u32.to_le_bytes(), 16_000u32.to_le_bytes(), [2, 0, 16, 0]];
    let format = [b"WAVEfmt ".as_slice(), &words.concat()].concat();
    let data = [b"data".as_slice(), &length.to_le_bytes(), &samples].concat();
    let riff_length = (format.len() + data.len()) as u32;
    [b"RIFF".as_slice(), &riff_length.to_le_bytes(), &format, &data].concat()
}

/// Compares what was recorded in such a file with the pattern.
pub fn compared(file: &[u8]) -> Verdict {
    let octets: BTreeMap<i16, u8> = (0..=255).map(|octet| (linear(octet), octet)).collect();
    let mut check = Check::new();
    // A sample that is none of A-law's differs from every octet that could be expected but one.
    check.take(&samples(file).iter().map(|sample| octets.get(sample).copied().unwrap_or(0xd5)).collect::<Vec<_>>());
    check.verdict()
}

/// The samples of such a file.
fn samples(file: &[u8]) -> Vec<i16> {
    let data = file.windows(4).position(|name| name == b"data").expect("a WAV file has data") + 8;
    file[data..].as_chunks().0.iter().map(|pair| i16::from_le_bytes(*pair)).collect()
}

/// What an A-law octet stands for, in 16 bits (G.711 table 1).
fn linear(octet: u8) -> i16 {
    let octet = octet ^ 0x55;
    let (exponent, mantissa) = (i16::from(octet >> 4 & 7), i16::from(octet & 15) << 4 | 8);
    let magnitude = if exponent == 0 { mantissa } else { (mantissa | 0x100) << (exponent - 1) };
    if octet & 0x80 != 0 { magnitude } else { -magnitude }
}
