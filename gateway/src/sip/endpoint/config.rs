//! What an endpoint is made of, and its bounds.

use super::super::digest::{Hash, Secret};
use super::super::octets::Octets;
use super::super::timer::Timers;
use super::super::transport::Transport;
use std::collections::BTreeMap;
use std::net::SocketAddr;

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
    /// Sessions at once, both ways. A further INVITE gets 503; a further `Command::Invite` fails as `Full`.
    pub sessions: usize,
    /// Transactions at once, client and server together. A further request gets 503 without a transaction.
    pub transactions: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { sessions: SESSIONS_MAX, transactions: TRANSACTIONS_MAX }
    }
}

/// The users of our realm.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Access {
    /// What challenges name.
    pub realm: String,
    /// What challenges offer, the most wanted first.
    pub hashes: Vec<Hash>,
    /// Names of credentials, and what proves them. Without any, nobody is challenged and REGISTER is not served.
    pub secrets: BTreeMap<Octets, Secret>,
    /// Which of them may register, and how many contacts each at once.
    pub registrants: BTreeMap<Octets, usize>,
}

/// What an endpoint is made of.
#[derive(Clone, Debug)]
pub struct EndpointConfig {
    /// Local addresses; a listener is named by its index here.
    pub local: Vec<Listener>,
    /// RFC 3261 table 4.
    pub timers: Timers,
    /// Product name for User-Agent and Server; empty: neither is sent.
    pub user_agent: String,
    /// Retry-After of the 503 while draining or full, in seconds.
    pub retry_after_s: u32,
    /// Bounds.
    pub limits: Limits,
    /// Who may prove to be whom.
    pub access: Access,
    /// Wall time of the start, in seconds of Unix time: what numbers of overload feedback count on from.
    pub began_s: u64,
    /// Tags, branches and Call-IDs are drawn from it.
    pub seed: [u8; 32],
}

/// Twice the circuits of 64 E1, for calls that are ending while others begin.
const SESSIONS_MAX: usize = 4_000;
/// Server transactions live for 32 s after their final response: 4,000 calls of 20 s with 3 requests each.
const TRANSACTIONS_MAX: usize = 50_000;
