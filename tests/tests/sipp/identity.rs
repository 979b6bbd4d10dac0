//! Who is who, as foreign programs see it: SIPp is challenged by the gateway and challenges it, its telephones register, and
//! Kamailio is the registrar at which the gateway registers.

use std::fs;
use std::net::SocketAddr;
use tests::real::kamailio::Process;
use tests::real::{Gateway, Place, Playing, Scenario, Setup, until};

const ACCOUNT: &str = "username = \"gateway\"\npassword = \"looking-glass\"";

/// SIPp 3.6 looks at the first challenge and knows MD5 alone. Users alice and bob; 200 is alice, wherever she is. The peer must prove who it is.
fn with_users() -> Gateway {
    let sip_keys = "realm = \"gateway\"\ndigests = [\"MD5\", \"SHA-256\"]\n\
        [[route]]\nfrom = \"trunk\"\ncalled = \"200\"\nto = \"user:alice\"\n\
        [[sip.user]]\nname = \"alice\"\npassword = \"wonderland\"\n[[sip.user]]\nname = \"bob\"\npassword = \"builder\"";
    let peer_keys = format!("{ACCOUNT}\nchallenge = true");
    Setup { sip_keys: sip_keys.into(), peer_keys, ..Setup::new() }.start()
}

fn as_user(scenario: &str, user: &str, password: &str) -> Scenario {
    Scenario::new(scenario).with("user", user).with("password", password)
}

/// alice's telephone is there.
fn registers(gateway: &Gateway, telephone: SocketAddr, password: &str, status: u16) {
    let scenario = as_user("registering", "alice", password).with("status", status);
    scenario.play(gateway.place().folder(), gateway.sip(), telephone).succeeded();
}

fn answers(gateway: &Gateway, telephone: SocketAddr) -> Playing {
    Scenario::new("answering").play(gateway.place().folder(), gateway.sip(), telephone).listening(telephone)
}

#[test]
fn a_peer_that_is_challenged_and_a_user_prove_who_they_are_and_call() {
    let gateway = with_users();
    for (user, password) in [("gateway", "looking-glass"), ("bob", "builder")] {
        as_user("challenged_call", user, password).option("-d", 300).call(&gateway, "600");
    }
    gateway.settle();
    assert!(gateway.records(2).iter().all(|record| record["disposition"] == "answered"));
    assert_eq!(gateway.status()["sip"]["challenged"], 2);
}

#[test]
fn a_telephone_registers_and_is_called_where_it_is_even_after_a_restart() {
    let mut gateway = with_users();
    let telephone = gateway.place().free_port();
    registers(&gateway, telephone, "hearts", 403);
    let output = gateway.sim_call(&["--called", "200"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("cause 20"), "subscriber absent: {output:?}");
    registers(&gateway, telephone, "wonderland", 200);
    assert_eq!(gateway.status()["sip"]["registered"], 1);
    for _ in 0..2 {
        let answerer = answers(&gateway, telephone);
        let output = gateway.sim_call(&["--called", "200", "--hold", "1"]);
        assert!(output.status.success(), "{output:?}");
        let played = answerer.succeeded();
        assert!(played.messages.contains("INVITE sip:telephone@"), "{}", played.messages);
        gateway.terminate();
        assert!(gateway.ended().success());
        gateway.start_again();
    }
    let journal = fs::read_to_string(gateway.place().file("journal.jsonl")).expect("there is one");
    for secret in ["wonderland", "looking-glass", "builder"] {
        assert!(!journal.contains(secret) && !gateway.log().contains(secret), "{secret} is shown");
    }
}

/// A telephone that challenges by this quality of protection. SIPp verifies the answer to 401 alone.
fn challenging(qop: &str, password: &str) -> Scenario {
    let qop = if qop.is_empty() { String::new() } else { format!(", qop=\"{qop}\"") };
    as_user("challenging", "gateway", password).with("qop", qop)
}

#[test]
fn a_telephone_that_challenges_hears_the_account_of_the_peer() {
    for qop in ["", "auth", "auth-int"] {
        let gateway = Setup { peer_keys: ACCOUNT.into(), ..Setup::new() }.start();
        let answerer = challenging(qop, "looking-glass").answer(&gateway);
        let output = gateway.sim_call(&["--called", "100", "--hold", "1"]);
        assert!(output.status.success(), "{qop}: {output:?}");
        let played = answerer.succeeded();
        assert!(!played.messages.contains("SIP/2.0 403"), "{qop}: {}", played.messages);
        assert!(qop.is_empty() || played.messages.contains(&format!("qop={qop},")), "{}", played.messages);
        gateway.settle();
        assert_eq!(gateway.records(1)[0]["disposition"], "answered");
    }
}

#[test]
fn a_telephone_that_knows_another_password_is_told_as_refused() {
    let gateway = Setup { peer_keys: ACCOUNT.into(), ..Setup::new() }.start();
    let answerer = challenging("", "wonderland").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("not answered"), "{output:?}");
    answerer.succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["sip_status"], 403);
}

/// SIPp is the registrar, which judges the credentials.
#[test]
fn the_gateway_proves_who_it_is_to_a_registrar_by_each_quality_of_protection() {
    for qop in ["auth", "auth-int"] {
        let setup = Setup::new();
        let sip_keys = format!(
            "[[sip.registration]]\nregistrar = \"sip:{}\"\naor = \"498912345\"\nusername = \"498912345\"\npassword = \"battery\"",
            setup.callee
        );
        let registrar = as_user("registrar", "498912345", "battery").with("qop", qop);
        let registrar = registrar.play(setup.place.folder(), setup.sip, setup.callee).listening(setup.callee);
        let gateway = Setup { sip_keys, ..setup }.start();
        let registered = || (gateway.status()["registrations"][0]["state"] == "registered").then_some(());
        until("it is registered", registered);
        let played = registrar.succeeded();
        assert!(played.messages.contains(&format!("qop={qop},")), "{}", played.messages);
    }
}

#[test]
fn a_telephone_that_is_asked_whether_it_is_there_says_so() {
    let setup = Setup { peer_keys: "ping_s = 5".into(), ..Setup::new() };
    let telephone = Scenario::new("pinged").option("-m", 2);
    let telephone = telephone.play(setup.place.folder(), setup.sip, setup.callee).listening(setup.callee);
    let gateway = setup.start();
    telephone.succeeded();
    assert_eq!(gateway.status()["peers"][0]["answers"], true, "{:#}", gateway.status()["peers"]);
}

/// Kamailio as a registrar that is at that address.
fn registrar(place: &Place, at: SocketAddr) -> Process {
    let text = include_str!("../../fixtures/kamailio_registrar.cfg").replace("{plain}", &at.to_string());
    Process::start(place, "registrar", &text, at)
}

#[test]
fn the_gateway_registers_at_kamailio_is_called_by_its_address_and_takes_it_back() {
    let setup = Setup::new();
    let at = setup.place.free_port();
    let registrar = registrar(&setup.place, at);
    let sip_keys = format!(
        "[[sip.registration]]\nregistrar = \"sip:{at}\"\naor = \"498912345\"\ncontact_user = \"600\"\nexpires_s = 60\n\
         username = \"498912345\"\npassword = \"battery\""
    );
    let mut gateway = Setup { sip_keys, ..setup }.start();
    let registered = || {
        let status = gateway.status();
        let one = &status["registrations"][0];
        (one["state"] == "registered").then(|| one["expires_in_s"].as_u64().expect("it is bound"))
    };
    let left_s = until("it is registered", registered);
    assert!((50..=60).contains(&left_s), "{left_s} s");
    // A call to the address, by the registrar, to the user part of the Contact.
    let caller = Scenario::new("proxied_call").with("media", 6000).option("-d", 300).option("-s", "498912345");
    caller.play(gateway.place().folder(), at, gateway.place().free_port()).succeeded();
    gateway.settle();
    assert_eq!(gateway.records(1)[0]["called"], "600");
    gateway.terminate();
    assert!(gateway.ended().success());
    let refused = Scenario::new("refused_simply").with("status", 404).option("-s", "498912345");
    refused.play(gateway.place().folder(), at, gateway.place().free_port()).succeeded();
    drop(registrar);
}

/// A flow over UDP, which Kamailio's STUN answers; the call goes by the Service-Route that it has told, and comes back as one to the address.
#[test]
fn a_flow_at_kamailio_is_kept_alive_and_calls_go_by_the_route_that_it_tells() {
    let setup = Setup::new();
    let at = setup.place.free_port();
    let _registrar = registrar(&setup.place, at);
    let sip_keys = format!(
        "[[sip.registration]]\nregistrar = \"sip:{at}\"\noutbound = [\"sip:{at}\"]\naor = \"498912345\"\ncontact_user = \"600\"\n\
         username = \"498912345\"\npassword = \"battery\""
    );
    let gateway = Setup { sip_keys, callee: at, ..setup }.start();
    let own = gateway.sip().to_string();
    until("Kamailio tells by which address it sees the gateway", || {
        (gateway.status()["registrations"][0]["seen_as"] == own.as_str()).then_some(())
    });
    let output = gateway.sim_call(&["--called", "498912345", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    gateway.settle();
    assert!(gateway.records(2).iter().all(|record| record["disposition"] == "answered"));
    assert_eq!(gateway.status()["sip"]["flows_lost"], 0);
}

#[test]
fn a_telephone_subscribes_to_its_messages_and_takes_that_back() {
    let gateway = with_users();
    let telephone = gateway.place().free_port();
    let subscriber = as_user("subscribing", "alice", "wonderland");
    subscriber.play(gateway.place().folder(), gateway.sip(), telephone).succeeded();
    until("nobody subscribes", || (gateway.status()["sip"]["subscriptions"] == 0).then_some(()));
}
