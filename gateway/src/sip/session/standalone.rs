//! Requests of ours outside of any dialog: OPTIONS, whether a peer is there (RFC 3261 11.1), and NOTIFY of a message summary that
//! nobody has subscribed to.
//!
//! Each is a session of one request, so that its next hop is found as that of an INVITE is. Any final response is an answer:
//! what it says is the user's to judge. No response within 64*T1 (timer F) is one too.

use super::super::endpoint::admission::ACCEPT;
use super::super::header::Name;
use super::super::locate;
use super::super::message::Writer;
use super::super::octets::Octets;
use super::super::reply::Tag;
use super::super::subscription::with_summary;
use super::super::summary::PACKAGE;
use super::super::transaction::{Layer, Purpose, Sent};
use super::super::transport::{Flow, Way};
use super::super::uri::{Scheme, Uri};
use super::super::vocabulary::{Event, Standalone, What};
use super::{Contact, State, with_identity};
use std::time::Instant;

/// A request without its answer.
#[derive(Debug)]
pub(super) struct Asking {
    request: Standalone,
    has_gone: bool,
}

impl Asking {
    pub(super) fn new(request: Standalone) -> Asking {
        Asking { request, has_gone: false }
    }

    /// An address is its own server; a name is asked for by the endpoint.
    pub(super) fn begin(self: Box<Self>, now: Instant, layer: &mut Layer, tag: Tag) -> State {
        let hop = self.request.place.next_hop();
        if hop.ip().is_none() {
            return State::Asking(self);
        }
        let target = locate::literal(&hop);
        let flow = target.and_then(|it| layer.flow_to(it.transport, it.address, hop.host(), None));
        self.located(now, layer, tag, flow.into_iter().collect())
    }

    pub(super) fn located(mut self: Box<Self>, now: Instant, layer: &mut Layer, tag: Tag, flows: Vec<Flow>) -> State {
        if flows.is_empty() {
            return self.over(layer, None);
        }
        if !std::mem::replace(&mut self.has_gone, true) {
            self.send(now, layer, tag, flows);
        }
        State::Asking(self)
    }

    /// The next hop, while it has to be found.
    pub(super) fn unresolved(&self) -> Option<Uri> {
        (!self.has_gone).then(|| self.request.place.next_hop())
    }

    pub(super) fn over(&self, layer: &mut Layer, status: Option<u16>) -> State {
        layer.tell(Event::Responded { session: self.request.session, status });
        State::Over
    }

    fn send(&mut self, now: Instant, layer: &mut Layer, tag: Tag, flows: Vec<Flow>) {
        let Standalone { session, place, from, to, what, .. } = &mut self.request;
        from.raw_parameters = Octets(format!(";tag={tag}").into_bytes());
        let listener = flows[0].listener;
        let own = layer.config.local[listener].advertised;
        let call_id = format!("{:016x}@{}", layer.random(), own.ip());
        let contact = Contact { listener, is_secure: place.target.scheme() == Scheme::Sips };
        let (branch, via) = layer.via(listener);
        let method = match what {
            What::Options => "OPTIONS",
            What::Summary(_) => "NOTIFY",
        };
        let writer = Writer::request(method, place.target.octets())
            .field(Name::Via, via.as_bytes())
            .field(Name::MaxForwards, b"70")
            .fields(Name::Route, place.route.iter().map(|route| &**route))
            .field(Name::From, &from.to_octets())
            .field(Name::To, &to.to_octets())
            .field(Name::CallId, call_id.as_bytes())
            .field(Name::CSeq, format!("1 {method}").as_bytes());
        let writer = with_identity(writer, layer, contact, Name::UserAgent);
        let octets = match what {
            What::Options => writer.field(Name::Accept, ACCEPT.as_bytes()).finish(None),
            // There is no subscription that could be active: what comes next comes by itself.
            What::Summary(summary) => with_summary(writer, PACKAGE.as_bytes(), "terminated", summary, own),
        };
        let ways = flows.into_iter().map(Way::to).collect();
        layer.request(now, ways, branch, octets, Sent { session: *session, purpose: Purpose::Standalone });
    }
}
