//! Challenges to our requests, RFC 3261 22.2 and 22.3, RFC 8760 2.4. Who challenges checks the credentials with the functions
//! that the examples of RFC 7616 and RFC 3665 have proven.

use super::super::digest::keyring::REALMS_MAX;
use super::super::digest::{Credentials, Request};
use super::super::transaction::challenged::TRIES_MAX;
use super::*;

fn account() -> Account {
    Account { user: "alice".into(), secret: secret(), realm: None }
}

fn secret() -> Secret {
    Secret::Password("gefährlich".into())
}

fn challenge(nonce: &str, rest: &str) -> String {
    format!("WWW-Authenticate: Digest realm=\"example.com\", nonce=\"{nonce}\", qop=\"auth,auth-int\"{rest}\n")
}

/// A call by an account.
fn call(chart: &mut Chart) -> (SessionId, Said) {
    let session = chart.ua.next_session();
    let mut command = invite_command(session);
    if let Command::Invite(invitation) = &mut command {
        invitation.account = Some(account());
    }
    chart.command(command);
    (session, chart.says("INVITE "))
}

/// The request proves its user, to whom it asks by that field; its credentials.
#[track_caller]
fn proven(said: &Said, field: &str) -> Credentials {
    let credentials = Credentials::parse(said.header(field).as_bytes()).expect("credentials");
    let method = said.line().split(' ').next().unwrap();
    assert_eq!(credentials.uri.as_str(), said.line().split(' ').nth(1));
    let request = Request { method: method.as_bytes(), body: said.body().as_bytes() };
    assert!(credentials.prove(request, &secret()), "{}", said.text);
    credentials
}

fn count(credentials: &Credentials) -> u32 {
    credentials.protection.as_ref().expect("the challenge has qop").count
}

#[test]
fn an_invite_that_is_challenged_goes_again_with_credentials_and_so_does_what_follows() {
    let mut chart = Chart::new();
    let (session, first) = call(&mut chart);
    assert_eq!(first.find("Authorization"), None, "nobody has asked");
    chart.receive(&first.answered("401 Unauthorized", "aa", &challenge("n1", ", opaque=\"o\"")));
    chart.says("ACK sip:bob@biloxi.example.com ");
    let second = chart.says("INVITE sip:bob@biloxi.example.com ");
    assert_eq!((second.header("Call-ID"), second.header("CSeq")), (first.header("Call-ID"), "2 INVITE"));
    assert_eq!((second.header("From"), second.header("To")), (first.header("From"), first.header("To")));
    assert_ne!(second.header("Via"), first.header("Via"), "a transaction of its own");
    let shown = proven(&second, "Authorization");
    assert_eq!((count(&shown), shown.opaque), (1, Some(Octets::from("o"))));
    chart.tells_nothing();

    chart.receive(&second.answered("200 OK", "8321234356", &contact_and(SDP)));
    assert!(matches!(chart.tells(), Event::Answered { .. }));
    let ack = chart.says("ACK sip:bob@192.0.2.101 ");
    assert_eq!(ack.header("CSeq"), "2 ACK");
    assert_eq!(ack.header("Authorization"), second.header("Authorization"), "22.1: an ACK repeats them");

    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE ");
    assert_eq!((bye.header("CSeq"), count(&proven(&bye, "Authorization"))), ("3 BYE", 2));
    chart.receive(&bye.answered("200 OK", "", ""));
    assert!(matches!(chart.tells(), Event::Ended { .. }));
    chart.ends_empty();
}

#[test]
fn a_proxy_and_the_server_behind_it_are_both_answered() {
    let mut chart = Chart::new();
    let (_, first) = call(&mut chart);
    let proxy = "Proxy-Authenticate: Digest realm=\"proxy\", nonce=\"p1\", qop=\"auth\"\n";
    chart.receive(&first.answered("407 Proxy Authentication Required", "aa", proxy));
    chart.says("ACK ");
    let second = chart.says("INVITE ");
    assert_eq!(second.find("Authorization"), None);
    chart.receive(&second.answered("401 Unauthorized", "bb", &challenge("n1", "")));
    let ack = chart.says("ACK ");
    assert_eq!(ack.header("Proxy-Authorization"), second.header("Proxy-Authorization"));
    let third = chart.says("INVITE ");
    assert_eq!(third.header("CSeq"), "3 INVITE");
    assert_eq!(count(&proven(&third, "Proxy-Authorization")), 2);
    assert_eq!(count(&proven(&third, "Authorization")), 1);

    // A forking proxy gathers what its branches ask for.
    let (_, gathered) = call(&mut chart);
    chart.receive(&gathered.answered("401 Unauthorized", "cc", &format!("{proxy}{}", challenge("n2", ""))));
    chart.says("ACK ");
    let answered = chart.says("INVITE ");
    proven(&answered, "Proxy-Authorization");
    proven(&answered, "Authorization");
}

#[test]
fn the_first_algorithm_that_we_know_is_answered_and_other_schemes_are_passed_over() {
    let mut chart = Chart::new();
    let (_, first) = call(&mut chart);
    let challenges = format!(
        "WWW-Authenticate: Basic realm=\"example.com\"\n{}{}{}",
        challenge("n1", ", algorithm=SHA3-256"),
        challenge("n2", ", algorithm=sha-256"),
        challenge("n3", ", algorithm=MD5")
    );
    chart.receive(&first.answered("401 Unauthorized", "aa", &challenges));
    chart.says("ACK ");
    let second = chart.says("INVITE ");
    let shown = proven(&second, "Authorization");
    assert_eq!((shown.nonce, shown.algorithm.to_string()), (Octets::from("n2"), "SHA-256".to_owned()));
    assert_eq!(second.text.matches("Authorization: ").count(), 1);
}

#[test]
fn credentials_that_were_rejected_are_not_shown_again() {
    for again in ["n1", "n2"] {
        let mut chart = Chart::new();
        let (session, first) = call(&mut chart);
        chart.receive(&first.answered("401 Unauthorized", "aa", &challenge("n1", "")));
        chart.says("ACK ");
        let second = chart.says("INVITE ");
        chart.receive(&second.answered("401 Unauthorized", "bb", &challenge(again, "")));
        chart.says("ACK ");
        assert!(matches!(chart.tells(), Event::Refused { session: it, status: 401, .. } if it == session));
        assert_eq!(chart.ua.counters().credentials_refused, 1);
        chart.ends_empty();
    }
}

#[test]
fn without_an_account_or_for_another_realm_a_challenge_is_a_refusal() {
    let mut chart = Chart::new();
    let (_, stranger) = chart.call();
    chart.receive(&stranger.answered("401 Unauthorized", "aa", &challenge("n1", "")));
    chart.says("ACK ");
    assert!(matches!(chart.tells(), Event::Refused { status: 401, .. }));

    let session = chart.ua.next_session();
    let mut command = invite_command(session);
    if let Command::Invite(invitation) = &mut command {
        invitation.account = Some(Account { realm: Some("example.net".into()), ..account() });
    }
    chart.command(command);
    let invite = chart.says("INVITE ");
    chart.receive(&invite.answered("407 Proxy Authentication Required", "aa", &challenge("n1", "")));
    chart.says("ACK ");
    assert!(matches!(chart.tells(), Event::Refused { status: 407, .. }));
    chart.ends_empty();
}

#[test]
fn a_stale_nonce_is_replaced_but_not_without_end() {
    let mut chart = Chart::new();
    let (_, mut invite) = call(&mut chart);
    for number in 1..=TRIES_MAX {
        let stale = challenge(&format!("n{number}"), ", stale=TRUE");
        chart.receive(&invite.answered("401 Unauthorized", "aa", &stale));
        chart.says("ACK ");
        invite = chart.says("INVITE ");
        assert_eq!(proven(&invite, "Authorization").nonce.as_str(), Some(&*format!("n{number}")));
        assert_eq!(count(&proven(&invite, "Authorization")), 1);
    }
    chart.receive(&invite.answered("401 Unauthorized", "aa", &challenge("last", ", stale=true")));
    chart.says("ACK ");
    assert!(matches!(chart.tells(), Event::Refused { status: 401, .. }));
    chart.ends_empty();
}

#[test]
fn a_call_that_is_given_up_answers_no_challenge() {
    let mut chart = Chart::new();
    let (session, invite) = call(&mut chart);
    chart.command(Command::Cancel { session, cause: None });
    chart.receive(&invite.answered("401 Unauthorized", "aa", &challenge("n1", "")));
    chart.says("ACK ");
    assert!(matches!(chart.tells(), Event::Refused { status: 401, .. }));
    chart.ends_empty();
}

#[test]
fn a_cancel_belongs_to_the_invite_with_credentials() {
    let mut chart = Chart::new();
    let (session, first) = call(&mut chart);
    chart.receive(&first.answered("401 Unauthorized", "aa", &challenge("n1", "")));
    chart.says("ACK ");
    let second = chart.says("INVITE ");
    chart.receive(&second.answered("100 Trying", "", ""));
    chart.command(Command::Cancel { session, cause: None });
    let cancel = chart.says("CANCEL ");
    assert_eq!((cancel.header("Via"), cancel.header("CSeq")), (second.header("Via"), "2 CANCEL"));
    chart.receive(&cancel.answered("200 OK", "aa", ""));
    chart.receive(&second.answered("487 Request Terminated", "aa", ""));
    chart.says("ACK ");
    assert!(matches!(chart.tells(), Event::Refused { status: 487, .. }));
    chart.ends_empty();
}

#[test]
fn requests_in_the_dialog_of_a_call_that_came_are_answered_for_too() {
    let mut chart = Chart::new();
    let (session, _) = chart.establish_incoming();
    chart.command(Command::Identify { session, account: account() });
    chart.command(Command::Reoffer { session, offer: description() });
    let first = chart.says("INVITE ");
    chart.receive(&first.answered("401 Unauthorized", "", &challenge("n1", "")));
    chart.says("ACK ");
    let second = chart.says("INVITE ");
    assert_eq!(second.header("CSeq"), "2 INVITE");
    proven(&second, "Authorization");
    chart.receive(&second.answered("200 OK", "", &contact_and(SDP)));
    assert_eq!(chart.says("ACK ").header("Authorization"), second.header("Authorization"));
    assert!(matches!(chart.tells(), Event::ReofferAnswered { .. }));
    // The server has begun anew and knows its old nonces no more.
    chart.command(Command::Bye { session, cause: None });
    let bye = chart.says("BYE ");
    assert_eq!(bye.header("CSeq"), "3 BYE");
    chart.receive(&bye.answered("401 Unauthorized", "", &challenge("n2", "")));
    let again = chart.says("BYE ");
    assert_eq!((again.header("CSeq"), proven(&again, "Authorization").nonce), ("4 BYE", Octets::from("n2")));
    chart.receive(&again.answered("200 OK", "", ""));
    assert!(matches!(chart.tells(), Event::Ended { .. }));
    chart.ends_empty();
}

#[test]
fn of_more_realms_than_are_remembered_the_oldest_goes() {
    let mut chart = Chart::new();
    let (_, first) = call(&mut chart);
    let realms = 0..=REALMS_MAX;
    let challenges: String =
        realms.map(|it| format!("WWW-Authenticate: Digest realm=\"r{it}\", nonce=\"n\", qop=\"auth\"\n")).collect();
    chart.receive(&first.answered("401 Unauthorized", "aa", &challenges));
    chart.says("ACK ");
    let second = chart.says("INVITE ");
    assert_eq!(second.text.matches("Authorization: ").count(), REALMS_MAX);
    assert!(!second.text.contains("realm=\"r0\""));
}

#[test]
fn a_request_that_credentials_make_too_long_goes_over_tcp() {
    let address = "192.0.2.1:5060".parse().unwrap();
    let listener = |transport| Listener { transport, address, advertised: address };
    let local = vec![listener(Transport::Udp), listener(Transport::Tcp)];
    let mut chart = Chart::with(EndpointConfig { local, ..config(1) });
    let (_, first) = call(&mut chart);
    let long = challenge(&"n".repeat(900), "");
    chart.receive(&first.answered("401 Unauthorized", "aa", &long));
    chart.says("ACK ");
    chart.silent();
    assert!(matches!(chart.streams.pop_front(), Some((_, StreamRequest::Open { .. }))));
}

#[test]
fn no_password_is_shown_by_debug() {
    let command = format!("{:?}", Command::Identify { session: SessionId(1), account: account() });
    assert!(command.contains("alice") && !command.contains("gef"), "{command}");
}
