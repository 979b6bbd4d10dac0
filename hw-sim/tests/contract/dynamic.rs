//! Facts of dynamic spans: made and ended by request.

use dahdi_sys::abi::{DynamicSpan, Text};
use dahdi_sys::{Errno, Node, Request, Step, bring_up};
use dahdi_sys::{SpanStatus, bring_up::BroughtUp};

use super::bench::*;
use super::bring_up::plan;

/// The bench's far span.
fn far() -> DynamicSpan {
    DynamicSpan { driver: Text::new("loc"), addr: Text::new("1:1"), numchans: 31, ..DynamicSpan::default() }
}

pub fn one_with_an_open_channel_is_not_destroyed(bench: &Bench<'_>) {
    let open = bench.open(CLEAR_FAR);
    assert_eq!(bench.ctl().ioctl(Request::DynamicDestroy(&far())), Err(Errno::EBUSY));
    drop(open);
    bench.open(CLEAR_FAR);
}

pub fn one_that_is_there_cannot_be_created_and_one_that_is_not_cannot_be_destroyed(bench: &Bench<'_>) {
    assert_eq!(bench.ctl().ioctl(Request::DynamicCreate(&mut far())), Err(Errno::EEXIST));
    for mut wrong in [
        DynamicSpan { addr: Text::new("1:7"), ..far() },
        DynamicSpan { addr: Text::new("nowhere"), ..far() },
        DynamicSpan { driver: Text::new("none"), ..far() },
    ] {
        assert_eq!(bench.ctl().ioctl(Request::DynamicDestroy(&wrong)), Err(Errno::EINVAL));
        wrong.addr = Text::new("nowhere");
        assert_eq!(bench.ctl().ioctl(Request::DynamicCreate(&mut wrong)), Err(Errno::EINVAL));
    }
    let mut without_channels = DynamicSpan { addr: Text::new("2:1"), numchans: 0, ..far() };
    assert_eq!(bench.ctl().ioctl(Request::DynamicCreate(&mut without_channels)), Err(Errno::EINVAL));
}

pub fn destroyed_and_created_again_it_has_its_old_number_and_carries_octets_once_it_is_up(bench: &Bench<'_>) {
    bench.ctl().ioctl(Request::DynamicDestroy(&far())).unwrap();
    let error = SpanStatus::read(bench.kernel, 2).unwrap_err();
    assert_eq!((error.step, error.errno), (Step::SpanStatus, Errno::EINVAL));
    assert_eq!(bench.open_error(Node::Channel(CLEAR_FAR)), Errno::EINVAL, "its channels have no number");

    let mut created = far();
    bench.ctl().ioctl(Request::DynamicCreate(&mut created)).unwrap();
    assert_eq!(created.spanno, 2);
    assert_eq!(SpanStatus::read(bench.kernel, 2).unwrap().channels, (31, 0));
    assert_eq!(bench.open_error(Node::Channel(CLEAR_FAR)), Errno::ENXIO, "none is configured");

    let brought_up = bring_up(bench.kernel, &plan(2)).unwrap();
    // Dynamic spans as they are shipped know no MTP2; the virtual machine's do.
    assert!(brought_up == BroughtUp::default() || brought_up.without_mtp2 == [MTP2_FAR]);
    let (near, far) = (bench.open_with(CLEAR, 8, 160), bench.open_with(CLEAR_FAR, 8, 160));
    near.write(&pattern(160)).unwrap();
    (bench.advance)(60);
    assert!(contains(&read_octets(&*far), &pattern(160)[..100]));
}
