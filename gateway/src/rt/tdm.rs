//! The TDM thread: poll the timer, serve the bearers, wake the worker.

use std::os::fd::AsFd;
use std::sync::Arc;
use std::time::Instant;

use dahdi_sys::{ChannelError, Event, Kernel, TimerDevice};
use media::{Bearer, Timeslot};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sys::eventfd::EventFd;
use rtrb::{Consumer, Producer, RingBuffer};

use super::span::{Bearers, Outside, Span};
use super::{Buffering, Counters, SpanSpec, Spec, raise};

/// Silence of the timer after which there is no clock.
pub const NO_CLOCK_MS: u16 = 50;

/// Notices that may wait for control: four of each bearer of four spans.
pub const NOTICES: usize = 512;

/// Exchanges of bearers that may wait for the thread, and as many that wait to be closed: two for each span that DAHDI may have.
const EXCHANGES: usize = 256;

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
    exchanges: Consumer<Exchange>,
    retired: Producer<Box<Bearers>>,
    counters: Arc<Counters>,
    clock: bool,
    other_news: u64,
}

/// New bearers for a span: it went away, or has returned.
pub struct Exchange {
    /// Which span of the group.
    pub span: u8,
    /// Its bearers from now on.
    pub bearers: Box<Bearers>,
}

/// Control's end of a TDM thread.
pub struct TdmLink {
    /// What the bearers report.
    pub notices: Consumer<Notice>,
    exchanges: Producer<Exchange>,
    retired: Consumer<Box<Bearers>>,
}

impl TdmLink {
    /// Gives a span other bearers; those before are closed by a later [`TdmLink::tidy`]. `false`: too many exchanges wait already.
    pub fn exchange(&mut self, exchange: Exchange) -> bool {
        self.exchanges.push(exchange).is_ok()
    }

    /// Closes bearers that the thread no longer has.
    pub fn tidy(&mut self) {
        while let Ok(bearers) = self.retired.pop() {
            drop(bearers);
        }
    }
}

/// What the loop waits for and wakes.
pub struct Ends {
    pub stop: Arc<EventFd>,
    pub work: Arc<EventFd>,
    pub wakeup: Arc<EventFd>,
}

impl Tdm {
    /// Opens every bearer of the group.
    pub fn open(kernel: &dyn Kernel, spec: &Spec, bearer: Bearer) -> Result<(Self, TdmLink), ChannelError> {
        let buffering = spec.buffering;
        let open = |(index, span): (u8, &SpanSpec)| {
            Ok(Span::new(index, span.law, Bearers::open(kernel, span, buffering)?, buffering))
        };
        let spans = (0..).zip(&spec.spans).map(open).collect::<Result<_, _>>()?;
        let (notices, taken) = RingBuffer::new(NOTICES);
        let (exchanges, exchanges_taken) = RingBuffer::new(EXCHANGES);
        let (retired, retired_taken) = RingBuffer::new(EXCHANGES);
        let tdm = Self {
            bearer,
            spans,
            buffering,
            notices,
            exchanges: exchanges_taken,
            retired,
            counters: Arc::default(),
            clock: true,
            other_news: 0,
        };
        Ok((tdm, TdmLink { notices: taken, exchanges, retired: retired_taken }))
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
        self.take_exchanges();
        let mut outside = Outside { bearer: &mut self.bearer, notices: &mut self.notices, counters: &self.counters };
        for span in &mut self.spans {
            span.tick(elapsed, &mut outside);
        }
    }

    /// How many notices and exchanges there have been: control has something to take when this has grown.
    pub fn told(&self) -> u64 {
        self.counters.events.get() + self.other_news + self.bearer.events_told()
    }

    /// Bearers come and go while there is room to give the old ones back.
    fn take_exchanges(&mut self) {
        while self.retired.slots() > 0 {
            let Ok(Exchange { span, bearers }) = self.exchanges.pop() else { return };
            let before = match self.spans.get_mut(usize::from(span)) {
                Some(span) => span.replace(bearers),
                None => bearers,
            };
            // There is room, as was asked above.
            let _ = self.retired.push(before);
            self.other_news += 1;
        }
    }

    /// The timer is silent.
    pub fn no_clock(&mut self) {
        self.take_exchanges();
        if std::mem::replace(&mut self.clock, false) {
            self.counters.no_clock.add(1);
            self.tell(Notice::NoClock);
        }
    }

    fn tell(&mut self, notice: Notice) {
        self.other_news += 1;
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
