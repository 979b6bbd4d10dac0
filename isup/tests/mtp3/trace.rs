//! Octets recorded between two foreign ends: read and written back, and one side played against our machines.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use isup::codec::{Cic, Message, MessageType, RangeAndStatus, decode_with_cic, encode_with_cic};
use isup::exchange::{
    CircuitId, CircuitSpec, CircuitState, Exchange, ExchangeConfig, Indication, MtpIndication, Output as Told, Request,
};
use isup::mtp2::unit::{Contents, Unit};
use isup::mtp2::{self, Correction, LineMode, Link, LinkConfig};
use isup::mtp3::label::Signal;
use isup::mtp3::test_control::TestMessage;
use isup::mtp3::{
    Command, Config, Format, LinkId, LinksetConfig, NetworkIndicator, Output, PointCode, RouteConfig, Router,
    ServiceIndicator, Sls, Timers, Transfer,
};
use isup::variant::Variant;

const A: PointCode = PointCode(4097);
const B: PointCode = PointCode(8194);

struct Line {
    at_us: u64,
    from_a: bool,
    octets: Vec<u8>,
}

/// The recording, or `None` when the shared folder is absent.
fn recording() -> Option<Vec<Line>> {
    let shared = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let Ok(text) = std::fs::read_to_string(shared.join("spec/traces/libss7_itu.hex")) else {
        println!("skipped: recorded MTP2 units: shared folder absent");
        return None;
    };
    let lines: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).filter_map(line_of).collect();
    assert!(lines.len() > 90, "the recording has fewer units than it had");
    Some(lines)
}

fn line_of(line: &str) -> Option<Line> {
    let mut words = line.split_whitespace().skip(1);
    let at_ms: f64 = words.next()?.parse().ok()?;
    let from_a = words.next()? == "A>B";
    let hex = words.next()?;
    let octet = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("the recording is hexadecimal");
    let octets = (0..hex.len()).step_by(2).map(octet).collect();
    Some(Line { at_us: (at_ms * 1_000.0) as u64, from_a, octets })
}

#[test]
fn every_recorded_unit_is_read_through_all_layers_and_written_back() {
    let Some(lines) = recording() else { return };
    let mut messages = 0;
    for line in &lines {
        let unit = Unit::decode(&line.octets).expect("recorded units are good");
        let mut again = Vec::new();
        unit.encode(&mut again);
        assert_eq!(again, line.octets);
        let Contents::Message(message) = unit.contents else { continue };
        let signal = Signal::decode(Format::ITU, message).expect("recorded messages have a label");
        assert_eq!(signal.encode(Format::ITU), message);
        assert_eq!((signal.opc, signal.dpc), if line.from_a { (A, B) } else { (B, A) });
        match signal.service {
            ServiceIndicator::ISUP => {
                let (cic, message) = decode_with_cic(signal.payload).expect("recorded ISUP is good");
                assert_eq!(signal.sls, Sls(cic.0 as u8 & 0x0f));
                let mut again = Vec::new();
                encode_with_cic(cic, &message, &mut again).expect("what was read can be written");
                assert_eq!(again, signal.payload);
                messages += 1;
            }
            ServiceIndicator::TEST => {
                let test = TestMessage::decode(Format::ITU, signal.sls, signal.payload);
                let (link, test) = test.expect("recorded tests are good");
                assert_eq!(test.encode(Format::ITU, link), (signal.sls, signal.payload.to_vec()));
            }
            other => assert_eq!(other, ServiceIndicator::NETWORK_MANAGEMENT),
        }
    }
    assert!(messages > 30);
}

/// Our machines in the place of end A.
struct Stack {
    link: Link,
    router: Router,
    exchange: Exchange,
    now: Instant,
    /// ISUP messages sent, from the circuit identification code on.
    sent: Vec<Vec<u8>>,
    told: Vec<String>,
}

const LINK: LinkId = LinkId(0);

impl Stack {
    fn new() -> Self {
        let circuits = (1..16).map(|cic| CircuitSpec { destination: B, cic: Cic(cic) }).collect();
        let variant = Variant::ITU;
        Self {
            link: Link::new(LinkConfig {
                timers: mtp2::Timers::KBIT_64,
                line: LineMode::Repeating,
                correction: Correction::Basic,
            }),
            router: Router::new(Config {
                format: Format::ITU,
                own: A,
                further: Vec::new(),
                network: NetworkIndicator::NATIONAL,
                timers: Timers::ITU,
                linksets: vec![LinksetConfig { adjacent: B, links: vec![(LINK, 0)] }],
                routes: vec![RouteConfig { destination: B, linkset: 0, priority: 0 }],
            }),
            exchange: Exchange::new(ExchangeConfig::new(A, variant, circuits)),
            now: crate::epoch(),
            sent: Vec::new(),
            told: Vec::new(),
        }
    }

    /// The recording begins after both ends' resets: ours is answered here, not on the line.
    fn reset_circuits(&mut self) {
        self.exchange.handle_mtp(self.now, MtpIndication::Resume(B));
        while self.exchange.poll_output().is_some() {}
        let mut payload = Vec::new();
        let answer = Message::new(MessageType::GRA).with(RangeAndStatus::with_status(14));
        encode_with_cic(Cic(1), &answer, &mut payload).expect("a GRA with its range is complete");
        let service = ServiceIndicator::ISUP;
        self.exchange.handle_transfer(self.now, Transfer { service, opc: B, dpc: A, sls: Sls(1), payload });
        while self.exchange.poll_output().is_some() {}
    }

    /// Runs until nothing moves: outputs of each layer into its neighbours, units onto the line.
    fn pump(&mut self) {
        let mut unit = Vec::new();
        loop {
            let mut quiet = true;
            while let Some(output) = self.link.poll_output() {
                quiet = false;
                self.router.handle_link(self.now, LINK, output);
            }
            while let Some(output) = self.router.poll_output() {
                quiet = false;
                match output {
                    Output::Link(_, command) => self.link.handle_command(self.now, command),
                    Output::Deliver(transfer) => self.exchange.handle_transfer(self.now, transfer),
                    Output::Pause(_) | Output::Resume(_) | Output::Event(_) => {}
                    Output::Congested { .. } | Output::UserPartUnavailable { .. } => panic!("{output:?}"),
                }
            }
            while let Some(output) = self.exchange.poll_output() {
                quiet = false;
                match output {
                    Told::Transfer(transfer) => {
                        self.sent.push(transfer.payload.clone());
                        self.router.handle_transfer(self.now, transfer);
                    }
                    Told::Circuit(circuit, indication) => self.tell(circuit, indication),
                    Told::Alarm(alarm) => self.told.push(format!("{alarm:?}")),
                    Told::Journal(_) => {}
                }
            }
            while self.link.poll_transmit(self.now, &mut unit) {
                quiet = false;
            }
            if quiet {
                return;
            }
        }
    }

    fn tell(&mut self, circuit: CircuitId, indication: Indication) {
        let name = format!("{indication:?}");
        let name = name.split(['(', ' ']).next().unwrap_or_default();
        self.told.push(format!("{} {name}", circuit.0 + 1));
        if let Indication::Release(_) = indication {
            self.exchange.handle_request(self.now, circuit, Request::ReleaseResponse);
        }
    }

    fn pass_until(&mut self, at: Instant) {
        loop {
            self.pump();
            let deadlines = [self.link.poll_timeout(), self.router.poll_timeout(), self.exchange.poll_timeout()];
            match deadlines.into_iter().flatten().min().filter(|deadline| *deadline <= at) {
                Some(deadline) => {
                    self.now = self.now.max(deadline);
                    self.link.handle_timeout(self.now);
                    self.router.handle_timeout(self.now);
                    self.exchange.handle_timeout(self.now);
                }
                None => break,
            }
        }
        self.now = at;
    }

    /// B's unit; an answer to A's link test gets our pattern, since B answers what it was sent.
    fn receive(&mut self, octets: &[u8]) {
        let unit = Unit::decode(octets).expect("recorded units are good");
        let Contents::Message(message) = unit.contents else {
            return self.link.handle_unit(self.now, octets);
        };
        let signal = Signal::decode(Format::ITU, message).expect("recorded messages have a label");
        let test = TestMessage::decode(Format::ITU, signal.sls, signal.payload);
        let is_answer = matches!(test, Ok((_, TestMessage::Acknowledgement(_))));
        if signal.service != ServiceIndicator::TEST || !is_answer {
            return self.link.handle_unit(self.now, octets);
        }
        let payload = TestMessage::Acknowledgement(b"spangate").encode(Format::ITU, 0).1;
        let message = Signal { payload: &payload, ..signal }.encode(Format::ITU);
        let mut octets = Vec::new();
        Unit { contents: Contents::Message(&message), ..unit }.encode(&mut octets);
        self.link.handle_unit(self.now, &octets);
    }

    /// What A's user asked for when it sent this; what A's protocol sent by itself, ours must send by itself.
    fn ask(&mut self, payload: &[u8]) {
        let (cic, message) = decode_with_cic(payload).expect("recorded ISUP is good");
        let circuit = CircuitId(u32::from(cic.0) - 1);
        let request = match message.kind {
            MessageType::IAM => Request::Setup(message),
            MessageType::REL => Request::Release(message),
            _ => return,
        };
        self.exchange.handle_request(self.now, circuit, request);
    }
}

#[test]
fn three_recorded_calls_go_through_our_stack_in_the_place_of_end_a() {
    let Some(lines) = recording() else { return };
    let mut stack = Stack::new();
    stack.reset_circuits();
    let start = stack.now;
    stack.router.handle_command(start, Command::ActivateLink(LINK));
    let mut recorded = Vec::new();
    // The fourth call suspends and resumes, which we do not originate.
    for line in lines.iter().take_while(|line| line.at_us < 1_800_000) {
        stack.pass_until(start + Duration::from_micros(line.at_us));
        if !line.from_a {
            stack.receive(&line.octets);
            continue;
        }
        let Ok(Unit { contents: Contents::Message(message), .. }) = Unit::decode(&line.octets) else { continue };
        let signal = Signal::decode(Format::ITU, message).expect("recorded messages have a label");
        if signal.service == ServiceIndicator::ISUP {
            recorded.push(signal.payload.to_vec());
            stack.ask(signal.payload);
        }
    }
    stack.pass_until(stack.now + Duration::from_millis(10));
    assert_eq!(stack.link.state(), mtp2::State::InService);
    assert_eq!(stack.sent, recorded, "octet for octet what the recorded end sent");
    assert_eq!(
        stack.told,
        [
            "1 AddressComplete",
            "1 Answer",
            "1 Released",
            "2 Setup",
            "2 Released",
            "3 AddressComplete",
            "3 Progress",
            "3 Answer",
            "3 Released",
        ]
    );
    for circuit in 0..15 {
        let view = stack.exchange.circuit(CircuitId(circuit)).expect("15 circuits");
        assert_eq!(view.state, CircuitState::Idle);
    }
    let counters = stack.link.counters();
    assert_eq!((counters.messages_sent, counters.negative_sent, counters.negative_received), (3 + 5, 0, 0));
}
