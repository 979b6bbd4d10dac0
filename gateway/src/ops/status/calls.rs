//! Calls in the document, and what carries their audio and watches their circuits.

use serde::{Deserialize, Serialize};

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
    pub direction: crate::ops::cdr::Direction,
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
