//! One machine, eight tables: what a variant changes and what it does not.

use isup::codec::{BearerCapability, Layer1Protocol, TransferCapability};
use isup::codec::{Message, MessageType as M, ParameterCode, UserServiceInformation};
use isup::exchange::{GroupRequest, Request};
use isup::point_code::Format;
use isup::variant::Variant;

use crate::bench::{Bench, FAR, message};

/// IAM as the variant's table wants it.
fn initial(variant: &Variant) -> Message {
    let mut initial = message(M::IAM);
    let format = variant.messages.format(M::IAM).expect("every variant has IAM");
    if format.mandatory().all(|code| code != ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT) {
        initial.remove(ParameterCode::TRANSMISSION_MEDIUM_REQUIREMENT);
        let speech = BearerCapability::circuit(TransferCapability::SPEECH, Some(Layer1Protocol::G711_MU_LAW));
        initial.set(&UserServiceInformation(speech));
    }
    initial
}

#[test]
fn a_call_is_the_same_in_every_variant() {
    for variant in Variant::ALL {
        let mut bench = Bench::ready_as(variant);
        bench.request(1, Request::Setup(initial(&variant)));
        bench.receive(1, M::ACM);
        bench.receive(1, M::CPG);
        bench.receive(1, M::ANM);
        bench.release(1);
        bench.receive(1, M::RLC);
        let outgoing = ["1 -> IAM", "1 AddressComplete", "1 Progress", "1 Answer", "1 -> REL 16", "1 Released"];
        assert_eq!(bench.chart(), outgoing, "{}", variant.name);
        bench.receive_message(2, &initial(&variant));
        bench.request(2, Request::AddressComplete(message(M::ACM)));
        bench.request(2, Request::Answer(message(M::ANM)));
        bench.receive(2, M::REL);
        bench.request(2, Request::ReleaseResponse);
        let incoming = ["2 Setup", "2 -> ACM", "2 -> ANM", "2 Release", "2 -> RLC", "2 Released"];
        assert_eq!(bench.chart(), incoming, "{}", variant.name);
    }
}

#[test]
fn every_variant_has_its_name_its_timers_in_range_and_a_table_in_order() {
    for variant in Variant::ALL {
        assert_eq!(Variant::named(variant.name).map(|found| found.name), Some(variant.name));
        assert_eq!(variant.timers.out_of_range(variant.ranges), [], "{}", variant.name);
        assert_eq!(variant.mtp3_timers.out_of_range(variant.mtp3_ranges), [], "{}", variant.name);
        assert!(variant.messages.formats.is_sorted_by_key(|format| format.kind), "{}", variant.name);
        assert!(variant.later.iter().all(|later| !variant.knows(*later)), "{}", variant.name);
    }
    let [itu, ansi] = [Variant::ITU_97, Variant::ANSI_92];
    assert!(itu.takes(Format::CHINA) && itu.takes(Format::JAPAN) && !itu.takes(Format::ANSI));
    assert!(ansi.takes(Format::ANSI) && !ansi.takes(Format::CHINA));
    assert_eq!(Variant::named("klingon").map(|found| found.name), None);
}

#[test]
fn a_message_of_a_later_edition_is_unknown_and_what_its_sender_instructs_is_done() {
    // Release, or discard and notify.
    for (instruction, chart) in [(0x82, vec!["1 Lost 97", "1 -> REL 97"]), (0x8c, vec!["1 -> CFN"])] {
        let mut apm = Message::new(M::APM);
        apm.set_octets(ParameterCode::MESSAGE_COMPATIBILITY_INFORMATION, &[instruction]);
        let mut bench = Bench::ready_as(Variant::ITU_92);
        bench.setup(1);
        bench.chart();
        bench.receive_message(1, &apm);
        assert_eq!(bench.chart(), chart);
        let mut bench = Bench::ready_as(Variant::ITU);
        bench.setup(1);
        bench.chart();
        bench.receive_message(1, &apm);
        assert_eq!(bench.chart(), ["1 Service APM"]);
    }
}

#[test]
fn an_ansi_network_has_no_subsequent_address_and_its_groups_have_24_circuits() {
    let mut bench = Bench::ready_as(Variant::ANSI_95);
    bench.receive_message(1, &initial(&Variant::ANSI_95));
    bench.receive_payload(vec![1, 0, M::SAM.0, 2, 0, 2, 0, 0x21]);
    assert_eq!(bench.chart(), ["1 Setup"]);
    assert_eq!(bench.exchange.counters().unknown_type, 1);
    let circuits =
        (1..=31).map(|cic| isup::exchange::CircuitSpec { destination: FAR, cic: isup::codec::Cic(cic + 10_000) });
    let mut bench = Bench::of(Variant::ANSI_95, circuits.collect());
    bench.exchange.handle_group_request(bench.now, GroupRequest::Reset(FAR));
    assert_eq!(bench.chart(), ["10001 -> GRS", "10025 -> GRS"], "and codes of 14 bits");
}

#[test]
fn a_national_message_is_a_row_of_the_table() {
    let mut bench = Bench::ready_as(Variant::RUSSIA);
    bench.setup(1);
    bench.receive_payload(vec![1, 0, M::RNG.0]);
    assert_eq!(bench.chart(), ["1 -> IAM", "1 Service RNG"]);
    let mut bench = Bench::ready();
    bench.setup(1);
    bench.receive_payload(vec![1, 0, M::RNG.0]);
    assert_eq!(bench.chart(), ["1 -> IAM"]);
    assert_eq!(bench.exchange.counters().unknown_type, 1);
}
