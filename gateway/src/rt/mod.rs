//! The real-time threads: two small loops around `media` for each span group.
//!
//! The TDM thread wakes on the timer device, serves every bearer of the group and wakes the worker; the worker turns
//! blocks into packets and back. Neither allocates, locks, logs or panics after start, and neither waits for the other.
//!
//! Buffers. A block of the media path is 40 octets (5 ms); the driver delivers buffers of one, two or four of them, and a tick
//! comes for each ([`Buffering`]). On the way in the driver's buffers are the lateness that a TDM thread may have before octets
//! are lost. On the way out [`PRIMED_BUFFERS`] wait at the end of each tick: one that is being sent while the next tick
//! comes, and one for a tick that comes late by less than a buffer.
//!
//! Left out: `recvmmsg` and kernel receive timestamps; a leg has a socket of its own, so that a batch would be a batch of one,
//! and arrivals are known to the block.
// Threads, sockets and the clock of the alarm belong here.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

mod counters;
mod dscp;
mod secure;
mod socket;
mod span;
mod tdm;
mod thread;
mod worker;

pub use counters::Counters;
pub use dscp::mark;
pub use secure::{Datagram, HANDSHAKE_DATAGRAMS_MAX, Keyring, ORDERS_MAX, Protection, Rejections, Secure};
pub use socket::UdpPair;
pub use span::{Bearers, PRIMED_BUFFERS};
pub use tdm::{Exchange, NO_CLOCK_MS, NOTICES, Notice, Tdm, TdmLink};
pub use thread::{Scheduling, Warning};
pub use worker::WORKER_TIMEOUT_MS;

use std::os::fd::{AsFd, BorrowedFd};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use dahdi_sys::{ChannelError, Kernel, TimerDevice};
use media::{BLOCK_OCTETS, FRAMES_PER_MS, GroupSpec, Law, Link, Socket, SpanMedia, Worker};
use nix::sys::eventfd::{EfdFlags, EventFd};

/// The ring guard that a group should have: a late tick brings two blocks, and the worker steps once for both.
pub const GUARD_BLOCKS: u8 = 2;

/// A span group as the hardware has it.
#[derive(Clone, Debug)]
pub struct Spec {
    /// The spans, in the order of their indices.
    pub spans: Vec<SpanSpec>,
    /// How the driver buffers the bearers.
    pub buffering: Buffering,
    /// How many blocks ahead of its time the worker makes a block, beyond those that a tick brings at once:
    /// [`GUARD_BLOCKS`], or more on a busy machine.
    pub guard_blocks: u8,
    /// How the threads are to be scheduled.
    pub scheduling: Scheduling,
}

/// How the driver buffers a bearer, each way: latency against system calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Buffering {
    /// Blocks of 5 ms in a buffer: 1 to [`Buffering::BLOCKS_MAX`]. A bearer costs two system calls a buffer.
    pub blocks: u8,
    /// Buffers, at least one more than are primed: a thread may be as late as they last.
    pub buffers: u8,
}

impl Buffering {
    /// Blocks of the longest buffer.
    pub const BLOCKS_MAX: u8 = 4;

    /// Octets of a buffer.
    pub fn octets(self) -> usize {
        usize::from(self.blocks) * BLOCK_OCTETS
    }

    /// The period of the tick.
    pub fn period_ms(self) -> u32 {
        self.octets() as u32 / FRAMES_PER_MS
    }
}

impl Default for Buffering {
    /// The shortest delay: a block at a time, 40 ms of lateness.
    fn default() -> Self {
        Buffering { blocks: 1, buffers: 8 }
    }
}

/// One span of a group.
#[derive(Clone, Debug)]
pub struct SpanSpec {
    /// The law of its bearers.
    pub law: Law,
    /// Its bearers: timeslot number and DAHDI channel number.
    pub bearers: Vec<(u8, u32)>,
}

/// A span group that could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The driver refused a bearer or the timer.
    #[error(transparent)]
    Channel(#[from] ChannelError),
    /// The timer cannot be polled: a machine in virtual time is stepped, not started.
    #[error("the timer device has nothing to poll: its machine stands still")]
    NoReadiness,
    /// The system has no more descriptors or threads.
    #[error("the system refused a thread or a descriptor: {0}")]
    System(#[from] std::io::Error),
}

/// A running span group, as control holds it. Dropping it stops both threads.
pub struct Group<S> {
    /// Commands to both halves, and what the worker reports.
    pub link: Link<S>,
    /// What the bearers report, and how they are exchanged.
    pub tdm: TdmLink,
    counters: Arc<Counters>,
    warnings: Vec<Warning>,
    wakeup: Arc<EventFd>,
    stop: Arc<EventFd>,
    threads: Vec<JoinHandle<()>>,
}

impl<S: Socket + Send + 'static> Group<S> {
    /// Opens every bearer and starts the threads.
    pub fn start(kernel: &dyn Kernel, spec: &Spec) -> Result<Self, StartError> {
        let (tdm, worker, link, control) = open::<S>(kernel, spec)?;
        let timer = TimerDevice::open(kernel, spec.buffering.octets() as u32)?;
        timer.readiness().ok_or(StartError::NoReadiness)?;
        let [stop, wakeup, work] = [event()?, event()?, event()?];
        let mut group = Self {
            link,
            tdm: control,
            counters: tdm.counters(),
            warnings: thread::lock_memory(&spec.scheduling).into_iter().collect(),
            wakeup: wakeup.clone(),
            stop: stop.clone(),
            threads: Vec::new(),
        };
        let (report, reports) = mpsc::channel();
        let ends = tdm::Ends { stop: stop.clone(), work: work.clone(), wakeup: wakeup.clone() };
        group.spawn("tdm", &spec.scheduling, report.clone(), move || tdm::run(tdm, &timer, &ends))?;
        let ends = worker::Ends { stop, work, wakeup };
        group.spawn("rtp", &spec.scheduling, report, move || worker::run(worker, &ends))?;
        // Each thread reports once, before its loop; the channel closes when both have.
        group.warnings.extend(reports.iter().flatten());
        Ok(group)
    }

    /// What was asked of the scheduler and not granted.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// The counters of the bearers.
    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }

    /// An eventfd that is readable when [`Group::link`] or [`Group::tdm`] has something; read it, then take all.
    pub fn wakeup(&self) -> BorrowedFd<'_> {
        self.wakeup.as_fd()
    }

    /// Clears [`Group::wakeup`].
    pub fn clear_wakeup(&self) {
        clear(&self.wakeup);
    }

    fn spawn(
        &mut self,
        role: &'static str,
        scheduling: &Scheduling,
        report: mpsc::Sender<Vec<Warning>>,
        body: impl FnOnce() + Send + 'static,
    ) -> Result<(), StartError> {
        let scheduling = scheduling.clone();
        let thread = std::thread::Builder::new().name(format!("spangate-{role}")).spawn(move || {
            // The one who started us waits for this, unless it has given up.
            let _ = report.send(thread::prepare(role, &scheduling));
            drop(report);
            body();
        })?;
        self.threads.push(thread);
        Ok(())
    }
}

impl<S> Drop for Group<S> {
    fn drop(&mut self) {
        raise(&self.stop);
        for thread in self.threads.drain(..) {
            // A thread that panicked has already said so.
            let _ = thread.join();
        }
    }
}

/// The two halves of a group on open bearers, without threads: for [`Group::start`], and for virtual time.
#[allow(clippy::type_complexity)]
pub fn open<S: Socket>(kernel: &dyn Kernel, spec: &Spec) -> Result<(Tdm, Worker<S>, Link<S>, TdmLink), ChannelError> {
    let media = GroupSpec {
        spans: spec.spans.iter().map(|span| SpanMedia { law: span.law }).collect(),
        guard_blocks: spec.guard_blocks + spec.buffering.blocks - 1,
        buffer_blocks: spec.buffering.blocks,
        driver_blocks: PRIMED_BUFFERS as u8 * spec.buffering.blocks,
    };
    let (bearer, worker, link) = media::group(&media);
    let (tdm, control) = Tdm::open(kernel, spec, bearer)?;
    Ok((tdm, worker, link, control))
}

fn event() -> std::io::Result<Arc<EventFd>> {
    Ok(Arc::new(EventFd::from_flags(EfdFlags::EFD_NONBLOCK | EfdFlags::EFD_CLOEXEC)?))
}

/// Makes an eventfd readable; it fails only when it already counts to 2^64 - 2, and is readable then.
fn raise(event: &EventFd) {
    let _ = event.write(1);
}

/// Makes an eventfd unreadable; it fails only when it already is.
fn clear(event: &EventFd) {
    let _ = event.read();
}
