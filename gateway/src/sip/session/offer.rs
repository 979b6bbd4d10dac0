//! The peer's offer, from its request to the user's answer: in re-INVITE (RFC 3261 14.2), PRACK (RFC 3262 5)
//! and UPDATE (RFC 3311 5.2).

use super::super::dialog::target_of;
use super::super::endpoint::admission::SUPPORTED;
use super::super::header::Name;
use super::super::message::Message;
use super::super::method::Method;
use super::super::sdp::Description;
use super::super::transaction::{Layer, ServerId};
use super::super::uri::Uri;
use super::super::vocabulary::{Event, SessionId};
use super::super::warning::Warning;
use super::refresh::Terms;
use super::unacknowledged::Unacknowledged;
use super::{
    Contact, InDialog, NOT_ACCEPTABLE_HERE, State, description, respond, respond_later, response, warned, with_identity,
};
use std::time::Instant;

/// An offer, or a request for ours, that the user has not answered yet.
#[derive(Debug)]
pub(super) struct Theirs {
    pub server: ServerId,
    carrier: Carrier,
    /// Where the peer is to be reached once it is accepted: what is refused changes nothing (RFC 3261 12.2.2).
    pub target: Option<Uri>,
    /// Why it will be refused.
    pub warning: Option<Warning>,
    /// What the 2xx says about the session timer.
    pub terms: Option<Terms>,
    /// It came before the answer to the INVITE, which alone settles the timer.
    pub is_early: bool,
}

/// The request that has it.
#[derive(Debug)]
enum Carrier {
    /// The answer is repeated until ACK, which has the answer to our offer where the INVITE had none.
    Invite { cseq: u32, has_offer: bool },
    /// The transaction takes care of the answer.
    Prack,
    /// The same.
    Update,
}

/// What is open between the two when an offer comes (RFC 3311 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Open {
    Nothing,
    /// We wait for an answer.
    Ours,
    /// The peer does.
    Theirs,
    /// The peer does, and what it has sent is an UPDATE: before its answer there is none to another, whatever that says.
    Unanswered,
}

impl Theirs {
    pub(super) fn of_invite(peer: InDialog<'_>, cseq: u32, has_offer: bool) -> Theirs {
        let (target, terms) = (target_of(peer.request), Terms::of_request(peer.request));
        let carrier = Carrier::Invite { cseq, has_offer };
        Theirs { server: peer.server, carrier, target, warning: None, terms, is_early: false }
    }

    /// An offer in a request that is no INVITE: told to the user, or refused at once.
    pub(super) fn take(
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        peer: InDialog<'_>,
        open: Open,
        offer: Description,
        terms: Option<Terms>,
    ) -> Option<Theirs> {
        match open {
            Open::Ours => respond(now, layer, peer.server, 491),
            Open::Theirs | Open::Unanswered => respond_later(now, layer, peer.server),
            Open::Nothing => {
                layer.tell(Event::Reoffer { session, offer: Some(offer) });
                let is_update = peer.request.method() == Some(Method::Update);
                let (carrier, target) = match is_update {
                    true => (Carrier::Update, target_of(peer.request)),
                    false => (Carrier::Prack, None),
                };
                return Some(Theirs { server: peer.server, carrier, target, warning: None, terms, is_early: false });
            }
        }
        None
    }

    /// What stands in the way of a further offer while this one is open.
    pub(super) fn open(&self) -> Open {
        match self.carrier {
            Carrier::Invite { .. } | Carrier::Prack => Open::Theirs,
            Carrier::Update => Open::Unanswered,
        }
    }

    /// The dialog was confirmed meanwhile.
    pub(super) fn after_answer(self) -> Theirs {
        Theirs { is_early: true, ..self }
    }

    /// The user answers. What waits for ACK, if anything does.
    pub(super) fn answer(
        self,
        now: Instant,
        layer: &mut Layer,
        answer: Result<&Description, u16>,
    ) -> Option<Unacknowledged> {
        let answer = match answer {
            Ok(answer) => answer,
            Err(status) => {
                refuse(now, layer, self.server, status, self.warning);
                return None;
            }
        };
        let contact = Contact::of_reply(layer.reply(self.server)?);
        let writer = response(layer, self.server, 200)?;
        let writer = match self.carrier {
            // It refreshes no target, and a Contact has no place in it (RFC 3262 4, table 1).
            Carrier::Prack => writer,
            Carrier::Invite { .. } | Carrier::Update => with_identity(writer, layer, contact, Name::Server),
        };
        let writer = Terms::write(self.terms, writer.field(Name::Supported, SUPPORTED.as_bytes()));
        let octets = writer.finish(Some(&answer.to_octets()));
        let at = layer.respond(now, self.server, 200, octets.clone())?;
        match self.carrier {
            Carrier::Prack | Carrier::Update => None,
            Carrier::Invite { cseq, has_offer } => {
                let mut waiting = Unacknowledged::new(now, &layer.config.timers, cseq, octets, at);
                waiting.wants_answer = !has_offer;
                Some(waiting)
            }
        }
    }

    /// The session ends before the user answered.
    pub(super) fn abandon(&self, now: Instant, layer: &mut Layer) {
        respond(now, layer, self.server, 487);
    }
}

impl State {
    /// Why the offer that waits will be refused.
    pub(super) fn warn(&mut self, warning: Warning) {
        match self {
            State::Calling(calling) => calling.warn(warning),
            State::Alerting(alerting) => alerting.warn(warning),
            State::Established(established) => established.warn(warning),
            State::Locating(_) | State::Asking(_) | State::Ending(_) | State::Over => {}
        }
    }
}

/// The SDP of a request, or 488 to it when that cannot be read.
pub(super) fn offered(
    now: Instant,
    layer: &mut Layer,
    server: ServerId,
    request: &Message,
) -> Result<Option<Description>, ()> {
    description(request).map_err(|error| refuse(now, layer, server, NOT_ACCEPTABLE_HERE, Some((&error).into())))
}

fn refuse(now: Instant, layer: &mut Layer, server: ServerId, status: u16, warning: Option<Warning>) {
    let Some(flow) = layer.reply(server).map(|reply| reply.flow.clone()) else { return };
    let warning = warning.filter(|_| status == NOT_ACCEPTABLE_HERE);
    let Some(writer) = response(layer, server, status) else { return };
    let octets = warned(layer, &flow, writer, warning).finish(None);
    layer.respond(now, server, status, octets);
}
