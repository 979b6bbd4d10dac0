//! Management messages and labels in every format, by octets written down by hand from the field widths.

use isup::mtp3::label::Signal;
use isup::mtp3::management::{Heading, ManagementError, ManagementMessage, Subject};
use isup::mtp3::{Format, NetworkIndicator, PointCode, ServiceIndicator, Sls, UnavailabilityCause};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

fn check(format: Format, sls: u8, octets: &[u8], heading: Heading, subject: Subject) {
    let message = ManagementMessage { heading, subject };
    assert_eq!(ManagementMessage::decode(format, Sls(sls), octets), Ok(message), "{}", format.name);
    assert_eq!(message.encode(format), (Sls(sls), octets.to_vec()), "{}", format.name);
}

#[test]
fn itu_messages_name_the_link_in_the_label() {
    let itu = Format::ITU;
    let ansi_like = PointCode(0x1234);
    check(itu, 5, &[0x11, 0x7f], Heading::CHANGEOVER_ORDER, Subject::LinkAndSequence(5, 127));
    check(itu, 5, &[0x51, 0xab], Heading::CHANGEBACK_DECLARATION, Subject::LinkAndCode(5, 0xab));
    check(itu, 5, &[0x12], Heading::EMERGENCY_ORDER, Subject::Link(5));
    check(itu, 0, &[0x14, 0x34, 0x12], Heading::TRANSFER_PROHIBITED, Subject::Destination(ansi_like));
    // The level stands in the two bits above the point code.
    check(itu, 0, &[0x23, 0x34, 0x92], Heading::TRANSFER_CONTROLLED, Subject::Congestion(ansi_like, 2));
    let part = Subject::UserPart(ansi_like, ServiceIndicator::ISUP, UnavailabilityCause::INACCESSIBLE);
    check(itu, 0, &[0x1a, 0x34, 0x12, 0x25], Heading::USER_PART_UNAVAILABLE, part);
}

#[test]
fn ansi_messages_name_the_link_in_the_low_bits_of_the_first_field() {
    let ansi = Format::ANSI;
    let code = PointCode(0x0a_0b_0c);
    // SLC 5, then the seven bits of FSN 127: 111 1111 0101.
    check(ansi, 0, &[0x11, 0xf5, 0x07], Heading::CHANGEOVER_ORDER, Subject::LinkAndSequence(5, 127));
    check(ansi, 0, &[0x51, 0xb5, 0x0a], Heading::CHANGEBACK_DECLARATION, Subject::LinkAndCode(5, 0xab));
    check(ansi, 0, &[0x16, 0x05], Heading::LINK_INHIBIT, Subject::Link(5));
    check(ansi, 0, &[0x14, 0x0c, 0x0b, 0x0a], Heading::TRANSFER_PROHIBITED, Subject::Destination(code));
    check(ansi, 0, &[0x23, 0x0c, 0x0b, 0x0a, 0x02], Heading::TRANSFER_CONTROLLED, Subject::Congestion(code, 2));
}

#[test]
fn a_message_too_short_for_its_fields_is_refused_and_an_unknown_heading_is_not() {
    let decode = |octets| ManagementMessage::decode(Format::ITU, Sls(0), octets);
    let heading = Heading::TRANSFER_PROHIBITED;
    assert_eq!(decode(&[0x14, 1]), Err(ManagementError { heading, present: 1, needed: 2 }));
    assert!(decode(&[]).is_err());
    let unknown = ManagementMessage { heading: Heading(0xff), subject: Subject::None };
    assert_eq!(decode(&[0xff, 1, 2, 3]), Ok(unknown));
    assert_eq!(unknown.heading.to_string(), "H0 15 H1 15");
}

#[test]
fn whatever_is_read_is_written_back_but_for_spare_bits() {
    let seed = [4; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    for _ in 0..50_000 {
        let mut octets = vec![0; random.next_u32() as usize % 8];
        random.fill_bytes(&mut octets);
        for format in Format::ALL {
            let Ok(message) = ManagementMessage::decode(format, Sls(octets.len() as u8), &octets) else { continue };
            let (sls, again) = message.encode(format);
            assert_eq!(ManagementMessage::decode(format, sls, &again), Ok(message), "seed {seed:?}");
        }
    }
}

#[test]
fn each_format_lays_its_label_out_by_its_widths() {
    for (format, octets) in [
        (Format::ITU, &[0x85, 0x02, 0xc0, 0xff, 0xaf, 0x11][..]),
        (Format::ANSI, &[0x85, 0x02, 0, 0, 0xff, 0x3f, 0, 0x0a, 0x11]),
        (Format::CHINA, &[0x85, 0x02, 0, 0, 0xff, 0x3f, 0, 0x0a, 0x11]),
        (Format::JAPAN, &[0x85, 0x02, 0, 0xff, 0x3f, 0x0a, 0x11]),
    ] {
        let (service, network) = (ServiceIndicator::ISUP, NetworkIndicator::NATIONAL);
        let (dpc, opc, payload) = (PointCode(2), PointCode(0x3fff), &[0x11][..]);
        let signal = Signal { service, network, spare: 0, dpc, opc, sls: Sls(0xa), payload };
        assert_eq!(signal.encode(format), octets, "{}", format.name);
        assert_eq!(Signal::decode(format, octets), Ok(signal), "{}", format.name);
    }
}

#[test]
fn point_codes_are_written_and_read_by_the_fields_of_their_format() {
    for (format, text, code) in [
        (Format::ITU, "2-4-6", 2 * 2048 + 4 * 8 + 6),
        (Format::ITU, "7-255-7", 0x3fff),
        (Format::ANSI, "1-2-3", 0x01_02_03),
        (Format::CHINA, "255-255-255", 0xff_ff_ff),
        (Format::JAPAN, "31-15-127", 0xffff),
    ] {
        assert_eq!(format.parse(text), Ok(PointCode(code)), "{}", format.name);
        assert_eq!(format.print(PointCode(code)), text);
        assert_eq!(format.parse(&code.to_string()), Ok(PointCode(code)));
    }
    for text in ["8-0-0", "0-256-0", "0-0-8", "16384", "1-2", "1-2-3-4", "", "-", "+1", "a", "1- 2-3", "99999999999"] {
        assert!(Format::ITU.parse(text).is_err(), "{text}");
    }
    assert_eq!(Format::named("ansi"), Some(Format::ANSI));
    assert_eq!(Format::named("esperanto"), None);
}
