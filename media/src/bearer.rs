//! The TDM half of a span group: span blocks in and out, in lockstep.
//!
//! Promised: one block in, one block out. The block that goes out is the one stamped with the frame of the block that
//! came in; it was made `guard` blocks before. One whose frame has passed is discarded and counted, one whose frame is
//! still to come waits, and where none is ready the silence of the law goes out and is counted.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use crate::check::Checks;
use crate::patch::Patches;
use crate::ring::{TdmEnd, Upward};
use crate::{BLOCK_OCTETS, BearerCommand, BearerEvent, Counters, GroupSpec, Law, SpanBlock};

/// The TDM half of a span group: exchanges blocks with the worker and between patched timeslots.
#[derive(Debug)]
pub struct Bearer {
    spans: Vec<Span>,
    patches: Patches,
    checks: Checks,
    commands: Consumer<BearerCommand>,
    events: Producer<BearerEvent>,
    told: u64,
    counters: Arc<Counters>,
}

#[derive(Debug)]
struct Span {
    law: Law,
    end: TdmEnd,
    guard_frames: u64,
    /// The frame after the last block, and the first frame that the worker can answer, once a block has come.
    running: Option<Running>,
    underruns: u64,
}

#[derive(Clone, Copy, Debug)]
struct Running {
    next_frame: u64,
    answered_from: u64,
}

impl Bearer {
    pub(crate) fn new(
        spec: &GroupSpec,
        ends: Vec<TdmEnd>,
        commands: Consumer<BearerCommand>,
        events: Producer<BearerEvent>,
        counters: Arc<Counters>,
    ) -> Self {
        let guard_frames = spec.guard_frames();
        let laws = spec.spans.iter().map(|span| span.law);
        let span = |(law, end)| Span { law, end, guard_frames, running: None, underruns: 0 };
        Self {
            spans: laws.clone().zip(ends).map(span).collect(),
            patches: Patches::new(laws.clone().collect()),
            checks: Checks::new(laws),
            commands,
            events,
            told: 0,
            counters,
        }
    }

    /// Takes one received block of `span`, and fills the block that goes out at the same frame. A span that the group
    /// does not have leaves `transmit` as it is.
    pub fn exchange(&mut self, span: u8, received: &SpanBlock, transmit: &mut SpanBlock) {
        self.take_commands();
        let Some(half) = self.spans.get_mut(usize::from(span)) else { return };
        half.offer(received, &self.counters);
        half.take(received.frame, transmit, &self.counters);
        self.patches.exchange(span, received, transmit, &self.counters);
        self.checks.exchange(span, received, transmit, |event| {
            self.told += 1;
            let lost = self.events.push(event).is_err();
            self.counters.lost_events.add(u64::from(lost));
        });
        self.counters.blocks.add(1);
    }

    /// Notes blocks of `span` in whose place the driver sent silence: the sessions of the span account for them.
    pub fn missed(&mut self, span: u8, blocks: u64) {
        if let Some(half) = self.spans.get_mut(usize::from(span)) {
            half.underruns += blocks;
        }
    }

    /// How many events control has been told: it has something to take when this has grown.
    pub fn events_told(&self) -> u64 {
        self.told
    }

    fn take_commands(&mut self) {
        while let Ok(command) = self.commands.pop() {
            let done = match command {
                BearerCommand::Patch { a, b, content } => self.patches.join(a, b, content),
                BearerCommand::Unpatch { a, b } => self.patches.part(a, b),
                BearerCommand::Play { at, tone } => self.patches.play(at, tone),
                BearerCommand::Check { at, equipment } => self.checks.connect(at, equipment),
            };
            self.counters.stale_commands.add(u64::from(!done));
        }
    }
}

impl Span {
    /// Passes a received block to the worker; a full ring loses it.
    fn offer(&mut self, received: &SpanBlock, counters: &Counters) {
        let next_frame = received.frame + BLOCK_OCTETS as u64;
        let running = self
            .running
            .get_or_insert(Running { next_frame: received.frame, answered_from: received.frame + self.guard_frames });
        counters.gap_frames.add(received.frame.saturating_sub(running.next_frame));
        running.next_frame = next_frame;
        if self.end.up.push(Upward { block: *received, underruns: self.underruns }).is_err() {
            counters.ring_overruns.add(1);
        }
    }

    /// Finds the block stamped `frame`.
    fn take(&mut self, frame: u64, transmit: &mut SpanBlock, counters: &Counters) {
        while let Ok(block) = self.end.down.peek() {
            if block.frame > frame {
                break;
            }
            let due = block.frame == frame;
            if due {
                *transmit = *block;
            }
            // The block was there a moment ago, and only this half takes.
            let _ = self.end.down.pop();
            if due {
                return;
            }
            counters.blocks_late.add(1);
        }
        *transmit = SpanBlock::filled(frame, self.law.silence());
        if self.running.is_some_and(|running| frame >= running.answered_from) {
            self.underruns += 1;
            counters.ring_underruns.add(1);
        }
    }
}

#[cfg(test)]
#[path = "bearer_tests.rs"]
mod tests;
