//! Messages of services that a call carries, counters of an IAM, suspension guard, overload, validation.

use std::time::Duration;

use isup::codec::{
    CallHistoryInformation, CauseIndicators, HopCounter, Message, MessageType as M, ParameterCode,
    PropagationDelayCounter, SuspendResumeIndicators,
};
use isup::exchange::{CircuitState, Origin, Request};
use isup::variant::Variant;

use crate::bench::{Bench, message};

#[test]
fn messages_of_services_pass_both_ways_while_there_is_a_call() {
    let mut usr = Message::new(M::USR);
    usr.set_octets(ParameterCode::USER_TO_USER_INFORMATION, &[4, 1, 2, 3]);
    let plain = [M::FAC, M::NRM, M::APM, M::PRI, M::LOP, M::CRG].map(Message::new);
    for service in plain.into_iter().chain([usr]) {
        let kind = service.kind;
        let mut bench = Bench::outgoing(1);
        bench.receive_message(1, &service);
        bench.request(1, Request::Service(service.clone()));
        assert_eq!(bench.chart(), [format!("1 Service {kind}"), format!("1 -> {kind}")]);
        bench.receive_message(2, &service);
        bench.request(2, Request::Service(service));
        assert_eq!(bench.chart(), [""; 0], "no call, no {kind}");
        let counters = bench.exchange.counters();
        assert_eq!((counters.unexpected, counters.requests_unexpected), (1, 1));
    }
}

#[test]
fn a_message_that_is_no_service_is_not_sent_as_one() {
    let mut bench = Bench::outgoing(1);
    bench.request(1, Request::Service(message(M::REL)));
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.state(1), CircuitState::OutgoingAnswered);
}

#[test]
fn a_facility_is_rejected_with_its_indicator_and_identification_is_not_available() {
    let mut bench = Bench::incoming(1);
    let mut request = Message::new(M::FAR);
    request.set_octets(ParameterCode::FACILITY_INDICATOR, &[2]);
    bench.receive_message(1, &request);
    bench.receive(1, M::IDR);
    let sent = bench.sent();
    assert_eq!(sent.iter().map(|message| message.kind).collect::<Vec<_>>(), [M::FRJ, M::IDS]);
    assert_eq!(sent[0].octets(ParameterCode::FACILITY_INDICATOR), Some(&[2][..]));
    assert_eq!(sent[0].find::<CauseIndicators>().map(|why| why.cause.0), Some(69));
    assert_eq!(sent[1].octets(ParameterCode::MCID_RESPONSE_INDICATORS), Some(&[0][..]));
}

#[test]
fn an_iam_of_ours_gets_a_hop_counter_unless_it_has_one() {
    let mut bench = Bench::counting(Origin { hop_counter: Some(20), route_delay_ms: None });
    bench.setup(1);
    let counted = message(M::IAM).with(HopCounter { hops: 7, ..Default::default() });
    bench.request(2, Request::Setup(counted));
    let hops = |message: &Message| message.find::<HopCounter>().map(|counter| counter.hops);
    assert_eq!(bench.sent().iter().map(hops).collect::<Vec<_>>(), [Some(20), Some(7)]);
}

#[test]
fn q784_2_4_1_and_2_4_3_the_propagation_delay_grows_by_our_route_or_begins_with_it() {
    let mut bench = Bench::counting(Origin { hop_counter: None, route_delay_ms: Some(30) });
    bench.setup(1);
    bench.request(2, Request::Setup(message(M::IAM).with(PropagationDelayCounter(12))));
    let delay = |message: &Message| message.find::<PropagationDelayCounter>();
    assert_eq!(
        bench.sent().iter().filter_map(delay).collect::<Vec<_>>(),
        [PropagationDelayCounter(30), PropagationDelayCounter(42)]
    );
}

#[test]
fn q784_2_4_2_the_answer_tells_the_delay_that_the_iam_counted() {
    let mut bench = Bench::counting(Origin { hop_counter: None, route_delay_ms: Some(30) });
    bench.receive_message(1, &message(M::IAM).with(PropagationDelayCounter(120)));
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    bench.request(1, Request::Answer(message(M::ANM)));
    bench.receive(2, M::IAM);
    bench.request(2, Request::Connect(message(M::CON)));
    let history = |message: &Message| message.find::<CallHistoryInformation>();
    assert_eq!(bench.sent().iter().map(history).collect::<Vec<_>>(), [None, Some(CallHistoryInformation(120)), None]);
}

#[test]
fn an_answer_that_tells_the_whole_delay_already_passes_through_a_transit_exchange() {
    let mut bench = Bench::counting(Origin { hop_counter: None, route_delay_ms: Some(30) });
    bench.receive_message(1, &message(M::IAM).with(PropagationDelayCounter(120)));
    bench.request(1, Request::AddressComplete(message(M::ACM)));
    bench.request(1, Request::Answer(message(M::ANM).with(CallHistoryInformation(170))));
    let told = bench.sent().last().and_then(|answer| answer.find::<CallHistoryInformation>());
    assert_eq!(told, Some(CallHistoryInformation(170)));
}

#[test]
fn t38_releases_a_call_whose_suspension_we_told_of_and_never_ended() {
    let sus = Message::new(M::SUS).with(SuspendResumeIndicators { network_initiated: true, ..Default::default() });
    let res = Message::new(M::RES).with(SuspendResumeIndicators { network_initiated: true, ..Default::default() });
    let mut bench = Bench::incoming(1);
    bench.request(1, Request::Suspend(sus.clone()));
    assert_eq!(bench.chart(), ["1 -> SUS"]);
    bench.pass(14);
    bench.request(1, Request::Resume(res));
    assert_eq!(bench.chart(), ["1 -> RES"]);
    assert_eq!(bench.pass(600), [""; 0]);
    bench.request(1, Request::Suspend(sus));
    bench.chart();
    assert_eq!(bench.pass(15), ["629 s: 1 Lost 102", "629 s: 1 -> REL 102"]);
}

#[test]
fn an_overloaded_far_end_refuses_the_call_and_t3_releases_the_circuit() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive(1, M::OLM);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 SetupRefused Congestion"]);
    assert_eq!(bench.state(1), CircuitState::Overloaded);
    assert_eq!(bench.pass(120), ["120 s: 1 -> REL 42"]);
    bench.receive(1, M::RLC);
    assert_eq!(bench.chart(), [""; 0]);
    assert!(bench.view(1).is_available());
}

#[test]
fn a_circuit_is_validated_both_ways_where_the_variant_has_it() {
    let mut bench = Bench::ready_as(Variant::ANSI_95);
    bench.receive(1, M::CVT);
    let sent = bench.sent();
    assert_eq!(sent[0].octets(ParameterCode::CIRCUIT_GROUP_CHARACTERISTIC_INDICATOR), Some(&[2][..]));
    bench.request(1, Request::Validate);
    bench.receive_message(1, &sent[0]);
    assert_eq!(bench.chart(), ["1 -> CVT", "1 Validated true"]);
    bench.request(2, Request::Validate);
    bench.chart();
    assert_eq!(bench.pass(60), ["10 s: 2 alarm Tcvt"]);
    bench.receive_message(2, &sent[0]);
    assert_eq!(bench.chart(), [""; 0], "too late");

    let mut bench = Bench::ready();
    bench.request(1, Request::Validate);
    bench.receive_payload(vec![1, 0, M::CVT.0]);
    assert_eq!(bench.chart(), [""; 0]);
    let counters = bench.exchange.counters();
    assert_eq!((counters.unknown_type, counters.requests_unexpected), (1, 1));
    assert_eq!(Variant::ITU.timers.tcvt, Duration::from_secs(10));
}
