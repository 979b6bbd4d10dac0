//! Real time: one thread with absolute deadlines moves the machine by 1 ms each, as the interrupts of a card would.
//!
//! A thread that woke late makes up for it, millisecond by millisecond, so that the line keeps 8000 octets a second. Strict spans lose what
//! their readers miss meanwhile. Patient spans make each millisecond wait until their reader has kept up with the last one, within bounds:
//! the timer's expiry acknowledged before the next, no open bearer that is read about to overflow, none that is written about to run dry.
//! A bearer that nobody serves is not waited for.

pub mod carrier;

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::time::{ClockId, ClockNanosleepFlags, clock_gettime, clock_nanosleep};

use crate::kernel::SimKernel;

/// A machine moves by the host's clock as long as this lives.
pub struct Clock {
    kernel: SimKernel,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// After a standstill longer than this the clock goes on from the present.
pub const BACKLOG_MAX: Duration = Duration::from_secs(1);

const CHUNK: Duration = Duration::from_millis(1);

impl Clock {
    /// Starts the thread. Devices have something to poll from here on. Fails when the host gives no thread.
    #[expect(clippy::disallowed_methods, reason = "the one thread of the simulator")]
    pub fn start(kernel: &SimKernel) -> io::Result<Clock> {
        kernel.enter_real_time();
        let stop = Arc::new(AtomicBool::new(false));
        let (moved, stopped) = (kernel.clone(), Arc::clone(&stop));
        let thread = Builder::new().name("sim-clock".into()).spawn(move || run(&moved, &stopped))?;
        Ok(Clock { kernel: kernel.clone(), stop, thread: Some(thread) })
    }
}

impl Drop for Clock {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.kernel.wake_clock();
        if let Some(thread) = self.thread.take() {
            // A panic of a far end has been printed by its own thread.
            let _ = thread.join();
        }
    }
}

fn run(kernel: &SimKernel, stop: &AtomicBool) {
    let mut deadline = monotonic();
    while !stop.load(Ordering::Acquire) {
        deadline += CHUNK;
        sleep_until(deadline);
        let skipped = beyond_catching_up(deadline, monotonic());
        kernel.note_skipped(skipped.as_millis() as u64);
        deadline += skipped;
        kernel.tick(stop, monotonic);
    }
}

/// What a clock that woke at `now` for `deadline` leaves out instead of catching up: nothing, or all of it.
fn beyond_catching_up(deadline: Duration, now: Duration) -> Duration {
    Some(now.saturating_sub(deadline)).filter(|behind| *behind > BACKLOG_MAX).unwrap_or_default()
}

fn monotonic() -> Duration {
    clock_gettime(ClockId::CLOCK_MONOTONIC).expect("Linux always has CLOCK_MONOTONIC").into()
}

fn sleep_until(deadline: Duration) {
    // A signal ends the sleep early; the deadline is absolute, so the same sleep goes on.
    let request = TimeSpec::from(deadline);
    while clock_nanosleep(ClockId::CLOCK_MONOTONIC, ClockNanosleepFlags::TIMER_ABSTIME, &request)
        == Err(nix::errno::Errno::EINTR)
    {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_late_clock_catches_up_to_a_second_and_leaves_out_more() {
        let deadline = Duration::from_millis(5_000);
        for (now_ms, skipped_ms) in [(4_999, 0), (5_000, 0), (6_000, 0), (6_001, 1_001), (65_000, 60_000)] {
            let skipped = beyond_catching_up(deadline, Duration::from_millis(now_ms));
            assert_eq!(skipped, Duration::from_millis(skipped_ms));
        }
    }
}
