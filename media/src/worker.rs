//! The RTP half of a span group.
use std::sync::Arc;

use rtrb::{Consumer, Producer};

use crate::ring::RtpEnd;
use crate::{Command, Counters, Event, GroupSpec, Socket};

/// The RTP half of a span group: steps every session by what the TDM half brings.
#[derive(Debug)]
pub struct Worker<S> {
    commands: Consumer<Command<S>>,
    events: Producer<Event<S>>,
}

impl<S: Socket> Worker<S> {
    pub(crate) fn new(
        _spec: &GroupSpec,
        _ends: Vec<RtpEnd>,
        commands: Consumer<Command<S>>,
        events: Producer<Event<S>>,
        _counters: Arc<Counters>,
    ) -> Self {
        Self { commands, events }
    }

    /// Takes commands, drains sockets, and answers each block received with one block out. Returns the blocks done.
    pub fn step(&mut self) -> usize {
        0
    }

    /// Takes commands and drains sockets when the span clock has stood still for `ms`: reports go on.
    pub fn step_without_clock(&mut self, _ms: u32) {}
}
