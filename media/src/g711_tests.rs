//! G.711 against its own rules, and against the vectors of the ITU-T software tool library where they are at hand.

use super::*;

#[test]
fn the_ends_and_the_middle_of_both_laws_are_those_of_the_standard() {
    let samples = [0, -1, i16::MAX, i16::MIN];
    assert_eq!(samples.map(|s| Law::A.encode(s)), [0xd5, 0x55, 0xaa, 0x2a]);
    assert_eq!(samples.map(|s| Law::Mu.encode(s)), [0xff, 0x7f, 0x80, 0x00]);
    assert_eq!([0xd5, 0x55, 0xaa, 0x2a].map(|o| Law::A.decode(o)), [8, -8, 32256, -32256]);
    assert_eq!([0xff, 0x7f, 0x80, 0x00].map(|o| Law::Mu.decode(o)), [0, 0, 32124, -32124]);
    assert_eq!([0x00, 0x01, 0x10, 0x80].map(|o| Law::A.decode(o)), [-5504, -5248, -2752, 5504]);
    assert_eq!([0x01, 0x10, 0x81, 0xf0].map(|o| Law::Mu.decode(o)), [-31100, -15996, 31100, 120]);
}

#[test]
fn the_digital_milliwatt_of_g711_tables_5_and_6_is_a_1000_hz_sine() {
    let a = [0x34, 0x21, 0x21, 0x34, 0xb4, 0xa1, 0xa1, 0xb4].map(|o| Law::A.decode(o));
    let mu = [0x1e, 0x0b, 0x0b, 0x1e, 0x9e, 0x8b, 0x8b, 0x9e].map(|o| Law::Mu.decode(o));
    for sine in [a, mu] {
        assert_eq!(sine[0], sine[3]);
        assert!(sine[0] < 0 && sine[1] < sine[0], "{sine:?}");
        assert_eq!(sine[..4].iter().map(|s| -s).collect::<Vec<_>>(), sine[4..]);
    }
}

#[test]
fn every_octet_survives_decoding_and_encoding_except_the_second_zero_of_mu_law() {
    for octet in 0..=255u8 {
        assert_eq!(Law::A.encode(Law::A.decode(octet)), octet);
        let expected = if octet == 0x7f { 0xff } else { octet };
        assert_eq!(Law::Mu.encode(Law::Mu.decode(octet)), expected);
    }
}

#[test]
fn conversion_between_laws_is_monotonic_keeps_the_sign_and_silence() {
    for (from, to) in [(Law::A, Law::Mu), (Law::Mu, Law::A)] {
        let table = from.to(to).expect("the laws differ");
        let mut octets: Vec<u8> = (0..=255).collect();
        octets.sort_by_key(|o| from.decode(*o));
        let converted: Vec<i16> = octets.iter().map(|o| to.decode(table[*o as usize])).collect();
        assert!(converted.is_sorted());
        assert_eq!(to.decode(table[from.silence() as usize]).unsigned_abs() & !8, 0);
        assert!(from.to(from).is_none());
    }
    let mut octets = [0xd5, 0xaa, 0x2a];
    Law::A.convert(Law::Mu, &mut octets);
    assert_eq!(octets, [0xfe, 0x80, 0x00]);
}

#[test]
fn every_sample_encodes_as_in_the_software_tool_library() {
    for (law, name) in [(Law::A, "g711_alaw_encode_65536.bin"), (Law::Mu, "g711_ulaw_encode_65536.bin")] {
        let Some(octets) = vector(name) else { return };
        for (index, octet) in octets.into_iter().enumerate() {
            assert_eq!(law.encode(index as u16 as i16), octet, "{law:?} of {}", index as u16 as i16);
        }
    }
}

#[test]
fn the_sweep_of_the_software_tool_library_is_encoded_and_decoded_alike() {
    for (law, coded, decoded) in [(Law::A, "a", "rea"), (Law::Mu, "u", "reu")] {
        let (Some(source), Some(codes), Some(expected)) = (
            samples("g711_sweep/sweep.src"),
            samples(&format!("g711_sweep/sweep-r.{coded}")),
            samples(&format!("g711_sweep/sweep-r.{decoded}")),
        ) else {
            return;
        };
        // The library's tools pad to whole frames; the sweep itself is the shorter of the two.
        for ((sample, code), expected) in source.iter().zip(&codes).zip(&expected) {
            assert_eq!(i16::from(law.encode(*sample)), *code);
            assert_eq!(law.decode(*code as u8), *expected);
        }
    }
}

fn samples(name: &str) -> Option<Vec<i16>> {
    Some(vector(name)?.chunks_exact(2).map(|pair| i16::from_le_bytes([pair[0], pair[1]])).collect())
}

/// A file of the shared specification folder, if there is one on this machine.
fn vector(name: &str) -> Option<Vec<u8>> {
    let shared =
        std::env::var("SPANGATE_SHARED").unwrap_or(concat!(env!("CARGO_MANIFEST_DIR"), "/../../shared").into());
    let octets = std::fs::read(format!("{shared}/spec/{name}")).ok();
    if octets.is_none() {
        println!("skipped: G.711 vector {name}: shared folder absent");
    }
    octets
}
