//! The words between the endpoint and its user: sessions, commands in, events out.
//!
//! A session is one INVITE and the dialog that it makes (RFC 3261 13). **Every session ends with exactly one of
//! [`Event::Refused`], [`Event::Cancelled`], [`Event::Ended`], [`Event::Failed`], [`Event::Responded`], and nothing follows it**; this holds
//! also when its user ended it by `Refuse`, `Bye` or `Cancel`. Commands for a session that is over are counted and
//! have no effect, because they cross the last event on its way.

mod command;
mod event;

use super::body::Part;
use super::digest::answer::Account;
use super::name_addr::NameAddr;
use super::octets::Octets;
use super::provenance::Provenance;
use super::replaces::Replaces;
use super::route;
use super::sdp::Description;
use super::signature::{Signature, Signatures};
use super::summary::Summary;
use super::uri::Uri;
use std::fmt;
use std::net::SocketAddr;

pub use super::failure::Failure;
pub use super::output::Output;
pub use command::Command;
pub use event::Event;

/// One session of one endpoint; never reused while the process lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub u64);

impl fmt::Display for SessionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "session {}", self.0)
    }
}

/// Who asks by [`Output::Resolve`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResolveId(pub u64);

/// An INVITE that wants a session. 100 Trying has gone already.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    /// Names the session in all that follows.
    pub session: SessionId,
    /// Index of the listener on which it came.
    pub listener: usize,
    /// Where it came from.
    pub remote: SocketAddr,
    /// Whom it wants.
    pub request_uri: Uri,
    /// From.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// Call-ID, for records.
    pub call_id: Octets,
    /// What it says of its parties besides. To be believed from trusted peers only.
    pub provenance: Provenance,
    /// P-Early-Media is understood (RFC 5009).
    pub gates_early_media: bool,
    /// Replaces (RFC 3891): the dialog whose place it is to take.
    pub replaces: Option<Replaces>,
    /// The SDP offer; `None`: the peer wants ours in the 2xx.
    pub offer: Option<Description>,
    /// All body parts, SDP included, octets untouched.
    pub parts: Vec<Part>,
    /// Max-Forwards; `None` when absent.
    pub max_forwards: Option<u32>,
    /// It is for `urn:service:sos`, or marked as an emergency. To be believed from trusted peers only.
    pub emergency: bool,
    /// Which user its sender has proven to be; `None`: a peer, known by its address.
    pub user: Option<Octets>,
    /// Who has signed for the caller.
    pub signatures: Signatures,
}

/// What a REFER asks for (RFC 3515).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Referral {
    /// Refer-To.
    pub target: Uri,
    /// Refer-To names a dialog whose place the new one is to take.
    pub replaces: Option<Replaces>,
    /// Referred-By (RFC 3892), as the peer says it.
    pub referred_by: Option<NameAddr>,
}

/// Where somebody is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// Request-URI.
    pub target: Uri,
    /// Next hop, by address or name: its servers are located as RFC 3263 says, and tried in that order.
    pub hop: Uri,
    /// Proxies on the way, as values of Route; the first of them is the next hop, and not `hop`.
    pub route: Vec<Octets>,
    /// Which device it is (RFC 5626): one that has answered is not asked by its other flows.
    pub instance: Option<Octets>,
}

impl Place {
    /// One that is reached without proxies.
    pub fn at(target: Uri, hop: Uri) -> Place {
        Place { target, hop, route: Vec::new(), instance: None }
    }

    /// Where a request to it goes first.
    pub fn next_hop(&self) -> Uri {
        route::first_hop(&self.route).unwrap_or_else(|| self.hop.clone())
    }
}

/// A call out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Names the session in all that follows; from `Endpoint::next_session`.
    pub session: SessionId,
    /// Where the callee is.
    pub place: Place,
    /// Where else it is: tried one after the other, until one answers or says 6xx.
    pub others: Vec<Place>,
    /// From; the endpoint adds the tag.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// What it says of the parties besides.
    pub provenance: Provenance,
    /// Asks for P-Early-Media in the responses (RFC 5009 8.1).
    pub gates_early_media: bool,
    /// Others give way to it: `Resource-Priority: esnet.0` (RFC 7135).
    pub emergency: bool,
    /// The SDP offer.
    pub offer: Description,
    /// Max-Forwards; 70 is the standard's value.
    pub max_forwards: u32,
    /// Who we are to whoever challenges a request of the session (RFC 3261 22); `None`: a challenge is a refusal.
    pub account: Option<Account>,
    /// What we sign the caller's number by.
    pub signature: Option<Signature>,
}

/// A request outside of any dialog.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standalone {
    /// From `Endpoint::next_session`.
    pub session: SessionId,
    /// Whither.
    pub place: Place,
    /// From; the endpoint adds the tag.
    pub from: NameAddr,
    /// To.
    pub to: NameAddr,
    /// Who we are to whoever challenges it.
    pub account: Option<Account>,
    /// Which one.
    pub what: What,
}

/// What is asked or told outside of dialogs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// OPTIONS: whether somebody is there (RFC 3261 11).
    Options,
    /// NOTIFY of a message summary, without a subscription.
    Summary(Summary),
}

/// Contacts of a 3xx that are looked at.
pub const REDIRECTIONS_MAX: usize = 8;
