//! Numbers whose digits come one after the other.

use super::*;

fn sam(digits: &str) -> Indication {
    let digits = digits.parse().expect("address signals");
    Indication::SubsequentAddress(
        Message::new(MessageType::SAM).with(SubsequentNumber { digits, ..Default::default() }),
    )
}

fn begun(called: &str) -> Setup {
    Setup { is_complete: false, ..Setup::unknown(called.into()) }
}

/// A call that came on circuit 1, which takes digits as they come, with the beginning of a number.
fn dialling(called: &str) -> (Chart, Vec<String>) {
    let setup = begun(called);
    let new = beginning(Caller::Circuit(seat(1)), Destination::Trunk(trunk()));
    Chart::of(Beginning { setup, to: Ok(Onward::Wait(Number::TooShort)), ..new })
}

#[test]
fn digits_are_collected_until_the_plan_knows_where_the_call_goes() {
    let (mut chart, opened) = dialling("6");
    assert_eq!(opened, ["opened", "TooShort"]);
    assert_eq!(chart.on(1, sam("0")), ["route 60"]);
    assert_eq!(chart.gateway(Told::Routed(Ok(Onward::Wait(Number::MayGoOn)))), ["MayGoOn"]);
    assert_eq!(chart.on(1, Indication::AddressEnded), ["route 60."]);
    let onward = Onward::Go(Destination::Peer(session(), peer()), Setup::unknown("60".into()));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["open 1"]);
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Rtp(local()))), ["INVITE"]);
    assert_eq!(chart.call.story().called, "60");
}

#[test]
fn digits_that_come_later_follow_the_iam_and_those_that_come_before_it_are_in_it() {
    let (mut chart, _) = dialling("6");
    let onward = Onward::Go(Destination::Trunk(trunk()), begun("496"));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["seize"]);
    assert_eq!(chart.on(1, sam("00")), [""; 0]);
    chart.gateway(Told::Seized(Seat { overlap: true, ..seat(2) }));
    chart.call.handle(chart.now, Event::Gateway(Told::Opened(MediaPath::Patch)));
    let Some(Action::Circuit(CircuitId(2), Request::Setup(iam))) = chart.call.poll_action() else { panic!("no IAM") };
    assert_eq!(iam.find::<CalledPartyNumber>().expect("mandatory").digits.to_string(), "49600");
    assert_eq!(chart.on(1, sam("7")), ["SAM 7"]);
    assert_eq!(chart.on(1, sam("8F")), ["SAM 8F"]);
    assert_eq!(chart.on(1, sam("9")), [""; 0], "nothing follows the end");
    assert_eq!(chart.call.story().called, "4960078");
}

#[test]
fn a_second_circuit_gets_the_digits_that_the_first_one_had() {
    let (mut chart, _) = dialling("6");
    chart.gateway(Told::Routed(Ok(Onward::Go(Destination::Trunk(trunk()), begun("6")))));
    chart.gateway(Told::Seized(seat(2)));
    chart.gateway(Told::Opened(MediaPath::Patch));
    assert_eq!(chart.on(1, sam("0")), ["SAM 0"]);
    assert_eq!(chart.on(2, Indication::SetupRefused(Refusal::DualSeizure)), ["free 2", "close"]);
    assert_eq!(chart.on(1, sam("1")), [""; 0]);
    assert_eq!(chart.gateway(Told::Media(MediaEvent::Closed(None))), ["seize"]);
    chart.gateway(Told::Seized(seat(3)));
    chart.call.handle(chart.now, Event::Gateway(Told::Opened(MediaPath::Patch)));
    let Some(Action::Circuit(CircuitId(3), Request::Setup(iam))) = chart.call.poll_action() else { panic!("no IAM") };
    assert_eq!(iam.find::<CalledPartyNumber>().expect("mandatory").digits.to_string(), "601");
}

#[test]
fn a_number_without_end_and_a_plan_without_a_route_release_the_call() {
    let (mut chart, _) = dialling("6");
    assert_eq!(chart.gateway(Told::Routed(Err(Cause::NO_ROUTE_TO_DESTINATION))), ["REL 3"]);
    let (mut chart, _) = dialling("6");
    assert_eq!(chart.on(1, sam(&"1".repeat(31))), ["route 6".to_owned() + &"1".repeat(31)]);
    assert_eq!(chart.on(1, sam("1")), ["REL 28"]);
}

#[test]
fn a_channel_asks_for_digits_once_and_goes_on_when_the_other_side_is_reached() {
    let (mut chart, opened) = Chart::of(Beginning {
        setup: begun(""),
        to: Ok(Onward::Wait(Number::TooShort)),
        ..beginning(Caller::Circuit(channel(1)), Destination::Trunk(trunk()))
    });
    assert_eq!(opened, ["opened", "MoreInformation"]);
    let digits = |text: &str| {
        let more = Digits { digits: text.into(), is_last: false };
        interface::Indication::Information(pri::setup::subsequent(&more).expect("there are some"))
    };
    assert_eq!(chart.channel(1, digits("6")), ["route 6"]);
    assert_eq!(chart.gateway(Told::Routed(Ok(Onward::Wait(Number::TooShort)))), [""; 0]);
    assert_eq!(chart.channel(1, digits("0")), ["route 60"]);
    let onward = Onward::Go(Destination::Trunk(trunk()), begun("60"));
    assert_eq!(chart.gateway(Told::Routed(Ok(onward))), ["seize"]);
    chart.gateway(Told::Seized(Seat { overlap: true, ..channel(2) }));
    assert_eq!(chart.gateway(Told::Opened(MediaPath::Patch)), ["SETUP"]);
    assert_eq!(chart.channel(1, digits("1")), [""; 0], "held until the far end asks for it");
    let asks = interface::Indication::MoreInformation(pri::backward::setup_acknowledge());
    assert_eq!(chart.channel(2, asks), ["Information"]);
    assert_eq!(chart.channel(1, digits("2")), ["Information"]);
    let proceeding = interface::Indication::CallProceeding(pri::backward::call_proceeding());
    assert_eq!(chart.channel(2, proceeding), ["CallProceeding"]);
    assert_eq!(chart.channel(1, digits("3")), [""; 0]);
}
