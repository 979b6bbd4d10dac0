//! The user agent's face: datagrams, commands and time in; datagrams and events out.

use super::timer::Timers;
use super::vocabulary::{Command, Output, ResolveId, SessionId};
use std::net::SocketAddr;
use std::time::Instant;

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Datagrams, RFC 3261 18.
    Udp,
}

/// One local address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// What carries the messages.
    pub transport: Transport,
    /// Where the socket is bound.
    pub address: SocketAddr,
    /// What peers are told in Via and Contact.
    pub advertised: SocketAddr,
}

/// Bounds of the endpoint's tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Sessions at once, both ways.
    pub sessions: usize,
    /// Transactions at once, client and server together.
    pub transactions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { sessions: 10_000, transactions: 50_000 }
    }
}

/// What an endpoint is made of.
#[derive(Clone, Debug)]
pub struct EndpointConfig {
    /// Local addresses; a listener is named by its index here.
    pub local: Vec<Listener>,
    /// RFC 3261 table 4.
    pub timers: Timers,
    /// Product name for User-Agent and Server.
    pub user_agent: String,
    /// Retry-After of the 503 while draining or full, in seconds.
    pub retry_after_s: u32,
    /// Bounds.
    pub limits: Limits,
    /// Tags, branches and Call-IDs are drawn from it.
    pub seed: [u8; 32],
}

/// The SIP user agent.
#[derive(Debug)]
pub struct Endpoint {
    config: EndpointConfig,
}

impl Endpoint {
    /// An endpoint without sessions.
    pub fn new(config: EndpointConfig) -> Endpoint {
        Endpoint { config }
    }
    /// A name for the session of the next `Command::Invite`.
    pub fn next_session(&mut self) -> SessionId {
        unimplemented!("{:?}", self.config)
    }
    /// A datagram came to a listener.
    pub fn handle_datagram(&mut self, _now: Instant, _listener: usize, _remote: SocketAddr, _octets: &[u8]) {}
    /// The user asks.
    pub fn handle_command(&mut self, _now: Instant, _command: Command) {}
    /// The answer to [`Output::Resolve`]; no addresses: not found.
    pub fn handle_resolved(&mut self, _now: Instant, _id: ResolveId, _addresses: &[SocketAddr]) {}
    /// Time has come.
    pub fn handle_timeout(&mut self, _now: Instant) {}
    /// When `handle_timeout` is wanted next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        None
    }
    /// The next thing to do; ask until `None` after each `handle_*`.
    pub fn poll_output(&mut self) -> Option<Output> {
        None
    }
}
