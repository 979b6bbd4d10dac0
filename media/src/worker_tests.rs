//! Both halves in virtual time: a network of memory between legs that are looped back, and a span whose octets are told
//! apart by timeslot and frame.

use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::{Ipv4Addr, SocketAddr};
use std::rc::Rc;

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use super::*;
use crate::rtp::depacketise;
use crate::{Bearer, Link, Port, Session, SessionConfig, Source, SpanMedia, Statistics};

const PEER: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4000);
const PEER_RTCP: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 4001);

/// What a leg has sent, and what waits for it.
#[derive(Default, Debug)]
struct Pipe {
    sent: VecDeque<Vec<u8>>,
    arrived: VecDeque<Vec<u8>>,
    reports_sent: Vec<Vec<u8>>,
    reports_arrived: VecDeque<Vec<u8>>,
    refuse: bool,
}

#[derive(Clone, Debug, Default)]
struct MemorySocket(Rc<RefCell<Pipe>>);

impl Socket for MemorySocket {
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)> {
        let pipe = &mut self.0.borrow_mut();
        let (queue, from) = match port {
            Port::Rtp => (&mut pipe.arrived, PEER),
            Port::Rtcp => (&mut pipe.reports_arrived, PEER_RTCP),
        };
        let packet = queue.pop_front()?;
        let length = packet.len().min(buffer.len());
        buffer[..length].copy_from_slice(&packet[..length]);
        Some((length, from))
    }

    fn send(&mut self, port: Port, _: SocketAddr, packet: &[u8]) -> bool {
        let pipe = &mut self.0.borrow_mut();
        match port {
            Port::Rtp if pipe.refuse => return false,
            Port::Rtp => pipe.sent.push_back(packet.to_vec()),
            Port::Rtcp => pipe.reports_sent.push(packet.to_vec()),
        }
        true
    }
}

fn config() -> SessionConfig {
    SessionConfig {
        payload_type: 8,
        rtp_law: Law::A,
        second: None,
        tdm_law: Law::A,
        packet_ms: 20,
        playout_ms: 120,
        remote: Some(PEER),
        remote_rtcp: Some(PEER_RTCP),
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

/// The octet that the far end of the line sends on a timeslot at a frame.
fn line_octet(timeslot: usize, frame: u64) -> u8 {
    let mixed = (frame ^ (timeslot as u64) << 40).wrapping_add(0x9e37_79b9).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (mixed ^ mixed >> 31).wrapping_mul(0x94d0_49bb_1331_11eb).to_be_bytes()[0]
}

struct World {
    bearer: Bearer,
    worker: Worker<MemorySocket>,
    link: Link<MemorySocket>,
    block: u64,
    /// What went out on each timeslot, from frame 0 on.
    out: Vec<Vec<u8>>,
}

impl World {
    fn new() -> Self {
        let spec =
            GroupSpec { spans: vec![SpanMedia { law: Law::A }], guard_blocks: 1, buffer_blocks: 1, driver_blocks: 2 };
        let (bearer, worker, link) = crate::group(&spec);
        Self { bearer, worker, link, block: 0, out: vec![Vec::new(); TIMESLOTS] }
    }

    fn join(&mut self, timeslot: u8, generation: u32, config: SessionConfig) -> MemorySocket {
        let socket = MemorySocket::default();
        let leg = Box::new(Leg { socket: socket.clone(), session: Session::new(config).expect("a valid session") });
        self.link.command(Command::Join { at: at(timeslot), generation, leg }).expect("room");
        socket
    }

    /// One tick: the TDM half, then the worker.
    fn tick(&mut self) {
        self.exchange();
        self.worker.step();
    }

    fn exchange(&mut self) {
        let frame = self.block * 40;
        let mut received = SpanBlock { valid: u32::MAX, ..SpanBlock::filled(frame, 0) };
        for (timeslot, octets) in received.octets.iter_mut().enumerate() {
            *octets = std::array::from_fn(|n| line_octet(timeslot, frame + n as u64));
        }
        let mut transmit = SpanBlock::filled(0, 0);
        self.bearer.exchange(0, &received, &mut transmit);
        for (out, octets) in self.out.iter_mut().zip(&transmit.octets) {
            out.resize(frame as usize, 0xd5);
            out.extend_from_slice(octets);
        }
        self.block += 1;
    }

    fn leave(&mut self, timeslot: u8, generation: u32) -> Statistics {
        self.link.command(Command::Leave { at: at(timeslot), generation }).expect("room");
        self.worker.step();
        match self.link.event() {
            Some(Event::Left { leg, .. }) => leg.session.statistics(),
            other => panic!("{other:?}"),
        }
    }

    /// Frames at which the octet that went out is not the one that came in `delay` before, from `from` on.
    fn differences(&self, timeslot: usize, delay: u64, from: u64) -> Vec<u64> {
        let out = &self.out[timeslot];
        (from..out.len() as u64).filter(|f| out[*f as usize] != line_octet(timeslot, f - delay)).collect()
    }
}

fn at(timeslot: u8) -> Timeslot {
    Timeslot { span: 0, timeslot }
}

fn loop_back(socket: &MemorySocket) {
    let pipe = &mut *socket.0.borrow_mut();
    pipe.arrived.append(&mut pipe.sent);
}

#[test]
fn thirty_one_legs_return_every_octet_and_the_delay_is_the_sum_of_its_parts() {
    let mut world = World::new();
    let sockets: Vec<_> = (1..32).map(|timeslot| world.join(timeslot, 1, config())).collect();
    for _ in 0..1000 {
        world.tick();
        sockets.iter().for_each(loop_back);
    }
    for timeslot in 1..32 {
        let statistics = world.leave(timeslot, 1);
        let delay = statistics.delay;
        // Nothing waits in a driver here.
        let us = delay.towards_network_us() + delay.towards_timeslot_us() - delay.driver_us;
        let frames = u64::from(us / 125);
        assert_eq!((us, frames), (20_000 + 120_000 + 5000, 1160));
        assert_eq!(world.differences(timeslot.into(), frames, 2000), []);
        assert_eq!((statistics.explained_octets(), statistics.startup_octets), (0, 960 + 160));
        assert_eq!((statistics.packets_sent, statistics.packets_lost), (250, 0));
    }
    assert_eq!((world.link.counters().ring_underruns.get(), world.link.counters().blocks_late.get()), (0, 0));
}

/// A network that loses, doubles, delays and reorders by a seed, and knows what it did.
struct BadNetwork {
    chance: ChaCha20Rng,
    on_the_way: Vec<(u64, Vec<u8>)>,
    /// Timestamps of packets that cannot play in time.
    missing: Vec<u32>,
    doubled: u64,
}

impl BadNetwork {
    fn carry(&mut self, socket: &MemorySocket, block: u64, depth_blocks: u64, quiet: bool) {
        let pipe = &mut *socket.0.borrow_mut();
        for packet in pipe.sent.drain(..) {
            let timestamp = depacketise(&packet).expect("RTP").header.timestamp;
            let dice = if quiet { 100 } else { self.chance.next_u32() % 100 };
            match dice {
                0..5 => self.missing.push(timestamp),
                5..8 => {
                    // Later than the depth allows: every octet of it is late.
                    self.missing.push(timestamp);
                    self.on_the_way.push((block + depth_blocks + 5, packet));
                }
                8..12 => {
                    self.doubled += 1;
                    self.on_the_way.push((block + 2, packet.clone()));
                    self.on_the_way.push((block, packet));
                }
                12..40 => {
                    self.on_the_way.push((block + u64::from(self.chance.next_u32()) % (depth_blocks - 1), packet))
                }
                _ => self.on_the_way.push((block, packet)),
            }
        }
        let (now, later) = self.on_the_way.drain(..).partition(|(due, _)| *due <= block);
        self.on_the_way = later;
        pipe.arrived.extend(Vec::into_iter(now).map(|(_, packet)| packet));
    }
}

#[test]
fn every_difference_over_a_bad_network_is_counted_octet_by_octet() {
    for seed in 0..8u8 {
        let mut world = World::new();
        let chance = ChaCha20Rng::from_seed([seed; 32]);
        let mut network = BadNetwork { chance, on_the_way: Vec::new(), missing: Vec::new(), doubled: 0 };
        let socket = world.join(1, 1, config());
        let blocks = 2000;
        for block in 0..blocks {
            world.tick();
            // Quiet at first, so that the pace is known, and at last, so that all that came has played.
            network.carry(&socket, block, 24, !(50..blocks - 80).contains(&block));
        }
        let statistics = world.leave(1, 1);
        let missing = network.missing.len() as u64 * 160;
        assert_eq!(statistics.concealed_octets, missing, "seed {seed}: {statistics:?}");
        assert_eq!(statistics.explained_octets(), missing, "seed {seed}: {statistics:?}");
        assert_eq!(statistics.packets_duplicate, network.doubled, "seed {seed}");
        assert!(statistics.late_octets > 0 && statistics.lost_octets() > 0 && statistics.packets_reordered > 0);
        let concealed = |frame: &u64| {
            let timestamp = config().first_timestamp.wrapping_add((frame - 1160) as u32);
            network.missing.iter().any(|start| timestamp.wrapping_sub(*start) < 160)
        };
        let differences = world.differences(1, 1160, 2000);
        assert!(differences.iter().all(concealed), "seed {seed}: a difference that nothing explains");
        assert!(differences.len() as u64 <= missing && differences.len() as u64 > missing * 9 / 10, "seed {seed}");
    }
}

#[test]
fn octets_are_transcoded_by_one_look_up_each_way() {
    let mut world = World::new();
    let socket = world.join(4, 1, SessionConfig { payload_type: 0, rtp_law: Law::Mu, ..config() });
    for _ in 0..200 {
        world.tick();
        for packet in &socket.0.borrow().sent {
            let audio = depacketise(packet).expect("RTP");
            let frame = u64::from(audio.header.timestamp.wrapping_sub(config().first_timestamp));
            let table = Law::A.to(Law::Mu).expect("the laws differ");
            let expected: Vec<u8> = (0..160).map(|n| table[usize::from(line_octet(4, frame + n))]).collect();
            assert_eq!((audio.header.payload_type, audio.payload), (0, &expected[..]));
        }
        loop_back(&socket);
    }
    let (there, back) = (Law::A.to(Law::Mu).expect("differ"), Law::Mu.to(Law::A).expect("differ"));
    for frame in 2000..8000u64 {
        let octet = line_octet(4, frame - 1160);
        assert_eq!(world.out[4][frame as usize], back[usize::from(there[usize::from(octet)])]);
    }
}

#[test]
fn a_gap_of_the_span_moves_the_timestamps_and_is_counted_both_ways() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    for block in 0..600 {
        if block == 300 {
            world.block += 7;
        }
        world.tick();
        loop_back(&socket);
    }
    let statistics = world.leave(1, 1);
    assert_eq!((statistics.gap_octets, statistics.skipped_octets), (280, 280));
    assert_eq!(world.link.counters().gap_frames.get(), 280);
    // Moving both by the same amount leaves the delay as it was: before and long after, the octets are the same.
    let differences = world.differences(1, 1160, 2000);
    assert!(differences.iter().all(|frame| (11_900..13_600).contains(frame)), "{differences:?}");
    assert!(differences.len() as u64 <= statistics.explained_octets(), "{statistics:?}");
}

#[test]
fn a_worker_that_is_late_is_made_up_for_within_the_guard_and_counted_beyond_it() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    for block in 0..600 {
        world.exchange();
        // Absent for four blocks, once.
        if !(300..304).contains(&block) {
            world.worker.step();
        }
        loop_back(&socket);
    }
    let statistics = world.leave(1, 1);
    assert_eq!((statistics.underrun_blocks, statistics.underrun_octets), (4, 160));
    assert_eq!(world.link.counters().blocks_late.get(), 4);
    let differences = world.differences(1, 1160, 2000);
    assert!(!differences.is_empty() && differences.len() as u64 <= statistics.explained_octets(), "{statistics:?}");
}

#[test]
fn a_stale_generation_is_counted_and_its_leg_comes_back() {
    let mut world = World::new();
    world.join(1, 5, config());
    world.join(1, 5, config());
    world.join(1, 4, config());
    world.join(40, 1, config());
    world.link.command(Command::Leave { at: at(1), generation: 4 }).expect("room");
    let change = Change::Source(Source::Silence);
    world.link.command(Command::Update { at: at(2), generation: 1, change }).expect("room");
    world.tick();
    let refused: Vec<_> = std::iter::from_fn(|| world.link.event())
        .map(|event| match event {
            Event::Refused { at, generation, .. } => (at.timeslot, generation),
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(refused, [(1, 5), (1, 4), (40, 1)]);
    assert_eq!(world.link.counters().stale_commands.get(), 5);
    world.join(1, 6, config());
    world.tick();
    assert!(matches!(world.link.event(), Some(Event::Left { generation: 5, .. })), "the newer leg takes the seat");
    world.leave(1, 6);
}

#[test]
fn a_leg_that_moves_goes_on_at_the_other_timeslot_and_says_no_bye() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    for _ in 0..100 {
        world.tick();
        loop_back(&socket);
    }
    let to = Command::Move { from: at(1), generation: 1, to: at(2), there: 2 };
    world.link.command(to).expect("room");
    for _ in 0..1000 {
        world.tick();
        loop_back(&socket);
    }
    assert!(world.link.event().is_none(), "it has not left");
    assert_eq!(world.differences(2, 1160, 6000), []);
    assert!(world.out[1][5000..].iter().all(|octet| *octet == Law::A.silence()), "nobody speaks where it sat");
    let byes = socket.0.borrow().reports_sent.iter().filter(|report| report[1] == 203).count();
    assert_eq!(byes, 0);
    world.leave(2, 2);
}

#[test]
fn a_leg_that_is_not_admitted_where_it_moves_comes_back() {
    let mut world = World::new();
    world.join(1, 1, config());
    let to = |there| Command::Move { from: at(1), generation: 1, to: at(40), there };
    world.link.command(to(2)).expect("room");
    world.link.command(to(3)).expect("room");
    world.tick();
    assert!(matches!(world.link.event(), Some(Event::Refused { generation: 2, .. })));
    assert!(world.link.event().is_none(), "there was nothing left to move");
    assert_eq!(world.link.counters().stale_commands.get(), 2);
}

#[test]
fn no_leg_is_lost_when_control_takes_no_events_and_commands_wait() {
    let mut world = World::new();
    let mut told = 0u32;
    let mut refused = 0;
    for generation in 1..2000 {
        let leg = Box::new(Leg { socket: MemorySocket::default(), session: Session::new(config()).expect("valid") });
        match world.link.command(Command::Join { at: at(1), generation, leg }) {
            Ok(()) => told += 1,
            Err(Command::Join { .. }) => refused += 1,
            Err(other) => panic!("{other:?}"),
        }
        world.worker.step();
    }
    assert!(refused > 0, "the ring of commands is bounded");
    let mut left = 0;
    while let Some(event) = world.link.event() {
        left += u32::from(matches!(event, Event::Left { .. }));
        world.worker.step();
    }
    // All but the one that is seated.
    assert_eq!(left, told - 1);
    assert_eq!(world.link.counters().lost_events.get(), 0);
}

#[test]
fn reports_say_what_was_sent_and_received_and_measure_the_round_trip() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    for _ in 0..4000 {
        world.tick();
        let pipe = &mut *socket.0.borrow_mut();
        pipe.arrived.append(&mut pipe.sent);
    }
    let report = socket.0.borrow().reports_sent.last().cloned().expect("reports in 20 s");
    let packets: Vec<_> =
        rtcp_types::Compound::parse(&report).expect("compound").map(|packet| packet.expect("packet")).collect();
    let [rtcp_types::Packet::Sr(sr), rtcp_types::Packet::Sdes(_)] = &packets[..] else { panic!("{packets:?}") };
    assert_eq!(report[..8], [0x81, 200, 0, 12, 0, 0, 0x5e, 0xed], "by hand: V2, one block, SR, 13 words, SSRC");
    assert_eq!(sr.octet_count(), sr.packet_count() * 160);
    assert_eq!(sr.report_blocks().next().expect("a block").cumulative_lost(), 0);
    // The far end answers with a report about us, 100 ms after the last of ours and 40 ms on its way.
    let block = rtcp_types::ReportBlock::builder(0x5eed)
        .cumulative_lost(3)
        .last_sender_report_timestamp((sr.ntp_timestamp() >> 16) as u32)
        .delay_since_last_sender_report_timestamp(65_536 / 10);
    let mut answer = [0; 32];
    use rtcp_types::RtcpPacketWriterExt;
    rtcp_types::ReceiverReport::builder(9).add_report_block(block).write_into(&mut answer).expect("room");
    // The clock of the session began at one second, and each block moved it on.
    let sent_at = ((sr.ntp_timestamp() >> 32) * 8000 + (((sr.ntp_timestamp() & 0xffff_ffff) * 8000) >> 32)) - 8000;
    while world.block * 40 < sent_at + 800 + 320 {
        world.tick();
    }
    let late_us = (world.block * 40 - sent_at) as i64 * 125 - 100_000;
    socket.0.borrow_mut().reports_arrived.push_back(answer.to_vec());
    socket.0.borrow_mut().reports_arrived.push_back(vec![0x80, 200]);
    world.worker.step();
    let statistics = world.leave(1, 1);
    assert_eq!((statistics.reports_received, statistics.reports_malformed), (1, 1));
    assert_eq!(statistics.remote_packets_lost, Some(3));
    let round_trip = i64::from(statistics.round_trip_us.expect("measured"));
    assert!((round_trip - late_us).abs() < 200, "{round_trip} against {late_us}");
    let bye = socket.0.borrow().reports_sent.last().cloned().expect("the last report");
    assert_eq!(bye[bye.len() - 8..], [0x81, 203, 0, 1, 0, 0, 0x5e, 0xed]);
}

#[test]
fn reports_go_on_when_the_span_clock_stands_still() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    (0..2000).for_each(|_| world.worker.step_without_clock(20));
    let reports = socket.0.borrow().reports_sent.len();
    assert!((5..=16).contains(&reports), "{reports} in 40 s");
    assert!(matches!(world.link.event(), Some(Event::Inactive { generation: 1, .. })));
    assert!(world.link.event().is_none(), "told once");
}

#[test]
fn events_of_rfc_4733_are_counted_and_never_heard() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    for block in 0..200 {
        world.tick();
        loop_back(&socket);
        if block % 4 == 0 {
            let event = [&[0x80, 101, 0, block as u8, 0, 0, 0, 0, 0, 0, 0x5e, 0xed][..], &[5, 0x0a, 0, 160]].concat();
            socket.0.borrow_mut().arrived.push_back(event);
        }
    }
    let statistics = world.leave(1, 1);
    assert_eq!((statistics.packets_event, statistics.concealed_octets), (50, 0));
    assert_eq!(world.differences(1, 1160, 2000), []);
}

#[test]
fn what_is_foreign_malformed_or_unwanted_is_counted_and_never_heard() {
    let mut world = World::new();
    let elsewhere = SocketAddr::new(Ipv4Addr::new(192, 0, 2, 1).into(), 4000);
    let silent = world.join(1, 1, SessionConfig { remote: Some(elsewhere), ..config() });
    let deaf = world.join(2, 1, SessionConfig { receive: false, ..config() });
    let open = world.join(3, 1, config());
    let packet = |payload_type: u8, octets: usize| [&[0x80, payload_type][..], &[0; 10], &vec![1; octets]].concat();
    for socket in [&silent, &deaf, &open] {
        let datagrams = [packet(8, 160), packet(8, 481), packet(8, 0), packet(18, 20), vec![0; 5], packet(8, 5000)];
        socket.0.borrow_mut().arrived.extend(datagrams);
    }
    world.tick();
    let [silent, deaf, open] = [1, 2, 3].map(|timeslot| world.leave(timeslot, 1));
    assert_eq!((silent.packets_foreign, silent.packets_malformed, silent.packets_received), (5, 1, 0));
    assert_eq!((deaf.packets_ignored, deaf.packets_foreign, deaf.packets_received), (4, 1, 0));
    assert_eq!((open.packets_foreign, open.packets_malformed, open.packets_received), (1, 4, 1));
}

#[test]
fn the_source_of_a_timeslot_may_be_a_tone_and_the_network_again() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    let change = |world: &mut World, source| {
        let change = Change::Source(source);
        world.link.command(Command::Update { at: at(1), generation: 1, change }).expect("room");
    };
    change(&mut world, Source::Tone(crate::tone::Tone::RINGING));
    for block in 0..400 {
        if block == 200 {
            change(&mut world, Source::Network);
        }
        world.tick();
        loop_back(&socket);
    }
    let mut ringing = vec![0; 7960];
    crate::tone::Tone::RINGING.write(0, Law::A, &mut ringing);
    assert_eq!(world.out[1][40..8000], ringing);
    let first_of_network = 201 * 40;
    assert_eq!(world.differences(1, 1160, first_of_network), []);
    assert_eq!(world.leave(1, 1).withheld_octets, 201 * 40 - 40 - 1120);
}

#[test]
fn a_change_of_payload_sends_what_was_filled_as_it_was() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    (0..6).for_each(|_| world.tick());
    let change = Change::Payload { payload_type: 0, law: Law::Mu, packet_ms: 10, telephone_event: None };
    world.link.command(Command::Update { at: at(1), generation: 1, change }).expect("room");
    (0..2).for_each(|_| world.tick());
    let packets: Vec<_> = socket
        .0
        .borrow()
        .sent
        .iter()
        .map(|packet| {
            let audio = depacketise(packet).expect("RTP");
            (audio.header.payload_type, audio.header.sequence, audio.payload.len())
        })
        .collect();
    assert_eq!(packets, [(8, 65_530, 160), (8, 65_531, 80), (0, 65_532, 80)]);
}

#[test]
fn a_socket_that_takes_nothing_is_counted_in_packets_and_octets() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    socket.0.borrow_mut().refuse = true;
    (0..8).for_each(|_| world.tick());
    let statistics = world.leave(1, 1);
    assert_eq!((statistics.packets_unsent, statistics.octets_unsent, statistics.packets_sent), (2, 320, 0));
}

#[test]
fn another_source_begins_another_stream() {
    let mut world = World::new();
    let socket = world.join(1, 1, config());
    for block in 0..600 {
        world.tick();
        let pipe = &mut *socket.0.borrow_mut();
        for mut packet in pipe.sent.drain(..) {
            if block >= 300 {
                packet[4] ^= 0x55;
                packet[11] ^= 1;
            }
            pipe.arrived.push_back(packet);
        }
    }
    let statistics = world.leave(1, 1);
    assert_eq!((statistics.restarts, statistics.packets_lost), (1, 0));
    assert_eq!(world.differences(1, 1160, 300 * 40 + 1400), []);
}

#[test]
fn no_datagram_panics_a_session() {
    for seed in 0..4u8 {
        let mut chance = ChaCha20Rng::from_seed([seed; 32]);
        let mut world = World::new();
        let socket = world.join(1, 1, config());
        let well_formed = |n: u32| [&[0x80, 8, 0, n as u8, 0, 0, n as u8, 0, 0, 0, 0, 1][..], &[7; 160]].concat();
        for n in 0..5000 {
            let mut packet = well_formed(n);
            for _ in 0..chance.next_u32() % 6 {
                let at = chance.next_u32() as usize % if chance.next_u32() % 2 == 0 { 16 } else { packet.len() };
                packet[at] = chance.next_u32() as u8;
            }
            packet.truncate(chance.next_u32() as usize % 300);
            let mut report = compound(&mut chance);
            report.truncate(chance.next_u32() as usize % 120);
            socket.0.borrow_mut().arrived.push_back(packet);
            socket.0.borrow_mut().reports_arrived.push_back(report);
            if n % 3 == 0 {
                world.tick();
            }
        }
        let statistics = world.leave(1, 1);
        assert!(statistics.packets_malformed > 100 && statistics.packets_received > 100, "seed {seed}: {statistics:?}");
        assert!(statistics.reports_malformed > 100 && statistics.reports_received > 100, "seed {seed}: {statistics:?}");
    }
}

/// A compound packet with some octets changed.
fn compound(chance: &mut ChaCha20Rng) -> Vec<u8> {
    let mut writer = crate::rtp::report::ReportWriter::new(1, None, None);
    writer.description(1, b"someone");
    writer.bye(1);
    let mut octets = writer.octets().to_vec();
    for _ in 0..chance.next_u32() % 4 {
        let at = chance.next_u32() as usize % octets.len();
        octets[at] = chance.next_u32() as u8;
    }
    octets
}
