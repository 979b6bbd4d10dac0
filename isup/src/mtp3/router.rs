//! The face of level 3.
use super::{Command, Config, Counters, LinkId, LinkState, Output, PointCode, Transfer};
use crate::mtp2;
use std::time::Instant;

/// Message transfer part level 3.
#[derive(Debug)]
pub struct Router {}

impl Router {
    /// A router with every link inactive.
    pub fn new(_config: Config) -> Self {
        todo!()
    }
    /// Management asks for something.
    pub fn handle_command(&mut self, _now: Instant, _command: Command) {
        todo!()
    }
    /// Level 2 of a link tells something.
    pub fn handle_link(&mut self, _now: Instant, _link: LinkId, _output: mtp2::Output) {
        todo!()
    }
    /// A user part sends a message.
    pub fn handle_transfer(&mut self, _now: Instant, _transfer: Transfer) {
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
    /// The next thing asked or told.
    pub fn poll_output(&mut self) -> Option<Output> {
        todo!()
    }
    /// State of a link; `Inactive` for one that does not exist.
    pub fn link_state(&self, _link: LinkId) -> LinkState {
        todo!()
    }
    /// Whether messages for the destination can be sent now.
    pub fn is_reachable(&self, _destination: PointCode) -> bool {
        todo!()
    }
    /// What has been counted.
    pub fn counters(&self) -> Counters {
        todo!()
    }
}
