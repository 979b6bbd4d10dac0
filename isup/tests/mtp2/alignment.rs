//! Link state control and initial alignment, Q.781 groups 1 and 2.

use std::time::Duration;

use isup::mtp2::unit::{Contents, Status};
use isup::mtp2::{Command, LineError, Output, Reason, State};

use crate::bench::{Bench, SIE, SIN, SIO, SIOS, SIPO, Sends};

const START: Command = Command::Start { emergency: false };
const EMERGENCY: Command = Command::Start { emergency: true };

fn out(reason: Reason) -> Output {
    Output::OutOfService(reason)
}

/// Aligns normally until proving has just begun.
fn proving() -> Bench {
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(5, SIO);
    bench.run(1, SIN);
    assert_eq!(bench.sent(), ["SIO", "SIN"]);
    bench
}

fn aligned_ready() -> Bench {
    let mut bench = proving();
    bench.run(8_200, SIN);
    assert_eq!(bench.sent(), ["FISU"]);
    assert_eq!(bench.state(), State::AlignedReady);
    bench
}

fn aligned_not_ready() -> Bench {
    let mut bench = Bench::out_of_service();
    bench.command(Command::LocalProcessorOutage);
    bench.command(START);
    bench.run(5, SIO);
    bench.run(8_201, SIN);
    assert_eq!(bench.sent(), ["SIO", "SIN", "SIPO"]);
    assert_eq!(bench.state(), State::AlignedNotReady);
    bench
}

#[test]
pub fn q781_1_1_a_new_link_sends_sios_with_all_sequence_bits_set() {
    let mut bench = Bench::out_of_service();
    let header = bench.pull();
    assert_eq!((header.bsn, header.bib, header.fsn, header.fib), (127, true, 127, true));
}

#[test]
pub fn q781_1_2_t2_ends_an_alignment_that_nobody_answers() {
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(49_999, SIOS);
    assert_eq!(bench.sent(), ["SIO"]);
    bench.run(2, SIOS);
    assert_eq!(bench.sent(), ["SIOS"]);
    assert_eq!(bench.told(), [out(Reason::AlignmentNotPossible)]);
}

#[test]
pub fn q781_1_3_t3_ends_an_alignment_that_stops_at_sio() {
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(1_499, SIO);
    assert_eq!(bench.sent(), ["SIO", "SIN"]);
    bench.run(3, SIO);
    assert_eq!(bench.sent(), ["SIOS"]);
    assert_eq!(bench.told(), [out(Reason::AlignmentNotPossible)]);
}

#[test]
pub fn q781_1_4_t4_proves_and_t1_gives_up_on_a_far_end_that_never_sends_fisu() {
    let mut bench = aligned_ready();
    bench.run(44_990, SIN);
    assert_eq!(bench.told(), []);
    bench.run(20, SIN);
    assert_eq!(bench.sent(), ["SIOS"]);
    assert_eq!(bench.told(), [out(Reason::NeverReady)]);
}

#[test]
pub fn q781_1_5_normal_alignment_proves_for_t4n_and_enters_service_on_fisu() {
    let mut bench = proving();
    bench.run(8_198, SIN);
    assert_eq!(bench.sent(), [""; 0], "still proving");
    bench.run(3, SIN);
    assert_eq!(bench.sent(), ["FISU"]);
    bench.run(1, Sends::Fill);
    assert_eq!(bench.told(), [Output::InService]);
    assert_eq!(bench.state(), State::InService);
}

#[test]
pub fn q781_1_5b_status_fields_of_two_octets_align_as_well() {
    let mut bench = Bench::out_of_service();
    bench.command(EMERGENCY);
    for (status, ms) in [(0, 5), (2, 510)] {
        for _ in 0..ms {
            bench.link.handle_unit(bench.now, &[0xff, 0xff, 2, status, 0]);
            bench.pass(Duration::from_millis(1));
        }
    }
    bench.run(1, Sends::Fill);
    assert_eq!(bench.told(), [Output::InService]);
}

#[test]
pub fn q781_1_6_a_message_brings_an_aligned_link_into_service_and_is_delivered() {
    let mut bench = aligned_ready();
    bench.receive_message(&[0x85, 1, 2, 3, 4, 5]);
    assert_eq!(bench.told(), [Output::InService, Output::Received(vec![0x85, 1, 2, 3, 4, 5])]);
}

#[test]
pub fn q781_1_7_sio_during_proving_starts_the_proving_period_anew() {
    let mut bench = proving();
    bench.run(4_100, SIN);
    bench.run(1, SIO);
    bench.run(8_198, SIN);
    assert_eq!(bench.sent(), [""; 0]);
    bench.run(5, SIN);
    assert_eq!(bench.sent(), ["FISU"]);
}

#[test]
pub fn q781_1_8_a_processor_outage_before_alignment_is_told_by_sipo() {
    let mut bench = aligned_not_ready();
    bench.run(10, Sends::Fill);
    assert_eq!(bench.told(), [Output::InService]);
    assert_eq!(bench.state(), State::ProcessorOutage);
    assert_eq!(bench.sent(), [""; 0], "SIPO goes on");
}

#[test]
pub fn q781_1_8b_and_1_9b_the_far_ends_processor_outage_holds_messages_back() {
    let mut bench = aligned_ready();
    bench.run(10, SIPO);
    bench.message(&[0x85, 1, 2, 3, 4]);
    bench.run(2_000, SIPO);
    assert_eq!(bench.told(), [Output::InService, Output::RemoteProcessorOutage]);
    assert_eq!(bench.sent(), [""; 0], "FISU goes on");
}

#[test]
pub fn q781_1_10_a_processor_outage_set_and_cleared_before_start_leaves_no_trace() {
    let mut bench = Bench::out_of_service();
    bench.command(Command::LocalProcessorOutage);
    bench.command(Command::LocalProcessorRecovered);
    bench.command(START);
    bench.run(5, SIO);
    bench.run(8_210, SIN);
    assert_eq!(bench.sent(), ["SIO", "SIN", "FISU"]);
}

#[test]
pub fn q781_1_11_sipo_when_aligned_not_ready_is_a_remote_processor_outage() {
    let mut bench = aligned_not_ready();
    bench.run(10, SIPO);
    assert_eq!(bench.told(), [Output::InService, Output::RemoteProcessorOutage]);
}

#[test]
pub fn q781_1_12_and_1_13_sios_and_sio_end_aligned_not_ready() {
    for (status, reason) in [(SIOS, Reason::RemoteOutOfService), (SIO, Reason::RemoteRealigned)] {
        let mut bench = aligned_not_ready();
        bench.run(1, status);
        assert_eq!(bench.sent(), ["SIOS"]);
        assert_eq!(bench.told(), [out(reason)]);
    }
}

#[test]
pub fn q781_1_14_a_processor_outage_that_ends_during_proving_leaves_no_trace() {
    let mut bench = proving();
    bench.command(Command::LocalProcessorOutage);
    bench.run(4_000, SIN);
    bench.command(Command::LocalProcessorRecovered);
    bench.run(4_210, SIN);
    assert_eq!(bench.sent(), ["FISU"]);
}

#[test]
pub fn q781_1_15_a_processor_outage_when_aligned_ready_is_told_by_sipo_until_it_ends() {
    let mut bench = aligned_ready();
    bench.command(Command::LocalProcessorOutage);
    bench.run(100, Sends::Fill);
    assert_eq!(bench.sent(), ["SIPO"]);
    assert_eq!(bench.told(), [Output::InService]);
    bench.command(Command::LocalProcessorRecovered);
    bench.run(100, Sends::Fill);
    assert_eq!(bench.sent(), ["FISU"]);
    assert_eq!(bench.state(), State::InService);
}

#[test]
pub fn q781_1_16_t1_runs_in_aligned_not_ready_too() {
    let mut bench = aligned_not_ready();
    bench.run(45_010, SIN);
    assert_eq!(bench.told(), [out(Reason::NeverReady)]);
}

#[test]
pub fn q781_1_17_and_1_24_sin_or_sie_without_sio_aligns() {
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(8_210, SIN);
    assert_eq!(bench.sent(), ["SIO", "SIN", "FISU"]);
    let mut bench = Bench::out_of_service();
    bench.command(EMERGENCY);
    bench.run(510, SIE);
    assert_eq!(bench.sent(), ["SIO", "SIE", "FISU"]);
}

#[test]
pub fn q781_1_19_an_emergency_set_when_not_aligned_is_told_by_sie() {
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(1, SIOS);
    bench.command(EMERGENCY);
    bench.run(5, SIO);
    bench.run(510, SIE);
    assert_eq!(bench.sent(), ["SIO", "SIE", "FISU"]);
}

#[test]
pub fn q781_1_20_an_emergency_set_when_aligned_shortens_the_proving_to_come() {
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(5, SIO);
    bench.command(EMERGENCY);
    bench.run(510, SIN);
    assert_eq!(bench.sent(), ["SIO", "SIN", "SIE", "FISU"]);
}

#[test]
pub fn q781_1_22_the_far_ends_emergency_shortens_our_proving_but_we_send_sin() {
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(510, SIE);
    assert_eq!(bench.sent(), ["SIO", "SIN", "FISU"]);
}

#[test]
pub fn q781_1_23_an_emergency_set_during_proving_begins_a_short_period() {
    let mut bench = proving();
    bench.run(1_000, SIN);
    bench.command(EMERGENCY);
    bench.run(498, SIN);
    assert_eq!(bench.sent(), ["SIE"]);
    bench.run(5, SIN);
    assert_eq!(bench.sent(), ["FISU"]);
}

#[test]
pub fn q781_1_25_to_1_27_and_1_32_a_stop_ends_alignment_wherever_it_stands() {
    let not_aligned = {
        let mut bench = Bench::out_of_service();
        bench.command(START);
        bench.run(1, SIOS);
        bench
    };
    for mut bench in [not_aligned, proving(), aligned_ready(), aligned_not_ready()] {
        bench.command(Command::Stop);
        bench.sent();
        bench.run(60_000, SIN);
        assert_eq!(bench.sent(), ["SIOS"]);
        assert_eq!(bench.told(), [out(Reason::Stopped)]);
    }
}

#[test]
pub fn q781_1_28_and_1_29_each_alignment_status_ends_service() {
    for status in [SIO, SIN, SIE] {
        let mut bench = Bench::in_service();
        bench.run(1, status);
        assert_eq!(bench.sent(), ["SIOS"]);
        assert_eq!(bench.told(), [out(Reason::RemoteRealigned)]);
    }
    let mut bench = Bench::in_service();
    bench.run(1, SIOS);
    assert_eq!(bench.told(), [out(Reason::RemoteOutOfService)]);
}

#[test]
pub fn q781_1_30_and_1_31_a_stop_ends_processor_outages() {
    let mut local = Bench::in_service();
    local.command(Command::LocalProcessorOutage);
    local.run(10, Sends::Fill);
    assert_eq!(local.sent(), ["SIPO"]);
    local.command(Command::Stop);
    local.run(1, Sends::Fill);
    assert_eq!(local.sent(), ["SIOS"]);
    let mut remote = Bench::in_service();
    remote.run(10, SIPO);
    assert_eq!(remote.told(), [Output::RemoteProcessorOutage]);
    remote.command(Command::Stop);
    assert_eq!(remote.state(), State::OutOfService);
}

#[test]
pub fn q781_1_33_and_1_34_sio_or_sios_in_place_of_fisu_ends_aligned_ready() {
    for status in [SIO, SIOS] {
        let mut bench = aligned_ready();
        bench.run(1, status);
        assert_eq!(bench.sent(), ["SIOS"]);
    }
}

#[test]
pub fn q781_1_35_sipo_in_place_of_fisu_is_a_remote_processor_outage() {
    let mut bench = aligned_ready();
    bench.run(5, SIPO);
    assert_eq!(bench.told(), [Output::InService, Output::RemoteProcessorOutage]);
    assert_eq!(bench.sent(), [""; 0], "FISU goes on");
}

#[test]
pub fn q781_2_1_nothing_moves_a_link_that_is_out_of_service() {
    let mut bench = Bench::out_of_service();
    for sends in [SIO, SIN, SIE, SIPO, crate::bench::SIB, Sends::Status(Status(7)), Sends::Fill] {
        bench.run(3, sends);
    }
    bench.receive_message(&[0x85, 1, 2, 3, 4]);
    bench.command(Command::Stop);
    bench.run(1, SIOS);
    assert_eq!(bench.sent(), [""; 0]);
    assert_eq!(bench.told(), []);
    assert_eq!(bench.link.counters().status_unknown, 3);
}

#[test]
pub fn q781_2_2_to_2_4_units_out_of_place_do_not_disturb_alignment() {
    let disturb = |bench: &mut Bench| {
        for sends in [SIPO, crate::bench::SIB, Sends::Status(Status(6)), Sends::Fill] {
            bench.run(1, sends);
        }
        bench.receive(Contents::Message(&[0x85, 1, 2, 3, 4]));
        bench.command(START);
    };
    let mut bench = Bench::out_of_service();
    bench.command(START);
    bench.run(1, SIOS);
    disturb(&mut bench);
    bench.run(5, SIO);
    disturb(&mut bench);
    bench.run(10, SIN);
    disturb(&mut bench);
    bench.run(8_210, SIN);
    bench.run(1, Sends::Fill);
    assert_eq!(bench.sent(), ["SIO", "SIN", "FISU"]);
    assert_eq!(bench.told(), [Output::InService]);
}

#[test]
pub fn q781_2_5_to_2_8_orders_out_of_place_change_nothing() {
    let mut bench = Bench::in_service();
    bench.command(Command::LocalProcessorRecovered);
    bench.command(EMERGENCY);
    bench.run(5, Sends::Status(Status(6)));
    bench.run(5, Sends::Fill);
    assert_eq!(bench.told(), []);
    assert_eq!(bench.link.counters().orders_unexpected, 2);
    bench.command(Command::LocalProcessorOutage);
    bench.command(EMERGENCY);
    bench.run(5, crate::bench::SIB);
    assert_eq!(bench.state(), State::ProcessorOutage);
}

/// Proved, and the same with our processor outage; in service, and the same with our processor outage.
fn proved() -> [Bench; 4] {
    let mut outage = Bench::in_service();
    outage.command(Command::LocalProcessorOutage);
    [aligned_ready(), aligned_not_ready(), Bench::in_service(), outage]
}

#[test]
pub fn q781_3_1_3_3_3_5_and_3_7_a_line_that_breaks_fails_the_link_in_each_proved_state() {
    for mut bench in proved() {
        bench.run(10, Sends::Fill);
        bench.told();
        bench.error(LineError::Abort);
        bench.run(130, Sends::Nothing);
        assert_eq!(bench.told(), [out(Reason::ErrorRate)]);
    }
}

#[test]
pub fn q781_3_2_3_4_3_6_and_3_8_corrupt_fibs_fail_the_link_in_each_proved_state() {
    for mut bench in proved() {
        bench.header.fib = false;
        bench.run(2, Sends::Fill);
        assert_eq!(bench.told(), [out(Reason::AbnormalForwardIndicatorBit)]);
    }
}

#[test]
pub fn q781_4_2_a_remote_outage_during_a_local_one_ends_by_itself() {
    let mut bench = Bench::in_service();
    bench.command(Command::LocalProcessorOutage);
    bench.run(5, SIPO);
    assert_eq!(bench.told(), [Output::RemoteProcessorOutage]);
    bench.run(5, Sends::Fill);
    assert_eq!(bench.told(), [Output::RemoteProcessorRecovered]);
    assert_eq!(bench.sent(), ["SIPO"]);
    assert_eq!(bench.state(), State::ProcessorOutage);
}

#[test]
pub fn q781_4_3_both_outages_end_one_after_the_other() {
    let mut bench = Bench::in_service();
    bench.command(Command::LocalProcessorOutage);
    bench.run(5, SIPO);
    bench.command(Command::LocalProcessorRecovered);
    bench.run(5, SIPO);
    assert_eq!(bench.sent(), ["SIPO", "FISU"]);
    assert_eq!(bench.state(), State::ProcessorOutage);
    bench.run(5, Sends::Fill);
    assert_eq!(bench.state(), State::InService);
    assert_eq!(bench.told(), [Output::RemoteProcessorOutage, Output::RemoteProcessorRecovered]);
}
