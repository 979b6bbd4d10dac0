//! Calls between a session and a circuit.

use super::*;

#[test]
fn sip_to_pstn_from_invite_to_talking_and_bye() {
    let (mut chart, begun) = Chart::from_sip();
    assert_eq!(begun, ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(1))), ["opened", "open 1"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["IAM"]);
    assert_eq!(chart.circuit(acm(Stage::Alerting, false)), ["180"]);
    assert_eq!(chart.circuit(cpg(Stage::Progressing, true)), ["send", "183+SDP"]);
    let talking = chart.circuit(anm());
    assert_eq!(talking, ["200", "remote", "payload", "network", "both ways"]);
    assert_eq!(chart.sip(ended()), ["close", "REL 16"]);
    assert!(chart.gateway(closed()).is_empty());
    assert_eq!(chart.circuit(Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_release_from_the_pstn_gets_rlc_only_when_the_leg_is_off_the_timeslot() {
    let mut chart = Chart::iam_sent();
    assert_eq!(chart.circuit(rel(17)), ["close", "486 cause 17"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.circuit(Indication::Released), ["free 1"]);
    let refused = sip::Event::Refused {
        session: SESSION,
        status: 486,
        reason_phrase: Octets::default(),
        contacts: Vec::new(),
        cause: None,
        warning: None,
    };
    assert_eq!(chart.sip(refused), ["over"]);
}

#[test]
fn a_caller_that_gives_up_while_the_leg_opens_leaves_nothing_behind() {
    let (mut chart, _) = Chart::from_sip();
    chart.gateway(Told::Seized(seat(1)));
    let cancelled = sip::Event::Cancelled { session: SESSION, cause: None };
    assert_eq!(chart.sip(cancelled), ["close", "free 1"]);
    assert!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))).is_empty());
    assert_eq!(chart.gateway(closed()), ["over"]);
}

#[test]
fn a_refused_circuit_is_exchanged_for_another_until_the_bound() {
    let mut chart = Chart::iam_sent();
    for n in 1..=REFUSALS_MAX {
        let refused = Indication::SetupRefused(Refusal::DualSeizure);
        assert_eq!(chart.circuit(refused), [format!("free {n}"), "close".into()]);
        assert_eq!(chart.gateway(closed()), ["seize"]);
        assert_eq!(chart.gateway(Told::Seized(seat(n + 1))), ["opened".to_owned(), format!("open {}", n + 1)]);
        assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["IAM"]);
    }
    let last = chart.circuit(Indication::SetupRefused(Refusal::Blocked));
    assert_eq!(last, [&format!("free {}", REFUSALS_MAX + 1), "close", "503 cause 34"]);
}

#[test]
fn a_congested_far_exchange_is_asked_on_no_other_circuit() {
    let mut chart = Chart::iam_sent();
    let refused = chart.circuit(Indication::SetupRefused(Refusal::Congestion));
    assert_eq!(refused, ["free 1", "close", "503 cause 42"]);
    assert!(!chart.gateway(closed()).contains(&"seize".to_owned()));
}

#[test]
fn no_circuit_is_503_with_cause_34() {
    let (mut chart, _) = Chart::from_sip();
    assert_eq!(chart.gateway(Told::Congested), ["503 cause 34"]);
}

#[test]
fn an_offer_without_g711_is_488_and_seizes_nothing() {
    let mut offer = their_description();
    offer.payloads.retain(|payload| payload.encoding == "telephone-event");
    let (_, words) = Chart::with_offer(Some(offer));
    assert_eq!(words, ["warn: no codec in common", "488 cause 65"]);
}

#[test]
fn an_invite_without_an_offer_gets_ours_with_180_and_hears_the_pstn_once_prack_has_answered() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.gateway(Told::Seized(seat(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    assert_eq!(chart.circuit(acm(Stage::Alerting, false)), ["180+SDP"]);
    let prack = sip::Event::EarlyAnswer { session: SESSION, answer: their_description() };
    assert_eq!(chart.sip(prack), ["remote", "payload", "second", "network", "both ways", "send"]);
    assert_eq!(chart.circuit(anm()), ["200", "remote", "payload", "second", "network", "both ways"]);
    assert!(chart.sip(sip::Event::Acknowledged { session: SESSION, answer: None }).is_empty());
}

#[test]
fn what_the_called_side_does_not_authorize_is_not_heard_before_the_answer() {
    let mut chart = Chart::invite_sent();
    let said = |status, early_media| sip::Event::Progress {
        session: SESSION,
        status,
        answer: Some(their_description()),
        early_media,
    };
    let gated = chart.sip(said(183, Some(EarlyMedia::Inactive)));
    assert_eq!(gated, ["remote", "payload", "second", "network", "both ways", "silence", "ACM"]);
    // Nothing said: what was said before holds, and the ringing tone is ours.
    let ringing = chart.sip(said(180, None));
    assert_eq!(ringing[5..], ["tone", "CPG"]);
    let heard = chart.sip(said(183, Some(EarlyMedia::SendOnly)));
    assert_eq!(heard[5..], ["network", "CPG"]);
}

#[test]
fn an_invite_without_an_offer_gets_ours_in_200_and_their_answer_with_ack() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.gateway(Told::Seized(seat(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    assert_eq!(chart.circuit(acm(Stage::Proceeding, true)), ["183+SDP"]);
    assert_eq!(chart.circuit(con()), ["200"]);
    let acknowledged = sip::Event::Acknowledged { session: SESSION, answer: Some(their_description()) };
    assert_eq!(chart.sip(acknowledged), ["remote", "payload", "second", "network", "both ways"]);
}

#[test]
fn an_ack_without_the_answer_that_was_owed_ends_the_call() {
    let (mut chart, _) = Chart::with_offer(None);
    chart.gateway(Told::Seized(seat(1)));
    chart.gateway(Told::Opened(MediaPath::Rtp(local())));
    chart.circuit(con());
    let acknowledged = sip::Event::Acknowledged { session: SESSION, answer: None };
    assert_eq!(chart.sip(acknowledged), ["close", "BYE cause 58", "REL 58"]);
}

#[test]
fn pstn_to_sip_rings_with_a_tone_of_ours_and_answers_with_anm() {
    let (mut chart, begun) = Chart::from_pstn();
    assert_eq!(begun, ["opened", "open 1"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["INVITE"]);
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None, early_media: None };
    assert_eq!(chart.sip(ringing), ["tone", "ACM"]);
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    let words = chart.sip(answered);
    assert!(words.contains(&"ANM".to_owned()) && words.contains(&"both ways".to_owned()), "{words:?}");
    assert_eq!(chart.circuit(rel(16)), ["close", "BYE cause 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.sip(ended()), Vec::<String>::new());
    assert_eq!(chart.circuit(Indication::Released), ["free 1", "over"]);
}

#[test]
fn early_media_of_sip_is_heard_in_the_pstn_and_announced_as_in_band() {
    let mut chart = Chart::invite_sent();
    let early =
        sip::Event::Progress { session: SESSION, status: 183, answer: Some(their_description()), early_media: None };
    let words = chart.sip(early);
    assert!(words.contains(&"network".to_owned()) && words.last() == Some(&"ACM".to_owned()), "{words:?}");
}

#[test]
fn a_phone_that_answers_at_once_is_con() {
    let mut chart = Chart::invite_sent();
    let answered = sip::Event::Answered { session: SESSION, answer: Some(their_description()) };
    assert!(chart.sip(answered).contains(&"CON".to_owned()));
}

#[test]
fn an_answer_without_sdp_ends_the_call_both_ways() {
    let mut chart = Chart::invite_sent();
    let answered = sip::Event::Answered { session: SESSION, answer: None };
    let words = chart.sip(answered);
    assert_eq!(words, ["close", "REL 58", "BYE cause 58"], "the session has been answered");
}

#[test]
fn t11_sends_an_early_acm_and_later_ringing_is_cpg() {
    let mut chart = Chart::invite_sent();
    let due = chart.call.poll_timeout().expect("T11 runs");
    assert_eq!(due, chart.now + Duration::from_secs(17));
    chart.call.handle_timeout(due);
    assert_eq!(chart.words(), ["ACM"]);
    let ringing = sip::Event::Progress { session: SESSION, status: 180, answer: None, early_media: None };
    assert_eq!(chart.sip(ringing), ["tone", "CPG"]);
    assert_eq!(chart.call.poll_timeout(), None);
}

#[test]
fn a_circuit_that_is_reset_takes_the_session_with_it() {
    let mut chart = Chart::iam_sent();
    chart.circuit(anm());
    assert_eq!(chart.circuit(Indication::Lost(Cause::TEMPORARY_FAILURE)), ["close", "BYE cause 41"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
}

#[test]
fn hold_and_resume_are_answered_and_change_the_leg() {
    let mut chart = Chart::iam_sent();
    chart.circuit(anm());
    let mut hold = their_description();
    hold.direction = Direction::SendOnly;
    let held = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(hold) });
    assert_eq!(held, ["remote", "payload", "network", "receive", "200 to re-INVITE"]);
    let resumed = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(their_description()) });
    assert_eq!(resumed, ["remote", "payload", "network", "both ways", "200 to re-INVITE"]);
}

#[test]
fn an_offer_before_the_answer_is_answered_and_the_caller_is_still_not_heard() {
    let mut chart = Chart::iam_sent();
    chart.circuit(acm(Stage::Proceeding, true));
    let updated = chart.sip(sip::Event::Reoffer { session: SESSION, offer: Some(their_description()) });
    assert_eq!(updated, ["remote", "payload", "network", "both ways", "send", "200 to re-INVITE"]);
}

/// Any order of events, sensible or not: the call ends once, after its three parts, and frees each circuit that it had.
#[test]
fn whatever_comes_in_whatever_order_the_call_is_over_exactly_once() {
    for seed in 0..3_000 {
        let mut random = ChaCha20Rng::seed_from_u64(seed);
        let (mut chart, mut words) = match seed % 3 {
            0 => Chart::from_sip(),
            1 => Chart::from_pstn(),
            _ => Chart::transit(iam()),
        };
        let mut seized = u32::from(!seed.is_multiple_of(3));
        for _ in 0..random.next_u32() % 30 {
            let event = any_event(&mut random);
            let opening = matches!(chart.call.state, State::Opening(_));
            seized += u32::from(matches!(event, Event::Gateway(Told::Seized(_))) && opening);
            words.extend(chart.tell(event));
        }
        words.extend(chart.gateway(Told::Expel(Cause(41))));
        words.extend(chart.sip(ended()));
        words.extend(chart.gateway(closed()));
        words.extend(chart.on(1, Indication::Released));
        words.extend(chart.on(2, Indication::Released));
        let count = |wanted: &str| words.iter().filter(|word| *word == wanted).count();
        assert_eq!(count("over"), 1, "seed {seed}: {words:?}");
        assert_eq!(words.last().map(String::as_str), Some("over"), "seed {seed}: {words:?}");
        assert!(
            words.iter().filter(|word| word.starts_with("free")).count() as u32 <= seized,
            "seed {seed}: {words:?}"
        );
        assert!(chart.call.seats().next().is_none(), "seed {seed}: {words:?}");
    }
}

fn any_event(random: &mut ChaCha20Rng) -> Event {
    let description = random.next_u32().is_multiple_of(2).then(their_description);
    let id = CircuitId(1 + random.next_u32() % 2);
    let circuit = |indication| Event::Circuit(id, indication);
    match random.next_u32() % 18 {
        0 => Event::Gateway(Told::Seized(seat(2))),
        1 => Event::Gateway(Told::Congested),
        2 => Event::Gateway(Told::Opened(MediaPath::Rtp(local()))),
        3 => Event::Gateway(Told::NotOpened(MediaError::NoPort)),
        4 => Event::Gateway(closed()),
        5 => circuit(acm(Stage::Proceeding, true)),
        6 => circuit(anm()),
        7 => circuit(rel(31)),
        8 => circuit(Indication::Lost(Cause(41))),
        9 => circuit(Indication::SetupRefused(Refusal::Busy)),
        10 => circuit(Indication::Progress(Message::new(MessageType::CPG))),
        11 => {
            Event::Sip(sip::Event::Progress { session: SESSION, status: 180, answer: description, early_media: None })
        }
        12 => Event::Sip(sip::Event::Answered { session: SESSION, answer: description }),
        13 => Event::Sip(sip::Event::Acknowledged { session: SESSION, answer: description }),
        14 => Event::Sip(sip::Event::Reoffer { session: SESSION, offer: description }),
        15 => Event::Sip(sip::Event::Failed { session: SESSION, failure: Failure::NoAck }),
        16 => Event::Gateway(Told::Media(MediaEvent::Inactive)),
        _ => Event::Gateway(Told::Expel(Cause(41))),
    }
}
