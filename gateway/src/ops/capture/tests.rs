//! What is captured is read back by `pcap-file`'s reader and, where it is installed, by tshark.

use std::net::SocketAddr;
use std::process::Command;

use pcap_file::pcapng::{Block, PcapNgReader};

use super::*;

fn origin() -> Origin {
    Origin(SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000))
}

fn address(port: u16) -> SocketAddr {
    ([127, 0, 0, 1], port).into()
}

fn datagram(at_ms: u64, source: u16, destination: u16, octets: &[u8]) -> Entry {
    let packet =
        Packet::Datagram { source: address(source), destination: address(destination), octets: octets.to_vec() };
    Entry { at: Duration::from_millis(at_ms), packet }
}

fn unit(at_ms: u64, direction: Direction, octets: &[u8]) -> Entry {
    unit_of(0, at_ms, direction, octets)
}

fn unit_of(link: usize, at_ms: u64, direction: Direction, octets: &[u8]) -> Entry {
    Entry { at: Duration::from_millis(at_ms), packet: Packet::Unit { link, direction, octets: octets.to_vec() } }
}

/// Interface and time since the origin of every packet of a file.
fn packets(file: &[u8]) -> Vec<(u32, Duration)> {
    let mut reader = PcapNgReader::new(file).expect("a section header");
    let mut packets = Vec::new();
    while let Some(block) = reader.next_block() {
        if let Block::EnhancedPacket(packet) = block.expect("a whole block") {
            packets.push((packet.interface_id, packet.timestamp - Duration::from_secs(1_800_000_000)));
        }
    }
    packets
}

fn ms(packets: &[(u32, Duration)]) -> Vec<u128> {
    packets.iter().map(|(_, at)| at.as_millis()).collect()
}

#[test]
fn entries_out_of_order_within_the_window_are_written_in_order() {
    let mut capture = Capture::new(Vec::new(), origin(), &[("link", Signalling::Mtp2)]).expect("memory");
    for at in [30, 10, 20, 15] {
        capture.add(datagram(at, 1, 2, b"x")).expect("memory");
    }
    capture.add(unit(12, Direction::Received, &[0, 0, 0])).expect("memory");
    capture.add(unit(13, Direction::Sent, &[0, 0, 0])).expect("memory");
    let file = capture.close().expect("memory");
    assert_eq!(ms(&packets(&file)), [10, 12, 13, 15, 20, 30]);
    assert_eq!(packets(&file).iter().map(|(interface, _)| *interface).collect::<Vec<_>>(), [0, 1, 2, 0, 0, 0]);
}

#[test]
fn an_entry_waits_for_the_window_and_is_then_on_the_file() {
    let mut capture = Capture::new(Vec::new(), origin(), &[]).expect("memory");
    capture.add(datagram(5, 1, 2, b"x")).expect("memory");
    capture.advance(Duration::from_millis(4) + WINDOW).expect("memory");
    assert_eq!(packets(&capture.file), []);
    capture.advance(Duration::from_millis(5) + WINDOW).expect("memory");
    assert_eq!(ms(&packets(&capture.file)), [5]);
    capture.add(datagram(4, 1, 2, b"late")).expect("memory");
    capture.add(datagram(5, 1, 2, b"in time")).expect("memory");
    assert_eq!(capture.late(), 1);
    assert_eq!(ms(&packets(&capture.close().expect("memory"))), [5, 5]);
}

#[test]
fn more_entries_than_the_bound_push_the_earliest_out() {
    let mut capture = Capture::new(Vec::new(), origin(), &[]).expect("memory");
    for at in 0..PENDING_MAX as u64 + 1 {
        capture.add(datagram(at, 1, 2, b"x")).expect("memory");
    }
    assert_eq!(capture.pending.len(), PENDING_MAX);
    assert_eq!(ms(&packets(&capture.file)), [0]);
}

#[test]
fn a_unit_of_an_unknown_link_is_left_out_and_counted() {
    let mut capture = Capture::new(Vec::new(), origin(), &[]).expect("memory");
    capture.add(unit(1, Direction::Sent, &[0, 0, 0])).expect("memory");
    capture.advance(Duration::MAX).expect("memory");
    assert_eq!(capture.late(), 1);
    assert_eq!(packets(&capture.file), []);
}

const INVITE: &str = "INVITE sip:600@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1\r\n\
    Max-Forwards: 70\r\nFrom: <sip:1@127.0.0.1>;tag=1\r\nTo: <sip:600@127.0.0.1>\r\nCall-ID: 1@127.0.0.1\r\n\
    CSeq: 1 INVITE\r\nContact: <sip:1@127.0.0.1:5070>\r\nContent-Type: application/sdp\r\nContent-Length: LENGTH\r\n\r\n";
const OK: &str = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1\r\n\
    From: <sip:1@127.0.0.1>;tag=1\r\nTo: <sip:600@127.0.0.1>;tag=2\r\nCall-ID: 1@127.0.0.1\r\n\
    CSeq: 1 INVITE\r\nContact: <sip:600@127.0.0.1:5060>\r\nContent-Type: application/sdp\r\nContent-Length: LENGTH\r\n\r\n";

fn with_sdp(message: &str, port: u16) -> Vec<u8> {
    let sdp = format!(
        "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio {port} RTP/AVP 8\r\n\
         a=rtpmap:8 PCMA/8000\r\n"
    );
    (message.replace("LENGTH", &sdp.len().to_string()) + &sdp).into_bytes()
}

fn rtp(sequence: u8) -> Vec<u8> {
    let header = [0x80, 8, 0, sequence, 0, 0, 0, sequence.wrapping_mul(160), 0, 0, 0, 9];
    [&header[..], &[0xD5; 160]].concat()
}

/// An IAM from 2-4-6 to 1-2-3 on circuit 1: national network, called number 600 with ST, no optional part.
const IAM_UNIT: [u8; 23] = [
    0x81, 0x80, 20, 0x85, 0x13, 0x88, 0x09, 0x14, 0x01, 0x00, 0x01, 0x00, 0x60, 0x00, 0x0a, 0x03, 0x02, 0x00, 0x04,
    0x03, 0x10, 0x06, 0xf0,
];

/// A SETUP in the first I frame of a network: 3.1 kHz audio, A-law, channel 1 exclusively, called number 600.
const SETUP_FRAME: [u8; 26] = [
    0x02, 0x01, 0x00, 0x00, 0x08, 0x02, 0x00, 0x01, 0x05, 0x04, 0x03, 0x90, 0x90, 0xa3, 0x18, 0x03, 0xa9, 0x83, 0x81,
    0x70, 0x04, 0x80, 0x36, 0x30, 0x30, 0xa1,
];

#[test]
fn tshark_reads_sip_rtp_isup_and_q931_without_a_complaint() {
    if Command::new("tshark").arg("--version").output().is_err() {
        println!("skipped: dissection by tshark: tshark is not installed");
        return;
    }
    let lines = [("link", Signalling::Mtp2), ("pri", Signalling::Lapd)];
    let mut capture = Capture::new(Vec::new(), origin(), &lines).expect("memory");
    let entries = [
        unit(0, Direction::Received, &[0xFF, 0xFF, 0]),
        unit(1, Direction::Sent, &[0xFF, 0xFF, 1, 0]),
        datagram(10, 5070, 5060, &with_sdp(INVITE, 4000)),
        unit(20, Direction::Sent, &IAM_UNIT),
        datagram(30, 5060, 5070, &with_sdp(OK, 16384)),
        datagram(40, 4000, 16384, &rtp(1)),
        datagram(41, 16384, 4000, &rtp(1)),
        datagram(60, 4000, 16384, &rtp(2)),
        unit_of(1, 70, Direction::Sent, &SETUP_FRAME),
    ];
    let count = entries.len();
    entries.into_iter().try_for_each(|entry| capture.add(entry)).expect("memory");
    let path = std::env::temp_dir().join(format!("spangate-capture-{}.pcapng", std::process::id()));
    std::fs::write(&path, capture.close().expect("memory")).expect("a temporary file");
    let fields = ["frame.protocols", "_ws.expert.message", "_ws.malformed", "frame.interface_name"];
    let options = ["-o", "ip.check_checksum:TRUE", "-o", "udp.check_checksum:TRUE", "-T", "fields"];
    let mut tshark = Command::new("tshark");
    tshark.arg("-r").arg(&path).args(options).args(fields.iter().flat_map(|field| ["-e", field]));
    let output = tshark.output().expect("it is installed");
    std::fs::remove_file(&path).expect("it was there");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!(rows.len(), count, "{text}");
    let protocols =
        ["mtp2", "mtp2", "sip:sdp", "mtp2:mtp3:isup", "sip:sdp", "udp:rtp", "udp:rtp", "udp:rtp", "lapd:q931"];
    for (row, protocol) in rows.iter().zip(protocols) {
        assert!(row[0].ends_with(protocol), "{row:?} is no {protocol}:\n{text}");
        assert_eq!((row[1], row[2]), ("", ""), "a complaint:\n{text}");
    }
    assert_eq!((rows[0][3], rows[1][3], rows[2][3]), ("link received", "link sent", "ip"));
}
