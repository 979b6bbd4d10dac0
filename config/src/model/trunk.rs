//! What `[[trunk]]` and `[[route]]` mean: circuits, and the dial plan over them.

use super::{Pattern, PeerIndex, PointCode, SpanIndex, TrunkIndex};

/// `[[trunk]]`: circuits to one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trunk {
    /// Unique among trunks and peers.
    pub name: String,
    /// The exchange at the other end; a signalling route leads there.
    pub destination: PointCode,
    /// How an idle circuit is chosen.
    pub hunting: Hunting,
    /// By rising CIC, each CIC once for a destination, at least one.
    pub circuits: Vec<Circuit>,
}

/// One circuit: a bearer timeslot with its identification code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// Circuit identification code, 12 bits (Q.763 clause 1.2).
    pub cic: u16,
    /// The span.
    pub span: SpanIndex,
    /// The timeslot.
    pub timeslot: u8,
}

/// How an idle circuit of a trunk group is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hunting {
    /// The lowest CIC.
    Ascending,
    /// The highest CIC.
    Descending,
    /// The next above the last one taken.
    Cyclic,
    /// The one that has been idle longest.
    LeastRecentlyUsed,
    /// The lowest odd CIC, then the lowest even one.
    OddFirst,
    /// The lowest even CIC, then the lowest odd one.
    EvenFirst,
}

/// `[[route]]`: one line of the dial plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    /// Whose calls.
    pub from: RouteFrom,
    /// Which called numbers.
    pub pattern: Pattern,
    /// Where they go.
    pub to: RouteTo,
    /// How many digits are taken from the front of the called number, first.
    pub strip: u8,
    /// What is put before the rest, then.
    pub prepend: String,
    /// The nature of address of the called number as sent to a trunk; `None` follows the number itself.
    pub nature: Option<NatureOfAddress>,
}

/// Where a call came from, as a route sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteFrom {
    /// Any SIP peer.
    Sip,
    /// One SIP peer.
    Peer(PeerIndex),
    /// One trunk group.
    Trunk(TrunkIndex),
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteTo {
    /// To a SIP peer.
    Peer(PeerIndex),
    /// To a trunk group.
    Trunk(TrunkIndex),
}

/// Nature of address indicator of a called party number, Q.763 clause 3.9.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NatureOfAddress {
    /// Subscriber number.
    Subscriber,
    /// Unknown.
    Unknown,
    /// National (significant) number.
    National,
    /// International number.
    International,
}
