//! The peer's INVITE waits for its answer: RFC 3261 13.3, with the reliable provisional responses of RFC 3262 3.

use super::super::dialog::Dialog;
use super::super::endpoint::admission::SUPPORTED;
use super::super::gating::EarlyMedia;
use super::super::header::Name;
use super::super::message::Message;
use super::super::name_addr::NameAddr;
use super::super::parse::lex;
use super::super::reply::Tag;
use super::super::sdp::Description;
use super::super::status::phrase;
use super::super::transaction::{Layer, ServerId};
use super::super::vocabulary::{Event, Failure, SessionId};
use super::super::warning::Warning;
use super::offer::{Open, Theirs, offered};
use super::refresh::Terms;
use super::reliable::{self, Due, Outstanding, RAck, Wish};
use super::unacknowledged::Unacknowledged;
use super::update::handle_update;
use super::{Contact, InDialog, State, octets_of, respond, warned, with_identity};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// An INVITE without our final response.
#[derive(Debug)]
pub(super) struct Alerting {
    session: SessionId,
    server: ServerId,
    pub dialog: Dialog,
    /// When the invitation expires without a final response (13.3.1).
    expires_at: Option<Instant>,
    /// Of the INVITE; requests of the early dialog count on from it.
    cseq: u32,
    /// The INVITE had the offer; else our first reliable response has it.
    has_offer: bool,
    wish: Wish,
    exchange: Exchange,
    /// Number of the last reliable response.
    rseq: u32,
    outstanding: Option<Outstanding>,
    /// Reliable responses that wait for the PRACK of the one before.
    queued: VecDeque<Provisional>,
    repeated: Option<Repeated>,
    /// The user has accepted; 2xx waits for a PRACK.
    accepted: Option<Description>,
    theirs: Option<Theirs>,
    /// Who answers, for our 2xx; and whether that is withheld.
    pub identity: Option<(NameAddr, bool)>,
    /// Why there will be no agreement, for our 488.
    pub warning: Option<Warning>,
    /// What our 2xx says about the session timer.
    pub terms: Option<Terms>,
    /// Our last description; set when the 2xx goes.
    pub said: Option<Description>,
}

/// What a refusal says.
pub(super) struct Refusal {
    pub status: u16,
    pub phrase: &'static str,
    pub cause: Option<u8>,
    pub retry_after_s: Option<u32>,
    pub warning: Option<Warning>,
}

impl Refusal {
    /// No more than the status.
    pub fn plain(status: u16) -> Refusal {
        Refusal { status, phrase: phrase(status), cause: None, retry_after_s: None, warning: None }
    }
}

/// Whether a reliable provisional response has carried our description; it does so once (RFC 3261 13.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exchange {
    Open,
    /// It is on its way.
    Sent,
    Done,
}

#[derive(Clone, Debug)]
struct Provisional {
    status: u16,
    sdp: Option<Vec<u8>>,
    early_media: Option<EarlyMedia>,
}

/// The last provisional response. It goes again each minute, lest a proxy gives up (13.3.1.1, 16.6 timer C).
#[derive(Debug)]
struct Repeated {
    provisional: Provisional,
    at: Instant,
}

impl Alerting {
    pub(super) fn new(
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        server: ServerId,
        dialog: Dialog,
        invite: &Message,
        has_offer: bool,
    ) -> Alerting {
        Alerting {
            session,
            server,
            expires_at: expiry(now, invite),
            cseq: dialog.remote_cseq(),
            dialog,
            has_offer,
            wish: Wish::of(invite),
            exchange: Exchange::Open,
            rseq: reliable::first_rseq(layer.random()) - 1,
            outstanding: None,
            queued: VecDeque::new(),
            repeated: None,
            accepted: None,
            theirs: None,
            identity: None,
            warning: None,
            terms: Terms::of_request(invite),
            said: None,
        }
    }

    pub(super) fn ring(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        status: u16,
        (answer, early_media): (Option<&Description>, Option<EarlyMedia>),
    ) {
        if self.accepted.is_some() {
            layer.counters.commands_late += 1;
            return;
        }
        let provisional = Provisional { status, sdp: octets_of(answer), early_media };
        self.repeated = Some(Repeated { provisional: provisional.clone(), at: now + PROVISIONAL_INTERVAL });
        self.say(now, layer, tag, provisional);
    }

    /// 200 goes, unless a PRACK must come first; what waits for the ACK.
    pub(super) fn accept(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        answer: &Description,
    ) -> Option<Unacknowledged> {
        self.repeated = None;
        self.queued.clear();
        let is_unsure = self.outstanding.as_ref().is_some_and(|outstanding| outstanding.has_sdp);
        if is_unsure || self.theirs.is_some() {
            self.accepted = Some(answer.clone());
            return None;
        }
        // The description of a reliable response counts: a second one would be an offer (RFC 3261 13.2.1).
        let sdp = (self.exchange == Exchange::Open).then(|| answer.to_octets());
        let has_sdp = sdp.is_some();
        self.said.get_or_insert_with(|| answer.clone());
        let octets = self.write(layer, tag, None, &Provisional { status: 200, sdp, early_media: None })?;
        let at = layer.respond(now, self.server, 200, octets.clone())?;
        let mut waiting = Unacknowledged::new(now, &layer.config.timers, self.cseq, octets, at);
        waiting.wants_answer = !self.has_offer && has_sdp;
        waiting.is_first = true;
        Some(waiting)
    }

    pub(super) fn refuse(&self, now: Instant, layer: &mut Layer, tag: Tag, refusal: Refusal) {
        self.abandon_offer(now, layer);
        let Some(reply) = layer.reply(self.server) else { return };
        let retry_after = refusal.retry_after_s.map(|seconds| seconds.to_string());
        let writer = reply.start_phrased(refusal.status, refusal.phrase, Some(tag)).cause(refusal.cause);
        let writer = writer.maybe(Name::RetryAfter, retry_after.as_deref().map(str::as_bytes));
        let octets = warned(layer, &reply.flow, writer, refusal.warning).finish(None);
        layer.respond(now, self.server, refusal.status, octets);
    }

    /// CANCEL, BYE in the early dialog, or an invitation that expired: 487 for the INVITE (9.2, 15.1.2, 13.3.1).
    pub(super) fn cancelled(&mut self, now: Instant, layer: &mut Layer, tag: Tag, cause: Option<u8>) -> State {
        self.refuse(now, layer, tag, Refusal::plain(487));
        layer.tell(Event::Cancelled { session: self.session, cause });
        State::Over
    }

    /// PRACK (RFC 3262 3): 481 unless it names what waits. It may have the answer to our offer, or a new offer. What
    /// waits for the ACK, when the answer waited for this.
    pub(super) fn handle_prack(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        peer: InDialog<'_>,
    ) -> Option<Unacknowledged> {
        let waits = self.unacknowledged();
        if waits.is_none() || RAck::of(peer.request) != waits {
            respond(now, layer, peer.server, 481);
            return None;
        }
        let sdp = offered(now, layer, peer.server, peer.request).ok()?;
        let owes_answer = !self.has_offer && self.exchange == Exchange::Sent;
        match sdp {
            // Section 5: the answer must be here. The response stays unacknowledged.
            None if owes_answer => {
                respond(now, layer, peer.server, 400);
                return None;
            }
            Some(answer) if owes_answer => {
                respond(now, layer, peer.server, 200);
                layer.tell(Event::EarlyAnswer { session: self.session, answer });
            }
            None => respond(now, layer, peer.server, 200),
            // The offer is judged as it stands after this PRACK.
            Some(offer) => {
                self.acknowledge();
                let open = self.open();
                let theirs = Theirs::take(now, layer, self.session, peer, open, offer, None);
                self.theirs = self.theirs.take().or(theirs);
            }
        }
        self.acknowledge();
        self.settle(now, layer, tag)
    }

    pub(super) fn handle_update(&mut self, now: Instant, layer: &mut Layer, peer: InDialog<'_>) {
        let open = self.open();
        let update = handle_update(now, layer, self.session, &mut self.dialog, peer, open, None);
        self.theirs = self.theirs.take().or(update.told());
    }

    /// The user answers the peer's new offer. What waits for the ACK, when the answer waited for this.
    pub(super) fn answer_reoffer(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        answer: Result<Description, u16>,
    ) -> Option<Unacknowledged> {
        match self.theirs.take() {
            Some(mut theirs) => {
                if answer.is_ok() {
                    theirs.target.take().into_iter().for_each(|target| self.dialog.move_to(target));
                }
                self.said = answer.as_ref().ok().cloned().or(self.said.take());
                theirs.answer(now, layer, answer.as_ref().map_err(|status| *status));
            }
            None => layer.counters.commands_late += 1,
        }
        self.settle(now, layer, tag)
    }

    /// Why the offer that waits will be refused.
    pub(super) fn warn(&mut self, warning: Warning) {
        match &mut self.theirs {
            Some(theirs) => theirs.warning = Some(warning),
            None => self.warning = Some(warning),
        }
    }

    /// The reliable response that waits for its PRACK.
    pub(super) fn unacknowledged(&self) -> Option<RAck> {
        self.outstanding.as_ref().map(|outstanding| RAck { rseq: outstanding.rseq, cseq: self.cseq })
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer, tag: Tag) -> Option<State> {
        if self.expires_at.is_some_and(|at| at <= now) {
            return Some(self.cancelled(now, layer, tag, None));
        }
        if let Some(outstanding) = &mut self.outstanding {
            match outstanding.handle_timeout(now) {
                Due::Nothing => {}
                Due::Repeat => {
                    layer.counters.repetitions_sent += 1;
                    layer.respond(now, self.server, outstanding.status, outstanding.octets.clone());
                }
                Due::NoPrack => {
                    self.refuse(now, layer, tag, Refusal::plain(504));
                    layer.tell(Event::Failed { session: self.session, failure: Failure::NoPrack });
                    return Some(State::Over);
                }
            }
        }
        if let Some(repeated) = self.repeated.as_mut().filter(|repeated| repeated.at <= now) {
            repeated.at = now + PROVISIONAL_INTERVAL;
            let provisional = repeated.provisional.clone();
            self.say(now, layer, tag, provisional);
        }
        None
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let repeated = self.repeated.as_ref().map(|repeated| repeated.at);
        let outstanding = self.outstanding.as_ref().map(Outstanding::poll_timeout);
        [self.expires_at, repeated, outstanding].into_iter().flatten().min()
    }

    /// What stands in the way of an offer of the peer.
    fn open(&self) -> Open {
        match (&self.theirs, self.exchange) {
            (Some(theirs), _) => theirs.open(),
            (None, Exchange::Done) => Open::Nothing,
            (None, Exchange::Sent) if !self.has_offer => Open::Ours,
            (None, Exchange::Open | Exchange::Sent) => Open::Theirs,
        }
    }

    fn acknowledge(&mut self) {
        if self.outstanding.take().is_some_and(|outstanding| outstanding.has_sdp) {
            self.exchange = Exchange::Done;
        }
    }

    /// What waited for a PRACK goes.
    fn settle(&mut self, now: Instant, layer: &mut Layer, tag: Tag) -> Option<Unacknowledged> {
        if let Some(answer) = self.accepted.take() {
            return self.accept(now, layer, tag, &answer);
        }
        if self.outstanding.is_none()
            && let Some(next) = self.queued.pop_front()
        {
            self.send_reliably(now, layer, tag, next);
        }
        None
    }

    fn abandon_offer(&self, now: Instant, layer: &mut Layer) {
        if let Some(theirs) = &self.theirs {
            theirs.abandon(now, layer);
        }
    }

    fn say(&mut self, now: Instant, layer: &mut Layer, tag: Tag, mut provisional: Provisional) {
        if self.wish != Wish::Unable && self.exchange != Exchange::Open {
            provisional.sdp = None;
        }
        // An offer of ours may go reliably alone (RFC 3261 13.2.1).
        if self.wish == Wish::Unable && !self.has_offer {
            provisional.sdp = None;
        }
        match self.wish {
            Wish::Demanded => self.queue(now, layer, tag, provisional),
            Wish::Able if provisional.sdp.is_some() => self.queue(now, layer, tag, provisional),
            Wish::Able | Wish::Unable => {
                if let Some(octets) = self.write(layer, tag, None, &provisional) {
                    layer.respond(now, self.server, provisional.status, octets);
                }
            }
        }
    }

    /// One at a time (RFC 3262 3). When too many wait, the last gives way to the new one, which says more.
    fn queue(&mut self, now: Instant, layer: &mut Layer, tag: Tag, provisional: Provisional) {
        if self.outstanding.is_none() {
            return self.send_reliably(now, layer, tag, provisional);
        }
        if self.queued.len() == QUEUED_MAX {
            self.queued.pop_back();
        }
        self.queued.push_back(provisional);
    }

    fn send_reliably(&mut self, now: Instant, layer: &mut Layer, tag: Tag, mut provisional: Provisional) {
        provisional.sdp = provisional.sdp.filter(|_| self.exchange == Exchange::Open);
        let has_sdp = provisional.sdp.is_some();
        // Section 5: without an offer in the INVITE, the first one must have ours; until there is one, 100 stands.
        if !self.has_offer && self.exchange == Exchange::Open && !has_sdp {
            return;
        }
        let (status, rseq) = (provisional.status, self.rseq + 1);
        let Some(octets) = self.write(layer, tag, Some(rseq), &provisional) else { return };
        self.rseq = rseq;
        if has_sdp {
            self.exchange = Exchange::Sent;
        }
        layer.respond(now, self.server, status, octets.clone());
        let timers = &layer.config.timers;
        self.outstanding = Some(Outstanding::new(now, timers, rseq, (status, octets), has_sdp));
    }

    fn write(&self, layer: &Layer, tag: Tag, rseq: Option<u32>, said: &Provisional) -> Option<Vec<u8>> {
        let status = said.status;
        let contact = Contact::of_reply(layer.reply(self.server)?);
        let rseq = rseq.map(|rseq| rseq.to_string());
        let writer = layer.reply(self.server)?.start_in_dialog(status, Some(tag));
        let writer = with_identity(writer, layer, contact, Name::Server)
            .maybe(Name::Require, rseq.as_ref().map(|_| reliable::OPTION.as_bytes()))
            .maybe(Name::RSeq, rseq.as_deref().map(str::as_bytes))
            .maybe(Name::PEarlyMedia, said.early_media.map(|it| it.text().as_bytes()));
        let who = self.identity.as_ref().filter(|_| status == 200);
        let writer = writer
            .maybe(Name::PAssertedIdentity, who.map(|(identity, _)| identity.to_octets()).as_deref())
            .maybe(Name::Privacy, who.and_then(|(_, private)| private.then_some(&b"id"[..])));
        // 13.3.1.4: the caller is to know without asking.
        let writer = writer.maybe(Name::Supported, (status == 200).then_some(SUPPORTED.as_bytes()));
        let writer = Terms::write(self.terms.filter(|_| status == 200), writer);
        Some(writer.finish(said.sdp.as_deref()))
    }
}

/// Expires of an INVITE; what cannot be read says nothing (20.19).
fn expiry(now: Instant, invite: &Message) -> Option<Instant> {
    let seconds = invite.value(Name::Expires).and_then(lex::number)?;
    now.checked_add(Duration::from_secs(seconds.into()))
}

const PROVISIONAL_INTERVAL: Duration = Duration::from_secs(60);
/// Reliable responses behind the one that waits for its PRACK.
pub(crate) const QUEUED_MAX: usize = 4;
