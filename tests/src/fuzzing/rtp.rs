//! RTP and RTCP: the packets, and a session that hears them.

use std::net::{Ipv4Addr, SocketAddr};

use media::rtp::{depacketise, packetise, read_report};
use media::{
    Bearer, Command, GroupSpec, Law, Leg, Link, Port, Session, SessionConfig, Socket, Source, SpanBlock, SpanMedia,
    Timeslot, Worker,
};

/// A datagram on the RTP and on the RTCP port: its payload lies inside it and is written again as it was, and the
/// timeslot gets its octets on time whatever the network sends.
pub fn rtp(octets: &[u8]) -> bool {
    let audio = depacketise(octets);
    if let Ok(audio) = audio {
        assert!(audio.payload.len() + HEADER_OCTETS <= octets.len());
        let mut written = vec![0; HEADER_OCTETS + audio.payload.len()];
        let length = packetise(audio.header, audio.payload, &mut written).expect("there is room");
        assert_eq!((length, depacketise(&written)), (written.len(), Ok(audio)));
    }
    let report = read_report(octets, SSRC);
    Line::new(octets).runs();
    audio.is_ok() || report.is_some()
}

/// One timeslot in a call whose peer sends the same datagram three times to each port.
struct Line {
    bearer: Bearer,
    worker: Worker<Repeated>,
    link: Link<Repeated>,
}

impl Line {
    fn new(datagram: &[u8]) -> Self {
        let spec =
            GroupSpec { spans: vec![SpanMedia { law: Law::A }], guard_blocks: 2, buffer_blocks: 1, driver_blocks: 2 };
        let (bearer, worker, mut link) = media::group(&spec);
        let session = Session::new(session_config()).expect("a valid session");
        let socket = Repeated { datagram: datagram.to_vec(), left: [3; 2] };
        let leg = Box::new(Leg { socket, session });
        let joined = link.command(Command::Join { at: AT, generation: 1, leg });
        assert!(joined.is_ok(), "an empty ring has room");
        Self { bearer, worker, link }
    }

    /// 300 ms, in which what was heard is played.
    fn runs(mut self) {
        let mut received = SpanBlock { valid: u32::MAX, ..SpanBlock::filled(0, 0x55) };
        let mut transmit = SpanBlock::filled(0, 0);
        for _ in 0..60 {
            self.bearer.exchange(AT.span, &received, &mut transmit);
            self.worker.step();
            assert_eq!(transmit.frame, received.frame, "a block out for each block in");
            received.frame += media::BLOCK_OCTETS as u64;
        }
        while self.link.event().is_some() {}
    }
}

struct Repeated {
    datagram: Vec<u8>,
    /// To receive on the RTP port, on the RTCP port.
    left: [u8; 2],
}

impl Socket for Repeated {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let left = &mut self.left[usize::from(port == Port::Rtcp)];
        *left = left.checked_sub(1)?;
        // As a socket does: what is too long is cut.
        let length = self.datagram.len().min(buffer.len());
        buffer[..length].copy_from_slice(&self.datagram[..length]);
        Some((length, PEER))
    }

    fn send(&mut self, _: Port, _: SocketAddr, _: &[u8]) -> bool {
        true
    }
}

fn session_config() -> SessionConfig {
    SessionConfig {
        payload_type: 8,
        rtp_law: Law::A,
        second: None,
        tdm_law: Law::A,
        packet_ms: 20,
        playout_ms: 40,
        remote: Some(PEER),
        remote_rtcp: Some(PEER),
        send: true,
        receive: true,
        ssrc: SSRC,
        first_sequence: 1,
        first_timestamp: 1,
        cname: "fuzz".into(),
        telephone_event: Some(101),
        source: Source::Network,
    }
}

const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);
const AT: Timeslot = Timeslot { span: 0, timeslot: 1 };
const SSRC: u32 = 7;
/// A header without contributing sources (RFC 3550 section 5.1).
const HEADER_OCTETS: usize = 12;
