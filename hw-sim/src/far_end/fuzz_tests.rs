//! Mutated octets into everything that decodes: units, labels, messages. Nothing may panic, hang or grow.

use isup::codec::decode_with_cic;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::circuit::Effects;
use super::circuits::Circuits;
use super::label::Label;
use super::message::told;
use super::mtp2::Link;
use super::mtp3::SignallingPoint;
use super::network::Network;
use super::spec::ExchangeSpec;

/// From the circuit identification code on: IAM, ACM, CPG, ANM, CON, REL, RLC, RSC, GRS, GRA, BLO, CGB.
const MESSAGES: &[&[u8]] = &[
    &[
        1, 0, 1, 0, 0x60, 1, 0x0a, 3, 2, 9, 7, 3, 0x10, 3, 0x67, 0x45, 0x23, 0xf1, 0x0a, 7, 0x83, 0x13, 3, 0x21, 0x43,
        0x65, 7, 0,
    ],
    &[1, 0, 6, 0x16, 0x14, 0],
    &[1, 0, 0x2c, 1, 0],
    &[1, 0, 9, 0],
    &[1, 0, 7, 0x16, 0x14, 0],
    &[1, 0, 0x0c, 2, 0, 2, 0x81, 0x90],
    &[1, 0, 0x10, 0],
    &[1, 0, 0x12],
    &[1, 0, 0x17, 1, 1, 0x0e],
    &[1, 0, 0x29, 1, 3, 0x0e, 0, 0],
    &[1, 0, 0x13],
    &[1, 0, 0x18, 0, 1, 2, 7, 0xff],
];
const ROUNDS: usize = 20_000;

pub(super) fn generator(number: u8) -> ChaCha20Rng {
    let seed = [number; 32];
    println!("seed {seed:?}");
    ChaCha20Rng::from_seed(seed)
}

/// Changes, drops or adds a few octets.
pub(super) fn mutate(random: &mut ChaCha20Rng, octets: &mut Vec<u8>) {
    for _ in 0..1 + random.next_u32() % 3 {
        let at = random.next_u32() as usize % (octets.len() + 1);
        match (random.next_u32() % 3, octets.get_mut(at)) {
            (0, Some(octet)) => *octet = random.next_u32() as u8,
            (1, Some(_)) => drop(octets.remove(at)),
            _ => octets.insert(at, random.next_u32() as u8),
        }
    }
}

#[test]
pub(super) fn mutated_messages_never_stop_the_circuits() {
    let mut random = generator(1);
    let mut circuits = Circuits::new(&ExchangeSpec::prevailing_on_even([1, 2, 3, 4, 5, 14]));
    for now_ms in 0..ROUNDS as u64 {
        let mut octets = MESSAGES[random.next_u32() as usize % MESSAGES.len()].to_vec();
        octets[0] = 1 + random.next_u32() as u8 % 5;
        mutate(&mut random, &mut octets);
        let mut effects = Effects::default();
        if let Ok((cic, message)) = decode_with_cic(&octets) {
            circuits.receive(now_ms, cic.0, &message, &mut effects);
        }
        circuits.tick(now_ms, &mut effects);
        for message in effects.transmit.into_iter().flat_map(|(_, message)| told(Network::Itu, message)) {
            message.encode(&mut Vec::new()).expect("what is answered can be said");
        }
    }
}

#[test]
pub(super) fn mutated_labels_and_link_tests_never_stop_the_signalling_point() {
    let mut random = generator(2);
    let mut point = SignallingPoint::new(
        Label { network: Network::Itu, own: 8194, adjacent: 4097, called_upon: 4097, network_indicator: 2 },
        &[0],
    );
    for now_ms in 0..ROUNDS as u64 {
        let mut octets =
            vec![0x81, 0x02, 0x60, 0x00, 0x04, 0x11, 0xa0, 0x32, 0x35, 0x36, 0x34, 0x32, 0x38, 0x36, 0x32, 0x38, 0x38];
        octets[5] += 0x10 * (random.next_u32() as u8 % 2);
        mutate(&mut random, &mut octets);
        point.receive(now_ms, 0, &octets);
        while point.poll_output().is_some() {}
    }
}

#[test]
pub(super) fn mutated_units_never_stop_the_link_and_it_never_holds_more_than_it_may() {
    let mut random = generator(3);
    let (mut link, mut unit) = (Link::new(true), Vec::new());
    let units: [&[u8]; 6] = [
        &[0xff, 0xff, 1, 0],
        &[0xff, 0xff, 1, 2],
        &[0xff, 0xff, 0],
        &[0xff, 0x80, 6, 0x80, 2, 0x60, 0, 4, 0x17],
        &[0xff, 0xff, 1, 5],
        &[0x80, 0xff, 0],
    ];
    for round in 0..ROUNDS {
        let mut octets = units[random.next_u32() as usize % units.len()].to_vec();
        if round % 3 == 0 {
            mutate(&mut random, &mut octets);
        }
        let now_ms = 100 * round as u64;
        link.receive(now_ms, &octets);
        link.tick(now_ms);
        // Queued or refused, never more.
        let _ = link.send(octets);
        link.next_unit(now_ms, &mut unit);
        assert!(unit.len() <= super::unit::UNIT_OCTETS_MAX);
        while link.poll_indication().is_some() {}
    }
}
