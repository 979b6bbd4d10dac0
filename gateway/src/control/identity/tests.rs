//! Who may call and who is challenged; what has been registered outlives the process.

#![expect(clippy::disallowed_methods, reason = "a test begins its own time somewhere")]

use std::net::SocketAddr;
use std::time::Duration;

use config::Model;

use super::*;
use crate::control::{Input, Start};
use crate::interwork::hub::Mailbox;
use crate::ops::cdr::Registered;
use crate::sip::Encryption;
use crate::sip::digest::answer::{Account, Answer};
use crate::sip::digest::{Challenge, Request, Secret};

const STRANGER: &str = "203.0.113.9:5060";
const PEER: &str = "192.0.2.7:5060";
const ALICE: &str = "[[sip.user]]\nname = \"alice\"\npassword = \"wonderland\"\n";

/// The embedded default, its peer elsewhere: nobody can prove to be anybody.
fn unguarded() -> Model {
    let text = config::EMBEDDED.replace("127.0.0.0/8", "192.0.2.7/32");
    config::parse("identity", &text).unwrap_or_else(|report| panic!("{report}"))
}

/// The same with one challenged peer, and these sections.
fn model(sections: &str) -> Model {
    let peer = "[[sip.peer]]\nusername = \"pbx\"\npassword = \"secret\"\nchallenge = true";
    let text = config::EMBEDDED.replacen("[[sip.peer]]", peer, 1).replace("127.0.0.0/8", "192.0.2.7/32");
    config::parse("identity", &format!("{text}\n{sections}")).unwrap_or_else(|report| panic!("{report}"))
}

struct Desk {
    control: Control,
    now: Instant,
    requests: u32,
}

impl Desk {
    fn new(sections: &str, registered: Vec<Registered>) -> Desk {
        Desk::of(model(sections), registered)
    }

    fn of(model: Model, registered: Vec<Registered>) -> Desk {
        let now = Instant::now();
        let start =
            Start { now, wall: SystemTime::UNIX_EPOCH, seed: [1; 32], identity: None, blocked: Vec::new(), registered };
        Desk { control: Control::new(model, start), now, requests: 0 }
    }

    /// Sends a request; the final response to it, and what goes to the journal.
    fn ask(&mut self, from: &str, method: &str, fields: &str) -> (String, Vec<Record>) {
        self.requests += 1;
        let (number, user) = (self.requests, if method == "REGISTER" { "alice" } else { "600" });
        let remote: SocketAddr = from.parse().expect("an address");
        let text = format!(
            "{method} sip:600@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK{number}\r\nMax-Forwards: 70\r\n\
             From: <sip:alice@127.0.0.1>;tag={number}\r\nTo: <sip:{user}@127.0.0.1>\r\nCall-ID: {number}\r\n\
             CSeq: 1 {method}\r\nContact: <sip:alice@{from}>\r\n{fields}Content-Length: 0\r\n\r\n"
        );
        self.control.handle(self.now, Input::Datagram { listener: 0, remote, octets: text.into_bytes() });
        self.said()
    }

    /// The last message, and what goes to the journal.
    fn said(&mut self) -> (String, Vec<Record>) {
        self.control.pump(self.now);
        let (mut answer, mut records) = (String::new(), Vec::new());
        while let Some(output) = self.control.poll_output() {
            match output {
                Output::Datagram { octets, .. } => answer = String::from_utf8_lossy(&octets).into_owned(),
                Output::Journal(record) => records.push(record),
                _ => {}
            }
        }
        (answer, records)
    }

    /// Sends a request twice, the second time with an answer to the challenge.
    fn prove(&mut self, from: &str, method: &str, (user, password): (&str, &str)) -> (String, Vec<Record>) {
        let (asked, _) = self.ask(from, method, "");
        assert!(asked.starts_with("SIP/2.0 401 "), "{asked}");
        let challenges = asked.lines().filter_map(|line| line.strip_prefix("WWW-Authenticate: "));
        let challenges: Vec<_> = challenges.filter_map(|value| Challenge::parse(value.as_bytes()).ok()).collect();
        let account = Account { user: user.into(), secret: Secret::Password(password.into()), realm: None };
        let mut answer = Answer::choose(&challenges, &account, 1).expect("it is ours");
        let request = Request { method: method.as_bytes(), body: b"" };
        let credentials = answer.credentials(&account, request, b"sip:600@127.0.0.1").expect("a password fits");
        let shown = format!("Authorization: {}\r\n", String::from_utf8_lossy(&credentials.to_octets()));
        self.ask(from, method, &shown)
    }
}

fn status(answer: &str) -> &str {
    answer.get(8..11).unwrap_or(answer)
}

#[test]
fn a_stranger_is_challenged_where_anybody_can_prove_to_be_somebody_and_else_forbidden() {
    let mut without = Desk::of(unguarded(), Vec::new());
    assert_eq!(status(&without.ask(STRANGER, "INVITE", "").0), "403");
    let mut with = Desk::new(ALICE, Vec::new());
    assert_eq!(status(&with.ask(STRANGER, "INVITE", "").0), "401");
    assert_eq!(with.control.counters.calls_from_sip, 0);
    with.prove(STRANGER, "INVITE", ("alice", "wonderland"));
    assert_eq!(with.control.counters.calls_from_sip, 1, "alice calls");
    assert_eq!(status(&with.prove(STRANGER, "INVITE", ("alice", "hearts")).0), "403");
    assert_eq!((with.control.sip.counters().credentials_wrong, with.control.counters.calls_from_sip), (1, 1));
    let sip = with.control.status(with.now).sip;
    assert_eq!((sip.strangers, sip.challenged, sip.credentials_wrong), (0, 3, 1));
}

#[test]
fn a_challenged_peer_is_known_by_its_account_at_its_own_address_alone() {
    let mut desk = Desk::new(ALICE, Vec::new());
    desk.prove(PEER, "INVITE", ("pbx", "secret"));
    assert_eq!(desk.control.counters.calls_from_sip, 1);
    assert_eq!(status(&desk.prove(STRANGER, "INVITE", ("pbx", "secret")).0), "403");
    desk.prove(PEER, "INVITE", ("alice", "wonderland"));
    assert_eq!(desk.control.counters.calls_from_sip, 2, "a user may call from there too");
}

#[test]
fn what_a_user_is_bound_to_is_journalled_and_restored_until_it_expires() {
    let mut desk = Desk::new(ALICE, Vec::new());
    let (answer, mut records) = desk.prove(STRANGER, "REGISTER", ("alice", "wonderland"));
    assert_eq!(status(&answer), "200");
    let Some(Record::Registered(registered)) = records.pop() else { panic!("{records:?}") };
    assert_eq!(registered.bindings[0].contact, format!("sip:alice@{STRANGER}"));

    let user = |desk: &Desk| desk.control.model.user_named(b"alice").expect("she is there");
    let again = Desk::new(ALICE, vec![registered.clone()]);
    let towards = |after_s| again.control.user_towards(again.now + Duration::from_secs(after_s), user(&again), "");
    let peer = towards(3599).expect("she is registered");
    assert_eq!(peer.contacts[0].target.octets(), format!("sip:alice@{STRANGER}").as_bytes());
    assert!(towards(3600).is_none(), "it has expired");
    let nobody = Desk::new("", vec![registered]);
    assert_eq!(nobody.control.sip.registered(nobody.now), 0, "the configuration has her no more");
}

/// The number belongs to alice where it comes from trunk "p".
#[test]
fn what_a_message_centre_says_of_a_user_is_told_to_its_telephone_and_known_after_a_restart() {
    let sections = format!(
        "{ALICE}message_waiting = true\n[[span]]\nname = \"p\"\nline = \"e1\"\n[[sim.far_exchange]]\nspan = \"p\"\n\
         [[trunk]]\nname = \"p\"\nkind = \"pri\"\nside = \"user\"\nspans = [{{ span = \"p\" }}]\n\
         [[route]]\nfrom = \"p\"\ncalled = \"200\"\nto = \"user:alice\"\n"
    );
    let mut desk = Desk::new(&sections, Vec::new());
    desk.prove(STRANGER, "REGISTER", ("alice", "wonderland"));
    let mailbox =
        |user: &str, messages| Mailbox { user: user.into(), waits: true, messages, centre: Some("99".into()) };
    desk.control.mailbox_told(desk.now, 0, &mailbox("300", Some(3)));
    desk.control.mailbox_told(desk.now, 0, &mailbox("", Some(3)));
    assert_eq!(desk.said(), (String::new(), Vec::new()), "the plan knows nobody by that number");
    desk.control.mailbox_told(desk.now, 0, &mailbox("200", Some(2)));
    let (notify, mut records) = desk.said();
    assert!(notify.starts_with(&format!("NOTIFY sip:alice@{STRANGER} SIP/2.0\r\n")), "{notify}");
    let summary = "Messages-Waiting: yes\r\nMessage-Account: sip:99@127.0.0.1:5060\r\nVoice-Message: 2/0\r\n";
    assert!(notify.ends_with(&format!("\r\n\r\n{summary}")), "{notify}");
    let Some(Record::Registered(registered)) = records.pop() else { panic!("{records:?}") };
    let again = Desk::new(&sections, vec![registered]);
    let known = again.control.sip.summary(b"alice").map(|(number, summary)| (number.to_owned(), summary.messages));
    assert_eq!(known, Some(("200".to_owned(), Some(2))));
}

#[test]
fn a_user_without_a_peer_has_encryption_of_its_own_and_one_with_a_peer_has_that_of_the_peer() {
    let mut own = Desk::new(&format!("{ALICE}srtp = \"required\"\n"), Vec::new());
    let alice = own.control.model.user_named(b"alice").expect("she is there");
    assert!(matches!(own.control.encryption(SipParty::User(alice)), Encryption::Required(_)));
    let mut none = Desk::new(ALICE, Vec::new());
    assert_eq!(none.control.encryption(SipParty::User(alice)), Encryption::Off);
}
