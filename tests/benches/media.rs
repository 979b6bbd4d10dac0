//! The media path: a tick of 1 and of 16 spans, packets, law conversion. Time and allocations per operation.
#![forbid(unsafe_code)]

use std::net::SocketAddr;

use divan::{AllocProfiler, Bencher, black_box};
use media::rtp::{PacketHeader, depacketise, packetise};
use media::{
    Bearer, Command, GroupSpec, Law, Leg, Link, Port, Session, SessionConfig, Socket, Source, SpanBlock, SpanMedia,
    TIMESLOTS, Timeslot, Worker,
};

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// Returns the last packet once: a network of one packet.
struct Mirror {
    packet: [u8; 512],
    length: usize,
}

const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 4000);

impl Socket for Mirror {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        if port == Port::Rtcp || self.length == 0 {
            return None;
        }
        let length = std::mem::take(&mut self.length);
        buffer[..length].copy_from_slice(&self.packet[..length]);
        Some((length, PEER))
    }

    fn send(&mut self, port: Port, _: SocketAddr, packet: &[u8]) -> bool {
        if port == Port::Rtp {
            self.packet[..packet.len()].copy_from_slice(packet);
            self.length = packet.len();
        }
        true
    }
}

struct Group {
    bearer: Bearer,
    worker: Worker<Mirror>,
    _link: Link<Mirror>,
    received: SpanBlock,
    transmit: SpanBlock,
    spans: u8,
}

impl Group {
    /// Every bearer of every span in a call, and the playout begun.
    fn new(spans: u8, rtp_law: Law) -> Self {
        let spec = GroupSpec {
            spans: vec![SpanMedia { law: Law::A }; spans.into()],
            guard_blocks: 2,
            buffer_blocks: 1,
            driver_blocks: 2,
        };
        let (bearer, worker, mut link) = media::group(&spec);
        let mut group = Self {
            bearer,
            received: SpanBlock { valid: u32::MAX, ..SpanBlock::filled(0, 0x55) },
            transmit: SpanBlock::filled(0, 0),
            spans,
            worker: {
                let mut worker = worker;
                for span in 0..spans {
                    for timeslot in 1..TIMESLOTS as u8 {
                        let session = Session::new(config(rtp_law)).expect("a valid session");
                        let leg = Box::new(Leg { socket: Mirror { packet: [0; 512], length: 0 }, session });
                        let at = Timeslot { span, timeslot };
                        assert!(link.command(Command::Join { at, generation: 1, leg }).is_ok(), "room");
                    }
                    worker.step();
                }
                worker
            },
            _link: link,
        };
        (0..100).for_each(|_| group.tick());
        group
    }

    fn tick(&mut self) {
        for span in 0..self.spans {
            self.bearer.exchange(span, &self.received, &mut self.transmit);
        }
        self.received.frame += 40;
        self.worker.step();
    }
}

fn config(rtp_law: Law) -> SessionConfig {
    SessionConfig {
        payload_type: if rtp_law == Law::A { 8 } else { 0 },
        rtp_law,
        second: None,
        tdm_law: Law::A,
        packet_ms: 20,
        playout_ms: 120,
        remote: Some(PEER),
        remote_rtcp: Some(PEER),
        send: true,
        receive: true,
        ssrc: 1,
        first_sequence: 1,
        first_timestamp: 1,
        cname: "bench".into(),
        telephone_event: None,
        source: Source::Network,
    }
}

/// 5 ms of both halves with all 31 bearers of each span in a call, the sockets being memory.
#[divan::bench(args = [1, 16])]
fn tick(bencher: Bencher<'_, '_>, spans: u8) {
    let mut group = Group::new(spans, Law::A);
    bencher.bench_local(|| group.tick());
}

/// The same with another law on the network.
#[divan::bench(args = [1, 16])]
fn tick_transcoded(bencher: Bencher<'_, '_>, spans: u8) {
    let mut group = Group::new(spans, Law::Mu);
    bencher.bench_local(|| group.tick());
}

#[divan::bench]
fn packetise_20_ms(bencher: Bencher<'_, '_>) {
    let header = PacketHeader { marker: false, payload_type: 8, sequence: 1, timestamp: 160, ssrc: 7 };
    let (payload, mut out) = ([0x55; 160], [0; 172]);
    bencher.bench_local(|| packetise(black_box(header), black_box(&payload), &mut out));
}

#[divan::bench]
fn depacketise_20_ms(bencher: Bencher<'_, '_>) {
    let header = PacketHeader { marker: false, payload_type: 8, sequence: 1, timestamp: 160, ssrc: 7 };
    let mut packet = [0; 172];
    packetise(header, &[0x55; 160], &mut packet).expect("there is room");
    bencher.bench_local(|| depacketise(black_box(&packet)).map(|audio| audio.payload.len()));
}

#[divan::bench]
fn transcode_a_block(bencher: Bencher<'_, '_>) {
    let mut octets = [0x55; 40];
    bencher.bench_local(|| Law::A.convert(Law::Mu, black_box(&mut octets)));
}
