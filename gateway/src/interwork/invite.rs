//! The first message towards SIP: the addresses of an INVITE, RFC 3398 8.2.1.1.

use std::net::SocketAddr;

use super::iam::{Calling, Dialled};
use crate::sip::{NameAddr, Uri};

/// RFC 3261 8.1.1.6.
pub const MAX_FORWARDS: u32 = 70;

/// The called number at the peer.
pub fn request_uri(dialled: &Dialled, peer: SocketAddr) -> Uri {
    telephone(&dialled.called, peer)
}

/// The same as the Request-URI: no original called number is known.
pub fn to(dialled: &Dialled, peer: SocketAddr) -> NameAddr {
    NameAddr::new(telephone(&dialled.called, peer))
}

/// The calling number at our own address; without one our address alone, and anonymous where it is withheld.
pub fn from(dialled: &Dialled, own: SocketAddr) -> NameAddr {
    match &dialled.calling {
        None => NameAddr::new(Uri::sip("", own.ip(), Some(own.port()))),
        Some(calling) if calling.restricted => anonymous(),
        Some(calling) => NameAddr::new(telephone(&calling.number, own)),
    }
}

/// P-Asserted-Identity (RFC 3325): a number that a network vouches for, shown or withheld.
pub fn identity(dialled: &Dialled, own: SocketAddr) -> Option<NameAddr> {
    let vouched = |calling: &&Calling| calling.asserted;
    dialled.calling.as_ref().filter(vouched).map(|calling| NameAddr::new(telephone(&calling.number, own)))
}

fn telephone(number: &str, host: SocketAddr) -> Uri {
    Uri::sip(number, host.ip(), Some(host.port()))
        .with_parameter("user", Some("phone"))
        .expect("user and phone are tokens")
}

/// RFC 3323 4.1.1.3.
fn anonymous() -> NameAddr {
    let uri = Uri::parse(b"sip:anonymous@anonymous.invalid").expect("written by the grammar");
    NameAddr::new(uri).named("Anonymous")
}
