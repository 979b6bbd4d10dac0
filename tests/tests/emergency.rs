//! Emergency calls: their numbers and services, the circuits kept for them, and what they say of themselves.

use std::net::SocketAddr;

use config::Model;
use hw_sim::far_end::CallOrder;
use tests::{Plan, World};

/// The embedded default with four circuits of ISUP, two of which are kept, an answering point, and these numbers.
const SECTIONS: &str = "
[emergency]
numbers = [\"110\"]

[[emergency.service]]
service = \"sos\"
number = \"600\"

[[emergency.service]]
service = \"sos.fire\"
number = \"601\"
";

fn serving() -> World {
    let trunk = "name = \"trunk\"\nreserve = 2";
    let point = "[[sip.peer]]\nname = \"point\"\naddress = \"sip:127.0.0.77:5060\"\naccept_from = []\n\n[[sip.peer]]";
    let route = "[[route]]\nfrom = \"trunk\"\ncalled = \"110\"\nto = \"point\"\n\n[[route]]";
    let text = config::EMBEDDED
        .replace("cic_base = 0", "cic_base = 0, timeslots = \"1-4\"")
        .replacen("name = \"trunk\"", trunk, 1)
        .replacen("[[sip.peer]]", point, 1)
        .replacen("[[route]]", route, 1);
    let model: Model =
        config::parse("emergency", &format!("{text}\n{SECTIONS}")).unwrap_or_else(|report| panic!("{report}"));
    let mut world = World::with(model, 1);
    world.wait_until("service", World::is_ready);
    world
}

const CALLER: &str = "127.0.0.9:5060";

fn invite(number: usize, uri: &str, field: &str) -> Vec<u8> {
    format!(
        "INVITE {uri} SIP/2.0\r\nVia: SIP/2.0/UDP {CALLER};branch=z9hG4bK{number}\r\nMax-Forwards: 70\r\n\
         From: <sip:100@{CALLER}>;tag={number}\r\nTo: <{uri}>\r\nCall-ID: {number}@{CALLER}\r\nCSeq: 1 INVITE\r\n\
         Contact: <sip:{CALLER}>\r\n{field}Content-Length: 0\r\n\r\n"
    )
    .into_bytes()
}

/// The status of the last response to it within two seconds. It is not acknowledged, so others may be repeated.
fn asks(world: &mut World, number: usize, uri: &str, field: &str) -> u16 {
    let caller: SocketAddr = CALLER.parse().expect("an address");
    world.send(caller, &invite(number, uri, field));
    world.run(2_000);
    let mut last = 0;
    while let Some(octets) = world.receive(caller) {
        let text = String::from_utf8_lossy(&octets).into_owned();
        let is_it = text.contains(&format!("\r\nCall-ID: {number}@"));
        last = text.get(8..11).filter(|_| is_it).and_then(|status| status.parse().ok()).unwrap_or(last);
    }
    last
}

#[test]
fn a_service_of_emergency_is_called_by_its_number_or_that_of_the_one_above() {
    let mut world = serving();
    for (number, uri) in ["urn:service:sos", "urn:service:sos.fire.forest", "urn:service:sos.police"].iter().enumerate()
    {
        assert_eq!(asks(&mut world, number, uri, ""), 200, "{uri}");
    }
    assert_eq!(asks(&mut world, 9, "urn:service:counseling", ""), 416);
    world.run(40_000);
    world.settle();
    let called: Vec<_> = world.records().iter().map(|record| record.call.called.clone()).collect();
    assert_eq!(called, ["600", "601", "600"]);
}

#[test]
fn kept_circuits_are_for_emergency_calls_alone() {
    let mut world = serving();
    let ordinary = [(); 3].map(|()| world.phone.call("602", Plan::talk(60_000)));
    world.run(1_000);
    assert_eq!(ordinary.map(|call| world.phone.view(call).status), [Some(200), Some(200), Some(503)]);
    // By its number, and because its peer says so; then all four are taken.
    let emergency = world.phone.call("600", Plan::talk(50_000));
    world.run(1_000);
    assert_eq!(world.phone.view(emergency).status, Some(200));
    assert_eq!(asks(&mut world, 1, "sip:602@127.0.0.1", "Resource-Priority: esnet.2\r\n"), 200);
    assert_eq!(asks(&mut world, 2, "urn:service:sos", ""), 503, "there is no circuit");
    world.settle();
}

#[test]
fn an_emergency_call_from_the_exchange_says_so_to_its_peer() {
    let mut world = serving();
    let point: SocketAddr = "127.0.0.77:5060".parse().expect("an address");
    let order = world.place(CallOrder::verified("110", "4930100", 500));
    world.run(2_000);
    let Some(octets) = world.receive(point) else { panic!("{:?} {:?}", world.outcome(order), world.records()) };
    let text = String::from_utf8(octets).expect("text");
    assert!(text.starts_with("INVITE sip:110@") && text.contains("\r\nResource-Priority: esnet.0\r\n"), "{text}");
    world.outcome(order);
    world.settle();
}
