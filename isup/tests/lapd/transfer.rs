//! Information transfer: clauses 5.2 and 5.6, state 7.

use isup::lapd::{Command, LinkConfig, State, Window};

use crate::chart::{Chart, SIDES};

#[test]
fn information_is_delivered_and_acknowledged_both_ways() {
    for side in SIDES {
        let mut chart = Chart::established(side);
        chart.data("setup").says(&["I0.0 setup"]).hears("RR1").says(&[]);
        chart.hears("I0.1 answer").says(&["DL-DATA answer", "RR1"]);
        chart.hears("I1.1P answer").says(&["DL-DATA answer", "RR2 F"]);
        chart.data("thanks").says(&["I1.2 thanks"]);
    }
}

#[test]
fn an_answer_given_before_the_next_poll_carries_the_acknowledgement() {
    let mut chart = Chart::established(SIDES[0]);
    chart.hears("I0.0 setup").data("proceeding").says(&["DL-DATA setup", "I0.1 proceeding"]);
}

#[test]
fn no_more_than_k_frames_stand_unacknowledged() {
    let mut chart = Chart::established(SIDES[0]);
    for number in 0..9 {
        chart.data(&number.to_string());
    }
    chart.says(&["I0.0 0", "I1.0 1", "I2.0 2", "I3.0 3", "I4.0 4", "I5.0 5", "I6.0 6"]);
    chart.hears("RR1").says(&["I7.0 7"]).hears("RR7").says(&["I8.0 8"]);

    let mut config = LinkConfig::primary_rate(SIDES[0]);
    config.k = Window::new(1).expect("1 is a window");
    let mut chart = Chart::with(config);
    chart.hears("SABME P").says(&["UA F", "DL-ESTABLISH indication"]);
    chart.data("0").data("1").says(&["I0.0 0"]).hears("RR1").says(&["I1.0 1"]);
    assert!(Window::new(0).is_none() && Window::new(128).is_none() && Window::new(127).is_some());
}

#[test]
fn sequence_numbers_count_modulo_128() {
    let mut chart = Chart::established(SIDES[1]);
    for number in 0..300_u32 {
        let (this, next) = (number % 128, (number + 1) % 128);
        chart.data("x").says(&[&format!("I{this}.{this} x")]);
        chart.hears(&format!("I{this}.{next} y")).says(&["DL-DATA y", &format!("RR{next}")]);
    }
    assert_eq!(chart.link.counters().information_received, 300);
}

#[test]
fn a_gap_is_rejected_once_until_it_is_filled() {
    let mut chart = Chart::established(SIDES[0]);
    chart.hears("I0.0 a").says(&["DL-DATA a", "RR1"]);
    chart.hears("I2.0 c").says(&["REJ1"]).hears("I3.0 d").says(&[]).hears("I4.0P e").says(&["RR1 F"]);
    chart.hears("I1.0 b").says(&["DL-DATA b", "RR2"]).hears("I2.0 c").says(&["DL-DATA c", "RR3"]);
    chart.hears("I4.0P e").says(&["REJ3 F"]);
    assert_eq!(chart.link.counters().rejects_sent, 2);
}

#[test]
fn a_reject_is_answered_by_everything_from_its_number_on() {
    let mut chart = Chart::established(SIDES[0]);
    chart.data("a").data("b").data("c").says(&["I0.0 a", "I1.0 b", "I2.0 c"]);
    chart.hears("REJ1").says(&["I1.0 b", "I2.0 c"]);
    chart.hears("REJ1 P").says(&["RR0 F", "I1.0 b", "I2.0 c"]).hears("RR3").says(&[]);
    assert_eq!(chart.link.counters().information_retransmitted, 4);
    chart.after_ms(9_999).says(&[]);
}

#[test]
fn a_poll_is_answered_with_f_1() {
    let mut chart = Chart::established(SIDES[0]);
    chart.hears("RR0 P").says(&["RR0 F"]).hears("RNR0 P").says(&["RR0 F"]).hears("RR0 c").says(&[]);
    chart.is_in(State::MultipleFrameEstablished);
}

#[test]
fn a_busy_far_end_is_sent_nothing_and_asked_every_t200() {
    let mut chart = Chart::established(SIDES[0]);
    chart.hears("RNR0 c").data("held").says(&[]);
    assert!(chart.link.is_peer_busy());
    for _ in 0..10 {
        chart.after_ms(1_000).says(&["RR0 P"]).hears("RNR0 F").says(&[]);
    }
    chart.hears("RR0").says(&["I0.0 held"]).hears("RR1").says(&[]);
    assert!(!chart.link.is_peer_busy());
}

#[test]
fn what_a_busy_far_end_did_not_take_is_sent_again_when_it_is_ready() {
    let mut chart = Chart::established(SIDES[0]);
    chart.data("a").data("b").says(&["I0.0 a", "I1.0 b"]).hears("RNR1").says(&[]);
    chart.after_ms(1_000).says(&["RR0 P"]).hears("RNR1 F").says(&[]);
    chart.hears("RR1 c").says(&["I1.0 b"]).hears("RR2").says(&[]);
}

#[test]
fn an_i_frame_of_a_busy_far_end_acknowledges_and_leaves_the_asking_as_it_was() {
    let mut chart = Chart::established(SIDES[0]);
    chart.data("a").says(&["I0.0 a"]).hears("RNR0 c").says(&[]).after_ms(600);
    chart.hears("I0.1 x").says(&["DL-DATA x", "RR1"]).after_ms(399).says(&[]);
    chart.after_ms(1).says(&["RR1 P"]).hears("RR1 F").data("b").says(&["I1.1 b"]);
}

#[test]
fn unit_data_passes_in_every_state_without_acknowledgement() {
    let mut chart = Chart::new(SIDES[0]);
    let unit = || Command::UnitData(b"hello".to_vec());
    chart.ask(unit()).says(&["UI hello"]).hears("UI you").says(&["DL-UNIT-DATA you"]);
    chart.ask(Command::Establish).says(&["SABME P"]);
    chart.ask(unit()).says(&["UI hello"]).hears("UI you").says(&["DL-UNIT-DATA you"]);
    chart.hears("UA F").says(&["DL-ESTABLISH confirm"]).hears("UI you").says(&["DL-UNIT-DATA you"]);
    chart.ask(Command::Release).says(&["DISC P"]).hears("UI you").says(&["DL-UNIT-DATA you"]);
}
