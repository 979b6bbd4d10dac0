//! What a gateway relies on in a DAHDI driver, one fact a test, asked through the seam alone.
//!
//! Each fact is put to two drivers: the simulated one in every test run (`simulator::`), and the kernel's in a virtual machine
//! (`driver::`, ignored unless asked for: `tests/dahdi-vm/run` does). Where they differ, the kernel's is right.

mod contract {
    pub mod bench;
    pub mod bring_up;
    pub mod channel;
    pub mod drivers;
    pub mod dynamic;
    pub mod hdlc;
    pub mod mtp2;
    pub mod removal;
    pub mod span;
    pub mod timer;
}

macro_rules! facts {
    ($($room:ident: $($fact:ident)*;)*) => {
        mod simulator {
            $(mod $room {
                $(#[test] fn $fact() { crate::contract::drivers::on_the_simulator(crate::contract::$room::$fact); })*
            })*
        }
        mod driver {
            $(mod $room {
                $(#[test] #[ignore = "needs /dev/dahdi: tests/dahdi-vm/run"] fn $fact() {
                    crate::contract::drivers::on_the_driver(crate::contract::$room::$fact);
                })*
            })*
        }
    };
}

facts! {
    bring_up:
        a_channel_can_be_opened_when_the_plan_has_it_and_not_before
        bringing_up_what_is_up_disturbs_no_open_channel
        a_span_that_is_not_there_is_refused
        channels_that_are_elsewhere_are_refused_before_anything_changes
        a_use_that_the_driver_does_not_know_is_refused_by_channel;
    channel:
        a_channel_opened_twice_is_busy
        a_channel_can_be_opened_again_after_it_is_closed
        a_channel_that_is_not_configured_is_not_there
        a_channel_number_that_no_span_has_is_refused
        opening_begins_with_two_buffers_of_1024_octets
        a_buffer_has_16_to_8192_octets
        all_buffers_of_a_direction_have_at_most_32768_octets
        a_buffer_count_out_of_bounds_is_bent_to_2_and_32
        reading_before_a_block_is_full_says_again
        a_read_shorter_than_the_block_loses_the_rest
        a_write_longer_than_the_block_takes_one_block
        writing_when_all_buffers_are_full_says_again
        empty_reads_and_writes_are_refused
        a_clear_channel_idles_with_ones_and_in_audio_mode_with_silence
        a_mu_law_channel_idles_with_negative_zero
        octets_pass_unchanged_both_ways
        audio_mode_is_for_clear_channels_only
        hdlc_modes_are_for_clear_channels_only
        a_law_that_does_not_exist_is_refused
        a_law_that_was_set_ends_with_closing
        flushing_forgets_what_was_received_and_what_was_to_be_sent
        a_late_reader_loses_octets_silently
        a_late_reader_who_asked_for_buffer_events_gets_one_and_elast_until_it_is_taken
        a_writer_who_asked_for_buffer_events_hears_of_its_underrun
        buffer_events_outlive_the_opener_who_asked_for_them
        a_bearer_begins_without_buffer_events
        when_full_sends_nothing_until_all_buffers_are_written
        half_full_sends_nothing_until_half_of_the_buffers_are_written
        echo_cancelling_is_for_audio_only
        gains_are_for_audio_only_and_change_octets_both_ways_until_closing
        an_echo_canceller_is_attached_by_name_and_takes_taps_and_parameters
        a_bearer_is_opened_with_its_blocks
        requests_of_the_control_device_are_unknown_to_a_channel;
    dynamic:
        one_with_an_open_channel_is_not_destroyed
        one_that_is_there_cannot_be_created_and_one_that_is_not_cannot_be_destroyed
        destroyed_and_created_again_it_has_its_old_number_and_carries_octets_once_it_is_up;
    hdlc:
        frames_pass_with_their_check_sequence
        the_last_two_octets_written_are_overwritten
        frames_wait_in_order_and_are_read_one_at_a_time
        a_frame_longer_than_the_readers_block_is_an_overrun
        a_reader_without_check_gets_every_frame
        a_clear_channel_becomes_hdlc_by_request_until_it_is_closed
        a_signalling_channel_hides_the_check_sequence
        a_signalling_channel_of_another_kind_is_refused_in_words;
    mtp2:
        the_last_unit_is_repeated_and_delivered_once
        a_new_unit_replaces_the_repeated_one
        equal_units_in_a_row_are_delivered_once
        a_unit_is_delivered_again_after_another
        the_repetition_ends_with_closing;
    removal:
        whoever_has_a_channel_open_is_told_and_has_a_second
        a_device_of_a_span_that_is_gone_answers_enodev_for_ever
        a_span_that_is_gone_has_no_status_and_no_channels
        a_span_that_returns_has_no_channel_configured_until_it_is_brought_up;
    span:
        status_names_line_channels_and_alarms
        status_of_a_missing_span_is_refused
        a_missing_span_cannot_be_configured_or_started
        a_span_takes_the_codings_that_it_says_it_has
        a_channel_is_configured_by_the_control_device
        a_channel_tells_its_place_and_type
        the_control_device_knows_no_channel_requests;
    timer:
        it_expires_every_so_many_samples
        it_says_nothing_before_it_is_configured
        expiries_are_acknowledged_one_by_one_or_all_at_once
        a_ping_wakes_its_owner_until_it_is_answered
        it_knows_no_other_requests;
}
