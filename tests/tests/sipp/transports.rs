//! SIPp over TCP, in both roles, with one connection for all calls and with one for each; and over IPv6.

use std::net::{Ipv6Addr, SocketAddr, UdpSocket};
use tests::real::{Gateway, Scenario, Setup, voice};

#[test]
fn a_call_over_tcp_is_answered_and_every_octet_comes_back() {
    let gateway = Gateway::start();
    let socket = gateway.place().socket();
    let media = socket.local_addr().expect("it is bound").port();
    let scenario = Scenario::new("call").with("media", media).option("-d", 3000).option("-t", "t1");
    let caller = scenario.call_from(&gateway, "600");
    let voice = voice::speak(socket, &caller);
    caller.succeeded();
    gateway.settle();
    let verdict = voice.finish().verdict;
    voice::assert_exact(&verdict, &gateway.records(1)[0], 10_000);
    println!("| SIPp calls | tcp | {} octets came back |", verdict.compared);
}

#[test]
fn ten_calls_at_once_over_ten_connections_are_answered() {
    let gateway = Gateway::start();
    let scenario = Scenario::new("call").with("media", 6000).option("-d", 500).calls(10);
    scenario.option("-t", "tn").option("-max_socket", 20).call(&gateway, "600");
    gateway.settle();
    assert!(gateway.records(10).iter().all(|record| record["disposition"] == "answered"));
}

#[test]
fn the_far_exchange_calls_a_telephone_over_tcp() {
    let gateway = Setup { callee_parameters: ";transport=tcp".into(), ..Setup::new() }.start();
    let answerer = Scenario::new("answering").calls(3).option("-t", "t1").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--count", "3", "--hold", "1", "--rate", "3"]);
    assert!(output.status.success(), "{output:?}");
    let played = answerer.succeeded();
    assert!(played.messages.contains("Via: SIP/2.0/TCP"), "{}", played.messages);
    gateway.settle();
    assert!(gateway.records(3).iter().all(|record| record["disposition"] == "answered"));
}

#[test]
fn a_telephone_that_is_not_there_is_told_as_destination_out_of_order_at_once() {
    for parameters in ["", ";transport=tcp"] {
        let gateway = Setup { callee_parameters: parameters.into(), ..Setup::new() }.start();
        let output = gateway.sim_call(&["--called", "100"]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(said.contains("cause 27"), "{parameters}: {output:?}");
        gateway.settle();
    }
}

/// A free port on the one loopback address that IPv6 has.
fn free_port() -> SocketAddr {
    let socket = UdpSocket::bind((Ipv6Addr::LOCALHOST, 0)).expect("IPv6 has a loopback address");
    socket.local_addr().expect("it is bound")
}

#[test]
fn calls_both_ways_over_ipv6_by_udp_and_tcp_are_answered() {
    for (transport, option) in [("udp", "u1"), ("tcp", "t1")] {
        let (sip, callee) = (free_port(), free_port());
        let callee_parameters = format!(";transport={transport}");
        let peers_from = "::1/128".to_owned();
        let setup = Setup { sip, callee, callee_parameters, peers_from, media: sip.ip(), ..Setup::new() };
        let gateway = setup.start();
        let folder = gateway.place().folder();
        let caller =
            Scenario::new("call").with("media", 6000).option("-d", 300).option("-s", "600").option("-t", option);
        let played = caller.play(folder, sip, free_port()).succeeded();
        assert!(played.messages.contains("c=IN IP6 ::1"), "{}", played.messages);
        let answerer = Scenario::new("answering").option("-t", option).play(folder, sip, callee).listening(callee);
        let output = gateway.sim_call(&["--called", "100", "--hold", "1"]);
        assert!(output.status.success(), "{output:?}");
        answerer.succeeded();
        gateway.settle();
        assert!(gateway.records(2).iter().all(|record| record["disposition"] == "answered"));
        println!("| SIPp calls and is called over IPv6 | {transport} | 2 calls |");
    }
}
