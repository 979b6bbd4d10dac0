//! The table of client transactions: sending, matching, responses (RFC 3261 17.1).

use super::super::dialog::Origin;
use super::super::endpoint::Listener;
use super::super::header::Name;
use super::super::message::Message;
use super::super::method::Method;
use super::super::octets::Octets;
use super::super::parse::lex::number;
use super::super::reply::parse_hex;
use super::super::session::FORKS_MAX;
use super::super::timer::Pace;
use super::super::transport::Way;
use super::{
    ClientId, ClientMachine, Expiry, Layer, MAGIC_COOKIE, Means, Owner, Purpose, Reaction, Sent, Silence, Told,
    invite_client,
};
use std::collections::VecDeque;
use std::time::Instant;

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

    /// 17.1.3: the branch, which holds our randomness and the attempt, and the method of CSeq; 18.1.2: our sent-by.
    pub(super) fn find_client(&self, response: &Message) -> Option<ClientId> {
        let via = response.via().ok()?;
        let branch = via.branch()?.strip_prefix(MAGIC_COOKIE.as_bytes())?;
        let (random, attempt) = branch.split_at_checked(16)?;
        let attempt = u8::try_from(number(attempt.strip_prefix(b".")?)?).ok()?;
        let method = Method::parse(response.cseq().ok()?.method);
        let id = ClientId { branch: parse_hex(random)?, cancel: method == Method::Cancel, attempt };
        let client = self.clients.get(&id)?;
        let is_invite = matches!(client.machine, ClientMachine::Invite(_));
        let Listener { transport, advertised, .. } = self.config.local[client.flow.listener];
        let sent_by = via.sent_by(transport).map(|it| (it.ip(), it.port()));
        let is_ours = sent_by == Some((advertised.ip(), advertised.port()));
        (is_ours && is_invite == (method == Method::Invite)).then_some(id)
    }

    pub(super) fn settle_client(&mut self, id: ClientId) {
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

/// Service Unavailable: another server may do (RFC 3263 4.3).
pub(super) const UNAVAILABLE: u16 = 503;
