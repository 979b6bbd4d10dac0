//! The call flows of RFC 3665 3, as its Bob or its Alice sees them; the proxies between are their Vias, Record-Routes and
//! responses. Those that ask for a password (in 3.2 to 3.4) are left out here, 3.5's proxy is nothing that an end could tell from
//! another, and 3.4's failing server stands in `transports`.

use super::*;

/// Alice's INVITE as it comes by way of two proxies that stay in the way.
fn by_two_proxies(branch: &str, body: &str) -> String {
    invite(branch, "1", body).replacen(
        "Max-Forwards: 70\n",
        "Via: SIP/2.0/UDP 192.0.2.7:5060;branch=z9hG4bK2d4790.1\nVia: SIP/2.0/UDP 192.0.2.8:5060;branch=z9hG4bK74bf9\n\
         Max-Forwards: 68\nRecord-Route: <sip:192.0.2.101;lr>, <sip:192.0.2.8;lr>\n",
        1,
    )
}

/// Bob's end of a call through the proxies, ringing.
fn bob() -> (Chart, SessionId) {
    let mut chart = Chart::new();
    chart.receive(&by_two_proxies("z9hG4bKf1", SDP));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100 ");
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    chart.says("SIP/2.0 180 ");
    (chart, session)
}

#[test]
fn rfc_3665_3_1_a_session_is_established_and_ended_by_who_was_called() {
    let mut chart = Chart::new();
    chart.receive(&invite("z9hG4bKf1", "1", SDP));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100 ");
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    chart.says("SIP/2.0 180 Ringing");
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.says("SIP/2.0 200 OK").to_tag();
    chart.receive(&in_dialog("ACK", "z9hG4bKf4", "1", &tag, ""));
    assert_eq!(chart.tells(), Event::Acknowledged { session, answer: None });
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE sip:alice@192.0.2.101 SIP/2.0");
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    chart.ends_empty();
}

#[test]
fn rfc_3665_3_2_a_bye_of_the_called_side_visits_the_proxies_and_responses_go_back_by_their_vias() {
    let (mut chart, session) = bob();
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200 OK");
    assert_eq!(ok.text.matches("\r\nVia: ").count(), 3);
    assert_eq!(ok.header("Record-Route"), "<sip:192.0.2.101;lr>, <sip:192.0.2.8;lr>");
    chart.receive(&in_dialog("ACK", "z9hG4bKf17", "1", &ok.to_tag(), ""));
    chart.tells();
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE sip:alice@192.0.2.101 ");
    let routes: Vec<_> = bye.text.lines().filter(|line| line.starts_with("Route: ")).collect();
    assert_eq!(routes, ["Route: <sip:192.0.2.101;lr>", "Route: <sip:192.0.2.8;lr>"]);
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
}

#[test]
fn rfc_3665_3_6_the_offer_goes_with_the_2xx_and_the_answer_comes_with_ack() {
    let mut chart = Chart::new();
    chart.receive(&by_two_proxies("z9hG4bKf5", ""));
    let session = chart.tells_incoming().session;
    chart.says("SIP/2.0 100 ");
    chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
    assert_eq!(chart.says("SIP/2.0 180 ").body(), "");
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.says("SIP/2.0 200 OK");
    assert!(ok.body().contains("m=audio"));
    chart.receive(&in_dialog("ACK", "z9hG4bKf12", "1", &ok.to_tag(), &typed(SDP)));
    assert!(matches!(chart.tells(), Event::Acknowledged { answer: Some(_), .. }));
    chart.command(Command::Bye { session, cause: None });
    chart.says("BYE ");
}

#[test]
fn rfc_3665_3_7_the_called_side_moves_to_another_address_and_is_left_there() {
    let mut chart = Chart::new();
    let (session, invite) = chart.establish_outgoing();
    let moved = SDP.replace("192.0.2.101", "192.0.2.105");
    let fields = format!("Contact: <sip:bob@192.0.2.105>\n{}", typed(&moved));
    chart.receive(&from_callee(&invite, "INVITE", "z9hG4bKf9", "14", &fields));
    chart.says("SIP/2.0 100 ");
    let Event::Reoffer { offer: Some(offer), .. } = chart.tells() else { panic!("no offer") };
    assert_eq!(offer.address.to_string(), "192.0.2.105");
    chart.command(Command::AnswerReoffer { session, answer: Ok(description()) });
    chart.says("SIP/2.0 200 OK");
    chart.receive(&from_callee(&invite, "ACK", "z9hG4bKf11", "14", ""));
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE sip:bob@192.0.2.105 ");
    chart.receive(&bye.answered("200 OK", "", ""));
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
}

#[test]
fn rfc_3665_3_8_a_cancel_by_way_of_the_proxies_gets_200_and_the_invite_487() {
    let (mut chart, session) = bob();
    chart.receive(&cancel_of(&by_two_proxies("z9hG4bKf1", "")));
    chart.says("SIP/2.0 200 OK");
    let terminated = chart.says("SIP/2.0 487 Request Terminated");
    assert_eq!(chart.tells(), Event::Cancelled { session, cause: None });
    chart.receive(&in_dialog("ACK", "z9hG4bKf1", "1", &terminated.to_tag(), ""));
    chart.wait_ms(40_000);
    chart.silent();
}

#[test]
fn rfc_3665_3_9_and_3_11_a_refusal_before_or_after_ringing_is_acknowledged_by_the_proxy() {
    for (rings, status, line) in
        [(false, 486, "SIP/2.0 486 Busy Here"), (true, 480, "SIP/2.0 480 Temporarily Unavailable")]
    {
        let mut chart = Chart::new();
        chart.receive(&by_two_proxies("z9hG4bKf4", SDP));
        let session = chart.tells_incoming().session;
        chart.says("SIP/2.0 100 ");
        if rings {
            chart.command(Command::Ring { session, status: 180, answer: None, early_media: None });
            chart.says("SIP/2.0 180 ");
        }
        chart.command(Command::Refuse { session, status, cause: None, retry_after_s: None });
        let refusal = chart.says(line);
        chart.receive(&in_dialog("ACK", "z9hG4bKf4", "1", &refusal.to_tag(), ""));
        assert_eq!(chart.tells(), Event::Ended { session, cause: None });
        chart.ends_empty();
    }
}

#[test]
fn rfc_3665_3_10_an_invite_that_nobody_answers_goes_seven_times_and_is_given_up() {
    let mut chart = Chart::new();
    let (session, _) = chart.call();
    chart.wait_ms(32_000);
    let again = chart.sent.drain(..).filter(|(_, said)| said.line().starts_with("INVITE ")).count();
    assert_eq!(1 + again, 7);
    assert_eq!(chart.tells(), Event::Failed { session, failure: Failure::Timeout });
    chart.ends_empty();
}
