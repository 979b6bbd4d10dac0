//! The PSTN side in the document: spans, links, D-channels, trunks and their circuits.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
