//! What the gateway lets in: peers within their limits, strangers within their budget.

use std::fmt::Write;
use std::net::SocketAddr;

use config::Model;
use tests::{Plan, World};

/// The embedded default, its first peer with these keys.
fn limited(keys: &str) -> Model {
    let text = config::EMBEDDED.replacen("[[sip.peer]]", &format!("[[sip.peer]]\n{keys}"), 1);
    let text = format!("{text}\n[emergency]\nnumbers = [\"601\"]\n");
    config::parse("limits", &text).unwrap_or_else(|report| panic!("{report}"))
}

fn serving(keys: &str) -> World {
    let mut world = World::with(limited(keys), 1);
    world.wait_until("service", World::is_ready);
    world
}

fn invite(number: usize, from: SocketAddr) -> Vec<u8> {
    let mut text =
        format!("INVITE sip:00900123456@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP {from};branch=z9hG4bK{number}\r\n");
    write!(text, "Max-Forwards: 70\r\nFrom: <sip:100@127.0.0.1>;tag={number}\r\nTo: <sip:00900123456@127.0.0.1>\r\n")
        .and_then(|()| write!(text, "Call-ID: {number}@{from}\r\nCSeq: 1 INVITE\r\nContact: <sip:{from}>\r\n"))
        .and_then(|()| write!(text, "User-Agent: friendly-scanner\r\nContent-Length: 0\r\n\r\n"))
        .expect("a string takes all");
    text.into_bytes()
}

#[test]
fn calls_beyond_a_peers_number_get_503_and_leave_no_record() {
    let mut world = serving("calls_max = 2");
    let calls = [(); 3].map(|()| world.phone.call("600", Plan::talk(1_000)));
    let emergency = world.phone.call("601", Plan::talk(500));
    world.settle();
    let statuses = calls.map(|call| world.phone.view(call).status);
    assert_eq!(statuses, [Some(200), Some(200), Some(503)]);
    assert_eq!(world.phone.view(emergency).status, Some(200));
    assert_eq!(world.records().len(), 3);
    let peer = &world.status().peers[0];
    assert_eq!((peer.calls, peer.refused_calls), (0, 1));
}

#[test]
fn a_peer_that_has_talked_its_minutes_gets_403_until_the_next_day() {
    let mut world = serving("minutes_per_day = 1");
    let first = world.phone.call("600", Plan::talk(61_000));
    world.run(10_000);
    let second = world.phone.call("600", Plan::talk(1_000));
    world.settle();
    let third = world.phone.call("600", Plan::talk(1_000));
    world.settle();
    let statuses = [first, second, third].map(|call| world.phone.view(call).status);
    assert_eq!(statuses, [Some(200), Some(200), Some(403)]);
    assert_eq!(world.records().last().expect("it left a record").cause, Some(21));
    assert_eq!(world.status().peers[0].minutes_today, 1);
}

#[test]
fn a_barred_number_is_403_with_a_record() {
    let mut world = serving("barred = [\"60X\"]");
    let calls = ["600", "601"].map(|number| world.phone.call(number, Plan::talk(500)));
    world.settle();
    assert_eq!(calls.map(|call| world.phone.view(call).status), [Some(403), Some(200)]);
    assert_eq!(world.records().len(), 2);
}

#[test]
fn a_scanner_is_soon_unheard_and_peers_notice_nothing() {
    let mut world = serving("");
    let scanner: SocketAddr = "203.0.113.9:5060".parse().expect("an address");
    let call = world.phone.call("600", Plan::talk(4_000));
    let mut number = 0;
    for _ in 0..200 {
        for _ in 0..50 {
            number += 1;
            world.send(scanner, &invite(number, scanner));
        }
        world.run(10);
    }
    let late = world.phone.call("600", Plan::talk(500));
    world.settle();
    for call in [call, late] {
        let view = world.phone.view(call);
        assert_eq!((view.status, view.differences), (Some(200), 0), "{view:?}");
    }
    let sip = world.status().sip;
    assert!(sip.strangers <= 12 && sip.unheard >= 9_900, "{sip:?}");
    assert_eq!(sip.sources_in_debt, 1);
    assert_eq!(world.records().len(), 2, "what strangers ask leaves no record");
}

#[test]
fn a_trunk_is_used_by_whom_it_is_for_and_others_get_403_with_a_record() {
    for (allow, status, cause) in
        [("\"peer\", \"trunk\"", 200, 16), ("\"trunk\"", 403, 21), ("", 403, 21), ("\"sip\"", 200, 16)]
    {
        let trunk = format!("name = \"trunk\"\nallow = [{allow}]");
        let text = config::EMBEDDED.replacen("name = \"trunk\"", &trunk, 1);
        let model = config::parse("access", &text).unwrap_or_else(|report| panic!("{report}"));
        let mut world = World::with(model, 1);
        world.wait_until("service", World::is_ready);
        let call = world.phone.call("600", Plan::talk(500));
        world.settle();
        assert_eq!(world.phone.view(call).status, Some(status), "{allow}");
        assert_eq!(world.records().last().expect("a record").cause, Some(cause), "{allow}");
    }
}

#[test]
fn whoever_is_heard_over_tls_alone_is_not_heard_without() {
    let text = config::EMBEDDED
        .replace("\"udp:127.0.0.1:5060\"", "\"udp:127.0.0.1:5060\", \"tls:127.0.0.1:5061\"")
        .replacen(
            "[[sip.peer]]",
            "tls_only = true\n[sip.tls]\ncertificate = \"c.pem\"\nkey = \"k.pem\"\n[[sip.peer]]",
            1,
        )
        .replace("sip:127.0.0.1:5070", "sips:127.0.0.1:5070");
    let model = config::parse("access", &text).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("service", World::is_ready);
    for source in ["203.0.113.9:5060", "127.0.0.9:5060"] {
        let source: SocketAddr = source.parse().expect("an address");
        world.send(source, &invite(1, source));
        world.run(100);
        assert_eq!(world.receive(source), None);
    }
    let sip = world.status().sip;
    assert_eq!((sip.plain, sip.received, sip.strangers), (2, 0, 0));
}
