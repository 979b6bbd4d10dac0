//! OPTIONS of ours outside of a dialog: whether a peer is there (RFC 3261 11.1).
//!
//! It is a session of one request, so that its next hop is found as that of an INVITE is. Any final response is an answer:
//! what it says is the user's to judge. No response within 64*T1 (timer F) is one too.

use super::super::endpoint::admission::ACCEPT;
use super::super::header::Name;
use super::super::locate;
use super::super::message::Writer;
use super::super::name_addr::NameAddr;
use super::super::octets::Octets;
use super::super::reply::Tag;
use super::super::transaction::{Layer, Purpose, Sent};
use super::super::transport::{Flow, Way};
use super::super::uri::{Scheme, Uri};
use super::super::vocabulary::{Event, SessionId};
use super::{Contact, State, with_identity};
use std::time::Instant;

/// An OPTIONS without its answer.
#[derive(Debug)]
pub(super) struct Probing {
    session: SessionId,
    hop: Uri,
    from: NameAddr,
    has_gone: bool,
}

impl Probing {
    pub(super) fn new(session: SessionId, hop: Uri, from: NameAddr) -> Probing {
        Probing { session, hop, from, has_gone: false }
    }

    /// An address is its own server; a name is asked for by the endpoint.
    pub(super) fn begin(self: Box<Self>, now: Instant, layer: &mut Layer, tag: Tag) -> State {
        if self.hop.ip().is_none() {
            return State::Probing(self);
        }
        let target = locate::literal(&self.hop);
        let flow = target.and_then(|it| layer.flow_to(it.transport, it.address, self.hop.host(), None));
        self.located(now, layer, tag, flow.into_iter().collect())
    }

    pub(super) fn located(mut self: Box<Self>, now: Instant, layer: &mut Layer, tag: Tag, flows: Vec<Flow>) -> State {
        if flows.is_empty() {
            return self.over(layer, None);
        }
        if !std::mem::replace(&mut self.has_gone, true) {
            self.send(now, layer, tag, flows);
        }
        State::Probing(self)
    }

    /// The next hop, while it has to be found.
    pub(super) fn unresolved(&self) -> Option<Uri> {
        (!self.has_gone).then(|| self.hop.clone())
    }

    pub(super) fn over(&self, layer: &mut Layer, status: Option<u16>) -> State {
        layer.tell(Event::Probed { session: self.session, status });
        State::Over
    }

    fn send(&mut self, now: Instant, layer: &mut Layer, tag: Tag, flows: Vec<Flow>) {
        let listener = flows[0].listener;
        self.from.raw_parameters = Octets(format!(";tag={tag}").into_bytes());
        let host = layer.config.local[listener].advertised.ip();
        let call_id = format!("{:016x}@{host}", layer.random());
        let contact = Contact { listener, is_secure: self.hop.scheme() == Scheme::Sips };
        let (branch, via) = layer.via(listener);
        let writer = Writer::request("OPTIONS", self.hop.octets())
            .field(Name::Via, via.as_bytes())
            .field(Name::MaxForwards, b"70")
            .field(Name::From, &self.from.to_octets())
            .field(Name::To, &NameAddr::new(self.hop.clone()).to_octets())
            .field(Name::CallId, call_id.as_bytes())
            .field(Name::CSeq, b"1 OPTIONS")
            .field(Name::Accept, ACCEPT.as_bytes());
        let octets = with_identity(writer, layer, contact, Name::UserAgent).finish(None);
        let ways = flows.into_iter().map(Way::to).collect();
        layer.request(now, ways, branch, octets, Sent { session: self.session, purpose: Purpose::Probe });
    }
}
