//! UPDATE of the peer in early and established dialogs: RFC 3311 5.2.

use super::*;

/// Alice's UPDATE from another address, in the dialog of her INVITE.
fn update(branch: &str, cseq: &str, tag: &str, body: &str) -> String {
    in_dialog("UPDATE", branch, cseq, tag, &format!("Contact: <sip:alice@192.0.2.103>\n{}", typed(body)))
}

/// Bob's answer, reliably; acknowledged and told.
fn early_answer(chart: &mut Chart, invite: &Said) {
    let rest = format!("Require: 100rel\nRSeq: 1\n{}", contact_and(SDP));
    chart.receive(&invite.answered("183 Session Progress", "8321234356", &rest));
    let prack = chart.says("PRACK");
    chart.receive(&prack.answered("200 OK", "", ""));
    assert!(matches!(chart.tells(), Event::Progress { answer: Some(_), .. }));
}

fn bobs_update(invite: &Said, cseq: &str, body: &str) -> String {
    let rest = format!("Contact: <sip:bob@192.0.2.105>\n{}", typed(body));
    from_callee(invite, "UPDATE", &format!("z9hG4bKu{cseq}"), cseq, &rest)
}

#[test]
fn an_update_without_offer_moves_the_target_and_is_answered_at_once() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&update("z9hG4bKu", "2", &tag, ""));
    let ok = chart.says("SIP/2.0 200");
    assert_eq!((ok.header("CSeq"), ok.body(), ok.header("Contact")), ("2 UPDATE", "", "<sip:192.0.2.1:5060>"));
    assert!(ok.header("Allow").contains("UPDATE"));
    chart.tells_nothing();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE sip:alice@192.0.2.103 ");
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.tells();
    chart.ends_empty();
}

#[test]
fn an_offer_in_update_is_told_and_answered_without_ack() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    let text = update("z9hG4bKu", "2", &tag, SDP);
    chart.receive(&text);
    assert!(matches!(chart.tells(), Event::Reoffer { offer: Some(_), .. }));
    chart.receive(&text);
    chart.silent();
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    let ok = chart.says("SIP/2.0 200");
    assert!(ok.header("CSeq") == "2 UPDATE" && ok.body().contains("m=audio 16384"));
    chart.receive(&text);
    assert_eq!(chart.says("SIP/2.0 200").text, ok.text);
    chart.wait_ms(5000);
    chart.silent();
    chart.receive(&update("z9hG4bKv", "3", &tag, SDP));
    chart.tells();
    chart.command(Command::AnswerReoffer { session, answer: Err(488) });
    chart.says("SIP/2.0 488");
    chart.receive(&update("z9hG4bKw", "4", &tag, "v=0\nx\n"));
    chart.says("SIP/2.0 488");
    chart.receive(&in_dialog("BYE", "z9hG4bKbye", "5", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn an_update_while_our_offer_is_open_gets_491() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.command(Command::Reoffer { session, offer: description() });
    let ours = chart.says("INVITE");
    chart.receive(&update("z9hG4bKu", "2", &tag, SDP));
    chart.says("SIP/2.0 491");
    // A target refresh is no offer.
    chart.receive(&update("z9hG4bKv", "3", &tag, ""));
    chart.says("SIP/2.0 200");
    chart.receive(&ours.answered("200 OK", "", &contact_and(SDP)));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::ReofferAnswered { .. }));
    chart.receive(&update("z9hG4bKw", "4", &tag, SDP));
    assert!(matches!(chart.tells(), Event::Reoffer { .. }));
}

#[test]
fn a_second_update_before_the_answer_to_the_first_gets_500_with_retry_after() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&update("z9hG4bKu", "2", &tag, SDP));
    chart.tells();
    for (cseq, body) in [("3", SDP), ("4", "")] {
        chart.receive(&update(&format!("z9hG4bK{cseq}"), cseq, &tag, body));
        let refusal = chart.says("SIP/2.0 500");
        assert!(refusal.header("Retry-After").parse::<u32>().unwrap() <= 10);
    }
    chart.tells_nothing();
    // A reoffer of ours waits its turn.
    chart.command(Command::Reoffer { session, offer: description() });
    chart.silent();
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "2 UPDATE");
    chart.says("INVITE");
}

#[test]
fn a_session_that_ends_answers_the_update_that_was_open() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&update("z9hG4bKu", "2", &tag, SDP));
    chart.tells();
    chart.command(Command::Bye { session, cause: None });
    assert_eq!(chart.says("SIP/2.0 487").header("CSeq"), "2 UPDATE");
    let bye = chart.says("BYE");
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.tells();
    chart.ends_empty();
}

#[test]
fn the_caller_may_update_before_the_answer_once_the_first_exchange_is_done() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP).replace("Contact:", "Supported: 100rel\nContact:"));
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    let tag = chart.says("SIP/2.0 180").to_tag();
    chart.receive(&update("z9hG4bKu2", "2", &tag, SDP));
    assert!(chart.says("SIP/2.0 500").find("Retry-After").is_some(), "we owe the first answer");
    chart.command(Command::Ring { session, status: 183, answer: Some(description()), early_media: None });
    let rseq = chart.says("SIP/2.0 183").header("RSeq").to_owned();
    chart.receive(&in_dialog("PRACK", "z9hG4bKp", "3", &tag, &format!("RAck: {rseq} 1 INVITE\n")));
    chart.says("SIP/2.0 200");
    chart.receive(&update("z9hG4bKu4", "4", &tag, SDP));
    assert!(matches!(chart.tells(), Event::Reoffer { offer: Some(_), .. }));
    chart.command(Command::Accept { session, answer: description() });
    chart.silent();
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "4 UPDATE");
    let ok = chart.says("SIP/2.0 200");
    assert_eq!((ok.header("CSeq"), ok.body()), ("1 INVITE", ""));
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "1", &tag, ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
}

#[test]
fn the_callee_may_update_before_the_answer_once_the_first_exchange_is_done() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered("180 Ringing", "8321234356", &contact_and("")));
    chart.tells();
    chart.receive(&bobs_update(&invite, "1", SDP));
    chart.says("SIP/2.0 491");
    early_answer(&mut chart, &invite);
    chart.receive(&bobs_update(&invite, "2", &SDP.replace("49172", "49180")));
    assert!(matches!(chart.tells(), Event::Reoffer { offer: Some(offer), .. } if offer.port == 49180));
    chart.receive(&bobs_update(&invite, "3", ""));
    chart.says("SIP/2.0 500");
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    assert!(chart.says("SIP/2.0 200").body().contains("m=audio 16384"));
    // The first answer is history: the user knows what counts.
    chart.receive(&invite.answered("200 OK", "8321234356", &contact_and("")));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Answered { answer: None, .. }));
    chart.receive(&from_callee(&invite, "BYE", "z9hG4bKbye", "4", ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn an_early_update_is_answered_whatever_becomes_of_the_call() {
    for end in ["486 Busy Here", "200 OK"] {
        let mut chart = Chart::new();
        let (session, invite) = chart.call();
        early_answer(&mut chart, &invite);
        chart.receive(&bobs_update(&invite, "1", SDP));
        chart.tells();
        chart.receive(&invite.answered(end, "8321234356", &contact_and("")));
        if end == "200 OK" {
            chart.says("ACK");
            assert!(matches!(chart.tells(), Event::Answered { .. }));
            chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
            assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "1 UPDATE");
            chart.receive(&from_callee(&invite, "BYE", "z9hG4bKbye", "2", ""));
            chart.says("SIP/2.0 200");
            assert_eq!(chart.tells(), Event::Ended { session, cause: None });
        } else {
            chart.says("ACK");
            assert_eq!(chart.says("SIP/2.0 487").header("CSeq"), "1 UPDATE");
            assert!(matches!(chart.tells(), Event::Refused { status: 486, .. }));
        }
        chart.ends_empty();
    }
}

#[test]
fn an_update_outside_of_a_dialog_gets_481() {
    let mut chart = Chart::new();
    chart.receive(&update("z9hG4bKu", "2", "0123456789abcdef", SDP));
    chart.says("SIP/2.0 481");
    chart.receive(&invite("z9hG4bKv", "3", "").replace("INVITE", "UPDATE"));
    chart.says("SIP/2.0 481");
    chart.ends_empty();
}
