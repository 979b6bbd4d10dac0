//! Error conditions, Q.931 5.8.1 to 5.8.11, case by case.

use crate::chart::{Chart, SIDES};
use crate::clearing::active;
use isup::q931::interface::Side;

#[test]
fn messages_that_cannot_be_read_are_ignored() {
    for octets in [
        &[0x07, 0x02, 0x80, 0x07, 0x45][..], // another protocol discriminator
        &[0x08, 0x02, 0x80],                 // too short
        &[0x08, 0x12, 0x80, 0x07, 0x45],     // call reference length with spare bits
        &[0x08, 0x03, 0x80, 0x07, 0x07, 0x45],
    ] {
        let mut chart = active(Side::User);
        chart.hears_octets(octets).says(&[]).is_in(10);
        assert_eq!(chart.interface.counters().malformed, 1);
    }
}

#[test]
fn a_message_for_no_call_is_answered_with_cause_81() {
    for side in SIDES {
        let mut chart = Chart::up(side);
        chart.hears("ALERTING b9").says(&["RELEASE_COMPLETE b9 cause81"]);
        chart.hears("RELEASE b9 cause16").says(&["RELEASE_COMPLETE b9 cause81"]);
        chart.hears("RELEASE_COMPLETE b9").says(&[]);
        chart.hears("SETUP a9 bearer ch1!").says(&[]);
        chart.hears("STATUS b9 cause30 state0").says(&[]);
        chart.hears("STATUS b9 cause30 state10").says(&["RELEASE_COMPLETE b9 cause101"]);
        chart.hears("STATUS_ENQUIRY b9").says(&["STATUS b9 cause30 state0"]);
    }
}

#[test]
fn the_global_call_reference_is_for_restart_alone() {
    for side in SIDES {
        let mut chart = Chart::up(side);
        chart.hears("ALERTING gb").says(&["STATUS gb cause81 state0"]);
        chart.hears("STATUS gb cause81 state0").says(&[]);
        chart.hears("RESTART_ACKNOWLEDGE ga ch1! restart0").says(&[]);
    }
}

#[test]
fn a_message_out_of_sequence_is_answered_with_status() {
    for side in SIDES {
        let mut chart = active(side);
        chart.hears("ALERTING b7").says(&["STATUS b7 cause101 state10"]).is_in(10);
    }
}

#[test]
fn an_unknown_message_type_is_answered_with_status() {
    let mut chart = active(Side::User);
    chart.hears_octets(&[0x08, 0x02, 0x00, 0x07, 0x44]).says(&["STATUS b7 cause97 state10"]).is_in(10);
}

#[test]
fn mandatory_elements_missing_or_in_error() {
    let mut chart = Chart::up(Side::Network);
    chart.hears("SETUP b8 ch1!").says(&["RELEASE_COMPLETE b8 cause96"]);
    // A bearer capability of one octet.
    chart.hears_octets(&[0x08, 0x02, 0x00, 0x08, 0x05, 0x04, 0x01, 0x80]).says(&["RELEASE_COMPLETE b8 cause100"]);
    let mut chart = active(Side::User);
    chart.hears("DISCONNECT b7").says(&["0: Lost 96", "RELEASE b7 cause96"]);
    let mut chart = active(Side::User);
    chart.hears("NOTIFY b7").says(&["STATUS b7 cause96 state10"]).is_in(10);
}

#[test]
fn an_unrecognized_element_is_reported_and_the_message_acted_on() {
    let mut chart = active(Side::User);
    chart.hears_octets(&[0x08, 0x02, 0x00, 0x07, 0x45, 0x08, 0x02, 0x81, 0x90, 0x6a, 0x01, 0x00]);
    chart.says(&["STATUS b7 cause99 state10", "0: Disconnect"]);
    // One that must be understood forbids to act.
    let mut chart = active(Side::User);
    chart.hears_octets(&[0x08, 0x02, 0x00, 0x07, 0x7b, 0x02, 0x01, 0x00]).says(&["STATUS b7 cause96 state10"]);
}

#[test]
fn an_optional_element_in_error_counts_as_absent() {
    let mut chart = Chart::up(Side::User);
    chart.calls(isup::q931::interface::ChannelChoice::Any).expect("there is room");
    chart.drain();
    chart.hears("CALL_PROCEEDING a1 ch2!").drain();
    // A progress indicator of one octet.
    chart.hears_octets(&[0x08, 0x02, 0x80, 0x01, 0x01, 0x1e, 0x01, 0x80]);
    chart.says(&["STATUS a1 cause100 state3", "0: Alerting"]);
}

#[test]
fn a_status_that_says_null_ends_the_call_and_one_that_clears_is_followed_by_release() {
    for side in SIDES {
        let mut chart = active(side);
        chart.hears("STATUS b7 cause101 state0").says(&["0: Lost 101", "0: Released"]);
        let mut chart = active(side);
        chart.hears("STATUS b7 cause101 state19").says(&["0: Lost 101", "RELEASE b7 cause101"]);
        let mut chart = active(side);
        chart.hears("STATUS b7 cause99 state10").says(&[]).is_in(10);
        chart.hears("STATUS_ENQUIRY b7").says(&["STATUS b7 cause30 state10"]);
    }
}
