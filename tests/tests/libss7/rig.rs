//! Both ends in real time: libss7 reads the machine's clock, so nothing here can be virtual.

use super::far::Far;
use super::near::{CICS, Near, Told};
use isup::exchange::{GroupRequest, Indication, Request};
use isup::mtp3::{self, LinkId, LinkState};
use isup::variant::Variant;
use std::thread;
use std::time::{Duration, Instant};

/// Both ends of the line.
pub struct Rig {
    pub near: Near,
    far: Far,
    started: Instant,
}

/// What one of the ends told.
#[derive(Clone, PartialEq, Debug)]
pub enum Event {
    /// Our circuit, and what it indicated.
    Near(u16, Indication),
    /// A line of theirs.
    Far(String),
    /// Our level 3: they can be reached, or not.
    Reachable(bool),
}

impl Rig {
    /// Both ends, just started, with so many links between them, one or two.
    fn of(variant: Variant, network: &str, links: usize) -> Rig {
        let started = Instant::now();
        let (far, lines) = Far::start(network, links);
        Rig { near: Near::new(lines, started, variant), far, started }
    }

    /// Both ends of an ITU network in service, all circuits reset by us.
    pub fn ready() -> Rig {
        Rig::ready_with(1)
    }

    /// The same with so many links between them, all in service.
    pub fn ready_with(links: usize) -> Rig {
        Rig::of(Variant::ITU, "itu", links).in_service(links)
    }

    /// Both ends of an ANSI network in service, all circuits reset by us.
    pub fn ready_ansi() -> Rig {
        Rig::of(Variant::ANSI_92, "ansi", 1).in_service(1)
    }

    fn in_service(self, links: usize) -> Rig {
        let mut rig = self;
        let mut up = (false, false);
        rig.until("both ends in service and every circuit reset", |rig, event| {
            match event {
                Some(Event::Far(line)) if line == "up" => up.0 = true,
                Some(Event::Reachable(true)) => up.1 = true,
                _ => {}
            }
            let links = (0..links as u16).all(|slc| rig.near.link_state(slc) == LinkState::Available);
            up == (true, true) && links && CICS.iter().all(|cic| rig.near.is_available(*cic))
        });
        rig.idle(SETTLING);
        rig
    }

    /// Asks something of one of our circuits.
    pub fn request(&mut self, cic: u16, request: Request) {
        self.near.request(Instant::now(), cic, request);
    }

    /// Asks something of many of our circuits.
    pub fn group_request(&mut self, request: GroupRequest) {
        self.near.group_request(Instant::now(), request);
    }

    /// Asks something of the link of that signalling link code.
    pub fn link(&mut self, slc: u16, command: fn(LinkId) -> mtp3::Command) {
        self.near.command(Instant::now(), slc, command);
    }

    /// Asks something of their operator.
    pub fn order(&mut self, order: &str) {
        self.far.order(order);
    }

    /// Shows each event to `look`, and nothing where a millisecond brought none, until it is content.
    ///
    /// # Panics
    /// When it is not content within [`PATIENCE`].
    pub fn until(&mut self, what: &str, mut look: impl FnMut(&mut Rig, Option<Event>) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let event = self.event();
            let nothing = event.is_none();
            if look(self, event) {
                return;
            }
            if nothing {
                assert!(Instant::now() < deadline, "waited {} s in vain: {what}", PATIENCE.as_secs());
                self.step();
            }
        }
    }

    /// Waits for the events, in whatever order, and for nothing else: any other event fails.
    pub fn expect(&mut self, events: &[Event]) {
        let mut awaited = events.to_vec();
        self.until(&format!("{events:?}"), |_, event| {
            if let Some(event) = event {
                let place = awaited.iter().position(|each| *each == event);
                awaited.remove(place.unwrap_or_else(|| panic!("{event:?} instead of {awaited:?}")));
            }
            awaited.is_empty()
        });
    }

    /// Lets time pass; the events of it are dropped.
    pub fn idle(&mut self, time: Duration) {
        let deadline = Instant::now() + time;
        self.until("the time to pass", |_, event| event.is_none() && Instant::now() >= deadline);
    }

    /// How many call records libss7 holds, and how many octets it has allocated.
    pub fn records(&mut self) -> (u32, u64) {
        self.order("calls");
        let mut answer = None;
        self.until("the count of call records", |_, event| {
            if let Some(Event::Far(line)) = event {
                let mut words = line.strip_prefix("calls ").into_iter().flat_map(str::split_whitespace);
                answer = Option::zip(words.next(), words.next())
                    .map(|(records, octets)| (records.parse().expect("a count"), octets.parse().expect("a count")));
            }
            answer.is_some()
        });
        answer.expect("it was awaited")
    }

    fn event(&mut self) -> Option<Event> {
        let event = match self.near.told() {
            Some(Told::Circuit(cic, indication)) => Some(Event::Near(cic, indication)),
            Some(Told::Reachable(reachable)) => Some(Event::Reachable(reachable)),
            Some(Told::Alarm(alarm)) => panic!("alarm {alarm:?}"),
            None => self.far.told().map(Event::Far),
        };
        if let Some(event) = &event {
            println!("{:9.3} {event:?}", self.started.elapsed().as_secs_f64());
        }
        event
    }

    fn step(&mut self) {
        thread::sleep(STEP);
        self.near.step(Instant::now());
    }
}

/// About the time that a fill-in unit takes on the line.
const STEP: Duration = Duration::from_millis(1);
/// How long anything may take: normal proving on a machine that stalls, and more.
const PATIENCE: Duration = Duration::from_secs(60);
/// What they do by themselves after coming into service is over by then.
const SETTLING: Duration = Duration::from_millis(200);
