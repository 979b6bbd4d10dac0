//! Two signalling points with several links between them, level 2 included: what one user sends reaches the other once
//! and in order, whatever happens to single links.

use std::collections::{BTreeMap, VecDeque};
use std::time::{Duration, Instant};

use isup::mtp2::{self, Correction, LineError, LineMode, Link, LinkConfig};
use isup::mtp3::{
    Command, Config, Event, Format, LinkId, LinkState, LinksetConfig, NetworkIndicator, Output, PointCode, RouteConfig,
    Router, ServiceIndicator, Sls, Timers, Transfer,
};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const CODES: [PointCode; 2] = [PointCode(100), PointCode(200)];

struct Point {
    router: Router,
    links: Vec<Link>,
    delivered: Vec<Transfer>,
    events: Vec<Event>,
}

struct Network {
    points: [Point; 2],
    now: Instant,
    /// Links whose line is cut.
    cut: Vec<bool>,
    /// Units on their way, by sending point and link.
    lines: [Vec<VecDeque<Vec<u8>>>; 2],
}

/// How long a unit is on its way.
const DELAY_MS: usize = 7;

impl Network {
    fn new(links: u16, format: Format) -> Self {
        let point = |own: usize| {
            let ids = (0..links).map(|link| (LinkId(link), link as u8)).collect();
            let far = CODES[1 - own];
            let line =
                LinkConfig { timers: mtp2::Timers::KBIT_64, line: LineMode::Frames, correction: Correction::Basic };
            Point {
                router: Router::new(Config {
                    format,
                    own: CODES[own],
                    further: Vec::new(),
                    network: NetworkIndicator::NATIONAL,
                    timers: Timers::ITU,
                    linksets: vec![LinksetConfig { adjacent: far, links: ids }],
                    routes: vec![RouteConfig { destination: far, linkset: 0, priority: 0 }],
                }),
                links: (0..links).map(|_| Link::new(line)).collect(),
                delivered: Vec::new(),
                events: Vec::new(),
            }
        };
        let lines = || vec![VecDeque::new(); usize::from(links)];
        let mut network = Self {
            points: [point(0), point(1)],
            now: crate::epoch(),
            cut: vec![false; usize::from(links)],
            lines: [lines(), lines()],
        };
        for point in &mut network.points {
            for link in 0..links {
                point.router.handle_command(network.now, Command::ActivateLink(LinkId(link)));
            }
        }
        network
    }

    /// With every link in service, no message on its way, and no share away from home.
    fn in_service(links: u16, format: Format) -> Self {
        let mut network = Self::new(links, format);
        network.run(12_000);
        for point in &network.points {
            for link in 0..links {
                assert_eq!(point.router.link_state(LinkId(link)), LinkState::Available);
            }
        }
        network
    }

    /// So many milliseconds; each link carries one unit each way in each.
    fn run(&mut self, ms: u64) {
        (0..ms).for_each(|_| self.step());
    }

    fn step(&mut self) {
        for from in [0, 1] {
            self.pump(from);
            for link in 0..self.cut.len() {
                let mut unit = Vec::new();
                self.points[from].links[link].poll_transmit(self.now, &mut unit);
                let line = &mut self.lines[from][link];
                line.push_back(unit);
                if self.cut[link] {
                    line.clear();
                } else if line.len() > DELAY_MS {
                    let unit = line.pop_front().expect("it is not empty");
                    self.points[1 - from].links[link].handle_unit(self.now, &unit);
                }
            }
        }
        self.now += Duration::from_millis(1);
        for point in &mut self.points {
            for link in &mut point.links {
                while link.poll_timeout().is_some_and(|deadline| deadline <= self.now) {
                    link.handle_timeout(self.now);
                }
            }
            if point.router.poll_timeout().is_some_and(|deadline| deadline <= self.now) {
                point.router.handle_timeout(self.now);
            }
        }
        self.pump(0);
        self.pump(1);
    }

    fn pump(&mut self, at: usize) {
        let point = &mut self.points[at];
        loop {
            let mut quiet = true;
            for (id, link) in point.links.iter_mut().enumerate() {
                while let Some(output) = link.poll_output() {
                    quiet = false;
                    point.router.handle_link(self.now, LinkId(id as u16), output);
                }
            }
            while let Some(output) = point.router.poll_output() {
                quiet = false;
                match output {
                    Output::Link(id, command) => {
                        point.links[usize::from(id.0)].handle_command(self.now, command);
                    }
                    Output::Deliver(transfer) => point.delivered.push(transfer),
                    Output::Event(event) => point.events.push(event),
                    _ => {}
                }
            }
            if quiet {
                return;
            }
        }
    }

    fn send(&mut self, from: usize, sls: u8, payload: Vec<u8>) {
        let (opc, dpc) = (CODES[from], CODES[1 - from]);
        let transfer = Transfer { service: ServiceIndicator::ISUP, opc, dpc, sls: Sls(sls), payload };
        self.points[from].router.handle_transfer(self.now, transfer);
        self.pump(from);
    }

    /// An end sees that a line is cut.
    fn notice(&mut self, at: usize, link: usize) {
        self.points[at].links[link].handle_error(self.now, LineError::SignalLost);
        self.pump(at);
    }
}

#[test]
fn nothing_is_lost_doubled_or_overtaken_while_one_link_after_another_fails_and_returns() {
    let mut retrieved = 0;
    for (links, seed) in [(2, 1u8), (2, 2), (3, 3), (16, 4)] {
        retrieved += storm(links, 1, [seed; 32], 40_000);
    }
    assert!(retrieved > 5, "messages were on their way when a link failed");
}

#[test]
fn nothing_is_lost_doubled_or_overtaken_when_eight_links_of_sixteen_fail_in_the_same_millisecond() {
    let mut retrieved = 0;
    for (links, together, seed) in [(4, 2, 5u8), (16, 8, 6), (16, 8, 7), (16, 15, 8)] {
        retrieved += storm(links, together, [seed; 32], 40_000);
    }
    assert!(retrieved > 5, "messages were on their way when the links failed");
}

/// So many links at a time, other ones each time, are cut and come back. Each end notices each cut in its own time, so that
/// what is said of one link may go over another that is cut too.
fn storm(links: u16, together: usize, seed: [u8; 32], ms: u64) -> u64 {
    let mut random = ChaCha20Rng::from_seed(seed);
    let mut network = Network::in_service(links, Format::ITU);
    let mut sent: [BTreeMap<u8, VecDeque<u32>>; 2] = Default::default();
    let mut broken: Option<(Vec<usize>, u64)> = None;
    let mut noticed: Vec<(u64, usize, usize)> = Vec::new();
    let mut number = 0u32;
    for ms in 0..ms {
        for (from, sent) in sent.iter_mut().enumerate() {
            if random.next_u32().is_multiple_of(3) {
                let sls = (random.next_u32() % 16) as u8;
                number += 1;
                network.send(from, sls, number.to_le_bytes().to_vec());
                sent.entry(sls).or_default().push_back(number);
            }
        }
        match broken.take() {
            Some((failed, until)) if until <= ms => {
                failed.iter().for_each(|link| network.cut[*link] = false);
                // The next ones fail when these are back.
                broken = (until + 10_500 > ms).then_some((failed, until));
            }
            None => {
                let first = random.next_u32() as usize;
                let failed: Vec<usize> = (0..together).map(|next| (first + next) % usize::from(links)).collect();
                for link in &failed {
                    network.cut[*link] = true;
                    noticed.extend([0, 1].map(|at| (ms + u64::from(random.next_u32()) % NOTICED_MS_MAX, at, *link)));
                }
                broken = Some((failed, ms + NOTICED_MS_MAX + u64::from(random.next_u32() % 3_000)));
            }
            under_way => broken = under_way,
        }
        for (_, at, link) in noticed.extract_if(.., |(due, ..)| *due == ms) {
            network.notice(at, link);
        }
        network.step();
    }
    network.run(20_000);
    for (from, sent) in sent.iter_mut().enumerate() {
        let point = &network.points[1 - from];
        for transfer in &point.delivered {
            let number = u32::from_le_bytes(transfer.payload[..].try_into().expect("four octets"));
            let next = sent.get_mut(&transfer.sls.0).and_then(VecDeque::pop_front);
            assert_eq!(next, Some(number), "{links} links, seed {seed:?}, to {}, SLS {}", 1 - from, transfer.sls.0);
        }
        let lost: usize = sent.values().map(VecDeque::len).sum();
        assert_eq!(lost, 0, "{links} links, seed {seed:?}");
        let events = &network.points[from].events;
        assert!(!events.iter().any(|event| matches!(event, Event::ChangeoverUnanswered(_))), "each was answered");
        assert!(!events.iter().any(|event| matches!(event, Event::ManagementIgnored(..))), "{events:?}");
        assert_eq!(network.points[from].router.counters().unexpected, 0);
    }
    network.points.iter().map(|point| point.router.counters().retrieved).sum()
}

/// A cut line is noticed sooner than this.
const NOTICED_MS_MAX: u64 = 30;
