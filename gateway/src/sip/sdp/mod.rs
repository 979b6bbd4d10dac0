//! Session descriptions: RFC 4566/8866, as far as one G.711 audio stream needs them.
//!
//! The grammar is `sdp-types`; this reads the meaning. Streams of the peer that we have no use for are kept by name, so
//! that an answer has an `m=` line for each of them (RFC 3264 6). Tolerated: bare LF, a missing last CRLF, lines that
//! are no UTF-8, attributes unknown. Whether audio is encrypted is `encryption`'s. Left out: T.38, ICE.

pub mod crypto;
pub mod dtls;
mod encryption;
mod negotiate;

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
    /// Reads the content of an `application/sdp` body.
    pub fn parse(octets: &[u8]) -> Result<Description, SdpError> {
        // A line in another charset may be any free text (`s=`, `i=`); it must not cost the call.
        let text = String::from_utf8_lossy(octets);
        let session = Session::parse(text.as_bytes())?;
        let position = choose_audio(&session.medias).ok_or(SdpError::NoAudio)?;
        let mut description = Description::read(&session, position)?;
        let other = |media: &Media| is_usable(media) && media.proto != session.medias[position].proto;
        if let Some(second) = session.medias.iter().position(other).filter(|_| is_usable(&session.medias[position])) {
            description.alternative = Some(Box::new(Description::read(&session, second)?));
        }
        Ok(description)
    }

    /// The description seen from one of its streams.
    fn read(session: &Session, position: usize) -> Result<Description, SdpError> {
        let audio = &session.medias[position];
        let attribute = |name: &str| find(&audio.attributes, name).or_else(|| find(&session.attributes, name));
        let others = session.medias.iter().enumerate().filter(|(index, _)| *index != position);
        Ok(Description {
            time: session.times.first().map_or((0, 0), |time| (time.start_time, time.stop_time)),
            address: address(audio, session)?,
            port: audio.port,
            protocol: audio.proto.clone(),
            rtcp: find(&audio.attributes, "rtcp").and_then(|value| rtcp(value, audio, session)),
            crypto: Offered::read(values(&audio.attributes, "crypto")),
            handshake: handshake(audio, session).map(Box::new),
            payloads: audio.fmt.split_ascii_whitespace().filter_map(|format| payload(format, audio)).collect(),
            direction: direction(audio, session),
            packet_ms: packet_ms(
                attribute("ptime").and_then(whole_number),
                attribute("maxptime").and_then(whole_number),
            ),
            position,
            others: others.map(|(_, media)| OtherStream::of(media)).collect(),
            alternative: None,
            origin: Origin {
                user: session.origin.username.clone().unwrap_or_else(|| "-".into()),
                session: session.origin.sess_id.clone(),
                version: session.origin.sess_version,
                address: session.origin.unicast_address.clone(),
            },
        })
    }

    /// The same as what is said to `offer`: its time, its transport, and a stream for each of its (RFC 3264 6).
    fn answering(self, offer: &Description) -> Description {
        Description { time: offer.time, protocol: offer.protocol.clone(), ..self.following(offer) }
    }

    /// The same as what is said after `previous`: its streams stand where they stood, those that are not ours off
    /// (RFC 3264 8).
    pub fn following(self, previous: &Description) -> Description {
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

/// The audio stream to talk about: one that we could take, else one that is on, else the first.
fn choose_audio(medias: &[Media]) -> Option<usize> {
    let first = |test: fn(&Media) -> bool| medias.iter().position(test);
    first(is_usable).or_else(|| first(|media| is_audio(media) && media.port != 0)).or_else(|| first(is_audio))
}

fn is_audio(media: &Media) -> bool {
    media.media.eq_ignore_ascii_case("audio")
}

fn is_usable(media: &Media) -> bool {
    is_audio(media) && media.port != 0 && encryption::TRANSPORTS.contains(&&*media.proto)
}

fn values<'a>(attributes: &'a [Attribute], name: &'a str) -> impl Iterator<Item = &'a str> {
    let named = attributes.iter().filter(move |attribute| attribute.attribute == name);
    named.filter_map(|attribute| attribute.value.as_deref())
}

fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a str> {
    attributes.iter().find(|attribute| attribute.attribute == name)?.value.as_deref()
}

/// RFC 4566 6: nobody may send packets longer than `longest`.
fn packet_ms(wished: Option<u8>, longest: Option<u8>) -> Option<u8> {
    match (wished, longest) {
        (Some(wished), Some(longest)) => Some(wished.min(longest)),
        (None, longest) => longest.filter(|longest| *longest < USUAL_PACKET_MS),
        (wished, None) => wished,
    }
}

/// The number that `text` begins with: `20`, and also `20.0`.
fn whole_number(text: &str) -> Option<u8> {
    let text = text.trim_start();
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

fn address(audio: &Media, session: &Session) -> Result<IpAddr, SdpError> {
    let connection = audio.connections.first().or(session.connection.as_ref()).ok_or(SdpError::NoAddress)?;
    let literal = connection.connection_address.split('/').next().unwrap_or_default();
    literal.parse().map_err(|_| SdpError::Address(connection.connection_address.clone()))
}

fn handshake(audio: &Media, session: &Session) -> Option<Handshake> {
    let both = [&audio.attributes, &session.attributes];
    let attributes = both.into_iter().find(|attributes| find(attributes, "fingerprint").is_some())?;
    let setup = both.into_iter().find_map(|attributes| find(attributes, "setup"));
    Handshake::read(values(attributes, "fingerprint"), setup)
}

fn rtcp(value: &str, audio: &Media, session: &Session) -> Option<SocketAddr> {
    let mut words = value.split_ascii_whitespace();
    let port = words.next()?.parse().ok()?;
    let ip = match words.nth(2) {
        Some(literal) => literal.parse().ok()?,
        None => address(audio, session).ok()?,
    };
    Some(SocketAddr::new(ip, port))
}

fn direction(audio: &Media, session: &Session) -> Direction {
    let every = [Direction::SendRecv, Direction::SendOnly, Direction::RecvOnly, Direction::Inactive];
    let named = |attribute: &Attribute| every.into_iter().find(|known| known.as_str() == attribute.attribute);
    let mut attributes = audio.attributes.iter().chain(&session.attributes);
    attributes.find_map(named).unwrap_or_default()
}

fn payload(format: &str, audio: &Media) -> Option<Payload> {
    let number: u8 = format.parse().ok().filter(|number| *number <= HIGHEST_PAYLOAD_TYPE)?;
    let of_this = |name: &'static str| {
        let values = audio.attributes.iter().filter(move |attribute| attribute.attribute == name);
        values.filter_map(|attribute| attribute.value.as_deref()?.split_once(' ')).find(|(head, _)| *head == format)
    };
    let mapped = of_this("rtpmap").and_then(|(_, map)| {
        let mut parts = map.trim().split('/');
        Some((parts.next()?.to_owned(), parts.next()?.trim().parse().ok()?))
    });
    let from_table = || {
        let row = STATIC_PAYLOADS.iter().find(|row| row.0 == number);
        row.map_or((String::new(), 0), |row| (row.1.to_owned(), row.2))
    };
    let (encoding, rate) = mapped.unwrap_or_else(from_table);
    Some(Payload { number, encoding, rate, parameters: of_this("fmtp").map(|(_, value)| value.to_owned()) })
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
const HIGHEST_PAYLOAD_TYPE: u8 = 127;

/// RFC 3551 table 4, the audio formats that gateways meet: payload type, encoding, clock rate.
const STATIC_PAYLOADS: [(u8, &str, u32); 7] = [
    (0, "PCMU", 8000),
    (3, "GSM", 8000),
    (4, "G723", 8000),
    (8, "PCMA", 8000),
    (9, "G722", 8000),
    (13, "CN", 8000),
    (18, "G729", 8000),
];

#[cfg(test)]
mod tests;
