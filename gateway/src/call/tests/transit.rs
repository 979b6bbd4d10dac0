//! Calls from circuit to circuit.

use super::*;

/// A transit call whose IAM has gone out on circuit 2.
fn passed_on() -> Chart {
    let (mut chart, begun) = Chart::transit(iam());
    assert_eq!(begun, ["opened", "seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "patch 1 2"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM"]);
    chart
}

#[test]
fn circuit_to_circuit_from_iam_to_talking_and_release_by_the_caller() {
    let mut chart = passed_on();
    assert_eq!(chart.on(2, acm(Stage::Alerting, false)), ["ACM"]);
    assert_eq!(chart.on(2, cpg(Stage::Progressing, true)), ["CPG"]);
    assert_eq!(chart.on(2, anm()), ["ANM"]);
    assert_eq!(chart.on(2, cpg(Stage::Progressing, false)), ["CPG"], "it concerns the other party too");
    assert_eq!(chart.on(1, rel(16)), ["close", "REL 16"]);
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2", "over"]);
    assert_eq!(chart.call.story().released_by, Some(Party::Pstn(Side::Originating)));
}

#[test]
fn glare_in_transit_moves_the_patch_to_another_circuit() {
    let mut chart = passed_on();
    assert_eq!(chart.on(2, Indication::SetupRefused(Refusal::DualSeizure)), ["free 2", "close"]);
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(3))), ["opened", "patch 1 3"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["IAM"]);
    assert_eq!(chart.on(3, con()), ["CON"]);
}

#[test]
fn a_circuit_that_the_far_end_takes_before_the_iam_is_left_to_it() {
    let (mut chart, _) = Chart::from_sip();
    chart.gateway(Told::Seized(seat(1)));
    assert_eq!(chart.circuit(Indication::SetupRefused(Refusal::DualSeizure)), ["free 1", "close"]);
    assert!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))).is_empty());
    assert_eq!(chart.gateway(closed()), ["seize"]);
    assert_eq!(chart.gateway(Told::Seized(seat(2))), ["opened", "open 2"]);
}

#[test]
fn both_parties_release_at_once_and_each_is_answered() {
    let mut chart = passed_on();
    chart.on(2, anm());
    assert_eq!(chart.on(2, rel(16)), ["close", "REL 16"]);
    // The circuit itself answers a REL that crosses ours.
    assert_eq!(chart.gateway(closed()), ["RLC"]);
    assert_eq!(chart.on(2, Indication::Released), ["free 2"]);
    assert_eq!(chart.on(1, Indication::Released), ["free 1", "over"]);
}

#[test]
fn a_suspension_passes_between_circuits() {
    let mut chart = passed_on();
    chart.on(2, anm());
    let sus = Message::new(MessageType::SUS);
    let words = chart.on(2, Indication::Suspended(sus));
    assert!(words[0].starts_with("Suspend"), "{words:?}");
}

#[test]
fn a_message_of_a_service_passes_between_circuits_while_neither_has_released() {
    let mut chart = passed_on();
    let service = |kind| Indication::Service(Message::new(kind));
    let forwards = chart.on(1, service(MessageType::APM));
    assert!(forwards[0].starts_with("Service"), "{forwards:?}");
    chart.on(2, anm());
    let backwards = chart.on(2, service(MessageType::FAC));
    assert!(backwards[0].starts_with("Service"), "{backwards:?}");
    chart.on(1, rel(16));
    assert!(chart.on(2, service(MessageType::FAC)).is_empty());
    assert_eq!(chart.call.story().unexpected, 0);
}

#[test]
fn a_message_of_a_service_ends_where_the_other_party_speaks_sip() {
    let mut chart = Chart::iam_sent();
    assert!(chart.circuit(Indication::Service(Message::new(MessageType::APM))).is_empty());
    assert_eq!(chart.call.story().unexpected, 0);
}

#[test]
fn a_call_that_has_passed_too_many_exchanges_ends_with_cause_25() {
    let (mut chart, _) = Chart::transit(iam().with(HopCounter { hops: 1, ..Default::default() }));
    chart.gateway(Told::Seized(seat(2)));
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["close", "REL 25", "free 2"]);
}

#[test]
fn unknown_parameters_and_the_callers_category_pass_unchanged() {
    let mut came = iam();
    came.set_octets(ParameterCode(0xEE), &[1, 2, 3]);
    let (mut chart, _) = Chart::transit(came.clone());
    chart.gateway(Told::Seized(seat(2)));
    chart.call.handle(chart.now, Event::Gateway(Told::Opened(MediaPath::Patch)));
    let Some(Action::Circuit(CircuitId(2), Request::Setup(sent))) = chart.call.poll_action() else { panic!("no IAM") };
    assert_eq!(sent, came);
}

#[test]
fn digital_information_goes_from_circuit_to_circuit_and_not_to_sip() {
    let digital = || Setup { bearer: Bearer::Digital, ..Setup::unknown("600".into()) };
    let new = |to| going(Caller::Circuit(seat(1)), to, digital());
    assert_eq!(Chart::of(new(Destination::Peer(session(), peer()))).1, ["opened", "REL 65"]);
    assert_eq!(Chart::of(new(Destination::Trunk(trunk()))).1, ["opened", "seize"]);
}
