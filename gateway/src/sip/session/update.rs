//! UPDATE of the peer, RFC 3311 5.2: a new target, and perhaps an offer, in an early or an established dialog.
//!
//! Left out: an offer of ours by UPDATE. Before the answer the user has no word for it, after that re-INVITE serves.

use super::super::dialog::Dialog;
use super::super::header::Name;
use super::super::transaction::Layer;
use super::super::vocabulary::SessionId;
use super::offer::{Open, Theirs, offered};
use super::{InDialog, respond_later, response, with_identity};
use std::time::Instant;

/// Answers an UPDATE without SDP; an offer goes to the user, unless an exchange is open. Its CSeq is in order.
pub(super) fn handle_update(
    now: Instant,
    layer: &mut Layer,
    session: SessionId,
    dialog: &mut Dialog,
    peer: InDialog<'_>,
    open: Open,
) -> Option<Theirs> {
    if open == Open::Unanswered {
        respond_later(now, layer, peer.server);
        return None;
    }
    let offer = offered(now, layer, peer.server, peer.request).ok()?;
    let theirs = match offer {
        Some(offer) => Some(Theirs::take(now, layer, session, peer, open, offer)?),
        None => {
            let writer = response(layer, peer.server, 200)?;
            let octets = with_identity(writer, layer, dialog.at().0, Name::Server).finish(None);
            layer.respond(now, peer.server, 200, octets);
            None
        }
    };
    dialog.refresh_target(peer.request);
    theirs
}
