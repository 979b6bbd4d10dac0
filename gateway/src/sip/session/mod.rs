//! Sessions: the INVITE usage of a dialog, RFC 3261 13, 14 and 15.
//!
//! ```text
//!   Command::Invite ──▶ Calling ──2xx/ACK──▶ Established ──BYE──▶ Ending ──▶ Over
//!   INVITE ───────────▶ Alerting ──200──────▶     │  ▲               ▲
//!                          │                      └──┘ re-INVITE     │ no ACK, BYE of ours
//!                          └── CANCEL, refusal ──────────────────────┴────▶ Over
//! ```
//!
//! A call to a name is `Locating` before it is `Calling`. One file per state. A session never reads a socket or a clock; it speaks through the transaction
//! [`Layer`] and tells its user what happened. It tells exactly one last event ([`super::vocabulary`]).
//! Challenges are answered by the layer below; a session only counts the requests.

mod alerting;
mod calling;
mod early;
mod ending;
mod established;
mod info;
mod locating;
mod offer;
mod referral;
pub(crate) mod refresh;
mod reinvite;
mod reliable;
mod standalone;
mod unacknowledged;
mod update;

use super::dialog::Dialog;
use super::endpoint::DialogView;
use super::header::Name;
use super::message::{Message, Writer};
use super::method::Method;
use super::octets::Octets;
use super::parse::Malformed;
use super::reply::{Reply, Tag};
use super::sdp::{Description, SdpError};
use super::transaction::{Layer, Purpose, ServerId, Silence};
use super::transport::{Flow, Transport};
use super::uri::Uri;
use super::vocabulary::{Command, Event, Failure, Invitation, SessionId, Standalone};
use super::{body, endpoint};
use alerting::{Alerting, Refusal};
use calling::Calling;
use ending::Ending;
use established::Established;
use locating::Locating;
use standalone::Asking;
use std::time::Instant;
use unacknowledged::Unacknowledged;

#[cfg(test)]
pub(crate) use alerting::QUEUED_MAX;
#[cfg(test)]
pub(crate) use calling::INTERVALS_MAX;

/// One session.
#[derive(Debug)]
pub(crate) struct Session {
    id: SessionId,
    /// Ours in every dialog of the session.
    tag: Tag,
    begun: Instant,
    state: State,
}

#[derive(Debug)]
enum State {
    /// Our INVITE waits until its servers are found.
    Locating(Box<Locating>),
    /// Our request outside of a dialog is unanswered.
    Asking(Box<Asking>),
    /// Our INVITE is unanswered.
    Calling(Box<Calling>),
    /// The peer's INVITE is unanswered.
    Alerting(Box<Alerting>),
    /// A 2xx went or came.
    Established(Box<Established>),
    /// Our BYE is unanswered.
    Ending(Box<Ending>),
    /// The last event is told.
    Over,
}

/// A request inside the session's dialog, with its open server transaction.
#[derive(Debug, Clone, Copy)]
pub(crate) struct InDialog<'a> {
    pub server: ServerId,
    pub request: &'a Message,
}

impl Session {
    /// Calls out. The INVITE goes at once to an address, and to a name once its servers are found.
    pub(crate) fn call(now: Instant, layer: &mut Layer, invitation: Invitation) -> Session {
        let (tag, id) = (layer.tag(), invitation.session);
        let state = Locating { invitation }.begin(now, layer, tag);
        Session { id, tag, begun: now, state }
    }

    /// Sends a request outside of any dialog.
    pub(crate) fn ask(now: Instant, layer: &mut Layer, request: Standalone) -> Session {
        let (tag, id) = (layer.tag(), request.session);
        Session { id, tag, begun: now, state: Box::new(Asking::new(request)).begin(now, layer, tag) }
    }

    /// An INVITE came and is worth a session. The user is told by the caller.
    pub(crate) fn receive(
        now: Instant,
        layer: &mut Layer,
        id: SessionId,
        server: ServerId,
        invite: &Message,
        source: Flow,
        has_offer: bool,
    ) -> Result<Session, Malformed> {
        let tag = layer.tag();
        let reply = layer.reply(server).expect("the caller has opened the transaction");
        let dialog = Dialog::of_request(invite, reply, tag, source)?;
        layer.bind(server, id);
        let alerting = Alerting::new(layer, id, server, dialog, invite, has_offer);
        Ok(Session { id, tag, begun: now, state: State::Alerting(Box::new(alerting)) })
    }

    pub(crate) fn tag(&self) -> Tag {
        self.tag
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    pub(crate) fn handle_command(&mut self, now: Instant, layer: &mut Layer, command: Command) {
        let Session { id, tag, state, .. } = self;
        let next = match (&mut *state, command) {
            (State::Locating(_), Command::Cancel { .. } | Command::Bye { .. }) => Some(over(layer, *id)),
            (State::Calling(calling), Command::Cancel { cause, .. } | Command::Bye { cause, .. }) => {
                calling.cancel(now, layer, cause)
            }
            (State::Calling(calling), Command::AnswerReoffer { answer, .. }) => {
                calling.answer_reoffer(now, layer, answer.as_ref().map_err(|status| *status));
                None
            }
            (State::Alerting(alerting), Command::Ring { status, answer, early_media, .. }) => {
                alerting.ring(now, layer, *tag, status, (answer.as_ref(), early_media));
                None
            }
            (State::Alerting(alerting), Command::AnswerAs { identity, private, .. }) => {
                alerting.identity = Some((identity, private));
                None
            }
            (State::Alerting(alerting), Command::Accept { answer, .. }) => {
                let waiting = alerting.accept(now, layer, *tag, &answer);
                establish(now, *id, state, waiting)
            }
            (State::Alerting(alerting), Command::AnswerReoffer { answer, .. }) => {
                let waiting = alerting.answer_reoffer(now, layer, *tag, answer);
                establish(now, *id, state, waiting)
            }
            (State::Alerting(alerting), Command::Refuse { status, cause, retry_after_s, .. }) => {
                alerting.refuse(now, layer, *tag, Refusal { cause, retry_after_s, ..Refusal::plain(status) });
                Some(over(layer, *id))
            }
            (State::Alerting(alerting), Command::Distrust { status, phrase, .. }) => {
                alerting.refuse(now, layer, *tag, Refusal { phrase, ..Refusal::plain(status) });
                Some(over(layer, *id))
            }
            (State::Alerting(alerting), Command::Bye { cause, .. } | Command::Cancel { cause, .. }) => {
                alerting.refuse(now, layer, *tag, Refusal { cause, ..Refusal::plain(DECLINE) });
                Some(over(layer, *id))
            }
            (State::Established(established), Command::Reoffer { offer, .. }) => {
                established.reoffer(now, layer, offer);
                None
            }
            (State::Established(established), Command::AnswerReoffer { answer, .. }) => {
                established.answer_reoffer(now, layer, answer);
                None
            }
            (State::Established(established), Command::AnswerRefer { status, .. }) => {
                established.answer_refer(now, layer, status);
                None
            }
            (State::Established(established), Command::Notify { status, is_last, .. }) => {
                established.notify(now, layer, referral::Note { status, is_last });
                None
            }
            // A CANCEL that the 2xx crossed ends the session as a BYE would (RFC 3261 9.1).
            (State::Established(_), Command::Bye { cause, .. } | Command::Cancel { cause, .. }) => {
                let last = Event::Ended { session: *id, cause: None };
                take_established(state).map(|established| established.end(now, layer, cause, last))
            }
            _ => {
                layer.counters.commands_late += 1;
                None
            }
        };
        self.enter(next);
    }

    /// `flow` is how the response came.
    pub(crate) fn handle_response(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        purpose: Purpose,
        response: &Message,
        flow: Flow,
    ) {
        let next = match (&mut self.state, purpose) {
            (State::Calling(calling), Purpose::Invite) => calling.handle_response(now, layer, self.tag, response, flow),
            (State::Established(established), Purpose::Invite) => {
                established.handle_repeated_success(now, layer, response);
                None
            }
            (State::Established(established), Purpose::Reinvite) => {
                match established.handle_reinvite_response(now, layer, response) {
                    reinvite::Outcome::Goes => None,
                    reinvite::Outcome::DialogLost => self.lose_dialog(now, layer),
                }
            }
            (State::Established(established), Purpose::Update) => {
                match established.handle_update_response(now, layer, response) {
                    reinvite::Outcome::Goes => None,
                    reinvite::Outcome::DialogLost => self.lose_dialog(now, layer),
                }
            }
            (State::Established(established), Purpose::Notify) if response.status() >= Some(200) => {
                established.notified(now, layer, response.status() < Some(300));
                return self.end_if_deferred(now, layer);
            }
            (_, Purpose::Notify) => None,
            (State::Asking(asking), Purpose::Standalone) if response.status() >= Some(200) => {
                Some(asking.over(layer, response.status()))
            }
            (_, Purpose::Standalone) => None,
            (State::Ending(ending), Purpose::Invite | Purpose::Reinvite) => {
                ending.handle_invite_response(now, layer, response);
                None
            }
            // A PRACK that is not answered is the callee's to judge: it gives the INVITE up by itself (RFC 3262 3).
            (_, Purpose::Prack) => None,
            (State::Ending(ending), Purpose::Bye) if response.status() >= Some(200) => Some(ending.finish(layer)),
            // What CANCEL is answered does not matter, the INVITE's own answer does. 1xx for BYE says nothing.
            (_, Purpose::Cancel | Purpose::StrayBye | Purpose::Bye | Purpose::Register) => None,
            (State::Ending(_), Purpose::Update) => None,
            (State::Locating(_) | State::Asking(_) | State::Calling(_) | State::Alerting(_) | State::Over, _) => None,
        };
        self.enter(next);
    }

    /// The CSeq number of a request that answers the challenge in `response`; `None`: nobody wants it any more.
    pub(crate) fn number_again(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        purpose: Purpose,
        response: &Message,
    ) -> Option<u32> {
        match (&mut self.state, purpose) {
            (State::Calling(calling), Purpose::Invite) => calling.number_again(now, layer),
            (State::Established(established), Purpose::Reinvite) => established.number_reinvite(),
            (_, Purpose::Invite | Purpose::Reinvite | Purpose::Cancel | Purpose::Register) => None,
            // There is no other request in its dialog, or no dialog.
            (_, Purpose::StrayBye | Purpose::Standalone) => Some(response.cseq().ok()?.number + 1),
            (_, Purpose::Prack | Purpose::Update | Purpose::Bye | Purpose::Notify) => {
                self.dialogs_mut().find(|dialog| dialog.is_of(response)).map(Dialog::next_cseq)
            }
        }
    }

    /// A request of ours goes to another server.
    pub(crate) fn handle_moved(&mut self, now: Instant, layer: &mut Layer, purpose: Purpose) {
        if let (State::Calling(calling), Purpose::Invite) = (&mut self.state, purpose) {
            calling.handle_moved(now, layer);
        }
    }

    /// A transaction of ours stayed without a final response.
    pub(crate) fn handle_silence(&mut self, now: Instant, layer: &mut Layer, purpose: Purpose, silence: Silence) {
        let next = match (&mut self.state, purpose) {
            (State::Calling(calling), Purpose::Invite) => Some(calling.unanswered(now, layer, self.tag, silence)),
            (State::Asking(asking), Purpose::Standalone) => Some(asking.over(layer, None)),
            (State::Established(_), Purpose::Reinvite | Purpose::Update) => self.lose_dialog(now, layer),
            (State::Ending(ending), Purpose::Bye) => Some(ending.finish(layer)),
            (State::Established(established), Purpose::Notify) => {
                established.notified(now, layer, false);
                return self.end_if_deferred(now, layer);
            }
            _ => None,
        };
        self.enter(next);
    }

    /// The BYE that had to wait goes, once nothing is in its way.
    fn end_if_deferred(&mut self, now: Instant, layer: &mut Layer) {
        let State::Established(established) = &mut self.state else { return };
        if let Some((cause, last)) = established.deferred_bye() {
            let next = take_established(&mut self.state).map(|established| established.end(now, layer, cause, last));
            self.enter(next);
        }
    }

    /// ACK for a 2xx of ours. `false`: nothing waits for it.
    pub(crate) fn handle_ack(&mut self, now: Instant, layer: &mut Layer, ack: &Message) -> bool {
        let State::Established(established) = &mut self.state else { return false };
        let matched = established.handle_ack(now, layer, ack);
        if matched {
            self.end_if_deferred(now, layer);
        }
        matched
    }

    /// CANCEL for the INVITE or re-INVITE of transaction `invite`, which has no final response yet.
    pub(crate) fn handle_cancel(&mut self, now: Instant, layer: &mut Layer, invite: ServerId, cause: Option<u8>) {
        let next = match &mut self.state {
            State::Alerting(alerting) => Some(alerting.cancelled(now, layer, self.tag, cause)),
            State::Established(established) => {
                established.reinvite_cancelled(now, layer, invite);
                None
            }
            _ => None,
        };
        self.enter(next);
    }

    /// A dialog of this session has the peer's tag.
    pub(crate) fn has_dialog(&self, message: &Message) -> bool {
        self.dialogs().any(|dialog| dialog.is_of(message))
    }

    /// The same by Call-ID and the peer's tag.
    pub(crate) fn has_dialog_of(&self, call_id: &[u8], remote_tag: &[u8]) -> bool {
        self.dialogs().any(|dialog| dialog.is_named(call_id, remote_tag))
    }

    /// A 2xx went or came, and no BYE after it.
    pub(crate) fn is_established(&self) -> bool {
        matches!(self.state, State::Established(_))
    }

    /// A request in a dialog of this session: BYE, re-INVITE, PRACK, UPDATE, REFER, INFO, OPTIONS. CSeq is checked here.
    pub(crate) fn handle_request(&mut self, now: Instant, layer: &mut Layer, peer: InDialog<'_>) {
        let number = peer.request.cseq().map(|cseq| cseq.number).unwrap_or_default();
        let dialog = self.dialogs_mut().find(|dialog| dialog.is_of(peer.request));
        if !dialog.is_some_and(|dialog| dialog.accept_cseq(number)) {
            respond(now, layer, peer.server, 500);
            return;
        }
        let next = match (&mut self.state, peer.request.method()) {
            (State::Alerting(alerting), Some(Method::Bye)) => {
                respond(now, layer, peer.server, 200);
                Some(alerting.cancelled(now, layer, self.tag, peer.request.cause()))
            }
            (State::Established(_), Some(Method::Bye)) => {
                respond(now, layer, peer.server, 200);
                let session = self.id;
                let last = Event::Ended { session, cause: peer.request.cause() };
                take_established(&mut self.state).map(|established| established.ended_by_peer(now, layer, last))
            }
            // BYE crossed BYE: each is answered, and the session is over for both.
            (State::Ending(ending), Some(Method::Bye)) => {
                respond(now, layer, peer.server, 200);
                Some(ending.finish(layer))
            }
            (State::Established(established), Some(Method::Invite)) => {
                established.handle_reinvite(now, layer, self.id, peer);
                None
            }
            // A second INVITE before the first is answered (14.2), or one into a dialog that is being left.
            (State::Alerting(_), Some(Method::Invite)) => {
                respond_later(now, layer, peer.server);
                None
            }
            (State::Alerting(alerting), Some(Method::Prack)) => {
                let waiting = alerting.handle_prack(now, layer, self.tag, peer);
                establish(now, self.id, &mut self.state, waiting)
            }
            (State::Established(established), Some(Method::Prack)) => {
                established.handle_prack(now, layer, peer);
                None
            }
            (State::Calling(_), Some(Method::Invite)) => {
                respond(now, layer, peer.server, 491);
                None
            }
            (State::Calling(calling), Some(Method::Update)) => {
                calling.handle_update(now, layer, peer);
                None
            }
            (State::Alerting(alerting), Some(Method::Update)) => {
                alerting.handle_update(now, layer, peer);
                None
            }
            (State::Established(established), Some(Method::Update)) => {
                established.handle_update(now, layer, peer);
                None
            }
            (State::Established(established), Some(Method::Refer)) => {
                established.handle_refer(now, layer, self.id, peer);
                None
            }
            // A transfer of what is not answered yet, or not any more.
            (_, Some(Method::Refer)) => {
                respond(now, layer, peer.server, 403);
                None
            }
            (_, Some(Method::Info)) => {
                info::answer(now, layer, peer);
                None
            }
            (_, Some(Method::Options)) => {
                respond(now, layer, peer.server, 200);
                None
            }
            _ => {
                respond(now, layer, peer.server, 481);
                None
            }
        };
        self.enter(next);
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer) {
        let next = match &mut self.state {
            State::Calling(calling) => calling.handle_timeout(now, layer),
            State::Alerting(alerting) => alerting.handle_timeout(now, layer, self.tag),
            State::Established(established) => match established.handle_timeout(now, layer) {
                None => None,
                Some((cause, last)) => take_established(&mut self.state).map(|it| it.end_now(now, layer, cause, last)),
            },
            State::Locating(_) | State::Asking(_) | State::Ending(_) | State::Over => None,
        };
        self.enter(next);
    }

    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        match &self.state {
            State::Calling(calling) => calling.poll_timeout(),
            State::Alerting(alerting) => alerting.poll_timeout(),
            State::Established(established) => established.poll_timeout(),
            State::Locating(_) | State::Asking(_) | State::Ending(_) | State::Over => None,
        }
    }

    /// The next hop of the INVITE or of the established dialog, when its name must be resolved. A stranger's INVITE asks
    /// nothing of the DNS.
    pub(crate) fn unresolved(&self) -> Option<Uri> {
        match &self.state {
            State::Locating(locating) => Some(locating.invitation.place.next_hop()),
            State::Asking(asking) => asking.unresolved(),
            State::Established(established) => established.dialog.unresolved(),
            _ => None,
        }
    }

    /// The ways to it, best first; none: nobody is there.
    pub(crate) fn handle_located(&mut self, now: Instant, layer: &mut Layer, flows: Vec<Flow>) {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Locating(locating) => self.state = locating.located(now, layer, self.tag, flows),
            State::Asking(asking) => self.state = asking.located(now, layer, self.tag, flows),
            other => {
                self.state = other;
                self.dialogs_mut().for_each(|dialog| dialog.set_located(&flows));
            }
        }
    }

    fn lose_dialog(&mut self, now: Instant, layer: &mut Layer) -> Option<State> {
        let last = Event::Failed { session: self.id, failure: Failure::DialogLost };
        take_established(&mut self.state).map(|established| established.end_now(now, layer, None, last))
    }

    /// How it stands; `None`: it has no Call-ID, or no longer.
    pub(crate) fn view(&self, layer: &Layer) -> Option<DialogView> {
        let ((call_id, flow), phase) = match &self.state {
            State::Calling(calling) => (calling.identity(), "calling"),
            State::Alerting(alerting) => (alerting.dialog.identity(), "alerting"),
            State::Established(established) => (established.dialog.identity(), "established"),
            State::Ending(ending) => (ending.established.dialog.identity(), "ending"),
            State::Locating(_) | State::Asking(_) | State::Over => return None,
        };
        let (call_id, transport) = (call_id.clone(), layer.transport(flow));
        Some(DialogView { call_id, remote: flow.remote, transport, phase, begun: self.begun })
    }

    fn dialogs(&self) -> Box<dyn Iterator<Item = &Dialog> + '_> {
        match &self.state {
            State::Calling(calling) => Box::new(calling.early.iter().map(|early| &early.dialog)),
            State::Alerting(alerting) => Box::new(std::iter::once(&alerting.dialog)),
            State::Established(established) => Box::new(std::iter::once(&established.dialog)),
            State::Ending(ending) => Box::new(std::iter::once(&ending.established.dialog)),
            State::Locating(_) | State::Asking(_) | State::Over => Box::new(std::iter::empty()),
        }
    }

    fn dialogs_mut(&mut self) -> Box<dyn Iterator<Item = &mut Dialog> + '_> {
        match &mut self.state {
            State::Calling(calling) => Box::new(calling.early.iter_mut().map(|early| &mut early.dialog)),
            State::Alerting(alerting) => Box::new(std::iter::once(&mut alerting.dialog)),
            State::Established(established) => Box::new(std::iter::once(&mut established.dialog)),
            State::Ending(ending) => Box::new(std::iter::once(&mut ending.established.dialog)),
            State::Locating(_) | State::Asking(_) | State::Over => Box::new(std::iter::empty()),
        }
    }

    fn enter(&mut self, next: Option<State>) {
        if let Some(next) = next {
            self.state = next;
        }
    }
}

/// The last event of a session that its user refused.
fn over(layer: &mut Layer, session: SessionId) -> State {
    layer.tell(Event::Ended { session, cause: None });
    State::Over
}

/// Our 2xx went, if anything waits for its ACK.
fn establish(now: Instant, session: SessionId, state: &mut State, waiting: Option<Unacknowledged>) -> Option<State> {
    let waiting = waiting?;
    Some(Established::of_answer(now, session, *take_alerting(state)?, waiting))
}

fn take_alerting(state: &mut State) -> Option<Box<Alerting>> {
    match std::mem::replace(state, State::Over) {
        State::Alerting(alerting) => Some(alerting),
        other => {
            *state = other;
            None
        }
    }
}

/// The established session, taken out to change its state; the caller enters the next one.
fn take_established(state: &mut State) -> Option<Box<Established>> {
    match std::mem::replace(state, State::Over) {
        State::Established(established) => Some(established),
        other => {
            *state = other;
            None
        }
    }
}

/// Begins a response to a request in the dialog, whose To has our tag.
fn response(layer: &Layer, server: ServerId, status: u16) -> Option<Writer> {
    Some(layer.reply(server)?.start_in_dialog(status, None))
}

/// Responds without more to say.
fn respond(now: Instant, layer: &mut Layer, server: ServerId, status: u16) {
    if let Some(octets) = response(layer, server, status).map(|writer| writer.finish(None)) {
        layer.respond(now, server, status, octets);
    }
}

/// 500 with Retry-After: the peer has to wait for what it asked before (14.2, RFC 3311 5.2).
fn respond_later(now: Instant, layer: &mut Layer, server: ServerId) {
    let wait_s = (layer.random() % RETRY_AFTER_S_MAX).to_string();
    let writer = response(layer, server, 500);
    if let Some(octets) = writer.map(|writer| writer.field(Name::RetryAfter, wait_s.as_bytes()).finish(None)) {
        layer.respond(now, server, 500, octets);
    }
}

/// Where our Contact leads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Contact {
    pub listener: usize,
    /// A SIPS URI.
    pub is_secure: bool,
}

impl Contact {
    pub(super) fn of_reply(reply: &Reply) -> Contact {
        Contact { listener: reply.flow.listener, is_secure: reply.is_secure }
    }

    fn write(self, layer: &Layer) -> String {
        let endpoint::Listener { transport, advertised, .. } = layer.config.local[self.listener];
        match transport {
            Transport::Tls if self.is_secure => format!("<sips:{advertised}>"),
            Transport::Wss if self.is_secure => format!("<sips:{advertised};transport=ws>"),
            Transport::Udp => format!("<sip:{advertised}>"),
            Transport::Tcp => format!("<sip:{advertised};transport=tcp>"),
            Transport::Tls => format!("<sip:{advertised};transport=tls>"),
            Transport::Ws | Transport::Wss => format!("<sip:{advertised};transport=ws>"),
        }
    }
}

/// Contact, Allow and product name of whatever makes or refreshes a dialog.
pub(super) fn with_identity(writer: Writer, layer: &Layer, contact: Contact, product: Name) -> Writer {
    let writer = writer
        .field(Name::Contact, contact.write(layer).as_bytes())
        .field(Name::Allow, endpoint::admission::ALLOW.as_bytes());
    match layer.config.user_agent.as_str() {
        "" => writer,
        user_agent => writer.field(product, user_agent.as_bytes()),
    }
}

/// The SDP of a message, wherever it stands in the body.
fn description(message: &Message) -> Result<Option<Description>, SdpError> {
    let parts = body::parts(message).unwrap_or_default();
    let sdp = parts.iter().find(|part| part.is("application/sdp"));
    sdp.map(|part| Description::parse(&part.content)).transpose()
}

fn octets_of(description: Option<&Description>) -> Option<Vec<u8>> {
    description.map(Description::to_octets)
}

fn phrase_of(response: &Message) -> Octets {
    response.reason_phrase().into()
}

const DECLINE: u16 = 603;
/// Retry-After of a 500 is drawn from 0 to 10 seconds (14.2).
const RETRY_AFTER_S_MAX: u64 = 11;
/// Forks of one INVITE that are told apart; further ones are not answered and end by themselves.
pub(crate) const FORKS_MAX: usize = 16;
