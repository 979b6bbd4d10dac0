//! Every call state on both sides: its number, and what ends or leaves alone a call in it.

use crate::chart::{Chart, SIDES, bare, release};
use isup::q931::interface::{ChannelChoice, ChannelId, DataLink, Maintenance, Request, Side};

/// How a call comes into a state, its call reference, and the state's numbers: the user's and the network's.
type Way = (fn(&mut Chart), &'static str, [u8; 2]);

/// In the order of Q.931 2.1. U8 is a user's alone: a network is active with its CONNECT.
const WAYS: [Way; 12] = [
    (calls, "a1", [1, 6]),
    (|chart| after_setup(chart, "SETUP_ACKNOWLEDGE a1 ch3!"), "a1", [2, 25]),
    (|chart| after_setup(chart, "CALL_PROCEEDING a1 ch3!"), "a1", [3, 9]),
    (|chart| after_setup(chart, "ALERTING a1 ch3!"), "a1", [4, 7]),
    (|chart| after_setup(chart, "CONNECT a1 ch3!"), "a1", [10, 10]),
    (is_called, "b7", [6, 1]),
    (|chart| answers(chart, Request::MoreInformation(bare(""))), "b7", [25, 2]),
    (|chart| answers(chart, Request::CallProceeding(bare(""))), "b7", [9, 3]),
    (|chart| answers(chart, Request::Alerting(bare(""))), "b7", [7, 4]),
    (disconnects, "b7", [11, 12]),
    (is_disconnected, "b7", [12, 11]),
    (releases, "b7", [19, 19]),
];

fn calls(chart: &mut Chart) {
    chart.calls(ChannelChoice::Exclusive(ChannelId(2))).expect("the channel is free");
}

fn after_setup(chart: &mut Chart, answer: &str) {
    calls(chart);
    chart.hears(answer);
}

fn is_called(chart: &mut Chart) {
    chart.hears("SETUP b7 bearer ch3! n100");
}

fn answers(chart: &mut Chart, request: Request) {
    is_called(chart);
    chart.asks(0, request);
}

fn disconnects(chart: &mut Chart) {
    answers(chart, Request::Alerting(bare("")));
    chart.asks(0, release(16));
}

fn is_disconnected(chart: &mut Chart) {
    answers(chart, Request::Alerting(bare("")));
    chart.hears("DISCONNECT b7 cause16");
}

fn releases(chart: &mut Chart) {
    is_disconnected(chart);
    chart.asks(0, release(16));
}

/// A call in each state of each side, with its reference and its state's number.
pub fn every_state(mut look: impl FnMut(&mut Chart, &str, u8)) {
    for (index, side) in SIDES.into_iter().enumerate() {
        for (way, reference, numbers) in WAYS {
            let mut chart = Chart::up(side);
            way(&mut chart);
            chart.drain();
            look(&mut chart, reference, numbers[index]);
        }
    }
    let mut chart = Chart::up(Side::User);
    answers(&mut chart, Request::Connect(bare("")));
    chart.drain();
    look(&mut chart, "b7", 8);
}

#[test]
fn every_state_tells_its_number_to_a_status_enquiry_and_stays() {
    every_state(|chart, call, state| {
        chart.hears(&format!("STATUS_ENQUIRY {call}")).says(&[&format!("STATUS {call} cause30 state{state}")]);
        chart.is_in(state);
    });
}

#[test]
fn a_status_of_null_ends_a_call_in_every_state() {
    every_state(|chart, call, _| {
        chart.hears(&format!("STATUS {call} cause30 state0"));
        assert_eq!(chart.drain().last().map(String::as_str), Some("0: Released"));
    });
}

#[test]
fn a_restart_by_either_end_ends_a_call_in_every_state_once() {
    for ours in [true, false] {
        every_state(|chart, _, state| {
            let answer = match ours {
                true => {
                    chart.maintains(Maintenance::Restart(ChannelId(2)));
                    "RESTART ga ch3! restart0"
                }
                false => {
                    chart.hears("RESTART gb ch3! restart0");
                    "RESTART_ACKNOWLEDGE gb ch3! restart0"
                }
            };
            let said = chart.drain();
            assert_eq!(said.iter().filter(|line| *line == "0: Released").count(), 1, "state {state}: {said:?}");
            assert_eq!(said.last().map(String::as_str), Some(answer), "state {state}");
            assert_eq!(chart.interface.calls().count(), 0, "state {state}");
        });
    }
}

#[test]
fn the_loss_of_the_d_channel_leaves_a_call_alone_when_it_is_active_and_ends_it_in_every_other_state() {
    every_state(|chart, _, state| {
        chart.link(DataLink::Released);
        let released = chart.drain().iter().any(|line| line == "0: Released");
        assert_eq!(released, state != 10, "state {state}");
        chart.link(DataLink::Established).drain();
        chart.after_s(1_000).drain();
        assert_eq!(chart.interface.calls().count(), 0, "state {state}: nobody answers");
    });
}

#[test]
fn notifications_and_keypad_reach_the_owner_in_every_state_and_change_none() {
    every_state(|chart, call, state| {
        // A call that is being cleared has nobody left to tell.
        let is_clearing = state == 19 || call == "b7" && chart_cleared_by_us(chart, state);
        for (message, told) in [("NOTIFY {} notify0", "0: Notify"), ("INFORMATION {} keypad1", "0: Information")] {
            chart.hears(&message.replace("{}", call));
            let said = chart.drain();
            assert_eq!(said.iter().any(|line| line == told), !is_clearing, "{message} in state {state}: {said:?}");
            assert!(!said.iter().any(|line| line.starts_with("STATUS")), "{message} in state {state}: {said:?}");
        }
        chart.is_in(state);
    });
}

/// 11 of a user and 12 of a network: DISCONNECT is ours.
fn chart_cleared_by_us(chart: &Chart, state: u8) -> bool {
    state == if chart.side == Side::User { 11 } else { 12 }
}

#[test]
fn suspension_is_refused_when_a_call_is_active_and_fits_no_other_state() {
    every_state(|chart, call, state| {
        chart.hears(&format!("SUSPEND {call}"));
        let said = chart.drain();
        let refused = format!("SUSPEND_REJECT {call} cause69");
        assert_eq!(said.contains(&refused), state == 10, "state {state}: {said:?}");
        chart.is_in(state);
    });
}

#[test]
fn two_releases_that_cross_are_not_acknowledged() {
    for side in SIDES {
        let mut chart = Chart::up(side);
        releases(&mut chart);
        chart.drain();
        chart.hears("RELEASE b7 cause16").says(&["0: Released"]);
    }
}

#[test]
fn a_user_whose_exclusive_channel_the_network_takes_is_refused_by_it_and_may_try_another() {
    let mut chart = Chart::up(Side::User);
    calls(&mut chart);
    chart.says(&["SETUP a1 ch3!"]).hears("SETUP b1 bearer ch3!").says(&["1: Setup on 2"]);
    chart.hears("RELEASE_COMPLETE a1 cause44").says(&["0: Release", "0: Released"]);
    assert_eq!(chart.calls(ChannelChoice::Exclusive(ChannelId(1))).map(|call| call.0), Ok(2));
}
