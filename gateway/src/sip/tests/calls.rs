//! Session establishment and its ends as in RFC 3665 section 3, seen by each side.

use super::*;

#[test]
fn a_call_comes_rings_is_answered_and_hung_up_by_the_caller() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP));
    let trying = chart.says("SIP/2.0 100 Trying");
    assert_eq!(trying.to.to_string(), FAR);
    assert!(!trying.header("To").contains("tag"));
    let incoming = chart.tells_incoming();
    let session = incoming.session;
    assert_eq!(incoming.from.display, Some(Octets::from("Alice")));
    assert_eq!(incoming.request_uri.user(), Some(Octets::from("bob")));
    assert_eq!(incoming.offer.as_ref().map(|offer| offer.port), Some(49172));
    assert_eq!(incoming.max_forwards, Some(70));

    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    let ringing = chart.says("SIP/2.0 180 Ringing");
    assert_eq!(ringing.header("Contact"), "<sip:192.0.2.1:5060>");
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200 OK");
    assert_eq!(ok.to_tag(), ringing.to_tag());
    assert_eq!(ok.header("CSeq"), "1 INVITE");
    assert_eq!(ok.header("Content-Type"), "application/sdp");
    assert_eq!(ok.header("Content-Length"), ok.body().len().to_string());

    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &ok.to_tag(), ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    let reason = "Reason: Q.850;cause=16;text=\"Normal call clearing\"\n";
    chart.receive(&in_dialog("BYE", "z9hG4bK74b45", "2", &ok.to_tag(), reason));
    chart.says("SIP/2.0 200 OK");
    assert_eq!(chart.tells(), Event::Ended { session, cause: Some(16) });
    chart.ends_empty();
}

#[test]
fn a_call_goes_out_rings_is_answered_and_hung_up_by_us() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    assert_eq!(invite.to.to_string(), FAR);
    assert!(invite.header("From").starts_with("\"Gateway\" <sip:+4989@192.0.2.1;user=phone>;tag="));
    assert!(invite.header("Via").starts_with("SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK"));
    chart.receive(&invite.answered("100 Trying", "", ""));
    chart.receive(&invite.answered("183 Session Progress", "8321234356", &contact_and(SDP)));
    assert!(matches!(chart.tells(), Event::Progress { status: 183, answer: Some(_), .. }));
    chart.receive(&invite.answered("200 OK", "8321234356", &contact_and(SDP)));
    assert!(matches!(chart.tells(), Event::Answered { answer: Some(_), .. }));
    let ack = chart.says("ACK sip:bob@192.0.2.101 SIP/2.0");
    assert_eq!(ack.header("CSeq"), "1 ACK");
    assert_ne!(ack.header("Via"), invite.header("Via"), "the ACK for a 2xx is a transaction of its own");
    chart.wait_ms(1000);
    chart.command(Command::Bye { session, cause: Some(16) });
    let bye = chart.says("BYE sip:bob@192.0.2.101 SIP/2.0");
    assert_eq!(bye.header("CSeq"), "2 BYE");
    assert_eq!(bye.header("Reason"), "Q.850;cause=16");
    chart.tells_nothing();
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_busy_callee_is_acknowledged_in_the_transaction_and_its_cause_is_told() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered("100 Trying", "", ""));
    let busy = invite.answered("486 Busy Here", "4443", "Reason: Q.850;cause=17\n");
    chart.receive(&busy);
    let ack = chart.says("ACK sip:bob@biloxi.example.com SIP/2.0");
    assert_eq!(ack.header("Via"), invite.header("Via"));
    assert!(ack.header("To").ends_with(";tag=4443"));
    let reason_phrase = Octets::from("Busy Here");
    assert_eq!(
        chart.tells(),
        Event::Refused { session, status: 486, reason_phrase, contacts: Vec::new(), cause: Some(17), warning: None }
    );
    chart.receive(&busy);
    chart.says("ACK");
    chart.ends_empty();
}

#[test]
fn we_are_busy_and_the_refusal_is_repeated_until_its_ack() {
    let mut chart = Chart::new();
    let text = invite("z9hG4bK74b43", "1", SDP);
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.command(Command::Refuse { session, status: 486, cause: Some(17), retry_after_s: None });
    let busy = chart.says_at(0, "SIP/2.0 486 Busy Here");
    assert_eq!(busy.header("Reason"), "Q.850;cause=17");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.wait_ms(1600);
    chart.says_at(500, "SIP/2.0 486");
    chart.says_at(1500, "SIP/2.0 486");
    let ack = in_dialog("ACK", "z9hG4bK74b43", "1", &busy.to_tag(), "");
    chart.receive(&ack);
    chart.receive(&ack);
    chart.ends_empty();
    assert_eq!(chart.ua.counters().acks_stray, 0);
}

#[test]
fn the_caller_cancels_before_the_answer() {
    let mut chart = Chart::new();
    let text = invite("z9hG4bK74b43", "1", SDP);
    chart.receive(&text);
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    let tag = chart.says("SIP/2.0 180").to_tag();
    chart.receive(&(cancel_of(&text) + "Reason: Q.850;cause=31\n"));
    let ok = chart.says("SIP/2.0 200 OK");
    assert_eq!((ok.header("CSeq"), ok.to_tag()), ("1 CANCEL", tag.clone()));
    let terminated = chart.says("SIP/2.0 487 Request Terminated");
    assert_eq!((terminated.header("CSeq"), terminated.to_tag()), ("1 INVITE", tag.clone()));
    assert_eq!(chart.tells(), Event::Cancelled { session, cause: Some(31) });
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &tag, ""));
    chart.command(Command::Accept { session, answer: description() });
    assert_eq!(chart.ua.counters().commands_late, 1);
    chart.ends_empty();
}

#[test]
fn we_cancel_not_before_a_provisional_response_came() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.command(Command::Cancel { session, cause: Some(102) });
    chart.silent();
    chart.receive(&invite.answered("100 Trying", "", ""));
    let cancel = chart.says("CANCEL sip:bob@biloxi.example.com SIP/2.0");
    assert_eq!(cancel.header("Via"), invite.header("Via"));
    assert_eq!(cancel.header("CSeq"), "1 CANCEL");
    assert_eq!(cancel.header("To"), invite.header("To"));
    assert_eq!(cancel.header("Reason"), "Q.850;cause=102");
    chart.receive(&cancel.answered("200 OK", "314", ""));
    chart.receive(&invite.answered("487 Request Terminated", "314", ""));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Refused { status: 487, .. }));
    chart.ends_empty();
}

#[test]
fn an_answer_that_crosses_our_cancel_is_acknowledged_and_ended() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered("180 Ringing", "8321234356", &contact_and("")));
    chart.tells();
    chart.command(Command::Cancel { session, cause: None });
    let cancel = chart.says("CANCEL");
    chart.receive(&invite.answered("200 OK", "8321234356", &contact_and(SDP)));
    chart.says("ACK sip:bob@192.0.2.101");
    let bye = chart.says("BYE sip:bob@192.0.2.101");
    chart.receive(&cancel.answered("481 Call/Transaction Does Not Exist", "8321234356", ""));
    chart.tells_nothing();
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_cancel_that_crosses_our_answer_changes_nothing() {
    let mut chart = Chart::new();
    let text = invite("z9hG4bK74b43", "1", SDP);
    chart.receive(&text);
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.receive(&cancel_of(&text));
    assert_eq!(chart.says("SIP/2.0 200 OK").header("CSeq"), "1 CANCEL");
    chart.tells_nothing();
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &tag, ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    chart.receive(&in_dialog("BYE", "z9hG4bK74b45", "2", &tag, ""));
    chart.says("SIP/2.0 200");
    chart.tells();
    chart.ends_empty();
}

#[test]
fn nobody_answers_and_the_call_is_cancelled_with_its_cause() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered("180 Ringing", "8321234356", &contact_and("")));
    assert!(matches!(chart.tells(), Event::Progress { status: 180, answer: None, .. }));
    chart.wait_ms(120_000);
    chart.silent();
    chart.command(Command::Cancel { session, cause: Some(19) });
    let cancel = chart.says("CANCEL");
    chart.receive(&cancel.answered("200 OK", "8321234356", ""));
    // 487 never comes: RFC 3261 9.1 lets go after 64*T1.
    chart.wait_ms(32_000);
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::Timeout });
    chart.ends_empty();
}

#[test]
fn a_long_ringing_call_hears_its_provisional_response_each_minute() {
    let mut chart = Chart::new();
    let text = invite("z9hG4bK74b43", "1", SDP);
    chart.receive(&text);
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Ring { session, status: 183, answer: Some(description()), early_media: None });
    chart.says_at(0, "SIP/2.0 183");
    chart.wait_ms(130_000);
    assert!(chart.says_at(60_000, "SIP/2.0 183").body().contains("m=audio 16384"));
    chart.says_at(120_000, "SIP/2.0 183");
    // The INVITE again is answered by the last of them.
    chart.receive(&text);
    chart.says("SIP/2.0 183");
    chart.command(Command::Bye { session, cause: None });
    let tag = chart.says("SIP/2.0 603").to_tag();
    chart.tells();
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &tag, ""));
    chart.ends_empty();
}

#[test]
fn an_invite_without_offer_gets_ours_and_the_ack_brings_the_answer() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", ""));
    let incoming = chart.tells_incoming();
    let session = incoming.session;
    assert_eq!(incoming.offer, None);
    chart.says("SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &tag, &typed(SDP)));
    assert!(matches!(chart.tells(), Event::Acknowledged { answer: Some(answer), .. } if answer.port == 49172));
    chart.receive(&in_dialog("BYE", "z9hG4bK74b45", "2", &tag, ""));
    chart.tells();
    chart.says("SIP/2.0 200");
    chart.ends_empty();
}

#[test]
fn record_routes_become_the_route_set_reversed_for_who_called() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    let routes = "Record-Route: <sip:192.0.2.12;lr>, <sip:192.0.2.11:5070;lr>\nRecord-Route: <sip:192.0.2.10;lr>\n";
    chart.receive(&invite.answered("200 OK", "8321234356", &(routes.to_owned() + &contact_and(SDP))));
    let ack = chart.says("ACK sip:bob@192.0.2.101 SIP/2.0");
    assert_eq!(ack.to.to_string(), "192.0.2.10:5060");
    let visited: Vec<_> = ack.text.split("\r\n").filter_map(|line| line.strip_prefix("Route: ")).collect();
    assert_eq!(visited, ["<sip:192.0.2.10;lr>", "<sip:192.0.2.11:5070;lr>", "<sip:192.0.2.12;lr>"]);
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE sip:bob@192.0.2.101 SIP/2.0");
    assert_eq!(bye.to.to_string(), "192.0.2.10:5060");
}

#[test]
fn a_strict_router_takes_the_request_uri_and_sends_the_target_behind() {
    let mut chart = Chart::new();
    let routes = "Record-Route: <sip:192.0.2.10>\nRecord-Route: <sip:192.0.2.11;lr>\nContact:";
    let text = invite("z9hG4bK74b43", "1", SDP).replace("Contact:", routes);
    chart.receive(&text);
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200");
    assert_eq!(ok.text.matches("\r\nRecord-Route: ").count(), 2);
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &ok.to_tag(), ""));
    chart.tells();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE sip:192.0.2.10 SIP/2.0");
    let visited: Vec<_> = bye.text.split("\r\n").filter_map(|line| line.strip_prefix("Route: ")).collect();
    assert_eq!(visited, ["<sip:192.0.2.11;lr>", "<sip:alice@192.0.2.101>"]);
}

#[test]
fn a_named_next_hop_is_asked_for_and_until_then_the_source_serves() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered(
        "200 OK",
        "8321234356",
        &contact_and(SDP).replace("bob@192.0.2.101", "bob@phone.example.com"),
    ));
    assert_eq!(chart.says("ACK sip:bob@phone.example.com ").to.to_string(), FAR);
    // We have UDP alone, so the URI's only service is that of UDP.
    chart.resolves(Question::Naptr("phone.example.com".into()), Records::Naptr(Vec::new()));
    let target = "alices-desk.example.com".to_owned();
    let srv = Srv { priority: 1, weight: 1, port: 5062, target: target.clone() };
    chart.resolves(Question::Srv("_sip._udp.phone.example.com".into()), Records::Srv(vec![srv]));
    chart.resolves(Question::Addresses(target), Records::Addresses(vec!["192.0.2.77".parse().unwrap()]));
    chart.command(Command::Bye { session, cause: None });
    assert_eq!(chart.says("BYE").to.to_string(), "192.0.2.77:5062");
}

#[test]
fn forks_are_told_apart_and_who_answers_second_is_acknowledged_and_ended() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    for tag in ["one", "two"] {
        chart.receive(&invite.answered("180 Ringing", tag, &contact_and("")));
        chart.tells();
    }
    chart.receive(&invite.answered("200 OK", "two", &contact_and(SDP)));
    assert!(matches!(chart.tells(), Event::Answered { .. }));
    assert!(chart.says("ACK").header("To").ends_with("tag=two"));
    let second = invite.answered("200 OK", "one", &contact_and(SDP).replace("192.0.2.101", "192.0.2.102"));
    chart.receive(&second);
    let ack = chart.says("ACK sip:bob@192.0.2.102");
    assert!(ack.header("To").ends_with("tag=one"));
    let bye = chart.says("BYE sip:bob@192.0.2.102");
    chart.receive(&bye.answered("200 OK", "", ""));
    chart.receive(&second);
    assert_eq!(chart.says("ACK").text, ack.text, "the same ACK, and no second BYE");
    chart.tells_nothing();
    chart.receive(&from_callee(&invite, "BYE", "z9hG4bKx", "7", "").replace("8321234356", "two"));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_fork_that_answers_when_the_session_is_over_is_acknowledged_and_ended_once() {
    let mut chart = Chart::new();
    let (session, invite) = chart.establish_outgoing();
    chart.receive(&from_callee(&invite, "BYE", "z9hG4bKbye", "7", ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    let late = |tag: &str| invite.answered("200 OK", tag, &contact_and(SDP).replace("192.0.2.101", "192.0.2.102"));
    chart.receive(&late("late"));
    let ack = chart.says("ACK sip:bob@192.0.2.102");
    assert!(ack.header("CSeq") == "1 ACK" && ack.header("To").ends_with("tag=late"));
    let bye = chart.says("BYE sip:bob@192.0.2.102");
    assert!(bye.header("CSeq") == "2 BYE" && bye.header("To").ends_with("tag=late"));
    chart.receive(&late("late"));
    chart.says("ACK");
    chart.silent();
    chart.receive(&bye.answered("200 OK", "", ""));
    for fork in 0..2 * session::FORKS_MAX {
        chart.receive(&late(&format!("fork{fork}")));
    }
    let byes = chart.sent.iter().filter(|(_, said)| said.line().starts_with("BYE")).count();
    assert_eq!(byes, session::FORKS_MAX - 1);
    chart.tells_nothing();
    chart.wait_ms(40_000);
    chart.sent.clear();
    chart.ends_empty();
}

#[test]
fn a_latin_1_display_name_reaches_the_user_octet_for_octet() {
    let mut chart = Chart::new();
    let mut octets = datagram(&invite("z9hG4bK1", "1", SDP).replace("From: Alice", "From: \"J@rg\""));
    let at = octets.windows(4).position(|window| window == b"J@rg").unwrap();
    octets[at + 1] = 0xf6;
    chart.receive_octets(FAR, &octets);
    assert_eq!(chart.tells_incoming().from.display.as_deref(), Some(&b"J\xf6rg"[..]));
    assert!(chart.says("SIP/2.0 100").header("From").starts_with("\"J\u{f6}rg\""));
}

#[test]
fn our_invite_says_who_calls_and_asks_for_early_media_and_theirs_is_told() {
    let mut chart = Chart::new();
    let session = chart.ua.next_session();
    let address = |text: &str| NameAddr::parse(text.as_bytes()).unwrap();
    let said = Provenance {
        asserted: vec![address("<sip:+4989@192.0.2.1;user=phone>")],
        privacy: crate::sip::Privacy::of_identity(),
        diversion: vec![address("<sip:+4930@192.0.2.1>;reason=no-answer;privacy=off;counter=1")],
        ..Provenance::default()
    };
    let mut command = invite_command(session);
    if let Command::Invite(invitation) = &mut command {
        invitation.provenance = said;
        invitation.gates_early_media = true;
    }
    chart.command(command);
    let invite = chart.says("INVITE ");
    assert_eq!(invite.header("P-Asserted-Identity"), "<sip:+4989@192.0.2.1;user=phone>");
    assert_eq!((invite.header("Privacy"), invite.header("P-Early-Media")), ("id", "supported"));
    assert!(invite.header("Diversion").ends_with(";reason=no-answer;privacy=off;counter=1"));
    chart.receive(&invite.answered("183 Session Progress", "1", "P-Early-Media: sendonly, gated\n"));
    assert!(matches!(chart.tells(), Event::Progress { early_media: Some(EarlyMedia::SendOnly), .. }));
}
