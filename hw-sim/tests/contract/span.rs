//! Facts of spans and of the control device.

use dahdi_sys::abi::{
    ChannelConfig, LineConfig, Maintenance, MaintenanceCommand, Params, SpanInfo, VersionInfo, line_config,
};
use dahdi_sys::{Alarms, Errno, Law, Node, Request, SignalType, SpanStatus, Step};

use super::bench::*;

pub fn status_names_line_channels_and_alarms(bench: &Bench<'_>) {
    let status = SpanStatus::read(bench.kernel, 2).unwrap();
    assert_eq!((status.channels, status.alarms), ((31, 30), Alarms::NONE));
    // A dynamic span has no line.
    assert!(["E1", "DYNAM"].contains(&status.kind.as_str()), "{status:?}");
    let mut info = SpanInfo::default();
    bench.open(CLEAR_FAR).ioctl(Request::SpanStatus(&mut info)).unwrap();
    assert_eq!({ info.spanno }, 2, "a channel gives its own span for 0");
    // One that only gives the clock may stand beside ours.
    assert!({ info.totalspans } >= 2);
}

pub fn status_of_a_missing_span_is_refused(bench: &Bench<'_>) {
    for number in [0, 9] {
        let error = SpanStatus::read(bench.kernel, number).unwrap_err();
        assert_eq!((error.step, error.errno), (Step::SpanStatus, Errno::EINVAL));
    }
}

pub fn a_missing_span_cannot_be_configured_or_started(bench: &Bench<'_>) {
    let ctl = bench.ctl();
    assert_eq!(ctl.ioctl(Request::SpanConfig(&LineConfig { span: 9, ..LineConfig::default() })), Err(Errno::ENXIO));
    assert_eq!(ctl.ioctl(Request::StartUp(9)), Err(Errno::ENXIO));
    assert_eq!(ctl.ioctl(Request::ShutDown(0)), Err(Errno::ENXIO));
    let maintenance = Maintenance { spanno: 9, command: MaintenanceCommand::NONE };
    assert_eq!(ctl.ioctl(Request::Maintenance(&maintenance)), Err(Errno::EINVAL));
}

pub fn a_span_takes_the_codings_that_it_says_it_has(bench: &Bench<'_>) {
    let ctl = bench.ctl();
    let mut info = SpanInfo { spanno: 1, ..SpanInfo::default() };
    ctl.ioctl(Request::SpanStatus(&mut info)).unwrap();
    let has = |coding| info.linecompat & coding == coding;
    assert!(has(line_config::CCS | line_config::HDB3));
    let config = |lineconfig| LineConfig { span: 1, lineconfig, ..LineConfig::default() };
    assert_eq!(ctl.ioctl(Request::SpanConfig(&config(line_config::CCS | line_config::HDB3))), Ok(()));
    // Dynamic spans have those of both lines.
    let t1 = line_config::ESF | line_config::B8ZS;
    let expected = if has(t1) { Ok(()) } else { Err(Errno::EINVAL) };
    assert_eq!(ctl.ioctl(Request::SpanConfig(&config(t1))), expected);
    assert_eq!(ctl.ioctl(Request::SpanConfig(&config(BRI_TERMINATION))), Err(Errno::EINVAL));
    assert_eq!(ctl.ioctl(Request::StartUp(1)), Ok(()), "it runs already");
}

pub fn a_channel_is_configured_by_the_control_device(bench: &Bench<'_>) {
    let ctl = bench.ctl();
    let number = UNCONFIGURED as i32;
    let mut config = ChannelConfig {
        chan: number,
        sigtype: SignalType::CLEAR,
        deflaw: Law::MU_LAW,
        master: number,
        ..ChannelConfig::default()
    };
    ctl.ioctl(Request::ChannelConfig(&mut config)).unwrap();
    let mut params = Params { channo: number, ..Params::default() };
    ctl.ioctl(Request::GetParams(&mut params)).unwrap();
    assert_eq!(params.sigtype, SignalType::CLEAR);
    bench.open(UNCONFIGURED).ioctl(Request::GetParams(&mut params)).unwrap();
    assert_eq!(params.curlaw, Law::MU_LAW, "the law is taken when it is opened");
    let mut cannot = ChannelConfig { sigtype: SignalType::HARD_HDLC, ..config };
    assert_eq!(ctl.ioctl(Request::ChannelConfig(&mut cannot)), Err(Errno::EINVAL), "no HDLC by the card");
    let mut absent = ChannelConfig { chan: ABSENT as i32, ..config };
    assert_eq!(ctl.ioctl(Request::ChannelConfig(&mut absent)), Err(Errno::EINVAL));
    let mut nothing = ChannelConfig { sigtype: SignalType::NONE, ..config };
    ctl.ioctl(Request::ChannelConfig(&mut nothing)).unwrap();
    assert_eq!(bench.open_error(Node::Channel(UNCONFIGURED)), Errno::ENXIO);
}

pub fn a_channel_tells_its_place_and_type(bench: &Bench<'_>) {
    let device = bench.open(HDLC_FAR);
    let mut params = Params::default();
    device.ioctl(Request::GetParams(&mut params)).unwrap();
    assert_eq!((params.channo, params.spanno, params.chanpos), (47, 2, 16));
    assert_eq!((params.sigtype, params.chan_alarms), (SignalType::HDLC_FCS, 0));
    let mut number = 0;
    device.ioctl(Request::ChannelNumber(&mut number)).unwrap();
    assert_eq!(number, 47);
}

pub fn the_control_device_knows_no_channel_requests(bench: &Bench<'_>) {
    let ctl = bench.ctl();
    assert_eq!(ctl.ioctl(Request::AudioMode(true)), Err(Errno::ENOTTY));
    let mut version = VersionInfo::default();
    ctl.ioctl(Request::GetVersion(&mut version)).unwrap();
    assert!(!version.version.octets().is_empty());
}

/// The terminating resistor of a basic rate interface: no primary rate line has it.
const BRI_TERMINATION: i32 = 1 << 12;
