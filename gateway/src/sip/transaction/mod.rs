//! The transaction layer, RFC 3261 17: the four machines, and the tables that find them.
//!
//! The machines know states and times; the layer knows addresses, matching (17.1.3, 17.2.3) and bounds.

pub(crate) mod client;
pub(crate) mod invite_client;
pub(crate) mod invite_server;
pub(crate) mod matching;
pub(crate) mod server;
#[cfg(test)]
mod tests;

use super::counters::Counters;
use super::dialog::Origin;
use super::endpoint::EndpointConfig;
use super::header::Name;
use super::message::Message;
use super::method::Method;
use super::octets::Octets;
use super::reply::{Reply, Tag, parse_hex};
use super::session::FORKS_MAX;
use super::timer::{Deadlines, Pace};
use super::vocabulary::{Event, Output, SessionId};
use client::NonInviteClient;
use invite_client::InviteClient;
use invite_server::{AckFor, InviteServer};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use server::NonInviteServer;
use std::collections::{BTreeMap, VecDeque};
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

/// A client transaction: the random part of its branch, and whether it is the CANCEL that shares it (9.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct ClientId {
    branch: u64,
    cancel: bool,
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
}

/// The request that a response or a timeout belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sent {
    pub session: SessionId,
    pub purpose: Purpose,
}

#[derive(Debug)]
struct Client {
    machine: ClientMachine,
    listener: usize,
    remote: SocketAddr,
    sent: Sent,
    /// To tags of forks that answered when the session was over.
    late: Vec<Octets>,
}

#[derive(Debug)]
enum ClientMachine {
    Invite(InviteClient),
    Other(NonInviteClient),
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
        }
    }

    pub(crate) fn random(&mut self) -> u64 {
        self.rng.next_u64()
    }

    pub(crate) fn tag(&mut self) -> Tag {
        Tag(self.random())
    }

    pub(crate) fn send(&mut self, listener: usize, remote: SocketAddr, octets: Vec<u8>) {
        self.counters.sent += 1;
        self.outputs.push_back(Output::Send { listener, remote, octets });
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

    pub(crate) fn is_full(&self) -> bool {
        self.len() >= self.config.limits.transactions
    }

    fn pace(&self, listener: usize) -> Pace {
        Pace::new(self.config.timers, self.config.local[listener].transport)
    }

    /// The Via of a new request and the branch in it.
    pub(crate) fn via(&mut self, listener: usize) -> (u64, String) {
        let branch = self.random();
        let advertised = self.config.local[listener].advertised;
        let transport = self.config.local[listener].transport.name();
        (branch, format!("SIP/2.0/{transport} {advertised};branch={MAGIC_COOKIE}{branch:016x};rport"))
    }
}

/// Client transactions.
impl Layer {
    /// Sends an INVITE whose Via came from [`Layer::via`].
    pub(crate) fn invite(
        &mut self,
        now: Instant,
        at: (usize, SocketAddr),
        branch: u64,
        octets: Vec<u8>,
        sent: Sent,
    ) -> ClientId {
        let machine = ClientMachine::Invite(InviteClient::new(now, &self.pace(at.0), octets.clone()));
        self.start(ClientId { branch, cancel: false }, machine, at, octets, sent)
    }

    /// Sends any other request but ACK, which has no transaction.
    pub(crate) fn request(
        &mut self,
        now: Instant,
        at: (usize, SocketAddr),
        branch: u64,
        octets: Vec<u8>,
        sent: Sent,
    ) -> ClientId {
        let machine = ClientMachine::Other(NonInviteClient::new(now, &self.pace(at.0), octets.clone()));
        let cancel = sent.purpose == Purpose::Cancel;
        self.start(ClientId { branch, cancel }, machine, at, octets, sent)
    }

    /// Sends CANCEL for an INVITE transaction, to where the INVITE went.
    pub(crate) fn cancel(&mut self, now: Instant, invite: ClientId, cause: Option<u8>) {
        let Some(Client { machine: ClientMachine::Invite(machine), listener, remote, sent, .. }) =
            self.clients.get(&invite)
        else {
            return;
        };
        let octets = invite_client::cancel(machine.request(), cause);
        let (at, sent) = ((*listener, *remote), Sent { purpose: Purpose::Cancel, ..*sent });
        self.request(now, at, invite.branch, octets, sent);
    }

    /// Forgets an INVITE transaction that has no end of its own (9.1).
    pub(crate) fn abandon(&mut self, invite: ClientId) {
        if let Some(Client { machine: ClientMachine::Invite(machine), .. }) = self.clients.get_mut(&invite) {
            machine.abandon();
        }
        self.settle_client(invite);
    }

    /// Gives the response to its transaction; the request it answers when the session is to hear of it.
    pub(crate) fn handle_response(&mut self, now: Instant, response: &Message) -> Option<Sent> {
        let Some(id) = self.find_client(response) else {
            self.counters.responses_stray += 1;
            return None;
        };
        let client = self.clients.get_mut(&id).expect("find_client gives ids of the table");
        let pace = Pace::new(self.config.timers, self.config.local[client.listener].transport);
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
        let (listener, remote, sent) = (client.listener, client.remote, client.sent);
        if let Some(octets) = send {
            self.send(listener, remote, octets);
        }
        self.settle_client(id);
        pass.then_some(sent)
    }

    /// A 2xx for an INVITE whose session is over: what makes its dialog, and whether this fork is heard the first time.
    pub(crate) fn late_fork(&mut self, response: &Message) -> Option<(Origin, bool)> {
        let id = self.find_client(response)?;
        let client = self.clients.get_mut(&id)?;
        let ClientMachine::Invite(machine) = &client.machine else { return None };
        let invite = Message::parse(machine.request()).ok()?;
        let origin = Origin::of_invite(&invite, (client.listener, client.remote))?;
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

    fn start(
        &mut self,
        id: ClientId,
        machine: ClientMachine,
        at: (usize, SocketAddr),
        octets: Vec<u8>,
        sent: Sent,
    ) -> ClientId {
        let (listener, remote) = at;
        self.clients.insert(id, Client { machine, listener, remote, sent, late: Vec::new() });
        self.send(listener, remote, octets);
        self.settle_client(id);
        id
    }

    /// 17.1.3: the branch, which holds our randomness, and the method of CSeq.
    fn find_client(&self, response: &Message) -> Option<ClientId> {
        let branch = response.via().ok()?.branch()?.strip_prefix(MAGIC_COOKIE.as_bytes())?;
        let method = Method::parse(response.cseq().ok()?.method);
        let id = ClientId { branch: parse_hex(branch)?, cancel: method == Method::Cancel };
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
        if over {
            self.clients.remove(&id);
        }
    }

    /// The time of a client transaction has come; the request when its peer is silent.
    pub(crate) fn handle_client_timeout(&mut self, now: Instant, id: ClientId) -> Option<Sent> {
        let client = self.clients.get_mut(&id)?;
        let pace = Pace::new(self.config.timers, self.config.local[client.listener].transport);
        let expiry = match &mut client.machine {
            ClientMachine::Invite(machine) => machine.handle_timeout(now),
            ClientMachine::Other(machine) => machine.handle_timeout(now, &pace),
        };
        let (timed_out, send) = match expiry {
            Expiry::Nothing => (false, None),
            Expiry::Send(octets) => (false, Some(octets)),
            Expiry::TimedOut => (true, None),
        };
        let (listener, remote, sent) = (client.listener, client.remote, client.sent);
        if let Some(octets) = send {
            self.counters.repetitions_sent += 1;
            self.send(listener, remote, octets);
        }
        self.counters.timed_out += u64::from(timed_out);
        self.settle_client(id);
        timed_out.then_some(sent)
    }
}

/// Server transactions.
impl Layer {
    /// The transaction that a request belongs to, ACK and CANCEL being looked up as the INVITE's.
    pub(crate) fn find_server(&self, key: &[u8]) -> Option<ServerId> {
        self.by_key.get(key).copied()
    }

    /// Another transaction carries the same request, that came here by another way (8.2.2.2).
    pub(crate) fn is_merged(&self, merge_key: &[u8]) -> bool {
        self.by_merge_key.contains_key(merge_key)
    }

    /// Opens a transaction.
    pub(crate) fn open(&mut self, method: Method, key: Vec<u8>, merge_key: Option<Vec<u8>>, reply: Reply) -> ServerId {
        let id = ServerId(self.next_server);
        self.next_server += 1;
        let machine = match method {
            Method::Invite => ServerMachine::Invite(InviteServer::new()),
            _ => ServerMachine::Other(NonInviteServer::new()),
        };
        let (key, merge_key) = (key.into_boxed_slice(), merge_key.map(Vec::into_boxed_slice));
        self.by_key.insert(key.clone(), id);
        if let Some(merge_key) = &merge_key {
            self.by_merge_key.insert(merge_key.clone(), id);
        }
        self.servers.insert(id, Server { machine, key, merge_key, reply, session: None });
        id
    }

    /// The session that an INVITE transaction serves.
    pub(crate) fn session_of(&self, id: ServerId) -> Option<SessionId> {
        self.servers.get(&id)?.session
    }

    pub(crate) fn bind(&mut self, id: ServerId, session: SessionId) {
        if let Some(server) = self.servers.get_mut(&id) {
            server.session = Some(session);
        }
    }

    pub(crate) fn reply(&self, id: ServerId) -> Option<&Reply> {
        self.servers.get(&id).map(|server| &server.reply)
    }

    /// An INVITE that has no final response yet: CANCEL can still reach it.
    pub(crate) fn is_proceeding(&self, id: ServerId) -> bool {
        let machine = self.servers.get(&id).map(|server| &server.machine);
        matches!(machine, Some(ServerMachine::Invite(machine)) if machine.is_proceeding())
    }

    pub(crate) fn handle_repetition(&mut self, id: ServerId) {
        let Some(server) = self.servers.get(&id) else { return };
        let again = match &server.machine {
            ServerMachine::Invite(machine) => machine.handle_repetition(),
            ServerMachine::Other(machine) => machine.handle_repetition(),
        };
        let (again, listener, remote) = (again.map(<[u8]>::to_vec), server.reply.listener, server.reply.remote);
        self.counters.repetitions_received += 1;
        if let Some(octets) = again {
            self.send(listener, remote, octets);
        }
    }

    /// Responds in the transaction; where the response went, unless a final one went before.
    pub(crate) fn respond(
        &mut self,
        now: Instant,
        id: ServerId,
        status: u16,
        octets: Vec<u8>,
    ) -> Option<(usize, SocketAddr)> {
        let server = self.servers.get_mut(&id)?;
        let pace = Pace::new(self.config.timers, self.config.local[server.reply.listener].transport);
        let sends = match &mut server.machine {
            ServerMachine::Invite(machine) => machine.respond(now, &pace, status, &octets),
            ServerMachine::Other(machine) => machine.respond(now, &pace, &octets),
        };
        let at = (server.reply.listener, server.reply.remote);
        self.settle_server(id);
        if sends {
            self.send(at.0, at.1, octets);
        }
        sends.then_some(at)
    }

    /// 100 Trying, at once (17.2.1 would let us wait 200 ms): it stops the repetitions of the INVITE.
    pub(crate) fn trying(&mut self, now: Instant, id: ServerId) {
        if let Some(octets) = self.reply(id).map(|reply| reply.start(100, None).finish(None)) {
            self.respond(now, id, 100, octets);
        }
    }

    /// An ACK whose top Via is that of an INVITE.
    pub(crate) fn handle_ack(&mut self, now: Instant, id: ServerId) -> AckFor {
        let Some(server) = self.servers.get_mut(&id) else { return AckFor::Session };
        let pace = Pace::new(self.config.timers, self.config.local[server.reply.listener].transport);
        let ack_for = match &mut server.machine {
            ServerMachine::Invite(machine) => machine.handle_ack(now, &pace),
            ServerMachine::Other(_) => AckFor::Session,
        };
        self.settle_server(id);
        ack_for
    }

    /// The time of a server transaction has come.
    pub(crate) fn handle_server_timeout(&mut self, now: Instant, id: ServerId) {
        let Some(server) = self.servers.get_mut(&id) else { return };
        let pace = Pace::new(self.config.timers, self.config.local[server.reply.listener].transport);
        let expiry = match &mut server.machine {
            ServerMachine::Invite(machine) => machine.handle_timeout(now, &pace),
            ServerMachine::Other(machine) => machine.handle_timeout(now),
        };
        let send = match expiry {
            Expiry::Send(octets) => Some(octets),
            Expiry::Nothing => None,
            // H: the refusal was never acknowledged. Its session is over, nobody else wants to know.
            Expiry::TimedOut => {
                self.counters.timed_out += 1;
                None
            }
        };
        let (listener, remote) = (server.reply.listener, server.reply.remote);
        if let Some(octets) = send {
            self.counters.repetitions_sent += 1;
            self.send(listener, remote, octets);
        }
        self.settle_server(id);
    }

    fn settle_server(&mut self, id: ServerId) {
        let Some(server) = self.servers.get(&id) else { return };
        let (over, next) = match &server.machine {
            ServerMachine::Invite(machine) => (machine.is_terminated(), machine.poll_timeout()),
            ServerMachine::Other(machine) => (machine.is_terminated(), machine.poll_timeout()),
        };
        self.deadlines.set(Owner::Server(id), next);
        if over && let Some(server) = self.servers.remove(&id) {
            self.by_key.remove(&server.key);
            if let Some(merge_key) = server.merge_key {
                self.by_merge_key.remove(&merge_key);
            }
        }
    }
}

/// A branch that begins so is unique in space and time (8.1.1.7).
pub(crate) const MAGIC_COOKIE: &str = "z9hG4bK";
