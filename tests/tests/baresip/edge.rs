//! baresip registers a flow of its own (RFC 5626): at the gateway, which answers its STUN, and behind Kamailio as edge proxy, by whose path it is
//! called.

use crate::telephone::{self, Audio, Baresip};
use std::net::SocketAddr;
use tests::real::kamailio::Process;
use tests::real::{Gateway, Setup, until};

/// 200 is alice, wherever she is.
fn with_alice() -> Gateway {
    let sip_keys = "realm = \"gateway\"\ndigests = [\"MD5\"]\n\
        [[route]]\nfrom = \"trunk\"\ncalled = \"200\"\nto = \"user:alice\"\n\
        [[sip.user]]\nname = \"alice\"\npassword = \"wonderland\"";
    Setup { callee: telephone::address(), sip_keys: sip_keys.into(), ..Setup::new() }.start()
}

/// alice's telephone, once she is registered by a flow at that proxy.
fn registered(gateway: &Gateway, proxy: SocketAddr) -> Baresip {
    let flow = format!("regint=600;sipnat=outbound;outbound=\"sip:{proxy}\"");
    let telephone = Baresip::new(gateway, Audio::Echo).of_user("alice", "wonderland", gateway.sip(), &flow);
    let telephone = telephone.answering();
    until("alice is registered", || (gateway.status()["sip"]["registered"] == 1).then_some(()));
    telephone
}

fn is_called(gateway: &Gateway) {
    let output = gateway.sim_call(&["--called", "200", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["disposition"], "answered");
}

#[test]
fn baresip_keeps_its_flow_alive_by_asking_the_gateway_where_it_is() {
    let gateway = with_alice();
    let _telephone = registered(&gateway, gateway.sip());
    until("baresip asks", || (gateway.status()["sip"]["bindings_asked"].as_u64() > Some(1)).then_some(()));
    assert_eq!(
        gateway.status()["users"].as_array().map(Vec::len),
        Some(1),
        "an answer that it did not like would end the flow"
    );
    is_called(&gateway);
}

#[test]
fn baresip_behind_an_edge_proxy_is_called_by_the_path_of_its_flow() {
    let gateway = with_alice();
    let at = gateway.place().free_port();
    let text = include_str!("../../fixtures/kamailio_edge.cfg");
    let text = text.replace("{plain}", &at.to_string()).replace("{registrar}", &gateway.sip().to_string());
    let _edge = Process::start(gateway.place(), "edge", &text, at);
    let _telephone = registered(&gateway, at);
    let path = gateway.status()["users"][0]["path"].to_string();
    assert!(path.contains(&at.to_string()) && path.contains(";ob"), "{path}");
    is_called(&gateway);
}
