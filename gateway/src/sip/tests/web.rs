//! WebSocket, RFC 7118: who registers over a connection is called over it, for there is no other way.

use super::registrar::{PASSWORD, access, answer, authorization, challenges, request};
use super::transports::{listener, peer};
use super::*;
use crate::sip::transport::connections::{FIRST_MESSAGE_MAX, IDLE_MAX};

const WS: usize = 1;
const WSS: usize = 2;
const BROWSER: &str = "198.51.100.7:50123";
const CONTACT: &str = "Contact: <sip:k3j@df7jal23ls0d.invalid;transport=ws>\n";

/// UDP, WebSocket and WebSocket over TLS at 192.0.2.1, and alice, who may be bound to two contacts.
fn chart() -> Chart {
    let local = vec![
        listener(Transport::Udp, "192.0.2.1:5060"),
        listener(Transport::Ws, "192.0.2.1:80"),
        listener(Transport::Wss, "192.0.2.1:443"),
    ];
    Chart::with(EndpointConfig { local, access: access(), ..config(1) })
}

impl Chart {
    /// A whole message, as browsers write them: without Content-Length where there is no body.
    fn message(&mut self, connection: ConnectionId, text: &str) {
        let text =
            text.replace("SIP/2.0/UDP 192.0.2.101:5060", "SIP/2.0/WS df7jal23ls0d.invalid").replace('\n', "\r\n");
        let end = if text.contains("\r\n\r\n") { "" } else { "\r\n" };
        self.stream(connection, StreamEvent::Message(format!("{text}{end}").into_bytes()));
    }

    /// alice's browser connects and registers.
    fn browser(&mut self, connection: ConnectionId, listener: usize) {
        self.connects(connection, listener, BROWSER);
        let [first, second] = [format!("{connection}a"), format!("{connection}b")].map(|it| it.replace(' ', ""));
        self.message(connection, &request("REGISTER", &first, 1, CONTACT));
        let mut proof = answer(&challenges(&self.writes(connection, "SIP/2.0 401 ")), "alice", PASSWORD);
        let shown = authorization("REGISTER", &mut proof);
        self.message(connection, &request("REGISTER", &second, 2, &format!("{shown}{CONTACT}")));
        self.writes(connection, "SIP/2.0 200 ");
    }

    /// A call to where alice is bound.
    fn calls_alice(&mut self) -> SessionId {
        let binding = self.ua.bindings(self.now, b"alice").remove(0);
        let session = self.ua.next_session();
        let mut command = invite_command(session);
        if let Command::Invite(invitation) = &mut command {
            invitation.place = Place::at(binding.contact, binding.hop);
        }
        self.command(command);
        session
    }
}

#[test]
fn a_browser_registers_and_is_called_and_left_by_its_connection() {
    for (listener, via) in [(WS, "SIP/2.0/WS 192.0.2.1:80;"), (WSS, "SIP/2.0/WSS 192.0.2.1:443;")] {
        let mut chart = chart();
        chart.browser(peer(1), listener);
        let session = chart.calls_alice();
        let invite = chart.writes(peer(1), "INVITE sip:k3j@df7jal23ls0d.invalid;transport=ws ");
        assert!(invite.header("Via").starts_with(via), "{}", invite.header("Via"));
        assert!(invite.header("Contact").ends_with(";transport=ws>"), "{}", invite.header("Contact"));
        chart.message(peer(1), &invite.answered("200 OK", "b", &format!("{CONTACT}{}", typed(SDP))));
        assert!(matches!(chart.tells(), Event::Answered { .. }));
        chart.writes(peer(1), "ACK ");
        chart.command(Command::Bye { session, cause: None });
        let bye = chart.writes(peer(1), "BYE sip:k3j@df7jal23ls0d.invalid;transport=ws ");
        chart.message(peer(1), &bye.answered("200 OK", "b", ""));
        assert!(matches!(chart.tells(), Event::Ended { .. }));
        chart.silent();
        assert!(chart.asked.is_empty(), "a name that leads nowhere is not asked for: {:?}", chart.asked);
    }
}

#[test]
fn a_call_of_a_browser_is_answered_and_ended_by_its_connection() {
    let mut chart = chart();
    chart.connects(peer(1), WS, BROWSER);
    let nowhere = |text: String| text.replace("<sip:alice@192.0.2.101>", "<sip:k3j@df7jal23ls0d.invalid;transport=ws>");
    chart.message(peer(1), &nowhere(invite("z9hG4bK1", "1", SDP)));
    let session = chart.tells_incoming().session;
    chart.writes(peer(1), "SIP/2.0 100 ");
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.writes(peer(1), "SIP/2.0 200 ").to_tag();
    chart.message(peer(1), &in_dialog("ACK", "z9hG4bK2", "1", &tag, ""));
    chart.tells();
    chart.command(Command::Bye { session, cause: None });
    chart.writes(peer(1), "BYE sip:k3j@df7jal23ls0d.invalid;transport=ws ");
    assert!(chart.asked.is_empty());
}

#[test]
fn a_user_is_bound_no_longer_than_the_connection_it_came_by() {
    let mut chart = chart();
    chart.browser(peer(1), WS);
    chart.registered.clear();
    chart.stream(peer(1), StreamEvent::Closed);
    assert_eq!(chart.contacts(), [""; 0]);
    let told = chart.registered.pop_front();
    assert_eq!(told, Some(("alice".into(), Vec::new())), "the journal hears of it");
    chart.wait_ms(70_000);
    // Another browser at the same address is not called in its stead, and the first one may come again.
    chart.browser(peer(2), WS);
    chart.calls_alice();
    chart.writes(peer(2), "INVITE ");
}

#[test]
fn nobody_connects_to_a_browser_that_is_gone() {
    let mut chart = chart();
    chart.browser(peer(1), WS);
    let hop = chart.ua.bindings(chart.now, b"alice").remove(0).hop;
    chart.stream(peer(1), StreamEvent::Closed);
    chart.call_with(hop.to_string().as_str(), |_| {});
    // The world has no such connection and says so.
    let Some((opened, StreamRequest::Open { .. })) = chart.streams.pop_front() else {
        panic!("no connection asked for")
    };
    chart.stream(opened, StreamEvent::Closed);
    assert!(matches!(chart.tells(), Event::Failed { failure: Failure::Unreachable, .. }));
}

#[test]
fn a_connection_lives_as_long_as_its_peer_answers_and_ends_if_nothing_is_said_on_it() {
    let mut chart = chart();
    chart.browser(peer(1), WS);
    for sign in [StreamEvent::Alive, StreamEvent::Message(b"\r\n".to_vec()), StreamEvent::Alive] {
        chart.wait_ms(IDLE_MAX.as_millis() as u64 - 1);
        chart.stream(peer(1), sign);
        assert!(chart.streams.is_empty());
    }
    chart.stream(peer(1), StreamEvent::Message(b"\r\n\r\n".to_vec()));
    assert_eq!(chart.streams.pop_front(), Some((peer(1), StreamRequest::Write(b"\r\n".to_vec()))));
    chart.wait_ms(IDLE_MAX.as_millis() as u64);
    chart.closes(peer(1));
    // Signs of life without a message are not enough.
    chart.connects(peer(2), WS, BROWSER);
    chart.stream(peer(2), StreamEvent::Alive);
    chart.stream(peer(2), StreamEvent::Message(b"\r\n".to_vec()));
    chart.wait_ms(FIRST_MESSAGE_MAX.as_millis() as u64);
    chart.closes(peer(2));
    assert_eq!(chart.ua.occupancy().connections, 0);
}

#[test]
fn a_telephone_behind_address_translation_is_called_over_its_connection_by_tls() {
    let mut chart = Chart::with(EndpointConfig {
        local: vec![listener(Transport::Tls, "192.0.2.1:5061")],
        access: access(),
        ..config(1)
    });
    let contact = "Contact: <sip:alice@10.0.0.5:5061;transport=tls>\n";
    chart.connects(peer(1), 0, BROWSER);
    let say = |chart: &mut Chart, text: String| {
        chart.stream(peer(1), StreamEvent::Octets(datagram(&text.replace("SIP/2.0/UDP", "SIP/2.0/TLS"))));
    };
    say(&mut chart, request("REGISTER", "1", 1, contact));
    let mut proof = answer(&challenges(&chart.writes(peer(1), "SIP/2.0 401 ")), "alice", PASSWORD);
    let shown = authorization("REGISTER", &mut proof);
    say(&mut chart, request("REGISTER", "2", 2, &format!("{shown}{contact}")));
    chart.writes(peer(1), "SIP/2.0 200 ");
    chart.calls_alice();
    chart.writes(peer(1), "INVITE sip:alice@10.0.0.5:5061;transport=tls ");
}
