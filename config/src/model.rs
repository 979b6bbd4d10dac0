//! The model: what a configuration file means, in types that a checked file alone can fill.
//!
//! Every name of the file is an index here, every unit stands in a type or in the field's name, and
//! every reference points at something that exists: an index of this module is valid for the model
//! that it came with. Values are public so that `demo` and tests may move a port or a file; indices
//! are made by the check alone.
//!
//! Left out: what follows from the values (channel modes, ring depths, protocol limits) belongs to
//! the rooms that use them.

use std::ffi::OsString;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

pub use crate::isup_timers::IsupTimers;
pub use crate::network::Network;
pub use crate::pattern::Pattern;
pub use crate::point_code::PointCode;

/// A whole configuration, free of contradictions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// The SIP side.
    pub sip: Sip,
    /// Where RTP goes and how it is cut.
    pub rtp: Rtp,
    /// The HTTP face for `status`, `sim` and Prometheus.
    pub admin: Admin,
    /// What is logged.
    pub log: Log,
    /// Where the records that outlive the process go.
    pub journal: Journal,
    /// The packet capture, off unless asked for.
    pub capture: Option<Capture>,
    /// Whose spans these are.
    pub driver: Driver,
    /// The spans, in the file's order; [`SpanIndex`] counts here.
    pub spans: Vec<Span>,
    /// Signalling System No. 7.
    pub ss7: Ss7,
    /// The supervision timers of Q.764.
    pub isup_timers: IsupTimers,
    /// The trunk groups, in the file's order; [`TrunkIndex`] counts here.
    pub trunks: Vec<Trunk>,
    /// The dial plan: the first route that fits is taken.
    pub routes: Vec<Route>,
    /// The media threads.
    pub media: Media,
}

/// A span by its place in [`Model::spans`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SpanIndex(pub(crate) usize);

/// A trunk group by its place in [`Model::trunks`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TrunkIndex(pub(crate) usize);

/// A SIP peer by its place in [`Sip::peers`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PeerIndex(pub(crate) usize);

/// A signalling link by its place in [`Ss7::links`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinkIndex(pub(crate) usize);

/// A linkset by its place in [`Ss7::linksets`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LinksetIndex(pub(crate) usize);

macro_rules! places {
    ($($index:ident),*) => {$(
        impl $index {
            /// The place in the list, counted from 0.
            pub fn get(self) -> usize {
                self.0
            }
        }
    )*};
}
places!(SpanIndex, TrunkIndex, PeerIndex, LinkIndex, LinksetIndex);

/// `[sip]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sip {
    /// At least one.
    pub listeners: Vec<Listener>,
    /// User-Agent and Server header.
    pub user_agent: String,
    /// How long calls may go on after SIGTERM.
    pub drain: Duration,
    /// Who may call, and where calls go; [`PeerIndex`] counts here.
    pub peers: Vec<Peer>,
}

/// One address on which SIP is heard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Listener {
    /// The transport.
    pub transport: Transport,
    /// What is bound. Port 0 lets the system choose.
    pub address: SocketAddr,
    /// What Via and Contact say; never the unspecified address.
    pub advertised: SocketAddr,
}

/// A SIP transport.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Transport {
    /// UDP.
    Udp,
}

/// `[[sip.peer]]`: a neighbour that we call, and that may call us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Unique among peers and trunks.
    pub name: String,
    /// Where INVITEs to this peer go.
    pub address: SocketAddr,
    /// Source addresses of its INVITEs; the first peer that has the address owns the call.
    pub accept_from: Vec<Network>,
}

/// `[rtp]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rtp {
    /// What is bound.
    pub address: IpAddr,
    /// What SDP says; never the unspecified address.
    pub advertised: IpAddr,
    /// RTP on even ports, RTCP on the odd port above.
    pub ports: PortRange,
    /// Fixed depth of the playout buffer.
    pub playout_ms: u16,
    /// What we ask for and send when the peer does not ask: 10, 20, 30, 40 or 60.
    pub packet_ms: u8,
    /// In order of preference, each once, at least one.
    pub codecs: Vec<Codec>,
}

/// A range of UDP ports that begins even, ends odd and holds a pair for every circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PortRange {
    /// The first port, even.
    pub first: u16,
    /// The last port, odd, included.
    pub last: u16,
}

impl PortRange {
    /// How many RTP/RTCP pairs it holds.
    pub fn pairs(self) -> usize {
        (usize::from(self.last) + 1 - usize::from(self.first)) / 2
    }
}

/// A speech codec of RFC 3551.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Codec {
    /// G.711 A-law, payload type 8.
    Pcma,
    /// G.711 µ-law, payload type 0.
    Pcmu,
}

impl Codec {
    /// The companding law of its octets.
    pub fn law(self) -> Law {
        match self {
            Codec::Pcma => Law::A,
            Codec::Pcmu => Law::Mu,
        }
    }
}

/// `[admin]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Admin {
    /// A loopback address: nobody is asked for a password here.
    pub listen: SocketAddr,
}

/// `[log]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Log {
    /// The least severe level that is written.
    pub level: Level,
}

/// Severity of a log line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Something is lost.
    Error,
    /// Something may be lost.
    Warn,
    /// What an operator sees.
    Info,
    /// What a developer sees.
    Debug,
    /// Everything.
    Trace,
}

/// `[journal]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Journal {
    /// Where; `None` is the user's state directory, see [`Journal::directory`].
    pub directory: Option<PathBuf>,
    /// The longest time between a record and its `fdatasync`.
    pub sync: Duration,
}

/// `[capture]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capture {
    /// The pcapng file, made anew at start.
    pub file: PathBuf,
}

/// `driver`: whose spans these are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Driver {
    /// Spans made of memory.
    Sim(Sim),
    /// The kernel driver.
    Dahdi,
}

/// `[sim]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sim {
    /// What becomes of late readers.
    pub pacing: Pacing,
    /// The embedded exchanges, at most one a span.
    pub far_exchanges: Vec<FarExchange>,
}

/// How the simulated clock treats a late reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pacing {
    /// It runs on, and octets are lost, as on a card.
    Strict,
    /// It waits, and counts the lateness as the machine's.
    Patient {
        /// The longest wait.
        wait: Duration,
    },
}

/// `[[sim.far_exchange]]`: the other end of a simulated span, derived from the link and the trunk on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FarExchange {
    /// The span whose other end it is.
    pub span: SpanIndex,
    /// The link on that span; its adjacent point code is the exchange's own.
    pub link: LinkIndex,
    /// The trunk group that has all circuits of that span.
    pub trunk: TrunkIndex,
    /// The code of timeslot n is `cic_base + n`.
    pub cic_base: u16,
    /// The circuits of that span, by rising timeslot, at least one.
    pub circuits: Vec<Circuit>,
}

/// `[[span]]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// Unique among spans.
    pub name: String,
    /// Its framing.
    pub line: Line,
    /// The companding law of speech on its timeslots.
    pub law: Law,
    /// DAHDI's number for timeslot 1.
    pub first_channel: u32,
}

impl Span {
    /// DAHDI's channel for a timeslot of this span.
    pub fn channel(&self, timeslot: u8) -> u32 {
        self.first_channel + u32::from(timeslot) - 1
    }
}

/// A primary rate line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// 2048 kbit/s, timeslots 1 to 31 (G.704).
    E1,
    /// 1544 kbit/s, timeslots 1 to 24 (G.704).
    T1,
}

impl Line {
    /// The last timeslot; the first is 1.
    pub fn last_timeslot(self) -> u8 {
        match self {
            Line::E1 => 31,
            Line::T1 => 24,
        }
    }
}

/// A companding law of G.711.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// A-law.
    A,
    /// µ-law.
    Mu,
}

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
}

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

/// `[media]`: what the media threads ask of the machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Media {
    /// SCHED_FIFO priority of the TDM threads, 1 to 99; `None` stays with the ordinary scheduler.
    pub tdm_priority: Option<u8>,
    /// The same for the RTP workers.
    pub worker_priority: Option<u8>,
    /// The processors that media threads may use; empty is any.
    pub processors: Vec<u16>,
    /// Whether memory is locked against paging.
    pub lock_memory: bool,
}

impl Model {
    /// The span of that index.
    pub fn span(&self, index: SpanIndex) -> &Span {
        &self.spans[index.0]
    }

    /// The trunk group of that index.
    pub fn trunk(&self, index: TrunkIndex) -> &Trunk {
        &self.trunks[index.0]
    }

    /// Every trunk group's index, in order.
    pub fn trunk_indices(&self) -> impl Iterator<Item = TrunkIndex> + use<> {
        (0..self.trunks.len()).map(TrunkIndex)
    }

    /// The trunk group of that name.
    pub fn trunk_named(&self, name: &str) -> Option<TrunkIndex> {
        self.trunks.iter().position(|trunk| trunk.name == name).map(TrunkIndex)
    }

    /// The SIP peer of that index.
    pub fn peer(&self, index: PeerIndex) -> &Peer {
        &self.sip.peers[index.0]
    }

    /// The first SIP peer that calls from this address.
    pub fn peer_at(&self, source: IpAddr) -> Option<PeerIndex> {
        self.sip.peers.iter().position(|peer| peer.accept_from.iter().any(|net| net.contains(source))).map(PeerIndex)
    }

    /// The signalling link of that index.
    pub fn link(&self, index: LinkIndex) -> &Link {
        &self.ss7.links[index.0]
    }

    /// The linkset of that index.
    pub fn linkset(&self, index: LinksetIndex) -> &Linkset {
        &self.ss7.linksets[index.0]
    }

    /// How many circuits all trunk groups have together.
    pub fn circuit_count(&self) -> usize {
        self.trunks.iter().map(|trunk| trunk.circuits.len()).sum()
    }
}

impl Journal {
    /// Where records go: as configured, else `spangate` in the user's state directory by the XDG base directory
    /// rules, else `/var/lib/spangate`. `environment` answers for a variable's value.
    pub fn directory(&self, environment: impl Fn(&str) -> Option<OsString>) -> PathBuf {
        let absolute = |name| environment(name).map(PathBuf::from).filter(|path| path.is_absolute());
        let state = || absolute("XDG_STATE_HOME").or_else(|| Some(absolute("HOME")?.join(".local/state")));
        let own = self.directory.clone().or_else(|| Some(state()?.join("spangate")));
        own.unwrap_or_else(|| PathBuf::from("/var/lib/spangate"))
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Line::E1 => "E1",
            Line::T1 => "T1",
        })
    }
}

impl fmt::Display for Law {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Law::A => "A-law",
            Law::Mu => "µ-law",
        })
    }
}
