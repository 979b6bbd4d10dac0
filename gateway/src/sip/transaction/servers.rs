//! The table of server transactions: opening, matching, responding (RFC 3261 17.2).

use super::super::header::Name;
use super::super::message::Message;
use super::super::method::Method;
use super::super::reply::{Reply, Tag};
use super::super::timer::Pace;
use super::super::transport::Flow;
use super::super::vocabulary::SessionId;
use super::invite_server::{AckFor, InviteServer};
use super::server::NonInviteServer;
use super::{Expiry, Layer, Owner, Server, ServerId, ServerMachine};
use std::time::Instant;

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

    /// The tag of what was said last in a transaction: the response to a CANCEL has it too (9.2).
    pub(crate) fn tag_said(&self, id: ServerId) -> Option<Tag> {
        let said = match &self.servers.get(&id)?.machine {
            ServerMachine::Invite(machine) => machine.handle_repetition(),
            ServerMachine::Other(machine) => machine.handle_repetition(),
        };
        Tag::parse(Message::parse(said?).ok()?.tag(Name::To))
    }

    pub(crate) fn handle_repetition(&mut self, now: Instant, id: ServerId) {
        let Some(server) = self.servers.get(&id) else { return };
        let again = match &server.machine {
            ServerMachine::Invite(machine) => machine.handle_repetition(),
            ServerMachine::Other(machine) => machine.handle_repetition(),
        };
        let (again, flow) = (again.map(<[u8]>::to_vec), server.reply.flow.clone());
        self.counters.repetitions_received += 1;
        if let Some(octets) = again {
            self.send(now, &flow, octets);
        }
    }

    /// Responds in the transaction; where the response went, unless a final one went before.
    pub(crate) fn respond(&mut self, now: Instant, id: ServerId, status: u16, octets: Vec<u8>) -> Option<Flow> {
        let server = self.servers.get_mut(&id)?;
        let pace = Pace::new(self.config.timers, self.config.local[server.reply.flow.listener].transport);
        let sends = match &mut server.machine {
            ServerMachine::Invite(machine) => machine.respond(now, &pace, status, &octets),
            ServerMachine::Other(machine) => machine.respond(now, &pace, &octets),
        };
        let flow = server.reply.flow.clone();
        self.settle_server(id);
        if sends {
            self.send(now, &flow, octets);
        }
        sends.then_some(flow)
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
        let pace = Pace::new(self.config.timers, self.config.local[server.reply.flow.listener].transport);
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
        let pace = Pace::new(self.config.timers, self.config.local[server.reply.flow.listener].transport);
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
        let flow = server.reply.flow.clone();
        if let Some(octets) = send {
            self.counters.repetitions_sent += 1;
            self.send(now, &flow, octets);
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
