//! Our INVITE is on its way: RFC 3261 13.2, CANCEL 9.1.

use super::super::dialog::{Dialog, Origin};
use super::super::endpoint::admission::SUPPORTED;
use super::super::gating::{self, EarlyMedia};
use super::super::header::Name;
use super::super::message::{Message, Writer};
use super::super::name_addr::NameAddr;
use super::super::octets::Octets;
use super::super::privacy::Privacy;
use super::super::quality::Quality;
use super::super::reply::Tag;
use super::super::sdp::Description;
use super::super::transaction::{ClientId, Layer, Purpose, Sent, Silence};
use super::super::transport::{Flow, Way};
use super::super::uri::Scheme;
use super::super::vocabulary::{Event, Failure, Invitation, REDIRECTIONS_MAX, SessionId};
use super::super::warning::{self, Warning};
use super::early::Early;
use super::established::Established;
use super::locating::Locating;
use super::offer::Theirs;
use super::refresh::{self, SessionTimer};
use super::{Contact, FORKS_MAX, InDialog, State, description, phrase_of, with_identity};
use std::cmp::Reverse;
use std::mem;
use std::time::Instant;

/// An INVITE without a final response.
#[derive(Debug)]
pub(super) struct Calling {
    session: SessionId,
    /// Kept, because a 422 wants it again. From has our tag.
    invitation: Invitation,
    /// To the peer's servers, in the order to be tried.
    ways: Vec<Flow>,
    /// The largest Min-SE of a 422.
    min_se_s: u32,
    invite: ClientId,
    origin: Origin,
    /// One for each To tag (13.2.2.4): requests of the peer may come in any of them.
    pub early: Vec<Early>,
    cancel: Cancel,
    /// Where places that were tried before this one would have the call go, by `q`.
    elsewhere: Vec<NameAddr>,
}

/// CANCEL may not go before a provisional response came (9.1).
#[derive(Debug)]
enum Cancel {
    /// Not wanted; no provisional response yet.
    TooEarly,
    /// Not wanted; it could go.
    Possible,
    Wanted {
        cause: Option<u8>,
    },
    Sent {
        cause: Option<u8>,
        give_up: Instant,
    },
}

impl Calling {
    /// There is one way at least.
    pub(super) fn new(
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        Locating { mut invitation, elsewhere }: Locating,
        ways: Vec<Flow>,
    ) -> Calling {
        invitation.from.raw_parameters = Octets(format!(";tag={tag}").into_bytes());
        let (session, flow) = (invitation.session, ways[0].clone());
        let host = layer.config.local[flow.listener].advertised.ip();
        let call_id = Octets(format!("{:016x}@{host}", layer.random()).into_bytes());
        let (local, target) = (invitation.from.to_octets(), invitation.place.target.clone());
        let origin = Origin { call_id, local, target, cseq: FIRST_CSEQ, flow };
        let min_se_s = refresh::INTERVAL_S_MIN;
        let invite = send_invite(now, layer, (&invitation, &ways), &origin, min_se_s);
        Calling {
            session,
            invitation,
            ways,
            min_se_s,
            invite,
            origin,
            early: Vec::new(),
            cancel: Cancel::TooEarly,
            elsewhere,
        }
    }

    /// The Call-ID of the INVITE and the way by which it went, or was answered.
    pub(super) fn identity(&self) -> (&Octets, &Flow) {
        (&self.origin.call_id, &self.origin.flow)
    }

    pub(super) fn handle_response(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        response: &Message,
        flow: Flow,
    ) -> Option<State> {
        self.origin.flow = flow;
        match response.status().unwrap_or_default() {
            status @ 100..=199 => {
                self.progress(now, layer, status, response);
                None
            }
            200..=299 => self.success(now, layer, response),
            422 if self.may_ask_again(response) => {
                self.ask_again(now, layer, response);
                None
            }
            status @ 300..=599 if self.has_others_after(status) => {
                self.note_elsewhere(status, response);
                Some(self.try_next(now, layer, tag))
            }
            status => {
                self.abandon_offers(now, layer);
                self.note_elsewhere(status, response);
                let (session, cause, warning) = (self.session, response.cause(), warning::code_of(response));
                let (reason_phrase, contacts) = (phrase_of(response), mem::take(&mut self.elsewhere));
                layer.tell(Event::Refused { session, status, reason_phrase, contacts, cause, warning });
                Some(State::Over)
            }
        }
    }

    /// UPDATE in one of the early dialogs.
    pub(super) fn handle_update(&mut self, now: Instant, layer: &mut Layer, peer: InDialog<'_>) {
        // The user has one offer at a time before it, from whichever fork.
        let told = self.early.iter().any(|early| early.theirs.is_some());
        if let Some(early) = self.early.iter_mut().find(|early| early.dialog.is_of(peer.request)) {
            early.handle_update(now, layer, self.session, peer, told);
        }
    }

    pub(super) fn answer_reoffer(&mut self, now: Instant, layer: &mut Layer, answer: Result<&Description, u16>) {
        match self.early.iter_mut().find(|early| early.theirs.is_some()) {
            Some(early) => {
                if let Ok(answer) = answer {
                    self.invitation.offer = answer.clone();
                }
                early.answer_reoffer(now, layer, answer);
            }
            None => layer.counters.commands_late += 1,
        }
    }

    /// Why the offer that waits will be refused.
    pub(super) fn warn(&mut self, warning: Warning) {
        if let Some(theirs) = self.early.iter_mut().find_map(|early| early.theirs.as_mut()) {
            theirs.warning = Some(warning);
        }
    }

    /// The user gives up.
    pub(super) fn cancel(&mut self, now: Instant, layer: &mut Layer, cause: Option<u8>) -> Option<State> {
        match self.cancel {
            Cancel::TooEarly => {
                layer.stay(self.invite);
                self.cancel = Cancel::Wanted { cause };
            }
            Cancel::Possible => self.send_cancel(now, layer, cause),
            Cancel::Wanted { .. } | Cancel::Sent { .. } => layer.counters.commands_late += 1,
        }
        None
    }

    /// The INVITE goes to another server: what one said that is out of it does not count.
    pub(super) fn handle_moved(&mut self, now: Instant, layer: &mut Layer) {
        self.abandon_offers(now, layer);
        self.early.clear();
        if let Cancel::Possible = self.cancel {
            self.cancel = Cancel::TooEarly;
        }
    }

    /// Timer B, or no way that could be gone.
    pub(super) fn unanswered(&mut self, now: Instant, layer: &mut Layer, tag: Tag, silence: Silence) -> State {
        match self.has_others() {
            true => self.try_next(now, layer, tag),
            false => self.give_up(now, layer, silence),
        }
    }

    /// The callee is elsewhere too, and somebody still wants the call.
    fn has_others(&self) -> bool {
        matches!(self.cancel, Cancel::TooEarly | Cancel::Possible) && !self.invitation.others.is_empty()
    }

    /// The same when one place has refused: the device there speaks for its other flows, unless nobody has heard of it (RFC 5626 7).
    fn has_others_after(&mut self, status: u16) -> bool {
        let device = self.invitation.place.instance.as_ref().filter(|_| !matches!(status, 408 | FLOW_FAILED));
        self.invitation.others.retain(|other| device.is_none() || other.instance.as_ref() != device);
        self.has_others()
    }

    /// Calls the callee at the next place, as a call of its own.
    fn try_next(&mut self, now: Instant, layer: &mut Layer, tag: Tag) -> State {
        self.abandon_offers(now, layer);
        let place = self.invitation.others.remove(0);
        let invitation = Invitation { place, ..self.invitation.clone() };
        Locating { invitation, elsewhere: mem::take(&mut self.elsewhere) }.begin(now, layer, tag)
    }

    /// What a 3xx names joins what others have named, by `q`; a 6xx speaks for all places.
    fn note_elsewhere(&mut self, status: u16, response: &Message) {
        match status {
            300..=399 => {
                let contacts = response.elements(Name::Contact).filter_map(|contact| NameAddr::parse(contact).ok());
                self.elsewhere.extend(contacts.take(REDIRECTIONS_MAX));
                self.elsewhere.sort_by_key(|contact| Reverse(Quality::of(contact)));
                self.elsewhere.truncate(REDIRECTIONS_MAX);
            }
            600.. => self.elsewhere.clear(),
            _ => {}
        }
    }

    /// Timer B, silence after CANCEL, or no way that could be gone.
    pub(super) fn give_up(&mut self, now: Instant, layer: &mut Layer, silence: Silence) -> State {
        self.abandon_offers(now, layer);
        let failure = match silence {
            Silence::TimedOut => Failure::Timeout,
            Silence::Unreachable => Failure::Unreachable,
            Silence::Held => Failure::Held,
        };
        layer.tell(given_up(self.session, failure, mem::take(&mut self.elsewhere)));
        State::Over
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer) -> Option<State> {
        let over = matches!(self.cancel, Cancel::Sent { give_up, .. } if give_up <= now);
        over.then(|| {
            layer.abandon(self.invite);
            self.give_up(now, layer, Silence::TimedOut)
        })
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        match self.cancel {
            Cancel::Sent { give_up, .. } => Some(give_up),
            _ => None,
        }
    }

    fn progress(&mut self, now: Instant, layer: &mut Layer, status: u16, response: &Message) {
        match self.cancel {
            Cancel::TooEarly => self.cancel = Cancel::Possible,
            Cancel::Wanted { cause } => self.send_cancel(now, layer, cause),
            Cancel::Possible | Cancel::Sent { .. } => {}
        }
        if status == 100 {
            return;
        }
        let (session, cseq) = (self.session, self.origin.cseq);
        let told = match self.early_of(response) {
            Some(early) => early.hear(now, layer, session, cseq, response),
            // A peer without tags, or one fork too many.
            None => Ok(description(response).ok().flatten()),
        };
        if let (Ok(answer), false) = (told, matches!(self.cancel, Cancel::Sent { .. })) {
            layer.tell(Event::Progress { session, status, answer, early_media: EarlyMedia::of(response) });
        }
    }

    /// The early dialog that a provisional response belongs to, or makes.
    fn early_of(&mut self, response: &Message) -> Option<&mut Early> {
        if let Some(at) = self.early.iter().position(|early| early.dialog.is_of(response)) {
            return self.early.get_mut(at);
        }
        if response.tag(Name::To).is_empty() || self.early.len() == FORKS_MAX {
            return None;
        }
        self.early.push(Early::new(&self.origin, response));
        self.early.last_mut()
    }

    /// 2xx: ACK at once. One that crossed our CANCEL is acknowledged and ended (15).
    fn success(&mut self, now: Instant, layer: &mut Layer, response: &Message) -> Option<State> {
        let mut dialog = Dialog::of_response(&self.origin, response);
        // An early dialog may have seen requests, and an answer that counts.
        let early = self.early.iter().position(|early| early.dialog.is_of(response));
        let (answer, theirs) = match early.map(|at| self.early.swap_remove(at)) {
            Some(mut early) => {
                dialog.continue_from(&early.dialog);
                let theirs = early.theirs.take();
                (early.agreed(response), theirs)
            }
            None => (description(response), None),
        };
        self.abandon_offers(now, layer);
        let ack = dialog.acknowledge(layer, self.session, self.origin.cseq);
        let flow = dialog.flow(layer);
        layer.send(now, &flow, ack.clone());
        let session = self.session;
        let said = self.invitation.offer.clone();
        let mut established = Box::new(Established::of_call(session, dialog, self.origin.clone(), ack, said));
        established.timer = SessionTimer::of_response(now, response, refresh::INTERVAL_S_MIN);
        established.theirs = theirs.map(Theirs::after_answer);
        match (&self.cancel, answer) {
            (Cancel::Wanted { cause } | Cancel::Sent { cause, .. }, _) => {
                Some(established.end_now(now, layer, *cause, Event::Ended { session, cause: None }))
            }
            (_, Err(_)) => {
                let last = Event::Failed { session, failure: Failure::BadAnswer };
                Some(established.end_now(now, layer, None, last))
            }
            (_, Ok(answer)) => {
                if let Some(Ok(identity)) = response.first_address(Name::PAssertedIdentity) {
                    let private = Privacy::of(response).withholds_identity();
                    layer.tell(Event::Identified { session, identity, private });
                }
                layer.tell(Event::Answered { session, answer });
                established.settle(now, layer);
                Some(State::Established(established))
            }
        }
    }

    /// RFC 4028 7.3: the session interval may be larger, but not without end, and not when nobody wants the call.
    fn may_ask_again(&self, refusal: &Message) -> bool {
        let is_larger = refresh::min_se_s(refusal) > self.min_se_s;
        let is_wanted = matches!(self.cancel, Cancel::TooEarly | Cancel::Possible);
        is_larger && is_wanted && self.origin.cseq < FIRST_CSEQ + INTERVALS_MAX
    }

    fn ask_again(&mut self, now: Instant, layer: &mut Layer, refusal: &Message) {
        self.abandon_offers(now, layer);
        self.early.clear();
        self.cancel = Cancel::TooEarly;
        self.min_se_s = refresh::min_se_s(refusal);
        self.origin.cseq += 1;
        self.invite = send_invite(now, layer, (&self.invitation, &self.ways), &self.origin, self.min_se_s);
    }

    /// The CSeq of the INVITE that answers a challenge; `None`: nobody wants the call any more.
    pub(super) fn number_again(&mut self, now: Instant, layer: &mut Layer) -> Option<u32> {
        let is_wanted = matches!(self.cancel, Cancel::TooEarly | Cancel::Possible);
        is_wanted.then(|| {
            self.abandon_offers(now, layer);
            self.early.clear();
            self.cancel = Cancel::TooEarly;
            self.origin.cseq += 1;
            self.origin.cseq
        })
    }

    /// Dialogs that come to nothing answer what their peers wait for.
    fn abandon_offers(&self, now: Instant, layer: &mut Layer) {
        for theirs in self.early.iter().filter_map(|early| early.theirs.as_ref()) {
            theirs.abandon(now, layer);
        }
    }

    fn send_cancel(&mut self, now: Instant, layer: &mut Layer, cause: Option<u8>) {
        layer.cancel(now, self.invite, cause);
        self.cancel = Cancel::Sent { cause, give_up: now + layer.config.timers.transaction() };
    }
}

fn send_invite(
    now: Instant,
    layer: &mut Layer,
    (invitation, ways): (&Invitation, &[Flow]),
    origin: &Origin,
    min_se_s: u32,
) -> ClientId {
    let (session, listener) = (invitation.session, ways[0].listener);
    let contact = Contact { listener, is_secure: invitation.place.target.scheme() == Scheme::Sips };
    let (branch, via) = layer.via(listener);
    let interval_s = refresh::INTERVAL_S.max(min_se_s);
    let writer = Writer::request("INVITE", origin.target.octets())
        .field(Name::Via, via.as_bytes())
        .field(Name::MaxForwards, invitation.max_forwards.to_string().as_bytes())
        .fields(Name::Route, invitation.place.route.iter().map(|route| &**route))
        .field(Name::From, &origin.local)
        .field(Name::To, &invitation.to.to_octets())
        .field(Name::CallId, &origin.call_id)
        .field(Name::CSeq, format!("{} INVITE", origin.cseq).as_bytes())
        .field(Name::Supported, SUPPORTED.as_bytes())
        .field(Name::SessionExpires, interval_s.to_string().as_bytes())
        .maybe(Name::PEarlyMedia, invitation.gates_early_media.then_some(gating::SUPPORTED.as_bytes()))
        .maybe(Name::ResourcePriority, invitation.emergency.then_some(MARK));
    let writer = invitation.provenance.write(writer);
    let writer = match &invitation.signature {
        Some(signature) => signature.write(writer),
        None => writer,
    };
    let writer = with_identity(refresh::write_min_se(writer, min_se_s), layer, contact, Name::UserAgent);
    let octets = writer.finish(Some(&invitation.offer.to_octets()));
    let ways = ways.iter().cloned().map(Way::to).collect();
    layer.request(now, ways, branch, octets, Sent { session, purpose: Purpose::Invite })
}

/// Nobody answers here. Where others have named places that is a response of nobody's, as RFC 3261 8.1.3.1 has it, with those.
pub(super) fn given_up(session: SessionId, failure: Failure, contacts: Vec<NameAddr>) -> Event {
    if contacts.is_empty() {
        return Event::Failed { session, failure };
    }
    let status = if failure == Failure::Timeout { REQUEST_TIMEOUT } else { SERVICE_UNAVAILABLE };
    Event::Refused { session, status, reason_phrase: Octets::default(), contacts, cause: None, warning: None }
}

const REQUEST_TIMEOUT: u16 = 408;
const SERVICE_UNAVAILABLE: u16 = 503;
const FIRST_CSEQ: u32 = 1;
/// An edge proxy has lost the flow that it was to send by (RFC 5626 5.3.1).
const FLOW_FAILED: u16 = 430;
/// The lowest of the priorities among emergencies: nobody has told us of another.
const MARK: &[u8] = b"esnet.0";
/// INVITEs after the first one, each with a larger session interval.
pub(crate) const INTERVALS_MAX: u32 = 4;
