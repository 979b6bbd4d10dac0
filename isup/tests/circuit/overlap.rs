//! Overlap signalling: SAM both ways, T7 from the latest address message, T10 and T35.

use isup::codec::MessageType as M;
use isup::exchange::{Number, Request};

use crate::bench::{Bench, message};

/// A call comes in and its owner waits for digits.
fn collecting(number: Number) -> Bench {
    let mut bench = Bench::ready();
    bench.receive(1, M::IAM);
    bench.request(1, Request::AwaitDigits(number));
    bench.chart();
    bench
}

#[test]
fn q784_2_2_2a_an_outgoing_call_goes_on_with_sam_and_t7_runs_from_the_latest_one() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.pass(19);
    bench.request(1, Request::SubsequentAddress(message(M::SAM)));
    assert_eq!(bench.chart(), ["1 -> IAM", "1 -> SAM"]);
    assert_eq!(bench.pass(19), [""; 0]);
    assert_eq!(bench.pass(1), ["39 s: 1 Lost 102", "39 s: 1 -> REL 102"]);
}

#[test]
fn q784_2_2_2b_the_digits_of_an_incoming_call_are_told_as_they_come() {
    let mut bench = collecting(Number::TooShort);
    bench.receive(1, M::SAM);
    bench.receive(1, M::SAM);
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    bench.request(1, Request::Answer(message(M::ANM)));
    assert_eq!(bench.chart(), ["1 SubsequentAddress", "1 SubsequentAddress", "1 -> ACM", "1 -> ANM"]);
    assert_eq!(bench.pass(3_600), [""; 0], "address complete ends the waiting");
}

#[test]
fn t35_releases_a_call_whose_number_stays_too_short() {
    let mut bench = collecting(Number::TooShort);
    bench.pass(14);
    bench.receive(1, M::SAM);
    bench.chart();
    assert_eq!(bench.pass(15), ["29 s: 1 Lost 28", "29 s: 1 -> REL 28"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), ["1 Released"]);
}

#[test]
fn t10_ends_a_number_that_may_be_whole_once() {
    let mut bench = collecting(Number::TooShort);
    bench.receive(1, M::SAM);
    bench.request(1, Request::AwaitDigits(Number::MayGoOn));
    bench.pass(3);
    bench.receive(1, M::SAM);
    bench.chart();
    assert_eq!(bench.pass(60), ["7 s: 1 AddressEnded"]);
    bench.receive(1, M::SAM);
    assert_eq!(bench.chart(), ["1 SubsequentAddress"], "digits may still come until the owner has answered");
    assert_eq!(bench.pass(60), [""; 0]);
}

#[test]
fn digits_after_the_address_is_complete_are_of_no_use_in_either_direction() {
    let mut bench = Bench::outgoing(1);
    bench.request(1, Request::SubsequentAddress(message(M::SAM)));
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.exchange.counters().requests_unexpected, 1);
    let mut bench = Bench::incoming(1);
    bench.receive(1, M::SAM);
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.exchange.counters().unexpected, 1);
}

#[test]
fn a_call_given_up_while_digits_are_awaited_leaves_no_timer() {
    let mut bench = collecting(Number::MayGoOn);
    bench.receive(1, M::REL);
    bench.request(1, Request::ReleaseResponse);
    assert_eq!(bench.chart(), ["1 Release", "1 -> RLC", "1 Released"]);
    assert_eq!(bench.pass(60), [""; 0]);
}
