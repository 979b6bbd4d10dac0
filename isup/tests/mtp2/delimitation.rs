//! Units and errors out of bits beyond Q.781: check bits, stuffing, every length, corruption.

use isup::mtp2::delimitation::{Assembler, Delimiter, Received, fcs_remainder};
use isup::mtp2::unit::UNIT_OCTETS_MAX;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const FISU: &[u8] = &[0xff, 0xff, 0x00];

/// The line with these units on it one after the other, then flags.
fn line_of(units: &[Vec<u8>], octets: usize) -> Vec<u8> {
    let mut units = units.iter();
    let mut line = vec![0; octets];
    Assembler::new().transmit(&mut line, |unit| unit.extend(units.next().into_iter().flatten()));
    line
}

fn received(line: &[u8]) -> Vec<Received> {
    let mut out = Vec::new();
    Delimiter::new().receive(line, &mut out);
    out
}

fn units(units: &[&[u8]]) -> Vec<Received> {
    units.iter().map(|unit| Received::Unit(unit.to_vec())).collect()
}

/// A line that begins later by so many bits.
fn shifted(line: &[u8], bits: u32) -> Vec<u8> {
    let pair = |pair: &[u8]| (u16::from_be_bytes([pair[0], pair[1]]) << bits >> 8) as u8;
    line.windows(2).map(pair).collect()
}

#[test]
fn the_check_bits_are_those_of_x25() {
    // The check value that catalogues of such codes give for CRC-16/X-25.
    assert_eq!(!fcs_remainder(b"123456789"), 0x906e);
}

#[test]
fn a_fill_in_unit_stands_on_the_line_with_stuffed_zeroes() {
    // Flag; BSN and FSN 127 with indicators: sixteen ones, a zero after each five; length 0; check bits 0x0a28 written
    // down by hand: remainder over ff ff 00.
    let check = !fcs_remainder(FISU);
    let mut bits = String::from("01111110");
    let body: String = [0xff, 0xff, 0, check as u8, (check >> 8) as u8]
        .iter()
        .flat_map(|octet: &u8| (0..8).map(move |place| if octet >> place & 1 == 1 { '1' } else { '0' }))
        .collect();
    bits += &body.replace("11111", "111110");
    bits += "01111110";
    let line = line_of(&[FISU.to_vec()], 8);
    let sent: String = line.iter().map(|octet| format!("{octet:08b}")).collect();
    assert!(sent.starts_with(&bits), "{sent} {bits}");
}

#[test]
fn units_of_every_length_come_back_at_every_bit_offset() {
    let seed = [8; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    let all: Vec<Vec<u8>> = (3..=UNIT_OCTETS_MAX)
        .map(|length| {
            let mut unit = vec![0xff; length];
            // Half of them all ones: the most stuffing there can be.
            if length % 2 == 0 {
                random.fill_bytes(&mut unit);
            }
            unit
        })
        .collect();
    let line = line_of(&all, 60_000);
    let expected: Vec<_> = all.into_iter().map(Received::Unit).collect();
    for bits in 0..8 {
        // Without its zero a flag is one still, without a one it is none, and the first unit is lost.
        let lost = usize::from(bits > 1);
        assert!(received(&shifted(&line, bits)) == expected[lost..], "seed {seed:?}, offset {bits}");
    }
}

#[test]
fn two_flags_may_share_a_zero() {
    // One flag of eight bits and eight more of seven: 64 bits.
    let bits = "01111110".to_owned() + &"1111110".repeat(8);
    let octet = |bits: &[u8]| bits.iter().fold(0, |octet, bit| octet << 1 | (bit - b'0'));
    let mut line: Vec<u8> = bits.as_bytes().chunks(8).map(octet).collect();
    line.extend(line_of(&[FISU.to_vec()], 10));
    assert_eq!(received(&line), units(&[FISU]));
}

#[test]
fn a_corrupt_bit_costs_its_unit_and_no_other() {
    let list = vec![FISU.to_vec(), vec![1, 2, 0], FISU.to_vec()];
    let line = line_of(&list, 26);
    let clean = received(&line);
    assert_eq!(clean.len(), 3);
    for bit in 0..26 * 8 {
        let mut line = line.clone();
        line[bit / 8] ^= 0x80 >> (bit % 8);
        for one in received(&line) {
            assert!(one == Received::Error || clean.contains(&one), "bit {bit}: {one:?}");
        }
    }
}

#[test]
fn whatever_octets_come_errors_are_no_more_than_the_line_has_room_for() {
    let seed = [9; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    let mut delimiter = Delimiter::new();
    let mut out = Vec::new();
    for _ in 0..2_000 {
        let mut line = [0; 64];
        random.fill_bytes(&mut line);
        delimiter.receive(&line, &mut out);
        assert!(out.len() <= 64, "seed {seed:?}");
        out.clear();
    }
}
