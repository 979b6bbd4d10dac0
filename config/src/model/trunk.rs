//! What `[[trunk]]` and `[[route]]` mean: circuits, and the dial plan over them.

use std::time::Duration;

use isup::continuity::CheckTones;
use isup::q931::timer::Timers;

use super::{Pattern, PeerIndex, PointCode, SpanIndex, TrunkIndex, UserIndex};

/// `[[trunk]]`: circuits to one exchange.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trunk {
    /// Unique among trunks and peers.
    pub name: String,
    /// How calls on it are signalled.
    pub signalling: Signalling,
    /// How an idle circuit is chosen.
    pub hunting: Hunting,
    /// Digits of a called number come and go one after the other, as they are dialled (Q.764 clause 2.1.2, Q.931 clause 5.1.3).
    pub overlap: bool,
    /// Whose calls may go out by it; `None`: everybody's that a route leads here.
    pub allow: Option<Vec<RouteFrom>>,
    /// So many idle circuits are kept for emergency calls.
    pub reserve: u16,
    /// What happens while every SIP peer that its routes lead to is silent.
    pub peers_down: PeersDown,
    /// By rising number, each number once for what they lead to, at least one.
    pub circuits: Vec<Circuit>,
}

/// What a trunk does while every peer that its calls go to is silent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PeersDown {
    /// What.
    pub action: PeersDownAction,
    /// How long they have been silent before.
    pub after: Duration,
    /// The cause of Q.850 with which its calls are released.
    pub cause: u8,
}

/// What it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PeersDownAction {
    /// Nothing: each call finds out for itself.
    Ignore,
    /// Its circuits are blocked for maintenance, and calls that come nevertheless are released at once.
    Block,
    /// Calls that come are released at once.
    Release,
}

/// How the calls of a trunk group are signalled.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "there is one for each trunk of a configuration")]
pub enum Signalling {
    /// ISUP.
    Isup(Isup),
    /// Q.931 over D-channels.
    Pri(Pri),
}

/// ISUP to one exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Isup {
    /// The exchange; a signalling route leads there.
    pub destination: PointCode,
    /// How its circuits are checked.
    pub continuity: Continuity,
}

/// Continuity checks of a trunk's circuits (Q.764 clause 2.1.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Continuity {
    /// The tones, and what answers them.
    pub tones: CheckTones,
    /// One of so many calls that go out asks for a check; 0: none does. What the far end asks for is always done.
    pub every: u16,
}

/// A primary rate interface, or several under the same D-channels (NFAS).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pri {
    /// Which end we are.
    pub side: Side,
    /// Whose Q.931 is spoken.
    pub switch: Switch,
    /// Lengths of the timers of call control: those of the side, and of what the file says otherwise.
    pub timers: Timers,
    /// How often the next idle channel is restarted for maintenance; `None`: never.
    pub restart_every: Option<Duration>,
    /// A called user may have malicious calls recorded.
    pub malicious_calls: bool,
    /// Network side: users may transfer and divert calls. User side: we ask the network to join two channels of one call.
    pub transfer: bool,
    /// Its spans in the file's order, at least one.
    pub spans: Vec<PriSpan>,
}

impl Pri {
    /// Every D-channel's span and timeslot: the one in use first, then its backup.
    pub fn d_channels(&self) -> impl Iterator<Item = (SpanIndex, u8)> + '_ {
        self.spans.iter().filter_map(|span| Some((span.span, span.d_channel?)))
    }
}

/// A span of a primary rate interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriSpan {
    /// The span.
    pub span: SpanIndex,
    /// Interface identifier, Q.931 4.5.13; 7 bits, unique in its group.
    pub interface: u8,
    /// The timeslot of its D-channel. The first span has one, and one other may have the backup.
    pub d_channel: Option<u8>,
}

/// Which end of a primary rate interface we are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The exchange.
    Network,
    /// The PBX.
    User,
}

/// Whose Q.931 a primary rate interface speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Switch {
    /// EuroISDN (ETSI), on E1 and T1.
    EuroIsdn,
    /// National ISDN 1.
    Ni1,
    /// National ISDN 2.
    Ni2,
    /// Nortel DMS-100.
    Dms100,
    /// Lucent 4ESS.
    Ess4,
    /// Lucent 5ESS.
    Ess5,
    /// QSIG between private exchanges.
    Qsig,
}

/// One circuit: a bearer timeslot and what both ends call it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Circuit {
    /// ISUP: circuit identification code, 12 bits (Q.763 clause 1.2). PRI: the timeslot, and for each span of the trunk after
    /// the first 100 more.
    pub number: u16,
    /// The span.
    pub span: SpanIndex,
    /// The timeslot.
    pub timeslot: u8,
}

/// How an idle circuit of a trunk group is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hunting {
    /// The lowest number.
    Ascending,
    /// The highest number.
    Descending,
    /// The next above the last one taken.
    Cyclic,
    /// The one that has been idle longest.
    LeastRecentlyUsed,
    /// The lowest odd number, then the lowest even one.
    OddFirst,
    /// The lowest even number, then the lowest odd one.
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
    /// Any SIP peer or registered user.
    Sip,
    /// One SIP peer.
    Peer(PeerIndex),
    /// One registered user.
    User(UserIndex),
    /// One trunk group.
    Trunk(TrunkIndex),
}

/// Where a route leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteTo {
    /// To a SIP peer.
    Peer(PeerIndex),
    /// To wherever a user has registered.
    User(UserIndex),
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
