//! Calls that the far end begins, on both sides.

use crate::chart::{Chart, SIDES, bare, release};
use isup::q931::interface::{Request, Side};

fn called(side: Side) -> Chart {
    let mut chart = Chart::up(side);
    chart.hears("SETUP b7 bearer ch3! n100").says(&["0: Setup on 2"]);
    chart
}

#[test]
fn a_call_en_bloc_is_answered_and_released_by_the_far_end() {
    for side in SIDES {
        let mut chart = called(side);
        chart.is_in(if side == Side::User { 6 } else { 1 });
        chart.asks(0, Request::CallProceeding(bare(""))).says(&["CALL_PROCEEDING b7 ch3!"]);
        chart.asks(0, Request::Alerting(bare("progress8"))).says(&["ALERTING b7"]);
        chart.asks(0, Request::Connect(bare(""))).says(&["CONNECT b7"]);
        if side == Side::User {
            chart.is_in(8).hears("CONNECT_ACKNOWLEDGE b7").says(&["0: ConnectAcknowledge"]);
        }
        chart.is_in(10).hears("DISCONNECT b7 cause16").says(&["0: Disconnect"]);
        chart.asks(0, release(16)).says(&["RELEASE b7 cause16"]).is_in(19);
        chart.hears("RELEASE_COMPLETE b7").says(&["0: Released"]);
    }
}

#[test]
fn a_connect_that_the_network_does_not_acknowledge_ends_the_call() {
    let mut chart = called(Side::User);
    chart.asks(0, Request::Connect(bare(""))).says(&["CONNECT b7 ch3!"]);
    chart.after_s(4).says(&["0: Lost 102", "DISCONNECT b7 cause102"]);
}

#[test]
fn more_digits_come_until_t302_tells_the_owner() {
    for (side, t302) in [(Side::User, 15), (Side::Network, 12)] {
        let mut chart = called(side);
        chart.asks(0, Request::MoreInformation(bare(""))).says(&["SETUP_ACKNOWLEDGE b7 ch3!"]);
        chart.is_in(if side == Side::User { 25 } else { 2 });
        chart.after_s(t302 - 1).hears("INFORMATION b7 n5").says(&["0: Information"]);
        chart.after_s(t302 - 1).says(&[]).after_s(1).says(&["0: InformationTimeout"]);
        chart.after_s(1_000).says(&[]).asks(0, release(28)).says(&["DISCONNECT b7 cause28"]);
    }
}

#[test]
fn progress_as_the_first_answer_has_call_proceeding_before_it() {
    for side in SIDES {
        let mut chart = called(side);
        chart.asks(0, Request::Progress(bare("progress8"))).says(&["CALL_PROCEEDING b7 ch3!", "PROGRESS b7"]);
    }
}

#[test]
fn a_call_refused_at_once_is_released_by_release_complete() {
    for side in SIDES {
        let mut chart = called(side);
        chart.asks(0, release(17)).says(&["RELEASE_COMPLETE b7 cause17", "0: Released"]);
    }
}

#[test]
fn a_setup_that_comes_again_is_ignored() {
    for side in SIDES {
        let mut chart = called(side);
        chart.hears("SETUP b7 bearer ch3! n100").says(&[]);
    }
}
