//! Requests find their transaction (RFC 3261 17.2.3), their dialog (12.2.2), or are new (8.2).

use super::super::header::Name;
use super::super::message::Message;
use super::super::method::Method;
use super::super::reply::{Reply, Tag};
use super::super::session::{InDialog, Session};
use super::super::transaction::invite_server::AckFor;
use super::super::transaction::{ServerId, matching};
use super::super::vocabulary::SessionId;
use super::Endpoint;
use super::stateless::{Answered, Heard};
use std::time::Instant;

impl Endpoint {
    pub(super) fn handle_request(&mut self, now: Instant, heard: &Heard<'_>, method: Method) {
        let Heard { from, message: request, .. } = *heard;
        self.learn_alias(from, request);
        let key = matching::key(request, method);
        if let Some(id) = self.layer.find_server(&key) {
            return self.layer.handle_repetition(now, id);
        }
        let user = match self.vouch(now, heard, method) {
            Ok(user) => user,
            Err(Answered) => return,
        };
        self.judge_load(now);
        let reply = self.reply(request, from, Some(self.load.feedback()));
        if self.is_shed(request, method) {
            return self.shed(now, request, &reply);
        }
        if self.layer.is_full() {
            // Without a table entry the response is not repeated; the request will be.
            self.layer.counters.full += 1;
            let octets = self.busy(reply.start(503, Some(self.stateless_tag(request))));
            return self.layer.send(now, &reply.flow, octets);
        }
        match method {
            Method::Cancel => self.handle_cancel(now, key, reply, request),
            _ if !request.tag(Name::To).is_empty() => self.handle_in_dialog(now, heard, key, reply, method),
            _ => self.handle_new(now, heard, user, key, reply, method),
        }
    }

    /// An ACK ends the repetitions of a refusal in its transaction, or those of a 2xx in its dialog.
    pub(super) fn handle_ack(&mut self, now: Instant, ack: &Message) {
        if let Some(id) = self.layer.find_server(&matching::key(ack, Method::Invite))
            && self.layer.handle_ack(now, id) == AckFor::Transaction
        {
            return;
        }
        if self.acknowledges_nothing(ack) {
            return;
        }
        let mut matched = false;
        if let Some(id) = self.session_in_dialog(ack) {
            self.with_session(id, |session, layer| matched = session.handle_ack(now, layer, ack));
        }
        self.layer.counters.acks_stray += u64::from(!matched);
    }

    /// 9.2: CANCEL is answered for itself, and the INVITE by 487.
    fn handle_cancel(&mut self, now: Instant, key: Vec<u8>, reply: Reply, request: &Message) {
        let invite = self.layer.find_server(&matching::key(request, Method::Invite));
        self.layer.counters.outside_dialogs += u64::from(invite.is_none());
        let session = invite.and_then(|invite| self.layer.session_of(invite));
        let id = self.layer.open(Method::Cancel, key, None, reply);
        let tag = session.and_then(|session| self.sessions.get(&session)).map(Session::tag);
        let tag = tag.or_else(|| self.layer.tag_said(invite?));
        self.respond(now, id, if invite.is_some() { 200 } else { 481 }, tag);
        if let (Some(invite), Some(session)) = (invite, session)
            && self.layer.is_proceeding(invite)
        {
            let cause = request.cause();
            self.with_session(session, |session, layer| session.handle_cancel(now, layer, invite, cause));
        }
    }

    fn handle_in_dialog(&mut self, now: Instant, heard: &Heard<'_>, key: Vec<u8>, reply: Reply, method: Method) {
        let Heard { from, message: request, .. } = *heard;
        let id = self.layer.open(method, key, None, reply);
        if self.refuse_method(now, id, method, request) || self.refuse_extension(now, id, method, request) {
            return;
        }
        if method == Method::Subscribe {
            return self.handle_resubscribe(now, id, from, request);
        }
        let Some(session) = self.session_in_dialog(request) else {
            self.layer.counters.dialogs_unknown += 1;
            return self.respond(now, id, 481, None);
        };
        if method.may_offer() && self.refuse_body(now, id, request) {
            return;
        }
        let refreshes = matches!(method, Method::Invite | Method::Update);
        if refreshes && self.refuse_interval(now, id, request) {
            return;
        }
        let peer = InDialog { server: id, request };
        self.with_session(session, |session, layer| session.handle_request(now, layer, peer));
    }

    /// Our tag is in To; Call-ID and the peer's tag must agree.
    pub(super) fn session_in_dialog(&self, request: &Message) -> Option<SessionId> {
        let id = *self.by_tag.get(&Tag::parse(request.tag(Name::To))?)?;
        self.sessions.get(&id)?.has_dialog(request).then_some(id)
    }

    /// Responds with no more than the status.
    pub(super) fn respond(&mut self, now: Instant, id: ServerId, status: u16, tag: Option<Tag>) {
        let tag = tag.unwrap_or_else(|| self.layer.tag());
        if let Some(octets) = self.layer.reply(id).map(|reply| reply.start(status, Some(tag)).finish(None)) {
            self.layer.respond(now, id, status, octets);
        }
    }
}
