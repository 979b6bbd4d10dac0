//! What the endpoint refuses by itself: RFC 3261 8.2, 9.2, 12.2.2, 17.2.3, and its own bounds.

use super::*;

/// Sends one request; the endpoint answers once, tells nobody, and forgets it.
fn answer_to(text: &str) -> Said {
    let mut chart = Chart::new();
    chart.receive(text);
    chart.tells_nothing();
    let answer = chart.says("SIP/2.0 ");
    chart.silent();
    if text.starts_with("INVITE") {
        chart.wait_ms(40_000);
        chart.sent.clear();
    }
    chart.ends_empty();
    answer
}

fn refused(from: &str, to: &str) -> Said {
    let text = invite("z9hG4bK74b43", "1", SDP);
    assert!(text.contains(from), "{from}");
    answer_to(&text.replace(from, to))
}

#[test]
fn who_demands_that_a_location_be_understood_is_told_that_it_is_not() {
    for demanded in ["geolocation-sip", "geolocation-http"] {
        let fields = format!("Require: {demanded}\nGeolocation: <cid:target123@atlanta.example.com>\nMax-Forwards: 70");
        let answer = refused("Max-Forwards: 70", &fields);
        assert_eq!((answer.line(), answer.header("Unsupported")), ("SIP/2.0 420 Bad Extension", demanded));
    }
}

#[test]
fn requests_that_cannot_be_served_get_the_status_of_their_fault() {
    let unknown = answer_to(&invite("z9hG4bK1", "1", "").replace("INVITE", "FROBNICATE"));
    assert_eq!(unknown.line(), "SIP/2.0 501 Not Implemented");
    let register = answer_to(&invite("z9hG4bK1", "1", "").replace("INVITE", "REGISTER"));
    assert_eq!(register.line(), "SIP/2.0 405 Method Not Allowed");
    assert_eq!(register.header("Allow"), "INVITE, ACK, BYE, CANCEL, OPTIONS, PRACK, UPDATE, REFER, NOTIFY, INFO");
    assert!(refused("INVITE sip:bob@192.0.2.1 ", "INVITE mailto:bob@192.0.2.1 ").line().starts_with("SIP/2.0 416"));
    let extension = refused("Max-Forwards: 70", "Require: 100rel, x-y\nProxy-Require: foo\nMax-Forwards: 70");
    assert!(extension.line().starts_with("SIP/2.0 420"));
    assert_eq!(extension.header("Unsupported"), "x-y");
    let media = refused("application/sdp", "application/unknown");
    assert!(media.line().starts_with("SIP/2.0 415"));
    assert_eq!(media.header("Accept"), "application/sdp, multipart/mixed");
    assert!(refused("Max-Forwards: 70", "Content-Encoding: gzip\nMax-Forwards: 70").line().starts_with("SIP/2.0 415"));
    assert!(refused("Max-Forwards: 70", "Accept: text/plain\nMax-Forwards: 70").line().starts_with("SIP/2.0 406"));
    assert!(refused("Max-Forwards: 70", "Max-Forwards: 0").line().starts_with("SIP/2.0 483"));
    assert!(refused("m=audio 49172", "x").line().starts_with("SIP/2.0 400 Bad Session Description"));
    assert!(refused("m=audio", "m=video").line().starts_with("SIP/2.0 488"));
    let bye = answer_to(&invite("z9hG4bK1", "1", "").replace("INVITE", "BYE"));
    assert!(bye.line().starts_with("SIP/2.0 481"));
    let cancel = answer_to(&cancel_of(&invite("z9hG4bK1", "1", "")));
    assert!(cancel.line().starts_with("SIP/2.0 481"));
    let stranger = answer_to(&in_dialog("BYE", "z9hG4bK2", "2", "0123456789abcdef", ""));
    assert!(stranger.line().starts_with("SIP/2.0 481"));
}

#[test]
fn a_broken_request_is_told_what_is_wrong_and_where() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP).replace("1 INVITE", "x INVITE"));
    let said = chart.says("SIP/2.0 400 Bad Request: CSeq number at octet ");
    assert_eq!(said.header("CSeq"), "x INVITE");
    chart.receive(&invite("z9hG4bK74b43", "1", SDP).replace("SIP/2.0\n", "SIP/3.0\n"));
    chart.says("SIP/2.0 505 Version Not Supported");
    assert_eq!(chart.ua.counters().malformed_answered, 2);
    chart.ends_empty();
}

#[test]
fn garbage_is_dropped_and_never_answered_by_more_than_came() {
    let mut chart = Chart::new();
    for octets in [
        &b"hello"[..],
        b"\xff\xfe\0garbage",
        b"INVITE sip:a@b SIP/2.0\r\n",
        b"INVITE sip:a@b SIP/2.0\r\nVia: x\r\n\r\n",
        b"SIP/2.0 200\r\n\r\n",
        b"ACK sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.101\r\n\r\n",
    ] {
        chart.receive_octets(FAR, octets);
    }
    chart.silent();
    assert_eq!(chart.ua.counters().malformed_dropped, 6);
    chart.receive_octets(FAR, b"\r\n\r\n");
    chart.receive_octets(FAR, b"");
    assert_eq!(chart.ua.counters().keep_alives, 2);
    chart.ends_empty();
}

#[test]
fn too_many_header_fields_and_too_large_messages_are_refused() {
    let mut chart = Chart::new();
    let many = "X: y\n".repeat(parse::frame::FIELDS_MAX);
    chart.receive(&invite("z9hG4bK74b43", "1", SDP).replace("Contact", &(many + "Contact")));
    chart.says("SIP/2.0 513 Message Too Large: too many header fields");
    chart.receive_octets(FAR, &vec![b'x'; parse::frame::MESSAGE_OCTETS_MAX + 1]);
    chart.silent();
    assert_eq!(chart.ua.counters().malformed_dropped, 1);
    let most = "X: y\n".repeat(parse::frame::FIELDS_MAX - 9);
    chart.receive(&invite("z9hG4bK74b43", "1", SDP).replace("Contact", &(most + "Contact")));
    chart.says("SIP/2.0 100");
}

#[test]
fn options_is_answered_with_what_we_can() {
    let ok = answer_to(
        &invite("z9hG4bK1", "1", "").replace("INVITE", "OPTIONS").replace("Max-Forwards: 70", "Max-Forwards: 0"),
    );
    assert_eq!(ok.line(), "SIP/2.0 200 OK");
    assert_eq!(ok.header("Accept"), "application/sdp, multipart/mixed");
    assert!(ok.header("Allow").contains("INVITE"));
    assert!(!ok.to_tag().is_empty());
}

#[test]
fn a_request_that_came_by_two_ways_is_merged() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bKone", "1", SDP));
    chart.says("SIP/2.0 100");
    chart.tells_incoming();
    chart.receive(&invite("z9hG4bKtwo", "1", SDP));
    chart.says("SIP/2.0 482");
    chart.tells_nothing();
}

#[test]
fn an_rfc_2543_caller_without_branch_tag_and_contact_is_served() {
    let mut chart = Chart::new();
    let old = |text: String| text.replace(";branch=-", "").replace(";tag=9fxced76sl", "");
    let text = old(invite("-", "1", SDP)).replace("Contact: <sip:alice@192.0.2.101>\n", "");
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    chart.tells_nothing();
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.receive(&old(in_dialog("ACK", "-", "1", &tag, "")));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    chart.receive(&old(in_dialog("BYE", "-", "2", &tag, "")));
    chart.says("SIP/2.0 200");
    chart.tells();
    chart.ends_empty();
}

#[test]
fn the_response_goes_to_the_port_of_via_and_with_rport_to_where_the_request_came_from() {
    let mut chart = Chart::new();
    let plain = invite("z9hG4bK1", "1", "")
        .replace("INVITE", "OPTIONS")
        .replace("192.0.2.101:5060;", "phone.example.com:5099;");
    chart.receive_octets("198.51.100.7:40000", &datagram(&plain));
    let said = chart.says("SIP/2.0 200");
    assert_eq!(said.to.to_string(), "198.51.100.7:5099");
    assert!(said.header("Via").ends_with(";received=198.51.100.7"));
    let rport = plain.replace("z9hG4bK1", "z9hG4bK2;rport").replace("CSeq: 1", "CSeq: 2");
    chart.receive_octets("198.51.100.7:40000", &datagram(&rport));
    let said = chart.says("SIP/2.0 200");
    assert_eq!(said.to.to_string(), "198.51.100.7:40000");
    assert!(said.header("Via").ends_with(";received=198.51.100.7;rport=40000"));
}

#[test]
fn a_cseq_that_goes_back_gets_500_and_a_gap_is_legal() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("OPTIONS", "z9hG4bKa", "9", &tag, ""));
    chart.says("SIP/2.0 200");
    chart.receive(&in_dialog("BYE", "z9hG4bKb", "8", &tag, ""));
    chart.says("SIP/2.0 500");
    chart.tells_nothing();
    chart.receive(&in_dialog("BYE", "z9hG4bKc", "100", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn a_bye_with_a_strange_tag_does_not_end_a_session() {
    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("BYE", "z9hG4bKb", "8", &tag, "").replace("9fxced76sl", "stranger"));
    chart.says("SIP/2.0 481");
    chart.receive(&in_dialog("BYE", "z9hG4bKc", "8", &tag, "").replace("3848276298220188511", "other"));
    chart.says("SIP/2.0 481");
    chart.tells_nothing();
    assert_eq!(chart.ua.counters().dialogs_unknown, 2);
}

#[test]
fn draining_refuses_new_calls_and_lets_running_ones_end() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.command(Command::Drain(true));
    chart.receive(&invite("z9hG4bKnew", "1", SDP).replace("3848276298220188511", "new"));
    assert_eq!(chart.says("SIP/2.0 503").header("Retry-After"), "30");
    chart.receive(&invite("z9hG4bKopt", "1", "").replace("INVITE", "OPTIONS"));
    chart.says("SIP/2.0 503");
    chart.receive(&in_dialog("BYE", "z9hG4bKbye", "2", &tag, ""));
    chart.says("SIP/2.0 200");
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
}

#[test]
fn a_full_session_table_gives_503_both_ways() {
    let mut chart = Chart::with(EndpointConfig { limits: Limits { sessions: 1, transactions: 100 }, ..config(1) });
    chart.establish_incoming();
    chart.receive(&invite("z9hG4bKnew", "1", SDP).replace("3848276298220188511", "new"));
    chart.says("SIP/2.0 503");
    let session = chart.ua.next_session();
    chart.command(invite_command(session));
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::Full });
    assert_eq!(chart.ua.counters().full, 2);
}

#[test]
fn a_full_transaction_table_gives_503_without_growing() {
    let mut chart = Chart::with(EndpointConfig { limits: Limits { sessions: 10, transactions: 3 }, ..config(1) });
    for number in 0..10 {
        let options = invite(&format!("z9hG4bK{number}"), &format!("{number}"), "").replace("INVITE", "OPTIONS");
        chart.receive(&options);
        chart.says(if number < 3 { "SIP/2.0 200" } else { "SIP/2.0 503" });
    }
    assert_eq!(chart.ua.occupancy().transactions, 3);
    chart.ends_empty();
}

#[test]
fn more_forks_than_the_bound_are_not_followed() {
    let mut chart = Chart::new();
    let (_, invite) = chart.establish_outgoing();
    for fork in 0..session::FORKS_MAX + 5 {
        chart.receive(&invite.answered("200 OK", &format!("fork{fork}"), &contact_and(SDP)));
    }
    let byes = chart.sent.iter().filter(|(_, said)| said.line().starts_with("BYE")).count();
    assert_eq!(byes, session::FORKS_MAX);
}

#[test]
fn responses_that_are_not_ours_are_dropped() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    let ok = invite.answered("200 OK", "x", &contact_and(SDP));
    chart.receive(&ok.replace("Via: ", "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx, "));
    chart.receive(&ok.replace("z9hG4bK", "z9hG4bKx"));
    chart.receive(&ok.replace("1 INVITE", "1 BYE"));
    chart.silent();
    chart.tells_nothing();
    assert_eq!(chart.ua.counters().responses_stray, 3);
}

/// Alice's INVITE with ISUP beside the offer, and what she says about its handling.
fn invite_with_isup(disposition: &str) -> String {
    let body = format!(
        "--b\nContent-Type: application/sdp\n\n{SDP}\n--b\nContent-Type: application/ISUP; version=itu-t92+\n\
         {disposition}\n\u{1}\u{2}\u{3}\n--b--\n"
    );
    invite("z9hG4bK1", "1", &body).replace("application/sdp\n\n--b", "multipart/mixed; boundary=b\n\n--b")
}

#[test]
fn optional_isup_in_a_multipart_body_is_handed_up_beside_the_offer() {
    let mut chart = Chart::new();
    chart.receive(&invite_with_isup("Content-Disposition: signal; handling=optional\n"));
    let incoming = chart.tells_incoming();
    assert!(incoming.offer.is_some());
    assert_eq!(incoming.parts[1].content, [1, 2, 3]);
}

#[test]
fn a_part_that_must_be_understood_and_is_not_gets_415() {
    for disposition in ["Content-Disposition: signal; handling=required\n", "Content-Disposition: signal\n", ""] {
        assert!(answer_to(&invite_with_isup(disposition)).line().starts_with("SIP/2.0 415"), "{disposition}");
    }
}
