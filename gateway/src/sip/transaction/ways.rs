//! Which way a request takes: over datagrams or a connection (RFC 3261 18.1.1), and on by the next one when that fails
//! (RFC 3263 4.3, RFC 3261 8.1.3.1).

use super::super::transport::connections::{Dispatched, Full, Requests};
use super::super::transport::{ConnectionId, Flow, StreamRequest, Transport, Way};
use super::super::vocabulary::Output;
use super::client::NonInviteClient;
use super::invite_client::InviteClient;
use super::{Client, ClientId, ClientMachine, Layer, Means, Owner, Purpose, Sent, Silence, Told};
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Instant;

impl Layer {
    /// The way from a listener of ours to an address; `None`: no listener has that transport and IP version.
    pub(crate) fn flow_to(
        &self,
        transport: Transport,
        remote: SocketAddr,
        domain: &str,
        preferred: Option<usize>,
    ) -> Option<Flow> {
        let fits = |&index: &usize| {
            let local = &self.config.local[index];
            local.transport == transport && local.address.is_ipv4() == remote.is_ipv4()
        };
        let listener = preferred.filter(fits).or_else(|| (0..self.config.local.len()).find(fits))?;
        let domain = (transport == Transport::Tls).then(|| Arc::from(domain.trim_matches(['[', ']'])));
        Some(Flow { listener, remote, connection: None, domain })
    }

    /// The transport of a listener.
    pub(crate) fn transport(&self, flow: &Flow) -> Transport {
        self.config.local[flow.listener].transport
    }

    /// The transports that we have, datagrams first.
    pub(crate) fn transports(&self) -> Vec<Transport> {
        let all = [Transport::Udp, Transport::Tcp, Transport::Tls];
        all.into_iter().filter(|it| self.config.local.iter().any(|local| local.transport == *it)).collect()
    }

    /// The way is not a way any more: the requests on it that have no answer take their next one.
    pub(crate) fn handle_unreachable(&mut self, listener: usize, remote: SocketAddr) {
        self.break_means(Means::Datagrams(listener, remote));
    }

    /// A request whose way broke; what its session is to hear.
    pub(crate) fn next_broken(&mut self, now: Instant) -> Option<Option<Told>> {
        let id = self.broken.pop_front()?;
        Some(self.handle_transport_error(now, id))
    }

    /// An INVITE takes no further ways.
    pub(crate) fn stay(&mut self, invite: ClientId) {
        let Some((id, _)) = self.latest(invite) else { return };
        if let Some(client) = self.clients.get_mut(&id) {
            client.ways.clear();
        }
    }

    /// The transaction that a request is in now, after all its ways.
    pub(super) fn latest(&self, id: ClientId) -> Option<(ClientId, &Client)> {
        let all = ClientId { attempt: 0, ..id }..=ClientId { attempt: u8::MAX, ..id };
        self.clients.range(all).next_back().map(|(id, client)| (*id, client))
    }

    /// 18.1.1: what may not fit into a datagram goes over TCP, and over UDP where nobody listens there.
    pub(super) fn widen(&self, ways: &mut VecDeque<Way>, id: ClientId, octets: Vec<u8>) -> Vec<u8> {
        let first = ways.front().map(|way| &way.flow).filter(|flow| self.transport(flow) == Transport::Udp);
        if octets.len() <= DATAGRAM_OCTETS_MAX {
            return octets;
        }
        let Some(wide) = first.and_then(|flow| self.flow_to(Transport::Tcp, flow.remote, "", None)) else {
            return octets;
        };
        let narrow = ways.pop_front().expect("the first way was just looked at");
        ways.push_front(Way::refuge(narrow.flow));
        let via = self.via_of(wide.listener, id.branch, id.attempt);
        ways.push_front(Way { flow: wide, refuge: narrow.refuge });
        with_via(&octets, &via)
    }

    /// Sends a request by the first of its ways.
    pub(super) fn start(&mut self, now: Instant, id: ClientId, mut ways: VecDeque<Way>, octets: Vec<u8>, sent: Sent) {
        let mut flow = ways.pop_front().expect("whoever sends has a way").flow;
        let pace = self.pace(&flow);
        let machine = match sent.purpose {
            Purpose::Invite | Purpose::Reinvite => ClientMachine::Invite(InviteClient::new(now, &pace, octets.clone())),
            _ => ClientMachine::Other(NonInviteClient::new(now, &pace, octets.clone())),
        };
        let held = self.is_held(now, &flow, sent.purpose, &octets);
        let dispatched = if held { Err(Full) } else { self.dispatch(now, &flow, octets) };
        let reused = matches!(dispatched, Ok(Some(Dispatched { reused: true, .. })));
        match dispatched {
            Ok(Some(Dispatched { connection, .. })) => flow.connection = Some(connection),
            Ok(None) => {}
            Err(Full) => self.broken.push_back(id),
        }
        self.by_means.insert((Means::of(&flow), id));
        self.clients
            .insert(id, Client { machine, flow, reused, held, ways, sent, late: Vec::new(), tried: Vec::new() });
        self.settle_client(id);
    }

    /// The next way after one that was silent or refused; `None`: there is none.
    pub(super) fn go_on(&mut self, now: Instant, id: ClientId, request: Vec<u8>) -> Option<Told> {
        let client = self.clients.get_mut(&id)?;
        let mut ways = std::mem::take(&mut client.ways);
        while ways.front().is_some_and(|way| way.refuge) {
            ways.pop_front();
        }
        self.take_way(now, id, ways, &request)
    }

    /// Gives a message to the transport of its flow; the connection, if it has one.
    pub(super) fn dispatch(&mut self, now: Instant, flow: &Flow, octets: Vec<u8>) -> Result<Option<Dispatched>, Full> {
        self.counters.sent += 1;
        if !self.transport(flow).is_reliable() {
            let Flow { listener, remote, .. } = *flow;
            self.outputs.push_back(Output::Send { listener, remote, octets });
            return Ok(None);
        }
        let mut requests = Requests::new();
        let dispatched = self.connections.send(now, flow, octets, &mut requests);
        self.ask_streams(requests);
        if let Ok(Dispatched { connection, .. }) = dispatched {
            self.watch(connection);
        }
        dispatched.map(Some)
    }

    /// A request over a connection that was there may have met its end: it is tried once more over a new one.
    fn handle_transport_error(&mut self, now: Instant, id: ClientId) -> Option<Told> {
        let client = self.clients.get_mut(&id)?;
        let request = client.machine.unanswered()?.to_vec();
        let (sent, held) = (client.sent, client.held);
        let mut ways = std::mem::take(&mut client.ways);
        if client.reused {
            ways.push_front(Way::to(Flow { connection: None, ..client.flow.clone() }));
        }
        self.counters.unreachable += u64::from(!held);
        let next = self.take_way(now, id, ways, &request);
        if let Some(client) = self.clients.get_mut(&id) {
            self.by_means.remove(&(Means::of(&client.flow), id));
            client.machine.abandon();
        }
        self.settle_client(id);
        let silence = if held { Silence::Held } else { Silence::Unreachable };
        next.or(Some(Told::Silent(sent, silence)))
    }

    /// Sends the request by the first of these ways, as a new transaction.
    fn take_way(&mut self, now: Instant, id: ClientId, ways: VecDeque<Way>, request: &[u8]) -> Option<Told> {
        let attempt = id.attempt.checked_add(1)?;
        let (flow, sent) = (&ways.front()?.flow, self.clients.get(&id)?.sent);
        let via = self.via_of(flow.listener, id.branch, attempt);
        self.counters.ways_changed += 1;
        self.start(now, ClientId { attempt, ..id }, ways, with_via(request, &via), sent);
        Some(Told::Moved(sent))
    }

    fn break_means(&mut self, means: Means) {
        let first = ClientId { branch: 0, cancel: false, attempt: 0 };
        let last = ClientId { branch: u64::MAX, cancel: true, attempt: u8::MAX };
        let broken = self.by_means.range((means, first)..=(means, last)).map(|(_, id)| *id);
        self.broken.extend(broken);
    }
}

/// Connections.
impl Layer {
    /// A peer connected, or a stranger.
    pub(crate) fn handle_accepted(
        &mut self,
        now: Instant,
        id: ConnectionId,
        listener: usize,
        (remote, is_stranger): (SocketAddr, bool),
    ) {
        if self.connections.accept(now, id, listener, (remote, is_stranger)) {
            self.watch(id);
        } else {
            self.counters.connections_refused += 1;
            self.ask_streams(vec![(id, StreamRequest::Close)]);
        }
    }

    pub(crate) fn remote_of(&self, id: ConnectionId) -> Option<SocketAddr> {
        self.connections.remote_of(id)
    }

    pub(crate) fn handle_opened(&mut self, now: Instant, id: ConnectionId) {
        let mut requests = Requests::new();
        self.connections.opened(now, id, &mut requests);
        self.ask_streams(requests);
        self.watch(id);
    }

    /// Writes what is no message: the answer to a keep-alive.
    pub(crate) fn write(&mut self, id: ConnectionId, octets: &[u8]) {
        self.ask_streams(vec![(id, StreamRequest::Write(octets.to_vec()))]);
    }

    /// The world lost it.
    pub(crate) fn handle_closed(&mut self, id: ConnectionId) {
        if self.connections.closed(id) {
            self.deadlines.set(Owner::Connection(id), None);
            self.break_means(Means::Connection(id));
        }
    }

    /// We end it.
    pub(crate) fn close(&mut self, id: ConnectionId) {
        self.ask_streams(vec![(id, StreamRequest::Close)]);
        self.handle_closed(id);
    }

    /// One of its deadlines has passed.
    pub(crate) fn handle_connection_timeout(&mut self, id: ConnectionId) {
        self.counters.connections_expired += 1;
        self.close(id);
    }

    pub(crate) fn connections(&mut self) -> &mut super::Connections {
        &mut self.connections
    }

    pub(crate) fn connection_count(&self) -> usize {
        self.connections.len()
    }

    /// Sets its deadline anew.
    pub(crate) fn watch(&mut self, id: ConnectionId) {
        self.deadlines.set(Owner::Connection(id), self.connections.poll_timeout(id));
    }

    fn ask_streams(&mut self, requests: Requests) {
        let outputs = requests.into_iter().map(|(connection, request)| Output::Stream { connection, request });
        self.outputs.extend(outputs);
    }
}

/// The request with another Via, which stands in the second line of all that we write.
pub(super) fn with_via(request: &[u8], via: &str) -> Vec<u8> {
    let line_after =
        |from: usize| request[from..].iter().position(|&octet| octet == b'\n').map_or(from, |at| from + at + 1);
    let first = line_after(0);
    let second = line_after(first);
    [&request[..first], b"Via: ", via.as_bytes(), b"\r\n", &request[second..]].concat()
}

/// The largest request that goes as a datagram where the path's limit is unknown (18.1.1).
pub(crate) const DATAGRAM_OCTETS_MAX: usize = 1_300;
