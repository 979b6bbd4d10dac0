//! What a simulated card does that the driver's dynamic spans cannot show: maintenance, lines of one kind, drivers without MTP2.

use dahdi_sys::abi::{Maintenance, MaintenanceCommand, SpanInfo};
use dahdi_sys::bring_up::{E1Coding, LinePlan, SpanPlan, T1Coding, T1Framing, TimeslotUse};
use dahdi_sys::{
    Alarms, Errno, Kernel, Law, Node, Request, SignallingChannel, SignallingMode, SpanFault, SpanStatus, bring_up,
};
use hw_sim::{Line, Machine, SimKernel, SpanSpec};

const E1: LinePlan = LinePlan::E1 { coding: E1Coding::Hdb3, crc4: true };

/// Two crossed E1 as the driver finds them, the first of a card without MTP2.
fn spans() -> SimKernel {
    let far = SpanSpec::unconfigured("far", Line::E1, 32);
    let mut machine = Machine::new(vec![SpanSpec::unconfigured("near", Line::E1, 1).without_mtp2(), far]);
    machine.connect(0, 1);
    SimKernel::new(machine)
}

fn plan(span: u32, line: LinePlan) -> SpanPlan {
    let timeslots = vec![(1, TimeslotUse::Bearer), (16, TimeslotUse::Mtp2)];
    SpanPlan { span, line, clock_order: 1, law: Law::A_LAW, first_channel: (span - 1) * 31 + 1, timeslots }
}

fn maintain(kernel: &SimKernel, span: i32, command: MaintenanceCommand) -> Result<(), Errno> {
    kernel.open(Node::Ctl).unwrap().ioctl(Request::Maintenance(&Maintenance { spanno: span, command }))
}

#[test]
fn a_driver_without_mtp2_gets_hdlc_and_the_answer_names_the_channel() {
    let kernel = spans();
    assert_eq!(bring_up(&kernel, &plan(1, E1)).unwrap().without_mtp2, [16]);
    assert_eq!(bring_up(&kernel, &plan(2, E1)).unwrap().without_mtp2, []);
    assert!(SignallingChannel::open(&kernel, 16, SignallingMode::HdlcFcs).is_ok());
    assert!(SignallingChannel::open(&kernel, 47, SignallingMode::Mtp2).is_ok());
}

#[test]
fn an_e1_is_no_t1_and_says_so() {
    let t1 = LinePlan::T1 { framing: T1Framing::Esf, coding: T1Coding::B8zs, build_out: 0 };
    let error = bring_up(&spans(), &plan(1, t1)).unwrap_err();
    assert_eq!(error.fault, SpanFault::Line { line: t1, errno: Errno::EINVAL });
    assert!(error.to_string().starts_with("span 1 could not be configured as a T1 with Esf, B8zs"), "{error}");
}

#[test]
fn a_span_sends_no_signal_before_it_is_brought_up() {
    let kernel = spans();
    bring_up(&kernel, &plan(2, E1)).unwrap();
    kernel.advance(200);
    assert!(SpanStatus::read(&kernel, 2).unwrap().alarms.contains(Alarms::RED));
    bring_up(&kernel, &plan(1, E1)).unwrap();
    kernel.advance(200);
    assert_eq!(SpanStatus::read(&kernel, 2).unwrap().alarms, Alarms::NONE);
}

#[test]
fn an_error_that_is_inserted_is_counted_at_the_other_end() {
    let kernel = spans();
    for command in [
        MaintenanceCommand::BIPOLAR_VIOLATION,
        MaintenanceCommand::CRC_ERROR,
        MaintenanceCommand::CRC_ERROR,
        MaintenanceCommand::FRAME_ALIGNMENT_ERROR,
    ] {
        maintain(&kernel, 1, command).unwrap();
        kernel.advance(1);
    }
    let (near, far) = (SpanStatus::read(&kernel, 1).unwrap().errors, SpanStatus::read(&kernel, 2).unwrap().errors);
    assert_eq!((far.bipolar_violations, far.crc, far.frame_alignment, far.far_end_blocks), (1, 2, 1, 0));
    assert_eq!((near.bipolar_violations, near.crc, near.frame_alignment, near.far_end_blocks), (0, 0, 0, 2));
    maintain(&kernel, 2, MaintenanceCommand::RESET_COUNTERS).unwrap();
    assert_eq!(SpanStatus::read(&kernel, 2).unwrap().errors, Default::default());
}

#[test]
fn a_simulated_alarm_is_an_alarm_and_commands_that_the_card_lacks_are_refused() {
    let kernel = spans();
    for span in [1, 2] {
        bring_up(&kernel, &plan(span, E1)).unwrap();
    }
    kernel.advance(200);
    maintain(&kernel, 1, MaintenanceCommand::ALARM_SIMULATION).unwrap();
    kernel.advance(200);
    assert_eq!(SpanStatus::read(&kernel, 1).unwrap().alarms, Alarms::RED | Alarms::LOS);
    assert_eq!(SpanStatus::read(&kernel, 2).unwrap().alarms, Alarms::NONE, "it concerns the one span");
    maintain(&kernel, 1, MaintenanceCommand::NONE).unwrap();
    kernel.advance(200);
    assert_eq!(SpanStatus::read(&kernel, 1).unwrap().alarms, Alarms::NONE);
    assert_eq!(maintain(&kernel, 1, MaintenanceCommand::LOOP_UP), Err(Errno::ENOSYS));
}

/// The span that SPANSTAT of another names as the card's clock, 0 for none.
fn clock_source(kernel: &SimKernel) -> i32 {
    let mut info = SpanInfo { spanno: 2, ..SpanInfo::default() };
    kernel.open(Node::Ctl).unwrap().ioctl(Request::SpanStatus(&mut info)).unwrap();
    info.syncsrc
}

#[test]
fn a_line_that_is_not_the_cards_clock_slips_by_the_difference_of_the_clocks() {
    let kernel = spans();
    kernel.control(0).drift(50);
    kernel.control(1).drift(-50);
    kernel.advance(10_000);
    // 50 ppm are a frame of 125 µs in 2.5 s. Neither span is configured, so the card runs by its own clock.
    assert_eq!((kernel.control(0).count().slips, kernel.control(1).count().slips, clock_source(&kernel)), (4, 4, 0));
    for (span, clock_order) in [(1, 1), (2, 2)] {
        bring_up(&kernel, &SpanPlan { clock_order, ..plan(span, E1) }).unwrap();
    }
    kernel.advance(200);
    assert_eq!(clock_source(&kernel), 1);
    let before = [0, 1].map(|span| kernel.control(span).count().slips);
    kernel.advance(10_000);
    let after = [0, 1].map(|span| kernel.control(span).count().slips);
    assert_eq!((after[0] - before[0], after[1] - before[1]), (0, 8), "100 ppm apart");
}

#[test]
fn the_next_clock_source_takes_over_while_the_first_is_in_alarm() {
    let kernel = spans();
    for (span, clock_order) in [(1, 1), (2, 2)] {
        bring_up(&kernel, &SpanPlan { clock_order, ..plan(span, E1) }).unwrap();
    }
    kernel.advance(200);
    maintain(&kernel, 1, MaintenanceCommand::ALARM_SIMULATION).unwrap();
    kernel.advance(200);
    assert_eq!(clock_source(&kernel), 2);
    maintain(&kernel, 2, MaintenanceCommand::ALARM_SIMULATION).unwrap();
    kernel.advance(200);
    assert_eq!(clock_source(&kernel), 0, "the card's own");
    maintain(&kernel, 1, MaintenanceCommand::NONE).unwrap();
    kernel.advance(200);
    assert_eq!(clock_source(&kernel), 1);
}
