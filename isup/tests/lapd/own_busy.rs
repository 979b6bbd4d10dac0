//! Own receiver busy: clause 5.6.5 as its frames show it. What it does in each state is in the tables of `states`.

use isup::lapd::{Command, State};

use crate::chart::{Chart, SIDES};

#[test]
fn a_busy_receiver_discards_until_it_is_ready_and_asks_for_nothing() {
    for side in SIDES {
        let mut chart = Chart::established(side);
        chart.hears("I0.0 taken").ask(Command::ReceiverBusy).says(&["DL-DATA taken", "RNR1"]);
        chart.hears("I1.0 late").hears("I3.0 later").says(&[]);
        assert_eq!(chart.link.counters().information_discarded, 2);
        chart.ask(Command::ReceiverReady).says(&["RR1"]).hears("I1.0 late").says(&["DL-DATA late", "RR2"]);
    }
}

#[test]
fn a_busy_receiver_still_sends_and_reads_what_is_acknowledged() {
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::ReceiverBusy).says(&["RNR0"]).data("a").says(&["I0.0 a"]).hears("I0.1 x").says(&[]);
    chart.after_ms(9_999).says(&[]).after_ms(1).says(&["RNR0 P"]).is_in(State::TimerRecovery);
    chart.hears("RR1 F").says(&[]).is_in(State::MultipleFrameEstablished);
}

#[test]
fn a_new_beginning_ends_the_busy_condition() {
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::ReceiverBusy).says(&["RNR0"]).hears("SABME P").says(&["UA F", "MDL-ERROR F"]);
    chart.hears("I0.0 x").says(&["DL-DATA x", "RR1"]).ask(Command::ReceiverReady).says(&[]);
}

#[test]
fn two_ends_agree_on_a_pause_and_nothing_is_lost_in_it() {
    let (mut sender, mut receiver) = (Chart::established(SIDES[0]), Chart::established(SIDES[1]));
    receiver.ask(Command::ReceiverBusy).says(&["RNR0"]);
    sender.data("a").says(&["I0.0 a"]).hears("RNR0").data("b").says(&[]);
    receiver.hears("I0.0 a").says(&[]);
    for _ in 0..5 {
        sender.after_ms(1_000).says(&["RR0 P"]).hears("RNR0 F").says(&[]);
        receiver.hears("RR0 P").says(&["RNR0 F"]);
    }
    receiver.ask(Command::ReceiverReady).says(&["RR0"]);
    sender.hears("RR0").says(&["I0.0 a", "I1.0 b"]);
    receiver.hears("I0.0 a").hears("I1.0 b").says(&["DL-DATA a", "DL-DATA b", "RR2"]);
}
