//! The whole of SS7 on one core: calls between two signalling points, each an exchange over MTP level 3 over a link of level 2.
#![forbid(unsafe_code)]

use std::time::{Duration, Instant};

use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use isup::cause::{Cause, Location};
use isup::codec::*;
use isup::exchange::{CircuitId, CircuitSpec, Exchange, ExchangeConfig, Indication, MtpIndication, Output, Request};
use isup::mtp2::{self, Correction, LineMode, LinkConfig};
use isup::mtp3::{self, LinkId, LinksetConfig, RouteConfig, Router};
use isup::point_code::{Format, NetworkIndicator, PointCode};
use isup::variant::Variant;

#[global_allocator]
static ALLOCATOR: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// A signalling point.
struct Point {
    link: mtp2::Link,
    router: Router,
    exchange: Exchange,
    /// What its exchange has told since it was last asked.
    told: Vec<Indication>,
}

impl Point {
    fn new(own: PointCode, other: PointCode) -> Point {
        let timers = mtp2::Timers::KBIT_64;
        let circuits = vec![CircuitSpec { destination: other, cic: Cic(1) }];
        Point {
            link: mtp2::Link::new(LinkConfig { timers, line: LineMode::Frames, correction: Correction::Basic }),
            router: Router::new(mtp3::Config {
                format: Format::ITU,
                own,
                further: Vec::new(),
                network: NetworkIndicator::NATIONAL,
                timers: mtp3::Timers::ITU,
                linksets: vec![LinksetConfig { adjacent: other, links: vec![(LinkId(0), 0)] }],
                routes: vec![RouteConfig { destination: other, linkset: 0, priority: 0 }],
            }),
            exchange: Exchange::new(ExchangeConfig::new(own, Variant::ITU, circuits)),
            told: Vec::new(),
        }
    }

    /// Every layer's outputs become the next one's inputs until all are quiet.
    fn pump(&mut self, now: Instant) {
        loop {
            let mut moved = false;
            while let Some(output) = self.link.poll_output() {
                moved = true;
                self.router.handle_link(now, LinkId(0), output);
            }
            while let Some(output) = self.router.poll_output() {
                moved = true;
                match output {
                    mtp3::Output::Link(_, command) => self.link.handle_command(now, command),
                    mtp3::Output::Deliver(transfer) => self.exchange.handle_transfer(now, transfer),
                    mtp3::Output::Resume(point) => self.exchange.handle_mtp(now, MtpIndication::Resume(point)),
                    _ => {}
                }
            }
            while let Some(output) = self.exchange.poll_output() {
                moved = true;
                match output {
                    Output::Transfer(transfer) => self.router.handle_transfer(now, transfer),
                    Output::Circuit(_, indication) => self.told.push(indication),
                    Output::Alarm(_) | Output::Journal(_) => {}
                }
            }
            if !moved {
                return;
            }
        }
    }

    fn ask(&mut self, now: Instant, request: Request) {
        self.exchange.handle_request(now, CircuitId(0), request);
        self.pump(now);
    }
}

/// Two points and the line between them, on a clock of the bench's own.
struct Line {
    points: [Point; 2],
    now: Instant,
    unit: Vec<u8>,
}

impl Line {
    /// In service, tested, restarted, and the circuit reset.
    fn in_service() -> Line {
        let codes = [PointCode(1), PointCode(2)];
        let points = [Point::new(codes[0], codes[1]), Point::new(codes[1], codes[0])];
        let mut line = Line { points, now: Instant::now(), unit: Vec::new() };
        for point in &mut line.points {
            point.router.handle_command(line.now, mtp3::Command::ActivateLink(LinkId(0)));
            point.pump(line.now);
        }
        for _ in 0..60_000 {
            line.now += Duration::from_millis(1);
            for point in &mut line.points {
                point.link.handle_timeout(line.now);
                point.router.handle_timeout(line.now);
                point.exchange.handle_timeout(line.now);
                point.pump(line.now);
            }
            line.exchange_units();
        }
        for point in &mut line.points {
            assert!(point.exchange.circuit(CircuitId(0)).is_some_and(|circuit| circuit.is_available()));
            point.told.clear();
        }
        line
    }

    /// A unit each way.
    fn exchange_units(&mut self) {
        for from in 0..2 {
            if self.points[from].link.poll_transmit(self.now, &mut self.unit) {
                let to = &mut self.points[1 - from];
                to.link.handle_unit(self.now, &self.unit);
                to.pump(self.now);
            }
        }
    }

    /// Units until a point has told something, and that.
    fn until_told(&mut self, point: usize) -> Indication {
        loop {
            if let Some(indication) = self.points[point].told.pop() {
                return indication;
            }
            self.exchange_units();
        }
    }

    /// IAM, ACM, ANM, REL, RLC.
    fn call(&mut self) {
        let now = self.now;
        self.points[0].ask(now, Request::Setup(initial_address()));
        assert!(matches!(self.until_told(1), Indication::Setup(_)));
        self.points[1]
            .ask(now, Request::AddressComplete(Message::new(MessageType::ACM).with(BackwardCallIndicators::default())));
        assert!(matches!(self.until_told(0), Indication::AddressComplete(_)));
        self.points[1].ask(now, Request::Answer(Message::new(MessageType::ANM)));
        assert!(matches!(self.until_told(0), Indication::Answer(_)));
        let why = CauseIndicators::new(Location::USER, Cause::NORMAL_CLEARING);
        self.points[0].ask(now, Request::Release(Message::new(MessageType::REL).with(why)));
        assert!(matches!(self.until_told(1), Indication::Release(_)));
        self.points[1].ask(now, Request::ReleaseResponse);
        assert!(matches!(self.until_told(0), Indication::Released));
        self.points.iter_mut().for_each(|point| point.told.clear());
    }
}

fn initial_address() -> Message {
    let digits = |text: &str| text.parse().expect("digits");
    Message::new(MessageType::IAM)
        .with(NatureOfConnectionIndicators::default())
        .with(ForwardCallIndicators { isdn_user_part: true, isdn_access: true, ..Default::default() })
        .with(CallingPartysCategory::ORDINARY)
        .with(TransmissionMediumRequirement::AUDIO)
        .with(CalledPartyNumber { nature: NatureOfAddress::NATIONAL, digits: digits("30123456"), ..Default::default() })
        .with(CallingPartyNumber {
            nature: NatureOfAddress::INTERNATIONAL,
            digits: digits("4940654321"),
            ..Default::default()
        })
}

/// One call, both ends of it: five messages, each through ISUP, level 3 and level 2 of who sends it and up again at the other.
#[divan::bench(sample_count = 50, sample_size = 200)]
fn five_messages_of_a_call_through_both_stacks(bencher: Bencher<'_, '_>) {
    let mut line = Line::in_service();
    bencher.counter(ItemsCount::new(MESSAGES_A_CALL)).bench_local(|| line.call());
}

const MESSAGES_A_CALL: usize = 5;
