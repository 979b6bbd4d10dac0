//! The user agent's face: datagrams, commands and time in; datagrams and events out.
//!
//! Here messages find their transaction (RFC 3261 17), their dialog (12.2.2), or become a new session (8.2). The order
//! of the checks on a new request stands in `admission`.

pub(crate) mod admission;
mod config;
mod register;
mod registrations;
mod shedding;
mod stateless;
mod streams;
mod stun;
pub(crate) mod subscriptions;
mod view;

pub use config::{Access, EndpointConfig, Limits, Listener};
pub use stateless::Standing;
pub use view::{DialogView, Occupancy, Transactions};

use super::counters::Counters;
use super::dialog::Dialog;
use super::digest::answer::Account;
use super::digest::gatekeeper::Gatekeeper;
use super::header::Name;
use super::locate::{Locator, Question, Records, Target};
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
use super::session::{InDialog, Session};
use super::status::phrase;
use super::stun::is_stun;
use super::subscription::Subscription;
use super::transaction::invite_server::AckFor;
use super::transaction::{Layer, Owner, Purpose, Sent, ServerId, Told, matching};
use super::transport::{ConnectionId, Flow, StreamEvent};
use super::uri::Uri;
use super::vocabulary::{Command, Event, Failure, Invitation, Output, ResolveId, SessionId, Standalone};
use stateless::{Answered, Heard};
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
            | Command::Refuse { session, .. }
            | Command::Distrust { session, .. }
            | Command::Reoffer { session, .. }
            | Command::AnswerReoffer { session, .. }
            | Command::AnswerRefer { session, .. }
            | Command::Notify { session, .. }
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

    /// The answer to [`Output::Resolve`].
    pub fn handle_resolved(&mut self, now: Instant, id: ResolveId, question: &Question, records: Records) {
        let session = SessionId(id.0);
        let Some((_, locator)) = self.locators.get_mut(&session) else { return };
        if locator.handle_records(question, records, || self.layer.random()) {
            self.advance_locator(now, session);
        }
        self.settle(now);
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

    fn locate(&mut self, now: Instant, session: SessionId, hop: Uri) {
        // It may have ended meanwhile.
        if !self.sessions.contains_key(&session) && !self.registrations.contains_key(&session) {
            return;
        }
        let locator = Locator::new(&hop, &self.layer.transports());
        self.locators.insert(session, (hop, locator));
        self.advance_locator(now, session);
    }

    /// Asks what a locator wants to know, or tells its session what it found.
    fn advance_locator(&mut self, now: Instant, session: SessionId) {
        let Some((hop, locator)) = self.locators.get(&session) else { return };
        let Some(targets) = locator.found() else {
            let id = ResolveId(session.0);
            let questions = locator.questions().into_iter();
            return questions.for_each(|question| self.layer.ask(Output::Resolve { id, question }));
        };
        let flow_to = |target: &Target| self.layer.flow_to(target.transport, target.address, hop.host(), None);
        let flows: Vec<Flow> = targets.iter().filter_map(flow_to).collect();
        if self.registrations.contains_key(&session) {
            // They are looked for with every refresh.
            self.locators.remove(&session);
            self.with_registration(now, session, |registration, layer| registration.handle_located(now, layer, flows));
            return;
        }
        self.with_session(session, |session, layer| session.handle_located(now, layer, flows));
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

    fn handle_response(&mut self, now: Instant, response: &Message) {
        // 8.1.3.3: a response with two Vias was never ours.
        if response.has_second_via() {
            self.layer.counters.responses_stray += 1;
            return;
        }
        let Some(told) = self.layer.handle_response(now, response) else { return };
        let (sent, flow) = match told {
            Told::Response(sent, flow) => (sent, flow),
            Told::Challenged(sent, flow, retry) => match self.number_again(now, sent, response) {
                Some(cseq) => return self.layer.send_again(now, *retry, cseq),
                None => (sent, flow),
            },
            told => return self.tell_session(now, told),
        };
        let is_registration = self.with_registration(now, sent.session, |registration, layer| {
            registration.handle_response(now, layer, response, &flow)
        });
        if is_registration {
            return;
        }
        if self.subscriptions.contains_key(&sent.session) {
            return self.notified(now, sent.session, response.status());
        }
        if self.sessions.contains_key(&sent.session) {
            self.with_session(sent.session, |session, layer| {
                session.handle_response(now, layer, sent.purpose, response, flow)
            });
        } else if sent.purpose == Purpose::Invite && matches!(response.status(), Some(200..=299)) {
            self.end_late_fork(now, sent.session, response);
        }
    }

    /// The CSeq number of a request that answers a challenge.
    fn number_again(&mut self, now: Instant, Sent { session, purpose }: Sent, response: &Message) -> Option<u32> {
        let mut cseq = None;
        if self.with_registration(now, session, |registration, _| cseq = registration.number_again()) {
            return cseq;
        }
        self.with_session(session, |session, layer| cseq = session.number_again(now, layer, purpose, response));
        cseq
    }

    /// A fork that answers when its session is over rings on at its user until it is acknowledged and ended (13.2.2.4).
    fn end_late_fork(&mut self, now: Instant, session: SessionId, response: &Message) {
        let Some((origin, is_new)) = self.layer.late_fork(response) else { return };
        let mut dialog = Dialog::of_response(&origin, response);
        let (ack, ways) = (dialog.acknowledge(&mut self.layer, session, origin.cseq), dialog.ways(&self.layer));
        self.layer.send(now, &ways[0].flow, ack);
        if is_new {
            let (branch, _, writer) = dialog.request(&mut self.layer, "BYE");
            let sent = Sent { session, purpose: Purpose::StrayBye };
            self.layer.request(now, ways, branch, writer.finish(None), sent);
        }
    }

    /// An ACK ends the repetitions of a refusal in its transaction, or those of a 2xx in its dialog.
    fn handle_ack(&mut self, now: Instant, ack: &Message) {
        if let Some(id) = self.layer.find_server(&matching::key(ack, Method::Invite))
            && self.layer.handle_ack(now, id) == AckFor::Transaction
        {
            return;
        }
        if self.acknowledges_nothing(ack) {
            return;
        }
        let mut matched = false;
        if let Some(id) = self.session_in_dialog(ack) {
            self.with_session(id, |session, layer| matched = session.handle_ack(now, layer, ack));
        }
        self.layer.counters.acks_stray += u64::from(!matched);
    }

    fn handle_request(&mut self, now: Instant, heard: &Heard<'_>, method: Method) {
        let Heard { from, message: request, .. } = *heard;
        self.learn_alias(from, request);
        let key = matching::key(request, method);
        if let Some(id) = self.layer.find_server(&key) {
            return self.layer.handle_repetition(now, id);
        }
        let user = match self.vouch(now, heard, method) {
            Ok(user) => user,
            Err(Answered) => return,
        };
        self.judge_load(now);
        let reply = self.reply(request, from, Some(self.load.feedback()));
        if self.is_shed(request, method) {
            return self.shed(now, request, &reply);
        }
        if self.layer.is_full() {
            // Without a table entry the response is not repeated; the request will be.
            self.layer.counters.full += 1;
            let octets = self.busy(reply.start(503, Some(self.stateless_tag(request))));
            return self.layer.send(now, &reply.flow, octets);
        }
        match method {
            Method::Cancel => self.handle_cancel(now, key, reply, request),
            _ if !request.tag(Name::To).is_empty() => self.handle_in_dialog(now, heard, key, reply, method),
            _ => self.handle_new(now, heard, user, key, reply, method),
        }
    }

    /// 9.2: CANCEL is answered for itself, and the INVITE by 487.
    fn handle_cancel(&mut self, now: Instant, key: Vec<u8>, reply: Reply, request: &Message) {
        let invite = self.layer.find_server(&matching::key(request, Method::Invite));
        self.layer.counters.outside_dialogs += u64::from(invite.is_none());
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

    fn handle_in_dialog(&mut self, now: Instant, heard: &Heard<'_>, key: Vec<u8>, reply: Reply, method: Method) {
        let Heard { from, message: request, .. } = *heard;
        let id = self.layer.open(method, key, None, reply);
        if self.refuse_method(now, id, method, request) || self.refuse_extension(now, id, method, request) {
            return;
        }
        if method == Method::Subscribe {
            return self.handle_resubscribe(now, id, from, request);
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

    /// The session of a dialog that somebody would replace, and whether it is confirmed.
    pub fn session_of(&self, replaces: &Replaces) -> Option<(SessionId, bool)> {
        let id = *self.by_tag.get(&Tag::parse(&replaces.to_tag)?)?;
        let session = self.sessions.get(&id)?;
        session.has_dialog_of(&replaces.call_id, &replaces.from_tag).then(|| (id, session.is_established()))
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
    fn refuse_unreadable(&mut self, now: Instant, from: &Flow, received: usize, refused: frame::Refused) {
        let frame::Refused { status, malformed, request } = refused;
        let answerable = request.filter(|request| {
            let echoes = request.value(Name::Via).is_some() && request.value(Name::CSeq).is_some();
            echoes && request.method() != Some(Method::Ack) && received >= ANSWERED_OCTETS_MIN
        });
        let Some(request) = answerable else {
            self.layer.counters.malformed_dropped += 1;
            return;
        };
        let reply = self.reply(&request, from, None);
        let tag = self.layer.tag();
        let write = |phrase: &str| reply.start_phrased(status, phrase, Some(tag)).finish(None);
        let mut candidates = complaints(status, malformed).into_iter().map(|phrase| write(&phrase));
        match candidates.find(|octets| octets.len() <= received + ADDED_OCTETS_MAX) {
            Some(octets) => {
                self.layer.counters.malformed_answered += 1;
                self.layer.send(now, &reply.flow, octets);
            }
            None => self.layer.counters.malformed_dropped += 1,
        }
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

/// Reason phrases that say what is wrong and where, the most telling first.
fn complaints(status: u16, malformed: Malformed) -> [String; 3] {
    let plain = phrase(status);
    [format!("{plain}: {malformed}"), malformed.what.to_owned(), plain.to_owned()]
}

/// No request that a person or a device means is shorter, and a short one would gain most by an answer.
const ANSWERED_OCTETS_MIN: usize = 200;
/// What the standard makes a response add: `received`, `rport` and the tag of To.
const ADDED_OCTETS_MAX: usize = 64;
