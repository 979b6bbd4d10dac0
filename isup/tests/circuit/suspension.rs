//! SUS and RES.

use isup::codec::{Message, MessageType as M, SuspendResumeIndicators};
use isup::exchange::{CircuitState, Request};

use crate::bench::{Bench, message};

/// SUS or RES by the network or by the user.
fn by(network_initiated: bool, kind: M) -> Message {
    Message::new(kind).with(SuspendResumeIndicators { network_initiated, ..Default::default() })
}

#[test]
fn q784_3_5a_the_called_party_hangs_up_and_answers_again() {
    let mut bench = Bench::outgoing(1);
    bench.receive_message(1, &by(true, M::SUS));
    bench.pass(9);
    bench.receive_message(1, &by(true, M::RES));
    assert_eq!(bench.chart(), ["1 Suspended", "1 Resumed"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
    assert_eq!(bench.state(1), CircuitState::OutgoingAnswered);
}

#[test]
fn q784_5_2_4_t6_releases_a_call_that_the_network_suspended() {
    let mut bench = Bench::outgoing(1);
    bench.receive_message(1, &by(true, M::SUS));
    bench.pass(5);
    bench.receive_message(1, &by(true, M::SUS));
    bench.chart();
    assert_eq!(bench.pass(5), ["10 s: 1 Lost 16", "10 s: 1 -> REL 16"], "SUS repeated does not prolong it");
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released"]);
}

#[test]
fn t2_releases_a_call_that_the_user_suspended_whatever_the_network_resumes() {
    let mut bench = Bench::outgoing(1);
    bench.receive_message(1, &by(false, M::SUS));
    bench.receive_message(1, &by(true, M::SUS));
    bench.receive_message(1, &by(true, M::RES));
    assert_eq!(bench.chart(), ["1 Suspended", "1 Suspended", "1 Resumed"]);
    assert_eq!(bench.pass(180), ["180 s: 1 Lost 102", "180 s: 1 -> REL 102"]);
}

#[test]
fn a_release_ends_a_suspension_and_its_timer() {
    let mut bench = Bench::outgoing(1);
    bench.receive_message(1, &by(true, M::SUS));
    bench.receive(1, M::REL);
    bench.request(1, Request::ReleaseResponse);
    assert_eq!(bench.chart(), ["1 Suspended", "1 Release", "1 -> RLC", "1 Released"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn q784_3_6_and_3_7_a_suspension_by_the_calling_end_or_by_us_is_guarded_by_the_other_end() {
    let mut bench = Bench::incoming(1);
    bench.receive_message(1, &by(false, M::SUS));
    bench.receive_message(1, &by(false, M::RES));
    bench.request(1, Request::Suspend(by(true, M::SUS)));
    bench.request(1, Request::Resume(by(true, M::RES)));
    assert_eq!(bench.chart(), ["1 Suspended", "1 Resumed", "1 -> SUS", "1 -> RES"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
}

#[test]
fn suspensions_out_of_place_change_nothing() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::ACM);
    bench.receive_message(1, &by(true, M::SUS));
    bench.receive(1, M::ANM);
    bench.receive_message(1, &by(true, M::RES));
    bench.request(2, Request::Suspend(message(M::SUS)));
    assert_eq!(bench.chart(), ["1 -> IAM", "1 AddressComplete", "1 Answer"]);
    let counters = bench.exchange.counters();
    assert_eq!((counters.unexpected, counters.requests_unexpected), (2, 1));
}
