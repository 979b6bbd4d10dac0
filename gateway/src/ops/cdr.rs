//! Call detail records: every call leaves exactly one, over the end of the process if need be.
//!
//! A seizure journals an [`Open`] record and the end of the call its [`Closed`] one, each one line of JSON. What a
//! journal holds open at a start was cut off: [`orphans`] gives the closing record of each, with
//! [`Disposition::Interrupted`]. A call that never had a circuit has a closing record alone. Circuits that an operator
//! blocked stand in the same journal, as [`Blocking`] records, and stay blocked over a restart.
//!
//! Left out: how the journal is kept, which is `io`'s, and rating.

mod time;

use std::collections::{BTreeMap, BTreeSet};
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

pub use time::{NotATime, Time};

/// One line of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "record", rename_all = "snake_case")]
pub enum Record {
    /// A circuit was seized.
    Open(Open),
    /// The call is over.
    Closed(Box<Closed>),
    /// An operator blocked a circuit, or lifted that: it holds over a restart.
    Blocking(Blocking),
    /// A user has registered, or somebody has told of its messages: what is known of it now holds over a restart.
    Registered(Registered),
}

/// A user, all that it is bound to, and what is known of its messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Registered {
    /// Its name.
    pub user: String,
    /// The first to be called first.
    pub bindings: Vec<Binding>,
    /// What a message centre said last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mailbox: Option<Mailbox>,
}

/// What is known of a user's messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mailbox {
    /// By which number the user was called when somebody left them.
    pub number: String,
    /// Some wait.
    pub waits: bool,
    /// How many are new.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub messages: Option<u32>,
    /// Where they are to be had.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub centre: Option<String>,
}

/// A contact of a user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Binding {
    /// Request-URI of calls to it.
    pub contact: String,
    /// Where they are sent.
    pub hop: String,
    /// The proxies by which they go, the first one first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub path: Vec<String>,
    /// How much it is wanted beside others, to 1000.
    #[serde(default = "most", skip_serializing_if = "is_most")]
    pub q_thousandths: u16,
    /// Call-ID of the registration.
    pub call_id: String,
    /// Its CSeq number.
    pub cseq: u32,
    /// Until when.
    pub expires: Time,
}

/// What is wanted most is not written.
fn most() -> u16 {
    1000
}

fn is_most(thousandths: &u16) -> bool {
    *thousandths == most()
}

/// A circuit and whether an operator has blocked it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blocking {
    /// Which one.
    #[serde(flatten)]
    pub circuit: Blockable,
    /// True when blocked.
    pub blocked: bool,
}

/// What an operator can block, by names that outlive a change of the configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Blockable {
    /// An ISUP circuit.
    Circuit {
        /// Point code of the exchange at the other end.
        destination: u32,
        /// Circuit identification code.
        cic: u16,
    },
    /// A B-channel.
    Channel {
        /// The trunk by name.
        trunk: String,
        /// Its number there.
        channel: u16,
    },
}

/// What is known of a call when its circuit is seized.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Open {
    /// See [`record_id`].
    pub id: String,
    /// When the INVITE or the IAM came.
    pub setup_time: Time,
    /// Where it came from.
    pub direction: Direction,
    /// The calling number, empty when there is none.
    pub calling: String,
    /// The called number as it was dialled onward.
    pub called: String,
    /// The trunk group; of two the one towards the called party.
    pub trunk: String,
    /// Its circuit, once there is one.
    pub cic: Option<u16>,
    /// The trunk group that the call came from, where it went to another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_trunk: Option<String>,
    /// The circuit that it came on, likewise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_cic: Option<u16>,
    /// Call-ID of the SIP dialog, empty before there is one.
    pub sip_call_id: String,
}

/// The record of a call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Closed {
    /// What stood in the open record, as it was in the end.
    #[serde(flatten)]
    pub call: Open,
    /// When the called side was being alerted.
    pub alerting_time: Option<Time>,
    /// When it answered.
    pub answer_time: Option<Time>,
    /// When one side ended the call; `None` after an interruption, which nobody saw.
    pub release_time: Option<Time>,
    /// From answer to release, 0 unanswered; `None` after an interruption.
    pub duration_ms: Option<u64>,
    /// How it went.
    pub disposition: Disposition,
    /// Who ended it; `None` after an interruption.
    pub released_by: Option<ReleasedBy>,
    /// Cause value of Q.850.
    pub cause: Option<u8>,
    /// The final SIP status of a call that was not answered.
    pub sip_status: Option<u16>,
    /// The suite by which the audio was encrypted towards SIP, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub srtp: Option<String>,
    /// Whether anybody signed for the calling number, where that was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stir: Option<Stir>,
    /// What a network on a PRI trunk said that the call costs, where it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub charge: Option<Charge>,
    /// The called user had the call recorded as malicious.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub malicious: bool,
    /// One of its parties was exchanged for another by a transfer, and then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transfer_time: Option<Time>,
    /// The number of the other, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub transferred_to: Option<String>,
    /// The record of the call that it was joined with, when a party of both transferred one to the other. The call that went on
    /// has the circuits here that it had in the end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined: Option<String>,
    /// What became of the audio, where there was any.
    pub media: Option<Media>,
}

/// What came of verifying who signed for a calling number (STIR, SHAKEN).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stir {
    /// `TN-Validation-Passed`, `TN-Validation-Failed` or `No-TN-Validation`, as 3GPP's `verstat` has it.
    pub verstat: String,
    /// How the signer knows the caller: `A` the number too, `B` the customer, `C` where the call came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attest: Option<String>,
    /// The signer's name for where the call came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub origid: Option<String>,
    /// The signer's service provider code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spc: Option<String>,
    /// What did not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
}

/// Advice of charge, EN 300 182; free of charge where there is no amount.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// It is the charge at the end of the call, else the last one of those during it.
    pub last: bool,
    /// The currency, where it is money.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// How much, in thousandths of the currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thousandths: Option<u64>,
    /// How many charging units, where it is those.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub units: Option<u64>,
}

/// Where a call came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// From SIP to the PSTN.
    #[default]
    SipToPstn,
    /// From the PSTN to SIP.
    PstnToSip,
    /// From one circuit to another.
    PstnToPstn,
}

/// How a call went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disposition {
    /// It was answered.
    Answered,
    /// It ended before an answer.
    Unanswered,
    /// The gateway ended while the call lived.
    Interrupted,
}

/// Who ended a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReleasedBy {
    /// The SIP side.
    Sip,
    /// The PSTN side of a call with SIP.
    Pstn,
    /// The calling side of a call between two circuits.
    Calling,
    /// The called side of a call between two circuits.
    Called,
    /// The gateway itself.
    Gateway,
}

/// What became of the audio of a call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Media {
    /// RTP packets sent.
    pub packets_sent: u64,
    /// Payload octets in them.
    pub octets_sent: u64,
    /// RTP packets received.
    pub packets_received: u64,
    /// Payload octets in them.
    pub octets_received: u64,
    /// Packets lost by sequence number (RFC 3550 A.3), negative with duplicates.
    pub packets_lost: i64,
    /// Interarrival jitter (RFC 3550 A.8).
    pub jitter_us: u64,
    /// Round-trip time by RTCP, once known.
    pub round_trip_us: Option<u32>,
    /// Octets that concealment played.
    pub concealed_octets: u64,
    /// Octets of silence because no block was ready.
    pub underrun_octets: u64,
    /// Corrections of skew.
    pub slips: u64,
    /// Digits (DTMF) that the network told and the timeslot heard as tones.
    #[serde(default)]
    pub digits_played: u64,
    /// Digits that found too many waiting.
    #[serde(default)]
    pub digits_refused: u64,
    /// Digits of the timeslot that were told to the network by other means than audio.
    #[serde(default)]
    pub digits_heard: u64,
    /// The most octets that may differ after a round trip: every difference is counted here, or is a fault.
    #[serde(default)]
    pub explained_octets: u64,
    /// The delay by its parts.
    #[serde(default)]
    pub delay: Delay,
}

/// What the gateway delayed audio by, part by part, in microseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delay {
    /// From the timeslot: filling a block.
    pub block_us: u32,
    /// From the timeslot: filling a packet from blocks.
    pub packet_us: u32,
    /// Towards the timeslot: waiting in the playout buffer.
    pub jitter_buffer_us: u32,
    /// Towards the timeslot: waiting between the two halves of the media path.
    pub ring_us: u32,
    /// Towards the timeslot: waiting in the driver.
    pub driver_us: u32,
}

/// The id of a call in records: unlike the call's own number, it is unique over all runs of a gateway.
pub fn record_id(started: SystemTime, call: u64) -> String {
    let started = started.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    format!("{}-{call}", started.as_millis())
}

impl Record {
    /// The line of the journal, without its end.
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).expect("a record has text keys and finite numbers only")
    }
}

impl Open {
    /// The record of a call that nobody saw the end of.
    fn interrupted(self) -> Record {
        Record::Closed(Box::new(Closed {
            call: self,
            alerting_time: None,
            answer_time: None,
            release_time: None,
            duration_ms: None,
            disposition: Disposition::Interrupted,
            released_by: None,
            cause: None,
            sip_status: None,
            srtp: None,
            stir: None,
            charge: None,
            malicious: false,
            transfer_time: None,
            transferred_to: None,
            joined: None,
            media: None,
        }))
    }
}

/// What a journal says of the run before.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Recovery {
    /// The closing records that are missing, in the order of the open ones: to be journalled before anything else.
    pub orphans: Vec<Record>,
    /// Lines that are no record: torn by a crash, or another's.
    pub unreadable: usize,
    /// What an operator has blocked.
    pub blocked: Vec<Blockable>,
    /// What users are bound to, expired or not, and what is known of their messages.
    pub registered: Vec<Registered>,
    /// Calls held open beyond [`OPEN_MAX`], which no gateway can have had: their oldest are given up.
    pub given_up: usize,
}

/// Reads a journal, oldest line first, for the calls that were cut off and the circuits that stay blocked.
pub fn orphans(lines: impl IntoIterator<Item = impl AsRef<str>>) -> Recovery {
    let mut open: BTreeMap<usize, Open> = BTreeMap::new();
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    let mut blocked: BTreeSet<Blockable> = BTreeSet::new();
    let mut registered: BTreeMap<String, Registered> = BTreeMap::new();
    let mut recovery = Recovery::default();
    let lines = lines.into_iter().enumerate();
    for (place, line) in lines {
        let line = line.as_ref().trim();
        if line.is_empty() {
            continue;
        }
        match serde_json::from_str(line) {
            Ok(Record::Open(call)) => {
                // A call that moved to another circuit opens again: the later record stands in the earlier's place.
                let place = *places.entry(call.id.clone()).or_insert(place);
                open.insert(place, call);
            }
            Ok(Record::Closed(closed)) => {
                places.remove(&closed.call.id).and_then(|place| open.remove(&place));
            }
            Ok(Record::Blocking(Blocking { circuit, blocked: true })) => {
                if blocked.len() < BLOCKED_MAX {
                    blocked.insert(circuit);
                }
            }
            Ok(Record::Blocking(Blocking { circuit, blocked: false })) => {
                blocked.remove(&circuit);
            }
            Ok(Record::Registered(one)) => {
                if registered.len() < REGISTERED_MAX || registered.contains_key(&one.user) {
                    registered.insert(one.user.clone(), one);
                }
            }
            Err(_) => recovery.unreadable += 1,
        }
        if open.len() > OPEN_MAX {
            let oldest = open.pop_first();
            recovery.given_up += 1;
            oldest.and_then(|(_, call)| places.remove(&call.id));
        }
    }
    let registered = registered.into_values().filter(|one| !one.bindings.is_empty() || one.mailbox.is_some());
    recovery.registered = registered.collect();
    recovery.blocked = blocked.into_iter().collect();
    recovery.orphans = open.into_values().map(Open::interrupted).collect();
    recovery
}

/// More circuits than a machine can carry.
pub const OPEN_MAX: usize = 65_536;

/// As many circuits stay blocked at most; what a longer journal says beyond is passed over.
pub const BLOCKED_MAX: usize = OPEN_MAX;

/// Users whose bindings are remembered, likewise: no configuration has more.
pub const REGISTERED_MAX: usize = 1024;

#[cfg(test)]
mod tests;
