//! The transaction layer, RFC 3261 17: the four machines, and the tables that find them.
//!
//! The machines know states and times; the layer knows ways, matching (17.1.3, 17.2.3) and bounds. A request that its
//! first way does not bring to an answer takes the next one, under a branch of its own (RFC 3263 4.3); `ways` has that part,
//! `clients` and `servers` have the tables.

pub(crate) mod challenged;
pub(crate) mod client;
mod clients;
pub(crate) mod invite_client;
pub(crate) mod invite_server;
pub(crate) mod matching;
pub(crate) mod server;
mod servers;
#[cfg(test)]
mod tests;
mod throttled;
mod ways;

use super::counters::Counters;
use super::digest::keyring::{Keyring, Realm};
use super::endpoint::{EndpointConfig, Listener, Transactions};
use super::octets::Octets;
use super::overload::OFFER;
use super::overload::throttle::Throttles;
use super::reply::{Reply, Tag};
use super::timer::{Deadlines, Pace};
use super::transport::connections::Connections;
use super::transport::{ConnectionId, Flow, Transport, Way};
use super::vocabulary::{Event, Output, SessionId};
use challenged::Retry;
use client::NonInviteClient;
use invite_client::InviteClient;
use invite_server::InviteServer;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use server::NonInviteServer;
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;

/// What a client machine makes of a response.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reaction {
    Ignore,
    /// For the user.
    Pass,
    /// ACK again.
    Send(Vec<u8>),
    /// ACK, and for the user.
    SendAndPass(Vec<u8>),
}

/// What a machine makes of the time.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Expiry {
    Nothing,
    Send(Vec<u8>),
    /// B, F or H: the peer is silent.
    TimedOut,
}

/// A client transaction: the random part of its branch, whether it is the CANCEL that shares it (9.1), and how many ways
/// the request took before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClientId {
    branch: u64,
    cancel: bool,
    attempt: u8,
}

/// A server transaction, in the order of arrival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ServerId(u64);

/// Whose deadline it is. At equal times transactions go before sessions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Owner {
    Client(ClientId),
    Server(ServerId),
    Session(SessionId),
    Connection(ConnectionId),
}

/// What a session sent the request for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    Invite,
    Reinvite,
    Cancel,
    Prack,
    /// UPDATE that refreshes the session.
    Update,
    Bye,
    /// BYE for a fork that nobody wants.
    StrayBye,
    /// NOTIFY of what became of a REFER.
    Notify,
    /// INFO that tells a key of a telephone.
    Info,
    /// A request outside of any dialog.
    Standalone,
    Register,
}

/// The request that a response or a timeout belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub session: SessionId,
    pub purpose: Purpose,
}

/// Why a request has no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// B or F.
    TimedOut,
    /// The transport could not carry it (18.4).
    Unreachable,
    /// Its servers want fewer requests, and it has not gone.
    Held,
}

/// What a transaction has for its session.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Told {
    /// The response, which came this way.
    Response(Sent, Flow),
    /// The request went out again, by another way: what was heard before does not count.
    Moved(Sent),
    Silent(Sent, Silence),
    /// A challenge that can be answered: the request may go again, when the session gives it a number.
    Challenged(Sent, Flow, Box<Retry>),
}

#[derive(Debug)]
struct Client {
    machine: ClientMachine,
    flow: Flow,
    /// The connection was there before the request.
    reused: bool,
    /// It has not gone: its server wants fewer requests.
    held: bool,
    /// Which ways are left.
    ways: VecDeque<Way>,
    sent: Sent,
    /// To tags of forks that answered when the session was over.
    late: Vec<Octets>,
    /// The challenges that the request answers already.
    tried: Vec<Realm>,
}

#[derive(Debug)]
enum ClientMachine {
    Invite(InviteClient),
    Other(NonInviteClient),
}

impl ClientMachine {
    /// The request, while nothing has answered it.
    fn unanswered(&self) -> Option<&[u8]> {
        match self {
            ClientMachine::Invite(machine) => machine.unanswered(),
            ClientMachine::Other(machine) => machine.unanswered(),
        }
    }

    /// The request, while the machine keeps it.
    fn request(&self) -> Option<&[u8]> {
        match self {
            ClientMachine::Invite(machine) => Some(machine.request()),
            ClientMachine::Other(machine) => machine.request(),
        }
    }

    fn abandon(&mut self) {
        match self {
            ClientMachine::Invite(machine) => machine.abandon(),
            ClientMachine::Other(machine) => machine.abandon(),
        }
    }
}

#[derive(Debug)]
struct Server {
    machine: ServerMachine,
    key: Box<[u8]>,
    merge_key: Option<Box<[u8]>>,
    reply: Reply,
    session: Option<SessionId>,
}

#[derive(Debug)]
enum ServerMachine {
    Invite(InviteServer),
    Other(NonInviteServer),
}

/// All transactions of an endpoint, and what every part of it shares: randomness, deadlines, outputs, counters.
#[derive(Debug)]
pub(crate) struct Layer {
    pub config: EndpointConfig,
    pub counters: Counters,
    pub deadlines: Deadlines<Owner>,
    rng: ChaCha20Rng,
    outputs: VecDeque<Output>,
    clients: BTreeMap<ClientId, Client>,
    servers: BTreeMap<ServerId, Server>,
    by_key: BTreeMap<Box<[u8]>, ServerId>,
    by_merge_key: BTreeMap<Box<[u8]>, ServerId>,
    next_server: u64,
    connections: Connections,
    /// Of the sessions whose user has an account at their peer.
    keyrings: BTreeMap<SessionId, Keyring>,
    /// Which requests wait for a first answer on which way.
    by_means: BTreeSet<(Means, ClientId)>,
    /// Their way is broken, and [`Layer::next_broken`] has not told yet.
    broken: VecDeque<ClientId>,
    throttles: Throttles,
}

/// What can break under a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Means {
    Datagrams(usize, SocketAddr),
    Connection(ConnectionId),
}

impl Means {
    fn of(flow: &Flow) -> Means {
        flow.connection.map_or(Means::Datagrams(flow.listener, flow.remote), Means::Connection)
    }
}

impl Layer {
    pub(crate) fn new(config: EndpointConfig) -> Layer {
        Layer {
            rng: ChaCha20Rng::from_seed(config.seed),
            config,
            counters: Counters::default(),
            deadlines: Deadlines::new(),
            outputs: VecDeque::new(),
            clients: BTreeMap::new(),
            servers: BTreeMap::new(),
            by_key: BTreeMap::new(),
            by_merge_key: BTreeMap::new(),
            next_server: 0,
            connections: Connections::default(),
            keyrings: BTreeMap::new(),
            by_means: BTreeSet::new(),
            broken: VecDeque::new(),
            throttles: Throttles::default(),
        }
    }

    pub(crate) fn random(&mut self) -> u64 {
        self.rng.next_u64()
    }

    /// A key that nobody else knows.
    pub(crate) fn key(&mut self) -> [u8; 32] {
        let mut key = [0; 32];
        self.rng.fill_bytes(&mut key);
        key
    }

    pub(crate) fn tag(&mut self) -> Tag {
        Tag(self.random())
    }

    /// Sends what no transaction looks after: responses and the ACK for a 2xx. What has no way is lost, as in a network.
    pub(crate) fn send(&mut self, now: Instant, flow: &Flow, octets: Vec<u8>) {
        if self.dispatch(now, flow, octets).is_err() {
            self.counters.full += 1;
        }
    }

    pub(crate) fn tell(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    pub(crate) fn ask(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    pub(crate) fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Transactions at once.
    pub(crate) fn len(&self) -> usize {
        self.clients.len() + self.servers.len()
    }

    /// The same by kind.
    pub(crate) fn kinds(&self) -> Transactions {
        let of_clients = self.clients.values().filter(|client| matches!(client.machine, ClientMachine::Invite(_)));
        let of_servers = self.servers.values().filter(|server| matches!(server.machine, ServerMachine::Invite(_)));
        let (invite_client, invite_server) = (of_clients.count(), of_servers.count());
        Transactions {
            invite_client,
            other_client: self.clients.len() - invite_client,
            invite_server,
            other_server: self.servers.len() - invite_server,
        }
    }

    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.config.limits.transactions
    }

    fn pace(&self, flow: &Flow) -> Pace {
        Pace::new(self.config.timers, self.config.local[flow.listener].transport)
    }

    /// The Via of a new request and the random part of the branch in it.
    pub(crate) fn via(&mut self, listener: usize) -> (u64, String) {
        let branch = self.random();
        (branch, self.via_of(listener, branch, 0))
    }

    fn via_of(&self, listener: usize, branch: u64, attempt: u8) -> String {
        let Listener { transport, advertised, .. } = self.config.local[listener];
        // Where a connection leads back to us, requests may come by it (RFC 5923), and rport is no question.
        let back = match transport {
            Transport::Udp => ";rport",
            Transport::Tcp | Transport::Tls => ";alias",
            Transport::Ws | Transport::Wss => "",
        };
        format!("SIP/2.0/{} {advertised};branch={MAGIC_COOKIE}{branch:016x}.{attempt}{back};{OFFER}", transport.name())
    }
}

/// A branch that begins so is unique in space and time (8.1.1.7).
pub(crate) const MAGIC_COOKIE: &str = "z9hG4bK";
