//! Patience in virtual stepping: when the clock would wait, and for whom.

use dahdi_sys::abi::{BufferInfo, Flush};
use dahdi_sys::{Errno, Node, Request, SignallingMode};

use super::{Handle, Machine};
use crate::spec::{Line, SpanSpec};
use dahdi_sys::Law;

const BLOCK: usize = 40;
const BUFFERS: i32 = 4;
const PATIENCE_MS: u32 = 200;

struct Owner {
    machine: Machine,
    bearer: Handle,
    timer: Handle,
}

impl Owner {
    /// A patient span with one bearer of 4 blocks of 5 ms and a timer of 5 ms.
    fn of(spec: SpanSpec) -> Owner {
        let mut machine = Machine::new(vec![spec]);
        let bearer = machine.open(Node::Channel(1)).unwrap();
        let info = BufferInfo { numbufs: BUFFERS, bufsize: BLOCK as i32, ..BufferInfo::default() };
        machine.ioctl(bearer, Request::SetBufferInfo(&info)).unwrap();
        let timer = machine.open(Node::Timer).unwrap();
        machine.ioctl(timer, Request::TimerConfig(BLOCK as i32)).unwrap();
        Owner { machine, bearer, timer }
    }

    fn patient() -> Owner {
        Owner::of(
            SpanSpec::clear("patient", Line::E1, Law::A_LAW, 1, &[(16, SignallingMode::Mtp2)]).patient(PATIENCE_MS),
        )
    }

    fn acknowledge(&mut self) {
        self.machine.ioctl(self.timer, Request::TimerAcknowledge(-1)).unwrap();
    }

    fn read(&mut self) -> Result<usize, Errno> {
        self.machine.read(self.bearer, &mut [0; BLOCK])
    }

    fn write(&mut self) {
        assert_eq!(self.machine.write(self.bearer, &[1; BLOCK]), Ok(BLOCK));
    }

    fn flush(&mut self) {
        self.machine.ioctl(self.bearer, Request::Flush(Flush::ALL)).unwrap();
    }

    /// Advances until the clock would wait; how many milliseconds that took, at most `limit`.
    fn runs(&mut self, limit: u32) -> u32 {
        for passed in 0..limit {
            if self.machine.patience_ms().is_some() {
                return passed;
            }
            self.machine.advance(1);
        }
        limit
    }
}

#[test]
fn nobody_is_waited_for_who_never_came() {
    let mut owner = Owner::patient();
    assert_eq!(owner.runs(5_000), 5_000);
}

#[test]
fn a_strict_span_waits_for_nobody() {
    let mut owner = Owner::of(SpanSpec::clear("strict", Line::E1, Law::A_LAW, 1, &[]));
    owner.acknowledge();
    let _ = owner.read();
    owner.write();
    assert_eq!(owner.runs(5_000), 5_000);
}

#[test]
fn an_expiry_is_acknowledged_before_the_next_one_comes() {
    let mut owner = Owner::patient();
    owner.acknowledge();
    assert_eq!(owner.runs(100), 9, "the expiry at 5 ms is not acknowledged, the one at 10 ms must not come");
    assert_eq!(owner.machine.patience_ms(), Some(PATIENCE_MS));
    owner.acknowledge();
    assert_eq!(owner.runs(100), 5);
}

#[test]
fn a_bearer_that_is_read_never_overflows() {
    let mut owner = Owner::patient();
    assert_eq!(owner.read(), Err(Errno::EAGAIN));
    assert_eq!(owner.runs(100), 20, "four blocks of 5 ms");
    assert_eq!(owner.read(), Ok(BLOCK));
    assert_eq!(owner.runs(100), 5);
    assert_eq!(owner.machine.counters(0).overrun_octets, 0);
}

#[test]
fn a_bearer_that_is_written_never_runs_dry_before_its_owner_has_served_the_tick() {
    let mut owner = Owner::patient();
    owner.write();
    owner.write();
    assert_eq!(owner.runs(100), 10);
    assert_eq!((owner.read(), owner.read()), (Ok(BLOCK), Ok(BLOCK)));
    owner.write();
    assert_eq!(owner.runs(100), 5);
    assert_eq!(owner.machine.counters(0).underrun_octets, 0);
}

#[test]
fn an_owner_who_stops_writing_but_goes_on_reading_is_not_waited_for() {
    let mut owner = Owner::patient();
    owner.write();
    owner.write();
    for _ in 0..50 {
        assert_eq!(owner.runs(5), 5);
        assert_eq!((owner.read(), owner.read()), (Ok(BLOCK), Err(Errno::EAGAIN)));
    }
}

#[test]
fn an_owner_between_reading_and_writing_is_waited_for_even_when_it_catches_up() {
    let mut owner = Owner::patient();
    owner.write();
    owner.write();
    assert_eq!(owner.runs(100), 10);
    assert_eq!((owner.read(), owner.read(), owner.read()), (Ok(BLOCK), Ok(BLOCK), Err(Errno::EAGAIN)));
    assert_eq!(owner.runs(100), 0, "all is read, nothing is left to send, two blocks are owed");
    owner.write();
    owner.write();
    assert_eq!(owner.runs(100), 10);
}

#[test]
fn a_flush_starts_afresh() {
    let mut owner = Owner::patient();
    let _ = owner.read();
    owner.write();
    owner.flush();
    assert_eq!(owner.runs(5_000), 5_000);
}

#[test]
fn an_owner_given_up_is_waited_for_again_when_it_comes_back() {
    let mut owner = Owner::patient();
    owner.acknowledge();
    let _ = owner.read();
    assert_eq!(owner.runs(100), 9);
    owner.machine.give_up();
    assert_eq!(owner.runs(100), 11, "given up on the timer, the bearer has room for 20 ms");
    owner.machine.give_up();
    assert_eq!(owner.runs(1_000), 1_000);
    assert!(owner.machine.counters(0).overrun_octets > 0, "the loss is counted");
    owner.acknowledge();
    assert!(owner.runs(100) < 10);
}

#[test]
fn closing_ends_all_waiting() {
    let mut owner = Owner::patient();
    owner.acknowledge();
    let _ = owner.read();
    owner.write();
    owner.machine.close(owner.timer);
    owner.machine.close(owner.bearer);
    assert_eq!(owner.runs(1_000), 1_000);
}
