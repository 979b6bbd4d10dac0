//! Channel negotiation, and both ends beginning a call on one channel.

use crate::chart::Chart;
use isup::q931::interface::{CALLS_MAX, ChannelChoice, ChannelId, Refusal, Side};

#[test]
fn the_far_end_may_choose_another_channel_than_the_preferred_one() {
    let mut chart = Chart::up(Side::User);
    chart.calls(ChannelChoice::Preferred(ChannelId(0))).expect("it is free");
    chart.says(&["SETUP a1 ch1"]).hears("CALL_PROCEEDING a1 ch4!").says(&["0: Channel 3", "0: CallProceeding"]);
    assert_eq!(chart.interface.channel(ChannelId(0)).expect("it exists").call, None);
}

#[test]
fn another_channel_than_the_exclusive_one_ends_the_call() {
    let mut chart = Chart::up(Side::User);
    chart.calls(ChannelChoice::Exclusive(ChannelId(0))).expect("it is free");
    chart.says(&["SETUP a1 ch1!"]).hears("CALL_PROCEEDING a1 ch4!").says(&["0: Lost 6", "DISCONNECT a1 cause6"]);
}

#[test]
fn any_channel_is_the_far_ends_to_name() {
    let mut chart = Chart::up(Side::User);
    chart.calls(ChannelChoice::Any).expect("there is one");
    chart.says(&["SETUP a1 any"]).hears("ALERTING a1 ch2!").says(&["0: Channel 1", "0: Alerting"]);
    chart.calls(ChannelChoice::Any).expect("there is one");
    chart.says(&["SETUP a2 any"]).hears("ALERTING a2").says(&["1: Lost 96", "DISCONNECT a2 cause96"]);
}

#[test]
fn a_call_of_the_far_end_on_a_busy_channel_gets_another_or_is_refused() {
    let mut chart = Chart::up(Side::Network);
    chart
        .hears("SETUP b1 bearer ch3!")
        .hears("SETUP b2 bearer ch3")
        .hears("SETUP b3 bearer ch3!")
        .hears("SETUP b4 bearer ch9!");
    chart.says(&["0: Setup on 2", "1: Setup on 0", "RELEASE_COMPLETE b3 cause44", "RELEASE_COMPLETE b4 cause82"]);
    chart.hears("SETUP b5 bearer any").hears("SETUP b6 bearer any").hears("SETUP b7 bearer any");
    chart.says(&["2: Setup on 1", "3: Setup on 3", "RELEASE_COMPLETE b7 cause34"]);
    assert_eq!(chart.calls(ChannelChoice::Exclusive(ChannelId(2))), Err(Refusal::Busy));
}

#[test]
fn on_a_collision_the_call_of_the_network_goes_on() {
    let mut chart = Chart::up(Side::User);
    chart.calls(ChannelChoice::Preferred(ChannelId(2))).expect("it is free");
    chart.says(&["SETUP a1 ch3"]).hears("SETUP b1 bearer ch3!").says(&["1: Setup on 2"]);
    chart.hears("CALL_PROCEEDING a1 ch4!").says(&["0: Channel 3", "0: CallProceeding"]);

    let mut chart = Chart::up(Side::Network);
    chart.calls(ChannelChoice::Exclusive(ChannelId(2))).expect("it is free");
    chart.says(&["SETUP a1 ch3!"]).hears("SETUP b1 bearer ch3!").says(&["RELEASE_COMPLETE b1 cause44"]);
    chart.hears("SETUP b2 bearer ch3").says(&["1: Setup on 0"]);
    assert_eq!(chart.interface.counters().collisions, 2);
}

#[test]
fn no_more_calls_than_the_table_holds_and_every_reference_comes_back() {
    let mut chart = Chart::up(Side::Network);
    for round in 0..2 {
        for _ in 0..CALLS_MAX {
            chart.calls(ChannelChoice::Any).expect("there is room");
        }
        assert_eq!(chart.calls(ChannelChoice::Any), Err(Refusal::TooManyCalls));
        chart.drain();
        chart.hears("SETUP b1 bearer any").says(&["RELEASE_COMPLETE b1 cause42"]);
        // Nobody answers: each is given up by T303.
        chart.after_s(8);
        assert_eq!(chart.drain().iter().filter(|line| line.ends_with("Released")).count(), CALLS_MAX, "round {round}");
    }
}
