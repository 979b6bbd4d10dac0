//! Routing labels and link test messages, and a router that gets them.

use std::time::Instant;

use isup::mtp2;
use isup::mtp3::label::Signal;
use isup::mtp3::management::ManagementMessage;
use isup::mtp3::test_control::TestMessage;
use isup::mtp3::{
    Command, Config, Format, LinkId, LinkState, LinksetConfig, NetworkIndicator, Output, PointCode, RouteConfig,
    Router, ServiceIndicator, Sls, Timers,
};

/// A message from its service information octet on, at a router with one link that carries traffic.
pub fn mtp3_label(octets: &[u8]) -> bool {
    let signal = Signal::decode(Format::ITU, octets);
    if let Ok(signal) = signal {
        assert_eq!(signal.encode(Format::ITU), octets);
        if let Ok((link, test)) = TestMessage::decode(Format::ITU, signal.sls, signal.payload) {
            let (sls, octets) = test.encode(Format::ITU, link);
            assert_eq!(TestMessage::decode(Format::ITU, sls, &octets), Ok((link, test)));
        }
        for format in Format::ALL {
            if let Ok(message) = ManagementMessage::decode(format, signal.sls, signal.payload) {
                let (sls, octets) = message.encode(format);
                assert_eq!(ManagementMessage::decode(format, sls, &octets), Ok(message));
            }
        }
    }
    let mut point = Point::available();
    for output in point.receive(octets) {
        match (output, signal) {
            (Output::Deliver(transfer), Ok(signal)) => assert_eq!(transfer.payload, signal.payload),
            (Output::Link(_, mtp2::Command::Transmit(reply)), _) => {
                assert!(reply.len() <= octets.len().max(UNAVAILABLE_OCTETS), "it grew");
            }
            (Output::Deliver(_) | Output::Link(..), _) => panic!("an answer to what is no message"),
            _ => {}
        }
    }
    assert_eq!(point.router.link_state(LINK), LinkState::Available, "one message takes no link down");
    point.tests_go_unanswered();
    signal.is_ok()
}

/// Our signalling point on virtual time.
struct Point {
    router: Router,
    now: Instant,
}

impl Point {
    fn available() -> Self {
        let config = Config {
            format: Format::ITU,
            own: OWN,
            further: Vec::new(),
            network: NetworkIndicator::NATIONAL,
            timers: Timers::ITU,
            linksets: vec![LinksetConfig { adjacent: ADJACENT, links: vec![(LINK, 0)] }],
            routes: vec![RouteConfig { destination: ADJACENT, linkset: 0, priority: 0 }],
        };
        let mut point = Self { router: Router::new(config), now: Instant::now() };
        point.router.handle_command(point.now, Command::ActivateLink(LINK));
        point.outputs();
        point.router.handle_link(point.now, LINK, mtp2::Output::InService);
        point.answers_tests();
        point.receive(&ALLOWED.encode(Format::ITU));
        assert!(point.router.is_reachable(ADJACENT));
        point
    }

    fn receive(&mut self, octets: &[u8]) -> Vec<Output> {
        self.router.handle_link(self.now, LINK, mtp2::Output::Received(octets.to_vec()));
        self.outputs()
    }

    /// The far end's part of Q.707: each SLTM gets its SLTA.
    fn answers_tests(&mut self) {
        for output in self.outputs() {
            let Output::Link(_, mtp2::Command::Transmit(octets)) = output else { continue };
            let sent = Signal::decode(Format::ITU, &octets).expect("our own octets");
            if let Ok((link, TestMessage::Test(pattern))) = TestMessage::decode(Format::ITU, sent.sls, sent.payload) {
                let (_, payload) = TestMessage::Acknowledgement(pattern).encode(Format::ITU, link);
                self.receive(&Signal { dpc: OWN, opc: ADJACENT, payload: &payload, ..sent }.encode(Format::ITU));
            }
        }
    }

    fn outputs(&mut self) -> Vec<Output> {
        let outputs: Vec<_> = std::iter::from_fn(|| self.router.poll_output()).take(OUTPUTS_MAX + 1).collect();
        assert!(outputs.len() <= OUTPUTS_MAX, "one input, more than {OUTPUTS_MAX} outputs");
        outputs
    }

    /// Whatever was received, two link tests without an answer still take the link down.
    fn tests_go_unanswered(&mut self) {
        for _ in 0..TIMEOUTS_MAX {
            let due = self.router.poll_timeout().expect("links are tested for ever");
            self.now = self.now.max(due);
            self.router.handle_timeout(self.now);
            self.outputs();
            if self.router.link_state(LINK) != LinkState::Available {
                return;
            }
        }
        panic!("the link is still available");
    }
}

const LINK: LinkId = LinkId(0);
const OWN: PointCode = PointCode(2057);
const ADJACENT: PointCode = PointCode(4114);
/// Traffic restart allowed: the far end takes messages of user parts.
const ALLOWED: Signal<'static> = Signal {
    service: ServiceIndicator::NETWORK_MANAGEMENT,
    network: NetworkIndicator::NATIONAL,
    spare: 0,
    dpc: OWN,
    opc: ADJACENT,
    sls: Sls(0),
    payload: &[0x17],
};
/// What one message may cause: its delivery or its answer, a change of the link, a change of the route, and their events.
const OUTPUTS_MAX: usize = 8;
/// User part unavailable: service information octet, label, heading, point code, user part and cause.
const UNAVAILABLE_OCTETS: usize = 9;
/// The next test, its first try and its second; besides, what management of links has set going: a far end that tests an
/// inhibition which we know nothing of is asked to end it, twice.
const TIMEOUTS_MAX: usize = 8;
