//! A router on virtual time whose outputs are written as the lines of a sequence chart.
//!
//! Two linksets: links A0 and A1 to point 200, links B0 and B1 to point 201. Destination 300 lies behind both points.

use std::time::{Duration, Instant};

use isup::mtp2::{self, Reason, Retrieval};
use isup::mtp3::label::Signal;
use isup::mtp3::management::{ManagementMessage, Subject};
use isup::mtp3::test_control::TestMessage;
use isup::mtp3::{
    Command, Config, Event, Format, LinkId, LinkState, LinksetConfig, NetworkIndicator, Output, PointCode, RouteConfig,
    Router, ServiceIndicator, Sls, Timers, Transfer,
};

pub const OWN: PointCode = PointCode(100);
pub const A: PointCode = PointCode(200);
pub const B: PointCode = PointCode(201);
pub const BEYOND: PointCode = PointCode(300);
pub const A0: LinkId = LinkId(0);
pub const A1: LinkId = LinkId(1);
pub const B0: LinkId = LinkId(2);
pub const B1: LinkId = LinkId(3);
const NAMES: [&str; 4] = ["A0", "A1", "B0", "B1"];

pub struct Chart {
    pub router: Router,
    pub now: Instant,
    pub events: Vec<Event>,
    lines: Vec<String>,
}

impl Chart {
    /// The routes to 300 over A and B have these priorities. Every link is in service, nothing is away from home.
    pub fn new(over_a: u8, over_b: u8) -> Self {
        let row = |destination, linkset, priority| RouteConfig { destination, linkset, priority };
        let routes = vec![
            row(A, 0, 0),
            row(A, 1, 1),
            row(B, 1, 0),
            row(B, 0, 1),
            row(BEYOND, 0, over_a),
            row(BEYOND, 1, over_b),
        ];
        let router = Router::new(Config {
            format: Format::ITU,
            own: OWN,
            network: NetworkIndicator::NATIONAL,
            timers: Timers::ITU,
            linksets: vec![
                LinksetConfig { adjacent: A, links: vec![(A0, 0), (A1, 1)] },
                LinksetConfig { adjacent: B, links: vec![(B0, 0), (B1, 1)] },
            ],
            routes,
        });
        let mut chart = Self { router, now: crate::epoch(), events: Vec::new(), lines: Vec::new() };
        for link in [A0, A1, B0, B1] {
            chart.router.handle_command(chart.now, Command::ActivateLink(link));
            chart.align(link);
        }
        for link in [A0, B0] {
            chart.hears(link, &[0x17]);
        }
        chart.pass(Duration::from_secs(5));
        chart.said();
        chart.events.clear();
        chart
    }

    /// Level 2 comes into service and the link test passes.
    pub fn align(&mut self, link: LinkId) {
        self.told(link, mtp2::Output::InService);
        self.pass_test(link);
    }

    /// Level 2 fails.
    pub fn fails(&mut self, link: LinkId) {
        self.told(link, mtp2::Output::OutOfService(Reason::ErrorRate));
    }

    /// Level 2 hands over messages for 300 with these numbers, sent from FSN 10 on, BSN 77.
    pub fn retrieves(&mut self, link: LinkId, sent: &[u8], waiting: &[u8]) {
        let messages = |numbers: &[u8]| numbers.iter().map(|number| user_message(*number, 0)).collect();
        let (sent, waiting) = (messages(sent), messages(waiting));
        self.told(link, mtp2::Output::Retrieved(Retrieval { bsn: Some(77), first_fsn: 10, sent, waiting }));
    }

    pub fn told(&mut self, link: LinkId, output: mtp2::Output) {
        self.router.handle_link(self.now, link, output);
    }

    /// A management message about the link over which it comes, or about no link.
    pub fn hears(&mut self, link: LinkId, payload: &[u8]) {
        self.receive(link, ServiceIndicator::NETWORK_MANAGEMENT, slc(link), payload);
    }

    /// A management message about a link that comes over another one.
    pub fn hears_about(&mut self, about: LinkId, over: LinkId, payload: &[u8]) {
        let signal = signal(adjacent(about), ServiceIndicator::NETWORK_MANAGEMENT, slc(about), payload);
        self.told(over, mtp2::Output::Received(signal));
    }

    pub fn receive(&mut self, link: LinkId, service: ServiceIndicator, sls: u8, payload: &[u8]) {
        self.told(link, mtp2::Output::Received(signal(adjacent(link), service, sls, payload)));
    }

    pub fn command(&mut self, command: Command) {
        self.router.handle_command(self.now, command);
    }

    /// A user part sends a message with this number.
    pub fn sends(&mut self, dpc: PointCode, sls: u8, number: u8) {
        let (service, payload) = (ServiceIndicator::ISUP, vec![number, 0, 0]);
        self.router.handle_transfer(self.now, Transfer { service, opc: OWN, dpc, sls: Sls(sls), payload });
    }

    /// Sends a message to 300 with each of these selections, and tells over which links they went.
    pub fn paths(&mut self, slss: &[u8]) -> String {
        slss.iter().for_each(|sls| self.sends(BEYOND, *sls, 0));
        let lines = self.said();
        lines.iter().filter_map(|line| line.split(" user").next()).collect::<Vec<_>>().join(" ")
    }

    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.router.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.router.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
    }

    pub fn pass_ms(&mut self, ms: u64) {
        self.pass(Duration::from_millis(ms));
    }

    /// What the router asked and told since the last question; what it told the log stands in `events`.
    pub fn said(&mut self) -> Vec<String> {
        self.collect();
        std::mem::take(&mut self.lines)
    }

    /// Link tests of links in service pass.
    fn collect(&mut self) {
        while let Some(output) = self.router.poll_output() {
            let line = match output {
                Output::Event(event) => {
                    self.events.push(event);
                    continue;
                }
                Output::Link(link, command) => {
                    let words = command_in_words(command);
                    let tested = matches!(self.router.link_state(link), LinkState::Available | LinkState::Inhibited);
                    if words == "test" && tested {
                        self.pass_test(link);
                        continue;
                    }
                    format!("{} {words}", name(link))
                }
                Output::Pause(destination) => format!("pause {destination}"),
                Output::Resume(destination) => format!("resume {destination}"),
                other => format!("{other:?}"),
            };
            self.lines.push(line);
        }
    }

    fn pass_test(&mut self, link: LinkId) {
        let (_, test) = TestMessage::Acknowledgement(b"spangate").encode(Format::ITU, 0);
        self.receive(link, ServiceIndicator::TEST, slc(link), &test);
    }
}

/// The octets of a message to 300 with this number.
fn user_message(number: u8, sls: u8) -> Vec<u8> {
    let (network, service) = (NetworkIndicator::NATIONAL, ServiceIndicator::ISUP);
    let payload = &[number, 0, 0];
    Signal { service, network, spare: 0, dpc: BEYOND, opc: OWN, sls: Sls(sls), payload }.encode(Format::ITU)
}

fn signal(opc: PointCode, service: ServiceIndicator, sls: u8, payload: &[u8]) -> Vec<u8> {
    let network = NetworkIndicator::NATIONAL;
    Signal { service, network, spare: 0, dpc: OWN, opc, sls: Sls(sls), payload }.encode(Format::ITU)
}

fn command_in_words(command: mtp2::Command) -> String {
    let mtp2::Command::Transmit(octets) = command else { return format!("{command:?}").to_lowercase() };
    let signal = Signal::decode(Format::ITU, &octets).expect("our own octets");
    if signal.service == ServiceIndicator::ISUP {
        return format!("user {}", signal.payload[0]);
    }
    if signal.service == ServiceIndicator::TEST {
        return "test".to_owned();
    }
    let message = ManagementMessage::decode(Format::ITU, signal.sls, signal.payload).expect("our own octets");
    let heading = message.heading;
    match message.subject {
        Subject::None => heading.to_string(),
        Subject::Link(slc) => format!("{heading} {slc}"),
        Subject::LinkAndSequence(slc, number) | Subject::LinkAndCode(slc, number) => {
            format!("{heading} {slc} {number}")
        }
        Subject::Destination(destination) => format!("{heading} {destination}"),
        Subject::Congestion(destination, level) => format!("{heading} {destination} {level}"),
        Subject::UserPart(destination, service, cause) => format!("{heading} {destination} {service} {cause}"),
    }
}

fn name(link: LinkId) -> &'static str {
    NAMES[usize::from(link.0)]
}

fn slc(link: LinkId) -> u8 {
    link.0 as u8 % 2
}

fn adjacent(link: LinkId) -> PointCode {
    if link.0 < 2 { A } else { B }
}
