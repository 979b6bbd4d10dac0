//! Timer recovery: clauses 5.6.7 and 5.8, state 8.

use isup::lapd::{Command, State};

use crate::chart::{Chart, SIDES};

#[test]
fn a_frame_without_acknowledgement_is_asked_for_and_sent_again_if_it_did_not_arrive() {
    for side in SIDES {
        let mut chart = Chart::established(side);
        chart.data("a").data("b").says(&["I0.0 a", "I1.0 b"]);
        chart.after_ms(1_000).says(&["RR0 P"]).is_in(State::TimerRecovery);
        chart.hears("RR1 F").says(&["I1.0 b"]).is_in(State::MultipleFrameEstablished).hears("RR2").says(&[]);
    }
}

#[test]
fn information_is_taken_but_not_sent_during_recovery() {
    let mut chart = Chart::established(SIDES[0]);
    chart.data("a").says(&["I0.0 a"]).after_ms(1_000).says(&["RR0 P"]).data("b").says(&[]);
    chart.hears("I0.0 x").says(&["DL-DATA x", "RR1"]).hears("RR1").says(&[]).is_in(State::TimerRecovery);
    chart.hears("RR1 P").says(&["RR1 F"]).is_in(State::TimerRecovery);
    chart.hears("REJ1").says(&[]).hears("RR1 F").says(&["I1.1 b"]);
}

#[test]
fn after_n200_enquiries_without_answer_the_link_begins_anew_and_says_what_is_lost() {
    let mut chart = Chart::established(SIDES[0]);
    chart.data("lost").says(&["I0.0 lost"]);
    chart.after_ms(3_000).says(&["RR0 P", "RR0 P", "RR0 P"]);
    chart.after_ms(1_000).says(&["MDL-ERROR I", "SABME P"]).is_in(State::AwaitingEstablishment);
    chart.hears("UA F").says(&["DL-ESTABLISH indication"]).data("new").says(&["I0.0 new"]);
}

#[test]
fn a_quiet_link_that_begins_anew_keeps_what_waits_and_does_not_trouble_layer_3() {
    let mut chart = Chart::established(SIDES[1]);
    chart.after_ms(10_000).says(&["RR0 P"]).after_ms(3_000).says(&["RR0 P", "RR0 P", "RR0 P"]);
    chart.data("kept").says(&[]).after_ms(1_000).says(&["MDL-ERROR I", "SABME P"]);
    chart.data("as well").says(&[]).hears("UA F").says(&["I0.0 kept", "I1.0 as well"]);
}

#[test]
fn what_was_sent_and_put_back_counts_as_lost_when_the_link_begins_anew() {
    let mut chart = Chart::established(SIDES[0]);
    chart.data("a").says(&["I0.0 a"]).after_ms(1_000).says(&["RR0 P"]);
    chart.hears("RNR0 F").says(&[]).hears("SABME P").says(&["UA F", "MDL-ERROR F", "DL-ESTABLISH indication"]);
    chart.data("b").says(&["I0.0 b"]);
}

#[test]
fn a_far_end_that_is_gone_is_released_after_both_series_of_attempts() {
    let mut chart = Chart::established(SIDES[0]);
    chart.after_ms(10_000).says(&["RR0 P"]).after_ms(4_000);
    chart.says(&["RR0 P", "RR0 P", "RR0 P", "MDL-ERROR I", "SABME P"]).after_ms(4_000);
    chart.says(&["SABME P", "SABME P", "SABME P", "MDL-ERROR G", "DL-RELEASE indication"]);
    chart.is_in(State::TeiAssigned);
}

#[test]
fn dm_frmr_or_a_bad_number_during_recovery_begin_the_link_anew() {
    let cases = [("DM F", "B"), ("DM", "E"), ("FRMR", "K"), ("RR2 F", "J"), ("RNR9", "J"), ("REJ127 c", "J")];
    for (frame, code) in cases {
        let mut chart = Chart::established(SIDES[0]);
        chart.data("a").says(&["I0.0 a"]).after_ms(1_000).says(&["RR0 P"]);
        chart.hears(frame).says(&[&format!("MDL-ERROR {code}"), "SABME P"]);
        chart.hears("UA F").says(&["DL-ESTABLISH indication"]);
    }
}

#[test]
fn sabme_disc_and_requests_end_a_recovery() {
    let recovering = || {
        let mut chart = Chart::established(SIDES[0]);
        chart.after_ms(10_000).says(&["RR0 P"]);
        chart
    };
    recovering().hears("SABME P").says(&["UA F", "MDL-ERROR F"]).is_in(State::MultipleFrameEstablished);
    recovering().hears("DISC P").says(&["UA F", "DL-RELEASE indication"]).is_in(State::TeiAssigned);
    recovering().ask(Command::Release).says(&["DISC P"]).is_in(State::AwaitingRelease);
    recovering().ask(Command::Establish).says(&["SABME P"]).is_in(State::AwaitingEstablishment);
    recovering().hears("UA F").says(&["MDL-ERROR C"]).is_in(State::TimerRecovery);
}
