//! Flows that we register and keep alive: RFC 5626 4.2 to 4.5.

use super::transports::listener;
use super::*;
use crate::sip::transport::connections::PONG_MAX;
use crate::sip::{ContactOf, OurFlow, RegistrationConfig, RegistrationPhase};

const PING: &[u8] = b"\r\n\r\n";
const AGREED: &str = "Require: outbound\nFlow-Timer: 60\nExpires: 3600\n";

fn flow(number: u32, proxy: &str) -> Command {
    let uri = |text: &str| Uri::parse(text.as_bytes()).expect("a URI");
    Command::Register(Box::new(RegistrationConfig {
        registrar: uri("sip:biloxi.example.com"),
        address: uri("sip:bob@biloxi.example.com"),
        contact: ContactOf::User("100".into()),
        flow: Some(OurFlow { proxy: uri(proxy), instance: "urn:uuid:1".into(), number }),
        expires_s: 3600,
        account: None,
    }))
}

/// Two flows over TCP to two proxies; the connection of the first, and its REGISTER.
fn chart() -> (Chart, ConnectionId, Said) {
    let local = vec![listener(Transport::Tcp, "192.0.2.1:5060")];
    let mut chart = Chart::with(EndpointConfig { local, ..config(1) });
    let open = |chart: &mut Chart, number: u32, proxy: &str| {
        chart.command(flow(number, proxy));
        let Some((id, StreamRequest::Open { .. })) = chart.streams.pop_front() else { panic!("no connection") };
        chart.stream(id, StreamEvent::Opened);
        (id, chart.writes(id, "REGISTER sip:biloxi.example.com "))
    };
    let (first, register) = open(&mut chart, 1, "sip:192.0.2.101;transport=tcp");
    let (second, other) = open(&mut chart, 2, "sip:192.0.2.102;transport=tcp");
    assert_ne!((first, register.header("Call-ID")), (second, other.header("Call-ID")));
    assert_eq!(register.header("Route"), "<sip:192.0.2.101;transport=tcp;lr>");
    assert_eq!(register.header("Supported"), "path, outbound");
    let contact = |number: u32| {
        format!("<sip:100@192.0.2.1:5060;transport=tcp>;expires=3600;reg-id={number};+sip.instance=\"<urn:uuid:1>\"")
    };
    assert_eq!([register.header("Contact"), other.header("Contact")], [contact(1), contact(2)]);
    (chart, first, register)
}

fn answer(chart: &mut Chart, on: ConnectionId, register: &Said, rest: &str) {
    chart.stream(on, StreamEvent::Octets(datagram(&register.answered("200 OK", "a", rest))));
}

fn phase(chart: &Chart) -> RegistrationPhase {
    chart.ua.registrations(chart.now)[0].phase
}

/// The seconds until the next ping on that connection.
fn pinged(chart: &mut Chart, on: ConnectionId) -> u64 {
    let ping = (on, StreamRequest::Write(PING.to_vec()));
    (1..100)
        .find(|_| {
            chart.wait_ms(1_000);
            // The other flow has its own to say.
            chart.streams.drain(..).filter(|asked| *asked == ping).count() == 1
        })
        .expect("a ping")
}

#[test]
fn a_flow_is_pinged_as_the_registrar_wants_and_begun_anew_when_nobody_answers() {
    let (mut chart, on, register) = chart();
    answer(&mut chart, on, &register, AGREED);
    for _ in 0..3 {
        let waited_s = pinged(&mut chart, on);
        assert!((48..=60).contains(&waited_s), "a fifth less than a minute at most: {waited_s} s");
        chart.stream(on, StreamEvent::Octets(b"\r\n".to_vec()));
    }
    assert_eq!(phase(&chart), RegistrationPhase::Registered);
    pinged(&mut chart, on);
    chart.wait_ms(PONG_MAX.as_millis() as u64);
    assert!(chart.streams.contains(&(on, StreamRequest::Close)), "{:?}", chart.streams);
    assert_eq!(phase(&chart), RegistrationPhase::Waiting);
    chart.streams.clear();
    chart.wait_ms(60_000);
    assert!(matches!(chart.streams.front(), Some((_, StreamRequest::Open { .. }))), "{:?}", chart.streams);
}

#[test]
fn a_flow_whose_connection_ends_is_begun_anew_and_its_sibling_stays() {
    let (mut chart, on, register) = chart();
    answer(&mut chart, on, &register, AGREED);
    chart.stream(on, StreamEvent::Closed);
    let phases: Vec<_> = chart.ua.registrations(chart.now).iter().map(|it| (it.flow, it.phase)).collect();
    let expected = [(Some(1), RegistrationPhase::Waiting), (Some(2), RegistrationPhase::Registering)];
    assert_eq!(phases, expected);
}

#[test]
fn what_the_registrar_does_not_agree_to_is_not_kept_alive() {
    let (mut chart, on, register) = chart();
    answer(&mut chart, on, &register, "Expires: 3600\n");
    chart.wait_ms(20_000);
    chart.streams.clear();
    chart.stream(on, StreamEvent::Closed);
    assert_eq!(phase(&chart), RegistrationPhase::Registered, "the address leads to where we listen");
}

#[test]
fn a_lone_line_end_is_no_message_that_must_become_whole() {
    let (mut chart, on, register) = chart();
    answer(&mut chart, on, &register, "Expires: 3600\n");
    chart.stream(on, StreamEvent::Octets(b"\r\n".to_vec()));
    chart.wait_ms(20_000);
    assert!(!chart.streams.contains(&(on, StreamRequest::Close)), "{:?}", chart.streams);
}
