//! The RTP worker thread: wait for the TDM thread's eventfd, step, wake control.

use std::os::fd::AsFd;
use std::sync::Arc;

use media::{Socket, Worker};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::EventFd;

use super::{clear, raise};

/// How long the worker waits for a tick before it goes on without a clock, so that reports and commands do not stop.
pub const WORKER_TIMEOUT_MS: u16 = 20;

/// What the loop waits for and wakes.
pub struct Ends {
    pub stop: Arc<EventFd>,
    pub work: Arc<EventFd>,
    pub wakeup: Arc<EventFd>,
}

/// The loop, until `stop` is raised.
pub(super) fn run<S: Socket>(mut worker: Worker<S>, ends: &Ends) {
    let mut told = 0;
    loop {
        let mut ready =
            [PollFd::new(ends.work.as_fd(), PollFlags::POLLIN), PollFd::new(ends.stop.as_fd(), PollFlags::POLLIN)];
        match poll(&mut ready, PollTimeout::from(WORKER_TIMEOUT_MS)) {
            Ok(0) => worker.step_without_clock(u32::from(WORKER_TIMEOUT_MS)),
            Ok(_) if ready[1].any() == Some(true) => return,
            Ok(_) => {
                // Before the step: a tick that comes meanwhile wakes again.
                clear(&ends.work);
                worker.step();
            }
            // A signal; the poll is taken up again.
            Err(_) => continue,
        }
        let now_told = worker.events_told();
        if std::mem::replace(&mut told, now_told) != now_told {
            raise(&ends.wakeup);
        }
    }
}
