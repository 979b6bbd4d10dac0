//! The user agent's face: datagrams, commands and time in; datagrams and events out.
//!
//! `requests` and `responses` find the transaction (RFC 3261 17) and the dialog (12.2.2) of what comes; a new request passes
//! `admission` (8.2), or `stateless` when nobody vouches for it (8.2.7).

pub(crate) mod admission;
mod config;
mod locating;
mod register;
mod registrations;
mod requests;
mod responses;
mod shedding;
mod stateless;
mod streams;
mod stun;
pub(crate) mod subscriptions;
mod unreadable;
mod view;

pub use config::{Access, EndpointConfig, Limits, Listener};
pub use stateless::Standing;
pub use view::{DialogView, Occupancy, Transactions};

use super::counters::Counters;
use super::digest::answer::Account;
use super::digest::gatekeeper::Gatekeeper;
use super::locate::Locator;
use super::message::Message;
use super::method::Method;
use super::octets::Octets;
use super::overload::Feedback;
use super::overload::load::Load;
use super::parse::{Malformed, frame};
use super::registrar::{Binding, Registrar};
use super::registration::Registration;
use super::replaces::Replaces;
use super::reply::{Reply, Tag};
use super::session::Session;
use super::stun::is_stun;
use super::subscription::Subscription;
use super::transaction::{Layer, Owner, Purpose, Sent, Told};
use super::transport::{ConnectionId, Flow, StreamEvent};
use super::uri::Uri;
use super::vocabulary::{Command, Event, Failure, Invitation, Output, SessionId, Standalone};
use stateless::Heard;
use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;
use std::time::Instant;
use subscriptions::Known;

/// The SIP user agent. Ask [`Endpoint::poll_output`] until `None` after each `handle_*`.
#[derive(Debug)]
pub struct Endpoint {
    layer: Layer,
    sessions: BTreeMap<SessionId, Session>,
    /// Sessions by our tag, which every request in a dialog has in To.
    by_tag: BTreeMap<Tag, SessionId>,
    /// Sessions whose next hop has a name, and what is known of it.
    locators: BTreeMap<SessionId, (Uri, Locator)>,
    /// Sessions whose next hop must be located.
    unlocated: VecDeque<(SessionId, Uri)>,
    next_session: u64,
    draining: bool,
    /// `None`: nobody can prove to be anybody.
    gatekeeper: Option<Gatekeeper>,
    registrar: Registrar,
    registrations: BTreeMap<SessionId, Registration>,
    /// To message summaries; their tags stand in `by_tag`.
    subscriptions: BTreeMap<SessionId, Subscription>,
    /// Of users, each once.
    summaries: BTreeMap<Octets, Known>,
    /// Tags that no transaction remembers are made with it.
    tag_key: [u8; 32],
    pub(super) load: Load,
}

impl Endpoint {
    /// An endpoint without sessions.
    pub fn new(config: EndpointConfig) -> Endpoint {
        let mut layer = Layer::new(config);
        let (gatekeeper, registrar) = guard(&mut layer);
        Endpoint {
            tag_key: layer.key(),
            load: Load::new(layer.config.began_s),
            layer,
            gatekeeper,
            registrar,
            registrations: BTreeMap::new(),
            subscriptions: BTreeMap::new(),
            summaries: BTreeMap::new(),
            sessions: BTreeMap::new(),
            by_tag: BTreeMap::new(),
            locators: BTreeMap::new(),
            unlocated: VecDeque::new(),
            next_session: 0,
            draining: false,
        }
    }

    /// What a user was bound to before a restart.
    pub fn restore(&mut self, user: &[u8], bindings: Vec<Binding>) {
        self.registrar.restore(user, bindings);
    }

    /// Where a user is bound to, the first to be tried first.
    pub fn bindings(&self, now: Instant, user: &[u8]) -> Vec<Binding> {
        self.registrar.bindings(now, user)
    }

    /// Every user who is bound to something, with that.
    pub fn users(&self, now: Instant) -> impl Iterator<Item = (&Octets, Vec<Binding>)> {
        self.registrar.users(now)
    }

    /// How many contacts are registered.
    pub fn registered(&self, now: Instant) -> usize {
        self.registrar.len(now)
    }

    /// A name for the session of the next `Command::Invite`.
    pub fn next_session(&mut self) -> SessionId {
        self.next_session += 1;
        SessionId(self.next_session)
    }

    /// A datagram came to a listener, from an address of that standing. It may be anything.
    pub fn handle_datagram(
        &mut self,
        now: Instant,
        listener: usize,
        (remote, standing): (SocketAddr, Standing),
        octets: &[u8],
    ) {
        self.layer.counters.received += 1;
        if octets.iter().all(|octet| b"\r\n\0".contains(octet)) {
            self.layer.counters.keep_alives += 1;
            return;
        }
        let from = Flow::datagrams(listener, remote);
        match is_stun(octets) {
            true => self.handle_stun(now, &from, octets),
            false => self.handle_message(now, &from, standing, octets),
        }
        self.settle(now);
    }

    /// A whole message, by whichever transport.
    fn handle_message(&mut self, now: Instant, from: &Flow, standing: Standing, octets: &[u8]) {
        let message = match Message::parse(octets) {
            Ok(message) => message,
            Err(refused) => return self.refuse_unreadable(now, from, octets.len(), refused),
        };
        if let Err(malformed) = message.check() {
            let request = message.is_request().then(|| Box::new(message));
            let refused = frame::Refused { status: 400, malformed, request };
            return self.refuse_unreadable(now, from, octets.len(), refused);
        }
        match message.method() {
            None => self.handle_response(now, &message),
            Some(Method::Ack) => self.handle_ack(now, &message),
            Some(method) => {
                let heard = Heard { from, standing, message: &message, length: octets.len() };
                self.handle_request(now, &heard, method);
            }
        }
    }

    /// Something happened to a connection; the standing is that of the address at its other end.
    pub fn handle_stream(&mut self, now: Instant, connection: ConnectionId, standing: Standing, event: StreamEvent) {
        match event {
            StreamEvent::Accepted { listener, remote } => {
                let is_stranger = standing == Standing::Unproven;
                self.layer.handle_accepted(now, connection, listener, (remote, is_stranger));
            }
            StreamEvent::Opened => self.layer.handle_opened(now, connection),
            StreamEvent::Octets(octets) => self.handle_octets(now, connection, standing, &octets),
            StreamEvent::Message(octets) => self.handle_whole(now, connection, standing, &octets),
            StreamEvent::Alive => self.handle_alive(now, connection),
            StreamEvent::Closed => {
                self.layer.handle_closed(connection);
                self.forget_flow(now, connection);
            }
        }
        self.settle(now);
    }

    /// The world knows that datagrams from a listener do not reach an address (ICMP, RFC 3261 18.4).
    pub fn handle_unreachable(&mut self, now: Instant, listener: usize, remote: SocketAddr) {
        self.layer.handle_unreachable(listener, remote);
        self.break_flows(now, &Flow::datagrams(listener, remote));
        self.settle(now);
    }

    /// Where a connection leads, while it is there.
    pub fn remote_of(&self, connection: ConnectionId) -> Option<SocketAddr> {
        self.layer.remote_of(connection)
    }

    /// The user asks.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        let session = match command {
            Command::Drain(draining) => {
                self.draining = draining;
                return;
            }
            Command::Invite(mut invitation) => {
                self.entrust(invitation.session, invitation.account.take());
                self.call(now, invitation);
                return self.settle(now);
            }
            Command::Ask(request) => {
                self.ask(now, *request);
                return self.settle(now);
            }
            Command::Summarise { user, number, summary } => {
                self.summarise(now, user, number, summary);
                return self.settle(now);
            }
            Command::Identify { session, account } => {
                if self.sessions.contains_key(&session) {
                    self.layer.entrust(session, account);
                }
                return;
            }
            Command::Register(config) => {
                self.register(now, *config);
                return self.settle(now);
            }
            Command::Withdraw => {
                self.withdraw(now);
                return self.settle(now);
            }
            Command::Ring { session, .. }
            | Command::AnswerAs { session, .. }
            | Command::Accept { session, .. }
            | Command::Warn { session, .. }
            | Command::Refuse { session, .. }
            | Command::Distrust { session, .. }
            | Command::Reoffer { session, .. }
            | Command::AnswerReoffer { session, .. }
            | Command::AnswerRefer { session, .. }
            | Command::Notify { session, .. }
            | Command::TakeKeys { session }
            | Command::Press { session, .. }
            | Command::Bye { session, .. }
            | Command::Cancel { session, .. } => session,
        };
        if self.sessions.contains_key(&session) {
            self.with_session(session, |session, layer| session.handle_command(now, layer, command));
            self.settle(now);
        } else {
            self.layer.counters.commands_late += 1;
        }
    }

    /// Time has come. Late calls catch up.
    pub fn handle_timeout(&mut self, now: Instant) {
        if let Some(due) = self.layer.deadlines.next().filter(|due| *due <= now) {
            self.load.late(now.duration_since(due));
        }
        while let Some(owner) = self.layer.deadlines.pop_due(now) {
            match owner {
                Owner::Client(id) => {
                    if let Some(told) = self.layer.handle_client_timeout(now, id) {
                        self.tell_session(now, told);
                    }
                }
                Owner::Connection(id) => {
                    if self.layer.handle_connection_timeout(now, id) {
                        self.forget_flow(now, id);
                    }
                }
                Owner::Server(id) => self.layer.handle_server_timeout(now, id),
                Owner::Session(id) => {
                    let is_other = self
                        .with_registration(now, id, |registration, layer| registration.handle_timeout(now, layer))
                        || self.with_subscription(id, |it, layer, summary| it.handle_timeout(now, layer, summary));
                    if !is_other {
                        self.with_session(id, |session, layer| session.handle_timeout(now, layer));
                    }
                }
            }
        }
        self.settle(now);
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

    /// Tells sessions of requests that lost their way, and locates next hops that have a name, until there is no more.
    fn settle(&mut self, now: Instant) {
        loop {
            if let Some(told) = self.layer.next_broken(now) {
                told.into_iter().for_each(|told| self.tell_session(now, told));
            } else if let Some((session, hop)) = self.unlocated.pop_front() {
                self.locate(now, session, hop);
            } else {
                return;
            }
        }
    }

    fn tell_session(&mut self, now: Instant, told: Told) {
        match told {
            Told::Moved(Sent { session, purpose }) => {
                self.with_session(session, |session, layer| session.handle_moved(now, layer, purpose));
            }
            Told::Silent(Sent { session, purpose: Purpose::Register }, _) => {
                self.with_registration(now, session, |registration, layer| registration.handle_silence(now, layer));
            }
            Told::Silent(Sent { session, .. }, _) if self.subscriptions.contains_key(&session) => {
                self.notified(now, session, None);
            }
            Told::Silent(Sent { session, purpose }, silence) => {
                self.with_session(session, |session, layer| session.handle_silence(now, layer, purpose, silence));
            }
            Told::Response(..) | Told::Challenged(..) => {
                unreachable!("a response goes to its session with its message")
            }
        }
    }

    /// `feedback` is for neighbours: what we bear is nobody else's business (RFC 7339 5.2).
    fn reply(&self, request: &Message, from: &Flow, feedback: Option<Feedback>) -> Reply {
        Reply::to(request, from, self.layer.transport(from), feedback)
    }

    fn call(&mut self, now: Instant, invitation: Invitation) {
        if !self.has_room() || self.layer.is_full() {
            self.layer.counters.full += 1;
            self.layer.forget(invitation.session);
            self.layer.tell(Event::Failed { session: invitation.session, failure: Failure::Full });
            return;
        }
        let id = invitation.session;
        let session = Session::call(now, &mut self.layer, invitation);
        self.insert(now, id, session);
    }

    fn ask(&mut self, now: Instant, mut request: Standalone) {
        let id = request.session;
        if !self.has_room() || self.layer.is_full() {
            self.layer.counters.full += 1;
            return self.layer.tell(Event::Responded { session: id, status: None });
        }
        self.entrust(id, request.account.take());
        let session = Session::ask(now, &mut self.layer, request);
        self.insert(now, id, session);
    }

    fn entrust(&mut self, session: SessionId, account: Option<Account>) {
        if let Some(account) = account {
            self.layer.entrust(session, account);
        }
    }

    fn has_room(&self) -> bool {
        self.sessions.len() < self.layer.config.limits.sessions
    }

    fn insert(&mut self, now: Instant, id: SessionId, session: Session) {
        let unresolved = session.unresolved();
        self.by_tag.insert(session.tag(), id);
        self.sessions.insert(id, session);
        if let Some(hop) = unresolved {
            self.locate(now, id, hop);
        }
        self.with_session(id, |_, _| ());
    }

    /// Lets a session act; then its deadline is set anew, a name in its route is asked for, and what is over goes.
    fn with_session(&mut self, id: SessionId, act: impl FnOnce(&mut Session, &mut Layer)) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        act(session, &mut self.layer);
        let wanted = session.unresolved();
        self.layer.deadlines.set(Owner::Session(id), session.poll_timeout());
        if session.is_over() {
            self.by_tag.remove(&session.tag());
            self.sessions.remove(&id);
            self.layer.forget(id);
            self.locators.remove(&id);
        } else if let Some(hop) = wanted.filter(|hop| self.locators.get(&id).is_none_or(|(known, _)| known != hop)) {
            self.unlocated.push_back((id, hop));
        }
    }

    /// The session of a dialog that somebody would replace, and whether it is confirmed.
    pub fn session_of(&self, replaces: &Replaces) -> Option<(SessionId, bool)> {
        let id = *self.by_tag.get(&Tag::parse(&replaces.to_tag)?)?;
        let session = self.sessions.get(&id)?;
        session.has_dialog_of(&replaces.call_id, &replaces.from_tag).then(|| (id, session.is_established()))
    }
}

/// Who guards the door, and who keeps the contacts of whom it lets in.
fn guard(layer: &mut Layer) -> (Option<Gatekeeper>, Registrar) {
    let access = std::mem::take(&mut layer.config.access);
    let mut registrar = Registrar::default();
    access.registrants.iter().for_each(|(user, may)| registrar.admit(user.clone(), *may));
    let is_guarded = !access.secrets.is_empty();
    let gatekeeper = is_guarded.then(|| Gatekeeper::new(access, layer.key()));
    (gatekeeper, registrar)
}
