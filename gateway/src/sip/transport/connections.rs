//! Connections over TCP and TLS: when they are opened, reused and closed (RFC 3261 18, RFC 5923, RFC 5626 3.5.1).
//!
//! A request goes over a connection that leads to its address, whoever began it, and else over a new one; messages wait,
//! bounded, until it is open. **Every wait has a deadline**: to be open ([`OPEN_MAX`]), for the first message of a peer that
//! connected ([`FIRST_MESSAGE_MAX`]), for the rest of a message that has begun ([`MESSAGE_MAX`]), and for any sign of life
//! ([`IDLE_MAX`]). So a peer that trickles octets, or none, holds a place for seconds.
//!
//! Connections opened over TLS are reused for the domain alone that proved itself on them. Those accepted over TLS are not
//! reused for requests outside of their dialogs: nothing here knows whose they are.

use super::framing::{Deframer, Framed};
use super::{ConnectionId, Flow, StreamRequest};
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// All connections of an endpoint.
#[derive(Debug, Default)]
pub(crate) struct Connections {
    table: BTreeMap<ConnectionId, Connection>,
    by_remote: BTreeMap<Remote, ConnectionId>,
    accepted_from: BTreeMap<IpAddr, usize>,
    /// Of whoever may be anybody.
    strangers: usize,
    opened: u64,
}

/// Where a connection leads: listener, address, and who has proved to be there.
type Remote = (usize, SocketAddr, Option<Arc<str>>);

#[derive(Debug)]
struct Connection {
    listener: usize,
    remote: SocketAddr,
    /// Its peer may be anybody.
    is_stranger: bool,
    /// What it may be found by.
    leads_to: Vec<Remote>,
    /// Messages that wait until it is open.
    opening: Option<Vec<Vec<u8>>>,
    frames: Deframer,
    /// A message must be whole by then.
    whole_by: Option<Instant>,
    idle_by: Instant,
}

/// A message is on its way over a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Dispatched {
    pub connection: ConnectionId,
    /// The connection was there before. A peer may just have closed it.
    pub reused: bool,
}

/// There is no room: for another connection, or for a message before one that is not open yet.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// What is asked of the world, in order.
pub(crate) type Requests = Vec<(ConnectionId, StreamRequest)>;

impl Connections {
    /// Sends over the flow's connection, another one that leads there, or a new one.
    pub(crate) fn send(
        &mut self,
        now: Instant,
        flow: &Flow,
        octets: Vec<u8>,
        requests: &mut Requests,
    ) -> Result<Dispatched, Full> {
        let remote = (flow.listener, flow.remote, flow.domain.clone());
        let own = flow.connection.filter(|id| self.table.contains_key(id));
        let known = own.or_else(|| self.by_remote.get(&remote).copied());
        let id = match known {
            Some(id) => id,
            None => self.open(now, remote, requests)?,
        };
        let connection = self.table.get_mut(&id).expect("found or made just now");
        match &mut connection.opening {
            Some(waiting) if waiting.len() == WAITING_MAX => return Err(Full),
            Some(waiting) => waiting.push(octets),
            None => {
                connection.idle_by = now + IDLE_MAX;
                requests.push((id, StreamRequest::Write(octets)));
            }
        }
        Ok(Dispatched { connection: id, reused: known.is_some() })
    }

    /// A peer connected, or a stranger. `false`: there is no room, and it is closed again. Strangers leave room for peers.
    pub(crate) fn accept(
        &mut self,
        now: Instant,
        id: ConnectionId,
        listener: usize,
        (remote, is_stranger): (SocketAddr, bool),
    ) -> bool {
        let from = self.accepted_from.get(&remote.ip()).copied().unwrap_or(0);
        let is_crowded = is_stranger && self.strangers >= STRANGERS_MAX;
        if self.table.len() >= CONNECTIONS_MAX || from >= CONNECTIONS_PER_ADDRESS_MAX || is_crowded {
            return false;
        }
        self.accepted_from.insert(remote.ip(), from + 1);
        self.strangers += usize::from(is_stranger);
        let leads_to = vec![(listener, remote, None)];
        self.by_remote.insert(leads_to[0].clone(), id);
        let connection = Connection {
            listener,
            remote,
            is_stranger,
            leads_to,
            opening: None,
            frames: Deframer::default(),
            whole_by: Some(now + FIRST_MESSAGE_MAX),
            idle_by: now + IDLE_MAX,
        };
        self.table.insert(id, connection);
        true
    }

    /// Where it leads.
    pub(crate) fn remote_of(&self, id: ConnectionId) -> Option<SocketAddr> {
        Some(self.table.get(&id)?.remote)
    }

    /// It is open: what waited goes.
    pub(crate) fn opened(&mut self, now: Instant, id: ConnectionId, requests: &mut Requests) {
        let Some(connection) = self.table.get_mut(&id) else { return };
        connection.idle_by = now + IDLE_MAX;
        let waiting = connection.opening.take().unwrap_or_default();
        requests.extend(waiting.into_iter().map(|octets| (id, StreamRequest::Write(octets))));
    }

    /// Octets came; [`Connections::next`] has what they complete. `false`: nobody knows the connection.
    pub(crate) fn receive(&mut self, now: Instant, id: ConnectionId, octets: &[u8]) -> bool {
        let Some(connection) = self.table.get_mut(&id) else { return false };
        connection.frames.push(octets);
        connection.idle_by = now + IDLE_MAX;
        true
    }

    /// The next thing in a stream, and where it came from.
    pub(crate) fn next(&mut self, now: Instant, id: ConnectionId) -> Option<(Flow, Framed)> {
        let connection = self.table.get_mut(&id)?;
        let Some(framed) = connection.frames.next() else {
            if connection.frames.is_within() {
                connection.whole_by.get_or_insert(now + MESSAGE_MAX);
            }
            return None;
        };
        connection.whole_by = None;
        let Connection { listener, remote, .. } = *connection;
        Some((Flow { listener, remote, connection: Some(id), domain: None }, framed))
    }

    /// The peer asks that requests to `remote` come over this connection (`alias` in its Via, RFC 5923). It is heeded
    /// where the address is its own host's, so that nobody draws another's requests to himself.
    pub(crate) fn alias(&mut self, id: ConnectionId, remote: SocketAddr) {
        let Some(connection) = self.table.get_mut(&id) else { return };
        let alias = (connection.listener, remote, None);
        if connection.remote.ip() != remote.ip() || connection.leads_to.len() == ALIASES_MAX {
            return;
        }
        if !self.by_remote.contains_key(&alias) {
            self.by_remote.insert(alias.clone(), id);
            connection.leads_to.push(alias);
        }
    }

    /// It is gone. `false`: nobody knew it.
    pub(crate) fn closed(&mut self, id: ConnectionId) -> bool {
        let Some(connection) = self.table.remove(&id) else { return false };
        for remote in connection.leads_to {
            if self.by_remote.get(&remote) == Some(&id) {
                self.by_remote.remove(&remote);
            }
        }
        self.strangers -= usize::from(connection.is_stranger);
        let ip = connection.remote.ip();
        if let (ConnectionId::Accepted(_), Some(count)) = (id, self.accepted_from.get_mut(&ip)) {
            *count -= 1;
            if *count == 0 {
                self.accepted_from.remove(&ip);
            }
        }
        true
    }

    /// When it must be looked at.
    pub(crate) fn poll_timeout(&self, id: ConnectionId) -> Option<Instant> {
        let connection = self.table.get(&id)?;
        Some(connection.whole_by.map_or(connection.idle_by, |whole_by| whole_by.min(connection.idle_by)))
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.table.len()
    }

    fn open(&mut self, now: Instant, remote: Remote, requests: &mut Requests) -> Result<ConnectionId, Full> {
        if self.table.len() >= CONNECTIONS_MAX {
            return Err(Full);
        }
        self.opened += 1;
        let id = ConnectionId::Opened(self.opened);
        let (listener, address, domain) = remote.clone();
        let domain = domain.unwrap_or_else(|| address.ip().to_string().into());
        requests.push((id, StreamRequest::Open { listener, remote: address, domain }));
        let connection = Connection {
            listener,
            remote: address,
            is_stranger: false,
            leads_to: vec![remote.clone()],
            opening: Some(Vec::new()),
            frames: Deframer::default(),
            whole_by: None,
            idle_by: now + OPEN_MAX,
        };
        self.by_remote.insert(remote, id);
        self.table.insert(id, connection);
        Ok(id)
    }
}

/// How long a connection may take to be open: two repetitions of a lost SYN, and a TLS handshake.
pub(crate) const OPEN_MAX: Duration = Duration::from_secs(4);
/// How long a peer that connected may take to its first message.
pub(crate) const FIRST_MESSAGE_MAX: Duration = Duration::from_secs(10);
/// How long a message may take from its first octet to its last.
pub(crate) const MESSAGE_MAX: Duration = Duration::from_secs(10);
/// How long a connection lives without an octet, longer than any transaction (RFC 3261 18 asks for that much).
pub(crate) const IDLE_MAX: Duration = Duration::from_secs(600);
/// Connections at once.
pub(crate) const CONNECTIONS_MAX: usize = 2_000;
/// Connections at once that whoever is no peer may have; the rest is for peers, and for what we open.
pub(crate) const STRANGERS_MAX: usize = 1_000;
/// Connections at once that one address began: a proxy has a few, a load generator one for each call.
pub(crate) const CONNECTIONS_PER_ADDRESS_MAX: usize = 500;
/// Messages that wait until a connection is open.
pub(crate) const WAITING_MAX: usize = 64;
/// Addresses by which one connection is found.
const ALIASES_MAX: usize = 4;
