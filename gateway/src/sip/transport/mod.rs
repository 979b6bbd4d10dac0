//! Transports, RFC 3261 18: what messages come over and go over.
//!
//! UDP sends datagrams from a listener. TCP and TLS have connections: the world opens, accepts and closes them
//! ([`StreamRequest`], [`StreamEvent`]), `connections` decides when, and `framing` cuts their octets into messages. TLS itself
//! is the world's: here a connection over TLS is one more stream. So is WebSocket (RFC 7118), whose connections carry messages
//! whole, and which peers alone begin. Left out: SCTP, and WebSocket as a client.

pub(crate) mod connections;
pub(crate) mod framing;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

/// What carries the messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Transport {
    /// Datagrams.
    Udp,
    /// Streams.
    Tcp,
    /// Streams inside TLS.
    Tls,
    /// WebSocket.
    Ws,
    /// WebSocket inside TLS.
    Wss,
}

impl Transport {
    /// All that there are, datagrams first.
    pub(crate) const ALL: [Transport; 5] =
        [Transport::Udp, Transport::Tcp, Transport::Tls, Transport::Ws, Transport::Wss];

    /// Its name in Via.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Transport::Udp => "UDP",
            Transport::Tcp => "TCP",
            Transport::Tls => "TLS",
            Transport::Ws => "WS",
            Transport::Wss => "WSS",
        }
    }

    /// Its name in URIs, in lower case.
    pub fn in_uri(self) -> String {
        self.name().to_ascii_lowercase()
    }

    /// What a URI's `transport` names, when it is known. `tls` and `wss` are none of the standard's, and widely written.
    pub(crate) fn parse(name: &[u8]) -> Option<Transport> {
        Transport::ALL.into_iter().find(|known| known.name().as_bytes().eq_ignore_ascii_case(name))
    }

    /// Where it is heard unless said otherwise (19.1.2).
    pub(crate) fn default_port(self) -> u16 {
        match self {
            Transport::Udp | Transport::Tcp => 5060,
            Transport::Tls => 5061,
            Transport::Ws => 80,
            Transport::Wss => 443,
        }
    }

    /// It has connections, on which nothing is lost while they live.
    pub(crate) fn is_reliable(self) -> bool {
        self != Transport::Udp
    }

    /// Nobody on the way can read it.
    pub(crate) fn is_secure(self) -> bool {
        matches!(self, Transport::Tls | Transport::Wss)
    }

    /// Its connections are begun by peers alone, who cannot be reached otherwise.
    pub(crate) fn is_web(self) -> bool {
        matches!(self, Transport::Ws | Transport::Wss)
    }
}

/// One connection. Who began it names it, so that both sides can, and a name is never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectionId {
    /// A peer began it: the world counts.
    Accepted(u64),
    /// The endpoint asked for it and counts.
    Opened(u64),
}

impl fmt::Display for ConnectionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ConnectionId::Accepted(number) => write!(f, "accepted connection {number}"),
            ConnectionId::Opened(number) => write!(f, "opened connection {number}"),
        }
    }
}

/// What happened to a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamEvent {
    /// A peer connected to a listener; its TLS and WebSocket handshakes, if any, are over.
    Accepted {
        /// Index of the listener.
        listener: usize,
        /// Who.
        remote: SocketAddr,
    },
    /// [`StreamRequest::Open`] is done, and its TLS handshake, if any, too.
    Opened,
    /// Octets came, in order.
    Octets(Vec<u8>),
    /// One message came whole, where the transport keeps their boundaries.
    Message(Vec<u8>),
    /// The peer is there: it has answered a keep-alive of the transport's own.
    Alive,
    /// It is gone, or never came to be. Nothing follows.
    Closed,
}

/// What the endpoint asks for a connection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StreamRequest {
    /// Connect; answered by `Opened` or `Closed`.
    Open {
        /// Index of the listener whose transport and local address are used.
        listener: usize,
        /// Whither.
        remote: SocketAddr,
        /// Whose certificate must be shown over TLS: a host name, or an address as text.
        domain: Arc<str>,
    },
    /// Send a whole message.
    Write(Vec<u8>),
    /// End it once what was written is sent. What comes meanwhile is not heard.
    Close,
}

/// A way for messages: from a listener to an address, over one connection where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Flow {
    pub listener: usize,
    pub remote: SocketAddr,
    /// The connection that a message came over. One that is gone is opened anew.
    pub connection: Option<ConnectionId>,
    /// Whom the remote is to prove itself over TLS; `None`: the address.
    pub domain: Option<Arc<str>>,
}

impl Flow {
    pub(crate) fn datagrams(listener: usize, remote: SocketAddr) -> Flow {
        Flow { listener, remote, connection: None, domain: None }
    }

    /// The same listener and address.
    pub(crate) fn is_like(&self, other: &Flow) -> bool {
        (self.listener, self.remote) == (other.listener, other.remote)
    }
}

/// One of the ways that a request may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Way {
    pub flow: Flow,
    /// It is taken only when the way before could not be gone at all; silence or 503 there is an answer for both.
    pub refuge: bool,
}

impl Way {
    pub(crate) fn to(flow: Flow) -> Way {
        Way { flow, refuge: false }
    }

    pub(crate) fn refuge(flow: Flow) -> Way {
        Way { flow, refuge: true }
    }
}
