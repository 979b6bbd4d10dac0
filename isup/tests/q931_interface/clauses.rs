//! Error procedures item by item, Q.931 5.8.1 to 5.8.4 and 5.8.8 to 5.8.11, on both sides and in every call state; what
//! elements can be wrong with is in `errors`.

use crate::chart::{Chart, SIDES};
use crate::clearing::active;
use crate::states::every_state;
use isup::q931::interface::{DataLink, Side};

/// Octets of a message, from the protocol discriminator on.
type Octets = &'static [u8];

#[test]
fn clause_5_8_1_to_5_8_3_1_what_is_no_message_changes_nothing() {
    let cases: [(&str, Octets); 5] = [
        ("5.8.1, another protocol", &[0x09, 0x02, 0x00, 0x07, 0x45, 0x08, 0x02, 0x80, 0x90]),
        ("5.8.2, too short for a message type", &[0x08, 0x02, 0x00, 0x07]),
        ("5.8.2, empty", &[]),
        ("5.8.3.1, spare bits of the length", &[0x08, 0x22, 0x00, 0x07, 0x45, 0x08, 0x02, 0x80, 0x90]),
        ("5.8.3.1, a length beyond the greatest", &[0x08, 0x0f, 0x00, 0x07, 0x45, 0x08, 0x02, 0x80, 0x90]),
    ];
    for side in SIDES {
        for (clause, octets) in cases {
            let mut chart = active(side);
            chart.hears_octets(octets).says(&[]).is_in(10);
            assert_eq!(chart.interface.counters().malformed, 1, "{clause}");
        }
    }
}

#[test]
fn clause_5_8_3_2_a_and_b_any_message_for_no_call_is_answered_by_release_complete_81() {
    let kinds = [
        "ALERTING",
        "CALL_PROCEEDING",
        "CONNECT",
        "CONNECT_ACKNOWLEDGE",
        "DISCONNECT",
        "FACILITY",
        "HOLD",
        "INFORMATION",
        "NOTIFY",
        "PROGRESS",
        "RELEASE",
        "RETRIEVE",
        "SETUP_ACKNOWLEDGE",
        "USER_INFORMATION",
    ];
    for side in SIDES {
        for kind in kinds {
            Chart::up(side).hears(&format!("{kind} b9")).says(&["RELEASE_COMPLETE b9 cause81"]);
        }
        // Of a kind that nobody knows likewise.
        Chart::up(side).hears_octets(&[0x08, 0x02, 0x00, 0x09, 0x44]).says(&["RELEASE_COMPLETE b9 cause81"]);
    }
}

#[test]
fn clause_5_8_3_2_c_to_e_what_is_ignored() {
    for side in SIDES {
        let mut chart = Chart::up(side);
        chart.hears("RELEASE_COMPLETE b9 cause16").says(&[]);
        chart.hears("SETUP a9 bearer ch1!").says(&[]);
        chart.hears("RESUME a9").says(&[]);
        let mut chart = active(side);
        chart.hears("SETUP b7 bearer ch3!").says(&[]).is_in(10);
    }
}

#[test]
fn clause_5_8_3_2_f_the_global_reference_with_another_message_is_answered_by_status_81() {
    for side in SIDES {
        for kind in ["SETUP", "RELEASE", "STATUS_ENQUIRY", "FACILITY"] {
            Chart::up(side).hears(&format!("{kind} gb")).says(&["STATUS gb cause81 state0"]);
        }
        // The flag says that RESTART is an answer, or that its acknowledgement is none.
        Chart::up(side).hears("RESTART ga ch1! restart0").says(&["STATUS ga cause81 state0"]);
        Chart::up(side).hears("RESTART_ACKNOWLEDGE gb ch1! restart0").says(&["STATUS gb cause81 state0"]);
        Chart::up(side).hears("STATUS gb cause81 state0").says(&[]);
    }
}

#[test]
fn clause_5_8_4_an_unknown_message_is_answered_by_status_97_in_every_state_and_changes_none() {
    every_state(|chart, call, state| {
        let flag = if call.starts_with('a') { 0x80 } else { 0 };
        let reference: u8 = call[1..].parse().expect("a number");
        chart.hears_octets(&[0x08, 0x02, flag, reference, 0x44]);
        chart.says(&[&format!("STATUS {call} cause97 state{state}")]).is_in(state);
    });
}

#[test]
fn clause_5_8_4_release_and_release_complete_end_a_call_in_every_state_once() {
    for (message, answered) in [("RELEASE", true), ("RELEASE_COMPLETE", false)] {
        every_state(|chart, call, state| {
            chart.hears(&format!("{message} {call} cause16"));
            let said = chart.drain();
            // Two RELEASEs that cross are not acknowledged.
            let expected = answered && state != 19;
            assert_eq!(said.contains(&format!("RELEASE_COMPLETE {call}")), expected, "{message} in {state}: {said:?}");
            assert_eq!(said.iter().filter(|line| *line == "0: Released").count(), 1, "{message} in {state}");
            assert_eq!(chart.interface.calls().count(), 0);
        });
    }
}

#[test]
fn clause_5_8_8_a_reset_of_the_data_link_ends_a_call_that_awaits_digits_and_has_the_others_asked() {
    every_state(|chart, call, state| {
        chart.link(DataLink::Established);
        let said = chart.drain();
        let is_overlap = matches!(state, 2 | 25);
        let lost = said.iter().any(|line| line == "0: Lost 41");
        let asked = said.contains(&format!("STATUS_ENQUIRY {call}"));
        let is_clearing = matches!(state, 11 | 12 | 19);
        assert_eq!((lost, asked), (is_overlap, !is_overlap && !is_clearing), "state {state}: {said:?}");
    });
}

#[test]
fn clause_5_8_9_a_data_link_that_does_not_come_back_ends_every_call_by_t309() {
    every_state(|chart, _, state| {
        chart.link(DataLink::Released).after_s(90).drain();
        assert_eq!(chart.interface.calls().count(), 0, "state {state}");
    });
}

#[test]
fn clause_5_8_10_an_enquiry_for_no_call_is_answered_by_null() {
    for side in SIDES {
        Chart::up(side).hears("STATUS_ENQUIRY b9").says(&["STATUS b9 cause30 state0"]);
    }
}

#[test]
fn clause_5_8_11_a_status_of_each_state_in_each_state() {
    let theirs = [0, 1, 2, 3, 4, 6, 7, 8, 9, 10, 11, 12, 15, 17, 19, 22, 25, 63];
    for reported in theirs {
        every_state(|chart, call, state| {
            chart.hears(&format!("STATUS {call} cause30 state{reported}"));
            let said = chart.drain();
            let is_over = chart.interface.calls().count() == 0;
            let is_released = said.contains(&format!("RELEASE {call} cause101"));
            let is_clearing = state == 19 || matches!(state, 11 | 12);
            let expected = match reported {
                // c) Null ends it.
                0 => (true, false),
                // The far end has disconnected or released it, and we have not heard of that.
                11 | 12 | 19 if !is_clearing => (false, true),
                // b), and states that may stand beside ours for a moment.
                _ => (false, false),
            };
            assert_eq!((is_over, is_released), expected, "{reported} in {state}: {said:?}");
            assert!(!said.iter().any(|line| line.starts_with("STATUS")), "STATUS is never answered by STATUS");
        });
    }
}

#[test]
fn clause_5_8_11_a_status_for_no_call_and_one_without_its_elements() {
    for side in SIDES {
        let mut chart = Chart::up(side);
        chart.hears("STATUS b9 cause30 state0").says(&[]);
        chart.hears("STATUS b9 cause30 state19").says(&["RELEASE_COMPLETE b9 cause101"]);
        let mut chart = active(side);
        for lacking in ["STATUS b7", "STATUS b7 cause101", "STATUS b7 state10"] {
            chart.hears(lacking);
            assert!(!chart.drain().iter().any(|line| line.starts_with("STATUS")), "{lacking}");
            chart.is_in(10);
        }
    }
}

#[test]
fn clause_5_8_10_an_enquiry_of_ours_that_nobody_answers_is_repeated_once() {
    let mut chart = active(Side::Network);
    chart.link(DataLink::SetUpAnew).says(&["STATUS_ENQUIRY b7"]);
    chart.after_s(4).says(&["STATUS_ENQUIRY b7"]).after_s(4).says(&["0: Lost 41", "DISCONNECT b7 cause41"]);
}
