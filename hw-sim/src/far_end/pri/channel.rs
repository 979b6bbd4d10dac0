//! One B-channel: what stands on it, and what it carries.

use super::super::bearer::Bearer;
use super::calls::Reference;

/// A B-channel of the far exchange.
#[derive(Debug)]
pub(super) struct Channel {
    pub(super) timeslot: u8,
    pub(super) bearer: Bearer,
    pub(super) call: Option<Reference>,
    /// This exchange gives it to no call.
    pub(super) blocked_here: bool,
    /// The gateway has taken it out of service (SERVICE).
    pub(super) blocked_there: bool,
    pub(super) restart: Option<Restart>,
}

/// RESTART sent, RESTART ACKNOWLEDGE awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Restart {
    pub(super) t316_ms: u64,
    pub(super) repeated: bool,
}

impl Channel {
    pub(super) fn new(timeslot: u8) -> Self {
        Channel {
            timeslot,
            bearer: Bearer::new(),
            call: None,
            blocked_here: false,
            blocked_there: false,
            restart: None,
        }
    }

    /// Whether a call of this exchange may take it.
    pub(super) fn is_free(&self) -> bool {
        self.is_free_for_gateway() && !self.blocked_there
    }

    /// Whether a call of the gateway may take it.
    pub(super) fn is_free_for_gateway(&self) -> bool {
        self.call.is_none() && self.restart.is_none() && !self.blocked_here
    }
}
