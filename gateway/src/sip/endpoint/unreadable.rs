//! What cannot be read as a message: answered where that is of use, and at no gain for a forger (RFC 3261 21.4.1).

use super::super::header::Name;
use super::super::method::Method;
use super::super::parse::{Malformed, frame};
use super::super::status::phrase;
use super::super::transport::Flow;
use super::Endpoint;
use std::time::Instant;

impl Endpoint {
    /// What cannot be read is answered where the sender may learn from it, and by no more octets than came and the
    /// standard adds: a forged source address gains nothing. The words of the reason phrase give way first.
    pub(super) fn refuse_unreadable(&mut self, now: Instant, from: &Flow, received: usize, refused: frame::Refused) {
        let frame::Refused { status, malformed, request } = refused;
        let answerable = request.filter(|request| {
            let echoes = request.value(Name::Via).is_some() && request.value(Name::CSeq).is_some();
            echoes && request.method() != Some(Method::Ack) && received >= ANSWERED_OCTETS_MIN
        });
        let Some(request) = answerable else {
            self.layer.counters.malformed_dropped += 1;
            return;
        };
        let reply = self.reply(&request, from, None);
        let tag = self.stateless_tag(&request);
        let write = |phrase: &str| reply.start_phrased(status, phrase, Some(tag)).finish(None);
        let mut candidates = complaints(status, malformed).into_iter().map(|phrase| write(&phrase));
        match candidates.find(|octets| octets.len() <= received + ADDED_OCTETS_MAX) {
            Some(octets) => {
                self.layer.counters.malformed_answered += 1;
                self.layer.send(now, &reply.flow, octets);
            }
            None => self.layer.counters.malformed_dropped += 1,
        }
    }
}

/// Reason phrases that say what is wrong and where, the most telling first.
fn complaints(status: u16, malformed: Malformed) -> [String; 3] {
    let plain = phrase(status);
    [format!("{plain}: {malformed}"), malformed.what.to_owned(), plain.to_owned()]
}

/// No request that a person or a device means is shorter, and a short one would gain most by an answer.
pub(super) const ANSWERED_OCTETS_MIN: usize = 200;
/// What the standard makes a response add: `received`, `rport` and the tag of To.
pub(super) const ADDED_OCTETS_MAX: usize = 64;
