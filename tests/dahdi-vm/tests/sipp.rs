//! SIPp, a foreign SIP implementation, at one end and a foreign exchange at the other: between them the gateway and the driver.

use std::net::{SocketAddr, UdpSocket};
use std::path::Path;

use tests::real::{Scenario, voice};

use super::exchange::Exchange;
use super::gateway::{FOLDER, Gateway};
use super::setup::Setup;
use super::{HERE, joined, measured};

#[test]
fn every_octet_of_a_caller_on_sipp_comes_back_from_the_exchange() {
    let (exchange, gateway) = joined(&Setup::first_span());
    calls(&gateway, &exchange, "libss7");
}

#[test]
fn the_exchange_calls_sipp_whose_echo_returns_every_octet() {
    let own = free_address();
    let (exchange, gateway) = joined(&Setup::first_span().calling(own));
    is_called(own, &gateway, &exchange, "libss7");
}

/// SIPp calls an exchange on a library of that name.
pub fn calls(gateway: &Gateway, exchange: &Exchange, library: &str) {
    let ear = UdpSocket::bind((HERE, 0)).expect("a free port");
    let media = ear.local_addr().expect("it is bound").port();
    let call = Scenario::from_text("call", CALL).with("media", media).option("-d", 6000).option("-s", "600");
    let caller = call.play(Path::new(FOLDER), gateway.sip(), free_address());
    let voice = voice::speak(ear, &caller);
    exchange.line("incoming");
    caller.succeeded();
    exchange.line("released");
    gateway.settle();
    let verdict = voice.finish().verdict;
    assert_eq!((verdict.differences, verdict.missing, verdict.jumps), (0, 0, 0), "{verdict:?}");
    assert!(verdict.compared >= 40_000, "too little came back: {verdict:?}");
    measured(&format!("SIPp → {library} → SIPp: {} octets equal", verdict.compared));
}

/// SIPp at `own` is called by an exchange on a library of that name.
pub fn is_called(own: SocketAddr, gateway: &Gateway, exchange: &Exchange, library: &str) {
    let answering = Scenario::from_text("answering", ANSWERING).switch("-rtp_echo");
    let answerer = answering.play(Path::new(FOLDER), gateway.sip(), own).listening(own);
    exchange.place("700", 5000);
    exchange.line("answered");
    let heard = exchange.heard();
    answerer.succeeded();
    gateway.settle();
    assert_eq!((heard.differences, heard.jumps), (0, 0), "{heard:?}");
    assert!(heard.compared >= 36_000, "too little came back: {heard:?}");
    measured(&format!("{library} → SIPp → {library}: {} octets equal", heard.compared));
}

pub fn free_address() -> SocketAddr {
    UdpSocket::bind((HERE, 0)).and_then(|free| free.local_addr()).expect("a free port")
}

const CALL: &str = include_str!("../../fixtures/sipp/call.xml");
const ANSWERING: &str = include_str!("../../fixtures/sipp/answering.xml");
