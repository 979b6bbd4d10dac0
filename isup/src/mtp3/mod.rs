//! Message transfer part level 3: Q.704 signalling message handling and network management, Q.707 link test.
//!
//! [`Router`] is the face. One file per function: routing label ([`label`]), message discrimination and distribution
//! ([`discrimination`]), message routing with load sharing ([`routing`]), link activation and restoration
//! ([`link_activity`]), link test ([`test_control`]), traffic restart ([`restart`]), and headings of management messages
//! ([`management`]).
//!
//! Leaves out: changeover, changeback, rerouting, management inhibiting, transfer-prohibited and route-set test.
//! Messages of those are counted and reported, and nothing else.

pub mod discrimination;
pub mod label;
pub mod link_activity;
pub mod management;
pub mod restart;
mod router;
pub mod routing;
pub mod test_control;

use std::fmt;
use std::time::Duration;

pub use crate::point_code::{NetworkIndicator, PointCode, ServiceIndicator, Sls, Transfer};
pub use router::Router;

use crate::mtp2;
use crate::timer::OutOfRange;

/// A signalling link, as the owner of the router numbers it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkId(pub u16);

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.0)
    }
}

/// Lengths of the timers, and how often a link test is tried.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// Q.704 T17: from a failed alignment or a failure to the next attempt, so that links do not flap.
    pub t17: Duration,
    /// Q.704 T21: how long the adjacent point may take to say that it takes traffic.
    pub t21: Duration,
    /// Q.707 T1: how long an SLTA may take.
    pub test_t1: Duration,
    /// Q.707 T2: from one link test to the next.
    pub test_t2: Duration,
}

impl Timers {
    /// Values within the ranges of the standards.
    pub const ITU: Timers = Timers {
        t17: Duration::from_millis(1_150),
        t21: Duration::from_secs(64),
        test_t1: Duration::from_secs(8),
        test_t2: Duration::from_secs(60),
    };

    /// The timers that lie outside the standards' ranges, with that range; empty when all is well.
    pub fn out_of_range(&self) -> Vec<OutOfRange> {
        OutOfRange::among(&[
            ("t17", self.t17, (800, 1_500)),
            ("t21", self.t21, (63_000, 65_000)),
            ("test_t1", self.test_t1, (4_000, 12_000)),
            ("test_t2", self.test_t2, (30_000, 90_000)),
        ])
    }
}

impl Default for Timers {
    fn default() -> Self {
        Self::ITU
    }
}

/// What a router is made with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// Our point code.
    pub own: PointCode,
    /// The network that the point codes belong to.
    pub network: NetworkIndicator,
    /// Timer lengths.
    pub timers: Timers,
    /// The linksets.
    pub linksets: Vec<LinksetConfig>,
    /// Which linkset leads to which destination. An adjacent point needs a route like any other.
    pub routes: Vec<RouteConfig>,
}

/// The parallel links to one adjacent signalling point.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinksetConfig {
    /// The point at the other end.
    pub adjacent: PointCode,
    /// The links, each with its signalling link code (SLC, 0 to 15).
    pub links: Vec<(LinkId, u8)>,
}

/// One row of the routing table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RouteConfig {
    /// Where messages go.
    pub destination: PointCode,
    /// Index of the linkset in [`Config::linksets`].
    pub linkset: usize,
}

/// What management asks of the router.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Bring a link into service and keep it there.
    ActivateLink(LinkId),
    /// Take a link out of service and leave it there.
    DeactivateLink(LinkId),
    /// Deactivate every link: the far ends see SIOS.
    StopAll,
}

/// What a router asks and tells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// For level 2 of that link.
    Link(LinkId, mtp2::Command),
    /// A message for a user part here.
    Deliver(Transfer),
    /// MTP-PAUSE: the destination cannot be reached.
    Pause(PointCode),
    /// MTP-RESUME: the destination can be reached again.
    Resume(PointCode),
    /// For the log.
    Event(Event),
}

/// What an operator would like to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Event {
    /// The link aligned and passed its test: it carries traffic.
    LinkAvailable(LinkId),
    /// The link carries no traffic any more.
    LinkUnavailable(LinkId, mtp2::Reason),
    /// Two link tests in a row went unanswered or were answered wrongly: the link is taken down.
    TestFailed(LinkId),
    /// A management message of a procedure that is left out, by its heading octet (H1 in the high four bits).
    ManagementIgnored(LinkId, u8),
    /// Traffic restart allowed came from this adjacent point.
    TrafficRestartAllowed(PointCode),
    /// T21: this adjacent point never said that it takes traffic; it is given some all the same.
    TrafficRestartOverdue(PointCode),
    /// A message was discarded.
    Discarded(LinkId, Discard),
    /// The transmission buffer of a link passed its onset mark (true) or fell below its abatement mark (false).
    Congestion(LinkId, bool),
}

/// Why a received message was discarded.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Discard {
    /// Too short for a routing label.
    Malformed,
    /// Another network indicator.
    Network(NetworkIndicator),
    /// Another destination; we are no transfer point.
    Destination(PointCode),
    /// A user part that we do not have.
    Service(ServiceIndicator),
    /// A test message with an originator, link code or contents that this link does not have.
    Test,
}

/// State of a link as level 3 sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinkState {
    /// Not asked for.
    Inactive,
    /// Asked for; waiting for T17 before the next attempt.
    Waiting,
    /// Level 2 aligns.
    Aligning,
    /// Level 2 is in service, the first link test is under way.
    Testing,
    /// Carries traffic.
    Available,
    /// Would carry traffic but for a processor outage at the far end.
    RemoteProcessorOutage,
}

/// What a router has counted since it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// User part messages handed to a link.
    pub sent: u64,
    /// User part messages delivered.
    pub delivered: u64,
    /// Messages for a destination without a route or without an available link.
    pub unreachable: u64,
    /// Messages too long for a signalling information field.
    pub oversized: u64,
    /// Received messages too short for a label.
    pub malformed: u64,
    /// Received messages of another network.
    pub wrong_network: u64,
    /// Received messages for another point.
    pub wrong_destination: u64,
    /// Received messages for a user part that we do not have.
    pub wrong_service: u64,
    /// Received management messages of procedures that are left out.
    pub management_ignored: u64,
    /// Test messages that did not fit their link.
    pub test_unreasonable: u64,
    /// Orders or reports for a link that does not exist or does not expect them.
    pub unexpected: u64,
}
