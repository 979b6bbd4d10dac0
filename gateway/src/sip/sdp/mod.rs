//! Session descriptions: RFC 4566/8866, as far as one G.711 audio stream needs them.
//!
//! The grammar is `sdp-types`; this reads the meaning. Streams of the peer that we have no use for are kept by name, so
//! that an answer has an `m=` line for each of them (RFC 3264 6). Tolerated: bare LF, a missing last CRLF, lines that
//! are no UTF-8, attributes unknown. Left out: SRTP, T.38, ICE.

mod negotiate;

pub use negotiate::{Agreement, Capabilities, Codec, Disagreement};

use std::net::{IpAddr, SocketAddr};

/// One session description with one audio stream of ours or of interest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// `o=`.
    pub origin: Origin,
    /// Where RTP is wanted. `0.0.0.0` is the old way to say hold (RFC 3264 8.4).
    pub address: IpAddr,
    /// RTP port; 0: the stream is refused or off.
    pub port: u16,
    /// Where RTCP is wanted when not at `port + 1` (RFC 3605).
    pub rtcp: Option<SocketAddr>,
    /// Payload formats, in the order of preference.
    pub payloads: Vec<Payload>,
    /// As seen by who wrote the description.
    pub direction: Direction,
    /// `a=ptime`.
    pub packet_ms: Option<u8>,
    /// Index of our audio stream among all `m=` lines.
    pub position: usize,
    /// All other `m=` lines in order.
    pub others: Vec<OtherStream>,
}

/// `o=`: who made the description, and which version of it this is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// User name, `-` when there is none.
    pub user: String,
    /// Session id. Digits by the grammar; kept as text because peers exceed any integer.
    pub session: String,
    /// Grows by one with each change (RFC 3264 8).
    pub version: u64,
    /// Address as written.
    pub address: String,
}

/// A stream that is not ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherStream {
    /// `audio`, `video`, `image`…
    pub media: String,
    /// `RTP/AVP`, `udptl`…
    pub protocol: String,
    /// Formats as written.
    pub formats: String,
    /// As written; 0 in an answer.
    pub port: u16,
}

/// One payload format: `a=rtpmap` and `a=fmtp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// RTP payload type.
    pub number: u8,
    /// Encoding name; empty when the description has none and RFC 3551 neither.
    pub encoding: String,
    /// Clock rate in Hz.
    pub rate: u32,
    /// `a=fmtp` as written.
    pub parameters: Option<String>,
}

/// Who sends, as seen by who wrote it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Both.
    #[default]
    SendRecv,
    /// The writer sends only.
    SendOnly,
    /// The writer receives only.
    RecvOnly,
    /// Neither.
    Inactive,
}

/// Why a description cannot be used. The peer's fault.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum SdpError {
    /// The grammar is broken: what, and on which line.
    #[error("session description: {0}")]
    Grammar(#[from] sdp_types::ParserError),
    /// No `m=audio` line.
    #[error("session description without an audio stream")]
    NoAudio,
    /// No `c=` line for the audio stream.
    #[error("session description without a connection address")]
    NoAddress,
    /// The connection address is no literal IP address.
    #[error("connection address {0:?} is not an IP address")]
    Address(String),
}
