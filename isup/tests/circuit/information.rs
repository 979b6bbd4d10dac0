//! INR and INF.

use isup::codec::{
    AddressResponse, CallingPartyNumber, InformationIndicators, InformationRequestIndicators, Message,
    MessageType as M, ParameterCode, decode_with_cic,
};
use isup::exchange::{CircuitState, Output, Request};

use crate::bench::{Bench, message};

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

#[test]
fn we_ask_and_the_far_end_tells() {
    let mut bench = Bench::ready();
    bench.receive(1, M::IAM);
    bench.request(1, Request::RequestInformation(request()));
    bench.receive(1, M::INF);
    assert_eq!(bench.chart(), ["1 Setup", "1 -> INR", "1 Information"]);
    assert_eq!(bench.pass(3_600), [""; 0]);
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    assert_eq!(bench.chart(), ["1 -> ACM"]);
}

#[test]
fn t33_releases_a_call_whose_information_never_comes_unless_it_went_on() {
    let mut bench = Bench::ready();
    bench.receive(1, M::IAM);
    bench.request(1, Request::RequestInformation(request()));
    bench.receive(2, M::IAM);
    bench.request(2, Request::RequestInformation(request()));
    bench.request(2, Request::AddressComplete(message(M::ACM)));
    bench.chart();
    assert_eq!(bench.pass(12), ["12 s: 1 alarm T33", "12 s: 1 Lost 102", "12 s: 1 -> REL 102"]);
    assert_eq!(bench.state(2), CircuitState::IncomingAddressComplete);
}

#[test]
fn requests_and_answers_out_of_place_change_nothing() {
    let mut bench = Bench::incoming(1);
    bench.receive(1, M::INR);
    bench.receive(1, M::INF);
    bench.receive(2, M::IAM);
    bench.receive(2, M::INF);
    bench.request(1, Request::RequestInformation(request()));
    assert_eq!(bench.chart(), ["2 Setup"]);
    let counters = bench.exchange.counters();
    assert_eq!((counters.unexpected, counters.requests_unexpected), (3, 1));
}
