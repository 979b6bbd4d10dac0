//! The session timer in both roles: RFC 4028.

use super::*;

const ALLOWS_UPDATE: &str = "Allow: INVITE, ACK, BYE, CANCEL, UPDATE\n";

/// Our call, answered with these header fields.
fn answered_with(fields: &str) -> (Chart, SessionId, Said) {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered("200 OK", "8321234356", &format!("{fields}{}", contact_and(SDP))));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Answered { .. }));
    (chart, session, invite)
}

/// Alice's call with these header fields in her INVITE, accepted; our 2xx.
fn accepted_with(fields: &str) -> (Chart, SessionId, Said) {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP).replace("Contact:", &format!("{fields}Contact:")));
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200");
    chart.receive(&in_dialog("ACK", "z9hG4bKack", "1", &ok.to_tag(), ""));
    chart.tells();
    (chart, session, ok)
}

const MINUTE_MS: u64 = 60_000;

#[test]
fn a_peer_without_session_timer_is_left_alone() {
    let (mut chart, _, invite) = answered_with("");
    assert_eq!(invite.header("Session-Expires"), "1800");
    assert!(invite.header("Supported").contains("timer"));
    assert_eq!(invite.find("Min-SE"), None);
    chart.wait_ms(300 * MINUTE_MS);
    chart.silent();
    let (mut chart, _, ok) = accepted_with("");
    assert_eq!((ok.find("Session-Expires"), ok.find("Require")), (None, None));
    chart.wait_ms(300 * MINUTE_MS);
    chart.silent();
    chart.tells_nothing();
}

#[test]
fn we_refresh_by_update_at_half_of_the_interval_where_the_peer_allows_it() {
    let fields = format!("Session-Expires: 1200;refresher=uac\nRequire: timer\n{ALLOWS_UPDATE}");
    let (mut chart, session, _) = answered_with(&fields);
    for refresh in 1..4 {
        chart.wait_ms(10 * MINUTE_MS);
        let update = chart.says_at(refresh * 10 * MINUTE_MS, "UPDATE sip:bob@192.0.2.101 ");
        assert_eq!(update.header("Session-Expires"), "1200;refresher=uac");
        assert!(update.header("Contact").contains("192.0.2.1") && update.body().is_empty());
        chart.receive(&update.answered("200 OK", "", "Session-Expires: 1200;refresher=uac\n"));
    }
    chart.tells_nothing();
    // The peer lets go of the timer.
    chart.wait_ms(10 * MINUTE_MS);
    let update = chart.says("UPDATE");
    chart.receive(&update.answered("200 OK", "", ""));
    chart.wait_ms(300 * MINUTE_MS);
    chart.silent();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE");
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.tells();
    chart.ends_empty();
}

#[test]
fn without_update_the_refresh_is_a_reinvite_with_the_unchanged_description() {
    let (mut chart, session, invite) = answered_with("Session-Expires: 1800;refresher=uac\nRequire: timer\n");
    chart.wait_ms(15 * MINUTE_MS);
    let refresh = chart.says_at(15 * MINUTE_MS, "INVITE sip:bob@192.0.2.101 ");
    assert_eq!(refresh.body(), invite.body());
    assert_eq!(refresh.header("Session-Expires"), "1800;refresher=uac");
    let ok = format!("Session-Expires: 1800;refresher=uac\n{}", contact_and(SDP));
    chart.receive(&refresh.answered("200 OK", "", &ok));
    chart.says("ACK");
    chart.tells_nothing();
    // A reoffer of the user refreshes as well, and is what the next refresh repeats.
    chart.wait_ms(5 * MINUTE_MS);
    let mut held = description();
    held.direction = Direction::SendOnly;
    chart.command(Command::Reoffer { session, offer: held });
    let reoffer = chart.says("INVITE");
    chart.receive(&reoffer.answered("200 OK", "", &ok));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::ReofferAnswered { .. }));
    chart.wait_ms(15 * MINUTE_MS);
    assert_eq!(chart.says_at(35 * MINUTE_MS, "INVITE").body(), reoffer.body());
}

#[test]
fn a_refused_refresh_is_tried_again_and_an_update_that_is_not_served_becomes_a_reinvite() {
    let fields = format!("Session-Expires: 1800;refresher=uac\nRequire: timer\n{ALLOWS_UPDATE}");
    let (mut chart, session, _) = answered_with(&fields);
    chart.wait_ms(15 * MINUTE_MS);
    let update = chart.says_at(900_000, "UPDATE");
    chart.receive(&update.answered("405 Method Not Allowed", "", ""));
    // 868 s are left until the session is given up at 1768 s.
    chart.wait_ms(434_000);
    let reinvite = chart.says_at(1_334_000, "INVITE");
    chart.receive(&reinvite.answered("422 Session Interval Too Small", "", "Min-SE: 3600\n"));
    chart.says("ACK");
    chart.tells_nothing();
    chart.wait_ms(217_000);
    let larger = chart.says_at(1_551_000, "INVITE");
    assert_eq!(larger.header("Session-Expires"), "3600;refresher=uac");
    assert_eq!(larger.header("Min-SE"), "3600");
    chart.receive(&larger.answered("500 Server Internal Error", "", ""));
    chart.says("ACK");
    // Half of the rest each time, and not more often than each 5 s.
    let mut tries = 0;
    while chart.told.is_empty() {
        chart.wait_ms(500);
        if let Some((_, again)) = chart.sent.pop_front().filter(|(_, said)| said.line().starts_with("INVITE")) {
            chart.receive(&again.answered("500 Server Internal Error", "", ""));
            chart.says("ACK");
            tries += 1;
        }
    }
    assert_eq!((tries, chart.at_ms()), (6, 1_768_000));
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::Expired });
}

#[test]
fn a_peer_that_does_not_know_the_dialog_when_it_is_refreshed_is_left() {
    let fields = format!("Session-Expires: 1800;refresher=uac\nRequire: timer\n{ALLOWS_UPDATE}");
    let (mut chart, session, _) = answered_with(&fields);
    chart.wait_ms(15 * MINUTE_MS);
    let update = chart.says("UPDATE");
    chart.receive(&update.answered("481 Call/Transaction Does Not Exist", "", ""));
    let bye = chart.says("BYE");
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::DialogLost });
    chart.receive(&bye.answered("481 Call/Transaction Does Not Exist", "", ""));
    chart.ends_empty();

    let (mut chart, session, _) = answered_with(&fields);
    chart.wait_ms(15 * MINUTE_MS + 32_000);
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::DialogLost });
    chart.wait_ms(40_000);
    chart.sent.clear();
    chart.ends_empty();
}

#[test]
fn a_peer_that_does_not_refresh_is_left_before_its_interval_ends() {
    for (interval_s, given_up_s) in [(1800, 1768), (90, 60)] {
        let (mut chart, session, _) =
            answered_with(&format!("Session-Expires: {interval_s};refresher=uas\nRequire: timer\n"));
        chart.wait_ms(given_up_s * 1000 - 1);
        chart.silent();
        chart.wait_ms(1);
        let bye = chart.says_at(given_up_s * 1000, "BYE");
        assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::Expired });
        chart.receive(&bye.answered("200 OK", "", ""));
        chart.ends_empty();
    }
}

#[test]
fn the_peers_refresh_by_update_or_reinvite_keeps_the_session() {
    let timer = "Supported: timer\nSession-Expires: 600;refresher=uac\n";
    let (mut chart, session, ok) = accepted_with(timer);
    assert_eq!((ok.header("Session-Expires"), ok.header("Require")), ("600;refresher=uac", "timer"));
    let tag = ok.to_tag();
    chart.wait_ms(5 * MINUTE_MS);
    chart.receive(&in_dialog("UPDATE", "z9hG4bKu", "2", &tag, timer));
    assert_eq!(chart.says("SIP/2.0 200").header("Session-Expires"), "600;refresher=uac");
    chart.wait_ms(9 * MINUTE_MS);
    chart.receive(&in_dialog("INVITE", "z9hG4bKre", "3", &tag, &format!("{timer}{}", typed(SDP))));
    chart.says("SIP/2.0 100");
    assert!(matches!(chart.tells(), Event::Reoffer { .. }));
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    assert_eq!(chart.says("SIP/2.0 200").header("Session-Expires"), "600;refresher=uac");
    chart.receive(&in_dialog("ACK", "z9hG4bKack3", "3", &tag, ""));
    chart.wait_ms(568_000 - 1);
    chart.silent();
    chart.wait_ms(1);
    chart.says("BYE");
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::Expired });
}

#[test]
fn for_a_caller_without_the_timer_a_proxys_wish_is_refreshed_by_us() {
    let (mut chart, _, ok) = accepted_with("Session-Expires: 600\n");
    assert_eq!((ok.header("Session-Expires"), ok.find("Require")), ("600;refresher=uas", None));
    chart.wait_ms(5 * MINUTE_MS);
    let refresh = chart.says_at(5 * MINUTE_MS, "INVITE sip:alice@192.0.2.101 ");
    assert_eq!((refresh.body(), refresh.header("Session-Expires")), (ok.body(), "600;refresher=uac"));
}

#[test]
fn an_interval_that_is_too_small_gets_422_with_the_smallest() {
    let mut chart = Chart::new();
    let small = invite("z9hG4bK74b43", "1", SDP).replace("Contact:", "k: timer\nx: 89\nContact:");
    chart.receive(&small);
    assert_eq!(chart.says("SIP/2.0 422 Session Interval Too Small").header("Min-SE"), "90");
    chart.tells_nothing();
    let (mut chart, _, ok) = accepted_with("k: timer\nx: 90\n");
    assert_eq!(ok.header("Session-Expires"), "90;refresher=uac");
    chart.receive(&in_dialog("UPDATE", "z9hG4bKu", "2", &ok.to_tag(), "k: timer\nx: 60\n"));
    assert_eq!(chart.says("SIP/2.0 422").header("Min-SE"), "90");
}

#[test]
fn our_invite_goes_again_with_the_interval_that_422_asks_for() {
    let mut chart = Chart::new();
    let (_, first) = chart.call();
    chart.receive(&first.answered("422 Session Interval Too Small", "x", "Min-SE: 3600\n"));
    chart.says("ACK");
    let second = chart.says("INVITE sip:bob@biloxi.example.com ");
    assert_eq!((second.header("Session-Expires"), second.header("Min-SE")), ("3600", "3600"));
    assert_eq!(second.header("CSeq"), "2 INVITE");
    for same in ["Call-ID", "From", "To"] {
        assert_eq!(second.header(same), first.header(same));
    }
    assert_ne!(second.header("Via"), first.header("Via"));
    chart.tells_nothing();
    let ok = format!("Session-Expires: 3600;refresher=uas\nRequire: timer\n{}", contact_and(SDP));
    chart.receive(&second.answered("200 OK", "y", &ok));
    assert_eq!(chart.says("ACK").header("CSeq"), "2 ACK");
    assert!(matches!(chart.tells(), Event::Answered { .. }));
}

#[test]
fn a_callee_that_always_wants_more_is_asked_no_more_than_the_bound() {
    let mut chart = Chart::new();
    let (_, mut invite) = chart.call();
    for round in 0..session::INTERVALS_MAX {
        chart.receive(&invite.answered("422 Session Interval Too Small", "x", &format!("Min-SE: {}\n", 5000 + round)));
        chart.says("ACK");
        invite = chart.says("INVITE");
    }
    chart.receive(&invite.answered("422 Session Interval Too Small", "x", "Min-SE: 9000\n"));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Refused { status: 422, .. }));
    chart.ends_empty();
}
