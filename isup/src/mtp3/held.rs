//! Messages held while their share or their destination is diverted: the buffers of Q.704 clauses 5 to 8.
//!
//! Promises: first in, first out, at most [`HELD_MAX`].
//! Leaves out: nothing.

use std::collections::VecDeque;

use crate::point_code::{PointCode, Sls};

/// Messages held in one buffer, at most; more are refused.
pub const HELD_MAX: usize = 1024;

/// A message that has its label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// Where it goes.
    pub dpc: PointCode,
    /// Which share it belongs to.
    pub sls: Sls,
    /// Service information octet, label and what follows.
    pub octets: Vec<u8>,
}

/// A buffer.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Held(VecDeque<Message>);

impl Held {
    /// Takes a message; false when there is no room for it.
    pub fn push(&mut self, message: Message) -> bool {
        let room = self.0.len() < HELD_MAX;
        if room {
            self.0.push_back(message);
        }
        room
    }

    /// Hands all messages over.
    pub fn take(&mut self) -> VecDeque<Message> {
        std::mem::take(&mut self.0)
    }
}
