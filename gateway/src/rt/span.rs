//! The bearers of one span, tick by tick.
//!
//! Promised: every tick exchanges one block, and a late one as many as have come. The bearers of a span complete their blocks
//! together if they were flushed within the same millisecond; those that do not are a block behind the others, and stay there.
//! A timeslot that brings nothing in a tick's first block is left out of it and of those that follow, until it brings octets
//! again; what a timeslot brings beyond the blocks of the others waits for the next tick.

use dahdi_sys::{BearerChannel, ChannelError, Errno, Event, Kernel};
use media::{BLOCK_OCTETS, Bearer, SpanBlock, TIMESLOTS, Timeslot};
use rtrb::Producer;

use super::{Counters, Notice, SpanSpec};

/// Blocks of each bearer in the driver, each way: 40 ms.
pub const DRIVER_BUFFERS: u32 = 8;

/// Blocks that wait in the driver on the way out at the end of a tick: 10 ms.
pub const PRIMED_BLOCKS: u32 = 2;

/// Events taken from a bearer at a time; the driver queues no more.
const MAX_EVENTS: usize = 64;

/// Blocks that one tick can bring: what the driver holds, and the one that waited.
const MAX_BLOCKS: u32 = DRIVER_BUFFERS + 1;

/// Times that the bearers are primed at most: a span that stands still is left to itself.
const MAX_PRIMINGS: u8 = 40;

/// The bearers of one span.
pub struct Span {
    index: u8,
    bearers: [Option<BearerChannel>; TIMESLOTS],
    /// Timeslots with a bearer.
    open: u32,
    /// Timeslots that have stopped bringing octets.
    absent: u32,
    /// The block being collected: `valid` says which timeslots have brought their octets.
    received: SpanBlock,
    transmit: SpanBlock,
    step: Step,
}

/// Whether the bearers of a span are in step with the timer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    /// Emptied and primed so many times, and not seen to be in step since.
    Priming(u8),
    /// Each tick brings a block, or the priming was given up.
    Kept,
}

/// What a span needs of the thread that serves it.
pub struct Outside<'a> {
    pub bearer: &'a mut Bearer,
    pub notices: &'a mut Producer<Notice>,
    pub counters: &'a Counters,
}

impl Span {
    /// Opens every bearer of the span. A timeslot number that no span has is left out.
    pub fn open(kernel: &dyn Kernel, index: u8, spec: &SpanSpec) -> Result<Self, ChannelError> {
        let law = match spec.law {
            media::Law::A => dahdi_sys::Law::A_LAW,
            media::Law::Mu => dahdi_sys::Law::MU_LAW,
        };
        let mut bearers = [const { None }; TIMESLOTS];
        let mut open = 0;
        for (timeslot, channel) in &spec.bearers {
            let Some(place) = bearers.get_mut(usize::from(*timeslot)) else { continue };
            let bearer = BearerChannel::open(kernel, *channel, law, BLOCK_OCTETS, DRIVER_BUFFERS)?;
            *place = Some(bearer);
            open |= 1 << timeslot;
        }
        let silence = SpanBlock::filled(0, spec.law.silence());
        let step = Step::Priming(0);
        Ok(Self { index, bearers, open, absent: 0, received: silence, transmit: silence, step })
    }

    /// Serves the span right after a tick of the timer; `elapsed` are the blocks of time since the tick before.
    pub fn tick(&mut self, elapsed: u64, outside: &mut Outside<'_>) {
        if !self.is_in_step(outside) {
            return self.prime(outside);
        }
        let (mut blocks, mut refused) = (0, 0);
        let dry_before = outside.counters.write_underruns.get();
        while blocks < MAX_BLOCKS && self.collect(blocks == 0, outside) {
            outside.bearer.exchange(self.index, &self.received, &mut self.transmit);
            self.received.valid = 0;
            self.received.frame += BLOCK_OCTETS as u64;
            blocks += 1;
            // At once, as the driver may be about to run dry; but no more than it has sent of what it had: it sent silence in
            // place of the others, whose time has passed.
            if blocks <= PRIMED_BLOCKS {
                refused += u64::from(!self.write(outside));
            }
        }
        // A bearer that says that it ran dry did so for less than a block, or the blocks say it themselves.
        let dry = u64::from(outside.counters.write_underruns.get() > dry_before);
        self.account(blocks.into(), refused + dry, elapsed, outside);
    }

    /// After a tick that was too late, the blocks that were written play out of their time, and the others not at all;
    /// otherwise `silent` blocks did.
    fn account(&mut self, blocks: u64, silent: u64, elapsed: u64, outside: &mut Outside<'_>) {
        // The driver was full if it gave all that it holds; time says how many came while it was.
        let lost = if blocks >= u64::from(DRIVER_BUFFERS) { elapsed.saturating_sub(blocks) } else { 0 };
        self.received.frame += lost * BLOCK_OCTETS as u64;
        let passed = blocks.saturating_sub(u64::from(PRIMED_BLOCKS));
        outside.bearer.missed(self.index, if passed > 0 { blocks } else { silent });
        outside.counters.late_ticks.add(u64::from(blocks > 1));
        outside.counters.lost_blocks.add(lost);
        outside.counters.passed_blocks.add(passed);
    }

    /// Whether the tick after the priming brought one block of each bearer. If it brought none or more, the thread was held up
    /// while it primed, and what the driver has to send does not match what it has received.
    fn is_in_step(&mut self, outside: &mut Outside<'_>) -> bool {
        let Step::Priming(times) = self.step else { return true };
        let in_step = times > 0 && self.collect(true, outside) && !self.has_more();
        if in_step || times == MAX_PRIMINGS {
            self.step = Step::Kept;
        }
        self.step == Step::Kept
    }

    /// Whether a bearer has brought another block; it is dropped.
    fn has_more(&self) -> bool {
        let mut octets = [0; BLOCK_OCTETS];
        self.bearers.iter().flatten().filter(|bearer| bearer.read(&mut octets).is_ok()).count() > 0
    }

    /// Begins in step: every bearer empty right after a tick, then its blocks of silence.
    fn prime(&mut self, outside: &mut Outside<'_>) {
        if let Step::Priming(times) = &mut self.step {
            *times += 1;
        }
        self.received.valid = 0;
        for bearer in self.bearers.iter().flatten() {
            // One that cannot be flushed is out of step by less than a block.
            let _ = bearer.flush();
        }
        for _ in 0..PRIMED_BLOCKS {
            self.write(outside);
        }
        for bearer in self.bearers.iter().flatten() {
            // Only now: until it was primed it had nothing to send. One that cannot report loses uncounted.
            let _ = bearer.report_overruns(true);
        }
    }

    /// Reads what is missing of the block; `true` if it is to be exchanged.
    fn collect(&mut self, first: bool, outside: &mut Outside<'_>) -> bool {
        // Twice: the driver may complete a block while the first pass is under way.
        for _ in 0..2 {
            self.read_missing(outside);
            if self.missing() == 0 || self.received.valid == 0 {
                break;
            }
        }
        if first && self.received.valid != 0 && self.missing() != 0 {
            self.absent |= self.missing();
            outside.counters.partial_blocks.add(1);
        }
        self.received.valid != 0 && self.missing() == 0
    }

    fn read_missing(&mut self, outside: &mut Outside<'_>) {
        for (timeslot, bearer) in self.bearers.iter().enumerate() {
            let Some(bearer) = bearer else { continue };
            if self.received.is_valid(timeslot) {
                continue;
            }
            let at = Timeslot { span: self.index, timeslot: timeslot as u8 };
            let octets = &mut self.received.octets[timeslot];
            let mut read = bearer.read(octets);
            if read == Err(Errno::ELAST) {
                drain_events(bearer, at, outside);
                read = bearer.read(octets);
            }
            match read {
                Ok(BLOCK_OCTETS) => {
                    self.received.valid |= 1 << timeslot;
                    self.absent &= !(1 << timeslot);
                }
                Err(Errno::EAGAIN) => {}
                Ok(_) | Err(_) => outside.counters.failed_reads.add(1),
            }
        }
    }

    fn missing(&self) -> u32 {
        self.open & !self.absent & !self.received.valid
    }

    /// Writes a block to every bearer; `false` if one did not take it.
    fn write(&self, outside: &mut Outside<'_>) -> bool {
        let mut taken = true;
        for (timeslot, bearer) in self.bearers.iter().enumerate() {
            let Some(bearer) = bearer else { continue };
            let octets = &self.transmit.octets[timeslot];
            let mut written = bearer.write(octets);
            if written == Err(Errno::ELAST) {
                drain_events(bearer, Timeslot { span: self.index, timeslot: timeslot as u8 }, outside);
                written = bearer.write(octets);
            }
            if written != Ok(BLOCK_OCTETS) {
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
