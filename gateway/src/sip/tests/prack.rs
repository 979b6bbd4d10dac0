//! Reliable provisional responses in both roles: RFC 3262, and the placements of RFC 6337 that it adds.

use super::*;

/// Alice's INVITE, with what she says about reliable responses.
fn reliable(header: &str, body: &str) -> String {
    invite("z9hG4bK74b43", "1", body).replace("Max-Forwards: 70", &format!("Max-Forwards: 70\n{header}: 100rel"))
}

/// An incoming call from a peer that knows reliable responses.
fn incoming(chart: &mut Chart, header: &str, body: &str) -> SessionId {
    chart.receive(&reliable(header, body));
    chart.says("SIP/2.0 100");
    chart.tells_incoming().session
}

fn ring(chart: &mut Chart, session: SessionId, status: u16, answer: Option<Description>) {
    chart.command(Command::Ring { session, status, answer, early_media: None });
}

/// Alice's PRACK for a response of ours.
fn prack(response: &Said, branch: &str, cseq: &str, body: &str) -> String {
    let rack = format!("RAck: {} 1 INVITE\n{}", response.header("RSeq"), typed(body));
    in_dialog("PRACK", branch, cseq, &response.to_tag(), &rack)
}

fn hang_up(chart: &mut Chart, tag: &str, session: SessionId) {
    chart.receive(&in_dialog("BYE", "z9hG4bKbye", "90", tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

fn progress(invite: &Said, rseq: u32, tag: &str, body: &str) -> String {
    let rest = format!("Require: 100rel\nRSeq: {rseq}\n{}", contact_and(body));
    invite.answered("183 Session Progress", tag, &rest)
}

#[test]
fn an_answer_in_a_provisional_response_is_repeated_until_prack_and_left_out_of_the_2xx() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Supported", SDP);
    ring(&mut chart, session, 183, Some(description()));
    let progress = chart.says_at(0, "SIP/2.0 183");
    assert_eq!(progress.header("Require"), "100rel");
    assert!((1..1 << 31).contains(&progress.header("RSeq").parse::<u32>().unwrap()));
    assert!(progress.body().contains("m=audio 16384"));
    chart.wait_ms(2000);
    assert_eq!(chart.says_at(500, "SIP/2.0 183").text, progress.text);
    chart.says_at(1500, "SIP/2.0 183");
    chart.receive(&prack(&progress, "z9hG4bKprack", "2", ""));
    assert_eq!(chart.says_at(2000, "SIP/2.0 200").header("CSeq"), "2 PRACK");
    chart.wait_ms(20_000);
    chart.silent();
    // 180 without SDP needs no reliability.
    ring(&mut chart, session, 180, None);
    assert_eq!(chart.says("SIP/2.0 180").find("RSeq"), None);
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200");
    assert_eq!((ok.header("CSeq"), ok.body()), ("1 INVITE", ""));
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "1", &ok.to_tag(), ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    hang_up(&mut chart, &ok.to_tag(), session);
}

#[test]
fn a_caller_without_100rel_gets_its_answer_each_time_and_in_the_2xx() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP));
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    for _ in 0..2 {
        ring(&mut chart, session, 183, Some(description()));
        let progress = chart.says("SIP/2.0 183");
        assert_eq!((progress.find("RSeq"), progress.find("Require")), (None, None));
        assert!(progress.body().contains("m=audio"));
    }
    chart.command(Command::Accept { session, answer: description() });
    assert!(chart.says("SIP/2.0 200").body().contains("m=audio"));
}

#[test]
fn a_2xx_waits_for_the_prack_of_the_response_that_had_the_answer() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Supported", SDP);
    ring(&mut chart, session, 183, Some(description()));
    let progress = chart.says("SIP/2.0 183");
    chart.command(Command::Accept { session, answer: description() });
    chart.silent();
    chart.receive(&prack(&progress, "z9hG4bKprack", "2", ""));
    assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "2 PRACK");
    let ok = chart.says("SIP/2.0 200");
    assert_eq!((ok.header("CSeq"), ok.body()), ("1 INVITE", ""));
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "1", &ok.to_tag(), ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    hang_up(&mut chart, &ok.to_tag(), session);
}

#[test]
fn without_prack_the_invite_is_refused_after_64_t1() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Supported", SDP);
    ring(&mut chart, session, 183, Some(description()));
    chart.says_at(0, "SIP/2.0 183");
    chart.command(Command::Accept { session, answer: description() });
    chart.wait_ms(32_000);
    for ms in [500, 1500, 3500, 7500, 15_500, 31_500] {
        chart.says_at(ms, "SIP/2.0 183");
    }
    let tag = chart.says_at(32_000, "SIP/2.0 504").to_tag();
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::NoPrack });
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &tag, ""));
    chart.ends_empty();
}

#[test]
fn a_caller_that_demands_reliability_gets_every_response_so_and_one_at_a_time() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Require", SDP);
    ring(&mut chart, session, 180, None);
    let first = chart.says("SIP/2.0 180");
    ring(&mut chart, session, 181, None);
    ring(&mut chart, session, 183, Some(description()));
    chart.silent();
    chart.receive(&prack(&first, "z9hG4bKp1", "2", ""));
    chart.says("SIP/2.0 200");
    let second = chart.says("SIP/2.0 181");
    let number = |said: &Said| said.header("RSeq").parse::<u32>().unwrap();
    assert_eq!(number(&second), number(&first) + 1);
    chart.receive(&prack(&second, "z9hG4bKp2", "3", ""));
    chart.says("SIP/2.0 200");
    let third = chart.says("SIP/2.0 183");
    assert_eq!(number(&third), number(&first) + 2);
    chart.receive(&prack(&third, "z9hG4bKp3", "4", ""));
    chart.says("SIP/2.0 200");
    // A minute later it goes again under the next number.
    chart.wait_ms(60_000);
    let again = chart.says_at(60_000, "SIP/2.0 183");
    assert_eq!((number(&again), again.body()), (number(&first) + 3, ""));
}

#[test]
fn more_reliable_responses_than_the_bound_give_way_to_the_newest() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Require", SDP);
    ring(&mut chart, session, 180, None);
    let mut last = chart.says("SIP/2.0 180");
    for status in 190..=199 {
        ring(&mut chart, session, status, None);
    }
    chart.silent();
    let bound = u16::try_from(session::QUEUED_MAX).unwrap();
    for (index, status) in (190..190 + bound - 1).chain([199]).enumerate() {
        chart.receive(&prack(&last, &format!("z9hG4bKp{index}"), &format!("{}", index + 2), ""));
        chart.says("SIP/2.0 200");
        last = chart.says(&format!("SIP/2.0 {status}"));
    }
    chart.receive(&prack(&last, "z9hG4bKlast", "20", ""));
    chart.says("SIP/2.0 200");
    chart.silent();
}

#[test]
fn a_2xx_may_overtake_a_prack_when_the_response_had_no_answer() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Require", SDP);
    ring(&mut chart, session, 180, None);
    let ringing = chart.says("SIP/2.0 180");
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200");
    assert!(ok.body().contains("m=audio"));
    chart.receive(&prack(&ringing, "z9hG4bKprack", "2", ""));
    assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "2 PRACK");
    chart.receive(&prack(&ringing, "z9hG4bKagain", "3", ""));
    chart.says("SIP/2.0 481");
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "1", &ok.to_tag(), ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    hang_up(&mut chart, &ok.to_tag(), session);
}

#[test]
fn a_prack_that_matches_nothing_gets_481_and_its_repetition_the_same_answer() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Supported", SDP);
    ring(&mut chart, session, 183, Some(description()));
    let progress = chart.says("SIP/2.0 183");
    let good = prack(&progress, "z9hG4bKp1", "4", "");
    let rack = format!("RAck: {} 1 INVITE", progress.header("RSeq"));
    for (branch, cseq, wrong) in [("z9hG4bKa", "2", "RAck: 4711 1 INVITE"), ("z9hG4bKb", "3", "Subject: none")] {
        let text = good.replace(&rack, wrong).replace("z9hG4bKp1", branch).replace("4 PRACK", &format!("{cseq} PRACK"));
        chart.receive(&text);
        chart.says("SIP/2.0 481");
    }
    chart.receive(&good);
    let ok = chart.says("SIP/2.0 200");
    chart.receive(&good);
    assert_eq!(chart.says("SIP/2.0 200").text, ok.text);
    chart.receive(&prack(&progress, "z9hG4bKp2", "5", ""));
    chart.says("SIP/2.0 481");
    // Outside of any dialog.
    chart.receive(&prack(&progress, "z9hG4bKp3", "6", "").replace(&progress.to_tag(), "0123456789abcdef"));
    chart.says("SIP/2.0 481");
}

#[test]
fn an_offer_in_prack_is_told_and_answered_in_its_2xx() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Supported", SDP);
    ring(&mut chart, session, 183, Some(description()));
    let progress = chart.says("SIP/2.0 183");
    chart.receive(&prack(&progress, "z9hG4bKprack", "2", &SDP.replace("49172", "49180")));
    assert!(matches!(chart.tells(), Event::Reoffer { offer: Some(offer), .. } if offer.port == 49180));
    // The answer to the INVITE waits for the answer to the PRACK.
    chart.command(Command::Accept { session, answer: description() });
    chart.silent();
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    let ok = chart.says("SIP/2.0 200");
    assert_eq!(ok.header("CSeq"), "2 PRACK");
    assert!(ok.body().contains("m=audio 16384"));
    let ok = chart.says("SIP/2.0 200");
    assert_eq!((ok.header("CSeq"), ok.body()), ("1 INVITE", ""));
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "1", &ok.to_tag(), ""));
    chart.tells();
    hang_up(&mut chart, &ok.to_tag(), session);
}

#[test]
fn an_invite_cancelled_with_an_offer_of_its_prack_open_leaves_nothing_behind() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Supported", SDP);
    ring(&mut chart, session, 183, Some(description()));
    let progress = chart.says("SIP/2.0 183");
    chart.receive(&prack(&progress, "z9hG4bKprack", "2", SDP));
    chart.tells();
    chart.receive(&cancel_of(&reliable("Supported", SDP)));
    assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "1 CANCEL");
    assert_eq!(chart.says("SIP/2.0 487").header("CSeq"), "2 PRACK");
    assert_eq!(chart.says("SIP/2.0 487").header("CSeq"), "1 INVITE");
    assert_eq!(chart.tells(), Event::Cancelled { session, cause: None });
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &progress.to_tag(), ""));
    chart.ends_empty();
}

#[test]
fn an_invite_without_offer_gets_ours_reliably_and_prack_brings_the_answer() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, "Require", "");
    // Nothing to offer yet: the first reliable response would need it.
    ring(&mut chart, session, 180, None);
    chart.silent();
    ring(&mut chart, session, 183, Some(description()));
    let progress = chart.says("SIP/2.0 183");
    assert!(progress.body().contains("m=audio 16384"));
    chart.receive(&prack(&progress, "z9hG4bKnone", "2", ""));
    chart.says("SIP/2.0 400");
    chart.receive(&prack(&progress, "z9hG4bKprack", "3", SDP));
    chart.says("SIP/2.0 200");
    assert!(matches!(chart.tells(), Event::EarlyAnswer { answer, .. } if answer.port == 49172));
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200");
    assert_eq!(ok.body(), "");
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "1", &ok.to_tag(), ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    hang_up(&mut chart, &ok.to_tag(), session);
}

#[test]
fn our_invite_offers_100rel_and_reliable_responses_are_acknowledged_once_and_in_order() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    assert!(invite.header("Supported").contains("100rel"));
    chart.receive(&progress(&invite, 7, "8321234356", SDP));
    let prack = chart.says("PRACK sip:bob@192.0.2.101 SIP/2.0");
    assert_eq!((prack.header("RAck"), prack.header("CSeq")), ("7 1 INVITE", "2 PRACK"));
    assert!(prack.header("To").ends_with("tag=8321234356"));
    assert!(matches!(chart.tells(), Event::Progress { status: 183, answer: Some(_), .. }));
    // Again: absorbed. One too far: dropped until the one between has come.
    chart.receive(&progress(&invite, 7, "8321234356", SDP));
    chart.receive(&progress(&invite, 9, "8321234356", ""));
    chart.silent();
    chart.tells_nothing();
    chart.receive(&prack.answered("200 OK", "", ""));
    chart.receive(&progress(&invite, 8, "8321234356", ""));
    assert_eq!(chart.says("PRACK").header("RAck"), "8 1 INVITE");
    assert!(matches!(chart.tells(), Event::Progress { answer: None, .. }));
    chart.receive(&progress(&invite, 9, "8321234356", ""));
    let last = chart.says("PRACK");
    assert_eq!((last.header("RAck"), last.header("CSeq")), ("9 1 INVITE", "4 PRACK"));
    chart.tells();
    // The 2xx has no SDP: the reliable answer counts. CSeq counts on from the PRACKs.
    chart.receive(&invite.answered("200 OK", "8321234356", &contact_and("")));
    assert_eq!(chart.says("ACK").header("CSeq"), "1 ACK");
    assert!(matches!(chart.tells(), Event::Answered { answer: Some(answer), .. } if answer.port == 49172));
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE");
    assert_eq!(bye.header("CSeq"), "5 BYE");
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.tells();
    chart.wait_ms(1000);
    chart.sent.clear();
    chart.wait_ms(32_000);
    chart.sent.clear();
    chart.ends_empty();
}

#[test]
fn the_reliable_answer_of_the_fork_that_answers_is_the_one_that_counts() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    for (tag, port, rseq) in [("one", "50001", 100), ("two", "50002", 5)] {
        chart.receive(&progress(&invite, rseq, tag, &SDP.replace("49172", port)));
        assert_eq!(chart.says("PRACK").header("RAck"), format!("{rseq} 1 INVITE"));
        chart.tells();
    }
    // Whatever a later response says, the first reliable description is the answer (RFC 3261 13.2.1).
    chart.receive(&invite.answered("200 OK", "one", &contact_and(&SDP.replace("49172", "50009"))));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Answered { answer: Some(answer), .. } if answer.port == 50001));
}

#[test]
fn a_100_with_an_rseq_is_no_reliable_response() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    chart.receive(&invite.answered("100 Trying", "x", "Require: 100rel\nRSeq: 1\n"));
    chart.silent();
    chart.tells_nothing();
}

#[test]
fn a_prack_that_stays_unanswered_does_not_end_the_call() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&progress(&invite, 1, "8321234356", SDP));
    chart.tells();
    chart.wait_ms(40_000);
    let pracks = chart.sent.iter().filter(|(_, said)| said.line().starts_with("PRACK")).count();
    assert_eq!(pracks, 11, "timer E: at T1 doubling to T2, until F");
    chart.tells_nothing();
    chart.sent.clear();
    chart.receive(&invite.answered("504 Server Time-out", "8321234356", ""));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Refused { session: over, status: 504, .. } if over == session));
    chart.ends_empty();
}

#[test]
fn a_caller_that_cannot_acknowledge_gets_our_offer_with_the_2xx_alone() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", ""));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100 ");
    let early_media = Some(EarlyMedia::SendOnly);
    chart.command(Command::Ring { session, status: 183, answer: Some(description()), early_media });
    let progress = chart.says("SIP/2.0 183 ");
    assert_eq!((progress.body(), progress.header("P-Early-Media")), ("", "sendonly"));
    chart.command(Command::Accept { session, answer: description() });
    assert!(chart.says("SIP/2.0 200 ").body().contains("m=audio"));
}
