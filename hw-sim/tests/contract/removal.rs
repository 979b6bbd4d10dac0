//! Facts of a span that goes away under its openers and returns: a card that is pulled, a span whose numbers are taken back.

use dahdi_sys::abi::Params;
use dahdi_sys::{Alarms, Device, Errno, Event, Node, Request, SpanStatus, bring_up};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::bench::*;
use super::bring_up::plan;

/// Longer than the driver lets the openers of such a span know before it takes it away.
const GONE_MS: u32 = 1_500;

/// What the bench begins with, for the tests after this one. Channels that were open are
/// opened once more: only then does the driver forget who had them.
fn return_as_it_was(bench: &Bench<'_>) {
    (bench.plug)(2);
    bring_up(bench.kernel, &plan(2)).expect("the span as it was");
    [CLEAR_FAR, HDLC_FAR].into_iter().for_each(|channel| drop(bench.open(channel)));
}

fn events(device: &dyn Device) -> [i32; 3] {
    [event(device), event(device), event(device)]
}

/// GETEVENT of a device whose span is gone.
fn last_event(device: &dyn Device) -> (Result<(), Errno>, i32) {
    let mut number = 0;
    (device.ioctl(Request::GetEvent(&mut number)), number)
}

pub fn whoever_has_a_channel_open_is_told_and_has_a_second(bench: &Bench<'_>) {
    let (bearer, link) = (bench.open_with(CLEAR_FAR, 8, 160), bench.open_with(HDLC_FAR, 8, 256));
    (bench.unplug)(2);
    (bench.advance)(100);
    for device in [&bearer, &link] {
        assert_eq!(device.read(&mut [0; 256]), Err(Errno::ELAST));
        assert_eq!(device.write(&[0; 160]), Err(Errno::ELAST));
        assert_eq!(events(&**device), [Event::Removed.number(), Event::Alarm.number(), 0]);
    }
    assert_eq!(SpanStatus::read(bench.kernel, 2).unwrap().alarms, Alarms::NOT_OPEN);
    assert_eq!(bearer.read(&mut [0; 160]), Ok(160), "until then the line goes on");
    (bench.advance)(GONE_MS);
    assert_eq!(bearer.read(&mut [0; 160]), Err(Errno::ENODEV));
    drop((bearer, link));
    return_as_it_was(bench);
}

pub fn a_device_of_a_span_that_is_gone_answers_enodev_for_ever(bench: &Bench<'_>) {
    let bearer = bench.open_with(CLEAR_FAR, 8, 160);
    (bench.unplug)(2);
    (bench.advance)(GONE_MS);
    let dead = |device: &dyn Device| {
        assert_eq!(device.read(&mut [0; 160]), Err(Errno::ENODEV));
        assert_eq!(device.write(&[0; 160]), Err(Errno::ENODEV));
        assert_eq!(device.ioctl(Request::AudioMode(true)), Err(Errno::ENODEV));
        assert_eq!(
            last_event(device),
            (Err(Errno::ENODEV), Event::Removed.number()),
            "the number stands beside the error"
        );
        if let Some(readiness) = device.readiness() {
            let mut ready = [PollFd::new(readiness, PollFlags::POLLIN)];
            assert_eq!(poll(&mut ready, PollTimeout::ZERO), Ok(1), "who polls it wakes");
        }
    };
    dead(&*bearer);
    return_as_it_was(bench);
    dead(&*bearer);
    let again = bench.open_with(CLEAR_FAR, 8, 160);
    drop(bearer);
    assert_eq!(again.write(&[0; 160]), Ok(160), "closing the dead one does not close the other");
}

pub fn a_span_that_is_gone_has_no_status_and_no_channels(bench: &Bench<'_>) {
    (bench.unplug)(2);
    (bench.advance)(GONE_MS);
    assert_eq!(SpanStatus::read(bench.kernel, 2).unwrap_err().errno, Errno::EINVAL);
    assert_eq!(bench.open_error(Node::Channel(CLEAR_FAR)), Errno::EINVAL);
    let mut params = Params { channo: CLEAR_FAR as i32, ..Params::default() };
    assert_eq!(bench.ctl().ioctl(Request::GetParams(&mut params)), Err(Errno::EINVAL));
    assert_eq!(bench.ctl().ioctl(Request::StartUp(2)), Err(Errno::ENXIO));
    bench.open(CLEAR);
    return_as_it_was(bench);
}

pub fn a_span_that_returns_has_no_channel_configured_until_it_is_brought_up(bench: &Bench<'_>) {
    (bench.unplug)(2);
    (bench.advance)(GONE_MS);
    (bench.plug)(2);
    let status = SpanStatus::read(bench.kernel, 2).unwrap();
    assert_eq!((status.channels, status.alarms.contains(Alarms::NOT_OPEN)), ((31, 0), false));
    assert_eq!(bench.open_error(Node::Channel(CLEAR_FAR)), Errno::ENXIO);
    bring_up(bench.kernel, &plan(2)).unwrap();
    (bench.advance)(500);
    let (near, far) = (bench.open_with(CLEAR, 8, 160), bench.open_with(CLEAR_FAR, 8, 160));
    near.write(&pattern(160)).unwrap();
    (bench.advance)(60);
    assert!(contains(&read_octets(&*far), &pattern(160)[..100]));
}
