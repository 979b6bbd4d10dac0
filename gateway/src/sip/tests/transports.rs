//! Ways: connections, their deadlines, and what becomes of a request whose way fails (RFC 3261 18, RFC 3263 4.3).

use super::*;
use crate::sip::transport::connections::{
    CONNECTIONS_PER_ADDRESS_MAX, FIRST_MESSAGE_MAX, IDLE_MAX, MESSAGE_MAX, OPEN_MAX, STRANGERS_MAX, WAITING_MAX,
};

const UDP: usize = 0;
const TCP: usize = 1;
const TLS: usize = 2;

pub(super) fn listener(transport: Transport, address: &str) -> Listener {
    let address = address.parse().unwrap();
    Listener { transport, address, advertised: address }
}

/// UDP, TCP and TLS at 192.0.2.1.
fn chart() -> Chart {
    let local = vec![
        listener(Transport::Udp, "192.0.2.1:5060"),
        listener(Transport::Tcp, "192.0.2.1:5060"),
        listener(Transport::Tls, "192.0.2.1:5061"),
    ];
    Chart::with(EndpointConfig { local, ..config(1) })
}

pub(super) fn peer(number: u64) -> ConnectionId {
    ConnectionId::Accepted(number)
}

impl Chart {
    pub(super) fn stream(&mut self, connection: ConnectionId, event: StreamEvent) {
        self.ua.handle_stream(self.now, connection, self.standing, event);
        self.collect();
    }

    pub(super) fn connects(&mut self, connection: ConnectionId, listener: usize, remote: &str) {
        self.stream(connection, StreamEvent::Accepted { listener, remote: remote.parse().unwrap() });
    }

    fn octets(&mut self, connection: ConnectionId, octets: &[u8]) {
        self.stream(connection, StreamEvent::Octets(octets.to_vec()));
    }

    /// The next message over a connection.
    #[track_caller]
    pub(super) fn writes(&mut self, on: ConnectionId, begin: &str) -> Said {
        let asked = self.streams.pop_front();
        let Some((connection, StreamRequest::Write(octets))) = asked else { panic!("{asked:?} instead of {begin}") };
        assert_eq!(connection, on, "connection of {begin}");
        let said = Said { to: FAR.parse().unwrap(), text: String::from_utf8(octets).unwrap() };
        assert!(said.line().starts_with(begin), "{} instead of {begin}", said.line());
        said
    }

    /// A connection is to be opened: its name, to where, and who must be there.
    #[track_caller]
    fn opens(&mut self, listener: usize, remote: &str) -> (ConnectionId, String) {
        match self.streams.pop_front() {
            Some((id, StreamRequest::Open { listener: from, remote: to, domain })) => {
                assert_eq!((from, to), (listener, remote.parse().unwrap()));
                (id, domain.to_string())
            }
            other => panic!("{other:?} instead of a connection to {remote}"),
        }
    }

    #[track_caller]
    pub(super) fn closes(&mut self, connection: ConnectionId) {
        assert_eq!(self.streams.pop_front(), Some((connection, StreamRequest::Close)));
    }

    #[track_caller]
    fn fails(&mut self, failure: Failure) {
        assert!(matches!(self.tells(), Event::Failed { failure: told, .. } if told == failure));
    }

    fn call_to(&mut self, hop: &str) -> SessionId {
        self.call_with(hop, |_| {})
    }

    pub(super) fn call_with(&mut self, hop: &str, change: impl FnOnce(&mut NameAddr)) -> SessionId {
        let session = self.ua.next_session();
        let mut command = invite_command(session);
        if let Command::Invite(invitation) = &mut command {
            invitation.place.hop = Uri::parse(hop.as_bytes()).unwrap();
            change(&mut invitation.from);
        }
        self.command(command);
        session
    }
}

fn over_tcp(text: &str) -> Vec<u8> {
    datagram(&text.replace("SIP/2.0/UDP", "SIP/2.0/TCP"))
}

#[test]
fn a_call_over_tcp_is_answered_over_its_connection_and_its_transactions_leave_at_once() {
    let mut chart = chart();
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    let invite =
        over_tcp(&invite("z9hG4bK1", "1", SDP).replace("alice@192.0.2.101", "alice@192.0.2.101;transport=tcp"));
    let (first, second) = invite.split_at(100);
    chart.octets(peer(1), first);
    chart.tells_nothing();
    chart.octets(peer(1), second);
    let session = chart.tells_incoming().session;
    chart.writes(peer(1), "SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    let ok = chart.writes(peer(1), "SIP/2.0 200");
    assert_eq!(ok.header("Contact"), "<sip:192.0.2.1:5060;transport=tcp>");
    chart.octets(peer(1), &over_tcp(&in_dialog("ACK", "z9hG4bK2", "1", &ok.to_tag(), "")));
    chart.tells();
    chart.octets(peer(1), &over_tcp(&in_dialog("BYE", "z9hG4bK3", "2", &ok.to_tag(), "")));
    chart.writes(peer(1), "SIP/2.0 200");
    assert!(matches!(chart.tells(), Event::Ended { .. }));
    // J is zero; L, which waits for the INVITE's forks, is not.
    chart.wait_ms(1);
    assert_eq!(chart.ua.occupancy().transactions, 1);
    chart.silent();
}

#[test]
fn a_request_to_a_peer_over_tls_opens_a_connection_names_its_domain_and_is_not_repeated() {
    let mut chart = chart();
    let session = chart.call_to("sips:192.0.2.101");
    let (id, domain) = chart.opens(TLS, "192.0.2.101:5061");
    assert_eq!(domain, "192.0.2.101");
    chart.stream(id, StreamEvent::Opened);
    let invite = chart.writes(id, "INVITE");
    assert!(invite.header("Via").starts_with("SIP/2.0/TLS 192.0.2.1:5061;"), "{}", invite.header("Via"));
    chart.wait_ms(20_000);
    assert!(chart.streams.is_empty(), "timer A does not run: {:?}", chart.streams);
    chart.octets(id, &datagram(&invite.answered("486 Busy Here", "x", "")));
    chart.writes(id, "ACK");
    assert!(matches!(chart.tells(), Event::Refused { status: 486, session: of, .. } if of == session));
    chart.wait_ms(1);
    assert_eq!(chart.ua.occupancy().transactions, 0, "timer D is zero");
}

#[test]
fn requests_to_one_address_share_a_connection_and_wait_until_it_is_open() {
    let mut chart = chart();
    for _ in 0..WAITING_MAX {
        chart.call_to("sip:192.0.2.101;transport=tcp");
    }
    let (id, _) = chart.opens(TCP, "192.0.2.101:5060");
    assert!(chart.streams.is_empty());
    // One more than may wait has no way.
    chart.call_to("sip:192.0.2.101;transport=tcp");
    chart.fails(Failure::Unreachable);
    chart.stream(id, StreamEvent::Opened);
    assert_eq!(chart.streams.len(), WAITING_MAX);
}

#[test]
fn a_connection_that_does_not_open_is_a_transport_error_by_its_deadline() {
    for refused in [true, false] {
        let mut chart = chart();
        chart.call_to("sip:192.0.2.101;transport=tcp");
        let (id, _) = chart.opens(TCP, "192.0.2.101:5060");
        if refused {
            chart.stream(id, StreamEvent::Closed);
        } else {
            chart.wait_ms(u64::try_from(OPEN_MAX.as_millis()).unwrap());
            chart.closes(id);
        }
        chart.fails(Failure::Unreachable);
        assert_eq!(chart.ua.occupancy(), Occupancy::default());
    }
}

#[test]
fn a_request_on_a_connection_that_the_peer_had_just_closed_goes_over_a_new_one() {
    let mut chart = chart();
    chart.call_to("sip:192.0.2.101;transport=tcp");
    let (first, _) = chart.opens(TCP, "192.0.2.101:5060");
    chart.stream(first, StreamEvent::Opened);
    let invite = chart.writes(first, "INVITE");
    chart.octets(first, &datagram(&invite.answered("486 Busy Here", "x", "")));
    chart.writes(first, "ACK");
    chart.tells();
    chart.call_to("sip:192.0.2.101;transport=tcp");
    let lost = chart.writes(first, "INVITE");
    chart.stream(first, StreamEvent::Closed);
    let (second, _) = chart.opens(TCP, "192.0.2.101:5060");
    chart.stream(second, StreamEvent::Opened);
    let again = chart.writes(second, "INVITE");
    assert_ne!(again.header("Via"), lost.header("Via"));
    assert_eq!(again.header("Call-ID"), lost.header("Call-ID"));
    chart.stream(second, StreamEvent::Closed);
    chart.fails(Failure::Unreachable);
}

#[test]
fn a_response_whose_connection_is_gone_opens_one_to_where_the_via_says() {
    let mut chart = chart();
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    chart.octets(peer(1), &over_tcp(&invite("z9hG4bK1", "1", SDP).replace("192.0.2.101:5060", "192.0.2.101:5075")));
    let session = chart.tells_incoming().session;
    chart.writes(peer(1), "SIP/2.0 100");
    chart.stream(peer(1), StreamEvent::Closed);
    chart.command(Command::Refuse { session, status: 486, cause: None, retry_after_s: None });
    let (id, _) = chart.opens(TCP, "192.0.2.101:5075");
    chart.stream(id, StreamEvent::Opened);
    chart.writes(id, "SIP/2.0 486");
}

#[test]
fn an_alias_leads_back_over_the_peers_own_connection_and_not_to_another_host() {
    let mut chart = chart();
    let options = |sent_by: &str, cseq: &str| {
        let text = in_dialog("OPTIONS", &format!("z9hG4bK{cseq}"), cseq, "x", "").replace(";tag=x", "");
        over_tcp(&text.replace("192.0.2.101:5060;branch", &format!("{sent_by};alias;branch")))
    };
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    chart.octets(peer(1), &options("192.0.2.101:5062", "1"));
    chart.writes(peer(1), "SIP/2.0 200");
    chart.octets(peer(1), &options("192.0.2.102:5062", "2"));
    chart.writes(peer(1), "SIP/2.0 200");
    chart.call_to("sip:192.0.2.101:5062;transport=tcp");
    chart.writes(peer(1), "INVITE");
    chart.call_to("sip:192.0.2.102:5062;transport=tcp");
    chart.opens(TCP, "192.0.2.102:5062");
}

#[test]
fn a_ping_is_answered_by_a_pong() {
    let mut chart = chart();
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    chart.octets(peer(1), b"\r\n\r\n");
    assert_eq!(chart.streams.pop_front(), Some((peer(1), StreamRequest::Write(b"\r\n".to_vec()))));
}

#[test]
fn a_stream_that_makes_no_sense_is_told_why_and_closed() {
    let mut chart = chart();
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    let text = in_dialog("OPTIONS", "z9hG4bK1", "7", "x", "").replace('\n', "\r\n");
    chart.octets(peer(1), format!("{text}\r\n").as_bytes());
    let refusal = chart.writes(peer(1), "SIP/2.0 400");
    assert!(refusal.line().contains("Content-Length"), "{}", refusal.line());
    chart.closes(peer(1));
    assert_eq!(chart.ua.counters().streams_lost, 1);
    assert_eq!(chart.ua.occupancy(), Occupancy::default());
}

/// RFC 4475 3.1.2.3 and 3.3.9: where the next message begins nobody can tell.
#[test]
fn a_stream_whose_length_is_negative_or_told_twice_is_told_why_and_closed() {
    for length in ["-999", "5\nContent-Length: 7"] {
        let mut chart = chart();
        chart.connects(peer(1), TCP, "192.0.2.101:40000");
        let text = format!("{}Content-Length: {length}\n\nhello", in_dialog("OPTIONS", "z9hG4bK1", "7", "x", ""));
        chart.octets(peer(1), text.replace('\n', "\r\n").as_bytes());
        chart.writes(peer(1), "SIP/2.0 400");
        chart.closes(peer(1));
        assert_eq!(chart.ua.counters().streams_lost, 1, "{length}");
        assert_eq!(chart.ua.occupancy(), Occupancy::default());
    }
}

#[test]
fn a_slow_peer_is_closed_however_it_trickles() {
    let mut chart = chart();
    let options = over_tcp(&in_dialog("OPTIONS", "z9hG4bK1", "7", "x", "").replace(";tag=x", ""));
    let (first, most) = (FIRST_MESSAGE_MAX.as_secs(), MESSAGE_MAX.as_secs());
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    for octet in options[..usize::try_from(first).unwrap()].chunks(1) {
        chart.octets(peer(1), octet);
        chart.wait_ms(1_000);
    }
    chart.closes(peer(1));
    chart.connects(peer(2), TCP, "192.0.2.101:40001");
    chart.octets(peer(2), &options);
    chart.writes(peer(2), "SIP/2.0 200");
    chart.wait_ms(1_000);
    for octet in options[..usize::try_from(most).unwrap()].chunks(1) {
        chart.octets(peer(2), octet);
        chart.wait_ms(1_000);
    }
    chart.closes(peer(2));
    assert_eq!(chart.ua.counters().connections_expired, 2);
}

#[test]
fn a_connection_without_a_sign_of_life_is_closed() {
    let mut chart = chart();
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    chart.octets(peer(1), b"\r\n\r\n");
    chart.streams.clear();
    chart.wait_ms(u64::try_from(IDLE_MAX.as_millis()).unwrap() - 1);
    assert!(chart.streams.is_empty());
    chart.wait_ms(1);
    chart.closes(peer(1));
    chart.ends_empty();
}

#[test]
fn one_address_may_begin_so_many_connections_and_no_more() {
    let mut chart = chart();
    for number in 0..u64::try_from(CONNECTIONS_PER_ADDRESS_MAX).unwrap() {
        chart.connects(peer(number), TCP, &format!("192.0.2.101:{}", 10_000 + number));
    }
    assert!(chart.streams.is_empty());
    chart.connects(peer(9_999), TCP, "192.0.2.101:9999");
    chart.closes(peer(9_999));
    chart.connects(peer(10_000), TCP, "192.0.2.102:9999");
    assert!(chart.streams.is_empty());
    chart.stream(peer(0), StreamEvent::Closed);
    chart.connects(peer(10_001), TCP, "192.0.2.101:9998");
    assert!(chart.streams.is_empty());
}

#[test]
fn strangers_leave_room_for_the_connections_of_peers() {
    let mut chart = Chart { standing: Standing::Unproven, ..chart() };
    let from = |number: u64| format!("198.51.100.{}:{}", number / 500, 10_000 + number);
    for number in 0..u64::try_from(STRANGERS_MAX).unwrap() {
        chart.connects(peer(number), TCP, &from(number));
    }
    chart.connects(peer(5_000), TCP, "203.0.113.9:5060");
    chart.closes(peer(5_000));
    assert_eq!(chart.ua.counters().connections_refused, 1);
    chart.standing = Standing::Peer;
    chart.connects(peer(5_001), TCP, "192.0.2.101:5060");
    assert!(chart.streams.is_empty());
    // Those that say nothing are gone in ten seconds.
    chart.wait_ms(10_000);
    assert_eq!(chart.ua.occupancy().connections, 0);
}

#[test]
fn a_long_request_goes_over_tcp_and_over_udp_where_nobody_listens() {
    let mut chart = chart();
    chart.call_with(&format!("sip:{FAR}"), |from| *from = from.clone().named("x".repeat(1_000)));
    let (id, _) = chart.opens(TCP, FAR);
    chart.stream(id, StreamEvent::Closed);
    let invite = chart.says("INVITE");
    assert!(invite.header("Via").starts_with("SIP/2.0/UDP 192.0.2.1:5060;"));
    assert!(invite.text.len() > 1_300);
    let mut chart = self::chart();
    chart.call_with(&format!("sip:{FAR}"), |from| *from = from.clone().named("x".repeat(1_000)));
    let (id, _) = chart.opens(TCP, FAR);
    chart.stream(id, StreamEvent::Opened);
    let invite = chart.writes(id, "INVITE");
    assert!(invite.header("Via").starts_with("SIP/2.0/TCP 192.0.2.1:5060;"));
    chart.silent();
}

#[test]
fn an_icmp_error_is_a_transport_error_of_what_has_no_answer() {
    let mut chart = Chart::new();
    let (_, first) = chart.call();
    chart.receive(&first.answered("180 Ringing", "a", ""));
    chart.tells();
    let (second, _) = chart.call();
    chart.ua.handle_unreachable(chart.now, UDP, FAR.parse().unwrap());
    chart.collect();
    assert_eq!(chart.tells(), Event::Failed { session: second, failure: Failure::Unreachable });
    chart.tells_nothing();
}

/// Two servers of one name, tried in this order.
fn located(chart: &mut Chart) -> SessionId {
    let session = chart.call_to("sip:pbx.example.com:5060");
    chart.silent();
    let both = ["192.0.2.101", "192.0.2.102"].map(|address| address.parse().unwrap());
    chart.resolves(Question::Addresses("pbx.example.com".into()), Records::Addresses(both.to_vec()));
    session
}

#[test]
fn an_invite_to_a_name_goes_on_to_the_next_server_after_503_silence_or_a_broken_way() {
    for how in ["503", "silence", "icmp"] {
        let mut chart = Chart::new();
        let session = located(&mut chart);
        let first = chart.says("INVITE");
        assert_eq!(first.to.to_string(), "192.0.2.101:5060");
        match how {
            "503" => {
                chart.receive(&first.answered("503 Service Unavailable", "x", ""));
                chart.says("ACK");
            }
            "icmp" => {
                chart.ua.handle_unreachable(chart.now, UDP, FAR.parse().unwrap());
                chart.collect();
            }
            _ => {
                chart.wait_ms(32_000);
                (0..6).for_each(|_| drop(chart.says("INVITE")));
            }
        }
        let second = chart.says("INVITE");
        assert_eq!(second.to.to_string(), "192.0.2.102:5060", "{how}");
        let same = |name: &str| assert_eq!(first.header(name), second.header(name), "{how}");
        ["Call-ID", "From", "To", "CSeq"].into_iter().for_each(same);
        assert_ne!(first.header("Via"), second.header("Via"), "{how}");
        chart.tells_nothing();
        chart.receive(&second.answered("503 Service Unavailable", "y", ""));
        chart.says("ACK");
        assert!(matches!(chart.tells(), Event::Refused { status: 503, session: of, .. } if of == session), "{how}");
    }
}

#[test]
fn cancel_waits_for_the_second_server_and_a_cancelled_call_tries_no_other() {
    let mut chart = Chart::new();
    let session = located(&mut chart);
    let first = chart.says("INVITE");
    chart.receive(&first.answered("100 Trying", "", ""));
    chart.receive(&first.answered("503 Service Unavailable", "x", ""));
    chart.says("ACK");
    let second = chart.says("INVITE");
    chart.command(Command::Cancel { session, cause: None });
    chart.silent();
    chart.receive(&second.answered("100 Trying", "", ""));
    let cancel = chart.says("CANCEL");
    assert_eq!(cancel.to.to_string(), "192.0.2.102:5060");
    assert_eq!(cancel.header("Via"), second.header("Via"));
    let mut chart = Chart::new();
    let session = located(&mut chart);
    let first = chart.says("INVITE");
    chart.command(Command::Cancel { session, cause: None });
    chart.receive(&first.answered("503 Service Unavailable", "x", ""));
    chart.says("ACK");
    assert!(matches!(chart.tells(), Event::Refused { status: 503, .. }));
    chart.silent();
}

#[test]
fn a_call_to_a_name_without_servers_fails_and_one_that_is_given_up_meanwhile_ends() {
    let mut chart = Chart::new();
    chart.call_to("sip:nowhere.example.com:5060");
    chart.resolves(Question::Addresses("nowhere.example.com".into()), Records::Addresses(Vec::new()));
    chart.fails(Failure::Unreachable);
    let session = chart.call_to("sip:slow.example.com:5060");
    chart.command(Command::Cancel { session, cause: None });
    assert_eq!(chart.tells(), Event::Ended { session, cause: None });
    let found = Records::Addresses(vec!["192.0.2.101".parse().unwrap()]);
    chart.resolves(Question::Addresses("slow.example.com".into()), found);
    chart.ends_empty();
}

#[test]
fn a_next_hop_by_a_transport_that_we_do_not_have_cannot_be_reached() {
    for hop in ["sip:192.0.2.101;transport=tcp", "sips:192.0.2.101", "sip:[2001:db8::1]", "sips:example.com"] {
        let mut chart = Chart::new();
        chart.call_to(hop);
        chart.fails(Failure::Unreachable);
        chart.ends_empty();
    }
}

#[test]
fn a_request_in_a_dialog_returns_by_its_connection_when_its_contact_cannot_be_reached() {
    let mut chart = chart();
    chart.connects(peer(1), TCP, "192.0.2.101:40000");
    chart.octets(
        peer(1),
        &over_tcp(&invite("z9hG4bK1", "1", SDP).replace("alice@192.0.2.101", "a@10.0.0.1;transport=tcp")),
    );
    let session = chart.tells_incoming().session;
    chart.writes(peer(1), "SIP/2.0 100");
    chart.command(Command::Accept { session, answer: description() });
    let tag = chart.writes(peer(1), "SIP/2.0 200").to_tag();
    chart.octets(peer(1), &over_tcp(&in_dialog("ACK", "z9hG4bK2", "1", &tag, "")));
    chart.command(Command::Bye { session, cause: None });
    let (id, _) = chart.opens(TCP, "10.0.0.1:5060");
    chart.stream(id, StreamEvent::Closed);
    chart.writes(peer(1), "BYE sip:a@10.0.0.1;transport=tcp");
}

#[test]
fn an_ipv6_peer_is_called_from_the_listener_of_its_kind() {
    let local = vec![listener(Transport::Udp, "192.0.2.1:5060"), listener(Transport::Udp, "[2001:db8::1]:5060")];
    let mut chart = Chart::with(EndpointConfig { local, ..config(1) });
    chart.call_to("sip:[2001:db8::5]:5080");
    let invite = chart.says("INVITE");
    assert_eq!(invite.to.to_string(), "[2001:db8::5]:5080");
    assert!(invite.header("Via").starts_with("SIP/2.0/UDP [2001:db8::1]:5060;"));
    assert_eq!(invite.header("Contact"), "<sip:[2001:db8::1]:5060>");
}
