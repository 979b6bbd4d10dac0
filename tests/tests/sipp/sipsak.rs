//! sipsak asks by OPTIONS whether anybody is there, and sends messages whose octets are spoilt at random.

use std::process::{Command, Output};
use tests::real::Gateway;

fn sipsak(gateway: &Gateway, arguments: &[&str]) -> Output {
    let uri = format!("sip:600@{}", gateway.sip());
    let mut command = Command::new("sipsak");
    command.args(arguments).args(["-H", &gateway.place().ip().to_string(), "-s", &uri]);
    command.output().expect("sipsak is installed")
}

#[test]
fn options_over_udp_and_tcp_are_answered() {
    let gateway = Gateway::start();
    for transport in ["udp", "tcp"] {
        let output = sipsak(&gateway, &["-vv", "-E", transport]);
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && said.contains("SIP/2.0 200 OK"), "{transport}: {output:?}");
    }
}

#[test]
fn spoilt_messages_do_no_harm() {
    let gateway = Gateway::start();
    // Whatever it makes of the answers, it must get them: the gateway is asked again afterwards.
    sipsak(&gateway, &["-R", "-t", "100"]);
    let output = sipsak(&gateway, &["-v"]);
    assert!(output.status.success(), "{output:?}");
    assert_eq!(gateway.status()["sip"]["sessions"].as_u64().unwrap_or_default(), 0);
}
