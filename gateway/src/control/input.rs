//! What enters the control plane: everything that the world can tell it, with the time as a separate argument.

use std::net::SocketAddr;

use dahdi_sys::span::Alarms;
use isup::mtp2::LineError;
use isup::mtp3::LinkId;
use isup::q931::interface::DChannelId;
use media::dtmf::Press;
use media::{Statistics, Timeslot};

use crate::call::CallId;
use crate::dtls::Failure;
use crate::ops::maintenance::{CircuitsOrder, LinkOrder};
use crate::sip::{ConnectionId, Question, Records, ResolveId, StreamEvent};
use crate::srtp::Suite;
use crate::stir::Stir;

/// One thing that happened. Inputs are handled in the order in which they are given; the pair (time, input) is what a recording holds.
#[derive(Debug)]
#[expect(missing_docs, reason = "each variant says in its sentence what its fields are")]
pub enum Input {
    /// A SIP datagram arrived on the listener of this index (configuration order).
    Datagram { listener: usize, remote: SocketAddr, octets: Vec<u8> },
    /// A signal unit or frame arrived on a signalling timeslot, without its frame check sequence.
    Unit { line: SignallingLine, octets: Vec<u8> },
    /// The answer to [`Output::Resolve`](super::Output::Resolve).
    Resolved { id: ResolveId, question: Question, records: Records },
    /// Something happened to a SIP connection.
    Stream { connection: ConnectionId, event: StreamEvent },
    /// Datagrams from a listener do not reach an address: ICMP says so.
    Unreachable { listener: usize, remote: SocketAddr },
    /// A signalling timeslot lost a frame.
    LineError { line: SignallingLine, error: LineError },
    /// The answer to [`Output::Media`](super::Output::Media) with [`MediaRequest::Open`](super::MediaRequest::Open),
    /// [`MediaRequest::Patch`](super::MediaRequest::Patch) or [`MediaRequest::Move`](super::MediaRequest::Move).
    MediaOpened { call: CallId, result: Result<MediaPath, MediaError> },
    /// Something that a media path reports.
    Media { call: CallId, event: MediaEvent },
    /// The tone of the [`Equipment::Transceiver`](media::Equipment) on this timeslot has come back, and has gone since.
    ToneHeard { at: Timeslot },
    /// How a span is now; the index is the configuration's.
    Span { span: usize, health: SpanHealth },
    /// The journal could not be written (or can be again): shown as an alarm, never waited for.
    JournalHealth(Result<(), String>),
    /// What we sign and verify callers' numbers by has been read from its files.
    Credentials(Box<Stir>),
    /// An operator asks for something.
    Operator { id: RequestId, request: OperatorRequest },
    /// Drain and stop: new calls are refused, running ones get the configured seconds.
    Shutdown,
}

/// A signalling timeslot, by what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum SignallingLine {
    /// A signalling link of SS7.
    Link(LinkId),
    /// A D-channel.
    DChannel(DChannel),
}

/// A D-channel among all primary rate interfaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct DChannel {
    /// The interface, counted over the trunks that are one.
    pub interface: usize,
    /// Its own name for the D-channel.
    pub channel: DChannelId,
}

/// A media path that is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaPath {
    /// An RTP leg, which listens here.
    Rtp(SocketAddr),
    /// A patch of two timeslots.
    Patch,
    /// The RTP leg that was there before, at another timeslot.
    Moved,
}

/// How a span is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SpanHealth {
    /// Alarms that stand; NOTOPEN for a span that is not in our hands.
    pub alarms: Alarms,
    /// Frames repeated or left out since the driver started; `None` where the card does not count them.
    pub slips: Option<u64>,
    /// Interrupts that the host missed since then.
    pub interrupts_missed: u64,
    /// DAHDI's number of the span that the card takes its clock from; 0: its own.
    pub clock_source: u32,
}

impl SpanHealth {
    /// A span of which nothing is known.
    pub const UNKNOWN: SpanHealth =
        SpanHealth { alarms: Alarms::NONE, slips: None, interrupts_missed: 0, clock_source: 0 };
}

/// Why a media path could not be opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MediaError {
    /// The TDM thread has taken no commands for too long.
    #[error("the TDM thread takes no commands")]
    Stalled,
    /// No free pair of ports in the configured range.
    #[error("no free RTP port in the configured range")]
    NoPort,
    /// The RTP leg that was to move has ended by itself.
    #[error("there is no RTP leg to move")]
    NoLeg,
    /// The system refused the socket.
    #[error("the system refused an RTP socket: {0}")]
    System(String),
}

/// What a media path reports while it lives, and when it has been taken down.
#[derive(Debug, Clone)]
pub enum MediaEvent {
    /// The path is gone: the final statistics of an RTP leg. Answers [`MediaRequest::Close`](super::MediaRequest::Close).
    Closed(Option<Box<Statistics>>),
    /// The far end has sent no RTP for a while, though it should.
    Inactive,
    /// A digit was heard on the timeslot, whose leg is to tell of them.
    Pressed(Press),
    /// A handshake has agreed on keys of this suite.
    Secured(Suite),
    /// It came to nothing: there will be no audio.
    NotSecured(Failure),
}

/// Identifies an operator's request; its reply carries the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RequestId(pub u64);

/// What an operator may ask of a running gateway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OperatorRequest {
    /// The whole state as one document.
    Status,
    /// Maintenance of circuits; answered once the far end has, or its timer has expired.
    Circuits(CircuitsOrder),
    /// Maintenance of a signalling link, likewise.
    Link(LinkOrder),
}
