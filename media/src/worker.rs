//! The RTP half of a span group: commands, sockets, and one block out for each block in.
//!
//! Promised: a leg is never dropped here; it goes back to control in an event. A command is taken only while there is
//! room for the events that it may cause, so nothing is lost or waited for when control is slow: the command stays
//! where it is, in a ring that is bounded and that says so to control when it is full.

use std::sync::Arc;

use rtrb::{Consumer, Producer};

use crate::command::EVENTS;
use crate::ring::{RING_BLOCKS, RtpEnd, Upward};
use crate::session::DATAGRAM_OCTETS;
use crate::{
    BLOCK_OCTETS, Change, Command, Counters, Delay, Event, FRAMES_PER_MS, GroupSpec, Law, Leg, Socket, SpanBlock,
    TIMESLOTS, Timeslot,
};

/// Events that one command may cause: the leg that leaves, and the leg that is refused.
const EVENTS_PER_COMMAND: usize = 2;

/// Room kept for events that carry legs; others are lost, and counted, when less is left.
const RESERVED_EVENTS: usize = EVENTS / 2;

/// The RTP half of a span group: steps every session by what the TDM half brings.
#[derive(Debug)]
pub struct Worker<S> {
    spans: Vec<Span<S>>,
    commands: Consumer<Command<S>>,
    events: Producer<Event<S>>,
    counters: Arc<Counters>,
    /// The parts of the delay that are every session's.
    delay: Delay,
    datagram: Box<[u8; DATAGRAM_OCTETS]>,
    told: u64,
}

#[derive(Debug)]
struct Span<S> {
    law: Law,
    end: RtpEnd,
    guard_frames: u64,
    seats: [Seat<S>; TIMESLOTS],
}

/// A timeslot: the last generation that came, and the leg that sits there.
#[derive(Debug)]
struct Seat<S> {
    last: Option<u32>,
    leg: Option<Box<Leg<S>>>,
}

impl<S> Seat<S> {
    /// Whether a leg of `generation` may sit here: newer than the last, on the circle of numbers.
    fn admits(&self, generation: u32) -> bool {
        self.last.is_none_or(|last| (generation.wrapping_sub(last) as i32) > 0)
    }

    fn leg_of(&mut self, generation: u32) -> Option<&mut Leg<S>> {
        self.leg.as_deref_mut().filter(|_| self.last == Some(generation))
    }
}

impl<S: Socket> Worker<S> {
    pub(crate) fn new(
        spec: &GroupSpec,
        ends: Vec<RtpEnd>,
        commands: Consumer<Command<S>>,
        events: Producer<Event<S>>,
        counters: Arc<Counters>,
    ) -> Self {
        let guard_frames = spec.guard_frames();
        let seats = || std::array::from_fn(|_| Seat { last: None, leg: None });
        let laws = spec.spans.iter().map(|span| span.law);
        Self {
            spans: laws.zip(ends).map(|(law, end)| Span { law, end, guard_frames, seats: seats() }).collect(),
            commands,
            events,
            counters,
            delay: Delay {
                block_us: u32::from(spec.buffer_blocks) * BLOCK_US,
                ring_us: guard_frames as u32 * 125,
                driver_us: u32::from(spec.driver_blocks) * BLOCK_US,
                ..Delay::default()
            },
            datagram: Box::new([0; DATAGRAM_OCTETS]),
            told: 0,
        }
    }

    /// Takes commands, drains sockets, and answers each block received with one block out. Returns the blocks done.
    pub fn step(&mut self) -> usize {
        self.take_commands();
        self.drain_sockets();
        let mut blocks = 0;
        for index in 0..self.spans.len() {
            // At most what the ring holds: a span that never stops cannot starve the others.
            for _ in 0..RING_BLOCKS {
                let Ok(received) = self.spans[index].end.up.pop() else { break };
                self.spans[index].exchange(&received, &self.counters);
                self.tell_digits(index);
                blocks += 1;
            }
            self.tend(index, 0);
        }
        blocks
    }

    /// Takes commands and drains sockets when the span clock has stood still for `ms`: reports go on.
    pub fn step_without_clock(&mut self, ms: u32) {
        self.take_commands();
        self.drain_sockets();
        for index in 0..self.spans.len() {
            self.tend(index, u64::from(ms * FRAMES_PER_MS));
        }
    }

    fn take_commands(&mut self) {
        while self.events.slots() >= EVENTS_PER_COMMAND {
            match self.commands.pop() {
                Ok(Command::Join { at, generation, leg }) => self.join(at, generation, leg),
                Ok(Command::Update { at, generation, change }) => self.update(at, generation, change),
                Ok(Command::Move { from, generation, to, there }) => self.relocate((from, generation), (to, there)),
                Ok(Command::Leave { at, generation }) => self.leave(at, generation),
                Err(_) => return,
            }
        }
    }

    fn join(&mut self, at: Timeslot, generation: u32, mut leg: Box<Leg<S>>) {
        let delay = self.delay;
        let Some(seat) = self.seat(at).filter(|seat| seat.admits(generation)) else {
            self.counters.stale_commands.add(1);
            return self.tell(Event::Refused { at, generation, leg });
        };
        leg.session.seat(delay);
        let left = seat.last.replace(generation).zip(seat.leg.replace(leg));
        if let Some((generation, leg)) = left {
            self.see_off(at, generation, leg);
        }
    }

    fn update(&mut self, at: Timeslot, generation: u32, change: Change) {
        let counters = self.counters.clone();
        match self.seat(at).and_then(|seat| seat.leg_of(generation)) {
            Some(leg) => leg.update(change, &counters),
            None => counters.stale_commands.add(1),
        }
    }

    fn relocate(&mut self, (from, generation): (Timeslot, u32), (to, there): (Timeslot, u32)) {
        match self.unseat(from, generation) {
            Some(leg) => self.join(to, there, leg),
            None => self.counters.stale_commands.add(1),
        }
    }

    fn unseat(&mut self, at: Timeslot, generation: u32) -> Option<Box<Leg<S>>> {
        self.seat(at).filter(|seat| seat.last == Some(generation))?.leg.take()
    }

    fn leave(&mut self, at: Timeslot, generation: u32) {
        match self.unseat(at, generation) {
            Some(leg) => self.see_off(at, generation, leg),
            None => self.counters.stale_commands.add(1),
        }
    }

    fn see_off(&mut self, at: Timeslot, generation: u32, mut leg: Box<Leg<S>>) {
        leg.leave(&self.counters);
        self.tell(Event::Left { at, generation, leg });
    }

    fn drain_sockets(&mut self) {
        for leg in self.spans.iter_mut().flat_map(Span::legs) {
            leg.drain(self.datagram.as_mut_slice(), &self.counters);
        }
    }

    /// Reports, and silences of far ends.
    fn tend(&mut self, index: usize, passed: u64) {
        for timeslot in 0..TIMESLOTS {
            let seat = &mut self.spans[index].seats[timeslot];
            let silent = seat.leg.as_mut().is_some_and(|leg| leg.tend(passed));
            if let (true, Some(generation)) = (silent, seat.last) {
                let at = Timeslot { span: index as u8, timeslot: timeslot as u8 };
                self.tell(Event::Inactive { at, generation });
            }
        }
    }

    /// Digits that are over.
    fn tell_digits(&mut self, index: usize) {
        for timeslot in 0..TIMESLOTS {
            let seat = &mut self.spans[index].seats[timeslot];
            let press = seat.leg.as_mut().and_then(|leg| leg.session.pressed());
            if let (Some(press), Some(generation)) = (press, seat.last) {
                let at = Timeslot { span: index as u8, timeslot: timeslot as u8 };
                self.tell(Event::Pressed { at, generation, press });
            }
        }
    }

    /// Events with a leg always find room: commands are taken only while there is.
    fn tell(&mut self, event: Event<S>) {
        let carries_leg = matches!(event, Event::Left { .. } | Event::Refused { .. });
        if (!carries_leg && self.events.slots() <= RESERVED_EVENTS) || self.events.push(event).is_err() {
            self.counters.lost_events.add(1);
        } else {
            self.told += 1;
        }
    }

    /// How many events control has been told: it has something to take when this has grown.
    pub fn events_told(&self) -> u64 {
        self.told
    }

    fn seat(&mut self, at: Timeslot) -> Option<&mut Seat<S>> {
        self.spans.get_mut(usize::from(at.span))?.seats.get_mut(usize::from(at.timeslot))
    }
}

impl<S: Socket> Span<S> {
    fn exchange(&mut self, received: &Upward, counters: &Counters) {
        let mut answer = SpanBlock::filled(received.block.frame + self.guard_frames, self.law.silence());
        for (timeslot, seat) in self.seats.iter_mut().enumerate() {
            let Some(leg) = &mut seat.leg else { continue };
            answer.valid |= 1 << timeslot;
            leg.exchange(received, timeslot, &mut answer.octets[timeslot], counters);
        }
        if self.end.down.push(answer).is_err() {
            counters.ring_refusals.add(1);
        }
    }
}

impl<S> Span<S> {
    fn legs(&mut self) -> impl Iterator<Item = &mut Leg<S>> {
        self.seats.iter_mut().filter_map(|seat| seat.leg.as_deref_mut())
    }
}

/// The time of a block.
const BLOCK_US: u32 = BLOCK_OCTETS as u32 * 125;

#[cfg(test)]
#[path = "worker_tests.rs"]
mod tests;
