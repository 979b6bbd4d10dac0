//! sipsak asks by OPTIONS whether anybody is there, over each transport, floods, and sends messages whose octets are spoilt at random.

use rcgen::generate_simple_self_signed;
use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Command, Output};
use tests::real::{Gateway, Scenario, Setup, until};

fn sipsak(gateway: &Gateway, at: SocketAddr, arguments: &[&str]) -> Output {
    let mut command = Command::new("sipsak");
    // It compares a certificate with what stands before a port, too.
    command.args(arguments).args(["-s", &format!("sip:600@{}", at.ip()), "-r", &at.port().to_string()]);
    if !arguments.contains(&"-H") {
        command.args(["-H", &gateway.place().ip().to_string()]);
    }
    // It takes the session tickets of TLS 1.3 for the end of the connection.
    let gnutls = gateway.place().file("gnutls.conf");
    fs::write(&gnutls, "[overrides]\ndisabled-version = tls1.3\n").expect("the folder is ours");
    command.env("GNUTLS_SYSTEM_PRIORITY_FILE", gnutls).output().expect("sipsak is installed")
}

/// One that is heard by TLS too, with its certificate's file.
fn over_tls() -> (Gateway, SocketAddr, String) {
    let setup = Setup::new();
    let address = setup.place.free_port();
    let own = generate_simple_self_signed([setup.place.ip().to_string()]).expect("an address is a good name");
    let [certificate, key] = ["own.pem", "own.key"].map(|name| setup.place.file(name));
    fs::write(&certificate, own.cert.pem()).expect("the folder is ours");
    fs::write(&key, own.signing_key.serialize_pem()).expect("the folder is ours");
    let sip_keys = format!("[sip.tls]\ncertificate = {certificate:?}\nkey = {key:?}\nauthorities = {certificate:?}");
    let gateway = Setup { sip_keys, listeners: vec![format!("tls:{address}")], ..setup }.start();
    (gateway, address, certificate.display().to_string())
}

#[test]
fn options_over_each_transport_are_answered() {
    let (gateway, tls, certificate) = over_tls();
    for (transport, at) in [("udp", gateway.sip()), ("tcp", gateway.sip()), ("tls", tls)] {
        let output = sipsak(&gateway, at, &["-vv", "-E", transport, "--tls-ca-cert", &certificate]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("SIP/2.0 200 OK"), "{transport}: {output:?}");
        println!("| sipsak asks | {transport} | OPTIONS gets 200 |");
    }
}

/// Of a stranger: its budget is soon spent.
#[test]
fn calls_of_a_peer_complete_in_a_flood_of_options() {
    let setup = Setup::new();
    let peers_from = format!("{}/32", setup.place.ip());
    let gateway = Setup { peers_from, ..setup }.start();
    let stranger = Ipv4Addr::new(127, 251, 2, 1).to_string();
    let calls = Scenario::new("call").with("media", 6_000).calls(20).option("-r", 5).option("-d", 300);
    let calls = calls.call_from(&gateway, "600");
    for _ in 0..FLOODS {
        sipsak(&gateway, gateway.sip(), &["-F", "-e", "5000", "-H", &stranger, "--local-ip", &stranger]);
    }
    calls.succeeded();
    gateway.settle();
    assert!(gateway.records(20).iter().all(|record| record["disposition"] == "answered"));
    let unheard =
        until("a flood that is unheard", || gateway.status()["sip"]["unheard"].as_u64().filter(|n| *n > 1_000));
    println!("{unheard} of {} requests were not heard", FLOODS * 5_000);
}

#[test]
fn spoilt_messages_do_no_harm() {
    let gateway = Gateway::start();
    // Whatever it makes of the answers, it must get them: the gateway is asked again afterwards.
    sipsak(&gateway, gateway.sip(), &["-R", "-t", "100"]);
    let output = sipsak(&gateway, gateway.sip(), &["-v"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(gateway.status()["sip"]["sessions"].as_u64().unwrap_or_default(), 0);
}

const FLOODS: u64 = 4;
