//! A called party sends the call elsewhere: what is said, in order.

use super::*;
use crate::call::Reroutable;

const NOTHING: [&str; 0] = [];

/// A call from channel 1 that rings at channel 2.
fn ringing() -> Chart {
    let (mut chart, _) = Chart::of(beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk())));
    chart.gateway(Told::Seized(channel(2)));
    chart.gateway(Told::Opened(MediaPath::Patch));
    chart.channel(2, interface::Indication::Alerting(q931(q931::codec::MessageType::ALERTING)));
    chart
}

fn elsewhere(chart: &mut Chart, is_told: bool) -> Vec<String> {
    chart.call.reroute(Destination::Trunk(trunk()), Setup::unknown("777".into()), is_told);
    chart.words()
}

#[test]
fn the_party_is_released_and_the_call_goes_on_as_any() {
    let mut chart = ringing();
    assert!(matches!(chart.call.reroutable(channel(2).id), Reroutable::Yes(setup) if setup.called == "600"));
    assert!(matches!(chart.call.reroutable(channel(1).id), Reroutable::Calls));
    assert_eq!(elsewhere(&mut chart, false), ["release 16", "close"]);
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(channel(3))), ["opened", "patch 1 3"]);
    assert_eq!(chart.channel(2, interface::Indication::Released), ["free 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["SETUP"]);
    let connect = interface::Indication::Connect(q931(q931::codec::MessageType::CONNECT));
    assert_eq!(chart.channel(3, connect), ["Connect"]);
    assert_eq!(chart.call.story().called, "777");
    assert!(matches!(chart.call.reroutable(channel(3).id), Reroutable::Answered));
}

#[test]
fn a_caller_hears_that_the_call_is_forwarded_where_the_party_wants_that() {
    let mut chart = ringing();
    assert_eq!(elsewhere(&mut chart, true), ["release 16", "close"], "PRI has been told all that PROGRESS could tell");
    let mut chart = Chart::setup_sent();
    assert_eq!(elsewhere(&mut chart, true), ["release 16", "181", "close"]);
}

#[test]
fn a_caller_who_gives_up_meanwhile_ends_the_call_with_all_its_legs() {
    let mut chart = ringing();
    elsewhere(&mut chart, false);
    assert_eq!(chart.channel(1, interface::Indication::Disconnect(cleared(16))), ["close"]);
    assert_eq!(chart.gateway(closed()), ["release 16"]);
    assert_eq!(chart.channel(1, interface::Indication::Released), ["free 1"]);
    assert_eq!(chart.channel(2, interface::Indication::Released), ["free 2", "over"]);
}

#[test]
fn a_call_that_is_answered_is_not_sent_elsewhere() {
    let mut chart = Chart::tandem();
    assert_eq!(elsewhere(&mut chart, true), NOTHING);
    assert_eq!(chart.call.state_name(), "talking");
}

#[test]
fn the_name_of_who_answers_reaches_a_caller_who_would_know() {
    use q931::service::name::{Name, NameText};
    let mut new = beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk()));
    new.setup.connected_wanted = true;
    let (mut chart, _) = Chart::of(new);
    chart.gateway(Told::Seized(channel(2)));
    chart.gateway(Told::Opened(MediaPath::Patch));
    let name = Name::Allowed(NameText::new("Ada"));
    assert_eq!(chart.service(2, pri::service::Token::Connected(name.clone())), NOTHING);
    let connect = ChannelEvent::Call(interface::Indication::Connect(q931(q931::codec::MessageType::CONNECT)));
    chart.call.handle(chart.now, Event::Channel(channel_id(2), connect));
    let told = std::iter::from_fn(|| chart.call.poll_action()).find_map(|action| match action {
        Action::Channel(_, ChannelRequest::Connect(_, name)) => Some(name),
        _ => None,
    });
    assert_eq!(told, Some(Some(name)));
}

#[test]
fn a_sip_caller_learns_who_answers_and_a_sip_peer_says_so() {
    let from = Caller::Session {
        session: session(),
        inviter: inviter(),
        offer: Some(their_description()),
        call_id: Octets::from(&b"c1"[..]),
    };
    let mut new = beginning(from, Destination::Trunk(trunk()));
    new.setup.connected_wanted = true;
    let (mut chart, _) = Chart::of(new);
    chart.gateway(Told::Seized(channel(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    let name = q931::service::name::Name::Allowed(q931::service::name::NameText::new("Ada"));
    chart.service(1, pri::service::Token::Connected(name));
    let connect = q931(q931::codec::MessageType::CONNECT)
        .with(q931::codec::ConnectedNumber { digits: "4930999".into(), ..Default::default() });
    let words = chart.channel(1, interface::Indication::Connect(connect));
    assert_eq!(words[..2], ["as \"Ada\" <sip:4930999@127.0.0.1:16384;user=phone>", "200"]);

    let mut new = beginning(Caller::Circuit(channel(1)), Destination::Peer(session(), peer()));
    new.setup.connected_wanted = true;
    let (mut chart, _) = Chart::of(new);
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    let identity = crate::sip::NameAddr::parse(b"\"Bob\" <sip:+4930111@127.0.0.1>").expect("an address");
    assert_eq!(chart.sip(sip::Event::Identified { session: SESSION, identity, private: false }), NOTHING);
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    chart.call.handle(chart.now, Event::Sip(answered));
    let told = std::iter::from_fn(|| chart.call.poll_action()).find_map(|action| match action {
        Action::Channel(_, ChannelRequest::Connect(message, name)) => Some((message, name)),
        _ => None,
    });
    let (message, name) = told.expect("CONNECT");
    let number = message.find::<q931::codec::ConnectedNumber>().map(|number| number.digits);
    assert_eq!(number.as_deref(), Some("4930111"));
    assert_eq!(name.and_then(|name| name.shown().map(|text| text.text())).as_deref(), Some("Bob"));
}
