//! The two drivers, each with two crossed E1 spans: timeslot 16 HDLC, 31 MTP2, 15 not configured, the others clear.

use std::os::fd::BorrowedFd;

use dahdi_sys::{Event, Kernel, Law, LinuxKernel, Node, Request, SignalType, SignallingMode};
use hw_sim::{Line, Machine, SimKernel, SpanSpec};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::bench::{Bench, UNCONFIGURED, event};

pub fn on_the_simulator(fact: fn(&Bench<'_>)) {
    let span = |name, first| {
        let signalling = [(16, SignallingMode::HdlcFcs), (31, SignallingMode::Mtp2)];
        let mut spec = SpanSpec::clear(name, Line::E1, Law::A_LAW, first, &signalling);
        spec.signal_types[UNCONFIGURED as usize] = SignalType::NONE;
        spec
    };
    let mut machine = Machine::new(vec![span("near", 1), span("far", 32)]);
    machine.connect(0, 1);
    let kernel = SimKernel::new(machine);
    let advance = |milliseconds| kernel.advance(milliseconds);
    fact(&Bench { kernel: &kernel, advance: &advance });
}

/// The driver of this machine, which `dahdi_cfg` has given the same spans.
pub fn on_the_driver(fact: fn(&Bench<'_>)) {
    fact(&Bench { kernel: &LinuxKernel, advance: &wait });
}

/// Lets so many milliseconds of the driver's own clock pass.
fn wait(milliseconds: u32) {
    let timer = LinuxKernel.open(Node::Timer).expect("the timer device is there");
    timer.ioctl(Request::TimerConfig(8)).expect("a period of a millisecond");
    for _ in 0..milliseconds {
        let readiness: BorrowedFd<'_> = timer.readiness().expect("a driver's file can be polled");
        let mut ready = [PollFd::new(readiness, PollFlags::POLLPRI)];
        let count = poll(&mut ready, PollTimeout::from(1000u16)).expect("the timer can be polled");
        assert_eq!((count, event(&*timer)), (1, Event::TimerExpired.number()), "the driver's clock stands still");
        timer.ioctl(Request::TimerAcknowledge(1)).expect("an expiry to acknowledge");
    }
}
