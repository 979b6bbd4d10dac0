//! RTCP: ours read by a foreign parser and by hand, foreign octets read by ours.

use super::*;

const BLOCK: ReportBlock = ReportBlock {
    ssrc: 0x0102_0304,
    fraction_lost: 64,
    cumulative_lost: -3,
    highest_sequence: 0x0001_ffff,
    jitter: 17,
    last_report: 0xaabb_ccdd,
    delay_since_last_report: 65_536,
};

const SENDER: SenderInformation =
    SenderInformation { ntp: 0x0000_0010_8000_0000, timestamp: 0x1122_3344, packets: 50, octets: 8000 };

fn compound() -> ReportWriter {
    let mut writer = ReportWriter::new(0xdead_beef, Some(SENDER), Some(BLOCK));
    writer.description(0xdead_beef, b"gw@example");
    writer.bye(0xdead_beef);
    writer
}

#[test]
fn a_sender_report_stands_on_the_wire_as_section_6_4_1_draws_it() {
    let writer = compound();
    let octets = writer.octets();
    assert_eq!(octets[..8], [0x81, 200, 0, 12, 0xde, 0xad, 0xbe, 0xef]);
    assert_eq!(octets[8..16], [0, 0, 0, 0x10, 0x80, 0, 0, 0]);
    assert_eq!(octets[16..28], [0x11, 0x22, 0x33, 0x44, 0, 0, 0, 50, 0, 0, 0x1f, 0x40]);
    assert_eq!(octets[28..36], [1, 2, 3, 4, 64, 0xff, 0xff, 0xfd]);
    assert_eq!(octets[36..52], [0, 1, 0xff, 0xff, 0, 0, 0, 17, 0xaa, 0xbb, 0xcc, 0xdd, 0, 1, 0, 0]);
    assert_eq!(octets[52..62], [0x81, 202, 0, 5, 0xde, 0xad, 0xbe, 0xef, 1, 10]);
    assert_eq!(
        octets[62..],
        [b"gw@example".as_slice(), &[0, 0, 0, 0], &[0x81, 203, 0, 1, 0xde, 0xad, 0xbe, 0xef]].concat()
    );
}

#[test]
fn a_compound_packet_of_ours_is_understood_by_a_foreign_parser() {
    let writer = compound();
    let packets: Vec<_> =
        rtcp_types::Compound::parse(writer.octets()).expect("compound").map(|packet| packet.expect("packet")).collect();
    let [rtcp_types::Packet::Sr(sr), rtcp_types::Packet::Sdes(sdes), rtcp_types::Packet::Bye(bye)] = &packets[..]
    else {
        panic!("{packets:?}")
    };
    assert_eq!((sr.ssrc(), sr.packet_count(), sr.octet_count()), (0xdead_beef, 50, 8000));
    let report = sr.report_blocks().next().expect("one block");
    assert_eq!((report.cumulative_lost(), report.extended_sequence_number()), (0xff_fffd, 0x1_ffff));
    let chunk = sdes.chunks().next().expect("one chunk");
    let item = chunk.items().next().expect("one item");
    assert_eq!((chunk.ssrc(), item.type_(), item.value()), (0xdead_beef, 1, b"gw@example".as_slice()));
    assert_eq!(bye.ssrcs().collect::<Vec<_>>(), [0xdead_beef]);
}

#[test]
fn the_longest_compound_packet_fits_and_every_length_of_cname_fills_its_word() {
    for length in 0..=300 {
        let mut writer = ReportWriter::new(1, Some(SENDER), Some(BLOCK));
        writer.description(1, &vec![b'x'; length]);
        writer.bye(1);
        assert!(writer.octets().len() <= MAX_REPORT_OCTETS && writer.octets().len().is_multiple_of(4));
        assert!(rtcp_types::Compound::parse(writer.octets()).expect("compound").all(|packet| packet.is_ok()));
    }
}

#[test]
fn a_report_of_one_who_sends_nothing_is_a_receiver_report() {
    let writer = ReportWriter::new(5, None, None);
    assert_eq!(writer.octets(), [0x80, 201, 0, 1, 0, 0, 0, 5]);
    assert_eq!(read(writer.octets(), 1), Some(Heard::default()));
}

#[test]
fn what_matters_in_a_compound_packet_is_heard() {
    let heard = read(compound().octets(), BLOCK.ssrc).expect("well-formed");
    let expected = Heard { sender: Some((0xdead_beef, SENDER.ntp)), about_us: Some(BLOCK), bye: Some(0xdead_beef) };
    assert_eq!(heard, expected);
    assert_eq!(read(compound().octets(), 9).expect("well-formed").about_us, None);
}

#[test]
fn what_is_not_rtcp_is_refused() {
    let writer = compound();
    let octets = writer.octets();
    assert_eq!(read(&[], 1), None);
    assert_eq!(read(&octets[52..], 1), None, "a compound packet begins with a report");
    assert_eq!(read(&octets[..octets.len() - 1], 1), None, "cut short");
    assert_eq!(read(&[&[0x41], &octets[1..]].concat(), 1), None, "version 1");
    assert_eq!(read(&[0x80, 201, 0xff, 0xff, 0, 0, 0, 1], 1), None, "longer than the datagram");
    let endless = [0x80, 201, 0, 1, 0, 0, 0, 1].repeat(MAX_PACKETS + 1);
    assert_eq!(read(&endless, 1), None, "more packets than anyone sends");
}
