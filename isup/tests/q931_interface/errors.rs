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

/// What an active call of the far end, with call reference 7, does with a message: clause, octets from the message type on, what
/// is said, and the state after it; none: the call is over.
type Case = (&'static str, &'static [u8], &'static [&'static str], Option<u8>);

const CASES: &[Case] = &[
    ("5.8.4, not the type", &[0x44], &["STATUS b7 cause97 state10"], Some(10)),
    ("5.8.4, not in this state", &[0x01], &["STATUS b7 cause101 state10"], Some(10)),
    (
        "5.8.4, RELEASE in any state",
        &[0x4d, 0x08, 2, 0x80, 0x90],
        &["RELEASE_COMPLETE b7", "0: Release", "0: Released"],
        None,
    ),
    ("5.8.4, RELEASE COMPLETE in any state", &[0x5a, 0x08, 2, 0x80, 0x90], &["0: Release", "0: Released"], None),
    (
        "5.8.3.2, SETUP for a call that exists",
        &[0x05, 0x04, 3, 0x80, 0x90, 0xa3, 0x18, 3, 0xa9, 0x83, 0x82],
        &[],
        Some(10),
    ),
    ("5.8.5.1, out of order", &[0x45, 0x28, 1, 0x41, 0x08, 2, 0x80, 0x90], &["0: Disconnect"], Some(12)),
    (
        "5.8.5.2, repeated",
        &[0x6e, 0x27, 1, 0xf9, 0x27, 1, 0xfa, 0x27, 1, 0xfa, 0x27, 1, 0xfa],
        &["0: Notify"],
        Some(10),
    ),
    ("5.8.6.1, mandatory missing", &[0x6e], &["STATUS b7 cause96 state10"], Some(10)),
    ("5.8.6.1, in DISCONNECT", &[0x45], &["0: Lost 96", "RELEASE b7 cause96"], Some(19)),
    ("5.8.6.2, mandatory empty", &[0x6e, 0x27, 0], &["STATUS b7 cause100 state10"], Some(10)),
    ("5.8.6.2, in DISCONNECT", &[0x45, 0x08, 1, 0x80], &["0: Lost 100", "RELEASE b7 cause100"], Some(19)),
    (
        "5.8.6.2, in RELEASE",
        &[0x4d, 0x08, 1, 0x80],
        &["RELEASE_COMPLETE b7 cause100", "0: Release", "0: Released"],
        None,
    ),
    ("5.8.7.1, unrecognized", &[0x6e, 0x27, 1, 0xf9, 0x6a, 0], &["STATUS b7 cause99 state10", "0: Notify"], Some(10)),
    ("5.8.7.1, in another codeset", &[0x6e, 0x27, 1, 0xf9, 0x96, 0x6a, 0], &["0: Notify"], Some(10)),
    ("5.8.7.1, to be understood", &[0x6e, 0x27, 1, 0xf9, 0x0a, 0], &["STATUS b7 cause96 state10"], Some(10)),
    ("5.8.7.3, in no place", &[0x6e, 0x27, 1, 0xf9, 0x1e, 2, 0x80, 0x88], &["0: Notify"], Some(10)),
];

#[test]
fn each_case_of_an_error_in_a_message_has_its_consequence_on_both_sides() {
    for side in SIDES {
        for (clause, octets, said, state) in CASES {
            let mut chart = active(side);
            chart.hears_octets(&[&[0x08, 0x02, 0x00, 0x07], *octets].concat());
            assert_eq!(chart.drain(), *said, "{clause}, {side:?}");
            let states: Vec<_> = chart.interface.calls().map(|(_, call)| call.state.0).collect();
            let expected = match (state, side) {
                // Disconnect indication, by the name of either side.
                (Some(12), Side::Network) => Some(11),
                (state, _) => *state,
            };
            assert_eq!(states, expected.into_iter().collect::<Vec<_>>(), "{clause}, {side:?}");
        }
    }
}
