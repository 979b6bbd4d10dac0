//! STUN on our UDP port, RFC 5626 4.4.2 and 8: messages of the far side are octets written by hand.

use super::*;
use crate::sip::{ContactOf, OurFlow, RegistrationConfig, RegistrationPhase};

const COOKIE: [u8; 4] = [0x21, 0x12, 0xa4, 0x42];
const AGREED: &str = "Require: outbound\nExpires: 3600\n";

/// A Binding message of that type with that transaction.
fn binding(kind: u16, transaction: &[u8], attributes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(attributes.len()).expect("a short message");
    [&kind.to_be_bytes()[..], &length.to_be_bytes(), &COOKIE, transaction, attributes].concat()
}

/// XOR-MAPPED-ADDRESS of 192.0.2.1 and a port.
fn mapped(port: u16) -> Vec<u8> {
    let port = port ^ 0x2112;
    [&[0x00, 0x20, 0x00, 0x08, 0x00, 0x01][..], &port.to_be_bytes(), &[192 ^ 0x21, 0x12, 2 ^ 0xa4, 1 ^ 0x42]].concat()
}

impl Said {
    fn octets(&self) -> Vec<u8> {
        self.text.chars().map(|letter| u8::try_from(u32::from(letter)).expect("a letter is an octet")).collect()
    }
}

#[test]
fn who_asks_by_which_address_it_is_seen_is_told_so_and_who_makes_no_sense_is_not() {
    let mut chart = Chart { standing: Standing::Unproven, ..Chart::new() };
    let id = [7; 12];
    chart.receive_octets("192.0.2.1:32853", &binding(0x0001, &id, &[]));
    let (_, answer) = chart.sent.pop_front().expect("an answer");
    assert_eq!(
        (answer.to.to_string().as_str(), answer.octets()),
        ("192.0.2.1:32853", binding(0x0101, &id, &mapped(32853)))
    );
    // PRIORITY (RFC 5245) must be understood, and is not.
    chart.receive_octets(FAR, &binding(0x0001, &id, &[0x00, 0x24, 0x00, 0x04, 0, 0, 0, 1]));
    assert_eq!(chart.sent.pop_front().expect("an answer").1.octets()[..2], [0x01, 0x11]);
    chart.receive_octets(FAR, &binding(0x0001, &id, &[])[..19]);
    chart.receive_octets(FAR, &binding(0x0101, &id, &mapped(1)));
    chart.silent();
    let counters = chart.ua.counters();
    assert_eq!((counters.bindings_asked, counters.malformed_dropped, counters.responses_stray), (2, 1, 1));
    chart.receive(&in_dialog("OPTIONS", "z9hG4bKo", "1", "", "").replace(";tag=\n", "\n"));
    chart.says("SIP/2.0 200 ");
}

/// A registered flow over UDP.
fn chart(agreed: &str) -> Chart {
    let uri = |text: &str| Uri::parse(text.as_bytes()).expect("a URI");
    let mut chart = Chart::new();
    chart.command(Command::Register(Box::new(RegistrationConfig {
        registrar: uri("sip:192.0.2.101"),
        address: uri("sip:bob@biloxi.example.com"),
        contact: ContactOf::User("100".into()),
        flow: Some(OurFlow { proxy: uri("sip:192.0.2.101"), instance: "urn:uuid:1".into(), number: 1 }),
        expires_s: 3600,
        account: None,
    })));
    let register = chart.says("REGISTER ");
    chart.receive(&register.answered("200 OK", "a", agreed));
    chart
}

fn phase(chart: &Chart) -> RegistrationPhase {
    chart.ua.registrations(chart.now)[0].phase
}

/// The next Binding request, its transaction, and how long it took.
fn asked(chart: &mut Chart) -> ([u8; 12], u64) {
    let begun = chart.at_ms();
    let at = (1..=60_000).find(|_| {
        chart.wait_ms(1);
        !chart.sent.is_empty()
    });
    at.expect("a request");
    let (at, request) = chart.sent.pop_front().expect("it is there");
    let octets = request.octets();
    assert_eq!((request.to.to_string().as_str(), octets.len(), &octets[..2]), (FAR, 20, &[0, 1][..]));
    (octets[8..].try_into().expect("12 octets"), at - begun)
}

#[test]
fn a_flow_over_udp_is_asked_every_24_to_29_seconds_and_given_up_after_seven_requests() {
    let mut chart = chart(AGREED);
    for _ in 0..3 {
        let (id, after_ms) = asked(&mut chart);
        assert!((24_000..=29_000).contains(&after_ms), "{after_ms} ms");
        chart.receive_octets(FAR, &binding(0x0101, &id, &mapped(5060)));
    }
    let (id, _) = asked(&mut chart);
    for wait_ms in [500, 1_000, 2_000, 4_000, 8_000, 16_000] {
        assert_eq!(asked(&mut chart), (id, wait_ms));
    }
    chart.wait_ms(7_999);
    assert_eq!((phase(&chart), chart.ua.counters().flows_lost), (RegistrationPhase::Registered, 0));
    chart.wait_ms(1);
    assert_eq!((phase(&chart), chart.ua.counters().flows_lost), (RegistrationPhase::Waiting, 1));
    chart.silent();
    chart.wait_ms(60_000);
    chart.says("REGISTER ");
}

#[test]
fn a_flow_that_is_seen_by_another_address_is_registered_anew_at_once() {
    let mut chart = chart(AGREED);
    let seen_as = |chart: &Chart| chart.ua.registrations(chart.now)[0].seen_as.map(|address| address.port());
    assert_eq!(seen_as(&chart), None);
    for port in [5060, 5060, 40_000] {
        let (id, _) = asked(&mut chart);
        chart.receive_octets(FAR, &binding(0x0101, &id, &mapped(port)));
    }
    let register = chart.says("REGISTER ");
    assert_eq!(register.header("CSeq"), "2 REGISTER");
    chart.receive(&register.answered("200 OK", "a", AGREED));
    assert_eq!(seen_as(&chart), None);
    // What is seen now counts from now on.
    for _ in 0..2 {
        let (id, _) = asked(&mut chart);
        chart.receive_octets(FAR, &binding(0x0101, &id, &mapped(40_000)));
    }
    assert_eq!(seen_as(&chart), Some(40_000));
    assert_eq!((phase(&chart), chart.ua.counters().flows_lost), (RegistrationPhase::Registered, 1));
}

#[test]
fn an_answer_counts_by_the_flow_that_has_asked_alone_and_an_error_ends_it() {
    let mut chart = chart(AGREED);
    let (id, _) = asked(&mut chart);
    chart.receive_octets("192.0.2.66:5060", &binding(0x0111, &id, &[]));
    chart.receive_octets(FAR, &binding(0x0111, &[0; 12], &[]));
    assert_eq!((phase(&chart), chart.ua.counters().responses_stray), (RegistrationPhase::Registered, 2));
    chart.receive_octets(FAR, &binding(0x0111, &id, &[]));
    assert_eq!(phase(&chart), RegistrationPhase::Waiting);
}

#[test]
fn a_flow_whose_end_cannot_be_reached_has_failed() {
    let mut chart = chart(AGREED);
    chart.ua.handle_unreachable(chart.now, 0, "192.0.2.66:5060".parse().expect("an address"));
    assert_eq!(phase(&chart), RegistrationPhase::Registered);
    chart.ua.handle_unreachable(chart.now, 0, FAR.parse().expect("an address"));
    assert_eq!(phase(&chart), RegistrationPhase::Waiting);
}

#[test]
fn a_registrar_that_wants_signs_of_life_more_often_gets_them_and_one_that_does_not_agree_none() {
    let mut often = chart(&format!("Flow-Timer: 10\n{AGREED}"));
    let (_, after_ms) = asked(&mut often);
    assert!((8_000..=10_000).contains(&after_ms), "{after_ms} ms");
    let mut never = chart("Expires: 3600\n");
    never.wait_ms(600_000);
    never.silent();
    let mut over = chart(AGREED);
    over.command(Command::Withdraw);
    over.sent.clear();
    over.wait_ms(100_000);
    assert!(over.sent.iter().all(|(_, said)| said.line().starts_with("REGISTER ")), "{:?}", over.sent);
}
