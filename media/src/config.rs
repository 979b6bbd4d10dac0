//! What a span group and a session are made from.

use std::net::SocketAddr;

use crate::tone::Tone;
use crate::{FRAMES_PER_MS, Law};

/// The longest playout delay a session has memory for.
pub const MAX_PLAYOUT_MS: u16 = 500;

/// A span group: the spans that one TDM thread and one RTP worker serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupSpec {
    /// The spans, in the order of their indices.
    pub spans: Vec<SpanMedia>,
    /// How many blocks ahead of its time a block is made: the scheduling margin of the worker, 1 to [`GroupSpec::MAX_GUARD_BLOCKS`].
    pub guard_blocks: u8,
    /// Blocks that the driver delivers at once; reported in [`crate::Delay`] only.
    pub buffer_blocks: u8,
    /// Blocks that wait in the driver on the way out; reported in [`crate::Delay`] only.
    pub driver_blocks: u8,
}

impl GroupSpec {
    /// The greatest ring guard, in blocks: half the depth of a ring.
    pub const MAX_GUARD_BLOCKS: u8 = (crate::ring::RING_BLOCKS / 2) as u8;

    /// The ring guard as used: what was asked for, brought into its range.
    pub(crate) fn guard_frames(&self) -> u64 {
        u64::from(self.guard_blocks.clamp(1, Self::MAX_GUARD_BLOCKS)) * crate::BLOCK_OCTETS as u64
    }
}

/// One span of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SpanMedia {
    /// The law of its speech timeslots, and of the silence that idle ones carry.
    pub law: Law,
}

/// What a session is built from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionConfig {
    /// RTP payload type of the audio, both ways: 0 PCMU, 8 PCMA, or a dynamic number; below 128.
    pub payload_type: u8,
    /// Law of the payload.
    pub rtp_law: Law,
    /// Another payload that may come, and its law: an offer has more than one, and so may its answer (RFC 3264 7).
    pub second: Option<(u8, Law)>,
    /// Law of the timeslot.
    pub tdm_law: Law,
    /// Packet time sent: 10, 20, 30, 40 or 60. Any packet time is accepted.
    pub packet_ms: u8,
    /// Fixed playout delay, 0 to [`MAX_PLAYOUT_MS`].
    pub playout_ms: u16,
    /// Where audio is sent, and the address that it is accepted from (RFC 4961 is not demanded of the port). `None`:
    /// nothing is sent, anything is accepted.
    pub remote: Option<SocketAddr>,
    /// Where reports are sent; `None`: none are.
    pub remote_rtcp: Option<SocketAddr>,
    /// Whether audio is sent (`sendrecv`, `sendonly`).
    pub send: bool,
    /// Whether audio is received (`sendrecv`, `recvonly`).
    pub receive: bool,
    /// Our synchronisation source.
    pub ssrc: u32,
    /// Our first sequence number.
    pub first_sequence: u16,
    /// Our first RTP timestamp.
    pub first_timestamp: u32,
    /// Canonical name of RTCP SDES, at most 255 octets.
    pub cname: String,
    /// Payload type of RFC 4733 telephone events, if negotiated.
    pub telephone_event: Option<u8>,
    /// What goes out on the timeslot.
    pub source: Source,
}

/// What goes out on a timeslot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The audio received from the network.
    Network,
    /// A tone of the gateway's own.
    Tone(Tone),
    /// The silence of the law.
    Silence,
}

/// A change to a running session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Another far end, as a re-INVITE or the final answer brings.
    Remote {
        /// Where audio goes.
        rtp: Option<SocketAddr>,
        /// Where reports go.
        rtcp: Option<SocketAddr>,
    },
    /// Another payload, or another packet time.
    Payload {
        /// RTP payload type.
        payload_type: u8,
        /// Law of the payload.
        law: Law,
        /// Packet time sent.
        packet_ms: u8,
        /// Payload type of RFC 4733 telephone events.
        telephone_event: Option<u8>,
    },
    /// Another payload may come beside it, until the next `Payload`.
    Second {
        /// RTP payload type.
        payload_type: u8,
        /// Its law.
        law: Law,
    },
    /// The direction of a media description (RFC 3264), as we see it.
    Direction {
        /// Whether audio is sent.
        send: bool,
        /// Whether audio is received.
        receive: bool,
    },
    /// Another source for the timeslot.
    Source(Source),
}

/// A session that cannot be built: whoever configured or negotiated it is at fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SessionError {
    /// The packet time is none of 10, 20, 30, 40 and 60 ms.
    PacketTime(u8),
    /// The playout delay is above [`MAX_PLAYOUT_MS`].
    Playout(u16),
    /// The payload type has more than seven bits.
    PayloadType(u8),
    /// The canonical name is longer than 255 octets.
    CanonicalName(usize),
}

impl std::fmt::Display for SessionError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::PacketTime(ms) => write!(f, "packet time {ms} ms is none of 10, 20, 30, 40, 60"),
            Self::Playout(ms) => write!(f, "playout delay {ms} ms is above {MAX_PLAYOUT_MS}"),
            Self::PayloadType(number) => write!(f, "RTP payload type {number} is above 127"),
            Self::CanonicalName(octets) => write!(f, "RTCP canonical name of {octets} octets is longer than 255"),
        }
    }
}

impl std::error::Error for SessionError {}

impl SessionConfig {
    pub(crate) fn check(&self) -> Result<(), SessionError> {
        packet_octets(self.packet_ms).ok_or(SessionError::PacketTime(self.packet_ms))?;
        if self.playout_ms > MAX_PLAYOUT_MS {
            return Err(SessionError::Playout(self.playout_ms));
        }
        if let Some(number) = [Some(self.payload_type), self.telephone_event].into_iter().flatten().find(|n| *n > 127) {
            return Err(SessionError::PayloadType(number));
        }
        if self.cname.len() > 255 {
            return Err(SessionError::CanonicalName(self.cname.len()));
        }
        Ok(())
    }
}

/// Octets in a packet of `packet_ms`, if that is a packet time we send.
pub(crate) fn packet_octets(packet_ms: u8) -> Option<usize> {
    matches!(packet_ms, 10 | 20 | 30 | 40 | 60).then_some(usize::from(packet_ms) * FRAMES_PER_MS as usize)
}
