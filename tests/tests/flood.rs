//! A far end that floods, replays and lies about lengths: the state of the whole gateway, written out, stays within a bound.
//!
//! The far end is made of links and a router of ours, so that whatever it sends arrives; the gateway is control alone, whose
//! effects are answered at once.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime};

use config::Model;
use isup::mtp2::{self, LineMode, Link, LinkConfig};
use isup::mtp3::label::Signal;
use isup::mtp3::{self, LinkId, LinksetConfig, RouteConfig, Router};
use isup::point_code::{Format, NetworkIndicator, PointCode, ServiceIndicator, Sls, Transfer};
use media::Statistics;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use spangate::circuit::BEGUN_MAX;
use spangate::control::input::{MediaEvent, MediaPath, SignallingLine};
use spangate::control::{Control, Input, MediaRequest, Output, Start};

/// What the state of a gateway with 30 circuits may take, written out: most of it are transactions of SIP that keep their answers
/// for 32 s (RFC 3261 timer D), as many as calls can be begun over one link in that time.
const STATE_LETTERS_MAX: usize = 2_500_000;

const NEAR: SignallingLine = SignallingLine::Link(LinkId(0));
const SEED: u64 = 1;

struct Duel {
    now: Instant,
    control: Control,
    link: Link,
    router: Router,
    random: ChaCha20Rng,
    own: PointCode,
    adjacent: PointCode,
    /// What the far end's line replays.
    sent: VecDeque<Vec<u8>>,
    /// The SIP peer answers nothing.
    is_silent: bool,
}

impl Duel {
    /// Both ends in service.
    fn new() -> Duel {
        let text = config::EMBEDDED.replace("timeslot = 16", "timeslot = 16\nmode = \"hdlc\"");
        let model: Model = config::parse("a flood", &text).unwrap_or_else(|report| panic!("{report}"));
        let ss7 = model.ss7.as_ref().expect("the embedded default has a link");
        let (own, adjacent) = (ss7.linksets[0].adjacent, ss7.own);
        let router = Router::new(mtp3::Config {
            format: Format::ITU,
            own,
            further: Vec::new(),
            network: NetworkIndicator(ss7.network.value()),
            timers: ss7.mtp3_timers,
            linksets: vec![LinksetConfig { adjacent, links: vec![(LinkId(0), 0)] }],
            routes: vec![RouteConfig { destination: adjacent, linkset: 0, priority: 0 }],
        });
        let config =
            LinkConfig { timers: ss7.mtp2_timers, line: LineMode::Frames, correction: mtp2::Correction::Basic };
        let now = Instant::now();
        let start = Start {
            now,
            wall: SystemTime::UNIX_EPOCH,
            seed: [7; 32],
            identity: None,
            blocked: Vec::new(),
            registered: Vec::new(),
        };
        let control = Control::new(model, start);
        let random = ChaCha20Rng::seed_from_u64(SEED);
        let link = Link::new(config);
        let mut duel =
            Duel { now, control, link, router, random, own, adjacent, sent: VecDeque::new(), is_silent: false };
        duel.router.handle_command(now, mtp3::Command::ActivateLink(LinkId(0)));
        duel.align();
        duel
    }

    /// Until messages pass.
    fn align(&mut self) {
        while !self.router.is_reachable(self.adjacent) || self.control.status(self.now).links[0].state != "in service" {
            self.step();
        }
    }

    /// A millisecond: a unit each way, timers, effects.
    fn step(&mut self) {
        self.now += Duration::from_millis(1);
        let mut unit = Vec::new();
        if self.link.poll_transmit(self.now, &mut unit) {
            self.sent.push_front(unit.clone());
            self.sent.truncate(REPLAYED);
            self.control.handle(self.now, Input::Unit { line: NEAR, octets: unit });
        }
        let mut unit = Vec::new();
        if self.control.poll_unit(self.now, NEAR, &mut unit) {
            self.link.handle_unit(self.now, &unit);
        }
        if self.control.poll_timeout().is_some_and(|due| due <= self.now) {
            self.control.handle_timeout(self.now);
        }
        self.link.handle_timeout(self.now);
        self.router.handle_timeout(self.now);
        self.pump();
        self.effects();
    }

    fn pump(&mut self) {
        loop {
            if let Some(output) = self.link.poll_output() {
                self.router.handle_link(self.now, LinkId(0), output);
            } else if let Some(output) = self.router.poll_output() {
                match output {
                    mtp3::Output::Link(_, command) => self.link.handle_command(self.now, command),
                    mtp3::Output::Deliver(transfer) => self.answer(&transfer.payload),
                    _ => {}
                }
            } else {
                return;
            }
        }
    }

    /// What lets circuits be idle again: GRA to GRS, RLC to REL and RSC.
    fn answer(&mut self, payload: &[u8]) {
        match *payload {
            [low, high, 0x17, 1, 1, range] => self.send(vec![low, high, 0x29, 1, 5, range, 0, 0, 0, 0]),
            [low, high, 0x0c | 0x12, ..] => self.send(vec![low, high, 0x10, 0]),
            _ => {}
        }
    }

    /// Media opens and closes at once; the SIP peer is busy, or silent.
    fn effects(&mut self) {
        while let Some(output) = self.control.poll_output() {
            let input = match output {
                Output::Media { call, request: MediaRequest::Open { .. } } => {
                    Input::MediaOpened { call, result: Ok(MediaPath::Rtp(([127, 0, 0, 1], 20_000).into())) }
                }
                Output::Media { call, request: MediaRequest::Close } => {
                    Input::Media { call, event: MediaEvent::Closed(Some(Box::<Statistics>::default())) }
                }
                Output::Datagram { listener, remote, octets } => match busy(&octets) {
                    Some(octets) if !self.is_silent => Input::Datagram { listener, remote, octets },
                    _ => continue,
                },
                _ => continue,
            };
            self.control.handle(self.now, input);
        }
    }

    /// Sends a payload of ISUP, its circuit and all.
    fn send(&mut self, payload: Vec<u8>) {
        let (opc, dpc) = (self.own, self.adjacent);
        let transfer = Transfer { service: ServiceIndicator::ISUP, opc, dpc, sls: Sls(payload[0] & 15), payload };
        self.router.handle_transfer(self.now, transfer);
        self.pump();
    }

    /// A message that may be anything, for a circuit that may exist.
    fn message(&mut self) -> Vec<u8> {
        let cic = self.draw(34) as u8;
        let kinds = [0x01, 0x02, 0x05, 0x06, 0x09, 0x0c, 0x10, 0x11, 0x17, 0x18, 0x29, 0x2a, 0x2c, 0x2f, 0x38, 0x99];
        let kind = match self.draw(4) {
            0 => self.random.next_u32() as u8,
            _ => kinds[self.draw(kinds.len() as u32) as usize],
        };
        let mut octets = vec![cic, 0, kind];
        match kind {
            // An IAM that begins a call, some of them with a continuity check announced, and with overlap digits to come.
            0x01 if self.draw(2) == 0 => {
                octets.extend([(self.draw(3) << 2) as u8, 0x20, 0x01, 0x0a, 0x03, 2, 0, 4, 0x01, 0x10, 0x21, 0x43]);
            }
            0x02 if self.draw(2) == 0 => octets.extend([2, 0, 3, 0, 0x21, 0x43]),
            // Lengths and pointers as they come.
            _ => {
                let length = self.draw(60);
                octets.extend((0..length).map(|_| self.random.next_u32() as u8));
            }
        }
        octets
    }

    /// A unit that may be anything, or one of the last with another backward or forward sequence number or length.
    fn hostile(&mut self) -> Vec<u8> {
        if self.draw(3) == 0 {
            return (0..self.draw(300)).map(|_| self.random.next_u32() as u8).collect();
        }
        let at = self.draw(REPLAYED as u32) as usize;
        let mut unit = self.sent.get(at).cloned().unwrap_or_default();
        let (place, bit) = (self.draw(3) as usize, self.draw(16));
        if let Some(octet) = unit.get_mut(place) {
            *octet ^= (1u32 << bit) as u8;
        }
        unit
    }

    fn draw(&mut self, bound: u32) -> u32 {
        self.random.next_u32() % bound
    }

    fn letters(&self) -> usize {
        format!("{:?}", self.control).len()
    }
}

/// The answer of a busy telephone to an INVITE.
fn busy(request: &[u8]) -> Option<Vec<u8>> {
    let text = std::str::from_utf8(request).ok().filter(|text| text.starts_with("INVITE "))?;
    let mut answer = String::from("SIP/2.0 486 Busy Here\r\n");
    for line in text.lines().take_while(|line| !line.is_empty()) {
        let copied = ["Via:", "From:", "Call-ID:", "CSeq:"].iter().any(|name| line.starts_with(name));
        match line.starts_with("To:") {
            true => answer += &format!("{line};tag=busy\r\n"),
            false if copied => answer += &format!("{line}\r\n"),
            false => {}
        }
    }
    Some((answer + "Content-Length: 0\r\n\r\n").into_bytes())
}

/// Units that the far end's line keeps to send again.
const REPLAYED: usize = 16;

#[test]
fn a_flood_of_messages_grows_no_state_and_is_counted_on_its_trunk() {
    let mut duel = Duel::new();
    let (mut most, mut live) = (0, 0);
    for round in 0..60_000 {
        let message = duel.message();
        duel.send(message);
        duel.step();
        if round % 2_000 == 0 {
            most = most.max(duel.letters());
            live = live.max(duel.control.live_calls());
            assert!(duel.control.live_calls() <= 2 * 30, "seed {SEED}, round {round}");
            duel.control.invariant().unwrap_or_else(|broken| panic!("seed {SEED}, round {round}: {broken}"));
        }
    }
    assert!(live > 5, "seed {SEED}: calls are begun by what they sent");
    assert!(most < STATE_LETTERS_MAX, "seed {SEED}: {most} letters");
    let status = duel.control.status(duel.now);
    let irregular = status.trunks[0].irregular;
    for count in [irregular.unexpected, irregular.unreasonable, irregular.unknown_messages, irregular.discarded] {
        assert!(count > 100, "seed {SEED}: {irregular:?}");
    }
    assert!(status.strays > 100, "circuits that do not exist");
    assert_eq!(status.audit.violations, 0, "{:?}", status.audit);
}

#[test]
fn replayed_units_and_invented_sequence_numbers_grow_no_state() {
    let mut duel = Duel::new();
    let mut most = 0;
    for burst in 0..100 {
        duel.align();
        for _ in 0..200 {
            let message = duel.message();
            duel.send(message);
            duel.step();
        }
        for _ in 0..50 {
            let unit = duel.hostile();
            duel.control.handle(duel.now, Input::Unit { line: NEAR, octets: unit });
            duel.effects();
        }
        most = most.max(duel.letters());
        duel.control.invariant().unwrap_or_else(|broken| panic!("seed {SEED}, burst {burst}: {broken}"));
    }
    assert!(most < STATE_LETTERS_MAX, "seed {SEED}: {most} letters");
    let link = &duel.control.status(duel.now).links[0];
    assert!(link.failures > 50 && link.units_malformed > 500, "{link:?}");
}

#[test]
fn a_far_end_that_begins_and_resets_calls_to_a_silent_peer_has_no_more_than_a_bound_of_each_circuit() {
    let mut duel = Duel::new();
    duel.is_silent = true;
    let iam = |cic: u8| vec![cic, 0, 0x01, 0, 0x20, 0x01, 0x0a, 0x03, 2, 0, 4, 0x01, 0x10, 0x21, 0x43];
    let mut most = 0;
    for _ in 0..100 {
        for cic in [1, 2] {
            duel.send(iam(cic));
            (0..20).for_each(|_| duel.step());
            duel.send(vec![cic, 0, 0x12]);
            (0..20).for_each(|_| duel.step());
        }
        most = most.max(duel.control.live_calls());
    }
    assert_eq!(most, 2 * BEGUN_MAX, "those that came within 8 s, and not all 200 of them");
    (0..40_000).for_each(|_| duel.step());
    assert_eq!(duel.control.live_calls(), 0, "timer B of each session");
    duel.send(iam(1));
    (0..20).for_each(|_| duel.step());
    assert_eq!(duel.control.live_calls(), 1, "the circuit carries calls again");
    duel.control.invariant().unwrap_or_else(|broken| panic!("{broken}"));
}

#[test]
fn messages_for_others_are_counted_by_their_cause_and_leave_nothing_behind() {
    let mut duel = Duel::new();
    let network = NetworkIndicator(config::model::NetworkIndicator::National.value());
    for code in 0..200 {
        let (service, dpc) = (ServiceIndicator::ISUP, PointCode(1_000 + code));
        let signal = Signal { service, network, spare: 0, dpc, opc: duel.own, sls: Sls(0), payload: &[1, 0, 0x12] };
        duel.link.handle_command(duel.now, mtp2::Command::Transmit(signal.encode(Format::ITU)));
        (0..10).for_each(|_| duel.step());
    }
    let link = &duel.control.status(duel.now).links[0];
    assert_eq!((link.discarded.destination, link.discarded.total()), (200, 200));
    assert_eq!(link.state, "in service");
}
