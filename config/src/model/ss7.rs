//! What `[ss7]` means: our point code, links, linksets, signalling routes and timers.

use isup::{mtp2, mtp3};

use super::{LinkIndex, LinksetIndex, PointCode, SpanIndex};

/// `[ss7]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ss7 {
    /// Our own signalling point code.
    pub own: PointCode,
    /// The network that these point codes belong to.
    pub network: NetworkIndicator,
    /// The links, in the file's order; [`LinkIndex`] counts here.
    pub links: Vec<Link>,
    /// One for each adjacent signalling point, in order of first appearance; [`LinksetIndex`] counts here.
    pub linksets: Vec<Linkset>,
    /// Every destination that is reachable, the adjacent points first.
    pub routes: Vec<SignallingRoute>,
    /// The timers of Q.703, the same for every link.
    pub mtp2_timers: mtp2::Timers,
    /// The timers of Q.704 and Q.707.
    pub mtp3_timers: mtp3::Timers,
}

/// Network indicator, Q.704 clause 14.2.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NetworkIndicator {
    /// International network.
    International,
    /// Spare, for international use.
    InternationalSpare,
    /// National network.
    National,
    /// Reserved for national use.
    NationalReserved,
}

impl NetworkIndicator {
    /// The two bits of the service information octet.
    pub fn value(self) -> u8 {
        self as u8
    }
}

/// `[[ss7.link]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Unique among links.
    pub name: String,
    /// The span that carries it.
    pub span: SpanIndex,
    /// The timeslot that carries it.
    pub timeslot: u8,
    /// Signalling link code, 0 to 15, unique in the linkset.
    pub slc: u8,
    /// Who makes fill-in signal units.
    pub mode: LinkMode,
    /// How errors are corrected, the same at both ends.
    pub correction: mtp2::Correction,
    /// The linkset that it belongs to.
    pub linkset: LinksetIndex,
}

/// How the driver treats the signalling timeslot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkMode {
    /// DAHDI's MTP2 mode: the driver repeats the last unit.
    Mtp2,
    /// DAHDI's HDLC mode with FCS: we keep the line full.
    Hdlc,
    /// A clear channel: flags, stuffing and check bits are ours too.
    Raw,
}

/// All links to one adjacent signalling point.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Linkset {
    /// The signalling point at the other end.
    pub adjacent: PointCode,
    /// Its links by rising SLC, at least one.
    pub links: Vec<LinkIndex>,
}

/// `[[ss7.route]]`, or the route that every adjacent point has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignallingRoute {
    /// The destination point code.
    pub destination: PointCode,
    /// The linkset that leads there.
    pub via: LinksetIndex,
    /// The lower, the better: 0 to 15. Routes of one priority share the load.
    pub priority: u8,
}
