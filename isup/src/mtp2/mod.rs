//! Signalling link (MTP level 2), Q.703: one file per functional block.
//!
//! [`Link`] is the face. The blocks behind it: link state control ([`lsc`], figure 8), initial alignment control
//! ([`iac`], figure 9), processor outage control ([`poc`], clause 8), transmission control ([`txc`]) and reception
//! control ([`rxc`]) of both error correction methods (clauses 5 and 6), the alignment and signal unit error rate monitors ([`aerm`],
//! [`suerm`], clause 10), congestion control ([`cc`], clause 9), the format of signal units ([`mod@unit`], clause 2) and, where a driver gives bits instead of units,
//! their delimitation ([`delimitation`], clauses 3 and 4).
//!
//! Leaves out: 4.8 kbit/s and 2 Mbit/s links, extended sequence numbers.

pub mod aerm;
pub mod cc;
pub mod delimitation;
pub mod iac;
mod link;
pub mod lsc;
pub mod poc;
mod retrieval;
pub mod rxc;
pub mod suerm;
pub mod timers;
pub mod txc;
pub mod unit;

pub use link::Link;
pub use lsc::State;
pub use retrieval::Retrieval;
pub use timers::Timers;

/// Who fills the line between messages.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineMode {
    /// The driver repeats the last unit that we gave it and hides a received unit equal to the one before it
    /// (DAHDI's MTP2 mode): we hand over changes only, and monitors count elapsed line time instead of units.
    Repeating,
    /// We fill the line: each pull yields a unit (HDLC with frame check sequence).
    Frames,
}

/// What a link is made with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LinkConfig {
    /// Timer lengths.
    pub timers: Timers,
    /// Who fills the line.
    pub line: LineMode,
    /// How errors are corrected; the far end must do the same.
    pub correction: Correction,
}

/// How errors are corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Correction {
    /// By negative acknowledgement, clause 5.
    #[default]
    Basic,
    /// By preventive cyclic retransmission, clause 6: for lines of long delay.
    Cyclic {
        /// N1: messages not acknowledged at which all are sent again before anything new; 1 to 127.
        messages_max: u8,
        /// N2: octets of such messages at which it is done too.
        octets_max: u32,
    },
}

impl Correction {
    /// Preventive cyclic retransmission with the greatest N1 there can be, and an N2 of thirty of the longest messages.
    pub const CYCLIC: Self = Self::Cyclic { messages_max: 127, octets_max: 8_192 };
}

/// What level 3 and management ask of a link.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Command {
    /// Align and come into service, by emergency proving if the link is the only one of its route.
    Start {
        /// Prove for T4e instead of T4n.
        emergency: bool,
    },
    /// Go out of service and send SIOS.
    Stop,
    /// Send a message signal unit: service information octet and signalling information field, 3 to 273 octets.
    Transmit(Vec<u8>),
    /// Level 3 cannot take messages: send SIPO.
    LocalProcessorOutage,
    /// Level 3 can take messages again.
    LocalProcessorRecovered,
    /// Level 3 takes messages too slowly: withhold acknowledgements and send SIB.
    ReceiveCongestion,
    /// Level 3 keeps up again.
    ReceiveCongestionCeased,
    /// Hand over what was not acknowledged, for other links to carry: answered by [`Output::Retrieved`].
    Retrieve,
    /// Forget what was not acknowledged: the processor outage lasted so long that level 3 has sent it elsewhere or
    /// given it up.
    Flush,
}

/// What the line driver reports in place of a unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LineError {
    /// A unit whose check bits were wrong.
    Check,
    /// Seven ones in a row: alignment is lost until the next good unit.
    Abort,
    /// A unit longer than the driver's buffer: alignment is lost until the next good unit.
    Overrun,
    /// The span is in alarm: no unit can come.
    SignalLost,
}

/// What a link tells level 3.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// Aligned: messages flow.
    InService,
    /// Not in service any more, or alignment was not possible. Start again when the time has come.
    OutOfService(Reason),
    /// A message signal unit: service information octet and signalling information field.
    Received(Vec<u8>),
    /// The far end cannot take messages.
    RemoteProcessorOutage,
    /// The far end can take messages again.
    RemoteProcessorRecovered,
    /// What level 3 asked to have back.
    Retrieved(Retrieval),
    /// The transmission buffer has passed its onset mark.
    CongestionOnset,
    /// The transmission buffer has fallen below its abatement mark.
    CongestionAbated,
}

/// Why a link is out of service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reason {
    /// Level 3 stopped it.
    Stopped,
    /// T2 or T3 expired, SIOS came, or five proving periods were aborted.
    AlignmentNotPossible,
    /// T1: aligned, but the far end never sent a fill-in or message signal unit.
    NeverReady,
    /// The far end sent SIOS.
    RemoteOutOfService,
    /// The far end sent SIO, SIN or SIE: it aligns anew.
    RemoteRealigned,
    /// The signal unit error rate monitor reached its threshold.
    ErrorRate,
    /// Two of three units carried a backward sequence number that we never sent.
    AbnormalBackwardSequenceNumber,
    /// Two of three units carried a forward indicator bit that we never asked for.
    AbnormalForwardIndicatorBit,
    /// T7: the far end did not acknowledge.
    AcknowledgementDelayed,
    /// T6: the far end stayed congested.
    RemoteCongested,
    /// Not out of service, but of no use: the far end's processor outage as level 3 reports it.
    RemoteProcessorOutage,
    /// The span is in alarm.
    SignalLost,
}

/// What a link has counted since it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Message signal units sent for the first time.
    pub messages_sent: u64,
    /// Message signal units sent again.
    pub messages_retransmitted: u64,
    /// Message signal units passed to level 3.
    pub messages_received: u64,
    /// Units that did not parse.
    pub units_malformed: u64,
    /// Units or gaps that the line reported as errors.
    pub units_errored: u64,
    /// Link status signal units with a status that no table names.
    pub status_unknown: u64,
    /// Negative acknowledgements sent.
    pub negative_sent: u64,
    /// Negative acknowledgements received.
    pub negative_received: u64,
    /// Messages refused because the link was not in service or its buffer was full.
    pub transmit_refused: u64,
    /// Proving periods aborted.
    pub provings_aborted: u64,
    /// Times in service.
    pub in_service: u64,
    /// Orders that the state did not expect.
    pub orders_unexpected: u64,
}
