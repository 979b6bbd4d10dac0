//! Facts of the timer device.

use dahdi_sys::{Errno, Event, Node, Request, TimerDevice};

use super::bench::*;

pub fn it_expires_every_so_many_samples(bench: &Bench<'_>) {
    let timer = TimerDevice::open(bench.kernel, 40).unwrap();
    let mut expiries = 0;
    for _ in 0..100 {
        (bench.advance)(1);
        expiries += u32::from(timer.acknowledge().unwrap());
    }
    assert_eq!(expiries, 20);
}

pub fn it_says_nothing_before_it_is_configured(bench: &Bench<'_>) {
    let timer = bench.kernel.open(Node::Timer).unwrap();
    (bench.advance)(50);
    assert_eq!(event(&*timer), 0);
    timer.ioctl(Request::TimerConfig(8)).unwrap();
    timer.ioctl(Request::TimerConfig(-5)).unwrap();
    (bench.advance)(50);
    assert_eq!(event(&*timer), 0, "a negative period is none");
}

pub fn expiries_are_acknowledged_one_by_one_or_all_at_once(bench: &Bench<'_>) {
    let timer = bench.kernel.open(Node::Timer).unwrap();
    timer.ioctl(Request::TimerConfig(80)).unwrap();
    (bench.advance)(25);
    assert_eq!(event(&*timer), Event::TimerExpired.number());
    timer.ioctl(Request::TimerAcknowledge(1)).unwrap();
    assert_eq!(event(&*timer), Event::TimerExpired.number(), "two have expired");
    timer.ioctl(Request::TimerAcknowledge(1)).unwrap();
    assert_eq!(event(&*timer), 0);
    (bench.advance)(40);
    timer.ioctl(Request::TimerAcknowledge(-1)).unwrap();
    assert_eq!(event(&*timer), 0);
}

pub fn it_knows_no_other_requests(bench: &Bench<'_>) {
    let timer = bench.kernel.open(Node::Timer).unwrap();
    assert_eq!(timer.ioctl(Request::AudioMode(true)), Err(Errno::ENOTTY));
}

pub fn a_ping_wakes_its_owner_until_it_is_answered(bench: &Bench<'_>) {
    let timer = bench.kernel.open(Node::Timer).unwrap();
    timer.ioctl(Request::TimerPing).unwrap();
    assert_eq!(event(&*timer), Event::TimerPing.number());
    assert_eq!(event(&*timer), Event::TimerPing.number(), "asking does not answer it");
    timer.ioctl(Request::TimerPong).unwrap();
    assert_eq!(event(&*timer), 0);
}
