//! Descriptions one after the other: RFC 3264 8.

use super::*;

impl Chart {
    /// What the peer's offer is answered by.
    fn answer_to(&mut self, offer: Option<Description>) -> (Description, Vec<String>) {
        self.call.handle(self.now, Event::Sip(sip::Event::Reoffer { session: SESSION, offer }));
        let actions: Vec<Action> = std::iter::from_fn(|| self.call.poll_action()).collect();
        let words = actions.iter().map(word).collect();
        let answer = actions.into_iter().find_map(|action| match action {
            Action::Sip(sip::Command::AnswerReoffer { answer, .. }) => answer.ok(),
            _ => None,
        });
        (answer.expect("the offer can be met"), words)
    }
}

/// A call from SIP that is answered, and our first description.
fn answered(offer: &Description) -> (Chart, Description) {
    let (mut chart, _) = Chart::with_offer(Some(offer.clone()));
    chart.gateway(Told::Seized(seat(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    chart.call.handle(chart.now, Event::Circuit(CircuitId(1), anm()));
    let accepted = std::iter::from_fn(|| chart.call.poll_action()).find_map(|action| match action {
        Action::Sip(sip::Command::Accept { answer, .. }) => Some(answer),
        _ => None,
    });
    (chart, accepted.expect("the PSTN has answered"))
}

#[test]
fn an_offer_that_changes_nothing_gets_the_same_answer_and_any_other_the_next_version() {
    let (mut chart, first) = answered(&their_description());
    assert_eq!(chart.answer_to(Some(their_description())).0, first, "as a refresh of the session asks for");
    let hold = Description { direction: Direction::SendOnly, ..their_description() };
    let held = chart.answer_to(Some(hold.clone())).0;
    assert_eq!(held.origin.version, first.origin.version + 1);
    assert_eq!(chart.answer_to(Some(hold)).0, held);
    assert_eq!(chart.answer_to(Some(their_description())).0.origin.version, first.origin.version + 2);
}

#[test]
fn audio_that_is_taken_away_is_off_until_it_comes_back() {
    let (mut chart, _) = answered(&their_description());
    let (off, words) = chart.answer_to(Some(Description { port: 0, ..their_description() }));
    assert_eq!((off.port, off.direction), (0, Direction::Inactive));
    assert!(words.contains(&"hold".to_owned()), "{words:?}");
    let (on, words) = chart.answer_to(Some(their_description()));
    assert_eq!((on.port, on.direction), (local().port(), Direction::SendRecv));
    assert!(words.contains(&"both ways".to_owned()), "{words:?}");
}

#[test]
fn a_first_offer_without_audio_is_refused_with_the_reason() {
    let (_, words) = Chart::with_offer(Some(Description { port: 0, ..their_description() }));
    assert_eq!(words[..2], ["warn: the audio stream is refused", "488 cause 65"]);
}

#[test]
fn our_own_offer_keeps_the_streams_that_were_refused() {
    let text = "v=0\r\no=- 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=video 4002 RTP/AVP 31\r\nm=audio 4000 RTP/AVP 8\r\n";
    let (mut chart, first) = answered(&Description::parse(text.as_bytes()).unwrap());
    let (ours, _) = chart.answer_to(None);
    assert_eq!((ours.position, &ours.others), (1, &first.others));
    assert_eq!(ours.origin.version, first.origin.version + 1, "it offers more than was agreed on");
}
