//! INVITE: what one asks for (RFC 3398 7.2.1.1, 12.2), and the addresses of ours (RFC 3398 8.2.1.1).

use std::net::SocketAddr;

use isup::cause::Cause;

use super::{Terms, codec, diversion, party};
use crate::interwork::hub::Setup;
use crate::sip::{Incoming, NameAddr, Provenance, Uri};

/// RFC 3261 8.1.1.6.
pub const MAX_FORWARDS: u32 = 70;

/// What an INVITE asks for. The called number is the Request-URI's; who calls, and where the call was before, is told in
/// [`party`] and [`diversion`]. An error is a Request-URI without a telephone number.
pub fn setup(incoming: &Incoming, terms: Terms) -> Result<Setup, Cause> {
    let called = party::number(&incoming.request_uri).ok_or(Cause::INVALID_NUMBER_FORMAT)?;
    let (calling, additional) = party::calling(incoming, terms);
    let diversion = diversion::read(&incoming.provenance);
    Ok(Setup { calling, additional, diversion, bearer: codec::OF_G711, ..Setup::unknown(called) })
}

/// What the record of an INVITE shows that asks for no telephone number.
pub fn undialled(incoming: &Incoming) -> Setup {
    let user = incoming.request_uri.user().map(|user| user.to_string());
    Setup::unknown(user.unwrap_or_default())
}

/// The called number at the peer.
pub fn request_uri(setup: &Setup, hop: &Uri) -> Uri {
    hop.for_user(&setup.called).with_parameter("user", Some("phone")).expect("user and phone are tokens")
}

/// The same as the Request-URI: what the original called number is stands in Diversion or History-Info.
pub fn to(setup: &Setup, hop: &Uri) -> NameAddr {
    NameAddr::new(request_uri(setup, hop))
}

/// What our INVITE says of the parties besides.
pub fn provenance(setup: &Setup, own: SocketAddr, hop: &Uri, terms: Terms) -> Provenance {
    let (diversion, history) = diversion::write(setup, own, &request_uri(setup, hop), terms);
    Provenance {
        asserted: party::asserted(setup, own, terms),
        privacy: party::privacy(setup),
        diversion,
        history,
        ..Provenance::default()
    }
}
