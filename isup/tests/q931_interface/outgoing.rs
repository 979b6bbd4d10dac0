//! Calls that we begin, on both sides.

use crate::chart::{Chart, SIDES, bare, release};
use isup::q931::interface::{ChannelChoice, ChannelId, Request, Side};

fn calling(side: Side) -> Chart {
    let mut chart = Chart::up(side);
    chart.calls(ChannelChoice::Exclusive(ChannelId(2))).expect("the channel is free");
    chart.says(&["SETUP a1 ch3!"]);
    chart
}

#[test]
fn a_call_en_bloc_is_answered_and_released_by_us() {
    for side in SIDES {
        let mut chart = calling(side);
        chart.is_in(if side == Side::User { 1 } else { 6 });
        chart.hears("CALL_PROCEEDING a1 ch3!").says(&["0: Channel 2", "0: CallProceeding"]);
        chart.is_in(if side == Side::User { 3 } else { 9 });
        chart.hears("ALERTING a1").says(&["0: Alerting"]).is_in(if side == Side::User { 4 } else { 7 });
        chart.hears("CONNECT a1").says(&["CONNECT_ACKNOWLEDGE a1", "0: Connect"]).is_in(10);
        chart.asks(0, release(16)).says(&["DISCONNECT a1 cause16"]).is_in(if side == Side::User { 11 } else { 12 });
        chart.hears("RELEASE a1").says(&["RELEASE_COMPLETE a1", "0: Released"]);
        assert!(chart.interface.channel(ChannelId(2)).expect("it exists").is_available());
        assert_eq!(chart.interface.poll_timeout(), None);
    }
}

#[test]
fn setup_is_sent_twice_and_then_the_call_is_given_up() {
    for side in SIDES {
        let mut chart = calling(side);
        chart.after_s(4).says(&["SETUP a1 ch3!"]);
        chart.after_s(4).says(&["0: Lost 18", "RELEASE_COMPLETE a1 cause102", "0: Released"]);
    }
}

#[test]
fn digits_follow_and_each_begins_t304_anew() {
    for (side, t304) in [(Side::User, 30), (Side::Network, 20)] {
        let mut chart = calling(side);
        chart.hears("SETUP_ACKNOWLEDGE a1 ch3!").says(&["0: Channel 2", "0: MoreInformation"]);
        chart.is_in(if side == Side::User { 2 } else { 25 });
        chart.after_s(t304 - 1).asks(0, Request::Information(bare("n5"))).says(&["INFORMATION a1"]);
        chart.after_s(t304 - 1).says(&[]);
        chart.after_s(1).says(&["0: Lost 102", "DISCONNECT a1 cause102"]);
    }
}

#[test]
fn t310_ends_a_call_that_only_proceeds_and_tones_stop_it() {
    for (side, t310) in [(Side::User, 120), (Side::Network, 10)] {
        let mut chart = calling(side);
        chart.hears("CALL_PROCEEDING a1").says(&["0: Channel 2", "0: CallProceeding"]);
        chart.after_s(t310).says(&["0: Lost 102", "DISCONNECT a1 cause102"]);

        let mut chart = calling(side);
        chart.hears("CALL_PROCEEDING a1").hears("PROGRESS a1 progress8");
        chart.says(&["0: Channel 2", "0: CallProceeding", "0: Progress"]).after_s(1_000).says(&[]);
    }
}

#[test]
fn t301_ends_a_call_that_nobody_answers() {
    for side in SIDES {
        let mut chart = calling(side);
        chart.hears("ALERTING a1 ch3!").says(&["0: Channel 2", "0: Alerting"]);
        chart.after_s(180).says(&["0: Lost 19", "DISCONNECT a1 cause19"]);
    }
}

#[test]
fn a_refused_call_is_over_at_once() {
    for side in SIDES {
        let mut chart = calling(side);
        chart.hears("RELEASE_COMPLETE a1 cause17").says(&["0: Release", "0: Released"]);
    }
}
