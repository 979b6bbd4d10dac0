//! A called SIP party sends the call elsewhere, and it goes through the places that are named.

use super::*;
use crate::call::redirect::TARGETS_MAX;
use crate::sip::NameAddr;

const NOTHING: [&str; 0] = [];

/// A call from circuit 1 whose INVITE is out, to somebody who may send calls elsewhere.
fn redirectable() -> Chart {
    let new = NewSession { redirects: Some(party()), ..session() };
    let (mut chart, _) = Chart::of(beginning(Caller::Circuit(seat(1)), Destination::Peer(new, peer())));
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["INVITE"]);
    chart
}

fn refused(status: u16, contacts: &[&str]) -> sip::Event {
    let contacts = contacts.iter().map(|text| NameAddr::parse(text.as_bytes()).expect("an address")).collect();
    sip::Event::Refused {
        session: SESSION,
        status,
        reason_phrase: Octets::default(),
        contacts,
        cause: None,
        warning: None,
    }
}

/// The dial plan knows a circuit for the number.
fn to_trunk(number: &str) -> Told {
    Told::Routed(Ok(Onward::Go(Destination::Trunk(trunk()), Setup::unknown(number.into()))))
}

/// Or another session of somebody who may send calls elsewhere.
fn to_session(number: &str) -> Told {
    let new = NewSession { redirects: Some(party()), ..session() };
    Told::Routed(Ok(Onward::Go(Destination::Peer(new, peer()), Setup::unknown(number.into()))))
}

impl Chart {
    /// The place that the plan knows is called by INVITE.
    fn goes_on_to_session(&mut self, number: &str) {
        assert_eq!(self.gateway(to_session(number)).last().map(String::as_str), Some("close"));
        assert_eq!(self.gateway(closed()), ["open 1"]);
        assert_eq!(self.gateway(Told::Opened(MediaPath::Rtp(local()))), ["INVITE"]);
    }
}

#[test]
fn the_next_contact_is_tried_when_the_one_before_does_not_take_the_call() {
    let mut chart = redirectable();
    assert_eq!(chart.sip(refused(302, &["<tel:300>", "<tel:301>", "<tel:302>"])), ["refer 300"]);
    assert_eq!(chart.gateway(to_trunk("300")), ["ACM", "close"], "the caller hears that the call is forwarded");
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Congested), ["refer 301"], "no circuit is a failure like any other");
    assert_eq!(chart.gateway(to_trunk("301")), ["CPG", "seize"], "no media was open");
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "patch 1 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM"]);
    assert_eq!(chart.on(2, rel(17)), ["refer 302"]);
    assert_eq!(chart.gateway(to_trunk("302")), ["CPG", "close"]);
    assert_eq!(chart.gateway(closed()), ["RLC", "seize"], "who released is answered when the media is off");
    assert_eq!(chart.on(2, Indication::Released), ["free 2"]);
    assert_eq!(chart.gateway(Told::Seized(seat(3))), ["opened", "patch 1 3"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM"]);
    assert_eq!(chart.on(3, anm()), ["ANM"]);
    assert_eq!((chart.call.story().called.as_str(), chart.call.story().status), ("302", None));
}

#[test]
fn a_contact_that_may_not_be_called_is_passed_over_and_the_last_refusal_ends_the_call() {
    let mut chart = redirectable();
    assert_eq!(chart.sip(refused(302, &["<tel:300>", "<tel:301>"])), ["refer 300"]);
    assert_eq!(chart.gateway(Told::Routed(Err(Cause::CALL_REJECTED))), ["refer 301"]);
    chart.goes_on_to_session("301");
    assert_eq!(chart.sip(refused(486, &[])), ["close", "REL 17"]);
    assert_eq!(chart.call.story().status, Some(486));

    let mut chart = redirectable();
    chart.sip(refused(302, &["<tel:300>"]));
    assert_eq!(chart.gateway(Told::Routed(Err(Cause::CALL_REJECTED))), ["close", "REL 31"]);
    assert_eq!(chart.call.story().status, Some(302));
}

#[test]
fn contacts_of_a_contact_come_first_and_no_number_is_called_twice() {
    let mut chart = redirectable();
    assert_eq!(chart.sip(refused(302, &["<tel:300>", "<tel:301>"])), ["refer 300"]);
    chart.goes_on_to_session("300");
    assert_eq!(chart.sip(refused(302, &["<tel:600>", "<tel:301>", "<tel:302>", "<tel:300>"])), ["refer 302"]);
    chart.goes_on_to_session("302");
    assert_eq!(chart.sip(refused(302, &["<tel:300>"])), ["refer 301"]);
    chart.goes_on_to_session("301");
    assert_eq!(chart.sip(refused(480, &[])), ["close", "REL 18"]);
}

#[test]
fn a_6xx_speaks_for_all_places_and_a_place_that_is_silent_does_not() {
    let mut chart = redirectable();
    chart.sip(refused(302, &["<tel:300>", "<tel:301>", "<tel:302>"]));
    chart.goes_on_to_session("300");
    let silence = sip::Event::Failed { session: SESSION, failure: Failure::Timeout };
    assert_eq!(chart.sip(silence), ["refer 301"]);
    chart.goes_on_to_session("301");
    assert_eq!(chart.sip(refused(603, &[])), ["close", "REL 21"]);
}

#[test]
fn a_call_goes_to_ten_numbers_and_no_more() {
    let mut chart = redirectable();
    let numbers: Vec<_> = (700..720).map(|number| format!("<tel:{number}>")).collect();
    let mut asked = chart.sip(refused(302, &numbers.iter().map(String::as_str).collect::<Vec<_>>()));
    for number in 700..700 + TARGETS_MAX - 1 {
        assert_eq!(asked, [format!("refer {number}")]);
        asked = chart.gateway(Told::Routed(Err(Cause::NO_ROUTE_TO_DESTINATION)));
    }
    assert_eq!(asked, ["close", "REL 31"]);
}

#[test]
fn a_caller_who_gives_up_is_not_sent_on() {
    let mut chart = redirectable();
    chart.sip(refused(302, &["<tel:300>", "<tel:301>"]));
    chart.goes_on_to_session("300");
    assert_eq!(chart.on(1, rel(16)), ["close", "CANCEL"]);
    assert_eq!(chart.sip(refused(487, &[])), NOTHING);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1", "over"]);
}

#[test]
fn who_may_not_send_calls_elsewhere_has_refused_them() {
    let mut chart = Chart::invite_sent();
    assert_eq!(chart.sip(refused(302, &["<tel:300>"])), ["close", "REL 31"]);
}

#[test]
fn a_call_that_the_peer_wants_none_of_now_ends_with_cause_42() {
    let mut chart = Chart::invite_sent();
    let held = sip::Event::Failed { session: SESSION, failure: Failure::Held };
    assert_eq!(chart.sip(held), ["close", "REL 42"]);
}

#[test]
fn digital_information_that_is_sent_to_a_session_ends_with_cause_65() {
    let mut chart = redirectable();
    chart.sip(refused(302, &["<tel:300>"]));
    let digital = Setup { bearer: Bearer::Digital, ..Setup::unknown("300".into()) };
    chart.gateway(Told::Routed(Ok(Onward::Go(Destination::Peer(session(), peer()), digital))));
    assert_eq!(chart.gateway(closed()), ["REL 65"]);
}
