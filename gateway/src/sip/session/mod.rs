//! Sessions: the INVITE usage of a dialog, RFC 3261 13, 14 and 15.
//!
//! ```text
//!   Command::Invite ──▶ Calling ──2xx/ACK──▶ Established ──BYE──▶ Ending ──▶ Over
//!   INVITE ───────────▶ Alerting ──200──────▶     │  ▲               ▲
//!                          │                      └──┘ re-INVITE     │ no ACK, BYE of ours
//!                          └── CANCEL, refusal ──────────────────────┴────▶ Over
//! ```
//!
//! A call to a name is `Locating` before it is `Calling`. One file per state; here are the commands, the requests of the peer and
//! the time, in `responses` what comes of ours. A session never reads a socket or a clock; it speaks through the transaction
//! [`Layer`] and tells its user what happened. It tells exactly one last event ([`super::vocabulary`]).
//! Challenges are answered by the layer below; a session only counts the requests.

mod alerting;
mod calling;
mod dialogs;
mod early;
mod ending;
mod established;
mod info;
mod locating;
mod offer;
mod referral;
pub(crate) mod refresh;
mod refusal;
mod reinvite;
mod reliable;
mod responses;
mod saying;
mod standalone;
mod unacknowledged;
mod update;

use super::dialog::Dialog;
use super::endpoint::admission::abilities;
use super::message::Message;
use super::method::Method;
use super::parse::Malformed;
use super::reply::Tag;
use super::transaction::{Layer, ServerId};
use super::transport::Flow;
use super::vocabulary::{Command, Event, Failure, Invitation, SessionId, Standalone};
use alerting::Alerting;
use calling::Calling;
use ending::Ending;
use established::Established;
use info::{Keypad, Keys};
use locating::Locating;
use refusal::Refusal;
pub(super) use saying::{Contact, with_identity};
use saying::{description, octets_of, phrase_of, respond, respond_later, respond_with, response, warned};
use standalone::Asking;
use std::time::Instant;
use unacknowledged::Unacknowledged;

#[cfg(test)]
pub(crate) use alerting::QUEUED_MAX;
#[cfg(test)]
pub(crate) use calling::INTERVALS_MAX;
#[cfg(test)]
pub(crate) use info::KEYS_WAITING_MAX;

/// One session.
#[derive(Debug)]
pub(crate) struct Session {
    id: SessionId,
    /// Ours in every dialog of the session.
    tag: Tag,
    begun: Instant,
    /// There is one where keys are exchanged by INFO.
    keypad: Option<Box<Keypad>>,
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
        let state = Locating { invitation, elsewhere: Vec::new() }.begin(now, layer, tag);
        Session { id, tag, begun: now, keypad: None, state }
    }

    /// Sends a request outside of any dialog.
    pub(crate) fn ask(now: Instant, layer: &mut Layer, request: Standalone) -> Session {
        let (tag, id) = (layer.tag(), request.session);
        let state = Box::new(Asking::new(request)).begin(now, layer, tag);
        Session { id, tag, begun: now, keypad: None, state }
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
        let alerting = Alerting::new(now, layer, id, server, dialog, invite, has_offer);
        Ok(Session { id, tag, begun: now, keypad: None, state: State::Alerting(Box::new(alerting)) })
    }

    pub(crate) fn tag(&self) -> Tag {
        self.tag
    }

    pub(crate) fn is_over(&self) -> bool {
        matches!(self.state, State::Over)
    }

    pub(crate) fn handle_command(&mut self, now: Instant, layer: &mut Layer, command: Command) {
        let Session { id, tag, state, keypad, .. } = self;
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
            (state, Command::Warn { why, .. }) => {
                state.warn(why.into());
                None
            }
            (State::Alerting(alerting), Command::Refuse { status, cause, retry_after_s, .. }) => {
                let warning = alerting.warning.filter(|_| status == NOT_ACCEPTABLE_HERE);
                let refusal = Refusal { cause, retry_after_s, warning, ..Refusal::plain(status) };
                alerting.refuse(now, layer, *tag, refusal);
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
            (_, Command::TakeKeys { .. }) => {
                keypad.get_or_insert_default();
                None
            }
            (State::Established(established), Command::Press { keypress, .. }) => {
                established.press(now, layer, keypad.get_or_insert_default(), keypress);
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
            (state, Some(Method::Info)) => {
                let keys = match (state, &self.keypad) {
                    (State::Established(established), _) if established.is_ending() => Keys::NotNow,
                    (State::Established(_), Some(_)) => Keys::Taken,
                    (State::Established(_), None) => Keys::Unwanted,
                    _ => Keys::NotNow,
                };
                info::answer(now, layer, self.id, peer, keys);
                None
            }
            // 11.2: the same as outside of the dialog.
            (_, Some(Method::Options)) => {
                respond_with(now, layer, peer.server, 200, abilities);
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

    fn lose_dialog(&mut self, now: Instant, layer: &mut Layer) -> Option<State> {
        let last = Event::Failed { session: self.id, failure: Failure::DialogLost };
        take_established(&mut self.state).map(|established| established.end_now(now, layer, None, last))
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

const DECLINE: u16 = 603;
const NOT_ACCEPTABLE_HERE: u16 = 488;
/// Forks of one INVITE that are told apart; further ones are not answered and end by themselves.
pub(crate) const FORKS_MAX: usize = 16;
