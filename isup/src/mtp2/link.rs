//! The face of a signalling link.
use super::{Command, Counters, LineError, LinkConfig, Output, State};
use std::time::Instant;

/// A signalling link (Q.703).
#[derive(Debug)]
pub struct Link {}

impl Link {
    /// A link out of service.
    pub fn new(_config: LinkConfig) -> Self {
        todo!()
    }
    /// Level 3 or management asks for something.
    pub fn handle_command(&mut self, _now: Instant, _command: Command) {
        todo!()
    }
    /// A unit came, from BSN/BIB to before the check bits.
    pub fn handle_unit(&mut self, _now: Instant, _octets: &[u8]) {
        todo!()
    }
    /// The line reports an error in place of a unit.
    pub fn handle_error(&mut self, _now: Instant, _error: LineError) {
        todo!()
    }
    /// Expires what is due.
    pub fn handle_timeout(&mut self, _now: Instant) {
        todo!()
    }
    /// The next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        todo!()
    }
    /// The next thing to tell level 3.
    pub fn poll_output(&mut self) -> Option<Output> {
        todo!()
    }
    /// Writes the next unit into `unit` (cleared first); false: nothing new to say.
    pub fn poll_transmit(&mut self, _now: Instant, _unit: &mut Vec<u8>) -> bool {
        todo!()
    }
    /// The state of link state control.
    pub fn state(&self) -> State {
        todo!()
    }
    /// What has been counted.
    pub fn counters(&self) -> Counters {
        todo!()
    }
}
