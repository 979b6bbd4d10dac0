//! The user agent's face: datagrams, commands and time in; datagrams and events out.
//!
//! Here messages find their transaction (RFC 3261 17), their dialog (12.2.2), or become a new session (8.2). The order
//! of the checks on a new request stands in `admission`.

pub(crate) mod admission;
mod config;

pub use config::{EndpointConfig, Limits, Listener, Transport};

use super::counters::Counters;
use super::dialog::Dialog;
use super::header::Name;
use super::message::Message;
use super::method::Method;
use super::parse::{Malformed, frame};
use super::reply::{Reply, Tag};
use super::session::{InDialog, Invitation, Session};
use super::status::phrase;
use super::transaction::invite_server::AckFor;
use super::transaction::{Layer, Owner, Purpose, Sent, ServerId, matching};
use super::vocabulary::{Command, Event, Failure, Output, ResolveId, SessionId};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Instant;

/// The SIP user agent. Ask [`Endpoint::poll_output`] until `None` after each `handle_*`.
#[derive(Debug)]
pub struct Endpoint {
    layer: Layer,
    sessions: BTreeMap<SessionId, Session>,
    /// Sessions by our tag, which every request in a dialog has in To.
    by_tag: BTreeMap<Tag, SessionId>,
    next_session: u64,
    draining: bool,
}

/// How many entries the endpoint's tables hold. All are zero when it is quiet.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Occupancy {
    /// Sessions whose last event is not told yet.
    pub sessions: usize,
    /// Transactions, client and server.
    pub transactions: usize,
    /// Timers that run.
    pub deadlines: usize,
}

impl Endpoint {
    /// An endpoint without sessions.
    pub fn new(config: EndpointConfig) -> Endpoint {
        Endpoint {
            layer: Layer::new(config),
            sessions: BTreeMap::new(),
            by_tag: BTreeMap::new(),
            next_session: 0,
            draining: false,
        }
    }

    /// A name for the session of the next `Command::Invite`.
    pub fn next_session(&mut self) -> SessionId {
        self.next_session += 1;
        SessionId(self.next_session)
    }

    /// A datagram came to a listener. It may be anything.
    pub fn handle_datagram(&mut self, now: Instant, listener: usize, remote: SocketAddr, octets: &[u8]) {
        self.layer.counters.received += 1;
        if octets.iter().all(|octet| b"\r\n\0".contains(octet)) {
            self.layer.counters.keep_alives += 1;
            return;
        }
        let message = match Message::parse(octets) {
            Ok(message) => message,
            Err(refused) => return self.refuse_unreadable(listener, remote, octets.len(), refused),
        };
        if let Err(malformed) = message.check() {
            let request = message.is_request().then(|| Box::new(message));
            let refused = frame::Refused { status: 400, malformed, request };
            return self.refuse_unreadable(listener, remote, octets.len(), refused);
        }
        match message.method() {
            None => self.handle_response(now, &message),
            Some(Method::Ack) => self.handle_ack(now, &message),
            Some(method) => self.handle_request(now, (listener, remote), method, &message),
        }
    }

    /// The user asks.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        let session = match command {
            Command::Drain(draining) => {
                self.draining = draining;
                return;
            }
            Command::Invite { session, listener, target, remote, from, to, identity, private, offer, max_forwards } => {
                let invitation =
                    Invitation { session, listener, target, remote, from, to, identity, private, offer, max_forwards };
                return self.call(now, invitation);
            }
            Command::Ring { session, .. }
            | Command::Accept { session, .. }
            | Command::Refuse { session, .. }
            | Command::Reoffer { session, .. }
            | Command::AnswerReoffer { session, .. }
            | Command::Bye { session, .. }
            | Command::Cancel { session, .. } => session,
        };
        if self.sessions.contains_key(&session) {
            self.with_session(session, |session, layer| session.handle_command(now, layer, command));
        } else {
            self.layer.counters.commands_late += 1;
        }
    }

    /// The answer to [`Output::Resolve`], best address first; none: not found.
    pub fn handle_resolved(&mut self, _now: Instant, id: ResolveId, addresses: &[SocketAddr]) {
        if let Some(address) = addresses.first() {
            self.with_session(SessionId(id.0), |session, _| session.handle_resolved(*address));
        }
    }

    /// Time has come. Late calls catch up.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some(owner) = self.layer.deadlines.pop_due(now) {
            match owner {
                Owner::Client(id) => {
                    if let Some(sent) = self.layer.handle_client_timeout(now, id) {
                        self.with_session(sent.session, |session, layer| {
                            session.handle_silence(now, layer, sent.purpose)
                        });
                    }
                }
                Owner::Server(id) => self.layer.handle_server_timeout(now, id),
                Owner::Session(id) => self.with_session(id, |session, layer| session.handle_timeout(now, layer)),
            }
        }
    }

    /// When [`Endpoint::handle_timeout`] is wanted next.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.layer.deadlines.next()
    }

    /// The next thing to do, in the order in which it must be done.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.layer.poll_output()
    }

    /// What was counted since the start.
    pub fn counters(&self) -> &Counters {
        &self.layer.counters
    }

    /// How full the tables are.
    pub fn occupancy(&self) -> Occupancy {
        Occupancy {
            sessions: self.sessions.len(),
            transactions: self.layer.len(),
            deadlines: self.layer.deadlines.len(),
        }
    }

    fn call(&mut self, now: Instant, invitation: Invitation) {
        if !self.has_room() || self.layer.is_full() {
            self.layer.counters.full += 1;
            self.layer.tell(Event::Failed { session: invitation.session, failure: Failure::Full });
            return;
        }
        let id = invitation.session;
        let session = Session::call(now, &mut self.layer, invitation);
        self.insert(id, session);
    }

    fn has_room(&self) -> bool {
        self.sessions.len() < self.layer.config.limits.sessions
    }

    fn insert(&mut self, id: SessionId, session: Session) {
        if let Some(target) = session.unresolved() {
            self.layer.ask(Output::Resolve { id: ResolveId(id.0), target });
        }
        self.by_tag.insert(session.tag(), id);
        self.sessions.insert(id, session);
        self.with_session(id, |_, _| ());
    }

    /// Lets a session act; then its deadline is set anew, a name in its route is asked for, and what is over goes.
    fn with_session(&mut self, id: SessionId, act: impl FnOnce(&mut Session, &mut Layer)) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let asked = session.unresolved();
        act(session, &mut self.layer);
        if let Some(target) = session.unresolved().filter(|target| asked.as_ref() != Some(target)) {
            self.layer.ask(Output::Resolve { id: ResolveId(id.0), target });
        }
        self.layer.deadlines.set(Owner::Session(id), session.poll_timeout());
        if session.is_over() {
            self.by_tag.remove(&session.tag());
            self.sessions.remove(&id);
        }
    }

    fn handle_response(&mut self, now: Instant, response: &Message) {
        // 8.1.3.3: a response with two Vias was never ours.
        if response.has_second_via() {
            self.layer.counters.responses_stray += 1;
            return;
        }
        let Some(sent) = self.layer.handle_response(now, response) else { return };
        if self.sessions.contains_key(&sent.session) {
            self.with_session(sent.session, |session, layer| {
                session.handle_response(now, layer, sent.purpose, response)
            });
        } else if sent.purpose == Purpose::Invite && matches!(response.status(), Some(200..=299)) {
            self.end_late_fork(now, sent.session, response);
        }
    }

    /// A fork that answers when its session is over rings on at its user until it is acknowledged and ended (13.2.2.4).
    fn end_late_fork(&mut self, now: Instant, session: SessionId, response: &Message) {
        let Some((origin, is_new)) = self.layer.late_fork(response) else { return };
        let mut dialog = Dialog::of_response(&origin, response);
        let (ack, at) = (dialog.acknowledge(&mut self.layer, origin.cseq), dialog.at());
        self.layer.send(at.0, at.1, ack);
        if is_new {
            let (branch, _, writer) = dialog.request(&mut self.layer, "BYE");
            let sent = Sent { session, purpose: Purpose::StrayBye };
            self.layer.request(now, at, branch, writer.finish(None), sent);
        }
    }

    /// An ACK ends the repetitions of a refusal in its transaction, or those of a 2xx in its dialog.
    fn handle_ack(&mut self, now: Instant, ack: &Message) {
        if let Some(id) = self.layer.find_server(&matching::key(ack, Method::Invite))
            && self.layer.handle_ack(now, id) == AckFor::Transaction
        {
            return;
        }
        let mut matched = false;
        if let Some(id) = self.session_in_dialog(ack) {
            self.with_session(id, |session, layer| matched = session.handle_ack(now, layer, ack));
        }
        self.layer.counters.acks_stray += u64::from(!matched);
    }

    fn handle_request(&mut self, now: Instant, at: (usize, SocketAddr), method: Method, request: &Message) {
        let key = matching::key(request, method);
        if let Some(id) = self.layer.find_server(&key) {
            return self.layer.handle_repetition(id);
        }
        let reply = Reply::to(request, at.0, at.1);
        if self.layer.is_full() {
            // Without a table entry the response is not repeated; the request will be.
            self.layer.counters.full += 1;
            let tag = self.layer.tag();
            let octets = self.busy(reply.start(503, Some(tag)));
            return self.layer.send(reply.listener, reply.remote, octets);
        }
        match method {
            Method::Cancel => self.handle_cancel(now, key, reply, request),
            _ if !request.tag(Name::To).is_empty() => self.handle_in_dialog(now, key, reply, method, request),
            _ => self.handle_new(now, at, key, reply, method, request),
        }
    }

    /// 9.2: CANCEL is answered for itself, and the INVITE by 487.
    fn handle_cancel(&mut self, now: Instant, key: Vec<u8>, reply: Reply, request: &Message) {
        let invite = self.layer.find_server(&matching::key(request, Method::Invite));
        let session = invite.and_then(|invite| self.layer.session_of(invite));
        let id = self.layer.open(Method::Cancel, key, None, reply);
        let tag = session.and_then(|session| self.sessions.get(&session)).map(Session::tag);
        self.respond(now, id, if invite.is_some() { 200 } else { 481 }, tag);
        if let (Some(invite), Some(session)) = (invite, session)
            && self.layer.is_proceeding(invite)
        {
            let cause = request.cause();
            self.with_session(session, |session, layer| session.handle_cancel(now, layer, invite, cause));
        }
    }

    fn handle_in_dialog(&mut self, now: Instant, key: Vec<u8>, reply: Reply, method: Method, request: &Message) {
        let id = self.layer.open(method, key, None, reply);
        if self.refuse_method(now, id, method) || self.refuse_extension(now, id, request) {
            return;
        }
        let Some(session) = self.session_in_dialog(request) else {
            self.layer.counters.dialogs_unknown += 1;
            return self.respond(now, id, 481, None);
        };
        if method.may_offer() && self.refuse_body(now, id, request) {
            return;
        }
        let refreshes = matches!(method, Method::Invite | Method::Update);
        if refreshes && self.refuse_interval(now, id, request) {
            return;
        }
        let peer = InDialog { server: id, request };
        self.with_session(session, |session, layer| session.handle_request(now, layer, peer));
    }

    /// Our tag is in To; Call-ID and the peer's tag must agree.
    fn session_in_dialog(&self, request: &Message) -> Option<SessionId> {
        let id = *self.by_tag.get(&Tag::parse(request.tag(Name::To))?)?;
        self.sessions.get(&id)?.has_dialog(request).then_some(id)
    }

    /// Responds with no more than the status.
    fn respond(&mut self, now: Instant, id: ServerId, status: u16, tag: Option<Tag>) {
        let tag = tag.unwrap_or_else(|| self.layer.tag());
        if let Some(octets) = self.layer.reply(id).map(|reply| reply.start(status, Some(tag)).finish(None)) {
            self.layer.respond(now, id, status, octets);
        }
    }

    /// What cannot be read is answered where the sender may learn from it, and by no more octets than came and the
    /// standard adds: a forged source address gains nothing. The words of the reason phrase give way first.
    fn refuse_unreadable(&mut self, listener: usize, remote: SocketAddr, received: usize, refused: frame::Refused) {
        let frame::Refused { status, malformed, request } = refused;
        let answerable = request.filter(|request| {
            let echoes = request.value(Name::Via).is_some() && request.value(Name::CSeq).is_some();
            echoes && request.method() != Some(Method::Ack) && received >= ANSWERED_OCTETS_MIN
        });
        let Some(request) = answerable else {
            self.layer.counters.malformed_dropped += 1;
            return;
        };
        let reply = Reply::to(&request, listener, remote);
        let tag = self.layer.tag();
        let write = |phrase: &str| reply.start_phrased(status, phrase, Some(tag)).finish(None);
        let mut candidates = complaints(status, malformed).into_iter().map(|phrase| write(&phrase));
        match candidates.find(|octets| octets.len() <= received + ADDED_OCTETS_MAX) {
            Some(octets) => {
                self.layer.counters.malformed_answered += 1;
                self.layer.send(listener, reply.remote, octets);
            }
            None => self.layer.counters.malformed_dropped += 1,
        }
    }
}

/// Reason phrases that say what is wrong and where, the most telling first.
fn complaints(status: u16, malformed: Malformed) -> [String; 3] {
    let plain = phrase(status);
    [format!("{plain}: {malformed}"), malformed.what.to_owned(), plain.to_owned()]
}

/// No request that a person or a device means is shorter, and a short one would gain most by an answer.
const ANSWERED_OCTETS_MIN: usize = 200;
/// What the standard makes a response add: `received`, `rport` and the tag of To.
const ADDED_OCTETS_MAX: usize = 64;
