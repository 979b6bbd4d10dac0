//! A 2xx went or came: RFC 3261 13.2.2.4, 13.3.1.4 and 15.
//!
//! Re-INVITEs have their own file.

use super::super::dialog::{Dialog, Origin};
use super::super::header::Name;
use super::super::keypress::Keypress;
use super::super::message::Message;
use super::super::octets::Octets;
use super::super::sdp::Description;
use super::super::transaction::{Layer, Purpose, Sent};
use super::super::transport::Flow;
use super::super::vocabulary::{Event, Failure, SessionId};
use super::super::warning::Warning;
use super::alerting::Alerting;
use super::ending::Ending;
use super::info::Keypad;
use super::offer::Theirs;
use super::referral::{self, Note, Referred};
use super::refresh::{self, SessionTimer};
use super::reinvite::{Offer, Ours, Outcome};
use super::reliable::RAck;
use super::unacknowledged::{Due, Unacknowledged};
use super::{FORKS_MAX, InDialog, State, description, respond, respond_later};
use std::time::Instant;

/// A confirmed dialog and what is under way in it.
#[derive(Debug)]
pub(super) struct Established {
    pub session: SessionId,
    pub dialog: Dialog,
    /// Of our first INVITE: who has it owns the Call-ID, and forks may still answer.
    pub origin: Option<Origin>,
    /// Our ACKs, kept because each repetition of a 2xx is answered by the same: of the first INVITE and of the last.
    acks: Vec<Ack>,
    forks: Vec<Fork>,
    /// Our 2xx without ACK. A peer that lost its ACK may send a re-INVITE meanwhile, so there may be more than one.
    pub waiting: Vec<Unacknowledged>,
    pub ours: Ours,
    /// Waits for its turn.
    pub queued: Option<Offer>,
    pub theirs: Option<Theirs>,
    /// The reliable provisional response that our 2xx overtook: its PRACK may still come (RFC 3262 3).
    overtaken: Option<RAck>,
    /// Our last description: a refresh says it again.
    pub said: Description,
    pub timer: Option<SessionTimer>,
    referred: Option<Referred>,
    /// BYE must not go before ACK came or will not come any more (15).
    deferred: Option<(Option<u8>, Event)>,
}

#[derive(Debug)]
struct Ack {
    cseq: u32,
    octets: Vec<u8>,
}

/// Another UAS that answered the same INVITE: acknowledged and ended.
#[derive(Debug)]
struct Fork {
    tag: Octets,
    ack: Vec<u8>,
    flow: Flow,
}

impl Established {
    pub(super) fn of_call(
        session: SessionId,
        dialog: Dialog,
        origin: Origin,
        ack: Vec<u8>,
        said: Description,
    ) -> Established {
        let acks = vec![Ack { cseq: origin.cseq, octets: ack }];
        Established { origin: Some(origin), acks, ..Established::new(session, dialog, said) }
    }

    pub(super) fn of_answer(now: Instant, session: SessionId, alerting: Alerting, waiting: Unacknowledged) -> State {
        let overtaken = alerting.unacknowledged();
        let timer = alerting.terms.map(|terms| terms.begin(now, None));
        let said = alerting.said.expect("a 2xx went, and with it the user's description is set");
        let established = Established::new(session, alerting.dialog, said);
        State::Established(Box::new(Established { waiting: vec![waiting], overtaken, timer, ..established }))
    }

    fn new(session: SessionId, dialog: Dialog, said: Description) -> Established {
        Established {
            session,
            dialog,
            origin: None,
            acks: Vec::new(),
            forks: Vec::new(),
            waiting: Vec::new(),
            ours: Ours::Idle,
            queued: None,
            theirs: None,
            overtaken: None,
            said,
            timer: None,
            referred: None,
            deferred: None,
        }
    }

    /// The user hangs up: BYE now, or when the 2xx is acknowledged.
    pub(super) fn end(mut self: Box<Self>, now: Instant, layer: &mut Layer, cause: Option<u8>, last: Event) -> State {
        if self.may_end() {
            return self.end_now(now, layer, cause, last);
        }
        self.deferred.get_or_insert((cause, last));
        State::Established(self)
    }

    pub(super) fn end_now(
        mut self: Box<Self>,
        now: Instant,
        layer: &mut Layer,
        cause: Option<u8>,
        last: Event,
    ) -> State {
        self.waiting.clear();
        if let Some(theirs) = self.theirs.take() {
            theirs.abandon(now, layer);
        }
        if let Some(referred) = self.referred.take() {
            referred.abandon(now, layer);
        }
        let ways = self.dialog.ways(layer);
        let (branch, _, writer) = self.dialog.request(layer, "BYE");
        let sent = Sent { session: self.session, purpose: Purpose::Bye };
        layer.request(now, ways, branch, writer.cause(cause).finish(None), sent);
        // Nobody waits for the answer of a peer that has just shown that it does not answer.
        let last = match last {
            Event::Failed { .. } => {
                layer.tell(last);
                None
            }
            last => Some(last),
        };
        State::Ending(Box::new(Ending { established: *self, last }))
    }

    /// BYE came. What the peer still waits for is answered (15.1.2).
    pub(super) fn ended_by_peer(self, now: Instant, layer: &mut Layer, last: Event) -> State {
        if let Some(theirs) = &self.theirs {
            theirs.abandon(now, layer);
        }
        if let Some(referred) = &self.referred {
            referred.abandon(now, layer);
        }
        layer.tell(last);
        State::Over
    }

    /// No ACK is outstanding, and no NOTIFY that a BYE would overtake.
    fn may_end(&self) -> bool {
        self.waiting.is_empty() && !self.referred.as_ref().is_some_and(Referred::is_telling)
    }

    /// REFER: one at a time.
    pub(super) fn handle_refer(&mut self, now: Instant, layer: &mut Layer, session: SessionId, peer: InDialog<'_>) {
        if self.referred.is_some() || self.is_ending() {
            return respond_later(now, layer, peer.server);
        }
        self.referred = referral::receive(now, layer, session, peer);
    }

    /// Why the offer that waits will be refused.
    pub(super) fn warn(&mut self, warning: Warning) {
        if let Some(theirs) = &mut self.theirs {
            theirs.warning = Some(warning);
        }
    }

    pub(super) fn answer_refer(&mut self, now: Instant, layer: &mut Layer, status: u16) {
        let referred = self.referred.take();
        self.referred = referred.and_then(|it| it.answer(now, layer, self.session, &mut self.dialog, status));
    }

    pub(super) fn notify(&mut self, now: Instant, layer: &mut Layer, note: Note) {
        match &mut self.referred {
            Some(referred) => referred.tell(now, layer, self.session, &mut self.dialog, note),
            None => layer.counters.commands_late += 1,
        }
    }

    pub(super) fn notified(&mut self, now: Instant, layer: &mut Layer, accepted: bool) {
        let referred = self.referred.take();
        self.referred = referred.and_then(|it| it.settled(now, layer, self.session, &mut self.dialog, accepted));
    }

    pub(super) fn press(&mut self, now: Instant, layer: &mut Layer, keypad: &mut Keypad, keypress: Keypress) {
        keypad.press(now, layer, self.session, &mut self.dialog, keypress);
    }

    pub(super) fn handle_info_response(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        keypad: &mut Keypad,
        response: &Message,
    ) -> Outcome {
        match response.status().unwrap_or_default() {
            ..=199 => {}
            408 | 481 => return Outcome::DialogLost,
            status => keypad.answered(now, layer, self.session, &mut self.dialog, status < 300),
        }
        Outcome::Goes
    }

    /// The BYE that waited for the last ACK, or for a NOTIFY.
    pub(super) fn deferred_bye(&mut self) -> Option<(Option<u8>, Event)> {
        if self.may_end() { self.deferred.take() } else { None }
    }

    pub(super) fn is_ending(&self) -> bool {
        self.deferred.is_some()
    }

    /// PRACK that our 2xx overtook; any other has nothing to acknowledge.
    pub(super) fn handle_prack(&mut self, now: Instant, layer: &mut Layer, peer: InDialog<'_>) {
        let overtaken = self.overtaken.take_if(|overtaken| RAck::of(peer.request) == Some(*overtaken));
        respond(now, layer, peer.server, if overtaken.is_some() { 200 } else { 481 });
    }

    /// ACK for one of our 2xx. `false`: it was acknowledged before.
    pub(super) fn handle_ack(&mut self, now: Instant, layer: &mut Layer, ack: &Message) -> bool {
        let number = ack.cseq().map(|cseq| cseq.number).unwrap_or_default();
        let Some(at) = self.waiting.iter().position(|waiting| waiting.cseq == number && self.dialog.is_of(ack)) else {
            return false;
        };
        let acknowledged = self.waiting.remove(at);
        let answer = if acknowledged.wants_answer { description(ack).ok().flatten() } else { None };
        if !self.is_ending() && (acknowledged.is_first || acknowledged.wants_answer) {
            layer.tell(Event::Acknowledged { session: self.session, answer });
        }
        self.settle(now, layer);
        true
    }

    /// A 2xx of our INVITE again: the same ACK. From another UAS: ACK and BYE (13.2.2.4).
    pub(super) fn handle_repeated_success(&mut self, now: Instant, layer: &mut Layer, response: &Message) {
        if !matches!(response.status(), Some(200..=299)) {
            return;
        }
        if self.dialog.is_of(response) {
            let cseq = response.cseq().map(|cseq| cseq.number).unwrap_or_default();
            self.acknowledge(now, layer, cseq);
        } else {
            self.end_fork(now, layer, response);
        }
    }

    /// Sends the ACK for a 2xx, the first time or again.
    pub(super) fn acknowledge(&mut self, now: Instant, layer: &mut Layer, cseq: u32) {
        let flow = self.dialog.flow(layer);
        if let Some(ack) = self.acks.iter().find(|ack| ack.cseq == cseq) {
            layer.counters.repetitions_sent += 1;
            layer.send(now, &flow, ack.octets.clone());
            return;
        }
        let octets = self.dialog.acknowledge(layer, self.session, cseq);
        layer.send(now, &flow, octets.clone());
        if self.acks.len() == ACKS_MAX {
            self.acks.pop();
        }
        self.acks.push(Ack { cseq, octets });
    }

    fn end_fork(&mut self, now: Instant, layer: &mut Layer, response: &Message) {
        let tag = response.tag(Name::To);
        if let Some(fork) = self.forks.iter().find(|fork| &*fork.tag == tag) {
            layer.send(now, &fork.flow, fork.ack.clone());
            return;
        }
        let Some(origin) = self.origin.as_ref().filter(|_| self.forks.len() < FORKS_MAX) else { return };
        let mut dialog = Dialog::of_response(origin, response);
        let (ack, ways) = (dialog.acknowledge(layer, self.session, origin.cseq), dialog.ways(layer));
        let flow = ways[0].flow.clone();
        layer.send(now, &flow, ack.clone());
        let (branch, _, writer) = dialog.request(layer, "BYE");
        let sent = Sent { session: self.session, purpose: Purpose::StrayBye };
        layer.request(now, ways, branch, writer.finish(None), sent);
        self.forks.push(Fork { tag: tag.into(), ack, flow });
    }

    /// Repeats what is not acknowledged. A peer that never does is left by BYE: its cause and the last event.
    pub(super) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer) -> Option<(Option<u8>, Event)> {
        let timers = layer.config.timers;
        for waiting in &mut self.waiting {
            match waiting.handle_timeout(now, &timers) {
                Due::Nothing => {}
                Due::Repeat(flow, octets) => {
                    layer.counters.repetitions_sent += 1;
                    layer.send(now, flow, octets.to_vec());
                }
                Due::NoAck => {
                    let failed = Event::Failed { session: self.session, failure: Failure::NoAck };
                    return Some(self.deferred.take().unwrap_or((None, failed)));
                }
            }
        }
        let is_ending = self.is_ending();
        match self.timer.as_mut().filter(|_| !is_ending).map(|timer| timer.handle_timeout(now)) {
            Some(refresh::Due::Expired) => {
                return Some((None, Event::Failed { session: self.session, failure: Failure::Expired }));
            }
            Some(refresh::Due::Refresh) => self.refresh(now, layer),
            Some(refresh::Due::Nothing) | None => {}
        }
        self.settle(now, layer);
        None
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        let waiting = self.waiting.iter().map(Unacknowledged::poll_timeout);
        let timer = self.timer.as_ref().filter(|_| !self.is_ending()).map(SessionTimer::poll_timeout);
        waiting.chain(self.ours.poll_timeout()).chain(timer).min()
    }
}

/// The first INVITE's and the last re-INVITE's.
const ACKS_MAX: usize = 2;
