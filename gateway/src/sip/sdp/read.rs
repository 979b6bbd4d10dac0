//! Session descriptions as they come: RFC 4566 and 8866, the meaning of what `sdp-types` has read.

use super::{
    Description, Direction, Handshake, Offered, Origin, OtherStream, Payload, SdpError, USUAL_PACKET_MS, encryption,
};
use sdp_types::{Attribute, Media, Session};
use std::net::{IpAddr, SocketAddr};

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
