//! One channel of a span: its configuration, and while it is open its buffers and events.
//!
//! `line` moves octets between buffers and wire each millisecond, `request` answers ioctls. Behaviour, errno for errno, is that of the
//! driver (dahdi-linux 2.11 and 3.x); a comment says where it surprises. Nothing here allocates after open and SET_BUFINFO.
//!
//! Left out: conferences, tones, linear samples, slave channels, and the effect of an echo canceller.

mod blocks;
mod events;
mod line;
mod mode;
mod request;

use blocks::Blocks;
use dahdi_sys::abi::{BLOCK_OCTETS_DEFAULT, BufferPolicy, Gains, NUM_BUFS_DEFAULT, Params};
use dahdi_sys::{Alarms, Errno, Event, Law, SignalType};
use events::Events;
use mode::Mode;

use crate::wire::CHUNK_OCTETS;

/// A channel, open or not.
#[derive(Debug)]
pub(crate) struct Channel {
    pub number: u32,
    signal: SignalType,
    /// What CHANCONFIG takes, as bits of signal types.
    capabilities: i32,
    default_law: Law,
    law: Law,
    mode: Mode,
    open: Option<Buffers>,
    /// BUFFER_EVENTS, which outlives the opener who asked for it.
    report: bool,
    /// Timing parameters that SET_PARAMS keeps; a clear line has no use for them.
    timing: Params,
    /// SETGAINS, until closing or AUDIOMODE off.
    gains: Option<Box<Gains>>,
}

/// What a channel has while it is open.
#[derive(Debug)]
struct Buffers {
    receive: Blocks,
    transmit: Blocks,
    block_octets: usize,
    policy: BufferPolicy,
    /// Octets of the oldest block that are on the line already.
    sent: usize,
    /// The policy holds the transmitter until enough is written.
    held: bool,
    events: Events,
    overrun: bool,
    underrun: bool,
    service: Service,
}

/// How the owner serves the channel: what a patient clock and the counters go by.
#[derive(Debug, Default)]
struct Service {
    /// Read at least once since opening or the last flush.
    reads: bool,
    /// Written since opening or the last flush, and not merely listened to since.
    writes: bool,
    /// Read and not yet written since: an owner in lockstep is between the two.
    owes: bool,
    /// Read until there was nothing more, and still not written.
    drained: bool,
}

/// Octets of an open channel that were lost, and why.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loss {
    /// Received with no free buffer.
    pub overrun: u64,
    /// Idle octets sent although the owner writes.
    pub underrun: u64,
}

impl Channel {
    pub fn new(number: u32, signal: SignalType, law: Law, knows_mtp2: bool) -> Self {
        Channel {
            number,
            signal,
            capabilities: request::capabilities(knows_mtp2),
            default_law: law,
            law,
            mode: Mode::of(signal, BLOCK_OCTETS_DEFAULT as usize),
            open: None,
            report: false,
            timing: Params::default(),
            gains: None,
        }
    }

    pub fn signal(&self) -> SignalType {
        self.signal
    }

    /// CHANCONFIG. The driver reconfigures an open channel too; the law is taken when it is next opened.
    pub fn configure(&mut self, signal: SignalType, law: Law) {
        self.signal = signal;
        self.mode = Mode::of(signal, self.block_octets());
        if law != Law::DEFAULT {
            self.default_law = law;
        }
    }

    /// SPECIFY: one opener at a time, everything back to its beginning.
    pub fn open(&mut self) -> Result<(), Errno> {
        if self.signal == SignalType::NONE {
            return Err(Errno::ENXIO);
        }
        if self.open.is_some() {
            return Err(Errno::EBUSY);
        }
        self.open =
            Some(Buffers::new(BLOCK_OCTETS_DEFAULT as usize, NUM_BUFS_DEFAULT as usize, BufferPolicy::IMMEDIATE));
        self.reset_mode();
        self.gains = None;
        self.law = self.default_law;
        Ok(())
    }

    pub fn close(&mut self) {
        self.open = None;
        self.gains = None;
        self.law = self.default_law;
        self.reset_mode();
    }

    /// What an ioctl or a second opener did to a clear channel ends with it; a configured HDLC line keeps its flags flowing.
    fn reset_mode(&mut self) {
        match self.signal {
            SignalType::CLEAR => self.mode = Mode::octets(false),
            _ => self.mode.restart(self.block_octets()),
        }
    }

    fn block_octets(&self) -> usize {
        self.open.as_ref().map_or(BLOCK_OCTETS_DEFAULT as usize, |buffers| buffers.block_octets)
    }

    fn buffers(&mut self) -> Result<&mut Buffers, Errno> {
        // A device exists only while its channel is open; the driver says ENODEV when a span is pulled out under it.
        self.open.as_mut().ok_or(Errno::ENODEV)
    }

    /// Reads one block or frame; what does not fit is lost.
    pub fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Errno> {
        let buffers = self.buffers()?;
        if buffer.is_empty() {
            return Err(Errno::EINVAL);
        }
        if !buffers.events.is_empty() {
            return Err(Errno::ELAST);
        }
        buffers.service.note_read(buffers.receive.front().is_some());
        let block = buffers.receive.front().ok_or(Errno::EAGAIN)?;
        let length = block.len().min(buffer.len());
        buffer[..length].copy_from_slice(&block[..length]);
        buffers.receive.pop();
        Ok(length)
    }

    /// Fills one block, as much of it as there is; frames get their check sequence in their last two octets.
    pub fn write(&mut self, octets: &[u8]) -> Result<usize, Errno> {
        let fcs = matches!(&self.mode, Mode::Hdlc(hdlc) if hdlc.fcs);
        let buffers = self.buffers()?;
        if octets.is_empty() {
            return Err(Errno::EINVAL);
        }
        if !buffers.events.is_empty() {
            return Err(Errno::ELAST);
        }
        if buffers.transmit.is_full() {
            return Err(Errno::EAGAIN);
        }
        let length = octets.len().min(buffers.block_octets);
        let block = &mut buffers.transmit.next_mut()[..length];
        block.copy_from_slice(&octets[..length]);
        if fcs && length >= 2 {
            let check = crate::hdlc::fcs16(&block[..length - 2]);
            block[length - 2..].copy_from_slice(&check.to_le_bytes());
        }
        buffers.transmit.push(length);
        buffers.service.note_write();
        buffers.release_when_filled();
        Ok(length)
    }

    /// Whether there is something to read or an event to take.
    pub fn is_ready(&self) -> bool {
        self.open.as_ref().is_some_and(|buffers| buffers.receive.front().is_some() || !buffers.events.is_empty())
    }

    pub fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// The span goes away.
    pub fn removed(&mut self) {
        if let Some(buffers) = &mut self.open {
            buffers.events.push(Event::Removed);
        }
    }

    pub fn alarm(&mut self, alarms: Alarms) {
        if let Some(buffers) = &mut self.open {
            buffers.events.push(if alarms.is_empty() { Event::NoAlarm } else { Event::Alarm });
        }
    }

    /// Whether the next millisecond would find an owner who serves this bearer without room or without anything to send.
    /// An owner that has done all its reading of this tick and writes no more is not late, it has nothing to say.
    pub fn would_lose(&self, tick_pending: bool) -> bool {
        let (Mode::Octets { collected, .. }, Some(buffers)) = (&self.mode, &self.open) else {
            return false;
        };
        let room = (buffers.receive.count() - buffers.receive.full()) * buffers.block_octets - collected;
        let overrun = buffers.service.reads && room < CHUNK_OCTETS;
        let busy = tick_pending || buffers.receive.full() > 0 || buffers.service.owes;
        let underrun = buffers.service.writes && busy && !buffers.held && !buffers.has_to_send(CHUNK_OCTETS);
        overrun || underrun
    }

    /// The owner does not come back: no more waiting for it until it does.
    pub fn give_up(&mut self, tick_pending: bool) {
        let gives_up = self.would_lose(tick_pending);
        if let Some(buffers) = self.open.as_mut().filter(|_| gives_up) {
            buffers.service = Service::default();
        }
    }
}

impl Service {
    /// Several blocks in a row are an owner catching up. One that comes back after it had read everything, and has not written
    /// in between, listens only.
    fn note_read(&mut self, block: bool) {
        self.reads = true;
        if block {
            self.writes &= !self.drained;
            self.owes = true;
        } else {
            self.drained = self.owes;
        }
    }

    fn note_write(&mut self) {
        self.writes = true;
        (self.owes, self.drained) = (false, false);
    }
}

impl Buffers {
    fn new(block_octets: usize, count: usize, policy: BufferPolicy) -> Self {
        Buffers {
            receive: Blocks::new(block_octets, count),
            transmit: Blocks::new(block_octets, count),
            block_octets,
            policy,
            sent: 0,
            held: policy != BufferPolicy::IMMEDIATE,
            events: Events::new(),
            overrun: false,
            underrun: false,
            service: Service::default(),
        }
    }

    /// WHEN_FULL and HALF_FULL let the transmitter go once enough is written.
    fn release_when_filled(&mut self) {
        let enough = match self.policy {
            BufferPolicy::HALF_FULL => self.transmit.count() / 2,
            _ => self.transmit.count(),
        };
        if self.transmit.full() >= enough {
            self.held = false;
        }
    }

    fn has_to_send(&self, octets: usize) -> bool {
        self.transmit.full() > 1 || self.transmit.front().is_some_and(|block| block.len() - self.sent >= octets)
    }
}
