//! Clearing: collisions, repetition, tones, suspension.

use crate::chart::{Chart, SIDES, bare, release};
use isup::q931::interface::{Request, Side};

/// An answered call of the far end's.
pub fn active(side: Side) -> Chart {
    let mut chart = Chart::up(side);
    chart.hears("SETUP b7 bearer ch3! n100").asks(0, Request::Connect(bare("")));
    chart.hears("CONNECT_ACKNOWLEDGE b7").is_in(10).drain();
    chart
}

#[test]
fn two_disconnects_that_cross_are_followed_by_release() {
    for side in SIDES {
        let mut chart = active(side);
        chart.asks(0, release(16)).hears("DISCONNECT b7 cause16");
        chart.says(&["DISCONNECT b7 cause16", "RELEASE b7 cause16"]);
        chart.hears("RELEASE b7").says(&["0: Released"]);
    }
}

#[test]
fn disconnect_is_followed_by_release_after_t305_and_that_is_repeated_once() {
    for side in SIDES {
        let mut chart = active(side);
        chart.asks(0, release(31)).says(&["DISCONNECT b7 cause31"]);
        chart.after_s(30).says(&["RELEASE b7 cause31"]).after_s(4).says(&["RELEASE b7 cause31"]);
        // Nobody knows what the far end does with the channel: it is restarted.
        chart.after_s(4).says(&[
            "0: Released",
            "NoAnswer { channel: Some(ChannelId(2)), timer: T308 }",
            "RESTART ga ch3! restart0",
        ]);
    }
}

#[test]
fn only_the_network_sends_tones_with_disconnect() {
    for (side, timer_s) in [(Side::User, 30), (Side::Network, 60)] {
        let mut config = crate::chart::config(side, isup::q931::switch::SwitchType::EuroIsdnE1);
        config.timers.t306 = std::time::Duration::from_secs(60);
        let mut chart = Chart::up_with(config);
        chart.hears("SETUP b7 bearer ch3! n100").asks(0, Request::Alerting(bare(""))).drain();
        chart.asks(0, Request::Release(bare("cause17 progress8"))).says(&["DISCONNECT b7 cause17"]);
        chart.after_s(timer_s - 1).says(&[]).after_s(1).says(&["RELEASE b7 cause17"]);
    }
}

#[test]
fn a_release_of_the_far_end_is_completed() {
    for side in SIDES {
        let mut chart = active(side);
        chart.hears("RELEASE b7 cause41").says(&["RELEASE_COMPLETE b7", "0: Release", "0: Released"]);
    }
}

#[test]
fn suspend_and_resume_are_refused() {
    let mut chart = active(Side::Network);
    chart.hears("SUSPEND b7").says(&["SUSPEND_REJECT b7 cause69"]).is_in(10);
    chart.hears("RESUME b9").says(&["RESUME_REJECT b9 cause85"]);
}

#[test]
fn hold_and_retrieve_reach_the_owner_and_are_answered() {
    let mut chart = active(Side::Network);
    chart.hears("HOLD b7").says(&["0: Hold"]);
    chart.asks(0, Request::HoldAcknowledge(bare(""))).says(&["HOLD_ACKNOWLEDGE b7"]);
    chart.hears("RETRIEVE b7").says(&["0: Retrieve"]);
    chart.asks(0, Request::RetrieveReject(bare("cause44"))).says(&["RETRIEVE_REJECT b7 cause44"]).is_in(10);
}

#[test]
fn a_call_that_is_taken_back_from_hold_names_its_channel() {
    for side in SIDES {
        let mut chart = active(side);
        chart.hears("HOLD b7").asks(0, Request::HoldAcknowledge(bare(""))).drain();
        chart.hears("RETRIEVE b7").says(&["0: Retrieve"]);
        chart.asks(0, Request::RetrieveAcknowledge(bare(""))).says(&["RETRIEVE_ACKNOWLEDGE b7 ch3!"]);
        chart.asks(0, Request::Hold(bare(""))).says(&["HOLD b7"]);
        chart.asks(0, Request::Retrieve(bare(""))).says(&["RETRIEVE b7 ch3!"]);
    }
}
