//! Every typed parameter, octets against words; and that each type keeps what it reads.

mod written_out;

use isup::codec::*;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use written_out::{WRITTEN_OUT, octets};

type P = ParameterCode;

#[test]
fn every_type_reads_the_written_out_octets_as_the_written_out_words_and_writes_them_again() {
    for (code, hex, words) in WRITTEN_OUT {
        let view = View::of(*code).expect("a typed parameter");
        let octets = octets(hex);
        assert_eq!(view.words(&octets).as_deref(), Ok(*words), "{code} {hex}");
        assert_eq!(view.recode(&octets), Ok(octets), "{code} {hex}");
    }
}

#[test]
fn every_typed_parameter_is_written_out_here_and_has_a_code_of_its_own() {
    let mut codes: Vec<_> = View::all().iter().map(|view| view.code).collect();
    for code in &codes {
        assert!(WRITTEN_OUT.iter().any(|(each, ..)| each == code), "{code} is not written out");
        assert!(code.name().is_some());
    }
    let count = codes.len();
    codes.sort();
    codes.dedup();
    assert_eq!(codes.len(), count);
}

#[test]
fn octets_that_end_before_the_layout_are_refused_never_guessed() {
    for (code, hex, _) in WRITTEN_OUT {
        let view = View::of(*code).expect("a typed parameter");
        let octets = octets(hex);
        for end in 0..octets.len() {
            if let Ok(again) = view.recode(&octets[..end]) {
                assert!(same_but_for_filler(&again, &octets[..end]), "{code} {hex} cut after {end}: {again:02x?}");
            }
        }
    }
}

/// Types whose layout fixes bits that a sender cannot choose: their octets come back in the
/// standard's form, everyone else's come back as they were.
const CANONICAL: &[P] = &[
    P::ACCESS_TRANSPORT,
    P::APPLICATION_TRANSPORT,
    P::CALLING_GEODETIC_LOCATION,
    P::CAUSE_INDICATORS,
    P::DISPLAY_INFORMATION,
    P::FORWARD_GVNS,
    P::GENERIC_NOTIFICATION_INDICATOR,
    P::MESSAGE_COMPATIBILITY_INFORMATION,
    P::NETWORK_SPECIFIC_FACILITY,
    P::PARAMETER_COMPATIBILITY_INFORMATION,
    P::USER_SERVICE_INFORMATION,
    P::USER_SERVICE_INFORMATION_PRIME,
    P::USER_TELESERVICE_INFORMATION,
];

/// Whether the octets differ at most in the unused half octet after an odd number of digits.
fn same_but_for_filler(left: &[u8], right: &[u8]) -> bool {
    let unfilled = |octets: &[u8]| match octets.split_last() {
        Some((last, before)) => (before.to_vec(), last & 15),
        None => (Vec::new(), 0),
    };
    left == right || (left.len() == right.len() && unfilled(left) == unfilled(right))
}

/// A thousand random contents for each parameter: never a panic, never more octets than were
/// given, and what is read once is read again.
#[test]
fn random_contents_survive_every_type() {
    const SEED: u64 = 763;
    let mut random = ChaCha20Rng::seed_from_u64(SEED);
    for view in View::all() {
        for round in 0..1000 {
            let mut contents = vec![0; random.next_u32() as usize % 24];
            random.fill_bytes(&mut contents);
            let Ok(again) = view.recode(&contents) else { continue };
            let context = || format!("seed {SEED}, {} round {round}: {contents:02x?}", view.code);
            view.words(&contents).expect("what decodes has words");
            assert!(again.len() <= contents.len(), "{}: grew to {again:02x?}", context());
            assert_eq!(view.recode(&again).as_ref(), Ok(&again), "{}", context());
            if !CANONICAL.contains(&view.code) {
                let read = &contents[..again.len()];
                assert!(same_but_for_filler(&again, read), "{}: {again:02x?}", context());
            }
        }
    }
}

#[test]
fn bits_without_a_name_stay_where_they_are() {
    let indicators = NatureOfConnectionIndicators::decode(&[0xf1]).expect("one octet is enough");
    assert_eq!((indicators.satellites, indicators.echo_control, indicators.spare), (Satellites::ONE, true, 0xe0));
    let number = CalledPartyNumber::decode(&[0x03, 0x1a, 0x21]).expect("a number");
    assert_eq!((number.plan, number.spare), (NumberingPlan::TELEPHONY, 0x0a00));
}

#[test]
fn a_value_wider_than_its_field_does_not_leak_into_its_neighbours() {
    let mut out = Vec::new();
    HopCounter { hops: 0xff, spare: 0 }.encode(&mut out);
    BackwardCallIndicators { charge: Charge(0xff), ..Default::default() }.encode(&mut out);
    assert_eq!(out, [0x1f, 0x03, 0x00]);
}

#[test]
fn indicators_with_an_extension_bit_are_sent_with_it() {
    let mut out = Vec::new();
    RedirectStatus::default().encode(&mut out);
    ConferenceTreatmentIndicators::default().encode(&mut out);
    assert_eq!(out, [0x80, 0x80]);
}

#[test]
fn contents_of_a_list_that_no_length_octet_can_hold_are_cut_to_one_that_can() {
    let mut out = Vec::new();
    PivotRoutingForwardInformation(vec![Element { tag: 1, contents: vec![7; 300] }]).encode(&mut out);
    assert_eq!((out.len(), out[1]), (2 + 255, 255));
    out.clear();
    let long = InformationElement::Variable { identifier: 0x7e, contents: vec![7; 300] };
    AccessTransport(vec![long]).encode(&mut out);
    assert_eq!((out.len(), out[1]), (2 + 255, 255));
}

#[test]
fn a_gvns_number_longer_than_its_length_bits_is_cut() {
    let digits: Digits = "1".repeat(DIGITS_MAX).parse().expect("just fits");
    let gvns = ForwardGvns { provider: digits, user_group: digits, routing_number: digits, ..Default::default() };
    let mut out = Vec::new();
    gvns.encode(&mut out);
    let read = ForwardGvns::decode(&out).expect("our own octets");
    assert_eq!((read.provider.len(), read.user_group.len(), read.routing_number.len()), (30, 30, 28));
}
