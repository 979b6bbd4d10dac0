//! The model: what a configuration file means, in types that a checked file alone can fill.
//!
//! Every name of the file is an index here, every unit stands in a type or in the field's name, and
//! every reference points at something that exists: an index of this module is valid for the model
//! that it came with. Values are public so that `demo` and tests may move a port or a file; indices
//! are made by the check alone.
//!
//! Left out: what follows from the values (channel modes, ring depths, protocol limits) belongs to
//! the rooms that use them.

mod emergency;
mod hop;
mod identity;
mod process;
mod sip;
mod span;
mod ss7;
mod stir;
mod terms;
mod trunk;

use std::collections::BTreeMap;
use std::net::IpAddr;

use isup::exchange::Relation;
use isup::timer::Timers;
use isup::variant::Variant;

pub use isup::point_code::PointCode;

pub use crate::network::Network;
pub use crate::pattern::Pattern;
pub use emergency::{Emergency, EmergencyService};
pub use hop::{Host, NextHop, NotAHop};
pub use identity::{Account, DigestHash, Password, Registration, User};
pub use process::{Admin, Capture, Journal, Level, Log, Media};
pub use sip::{Codec, Listener, Peer, PortRange, Rtp, Sip, Tls, Transport};
pub use span::{Driver, FarExchange, FarSignalling, Law, Line, Pacing, Setup, Sim, Span};
pub use ss7::{Link, LinkMode, Linkset, NetworkIndicator, SignallingRoute, Ss7};
pub use stir::{Attestation, Signatures, Signing, Stir, Verification, Verify};
pub use terms::{DiversionField, Limits, SipParty, Srtp, SrtpKeys, Terms};
pub use trunk::{
    Circuit, Continuity, Hunting, Isup, NatureOfAddress, PeersDown, PeersDownAction, Ported, Pri, PriSpan, Route,
    RouteFrom, RouteTo, Side, Signalling, Switch, Trunk,
};

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
    /// Signalling System No. 7; `None` where every trunk is PRI.
    pub ss7: Option<Ss7>,
    /// Whose MTP3 and ISUP it is, with what the file changes of them.
    pub variant: Variant,
    /// How we stand to each exchange that an ISUP trunk leads to.
    pub relations: BTreeMap<PointCode, Relation>,
    /// The trunk groups, in the file's order; [`TrunkIndex`] counts here.
    pub trunks: Vec<Trunk>,
    /// The dial plan: the first route that fits is taken.
    pub routes: Vec<Route>,
    /// Calls that everything else gives way to.
    pub emergency: Emergency,
    /// Who signs for calling numbers, and whose signatures are believed.
    pub stir: Stir,
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

/// A registered user by their place in [`Sip::users`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct UserIndex(pub(crate) usize);

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
places!(SpanIndex, TrunkIndex, PeerIndex, UserIndex, LinkIndex, LinksetIndex);

impl Model {
    /// The span of that index.
    pub fn span(&self, index: SpanIndex) -> &Span {
        &self.spans[index.0]
    }

    /// Every span's index, in order.
    pub fn span_indices(&self) -> impl Iterator<Item = SpanIndex> + use<> {
        (0..self.spans.len()).map(SpanIndex)
    }

    /// The trunk group of that index.
    pub fn trunk(&self, index: TrunkIndex) -> &Trunk {
        &self.trunks[index.0]
    }

    /// Every trunk group's index, in order.
    pub fn trunk_indices(&self) -> impl Iterator<Item = TrunkIndex> + use<> {
        (0..self.trunks.len()).map(TrunkIndex)
    }

    /// The ISUP timers of a trunk group; those of the variant for one that speaks something else.
    pub fn isup_timers(&self, trunk: TrunkIndex) -> &Timers {
        let relation = match &self.trunk(trunk).signalling {
            Signalling::Isup(isup) => self.relations.get(&isup.destination),
            Signalling::Pri(_) => None,
        };
        relation.map_or(&self.variant.timers, |relation| &relation.timers)
    }

    /// The trunk group of that name.
    pub fn trunk_named(&self, name: &str) -> Option<TrunkIndex> {
        self.trunks.iter().position(|trunk| trunk.name == name).map(TrunkIndex)
    }

    /// The SIP peer of that index.
    pub fn peer(&self, index: PeerIndex) -> &Peer {
        &self.sip.peers[index.0]
    }

    /// The user of that index.
    pub fn user(&self, index: UserIndex) -> &User {
        &self.sip.users[index.0]
    }

    /// The user of that name.
    pub fn user_named(&self, name: &[u8]) -> Option<UserIndex> {
        self.sip.users.iter().position(|user| user.name.as_bytes() == name).map(UserIndex)
    }

    /// The terms of somebody on the SIP side.
    pub fn terms(&self, party: SipParty) -> &Terms {
        match party {
            SipParty::Peer(peer) => &self.peer(peer).terms,
            SipParty::User(user) => &self.user(user).terms,
        }
    }

    /// Their name in the dial plan.
    pub fn name_of(&self, party: SipParty) -> &str {
        match party {
            SipParty::Peer(peer) => &self.peer(peer).name,
            SipParty::User(user) => &self.user(user).name,
        }
    }

    /// Whose calls a user's are: the user's own, or those of the peer that the user belongs to.
    pub fn party_of(&self, user: UserIndex) -> SipParty {
        self.user(user).peer.map_or(SipParty::User(user), SipParty::Peer)
    }

    /// Everybody on the SIP side who has terms, peers first.
    pub fn sip_parties(&self) -> impl Iterator<Item = SipParty> + '_ {
        let own = (0..self.sip.users.len()).map(UserIndex).filter(|user| self.user(*user).peer.is_none());
        self.peer_indices().map(SipParty::Peer).chain(own.map(SipParty::User))
    }

    /// Every SIP peer's index, in order.
    pub fn peer_indices(&self) -> impl Iterator<Item = PeerIndex> + use<> {
        (0..self.sip.peers.len()).map(PeerIndex)
    }

    /// The first SIP peer that calls from this address.
    pub fn peer_at(&self, source: IpAddr) -> Option<PeerIndex> {
        self.sip.peers.iter().position(|peer| peer.accept_from.iter().any(|net| net.contains(source))).map(PeerIndex)
    }

    /// The signalling links; none without SS7.
    pub fn links(&self) -> &[Link] {
        self.ss7.as_ref().map_or(&[], |ss7| &ss7.links)
    }

    /// The linksets; none without SS7.
    pub fn linksets(&self) -> &[Linkset] {
        self.ss7.as_ref().map_or(&[], |ss7| &ss7.linksets)
    }

    /// The signalling link of that index.
    pub fn link(&self, index: LinkIndex) -> &Link {
        &self.links()[index.0]
    }

    /// The linkset of that index.
    pub fn linkset(&self, index: LinksetIndex) -> &Linkset {
        &self.linksets()[index.0]
    }

    /// How many circuits all trunk groups have together.
    pub fn circuit_count(&self) -> usize {
        self.trunks.iter().map(|trunk| trunk.circuits.len()).sum()
    }
}
