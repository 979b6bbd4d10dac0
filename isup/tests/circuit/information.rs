//! INR and INF.

use isup::cause::Cause;
use isup::codec::{
    AddressResponse, CallingPartyNumber, InformationIndicators, InformationRequestIndicators, Message,
    MessageType as M, ParameterCode, decode_with_cic,
};
use isup::exchange::{CircuitState, ExchangeConfig, Indication, Output, Request};
use isup::variant::Variant;

use crate::bench::{Bench, OWN, message, release};

/// INR for the calling party's number and category.
fn request() -> Message {
    let asked = InformationRequestIndicators {
        calling_party_address: true,
        calling_partys_category: true,
        ..Default::default()
    };
    Message::new(M::INR).with(asked)
}

/// The INF that goes out next.
fn information(bench: &mut Bench) -> Message {
    loop {
        if let Output::Transfer(transfer) = bench.exchange.poll_output().expect("INF goes out") {
            let (_, message) = decode_with_cic(&transfer.payload).expect("what we send can be read");
            if message.kind == M::INF {
                return message;
            }
        }
    }
}

#[test]
fn a_request_for_the_calling_number_is_answered_from_the_iam() {
    let mut bench = Bench::ready();
    let calling = CallingPartyNumber { digits: "4420700".parse().expect("digits"), ..Default::default() };
    bench.request(1, Request::Setup(message(M::IAM).with(calling)));
    bench.receive_message(1, &request());
    let information = information(&mut bench);
    let indicators = information.find::<InformationIndicators>().expect("it is mandatory");
    assert_eq!(indicators.calling_party_address, AddressResponse::INCLUDED);
    assert!(indicators.calling_partys_category && !indicators.holding_provided);
    assert_eq!(information.find::<CallingPartyNumber>(), Some(calling));
    assert_eq!(information.octets(ParameterCode::CALLING_PARTYS_CATEGORY), Some(&[0x0a][..]));
    bench.receive(1, M::ACM);
    assert_eq!(bench.chart(), ["1 AddressComplete"]);
}

#[test]
fn a_number_that_the_iam_did_not_hold_is_not_available() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive_message(1, &request());
    let information = information(&mut bench);
    let indicators = information.find::<InformationIndicators>().expect("it is mandatory");
    assert_eq!(indicators.calling_party_address, AddressResponse::NOT_AVAILABLE);
    assert!(!information.has(ParameterCode::CALLING_PARTY_NUMBER));
}

/// An exchange that is asked who calls.
fn asking() -> Bench {
    let mut config = ExchangeConfig::new(OWN, Variant::ITU, Bench::circuits());
    config.relation.ask_caller = true;
    Bench::configured(config).resumed()
}

/// INF with that number, or with none.
fn told(calling: Option<&str>) -> Message {
    let response = if calling.is_some() { AddressResponse::INCLUDED } else { AddressResponse::NOT_AVAILABLE };
    let indicators = InformationIndicators { calling_party_address: response, ..Default::default() };
    let number =
        calling.map(|digits| CallingPartyNumber { digits: digits.parse().expect("digits"), ..Default::default() });
    let information = Message::new(M::INF).with(indicators);
    match number {
        Some(number) => information.with(number),
        None => information,
    }
}

/// Who calls, as the owner hears of it next.
fn caller(bench: &mut Bench) -> Option<CallingPartyNumber> {
    loop {
        if let Output::Circuit(_, Indication::Setup(initial)) = bench.exchange.poll_output().expect("a call begins") {
            return initial.find();
        }
    }
}

#[test]
fn an_exchange_that_does_not_say_who_calls_is_asked_before_anybody_hears_of_the_call() {
    let mut bench = asking();
    bench.receive(1, M::IAM);
    assert_eq!(bench.chart(), ["1 -> INR"]);
    assert_eq!(bench.state(1), CircuitState::IncomingInquiry);
    bench.receive_message(1, &told(Some("4420700")));
    assert_eq!(caller(&mut bench).map(|number| number.digits.to_string()), Some("4420700".into()));
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    assert_eq!(bench.chart(), ["1 -> ACM"]);
    assert_eq!(bench.pass(3_600), [""; 0], "T33 is over");
    bench.receive(2, M::IAM);
    bench.receive_message(2, &told(None));
    assert_eq!(caller(&mut bench), None, "nobody knows");
}

#[test]
fn who_says_it_in_the_iam_is_not_asked_and_digits_wait_for_the_answer() {
    let mut bench = asking();
    let calling = CallingPartyNumber { digits: "4420700".parse().expect("digits"), ..Default::default() };
    bench.receive_message(1, &message(M::IAM).with(calling));
    bench.receive(2, M::IAM);
    bench.receive(2, M::SAM);
    bench.receive_message(2, &told(None));
    assert_eq!(bench.chart(), ["1 Setup", "2 -> INR", "2 Setup", "2 SubsequentAddress"]);
}

#[test]
fn t33_releases_a_call_of_which_nobody_says_who_calls_and_the_far_end_may_release_it_sooner() {
    let mut bench = asking();
    bench.receive(1, M::IAM);
    bench.receive(2, M::IAM);
    bench.receive_message(2, &release(Cause::NORMAL_CLEARING));
    assert_eq!(bench.chart(), ["1 -> INR", "2 -> INR", "2 -> RLC"]);
    assert_eq!(bench.pass(12), ["12 s: 1 alarm T33", "12 s: 1 -> REL 102"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), [""; 0], "nobody had heard of either");
    assert_eq!((bench.state(1), bench.state(2)), (CircuitState::Idle, CircuitState::Idle));
}

#[test]
fn a_reset_or_a_blocking_ends_an_inquiry_or_leaves_it_as_with_a_check() {
    let mut bench = asking();
    bench.receive(1, M::IAM);
    bench.receive(1, M::BLO);
    bench.receive_message(1, &told(None));
    assert_eq!(bench.chart(), ["1 -> INR", "1 Blocked", "1 -> BLA", "1 Setup"]);
    bench.receive(2, M::IAM);
    bench.receive(2, M::RSC);
    bench.receive_message(2, &told(None));
    assert_eq!(bench.chart(), ["2 -> INR", "2 -> RLC", "2 -> RSC"], "information about nothing");
}

#[test]
fn requests_and_answers_out_of_place_change_nothing() {
    let mut bench = Bench::incoming(1);
    bench.receive(1, M::INR);
    bench.receive(1, M::INF);
    bench.receive(2, M::IAM);
    bench.receive(2, M::INF);
    assert_eq!(bench.chart(), ["2 Setup"]);
    assert_eq!(bench.exchange.counters().unexpected, 3);
}
