//! Message transfer part level 3: Q.704 signalling message handling and network management, Q.707 link test.
//!
//! [`Router`] is the face. One file per function: routing label ([`label`]), message discrimination and distribution
//! ([`discrimination`]), load sharing within a linkset ([`sharing`]) and over the routes to a destination
//! ([`route_set`], with rerouting and the route set test), changeover ([`changeover`]), changeback ([`changeback`]),
//! link activation and restoration ([`link_activity`]), link test ([`test_control`]), management inhibiting
//! ([`inhibiting`]), MTP restart ([`restart`]), management messages ([`management`]) and their timers ([`timers`]).
//!
//! Leaves out: the transfer function, since we are a signalling end point; the signalling route set congestion test and
//! the message priorities of national networks (T15, T16); messages about clusters; connection of data links.

pub mod changeback;
pub mod changeover;
pub mod discrimination;
pub mod held;
pub mod inhibiting;
pub mod label;
pub mod link_activity;
pub mod management;
pub mod restart;
pub mod route_set;
mod router;
pub mod sharing;
pub mod test_control;
pub mod timers;

use std::fmt;

pub use crate::point_code::{
    Format, NetworkIndicator, PointCode, ServiceIndicator, Sls, Transfer, UnavailabilityCause,
};
pub use inhibiting::Request as InhibitRequest;
pub use router::{CONGESTION_EVERY, Router};
pub use timers::Timers;

use crate::mtp2;
use management::Heading;

/// A signalling link, as the owner of the router numbers it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LinkId(pub u16);

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.0)
    }
}

/// What a router is made with.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Config {
    /// How the network numbers signalling points.
    pub format: Format,
    /// Our point code.
    pub own: PointCode,
    /// Further point codes of ours, for which user parts receive messages too. Links and network management know us by
    /// `own` alone.
    pub further: Vec<PointCode>,
    /// The network that the point codes belong to.
    pub network: NetworkIndicator,
    /// Timer lengths.
    pub timers: Timers,
    /// The linksets.
    pub linksets: Vec<LinksetConfig>,
    /// Which linksets lead to which destination. An adjacent point needs a route like any other.
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
    /// The lower, the better; routes of one priority share the load.
    pub priority: u8,
}

/// What management asks of the router.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Bring a link into service and keep it there.
    ActivateLink(LinkId),
    /// Take a link out of service and leave it there.
    DeactivateLink(LinkId),
    /// Take a link out of use, but leave it in service, with the far end's consent.
    InhibitLink(LinkId),
    /// End that.
    UninhibitLink(LinkId),
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
    /// MTP-STATUS: messages to the destination are too many; told for each report, and for the first and each
    /// [`CONGESTION_EVERY`]th message that a congested link of ours takes.
    Congested {
        /// Where they go.
        destination: PointCode,
        /// 0 to 3; 0 where the network has no levels.
        level: u8,
    },
    /// MTP-STATUS: a user part at the destination is unavailable.
    UserPartUnavailable {
        /// Where.
        destination: PointCode,
        /// Which one.
        service: ServiceIndicator,
        /// Why.
        cause: UnavailabilityCause,
    },
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
    /// A management message of a procedure that is left out, or that its procedure did not expect.
    ManagementIgnored(LinkId, Heading),
    /// The far end ordered the link to be changed over.
    ChangeoverOrdered(LinkId),
    /// T2: the far end did not acknowledge our changeover order; what the link had not delivered may be lost.
    ChangeoverUnanswered(LinkId),
    /// Messages of a failed link go over other links.
    Diverted {
        /// The failed link.
        link: LinkId,
        /// How many it had not delivered.
        messages: usize,
    },
    /// T5: the far end did not acknowledge our changeback declaration.
    ChangebackUnanswered(LinkId),
    /// The link carries no traffic by order, ours (true) or the far end's.
    Inhibited(LinkId, bool),
    /// That is over.
    Uninhibited(LinkId, bool),
    /// A link cannot be inhibited: the far end needs it (true) or we do.
    InhibitDenied(LinkId, bool),
    /// The far end answered none of two requests.
    InhibitUnanswered(LinkId, InhibitRequest),
    /// An adjacent point has said how a destination can be reached through it: TFP, TFR or TFA.
    Route {
        /// The adjacent point.
        through: PointCode,
        /// The destination.
        destination: PointCode,
        /// What it said.
        said: Heading,
    },
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
    /// Would carry traffic but for an order of either end's management.
    Inhibited,
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
    /// Messages that found no room while their link or destination was diverted.
    pub held_dropped: u64,
    /// Messages that a changeover retrieved for other links.
    pub retrieved: u64,
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
    /// Received management messages of procedures that are left out, or that their procedure did not expect.
    pub management_ignored: u64,
    /// Test messages that did not fit their link.
    pub test_unreasonable: u64,
    /// Orders or reports for a link that does not exist or does not expect them.
    pub unexpected: u64,
}
