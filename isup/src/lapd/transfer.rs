//! Numbered information of one data link connection, Q.921 clauses 3.5.2 and 5.6: state variables and I queue.
//!
//! Promises: at most [`QUEUE_MAX`] information fields wait, those sent and not acknowledged included; V(S) never
//! leaves the window.
//! Leaves out: the frames, which are the link's.

use std::collections::VecDeque;

use super::frame::Sequence;
use super::{Primitive, Window};

/// Greatest number of information fields queued and unacknowledged together: a window and a burst of call set-ups.
pub const QUEUE_MAX: usize = 256;

/// Information fields from V(A) on, oldest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Queue {
    fields: VecDeque<Vec<u8>>,
    /// V(S) - V(A): how many of them stand on the line.
    outstanding: usize,
    /// How many of them ever stood there: a retransmission puts V(S) back, but the far end may have them.
    attempted: usize,
}

impl Queue {
    /// Appends a field, unless the queue is full.
    pub(super) fn push(&mut self, field: Vec<u8>) -> bool {
        let has_room = self.fields.len() < QUEUE_MAX;
        if has_room {
            self.fields.push_back(field);
        }
        has_room
    }

    /// What the end of a connection leaves for the next one, and what layer 3 is told of it.
    ///
    /// The figures compare V(S) with V(A); fields that were sent and put back for retransmission count here as well,
    /// because the far end may have taken them and would take them twice.
    pub(super) fn carried_over(self) -> (Self, Option<Primitive>) {
        match self.attempted {
            0 => (self, None),
            _ => (Self::default(), Some(Primitive::Indication)),
        }
    }
}

/// One connection's state variables and exception conditions.
#[derive(Clone, Debug, Default)]
pub(super) struct Transfer {
    /// The I queue.
    pub(super) queue: Queue,
    /// V(A).
    acknowledged: Sequence,
    /// V(R).
    pub(super) expected: Sequence,
    /// Peer receiver busy.
    pub(super) peer_busy: bool,
    /// A REJ has been sent and not yet been followed.
    pub(super) reject_exception: bool,
    /// An I frame has been taken and not yet acknowledged.
    pub(super) acknowledge_pending: bool,
}

/// How far an N(R) reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Acknowledged {
    /// N(R) = V(S): everything.
    All,
    /// V(A) < N(R) < V(S): some more.
    Some,
    /// N(R) = V(A) < V(S): nothing new.
    Nothing,
}

/// N(R) lies outside V(A) to V(S).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct InvalidReceiveNumber;

impl Transfer {
    /// A connection that has just begun, with what waits for it.
    pub(super) fn new(queue: Queue) -> Self {
        Self { queue, ..Self::default() }
    }

    /// Takes in an N(R): V(A) becomes N(R).
    pub(super) fn acknowledge(&mut self, receive: Sequence) -> Result<Acknowledged, InvalidReceiveNumber> {
        let frames = receive.since(self.acknowledged);
        if frames > self.queue.outstanding {
            return Err(InvalidReceiveNumber);
        }
        self.acknowledged = receive;
        self.queue.fields.drain(..frames);
        self.queue.outstanding -= frames;
        self.queue.attempted -= frames;
        Ok(match (self.queue.outstanding, frames) {
            (0, _) => Acknowledged::All,
            (_, 0) => Acknowledged::Nothing,
            _ => Acknowledged::Some,
        })
    }

    /// Invokes retransmission: V(S) becomes V(A).
    pub(super) fn go_back(&mut self) {
        self.queue.outstanding = 0;
    }

    /// The next field to send with its N(S), and whether it has been sent before, if the window and the peer allow it.
    pub(super) fn next(&mut self, k: Window) -> Option<(Sequence, &[u8], bool)> {
        let index = self.queue.outstanding;
        if self.peer_busy || index >= k.frames() {
            return None;
        }
        let field = self.queue.fields.get(index)?;
        let again = index < self.queue.attempted;
        self.queue.outstanding += 1;
        self.queue.attempted = self.queue.attempted.max(self.queue.outstanding);
        Some((self.acknowledged.plus(index), field, again))
    }
}
