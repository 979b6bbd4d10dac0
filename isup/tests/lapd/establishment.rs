//! Establishment, release and re-establishment: clauses 5.5 and 5.7, states 4, 5 and 6.

use isup::lapd::{Command, State};

use crate::chart::{Chart, SIDES};

#[test]
fn sabme_and_ua_establish_and_a_quiet_link_is_asked_every_t203() {
    for side in SIDES {
        let mut chart = Chart::established(side);
        chart.is_in(State::MultipleFrameEstablished).after_ms(9_999).says(&[]);
        chart.after_ms(1).says(&["RR0 P"]).is_in(State::TimerRecovery);
        chart.hears("RR0 F").says(&[]).is_in(State::MultipleFrameEstablished);
        chart.after_ms(10_000).says(&["RR0 P"]);
    }
}

#[test]
fn a_sabme_of_the_far_end_is_answered_and_indicated() {
    for side in SIDES {
        let mut chart = Chart::new(side);
        chart.hears("SABME P").says(&["UA F", "DL-ESTABLISH indication"]).is_in(State::MultipleFrameEstablished);
    }
}

#[test]
fn crossing_sabmes_are_both_answered() {
    for side in SIDES {
        let mut chart = Chart::new(side);
        chart.ask(Command::Establish).says(&["SABME P"]);
        chart.hears("SABME P").says(&["UA F"]).is_in(State::AwaitingEstablishment);
        chart.hears("UA F").says(&["DL-ESTABLISH confirm"]);
    }
}

#[test]
fn sabme_is_repeated_n200_times_every_t200_then_the_link_is_released() {
    let mut chart = Chart::new(SIDES[0]);
    chart.ask(Command::Establish).says(&["SABME P"]);
    for _ in 0..3 {
        chart.after_ms(999).says(&[]).after_ms(1).says(&["SABME P"]);
    }
    chart.after_ms(1_000).says(&["MDL-ERROR G", "DL-RELEASE indication"]).is_in(State::TeiAssigned);
    chart.after_ms(60_000).says(&[]);
}

#[test]
fn dm_refuses_an_establishment_only_with_f_1() {
    let mut chart = Chart::new(SIDES[1]);
    chart.ask(Command::Establish).says(&["SABME P"]);
    chart.hears("DM").says(&[]).is_in(State::AwaitingEstablishment);
    chart.hears("DM F").says(&["DL-RELEASE indication"]).is_in(State::TeiAssigned);
}

#[test]
fn an_unsolicited_dm_with_f_0_asks_for_establishment() {
    let mut chart = Chart::new(SIDES[1]);
    chart.hears("DM F").says(&[]).is_in(State::TeiAssigned);
    chart.hears("DM").says(&["SABME P"]).hears("UA F").says(&["DL-ESTABLISH confirm"]);
}

#[test]
fn disc_is_confirmed_by_ua_or_dm_or_given_up_after_n200() {
    for answer in ["UA F", "DM F"] {
        let mut chart = Chart::established(SIDES[0]);
        chart.ask(Command::Release).says(&["DISC P"]).is_in(State::AwaitingRelease);
        chart.hears(answer).says(&["DL-RELEASE confirm"]).is_in(State::TeiAssigned);
    }
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::Release).says(&["DISC P"]);
    chart.after_ms(3_000).says(&["DISC P", "DISC P", "DISC P"]);
    chart.after_ms(1_000).says(&["MDL-ERROR H", "DL-RELEASE confirm"]).is_in(State::TeiAssigned);
}

#[test]
fn colliding_discs_are_acknowledged_and_a_sabme_against_a_disc_is_refused() {
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::Release).says(&["DISC P"]);
    chart.hears("DISC P").says(&["UA F"]).hears("SABME P").says(&["DM F"]).is_in(State::AwaitingRelease);
    chart.hears("UA F").says(&["DL-RELEASE confirm"]);
}

#[test]
fn a_disc_of_the_far_end_releases_and_is_answered_by_dm_when_there_is_nothing_to_release() {
    for side in SIDES {
        let mut chart = Chart::established(side);
        chart.hears("DISC P").says(&["UA F", "DL-RELEASE indication"]).is_in(State::TeiAssigned);
        chart.hears("DISC P").says(&["DM F"]);
        chart.ask(Command::Release).says(&["DL-RELEASE confirm"]);
        chart.ask(Command::Establish).says(&["SABME P"]).hears("DISC P").says(&["DM F"]);
        chart.is_in(State::AwaitingEstablishment);
    }
}

#[test]
fn a_release_wanted_during_establishment_waits_for_its_outcome() {
    let mut chart = Chart::new(SIDES[0]);
    chart.ask(Command::Establish).says(&["SABME P"]).ask(Command::Release).says(&[]);
    chart.hears("UA F").says(&["DL-ESTABLISH confirm", "DISC P"]).hears("UA F").says(&["DL-RELEASE confirm"]);
    chart.ask(Command::Establish).says(&["SABME P"]).ask(Command::Release);
    chart.hears("DM F").says(&["DL-RELEASE indication", "DL-RELEASE confirm"]);
}

#[test]
fn an_establishment_wanted_during_release_follows_it() {
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::Release).says(&["DISC P"]).ask(Command::Establish).says(&[]);
    chart.hears("UA F").says(&["DL-RELEASE confirm", "SABME P"]).hears("UA F").says(&["DL-ESTABLISH confirm"]);
}

#[test]
fn a_far_end_that_begins_anew_is_followed_and_layer_3_hears_of_it_if_information_is_lost() {
    let mut chart = Chart::established(SIDES[0]);
    chart.hears("SABME P").says(&["UA F", "MDL-ERROR F"]).is_in(State::MultipleFrameEstablished);
    chart.data("lost").says(&["I0.0 lost"]);
    chart.hears("SABME P").says(&["UA F", "MDL-ERROR F", "DL-ESTABLISH indication"]);
    chart.data("new").says(&["I0.0 new"]).hears("I0.1 answer").says(&["DL-DATA answer", "RR1"]);
}

#[test]
fn frames_that_make_no_sense_begin_the_link_anew_with_their_error_code() {
    let far = crate::chart::octets(SIDES[1], "UA F")[0];
    let command = far ^ 0x02;
    let octets: [(&[u8], &str); 5] = [
        (&[command, 0x01, 0x23], "MDL-ERROR L"),
        (&[command, 0x01, 0x7f, 0x00], "MDL-ERROR M"),
        (&[far, 0x01, 0x01, 0x00, 0x00], "MDL-ERROR N"),
        (&[&[command, 0x01, 0x00, 0x00][..], &[0; 261]].concat(), "MDL-ERROR O"),
        (&[command, 0x01, 0x00, 0x02], "MDL-ERROR J"),
    ];
    for (octets, error) in octets {
        let mut chart = Chart::established(SIDES[0]);
        let taken: &[&str] = if error == "MDL-ERROR J" { &["DL-DATA "] } else { &[] };
        chart.hears_octets(octets).says(&[taken, &[error, "SABME P"]].concat());
        chart.hears("UA F").says(&[]).is_in(State::MultipleFrameEstablished);
    }
    for (frame, error) in [("FRMR", "MDL-ERROR K"), ("DM", "MDL-ERROR E"), ("RR1", "MDL-ERROR J")] {
        let mut chart = Chart::established(SIDES[0]);
        chart.hears(frame).says(&[error, "SABME P"]).is_in(State::AwaitingEstablishment);
    }
}

#[test]
fn unsolicited_answers_are_reported_and_change_nothing() {
    let mut chart = Chart::new(SIDES[0]);
    chart.hears("UA F").says(&["MDL-ERROR C"]).hears("UA").says(&["MDL-ERROR D"]).is_in(State::TeiAssigned);
    chart.ask(Command::Establish).says(&["SABME P"]).hears("UA").says(&["MDL-ERROR D"]);
    chart.hears("UA F").says(&["DL-ESTABLISH confirm"]);
    chart.hears("UA F").says(&["MDL-ERROR C"]).hears("UA").says(&["MDL-ERROR D"]);
    chart.hears("RR0 F").says(&["MDL-ERROR A"]).hears("DM F").says(&["MDL-ERROR B"]);
    chart.is_in(State::MultipleFrameEstablished);
    chart.ask(Command::Release).says(&["DISC P"]).hears("UA").says(&["MDL-ERROR D"]).is_in(State::AwaitingRelease);
}

#[test]
fn a_lost_d_channel_releases_every_state_at_once() {
    let mut chart = Chart::new(SIDES[0]);
    chart.ask(Command::Deactivated).says(&[]);
    chart.ask(Command::Establish).says(&["SABME P"]).ask(Command::Deactivated).says(&["DL-RELEASE indication"]);
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::Release).says(&["DISC P"]).ask(Command::Deactivated).says(&["DL-RELEASE confirm"]);
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::Release).says(&["DISC P"]).ask(Command::Establish).ask(Command::Deactivated);
    chart.says(&["DL-RELEASE confirm", "DL-RELEASE indication"]).is_in(State::TeiAssigned);
    let mut chart = Chart::established(SIDES[0]);
    chart.ask(Command::Deactivated).says(&["DL-RELEASE indication"]).after_ms(60_000).says(&[]);
    let mut chart = Chart::established(SIDES[0]);
    chart.after_ms(10_000).says(&["RR0 P"]).ask(Command::Deactivated).says(&["DL-RELEASE indication"]);
    chart.is_in(State::TeiAssigned);
}
