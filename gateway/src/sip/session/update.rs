//! UPDATE of the peer, RFC 3311 5.2: a new target, perhaps an offer, in an early or an established dialog; in the latter
//! it also refreshes the session (RFC 4028).
//!
//! Left out: an offer of ours by UPDATE. Before the answer the user has no word for it, after that re-INVITE serves.

use super::super::dialog::Dialog;
use super::super::header::Name;
use super::super::transaction::Layer;
use super::super::vocabulary::SessionId;
use super::offer::{Open, Theirs, offered};
use super::refresh::Terms;
use super::{Contact, InDialog, respond_later, response, with_identity};
use std::time::Instant;

/// What became of an UPDATE.
pub(super) enum Update {
    Refused,
    /// 200 went.
    Answered,
    /// The user answers.
    Told(Theirs),
}

impl Update {
    pub(super) fn told(self) -> Option<Theirs> {
        match self {
            Update::Told(theirs) => Some(theirs),
            Update::Refused | Update::Answered => None,
        }
    }
}

/// Answers an UPDATE without SDP; an offer goes to the user, unless an exchange is open. Its CSeq is in order.
pub(super) fn handle_update(
    now: Instant,
    layer: &mut Layer,
    session: SessionId,
    dialog: &mut Dialog,
    peer: InDialog<'_>,
    open: Open,
    terms: Option<Terms>,
) -> Update {
    if open == Open::Unanswered {
        respond_later(now, layer, peer.server);
        return Update::Refused;
    }
    let Ok(offer) = offered(now, layer, peer.server, peer.request) else { return Update::Refused };
    let update = match offer {
        Some(offer) => match Theirs::take(now, layer, session, peer, open, offer, terms) {
            Some(theirs) => Update::Told(theirs),
            None => return Update::Refused,
        },
        None => {
            let Some(writer) = response(layer, peer.server, 200) else { return Update::Refused };
            let Some(contact) = layer.reply(peer.server).map(Contact::of_reply) else { return Update::Refused };
            let writer = with_identity(writer, layer, contact, Name::Server);
            layer.respond(now, peer.server, 200, Terms::write(terms, writer).finish(None));
            Update::Answered
        }
    };
    match update {
        Update::Answered => dialog.refresh_target(peer.request),
        Update::Told(_) | Update::Refused => dialog.learn(peer.request),
    }
    update
}
