//! The SIP side in the document: peers, registrations of ours, users, transactions, dialogs.

use serde::{Deserialize, Serialize};

/// A SIP peer, how it stands, and what its limits refused it since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Peer {
    /// Its configured name.
    pub name: String,
    /// Where calls to it go.
    #[serde(default)]
    pub address: String,
    /// By which transport; `None`: the records of its name say.
    #[serde(default)]
    pub transport: Option<String>,
    /// Whether it answers OPTIONS; `None`: it is not asked.
    #[serde(default)]
    pub answers: Option<bool>,
    /// Dialogs with its addresses, whoever began them.
    #[serde(default)]
    pub dialogs: u64,
    /// Calls that it began and that are not over.
    pub calls: u64,
    /// As many as it may have begun at once; `None`: any number.
    #[serde(default)]
    pub calls_max: Option<u32>,
    /// As many as it may begin in a second, likewise.
    #[serde(default)]
    pub calls_per_second: Option<u32>,
    /// As many as its calls may talk on a day, likewise.
    #[serde(default)]
    pub minutes_per_day: Option<u64>,
    /// Whole minutes that its calls of today have talked which are over.
    pub minutes_today: u64,
    /// Calls beyond `calls_max`.
    pub refused_calls: u64,
    /// Calls beyond `calls_per_second`.
    pub refused_rate: u64,
    /// Calls after `minutes_per_day`.
    pub refused_minutes: u64,
    /// Calls to numbers that are barred to it.
    pub refused_barred: u64,
}

impl Peer {
    /// Calls that its limits refused.
    pub fn refused(&self) -> u64 {
        self.refused_calls + self.refused_rate + self.refused_minutes + self.refused_barred
    }
}

/// A registration of ours.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registration {
    /// The address of record.
    pub address: String,
    /// Which of several flows it is (RFC 5626).
    #[serde(default)]
    pub flow: Option<u32>,
    /// By which transport it registers; `None`: the records of the registrar's name say.
    #[serde(default)]
    pub transport: Option<String>,
    /// What it is doing, in plain words; [`Registration::REGISTERED`] is well.
    pub state: String,
    /// How long its binding still holds, where there is one.
    pub expires_in_s: Option<u64>,
    /// How long until it is renewed or tried again.
    #[serde(default)]
    pub next_in_s: Option<u64>,
    /// Failures in a row.
    pub failures: u32,
    /// The last final status that was not 200, after a failure that had one.
    pub refused: Option<u16>,
    /// By which address and port the other end of a flow over UDP sees us; `None`: it is no such flow, or has not told yet.
    #[serde(default)]
    pub seen_as: Option<String>,
}

impl Registration {
    /// The state of a registration that leads calls to us.
    pub const REGISTERED: &str = "registered";
}

/// A contact that a user of ours is registered with.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct User {
    /// The user's configured name.
    pub name: String,
    /// What it registered.
    pub contact: String,
    /// Where calls to it are sent.
    pub hop: String,
    /// By which proxies they go, the first one first.
    #[serde(default)]
    pub path: Vec<String>,
    /// By which transport; `None`: the records of the contact's name say.
    #[serde(default)]
    pub transport: Option<String>,
    /// Calls that the user, of all contacts, pays for and that are not over; those of a user with a peer are the peer's.
    #[serde(default)]
    pub calls: u64,
    /// Calls that the user's limits refused since the start.
    #[serde(default)]
    pub refused: u64,
    /// How much it is wanted beside its others, to 1.
    pub q: f64,
    /// How long it is registered, unless it renews that.
    pub expires_in_s: u64,
}

/// SIP transactions by kind (RFC 3261 17).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transactions {
    /// INVITEs of ours.
    pub invite_client: u64,
    /// Other requests of ours.
    pub other_client: u64,
    /// INVITEs of others.
    pub invite_server: u64,
    /// Other requests of others.
    pub other_server: u64,
}

/// A SIP dialog, early ones included.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialog {
    /// Call-ID.
    pub call_id: String,
    /// The peer whose address it is with, where it is one's.
    pub peer: Option<String>,
    /// Transport and address.
    pub remote: String,
    /// Its state in plain words.
    pub state: String,
    /// Time since its INVITE.
    pub age_ms: u64,
}

/// The SIP side.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sip {
    /// Datagrams received.
    pub received: u64,
    /// Datagrams sent.
    pub sent: u64,
    /// Datagrams that are no SIP message.
    pub malformed: u64,
    /// Messages sent again because nothing answered.
    pub retransmitted: u64,
    /// INVITEs refused because their source is no peer's.
    pub strangers: u64,
    /// Requests that we challenged.
    pub challenged: u64,
    /// Requests whose credentials were wrong.
    pub credentials_wrong: u64,
    /// Challenges of others that we could not answer to their satisfaction.
    pub credentials_refused: u64,
    /// Devices of users that are registered here at present.
    pub registered: u64,
    /// INVITEs refused because nobody vouches for the caller (STIR).
    #[serde(default)]
    pub distrusted: u64,
    /// INVITEs of ours that we signed.
    #[serde(default)]
    pub signed: u64,
    /// Messages that were not heard, because their source asked or offended too much.
    pub unheard: u64,
    /// Such sources at present.
    pub sources_in_debt: u64,
    /// Datagrams and connections without TLS of whoever is heard over TLS alone.
    #[serde(default)]
    pub plain: u64,
    /// INVITEs refused so that the rest can be served.
    #[serde(default)]
    pub shed: u64,
    /// INVITEs of ours that did not go, because their peer wants fewer.
    #[serde(default)]
    pub held: u64,
    /// Subscriptions of users to their message summaries at present.
    #[serde(default)]
    pub subscriptions: u64,
    /// Flows of our registrations that failed, or whose address changed.
    #[serde(default)]
    pub flows_lost: u64,
    /// STUN requests, by which others keep their flows alive.
    #[serde(default)]
    pub bindings_asked: u64,
}
