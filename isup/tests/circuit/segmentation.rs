//! Simple segmentation, T34 (Q.784 group 6.5).

use isup::codec::{
    Message, MessageType as M, OptionalBackwardCallIndicators, OptionalForwardCallIndicators, ParameterCode,
};
use isup::exchange::{Indication, Output, Request};

use crate::bench::{Bench, message};

pub fn announcing(kind: M) -> Message {
    let mut first = message(kind);
    if kind == M::IAM {
        first.set(&OptionalForwardCallIndicators { simple_segmentation: true, ..Default::default() });
    } else {
        first.set(&OptionalBackwardCallIndicators { simple_segmentation: true, ..Default::default() });
    }
    first
}

/// SGM with an access transport parameter.
fn segment() -> Message {
    let mut second = Message::new(M::SGM);
    second.set_octets(ParameterCode::ACCESS_TRANSPORT, &[0x7d, 0x02, 0x91, 0x81]);
    second
}

fn access_transport_told(bench: &mut Bench) -> bool {
    let outputs: Vec<_> = std::iter::from_fn(|| bench.exchange.poll_output()).collect();
    outputs.iter().any(|output| match output {
        Output::Circuit(_, Indication::Setup(message) | Indication::AddressComplete(message)) => {
            message.has(ParameterCode::ACCESS_TRANSPORT)
        }
        _ => false,
    })
}

#[test]
fn q784_6_5_1_what_does_not_fit_one_signal_unit_is_sent_in_two() {
    let mut bench = Bench::ready();
    let mut initial = message(M::IAM);
    initial.set_octets(ParameterCode::USER_TO_USER_INFORMATION, &[4; 130]);
    initial.set_octets(ParameterCode::ACCESS_TRANSPORT, &[0x7d; 120]);
    bench.request(1, Request::Setup(initial));
    let sent = bench.sent();
    assert_eq!(sent.iter().map(|message| message.kind).collect::<Vec<_>>(), [M::IAM, M::SGM]);
    assert!(sent[0].find::<OptionalForwardCallIndicators>().is_some_and(|first| first.simple_segmentation));
    assert!(!sent[0].has(ParameterCode::ACCESS_TRANSPORT));
    assert_eq!(sent[1].octets(ParameterCode::USER_TO_USER_INFORMATION), Some(&[4; 130][..]));
    // What we divide, we join.
    let mut bench = Bench::ready();
    bench.receive_message(1, &sent[0]);
    bench.receive_message(1, &sent[1]);
    assert!(access_transport_told(&mut bench));
}

#[test]
fn q784_6_5_2_a_message_in_two_segments_is_acted_on_as_one() {
    let mut bench = Bench::ready();
    bench.receive_message(1, &announcing(M::IAM));
    assert_eq!(bench.chart(), [""; 0]);
    bench.receive_message(1, &segment());
    assert!(access_transport_told(&mut bench));
    assert_eq!(bench.pass(60), [""; 0]);
    bench.setup(2);
    bench.chart();
    bench.receive_message(2, &announcing(M::ACM));
    bench.receive_message(2, &segment());
    assert!(access_transport_told(&mut bench));
}

#[test]
fn q784_6_5_3_after_t34_the_call_goes_on_and_the_segment_is_discarded() {
    let mut bench = Bench::ready();
    bench.receive_message(1, &announcing(M::IAM));
    assert_eq!(bench.pass(2), ["2 s: 1 Setup"]);
    bench.receive_message(1, &segment());
    assert_eq!(bench.chart(), [""; 0]);
    assert_eq!(bench.exchange.counters().unexpected, 1);
}

#[test]
fn q784_6_5_4_and_6_5_5_a_segment_that_nothing_announced_disturbs_no_call() {
    for mut bench in [Bench::incoming(1), Bench::outgoing(1)] {
        bench.receive_message(1, &segment());
        assert_eq!(bench.chart(), [""; 0]);
    }
}

#[test]
fn what_comes_or_is_asked_meanwhile_comes_after_the_message_that_waits() {
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive_message(1, &announcing(M::ACM));
    bench.receive(1, M::ANM);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 AddressComplete", "1 Answer"]);
    bench.receive_message(2, &announcing(M::IAM));
    bench.setup(2);
    assert_eq!(bench.chart(), ["2 Setup", "2 SetupRefused Busy"]);
}

#[test]
fn what_is_too_long_and_cannot_be_divided_is_an_alarm() {
    let mut bench = Bench::ready();
    let mut initial = message(M::IAM);
    initial.set_octets(ParameterCode::NETWORK_SPECIFIC_FACILITY, &[0; 255]);
    bench.request(1, Request::Setup(initial));
    assert_eq!(bench.chart(), ["alarm Unencodable(CircuitId(0))", "1 SetupRefused Unavailable"]);
}
