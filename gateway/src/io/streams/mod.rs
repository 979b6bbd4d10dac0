//! SIP over TCP and TLS, RFC 3261 18: sockets and tasks for the connections that the control plane decides about.
//!
//! Each connection is one task on the runtime [`aside`](super::aside): it reads, a chunk at a time, and waits for room in the
//! channel to the reactor, so that TCP slows its peer down; it writes what waits in a channel of its own, and a peer that
//! does not read is given up. **Every wait ends**: a TLS handshake by [`HANDSHAKE_MAX`], a write by [`WRITE_MAX`];
//! at most [`HANDSHAKES_MAX`] peers are between connecting and being told of.

mod connection;
mod sources;
#[cfg(test)]
mod tests;
pub mod tls;

use super::udp::BindError;
use crate::rt::mark;
use crate::sip::{ConnectionId, StreamEvent, StreamRequest};
use config::model::{Listener, Transport};
use connection::{Carrier, Shared, accept, open};
use sources::Sources;
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;
use tls::Tls;
use tokio::net::TcpListener;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::AbortHandle;

/// The listeners over TCP and TLS, and all connections.
#[derive(Debug)]
pub struct Streams {
    runtime: Handle,
    /// By the index among all listeners that are configured.
    listeners: BTreeMap<usize, (Listener, SocketAddr)>,
    shared: Shared,
    heard: mpsc::Receiver<Heard>,
    connections: BTreeMap<ConnectionId, Line>,
    /// What is known without being heard.
    known: VecDeque<(ConnectionId, StreamEvent)>,
}

/// What a task tells.
#[derive(Debug)]
enum Heard {
    Accepted(ConnectionId, usize, SocketAddr, Writer),
    Event(ConnectionId, StreamEvent),
}

/// How the reactor reaches a connection's task.
#[derive(Debug)]
struct Writer {
    messages: mpsc::Sender<Vec<u8>>,
    task: AbortHandle,
}

#[derive(Debug)]
struct Line {
    writer: Writer,
    listener: usize,
    remote: SocketAddr,
}

/// What came over a connection, and between whom.
#[derive(Debug)]
pub struct Told {
    /// Which connection.
    pub connection: ConnectionId,
    /// What.
    pub event: StreamEvent,
    /// Its listener and the other end, where it is known.
    pub between: Option<(usize, SocketAddr)>,
}

impl Streams {
    /// Binds every listener over TCP or TLS and begins to accept. `listeners` are all that are configured.
    pub fn bind(runtime: &Handle, listeners: &[Listener], tls: Option<Tls>, dscp: u8) -> Result<Streams, BindError> {
        let (tell, heard) = mpsc::channel(HEARD_MAX);
        let shared = Shared {
            tell,
            tls: tls.map(Arc::new),
            dscp,
            accepted: Arc::new(AtomicU64::new(0)),
            handshakes: Arc::new(Semaphore::new(HANDSHAKES_MAX)),
            sources: Sources::default(),
        };
        let mut streams = Streams {
            runtime: runtime.clone(),
            listeners: BTreeMap::new(),
            shared,
            heard,
            connections: BTreeMap::new(),
            known: VecDeque::new(),
        };
        for (index, listener) in listeners.iter().enumerate() {
            let Some(carrier) = streams.carrier(listener.transport) else { continue };
            let address = listener.address;
            let (socket, bound) = streams.bind_one(address).map_err(|source| BindError {
                transport: listener.transport,
                address,
                source,
            })?;
            streams.listeners.insert(index, (*listener, bound));
            runtime.spawn(accept(socket, index, carrier, streams.shared.clone()));
        }
        if let Some(tls) = streams.shared.tls.clone() {
            runtime.spawn(async move { tls.follow_files().await });
        }
        Ok(streams)
    }

    /// Where they listen, each with its index among all listeners.
    pub fn addresses(&self) -> impl Iterator<Item = (usize, SocketAddr)> {
        self.listeners.iter().map(|(index, (_, bound))| (*index, *bound))
    }

    /// Carries out what the control plane asks of a connection; what it is between, when it was a message.
    pub fn perform(&mut self, connection: ConnectionId, request: StreamRequest) -> Option<(usize, SocketAddr)> {
        match request {
            StreamRequest::Open { listener, remote, domain } => self.open(connection, listener, remote, &domain),
            StreamRequest::Write(octets) => return self.write(connection, octets),
            // The task writes what waits, and ends.
            StreamRequest::Close => _ = self.connections.remove(&connection),
        }
        None
    }

    /// What has come, if anything has.
    pub fn try_next(&mut self) -> Option<Told> {
        loop {
            if let Some((connection, event)) = self.known.pop_front() {
                return Some(Told { connection, event, between: None });
            }
            let heard = self.heard.try_recv().ok()?;
            if let Some(told) = self.understand(heard) {
                return Some(told);
            }
        }
    }

    /// Waits until something has come; it is the next of [`Streams::try_next`].
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(told) = self.try_next() {
                return Some(told);
            }
            let heard = self.heard.recv().await?;
            if let Some(told) = self.understand(heard) {
                return Some(told);
            }
        }
    }

    fn understand(&mut self, heard: Heard) -> Option<Told> {
        match heard {
            Heard::Accepted(connection, listener, remote, writer) => {
                self.connections.insert(connection, Line { writer, listener, remote });
                let event = StreamEvent::Accepted { listener, remote };
                Some(Told { connection, event, between: None })
            }
            Heard::Event(connection, StreamEvent::Closed) => {
                // One that we closed is known to be.
                self.connections.remove(&connection)?;
                Some(Told { connection, event: StreamEvent::Closed, between: None })
            }
            Heard::Event(connection, event) => {
                let line = self.connections.get(&connection)?;
                Some(Told { connection, event, between: Some((line.listener, line.remote)) })
            }
        }
    }

    fn open(&mut self, connection: ConnectionId, listener: usize, remote: SocketAddr, domain: &str) {
        let carrier = self.listeners.get(&listener).and_then(|(listener, _)| {
            Some((self.carrier(listener.transport)?, SocketAddr::new(listener.address.ip(), 0)))
        });
        let Some((carrier, local)) = carrier else {
            return self.known.push_back((connection, StreamEvent::Closed));
        };
        let (messages, to_write) = mpsc::channel(MESSAGES_MAX);
        let task = open(connection, local, remote, domain.to_owned(), carrier, to_write, self.shared.clone());
        let task = self.runtime.spawn(task).abort_handle();
        self.connections.insert(connection, Line { writer: Writer { messages, task }, listener, remote });
    }

    fn write(&mut self, connection: ConnectionId, octets: Vec<u8>) -> Option<(usize, SocketAddr)> {
        let line = self.connections.get(&connection)?;
        let between = (line.listener, line.remote);
        if line.writer.messages.try_send(octets).is_err() {
            // It does not take what it is sent, or is just closing.
            line.writer.task.abort();
            self.connections.remove(&connection);
            self.known.push_back((connection, StreamEvent::Closed));
            return None;
        }
        Some(between)
    }

    fn carrier(&self, transport: Transport) -> Option<Carrier> {
        match transport {
            Transport::Udp => None,
            Transport::Tcp => Some(Carrier::Plain),
            Transport::Tls => self.shared.tls.clone().map(Carrier::Tls),
        }
    }

    fn bind_one(&self, address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
        let socket = std::net::TcpListener::bind(address)?;
        socket.set_nonblocking(true)?;
        // What is accepted inherits the mark.
        mark(&socket, address.is_ipv4(), self.shared.dscp)?;
        let bound = socket.local_addr()?;
        let _inside = self.runtime.enter();
        Ok((TcpListener::from_std(socket)?, bound))
    }
}

/// Events that wait for the reactor; beyond, reading waits.
const HEARD_MAX: usize = 256;
/// Messages that wait to be written to one connection; one more is one that its peer does not read.
pub const MESSAGES_MAX: usize = 64;
/// Peers that have connected and are not told of yet.
pub const HANDSHAKES_MAX: usize = 256;
/// How long a TLS handshake may take.
pub const HANDSHAKE_MAX: Duration = Duration::from_secs(4);
/// How long a message may take to be written.
pub const WRITE_MAX: Duration = Duration::from_secs(10);
