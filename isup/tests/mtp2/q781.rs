//! The test purposes of Q.781 by number: which function proves each, or why none can. The numbering is that of the
//! published lists of cases, letters included where a list splits a purpose by who acts first.

use std::time::Duration;

use isup::mtp2::unit::Contents;
use isup::mtp2::{Command, LineError, Output, Reason, State};

use crate::bench::{Bench, SIPO, Sends};
use crate::{alignment, cyclic, delimitation, monitors, sequence};

/// What becomes of a test purpose.
#[derive(Clone, Copy)]
enum Case {
    /// This proves it, on virtual time.
    Proved(fn()),
    /// It cannot be asked of us.
    Inapplicable(&'static str),
}
use Case::{Inapplicable, Proved};

/// Every test purpose.
const CASES: &[(&str, Case)] = &[
    ("1.1(a)", Proved(alignment::q781_1_1_a_new_link_sends_sios_with_all_sequence_bits_set)),
    ("1.1(b)", Proved(alignment::q781_1_1_a_new_link_sends_sios_with_all_sequence_bits_set)),
    ("1.2", Proved(alignment::q781_1_2_t2_ends_an_alignment_that_nobody_answers)),
    ("1.3", Proved(alignment::q781_1_3_t3_ends_an_alignment_that_stops_at_sio)),
    ("1.4", Proved(alignment::q781_1_4_t4_proves_and_t1_gives_up_on_a_far_end_that_never_sends_fisu)),
    ("1.5(a)", Proved(alignment::q781_1_5_normal_alignment_proves_for_t4n_and_enters_service_on_fisu)),
    ("1.5(b)", Proved(alignment::q781_1_5b_status_fields_of_two_octets_align_as_well)),
    ("1.6", Proved(alignment::q781_1_6_a_message_brings_an_aligned_link_into_service_and_is_delivered)),
    ("1.7", Proved(alignment::q781_1_7_sio_during_proving_starts_the_proving_period_anew)),
    ("1.8(a)", Proved(alignment::q781_1_8_a_processor_outage_before_alignment_is_told_by_sipo)),
    ("1.8(b)", Proved(alignment::q781_1_8b_and_1_9b_the_far_ends_processor_outage_holds_messages_back)),
    ("1.9(a)", Proved(alignment::q781_1_8_a_processor_outage_before_alignment_is_told_by_sipo)),
    ("1.9(b)", Proved(alignment::q781_1_8b_and_1_9b_the_far_ends_processor_outage_holds_messages_back)),
    ("1.10", Proved(alignment::q781_1_10_a_processor_outage_set_and_cleared_before_start_leaves_no_trace)),
    ("1.11", Proved(alignment::q781_1_11_sipo_when_aligned_not_ready_is_a_remote_processor_outage)),
    ("1.12(a)", Proved(alignment::q781_1_12_and_1_13_sios_and_sio_end_aligned_not_ready)),
    ("1.12(b)", Proved(alignment::q781_1_12_and_1_13_sios_and_sio_end_aligned_not_ready)),
    ("1.13", Proved(alignment::q781_1_12_and_1_13_sios_and_sio_end_aligned_not_ready)),
    ("1.14", Proved(alignment::q781_1_14_a_processor_outage_that_ends_during_proving_leaves_no_trace)),
    ("1.15", Proved(alignment::q781_1_15_a_processor_outage_when_aligned_ready_is_told_by_sipo_until_it_ends)),
    ("1.16", Proved(alignment::q781_1_16_t1_runs_in_aligned_not_ready_too)),
    ("1.17", Proved(alignment::q781_1_17_and_1_24_sin_or_sie_without_sio_aligns)),
    ("1.18", Inapplicable("the emergency is said with the start itself, so that none can cease before it")),
    ("1.19", Proved(alignment::q781_1_19_an_emergency_set_when_not_aligned_is_told_by_sie)),
    ("1.20", Proved(alignment::q781_1_20_an_emergency_set_when_aligned_shortens_the_proving_to_come)),
    ("1.21", Proved(q781_1_21_two_emergencies_prove_for_t4e)),
    ("1.22", Proved(alignment::q781_1_22_the_far_ends_emergency_shortens_our_proving_but_we_send_sin)),
    ("1.23", Proved(alignment::q781_1_23_an_emergency_set_during_proving_begins_a_short_period)),
    ("1.24", Proved(alignment::q781_1_17_and_1_24_sin_or_sie_without_sio_aligns)),
    ("1.25", Proved(alignment::q781_1_25_to_1_27_and_1_32_a_stop_ends_alignment_wherever_it_stands)),
    ("1.26", Proved(alignment::q781_1_25_to_1_27_and_1_32_a_stop_ends_alignment_wherever_it_stands)),
    ("1.27", Proved(alignment::q781_1_25_to_1_27_and_1_32_a_stop_ends_alignment_wherever_it_stands)),
    ("1.28", Proved(alignment::q781_1_28_and_1_29_each_alignment_status_ends_service)),
    ("1.29(a)", Proved(alignment::q781_1_28_and_1_29_each_alignment_status_ends_service)),
    ("1.29(b)", Proved(q781_8_13_a_stop_ends_service_and_is_told_by_sios)),
    ("1.30(a)", Proved(alignment::q781_1_30_and_1_31_a_stop_ends_processor_outages)),
    ("1.30(b)", Proved(alignment::q781_1_30_and_1_31_a_stop_ends_processor_outages)),
    ("1.31(a)", Proved(alignment::q781_1_30_and_1_31_a_stop_ends_processor_outages)),
    ("1.31(b)", Proved(alignment::q781_1_30_and_1_31_a_stop_ends_processor_outages)),
    ("1.32(a)", Proved(alignment::q781_1_25_to_1_27_and_1_32_a_stop_ends_alignment_wherever_it_stands)),
    ("1.32(b)", Proved(alignment::q781_1_25_to_1_27_and_1_32_a_stop_ends_alignment_wherever_it_stands)),
    ("1.33", Proved(alignment::q781_1_33_and_1_34_sio_or_sios_in_place_of_fisu_ends_aligned_ready)),
    ("1.34", Proved(alignment::q781_1_33_and_1_34_sio_or_sios_in_place_of_fisu_ends_aligned_ready)),
    ("1.35", Proved(alignment::q781_1_35_sipo_in_place_of_fisu_is_a_remote_processor_outage)),
    ("2.1", Proved(alignment::q781_2_1_nothing_moves_a_link_that_is_out_of_service)),
    ("2.2", Proved(alignment::q781_2_2_to_2_4_units_out_of_place_do_not_disturb_alignment)),
    ("2.3", Proved(alignment::q781_2_2_to_2_4_units_out_of_place_do_not_disturb_alignment)),
    ("2.4", Proved(alignment::q781_2_2_to_2_4_units_out_of_place_do_not_disturb_alignment)),
    ("2.5", Proved(alignment::q781_2_5_to_2_8_orders_out_of_place_change_nothing)),
    ("2.6", Proved(alignment::q781_2_5_to_2_8_orders_out_of_place_change_nothing)),
    ("2.7", Proved(alignment::q781_2_5_to_2_8_orders_out_of_place_change_nothing)),
    ("2.8", Proved(alignment::q781_2_5_to_2_8_orders_out_of_place_change_nothing)),
    ("3.1", Proved(alignment::q781_3_1_3_3_3_5_and_3_7_a_line_that_breaks_fails_the_link_in_each_proved_state)),
    ("3.2", Proved(alignment::q781_3_2_3_4_3_6_and_3_8_corrupt_fibs_fail_the_link_in_each_proved_state)),
    ("3.3", Proved(alignment::q781_3_1_3_3_3_5_and_3_7_a_line_that_breaks_fails_the_link_in_each_proved_state)),
    ("3.4", Proved(alignment::q781_3_2_3_4_3_6_and_3_8_corrupt_fibs_fail_the_link_in_each_proved_state)),
    ("3.5", Proved(monitors::q781_3_5_a_line_that_breaks_fails_the_link_after_64_gaps_of_16_octets)),
    ("3.6", Proved(sequence::q781_3_2_and_8_7_two_wrong_fibs_of_three_fail_the_link)),
    ("3.7", Proved(alignment::q781_3_1_3_3_3_5_and_3_7_a_line_that_breaks_fails_the_link_in_each_proved_state)),
    ("3.8", Proved(alignment::q781_3_2_3_4_3_6_and_3_8_corrupt_fibs_fail_the_link_in_each_proved_state)),
    ("4.1", Proved(q781_4_1_a_processor_outage_of_ours_is_told_by_sipo_and_nothing_is_taken_until_it_ends)),
    ("4.2", Proved(alignment::q781_4_2_a_remote_outage_during_a_local_one_ends_by_itself)),
    ("4.3", Proved(alignment::q781_4_3_both_outages_end_one_after_the_other)),
    ("5.1", Proved(delimitation::q781_5_1_seven_ones_begin_octet_counting_until_a_good_unit)),
    ("5.2", Proved(delimitation::q781_5_2_a_unit_longer_than_any_begins_octet_counting)),
    ("5.3", Proved(delimitation::q781_5_3_a_unit_shorter_than_any_is_an_error)),
    ("5.4(a)", Proved(delimitation::q781_5_4_and_5_5_one_flag_or_many_between_units_are_all_the_same)),
    ("5.4(b)", Proved(delimitation::q781_5_4_and_5_5_one_flag_or_many_between_units_are_all_the_same)),
    ("5.5(a)", Proved(delimitation::q781_5_4_and_5_5_one_flag_or_many_between_units_are_all_the_same)),
    ("5.5(b)", Proved(delimitation::q781_5_4_and_5_5_one_flag_or_many_between_units_are_all_the_same)),
    ("6.1", Proved(monitors::q781_6_1_one_error_in_256_units_leaves_the_link_in_service)),
    ("6.2", Proved(q781_6_2_one_error_in_254_units_fails_the_link_in_the_end)),
    ("6.3", Proved(monitors::q781_6_3_64_errors_in_a_row_fail_the_link)),
    ("6.4", Proved(monitors::q781_6_4_a_break_of_100_ms_is_survived)),
    ("7.1", Proved(monitors::q781_7_1_three_errors_do_not_prolong_a_normal_proving_period)),
    ("7.2", Proved(monitors::q781_7_2_four_errors_begin_the_proving_period_anew)),
    ("7.3", Proved(monitors::q781_7_3_the_fifth_aborted_proving_period_ends_alignment)),
    ("7.4", Proved(monitors::q781_7_4_one_error_begins_an_emergency_proving_period_anew)),
    ("8.1", Proved(sequence::q781_8_1_messages_are_numbered_and_acknowledged_both_ways)),
    ("8.2", Proved(sequence::q781_8_2_a_negative_acknowledgement_brings_the_messages_again_with_fib_inverted)),
    ("8.3", Proved(sequence::q781_8_3_a_full_retransmission_buffer_holds_messages_back_until_acknowledged)),
    ("8.4", Proved(sequence::q781_8_4_a_message_with_a_wrong_fib_is_discarded_and_asked_for_again)),
    ("8.5", Proved(sequence::q781_8_5_a_duplicate_is_dropped_and_the_gap_behind_it_is_asked_for)),
    ("8.6", Proved(sequence::q781_8_6_what_comes_before_the_retransmission_is_dropped)),
    ("8.7", Proved(sequence::q781_3_2_and_8_7_two_wrong_fibs_of_three_fail_the_link)),
    ("8.8", Proved(sequence::q781_8_8_one_wrong_fib_is_forgotten_after_two_good_units)),
    ("8.9", Proved(q781_8_9_one_wrong_fib_before_a_remote_outage_does_not_fail_the_link)),
    ("8.10", Proved(sequence::q781_8_10_a_message_with_an_abnormal_bsn_is_discarded_and_asked_for_again)),
    ("8.11", Proved(sequence::q781_8_11_two_abnormal_bsns_of_three_fail_the_link)),
    ("8.12", Proved(sequence::q781_8_12_t7_fails_a_link_that_is_not_acknowledged)),
    ("8.13", Proved(q781_8_13_a_stop_ends_service_and_is_told_by_sios)),
    ("9.1", Proved(cyclic::q781_9_1_a_message_goes_out_again_and_again_until_acknowledged)),
    ("9.2", Proved(cyclic::q781_9_2_a_new_message_goes_before_the_cycle)),
    ("9.3", Proved(cyclic::q781_9_3_at_n1_messages_all_go_out_again_before_anything_new)),
    ("9.4", Proved(cyclic::q781_9_4_at_n2_octets_it_is_done_too)),
    ("9.5", Proved(cyclic::q781_9_5_forced_retransmission_ends_when_all_is_acknowledged)),
    ("9.6", Proved(cyclic::q781_9_6_and_9_10_messages_repeated_or_out_of_sequence_are_dropped_without_a_word)),
    ("9.7", Proved(cyclic::q781_9_7_nothing_is_sent_while_the_far_ends_processor_is_out)),
    ("9.8", Proved(cyclic::q781_9_8_and_9_9_one_abnormal_bsn_is_passed_over_and_two_of_three_fail_the_link)),
    ("9.9", Proved(cyclic::q781_9_8_and_9_9_one_abnormal_bsn_is_passed_over_and_two_of_three_fail_the_link)),
    ("9.10", Proved(cyclic::q781_9_6_and_9_10_messages_repeated_or_out_of_sequence_are_dropped_without_a_word)),
    ("9.11", Proved(cyclic::q781_9_11_t7_bounds_the_wait_for_an_acknowledgement)),
    ("9.12", Proved(cyclic::q781_9_12_fill_with_the_number_of_a_message_that_did_not_come_changes_nothing)),
    ("9.13", Proved(cyclic::q781_9_13_a_stop_ends_service)),
    ("10.1", Proved(sequence::q781_10_1_sib_goes_out_at_each_t5_until_congestion_ends)),
    ("10.2", Proved(sequence::q781_10_2_each_sib_restarts_t7)),
    ("10.3", Proved(sequence::q781_10_3_t6_fails_a_link_whose_far_end_stays_congested)),
];

/// How many test purposes each of the ten groups has.
const GROUPS: [usize; 10] = [44, 8, 8, 3, 7, 4, 4, 13, 13, 3];

const MESSAGE: &[u8] = &[0x85, 1, 2, 3];

#[test]
fn every_test_purpose_is_proved_or_cannot_be_asked_and_says_why() {
    let mut groups = [0; 10];
    for (place, (number, case)) in CASES.iter().enumerate() {
        assert!(CASES[..place].iter().all(|(other, _)| other != number), "{number} stands twice");
        let group: usize = number.split('.').next().and_then(|group| group.parse().ok()).expect("group.case");
        groups[group - 1] += 1;
        if let Inapplicable(why) = case {
            println!("{number} is inapplicable: {why}");
        }
    }
    assert_eq!(groups, GROUPS);
}

#[test]
fn the_table_names_the_cases_of_the_published_list() {
    let folder = std::env::var_os("SPANGATE_SHARED")
        .map_or_else(|| std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), Into::into);
    let Ok(text) = std::fs::read_to_string(folder.join("spec/conformance_q781.json")) else {
        println!("skipped: the list of Q.781: shared folder absent");
        return;
    };
    let list: serde_json::Value = serde_json::from_str(&text).expect("the shared files were checked to be JSON");
    let listed = list["cases"].as_array().expect("an array").iter().map(|case| case["id"].as_str().expect("a string"));
    assert!(listed.eq(CASES.iter().map(|(number, _)| *number)));
}

#[test]
fn a_case_is_run_by_its_number() {
    let (_, case) = CASES.iter().find(|(number, _)| *number == "8.13").expect("it stands in the table");
    let Proved(run) = case else { panic!("it applies") };
    run();
}

#[test]
pub fn q781_1_21_two_emergencies_prove_for_t4e() {
    // The bench aligns so: SIE both ways, in service before a normal proving period could be over.
    assert_eq!(Bench::in_service().state(), State::InService);
}

#[test]
pub fn q781_4_1_a_processor_outage_of_ours_is_told_by_sipo_and_nothing_is_taken_until_it_ends() {
    let mut bench = Bench::in_service();
    bench.command(Command::LocalProcessorOutage);
    bench.run(5, Sends::Fill);
    bench.receive_message(MESSAGE);
    assert_eq!((bench.sent(), bench.told()), (vec!["SIPO".to_owned()], vec![]));
    bench.command(Command::LocalProcessorRecovered);
    bench.run(2, Sends::Nothing);
    // The far end sends again what was not acknowledged.
    bench.receive(Contents::Message(MESSAGE));
    assert_eq!((bench.sent(), bench.told()), (vec!["FISU".to_owned()], vec![Output::Received(MESSAGE.to_vec())]));
}

#[test]
pub fn q781_6_2_one_error_in_254_units_fails_the_link_in_the_end() {
    let mut bench = Bench::in_service();
    let mut errors = 0;
    while bench.state() == State::InService && errors < 10_000 {
        bench.error(LineError::Check);
        errors += 1;
        for _ in 1..254 {
            bench.link.handle_unit(bench.now, &[0xff, 0xff, 0x00]);
        }
    }
    // 7,880 of them leaked in 254 times 7,943 units; 64 are left.
    assert_eq!(errors, 7_944);
}

#[test]
pub fn q781_8_9_one_wrong_fib_before_a_remote_outage_does_not_fail_the_link() {
    let mut bench = Bench::in_service();
    let wrong = isup::mtp2::unit::Header { fib: false, ..bench.header };
    bench.receive_as(wrong, Contents::Fill);
    bench.run(3, SIPO);
    bench.run(3, Sends::Fill);
    assert_eq!(bench.state(), State::InService);
    assert_eq!(bench.told(), [Output::RemoteProcessorOutage, Output::RemoteProcessorRecovered]);
}

#[test]
pub fn q781_8_13_a_stop_ends_service_and_is_told_by_sios() {
    let mut bench = Bench::in_service();
    bench.command(Command::Stop);
    bench.pass(Duration::from_millis(1));
    bench.pull();
    assert_eq!((bench.sent(), bench.told()), (vec!["SIOS".to_owned()], vec![Output::OutOfService(Reason::Stopped)]));
}
