//! INFO in a dialog: packages (RFC 6086), and what came before there were any (RFC 2976).
//!
//! No package is taken part in, so that a request that names one is refused. One without a package is the old kind: a body
//! of it that must be understood and is not is refused, and it is answered otherwise.

use super::super::body;
use super::super::header::Name;
use super::super::message::Message;
use super::super::transaction::Layer;
use super::{InDialog, respond, response};
use std::time::Instant;

/// Answers it.
pub(super) fn answer(now: Instant, layer: &mut Layer, peer: InDialog<'_>) {
    let status = judge(peer.request);
    if status != BAD_INFO_PACKAGE {
        return respond(now, layer, peer.server, status);
    }
    // The refusal lists the packages that are taken part in: none.
    let writer = response(layer, peer.server, status);
    if let Some(octets) = writer.map(|writer| writer.field(Name::RecvInfo, b"").finish(None)) {
        layer.respond(now, peer.server, status, octets);
    }
}

fn judge(info: &Message) -> u16 {
    if info.value(Name::InfoPackage).is_some() {
        return BAD_INFO_PACKAGE;
    }
    match body::parts(info) {
        Err(_) => 400,
        Ok(parts) if parts.iter().any(|part| !part.is_optional()) => 415,
        Ok(_) => 200,
    }
}

/// RFC 6086 11.6.
const BAD_INFO_PACKAGE: u16 = 469;
