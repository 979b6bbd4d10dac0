//! Keys of telephones by INFO, both ways.

use super::*;

const RELAY: &str = "Content-Type: application/dtmf-relay\n\nSignal=5\nDuration=160\n";

fn keypress(key: u8) -> Keypress {
    Keypress { key, duration_ms: Some(160) }
}

/// An incoming call in which keys are wanted.
fn taking() -> (Chart, SessionId, String) {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.command(Command::TakeKeys { session });
    (chart, session, tag)
}

#[test]
fn a_key_is_answered_and_told_where_it_is_wanted() {
    let (mut chart, session, tag) = taking();
    for (cseq, body, expected) in [
        ("2", RELAY, Keypress { key: b'5', duration_ms: Some(160) }),
        ("3", "Content-Type: application/dtmf\n\n#", Keypress { key: b'#', duration_ms: None }),
    ] {
        let info = in_dialog("INFO", &format!("z9hG4bKk{cseq}"), cseq, &tag, body);
        chart.receive(&info);
        chart.says("SIP/2.0 200 ");
        assert_eq!(chart.tells(), Event::Pressed { session, keypress: expected });
        // Its repetition is answered, and is not another key.
        chart.receive(&info);
        chart.says("SIP/2.0 200 ");
        chart.tells_nothing();
    }
}

#[test]
fn a_key_that_cannot_be_read_or_is_not_wanted_or_comes_too_early_is_refused() {
    let (mut chart, _, tag) = taking();
    chart.receive(&in_dialog("INFO", "z9hG4bKk2", "2", &tag, "Content-Type: application/dtmf-relay\n\nSignal=x\n"));
    chart.says("SIP/2.0 400 ");
    chart.receive(&in_dialog("INFO", "z9hG4bKk3", "3", &tag, &format!("Info-Package: dtmf\n{RELAY}")));
    chart.says("SIP/2.0 469 ");
    chart.receive(&in_dialog("INFO", "z9hG4bKk4", "4", &tag, "Content-Type: application/media_control+xml\n\n<x/>"));
    assert_eq!(chart.says("SIP/2.0 415 ").header("Accept"), "application/dtmf-relay, application/dtmf");
    chart.tells_nothing();

    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("INFO", "z9hG4bKk2", "2", &tag, RELAY));
    assert_eq!(chart.says("SIP/2.0 415 ").header("Accept"), "");
    chart.tells_nothing();

    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.command(Command::TakeKeys { session });
    chart.receive(&invite.answered("180 Ringing", "8321234356", &contact_and("")));
    assert!(matches!(chart.tells(), Event::Progress { .. }));
    chart.receive(&from_callee(&invite, "INFO", "z9hG4bKk1", "1", RELAY));
    chart.says("SIP/2.0 403 ");
    chart.tells_nothing();
}

#[test]
fn our_keys_go_one_after_the_other_and_a_refusal_concerns_one() {
    let mut chart = Chart::new();
    let (session, _) = chart.establish_outgoing();
    chart.command(Command::TakeKeys { session });
    (b'1'..=b'3').for_each(|key| chart.command(Command::Press { session, keypress: keypress(key) }));
    for (key, status) in [("1", "200 OK"), ("2", "415 Unsupported Media Type"), ("3", "200 OK")] {
        let info = chart.says("INFO sip:bob@192.0.2.101 ");
        assert_eq!(info.header("Content-Type"), "application/dtmf-relay");
        assert_eq!(info.body(), format!("Signal={key}\r\nDuration=160\r\n"));
        assert!(info.find("Info-Package").is_none(), "RFC 6086 2");
        chart.silent();
        chart.receive(&info.answered(status, "", ""));
    }
    chart.silent();
    chart.tells_nothing();
    assert_eq!(chart.ua.counters().keys_lost, 1);
}

#[test]
fn a_peer_that_does_not_answer_for_a_key_is_told_no_more_than_may_wait_and_is_then_left() {
    let mut chart = Chart::new();
    let (session, _) = chart.establish_outgoing();
    let pressed = session::KEYS_WAITING_MAX + 4;
    (0..pressed).for_each(|_| chart.command(Command::Press { session, keypress: keypress(b'9') }));
    assert_eq!(chart.ua.counters().keys_lost, 3, "one is under way");
    chart.wait_ms(32_500);
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::DialogLost });
    assert!(chart.sent.iter().any(|(_, said)| said.line().starts_with("BYE ")));
}

#[test]
fn a_peer_that_does_not_know_the_dialog_any_more_is_left() {
    let mut chart = Chart::new();
    let (session, _) = chart.establish_outgoing();
    chart.command(Command::Press { session, keypress: keypress(b'9') });
    let info = chart.says("INFO ");
    chart.receive(&info.answered("481 Call/Transaction Does Not Exist", "", ""));
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::DialogLost });
    chart.says("BYE ");
}

#[test]
fn a_key_before_the_answer_is_late_for_nobody() {
    let mut chart = Chart::new();
    let (session, _) = chart.call();
    chart.command(Command::Press { session, keypress: keypress(b'9') });
    chart.silent();
    assert_eq!(chart.ua.counters().commands_late, 1);
}
