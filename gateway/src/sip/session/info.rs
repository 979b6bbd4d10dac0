//! INFO in a dialog: packages (RFC 6086), and what came before there were any (RFC 2976).
//!
//! No package is taken part in, so that a request that names one is refused. One without a package is the old kind, and of
//! that keys of a telephone are taken where the user has asked for them: answered first and then told, because what becomes of one does not concern
//! the transaction (RFC 6086 4.2.2). Another body that must be understood is refused.
//!
//! Our own keys go one at a time, so that they arrive in their order; a refusal concerns the key that is refused.

use super::super::body;
use super::super::dialog::Dialog;
use super::super::header::Name;
use super::super::keypress::{self, Keypress};
use super::super::message::Message;
use super::super::transaction::{Layer, Purpose, Sent};
use super::super::vocabulary::{Event, SessionId};
use super::{InDialog, respond, response};
use std::collections::VecDeque;
use std::time::Instant;

/// Keys that wait until the peer has answered for the one before.
#[derive(Debug, Default)]
pub(super) struct Keypad {
    waiting: VecDeque<Keypress>,
    is_under_way: bool,
}

/// Whether keys of the peer are taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keys {
    Taken,
    /// The call is not answered, or over.
    NotNow,
    /// Nobody has asked for them.
    Unwanted,
}

/// Answers it.
pub(super) fn answer(now: Instant, layer: &mut Layer, session: SessionId, peer: InDialog<'_>, keys: Keys) {
    match judge(peer.request, keys) {
        Ok(keypress) => {
            respond(now, layer, peer.server, 200);
            if let Some(keypress) = keypress {
                layer.tell(Event::Pressed { session, keypress });
            }
        }
        // The refusal lists the packages that are taken part in: none.
        Err(BAD_INFO_PACKAGE) => refuse(now, layer, peer, BAD_INFO_PACKAGE, (Name::RecvInfo, "")),
        // And the types that are read here (RFC 3261 21.4.13); an empty list says none (20.1).
        Err(UNSUPPORTED_MEDIA_TYPE) => {
            let types = if keys == Keys::Taken { keypress::TYPES } else { "" };
            refuse(now, layer, peer, UNSUPPORTED_MEDIA_TYPE, (Name::Accept, types));
        }
        Err(status) => respond(now, layer, peer.server, status),
    }
}

fn refuse(now: Instant, layer: &mut Layer, peer: InDialog<'_>, status: u16, (name, value): (Name, &str)) {
    let writer = response(layer, peer.server, status);
    if let Some(octets) = writer.map(|writer| writer.field(name, value.as_bytes()).finish(None)) {
        layer.respond(now, peer.server, status, octets);
    }
}

/// The key that it tells, or the status that refuses it.
fn judge(info: &Message, keys: Keys) -> Result<Option<Keypress>, u16> {
    if info.value(Name::InfoPackage).is_some() {
        return Err(BAD_INFO_PACKAGE);
    }
    let mut keypress = None;
    for part in body::parts(info).map_err(|_| BAD_REQUEST)? {
        match (Keypress::is_in(&part), keys) {
            (true, Keys::Taken) => keypress = Some(Keypress::read(&part).map_err(|_| BAD_REQUEST)?),
            (true, Keys::NotNow) => return Err(FORBIDDEN),
            (true, Keys::Unwanted) | (false, _) if part.is_optional() => {}
            (true, Keys::Unwanted) | (false, _) => return Err(UNSUPPORTED_MEDIA_TYPE),
        }
    }
    Ok(keypress)
}

impl Keypad {
    /// Sends a key, or has it wait for its turn.
    pub(super) fn press(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        dialog: &mut Dialog,
        keypress: Keypress,
    ) {
        match (self.is_under_way, self.waiting.len() < KEYS_WAITING_MAX) {
            (false, _) => self.send(now, layer, session, dialog, keypress),
            (true, true) => self.waiting.push_back(keypress),
            (true, false) => layer.counters.keys_lost += 1,
        }
    }

    /// The peer has answered for a key: the next one goes.
    pub(super) fn answered(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        session: SessionId,
        dialog: &mut Dialog,
        is_taken: bool,
    ) {
        layer.counters.keys_lost += u64::from(!is_taken);
        self.is_under_way = false;
        if let Some(keypress) = self.waiting.pop_front() {
            self.send(now, layer, session, dialog, keypress);
        }
    }

    fn send(&mut self, now: Instant, layer: &mut Layer, session: SessionId, dialog: &mut Dialog, keypress: Keypress) {
        let ways = dialog.ways(layer);
        let (branch, _, writer) = dialog.request(layer, "INFO");
        let (content_type, content) = keypress.write();
        let octets = writer.finish_with(content_type.as_bytes(), content.as_bytes());
        layer.request(now, ways, branch, octets, Sent { session, purpose: Purpose::Info });
        self.is_under_way = true;
    }
}

/// Keys that may wait: who presses that many while a peer does not answer is not heard anyway.
pub(crate) const KEYS_WAITING_MAX: usize = 16;
const BAD_REQUEST: u16 = 400;
const FORBIDDEN: u16 = 403;
const UNSUPPORTED_MEDIA_TYPE: u16 = 415;
/// RFC 6086 11.6.
const BAD_INFO_PACKAGE: u16 = 469;
