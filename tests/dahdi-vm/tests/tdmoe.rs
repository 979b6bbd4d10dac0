//! A span over Ethernet (TDMoE), whose other end is a simulated exchange outside of the machine.
//!
//! host/boot.sh starts that exchange twice: the first calls and judges what it hears, the second is called. Time is not virtual
//! here, for the other end is in the host's: an answer that comes a millisecond late costs a frame, as on any such span, which
//! nobody counts. The driver's tick is the guest's own, so that no count of the span says how late the host was; hence a second of
//! equal octets is asked for, which no wrong timeslot, order or law gives, and not a share of all, which is the host's. How many
//! were not equal is told.

use spangate::lab::phone::Answering;
use spangate::ops::status::Link;

use super::gateway::Gateway;
use super::setup::{Setup, Signalling};
use super::{HERE, call, measured, talk};

#[test]
fn an_exchange_over_ethernet_calls_and_is_called() {
    let telephone = Answering::start(HERE).expect("a telephone");
    let signalling = Signalling::Isup { timeslot: 16, mode: "hdlc".into(), point_code: "2-0-1", adjacent: "4-0-2" };
    let setup = Setup { signalling, ..Setup::first_span().calling(telephone.address()) };
    let gateway = Gateway::start(&setup);
    gateway.until("a call from the exchange", |status| status.calls.answered == 1 && status.calls.active == 0);
    gateway.until("the first exchange's end", |status| status.links[0].state != Link::IN_SERVICE);
    gateway.settle();
    let placed = call(&gateway, "600", talk(5));
    assert_eq!(placed.status, 200);
    let heard = placed.heard.expect("the call was answered");
    let verdict = heard.verdict;
    measured(&format!("SIP → exchange over Ethernet → SIP: {verdict:?}"));
    assert!(verdict.compared - verdict.differences >= EQUAL_OCTETS_MIN, "too little came back: {heard:?}");
    gateway.settle();
}

/// A second of the five.
const EQUAL_OCTETS_MIN: u64 = 8_000;
