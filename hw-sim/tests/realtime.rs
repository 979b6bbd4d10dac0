//! A machine in real time: eventfds, patience and strictness. The only tests here that wait, each well under a second.
#![expect(clippy::disallowed_methods, reason = "a reader that is late on purpose sleeps")]

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use dahdi_sys::{BearerChannel, Kernel, Law, Node, SignallingChannel, SignallingMode, TimerDevice};
use hw_sim::{Chunk, Clock, FarEnd, Line, Machine, SimKernel, SpanSpec};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};

const BLOCK: usize = 40;
const PATIENCE_MS: u32 = 400;

fn poll_in(descriptor: BorrowedFd<'_>, timeout_ms: u16) -> bool {
    poll(&mut [PollFd::new(descriptor, PollFlags::POLLIN)], PollTimeout::from(timeout_ms)).unwrap() > 0
}

/// Sends an octet that counts up on every timeslot.
struct Counting(u8);

impl FarEnd for Counting {
    fn chunk(&mut self, _received: &Chunk, transmit: &mut Chunk) {
        for position in 0..8 {
            self.0 = self.0.wrapping_add(1);
            transmit.iter_mut().for_each(|octets| octets[position] = self.0);
        }
    }
}

fn machine(patient: bool) -> SimKernel {
    let spec = SpanSpec::clear("one", Line::E1, Law::A_LAW, 1, &[(16, SignallingMode::Mtp2)]);
    let spec = if patient { spec.patient(PATIENCE_MS) } else { spec };
    let mut machine = Machine::new(vec![spec]);
    machine.attach(0, Box::new(Counting(0)));
    SimKernel::new(machine)
}

/// Reads and writes in lockstep, standing still for 60 ms twice; gives what was received.
fn lockstep_with_stalls(kernel: &SimKernel) -> Vec<u8> {
    let bearer = BearerChannel::open(kernel, 1, Law::A_LAW, BLOCK, 4).unwrap();
    let timer = TimerDevice::open(kernel, BLOCK as u32).unwrap();
    let _clock = Clock::start(kernel).unwrap();
    for _ in 0..2 {
        bearer.write(&[0x55; BLOCK]).unwrap();
    }
    let (mut octets, mut block) = (Vec::new(), [0; BLOCK]);
    for tick in 0..30 {
        assert!(poll_in(timer.readiness().unwrap(), 1000), "no clock");
        if tick % 12 == 6 {
            std::thread::sleep(Duration::from_millis(60));
        }
        timer.acknowledge().unwrap();
        while bearer.read(&mut block).is_ok() {
            octets.extend_from_slice(&block);
            let _ = bearer.write(&block);
        }
    }
    octets
}

fn gaps(octets: &[u8]) -> usize {
    octets.windows(2).filter(|pair| pair[1] != pair[0].wrapping_add(1)).count()
}

#[test]
fn a_patient_clock_waits_for_a_late_reader_and_nothing_is_lost() {
    let kernel = machine(true);
    let octets = lockstep_with_stalls(&kernel);
    let (lateness, counters) = (kernel.lateness(), kernel.control(0).count());
    assert!(lateness.waits >= 2 && lateness.waited_ms >= 60, "{lateness:?}");
    if lateness.gave_up == 0 {
        assert_eq!((gaps(&octets), counters.overrun_octets, counters.underrun_octets), (0, 0, 0), "{lateness:?}");
    }
}

#[test]
fn a_strict_clock_goes_on_and_counts_what_a_late_reader_lost() {
    let kernel = machine(false);
    let octets = lockstep_with_stalls(&kernel);
    assert!(gaps(&octets) > 0);
    assert!(kernel.control(0).count().overrun_octets > 0);
    assert_eq!(kernel.lateness().waits, 0);
}

#[test]
fn a_patient_clock_never_waits_when_nobody_reads() {
    let kernel = machine(true);
    let _bearer = BearerChannel::open(&kernel, 1, Law::A_LAW, BLOCK, 4).unwrap();
    let _timer = TimerDevice::open(&kernel, BLOCK as u32).unwrap();
    let _clock = Clock::start(&kernel).unwrap();
    let watch = kernel.open(Node::Channel(2)).unwrap();
    assert!(poll_in(watch.readiness().unwrap(), 5000), "1024 octets after 128 ms");
    assert_eq!(kernel.lateness().waits, 0);
}

#[test]
fn the_eventfd_of_a_device_shows_what_is_left_for_its_owner() {
    let kernel = machine(false);
    let bearer = kernel.open(Node::Channel(3)).unwrap();
    let signalling = SignallingChannel::open(&kernel, 16, SignallingMode::Mtp2).unwrap();
    assert!(bearer.readiness().is_none() && signalling.readiness().is_none(), "virtual time");
    kernel.advance(130);
    drop(Clock::start(&kernel).unwrap());
    // The clock has stopped again: what is to be seen does not change any more.
    let descriptor = bearer.readiness().unwrap().as_fd().try_clone_to_owned().unwrap();
    assert!(poll_in(descriptor.as_fd(), 0));
    while bearer.read(&mut [0; 1024]).is_ok() {}
    assert!(!poll_in(descriptor.as_fd(), 0));
    kernel.advance(256);
    assert!(poll_in(descriptor.as_fd(), 0));
    assert_eq!(bearer.read(&mut [0; 1024]), Ok(1024));
    assert!(poll_in(descriptor.as_fd(), 0), "one more block is there");
}
