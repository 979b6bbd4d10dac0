//! The seam under real and simulated spans: `Kernel` opens a `Node`, a `Device` answers `Request`s.
//!
//! Object-safe, and nothing above it is generic over it. A `Request` pairs each ioctl with its payload once: `linux` maps it to
//! (number, pointer) and the simulator answers it, both in one exhaustive match, so that neither can lack one.
//!
//! There is no `wait` here: waiting belongs to the loops, which poll [`Device::readiness`].

use std::fmt;
use std::os::fd::BorrowedFd;

use crate::Errno;
use crate::abi::{
    AttachEchoCanceller, BufferInfo, ChannelConfig, DynamicSpan, EchoCancellerSettings, Flush, Gains, Law, LineConfig,
    Maintenance, Params, SpanInfo, VersionInfo,
};

/// What can be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// `/dev/dahdi/ctl`: spans, channel configuration, version.
    Ctl,
    /// `/dev/dahdi/timer`: the clock of the master span.
    Timer,
    /// A channel by its number, from 1: `/dev/dahdi/channel` and SPECIFY.
    Channel(u32),
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Ctl => f.write_str("/dev/dahdi/ctl"),
            Node::Timer => f.write_str("/dev/dahdi/timer"),
            Node::Channel(number) => write!(f, "channel {number}"),
        }
    }
}

/// A DAHDI driver: the kernel's, or one made of memory.
pub trait Kernel: Send + Sync {
    /// Opens a node, never blocking afterwards. A channel is held by one opener at a time: EBUSY for the second, ENXIO for a
    /// channel that is absent or not configured. Closing is dropping.
    fn open(&self, node: Node) -> Result<Box<dyn Device>, Errno>;

    /// Slips of span `number` since the driver started: frames repeated or left out because line and card go by different clocks. `None`
    /// where nobody counts them; no ioctl tells them.
    fn timing_slips(&self, number: u32) -> Option<u64>;
}

/// One open node.
pub trait Device: Send + Sync {
    /// Asks or tells the driver something.
    fn ioctl(&self, request: Request<'_>) -> Result<(), Errno>;

    /// Reads at most one driver buffer: a block of octets, or one frame. EAGAIN when none is full, ELAST while an event waits.
    /// A buffer longer than `buffer` loses its rest.
    fn read(&self, buffer: &mut [u8]) -> Result<usize, Errno>;

    /// Fills at most one driver buffer. EAGAIN when none is free, ELAST while an event waits.
    fn write(&self, octets: &[u8]) -> Result<usize, Errno>;

    /// What to poll. A driver's file: POLLIN, POLLOUT, and POLLPRI for events; a simulator's: POLLIN whenever something changed for
    /// this device. `None`: virtual time, where the one who advances the machine steps the readers too.
    fn readiness(&self) -> Option<BorrowedFd<'_>>;
}

/// Each ioctl with its payload, in the order of the header's numbers.
#[derive(Debug)]
pub enum Request<'a> {
    /// GET_BLOCKSIZE: octets per driver buffer.
    GetBlockSize(&'a mut i32),
    /// SET_BLOCKSIZE: 16 to 8192 octets per buffer; drops what is buffered.
    SetBlockSize(i32),
    /// FLUSH: drops buffered octets or queued events.
    Flush(Flush),
    /// GET_PARAMS: of the open channel; on `Ctl`, of the channel in `channo`.
    GetParams(&'a mut Params),
    /// SET_PARAMS: the timing parameters of a channel.
    SetParams(&'a Params),
    /// GETEVENT: takes the oldest event, 0 when there is none.
    GetEvent(&'a mut i32),
    /// SPANSTAT: name, alarms and counters of the span in `spanno`.
    SpanStatus(&'a mut SpanInfo),
    /// MAINT: loops, simulated errors and counters of a span.
    Maintenance(&'a Maintenance),
    /// GETGAINS: the gain tables of an audio channel.
    GetGains(&'a mut Gains),
    /// SETGAINS: the gain tables of an audio channel, until it is closed; the driver fills in the channel.
    SetGains(&'a mut Gains),
    /// SPANCONFIG: line build-out, framing, coding and clock order of a span.
    SpanConfig(&'a LineConfig),
    /// CHANCONFIG: the signal type and law of a channel; the driver writes back what it made of it.
    ChannelConfig(&'a mut ChannelConfig),
    /// GET_BUFINFO: count, size, fill and policies of the buffers.
    GetBufferInfo(&'a mut BufferInfo),
    /// SET_BUFINFO: count, size and policies of the buffers; drops what is buffered.
    SetBufferInfo(&'a BufferInfo),
    /// AUDIOMODE: a clear channel as audio (law silence, echo control) or as data.
    AudioMode(bool),
    /// ECHOCANCEL: taps of the echo canceller, 0 for off.
    EchoCancel(i32),
    /// ECHOCANCEL_PARAMS: taps and parameters of the echo canceller.
    EchoCancelParams(&'a EchoCancellerSettings),
    /// CHANNO: the number of the open channel.
    ChannelNumber(&'a mut i32),
    /// HDLCRAWMODE: a clear channel as HDLC without frame check.
    HdlcRawMode(bool),
    /// HDLCFCSMODE: a clear channel as HDLC with frame check.
    HdlcFcsMode(bool),
    /// SETLAW: the companding law of an audio channel, until it is closed.
    SetLaw(Law),
    /// TIMERCONFIG: the period of the timer in samples (8 a millisecond), 0 for off.
    TimerConfig(i32),
    /// TIMERACK: acknowledges so many expiries, -1 for all.
    TimerAcknowledge(i32),
    /// TIMERPING: the timer gives [`Event::TimerPing`](crate::Event::TimerPing) until TIMERPONG; how another thread wakes its owner.
    TimerPing,
    /// TIMERPONG: ends TIMERPING.
    TimerPong,
    /// GETVERSION: the driver's version and its echo cancellers.
    GetVersion(&'a mut VersionInfo),
    /// ATTACH_ECHOCAN: names the echo canceller that a channel shall use.
    AttachEchoCanceller(&'a AttachEchoCanceller),
    /// DYNAMIC_CREATE: makes a span that something else than a card carries; the driver fills in its number.
    DynamicCreate(&'a mut DynamicSpan),
    /// DYNAMIC_DESTROY: ends the dynamic span of this driver and address. EBUSY while a channel of it is open.
    DynamicDestroy(&'a DynamicSpan),
    /// STARTUP: starts the span of this number.
    StartUp(i32),
    /// SHUTDOWN: stops the span of this number.
    ShutDown(i32),
    /// BUFFER_EVENTS: whether overruns and underruns are reported as events.
    BufferEvents(bool),
}
