//! Calls whose audio is encrypted: which keys the leg is given, and when.

use super::*;
use crate::sip::{Encryption, Means, OurKeys};
use crate::srtp::{Keys, MasterKey};

type With = fn(Means) -> Encryption;

fn capable(with: With, seed: u8) -> Capabilities {
    Capabilities { encryption: with(Means::Keys(Box::new(OurKeys::draw([seed; 32])))), ..capabilities() }
}

/// The peer's offer with its keys of this seed.
fn offer(seed: u8) -> Description {
    Capabilities { port: 4000, ..capable(Encryption::Required, seed) }.offer()
}

/// A call from SIP by our own keys of seed 1.
fn from_sip(with: With, offer: Description) -> (Chart, Vec<String>) {
    let session = NewSession { capabilities: capable(with, 1), ..session() };
    let from = Caller::Session { session, inviter: inviter(), offer: Some(offer), call_id: Octets::from(&b"c1"[..]) };
    Chart::of(beginning(from, Destination::Trunk(trunk())))
}

impl Chart {
    /// Tells something, and gives the keys that the leg is to have from then on.
    fn keys_after(&mut self, event: Event) -> Option<Keys> {
        self.call.handle(self.now, event);
        let actions = std::iter::from_fn(|| self.call.poll_action());
        let keys = actions.filter_map(|action| match action {
            Action::Media(MediaRequest::Open { security, .. } | MediaRequest::Secure(security)) => Some(*security),
            _ => None,
        });
        match keys.last().expect("the leg is told") {
            Security::Clear => None,
            Security::Keys(keys) => Some(keys),
            Security::Handshake { .. } => panic!("nobody has agreed to a handshake"),
        }
    }

    fn keys_after_offer(&mut self, offer: Option<Description>) -> Option<Keys> {
        self.keys_after(Event::Sip(sip::Event::Reoffer { session: SESSION, offer }))
    }
}

fn key_in(description: &Description) -> &MasterKey {
    &description.crypto.lines[0].key
}

#[test]
fn the_leg_opens_with_its_keys_and_has_them_before_it_knows_where_to_send() {
    let (mut chart, _) = from_sip(Encryption::Required, offer(2));
    let keys = chart.keys_after(Event::Gateway(Told::Seized(seat(1)))).expect("it is secure");
    assert_eq!(&keys.theirs.key, key_in(&offer(2)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    assert_eq!(chart.circuit(anm()), ["200", "secure", "remote", "payload", "network", "both ways"]);
    assert_eq!(chart.call.story().srtp, Some(keys.ours.suite()));
}

#[test]
fn a_call_without_keys_is_488_where_they_are_required_and_clear_where_they_are_not() {
    let (_, words) = from_sip(Encryption::Required, their_description());
    assert_eq!(words, ["warn: the audio stream would not be encrypted", "488 cause 65"]);
    let (mut chart, words) = from_sip(Encryption::Optional, their_description());
    assert_eq!(words, ["seize"]);
    assert_eq!(chart.keys_after(Event::Gateway(Told::Seized(seat(1)))), None);
}

#[test]
fn an_offer_with_the_same_key_keeps_ours_and_one_with_another_gets_another() {
    let (mut chart, _) = from_sip(Encryption::Required, offer(2));
    let first = chart.keys_after(Event::Gateway(Told::Seized(seat(1)))).unwrap();
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    chart.circuit(anm());
    assert_eq!(chart.keys_after_offer(Some(offer(2))), Some(first.clone()));
    let second = chart.keys_after_offer(Some(offer(3))).unwrap();
    assert_eq!(&second.theirs.key, key_in(&offer(3)));
    assert_ne!(second.ours, first.ours);
    let refused = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(their_description()) });
    assert_eq!(
        refused,
        ["warn: the audio stream would not be encrypted", "488 to re-INVITE"],
        "and the keys that were stay"
    );
    assert_eq!(chart.keys_after_offer(Some(offer(3))), Some(second));
}

#[test]
fn a_late_offer_of_ours_goes_on_with_the_key_in_use() {
    let (mut chart, _) = from_sip(Encryption::Optional, offer(2));
    let first = chart.keys_after(Event::Gateway(Told::Seized(seat(1)))).unwrap();
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    chart.circuit(anm());
    chart.call.handle(chart.now, Event::Sip(sip::Event::Reoffer { session: SESSION, offer: None }));
    let ours = std::iter::from_fn(|| chart.call.poll_action()).find_map(|action| match action {
        Action::Sip(sip::Command::AnswerReoffer { answer, .. }) => answer.ok(),
        _ => None,
    });
    let ours = ours.expect("an INVITE without an offer gets ours");
    assert_eq!(key_in(&ours), &first.ours, "the first suite that we offer is the one in use");
    let theirs = sip::sdp::answer(&ours, &capable(Encryption::Optional, 2)).unwrap().ours;
    let acknowledged = sip::Event::Acknowledged { session: SESSION, answer: Some(theirs) };
    assert_eq!(chart.keys_after(Event::Sip(acknowledged)).map(|keys| keys.ours), Some(first.ours));
}

#[test]
fn an_answer_without_a_key_ends_a_call_to_sip_that_requires_one() {
    let table: [(With, bool); 2] = [(Encryption::Required, false), (Encryption::Optional, true)];
    for (with, goes_on) in table {
        let session = NewSession { capabilities: capable(with, 1), ..session() };
        let (mut chart, _) = Chart::of(beginning(Caller::Circuit(seat(1)), Destination::Peer(session, peer())));
        chart.gateway(Told::Opened(MediaPath::Rtp(local())));
        let answer = Some(their_description());
        let words = chart.sip(sip::Event::Answered { session: SESSION, answer });
        assert_eq!(words.contains(&"CON".to_owned()), goes_on, "{words:?}");
        assert_eq!(words.contains(&"clear".to_owned()), goes_on, "{words:?}");
    }
}
