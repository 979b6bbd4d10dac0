//! The TDM thread: poll the timer, serve the bearers, wake the worker.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Instant;

use dahdi_sys::{ChannelError, Event, Kernel, TimerDevice};
use media::{Bearer, Timeslot};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::EventFd;
use rtrb::{Consumer, Producer, RingBuffer};

use super::span::{Outside, Span};
use super::{Buffering, Counters, Spec, raise};

/// Silence of the timer after which there is no clock.
pub const NO_CLOCK_MS: u16 = 50;

/// Notices that may wait for control: four of each bearer of four spans.
pub const NOTICES: usize = 512;

/// What the TDM thread reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice {
    /// A bearer reported an event other than an overrun or underrun of its buffers.
    Event {
        /// Which bearer.
        at: Timeslot,
        /// What it said.
        event: Event,
    },
    /// The timer has been silent for [`NO_CLOCK_MS`]: no audio moves.
    NoClock,
    /// The timer ticks again.
    Clock,
}

/// The bearers of a group and the TDM half of its media path.
pub struct Tdm {
    bearer: Bearer,
    spans: Vec<Span>,
    buffering: Buffering,
    notices: Producer<Notice>,
    counters: Arc<Counters>,
    clock: bool,
    clock_changes: u64,
}

/// What the loop waits for and wakes.
pub struct Ends {
    pub stop: Arc<EventFd>,
    pub work: Arc<EventFd>,
    pub wakeup: Arc<EventFd>,
}

impl Tdm {
    /// Opens every bearer of the group.
    pub fn open(kernel: &dyn Kernel, spec: &Spec, bearer: Bearer) -> Result<(Self, Consumer<Notice>), ChannelError> {
        let open = |(index, span)| Span::open(kernel, index, span, spec.buffering);
        let spans = (0..).zip(&spec.spans).map(open).collect::<Result<_, _>>()?;
        let (notices, taken) = RingBuffer::new(NOTICES);
        let buffering = spec.buffering;
        Ok((Self { bearer, spans, buffering, notices, counters: Arc::default(), clock: true, clock_changes: 0 }, taken))
    }

    /// The counters of the bearers.
    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    /// Serves every bearer right after a tick of the timer; `elapsed` are the buffers of time since the tick before, 1 unless
    /// this one is late.
    pub fn tick(&mut self, elapsed: u64) {
        if !std::mem::replace(&mut self.clock, true) {
            self.tell(Notice::Clock);
        }
        self.counters.ticks.add(1);
        let mut outside = Outside { bearer: &mut self.bearer, notices: &mut self.notices, counters: &self.counters };
        for span in &mut self.spans {
            span.tick(elapsed, &mut outside);
        }
    }

    /// How many notices there have been: control has something to take when this has grown.
    pub fn told(&self) -> u64 {
        self.counters.events.get() + self.clock_changes
    }

    /// The timer is silent.
    pub fn no_clock(&mut self) {
        if std::mem::replace(&mut self.clock, false) {
            self.counters.no_clock.add(1);
            self.tell(Notice::NoClock);
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.clock_changes += 1;
        let lost = self.notices.push(notice).is_err();
        self.counters.lost_notices.add(u64::from(lost));
    }
}

/// The loop, until `stop` is raised or the timer is gone.
pub(super) fn run(mut tdm: Tdm, timer: &TimerDevice, ends: &Ends) {
    let Some(readiness) = timer.readiness() else { return };
    let (mut last, mut told) = (Instant::now(), 0);
    loop {
        let mut ready = [
            PollFd::new(readiness, PollFlags::POLLIN | PollFlags::POLLPRI),
            PollFd::new(ends.stop.as_fd(), PollFlags::POLLIN),
        ];
        match poll(&mut ready, PollTimeout::from(NO_CLOCK_MS)) {
            Ok(0) => tdm.no_clock(),
            Ok(_) if ready[1].any() == Some(true) => return,
            Ok(_) => {
                // First: an expiry that comes while the bearers are served makes the timer ready again.
                let _ = timer.acknowledge();
                let now = Instant::now();
                tdm.tick(buffers_between(last, now, tdm.buffering));
                raise(&ends.work);
                last = now;
            }
            // A signal; the poll is taken up again.
            Err(_) => continue,
        }
        if std::mem::replace(&mut told, tdm.told()) != tdm.told() {
            raise(&ends.wakeup);
        }
    }
}

/// The whole buffers of time nearest to what has passed.
fn buffers_between(last: Instant, now: Instant, buffering: Buffering) -> u64 {
    let buffer_us = u128::from(buffering.period_ms()) * 1000;
    let buffers = (now.saturating_duration_since(last).as_micros() + buffer_us / 2) / buffer_us;
    u64::try_from(buffers).unwrap_or(u64::MAX)
}
