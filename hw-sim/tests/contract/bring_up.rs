//! Facts of bringing up a span as `dahdi_cfg` does.

use dahdi_sys::abi::{Gains, Params};
use dahdi_sys::bring_up::{BroughtUp, E1Coding, LinePlan, SpanPlan, TimeslotUse};
use dahdi_sys::{Alarms, Errno, Law, Node, Request, SignalType, SpanError, SpanFault, SpanStatus, bring_up};

use super::bench::*;

/// The bench's span of this number as it is.
pub fn plan(span: u32) -> SpanPlan {
    let purpose = |timeslot| match timeslot {
        16 => TimeslotUse::HdlcFcs,
        31 => TimeslotUse::Mtp2,
        15 => TimeslotUse::Unused,
        _ => TimeslotUse::Bearer,
    };
    SpanPlan {
        span,
        line: LinePlan::E1 { coding: E1Coding::Hdb3, crc4: true },
        // A dynamic span has no clock to give.
        clock_order: 0,
        law: Law::A_LAW,
        first_channel: if span == 1 { CLEAR } else { CLEAR_FAR },
        timeslots: (1..=31).map(|timeslot| (timeslot, purpose(timeslot))).collect(),
    }
}

fn fault(bench: &Bench<'_>, plan: &SpanPlan) -> SpanFault {
    let error: SpanError = bring_up(bench.kernel, plan).expect_err("a plan that the span cannot have");
    assert_eq!(error.span, plan.span);
    error.fault
}

pub fn a_channel_can_be_opened_when_the_plan_has_it_and_not_before(bench: &Bench<'_>) {
    assert_eq!(bench.open_error(Node::Channel(UNCONFIGURED)), Errno::ENXIO);
    let mut with = plan(1);
    with.timeslots[14].1 = TimeslotUse::Bearer;
    assert_eq!(bring_up(bench.kernel, &with), Ok(BroughtUp::default()), "this driver knows MTP2");
    let mut params = Params::default();
    bench.open(UNCONFIGURED).ioctl(Request::GetParams(&mut params)).unwrap();
    assert_eq!((params.sigtype, params.curlaw), (SignalType::CLEAR, Law::A_LAW));
    assert_eq!(SpanStatus::read(bench.kernel, 1).unwrap().channels, (31, 31));
    bring_up(bench.kernel, &plan(1)).unwrap();
    assert_eq!(bench.open_error(Node::Channel(UNCONFIGURED)), Errno::ENXIO);
    assert_eq!(SpanStatus::read(bench.kernel, 1).unwrap().alarms, Alarms::NONE);
}

pub fn bringing_up_what_is_up_disturbs_no_open_channel(bench: &Bench<'_>) {
    let bearer = bench.open_with(CLEAR, 4, 160);
    bearer.ioctl(Request::AudioMode(true)).unwrap();
    bring_up(bench.kernel, &plan(1)).unwrap();
    assert_eq!(buffers(&*bearer).bufsize, 160);
    let mut gains = Gains::unity(0);
    assert_eq!(bearer.ioctl(Request::GetGains(&mut gains)), Ok(()), "it is audio still");
}

pub fn a_span_that_is_not_there_is_refused(bench: &Bench<'_>) {
    assert_eq!(fault(bench, &SpanPlan { span: 9, ..plan(1) }), SpanFault::Absent(Errno::EINVAL));
}

pub fn channels_that_are_elsewhere_are_refused_before_anything_changes(bench: &Bench<'_>) {
    let mut wrong = SpanPlan { first_channel: CLEAR_FAR, ..plan(1) };
    let elsewhere = SpanFault::ChannelElsewhere { channel: 32, timeslot: 1, span: 2, position: 1 };
    assert_eq!(fault(bench, &wrong), elsewhere);
    wrong.first_channel = ABSENT;
    assert_eq!(fault(bench, &wrong), SpanFault::ChannelAbsent { channel: 900, errno: Errno::EINVAL });
    for timeslot in [0, 32] {
        let wrong = SpanPlan { timeslots: vec![(15, TimeslotUse::Bearer), (timeslot, TimeslotUse::Bearer)], ..plan(1) };
        assert_eq!(fault(bench, &wrong), SpanFault::TimeslotAbsent { timeslot, channels: 31 });
    }
    assert_eq!(bench.open_error(Node::Channel(UNCONFIGURED)), Errno::ENXIO);
}

pub fn a_use_that_the_driver_does_not_know_is_refused_by_channel(bench: &Bench<'_>) {
    let plan = SpanPlan { timeslots: vec![(15, TimeslotUse::HardHdlc)], ..plan(1) };
    let refused = SpanFault::Channel { channel: 15, sigtype: SignalType::HARD_HDLC, errno: Errno::EINVAL };
    assert_eq!(fault(bench, &plan), refused);
}
