//! Digits between a session and the path of its call.

use ::media::dtmf::{Digit, Press, Relay};
use config::model::Dtmf;

use super::*;
use crate::sip::Keypress;

fn with(dtmf: Dtmf) -> NewSession {
    NewSession { dtmf, ..session() }
}

fn talking(dtmf: Dtmf) -> (Chart, Vec<String>) {
    let (mut chart, _) = Chart::of(beginning(Caller::Circuit(seat(1)), Destination::Peer(with(dtmf), peer())));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    let words = chart.sip(sip::Event::Answered { session: SESSION, answer: Some(their_description()) });
    (chart, words)
}

pub(super) fn pressed(key: u8) -> sip::Event {
    sip::Event::Pressed { session: SESSION, keypress: Keypress { key, duration_ms: None } }
}

pub(super) fn heard(character: u8) -> Told {
    let digit = Digit::of_character(character).expect("a digit");
    Told::Media(MediaEvent::Pressed(Press { digit, duration_ms: 80 }))
}

#[test]
fn keys_and_tones_pass_both_ways_where_the_peer_has_them_by_info() {
    let (mut chart, words) = talking(Dtmf::Info);
    assert!(words.contains(&"take keys".to_owned()), "{words:?}");
    assert_eq!(chart.sip(pressed(b'5')), ["digit"]);
    assert_eq!(chart.gateway(heard(b'#')), ["press #"]);
    assert_eq!(chart.call.story().unexpected, 0);
}

#[test]
fn a_caller_over_sip_has_them_once_it_is_answered() {
    let from = |dtmf| Caller::Session {
        session: with(dtmf),
        inviter: inviter(),
        offer: Some(their_description()),
        call_id: Octets::from(&b"c1"[..]),
    };
    for (dtmf, takes) in [(Dtmf::Info, true), (Dtmf::Rfc4733, false), (Dtmf::Audio, false)] {
        let (mut chart, _) = Chart::of(beginning(from(dtmf), Destination::Trunk(trunk())));
        chart.gateway(Told::Seized(seat(1)));
        chart.gateway(Told::Opened(MediaPath::Rtp(local())));
        assert_eq!(chart.gateway(heard(b'1')), [""; 0], "nobody is there before the answer");
        let words = chart.on(1, anm());
        assert_eq!(words.contains(&"take keys".to_owned()), takes, "{words:?}");
    }
}

#[test]
fn other_peers_are_told_by_the_path_itself() {
    for (dtmf, relay) in [(Dtmf::Info, Relay::Told), (Dtmf::Rfc4733, Relay::Events), (Dtmf::Audio, Relay::Audio)] {
        let (mut chart, words) = talking(dtmf);
        assert_eq!(words.contains(&"take keys".to_owned()), dtmf == Dtmf::Info);
        assert_eq!(chart.gateway(heard(b'1')).len(), usize::from(dtmf == Dtmf::Info));
        assert_eq!(crate::interwork::sip::dtmf::relay(dtmf), relay);
    }
}

#[test]
fn a_digit_that_comes_when_the_call_is_being_released_changes_nothing() {
    let (mut chart, _) = talking(Dtmf::Info);
    chart.on(1, rel(16));
    assert_eq!(chart.gateway(heard(b'1')), [""; 0]);
    assert_eq!(chart.sip(pressed(b'1')), [""; 0]);
}
