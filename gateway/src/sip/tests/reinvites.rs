//! Re-INVITE in both placements, glare and its resolution (RFC 3261 14, RFC 3665 3.7).

use super::*;

fn reinvite(branch: &str, cseq: &str, tag: &str) -> String {
    in_dialog("INVITE", branch, cseq, tag, &format!("Contact: <sip:alice@192.0.2.103>\n{}", typed(SDP)))
}

#[test]
fn the_peers_reinvite_moves_the_target_and_is_answered() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&reinvite("z9hG4bKre", "14", &tag));
    chart.says("SIP/2.0 100");
    assert!(matches!(chart.tells(), Event::Reoffer { offer: Some(_), .. }));
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    assert_eq!(chart.says_at(0, "SIP/2.0 200").header("CSeq"), "14 INVITE");
    chart.wait_ms(600);
    chart.says_at(500, "SIP/2.0 200");
    chart.receive(&in_dialog("ACK", "z9hG4bKreack", "14", &tag, ""));
    chart.tells_nothing();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE sip:alice@192.0.2.103 SIP/2.0");
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.tells();
    chart.ends_empty();
}

#[test]
fn a_refused_reinvite_leaves_the_session_as_it_was() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&reinvite("z9hG4bKre", "14", &tag));
    chart.says("SIP/2.0 100");
    chart.tells();
    chart.command(Command::AnswerReoffer { session, answer: Err(488) });
    chart.says("SIP/2.0 488");
    chart.receive(&in_dialog("ACK", "z9hG4bKre", "14", &tag, ""));
    chart.receive(&in_dialog("BYE", "z9hG4bKbye", "15", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn our_reinvite_goes_in_both_placements_and_its_answer_is_told() {
    let mut chart = Chart::new();
    let (session, invite) = chart.establish_outgoing();
    chart.command(Command::Reoffer { session, offer: description() });
    let ours = chart.says("INVITE sip:bob@192.0.2.101 SIP/2.0");
    assert_eq!(ours.header("CSeq"), "2 INVITE");
    assert_eq!(ours.header("Call-ID"), invite.header("Call-ID"));
    let ok = ours.answered("200 OK", "", &contact_and(SDP).replace("bob@192.0.2.101", "bob@192.0.2.105"));
    chart.receive(&ok);
    let ack = chart.says("ACK sip:bob@192.0.2.105 SIP/2.0");
    assert_eq!(ack.header("CSeq"), "2 ACK");
    assert!(matches!(chart.tells(), Event::ReofferAnswered { answer: Some(_), .. }));
    chart.receive(&ok);
    assert_eq!(chart.says("ACK").text, ack.text);
    chart.tells_nothing();

    let mut chart = Chart::new();
    let (session, _) = chart.establish_incoming();
    chart.command(Command::Reoffer { session, offer: description() });
    let ours = chart.says("INVITE sip:alice@192.0.2.101 SIP/2.0");
    assert_eq!(ours.header("CSeq"), "1 INVITE");
    chart.receive(&ours.answered("488 Not Acceptable Here", "", ""));
    chart.says("ACK");
    assert_eq!(chart.tells(), Event::ReofferRefused { session, status: 488 });
}

#[test]
fn glare_gives_491_to_the_peer_and_ours_goes_again_later() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.command(Command::Reoffer { session, offer: description() });
    let ours = chart.says("INVITE");
    chart.receive(&reinvite("z9hG4bKre", "2", &tag));
    assert_eq!(chart.says("SIP/2.0 491 Request Pending").header("CSeq"), "2 INVITE");
    chart.receive(&in_dialog("ACK", "z9hG4bKre", "2", &tag, ""));
    chart.receive(&ours.answered("491 Request Pending", "", ""));
    chart.says("ACK");
    chart.tells_nothing();
    // We did not make the Call-ID: between 0 and 2 s.
    chart.wait_ms(2000);
    let again = chart.says("INVITE");
    assert_eq!(again.header("CSeq"), "2 INVITE");
    chart.sent.clear();
    chart.receive(&again.answered("200 OK", "", &contact_and(SDP)));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::ReofferAnswered { .. }));
}

#[test]
fn who_made_the_call_id_waits_longer_after_glare() {
    let mut chart = Chart::new();
    let (session, _) = chart.establish_outgoing();
    chart.command(Command::Reoffer { session, offer: description() });
    let ours = chart.says("INVITE");
    chart.receive(&ours.answered("491 Request Pending", "", ""));
    chart.says("ACK");
    chart.wait_ms(2099);
    chart.silent();
    chart.wait_ms(1901);
    chart.says("INVITE");
}

#[test]
fn a_second_reinvite_before_the_answer_to_the_first_gets_500_with_retry_after() {
    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    chart.receive(&reinvite("z9hG4bKre1", "2", &tag));
    chart.says("SIP/2.0 100");
    chart.tells();
    chart.receive(&reinvite("z9hG4bKre2", "3", &tag));
    let refusal = chart.says("SIP/2.0 500");
    assert!(refusal.header("Retry-After").parse::<u32>().unwrap() <= 10);
    chart.tells_nothing();
}

#[test]
fn a_reoffer_of_ours_waits_until_the_peers_is_done() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&reinvite("z9hG4bKre1", "2", &tag));
    chart.says("SIP/2.0 100");
    chart.tells();
    chart.command(Command::Reoffer { session, offer: description() });
    chart.silent();
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    chart.says("SIP/2.0 200");
    chart.silent();
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "2", &tag, ""));
    chart.says("INVITE");
}

#[test]
fn a_reinvite_without_ack_ends_the_session() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&reinvite("z9hG4bKre1", "2", &tag));
    chart.tells();
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    chart.wait_ms(31_999);
    chart.sent.clear();
    chart.wait_ms(1);
    let bye = chart.says("BYE");
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::NoAck });
    chart.ends_empty();
}

#[test]
fn a_peer_that_lost_the_dialog_is_left() {
    let mut chart = Chart::new();
    let (session, _) = chart.establish_incoming();
    chart.command(Command::Reoffer { session, offer: description() });
    let ours = chart.says("INVITE");
    chart.receive(&ours.answered("481 Call/Transaction Does Not Exist", "", ""));
    chart.says("ACK");
    let bye = chart.says("BYE");
    chart.receive(&bye.answered("481 Call/Transaction Does Not Exist", "", ""));
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::DialogLost });
    chart.ends_empty();
}

#[test]
fn a_cancelled_reinvite_gets_487_and_the_session_goes_on() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    let text = reinvite("z9hG4bKre1", "2", &tag);
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    chart.tells();
    chart.receive(&cancel_of(&text));
    assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "2 CANCEL");
    assert_eq!(chart.says("SIP/2.0 487").header("CSeq"), "2 INVITE");
    chart.receive(&in_dialog("ACK", "z9hG4bKre1", "2", &tag, ""));
    chart.receive(&in_dialog("BYE", "z9hG4bKbye", "3", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_bye_during_the_peers_reinvite_answers_it_with_487() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&reinvite("z9hG4bKre1", "2", &tag));
    chart.says("SIP/2.0 100");
    chart.tells();
    chart.command(Command::Bye { session, cause: None });
    assert_eq!(chart.says("SIP/2.0 487").header("CSeq"), "2 INVITE");
    chart.receive(&in_dialog("ACK", "z9hG4bKre1", "2", &tag, ""));
    let bye = chart.says("BYE");
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.tells();
    chart.ends_empty();
}
