//! Every typed element of Q.931, octets against words; and that each type keeps what it reads.

mod q931_written_out;

use isup::q931::codec::*;
use q931_written_out::{WRITTEN_OUT, octets};

type E = ElementCode;

#[test]
fn every_type_reads_the_written_out_octets_as_the_written_out_words_and_writes_them_again() {
    for (code, hex, words) in WRITTEN_OUT {
        let view = View::of(*code).expect("a typed element");
        let octets = octets(hex);
        assert_eq!(view.words(&octets).as_deref(), Ok(*words), "{code} {hex}");
        assert_eq!(view.recode(&octets), Ok(octets), "{code} {hex}");
    }
}

#[test]
fn every_typed_element_is_written_out_here_and_has_a_code_of_its_own() {
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

/// Where a cut leaves something that is read with tolerance and written as the standard says: a
/// last channel number that does not say to be the last.
const TOLERATED: &[(E, &[u8], &[u8])] = &[(E::CHANNEL_IDENTIFICATION, &[0xa9, 0x83, 0x01], &[0xa9, 0x83, 0x81])];

#[test]
fn octets_that_end_before_the_layout_are_refused_or_are_a_shorter_layout() {
    for (code, hex, _) in WRITTEN_OUT {
        let view = View::of(*code).expect("a typed element");
        let octets = octets(hex);
        for end in 0..octets.len() {
            let cut = &octets[..end];
            let tolerated = TOLERATED.iter().find(|(each, from, _)| (*each, *from) == (*code, cut));
            if let Ok(again) = view.recode(cut) {
                assert_eq!(again, tolerated.map_or(cut, |(.., to)| to), "{code} {hex} cut to {end}");
            }
        }
    }
}

/// Code, contents, and the octet at which they are wrong.
const REFUSED: &[(E, &str, usize, Fault)] = &[
    (E::BEARER_CAPABILITY, "", 0, Fault::Truncated),
    (E::BEARER_CAPABILITY, "80", 1, Fault::Truncated),
    (E::BEARER_CAPABILITY, "80 90 21", 3, Fault::Truncated),
    (E::BEARER_CAPABILITY, "88 98", 2, Fault::Truncated),
    (E::BEARER_CAPABILITY, "80 90 c2 a3", 3, Fault::Contents),
    (E::BEARER_CAPABILITY, "80 90 a3 a2", 3, Fault::Contents),
    (E::CAUSE, "81", 1, Fault::Truncated),
    (E::CAUSE, "01 80", 2, Fault::Truncated),
    (E::CHANNEL_IDENTIFICATION, "a9", 1, Fault::Truncated),
    (E::CHANNEL_IDENTIFICATION, "a9 83", 2, Fault::Truncated),
    (E::CHANNEL_IDENTIFICATION, "e9 01", 2, Fault::Truncated),
    (E::PROGRESS_INDICATOR, "82", 1, Fault::Truncated),
    (E::NETWORK_SPECIFIC_FACILITIES, "04 a1 32", 3, Fault::Truncated),
    (E::DATE_TIME, "1a 0b", 2, Fault::Truncated),
    (E::KEYPAD_FACILITY, "31 b2", 1, Fault::Character),
    (E::CALLED_PARTY_NUMBER, "21 80 36", 1, Fault::Contents),
    (E::CALLED_PARTY_NUMBER, "a1 36 b6", 2, Fault::Character),
    (E::CALLING_PARTY_NUMBER, "21 00 80 36", 2, Fault::Contents),
    (E::CALLING_PARTY_NUMBER, "21 36 30", 3, Fault::Truncated),
    (E::USER_USER, "", 0, Fault::Truncated),
    (E::HIGH_LAYER_COMPATIBILITY, "91", 1, Fault::Truncated),
];

#[test]
fn contents_that_cannot_be_are_refused_at_the_octet_at_fault() {
    let call = CallReference::primary(1, Flag::FromOrigin);
    for (code, hex, offset, fault) in REFUSED {
        let octets = octets(hex);
        let view = View::of(*code).expect("a typed element");
        let error = view.check(&octets).expect_err(hex);
        assert_eq!((error.fault, error.offset), (*fault, *offset), "{code} {hex}");
        let mut message = Message::new(call, MessageType::SETUP);
        message.set_octets(*code, &octets);
        assert_eq!(message.octets(*code), Some(&*octets), "the message keeps what no type reads");
    }
    let message = Message::decode(&[8, 1, 1, 0x45, 8, 1, 0x81]).expect("its cause is not the message's fault");
    let error = message.get::<CauseIndicators>().expect("there is one").expect_err("it is too short");
    assert_eq!(error.element, Some(E::CAUSE));
    assert_eq!(error.to_string(), "peer sent a malformed message: octet 1 (Cause): the octets end too early");
}

#[test]
fn one_channel_is_found_by_its_number_or_by_its_place_in_a_map() {
    let channel = |hex| ChannelIdentification::decode(&octets(hex)).expect("well formed").channel();
    assert_eq!(channel("a9 83 91"), Some(17));
    assert_eq!(channel("a9 83 11"), Some(17), "a last number that does not say so");
    assert_eq!(channel("a9 93 00 02 00 00"), Some(17));
    assert_eq!(channel("a9 93 01 00 00"), Some(17));
    assert_eq!(channel("a9 93 00 00 00"), None);
    assert_eq!(channel("a9 93 01 00 01"), None);
    assert_eq!(channel("a9 83 01 82"), None);
    assert_eq!(channel("a3"), None);
    assert_eq!(ChannelIdentification::primary(17, true).channel(), Some(17));
}

#[test]
fn a_channel_of_another_interface_names_it() {
    let mut octets = Vec::new();
    ChannelIdentification::primary(5, true).on_interface(1).encode(&mut octets);
    assert_eq!(octets, [0xe9, 0x81, 0x83, 0x85]);
}

#[test]
fn a_display_is_shown_without_what_cannot_be_printed() {
    assert_eq!(DisplayInformation(b"\xb1Bob \x1b".to_vec()).text(), "Bob ");
}
