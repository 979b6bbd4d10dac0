//! A user's subscription to its message summary: the notifier of RFC 6665, whose text was not at hand.
//!
//! ```text
//!   SUBSCRIBE ──200, NOTIFY──▶ Quiet ──news, SUBSCRIBE──▶ UnderWay ──2xx──▶ Quiet
//!                                │                          └─refused, silence─▶ over
//!                                └─its time is over, Expires: 0──NOTIFY, the last──▶ over
//! ```
//!
//! Promises: a NOTIFY at once after every SUBSCRIBE; one under way at a time, so that they arrive in order, and of the news that wait the
//! newest alone; no NOTIFY but the last after the subscription's time. They go by the way by which the SUBSCRIBE came, as behind address
//! translation. Left out: resource lists, and subscriptions that a user must be asked for (`pending`).

use super::dialog::Dialog;
use super::endpoint::Listener;
use super::header::Name;
use super::message::{Message, Writer};
use super::octets::Octets;
use super::reply::Tag;
use super::session::{Contact, with_identity};
use super::summary::{CONTENT_TYPE, Summary};
use super::transaction::{Layer, Purpose, Sent, ServerId};
use super::transport::Flow;
use super::vocabulary::SessionId;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// The machine.
#[derive(Debug)]
pub(crate) struct Subscription {
    id: SessionId,
    tag: Tag,
    user: Octets,
    dialog: Dialog,
    /// Event as the subscriber wrote it.
    event: Octets,
    expires_at: Instant,
    notify: Notify,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notify {
    /// The subscriber knows all.
    Quiet,
    /// One is under way; another goes after it where there are news.
    UnderWay {
        news: bool,
    },
    /// The last one is under way.
    Last,
    Over,
}

/// What a SUBSCRIBE asks for, and by which way.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Wish<'a> {
    pub server: ServerId,
    pub request: &'a Message,
    pub from: &'a Flow,
    /// How long, in seconds; 0: not any more.
    pub expires_s: u32,
}

impl Subscription {
    /// A new one; `None`: the SUBSCRIBE tells nowhere that NOTIFY could go.
    pub(crate) fn begin(
        now: Instant,
        layer: &mut Layer,
        (id, user): (SessionId, Octets),
        wish: Wish<'_>,
        summary: &Summary,
    ) -> Option<Subscription> {
        let tag = layer.tag();
        let mut dialog = Dialog::of_request(wish.request, layer.reply(wish.server)?, tag, wish.from.clone()).ok()?;
        dialog.return_by(wish.from);
        let event = wish.request.value(Name::Event).unwrap_or_default().into();
        let mut subscription = Subscription { id, tag, user, dialog, event, expires_at: now, notify: Notify::Quiet };
        subscription.accept(now, layer, wish, summary);
        Some(subscription)
    }

    pub(crate) fn tag(&self) -> Tag {
        self.tag
    }

    /// Whose summary it is.
    pub(crate) fn user(&self) -> &Octets {
        &self.user
    }

    /// A request is one of its dialog, and a SUBSCRIBE of its event.
    pub(crate) fn is_of(&self, request: &Message) -> bool {
        let event = request.value(Name::Event);
        self.dialog.is_of(request) && event.is_none_or(|event| event.eq_ignore_ascii_case(&self.event))
    }

    pub(crate) fn is_over(&self) -> bool {
        self.notify == Notify::Over
    }

    /// SUBSCRIBE in its dialog, of its event. `false`: it is out of order.
    pub(crate) fn refresh(&mut self, now: Instant, layer: &mut Layer, wish: Wish<'_>, summary: &Summary) -> bool {
        let in_order = wish.request.cseq().is_ok_and(|cseq| self.dialog.accept_cseq(cseq.number));
        if in_order {
            self.dialog.return_by(wish.from);
            self.dialog.refresh_target(wish.request);
            self.accept(now, layer, wish, summary);
        }
        in_order
    }

    /// There are news.
    pub(crate) fn tell(&mut self, now: Instant, layer: &mut Layer, summary: &Summary) {
        match self.notify {
            Notify::Quiet => self.send(now, layer, summary),
            Notify::UnderWay { .. } => self.notify = Notify::UnderWay { news: true },
            Notify::Last | Notify::Over => {}
        }
    }

    /// NOTIFY has its final response, or will never have one.
    pub(crate) fn notified(&mut self, now: Instant, layer: &mut Layer, accepted: bool, summary: &Summary) {
        match self.notify {
            Notify::UnderWay { news } if accepted => {
                self.notify = Notify::Quiet;
                // Time may have passed meanwhile.
                if news || self.expires_at <= now {
                    self.send(now, layer, summary);
                }
            }
            _ => self.notify = Notify::Over,
        }
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer, summary: &Summary) {
        if self.notify == Notify::Quiet && self.expires_at <= now {
            self.send(now, layer, summary);
        }
    }

    /// When its time is over; while a NOTIFY is under way, its response comes first.
    pub(crate) fn poll_timeout(&self) -> Option<Instant> {
        (self.notify == Notify::Quiet).then_some(self.expires_at)
    }

    fn accept(&mut self, now: Instant, layer: &mut Layer, wish: Wish<'_>, summary: &Summary) {
        self.expires_at = now + Duration::from_secs(wish.expires_s.into());
        let Some(reply) = layer.reply(wish.server) else { return };
        let contact = Contact::of_reply(reply);
        let writer = reply.start_in_dialog(200, Some(self.tag));
        let writer = with_identity(writer, layer, contact, Name::Server);
        let ok = writer.field(Name::Expires, wish.expires_s.to_string().as_bytes()).finish(None);
        layer.respond(now, wish.server, 200, ok);
        self.tell(now, layer, summary);
    }

    fn send(&mut self, now: Instant, layer: &mut Layer, summary: &Summary) {
        let left_s = self.expires_at.saturating_duration_since(now).as_secs();
        let state = match self.expires_at <= now {
            true => "terminated;reason=timeout".to_owned(),
            false => format!("active;expires={left_s}"),
        };
        let ways = self.dialog.ways(layer);
        let listener = ways[0].flow.listener;
        let Listener { advertised, .. } = layer.config.local[listener];
        let contact = Contact { listener, is_secure: self.dialog.is_secure() };
        let (branch, _, writer) = self.dialog.request(layer, "NOTIFY");
        let writer = with_identity(writer, layer, contact, Name::UserAgent);
        let octets = with_summary(writer, &self.event, &state, summary, advertised);
        let sent = Sent { session: self.id, purpose: Purpose::Notify };
        layer.request(now, ways, branch, octets, sent);
        self.notify = if self.expires_at <= now { Notify::Last } else { Notify::UnderWay { news: false } };
    }
}

/// Ends a NOTIFY of a summary.
pub(super) fn with_summary(writer: Writer, event: &[u8], state: &str, summary: &Summary, host: SocketAddr) -> Vec<u8> {
    let writer = writer.field(Name::Event, event).field(Name::SubscriptionState, state.as_bytes());
    writer.finish_with(CONTENT_TYPE, &summary.to_octets(host))
}
