//! Accounts, registrations and users of a file.

use std::time::Duration;

use super::*;
use crate::model::{DiversionField, Limits, RouteFrom, RouteTo, UserIndex};

/// The embedded text with these sections, and with these keys of its peer.
pub(crate) fn with(sections: &str, peer_keys: &str) -> Result<Model, Report> {
    let text = EMBEDDED.replacen("[[sip.peer]]\n", &format!("[[sip.peer]]\n{peer_keys}\n"), 1);
    parse("test.toml", &format!("{text}\n{sections}"))
}

/// The keys of all mistakes.
pub(crate) fn mistakes(sections: &str, peer_keys: &str) -> Vec<String> {
    let report = with(sections, peer_keys).expect_err("a mistake");
    report.mistakes.into_iter().map(|mistake| mistake.key).collect()
}

const ALICE: &str = "[[sip.user]]\nname = \"alice\"\npassword = \"wonderland\"\n";
const REGISTRATION: &str = "[[sip.registration]]\nregistrar = \"sip:pbx.example.com\"\naor = \"100\"\n";

#[test]
fn a_registration_is_at_the_registrars_host_unless_it_says_another() {
    let model = with(REGISTRATION, "").unwrap_or_else(|report| panic!("{report}"));
    let own = &model.sip.registrations[0];
    assert_eq!((own.address().as_str(), own.contact_user.as_str()), ("sip:100@pbx.example.com", "100"));
    assert_eq!((own.expires_s, &own.account), (3600, &None));
    let other = REGISTRATION.replace("\"100\"", "\"100@example.com\"").replace("sip:pbx", "sips:pbx");
    let model = with(&other, "").unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(model.sip.registrations[0].address(), "sips:100@example.com");
}

#[test]
fn what_is_no_address_or_stands_twice_is_a_mistake() {
    for aor in ["", "a b", "100@", "100@example.com:5060", "@example.com"] {
        let text = REGISTRATION.replace("\"100\"", &format!("{aor:?}"));
        assert_eq!(mistakes(&text, ""), ["sip.registration[1].aor"], "{aor}");
    }
    assert_eq!(mistakes(&REGISTRATION.repeat(2), ""), ["sip.registration[2].aor"]);
    assert_eq!(mistakes(&format!("{REGISTRATION}expires_s = 59\n"), ""), ["sip.registration[1].expires_s"]);
    assert_eq!(mistakes(&format!("{REGISTRATION}username = \"a\"\n"), ""), ["sip.registration[1].password"]);
}

#[test]
fn a_registration_has_a_flow_by_each_of_four_proxies_at_most() {
    let proxies = |count: usize| {
        let list: Vec<_> = (1..=count).map(|edge| format!("sip:edge{edge}.example.com;transport=tcp")).collect();
        format!("{REGISTRATION}outbound = {list:?}\nbulk = true\n")
    };
    let model = with(&proxies(4), "").unwrap_or_else(|report| panic!("{report}"));
    let own = &model.sip.registrations[0];
    assert_eq!((own.outbound.len(), own.outbound[3].to_string().as_str()), (4, "sip:edge4.example.com;transport=tcp"));
    assert!(own.bulk);
    assert_eq!(mistakes(&proxies(5), ""), ["sip.registration[1].outbound"]);
    let web = format!("{REGISTRATION}outbound = [\"sip:edge.example.com;transport=ws\"]\n");
    assert_eq!(mistakes(&web, "").len(), 1, "nobody is reached by WebSocket");
}

#[test]
fn a_peer_may_send_calls_elsewhere_where_it_says_so() {
    let follows = |keys: &str| {
        with("", keys).map(|model| model.sip.peers[0].terms.redirect).unwrap_or_else(|report| panic!("{report}"))
    };
    assert_eq!([follows(""), follows("redirect = \"refuse\""), follows("redirect = \"follow\"")], [false, false, true]);
    assert_eq!(mistakes("", "redirect = \"sometimes\""), ["sip.peer[1].redirect"]);
}

#[test]
fn a_user_has_terms_of_its_own_and_is_trusted_with_nothing_unless_they_say_so() {
    let terms = |keys: &str| {
        let model = with(&format!("{ALICE}{keys}"), "").unwrap_or_else(|report| panic!("{report}"));
        model.terms(model.party_of(UserIndex(0))).clone()
    };
    let (peers, plain) = (with("", "").unwrap_or_else(|report| panic!("{report}")), terms(""));
    let neighbour = &peers.sip.peers[0].terms;
    assert_eq!((plain.trusted, plain.diversion), (false, DiversionField::None));
    assert_eq!((neighbour.trusted, neighbour.diversion), (true, DiversionField::Diversion));
    assert_eq!((plain.transfer, plain.redirect, &plain.limits), (false, false, &Limits::default()));
    let more =
        terms("trusted = true\ntransfer = \"accept\"\nredirect = \"follow\"\ncalls_max = 2\nminutes_per_day = 3\n");
    assert!(more.trusted && more.transfer && more.redirect);
    assert_eq!((more.limits.calls_max, more.limits.talk_per_day), (Some(2), Some(Duration::from_secs(180))));
    assert_eq!(mistakes(&format!("{ALICE}transfers = \"accept\"\n"), ""), ["sip.user[1].transfers"]);
}

#[test]
fn the_terms_of_a_user_with_a_peer_stand_with_the_peer() {
    let of_phone = format!("{ALICE}peer = \"peer\"\n");
    let model = with(&of_phone, "transfer = \"accept\"").unwrap_or_else(|report| panic!("{report}"));
    assert!(model.terms(model.party_of(UserIndex(0))).transfer);
    let written = format!("{of_phone}transfer = \"accept\"\nsrtp = \"off\"\n");
    assert_eq!(mistakes(&written, ""), ["sip.user[1].transfer", "sip.user[1].srtp"]);
}

#[test]
fn a_challenged_peer_has_an_account_and_its_name_is_no_users() {
    assert_eq!(mistakes("", "challenge = true"), ["sip.peer[1].challenge"]);
    assert_eq!(mistakes("", "password = \"x\""), ["sip.peer[1].username"]);
    let account = "username = \"alice\"\npassword = \"x\"\nchallenge = true";
    assert_eq!(mistakes(ALICE, account), ["sip.user[1].name"]);
    assert!(with(ALICE, &account.replace("true", "false")).is_ok(), "who is not challenged may have any name");
}

#[test]
fn a_route_leads_to_a_user_and_comes_from_one() {
    let route = |from: &str, to: &str| format!("{ALICE}[[route]]\nfrom = \"{from}\"\ncalled = \"1\"\nto = \"{to}\"\n");
    let user = UserIndex(0);
    let model = with(&route("trunk", "user:alice"), "").unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(model.routes.last().map(|route| route.to), Some(RouteTo::User(user)));
    let model = with(&route("user:alice", "trunk"), "").unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(model.routes.last().map(|route| route.from), Some(RouteFrom::User(user)));
    assert_eq!(mistakes(&route("user:alice", "user:alice"), "").len(), 1, "this is no SIP proxy");
    assert_eq!(mistakes(&route("trunk", "user:bob"), "").len(), 1);
    assert_eq!(model.user_named(b"alice"), Some(user));
}

#[test]
fn no_message_and_no_debug_shows_a_password() {
    let secret = "hush-hush";
    for wrong in [format!("{secret:?}x"), format!("[{secret:?}]"), format!("\"{secret}{}\"", "!".repeat(200))] {
        let text = format!("[[sip.user]]\nname = \"alice\"\npassword = {wrong}\n");
        let report = with(&text, "").expect_err("a mistake").to_string();
        assert!(!report.contains(secret) && report.contains("(not shown)"), "{report}");
    }
    let text = ALICE.replace("wonderland", secret);
    let model = with(&text, "").unwrap_or_else(|report| panic!("{report}"));
    assert!(!format!("{model:?}").contains(secret));
    assert_eq!(model.sip.users[0].password.reveal(), secret);
}
