//! Patches: calls between two timeslots of one group, without RTP.
//!
//! Promised: octets pass unchanged between equal laws and for digital content; within a span without any delay, across
//! spans through a queue that holds one block in reserve, because a tick may bring two blocks of one span and none of
//! the other. A tone may stand at one side in place of what comes from the other; nothing waits behind it. Left out: echo control, and patches between groups, which have no common clock.

use crate::command::Content;
use crate::tone::Tone;
use crate::{BLOCK_OCTETS, Counters, Law, SpanBlock, TIMESLOTS, Timeslot};

/// Blocks that may wait to cross from one span to another.
pub const CROSSING_BLOCKS: usize = 4;

/// Blocks kept in reserve before the first one crosses.
const RESERVE_BLOCKS: usize = 1;

/// The patched timeslots of a group.
#[derive(Debug)]
pub struct Patches {
    spans: Vec<[Option<End>; TIMESLOTS]>,
    laws: Vec<Law>,
}

/// One side of a patch, and what waits to go out there.
#[derive(Debug)]
struct End {
    peer: Timeslot,
    /// From the law of the peer to the law here.
    table: Option<&'static [u8; 256]>,
    queue: Crossing,
    /// The tone that is heard here, and the frames of it that have gone out.
    tone: Option<(Tone, u64)>,
}

impl Patches {
    pub fn new(laws: Vec<Law>) -> Self {
        Self { spans: laws.iter().map(|_| std::array::from_fn(|_| None)).collect(), laws }
    }

    /// Joins two timeslots; `false` if the group has no such timeslot.
    pub fn join(&mut self, a: Timeslot, b: Timeslot, content: Content) -> bool {
        if !self.has(a) || !self.has(b) {
            return false;
        }
        for at in [a, b] {
            if let Some(peer) = self.peer(at) {
                self.part(at, peer);
            }
        }
        for (here, there) in [(a, b), (b, a)] {
            let (law, peer_law) = (self.laws[usize::from(here.span)], self.laws[usize::from(there.span)]);
            let table = if content == Content::Speech { peer_law.to(law) } else { None };
            let reserve = if a.span == b.span { 0 } else { RESERVE_BLOCKS };
            *self.end(here) = Some(End { peer: there, table, queue: Crossing::new(reserve), tone: None });
        }
        true
    }

    /// Parts two timeslots; `false` if they are not patched to each other.
    pub fn part(&mut self, a: Timeslot, b: Timeslot) -> bool {
        if !self.has(a) || !self.has(b) || self.peer(a) != Some(b) {
            return false;
        }
        *self.end(a) = None;
        *self.end(b) = None;
        true
    }

    /// Lets a tone be heard at one side, or no longer; `false` if it is no side of a patch.
    pub fn play(&mut self, at: Timeslot, tone: Option<Tone>) -> bool {
        if !self.has(at) {
            return false;
        }
        let Some(end) = self.end(at) else { return false };
        end.tone = tone.map(|tone| (tone, 0));
        true
    }

    /// Takes what arrived on the patched timeslots of `span`, and puts out what is due there.
    pub fn exchange(&mut self, span: u8, received: &SpanBlock, transmit: &mut SpanBlock, counters: &Counters) {
        for timeslot in 0..TIMESLOTS {
            let here = Timeslot { span, timeslot: timeslot as u8 };
            let Some(peer) = self.peer(here) else { continue };
            if received.is_valid(timeslot)
                && let Some(far) = self.end(peer)
            {
                let slipped = far.queue.push(&received.octets[timeslot], far.table);
                counters.patch_slips.add(u64::from(slipped));
            }
        }
        let law = self.laws[usize::from(span)];
        for (timeslot, end) in self.spans[usize::from(span)].iter_mut().enumerate() {
            let Some(end) = end else { continue };
            let out = &mut transmit.octets[timeslot];
            transmit.valid |= 1 << timeslot;
            match end.queue.pop() {
                Popped::Block(octets) => *out = octets,
                Popped::Filling => out.fill(law.silence()),
                Popped::Underrun => {
                    out.fill(law.silence());
                    counters.patch_underruns.add(1);
                }
            }
            if let Some((tone, position)) = &mut end.tone {
                tone.write(*position, law, out);
                *position += BLOCK_OCTETS as u64;
            }
        }
    }

    fn has(&self, at: Timeslot) -> bool {
        usize::from(at.span) < self.spans.len() && usize::from(at.timeslot) < TIMESLOTS
    }

    fn peer(&self, at: Timeslot) -> Option<Timeslot> {
        self.spans[usize::from(at.span)][usize::from(at.timeslot)].as_ref().map(|end| end.peer)
    }

    fn end(&mut self, at: Timeslot) -> &mut Option<End> {
        &mut self.spans[usize::from(at.span)][usize::from(at.timeslot)]
    }
}

/// A queue of blocks on fixed memory.
#[derive(Debug)]
struct Crossing {
    blocks: [[u8; BLOCK_OCTETS]; CROSSING_BLOCKS],
    first: usize,
    waiting: usize,
    reserve: usize,
    flowing: bool,
}

enum Popped {
    Block([u8; BLOCK_OCTETS]),
    /// The patch is new, and its reserve not yet there.
    Filling,
    Underrun,
}

impl Crossing {
    fn new(reserve: usize) -> Self {
        Self { blocks: [[0; BLOCK_OCTETS]; CROSSING_BLOCKS], first: 0, waiting: 0, reserve, flowing: false }
    }

    /// Appends a block; the oldest is dropped if the queue is full, and `true` returned.
    fn push(&mut self, octets: &[u8; BLOCK_OCTETS], table: Option<&[u8; 256]>) -> bool {
        let full = self.waiting == CROSSING_BLOCKS;
        if full {
            self.first = (self.first + 1) % CROSSING_BLOCKS;
            self.waiting -= 1;
        }
        let place = &mut self.blocks[(self.first + self.waiting) % CROSSING_BLOCKS];
        *place = match table {
            Some(table) => octets.map(|octet| table[usize::from(octet)]),
            None => *octets,
        };
        self.waiting += 1;
        full
    }

    fn pop(&mut self) -> Popped {
        self.flowing |= self.waiting > self.reserve;
        match (self.flowing, self.waiting) {
            (false, _) => Popped::Filling,
            (true, 0) => Popped::Underrun,
            (true, _) => {
                let octets = self.blocks[self.first];
                self.first = (self.first + 1) % CROSSING_BLOCKS;
                self.waiting -= 1;
                Popped::Block(octets)
            }
        }
    }
}
