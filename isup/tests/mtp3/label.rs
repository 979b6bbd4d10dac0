//! Labels and link test messages: known octets and mutated ones.

use isup::mtp3::label::{LabelError, Signal};
use isup::mtp3::test_control::{PATTERN_OCTETS_MAX, TestError, TestMessage};
use isup::mtp3::{NetworkIndicator, PointCode, ServiceIndicator, Sls};
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
    assert_eq!(signal.encode(), octets);
    assert_eq!(Signal::decode(&octets), Ok(signal));
}

#[test]
fn octets_too_few_for_a_label_are_refused() {
    assert_eq!(Signal::decode(&[0x85, 1, 2, 3]), Err(LabelError(4)));
    assert_eq!(Signal::decode(&[]), Err(LabelError(0)));
}

#[test]
fn any_five_octets_are_a_label_and_are_written_back() {
    let seed = [3; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    for _ in 0..20_000 {
        let mut octets = vec![0; random.next_u32() as usize % 24];
        random.fill_bytes(&mut octets);
        match Signal::decode(&octets) {
            Ok(signal) => assert_eq!(signal.encode(), octets, "seed {seed:?}"),
            Err(LabelError(length)) => assert!(length < 5),
        }
    }
}

#[test]
fn test_messages_carry_their_pattern_behind_its_length() {
    for (octets, message) in [
        (&[0x11, 0x30, 1, 2, 3][..], TestMessage::Test(&[1, 2, 3])),
        (&[0x21, 0x30, 1, 2, 3][..], TestMessage::Acknowledgement(&[1, 2, 3])),
    ] {
        assert_eq!(message.encode(), octets);
        assert_eq!(TestMessage::decode(octets), Ok(message));
    }
    let longest = TestMessage::Test(&[7; PATTERN_OCTETS_MAX + 1]).encode();
    assert_eq!(TestMessage::decode(&longest), Ok(TestMessage::Test(&[7; PATTERN_OCTETS_MAX])));
    assert_eq!(TestMessage::decode(&[0x11]), Err(TestError::Short(1)));
    assert_eq!(TestMessage::decode(&[0x31, 0x00]), Err(TestError::Heading(0x31)));
    assert_eq!(TestMessage::decode(&[0x11, 0x40, 1]), Err(TestError::Length { indicated: 4, present: 1 }));
}
