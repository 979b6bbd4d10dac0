//! Parties: who calls, from and to the fields of an INVITE (RFC 3325, RFC 3323, RFC 3398 12.2).
//!
//! Leaves out identities without a telephone number: no circuit could carry them.

use std::net::SocketAddr;

use super::Terms;
use crate::interwork::hub::{Calling, Setup};
use crate::sip::{Incoming, NameAddr, Privacy, Provenance, Uri};

/// Who calls, and the caller's own number where a network gives another one besides.
///
/// | field | believed of | a network vouches for it |
/// |---|---|---|
/// | P-Asserted-Identity, the first with a number | trusted peers (RFC 3325 5) | yes |
/// | Remote-Party-ID of the calling party | trusted peers | with `screen=yes` |
/// | P-Preferred-Identity | peers that are not trusted (RFC 3325 6) | no |
/// | From | all | no |
///
/// The first that has a number counts, and of two the other is From's.
pub fn calling(incoming: &Incoming, terms: Terms) -> (Option<Calling>, Option<Calling>) {
    let restricted = incoming.provenance.privacy.withholds_identity();
    let own = party(&incoming.from, restricted, false);
    let said = if terms.trusted { vouched(&incoming.provenance, restricted) } else { preferred(&incoming.provenance) };
    match (said, own) {
        (Some(said), Some(own)) if said.number != own.number => (Some(said), Some(own)),
        (Some(said), own) => {
            let display = said.display.clone().or(own.and_then(|own| own.display));
            (Some(Calling { display, ..said }), None)
        }
        (None, own) => (own, None),
    }
}

fn vouched(said: &Provenance, restricted: bool) -> Option<Calling> {
    let asserted = said.asserted.iter().find_map(|address| party(address, restricted, true));
    asserted.or_else(|| said.remote_party.iter().find_map(|address| remote_party(address, restricted)))
}

fn preferred(said: &Provenance) -> Option<Calling> {
    let restricted = said.privacy.withholds_identity();
    said.preferred.iter().find_map(|address| party(address, restricted, false))
}

/// One that names no party is the calling one's in a request; its own privacy is that of its value.
fn remote_party(address: &NameAddr, restricted: bool) -> Option<Calling> {
    let parameters = address.parameters();
    let says = |name, values: &[&[u8]]| {
        let value = parameters.value(name);
        value.is_some_and(|value| values.iter().any(|known| known.eq_ignore_ascii_case(value)))
    };
    if parameters.value("party").is_some() && !says("party", &[b"calling"]) {
        return None;
    }
    party(address, restricted || says("privacy", &[b"full", b"uri"]), says("screen", &[b"yes"]))
}

/// The number of an address; without one it is no party of ours.
pub fn party(address: &NameAddr, restricted: bool, asserted: bool) -> Option<Calling> {
    Some(Calling { number: number(&address.uri)?, display: address.display.clone(), restricted, asserted })
}

/// The number that a URI spells, as the hub writes it.
pub fn number(uri: &Uri) -> Option<String> {
    let number = uri.telephone_number()?;
    let plus = if number.global { "+" } else { "" };
    Some(format!("{plus}{}", number.digits))
}

/// From of our INVITE: the caller's own number and name at our address; without a number our address alone, and anonymous
/// where it is withheld.
pub fn from(setup: &Setup, own: SocketAddr) -> NameAddr {
    match setup.additional.as_ref().or(setup.calling.as_ref()) {
        _ if setup.is_restricted() => anonymous(),
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

/// P-Asserted-Identity: a number that a network vouches for. One that is withheld goes to trusted peers alone (RFC 3325 7).
/// Whether anybody has signed for it, where that was looked at, is told by `verstat`, as 3GPP's networks do.
pub fn asserted(setup: &Setup, own: SocketAddr, terms: Terms) -> Vec<NameAddr> {
    let calling = setup.calling.as_ref().filter(|calling| calling.asserted && (terms.trusted || !calling.restricted));
    let verified = |number: Uri| match &setup.verdict {
        Some(verdict) => {
            number.with_telephone_parameter("verstat", Some(verdict.verstat())).expect("a number, and tokens")
        }
        None => number,
    };
    calling.into_iter().map(|calling| NameAddr::new(verified(telephone(&calling.number, own)))).collect()
}

/// P-Asserted-Identity of the party that answers: its number, as far as there is one, and its name. One that is withheld goes
/// to trusted peers alone.
pub fn connected(party: &Calling, own: SocketAddr, trusted: bool) -> Option<NameAddr> {
    if party.restricted && !trusted {
        return None;
    }
    let address = match party.number.as_str() {
        "" => NameAddr::new(Uri::sip("", own.ip(), Some(own.port()))),
        number => NameAddr::new(telephone(number, own)),
    };
    Some(match &party.display {
        Some(display) => address.named(display.clone()),
        None => address,
    })
}

/// Privacy (RFC 3325 9.3).
pub fn privacy(setup: &Setup) -> Privacy {
    if setup.is_restricted() { Privacy::of_identity() } else { Privacy::default() }
}

/// A number at our own address.
pub fn telephone(number: &str, host: SocketAddr) -> Uri {
    Uri::sip(number, host.ip(), Some(host.port()))
        .with_parameter("user", Some("phone"))
        .expect("user and phone are tokens")
}

/// RFC 3323 4.1.1.3.
pub fn anonymous() -> NameAddr {
    NameAddr::new(anonymous_uri()).named("Anonymous")
}

/// The address of a party that is not told.
pub fn anonymous_uri() -> Uri {
    Uri::parse(b"sip:anonymous@anonymous.invalid").expect("written by the grammar")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stir::Verdict;
    use config::model::DiversionField;

    const TRUSTED: Terms = Terms { trusted: true, diversion: DiversionField::None };
    const OTHER: Terms = Terms { trusted: false, diversion: DiversionField::None };

    fn address(text: &str) -> NameAddr {
        NameAddr::parse(text.as_bytes()).expect("an address")
    }

    fn incoming(from: &str, provenance: Provenance) -> Incoming {
        Incoming {
            session: crate::sip::SessionId(1),
            listener: 0,
            remote: own(),
            request_uri: Uri::parse(b"sip:600@192.0.2.1").expect("a URI"),
            from: address(from),
            to: address("<sip:600@192.0.2.1>"),
            call_id: crate::sip::Octets::from("c1"),
            emergency: false,
            user: None,
            signatures: crate::sip::Signatures::default(),
            replaces: None,
            provenance,
            gates_early_media: false,
            offer: None,
            parts: Vec::new(),
            max_forwards: None,
        }
    }

    fn own() -> SocketAddr {
        SocketAddr::from(([192, 0, 2, 1], 5060))
    }

    fn numbers(who: &(Option<Calling>, Option<Calling>)) -> (&str, &str) {
        let (first, second) = (who.0.as_ref(), who.1.as_ref());
        (first.map_or("", |who| &who.number), second.map_or("", |who| &who.number))
    }

    #[test]
    fn the_word_of_a_trusted_peer_comes_before_from_and_that_of_another_does_not() {
        let said = Provenance {
            asserted: vec![address("<sip:alice@pbx>"), address("<tel:+4989100>")],
            preferred: vec![address("<sip:+4989300@pbx>")],
            ..Provenance::default()
        };
        let invite = incoming("\"Alice\" <sip:+4989200@pbx>;tag=1", said);
        let believed = calling(&invite, TRUSTED);
        assert_eq!(numbers(&believed), ("+4989100", "+4989200"));
        assert!(believed.0.is_some_and(|who| who.asserted));
        let doubted = calling(&invite, OTHER);
        assert_eq!(numbers(&doubted), ("+4989300", "+4989200"));
        assert!(!doubted.0.is_some_and(|who| who.asserted));
    }

    #[test]
    fn the_name_of_from_stands_by_the_same_number_and_an_anonymous_from_beside_nothing() {
        let said = || Provenance { asserted: vec![address("<tel:+4989100>")], ..Provenance::default() };
        let (who, other) = calling(&incoming("\"Alice\" <sip:+4989100@pbx>", said()), TRUSTED);
        assert_eq!((who.and_then(|who| who.display), other), (Some("Alice".into()), None));
        let hidden = Provenance { privacy: Privacy::of_identity(), ..said() };
        let (who, other) = calling(&incoming("<sip:anonymous@anonymous.invalid>", hidden), TRUSTED);
        assert_eq!((who.map(|who| (who.number, who.restricted)), other), (Some(("+4989100".into(), true)), None));
    }

    #[test]
    fn a_remote_party_id_stands_in_for_an_asserted_identity() {
        let said = |value| Provenance { remote_party: vec![address(value)], ..Provenance::default() };
        let who = |value| calling(&incoming("<sip:pbx@pbx>", said(value)), TRUSTED).0;
        let screened = who("<sip:111@192.0.2.14>;party=calling;screen=yes;privacy=full").expect("a number");
        assert_eq!((screened.number.as_str(), screened.asserted, screened.restricted), ("111", true, true));
        let own_word = who("<sip:111@192.0.2.14>;screen=no;privacy=off").expect("a number");
        assert_eq!((own_word.asserted, own_word.restricted), (false, false));
        assert_eq!(who("<sip:111@192.0.2.14>;party=called;screen=yes"), None);
    }

    #[test]
    fn a_number_that_is_withheld_is_told_to_trusted_peers_alone() {
        let who = Calling { number: "+4989100".into(), display: None, restricted: true, asserted: true };
        let setup = Setup { calling: Some(who), ..Setup::unknown("600".into()) };
        assert_eq!(asserted(&setup, own(), TRUSTED).len(), 1);
        assert!(asserted(&setup, own(), OTHER).is_empty());
        assert_eq!(from(&setup, own()), anonymous());
        assert_eq!(privacy(&setup), Privacy::of_identity());
    }

    #[test]
    fn what_came_of_verifying_the_number_is_told_with_it() {
        let who = Calling { number: "+4989100".into(), display: None, restricted: false, asserted: true };
        let setup = Setup { calling: Some(who), ..Setup::unknown("600".into()) };
        let told = |setup: &Setup| asserted(setup, own(), TRUSTED)[0].uri.to_string();
        assert_eq!(told(&setup), "sip:+4989100@192.0.2.1:5060;user=phone");
        let verified = Setup { verdict: Some(Box::new(Verdict::Absent)), ..setup };
        assert_eq!(told(&verified), "sip:+4989100;verstat=No-TN-Validation@192.0.2.1:5060;user=phone");
    }

    #[test]
    fn of_two_numbers_from_has_the_callers_own() {
        let who = |number: &str, asserted| {
            Some(Calling { number: number.into(), display: None, restricted: false, asserted })
        };
        let setup = Setup {
            calling: who("+4989100", true),
            additional: who("+4989200", false),
            ..Setup::unknown("600".into())
        };
        assert_eq!(number(&from(&setup, own()).uri).as_deref(), Some("+4989200"));
        assert_eq!(number(&asserted(&setup, own(), OTHER)[0].uri).as_deref(), Some("+4989100"));
    }
}
