//! What an endpoint shows of itself: dialogs, transactions, tables.

use super::super::octets::Octets;
use super::super::transport::Transport;
use super::super::vocabulary::SessionId;
use super::Endpoint;
use std::net::SocketAddr;
use std::time::Instant;

/// A session as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialogView {
    /// Call-ID.
    pub call_id: Octets,
    /// Where its messages come from; before there were any, where ours go.
    pub remote: SocketAddr,
    /// By which transport.
    pub transport: Transport,
    /// What it is doing, in plain words.
    pub phase: &'static str,
    /// Since when it is there.
    pub begun: Instant,
}

/// Transactions by kind (RFC 3261 17).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Transactions {
    /// INVITEs of ours.
    pub invite_client: usize,
    /// Other requests of ours.
    pub other_client: usize,
    /// INVITEs of others.
    pub invite_server: usize,
    /// Other requests of others.
    pub other_server: usize,
}

/// How many entries the endpoint's tables hold. All are zero when it is quiet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occupancy {
    /// Sessions whose last event is not told yet.
    pub sessions: usize,
    /// Transactions, client and server.
    pub transactions: usize,
    /// Connections, each of which has a timer too.
    pub connections: usize,
    /// Timers that run.
    pub deadlines: usize,
}

impl Endpoint {
    /// Every session that has a Call-ID, oldest first.
    pub fn dialogs(&self) -> impl Iterator<Item = DialogView> + '_ {
        self.sessions.values().filter_map(|session| session.view(&self.layer))
    }

    /// By which transport a session is spoken with.
    pub fn transport_of(&self, session: SessionId) -> Option<Transport> {
        Some(self.sessions.get(&session)?.view(&self.layer)?.transport)
    }

    /// How many transactions there are of each kind.
    pub fn transactions(&self) -> Transactions {
        self.layer.kinds()
    }

    /// How full the tables are.
    pub fn occupancy(&self) -> Occupancy {
        Occupancy {
            sessions: self.sessions.len(),
            transactions: self.layer.len(),
            connections: self.layer.connection_count(),
            deadlines: self.layer.deadlines.len(),
        }
    }
}
