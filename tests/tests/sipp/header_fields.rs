//! What an INVITE and its answer say besides the audio, SIPp being the caller or the called one: who calls and for whom, what kind of
//! URI is called, and how much more may come.

use std::fs;
use tests::real::{Gateway, Scenario, Setup};

/// A caller whose INVITE to `uri` has these parameters of Via and these fields, talks; every message of it.
fn says(gateway: &Gateway, uri: &str, via: &str, fields: &str) -> String {
    let scenario = Scenario::new("saying").with("uri", uri).with("via", via).with("fields", fields);
    let played = scenario.option("-d", 300).call(gateway, "600");
    gateway.settle();
    played.messages
}

/// The same to 600, saying nothing but these fields.
fn says_fields(gateway: &Gateway, fields: &str) -> String {
    says(gateway, &format!("sip:600@{}", gateway.sip()), "", fields)
}

/// The far exchange calls a telephone, which answers; every message of it.
fn is_told(gateway: &Gateway, arguments: &[&str]) -> String {
    let answerer = Scenario::new("answering").answer(gateway);
    let output = gateway.sim_call(&[arguments, &["--hold", "1"]].concat());
    assert!(output.status.success(), "{output:?}");
    let messages = answerer.succeeded().messages;
    gateway.settle();
    messages
}

const NOTHING: &str = "Subject: nothing";

#[test]
fn the_number_of_a_tel_uri_is_called() {
    let gateway = Gateway::start();
    says(&gateway, "tel:6-00;phone-context=example.com", "", NOTHING);
    assert_eq!(gateway.records(1)[0]["called"], "600");
}

#[test]
fn a_caller_chooses_a_trunk_group() {
    let pri = "[[sim.far_exchange]]\nspan = \"pri\"\n[[span]]\nname = \"pri\"\n\
        [[trunk]]\nname = \"office\"\nkind = \"pri\"\nside = \"network\"\nspans = [{ span = \"pri\" }]";
    let gateway = Setup { sip_keys: pri.into(), ..Setup::new() }.start();
    let group =
        |name: &str| format!("sip:600;tgrp={name};trunk-context={}@{};user=phone", gateway.sip().ip(), gateway.sip());
    for name in ["office", "trunk", "unknown"] {
        says(&gateway, &group(name), "", NOTHING);
    }
    let trunks: Vec<_> = gateway.records(3).into_iter().map(|record| record["trunk"].clone()).collect();
    // A group that is not here chooses nothing.
    assert_eq!(trunks, ["office", "trunk", "trunk"]);
}

#[test]
fn a_trusted_caller_says_who_it_is_and_that_it_shall_not_be_told() {
    let gateway = Gateway::start();
    says_fields(&gateway, "P-Asserted-Identity: <sip:4930555@example.com>\n      Privacy: id");
    assert_eq!(gateway.records(1)[0]["calling"], "4930555");
}

#[test]
fn a_telephone_is_told_who_calls_and_asked_for_early_media() {
    let gateway = Gateway::start();
    let messages = is_told(&gateway, &["--called", "100", "--calling", "4930123"]);
    assert!(messages.contains("\r\nP-Asserted-Identity: <sip:4930123@"), "{messages}");
    assert!(messages.contains("\r\nP-Early-Media: supported"), "{messages}");
}

#[test]
fn who_is_told_of_early_media_has_asked_for_it() {
    let gateway = Gateway::start();
    let number = format!("sip:606@{}", gateway.sip());
    for (fields, is_told) in [(NOTHING, false), ("P-Early-Media: supported", true)] {
        let messages = says(&gateway, &number, "", fields);
        let ringing = messages.split("SIP/2.0 183 ").nth(1).expect("606 rings with a tone");
        let head = ringing.split("\r\n\r\n").next().expect("split gives one");
        assert_eq!(head.contains("\r\nP-Early-Media: "), is_told, "{messages}");
    }
}

#[test]
fn who_sent_a_call_here_is_told_to_the_exchange() {
    for fields in [
        "Diversion: <sip:4930777@example.com>;reason=unconditional",
        "History-Info: <sip:4930777@example.com>;index=1, <sip:600@example.com;cause=302>;index=1.1;mp=1",
    ] {
        let mut gateway = Gateway::start();
        says_fields(&gateway, fields);
        gateway.terminate();
        assert!(gateway.ended().success());
        // The capture has the IAM; its digits stand two to an octet, the first in the lower half (Q.763 3.44).
        let capture = fs::read(gateway.place().file("capture.pcapng")).expect("it was made");
        let is_there = capture.windows(4).any(|octets| octets == [0x94, 0x03, 0x77, 0x07]);
        assert!(is_there, "{fields}: no IAM tells who diverted the call");
    }
}

#[test]
fn a_call_goes_on_to_where_a_telephone_says_and_that_one_is_told_who_did() {
    let peer_keys = "redirect = \"follow\"\ndiversion = \"both\"".into();
    let gateway = Setup { peer_keys, from_sip: "6.".into(), ..Setup::new() }.start();
    let answerer = Scenario::new("redirecting_onwards").with("number", "200").option("-m", 2).answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    let messages = answerer.succeeded().messages;
    let onwards = messages.split("INVITE sip:200@").nth(1).unwrap_or_else(|| panic!("no second INVITE: {messages}"));
    assert!(onwards.contains("\r\nDiversion: <sip:100@") && onwards.contains("\r\nHistory-Info: "), "{onwards}");
    gateway.settle();
    let record = &gateway.records(1)[0];
    assert_eq!((&record["disposition"], &record["called"]), (&"answered".into(), &"200".into()), "{record:#}");
}

#[test]
fn the_cause_in_a_refusal_is_told_to_the_exchange() {
    let gateway = Gateway::start();
    let scenario = Scenario::new("declining_because").with("status", "480 Temporarily Unavailable");
    let answerer = scenario.with("reason", "Q.850;cause=27").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("cause 27"), "{output:?}");
    answerer.succeeded();
    gateway.settle();
    let record = &gateway.records(1)[0];
    assert_eq!((&record["cause"], &record["sip_status"]), (&27.into(), &480.into()), "{record:#}");
}

const EMERGENCY: &str = "[emergency]\nnumbers = [\"112\"]\n[[emergency.service]]\nservice = \"sos\"\nnumber = \"600\"";

#[test]
fn a_service_of_emergency_is_called_by_its_urn() {
    let gateway = Setup { sip_keys: EMERGENCY.into(), ..Setup::new() }.start();
    says(&gateway, "urn:service:sos.police", "", NOTHING);
    assert_eq!(gateway.records(1)[0]["called"], "600");
}

#[test]
fn a_telephone_is_told_that_a_call_is_one_of_emergency() {
    let gateway = Setup { sip_keys: EMERGENCY.into(), ..Setup::new() }.start();
    let messages = is_told(&gateway, &["--called", "112"]);
    assert!(messages.contains("\r\nResource-Priority: esnet.0"), "{messages}");
}

#[test]
fn who_controls_overload_is_told_that_it_is_controlled_here() {
    let gateway = Gateway::start();
    let uri = format!("sip:600@{}", gateway.sip());
    let messages = says(&gateway, &uri, ";oc;oc-algo=\"loss\"", NOTHING);
    let answer = messages.split("SIP/2.0 200 OK").nth(1).expect("it was answered");
    let via = answer.lines().find(|line| line.starts_with("Via:")).expect("it has one");
    assert!(via.contains(";oc=0;oc-algo=\"loss\""), "{via}");
}

#[test]
fn a_telephone_whose_server_wants_no_calls_gets_none() {
    let gateway = Gateway::start();
    let answerer = Scenario::new("overloaded").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--hold", "1"]);
    assert!(output.status.success(), "{output:?}");
    answerer.succeeded();
    let again = Scenario::new("answering").answer(&gateway);
    let output = gateway.sim_call(&["--called", "100", "--hold", "1"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("not answered"), "{output:?}");
    assert!(!again.messages().contains("INVITE sip:"), "{}", again.messages());
    gateway.settle();
    gateway.records(2);
}
