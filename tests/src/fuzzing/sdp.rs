//! Session descriptions: read, answered, and the answer read again.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, LazyLock};

use spangate::dtls::Identity;
use spangate::sip::sdp::OurEnd;
use spangate::sip::{Capabilities, Codec, Description, Direction, Encryption, Means, OurKeys, sdp as negotiation};

/// An `application/sdp` body as an offer and as an answer: what we answer is a description that says what we meant.
pub fn sdp(octets: &[u8]) -> bool {
    let Ok(description) = Description::parse(octets) else { return false };
    let streams = octets.split(|octet| *octet == b'm').count();
    assert!(description.position <= description.others.len() && description.others.len() < streams);
    let keys = || Means::Keys(Box::new(OurKeys::draw([1; 32])));
    let handshake = || Means::Handshake(OurEnd::new(identity()));
    let with = [Encryption::Optional(keys()), Encryption::Required(keys()), Encryption::Required(handshake())];
    for encryption in with.into_iter().chain([Encryption::Off]) {
        negotiate(&description, &Capabilities { encryption, ..capabilities() });
    }
    true
}

fn negotiate(description: &Description, ours: &Capabilities) {
    if let Ok(agreement) = negotiation::answer(description, ours) {
        let written = agreement.ours.to_octets();
        assert_eq!(Description::parse(&written).as_ref(), Ok(&agreement.ours));
        assert_eq!(agreement.ours.others.len(), description.others.len(), "an answer has every stream of its offer");
        assert!(agreement.ours.others.iter().all(|stream| stream.port == 0));
    }
    if let Ok(agreement) = negotiation::agree(&ours.offer(), description, &ours.encryption) {
        assert!(PACKETS_MS.contains(&agreement.packet_ms), "{} ms", agreement.packet_ms);
    }
}

/// One for all runs: to draw it costs more than to read a body.
fn identity() -> Arc<Identity> {
    static IDENTITY: LazyLock<Arc<Identity>> =
        LazyLock::new(|| Arc::new(Identity::draw().expect("the system has random numbers")));
    IDENTITY.clone()
}

fn capabilities() -> Capabilities {
    Capabilities {
        address: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1)),
        port: 16_384,
        codecs: vec![Codec::Pcma, Codec::Pcmu],
        telephone_event: Some(101),
        packet_ms: 20,
        direction: Direction::SendRecv,
        encryption: Encryption::Off,
        session: 1,
        version: 1,
    }
}

/// The packet lengths that the media path makes, in ms.
const PACKETS_MS: [u8; 5] = [10, 20, 30, 40, 60];
