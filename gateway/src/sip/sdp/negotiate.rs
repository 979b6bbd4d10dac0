//! Offer and answer, RFC 3264.

use super::{Description, Direction};
use std::net::{IpAddr, SocketAddr};

/// What a gateway can carry over RTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Codec {
    /// G.711 A-law, payload type 8.
    Pcma,
    /// G.711 µ-law, payload type 0.
    Pcmu,
}

/// Our side of a negotiation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capabilities {
    /// Where we receive RTP.
    pub address: IpAddr,
    /// RTP port; RTCP is received at the next one.
    pub port: u16,
    /// In the order of preference, the law of the trunk first. It decides over the peer's order: the octets of the
    /// timeslot then pass without transcoding (RFC 3264 6.1 allows it).
    pub codecs: Vec<Codec>,
    /// Payload type for `telephone-event` in our offers (RFC 4733); `None`: neither offered nor accepted.
    pub telephone_event: Option<u8>,
    /// `a=ptime` that we wish, in ms.
    pub packet_ms: u8,
    /// What we want.
    pub direction: Direction,
    /// `o=` session id.
    pub session: u64,
    /// `o=` version: one more with each changed description.
    pub version: u64,
}

/// What both sides said yes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreement {
    /// Our description: the answer to send, or our offer as it stands.
    pub ours: Description,
    /// The codec of both directions.
    pub codec: Codec,
    /// Payload type of what we send.
    pub payload_type: u8,
    /// Payload type of what we receive.
    pub receive_payload_type: u8,
    /// Payload type of the telephone events that we may send.
    pub telephone_event: Option<u8>,
    /// Packet length of what we send, in ms.
    pub packet_ms: u8,
    /// Where to send RTP; `None`: nowhere (hold by `0.0.0.0`).
    pub remote: Option<SocketAddr>,
    /// Where to send RTCP.
    pub remote_rtcp: Option<SocketAddr>,
    /// We may send RTP.
    pub send: bool,
    /// We will receive RTP.
    pub receive: bool,
}

/// Why there is no agreement: 488 Not Acceptable Here, cause 65.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The stream is off (port 0).
    #[error("the audio stream is refused")]
    Refused,
    /// The transport is not RTP/AVP.
    #[error("the audio stream is not RTP/AVP")]
    Transport,
    /// Neither PCMA nor PCMU among the formats.
    #[error("no codec in common")]
    NoCommonCodec,
}
