//! Offer and answer, RFC 3264.

use super::encryption::{TRANSPORTS, Words};
use super::{Description, Direction, Encryption, Origin, Payload, RTP_AVP, Security, USUAL_PACKET_MS};
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
    /// Whether audio is to be encrypted.
    pub encryption: Encryption,
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
    /// What else may come: another payload of our offer that its answer has too, or a number of ours that is not theirs
    /// (RFC 3264 7).
    pub second: Option<(u8, Codec)>,
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
    /// By what audio is encrypted both ways; `None`: it is not.
    pub security: Option<Security>,
}

/// Why there is no agreement: 488 Not Acceptable Here, cause 65.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Disagreement {
    /// The stream is off (port 0).
    #[error("the audio stream is refused")]
    Refused,
    /// The transport is neither RTP/AVP nor, where we encrypt, an encrypted one.
    #[error("the transport of the audio stream is none of ours")]
    Transport,
    /// Its address is of the other family, IPv4 or IPv6, where nothing of ours could be sent.
    #[error("the audio stream is at an address of the other family")]
    Family,
    /// It would be encrypted by a suite or in a way that we have not, or the answer takes what was not offered.
    #[error("no key for the audio stream in common")]
    NoCommonKey,
    /// It would not be encrypted, and we demand that it is.
    #[error("the audio stream would not be encrypted")]
    Unencrypted,
    /// Neither PCMA nor PCMU among the formats.
    #[error("no codec in common")]
    NoCommonCodec,
}

impl Codec {
    /// Encoding name in `a=rtpmap`.
    pub fn encoding(self) -> &'static str {
        match self {
            Codec::Pcma => "PCMA",
            Codec::Pcmu => "PCMU",
        }
    }

    /// Static payload type, RFC 3551 table 4.
    pub fn payload_type(self) -> u8 {
        match self {
            Codec::Pcma => 8,
            Codec::Pcmu => 0,
        }
    }

    fn payload(self, number: u8) -> Payload {
        Payload { number, encoding: self.encoding().into(), rate: RATE_HZ, parameters: None }
    }

    fn is(self, payload: &Payload) -> bool {
        payload.encoding.eq_ignore_ascii_case(self.encoding()) && payload.rate == RATE_HZ
    }
}

impl Capabilities {
    /// An offer of all that we can.
    pub fn offer(&self) -> Description {
        let codecs = self.codecs.iter().map(|codec| codec.payload(codec.payload_type()));
        let payloads = codecs.chain(self.telephone_event.map(events)).collect();
        let description = self.describe(payloads, self.direction, self.packet_ms, self.encryption.offer());
        Description { protocol: self.encryption.protocol().into(), ..description }
    }

    fn describe(&self, payloads: Vec<Payload>, direction: Direction, packet_ms: u8, words: Words) -> Description {
        Description {
            origin: Origin {
                user: "-".into(),
                session: self.session.to_string(),
                version: self.version,
                address: self.address.to_string(),
            },
            time: (0, 0),
            address: self.address,
            port: self.port,
            protocol: RTP_AVP.into(),
            crypto: words.crypto,
            handshake: words.handshake,
            rtcp: None,
            payloads,
            direction,
            packet_ms: Some(packet_ms),
            position: 0,
            others: Vec::new(),
            alternative: None,
        }
    }
}

/// The answer to `offer`: one codec, telephone events where both have them, every other stream refused (RFC 3264 6). Of two
/// streams that we could take it is the one with what our encryption needs.
pub fn answer(offer: &Description, ours: &Capabilities) -> Result<Agreement, Disagreement> {
    let Some(second) = offer.alternative.as_deref() else { return answer_stream(offer, ours) };
    let prefers_second = ours.encryption.means().is_some() && !ours.encryption.finds_its_means(offer);
    let (best, next) = if prefers_second { (second, offer) } else { (offer, second) };
    answer_stream(best, ours).or_else(|why| answer_stream(next, ours).map_err(|_| why))
}

fn answer_stream(offer: &Description, ours: &Capabilities) -> Result<Agreement, Disagreement> {
    check_stream(offer, ours.address)?;
    let (words, security) = ours.encryption.answer(offer)?;
    let codec = ours.codecs.iter().find_map(|codec| Some((*codec, find(offer, *codec)?)));
    let (codec, payload_type) = codec.ok_or(Disagreement::NoCommonCodec)?;
    let telephone_event = ours.telephone_event.and_then(|_| telephone_event(offer));
    let packet_ms = packet_ms(offer, ours.packet_ms);
    let direction = Direction::new(
        ours.direction.sends() && offer.direction.receives(),
        ours.direction.receives() && offer.direction.sends(),
    );
    let payloads = std::iter::once(codec.payload(payload_type)).chain(telephone_event.map(events)).collect();
    let description = ours.describe(payloads, direction, packet_ms, words).answering(offer);
    Ok(Agreement {
        codec,
        payload_type,
        second: None,
        telephone_event,
        packet_ms,
        remote: remote(offer),
        remote_rtcp: remote_rtcp(offer),
        send: direction.sends() && remote(offer).is_some(),
        receive: direction.receives(),
        ours: description,
        security,
    })
}

/// The answer to an offer that takes the audio stream away (RFC 3264 8.2), after what was agreed before. Nothing flows until
/// another offer brings it back.
pub fn remove(offer: &Description, ours: &Capabilities, before: Agreement) -> Agreement {
    let payloads = vec![offer.payloads.first().cloned().unwrap_or_else(|| before.codec.payload(before.payload_type))];
    let description = ours.describe(payloads, Direction::Inactive, before.packet_ms, Words::default());
    Agreement {
        ours: Description { port: 0, ..description.answering(offer) },
        remote: None,
        remote_rtcp: None,
        send: false,
        receive: false,
        security: None,
        ..before
    }
}

/// What `theirs`, the answer, makes of our offer (RFC 3264 7), with the encryption by which it was made.
pub fn agree(offer: &Description, theirs: &Description, encryption: &Encryption) -> Result<Agreement, Disagreement> {
    check_stream(theirs, offer.address)?;
    let security = encryption.agree(offer, theirs)?;
    // The first format of the answer is the one that the answerer prefers to receive.
    let mut common = theirs.payloads.iter().filter_map(|payload| {
        let codec = [Codec::Pcma, Codec::Pcmu].into_iter().find(|codec| codec.is(payload))?;
        Some((codec, payload.number, find(offer, codec)?))
    });
    let (codec, payload_type, ours) = common.next().ok_or(Disagreement::NoCommonCodec)?;
    let other = common.find(|other| other.0 != codec).map(|(codec, _, ours)| (ours, codec));
    let default_ms = offer.packet_ms.unwrap_or(USUAL_PACKET_MS);
    let may_send = offer.direction.sends() && theirs.direction.receives();
    Ok(Agreement {
        ours: offer.clone(),
        codec,
        payload_type,
        second: other.or_else(|| (ours != payload_type).then_some((ours, codec))),
        telephone_event: telephone_event(offer).and_then(|_| telephone_event(theirs)),
        packet_ms: packet_ms(theirs, default_ms),
        remote: remote(theirs),
        remote_rtcp: remote_rtcp(theirs),
        send: may_send && remote(theirs).is_some(),
        receive: offer.direction.receives() && theirs.direction.sends(),
        security,
    })
}

fn check_stream(description: &Description, ours: IpAddr) -> Result<(), Disagreement> {
    match description {
        Description { port: 0, .. } => Err(Disagreement::Refused),
        Description { protocol, .. } if !TRANSPORTS.contains(&&**protocol) => Err(Disagreement::Transport),
        // `0.0.0.0` is the old way of holding a call, whatever its family.
        Description { address, .. } if !address.is_unspecified() && address.is_ipv4() != ours.is_ipv4() => {
            Err(Disagreement::Family)
        }
        _ => Ok(()),
    }
}

fn find(description: &Description, codec: Codec) -> Option<u8> {
    description.payloads.iter().find(|payload| codec.is(payload)).map(|payload| payload.number)
}

fn telephone_event(description: &Description) -> Option<u8> {
    let is_event =
        |payload: &&Payload| payload.encoding.eq_ignore_ascii_case(TELEPHONE_EVENT) && payload.rate == RATE_HZ;
    description.payloads.iter().find(is_event).map(|payload| payload.number)
}

fn events(number: u8) -> Payload {
    Payload { number, encoding: TELEPHONE_EVENT.into(), rate: RATE_HZ, parameters: Some(DTMF_EVENTS.into()) }
}

/// The longest packets that we make and that are no longer than they wish.
fn packet_ms(theirs: &Description, default_ms: u8) -> u8 {
    let wished = theirs.packet_ms.and_then(|wished| PACKET_LENGTHS_MS.into_iter().rfind(|ms| *ms <= wished));
    wished.unwrap_or(default_ms)
}

fn remote(description: &Description) -> Option<SocketAddr> {
    let address = SocketAddr::new(description.address, description.port);
    (!description.address.is_unspecified()).then_some(address)
}

fn remote_rtcp(description: &Description) -> Option<SocketAddr> {
    let next = || Some(SocketAddr::new(description.address, description.port.checked_add(1)?));
    remote(description).and_then(|_| description.rtcp.or_else(next))
}

const RATE_HZ: u32 = 8000;
/// The packet lengths that the media path makes.
const PACKET_LENGTHS_MS: [u8; 5] = [10, 20, 30, 40, 60];
const TELEPHONE_EVENT: &str = "telephone-event";
/// `0` to `9`, `*`, `#`, `A` to `D`: RFC 4733 3.2.
const DTMF_EVENTS: &str = "0-15";
