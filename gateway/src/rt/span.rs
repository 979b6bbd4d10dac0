//! The bearers of one span, tick by tick.
//!
//! A *buffer* is what the driver delivers at once: one block of the media path, or several. Promised: every tick exchanges
//! one buffer, and a late one as many as have come. The bearers of a span complete their buffers together if they were
//! flushed within the same millisecond; those that do not are a buffer behind the others, and stay there. A timeslot that brings
//! nothing in a tick's first buffer is left out of it and of those that follow, until it brings octets again; what a timeslot
//! brings beyond the buffers of the others waits for the next tick.

use dahdi_sys::{BearerChannel, ChannelError, Errno, Event, Kernel};
use media::{BLOCK_OCTETS, Bearer, SpanBlock, TIMESLOTS, Timeslot};
use rtrb::Producer;

use super::{Buffering, Counters, Notice, SpanSpec};

/// Buffers that wait in the driver on the way out at the end of a tick.
pub const PRIMED_BUFFERS: u32 = 2;

/// Events taken from a bearer at a time; the driver queues no more.
const MAX_EVENTS: usize = 64;

/// Octets of the longest buffer.
const BUFFER_OCTETS_MAX: usize = Buffering::BLOCKS_MAX as usize * BLOCK_OCTETS;

/// Times that the bearers are primed at most: a span that stands still is left to itself.
const MAX_PRIMINGS: u8 = 40;

/// The bearers of one span as its thread holds them.
pub struct Span {
    index: u8,
    buffering: Buffering,
    bearers: Box<Bearers>,
    /// Timeslots that have stopped bringing octets.
    absent: u32,
    /// The buffer being collected, block by block: `valid` of the first says which timeslots have brought their octets.
    received: [SpanBlock; Buffering::BLOCKS_MAX as usize],
    transmit: [SpanBlock; Buffering::BLOCKS_MAX as usize],
    step: Step,
}

/// Whether the bearers of a span are in step with the timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Emptied and primed so many times, and not seen to be in step since.
    Priming(u8),
    /// Each tick brings a buffer, or the priming was given up.
    Kept,
}

/// What a span needs of the thread that serves it.
pub struct Outside<'a> {
    pub bearer: &'a mut Bearer,
    pub notices: &'a mut Producer<Notice>,
    pub counters: &'a Counters,
}

/// The open bearers of one span, by timeslot.
pub struct Bearers {
    channels: [Option<BearerChannel>; TIMESLOTS],
    /// Timeslots with a bearer.
    open: u32,
}

impl Bearers {
    /// Opens every bearer of a span. A timeslot number that no span has is left out.
    pub fn open(kernel: &dyn Kernel, spec: &SpanSpec, buffering: Buffering) -> Result<Box<Self>, ChannelError> {
        let law = match spec.law {
            media::Law::A => dahdi_sys::Law::A_LAW,
            media::Law::Mu => dahdi_sys::Law::MU_LAW,
        };
        let mut bearers = Bearers::none();
        for (timeslot, channel) in &spec.bearers {
            let Some(place) = bearers.channels.get_mut(usize::from(*timeslot)) else { continue };
            let bearer = BearerChannel::open(kernel, *channel, law, buffering.octets(), buffering.buffers.into())?;
            *place = Some(bearer);
            bearers.open |= 1 << timeslot;
        }
        Ok(bearers)
    }

    /// Of a span that is not there.
    pub fn none() -> Box<Self> {
        Box::new(Self { channels: [const { None }; TIMESLOTS], open: 0 })
    }

    fn iter(&self) -> impl Iterator<Item = &BearerChannel> {
        self.channels.iter().flatten()
    }
}

impl Span {
    /// A span with its bearers open.
    pub fn new(index: u8, law: media::Law, bearers: Box<Bearers>, buffering: Buffering) -> Self {
        let silence = [SpanBlock::filled(0, law.silence()); Buffering::BLOCKS_MAX as usize];
        let step = Step::Priming(0);
        Self { index, buffering, bearers, absent: 0, received: silence, transmit: silence, step }
    }

    /// Goes on with other bearers, from the priming; gives back those before.
    pub fn replace(&mut self, bearers: Box<Bearers>) -> Box<Bearers> {
        (self.absent, self.step) = (0, Step::Priming(0));
        std::mem::replace(&mut self.bearers, bearers)
    }

    /// Serves the span right after a tick of the timer; `elapsed` are the buffers of time since the tick before.
    pub fn tick(&mut self, elapsed: u64, outside: &mut Outside<'_>) {
        if !self.is_in_step(outside) {
            return self.prime(outside);
        }
        // One more than the driver holds: the one that waited.
        let buffers_max = u32::from(self.buffering.buffers) + 1;
        let (mut buffers, mut refused) = (0, 0);
        let dry_before = outside.counters.write_underruns.get();
        while buffers < buffers_max && self.collect(buffers == 0, outside) {
            self.exchange(outside);
            buffers += 1;
            // At once, as the driver may be about to run dry; but no more than it has sent of what it had: it sent silence in
            // place of the others, whose time has passed.
            if buffers <= PRIMED_BUFFERS {
                refused += u64::from(!self.write(outside));
            }
        }
        // A bearer that says that it ran dry did so for less than a buffer, or the buffers say it themselves.
        let dry = u64::from(outside.counters.write_underruns.get() > dry_before);
        self.account(buffers.into(), refused + dry, elapsed, outside);
    }

    /// Each block of the collected buffer against the one that is due out.
    fn exchange(&mut self, outside: &mut Outside<'_>) {
        let (first, valid) = (self.received[0].frame, self.received[0].valid);
        let blocks = usize::from(self.buffering.blocks);
        let pairs = self.received.iter_mut().zip(&mut self.transmit).take(blocks);
        for (place, (received, transmit)) in (0..).zip(pairs) {
            received.frame = first + place * BLOCK_OCTETS as u64;
            received.valid = valid;
            outside.bearer.exchange(self.index, received, transmit);
        }
        self.received[0].frame = first + self.buffering.octets() as u64;
        self.received[0].valid = 0;
    }

    /// After a tick that was too late, the buffers that were written play out of their time, and the others not at all;
    /// otherwise `silent` buffers did. The counters count blocks.
    fn account(&mut self, buffers: u64, silent: u64, elapsed: u64, outside: &mut Outside<'_>) {
        let blocks = u64::from(self.buffering.blocks);
        // The driver was full if it gave all that it holds; time says how many came while it was.
        let full = buffers >= u64::from(self.buffering.buffers);
        let lost = if full { elapsed.saturating_sub(buffers) } else { 0 };
        self.received[0].frame += lost * self.buffering.octets() as u64;
        let passed = buffers.saturating_sub(u64::from(PRIMED_BUFFERS));
        outside.bearer.missed(self.index, blocks * if passed > 0 { buffers } else { silent });
        outside.counters.late_ticks.add(u64::from(buffers > 1));
        outside.counters.lost_blocks.add(blocks * lost);
        outside.counters.passed_blocks.add(blocks * passed);
    }

    /// Whether the tick after the priming brought one buffer of each bearer. If it brought none or more, the thread was held up
    /// while it primed, and what the driver has to send does not match what it has received.
    fn is_in_step(&mut self, outside: &mut Outside<'_>) -> bool {
        let Step::Priming(times) = self.step else { return true };
        let in_step = self.bearers.open == 0 || (times > 0 && self.collect(true, outside) && !self.has_more());
        if in_step || times == MAX_PRIMINGS {
            self.step = Step::Kept;
        }
        self.step == Step::Kept
    }

    /// Whether a bearer has brought another buffer; it is dropped.
    fn has_more(&self) -> bool {
        let mut octets = [0; BUFFER_OCTETS_MAX];
        self.bearers.iter().filter(|bearer| bearer.read(&mut octets).is_ok()).count() > 0
    }

    /// Begins in step: every bearer empty right after a tick, then its buffers of silence.
    fn prime(&mut self, outside: &mut Outside<'_>) {
        if let Step::Priming(times) = &mut self.step {
            *times += 1;
        }
        self.received[0].valid = 0;
        for bearer in self.bearers.iter() {
            // One that cannot be flushed is out of step by less than a buffer.
            let _ = bearer.flush();
        }
        for _ in 0..PRIMED_BUFFERS {
            self.write(outside);
        }
        for bearer in self.bearers.iter() {
            // Only now: until it was primed it had nothing to send. One that cannot report loses uncounted.
            let _ = bearer.report_overruns(true);
        }
    }

    /// Reads what is missing of the buffer; `true` if it is to be exchanged.
    fn collect(&mut self, first: bool, outside: &mut Outside<'_>) -> bool {
        // On time there is no second buffer, and one bearer can say so for all.
        if !first && self.received[0].valid == 0 && !self.probe(outside) {
            return false;
        }
        // Twice: the driver may complete a buffer while the first pass is under way.
        for _ in 0..2 {
            self.read_missing(outside);
            if self.missing() == 0 || self.received[0].valid == 0 {
                break;
            }
        }
        let valid = self.received[0].valid != 0;
        if first && valid && self.missing() != 0 {
            self.absent |= self.missing();
            outside.counters.partial_blocks.add(self.buffering.blocks.into());
        }
        valid && self.missing() == 0
    }

    /// Whether the first bearer that brings octets at all has brought another buffer.
    fn probe(&mut self, outside: &mut Outside<'_>) -> bool {
        let bringing = self.bearers.open & !self.absent;
        bringing != 0 && self.read(bringing.trailing_zeros() as usize, outside)
    }

    fn read_missing(&mut self, outside: &mut Outside<'_>) {
        for timeslot in 0..TIMESLOTS {
            if !self.received[0].is_valid(timeslot) {
                self.read(timeslot, outside);
            }
        }
    }

    /// Reads a buffer of a timeslot; `false` if there is none.
    fn read(&mut self, timeslot: usize, outside: &mut Outside<'_>) -> bool {
        let Some(bearer) = &self.bearers.channels[timeslot] else { return false };
        let at = Timeslot { span: self.index, timeslot: timeslot as u8 };
        let mut octets = [0; BUFFER_OCTETS_MAX];
        let octets = &mut octets[..self.buffering.octets()];
        let mut read = bearer.read(octets);
        if read == Err(Errno::ELAST) {
            drain_events(bearer, at, outside);
            read = bearer.read(octets);
        }
        match read {
            Ok(length) if length == octets.len() => {
                for (received, octets) in self.received.iter_mut().zip(octets.chunks_exact(BLOCK_OCTETS)) {
                    received.octets[timeslot].copy_from_slice(octets);
                }
                self.received[0].valid |= 1 << timeslot;
                self.absent &= !(1 << timeslot);
                return true;
            }
            Err(Errno::EAGAIN) => {}
            Ok(_) | Err(_) => outside.counters.failed_reads.add(1),
        }
        false
    }

    fn missing(&self) -> u32 {
        self.bearers.open & !self.absent & !self.received[0].valid
    }

    /// Writes a buffer to every bearer; `false` if one did not take it.
    fn write(&self, outside: &mut Outside<'_>) -> bool {
        let mut octets = [0; BUFFER_OCTETS_MAX];
        let octets = &mut octets[..self.buffering.octets()];
        let mut taken = true;
        for (timeslot, bearer) in self.bearers.channels.iter().enumerate() {
            let Some(bearer) = bearer else { continue };
            for (octets, transmit) in octets.chunks_exact_mut(BLOCK_OCTETS).zip(&self.transmit) {
                octets.copy_from_slice(&transmit.octets[timeslot]);
            }
            let mut written = bearer.write(octets);
            if written == Err(Errno::ELAST) {
                drain_events(bearer, Timeslot { span: self.index, timeslot: timeslot as u8 }, outside);
                written = bearer.write(octets);
            }
            if written != Ok(octets.len()) {
                outside.counters.refused_writes.add(1);
                taken = false;
            }
        }
        taken
    }
}

/// Takes the events of a bearer: its buffers' are counted, all others told to control.
fn drain_events(bearer: &BearerChannel, at: Timeslot, outside: &mut Outside<'_>) {
    for _ in 0..MAX_EVENTS {
        match bearer.next_event() {
            Ok(Some(Event::ReadOverrun)) => outside.counters.read_overruns.add(1),
            Ok(Some(Event::WriteUnderrun)) => outside.counters.write_underruns.add(1),
            Ok(Some(event)) => {
                outside.counters.events.add(1);
                let lost = outside.notices.push(Notice::Event { at, event }).is_err();
                outside.counters.lost_notices.add(u64::from(lost));
            }
            Ok(None) | Err(_) => return,
        }
    }
}
