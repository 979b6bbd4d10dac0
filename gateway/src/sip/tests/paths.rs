//! Proxies between users and us, and between us and registrars: Path and Service-Route.

use super::registrar::{authorization, chart, request};
use super::*;
use crate::sip::route::ROUTES_MAX;
use crate::sip::{ContactOf, RegistrationConfig};

const EDGE: &str = "<sip:token@192.0.2.200;lr;ob>";
const VIA_EDGE: &str = "\nVia: SIP/2.0/UDP 10.0.0.5;branch=z9hG4bKp\nMax-Forwards";

/// Registers through an edge proxy; what alice hears.
fn through(chart: &mut Chart, cseq: u32, rest: &str) -> Said {
    let mut proof = chart.asked();
    let shown = authorization("REGISTER", &mut proof);
    let register = request("REGISTER", &format!("p{cseq}"), cseq, &format!("{shown}{rest}"));
    chart.receive(&register.replace("\nMax-Forwards", VIA_EDGE));
    chart.says("SIP/2.0 ")
}

fn flow(reg_id: u32) -> String {
    format!("Contact: <sip:alice@10.0.0.5:5060>;reg-id={reg_id};+sip.instance=\"<urn:uuid:1>\"\n")
}

/// Calls alice wherever she is.
fn call(chart: &mut Chart) -> SessionId {
    let session = chart.ua.next_session();
    let mut command = invite_command(session);
    if let Command::Invite(invitation) = &mut command {
        let mut places =
            chart.ua.bindings(chart.now, b"alice").into_iter().map(|binding| binding.place("")).collect::<Vec<_>>();
        invitation.place = places.remove(0);
        invitation.others = places;
    }
    chart.command(command);
    session
}

#[test]
fn a_user_behind_proxies_is_called_by_the_path_that_they_have_told() {
    let mut chart = chart();
    let path = format!("Supported: path\nPath: <sip:inner.example.com;lr>, {EDGE}\n");
    let ok = through(&mut chart, 2, &format!("{path}Contact: <sip:alice@10.0.0.5:5060>\n"));
    assert_eq!((ok.line(), ok.find("Require")), ("SIP/2.0 200 OK", None));
    assert_eq!(ok.header("Path"), format!("<sip:inner.example.com;lr>, {EDGE}"));
    call(&mut chart);
    chart.resolves(Question::Naptr("inner.example.com".into()), Records::Naptr(Vec::new()));
    chart.resolves(Question::Srv("_sip._udp.inner.example.com".into()), Records::Srv(Vec::new()));
    let found = Records::Addresses(vec!["192.0.2.201".parse().unwrap()]);
    chart.resolves(Question::Addresses("inner.example.com".into()), found);
    let invite = chart.says("INVITE sip:alice@10.0.0.5:5060 ");
    assert_eq!(invite.to.to_string(), "192.0.2.201:5060");
    let routes: Vec<_> = invite.text.lines().filter_map(|line| line.strip_prefix("Route: ")).collect();
    assert_eq!(routes, ["<sip:inner.example.com;lr>", EDGE]);
    // What belongs to the INVITE goes by its route, too.
    chart.receive(&invite.answered("486 Busy Here", "a", ""));
    assert!(chart.says("ACK ").text.contains(&format!("Route: {EDGE}\r\n")));
}

#[test]
fn who_does_not_know_of_paths_is_told_that_there_is_one() {
    let mut chart = chart();
    let contact = "Contact: <sip:alice@10.0.0.5:5060>\n";
    let refused = through(&mut chart, 2, &format!("Path: {EDGE}\n{contact}"));
    assert_eq!((refused.line(), refused.header("Unsupported")), ("SIP/2.0 420 Bad Extension", "path"));
    let supported = |path: &str| format!("Supported: path\nRequire: path\n{path}{contact}");
    for path in [
        "Path: <sip:strict.example.com>\n".to_owned(),
        "Path: <tel:1;lr>\n".into(),
        format!("Path: {}\n", [EDGE; ROUTES_MAX + 1].join(", ")),
    ] {
        chart.wait_ms(1);
        assert_eq!(through(&mut chart, 3, &supported(&path)).line(), "SIP/2.0 400 Bad Request", "{path}");
    }
    chart.wait_ms(1);
    let most = format!("Path: {}\n", [EDGE; ROUTES_MAX].join(", "));
    assert_eq!(through(&mut chart, 4, &supported(&most)).line(), "SIP/2.0 200 OK");
}

#[test]
fn a_flow_ends_at_the_proxy_that_says_so_and_at_no_other() {
    let mut chart = chart();
    let outbound = |path: &str| format!("Supported: path, outbound\nPath: {path}\n{}", flow(1));
    let refused = through(&mut chart, 2, &outbound("<sip:token@192.0.2.200;lr>"));
    assert_eq!(refused.line(), "SIP/2.0 439 First Hop Lacks Outbound Support");
    chart.wait_ms(1);
    let ok = through(&mut chart, 3, &outbound(EDGE));
    assert_eq!((ok.header("Require"), ok.find("Flow-Timer"), ok.header("Path")), ("outbound", None, EDGE));
    // The device moves to another edge: it is the same binding.
    chart.wait_ms(1);
    through(&mut chart, 4, &outbound("<sip:other@192.0.2.202;lr;ob>"));
    let bindings = chart.ua.bindings(chart.now, b"alice");
    assert_eq!((bindings.len(), bindings[0].place("").next_hop().octets()), (1, &b"sip:other@192.0.2.202;lr;ob"[..]));
}

#[test]
fn a_device_that_has_answered_is_not_asked_by_its_other_flow_and_one_that_was_not_reached_is() {
    for (status, asked_again) in [("486 Busy Here", false), ("430 Flow Failed", true), ("408 Request Timeout", true)] {
        let mut chart = chart();
        for (cseq, edge) in [(2, "192.0.2.202"), (3, "192.0.2.200")] {
            let path = format!("Supported: path, outbound\nPath: <sip:token@{edge};lr;ob>\n{}", flow(cseq));
            assert_eq!(through(&mut chart, cseq, &path).line(), "SIP/2.0 200 OK");
            chart.wait_ms(1);
        }
        let session = call(&mut chart);
        let first = chart.says("INVITE ");
        assert_eq!(first.to.to_string(), "192.0.2.200:5060");
        chart.receive(&first.answered(status, "a", ""));
        chart.says("ACK ");
        match asked_again {
            true => assert_eq!(chart.says("INVITE ").to.to_string(), "192.0.2.202:5060"),
            false => assert!(matches!(chart.tells(), Event::Refused { session: it, status: 486, .. } if it == session)),
        }
    }
}

#[test]
fn a_registrar_is_asked_by_the_route_that_it_has_told_as_long_as_we_are_bound_there() {
    let uri = |text: &str| Uri::parse(text.as_bytes()).expect("a URI");
    let registrar = uri("sip:192.0.2.101");
    let mut chart = Chart::new();
    chart.command(Command::Register(Box::new(RegistrationConfig {
        registrar: registrar.clone(),
        address: uri("sip:bob@biloxi.example.com"),
        contact: ContactOf::User("100".into()),
        flow: None,
        expires_s: 3600,
        account: None,
    })));
    let register = chart.says("REGISTER ");
    assert_eq!(register.header("Supported"), "path");
    let route = |chart: &Chart, registrar: &Uri| chart.ua.service_route(chart.now, registrar);
    assert!(route(&chart, &registrar).is_empty());
    let told = "Expires: 600\nService-Route: <sip:one@192.0.2.7;lr>\nService-Route: <sip:two@192.0.2.8;lr>\n";
    chart.receive(&register.answered("200 OK", "a", told));
    let routes: Vec<Octets> = ["<sip:one@192.0.2.7;lr>", "<sip:two@192.0.2.8;lr>"].map(Octets::from).into();
    assert_eq!(route(&chart, &registrar), routes);
    assert!(route(&chart, &uri("sip:192.0.2.102")).is_empty(), "another registrar");
    // The next answer has another; one that cannot be gone is none.
    for (answer, expected) in [("Service-Route: <sip:192.0.2.9;lr>\n", 1), ("Service-Route: <sip:192.0.2.9>\n", 0)] {
        chart.wait_ms(300_000);
        let register = chart.says("REGISTER ");
        chart.receive(&register.answered("200 OK", "a", &format!("Expires: 600\n{answer}")));
        assert_eq!(route(&chart, &registrar).len(), expected);
    }
}
