//! The two drivers, each with two crossed E1 spans: timeslot 16 HDLC, 31 MTP2, 15 not configured, the others clear.

use std::cell::RefCell;
use std::os::fd::BorrowedFd;
use std::path::PathBuf;
use std::thread::JoinHandle;

use dahdi_sys::{Event, Kernel, Law, LinuxKernel, Node, Request, SignalType, SignallingMode};
use hw_sim::spec::LocalAddress;
use hw_sim::{Line, Machine, SimKernel, SpanSpec};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

use super::bench::{Bench, UNCONFIGURED, event};

pub fn on_the_simulator(fact: fn(&Bench<'_>)) {
    let span = |name, first, id| {
        let signalling = [(16, SignallingMode::HdlcFcs), (31, SignallingMode::Mtp2)];
        let mut spec = SpanSpec::clear(name, Line::E1, Law::A_LAW, first, &signalling);
        spec.signal_types[UNCONFIGURED as usize] = SignalType::NONE;
        spec.address = Some(LocalAddress { key: 1, id });
        spec
    };
    let mut machine = Machine::new(vec![span("near", 1, 0), span("far", 32, 1)]);
    machine.connect(0, 1);
    let kernel = SimKernel::new(machine);
    let control = |span: u32| kernel.control(span as usize - 1);
    fact(&Bench {
        kernel: &kernel,
        advance: &|milliseconds| kernel.advance(milliseconds),
        unplug: &|span| control(span).remove(),
        plug: &|span| control(span).bring_back(),
    });
}

/// The driver of this machine, which `dahdi_cfg` has given the same spans.
pub fn on_the_driver(fact: fn(&Bench<'_>)) {
    let unplugged = RefCell::default();
    fact(&Bench {
        kernel: &LinuxKernel,
        advance: &wait,
        unplug: &|span| *unplugged.borrow_mut() = Some(Unplugged::begin(span)),
        plug: &|span| unplugged.take().expect("it was unplugged before").end(span),
    });
}

/// A span whose number was taken from it, which is what the driver does to one that disappears.
struct Unplugged {
    device: PathBuf,
    /// The driver gives openers a second's notice and blocks meanwhile.
    taking: JoinHandle<std::io::Result<()>>,
}

impl Unplugged {
    #[expect(clippy::disallowed_methods, reason = "the test goes on while the driver gives notice")]
    fn begin(span: u32) -> Self {
        let device =
            std::fs::canonicalize(format!("/sys/bus/dahdi_spans/devices/span-{span}")).expect("the span is there");
        let device = device.parent().expect("a span is on a device").to_owned();
        let attribute = device.join("unassign_span");
        // The one span of its device.
        Unplugged { device, taking: std::thread::spawn(move || std::fs::write(attribute, "1")) }
    }

    fn end(self, span: u32) {
        self.taking.join().expect("it does not panic").expect("the span was there");
        let first_channel = (span - 1) * 31 + 1;
        let numbers = format!("1:{span}:{first_channel}");
        std::fs::write(self.device.join("assign_span"), numbers).expect("its numbers are free");
    }
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
