//! What the endpoint asks of the world.

use super::locate::Question;
use super::octets::Octets;
use super::registrar::Binding;
use super::transport::{ConnectionId, StreamRequest};
use super::vocabulary::{Event, ResolveId};
use std::net::SocketAddr;

/// What the endpoint asks of the world.
#[expect(clippy::large_enum_variant, reason = "it is taken apart at once")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Output {
    /// Send a datagram.
    Send {
        /// Index in [`EndpointConfig::local`](super::EndpointConfig).
        listener: usize,
        /// Where to.
        remote: SocketAddr,
        /// The whole message.
        octets: Vec<u8>,
    },
    /// Tell the user.
    Event(Event),
    /// Open, write to or close a connection.
    Stream {
        /// Which one.
        connection: ConnectionId,
        /// What is asked.
        request: StreamRequest,
    },
    /// A user has registered, or its summary has changed: this outlives the process. Its earlier bindings are void.
    Registered {
        /// Its name.
        user: Octets,
        /// All that it is bound to now.
        bindings: Vec<Binding>,
    },
    /// Ask the DNS; answer with `Endpoint::handle_resolved`, whatever is found. Until then an INVITE waits, and requests
    /// of a dialog go to where its messages came from.
    Resolve {
        /// Who asks; it may ask more than one question.
        id: ResolveId,
        /// What.
        question: Question,
    },
}
