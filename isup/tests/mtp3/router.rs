//! Links, linksets and routes on virtual time.

use std::time::{Duration, Instant};

use isup::mtp2::{self, Reason};
use isup::mtp3::label::Signal;
use isup::mtp3::management::Heading;
use isup::mtp3::test_control::TestMessage;
use isup::mtp3::{
    Command, Config, Discard, Event, Format, LinkId, LinkState, LinksetConfig, NetworkIndicator, Output, PointCode,
    RouteConfig, Router, ServiceIndicator, Sls, Timers, Transfer,
};

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

const OWN: PointCode = PointCode(100);
const FAR: PointCode = PointCode(200);
const BEYOND: PointCode = PointCode(300);
const A: LinkId = LinkId(0);
const B: LinkId = LinkId(1);

fn config(links: &[(LinkId, u8)]) -> Config {
    Config {
        format: Format::ITU,
        own: OWN,
        further: Vec::new(),
        network: NetworkIndicator::NATIONAL,
        timers: Timers::ITU,
        linksets: vec![LinksetConfig { adjacent: FAR, links: links.to_vec() }],
        routes: [FAR, BEYOND].map(|destination| RouteConfig { destination, linkset: 0, priority: 0 }).to_vec(),
    }
}

struct Bench {
    router: Router,
    now: Instant,
}

impl Bench {
    fn new(links: &[(LinkId, u8)]) -> Self {
        Self { router: Router::new(config(links)), now: crate::epoch() }
    }

    /// Both links, or the one there is, carry traffic.
    fn in_service(links: &[(LinkId, u8)]) -> Self {
        let mut bench = Self::new(links);
        for (link, slc) in links {
            bench.command(Command::ActivateLink(*link));
            bench.link(*link, mtp2::Output::InService);
            let test = bench.tests()[0].clone();
            bench.answer(*link, *slc, &test);
            assert_eq!(bench.router.link_state(*link), LinkState::Available);
        }
        bench.allow(links[0].0);
        assert!(bench.router.is_reachable(FAR));
        // The far end lets each share go to its normal link at once.
        for (link, slc) in links {
            for code in 1..=links.len() as u8 {
                bench.receive(*link, ServiceIndicator::NETWORK_MANAGEMENT, *slc, &[0x61, code]);
            }
        }
        bench.outputs();
        bench
    }

    /// The far end says that it takes traffic.
    fn allow(&mut self, link: LinkId) {
        self.receive(link, ServiceIndicator::NETWORK_MANAGEMENT, 0, &[0x17]);
    }

    fn command(&mut self, command: Command) {
        self.router.handle_command(self.now, command);
    }

    fn link(&mut self, link: LinkId, output: mtp2::Output) {
        self.router.handle_link(self.now, link, output);
    }

    fn pass(&mut self, time: Duration) {
        let end = self.now + time;
        while let Some(deadline) = self.router.poll_timeout().filter(|deadline| *deadline <= end) {
            self.now = deadline;
            self.router.handle_timeout(self.now);
        }
        self.now = end;
    }

    fn outputs(&mut self) -> Vec<Output> {
        std::iter::from_fn(|| self.router.poll_output()).collect()
    }

    /// Patterns of the SLTMs among the outputs.
    fn tests(&mut self) -> Vec<Vec<u8>> {
        self.outputs().iter().filter_map(pattern_of_test).collect()
    }

    fn receive(&mut self, link: LinkId, service: ServiceIndicator, sls: u8, payload: &[u8]) {
        let network = NetworkIndicator::NATIONAL;
        self.receive_signal(link, Signal { service, network, spare: 0, dpc: OWN, opc: FAR, sls: Sls(sls), payload });
    }

    fn receive_signal(&mut self, link: LinkId, signal: Signal<'_>) {
        self.link(link, mtp2::Output::Received(signal.encode(Format::ITU)));
    }

    fn answer(&mut self, link: LinkId, slc: u8, pattern: &[u8]) {
        let message = test_octets(TestMessage::Acknowledgement(pattern));
        self.receive(link, ServiceIndicator::TEST, slc, &message);
    }

    fn send(&mut self, dpc: PointCode, sls: u8) {
        let payload = vec![1, 0, 0x12];
        let transfer = Transfer { service: ServiceIndicator::ISUP, opc: OWN, dpc, sls: Sls(sls), payload };
        self.router.handle_transfer(self.now, transfer);
    }
}

fn pattern_of_test(output: &Output) -> Option<Vec<u8>> {
    let Output::Link(_, mtp2::Command::Transmit(octets)) = output else { return None };
    let signal = Signal::decode(Format::ITU, octets).ok()?;
    match TestMessage::decode(Format::ITU, signal.sls, signal.payload) {
        Ok((_, TestMessage::Test(pattern))) if signal.service == ServiceIndicator::TEST => Some(pattern.to_vec()),
        _ => None,
    }
}

/// The octets of a test message after the label.
fn test_octets(message: TestMessage<'_>) -> Vec<u8> {
    message.encode(Format::ITU, 0).1
}

fn start(emergency: bool) -> mtp2::Command {
    mtp2::Command::Start { emergency }
}

#[test]
fn the_only_link_aligns_by_emergency_proving_and_the_second_by_normal() {
    let mut bench = Bench::new(&[(A, 0), (B, 1)]);
    bench.command(Command::ActivateLink(A));
    assert_eq!(bench.outputs(), [Output::Link(A, start(true))]);
    bench.link(A, mtp2::Output::InService);
    let test = bench.tests()[0].clone();
    bench.answer(A, 0, &test);
    bench.outputs();
    bench.command(Command::ActivateLink(B));
    assert_eq!(bench.outputs(), [Output::Link(B, start(false))]);
}

#[test]
fn every_route_of_a_linkset_resumes_after_its_first_link_passed_its_test_and_the_far_end_allowed_traffic() {
    let mut bench = Bench::new(&[(A, 3)]);
    bench.command(Command::ActivateLink(A));
    bench.link(A, mtp2::Output::InService);
    assert_eq!(bench.router.link_state(A), LinkState::Testing);
    assert!(!bench.router.is_reachable(FAR));
    let test = bench.tests()[0].clone();
    bench.answer(A, 3, &test);
    let traffic_restart = Signal {
        service: ServiceIndicator::NETWORK_MANAGEMENT,
        network: NetworkIndicator::NATIONAL,
        spare: 0,
        dpc: FAR,
        opc: OWN,
        sls: Sls(3),
        payload: &[0x17],
    };
    assert_eq!(
        bench.outputs(),
        [
            Output::Event(Event::LinkAvailable(A)),
            Output::Link(A, mtp2::Command::Transmit(traffic_restart.encode(Format::ITU))),
        ]
    );
    assert!(!bench.router.is_reachable(FAR), "the far end may still discard what we send");
    bench.allow(A);
    assert_eq!(
        bench.outputs(),
        [Output::Event(Event::TrafficRestartAllowed(FAR)), Output::Resume(FAR), Output::Resume(BEYOND)]
    );
    assert!(bench.router.is_reachable(BEYOND));
}

#[test]
fn a_far_end_that_is_ready_before_our_test_has_passed_is_not_waited_for() {
    let mut bench = Bench::new(&[(A, 0)]);
    bench.command(Command::ActivateLink(A));
    bench.link(A, mtp2::Output::InService);
    let test = bench.tests()[0].clone();
    bench.allow(A);
    assert_eq!(bench.outputs(), [Output::Event(Event::TrafficRestartAllowed(FAR))]);
    bench.answer(A, 0, &test);
    assert!(bench.outputs().ends_with(&[Output::Resume(FAR), Output::Resume(BEYOND)]));
}

#[test]
fn a_far_end_that_never_allows_traffic_is_given_some_after_t21() {
    let mut bench = Bench::new(&[(A, 0)]);
    bench.command(Command::ActivateLink(A));
    bench.link(A, mtp2::Output::InService);
    let test = bench.tests()[0].clone();
    bench.answer(A, 0, &test);
    bench.pass(Duration::from_millis(63_999));
    assert!(!bench.router.is_reachable(FAR));
    bench.tests();
    bench.pass(Duration::from_millis(1));
    assert_eq!(
        bench.outputs(),
        [Output::Event(Event::TrafficRestartOverdue(FAR)), Output::Resume(FAR), Output::Resume(BEYOND)]
    );
    bench.allow(A);
    assert_eq!(bench.outputs(), [Output::Event(Event::TrafficRestartAllowed(FAR))], "nobody is told twice");
}

#[test]
fn what_the_far_end_allowed_is_over_when_its_last_link_fails() {
    let mut bench = Bench::in_service(&[(A, 0)]);
    bench.link(A, mtp2::Output::OutOfService(Reason::ErrorRate));
    bench.pass(Duration::from_millis(1_150));
    bench.link(A, mtp2::Output::InService);
    bench.allow(A);
    bench.link(A, mtp2::Output::OutOfService(Reason::RemoteOutOfService));
    bench.pass(Duration::from_millis(1_150));
    bench.link(A, mtp2::Output::InService);
    let test = bench.tests()[0].clone();
    bench.answer(A, 0, &test);
    assert!(!bench.router.is_reachable(FAR));
    bench.allow(A);
    assert!(bench.router.is_reachable(FAR));
}

#[test]
fn a_second_link_and_a_point_further_away_restart_nothing() {
    let mut bench = Bench::new(&[(A, 0), (B, 1)]);
    for (link, slc) in [(A, 0), (B, 1)] {
        bench.command(Command::ActivateLink(link));
        bench.link(link, mtp2::Output::InService);
        let test = bench.tests()[0].clone();
        bench.answer(link, slc, &test);
    }
    let network = NetworkIndicator::NATIONAL;
    let service = ServiceIndicator::NETWORK_MANAGEMENT;
    let allowed = Signal { service, network, spare: 0, dpc: OWN, opc: BEYOND, sls: Sls(0), payload: &[0x17] };
    bench.receive_signal(A, allowed);
    assert!(!bench.router.is_reachable(BEYOND));
    bench.allow(B);
    assert!(bench.router.is_reachable(FAR));
    bench.link(B, mtp2::Output::OutOfService(Reason::ErrorRate));
    assert!(bench.router.is_reachable(FAR), "link A is left");
}

#[test]
fn a_test_is_answered_with_its_pattern() {
    let mut bench = Bench::in_service(&[(A, 3)]);
    bench.receive(A, ServiceIndicator::TEST, 3, &test_octets(TestMessage::Test(&[0xaa, 0x55])));
    let outputs = bench.outputs();
    let Output::Link(A, mtp2::Command::Transmit(octets)) = &outputs[0] else { panic!("{outputs:?}") };
    let signal = Signal::decode(Format::ITU, octets).expect("what we send has a label");
    assert_eq!((signal.dpc, signal.opc, signal.sls), (FAR, OWN, Sls(3)));
    assert_eq!(
        TestMessage::decode(Format::ITU, signal.sls, signal.payload),
        Ok((3, TestMessage::Acknowledgement(&[0xaa, 0x55])))
    );
}

#[test]
fn two_tests_without_answer_take_the_link_down_and_t17_later_it_is_tried_again() {
    let mut bench = Bench::new(&[(A, 0)]);
    bench.command(Command::ActivateLink(A));
    bench.link(A, mtp2::Output::InService);
    assert_eq!(bench.tests().len(), 1);
    bench.pass(Duration::from_secs(8));
    assert_eq!(bench.tests().len(), 1);
    bench.pass(Duration::from_secs(8));
    assert_eq!(bench.outputs(), [Output::Event(Event::TestFailed(A)), Output::Link(A, mtp2::Command::Stop)]);
    bench.link(A, mtp2::Output::OutOfService(Reason::Stopped));
    bench.pass(Duration::from_millis(1_150));
    assert_eq!(bench.outputs(), [Output::Link(A, start(true))]);
}

#[test]
fn tests_are_repeated_every_t2_and_a_late_failure_pauses_the_routes() {
    let mut bench = Bench::in_service(&[(A, 0)]);
    bench.pass(Duration::from_secs(60));
    let test = bench.tests()[0].clone();
    bench.answer(A, 0, &test);
    bench.pass(Duration::from_secs(60));
    assert_eq!(bench.tests().len(), 1);
    bench.pass(Duration::from_secs(16));
    let outputs = bench.outputs();
    assert!(outputs.ends_with(&[
        Output::Event(Event::TestFailed(A)),
        Output::Event(Event::LinkUnavailable(A, Reason::Stopped)),
        Output::Pause(FAR),
        Output::Pause(BEYOND),
        Output::Link(A, mtp2::Command::Stop),
    ]));
}

#[test]
fn an_answer_with_another_pattern_code_or_originator_does_not_pass_the_test() {
    let mut bench = Bench::new(&[(A, 2)]);
    bench.command(Command::ActivateLink(A));
    bench.link(A, mtp2::Output::InService);
    let test = bench.tests()[0].clone();
    bench.answer(A, 2, b"other");
    bench.answer(A, 3, &test);
    let payload = test_octets(TestMessage::Acknowledgement(&test));
    bench.receive_signal(
        A,
        Signal {
            service: ServiceIndicator::TEST,
            network: NetworkIndicator::NATIONAL,
            spare: 0,
            dpc: OWN,
            opc: BEYOND,
            sls: Sls(2),
            payload: &payload,
        },
    );
    assert_eq!(bench.router.link_state(A), LinkState::Testing);
    assert_eq!(bench.router.counters().test_unreasonable, 3);
}

#[test]
fn a_failed_link_is_tried_again_for_ever() {
    let mut bench = Bench::in_service(&[(A, 0)]);
    bench.link(A, mtp2::Output::OutOfService(Reason::ErrorRate));
    assert_eq!(
        bench.outputs(),
        [Output::Event(Event::LinkUnavailable(A, Reason::ErrorRate)), Output::Pause(FAR), Output::Pause(BEYOND)]
    );
    for _ in 0..5 {
        bench.pass(Duration::from_millis(1_150));
        assert_eq!(bench.outputs(), [Output::Link(A, start(true))]);
        bench.link(A, mtp2::Output::OutOfService(Reason::AlignmentNotPossible));
    }
}

#[test]
fn a_deactivated_link_stays_down_and_stop_all_stops_all() {
    let mut bench = Bench::in_service(&[(A, 0), (B, 1)]);
    bench.command(Command::DeactivateLink(A));
    assert_eq!(
        bench.outputs(),
        [
            Output::Event(Event::LinkUnavailable(A, Reason::Stopped)),
            Output::Link(A, mtp2::Command::Retrieve),
            Output::Link(A, mtp2::Command::Stop)
        ]
    );
    bench.link(A, mtp2::Output::OutOfService(Reason::Stopped));
    bench.pass(Duration::from_secs(30));
    assert_eq!(bench.router.link_state(A), LinkState::Inactive);
    bench.command(Command::StopAll);
    assert!(bench.outputs().contains(&Output::Link(B, mtp2::Command::Stop)));
    assert!(!bench.router.is_reachable(FAR));
}

#[test]
fn the_sls_shares_the_load_and_one_link_takes_all_when_the_other_goes() {
    let mut bench = Bench::in_service(&[(A, 0), (B, 1)]);
    let links = |bench: &mut Bench| -> Vec<LinkId> {
        (0..4).for_each(|sls| bench.send(FAR, sls));
        let link = |output: Output| match output {
            Output::Link(link, mtp2::Command::Transmit(_)) => Some(link),
            _ => None,
        };
        bench.outputs().into_iter().filter_map(link).collect()
    };
    assert_eq!(links(&mut bench), [A, B, A, B]);
    bench.link(A, mtp2::Output::OutOfService(Reason::RemoteOutOfService));
    assert_eq!(links(&mut bench), [B, B], "the share of A waits for its changeover");
    bench.link(A, mtp2::Output::Retrieved(mtp2::Retrieval::default()));
    bench.receive(B, ServiceIndicator::NETWORK_MANAGEMENT, 0, &[0x22]);
    bench.outputs();
    assert_eq!(links(&mut bench), [B, B, B, B]);
}

#[test]
fn messages_that_cannot_go_anywhere_are_counted() {
    let mut bench = Bench::new(&[(A, 0)]);
    bench.send(FAR, 0);
    bench.send(PointCode(999), 0);
    let payload = vec![0; 269];
    let transfer = Transfer { service: ServiceIndicator::ISUP, opc: OWN, dpc: FAR, sls: Sls(0), payload };
    bench.router.handle_transfer(bench.now, transfer);
    let counters = bench.router.counters();
    assert_eq!((counters.unreachable, counters.oversized), (2, 1));
    assert_eq!(bench.outputs(), []);
}

#[test]
fn user_messages_are_delivered_and_what_is_not_for_us_is_discarded_and_counted() {
    let mut bench = Bench::in_service(&[(A, 0)]);
    let signal = Signal {
        service: ServiceIndicator::ISUP,
        network: NetworkIndicator::NATIONAL,
        spare: 0,
        dpc: OWN,
        opc: BEYOND,
        sls: Sls(5),
        payload: &[1, 0, 0x12],
    };
    bench.receive_signal(A, signal);
    bench.receive_signal(A, Signal { network: NetworkIndicator::INTERNATIONAL, ..signal });
    bench.receive_signal(A, Signal { dpc: PointCode(7), ..signal });
    bench.receive_signal(A, Signal { service: ServiceIndicator(3), ..signal });
    bench.link(A, mtp2::Output::Received(vec![0x85, 0, 0]));
    bench.receive(A, ServiceIndicator::NETWORK_MANAGEMENT, 0, &[0x14, 0, 0]);
    bench.receive(A, ServiceIndicator::NETWORK_MANAGEMENT, 0, &[0x17]);
    let discarded = |discard| Output::Event(Event::Discarded(A, discard));
    assert_eq!(
        bench.outputs(),
        [
            Output::Deliver(Transfer {
                service: ServiceIndicator::ISUP,
                opc: BEYOND,
                dpc: OWN,
                sls: Sls(5),
                payload: vec![1, 0, 0x12]
            }),
            discarded(Discard::Network(NetworkIndicator::INTERNATIONAL)),
            discarded(Discard::Destination(PointCode(7))),
            discarded(Discard::Service(ServiceIndicator(3))),
            // UPU: own point code, user part 3, cause 1.
            Output::Link(A, mtp2::Command::Transmit(vec![0x80, 44, 1, 25, 0x50, 0x1a, 100, 0, 0x13])),
            discarded(Discard::Malformed),
            Output::Event(Event::ManagementIgnored(A, Heading(0x14))),
            Output::Event(Event::TrafficRestartAllowed(FAR)),
        ]
    );
}

#[test]
fn a_further_point_code_of_ours_is_delivered_to_like_our_own() {
    let config = Config { further: vec![PointCode(7)], ..config(&[(A, 0)]) };
    let mut bench = Bench { router: Router::new(config), now: crate::epoch() };
    let (service, network, dpc) = (ServiceIndicator::ISUP, NetworkIndicator::NATIONAL, PointCode(7));
    bench.receive_signal(A, Signal { service, network, spare: 0, dpc, opc: FAR, sls: Sls(5), payload: &[1, 0, 0x12] });
    let delivered = Transfer { service, opc: FAR, dpc, sls: Sls(5), payload: vec![1, 0, 0x12] };
    assert_eq!(bench.outputs(), [Output::Deliver(delivered)]);
}

#[test]
fn a_remote_processor_outage_pauses_and_its_end_tests_before_resuming() {
    let mut bench = Bench::in_service(&[(A, 0)]);
    bench.link(A, mtp2::Output::RemoteProcessorOutage);
    assert!(!bench.router.is_reachable(FAR));
    bench.outputs();
    bench.link(A, mtp2::Output::RemoteProcessorRecovered);
    let test = bench.tests()[0].clone();
    bench.answer(A, 0, &test);
    assert!(bench.outputs().contains(&Output::Resume(FAR)));
}

#[test]
fn reports_of_links_that_do_not_exist_are_counted() {
    let mut bench = Bench::new(&[(A, 0)]);
    bench.command(Command::ActivateLink(LinkId(9)));
    bench.link(LinkId(9), mtp2::Output::InService);
    bench.link(LinkId(9), mtp2::Output::Received(vec![0x85; 20]));
    assert_eq!(bench.router.counters().unexpected, 3);
    assert_eq!(bench.outputs(), []);
}

#[test]
fn random_messages_and_reports_never_break_the_router() {
    let seed = [11; 32];
    let mut random = ChaCha20Rng::from_seed(seed);
    let mut bench = Bench::new(&[(A, 0), (B, 1)]);
    for round in 0..30_000 {
        let link = LinkId((random.next_u32() % 3) as u16);
        let mut octets = vec![0; random.next_u32() as usize % 16];
        random.fill_bytes(&mut octets);
        if let [service, label @ ..] = &mut octets[..] {
            // Most are for us, so that what lies behind the label is reached.
            *service = 0x80 | *service & 0x07;
            let own = 100 | 200 << 14 | u32::from(link.0) << 28;
            label.iter_mut().zip(own.to_le_bytes()).for_each(|(octet, own)| *octet = own);
        }
        match random.next_u32() % 12 {
            0 => bench.command(Command::ActivateLink(link)),
            1 => bench.command(Command::DeactivateLink(link)),
            2 => bench.link(link, mtp2::Output::InService),
            3 => bench.link(link, mtp2::Output::OutOfService(Reason::ErrorRate)),
            4 => bench.link(link, mtp2::Output::RemoteProcessorOutage),
            5 => bench.link(link, mtp2::Output::RemoteProcessorRecovered),
            6 => bench.send(FAR, (random.next_u32() % 16) as u8),
            7 => bench.pass(Duration::from_millis(u64::from(random.next_u32() % 10_000))),
            8 => bench.answer(link, link.0 as u8, b"spangate"),
            _ => bench.link(link, mtp2::Output::Received(octets)),
        }
        let carries = [A, B].iter().any(|link| bench.router.link_state(*link) == LinkState::Available);
        assert!(carries || !bench.router.is_reachable(FAR), "seed {seed:?}, round {round}");
        bench.outputs();
    }
}
