//! The state of a running gateway as one document: what `GET /status` says and `spangate status` prints.
//!
//! It is a picture of one moment, made by control; counters count since the start. Lists are bounded: calls by
//! [`CALLS_MAX`], the others by the configuration. Left out: how the values come about.

mod table;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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

/// A span.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// Its configured name.
    pub name: String,
    /// `E1` or `T1`.
    pub line: String,
    /// The alarms that stand now, by DAHDI's names; none is well.
    pub alarms: Vec<String>,
    /// Frames repeated or left out because line and card go by different clocks; none where the card does not count them.
    pub slips: Option<u64>,
    /// Interrupts that the host missed: each is a millisecond of every timeslot.
    pub interrupts_missed: u64,
    /// The span that the card takes its clock from, or `own`.
    pub clock: String,
}

/// A signalling link.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Its configured name.
    pub name: String,
    /// The span that carries it.
    pub span: String,
    /// The timeslot that carries it.
    pub timeslot: u8,
    /// The point code at the other end.
    pub adjacent: String,
    /// Its state in plain words; [`Link::IN_SERVICE`] carries traffic.
    pub state: String,
    /// Message signal units sent for the first time.
    pub messages_sent: u64,
    /// Message signal units sent again.
    pub messages_retransmitted: u64,
    /// Message signal units received.
    pub messages_received: u64,
    /// Signal units that the line spoilt.
    pub units_errored: u64,
    /// Signal units that came whole and are none.
    pub units_malformed: u64,
    /// Requests for retransmission, of either end.
    pub negative_acknowledgements: u64,
    /// Messages that found its transmission buffer full.
    pub messages_refused: u64,
    /// Times that it stopped carrying traffic, other than by order.
    pub failures: u64,
    /// Alignments that did not succeed.
    pub alignments_failed: u64,
    /// Times that its messages were diverted to other links.
    pub changeovers: u64,
    /// Times that its transmission buffer became congested.
    pub congestions: u64,
    /// Times that either end inhibited it.
    pub inhibitions: u64,
    /// Messages that came over it and went no further.
    #[serde(default)]
    pub discarded: Discarded,
}

/// Messages that level 3 did not deliver, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discarded {
    /// Too short for a label.
    pub malformed: u64,
    /// Of another network.
    pub network: u64,
    /// For another point.
    pub destination: u64,
    /// For a user part that we do not have.
    pub service: u64,
    /// Tests that do not fit their link.
    pub test: u64,
    /// Network management that nothing here expects.
    pub management: u64,
}

impl Discarded {
    /// All of them.
    pub fn total(&self) -> u64 {
        self.malformed + self.network + self.destination + self.service + self.test + self.management
    }
}

impl Link {
    /// The state of a link that carries traffic.
    pub const IN_SERVICE: &str = "in service";
}

/// A D-channel of a primary rate interface.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DChannel {
    /// The trunk group that it signals for.
    pub trunk: String,
    /// The span that carries it.
    pub span: String,
    /// The timeslot that carries it.
    pub timeslot: u8,
    /// `primary`, or `backup` (NFAS).
    pub role: String,
    /// Its state in plain words: [`Link::IN_SERVICE`] carries the calls' signalling, one on standby could.
    pub state: String,
    /// Information frames sent for the first time.
    pub frames_sent: u64,
    /// Information frames sent again.
    pub frames_retransmitted: u64,
    /// Information frames received.
    pub frames_received: u64,
    /// Frames given up because the line took none.
    pub frames_lost: u64,
    /// Frames that are none, or not for us.
    pub frames_invalid: u64,
    /// Requests for retransmission, of either end.
    pub rejects: u64,
    /// Times that the data link came up.
    pub establishments: u64,
    /// MDL-ERROR indications by their letter (Q.921), those that there were.
    pub errors: BTreeMap<char, u64>,
}

/// A trunk group.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trunk {
    /// Its configured name.
    pub name: String,
    /// ISUP: the point code of the exchange at the other end; PRI: which side it is.
    pub destination: String,
    /// Signalling reaches it.
    pub reachable: bool,
    /// Its circuits by state.
    pub circuits: Circuits,
    /// Times that the far end told that messages wait for a user, or none any more (PRI).
    #[serde(default)]
    pub mailboxes_told: u64,
    /// What has come over it that should not have.
    pub irregular: Irregular,
}

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

/// Messages that a far end should not have sent, since the start (Q.764 clause 2.9.5; Q.931 clause 5.8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Irregular {
    /// Messages that the state of their circuit or call did not expect.
    pub unexpected: u64,
    /// Messages that could not be read.
    pub unreasonable: u64,
    /// Messages of a type that no table names.
    pub unknown_messages: u64,
    /// ISUP: parameters that no table names; PRI: messages with elements missing or in error.
    pub unknown_parameters: u64,
    /// ISUP: messages discarded for their type or a parameter.
    pub discarded: u64,
    /// ISUP: CFN sent.
    pub confusion_sent: u64,
    /// ISUP: CFN received.
    pub confusion_received: u64,
}

impl Irregular {
    /// All that came.
    pub fn received(&self) -> u64 {
        self.unexpected + self.unreasonable + self.unknown_messages + self.unknown_parameters + self.confusion_received
    }
}

/// Circuits by state: each circuit stands in one of these counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Circuits {
    /// No call, and one may be set up.
    pub idle: u32,
    /// A call is on it, or being set up.
    pub busy: u32,
    /// Its call is being released.
    pub releasing: u32,
    /// It is being reset.
    pub resetting: u32,
    /// No call, and blocked by either side.
    pub blocked: u32,
    /// No call, and the far end cannot be reached, or it is being checked.
    pub unavailable: u32,
    /// The far end says that it has no such circuit (UCIC).
    #[serde(default)]
    pub unequipped: u32,
}

impl Circuits {
    /// All of them.
    pub fn total(&self) -> u32 {
        self.idle + self.busy + self.releasing + self.resetting + self.blocked + self.unavailable + self.unequipped
    }
}

/// Calls by number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    /// Now, in any state.
    pub active: u64,
    /// From SIP, since the start.
    pub from_sip: u64,
    /// From the PSTN, since the start.
    pub from_pstn: u64,
    /// Answered, since the start.
    pub answered: u64,
    /// Ended unanswered, since the start.
    pub unanswered: u64,
}

/// One call.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Call {
    /// Its one id, the same in logs, records and traces.
    pub id: String,
    /// Its state in plain words.
    pub state: String,
    /// Where it came from.
    pub direction: super::cdr::Direction,
    /// The calling number, empty when there is none.
    pub calling: String,
    /// The called number.
    pub called: String,
    /// The trunk group; of two the one towards the called party.
    pub trunk: String,
    /// Its circuit, once there is one.
    pub cic: Option<u16>,
    /// The trunk group that the call came from, where it went to another.
    pub from_trunk: Option<String>,
    /// The circuit that it came on, likewise.
    pub from_cic: Option<u16>,
    /// By which transport the SIP side is spoken with, where there is one.
    #[serde(default)]
    pub transport: Option<String>,
    /// The suite by which the audio is encrypted towards SIP, where it is.
    #[serde(default)]
    pub srtp: Option<String>,
    /// Whether anybody signed for the calling number, as `verstat` has it, where that was looked at.
    #[serde(default)]
    pub verstat: Option<String>,
    /// Time since its setup.
    pub age_ms: u64,
}

/// The circuit auditor, since the start.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// Times that it has looked.
    pub audits: u64,
    /// What it found that cannot be: bugs of ours, each healed where it can be.
    pub violations: u64,
    /// Those that the last audit could not heal at once.
    pub open: u64,
    /// Circuits that the far end held for something else twice in a row (CQM).
    pub differences: u64,
    /// The last thing found, in a sentence.
    pub last: Option<String>,
}

/// The media path, all spans and calls together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// RTP packets sent.
    pub packets_sent: u64,
    /// RTP packets received.
    pub packets_received: u64,
    /// Encrypted packets that did not authenticate, or came in the clear.
    #[serde(default)]
    pub srtp_unauthentic: u64,
    /// Encrypted packets that came a second time.
    #[serde(default)]
    pub srtp_replayed: u64,
    /// Packets that are no SRTP, came after their key's lifetime, or from one source too many.
    #[serde(default)]
    pub srtp_refused: u64,
    /// Octets that concealment played.
    pub concealed_octets: u64,
    /// Corrections of skew between RTP and the span's clock.
    pub slips: u64,
    /// Blocks that went to a span as silence because none was ready.
    pub underruns: u64,
    /// Blocks from a span lost because the worker was late.
    pub overruns: u64,
    /// Frames of the spans that were never read.
    pub gap_frames: u64,
    /// Time that the simulated clock waited for a late reader.
    pub patience_ms: u64,
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
