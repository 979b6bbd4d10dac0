//! Cases of ETSI TS 102 027-2 by their numbers, as far as their subject is known here: by the sections of RFC 3261 that the catalogue
//! of the free tester sip-tt names for each, and a few by what that tester says of them. The standard's own text was not read.

use super::*;

#[test]
fn sip_cc_oe_ce_v_001_to_007_our_invite_has_what_8_1_1_asks_for() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    for name in ["To", "From", "CSeq", "Call-ID", "Max-Forwards", "Contact", "Via"] {
        invite.header(name);
    }
    // 002
    assert_eq!(invite.line(), "INVITE sip:bob@biloxi.example.com SIP/2.0");
    assert_eq!(invite.header("To"), "<sip:bob@biloxi.example.com>");
    // 003 is in the line above; 004
    assert!(invite.header("From").contains(";tag="));
    // 005, 006
    assert_eq!((invite.header("CSeq"), invite.header("Max-Forwards")), ("1 INVITE", "70"));
    // 007
    assert!(invite.header("Via").starts_with("SIP/2.0/UDP ") && invite.header("Via").contains(";branch=z9hG4bK"));
}

#[test]
fn sip_cc_oe_ce_v_019_each_2xx_of_another_to_tag_has_its_ack() {
    let mut chart = Chart::new();
    let (_, invite) = chart.establish_outgoing();
    chart.receive(&invite.answered("200 OK", "other", &contact_and(SDP)));
    assert!(chart.says("ACK").header("To").ends_with(";tag=other"));
    assert!(chart.says("BYE").header("To").ends_with(";tag=other"));
}

#[test]
fn sip_cc_oe_ce_v_038_a_second_refusal_is_acknowledged_in_the_same_transaction() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    chart.receive(&invite.answered("600 Busy Everywhere", "a", ""));
    let ack = chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Refused { status: 600, .. }));
    chart.receive(&invite.answered("500 Server Internal Error", "a", ""));
    assert_eq!(chart.says("ACK").text, ack.text);
    chart.ends_empty();
}

#[test]
fn sip_cc_oe_cr_v_003_a_bye_keeps_call_id_and_from_tag_and_counts_on() {
    let mut chart = Chart::new();
    let (session, invite) = chart.establish_outgoing();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE");
    ["Call-ID", "From"].into_iter().for_each(|name| assert_eq!(bye.header(name), invite.header(name)));
    assert_eq!(bye.header("CSeq"), "2 BYE");
}

/// To our INVITE.
fn refused_by(status: &str) -> (Event, Said) {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    chart.receive(&invite.answered(status, "a", ""));
    let ack = chart.says("ACK");
    let event = chart.tells();
    chart.ends_empty();
    (event, ack)
}

/// 8.1.3.2.
#[test]
fn sip_cc_oe_ce_v_009_to_012_a_provisional_response_that_nobody_knows_is_progress() {
    for status in ["100 Trying", "180 Ringing", "183 Session Progress", "199 Early Dialog Terminated", "155 Whatever"] {
        let mut chart = Chart::new();
        let (session, invite) = chart.call();
        chart.receive(&invite.answered(status, "x", ""));
        // No repetition any more, and the call waits.
        chart.wait_ms(40_000);
        chart.silent();
        chart.command(Command::Cancel { session, cause: None });
        chart.says("CANCEL");
    }
}

/// 13.2.2.4, 12.2.1.1 and 17.1.1.3: the ACK for a 2xx has the method and number of its INVITE, the tags, and goes where the
/// Contact and Record-Route say.
#[test]
fn sip_cc_oe_ce_v_013_to_023_the_ack_for_a_2xx_belongs_to_the_dialog() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    let routes = "Record-Route: <sip:192.0.2.12;lr>, <sip:192.0.2.11;lr>\n";
    chart.receive(&invite.answered("200 OK", "t", &format!("{routes}{}", contact_and(SDP))));
    let ack = chart.says("ACK sip:bob@192.0.2.101 SIP/2.0");
    for name in ["Call-ID", "From"] {
        assert_eq!(ack.header(name), invite.header(name));
    }
    assert_eq!((ack.header("CSeq"), ack.header("To")), ("1 ACK", "<sip:bob@biloxi.example.com>;tag=t"));
    assert_eq!((ack.header("Route"), ack.header("Max-Forwards")), ("<sip:192.0.2.11;lr>", "70"));
    assert_eq!(ack.find("Require"), None);
}

/// 8.1.3.3.
#[test]
fn sip_cc_oe_ce_v_015_a_response_with_two_vias_is_dropped() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    let ok = invite.answered("200 OK", "x", &contact_and(SDP));
    chart.receive(&ok.replace("From: ", "Via: SIP/2.0/UDP 192.0.2.9;branch=z9hG4bKx\nFrom: "));
    chart.silent();
    chart.tells_nothing();
}

/// 13.2.2.2, 13.2.2.3, 17.1.1.2 and 17.1.1.3: each final response but 2xx ends the call, and its ACK is within the transaction.
#[test]
fn sip_cc_oe_ce_v_024_to_042_every_refusal_is_acknowledged_within_the_transaction() {
    for status in [300, 301, 302, 305, 380, 400, 404, 410, 486, 487, 499, 500, 503, 599, 600, 603, 699] {
        let (event, ack) = refused_by(&format!("{status} Whatever"));
        assert!(matches!(event, Event::Refused { status: told, .. } if told == status), "{event:?}");
        assert_eq!(ack.line(), "ACK sip:bob@biloxi.example.com SIP/2.0");
        assert_eq!((ack.header("CSeq"), ack.header("To")), ("1 ACK", "<sip:bob@biloxi.example.com>;tag=a"));
    }
}

/// 13.2.1, 20.14 and 20.15: an offer, its type and its length, and what we can.
#[test]
fn sip_cc_oe_ce_v_044_to_049_our_invite_has_an_offer_and_says_what_we_can() {
    let mut chart = Chart::new();
    let (_, invite) = chart.call();
    assert!(invite.header("Allow").contains("BYE") && invite.header("Supported").contains("timer"));
    assert_eq!(invite.header("Content-Type"), "application/sdp");
    assert_eq!(invite.header("Content-Length"), invite.body().len().to_string());
    assert!(invite.body().starts_with("v=0\r\no=") && invite.body().contains("\r\nm=audio "));
}

/// 9.1: from the INVITE CANCEL has all that names it, and nothing that demands an extension.
#[test]
fn sip_cc_oe_cr_v_a_cancel_names_its_invite_and_demands_nothing() {
    let mut chart = Chart::new();
    let (session, invite) = chart.call();
    chart.receive(&invite.answered("180 Ringing", "x", ""));
    chart.tells();
    chart.command(Command::Cancel { session, cause: None });
    let cancel = chart.says("CANCEL sip:bob@biloxi.example.com SIP/2.0");
    for name in ["Via", "From", "To", "Call-ID"] {
        assert_eq!(cancel.header(name), invite.header(name));
    }
    assert_eq!(cancel.header("CSeq"), "1 CANCEL");
    assert_eq!((cancel.find("Require"), cancel.find("Proxy-Require"), cancel.body()), (None, None, ""));
}

/// 8.2.6: what a response takes over from its INVITE; a tag but in 100; 12.1.1: Contact and Record-Route as they came.
#[test]
fn sip_cc_te_ce_v_014_to_021_responses_repeat_the_invite_and_carry_one_tag() {
    let mut chart = Chart::new();
    let routed = "Record-Route: <sip:192.0.2.7;lr;x=\"a\">;y, <sip:192.0.2.8;lr>\nTimestamp: 54\nContact:";
    let text = invite("z9hG4bK74b43", "314", SDP).replace("Contact:", routed);
    let text = text.replace("Max-Forwards", "Via: SIP/2.0/TCP 192.0.2.55;branch=z9hG4bKold\nMax-Forwards");
    chart.receive(&text);
    let trying = chart.says("SIP/2.0 100");
    assert_eq!((trying.header("Timestamp"), trying.header("To")), ("54", "Bob <sip:bob@biloxi.example.com>"));
    let session = chart.tells_incoming().session;
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    let ringing = chart.says("SIP/2.0 180");
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200");
    for said in [&trying, &ringing, &ok] {
        let vias: Vec<_> = said.text.split("\r\n").filter_map(|line| line.strip_prefix("Via: ")).collect();
        assert_eq!(
            vias,
            ["SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK74b43", "SIP/2.0/TCP 192.0.2.55;branch=z9hG4bKold"]
        );
        assert_eq!(said.header("From"), "Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl");
        assert_eq!(
            (said.header("Call-ID"), said.header("CSeq")),
            ("3848276298220188511@atlanta.example.com", "314 INVITE")
        );
    }
    assert_eq!(ringing.to_tag(), ok.to_tag());
    for said in [&ringing, &ok] {
        assert_eq!(said.header("Record-Route"), "<sip:192.0.2.7;lr;x=\"a\">;y, <sip:192.0.2.8;lr>");
        assert_eq!(said.header("Contact"), "<sip:192.0.2.1:5060>");
    }
    assert!(ok.find("Allow").is_some() && ok.find("Supported").is_some());
}

/// 17.2.1 and 17.2.3: repetitions of an INVITE in each state.
#[test]
fn sip_cc_te_ce_v_022_to_027_a_repeated_invite_gets_what_was_said_last_and_nothing_after_a_2xx() {
    let mut chart = Chart::new();
    let text = invite("z9hG4bK74b43", "1", SDP);
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    let ringing = chart.says("SIP/2.0 180");
    chart.receive(&text);
    assert_eq!(chart.says("SIP/2.0 180").text, ringing.text);
    chart.command(Command::Accept { session, answer: description() });
    chart.says("SIP/2.0 200");
    chart.receive(&text);
    chart.silent();
    chart.tells_nothing();
}

/// 8.2.2.3: whatever ACK and CANCEL demand is passed over.
#[test]
fn sip_cc_te_cr_i_002_and_003_require_in_ack_and_cancel_is_ignored() {
    let mut chart = Chart::new();
    let text = invite("z9hG4bK74b43", "1", SDP);
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.receive(&(cancel_of(&text) + "Require: x-y\n"));
    chart.says("SIP/2.0 200");
    let tag = chart.says("SIP/2.0 487").to_tag();
    assert_eq!(chart.tells(), Event::Cancelled { session, cause: None });
    chart.receive(&in_dialog("ACK", "z9hG4bK74b43", "1", &tag, "Require: x-y\n"));
    chart.ends_empty();

    let mut chart = Chart::new();
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.receive(&in_dialog("ACK", "z9hG4bK74b44", "1", &tag, "Require: x-y\n"));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
}

/// 9.2 and 17.2.3: a CANCEL of nothing, and one that comes too late.
#[test]
fn sip_cc_te_cr_v_015_to_019_a_cancel_without_its_invite_gets_481_and_a_late_one_changes_nothing() {
    let mut chart = Chart::new();
    chart.receive(&cancel_of(&invite("z9hG4bKnone", "1", SDP)));
    chart.says("SIP/2.0 481");
    let text = invite("z9hG4bK74b43", "1", SDP);
    chart.receive(&text);
    chart.says("SIP/2.0 100");
    let session = chart.tells_incoming().session;
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200").to_tag();
    chart.receive(&cancel_of(&text));
    assert_eq!(chart.says("SIP/2.0 200").to_tag(), tag, "the tag of the INVITE's response");
    chart.tells_nothing();
    chart.wait_ms(600);
    chart.says("SIP/2.0 200");
}

/// 15.1.2 and 8.2.2: a BYE of no dialog, one that demands too much, and one that is repeated.
#[test]
fn sip_cc_te_cr_v_004_to_021_a_bye_is_refused_for_its_faults_and_repeated_for_its_repetition() {
    let mut chart = Chart::new();
    let (session, tag) = chart.establish_incoming();
    chart.receive(&in_dialog("BYE", "z9hG4bKb1", "2", "0123456789abcdef", ""));
    chart.says("SIP/2.0 481");
    chart.receive(&in_dialog("BYE", "z9hG4bKb2", "2", &tag, "Require: x-y\n"));
    assert_eq!(chart.says("SIP/2.0 420").header("Unsupported"), "x-y");
    chart.tells_nothing();
    let bye = in_dialog("BYE", "z9hG4bKb3", "3", &tag, "");
    chart.receive(&bye);
    let ok = chart.says("SIP/2.0 200");
    assert_eq!((ok.header("CSeq"), ok.to_tag()), ("3 BYE", tag));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.receive(&bye);
    assert_eq!(chart.says("SIP/2.0 200").text, ok.text);
    chart.ends_empty();
}

/// 11.1 and 8.1.1.
#[test]
fn sip_qc_oe_v_001_to_008_our_options_has_what_8_1_1_asks_for_and_says_what_it_accepts() {
    let mut chart = Chart::new();
    let session = chart.ua.next_session();
    let hop = Uri::parse(format!("sip:{FAR}").as_bytes()).unwrap();
    let from = NameAddr::parse(b"<sip:gateway@192.0.2.1>").unwrap();
    let (place, to) = (Place::at(hop.clone(), hop.clone()), NameAddr::new(hop));
    chart.command(Command::Ask(Box::new(Standalone { session, place, from, to, account: None, what: What::Options })));
    let options = chart.says("OPTIONS sip:192.0.2.101:5060 SIP/2.0");
    assert!(options.header("From").contains(";tag=") && !options.header("To").contains("tag"));
    assert_eq!((options.header("CSeq"), options.header("Max-Forwards")), ("1 OPTIONS", "70"));
    assert!(options.header("Via").contains(";branch=z9hG4bK") && options.find("Contact").is_some());
    assert_eq!(options.header("Accept"), "application/sdp, multipart/mixed");
}

/// 11.2 and 8.2.6.2.
#[test]
fn sip_qc_te_v_001_to_007_options_is_answered_with_all_that_11_2_recommends() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bKopt", "7", "").replace("INVITE", "OPTIONS"));
    let ok = chart.says("SIP/2.0 200");
    assert_eq!(
        (ok.header("CSeq"), ok.header("From")),
        ("7 OPTIONS", "Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl")
    );
    assert!(!ok.to_tag().is_empty());
    assert!(["INVITE", "ACK", "BYE", "CANCEL", "OPTIONS"].iter().all(|method| ok.header("Allow").contains(method)));
    assert_eq!((ok.header("Accept-Encoding"), ok.header("Accept-Language")), ("identity", "en"));
    assert!(ok.find("Accept").is_some() && ok.find("Supported").is_some());
}

/// 7.2, 7.3.1 and 7.3.3: names and values of fields in other letters, short names, folded lines and several values in one field.
#[test]
fn sip_mg_te_v_008_to_013_an_invite_is_read_however_its_fields_are_written() {
    let plain = invite("z9hG4bK74b43", "1", SDP);
    let short = plain.replace("Via:", "v:").replace("From:", "f :").replace("To:", "t:").replace("Call-ID:", "i:");
    let folded = plain.replace("To: Bob", "To:\n Bob").replace("Max-Forwards: 70", "MAX-FORWARDS\t:\n\t70");
    let mixed = plain.replace("branch=", "BRANCH=").replace("tag=", "TAG=").replace("SIP/2.0/UDP", "sip/2.0/udp");
    let unknown = plain.replace("Max-Forwards", "X-Unknown: \"a, b\";c\nWarning-Of: x\nMax-Forwards");
    for text in [short, folded, mixed, unknown] {
        let mut chart = Chart::new();
        chart.receive(&text);
        chart.says("SIP/2.0 100");
        assert_eq!(chart.tells_incoming().max_forwards, Some(70), "{text}");
    }
}

/// 7.1, 19.1.1, 21.4.1 and 7.3.2.
#[test]
fn sip_mg_te_i_001_to_006_a_request_that_breaks_the_grammar_gets_400_or_505() {
    let plain = invite("z9hG4bK74b43", "1", SDP);
    for (from, to, status) in [
        ("192.0.2.1 SIP/2.0", "192.0.2.1 SIP/7.0", "505"),
        ("INVITE sip:bob@192.0.2.1 ", "INVITE sip:bob@192.0.2.1; ", "400"),
        ("INVITE sip:bob@192.0.2.1 ", "INVITE <sip:bob@192.0.2.1> ", "400"),
        ("INVITE sip:bob@192.0.2.1 ", "INVITE sip:bob@192.0.2.1?Subject=x ", "400"),
        ("CSeq: 1 INVITE", "CSeq: 1 BYE", "400"),
        ("Call-ID: ", "X-Call-ID: ", "400"),
    ] {
        let mut chart = Chart::new();
        chart.receive(&plain.replacen(from, to, 1));
        chart.says(&format!("SIP/2.0 {status}"));
        chart.tells_nothing();
    }
}
