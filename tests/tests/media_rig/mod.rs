//! A span group on simulated hardware in virtual time: a line that knows its octets, sockets that loop back in fixed memory.
#![allow(dead_code)] // Each test binary uses its part.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};

use dahdi_sys::Law as DriverLaw;
use hw_sim::wire::{CHUNK_OCTETS, TIMESLOTS};
use hw_sim::{Chunk, FarEnd, Line as LineKind, Machine, SimKernel, SpanSpec};
use media::{
    Command, Event, Law, Leg, Link, Port, Session, SessionConfig, Socket, Source, Statistics, Timeslot, Worker,
};
use spangate::rt::{self, Tdm};

/// Where loop sockets say their packets come from.
pub const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);

/// The octet that the line sends on a timeslot at a position.
pub fn line_octet(timeslot: usize, position: usize) -> u8 {
    let mixed =
        (position as u64 ^ (timeslot as u64) << 40).wrapping_add(0x9e37_79b9).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ mixed >> 31).wrapping_mul(0x94d0_49bb_1331_11eb).to_be_bytes()[0]
}

/// The far side of a line: sends octets that tell their place, and keeps what it receives.
#[derive(Clone)]
pub struct Line {
    received: Arc<Mutex<Vec<Chunk>>>,
}

impl FarEnd for Line {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        let mut chunks = self.received.lock().expect("no test holds it and fails");
        let position = chunks.len() * CHUNK_OCTETS;
        chunks.push(*received);
        for (timeslot, octets) in transmit.iter_mut().enumerate() {
            *octets = std::array::from_fn(|n| line_octet(timeslot, position + n));
        }
    }
}

impl Line {
    pub fn new() -> Self {
        // Room for a minute, so that a sealed test may run the machine too.
        Self { received: Arc::new(Mutex::new(Vec::with_capacity(60_000))) }
    }

    /// Octets of each timeslot received so far.
    pub fn len(&self) -> usize {
        self.received.lock().expect("unpoisoned").len() * CHUNK_OCTETS
    }

    pub fn octets(&self, timeslot: u8) -> Vec<u8> {
        let chunks = self.received.lock().expect("unpoisoned");
        chunks.iter().flat_map(|chunk| chunk[usize::from(timeslot)]).collect()
    }

    /// How long ago the octets received from `from` on were sent, judged by the first 80 of them.
    pub fn delay(&self, timeslot: u8, from: usize) -> Option<usize> {
        let octets = self.octets(timeslot);
        let is = |delay: &usize| (from..from + 80).all(|at| octets[at] == line_octet(timeslot.into(), at - delay));
        (1..from.min(8000)).find(is)
    }

    /// Whether the octet received at `position` is the one sent `delay` before.
    pub fn is_from(&self, timeslot: u8, position: usize, delay: usize) -> bool {
        let chunks = self.received.lock().expect("unpoisoned");
        chunks[position / CHUNK_OCTETS][usize::from(timeslot)][position % CHUNK_OCTETS]
            == line_octet(timeslot.into(), position - delay)
    }

    /// Octets from `from` on that are not those sent `delay` before.
    pub fn differences(&self, timeslot: u8, delay: usize, from: usize) -> usize {
        let octets = self.octets(timeslot);
        (from..octets.len()).filter(|at| octets[*at] != line_octet(timeslot.into(), at - delay)).count()
    }
}

/// A machine of one E1 whose channels 1 to 31 are clear, and the far side of its line.
pub fn machine(patience_ms: u32) -> (Machine, Line) {
    let mut machine = Machine::new(vec![
        SpanSpec::clear("E1", LineKind::E1, DriverLaw::A_LAW, 1, &[]).patient(patience_ms),
        // Not started: its channels can be opened and bring nothing.
        SpanSpec { running: false, ..SpanSpec::clear("dark", LineKind::E1, DriverLaw::A_LAW, 32, &[]) },
    ]);
    let line = Line::new();
    machine.attach(0, Box::new(line.clone()));
    (machine, line)
}

/// A group of one span; `channels` stand at timeslots 1, 2, 3 and so on.
pub fn spec(channels: impl IntoIterator<Item = u32>) -> rt::Spec {
    let bearers = (1..TIMESLOTS as u8).zip(channels).collect();
    let spans = vec![rt::SpanSpec { law: Law::A, bearers }];
    let (buffering, scheduling) = (rt::Buffering::default(), rt::Scheduling::default());
    rt::Spec { spans, buffering, guard_blocks: rt::GUARD_BLOCKS, scheduling }
}

pub fn session_config(remote: SocketAddr) -> SessionConfig {
    SessionConfig {
        payload_type: 8,
        rtp_law: Law::A,
        second: None,
        tdm_law: Law::A,
        packet_ms: 20,
        playout_ms: 120,
        remote: Some(remote),
        remote_rtcp: Some(remote),
        send: true,
        receive: true,
        ssrc: 0x5eed,
        first_sequence: 65_530,
        first_timestamp: u32::MAX - 5000,
        cname: "spangate@localhost".into(),
        telephone_event: Some(101),
        source: Source::Network,
    }
}

pub fn at(timeslot: u8) -> Timeslot {
    Timeslot { span: 0, timeslot }
}

/// What is sent comes back, from a queue of fixed memory.
#[derive(Debug)]
pub struct LoopSocket {
    packets: Box<[([u8; 512], usize); 8]>,
    first: usize,
    waiting: usize,
    pub reports: u64,
}

impl LoopSocket {
    pub fn new() -> Self {
        Self { packets: Box::new([([0; 512], 0); 8]), first: 0, waiting: 0, reports: 0 }
    }
}

impl Socket for LoopSocket {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        if port == Port::Rtcp || self.waiting == 0 {
            return None;
        }
        let (octets, length) = &self.packets[self.first];
        buffer[..*length].copy_from_slice(&octets[..*length]);
        self.first = (self.first + 1) % self.packets.len();
        self.waiting -= 1;
        Some((*length, PEER))
    }

    fn send(&mut self, port: Port, _: SocketAddr, packet: &[u8]) -> bool {
        self.reports += u64::from(port == Port::Rtcp);
        if port == Port::Rtcp || self.waiting == self.packets.len() || packet.len() > 512 {
            return port == Port::Rtcp;
        }
        let (octets, length) = &mut self.packets[(self.first + self.waiting) % 8];
        octets[..packet.len()].copy_from_slice(packet);
        *length = packet.len();
        self.waiting += 1;
        true
    }
}

/// A span group in virtual time.
pub struct Rig {
    pub kernel: SimKernel,
    pub line: Line,
    pub tdm: Tdm,
    pub worker: Worker<LoopSocket>,
    pub link: Link<LoopSocket>,
    pub control: rt::TdmLink,
    period_ms: u32,
}

impl Rig {
    pub fn new() -> Self {
        Self::with(spec(1..=31))
    }

    pub fn with(spec: rt::Spec) -> Self {
        let (machine, line) = machine(0);
        let kernel = SimKernel::new(machine);
        let (tdm, worker, link, control) = rt::open(&kernel, &spec).expect("bearers open");
        Self { kernel, line, tdm, worker, link, control, period_ms: spec.buffering.period_ms() }
    }

    pub fn join(&mut self, timeslot: u8, generation: u32) {
        let session = Session::new(session_config(PEER)).expect("a valid session");
        let leg = Box::new(Leg { socket: LoopSocket::new(), session });
        self.link.command(Command::Join { at: at(timeslot), generation, leg }).expect("room");
    }

    pub fn leave(&mut self, timeslot: u8, generation: u32) -> Statistics {
        self.link.command(Command::Leave { at: at(timeslot), generation }).expect("room");
        self.worker.step();
        match self.link.event() {
            Some(Event::Left { leg, .. }) => leg.session.statistics(),
            other => panic!("{other:?}"),
        }
    }

    /// 5 ms, and both halves right after them.
    pub fn tick(&mut self) {
        self.tick_after(self.period_ms, 1);
    }

    /// `ms` pass, and then both halves are told that so many buffers of time have.
    pub fn tick_after(&mut self, ms: u32, buffers: u64) {
        self.kernel.advance(ms);
        self.tdm.tick(buffers);
        self.worker.step();
    }

    pub fn run_ms(&mut self, ms: u32) {
        (0..ms / self.period_ms).for_each(|_| self.tick());
    }
}
