//! The timer device: the clock of the master span, in samples of 125 µs.

use std::os::fd::BorrowedFd;

use crate::channel::take_event;
use crate::{ChannelError, Device, Errno, Event, Kernel, Node, Request, Step};

/// An open timer: expires every so many samples, as the spans count them and no host clock does.
pub struct TimerDevice {
    device: Box<dyn Device>,
}

impl TimerDevice {
    /// Opens the timer with a period of `samples` (8 a millisecond).
    pub fn open(kernel: &dyn Kernel, samples: u32) -> Result<Self, ChannelError> {
        let at = |step| ChannelError::at(Node::Timer, step);
        let device = kernel.open(Node::Timer).map_err(at(Step::Open))?;
        let period = i32::try_from(samples).map_err(|_| at(Step::TimerPeriod)(Errno::EINVAL))?;
        device.ioctl(Request::TimerConfig(period)).map_err(at(Step::TimerPeriod))?;
        Ok(TimerDevice { device })
    }

    /// What to poll: POLLPRI on a card's driver, POLLIN on a simulator's eventfd; `None` in virtual time.
    pub fn readiness(&self) -> Option<BorrowedFd<'_>> {
        self.device.readiness()
    }

    /// Whether the timer expired since the last acknowledgement; acknowledges every expiry so far.
    pub fn acknowledge(&self) -> Result<bool, Errno> {
        let expired = take_event(&*self.device)? == Some(Event::TimerExpired);
        self.device.ioctl(Request::TimerAcknowledge(-1))?;
        Ok(expired)
    }
}
