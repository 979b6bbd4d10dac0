//! Users who prove who they are, RFC 3261 22.1 and 22.4, and what they are bound to, 10.3.

use super::super::digest::answer::Answer;
use super::super::digest::{Challenge, Hash, Request};
use super::super::registrar::EXPIRES_S_MIN;
use super::*;

pub(super) const PASSWORD: &str = "wonderland";
const PBX: Registrant = Registrant { bindings_max: 1, bulk: true, notified: false };
/// Two hours: no nonce lives as long.
const LONG_MS: u64 = 2 * 3_600_000;

/// An endpoint at which alice may be bound to two contacts, exchange to one that stands for many numbers, and bob is nobody.
pub(super) fn chart() -> Chart {
    Chart::with(EndpointConfig { access: access(), ..config(1) })
}

pub(super) fn access() -> Access {
    let secret = Secret::Password(PASSWORD.into());
    Access {
        realm: "here".into(),
        hashes: vec![Hash::Sha256, Hash::Md5],
        secrets: ["alice", "pbx", "exchange"].map(|user| (user.into(), secret.clone())).into(),
        registrants: [
            ("alice".into(), Registrant { bindings_max: 2, bulk: false, notified: true }),
            ("exchange".into(), PBX),
        ]
        .into(),
    }
}

/// A request of a telephone of alice's.
pub(super) fn request(method: &str, branch: &str, cseq: u32, rest: &str) -> String {
    format!(
        "{method} sip:192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK{branch}\nMax-Forwards: 70\n\
         From: <sip:alice@192.0.2.1>;tag=1\nTo: <sip:alice@192.0.2.1>\nCall-ID: registration\nCSeq: {cseq} {method}\n{rest}"
    )
}

pub(super) fn challenges(said: &Said) -> Vec<Challenge> {
    let values = said.text.lines().filter_map(|line| line.strip_prefix("WWW-Authenticate: "));
    values.map(|value| Challenge::parse(value.as_bytes()).expect("a challenge")).collect()
}

/// Who answers challenges of ours.
pub(super) fn answer(challenges: &[Challenge], user: &str, password: &str) -> (Account, Answer) {
    let account = Account { user: user.into(), secret: Secret::Password(password.into()), realm: None };
    let answer = Answer::choose(challenges, &account, 7).expect("one that can be answered");
    (account, answer)
}

pub(super) fn authorization(method: &str, (account, answer): &mut (Account, Answer)) -> String {
    let asked = Request { method: method.as_bytes(), body: b"" };
    let credentials = answer.credentials(account, asked, b"sip:192.0.2.1").expect("a password fits every function");
    format!("Authorization: {}\n", String::from_utf8(credentials.to_octets()).unwrap())
}

impl Chart {
    /// alice has been challenged.
    pub(super) fn asked(&mut self) -> (Account, Answer) {
        let branch = format!("asked{}", self.at_ms());
        self.receive(&request("REGISTER", &branch, 1, ""));
        answer(&challenges(&self.says("SIP/2.0 401 Unauthorized")), "alice", PASSWORD)
    }

    /// alice registers; what she hears.
    pub(super) fn registers(&mut self, proof: &mut (Account, Answer), cseq: u32, rest: &str) -> Said {
        let shown = authorization("REGISTER", proof);
        self.receive(&request("REGISTER", &format!("r{cseq}"), cseq, &format!("{shown}{rest}")));
        self.says("SIP/2.0 ")
    }

    pub(super) fn contacts(&self) -> Vec<String> {
        let bindings = self.ua.bindings(self.now, b"alice");
        bindings.iter().map(|it| String::from_utf8_lossy(it.contact.octets()).into_owned()).collect()
    }
}

#[test]
fn who_registers_is_challenged_with_sha_256_first_and_is_then_bound_for_the_time_asked() {
    let mut chart = chart();
    chart.receive(&request("REGISTER", "1", 1, "Contact: <sip:alice@192.0.2.101:5060>\nExpires: 600\n"));
    let asked = challenges(&chart.says("SIP/2.0 401 Unauthorized"));
    let algorithms: Vec<_> = asked.iter().map(|it| it.algorithm.expect("one we know").to_string()).collect();
    assert_eq!(algorithms, ["SHA-256", "MD5"]);
    assert_eq!(chart.contacts(), [""; 0]);

    let mut proof = answer(&asked, "alice", PASSWORD);
    let ok = chart.registers(&mut proof, 2, "Contact: <sip:alice@192.0.2.101:5060>\nExpires: 600\n");
    assert_eq!((ok.line(), ok.header("Contact")), ("SIP/2.0 200 OK", "<sip:alice@192.0.2.101:5060>;expires=600"));
    assert_eq!(chart.contacts(), ["sip:alice@192.0.2.101:5060"]);
    let told: Vec<_> = chart.registered.drain(..).collect();
    assert!(matches!(&told[..], [(user, bindings)] if &**user == b"alice" && bindings.len() == 1), "{told:?}");

    // A telephone that knows MD5 alone, and later asks what there is.
    let mut old = answer(&asked[1..], "alice", PASSWORD);
    chart.wait_ms(100_000);
    let ok = chart.registers(&mut old, 3, "");
    assert_eq!(ok.line(), "SIP/2.0 401 Unauthorized", "the count 1 of this nonce was seen");
    let ok = chart.registers(&mut old, 4, "");
    assert_eq!(ok.header("Contact"), "<sip:alice@192.0.2.101:5060>;expires=500");
    assert!(chart.registered.is_empty(), "nothing has changed");
    chart.wait_ms(500_000);
    assert_eq!(chart.contacts(), [""; 0], "it has expired");
    chart.ends_empty();
}

#[test]
fn wrong_credentials_are_forbidden_and_counted_and_old_ones_are_stale() {
    let mut chart = chart();
    let mut proof = chart.asked();
    for (user, password) in [("alice", "looking-glass"), ("nobody", PASSWORD), ("pbx", PASSWORD)] {
        chart.wait_ms(70_000);
        let asked = challenges_of(&mut chart);
        let refused = chart.registers(&mut answer(&asked, user, password), 2, "");
        assert_eq!(refused.line(), "SIP/2.0 403 Forbidden", "{user}");
    }
    assert_eq!(chart.ua.counters().credentials_wrong, 3);
    let shown = authorization("REGISTER", &mut proof);
    chart.receive(&request("REGISTER", "a", 3, &shown));
    chart.says("SIP/2.0 200 ");
    chart.receive(&request("REGISTER", "b", 4, &shown));
    assert!(challenges(&chart.says("SIP/2.0 401 "))[0].stale, "the same count again");
    chart.wait_ms(LONG_MS);
    assert!(challenges(&chart.registers(&mut proof, 5, ""))[0].stale, "an old nonce");
    chart.ends_empty();
}

fn challenges_of(chart: &mut Chart) -> Vec<Challenge> {
    let branch = format!("c{}", chart.at_ms());
    chart.receive(&request("REGISTER", &branch, 1, ""));
    challenges(&chart.says("SIP/2.0 401 "))
}

#[test]
fn a_registration_changes_all_that_it_names_or_nothing() {
    let mut chart = chart();
    let mut proof = chart.asked();
    let mut hears = |cseq, rest: &str| chart.registers(&mut proof, cseq, rest).line()[8..11].to_owned();
    assert_eq!(hears(20, "Contact: <sip:a@192.0.2.101>, <sip:b@192.0.2.101>;expires=7200\n"), "200");
    // More than two, too brief, not newer, not to be read.
    assert_eq!(hears(21, "Contact: <sip:c@192.0.2.101>\n"), "403");
    assert_eq!(hears(22, "Contact: <sip:a@192.0.2.101>;expires=59\n"), "423");
    assert_eq!(hears(2, "Contact: <sip:b@192.0.2.101>, <sip:a@192.0.2.101>\n"), "500");
    assert_eq!(hears(25, "Contact: *\n"), "400");
    assert_eq!(hears(26, "Contact: *, <sip:a@192.0.2.101>\nExpires: 0\n"), "400");
    assert_eq!(hears(27, "Contact: <sip:a@192.0.2.101>\nExpires: soon\n"), "400");
    assert_eq!(chart.contacts(), ["sip:b@192.0.2.101", "sip:a@192.0.2.101"], "the last one first");
    // One goes and another comes at once.
    let swap = "Contact: <sip:a@192.0.2.101>;expires=0, <sip:c@192.0.2.101>\n";
    let ok = chart.registers(&mut proof, 28, swap);
    assert_eq!(ok.text.matches("\nContact: ").count(), 2);
    assert_eq!(chart.contacts(), ["sip:c@192.0.2.101", "sip:b@192.0.2.101"]);
    let brief = chart.registers(&mut proof, 29, "Contact: <sip:c@192.0.2.101>;expires=1\n");
    assert_eq!(brief.header("Min-Expires"), EXPIRES_S_MIN.to_string());
    let ok = chart.registers(&mut proof, 30, "Contact: *\nExpires: 0\n");
    assert_eq!((ok.line(), ok.find("Contact")), ("SIP/2.0 200 OK", None));
    assert_eq!(chart.contacts(), [""; 0]);
    chart.ends_empty();
}

#[test]
fn what_is_restored_is_bound_as_far_as_the_user_may_have_it() {
    let mut chart = chart();
    let binding = |host: &str| Binding {
        contact: Uri::parse(format!("sip:alice@{host}").as_bytes()).unwrap(),
        hop: Uri::parse(format!("sip:{host}").as_bytes()).unwrap(),
        flow: None,
        path: Vec::new(),
        instance: None,
        quality: Quality::MOST,
        call_id: "r".into(),
        cseq: 1,
        expires_at: chart.now + Duration::from_secs(10),
    };
    let bindings = vec![binding("192.0.2.1"), binding("192.0.2.2"), binding("192.0.2.3")];
    chart.ua.restore(b"alice", bindings.clone());
    chart.ua.restore(b"pbx", bindings);
    assert_eq!((chart.ua.registered(chart.now), chart.contacts().len()), (2, 2));
    chart.wait_ms(10_000);
    assert_eq!(chart.ua.registered(chart.now), 0);
}

#[test]
fn behind_address_translation_calls_go_to_where_the_registration_came_from() {
    let mut chart = chart();
    let mut proof = chart.asked();
    chart.registers(&mut proof, 2, "Contact: <sip:alice@10.0.0.5:5062>, <sip:alice@192.0.2.101:5062>\n");
    let hops = chart.ua.bindings(chart.now, b"alice");
    let hops: Vec<_> = hops.iter().map(|it| String::from_utf8_lossy(it.hop.octets()).into_owned()).collect();
    assert_eq!(hops, ["sip:alice@192.0.2.101:5062", "sip:192.0.2.101:5060;transport=udp"]);
}

#[test]
fn an_invite_of_nobody_known_is_challenged_and_tells_who_it_is_when_it_comes_again() {
    let mut chart = Chart { standing: Standing::Unproven, ..chart() };
    chart.receive(&invite("z9hG4bK1", "1", SDP));
    let asked = challenges(&chart.says("SIP/2.0 401 Unauthorized"));
    chart.tells_nothing();
    let ack = invite("z9hG4bK1", "1", "").replace("INVITE", "ACK");
    chart.receive(&ack);

    let mut proof = answer(&asked, "alice", PASSWORD);
    let shown = authorization("INVITE", &mut proof);
    let again = |branch: &str, shown: &str| invite(branch, "2", "").replace("Contact:", &format!("{shown}Contact:"));
    chart.receive(&again("z9hG4bK2", &shown).replace("sip:bob@192.0.2.1 ", "sip:192.0.2.1 "));
    chart.says("SIP/2.0 100 ");
    let second = chart.tells_incoming();
    assert_eq!(second.user, Some("alice".into()));
    // Nobody else's call is challenged in the dialog, and CANCEL never.
    chart.receive(&cancel_of(&again("z9hG4bK2", "")).replace("sip:bob@192.0.2.1 ", "sip:192.0.2.1 "));
    chart.says("SIP/2.0 200 ");
    chart.says("SIP/2.0 487 ");
    assert!(matches!(chart.tells(), Event::Cancelled { .. }));
}

#[test]
fn a_call_tries_the_places_of_its_callee_one_after_the_other() {
    let uri = |text: &str| Uri::parse(text.as_bytes()).unwrap();
    let mut chart = Chart::new();
    let call = |chart: &mut Chart| {
        let session = chart.ua.next_session();
        let mut command = invite_command(session);
        if let Command::Invite(invitation) = &mut command {
            let place = |host: &str| Place::at(uri(&format!("sip:bob@{host}")), uri(&format!("sip:{host}")));
            invitation.others = vec![place("192.0.2.102"), place("192.0.2.103")];
        }
        chart.command(command);
        (session, chart.says("INVITE sip:bob@biloxi.example.com "))
    };
    let (session, first) = call(&mut chart);
    chart.receive(&first.answered("180 Ringing", "a", "Contact: <sip:bob@192.0.2.101>\n"));
    assert!(matches!(chart.tells(), Event::Progress { .. }));
    chart.receive(&first.answered("480 Temporarily Unavailable", "a", ""));
    chart.says("ACK ");
    let second = chart.says("INVITE sip:bob@192.0.2.102 ");
    assert_eq!(second.to.to_string(), "192.0.2.102:5060");
    assert_ne!(second.header("Call-ID"), first.header("Call-ID"), "a call of its own");
    // Nobody is there.
    chart.wait_ms(32_000);
    while chart.sent.front().is_some_and(|(_, said)| said.to == second.to) {
        chart.sent.pop_front();
    }
    let third = chart.says("INVITE sip:bob@192.0.2.103 ");
    chart.receive(&third.answered("486 Busy Here", "c", ""));
    chart.says("ACK ");
    assert!(matches!(chart.tells(), Event::Refused { session: it, status: 486, .. } if it == session));
    chart.ends_empty();

    let (_, declined) = call(&mut chart);
    chart.receive(&declined.answered("603 Decline", "a", ""));
    chart.says("ACK ");
    assert!(matches!(chart.tells(), Event::Refused { status: 603, .. }), "6xx speaks for all places");
    chart.ends_empty();
}

#[test]
fn what_places_of_a_callee_name_by_3xx_is_told_by_q_when_none_of_them_takes_the_call() {
    let uri = |text: &str| Uri::parse(text.as_bytes()).expect("a URI");
    let mut chart = Chart::new();
    let call = |chart: &mut Chart| {
        let session = chart.ua.next_session();
        let mut command = invite_command(session);
        if let Command::Invite(invitation) = &mut command {
            invitation.others = vec![Place::at(uri("sip:bob@192.0.2.102"), uri("sip:192.0.2.102"))];
        }
        chart.command(command);
        let first = chart.says("INVITE sip:bob@biloxi.example.com ");
        chart.receive(&first.answered("302 Moved", "a", "Contact: <tel:301>;q=0.5, <tel:302>;q=0.1\n"));
        chart.says("ACK ");
        chart.says("INVITE sip:bob@192.0.2.102 ")
    };
    let told = |chart: &mut Chart| match chart.tells() {
        Event::Refused { status, contacts, .. } => {
            (status, contacts.iter().map(|contact| contact.uri.to_string()).collect::<Vec<_>>())
        }
        other => panic!("{other:?}"),
    };
    let second = call(&mut chart);
    chart.receive(&second.answered("300 Multiple Choices", "b", "Contact: <tel:303>;q=0.3\n"));
    chart.says("ACK ");
    assert_eq!(told(&mut chart), (300, vec!["tel:301".into(), "tel:303".into(), "tel:302".into()]));
    let second = call(&mut chart);
    chart.receive(&second.answered("486 Busy Here", "b", ""));
    chart.says("ACK ");
    assert_eq!(told(&mut chart), (486, vec!["tel:301".into(), "tel:302".into()]));
    let second = call(&mut chart);
    chart.receive(&second.answered("600 Busy Everywhere", "b", ""));
    chart.says("ACK ");
    assert_eq!(told(&mut chart), (600, vec![]));
    let _silent = call(&mut chart);
    chart.wait_ms(32_000);
    chart.sent.clear();
    assert_eq!(told(&mut chart), (408, vec!["tel:301".into(), "tel:302".into()]));
}

#[test]
fn contacts_are_called_by_their_q_and_then_the_newest_first() {
    let mut chart = chart();
    let mut proof = chart.asked();
    let ok = chart.registers(&mut proof, 2, "Contact: <sip:a@192.0.2.101>;q=0.5, <sip:b@192.0.2.101>;q=0.25\n");
    assert_eq!(chart.contacts(), ["sip:a@192.0.2.101", "sip:b@192.0.2.101"]);
    assert_eq!(ok.header("Contact"), "<sip:a@192.0.2.101>;expires=3600;q=0.500");
    chart.registers(&mut proof, 3, "Contact: <sip:b@192.0.2.101>\n");
    assert_eq!(chart.contacts(), ["sip:b@192.0.2.101", "sip:a@192.0.2.101"], "without a q it is wanted most");
}

/// A device that keeps its name says another contact, from elsewhere.
#[test]
fn an_instance_has_one_binding_for_each_of_its_flows_whatever_its_contact() {
    let mut chart = chart();
    let mut proof = chart.asked();
    let flow = |port: u16, reg_id: u32| {
        format!(
            "Supported: path, outbound\nContact: <sip:alice@10.0.0.5:{port}>;reg-id={reg_id};\
             +sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\"\n"
        )
    };
    let ok = chart.registers(&mut proof, 2, &flow(5062, 1));
    assert_eq!((ok.header("Require"), ok.find("Flow-Timer")), ("outbound", None), "over UDP every 24 to 29 s");
    assert!(
        ok.header("Contact")
            .ends_with(">;expires=3600;reg-id=1;+sip.instance=\"<urn:uuid:00000000-0000-1000-8000-AABBCCDDEEFF>\"")
    );
    chart.registers(&mut proof, 3, &flow(5070, 1));
    assert_eq!(chart.contacts(), ["sip:alice@10.0.0.5:5070"], "it has moved");
    chart.registers(&mut proof, 4, &flow(5070, 2));
    assert_eq!(chart.contacts().len(), 2, "another flow of the same device");
    let hop = chart.ua.bindings(chart.now, b"alice").remove(0).hop;
    assert_eq!(hop.octets(), b"sip:192.0.2.101:5060;transport=udp", "back by the flow");
    // Who does not say that it knows flows registers a contact, as do those with half of what a flow has.
    let ok = chart.registers(&mut proof, 5, &flow(5070, 1).replace("Supported: path, outbound\n", ""));
    assert_eq!((ok.line(), ok.find("Require")), ("SIP/2.0 200 OK", None));
    // Two contacts with a flow; and a proxy before us, which does not say what flow it is.
    let two = flow(5062, 1).replace("Contact: ", "Contact: <sip:b@192.0.2.101>, ");
    assert_eq!(chart.registers(&mut proof, 6, &two).line(), "SIP/2.0 400 Bad Request");
    let shown = authorization("REGISTER", &mut proof);
    let through = request("REGISTER", "r7", 7, &format!("{shown}{}", flow(5062, 1)));
    let through = through.replace("\nMax-Forwards", "\nVia: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKp\nMax-Forwards");
    chart.receive(&through);
    chart.says("SIP/2.0 439 First Hop Lacks Outbound Support");
}

#[test]
fn a_flow_over_datagrams_that_reaches_nobody_is_bound_no_longer_and_a_plain_contact_is() {
    let mut chart = chart();
    let mut proof = chart.asked();
    let flow = "Supported: outbound\nContact: <sip:alice@10.0.0.5>;reg-id=1;+sip.instance=\"<urn:uuid:1>\"\n";
    chart.registers(&mut proof, 2, flow);
    chart.registers(&mut proof, 3, "Contact: <sip:alice@192.0.2.101:5060>\n");
    chart.registered.clear();
    for (remote, left) in [("192.0.2.101:5062", 2), (FAR, 1)] {
        chart.ua.handle_unreachable(chart.now, 0, remote.parse().expect("an address"));
        chart.collect();
        assert_eq!(chart.contacts().len(), left);
    }
    assert_eq!(chart.contacts(), ["sip:alice@192.0.2.101:5060"]);
    assert!(matches!(chart.registered.pop_front(), Some((_, bindings)) if bindings.len() == 1));
}

/// The REGISTER of a PBX as RFC 6140's users write it.
#[test]
fn a_pbx_registers_all_its_numbers_by_one_contact_and_each_is_called_by_it() {
    let mut chart = chart();
    let pbx = |branch: &str, cseq: u32, rest: &str| {
        request("REGISTER", branch, cseq, rest).replace("alice", "exchange").replace("Call-ID: r", "Call-ID: pbx")
    };
    chart.receive(&pbx("1", 1, ""));
    let mut proof = answer(&challenges(&chart.says("SIP/2.0 401 ")), "exchange", PASSWORD);
    let mut hears = |cseq: u32, rest: &str| {
        let shown = authorization("REGISTER", &mut proof);
        chart.receive(&pbx(&format!("g{cseq}"), cseq, &format!("{shown}Proxy-Require: gin\nSupported: path\n{rest}")));
        chart.says("SIP/2.0 ")
    };
    let bulk = "Require: gin\nContact: <sip:192.0.2.101:5060;bnc;transport=udp>\nExpires: 7200\n";
    let ok = hears(2, bulk);
    assert_eq!(ok.header("Contact"), "<sip:192.0.2.101:5060;bnc;transport=udp>;expires=7200");
    // One word without the other, and a number of its own.
    assert_eq!(hears(3, &bulk.replace("Require: gin\n", "")).line(), "SIP/2.0 400 Bad Request");
    assert_eq!(hears(4, &bulk.replace(";bnc", "")).line(), "SIP/2.0 400 Bad Request");
    assert_eq!(hears(5, &bulk.replace("sip:", "sip:+498912345@")).line(), "SIP/2.0 400 Bad Request");
    let binding = chart.ua.bindings(chart.now, b"exchange").remove(0);
    assert_eq!(binding.target("+49891234567").octets(), b"sip:+49891234567@192.0.2.101:5060;transport=udp");
    let mut alice = chart.asked();
    assert_eq!(chart.registers(&mut alice, 8, bulk).line(), "SIP/2.0 403 Forbidden", "she has one number");
}

/// What the REGISTERs among RFC 4475's messages are for, in Contacts of our own; the messages themselves are refused for want of proof.
#[test]
fn contacts_in_the_manner_of_rfc_4475_are_bound_or_refused_as_its_sections_ask() {
    let contacts_of = |contact: &str| {
        let mut chart = chart();
        let mut proof = chart.asked();
        let status = chart.registers(&mut proof, 2, &format!("{contact}Expires: 600\n")).line()[8..11].to_owned();
        (status, chart.contacts())
    };
    let bound = |uris: &[&str]| ("200".to_owned(), uris.iter().map(|uri| (*uri).to_owned()).collect::<Vec<_>>());
    let refused = |status: &str| (status.to_owned(), Vec::new());
    // 3.1.1.4: octets of zero, escaped, end nothing and are told apart.
    let zeros = contacts_of("Contact: <sip:%00@192.0.2.101>\nContact: <sip:%00%00@192.0.2.101>\n");
    assert_eq!(zeros, bound(&["sip:%00%00@192.0.2.101", "sip:%00@192.0.2.101"]), "the newest first");
    // 3.1.2.13: a URI with a question mark stands in angle brackets.
    assert_eq!(contacts_of("Contact: sip:alice@192.0.2.101?Route=%3Csip:example.com%3E\n"), refused("400"));
    // 3.3.4: nobody can be called by that scheme.
    assert_eq!(contacts_of("Contact: <name:alice>\n"), refused("400"));
    // 3.3.12: without brackets the parameter is the Contact's.
    assert_eq!(contacts_of("Contact: sip:alice@192.0.2.101;novel\n"), bound(&["sip:alice@192.0.2.101"]));
    // 3.3.13: within them it is the URI's.
    assert_eq!(contacts_of("Contact: <sip:alice@192.0.2.101;novel>\n"), bound(&["sip:alice@192.0.2.101;novel"]));
    // 3.3.14: header fields stay with the URI.
    let routed = "sip:alice@192.0.2.101?Route=%3Csip:example.com%3E";
    assert_eq!(contacts_of(&format!("Contact: <{routed}>\n")), bound(&[routed]));
}

/// Contacts as they stand in the messages, put into a registration that is proven: whether they are bound, and as how many.
#[test]
fn the_contacts_of_the_torture_messages_are_bound_or_refused_as_their_sections_ask() {
    let Some(folder) = torture::shared("spec/torture/rfc4475") else { return };
    for (name, status, bound) in [
        ("escnull", "200", 2),
        ("dblreq", "200", 1),
        ("regbadct", "400", 0),
        ("unksm2", "400", 0),
        ("cparam01", "200", 1),
        ("cparam02", "200", 1),
        ("regescrt", "200", 1),
    ] {
        let message = Message::parse(&std::fs::read(folder.join(format!("{name}.dat"))).unwrap()).unwrap();
        let contacts = message
            .fields()
            .filter(|(field, _)| field.eq_ignore_ascii_case(b"Contact") || field.eq_ignore_ascii_case(b"m"));
        let contacts: String =
            contacts.map(|(_, value)| format!("Contact: {}\n", String::from_utf8_lossy(value))).collect();
        let mut chart = chart();
        let mut proof = chart.asked();
        let said = chart.registers(&mut proof, 2, &format!("{contacts}Expires: 600\n"));
        assert_eq!((&said.line()[8..11], chart.contacts().len()), (status, bound), "{name}");
    }
}

/// RFC 4475 3.3.7.
#[test]
fn credentials_of_an_unknown_scheme_are_none() {
    let mut chart = chart();
    chart.receive(&request("REGISTER", "novel", 1, "Authorization: Novel data=here\n"));
    chart.says("SIP/2.0 401 Unauthorized");
}
