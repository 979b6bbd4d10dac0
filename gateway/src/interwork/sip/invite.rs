//! INVITE: what one asks for (RFC 3398 7.2.1.1, 12.2), and the addresses of ours (RFC 3398 8.2.1.1).

use std::net::SocketAddr;

use isup::cause::Cause;

use super::codec;
use crate::interwork::hub::{Calling, Setup};
use crate::sip::{Incoming, NameAddr, Uri};

/// RFC 3261 8.1.1.6.
pub const MAX_FORWARDS: u32 = 70;

/// What an INVITE asks for. The called number is the Request-URI's, the calling one P-Asserted-Identity's or else From's
/// (a From without a number gives no calling party number); what is asserted is believed where the peer is `trusted` (RFC 3325
/// 5). An error is a Request-URI without a telephone number.
pub fn setup(incoming: &Incoming, trusted: bool) -> Result<Setup, Cause> {
    let called = incoming.request_uri.telephone_number().ok_or(Cause::INVALID_NUMBER_FORMAT)?;
    let plus = if called.global { "+" } else { "" };
    let asserted =
        incoming.identity.as_ref().filter(|_| trusted).and_then(|identity| calling(identity, incoming.private, true));
    let calling = asserted.or_else(|| calling(&incoming.from, incoming.private, false));
    let called = format!("{plus}{}", called.digits);
    Ok(Setup { calling, bearer: codec::OF_G711, connected_wanted: true, ..Setup::unknown(called) })
}

/// What the record of an INVITE shows that asks for no telephone number.
pub fn undialled(incoming: &Incoming) -> Setup {
    let user = incoming.request_uri.user().map(|user| user.to_string());
    Setup::unknown(user.unwrap_or_default())
}

fn calling(address: &NameAddr, restricted: bool, asserted: bool) -> Option<Calling> {
    let number = address.uri.telephone_number()?;
    let plus = if number.global { "+" } else { "" };
    let number = format!("{plus}{}", number.digits);
    Some(Calling { number, display: address.display.clone(), restricted, asserted })
}

/// The called number at the peer.
pub fn request_uri(setup: &Setup, hop: &Uri) -> Uri {
    hop.for_user(&setup.called).with_parameter("user", Some("phone")).expect("user and phone are tokens")
}

/// The same as the Request-URI: no original called number is known.
pub fn to(setup: &Setup, hop: &Uri) -> NameAddr {
    NameAddr::new(request_uri(setup, hop))
}

/// The calling number and name at our own address; without a number our address alone, and anonymous where it is withheld.
pub fn from(setup: &Setup, own: SocketAddr) -> NameAddr {
    match &setup.calling {
        None => NameAddr::new(Uri::sip("", own.ip(), Some(own.port()))),
        Some(calling) if calling.restricted => anonymous(),
        Some(calling) => {
            let address = NameAddr::new(telephone(&calling.number, own));
            match &calling.display {
                Some(display) => address.named(display.clone()),
                None => address,
            }
        }
    }
}

/// P-Asserted-Identity (RFC 3325): a number that a network vouches for, shown or withheld.
pub fn identity(setup: &Setup, own: SocketAddr) -> Option<NameAddr> {
    let vouched = |calling: &&Calling| calling.asserted;
    setup.calling.as_ref().filter(vouched).map(|calling| NameAddr::new(telephone(&calling.number, own)))
}

/// P-Asserted-Identity of the party that answers: its number, as far as there is one, and its name.
pub fn connected(party: &Calling, own: SocketAddr) -> NameAddr {
    let address = match party.number.as_str() {
        "" => NameAddr::new(Uri::sip("", own.ip(), Some(own.port()))),
        number => NameAddr::new(telephone(number, own)),
    };
    match &party.display {
        Some(display) => address.named(display.clone()),
        None => address,
    }
}

/// The party that answers, of the P-Asserted-Identity of a 2xx; `None`: it says no number.
pub fn connected_party(identity: &NameAddr, private: bool) -> Option<Calling> {
    calling(identity, private, true)
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
