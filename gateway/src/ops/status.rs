//! The state of a running gateway as one document: what `GET /status` says and `spangate status` prints.
//!
//! It is a picture of one moment, made by control; counters count since the start. Lists are bounded: calls by
//! [`CALLS_MAX`], the others by the configuration. Left out: how the values come about.

mod calls;
mod signalling;
mod sip;
mod table;

use serde::{Deserialize, Serialize};

pub use calls::{Audit, Call, Calls, Media};
pub use signalling::{Circuits, DChannel, Discarded, Irregular, Link, Span, Trunk};
pub use sip::{Dialog, Peer, Registration, Sip, Transactions, User};

/// The calls that a document lists at most; [`Calls::active`] counts them all.
pub const CALLS_MAX: usize = 1000;
/// Likewise of contacts of users; [`Sip::registered`] counts them all.
pub const USERS_MAX: usize = 1000;
/// Likewise of dialogs.
pub const DIALOGS_MAX: usize = 1000;

/// The whole document.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Status {
    /// The version of the program.
    pub version: String,
    /// Time since the start.
    pub uptime_ms: u64,
    /// New calls are refused, the end is near.
    pub draining: bool,
    /// Why the journal does not take records now; `None` is well.
    pub journal_trouble: Option<String>,
    /// Every span, in the configuration's order.
    pub spans: Vec<Span>,
    /// Every signalling link, in the configuration's order.
    pub links: Vec<Link>,
    /// Every D-channel, in the order of its trunks.
    pub d_channels: Vec<DChannel>,
    /// Every trunk group, in the configuration's order.
    pub trunks: Vec<Trunk>,
    /// Every SIP peer, in the configuration's order.
    pub peers: Vec<Peer>,
    /// Our registrations, in the configuration's order.
    #[serde(default)]
    pub registrations: Vec<Registration>,
    /// What users are registered with here, by their names.
    #[serde(default)]
    pub users: Vec<User>,
    /// SIP transactions by kind.
    #[serde(default)]
    pub transactions: Transactions,
    /// SIP dialogs, oldest first.
    #[serde(default)]
    pub dialogs: Vec<Dialog>,
    /// Calls by number.
    pub calls: Calls,
    /// The calls themselves, oldest first.
    pub call_list: Vec<Call>,
    /// ISUP messages for circuits that do not exist here.
    pub strays: u64,
    /// The circuit auditor.
    pub audit: Audit,
    /// The media path.
    pub media: Media,
    /// The SIP side.
    pub sip: Sip,
}
