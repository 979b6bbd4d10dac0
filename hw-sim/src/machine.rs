//! The whole simulated hardware: spans, their wires, and timers. Pure: it moves when it is told to.

use dahdi_sys::{Alarms, Errno, Node};

use crate::fault::FaultPlan;
use crate::span::{Counters, Span};
use crate::spec::SpanSpec;
use crate::timer::Timer;
use crate::wire::{Chunk, FarEnd, IDLE_CHUNK};

mod dynamic;
mod request;

/// Timers that can be open at once.
pub const TIMERS_MAX: usize = 64;

/// Spans joined by wires. One [`Machine::advance`] is so many milliseconds; nothing happens in between.
pub struct Machine {
    spans: Vec<Span>,
    /// What is at the other end of each span's wire.
    ends: Vec<End>,
    timers: Vec<Option<Timer>>,
    /// Where far ends leave what they send.
    scratch: Chunk,
}

/// The other end of a wire.
enum End {
    /// Nothing is plugged in.
    Open,
    /// Another span, crossed.
    Span(usize),
    /// Somebody else's equipment.
    Far(Box<dyn FarEnd>),
}

/// An open node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handle {
    Ctl,
    Timer(usize),
    /// `life` tells a span that returned from the one that was opened.
    Channel {
        span: usize,
        index: usize,
        life: u32,
    },
}

impl Machine {
    /// A machine with these spans, span 1 first in DAHDI's numbering; channel numbers must not overlap (the first span keeps one that does).
    pub fn new(spans: Vec<SpanSpec>) -> Self {
        Machine {
            ends: spans.iter().map(|_| End::Open).collect(),
            spans: spans.into_iter().map(Span::new).collect(),
            timers: Vec::new(),
            scratch: IDLE_CHUNK,
        }
    }

    /// Joins two spans by a crossed cable. Spans count from 0 in the order of `new`.
    ///
    /// # Panics
    /// When there is no such span.
    pub fn connect(&mut self, a: usize, b: usize) {
        self.ends[a] = End::Span(b);
        self.ends[b] = End::Span(a);
        self.spans[a].plug();
        self.spans[b].plug();
    }

    /// Plugs equipment into a span, counted from 0 in the order of `new`.
    ///
    /// # Panics
    /// When there is no such span.
    pub fn attach(&mut self, span: usize, far_end: Box<dyn FarEnd>) {
        self.ends[span] = End::Far(far_end);
        self.spans[span].plug();
    }

    /// From now on a span suffers what the plan says.
    ///
    /// # Panics
    /// When there is no such span.
    pub fn set_faults(&mut self, span: usize, plan: FaultPlan) {
        self.spans[span].set_faults(plan);
    }

    /// Lets so many milliseconds pass.
    pub fn advance(&mut self, chunks: u32) {
        for _ in 0..chunks {
            self.advance_chunk();
        }
    }

    fn advance_chunk(&mut self) {
        let card_ppm = self.clock_source().map_or(0, |source| self.spans[source].clock.ppm());
        self.spans.iter_mut().for_each(|span| span.drift(card_ppm));
        self.spans.iter_mut().for_each(Span::transmit);
        for index in 0..self.spans.len() {
            match &mut self.ends[index] {
                End::Open => self.spans[index].receive(None),
                End::Span(peer) => {
                    let peer = *peer;
                    if let Some(error) = self.spans[peer].take_error() {
                        self.spans[index].count_error(error);
                    }
                    let peer = &self.spans[peer];
                    self.scratch = peer.sent;
                    let signal = peer.has_signal();
                    self.spans[index].receive(signal.then_some(&self.scratch));
                }
                End::Far(far_end) => {
                    let span = &mut self.spans[index];
                    let sent = if span.has_signal() { &span.sent } else { &IDLE_CHUNK };
                    self.scratch = IDLE_CHUNK;
                    far_end.chunk(sent, &mut self.scratch);
                    span.receive(Some(&self.scratch));
                }
            }
        }
        self.timers.iter_mut().flatten().for_each(Timer::tick);
        self.spans.iter_mut().for_each(Span::tick_removal);
    }

    /// The span whose line clocks the card, counted from 0: the first in the order of SPANCONFIG that is there and without alarm. `None`: the card's own
    /// clock, which is exact.
    pub fn clock_source(&self) -> Option<usize> {
        let orders = self.spans.iter().enumerate().filter_map(|(index, span)| Some((span.clock_order()?, index)));
        orders.min().map(|(_, index)| index)
    }

    /// How many spans the machine has, whether they are there at the moment or not.
    pub fn spans(&self) -> usize {
        self.spans.len()
    }

    /// What happened on a span, counted from 0.
    ///
    /// # Panics
    /// When there is no such span.
    pub fn counters(&self, span: usize) -> Counters {
        self.spans[span].counters
    }

    /// The alarms of a span, counted from 0.
    ///
    /// # Panics
    /// When there is no such span.
    pub fn alarms(&self, span: usize) -> Alarms {
        self.spans[span].alarms()
    }

    pub(crate) fn span_mut(&mut self, span: usize) -> &mut Span {
        &mut self.spans[span]
    }

    pub(crate) fn open(&mut self, node: Node) -> Result<Handle, Errno> {
        match node {
            Node::Ctl => Ok(Handle::Ctl),
            Node::Timer => self.open_timer(),
            Node::Channel(number) => {
                let (span, index) = self.find(number)?;
                self.spans[span].channel_mut(index).open()?;
                Ok(Handle::Channel { span, index, life: self.spans[span].life })
            }
        }
    }

    fn open_timer(&mut self) -> Result<Handle, Errno> {
        let free = self.timers.iter().position(Option::is_none).unwrap_or(self.timers.len());
        if free == TIMERS_MAX {
            return Err(Errno::ENOMEM);
        }
        self.timers.resize_with(self.timers.len().max(free + 1), || None);
        self.timers[free] = Some(Timer::default());
        Ok(Handle::Timer(free))
    }

    pub(crate) fn close(&mut self, handle: Handle) {
        match handle {
            Handle::Ctl => {}
            Handle::Timer(index) => self.timers[index] = None,
            Handle::Channel { span, index, life } => {
                if let Ok(channel) = self.spans[span].living(index, life) {
                    channel.close();
                }
            }
        }
    }

    pub(crate) fn read(&mut self, handle: Handle, buffer: &mut [u8]) -> Result<usize, Errno> {
        match handle {
            Handle::Channel { span, index, life } => self.spans[span].living(index, life)?.read(buffer),
            Handle::Ctl | Handle::Timer(_) => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn write(&mut self, handle: Handle, octets: &[u8]) -> Result<usize, Errno> {
        match handle {
            Handle::Channel { span, index, life } => self.spans[span].living(index, life)?.write(octets),
            Handle::Ctl | Handle::Timer(_) => Err(Errno::EINVAL),
        }
    }

    /// Whether a device has something for its owner.
    pub(crate) fn is_ready(&self, handle: Handle) -> bool {
        match handle {
            Handle::Ctl => false,
            Handle::Timer(index) => self.timers[index].as_ref().is_some_and(Timer::is_ready),
            // What is gone has something to say: that it is gone.
            Handle::Channel { span, index, life } => {
                life != self.spans[span].life || self.spans[span].channel(index).is_ready()
            }
        }
    }

    /// How long a patient machine may still wait for its reader before the next millisecond: `None` when nobody is late.
    pub(crate) fn patience_ms(&self) -> Option<u32> {
        let patience = self.spans.iter().filter_map(Span::patience_ms).max()?;
        let pending = self.tick_pending();
        let late =
            self.timers.iter().flatten().any(Timer::is_late) || self.spans.iter().any(|span| span.is_late(pending));
        late.then_some(patience)
    }

    /// Goes on without those who are late now; each is waited for again once it comes back.
    pub(crate) fn give_up(&mut self) {
        let pending = self.tick_pending();
        self.spans.iter_mut().for_each(|span| span.give_up(pending));
        self.timers.iter_mut().flatten().filter(|timer| timer.is_late()).for_each(Timer::give_up);
    }

    fn tick_pending(&self) -> bool {
        self.timers.iter().flatten().any(Timer::is_pending)
    }
}

#[cfg(test)]
mod tests;
