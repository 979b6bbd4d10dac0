//! Exchanges to which we stand otherwise than to the rest: another point code of ours, other timers.

use std::time::Duration;

use isup::codec::{Cic, Message, MessageType as M, encode_with_cic};
use isup::exchange::{CircuitSpec, ExchangeConfig, MtpIndication, Output, Relation, Request};
use isup::point_code::{PointCode, ServiceIndicator, Sls, Transfer};
use isup::variant::Variant;

use crate::bench::{Bench, FAR, OWN, message};

const FURTHER: PointCode = PointCode(OWN.0 + 1);

/// One circuit to a far end to which we stand so.
fn with(change: impl FnOnce(&mut Relation)) -> Bench {
    let circuits = vec![CircuitSpec { destination: FAR, cic: Cic(1) }];
    let mut config = ExchangeConfig::new(OWN, Variant::ITU, circuits);
    let mut relation = config.relation;
    change(&mut relation);
    config.relations.insert(FAR, relation);
    Bench::configured(config)
}

fn receive(bench: &mut Bench, dpc: PointCode, kind: M) {
    let mut payload = Vec::new();
    encode_with_cic(Cic(1), &Message::new(kind), &mut payload).expect("it has no parameters");
    let transfer = Transfer { service: ServiceIndicator::ISUP, opc: FAR, dpc, sls: Sls(0), payload };
    bench.exchange.handle_transfer(bench.now, transfer);
}

#[test]
fn an_exchange_that_knows_us_by_a_further_point_code_gets_and_sends_by_that_one() {
    let mut bench = with(|relation| relation.own = FURTHER);
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    let outputs: Vec<_> = std::iter::from_fn(|| bench.exchange.poll_output()).collect();
    let origins = outputs.iter().filter_map(|output| match output {
        Output::Transfer(transfer) => Some(transfer.opc),
        _ => None,
    });
    assert_eq!(origins.collect::<Vec<_>>(), [FURTHER]);
    receive(&mut bench, OWN, M::RLC);
    assert_eq!(bench.exchange.counters().unknown_circuit, 1, "it means another exchange than the one that it knows");
    receive(&mut bench, FURTHER, M::RLC);
    assert!(bench.view(1).is_available());
}

#[test]
fn its_own_timers_stand_before_those_of_all() {
    let mut bench = with(|relation| relation.timers.t7 = Duration::from_secs(30));
    bench.exchange.handle_mtp(bench.now, MtpIndication::Resume(FAR));
    receive(&mut bench, OWN, M::RLC);
    bench.chart();
    bench.request(1, Request::Setup(message(M::IAM)));
    assert_eq!(bench.chart(), ["1 -> IAM"]);
    assert_eq!(bench.pass(29), [""; 0]);
    assert_eq!(bench.pass(1), ["30 s: 1 Lost 102", "30 s: 1 -> REL 102"]);
}
