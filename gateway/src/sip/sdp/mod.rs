//! Session descriptions: RFC 4566/8866, as far as one G.711 audio stream needs them.
//!
//! The grammar is `sdp-types`, `read` finds the meaning. Streams of the peer that we have no use for are kept by name, so
//! that an answer has an `m=` line for each of them (RFC 3264 6). Tolerated: bare LF, a missing last CRLF, lines that
//! are no UTF-8, attributes unknown. Whether audio is encrypted is `encryption`'s. Left out: T.38, ICE.

pub mod crypto;
pub mod dtls;
mod encryption;
mod negotiate;
mod read;

pub use crypto::{Crypto, Offered, OurKeys};
pub use dtls::{Arrangement, Handshake, OurEnd, Setup};
pub use encryption::{Encryption, Means, Security};
pub use negotiate::{Agreement, Capabilities, Codec, Disagreement, agree, answer, remove};

use sdp_types::{AddrType, Attribute, Connection, Media, NetType, Session, Time};
use std::net::{IpAddr, SocketAddr};

/// One session description with one audio stream of ours or of interest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// `o=`.
    pub origin: Origin,
    /// `t=`: start and end in seconds since 1900; an answer has that of its offer (RFC 3264 6).
    pub time: (u64, u64),
    /// Where RTP is wanted. `0.0.0.0` is the old way to say hold (RFC 3264 8.4).
    pub address: IpAddr,
    /// RTP port; 0: the stream is refused or off.
    pub port: u16,
    /// One of the four transports that RTP has here, where it is of use to us: `RTP/AVP`, `RTP/SAVP`…
    pub protocol: String,
    /// `a=crypto` (RFC 4568).
    pub crypto: Offered,
    /// `a=fingerprint` and `a=setup` (RFC 5763).
    pub handshake: Option<Box<Handshake>>,
    /// Where RTCP is wanted when not at `port + 1` (RFC 3605).
    pub rtcp: Option<SocketAddr>,
    /// Payload formats, in the order of preference.
    pub payloads: Vec<Payload>,
    /// As seen by who wrote the description.
    pub direction: Direction,
    /// `a=ptime`, as far as `a=maxptime` lets it be; without the former, the latter where it is less than usual.
    pub packet_ms: Option<u8>,
    /// Index of our audio stream among all `m=` lines.
    pub position: usize,
    /// All other `m=` lines in order.
    pub others: Vec<OtherStream>,
    /// The same description seen from a second audio stream that we could take: some offer `RTP/SAVP` and `RTP/AVP` side by
    /// side, for the answerer to choose.
    pub alternative: Option<Box<Description>>,
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

impl Description {
    /// The same as what is said to `offer`: its time, its transport, and a stream for each of its (RFC 3264 6).
    fn answering(self, offer: &Description) -> Description {
        Description { time: offer.time, protocol: offer.protocol.clone(), ..self.following(offer) }
    }

    /// The same as what is said after `previous`: its streams stand where they stood, those that are not ours off, and
    /// formats keep the numbers that they had (RFC 3264 8 and 8.3.2).
    pub fn following(mut self, previous: &Description) -> Description {
        for ours in &mut self.payloads {
            let known = previous.payloads.iter().find(|known| known.is_same_format(ours));
            ours.number = known.map_or(ours.number, |known| known.number);
        }
        let others = previous.others.iter().map(OtherStream::off).collect();
        Description { position: previous.position, others, ..self }
    }

    /// The content of an `application/sdp` body.
    pub fn to_octets(&self) -> Vec<u8> {
        let address_type = AddrType::from(self.address);
        let mut origin = sdp_types::Origin::new(
            &self.origin.session,
            self.origin.version,
            NetType::In,
            if self.origin.address.contains(':') { AddrType::Ip6 } else { AddrType::Ip4 },
            &self.origin.address,
        );
        origin.username = (self.origin.user != "-").then(|| self.origin.user.clone());
        // RFC 3264 5: a single space where there is no meaningful subject would be better, yet "-" is what 4566 has.
        let mut session = Session::new(origin, "-");
        session.connection = Some(Connection::new(NetType::In, address_type, self.address));
        session.times.push(Time::new(self.time.0, self.time.1));
        session.medias = self.others.iter().map(OtherStream::to_media).collect();
        session.medias.insert(self.position.min(self.others.len()), self.audio());
        let mut octets = Vec::with_capacity(256);
        session.write(&mut octets).expect("writing to memory does not fail");
        octets
    }

    fn audio(&self) -> Media {
        let formats: Vec<String> = self.payloads.iter().map(|payload| payload.number.to_string()).collect();
        let mut attributes = Vec::with_capacity(self.payloads.len() + self.crypto.lines.len() + 4);
        let keys = self.crypto.lines.iter().map(|line| Attribute::with_value("crypto", line.to_value()));
        attributes.extend(keys);
        let handshake = self.handshake.iter().flat_map(|handshake| handshake.attributes());
        attributes.extend(handshake.map(|(name, value)| Attribute::with_value(name, value)));
        for payload in &self.payloads {
            if !payload.encoding.is_empty() {
                let map = format!("{} {}/{}", payload.number, payload.encoding, payload.rate);
                attributes.push(Attribute::with_value("rtpmap", map));
            }
            if let Some(parameters) = &payload.parameters {
                attributes.push(Attribute::with_value("fmtp", format!("{} {parameters}", payload.number)));
            }
        }
        attributes.extend(self.packet_ms.map(|ms| Attribute::with_value("ptime", ms)));
        attributes.extend(self.rtcp.map(|rtcp| {
            let family = AddrType::from(rtcp.ip());
            Attribute::with_value("rtcp", format!("{} IN {} {}", rtcp.port(), family.as_str(), rtcp.ip()))
        }));
        attributes.push(Attribute::new(self.direction.as_str()));
        Media {
            media: "audio".into(),
            port: self.port,
            num_ports: None,
            proto: self.protocol.clone(),
            fmt: formats.join(" "),
            media_title: None,
            connections: Vec::new(),
            bandwidths: Vec::new(),
            key: None,
            attributes,
        }
    }
}

impl Payload {
    /// Whatever its number.
    fn is_same_format(&self, other: &Payload) -> bool {
        self.encoding.eq_ignore_ascii_case(&other.encoding) && self.rate == other.rate
    }
}

impl OtherStream {
    fn of(media: &Media) -> OtherStream {
        OtherStream {
            media: media.media.clone(),
            protocol: media.proto.clone(),
            formats: media.fmt.clone(),
            port: media.port,
        }
    }

    /// The same, refused.
    fn off(&self) -> OtherStream {
        OtherStream { port: 0, ..self.clone() }
    }

    fn to_media(&self) -> Media {
        Media {
            media: self.media.clone(),
            port: self.port,
            num_ports: None,
            proto: self.protocol.clone(),
            fmt: self.formats.clone(),
            media_title: None,
            connections: Vec::new(),
            bandwidths: Vec::new(),
            key: None,
            attributes: Vec::new(),
        }
    }
}

impl Direction {
    /// The attribute's name.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::SendRecv => "sendrecv",
            Direction::SendOnly => "sendonly",
            Direction::RecvOnly => "recvonly",
            Direction::Inactive => "inactive",
        }
    }

    /// From whether its writer sends and receives.
    pub fn new(send: bool, receive: bool) -> Direction {
        match (send, receive) {
            (true, true) => Direction::SendRecv,
            (true, false) => Direction::SendOnly,
            (false, true) => Direction::RecvOnly,
            (false, false) => Direction::Inactive,
        }
    }

    /// Its writer sends.
    pub fn sends(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::SendOnly)
    }

    /// Its writer receives.
    pub fn receives(self) -> bool {
        matches!(self, Direction::SendRecv | Direction::RecvOnly)
    }
}

/// RTP by the profile of RFC 3551.
const RTP_AVP: &str = "RTP/AVP";
/// The same, encrypted: RFC 3711.
const RTP_SAVP: &str = "RTP/SAVP";
/// The same by keys of a handshake: RFC 5764.
const UDP_TLS_RTP_SAVP: &str = "UDP/TLS/RTP/SAVP";
/// And with reports as early as one likes, which we do not send: RFC 5764.
const UDP_TLS_RTP_SAVPF: &str = "UDP/TLS/RTP/SAVPF";
/// RFC 3551 4.2: what is sent where nothing is said.
const USUAL_PACKET_MS: u8 = 20;

#[cfg(test)]
mod tests;
