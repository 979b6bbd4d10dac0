//! Single clauses that no other chart shows: what an interoperability laboratory looks for in a message.

use super::*;

/// An INVITE of Alice's with more header fields.
fn invite_with(fields: &str) -> String {
    invite("z9hG4bK74b43", "1", SDP).replace("Contact:", &format!("{fields}\nContact:"))
}

fn incoming(chart: &mut Chart, text: &str) -> SessionId {
    chart.receive(text);
    chart.says("SIP/2.0 100");
    chart.tells_incoming().session
}

#[test]
fn an_invitation_that_expires_before_its_answer_gets_487() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, &invite_with("Expires: 20"));
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    let tag = chart.says("SIP/2.0 180").to_tag();
    chart.wait_ms(20_000);
    assert_eq!(chart.says_at(20_000, "SIP/2.0 487").to_tag(), tag);
    assert_eq!(chart.tells(), Event::Cancelled { session, cause: None });
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &tag, ""));
    chart.ends_empty();
}

#[test]
fn an_answered_invitation_does_not_expire_nor_does_one_whose_time_cannot_be_read() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, &invite_with("Expires: 20"));
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &tag, ""));
    chart.tells();
    chart.wait_ms(40_000);
    chart.silent();
    chart.tells_nothing();

    let mut chart = Chart::new();
    incoming(&mut chart, &invite_with("Expires: Thu, 01 Dec 1994 16:00:00 GMT"));
    chart.wait_ms(40_000);
    chart.tells_nothing();
}

#[test]
fn a_2xx_to_invite_and_to_reinvite_says_what_we_support() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, &invite("z9hG4bK74b43", "1", SDP));
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200");
    assert_eq!(ok.header("Supported"), "100rel, timer, replaces");
    assert!(ok.header("Allow").contains("UPDATE"));
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &ok.to_tag(), ""));
    chart.receive(&in_dialog("INVITE", "z9hG4bKre", "2", &ok.to_tag(), &contact_and(SDP)));
    chart.says("SIP/2.0 100");
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    assert_eq!(chart.says("SIP/2.0 200").header("Supported"), "100rel, timer, replaces");
}

#[test]
fn options_in_a_dialog_is_answered_as_outside_of_it() {
    let mut chart = Chart::new();
    let (_, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("OPTIONS", "z9hG4bKopt", "2", &tag, ""));
    let inside = chart.says("SIP/2.0 200");
    chart.receive(&invite("z9hG4bKout", "7", "").replace("INVITE", "OPTIONS"));
    let outside = chart.says("SIP/2.0 200");
    for name in ["Allow", "Accept", "Accept-Encoding", "Accept-Language", "Supported"] {
        assert_eq!(inside.header(name), outside.header(name));
    }
}

#[test]
fn who_refuses_a_description_says_why() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, &invite("z9hG4bK74b43", "1", SDP));
    chart.command(Command::Warn { session, why: Disagreement::NoCommonCodec });
    chart.command(Command::Refuse { session, status: 488, cause: Some(65), retry_after_s: None });
    let refusal = chart.says("SIP/2.0 488");
    assert_eq!(refusal.header("Warning"), "305 192.0.2.1:5060 \"Incompatible media format\"");

    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bK74b43", "1", SDP).replace("m=audio", "m=video"));
    assert!(chart.says("SIP/2.0 488").header("Warning").starts_with("304 "));

    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("INVITE", "z9hG4bKre", "2", &tag, &contact_and(SDP)));
    chart.says("SIP/2.0 100");
    chart.command(Command::Warn { session, why: Disagreement::Transport });
    chart.command(Command::AnswerReoffer { session, answer: Err(488) });
    assert!(chart.says("SIP/2.0 488").header("Warning").starts_with("302 "));
    chart.receive(&in_dialog("ACK", "z9hG4bKre", "2", &tag, ""));
    let unreadable = contact_and(&SDP.replace("IN IP4 192.0.2.101", "IN IP4 pc33.example.com"));
    chart.receive(&in_dialog("UPDATE", "z9hG4bKup", "3", &tag, &unreadable));
    assert!(chart.says("SIP/2.0 488").header("Warning").starts_with("301 "));
}

#[test]
fn a_refusal_for_another_reason_has_no_warning() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, &invite("z9hG4bK74b43", "1", SDP));
    chart.command(Command::Warn { session, why: Disagreement::NoCommonCodec });
    chart.command(Command::Refuse { session, status: 486, cause: None, retry_after_s: None });
    assert_eq!(chart.says("SIP/2.0 486").find("Warning"), None);
}

#[test]
fn a_response_whose_via_has_not_our_address_is_dropped() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    let ringing = invite.answered("180 Ringing", "x", "");
    chart.receive(&ringing.replace("UDP 192.0.2.1:5060;", "UDP 192.0.2.7:5060;"));
    chart.receive(&ringing.replace("UDP 192.0.2.1:5060;", "UDP 192.0.2.1:5070;"));
    chart.tells_nothing();
    assert_eq!(chart.ua.counters().responses_stray, 2);
    // White space and our default port are no other address.
    chart.receive(&ringing.replace("UDP 192.0.2.1:5060;", "UDP 192.0.2.1 ;"));
    assert!(matches!(chart.tells(), Event::Progress { status: 180, .. }));
}

#[test]
fn a_request_uri_has_no_headers_and_no_method_of_a_contact_or_a_strict_router() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    let contact = "Contact: <sip:bob@192.0.2.101;method=BYE;transport=udp?Subject=x&Route=%3Csip:1%3E>\n";
    chart.receive(&invite.answered("200 OK", "8321234356", &format!("{contact}{}", typed(SDP))));
    chart.says("ACK sip:bob@192.0.2.101;transport=udp SIP/2.0");
    chart.tells();
    chart.command(Command::Bye { session, cause: None });
    assert_eq!(chart.says("BYE").line(), "BYE sip:bob@192.0.2.101;transport=udp SIP/2.0");

    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    let strict = format!("Record-Route: <sip:192.0.2.101;method=INVITE?x=y>\n{}", contact_and(SDP));
    chart.receive(&invite.answered("200 OK", "8321234356", &strict));
    let ack = chart.says("ACK sip:192.0.2.101 SIP/2.0");
    assert_eq!(ack.header("Route"), "<sip:bob@192.0.2.101>");
}

#[test]
fn an_early_session_is_no_session() {
    let early = format!(
        "--b\nContent-Type: application/sdp\nContent-Disposition: early-session; handling=optional\n\n{}\n\
         --b\nContent-Type: application/sdp\nContent-Disposition: session\n\n{SDP}\n--b--\n",
        SDP.replace("49172", "4000")
    );
    let mixed = |body: &str| {
        invite("z9hG4bK1", "1", body).replace("application/sdp\n\n--b", "multipart/mixed; boundary=b\n\n--b")
    };
    let mut chart = Chart::new();
    chart.receive(&mixed(&early));
    assert_eq!(chart.tells_incoming().offer.map(|offer| offer.port), Some(49172));
    // One that must be understood is not.
    let mut chart = Chart::new();
    chart.receive(&mixed(&early.replace("; handling=optional", "")));
    assert_eq!(chart.says("SIP/2.0 415").header("Accept-Encoding"), "identity");
}

#[test]
fn an_update_without_offer_is_answered_while_a_reinvite_waits() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("INVITE", "z9hG4bKre", "2", &tag, &contact_and(SDP)));
    chart.says("SIP/2.0 100");
    assert!(matches!(chart.tells(), Event::Reoffer { .. }));
    chart.receive(&in_dialog("UPDATE", "z9hG4bKup", "3", &tag, &contact_and("")));
    chart.says("SIP/2.0 200");
    chart.receive(&in_dialog("UPDATE", "z9hG4bKup2", "4", &tag, &contact_and(SDP)));
    assert!(chart.says("SIP/2.0 500").find("Retry-After").is_some());
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    chart.says("SIP/2.0 200");
}

#[test]
fn what_cannot_be_read_gets_the_same_tag_each_time_and_its_ack_is_known() {
    let mut chart = Chart::new();
    let broken = invite("z9hG4bK74b43", "1", SDP).replace("Max-Forwards: 70", "Max-Forwards: many");
    chart.receive(&broken);
    let first = chart.says("SIP/2.0 400");
    chart.receive(&broken);
    assert_eq!(chart.says("SIP/2.0 400").text, first.text);
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &first.to_tag(), ""));
    assert_eq!(chart.ua.counters().acks_stray, 0);
    chart.ends_empty();
}

#[test]
fn a_2xx_to_prack_has_no_contact() {
    let mut chart = Chart::new();
    let session = incoming(&mut chart, &invite_with("Supported: 100rel"));
    chart.command(Command::Ring { session, status: 183, answer: Some(description()), early_media: None });
    let progress = chart.says("SIP/2.0 183");
    let rack = format!("RAck: {} 1 INVITE\n{}", progress.header("RSeq"), typed(SDP));
    chart.receive(&in_dialog("PRACK", "z9hG4bKprack", "2", &progress.to_tag(), &rack));
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    let ok = chart.says("SIP/2.0 200");
    assert!(ok.body().contains("m=audio") && ok.find("Contact").is_none());
}

#[test]
fn a_reliable_answer_to_our_reinvite_is_acknowledged_and_counts() {
    let mut chart = Chart::new();
    let (session, invite) = chart.establish_outgoing();
    chart.command(Command::Reoffer { session, offer: description() });
    let reinvite = chart.says("INVITE");
    assert_eq!(reinvite.header("Supported"), invite.header("Supported"));
    let reliable = |port: &str| format!("Require: 100rel\nRSeq: 7\n{}", contact_and(&SDP.replace("49172", port)));
    let progress = reinvite.answered("183 Session Progress", "", &reliable("4000"));
    chart.receive(&progress);
    let prack = chart.says("PRACK sip:bob@192.0.2.101 ");
    assert_eq!((prack.header("RAck"), prack.header("CSeq")), ("7 2 INVITE", "3 PRACK"));
    chart.receive(&prack.answered("200 OK", "", ""));
    chart.receive(&progress);
    chart.silent();
    chart.receive(&reinvite.answered("200 OK", "", &contact_and("")));
    chart.says("ACK");
    let Event::ReofferAnswered { answer: Some(answer), .. } = chart.tells() else { panic!("no answer") };
    assert_eq!(answer.port, 4000);
    chart.command(Command::Bye { session, cause: None });
    assert_eq!(chart.says("BYE").header("CSeq"), "4 BYE");
}

#[test]
fn what_is_refused_moves_no_target() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    let elsewhere = contact_and(SDP).replace("bob@192.0.2.101", "alice@192.0.2.105");
    for (method, cseq) in [("INVITE", "2"), ("UPDATE", "3")] {
        chart.receive(&in_dialog(method, &format!("z9hG4bK{cseq}"), cseq, &tag, &elsewhere));
        chart.command(Command::AnswerReoffer { session, answer: Err(488) });
    }
    chart.receive(&in_dialog("ACK", "z9hG4bK2", "2", &tag, ""));
    chart.sent.clear();
    chart.command(Command::Reoffer { session, offer: description() });
    chart.says("INVITE sip:alice@192.0.2.101 ");
}

#[test]
fn a_dialog_through_a_sips_proxy_has_a_sips_contact() {
    let address = "192.0.2.1:5061".parse().unwrap();
    let listener = Listener { transport: Transport::Tls, address, advertised: address };
    let mut chart = Chart::with(EndpointConfig { local: vec![listener], ..config(1) });
    for (number, (fields, expected)) in [
        ("Contact: <sips:alice@192.0.2.101>", "<sips:192.0.2.1:5061>"),
        ("Record-Route: <sips:192.0.2.101;lr>\nContact: <sip:alice@192.0.2.101>", "<sips:192.0.2.1:5061>"),
        ("Record-Route: <sip:192.0.2.101;lr>\nContact: <sips:alice@192.0.2.101>", "<sip:192.0.2.1:5061;transport=tls>"),
    ]
    .into_iter()
    .enumerate()
    {
        let connection = ConnectionId::Accepted(number as u64);
        let accepted = StreamEvent::Accepted { listener: 0, remote: "192.0.2.101:40000".parse().unwrap() };
        chart.ua.handle_stream(chart.now, connection, Standing::Peer, accepted);
        let text = invite(&format!("z9hG4bK{number}"), "1", SDP).replace("UDP", "TLS");
        let text = text.replace("Call-ID: ", &format!("Call-ID: {number}-"));
        let octets = datagram(&text.replace("Contact: <sip:alice@192.0.2.101>", fields));
        chart.ua.handle_stream(chart.now, connection, Standing::Peer, StreamEvent::Octets(octets));
        chart.collect();
        let session = chart.tells_incoming().session;
        chart.streams.clear();
        chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
        let Some((_, StreamRequest::Write(octets))) = chart.streams.pop_back() else { panic!("no 180") };
        let text = String::from_utf8(octets).unwrap();
        assert!(text.contains(&format!("\r\nContact: {expected}\r\n")), "{text}");
    }
}

#[test]
fn a_cancel_after_a_refusal_is_answered_with_the_tag_of_the_refusal() {
    let mut chart = Chart::new();
    let text = invite("z9hG4bK74b43", "1", SDP);
    let session = incoming(&mut chart, &text);
    chart.command(Command::Refuse { session, status: 486, cause: None, retry_after_s: None });
    let tag = chart.says("SIP/2.0 486").to_tag();
    chart.receive(&cancel_of(&text));
    assert_eq!(chart.says("SIP/2.0 200").to_tag(), tag);
}

#[test]
fn the_largest_min_se_of_a_dialog_goes_with_every_refresh() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    let refresh = |cseq: &str, min: &str| {
        let fields = format!("Supported: timer\nSession-Expires: 1800;refresher=uas\n{min}{}", contact_and(""));
        in_dialog("UPDATE", &format!("z9hG4bK{cseq}"), cseq, &tag, &fields)
    };
    chart.receive(&refresh("2", "Min-SE: 600\n"));
    chart.says("SIP/2.0 200");
    chart.receive(&refresh("3", ""));
    chart.says("SIP/2.0 200");
    chart.command(Command::Reoffer { session, offer: description() });
    assert_eq!(chart.says("INVITE").header("Min-SE"), "600");
}

#[test]
fn the_first_code_of_a_warning_is_told() {
    for (line, expected) in [("305 x \"a, b\", 304 y \"c\"", Some(305)), ("none", None), ("70000 x", None)] {
        let mut chart = Chart::new();
        let (_, invite) = chart.call();
        chart.receive(&invite.answered("488 Not Acceptable Here", "x", &format!("Warning: {line}\n")));
        assert!(matches!(chart.tells(), Event::Refused { warning, .. } if warning == expected), "{line}");
    }
}
