//! Lost messages and silent peers: what is repeated, when, and how it ends.

use super::*;

#[test]
fn a_2xx_is_repeated_from_t1_to_t2_until_64_t1_and_then_bye_ends_the_session() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    chart.says_at(0, "SIP/2.0 200");
    chart.wait_ms(32_000);
    for ms in [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500] {
        chart.says_at(ms, "SIP/2.0 200");
    }
    let bye = chart.says_at(32_000, "BYE sip:alice@192.0.2.101");
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::NoAck });
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.tells_nothing();
    chart.ends_empty();
}

#[test]
fn a_lost_ack_is_made_good_by_the_answer_to_the_repeated_2xx() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    let ok = invite.answered("200 OK", "8321234356", &contact_and(SDP));
    chart.receive(&ok);
    let ack = chart.says("ACK");
    chart.tells();
    chart.wait_ms(500);
    chart.receive(&ok);
    assert_eq!(chart.says("ACK").text, ack.text);
    chart.tells_nothing();
}

#[test]
fn a_bye_of_ours_waits_for_the_ack() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.command(Command::Bye { session, cause: Some(16) });
    chart.silent();
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &tag, ""));
    let bye = chart.says("BYE");
    assert_eq!(bye.header("Reason"), "Q.850;cause=16");
    chart.receive(&bye.answered("481 Gone", "", ""));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_bye_that_overtakes_the_ack_is_answered_and_ends_the_session() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.receive(&in_dialog("BYE", "z9hG4bK74b45", "2", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &tag, ""));
    assert_eq!(chart.ua.counters().acks_stray, 1);
    chart.ends_empty();
}

#[test]
fn a_bye_in_the_early_dialog_ends_the_invite_with_487() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    let tag = chart.says("SIP/2.0 180").to_tag();
    chart.receive(&in_dialog("BYE", "z9hG4bK74b45", "2", &tag, ""));
    assert_eq!(chart.says("SIP/2.0 200").header("CSeq"), "2 BYE");
    assert_eq!(chart.says("SIP/2.0 487").header("CSeq"), "1 INVITE");
    assert_eq!(chart.tells(), Event::Cancelled { session, cause: None });
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &tag, ""));
    chart.ends_empty();
}

#[test]
fn byes_that_cross_are_both_answered() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE");
    chart.receive(&in_dialog("BYE", "z9hG4bK74b45", "2", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.receive(&bye.answered("481 Call/Transaction Does Not Exist", "", ""));
    chart.ends_empty();
}

#[test]
fn a_peer_that_never_answers_an_invite_fails_the_call_at_timer_b() {
    let mut chart = Chart::new();
    let (session, _) = chart.call();
    chart.wait_ms(31_999);
    chart.tells_nothing();
    chart.wait_ms(1);
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::Timeout });
    chart.sent.clear();
    chart.ends_empty();
    assert_eq!(chart.ua.counters().timed_out, 1);
}

#[test]
fn a_peer_that_never_answers_a_bye_ends_the_session_at_timer_f() {
    let mut chart = Chart::new();
    let (session, _) = chart.establish_incoming();
    chart.command(Command::Bye { session, cause: None });
    chart.wait_ms(32_000);
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.sent.clear();
    chart.ends_empty();
}

#[test]
fn an_answer_that_cannot_be_read_is_acknowledged_and_the_call_ended() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered("200 OK", "8321234356", &contact_and("v=0\nx\n")));
    chart.says("ACK");
    let bye = chart.says("BYE");
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::BadAnswer });
    chart.ends_empty();
}

#[test]
fn repeated_requests_are_answered_by_the_same_response() {
    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    let bye = in_dialog("BYE", "z9hG4bK74b45", "2", &tag, "");
    chart.receive(&bye);
    let first = chart.says("SIP/2.0 200");
    chart.tells();
    chart.wait_ms(500);
    chart.receive(&bye);
    assert_eq!(chart.says("SIP/2.0 200").text, first.text);
    assert_eq!(chart.ua.counters().repetitions_received, 1);
    chart.ends_empty();
}
