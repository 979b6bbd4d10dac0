//! A signalling terminal: one link and the timeslot that carries it.

use crate::wire::Chunk;

use super::line::Line;
use super::mtp2::{Link, State};
use super::spec::LinkSpec;

/// Levels 1 and 2 of one link.
#[derive(Debug)]
pub(super) struct Terminal {
    pub(super) span: usize,
    timeslot: usize,
    line: Line,
    pub(super) link: Link,
}

impl Terminal {
    pub(super) fn new(spec: &LinkSpec, emergency: bool) -> Self {
        Terminal { span: spec.span, timeslot: spec.timeslot.into(), line: Line::new(), link: Link::new(emergency) }
    }

    /// One millisecond of its span arrives.
    pub(super) fn receive(&mut self, now_ms: u64, received: &Chunk) {
        self.line.receive(now_ms, &received[self.timeslot], &mut self.link);
    }

    /// One millisecond of its span goes out.
    pub(super) fn transmit(&mut self, now_ms: u64, transmit: &mut Chunk) {
        self.line.transmit(now_ms, &mut transmit[self.timeslot], &mut self.link);
    }

    /// How far it is; `tested`: level 3 has passed its test.
    pub(super) fn status(&self, tested: bool) -> super::LinkStatus {
        use super::LinkStatus;
        match self.link.state() {
            State::OutOfService { .. } => LinkStatus::OutOfService,
            State::NotAligned { .. } | State::Aligned { .. } => LinkStatus::Aligning,
            State::Proving { .. } => LinkStatus::Proving,
            State::AlignedReady { .. } => LinkStatus::AlignedReady,
            State::InService { .. } if tested => LinkStatus::InService,
            State::InService { .. } => LinkStatus::Testing,
        }
    }
}
