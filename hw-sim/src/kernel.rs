//! The simulator behind the seam: opens nodes of a machine and raises eventfds for those who poll.
//!
//! A device's eventfd is made when somebody first asks for it and is readable as long as the device has octets, an event or an expiry
//! for its owner. In virtual time there is none: who advances the machine steps the readers.

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use dahdi_sys::{Device, Errno, Kernel, Node, Request};
use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::control;
use crate::machine::{Handle, Machine};

/// A machine as a driver. Clones are the same machine.
#[derive(Clone)]
pub struct SimKernel {
    shared: Arc<Shared>,
}

/// How far the patient clock fell behind its readers, or the machine behind the clock.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lateness {
    /// How often the clock waited for a late reader.
    pub waits: u64,
    /// How long altogether, in milliseconds.
    pub waited_ms: u64,
    /// How often it went on without the reader: octets were lost then, and the spans count them.
    pub gave_up: u64,
    /// Milliseconds that the clock itself left out after a long standstill of the host.
    pub skipped_ms: u64,
}

struct Shared {
    state: Mutex<State>,
    /// Somebody read, wrote or acknowledged.
    served: Condvar,
    real_time: AtomicBool,
}

struct State {
    machine: Machine,
    devices: Vec<(Handle, Arc<Signal>)>,
    lateness: Lateness,
    /// The clock waits for somebody to be served; otherwise nobody needs waking.
    clock_waits: bool,
}

impl SimKernel {
    /// Puts a machine behind the seam, standing still.
    pub fn new(machine: Machine) -> Self {
        let state = State { machine, devices: Vec::new(), lateness: Lateness::default(), clock_waits: false };
        let shared = Shared { state: Mutex::new(state), served: Condvar::new(), real_time: AtomicBool::new(false) };
        SimKernel { shared: Arc::new(shared) }
    }

    /// Lets so many milliseconds pass: virtual time.
    pub fn advance(&self, chunks: u32) {
        self.state().advance(chunks);
    }

    /// What a test may do to a span, counted from 0 in the order of [`Machine::new`].
    pub fn control(&self, span: usize) -> control::Span {
        control::Span::new(self.clone(), span)
    }

    /// How late readers and clock were; all zero in virtual time.
    pub fn lateness(&self) -> Lateness {
        self.state().lateness
    }

    /// From now on devices have something to poll.
    pub(crate) fn enter_real_time(&self) {
        self.shared.real_time.store(true, Ordering::Release);
    }

    /// One millisecond of real time, after the reader has had its patience. Ends at once when `stop` is set.
    pub(crate) fn tick(&self, stop: &AtomicBool, monotonic: impl Fn() -> Duration) {
        let mut state = self.state();
        if let Some(patience_ms) = state.machine.patience_ms() {
            let began = monotonic();
            state.clock_waits = true;
            let still_late = |state: &mut State| state.machine.patience_ms().is_some() && !stop.load(Ordering::Acquire);
            let wait =
                self.shared.served.wait_timeout_while(state, Duration::from_millis(patience_ms.into()), still_late);
            state = wait.unwrap_or_else(PoisonError::into_inner).0;
            state.clock_waits = false;
            state.note_wait(monotonic().saturating_sub(began));
        }
        state.advance(1);
    }

    pub(crate) fn note_skipped(&self, milliseconds: u64) {
        self.state().lateness.skipped_ms += milliseconds;
    }

    /// Makes a waiting clock look again, at a `stop` that was set before.
    pub(crate) fn wake_clock(&self) {
        // Under the lock the clock either waits already or has yet to look.
        let _state = self.state();
        self.shared.served.notify_all();
    }

    /// Shows at once what a change from outside left for the owners of devices.
    pub(crate) fn raise(&self) {
        self.state().raise();
    }

    pub(crate) fn with_machine<T>(&self, act: impl FnOnce(&mut Machine) -> T) -> T {
        act(&mut self.state().machine)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        // A far end that panicked leaves a machine that is still a machine; its test fails on its own.
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn advance(&mut self, chunks: u32) {
        self.machine.advance(chunks);
        self.raise();
    }

    /// The eventfds show what the machine has for their owners.
    fn raise(&mut self) {
        for (handle, signal) in &self.devices {
            signal.set(self.machine.is_ready(*handle));
        }
    }

    fn note_wait(&mut self, waited: Duration) {
        self.lateness.waits += 1;
        self.lateness.waited_ms += waited.as_millis() as u64;
        if self.machine.patience_ms().is_some() {
            self.lateness.gave_up += 1;
            self.machine.give_up();
        }
    }
}

impl Kernel for SimKernel {
    fn open(&self, node: Node) -> Result<Box<dyn Device>, Errno> {
        let mut state = self.state();
        let handle = state.machine.open(node)?;
        let signal = Arc::new(Signal::default());
        state.devices.push((handle, Arc::clone(&signal)));
        Ok(Box::new(SimDevice { kernel: self.clone(), handle, signal }))
    }

    fn timing_slips(&self, number: u32) -> Option<u64> {
        self.state().machine.timing_slips(number)
    }
}

struct SimDevice {
    kernel: SimKernel,
    handle: Handle,
    signal: Arc<Signal>,
}

impl SimDevice {
    /// Does one thing to the machine; then the eventfd shows what is left and the clock may go on.
    fn act<T>(&self, act: impl FnOnce(&mut Machine) -> T) -> T {
        let mut state = self.kernel.state();
        let result = act(&mut state.machine);
        self.signal.set(state.machine.is_ready(self.handle));
        if state.clock_waits {
            self.kernel.shared.served.notify_one();
        }
        result
    }
}

impl Device for SimDevice {
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno> {
        self.act(|machine| machine.ioctl(self.handle, request))
    }

    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno> {
        self.act(|machine| machine.read(self.handle, buffer))
    }

    fn write(&self, octets: &[u8]) -> Result<usize, Errno> {
        self.act(|machine| machine.write(self.handle, octets))
    }

    fn readiness(&self) -> Option<BorrowedFd<'_>> {
        if !self.kernel.shared.real_time.load(Ordering::Acquire) {
            return None;
        }
        let state = self.kernel.state();
        let descriptor = self.signal.descriptor()?;
        self.signal.set(state.machine.is_ready(self.handle));
        Some(descriptor)
    }
}

impl Drop for SimDevice {
    fn drop(&mut self) {
        let mut state = self.kernel.state();
        state.machine.close(self.handle);
        state.devices.retain(|(_, signal)| !Arc::ptr_eq(signal, &self.signal));
    }
}

/// An eventfd that follows a level. It is set only under the machine's lock.
#[derive(Default)]
struct Signal {
    descriptor: OnceLock<EventFd>,
    raised: AtomicBool,
}

impl Signal {
    /// The eventfd, made at the first call; `None` when the process has no descriptor left.
    fn descriptor(&self) -> Option<BorrowedFd<'_>> {
        if self.descriptor.get().is_none() {
            let made = EventFd::from_flags(EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC).ok()?;
            self.descriptor.get_or_init(|| made);
        }
        self.descriptor.get().map(AsFd::as_fd)
    }

    fn set(&self, level: bool) {
        let Some(descriptor) = self.descriptor.get() else {
            return;
        };
        if self.raised.swap(level, Ordering::AcqRel) == level {
            return;
        }
        // Neither can fail: the counter is 0 or 1, and `raised` knows which.
        let _ = if level { descriptor.write(1).map(drop) } else { descriptor.read().map(drop) };
    }
}
