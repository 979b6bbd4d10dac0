//! The peer's INVITE waits for its answer: RFC 3261 13.3.

use super::super::dialog::Dialog;
use super::super::header::Name;
use super::super::reply::Tag;
use super::super::sdp::Description;
use super::super::transaction::{Layer, ServerId};
use super::super::vocabulary::{Event, SessionId};
use super::unacknowledged::Unacknowledged;
use super::{State, octets_of, with_identity};
use std::time::{Duration, Instant};

/// An INVITE without our final response.
#[derive(Debug)]
pub(super) struct Alerting {
    server: ServerId,
    pub dialog: Dialog,
    /// The INVITE had the offer; else our 2xx has it.
    has_offer: bool,
    repeated: Option<Repeated>,
}

/// What a refusal says.
pub(super) struct Refusal {
    pub status: u16,
    pub cause: Option<u8>,
    pub retry_after_s: Option<u32>,
}

/// The last provisional response. It goes again each minute, lest a proxy gives up (13.3.1.1, 16.6 timer C).
#[derive(Debug)]
struct Repeated {
    status: u16,
    sdp: Option<Vec<u8>>,
    at: Instant,
}

impl Alerting {
    pub(super) fn new(server: ServerId, dialog: Dialog, has_offer: bool) -> Alerting {
        Alerting { server, dialog, has_offer, repeated: None }
    }

    pub(super) fn ring(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        status: u16,
        answer: Option<&Description>,
    ) {
        self.repeated = Some(Repeated { status, sdp: octets_of(answer), at: now });
        self.repeat(now, layer, tag);
    }

    /// 200 goes; what waits for the ACK.
    pub(super) fn accept(
        &self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        answer: &Description,
    ) -> Option<Unacknowledged> {
        let octets = self.write(layer, tag, 200, Some(&answer.to_octets()))?;
        let at = layer.respond(now, self.server, 200, octets.clone())?;
        let mut waiting = Unacknowledged::new(now, &layer.config.timers, self.dialog.remote_cseq(), octets, at);
        waiting.wants_answer = !self.has_offer;
        waiting.is_first = true;
        Some(waiting)
    }

    pub(super) fn refuse(&self, now: Instant, layer: &mut Layer, tag: Tag, refusal: Refusal) {
        let Some(reply) = layer.reply(self.server) else { return };
        let retry_after = refusal.retry_after_s.map(|seconds| seconds.to_string());
        let writer = reply.start(refusal.status, Some(tag)).cause(refusal.cause);
        let octets = writer.maybe(Name::RetryAfter, retry_after.as_deref().map(str::as_bytes)).finish(None);
        layer.respond(now, self.server, refusal.status, octets);
    }

    /// CANCEL, or BYE in the early dialog: 487 for the INVITE (9.2, 15.1.2).
    pub(super) fn cancelled(
        &mut self,
        now: Instant,
        layer: &mut Layer,
        tag: Tag,
        session: SessionId,
        cause: Option<u8>,
    ) -> State {
        let octets = layer.reply(self.server).map(|reply| reply.start(487, Some(tag)).finish(None));
        octets.and_then(|octets| layer.respond(now, self.server, 487, octets));
        layer.tell(Event::Cancelled { session, cause });
        State::Over
    }

    pub(super) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer, tag: Tag) {
        if self.repeated.as_ref().is_some_and(|repeated| repeated.at <= now) {
            self.repeat(now, layer, tag);
        }
    }

    pub(super) fn poll_timeout(&self) -> Option<Instant> {
        self.repeated.as_ref().map(|repeated| repeated.at)
    }

    fn repeat(&mut self, now: Instant, layer: &mut Layer, tag: Tag) {
        let Some(Repeated { status, sdp, .. }) = &self.repeated else { return };
        let status = *status;
        if let Some(octets) = self.write(layer, tag, status, sdp.as_deref()) {
            layer.respond(now, self.server, status, octets);
        }
        if let Some(repeated) = &mut self.repeated {
            repeated.at = now + PROVISIONAL_INTERVAL;
        }
    }

    fn write(&self, layer: &Layer, tag: Tag, status: u16, sdp: Option<&[u8]>) -> Option<Vec<u8>> {
        let listener = layer.reply(self.server)?.listener;
        let writer = layer.reply(self.server)?.start_in_dialog(status, Some(tag));
        Some(with_identity(writer, layer, listener, Name::Server).finish(sdp))
    }
}

const PROVISIONAL_INTERVAL: Duration = Duration::from_secs(60);
