//! What a link hands back to level 3 for changeover: the "BSNT" and the buffers of Q.703.
//!
//! Promises: what the far end has accepted is told apart from what it has not once its BSN is known.
//! The standard asks level 2 first for the BSN and, when the far end has told its own, for the messages after that one.
//! Here one question yields both, so that level 2 may start to align anew before the far end has answered.

use super::unit::{sequence_add, sequence_distance};

/// Messages that a link has not seen acknowledged, and how far it has received itself.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Retrieval {
    /// BSNT: the last message accepted from the far end; none when the link has not been in service since it last
    /// started, so that the numbers of the far end mean nothing to it.
    pub bsn: Option<u8>,
    /// FSN of the oldest message of `sent`.
    pub first_fsn: u8,
    /// Retransmission buffer: sent, not acknowledged, oldest first; at most 127.
    pub sent: Vec<Vec<u8>>,
    /// Transmission buffer: never sent, oldest first; at most [`super::txc::WAITING_MAX`].
    pub waiting: Vec<Vec<u8>>,
}

impl Retrieval {
    /// The messages that the far end lacks when the last one that it accepted is `fsn`, in their order. When it cannot
    /// tell, or tells a number that we never sent, those that we have never sent.
    pub fn after(self, fsn: Option<u8>) -> Vec<Vec<u8>> {
        let oldest = self.first_fsn;
        let accepted = fsn.map(|fsn| usize::from(sequence_distance(oldest, sequence_add(fsn, 1))));
        let lacking = accepted.and_then(|accepted| self.sent.get(accepted..)).unwrap_or_default();
        lacking.iter().cloned().chain(self.waiting).collect()
    }
}
