//! A router on virtual time whose outputs are written as the lines of a sequence chart.
//!
//! Two linksets: links A0 and A1 to point 200, links B0 and B1 to point 201. Destination 300 lies behind both points.

use std::time::{Duration, Instant};

use super::super::Record;
use crate::mtp2::{self, Reason, Retrieval};
use crate::mtp3::label::Signal;
use crate::mtp3::management::{ManagementMessage, Subject};
use crate::mtp3::test_control::TestMessage;
use crate::mtp3::{
    Command, Config, Event, Format, LinkId, LinkState, LinksetConfig, NetworkIndicator, Output, PointCode, RouteConfig,
    Router, ServiceIndicator, Sls, Timers, Transfer,
};

/// The point code of the router.
pub const OWN: PointCode = PointCode(100);
/// The transfer point behind links A0 and A1.
pub const A: PointCode = PointCode(200);
/// The transfer point behind links B0 and B1.
pub const B: PointCode = PointCode(201);
/// The destination behind both.
pub const BEYOND: PointCode = PointCode(300);
/// A link to A, its code 0.
pub const A0: LinkId = LinkId(0);
/// A link to A, its code 1.
pub const A1: LinkId = LinkId(1);
/// A link to B, its code 0.
pub const B0: LinkId = LinkId(2);
/// A link to B, its code 1.
pub const B1: LinkId = LinkId(3);
const NAMES: [&str; 4] = ["A0", "A1", "B0", "B1"];

/// The router, and what is around it.
pub struct Chart<'a> {
    /// What is tested.
    pub router: Router,
    /// Virtual time.
    pub now: Instant,
    /// What the router told the log since this was cleared.
    pub events: Vec<Event>,
    /// Whether a test of a link in service is answered without a word.
    pub passes_tests: bool,
    lines: Vec<String>,
    record: &'a mut Record,
}

impl<'a> Chart<'a> {
    /// The routes to 300 over A and B have these priorities. Every link is in service, nothing is away from home.
    pub fn new(record: &'a mut Record, over_a: u8, over_b: u8) -> Self {
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
        let mut chart =
            Self { router, now: record.began, events: Vec::new(), passes_tests: true, lines: Vec::new(), record };
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
        chart.record.lines.clear();
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

    /// Level 2 tells something.
    pub fn told(&mut self, link: LinkId, output: mtp2::Output) {
        self.record.note(self.now, format!("<- {} {}", name(link), output_in_words(&output)));
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

    /// A message from the adjacent point.
    pub fn receive(&mut self, link: LinkId, service: ServiceIndicator, sls: u8, payload: &[u8]) {
        self.told(link, mtp2::Output::Received(signal(adjacent(link), service, sls, payload)));
    }

    /// The operator asks for something.
    pub fn command(&mut self, command: Command) {
        self.record.note(self.now, format!("ask: {command:?}"));
        self.router.handle_command(self.now, command);
    }

    /// A user part sends a message with this number.
    pub fn sends(&mut self, dpc: PointCode, sls: u8, number: u8) {
        self.record.note(self.now, format!("ask: user {number} to {dpc}, SLS {sls}"));
        let (service, payload) = (ServiceIndicator::ISUP, vec![number, 0, 0]);
        self.router.handle_transfer(self.now, Transfer { service, opc: OWN, dpc, sls: Sls(sls), payload });
    }

    /// Sends a message to 300 with each of these selections, and tells over which links they went.
    pub fn paths(&mut self, slss: &[u8]) -> String {
        slss.iter().for_each(|sls| self.sends(BEYOND, *sls, 0));
        let lines = self.said();
        lines.iter().filter_map(|line| line.split(" user").next()).collect::<Vec<_>>().join(" ")
    }

    /// Time goes by.
    pub fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.router.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.router.handle_timeout(self.now);
            self.collect();
        }
        self.now = end;
        self.record.passed(end);
    }

    /// The same in milliseconds.
    pub fn pass_ms(&mut self, ms: u64) {
        self.pass(Duration::from_millis(ms));
    }

    /// What the router asked and told since the last question; what it told the log stands in `events`.
    pub fn said(&mut self) -> Vec<String> {
        self.collect();
        std::mem::take(&mut self.lines)
    }

    /// Takes what the router asks and tells; link tests of links in service pass.
    pub fn collect(&mut self) {
        while let Some(output) = self.router.poll_output() {
            let line = match output {
                Output::Event(event) => {
                    self.record.note(self.now, format!("{event:?}"));
                    self.events.push(event);
                    continue;
                }
                Output::Link(link, command) => {
                    let words = command_in_words(command);
                    let tested = matches!(self.router.link_state(link), LinkState::Available | LinkState::Inhibited);
                    if words == "test" && tested && self.passes_tests {
                        self.pass_test(link);
                        continue;
                    }
                    format!("{} {words}", name(link))
                }
                Output::Pause(destination) => format!("pause {destination}"),
                Output::Resume(destination) => format!("resume {destination}"),
                other => format!("{other:?}"),
            };
            self.record.note(self.now, format!("-> {line}"));
            self.lines.push(line);
        }
    }

    /// The far end answers the link test.
    pub fn pass_test(&mut self, link: LinkId) {
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
    match command {
        mtp2::Command::Transmit(octets) => {
            let signal = Signal::decode(Format::ITU, &octets).expect("what the router sends has a label");
            signal_in_words(&signal)
        }
        other => format!("{other:?}").to_lowercase(),
    }
}

fn signal_in_words(signal: &Signal<'_>) -> String {
    match signal.service {
        ServiceIndicator::ISUP => format!("user {}", signal.payload.first().copied().unwrap_or_default()),
        ServiceIndicator::TEST => match TestMessage::decode(Format::ITU, signal.sls, signal.payload) {
            Ok((_, TestMessage::Acknowledgement(pattern))) => {
                let hex = pattern.iter().map(|octet| format!("{octet:02x}"));
                format!("test acknowledgement {}", hex.collect::<String>())
            }
            _ => "test".to_owned(),
        },
        ServiceIndicator::NETWORK_MANAGEMENT => ManagementMessage::decode(Format::ITU, signal.sls, signal.payload)
            .map_or_else(|error| error.to_string(), management_in_words),
        other => format!("service {other}"),
    }
}

fn management_in_words(message: ManagementMessage) -> String {
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

fn output_in_words(output: &mtp2::Output) -> String {
    match output {
        mtp2::Output::Received(octets) => match Signal::decode(Format::ITU, octets) {
            Ok(signal) => signal_in_words(&signal),
            Err(_) => "octets without a label".to_owned(),
        },
        mtp2::Output::Retrieved(retrieval) => {
            format!("retrieved: {} sent, {} waiting", retrieval.sent.len(), retrieval.waiting.len())
        }
        other => format!("{other:?}"),
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
