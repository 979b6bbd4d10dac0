//! Re-INVITE, either way, and glare: RFC 3261 14; and the peer's UPDATE beside it.

use super::super::header::Name;
use super::super::message::Message;
use super::super::sdp::Description;
use super::super::transaction::{Layer, Purpose, Sent, ServerId};
use super::super::vocabulary::{Event, SessionId};
use super::established::Established;
use super::offer::{Open, Theirs, offered};
use super::refresh::{SessionTimer, Terms};
use super::reliable::{self, Arrival, Heard, RAck};
use super::update::{Update, handle_update};
use super::{Contact, InDialog, description, respond, respond_later, with_identity};
use std::time::{Duration, Instant};

/// Our re-INVITE.
#[derive(Debug)]
pub(super) enum Ours {
    Idle,
    Pending {
        cseq: u32,
        offer: Offer,
        heard: Heard,
        /// A reliable provisional response had it, and it is the answer, whatever comes later (RFC 3262 5).
        answer: Option<Box<Description>>,
    },
    /// 491 came: both sides had begun. It goes again at a time that differs for both.
    Retry {
        at: Instant,
        offer: Offer,
    },
}

/// What a re-INVITE of ours offers.
#[derive(Debug)]
pub(super) struct Offer {
    pub description: Description,
    /// It says what was said before (RFC 4028 7.4): the user does not hear of it.
    pub is_refresh: bool,
}

/// How the dialog stands after a response to our re-INVITE, UPDATE or INFO.
pub(super) enum Outcome {
    Goes,
    /// 408 or 481: the peer has no such dialog (12.2.1.2).
    DialogLost,
}

impl Ours {
    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        match self {
            Ours::Retry { at, .. } => Some(*at),
            Ours::Idle | Ours::Pending { .. } => None,
        }
    }
}

impl Established {
    /// The CSeq of the re-INVITE that answers a challenge.
    pub(super) fn number_reinvite(&mut self) -> Option<u32> {
        let Ours::Pending { cseq, .. } = &mut self.ours else { return None };
        *cseq = self.dialog.next_cseq();
        Some(*cseq)
    }

    pub(super) fn reoffer(&mut self, now: Instant, layer: &mut Layer, offer: Description) {
        self.queued = Some(Offer { description: offer, is_refresh: false });
        self.settle(now, layer);
    }

    /// Sends the re-INVITE that waits, when nothing else is under way (14.1).
    pub(super) fn settle(&mut self, now: Instant, layer: &mut Layer) {
        if self.theirs.is_some() || !self.waiting.is_empty() || self.is_ending() {
            return;
        }
        match std::mem::replace(&mut self.ours, Ours::Idle) {
            Ours::Idle => {
                if let Some(offer) = self.queued.take() {
                    self.send_reinvite(now, layer, offer);
                }
            }
            // A newer offer makes the retried one pointless.
            Ours::Retry { at, offer } if at <= now => {
                let offer = self.queued.take().filter(|newer| !newer.is_refresh).unwrap_or(offer);
                self.send_reinvite(now, layer, offer);
            }
            busy @ (Ours::Retry { .. } | Ours::Pending { .. }) => self.ours = busy,
        }
    }

    fn send_reinvite(&mut self, now: Instant, layer: &mut Layer, offer: Offer) {
        let ways = self.dialog.ways(layer);
        let contact = Contact { listener: ways[0].flow.listener, is_secure: self.dialog.is_secure() };
        let (branch, cseq, writer) = self.dialog.request(layer, "INVITE");
        let writer = SessionTimer::write(self.timer.as_ref(), with_identity(writer, layer, contact, Name::UserAgent));
        let octets = writer.finish(Some(&offer.description.to_octets()));
        let sent = Sent { session: self.session, purpose: Purpose::Reinvite };
        layer.request(now, ways, branch, octets, sent);
        self.ours = Ours::Pending { cseq, offer, heard: Heard::default(), answer: None };
    }

    pub(super) fn handle_reinvite_response(&mut self, now: Instant, layer: &mut Layer, response: &Message) -> Outcome {
        let number = response.cseq().map(|cseq| cseq.number).unwrap_or_default();
        let status = response.status().unwrap_or_default();
        let pending = matches!(self.ours, Ours::Pending { cseq, .. } if cseq == number);
        match status {
            100..=199 => {
                self.hear_progress(now, layer, number, response);
                return Outcome::Goes;
            }
            200..=299 if !pending => {
                self.handle_repeated_success(now, layer, response);
                return Outcome::Goes;
            }
            _ if !pending => return Outcome::Goes,
            200..=299 => {
                self.dialog.refresh_target(response);
                self.acknowledge(now, layer, number);
                self.handle_refreshed(now, response);
                if let Ours::Pending { offer, answer, .. } = std::mem::replace(&mut self.ours, Ours::Idle) {
                    self.said = offer.description;
                    if !offer.is_refresh {
                        let answer = answer.map(|answer| *answer).or_else(|| description(response).ok().flatten());
                        layer.tell(Event::ReofferAnswered { session: self.session, answer });
                    }
                }
            }
            408 | 481 => return Outcome::DialogLost,
            491 => {
                let at = now + self.glare_pause(layer);
                if let Ours::Pending { offer, .. } = std::mem::replace(&mut self.ours, Ours::Idle) {
                    self.ours = Ours::Retry { at, offer };
                }
            }
            status => {
                let ours = std::mem::replace(&mut self.ours, Ours::Idle);
                if matches!(ours, Ours::Pending { offer: Offer { is_refresh: true, .. }, .. }) {
                    self.handle_refresh_refused(now, response);
                } else {
                    layer.tell(Event::ReofferRefused { session: self.session, status });
                }
            }
        }
        self.settle(now, layer);
        Outcome::Goes
    }

    /// A provisional response to our re-INVITE of that number says nothing to the user; a reliable one is acknowledged.
    fn hear_progress(&mut self, now: Instant, layer: &mut Layer, number: u32, response: &Message) {
        let Ours::Pending { cseq, heard, answer, .. } = &mut self.ours else { return };
        if *cseq != number {
            return;
        }
        if let Arrival::Next(rseq) = heard.take(response) {
            if answer.is_none() {
                *answer = description(response).ok().flatten().map(Box::new);
            }
            reliable::acknowledge(now, layer, self.session, &mut self.dialog, RAck { rseq, cseq: number });
        }
    }

    /// The session is refreshed (RFC 4028 7.4): by UPDATE where the peer has it, else by re-INVITE as before.
    pub(super) fn refresh(&mut self, now: Instant, layer: &mut Layer) {
        if !self.dialog.allows_update {
            let description = self.said.clone();
            self.queued.get_or_insert(Offer { description, is_refresh: true });
            return;
        }
        let ways = self.dialog.ways(layer);
        let contact = Contact { listener: ways[0].flow.listener, is_secure: self.dialog.is_secure() };
        let (branch, _, writer) = self.dialog.request(layer, "UPDATE");
        let writer = SessionTimer::write(self.timer.as_ref(), with_identity(writer, layer, contact, Name::UserAgent));
        let sent = Sent { session: self.session, purpose: Purpose::Update };
        layer.request(now, ways, branch, writer.finish(None), sent);
    }

    pub(super) fn handle_update_response(&mut self, now: Instant, layer: &mut Layer, response: &Message) -> Outcome {
        match response.status().unwrap_or_default() {
            100..=199 => {}
            200..=299 => {
                self.dialog.refresh_target(response);
                self.handle_refreshed(now, response);
            }
            408 | 481 => return Outcome::DialogLost,
            status => {
                // It does not serve what it allows: re-INVITE next time.
                self.dialog.allows_update &= !matches!(status, 405 | 501);
                self.handle_refresh_refused(now, response);
            }
        }
        self.settle(now, layer);
        Outcome::Goes
    }

    /// Any 2xx to re-INVITE or UPDATE settles the timer anew; a refresh that waits has become pointless.
    fn handle_refreshed(&mut self, now: Instant, response: &Message) {
        let min_se_s = self.timer.as_ref().map(SessionTimer::min_se_s).unwrap_or_default();
        self.timer = SessionTimer::of_response(now, response, min_se_s);
        self.queued.take_if(|offer| offer.is_refresh);
    }

    fn handle_refresh_refused(&mut self, now: Instant, refusal: &Message) {
        if let Some(timer) = &mut self.timer {
            timer.handle_refusal(now, refusal);
        }
    }

    /// 14.1: 2.1 to 4 s for who owns the Call-ID, 0 to 2 s for the other, in steps of 10 ms.
    fn glare_pause(&self, layer: &mut Layer) -> Duration {
        let steps = match self.origin {
            Some(_) => 210 + layer.random() % 191,
            None => layer.random() % 201,
        };
        Duration::from_millis(10 * steps)
    }

    /// The peer's re-INVITE (14.2). Its CSeq is in order.
    pub(super) fn handle_reinvite(&mut self, now: Instant, layer: &mut Layer, session: SessionId, peer: InDialog<'_>) {
        match self.open() {
            Open::Theirs | Open::Unanswered => return respond_later(now, layer, peer.server),
            Open::Nothing if self.waiting.len() < WAITING_MAX => {}
            Open::Nothing | Open::Ours => return respond(now, layer, peer.server, 491),
        }
        let Ok(offer) = offered(now, layer, peer.server, peer.request) else { return };
        layer.bind(peer.server, session);
        self.dialog.learn(peer.request);
        self.theirs = Some(Theirs::of_invite(peer, self.dialog.remote_cseq(), offer.is_some()));
        layer.trying(now, peer.server);
        layer.tell(Event::Reoffer { session, offer });
    }

    pub(super) fn handle_update(&mut self, now: Instant, layer: &mut Layer, peer: InDialog<'_>) {
        let open = self.open();
        let terms = Terms::of_request(peer.request);
        match handle_update(now, layer, self.session, &mut self.dialog, peer, open, terms) {
            Update::Refused => {}
            Update::Answered => self.timer = terms.map(|terms| terms.begin(now, self.timer.as_ref())),
            Update::Told(theirs) => self.theirs = Some(theirs),
        }
    }

    /// What stands in the way of an offer of the peer: one of ours is open in our re-INVITE, or in a 2xx whose ACK
    /// brings the answer; or the session is about to end.
    fn open(&self) -> Open {
        let waits = self.waiting.iter().any(|waiting| waiting.wants_answer);
        match (&self.theirs, &self.ours) {
            (Some(theirs), _) => theirs.open(),
            (None, Ours::Pending { .. }) => Open::Ours,
            (None, Ours::Idle | Ours::Retry { .. }) if waits || self.is_ending() => Open::Ours,
            (None, Ours::Idle | Ours::Retry { .. }) => Open::Nothing,
        }
    }

    pub(super) fn answer_reoffer(&mut self, now: Instant, layer: &mut Layer, answer: Result<Description, u16>) {
        let Some(mut theirs) = self.theirs.take() else {
            layer.counters.commands_late += 1;
            return;
        };
        if let Ok(answer) = &answer {
            self.said = answer.clone();
            theirs.target.take().into_iter().for_each(|target| self.dialog.move_to(target));
            if !theirs.is_early {
                self.timer = theirs.terms.map(|terms| terms.begin(now, self.timer.as_ref()));
            }
        }
        self.waiting.extend(theirs.answer(now, layer, answer.as_ref().map_err(|status| *status)));
        self.settle(now, layer);
    }

    /// CANCEL for the peer's re-INVITE: the session goes on as before.
    pub(super) fn reinvite_cancelled(&mut self, now: Instant, layer: &mut Layer, invite: ServerId) {
        if self.theirs.as_ref().is_some_and(|theirs| theirs.server == invite) {
            self.theirs = None;
            respond(now, layer, invite, 487);
            self.settle(now, layer);
        }
    }
}

/// 2xx without ACK in one dialog.
const WAITING_MAX: usize = 4;
