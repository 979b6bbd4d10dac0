//! Messages against the vectors of RFC 5769, and against whatever else may come.

use super::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

/// RFC 5769's transaction.
const VECTOR: u128 = 0xb7e7_a701_bc34_d686_fa87_dfae;
/// Attribute of RFC 5769 2.2: 192.0.2.1, port 32853.
const MAPPED_4: &[u8] = &[0x00, 0x20, 0x00, 0x08, 0x00, 0x01, 0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43];
/// Attribute of RFC 5769 2.3: 2001:db8:1234:5678:11:2233:4455:6677, port 32853.
const MAPPED_6: &[u8] = &[
    0x00, 0x20, 0x00, 0x14, 0x00, 0x02, 0xa1, 0x47, 0x01, 0x13, 0xa9, 0xfa, 0xa5, 0xd3, 0xf1, 0x79, 0xbc, 0x25, 0xf4,
    0xb5, 0xbe, 0xd2, 0xb9, 0xd9,
];

fn message(kind: u16, attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(attributes.len()).expect("a short message");
    let id = VECTOR.to_be_bytes();
    [&kind.to_be_bytes()[..], &length.to_be_bytes(), &MAGIC_COOKIE.to_be_bytes(), &id[4..], attributes].concat()
}

#[test]
fn addresses_are_read_and_written_as_in_rfc_5769() {
    for (address, attribute) in
        [("192.0.2.1:32853", MAPPED_4), ("[2001:db8:1234:5678:11:2233:4455:6677]:32853", MAPPED_6)]
    {
        let address: SocketAddr = address.parse().expect("an address");
        let octets = message(0x0101, attribute);
        assert_eq!(parse(&octets), Some(Heard::Mapped(VECTOR.into(), address)));
        assert_eq!(answer(VECTOR.into(), address), octets);
    }
}

/// The request of RFC 5769 2.1 without its last attributes: SOFTWARE, PRIORITY and ICE-CONTROLLED stand before.
#[test]
fn what_must_be_understood_and_is_not_is_named_in_a_refusal() {
    assert_eq!(request(VECTOR.into()), message(0x0001, &[]));
    let plain = Heard::Request { transaction: VECTOR.into(), unknown: Vec::new() };
    assert_eq!(parse(&message(0x0001, &[])), Some(plain));
    let attributes = [
        &[0x80, 0x22, 0x00, 0x10][..],
        b"STUN test client",
        &[0x00, 0x24, 0x00, 0x04, 0x6e, 0x00, 0x01, 0xff],
        &[0x80, 0x29, 0x00, 0x08, 0x93, 0x2f, 0xf9, 0xb1, 0x51, 0x26, 0x3b, 0x36],
    ];
    let Some(Heard::Request { transaction, unknown }) = parse(&message(0x0001, &attributes.concat())) else {
        panic!("a request")
    };
    assert_eq!(unknown, [AttributeType::new(0x0024)]);
    let refusal =
        [&[0x00, 0x09, 0x00, 0x04, 0x00, 0x00, 0x04, 0x14][..], &[0x00, 0x0a, 0x00, 0x02, 0x00, 0x24, 0x00, 0x00]];
    assert_eq!(refuse(transaction, &unknown), message(0x0111, &refusal.concat()));
}

#[test]
fn an_answer_is_hardly_longer_than_its_request() {
    let six: SocketAddr = "[2001:db8::1]:5060".parse().expect("an address");
    assert_eq!(answer(VECTOR.into(), six).len(), request(VECTOR.into()).len() + ADDED_OCTETS_MAX);
    for count in 1..=ATTRIBUTES_MAX {
        let asked = message(0x0001, &[0x00, 0x24, 0x00, 0x00].repeat(count));
        let Some(Heard::Request { transaction, unknown }) = parse(&asked) else { panic!("a request") };
        assert!(refuse(transaction, &unknown).len() <= asked.len() + ADDED_OCTETS_MAX);
    }
}

#[test]
fn what_is_no_binding_or_not_whole_is_nothing() {
    let whole = message(0x0101, MAPPED_4);
    assert!((0..whole.len()).all(|length| parse(&whole[..length]).is_none()));
    assert_eq!(parse(&[&whole[..], &[0]].concat()), None, "an octet too many");
    assert_eq!(parse(&message(0x0011, &[])), None, "an indication");
    assert_eq!(parse(&message(0x0003, &[])), None, "another method");
    assert_eq!(parse(&message(0x0111, &[])), Some(Heard::Failed(VECTOR.into())));
    assert_eq!(parse(&message(0x0101, &[])), Some(Heard::Failed(VECTOR.into())), "it tells no address");
    let many = [0x80, 0x22, 0x00, 0x00].repeat(ATTRIBUTES_MAX + 1);
    assert_eq!(parse(&message(0x0001, &many)), None, "more attributes than are looked at");
    assert!(parse(&message(0x0001, &many[4..])).is_some());
    assert!(is_stun(&whole) && !is_stun(b"REGISTER sip:a SIP/2.0") && !is_stun(&whole[..7]) && !is_stun(&[0; 20]));
}

#[test]
fn mutated_messages_are_read_without_harm() {
    let seed = 5769;
    println!("seed {seed}");
    let mut random = ChaCha20Rng::seed_from_u64(seed);
    let originals =
        [message(0x0001, &[]), message(0x0101, MAPPED_4), message(0x0101, MAPPED_6), message(0x0111, MAPPED_4)];
    for turn in 0..100_000 {
        let mut octets = originals[turn % originals.len()].clone();
        for _ in 0..1 + random.next_u32() % 4 {
            let at = random.next_u32() as usize % octets.len();
            octets[at] = random.next_u32() as u8;
        }
        octets.truncate(1 + random.next_u32() as usize % (octets.len() + 40));
        if let Some(Heard::Request { transaction, unknown }) = parse(&octets) {
            assert!(refuse(transaction, &unknown).len() <= octets.len() + ADDED_OCTETS_MAX);
        }
    }
}
