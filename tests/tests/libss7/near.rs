//! Our end: level 2, level 3 and call control of one exchange with one link or two.

use isup::codec::Cic;
use isup::exchange::{
    Alarm, CircuitId, CircuitSpec, CircuitState, Exchange, ExchangeConfig, GroupRequest, Indication, MtpIndication,
    Output, Request,
};
use isup::mtp2::{self, Correction, LineMode, Link, LinkConfig};
use isup::mtp3::{self, Config, LinkId, LinkState, LinksetConfig, NetworkIndicator, RouteConfig, Router};
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
    /// By signalling link code.
    links: Vec<Line>,
    router: Router,
    exchange: Exchange,
    told: VecDeque<Told>,
}

/// One link and its line.
struct Line {
    link: Link,
    line: UnixDatagram,
    /// A unit that the line had no room for.
    unsent: Option<Vec<u8>>,
}

impl Line {
    fn new(line: UnixDatagram) -> Line {
        line.set_nonblocking(true).expect("a socket can be non-blocking");
        let (timers, line_mode) = (mtp2::Timers::KBIT_64, LineMode::Frames);
        let link = Link::new(LinkConfig { timers, line: line_mode, correction: Correction::Basic });
        Line { link, line, unsent: None }
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
}

impl Near {
    /// An end that begins to align.
    pub fn new(lines: Vec<UnixDatagram>, now: Instant, variant: Variant) -> Near {
        let ids = (0..lines.len() as u16).map(|slc| (LinkId(slc), slc as u8)).collect();
        let mut router = Router::new(Config {
            format: variant.format,
            own: OWN,
            further: Vec::new(),
            network: NetworkIndicator::NATIONAL,
            timers: mtp3::Timers::ITU,
            linksets: vec![LinksetConfig { adjacent: FAR, links: ids }],
            routes: vec![RouteConfig { destination: FAR, linkset: 0, priority: 0 }],
        });
        let circuits = CICS.map(|cic| CircuitSpec { destination: FAR, cic: Cic(cic) }).to_vec();
        let exchange = Exchange::new(ExchangeConfig::new(OWN, variant, circuits));
        let links: Vec<_> = lines.into_iter().map(Line::new).collect();
        for slc in 0..links.len() {
            router.handle_command(now, mtp3::Command::ActivateLink(LinkId(slc as u16)));
        }
        Near { links, router, exchange, told: VecDeque::new() }
    }

    /// Takes what came, expires what is due, and gives the line its next unit.
    pub fn step(&mut self, now: Instant) {
        for slc in 0..self.links.len() {
            self.receive(now, slc);
            self.links[slc].link.handle_timeout(now);
        }
        self.router.handle_timeout(now);
        self.exchange.handle_timeout(now);
        self.pump(now);
        self.links.iter_mut().for_each(|line| line.send(now));
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

    /// Asks something of a link, by its signalling link code.
    pub fn command(&mut self, now: Instant, slc: u16, command: fn(LinkId) -> mtp3::Command) {
        self.router.handle_command(now, command(LinkId(slc)));
        self.pump(now);
    }

    /// State of a link, by its signalling link code.
    pub fn link_state(&self, slc: u16) -> LinkState {
        self.router.link_state(LinkId(slc))
    }

    /// What level 3 has counted.
    pub fn counters(&self) -> mtp3::Counters {
        self.router.counters()
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
        let router = self.router.counters();
        assert_eq!((router.malformed, router.unreachable, router.unexpected), (0, 0, 0), "{router:?}");
        for link in self.links.iter().map(|line| line.link.counters()) {
            assert_eq!((link.units_malformed, link.transmit_refused, link.status_unknown), (0, 0, 0), "{link:?}");
        }
    }

    fn receive(&mut self, now: Instant, slc: usize) {
        // Longer than any unit, so that one that is too long is seen to be so.
        let mut unit = [0; 512];
        loop {
            let Line { link, line, .. } = &mut self.links[slc];
            match line.recv(&mut unit) {
                Ok(octets) if octets > CHECK_OCTETS => link.handle_unit(now, &unit[..octets - CHECK_OCTETS]),
                Ok(octets) => panic!("a unit of {octets} octets"),
                Err(error) if error.kind() == ErrorKind::WouldBlock => break,
                Err(error) => panic!("the line is gone: {error}"),
            }
            self.pump(now);
        }
    }

    /// Carries outputs to whom they are for until all are quiet.
    fn pump(&mut self, now: Instant) {
        loop {
            let links = self.links.iter_mut().enumerate();
            if let Some((slc, output)) = links.filter_map(|(slc, line)| Some((slc, line.link.poll_output()?))).next() {
                self.router.handle_link(now, LinkId(slc as u16), output);
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
            mtp3::Output::Link(id, command) => self.links[usize::from(id.0)].link.handle_command(now, command),
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
