//! REFER (RFC 3515): the peer would have us call another party in its place. It subscribes the peer, without a SUBSCRIBE, to
//! what becomes of that, told in NOTIFY as fragments of responses (`message/sipfrag`).
//!
//! ```text
//!   REFER ─▶ Asked ──202──▶ Followed ──NOTIFY, the last──▶ over
//!                └──300 to 699──▶ over
//! ```
//!
//! One NOTIFY is under way at a time, so that they arrive in order; of those that wait the newest is kept. One REFER at a
//! time is served. Left out: subscriptions that the peer refreshes or ends by SUBSCRIBE, REFER outside of a dialog, and the
//! REFER that wants no subscription (RFC 4488), whose option tag is not supported.

use super::super::dialog::Dialog;
use super::super::header::Name;
use super::super::message::Message;
use super::super::name_addr::NameAddr;
use super::super::parse::Malformed;
use super::super::replaces::Replaces;
use super::super::status::phrase;
use super::super::transaction::{Layer, Purpose, Sent, ServerId};
use super::super::vocabulary::{Event, Referral, SessionId};
use super::{Contact, InDialog, respond, response, with_identity};
use std::time::Instant;

/// A REFER that is not over.
#[derive(Debug)]
pub(super) enum Referred {
    /// The user has not answered it.
    Asked { server: ServerId, cseq: u32 },
    /// It is told how far things have come.
    Followed { cseq: u32, notify: Notify },
}

/// What the peer is told by NOTIFY.
#[derive(Debug)]
pub(super) enum Notify {
    /// It knows all.
    Quiet,
    /// One is under way; `next` goes after it.
    UnderWay { next: Option<Note> },
    /// The last one is under way.
    Closing,
}

/// What a NOTIFY says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Note {
    pub status: u16,
    pub is_last: bool,
}

/// REFER in the dialog; what waits for the user's answer.
pub(super) fn receive(now: Instant, layer: &mut Layer, session: SessionId, peer: InDialog<'_>) -> Option<Referred> {
    match referral(peer.request) {
        Ok(referral) => {
            layer.tell(Event::Refer { session, referral: Box::new(referral) });
            let cseq = peer.request.cseq().map(|cseq| cseq.number).unwrap_or_default();
            Some(Referred::Asked { server: peer.server, cseq })
        }
        Err(_) => {
            respond(now, layer, peer.server, 400);
            None
        }
    }
}

/// RFC 3515: exactly one Refer-To.
fn referral(refer: &Message) -> Result<Referral, Malformed> {
    let mut targets = refer.elements(Name::ReferTo);
    let target = targets.next().ok_or(Malformed::new("REFER without Refer-To", 0))?;
    if targets.next().is_some() {
        return Err(Malformed::new("more than one Refer-To", 0));
    }
    let target = NameAddr::parse(target)?.uri;
    let replaces = Replaces::of_uri(&target)?;
    let referred_by = refer.first_address(Name::ReferredBy).and_then(Result::ok);
    Ok(Referral { target, replaces, referred_by })
}

impl Referred {
    /// The user takes it on (202, and a first NOTIFY at once) or refuses.
    pub(super) fn answer(
        self,
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        dialog: &mut Dialog,
        status: u16,
    ) -> Option<Referred> {
        let Referred::Asked { server, cseq } = self else { return Some(self) };
        if !(200..=299).contains(&status) {
            respond(now, layer, server, status);
            return None;
        }
        let contact = Contact::of_reply(layer.reply(server)?);
        let accepted = with_identity(response(layer, server, 202)?, layer, contact, Name::Server).finish(None);
        layer.respond(now, server, 202, accepted);
        let trying = Note { status: 100, is_last: false };
        Some(Referred::Followed { cseq, notify: send(now, layer, session, dialog, cseq, trying) })
    }

    /// The user has news.
    pub(super) fn tell(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        dialog: &mut Dialog,
        note: Note,
    ) {
        match self {
            Referred::Followed { cseq, notify: notify @ Notify::Quiet } => {
                *notify = send(now, layer, session, dialog, *cseq, note);
            }
            Referred::Followed { notify: Notify::UnderWay { next }, .. } if next.is_none_or(|next| !next.is_last) => {
                *next = Some(note);
            }
            _ => layer.counters.commands_late += 1,
        }
    }

    /// NOTIFY has its answer, or will never have one. `None`: the subscription is over.
    pub(super) fn settled(
        self,
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        dialog: &mut Dialog,
        accepted: bool,
    ) -> Option<Referred> {
        match self {
            Referred::Followed { cseq, notify: Notify::UnderWay { next } } if accepted => {
                let notify = next.map_or(Notify::Quiet, |note| send(now, layer, session, dialog, cseq, note));
                Some(Referred::Followed { cseq, notify })
            }
            Referred::Followed { .. } => None,
            asked => Some(asked),
        }
    }

    /// A BYE of ours would overtake what the peer is to know.
    pub(super) fn is_telling(&self) -> bool {
        matches!(self, Referred::Followed { notify: Notify::UnderWay { .. } | Notify::Closing, .. })
    }

    /// The session ends before the user answered.
    pub(super) fn abandon(&self, now: Instant, layer: &mut Layer) {
        if let Referred::Asked { server, .. } = self {
            respond(now, layer, *server, 487);
        }
    }
}

fn send(now: Instant, layer: &mut Layer, session: SessionId, dialog: &mut Dialog, cseq: u32, note: Note) -> Notify {
    let ways = dialog.ways(layer);
    let contact = Contact { listener: ways[0].flow.listener, is_secure: dialog.is_secure() };
    let (branch, _, writer) = dialog.request(layer, "NOTIFY");
    let state = if note.is_last { "terminated;reason=noresource" } else { SUBSCRIBED };
    let writer = with_identity(writer, layer, contact, Name::UserAgent)
        .field(Name::Event, format!("refer;id={cseq}").as_bytes())
        .field(Name::SubscriptionState, state.as_bytes());
    let fragment = format!("SIP/2.0 {} {}\r\n", note.status, phrase(note.status));
    let octets = writer.finish_with(FRAGMENT, fragment.as_bytes());
    layer.request(now, ways, branch, octets, Sent { session, purpose: Purpose::Notify });
    if note.is_last { Notify::Closing } else { Notify::UnderWay { next: None } }
}

/// Longer than anybody lets a telephone ring.
const SUBSCRIBED: &str = "active;expires=300";
const FRAGMENT: &[u8] = b"message/sipfrag;version=2.0";
