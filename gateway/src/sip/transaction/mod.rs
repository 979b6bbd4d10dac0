//! The transaction layer, RFC 3261 17: the four machines, and the tables that find them.
//!
//! The machines know states and times; the layer knows ways, matching (17.1.3, 17.2.3) and bounds. A request that its
//! first way does not bring to an answer takes the next one, under a branch of its own (RFC 3263 4.3); `ways` has that part.

pub(crate) mod challenged;
pub(crate) mod client;
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
use super::dialog::Origin;
use super::digest::keyring::{Keyring, Realm};
use super::endpoint::{EndpointConfig, Listener, Transactions};
use super::header::Name;
use super::message::Message;
use super::method::Method;
use super::octets::Octets;
use super::overload::OFFER;
use super::overload::throttle::Throttles;
use super::parse::lex::number;
use super::reply::{Reply, Tag, parse_hex};
use super::session::FORKS_MAX;
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

/// Client transactions.
impl Layer {
    /// Sends a request but ACK, which has no transaction, by the first of these ways; there is one at least. Its Via came
    /// from [`Layer::via`] for the listener of that way.
    pub(crate) fn request(
        &mut self,
        now: Instant,
        ways: Vec<Way>,
        branch: u64,
        octets: Vec<u8>,
        sent: Sent,
    ) -> ClientId {
        let id = ClientId { branch, cancel: sent.purpose == Purpose::Cancel, attempt: 0 };
        let mut ways = VecDeque::from(ways);
        let octets = self.with_credentials(sent.session, octets);
        let octets = self.widen(&mut ways, id, octets);
        self.start(now, id, ways, octets, sent);
        id
    }

    /// Sends CANCEL for an INVITE transaction, to where the INVITE went.
    pub(crate) fn cancel(&mut self, now: Instant, invite: ClientId, cause: Option<u8>) {
        self.stay(invite);
        let Some((id, client)) = self.latest(invite) else { return };
        let ClientMachine::Invite(machine) = &client.machine else { return };
        let octets = invite_client::cancel(machine.request(), cause);
        let (flow, sent) = (client.flow.clone(), Sent { purpose: Purpose::Cancel, ..client.sent });
        self.start(now, ClientId { cancel: true, ..id }, [Way::to(flow)].into(), octets, sent);
    }

    /// Forgets an INVITE transaction that has no end of its own (9.1).
    pub(crate) fn abandon(&mut self, invite: ClientId) {
        let Some((id, _)) = self.latest(invite) else { return };
        if let Some(client) = self.clients.get_mut(&id) {
            client.machine.abandon();
        }
        self.settle_client(id);
    }

    /// Gives the response to its transaction; what the session is to hear of it.
    pub(crate) fn handle_response(&mut self, now: Instant, response: &Message) -> Option<Told> {
        let Some(id) = self.find_client(response) else {
            self.counters.responses_stray += 1;
            return None;
        };
        self.hear_load(now, id, response);
        let client = self.clients.get_mut(&id).expect("find_client gives ids of the table");
        let pace = Pace::new(self.config.timers, self.config.local[client.flow.listener].transport);
        let tries_on = response.status() == Some(UNAVAILABLE) && !client.ways.is_empty();
        let is_challenge = ClientMachine::may_be_challenged(id, response.status());
        let request = client.machine.request().filter(|_| tries_on || is_challenge).map(<[u8]>::to_vec);
        let reaction = match &mut client.machine {
            ClientMachine::Invite(machine) => machine.handle_response(now, &pace, response),
            ClientMachine::Other(machine) => machine.handle_response(now, &pace, response.status().unwrap_or_default()),
        };
        let (pass, send) = match reaction {
            Reaction::Ignore => (false, None),
            Reaction::Pass => (true, None),
            Reaction::Send(ack) => (false, Some(ack)),
            Reaction::SendAndPass(ack) => (true, Some(ack)),
        };
        let (flow, sent) = (client.flow.clone(), client.sent);
        if let Some(octets) = send {
            self.send(now, &flow, octets);
        }
        let next = request.filter(|_| pass).and_then(|request| match is_challenge {
            true => self.challenged(id, request, response).map(|it| Told::Challenged(sent, flow.clone(), Box::new(it))),
            false => self.go_on(now, id, request),
        });
        self.settle_client(id);
        next.or(pass.then_some(Told::Response(sent, flow)))
    }

    /// A 2xx for an INVITE whose session is over: what makes its dialog, and whether this fork is heard the first time.
    pub(crate) fn late_fork(&mut self, response: &Message) -> Option<(Origin, bool)> {
        let id = self.find_client(response)?;
        let client = self.clients.get_mut(&id)?;
        let ClientMachine::Invite(machine) = &client.machine else { return None };
        let invite = Message::parse(machine.request()).ok()?;
        let origin = Origin::of_invite(&invite, client.flow.clone())?;
        let tag = Octets::from(response.tag(Name::To));
        let is_new = !client.late.contains(&tag);
        if is_new {
            if client.late.len() == FORKS_MAX {
                return None;
            }
            client.late.push(tag);
        }
        Some((origin, is_new))
    }

    /// 17.1.3: the branch, which holds our randomness and the attempt, and the method of CSeq.
    fn find_client(&self, response: &Message) -> Option<ClientId> {
        let branch = response.via().ok()?.branch()?.strip_prefix(MAGIC_COOKIE.as_bytes())?;
        let (random, attempt) = branch.split_at_checked(16)?;
        let attempt = u8::try_from(number(attempt.strip_prefix(b".")?)?).ok()?;
        let method = Method::parse(response.cseq().ok()?.method);
        let id = ClientId { branch: parse_hex(random)?, cancel: method == Method::Cancel, attempt };
        let client = self.clients.get(&id)?;
        let is_invite = matches!(client.machine, ClientMachine::Invite(_));
        (is_invite == (method == Method::Invite)).then_some(id)
    }

    fn settle_client(&mut self, id: ClientId) {
        let Some(client) = self.clients.get(&id) else { return };
        let (over, next) = match &client.machine {
            ClientMachine::Invite(machine) => (machine.is_terminated(), machine.poll_timeout()),
            ClientMachine::Other(machine) => (machine.is_terminated(), machine.poll_timeout()),
        };
        self.deadlines.set(Owner::Client(id), next);
        if client.machine.unanswered().is_none() {
            self.by_means.remove(&(Means::of(&client.flow), id));
        }
        if over {
            self.clients.remove(&id);
        }
    }

    /// The time of a client transaction has come; what its session is to hear when its peer is silent.
    pub(crate) fn handle_client_timeout(&mut self, now: Instant, id: ClientId) -> Option<Told> {
        let client = self.clients.get_mut(&id)?;
        let pace = Pace::new(self.config.timers, self.config.local[client.flow.listener].transport);
        let request = client.machine.unanswered().filter(|_| !client.ways.is_empty()).map(<[u8]>::to_vec);
        let expiry = match &mut client.machine {
            ClientMachine::Invite(machine) => machine.handle_timeout(now),
            ClientMachine::Other(machine) => machine.handle_timeout(now, &pace),
        };
        let (timed_out, send) = match expiry {
            Expiry::Nothing => (false, None),
            Expiry::Send(octets) => (false, Some(octets)),
            Expiry::TimedOut => (true, None),
        };
        let (flow, sent) = (client.flow.clone(), client.sent);
        if let Some(octets) = send {
            self.counters.repetitions_sent += 1;
            self.send(now, &flow, octets);
        }
        self.counters.timed_out += u64::from(timed_out);
        let next = request.filter(|_| timed_out).and_then(|request| self.go_on(now, id, request));
        self.settle_client(id);
        next.or(timed_out.then_some(Told::Silent(sent, Silence::TimedOut)))
    }
}

/// A branch that begins so is unique in space and time (8.1.1.7).
pub(crate) const MAGIC_COOKIE: &str = "z9hG4bK";
/// Service Unavailable: another server may do (RFC 3263 4.3).
const UNAVAILABLE: u16 = 503;
