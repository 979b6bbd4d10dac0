//! Whoever has proven nothing: answered once, by not much more than was asked, and forgotten (RFC 3261 8.2.7).

use super::*;
use std::collections::BTreeSet;

/// An endpoint to which the far side is nobody; with `users` somebody could prove to be somebody.
fn chart(users: &[&str]) -> Chart {
    let secrets = users.iter().map(|user| (Octets::from(*user), Secret::Password("wonderland".into())));
    let access = Access {
        realm: "here".into(),
        hashes: vec![digest::Hash::Sha256, digest::Hash::Md5],
        secrets: secrets.collect(),
        registrants: users
            .iter()
            .map(|user| ((*user).into(), Registrant { bindings_max: 1, bulk: false, notified: false }))
            .collect(),
    };
    Chart { standing: Standing::Unproven, ..Chart::with(EndpointConfig { access, ..config(1) }) }
}

fn request(method: &str, number: usize, to_tag: &str) -> String {
    format!(
        "{method} sip:600@192.0.2.1 SIP/2.0\nVia: SIP/2.0/UDP 192.0.2.101:5060;branch=z9hG4bK{number};rport\nMax-Forwards: 70\n\
         From: <sip:100@192.0.2.1>;tag={number}\nTo: <sip:600@192.0.2.1>{to_tag}\nCall-ID: {number}@192.0.2.101\n\
         CSeq: 1 {method}\nContact: <sip:100@192.0.2.101:5060>\nUser-Agent: friendly-scanner\n"
    )
}

#[test]
fn a_stranger_is_refused_once_without_100_and_nothing_is_kept_or_repeated() {
    let mut chart = chart(&[]);
    chart.receive(&request("INVITE", 1, ""));
    let refused = chart.says("SIP/2.0 403 Forbidden");
    chart.silent();
    chart.tells_nothing();
    assert_eq!(chart.ua.occupancy(), Occupancy::default());
    chart.wait_ms(64_000);
    chart.silent();
    // The same request is answered in the same words, and its ACK is known.
    chart.receive(&request("INVITE", 1, ""));
    assert_eq!(chart.says("SIP/2.0 403 ").text, refused.text);
    let tag = refused.to_tag();
    chart.receive(&request("ACK", 1, &format!(";tag={tag}")));
    assert_eq!(chart.ua.counters().acks_stray, 0);
    // Nobody else's: a tag is for one request.
    chart.receive(&request("ACK", 2, &format!(";tag={tag}")));
    assert_eq!(chart.ua.counters().acks_stray, 1);
    chart.receive(&request("CANCEL", 1, ""));
    chart.ends_empty();
}

#[test]
fn each_method_of_a_stranger_has_one_answer_and_no_transaction() {
    let mut chart = chart(&["alice"]);
    let asked = [
        ("INVITE", "401"),
        ("REGISTER", "401"),
        ("OPTIONS", "200"),
        ("BYE", "481"),
        ("UPDATE", "481"),
        ("MESSAGE", "405"),
        ("DANCE", "501"),
    ];
    for (number, (method, status)) in asked.into_iter().enumerate() {
        chart.receive(&request(method, number, ""));
        chart.says(&format!("SIP/2.0 {status} "));
        chart.receive(&request(method, number + 100, ";tag=unknown"));
        chart.says("SIP/2.0 481 ");
        chart.silent();
    }
    chart.receive(&request("CANCEL", 50, ""));
    chart.silent();
    assert_eq!(chart.ua.occupancy(), Occupancy::default());
}

#[test]
fn a_flood_without_credentials_makes_no_transaction_and_no_more_datagrams_than_it_has() {
    for (users, method, factor) in [
        (&["alice"][..], "REGISTER", 2.0),
        (&["alice"], "INVITE", 2.0),
        (&[], "INVITE", 1.0),
        (&["alice"], "OPTIONS", 1.2),
    ] {
        let mut chart = chart(users);
        let (mut received, mut nonces) = (0, BTreeSet::new());
        for number in 0..1_000 {
            let octets = datagram(&request(method, number, ""));
            received += octets.len();
            chart.receive_octets("198.51.100.1:5060", &octets);
            assert_eq!(chart.ua.occupancy(), Occupancy::default(), "{method}");
        }
        let sent: usize = chart.sent.iter().map(|(_, said)| said.text.len()).sum();
        assert_eq!(chart.sent.len(), 1_000, "{method}");
        assert!(sent as f64 <= factor * received as f64, "{method}: {sent} octets for {received}");
        nonces.extend(chart.sent.drain(..).filter_map(|(_, said)| said.find("WWW-Authenticate").map(str::to_owned)));
        assert!(users.is_empty() || method == "OPTIONS" || nonces.len() == 1_000, "each nonce is one");
        chart.ends_empty();
    }
}

#[test]
fn an_answer_gives_way_where_the_request_has_no_room_for_it() {
    let mut chart = chart(&["alice"]);
    let short = |method: &str, filling: usize| {
        format!(
            "{method} sip:6@h SIP/2.0\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\nFrom: <sip:1@h>;tag=1\nTo: <sip:6@h>\nCall-ID: 1\n\
             CSeq: 1 {method}\nSubject: {}\n",
            "x".repeat(filling)
        )
    };
    chart.receive(&short("INVITE", 60));
    let one = chart.says("SIP/2.0 401 ");
    assert_eq!(one.text.matches("WWW-Authenticate").count(), 1, "the most wanted one: {}", one.text);
    assert!(one.header("WWW-Authenticate").contains("SHA-256"));
    chart.receive(&short("INVITE", 300));
    assert_eq!(chart.says("SIP/2.0 401 ").text.matches("WWW-Authenticate").count(), 2);
    chart.receive(&short("OPTIONS", 60));
    assert_eq!(chart.says("SIP/2.0 200 ").find("Accept"), None);
    chart.receive(&short("INVITE", 0));
    chart.silent();
    assert_eq!(chart.ua.counters().answers_withheld, 1);
}

#[test]
fn a_peer_that_registers_is_challenged_like_everybody() {
    let mut chart = Chart { standing: Standing::Peer, ..chart(&["alice"]) };
    chart.receive(&request("REGISTER", 1, ""));
    chart.says("SIP/2.0 401 ");
    assert_eq!(chart.ua.occupancy(), Occupancy::default());
}
