//! Labels and link test messages: known octets and mutated ones.

use isup::mtp3::label::{LabelError, Signal};
use isup::mtp3::test_control::{PATTERN_OCTETS_MAX, TestError, TestMessage};
use isup::mtp3::{Format, NetworkIndicator, PointCode, ServiceIndicator, Sls};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

#[test]
fn the_label_is_dpc_opc_and_sls_from_the_low_bit_up() {
    let signal = Signal {
        service: ServiceIndicator::ISUP,
        network: NetworkIndicator::NATIONAL,
        spare: 0,
        dpc: PointCode(2),
        opc: PointCode(0x3fff),
        sls: Sls(0xa),
        payload: &[0x11],
    };
    // DPC 00000000000010, OPC all ones, SLS 1010: 1010 1111.. ..1111 0000 0000 0010.
    let octets = [0x85, 0x02, 0xc0, 0xff, 0xaf, 0x11];
    assert_eq!(signal.encode(Format::ITU), octets);
    assert_eq!(Signal::decode(Format::ITU, &octets), Ok(signal));
}

#[test]
fn octets_too_few_for_a_label_are_refused() {
    assert_eq!(Signal::decode(Format::ITU, &[0x85, 1, 2, 3]), Err(LabelError(4)));
    assert_eq!(Signal::decode(Format::ITU, &[]), Err(LabelError(0)));
}

#[test]
fn any_five_octets_are_a_label_and_are_written_back() {
    let seed = [3; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    for _ in 0..20_000 {
        let mut octets = vec![0; random.next_u32() as usize % 24];
        random.fill_bytes(&mut octets);
        match Signal::decode(Format::ITU, &octets) {
            Ok(signal) => assert_eq!(signal.encode(Format::ITU), octets, "seed {seed:?}"),
            Err(LabelError(length)) => assert!(length < 5),
        }
    }
}

#[test]
fn test_messages_carry_their_pattern_behind_its_length() {
    let decode = |octets| TestMessage::decode(Format::ITU, Sls(5), octets);
    for (octets, message) in [
        (&[0x11, 0x30, 1, 2, 3][..], TestMessage::Test(&[1, 2, 3])),
        (&[0x21, 0x30, 1, 2, 3][..], TestMessage::Acknowledgement(&[1, 2, 3])),
    ] {
        assert_eq!(message.encode(Format::ITU, 5), (Sls(5), octets.to_vec()));
        assert_eq!(decode(octets), Ok((5, message)));
    }
    let (_, longest) = TestMessage::Test(&[7; PATTERN_OCTETS_MAX + 1]).encode(Format::ITU, 5);
    assert_eq!(decode(&longest), Ok((5, TestMessage::Test(&[7; PATTERN_OCTETS_MAX]))));
    assert_eq!(decode(&[0x11]), Err(TestError::Short(1)));
    assert_eq!(decode(&[0x31, 0x00]), Err(TestError::Heading(0x31)));
    assert_eq!(decode(&[0x11, 0x40, 1]), Err(TestError::Length { indicated: 4, present: 1 }));
}

#[test]
fn ansi_test_messages_carry_the_link_code_beside_the_length() {
    let message = TestMessage::Test(&[0xaa]);
    let (sls, octets) = message.encode(Format::ANSI, 3);
    assert_eq!((sls, &octets[..]), (Sls(0), &[0x11, 0x13, 0xaa][..]));
    assert_eq!(TestMessage::decode(Format::ANSI, Sls(200), &octets), Ok((3, message)));
}
