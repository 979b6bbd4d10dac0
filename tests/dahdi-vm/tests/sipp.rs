//! SIPp, a foreign SIP implementation, at one end and libss7 at the other: between them the gateway and the real driver.

use std::net::UdpSocket;
use std::path::Path;

use tests::real::{Scenario, voice};

use super::gateway::FOLDER;
use super::{HERE, joined, measured};

#[test]
fn every_octet_of_a_caller_on_sipp_comes_back_from_the_exchange() {
    let (exchange, gateway) = joined(None);
    let ear = UdpSocket::bind((HERE, 0)).expect("a free port");
    let media = ear.local_addr().expect("it is bound").port();
    let call = Scenario::from_text("call", CALL).with("media", media).option("-d", 6000).option("-s", "600");
    let own = UdpSocket::bind((HERE, 0)).and_then(|free| free.local_addr()).expect("a free port");
    let caller = call.play(Path::new(FOLDER), gateway.sip(), own);
    let voice = voice::speak(ear, &caller);
    exchange.line("incoming");
    caller.succeeded();
    exchange.line("released");
    gateway.settle();
    let verdict = voice.finish().verdict;
    assert_eq!((verdict.differences, verdict.missing, verdict.jumps), (0, 0, 0), "{verdict:?}");
    assert!(verdict.compared >= 40_000, "too little came back: {verdict:?}");
    measured(&format!("SIPp → exchange → SIPp: {} octets equal", verdict.compared));
}

#[test]
fn the_exchange_calls_sipp_whose_echo_returns_every_octet() {
    let own = UdpSocket::bind((HERE, 0)).and_then(|free| free.local_addr()).expect("a free port");
    let (exchange, gateway) = joined(Some(own));
    let answering = Scenario::from_text("answering", ANSWERING).switch("-rtp_echo");
    let answerer = answering.play(Path::new(FOLDER), gateway.sip(), own);
    exchange.place("700", 5000);
    exchange.line("answered");
    let heard = exchange.heard();
    answerer.succeeded();
    gateway.settle();
    assert_eq!((heard.differences, heard.jumps), (0, 0), "{heard:?}");
    assert!(heard.compared >= 36_000, "too little came back: {heard:?}");
    measured(&format!("exchange → SIPp → exchange: {} octets equal", heard.compared));
}

const CALL: &str = include_str!("../../fixtures/sipp/call.xml");
const ANSWERING: &str = include_str!("../../fixtures/sipp/answering.xml");
