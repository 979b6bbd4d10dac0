//! The four machines on virtual time: one test for each timer of RFC 3261 table 4 and RFC 6026.

use super::super::message::Message;
use super::super::method::Method;
use super::super::tests::begin;
use super::super::timer::Timers;
use super::super::transport::Transport;
use super::invite_server::AckFor;
use super::*;
use std::time::Duration;

const REQUEST: &str = "INVITE sip:bob@biloxi.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74bf9\r\nMax-Forwards: 70\r\n\
    Route: <sip:192.0.2.9;lr>\r\nFrom: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\nTo: Bob <sip:bob@biloxi.example.com>\r\n\
    Call-ID: 3848276298220188511@atlanta.example.com\r\nCSeq: 7 INVITE\r\nContent-Length: 0\r\n\r\n";

fn pace() -> Pace {
    Pace::new(Timers::default(), Transport::Udp)
}

fn response(status: u16) -> Message {
    let text = format!(
        "SIP/2.0 {status} x\r\nTo: Bob <sip:bob@biloxi.example.com>;tag=8321234356\r\nContent-Length: 0\r\n\r\n"
    );
    Message::parse(text.as_bytes()).unwrap()
}

fn ms(begin: Instant, at: Instant) -> u64 {
    u64::try_from((at - begin).as_millis()).unwrap()
}

/// When the machine sends, and how it ends: `(ms, "sends" | "gives up")`.
fn chart(
    begin: Instant,
    mut next: impl FnMut(Option<Instant>) -> (Option<Instant>, Expiry),
) -> Vec<(u64, &'static str)> {
    let mut log = Vec::new();
    let (mut at, _) = next(None);
    while let Some(due) = at {
        let (following, expiry) = next(Some(due));
        match expiry {
            Expiry::Nothing => {}
            Expiry::Send(_) => log.push((ms(begin, due), "sends")),
            Expiry::TimedOut => log.push((ms(begin, due), "gives up")),
        }
        at = following;
    }
    log
}

fn invite_client_chart(begin: Instant, machine: &mut InviteClient) -> Vec<(u64, &'static str)> {
    chart(begin, |due| {
        let expiry = due.map_or(Expiry::Nothing, |due| machine.handle_timeout(due));
        (machine.poll_timeout(), expiry)
    })
}

fn client_chart(begin: Instant, machine: &mut NonInviteClient) -> Vec<(u64, &'static str)> {
    chart(begin, |due| {
        let expiry = due.map_or(Expiry::Nothing, |due| machine.handle_timeout(due, &pace()));
        (machine.poll_timeout(), expiry)
    })
}

fn invite_server_chart(begin: Instant, machine: &mut InviteServer) -> Vec<(u64, &'static str)> {
    chart(begin, |due| {
        let expiry = due.map_or(Expiry::Nothing, |due| machine.handle_timeout(due, &pace()));
        (machine.poll_timeout(), expiry)
    })
}

#[test]
fn timer_a_doubles_without_limit_and_timer_b_gives_up_at_64_t1() {
    let begin = begin();
    let mut machine = InviteClient::new(begin, &pace(), REQUEST.into());
    let sends = [500, 1500, 3500, 7500, 15_500, 31_500].map(|ms| (ms, "sends"));
    assert_eq!(invite_client_chart(begin, &mut machine), [&sends[..], &[(32_000, "gives up")]].concat());
    assert!(machine.is_terminated());
}

#[test]
fn a_provisional_response_stops_timers_a_and_b() {
    let begin = begin();
    let mut machine = InviteClient::new(begin, &pace(), REQUEST.into());
    assert_eq!(machine.handle_response(begin, &pace(), &response(100)), Reaction::Pass);
    assert_eq!(machine.handle_response(begin, &pace(), &response(180)), Reaction::Pass);
    assert_eq!(machine.poll_timeout(), None);
}

#[test]
fn timer_d_absorbs_refusals_for_32_s_and_each_gets_the_same_ack() {
    let begin = begin();
    let mut machine = InviteClient::new(begin, &pace(), REQUEST.into());
    let Reaction::SendAndPass(ack) = machine.handle_response(begin, &pace(), &response(486)) else { panic!("no ACK") };
    let expected = "ACK sip:bob@biloxi.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74bf9\r\nMax-Forwards: 70\r\n\
        Route: <sip:192.0.2.9;lr>\r\nFrom: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n\
        To: Bob <sip:bob@biloxi.example.com>;tag=8321234356\r\nCall-ID: 3848276298220188511@atlanta.example.com\r\n\
        CSeq: 7 ACK\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&ack), expected);
    let later = begin + Duration::from_secs(31);
    assert_eq!(machine.handle_response(later, &pace(), &response(486)), Reaction::Send(ack));
    assert_eq!(machine.handle_response(later, &pace(), &response(200)), Reaction::Ignore);
    assert_eq!(machine.poll_timeout(), Some(begin + Duration::from_secs(32)));
    assert_eq!(invite_client_chart(begin, &mut machine), []);
    assert!(machine.is_terminated());
}

#[test]
fn timer_m_lets_2xx_pass_for_64_t1() {
    let begin = begin();
    let mut machine = InviteClient::new(begin, &pace(), REQUEST.into());
    assert_eq!(machine.handle_response(begin, &pace(), &response(200)), Reaction::Pass);
    assert_eq!(machine.handle_response(begin, &pace(), &response(200)), Reaction::Pass);
    assert_eq!(machine.handle_response(begin, &pace(), &response(486)), Reaction::Ignore);
    assert_eq!(machine.poll_timeout(), Some(begin + Duration::from_secs(32)));
    assert_eq!(invite_client_chart(begin, &mut machine), []);
    assert!(machine.is_terminated());
}

#[test]
fn timer_e_doubles_up_to_t2_and_timer_f_gives_up_at_64_t1() {
    let begin = begin();
    let mut machine = NonInviteClient::new(begin, &pace(), b"BYE".into());
    let sends = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map(|ms| (ms, "sends"));
    assert_eq!(client_chart(begin, &mut machine), [&sends[..], &[(32_000, "gives up")]].concat());
}

#[test]
fn timer_e_runs_at_t2_after_a_provisional_response() {
    let begin = begin();
    let mut machine = NonInviteClient::new(begin, &pace(), b"BYE".into());
    assert_eq!(machine.handle_response(begin, &pace(), 100), Reaction::Pass);
    let sends = [500, 4500, 8500, 12_500, 16_500, 20_500, 24_500, 28_500].map(|ms| (ms, "sends"));
    assert_eq!(client_chart(begin, &mut machine), [&sends[..], &[(32_000, "gives up")]].concat());
}

#[test]
fn timer_k_absorbs_repeated_final_responses_for_t4() {
    let begin = begin();
    let mut machine = NonInviteClient::new(begin, &pace(), b"BYE".into());
    assert_eq!(machine.handle_response(begin, &pace(), 200), Reaction::Pass);
    assert_eq!(machine.handle_response(begin, &pace(), 200), Reaction::Ignore);
    assert_eq!(machine.poll_timeout(), Some(begin + Duration::from_secs(5)));
    assert_eq!(client_chart(begin, &mut machine), []);
    assert!(machine.is_terminated());
}

#[test]
fn timer_g_repeats_a_refusal_up_to_t2_and_timer_h_gives_up_at_64_t1() {
    let begin = begin();
    let mut machine = InviteServer::new();
    assert!(machine.respond(begin, &pace(), 486, b"486"));
    assert!(!machine.respond(begin, &pace(), 200, b"200"));
    let sends = [500, 1500, 3500, 7500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500].map(|ms| (ms, "sends"));
    assert_eq!(invite_server_chart(begin, &mut machine), [&sends[..], &[(32_000, "gives up")]].concat());
}

#[test]
fn timer_i_absorbs_repeated_acks_for_t4() {
    let begin = begin();
    let mut machine = InviteServer::new();
    machine.respond(begin, &pace(), 486, b"486");
    assert_eq!(machine.handle_ack(begin, &pace()), AckFor::Transaction);
    assert_eq!(machine.handle_ack(begin, &pace()), AckFor::Transaction);
    assert_eq!(machine.handle_repetition(), None);
    assert_eq!(machine.poll_timeout(), Some(begin + Duration::from_secs(5)));
    assert_eq!(invite_server_chart(begin, &mut machine), []);
    assert!(machine.is_terminated());
}

#[test]
fn timer_l_absorbs_repeated_invites_for_64_t1_and_acks_pass() {
    let begin = begin();
    let mut machine = InviteServer::new();
    machine.respond(begin, &pace(), 180, b"180");
    assert_eq!(machine.handle_repetition(), Some(&b"180"[..]));
    machine.respond(begin, &pace(), 200, b"200");
    assert_eq!(machine.handle_repetition(), None);
    assert_eq!(machine.handle_ack(begin, &pace()), AckFor::Session);
    assert_eq!(machine.poll_timeout(), Some(begin + Duration::from_secs(32)));
    assert_eq!(invite_server_chart(begin, &mut machine), []);
    assert!(machine.is_terminated());
}

#[test]
fn timer_j_answers_repeated_requests_for_64_t1() {
    let begin = begin();
    let mut machine = NonInviteServer::new();
    assert_eq!(machine.handle_repetition(), None);
    assert!(machine.respond(begin, &pace(), b"200"));
    assert!(!machine.respond(begin, &pace(), b"481"));
    assert_eq!(machine.handle_repetition(), Some(&b"200"[..]));
    let end = begin + Duration::from_secs(32);
    assert_eq!(machine.poll_timeout(), Some(end));
    machine.handle_timeout(end);
    assert!(machine.is_terminated());
}

#[test]
fn a_cancel_has_the_invites_branch_and_route() {
    let expected = "CANCEL sip:bob@biloxi.example.com SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK74bf9\r\nMax-Forwards: 70\r\n\
        Route: <sip:192.0.2.9;lr>\r\nFrom: Alice <sip:alice@atlanta.example.com>;tag=9fxced76sl\r\n\
        To: Bob <sip:bob@biloxi.example.com>\r\nCall-ID: 3848276298220188511@atlanta.example.com\r\n\
        CSeq: 7 CANCEL\r\nReason: Q.850;cause=16\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(String::from_utf8_lossy(&invite_client::cancel(REQUEST.as_bytes(), Some(16))), expected);
}

#[test]
fn keys_tell_transactions_apart_as_17_2_3_says() {
    let key = |text: &str, method| matching::key(&Message::parse(text.as_bytes()).unwrap(), method);
    let base = key(REQUEST, Method::Invite);
    assert_eq!(
        base,
        key(&REQUEST.replace("CSeq: 7 INVITE", "CSeq: 7 ACK"), Method::Invite),
        "the ACK finds the INVITE"
    );
    assert_ne!(base, key(REQUEST, Method::Cancel));
    assert_ne!(base, key(&REQUEST.replace("74bf9", "74bf8"), Method::Invite));
    assert_ne!(base, key(&REQUEST.replace("192.0.2.1;", "192.0.2.2;"), Method::Invite), "sent-by counts");
    assert_ne!(base, key(&REQUEST.replace("192.0.2.1;", "192.0.2.1:5061;"), Method::Invite));
    let old = REQUEST.replace("z9hG4bK74bf9", "1");
    let old_key = key(&old, Method::Invite);
    assert_eq!(old_key, key(&old.replace("com>\r\nCall-ID", "com>;tag=x\r\nCall-ID"), Method::Invite));
    for (from, to) in
        [("CSeq: 7", "CSeq: 8"), ("9fxced76sl", "other"), ("3848276298220188511", "other"), ("branch=1", "branch=2")]
    {
        assert_ne!(old_key, key(&old.replace(from, to), Method::Invite), "{from}");
    }
}
