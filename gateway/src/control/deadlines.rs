//! The deadlines of calls in one ordered index, so that nothing goes through all calls.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use crate::call::CallId;

/// The deadlines of calls, each call at most once.
#[derive(Debug, Default)]
pub(super) struct Deadlines {
    line: BTreeSet<(Instant, CallId)>,
    armed: BTreeMap<CallId, Instant>,
}

impl Deadlines {
    /// Gives a call a new deadline, or none.
    pub fn set(&mut self, call: CallId, deadline: Option<Instant>) {
        if let Some(old) = self.armed.remove(&call) {
            self.line.remove(&(old, call));
        }
        if let Some(deadline) = deadline {
            self.armed.insert(call, deadline);
            self.line.insert((deadline, call));
        }
    }

    /// The next of all.
    pub fn next(&self) -> Option<Instant> {
        self.line.first().map(|(deadline, _)| *deadline)
    }

    /// Takes out one call whose deadline has come.
    pub fn due(&mut self, now: Instant) -> Option<CallId> {
        let (_, call) = *self.line.first().filter(|(deadline, _)| *deadline <= now)?;
        self.set(call, None);
        Some(call)
    }
}
