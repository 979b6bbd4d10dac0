//! Data link of the D-channel (LAPD), Q.921: point to point on a primary rate interface, SAPI 0 and TEI 0, either side.
//!
//! [`Link`] is the face: multiple frame operation, states 4 to 8 of figures B.4 to B.8 with T200, T203, N200, N201 and k.
//! Behind it: the format of frames ([`frame`], clauses 2 and 3), the procedures (`procedures`, and for what flows while
//! the link is up `exchange`) and the window of numbered information with its exception conditions (`transfer`,
//! clause 5.6).
//!
//! Leaves out: states 1 to 3 and TEI management with T201, T202 and N202 (a primary rate TEI is fixed: frames of
//! SAPI 63 are counted and ignored); parameter negotiation by XID (appendix IV: received, counted, not answered); the
//! check sequence and the flags, which are the line driver's. FRMR is received and never sent, as clause 3.6.11 says;
//! and so is RNR, for layer 3 takes what it is given: the own receiver is never busy.

mod error;
mod exchange;
pub mod frame;
mod link;
mod procedures;
mod transfer;

use std::time::Duration;

pub use error::{ErrorCode, ErrorCounts};
pub use link::{Link, OUTPUTS_MAX};
pub use transfer::QUEUE_MAX;

/// Which end of the interface we are: it decides the sense of the command/response bit, clause 3.3.2.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The exchange: its commands carry 1.
    Network,
    /// The terminal or PBX: its commands carry 0.
    User,
}

impl Side {
    /// The far end of this end.
    pub fn other(self) -> Self {
        match self {
            Self::Network => Self::User,
            Self::User => Self::Network,
        }
    }
}

/// Lengths of the timers, clause 5.9.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Timers {
    /// Command sent until it is repeated or the far end asked for its state.
    pub t200: Duration,
    /// Longest time without frames until the far end is asked for its state.
    pub t203: Duration,
}

impl Timers {
    /// The standard's default values.
    pub const DEFAULT: Timers = Timers { t200: Duration::from_secs(1), t203: Duration::from_secs(10) };
}

/// How many I frames may be unacknowledged (k): 1 to 127.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Window(u8);

impl Window {
    /// The value for a 64 kbit/s D-channel.
    pub const PRIMARY_RATE: Window = Window(7);

    /// A window of `k` frames, if the modulus of 128 allows it.
    pub fn new(k: u8) -> Option<Self> {
        (1..=127).contains(&k).then_some(Self(k))
    }

    /// The number of frames.
    pub fn frames(self) -> usize {
        usize::from(self.0)
    }
}

/// What a link is made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkConfig {
    /// Which end we are.
    pub side: Side,
    /// Timer lengths.
    pub timers: Timers,
    /// Greatest number of repetitions of a command (N200).
    pub n200: u8,
    /// Greatest number of octets of an information field (N201).
    pub n201: usize,
    /// Greatest number of unacknowledged I frames (k).
    pub k: Window,
}

impl LinkConfig {
    /// The standard's default values for primary rate.
    pub fn primary_rate(side: Side) -> Self {
        Self { side, timers: Timers::DEFAULT, n200: 3, n201: 260, k: Window::PRIMARY_RATE }
    }
}

/// What layer 3 and the physical layer ask of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// DL-ESTABLISH request: begin multiple frame operation, or begin it anew.
    Establish,
    /// DL-RELEASE request: end multiple frame operation.
    Release,
    /// DL-DATA request: deliver these octets once and in order, at most N201.
    Data(Vec<u8>),
    /// DL-UNIT DATA request: send these octets once, unacknowledged, at most N201.
    UnitData(Vec<u8>),
    /// Persistent deactivation: the D-channel is gone (span in alarm).
    Deactivated,
}

/// Whether a primitive answers our request or tells of the far end's doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Primitive {
    /// What layer 3 requested has been done.
    Confirm,
    /// It happened without a request of layer 3.
    Indication,
}

/// What a link gives to the line, to layer 3 and to management.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// A frame for the line: from the address field to before the check sequence.
    Frame(Vec<u8>),
    /// DL-ESTABLISH: information flows. As an indication after an earlier one it says that numbered information
    /// was lost, or may have been.
    Established(Primitive),
    /// DL-RELEASE: no information flows; what was not acknowledged may be lost.
    Released(Primitive),
    /// DL-DATA indication: octets received once and in order.
    Data(Vec<u8>),
    /// DL-UNIT DATA indication.
    UnitData(Vec<u8>),
    /// MDL-ERROR indication.
    Error(ErrorCode),
}

/// The states of the point-to-point procedures, clause B.2, that a fixed TEI leaves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// State 4: released.
    TeiAssigned,
    /// State 5: SABME sent.
    AwaitingEstablishment,
    /// State 6: DISC sent.
    AwaitingRelease,
    /// State 7: information flows.
    MultipleFrameEstablished,
    /// State 8: information flows inwards, and the far end has been asked what it received.
    TimerRecovery,
}

/// What a link has counted since it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// I frames sent for the first time.
    pub information_sent: u64,
    /// I frames sent again.
    pub information_retransmitted: u64,
    /// I frames passed to layer 3.
    pub information_received: u64,
    /// REJ frames sent.
    pub rejects_sent: u64,
    /// REJ frames received.
    pub rejects_received: u64,
    /// Times that multiple frame operation began.
    pub established: u64,
    /// MDL-ERROR indications.
    pub errors: ErrorCounts,
    /// Invalid frames, clause 2.9: too short, or an address that is not two octets. Discarded without notice.
    pub frames_invalid: u64,
    /// Frames of layer 2 management (SAPI 63), ignored.
    pub frames_management: u64,
    /// Frames for another SAPI or TEI, ignored.
    pub frames_elsewhere: u64,
    /// Frames whose command/response bit their kind does not allow, ignored: above all our own, on a looped line.
    pub frames_misdirected: u64,
    /// Frames that the state ignores, and XID.
    pub frames_unexpected: u64,
    /// Frames not taken in or not sent because the outputs were not fetched.
    pub frames_dropped: u64,
    /// Requests that the state, N201 or a full queue did not allow.
    pub requests_refused: u64,
}
