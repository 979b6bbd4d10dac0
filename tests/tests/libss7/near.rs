//! Our end: level 2, level 3 and call control of one exchange with one link.

use isup::codec::Cic;
use isup::exchange::{
    Alarm, CircuitId, CircuitSpec, CircuitState, Exchange, ExchangeConfig, GroupRequest, Indication, MtpIndication,
    Output, Request,
};
use isup::mtp2::{self, Correction, LineMode, Link, LinkConfig};
use isup::mtp3::{self, Config, LinkId, LinksetConfig, NetworkIndicator, RouteConfig, Router};
use isup::point_code::{PointCode, ServiceIndicator};
use isup::variant::Variant;
use std::collections::VecDeque;
use std::io::ErrorKind;
use std::os::unix::net::UnixDatagram;
use std::time::Instant;

/// Our point code: the lower one, so we control the odd circuits.
pub const OWN: PointCode = PointCode(0x1001);
/// Theirs.
pub const FAR: PointCode = PointCode(0x2002);
/// The circuits of an E1 whose timeslot 16 is the link.
pub const CICS: [u16; 30] = cics();

/// What our end tells, in its order.
#[derive(Debug)]
pub enum Told {
    Circuit(u16, Indication),
    Alarm(Alarm),
    Reachable(bool),
}

/// Our end of the line.
pub struct Near {
    link: Link,
    router: Router,
    exchange: Exchange,
    line: UnixDatagram,
    /// A unit that the line had no room for.
    unsent: Option<Vec<u8>>,
    told: VecDeque<Told>,
}

impl Near {
    /// An end that begins to align.
    pub fn new(line: UnixDatagram, now: Instant, variant: Variant) -> Near {
        line.set_nonblocking(true).expect("a socket can be non-blocking");
        let link = Link::new(LinkConfig {
            timers: mtp2::Timers::KBIT_64,
            line: LineMode::Frames,
            correction: Correction::Basic,
        });
        let mut router = Router::new(Config {
            format: variant.format,
            own: OWN,
            network: NetworkIndicator::NATIONAL,
            timers: mtp3::Timers::ITU,
            linksets: vec![LinksetConfig { adjacent: FAR, links: vec![(LINK, 0)] }],
            routes: vec![RouteConfig { destination: FAR, linkset: 0, priority: 0 }],
        });
        let circuits = CICS.map(|cic| CircuitSpec { destination: FAR, cic: Cic(cic) }).to_vec();
        let timers = variant.timers;
        let exchange =
            Exchange::new(ExchangeConfig { own: OWN, variant, timers, origin: Default::default(), circuits });
        router.handle_command(now, mtp3::Command::ActivateLink(LINK));
        Near { link, router, exchange, line, unsent: None, told: VecDeque::new() }
    }

    /// Takes what came, expires what is due, and gives the line its next unit.
    pub fn step(&mut self, now: Instant) {
        self.receive(now);
        self.link.handle_timeout(now);
        self.router.handle_timeout(now);
        self.exchange.handle_timeout(now);
        self.pump(now);
        self.send(now);
    }

    /// Asks something of a circuit.
    pub fn request(&mut self, now: Instant, cic: u16, request: Request) {
        self.exchange.handle_request(now, circuit(cic), request);
        self.pump(now);
    }

    /// Asks something of many circuits.
    pub fn group_request(&mut self, now: Instant, request: GroupRequest) {
        self.exchange.handle_group_request(now, request);
        self.pump(now);
    }

    /// Takes the link out of service or back.
    pub fn command(&mut self, now: Instant, command: fn(LinkId) -> mtp3::Command) {
        self.router.handle_command(now, command(LINK));
        self.pump(now);
    }

    /// The next thing told.
    pub fn told(&mut self) -> Option<Told> {
        self.told.pop_front()
    }

    /// What a circuit is doing.
    pub fn state(&self, cic: u16) -> CircuitState {
        self.exchange.circuit(circuit(cic)).expect("the circuit exists").state
    }

    /// Whether a call may be set up on it.
    pub fn is_available(&self, cic: u16) -> bool {
        self.exchange.circuit(circuit(cic)).expect("the circuit exists").is_available()
    }

    /// Checks that nothing is left of any call: no circuit in use, no timer running, nothing in any queue.
    pub fn assert_clean(&self) {
        self.exchange.invariant().expect("the invariant holds");
        for cic in CICS {
            assert_eq!(self.state(cic), CircuitState::Idle, "circuit {cic} is stuck");
        }
        assert_eq!(self.exchange.poll_timeout(), None, "no timer runs without a call");
        let exchange = self.exchange.counters();
        assert_eq!((exchange.malformed, exchange.unencodable, exchange.unknown_type), (0, 0, 0), "{exchange:?}");
        let (router, link) = (self.router.counters(), self.link.counters());
        assert_eq!((router.malformed, router.unreachable, router.unexpected), (0, 0, 0), "{router:?}");
        assert_eq!((link.units_malformed, link.transmit_refused, link.status_unknown), (0, 0, 0), "{link:?}");
    }

    fn receive(&mut self, now: Instant) {
        // Longer than any unit, so that one that is too long is seen to be so.
        let mut unit = [0; 512];
        loop {
            match self.line.recv(&mut unit) {
                Ok(octets) if octets > CHECK_OCTETS => self.link.handle_unit(now, &unit[..octets - CHECK_OCTETS]),
                Ok(octets) => panic!("a unit of {octets} octets"),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("the line is gone: {error}"),
            }
            self.pump(now);
        }
    }

    fn send(&mut self, now: Instant) {
        let unit = self.unsent.take().unwrap_or_else(|| {
            let mut unit = Vec::new();
            assert!(self.link.poll_transmit(now, &mut unit), "we fill the line");
            unit.extend([0; CHECK_OCTETS]);
            unit
        });
        match self.line.send(&unit) {
            Ok(_) => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => self.unsent = Some(unit),
            Err(error) => panic!("the line is gone: {error}"),
        }
    }

    /// Carries outputs to whom they are for until all are quiet.
    fn pump(&mut self, now: Instant) {
        loop {
            if let Some(output) = self.link.poll_output() {
                self.router.handle_link(now, LINK, output);
            } else if let Some(output) = self.router.poll_output() {
                self.routed(now, output);
            } else if let Some(output) = self.exchange.poll_output() {
                self.exchanged(now, output);
            } else {
                return;
            }
        }
    }

    fn routed(&mut self, now: Instant, output: mtp3::Output) {
        match output {
            mtp3::Output::Link(_, command) => self.link.handle_command(now, command),
            mtp3::Output::Deliver(transfer) => {
                assert_eq!(transfer.service, ServiceIndicator::ISUP);
                self.exchange.handle_transfer(now, transfer);
            }
            mtp3::Output::Pause(code) => {
                self.told.push_back(Told::Reachable(false));
                self.exchange.handle_mtp(now, MtpIndication::Pause(code));
            }
            mtp3::Output::Resume(code) => {
                self.told.push_back(Told::Reachable(true));
                self.exchange.handle_mtp(now, MtpIndication::Resume(code));
            }
            mtp3::Output::Congested { destination, level } => {
                self.exchange.handle_mtp(now, MtpIndication::Status { destination, level });
            }
            mtp3::Output::UserPartUnavailable { destination, cause, .. } => {
                self.exchange.handle_mtp(now, MtpIndication::UserPartUnavailable { destination, cause });
            }
            mtp3::Output::Event(event) => println!("near: {event:?}"),
        }
    }

    fn exchanged(&mut self, now: Instant, output: Output) {
        match output {
            Output::Transfer(transfer) => self.router.handle_transfer(now, transfer),
            Output::Circuit(id, indication) => {
                let cic = self.exchange.circuit(id).expect("it tells of its own circuits").spec.cic.0;
                self.told.push_back(Told::Circuit(cic, indication));
            }
            Output::Alarm(alarm) => self.told.push_back(Told::Alarm(alarm)),
            Output::Journal(_) => {}
        }
    }
}

const LINK: LinkId = LinkId(0);
/// What stands in place of the check bits.
const CHECK_OCTETS: usize = 2;

const fn cics() -> [u16; 30] {
    let mut cics = [0; 30];
    let mut place = 0;
    while place < 30 {
        cics[place] = place as u16 + if place < 15 { 1 } else { 2 };
        place += 1;
    }
    cics
}

fn circuit(cic: u16) -> CircuitId {
    let place = CICS.iter().position(|each| *each == cic).expect("a circuit of ours");
    CircuitId(place as u32)
}
