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
    let bearer = codec::OF_G711;
    Ok(Setup { calling, additional, diversion, bearer, connected_wanted: true, ..Setup::unknown(called) })
}

/// The trunk group by which an INVITE would leave us (RFC 4904): its name, where its context is ours.
pub fn trunk_group(uri: &Uri, is_ours: impl Fn(&str) -> bool) -> Option<&str> {
    let parameters = uri.telephone_parameters();
    let word = |name| parameters.value(name).and_then(|value| std::str::from_utf8(value).ok());
    word("trunk-context").filter(|context| is_ours(context)).and(word("tgrp"))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_trunk_group_of_ours_is_named_in_both_kinds_of_uri_and_another_networks_is_not_ours() {
        let group = |text: &str| {
            let uri = Uri::parse(text.as_bytes()).expect("a URI");
            trunk_group(&uri, |context| context == "192.0.2.1").map(str::to_owned)
        };
        let named = Some("TG-1".to_owned());
        assert_eq!(group("sip:+16305550100;tgrp=TG-1;trunk-context=192.0.2.1@192.0.2.1;user=phone"), named);
        assert_eq!(group("tel:+16305550100;tgrp=TG-1;trunk-context=192.0.2.1"), named);
        assert_eq!(group("tel:+16305550100;tgrp=TG-1;trunk-context=example.com"), None);
        assert_eq!(group("tel:+16305550100;tgrp=TG-1"), None);
        assert_eq!(group("sip:600@192.0.2.1;tgrp=TG-1;trunk-context=192.0.2.1"), None);
    }
}
