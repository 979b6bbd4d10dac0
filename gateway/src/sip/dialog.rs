//! Dialogs, RFC 3261 12: identity, route set, remote target, CSeq in both directions.

use super::endpoint::admission::SUPPORTED;
use super::header::Name;
use super::locate;
use super::message::{Message, Writer};
use super::name_addr::NameAddr;
use super::octets::Octets;
use super::parse::Malformed;
use super::reply::{Reply, Tag};
use super::transaction::Layer;
use super::transport::{Flow, Way};
use super::uri::{Scheme, Uri};
use super::vocabulary::SessionId;

/// One dialog, early or confirmed.
#[derive(Debug)]
pub(crate) struct Dialog {
    call_id: Octets,
    /// Empty when the peer is an RFC 2543 element without tags (12.1.1).
    remote_tag: Octets,
    /// From of our requests, tag included; To of the peer's.
    local: Octets,
    /// To of our requests, tag included.
    remote: Octets,
    local_cseq: u32,
    remote_cseq: Option<u32>,
    /// Route values in the order in which our requests visit them.
    route_set: Vec<Octets>,
    remote_target: Uri,
    /// The way by which the peer's messages came.
    source: Flow,
    /// Our requests go by it, wherever the peer says that it is.
    returns: bool,
    /// The ways to a next hop that has a name, once they are found.
    located: Vec<Flow>,
    /// The peer's Allow lists UPDATE.
    pub allows_update: bool,
}

/// Our side of an INVITE on its way out, of which responses make dialogs.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub call_id: Octets,
    pub local: Octets,
    pub target: Uri,
    pub cseq: u32,
    /// The way of the INVITE, and then of what answered it.
    pub flow: Flow,
}

impl Origin {
    /// Reads our own INVITE again.
    pub(crate) fn of_invite(invite: &Message, flow: Flow) -> Option<Origin> {
        Some(Origin {
            call_id: invite.call_id().into(),
            local: invite.value(Name::From)?.into(),
            target: invite.request_uri().ok()?,
            cseq: invite.cseq().ok()?.number,
            flow,
        })
    }
}

impl Dialog {
    /// The dialog that our response to `request` makes (12.1.1). An RFC 2543 element may leave Contact out; its From
    /// then stands in.
    pub(crate) fn of_request(request: &Message, reply: &Reply, tag: Tag, source: Flow) -> Result<Dialog, Malformed> {
        let contact = request.first_address(Name::Contact).or_else(|| request.first_address(Name::From));
        let remote_target = contact.ok_or(Malformed::new("no Contact", 0))??.uri.for_request();
        Ok(Dialog {
            call_id: request.call_id().into(),
            remote_tag: request.tag(Name::From).into(),
            local: reply.tagged(Some(tag)).unwrap_or_default().into(),
            remote: request.value(Name::From).unwrap_or_default().into(),
            local_cseq: 0,
            remote_cseq: request.cseq().ok().map(|cseq| cseq.number),
            route_set: request.elements(Name::RecordRoute).take(ROUTES_MAX).map(Octets::from).collect(),
            remote_target,
            source,
            returns: false,
            located: Vec::new(),
            allows_update: request.lists(Name::Allow, "UPDATE"),
        })
    }

    /// The dialog that a response to our INVITE makes (12.1.2); the route set is the Record-Route reversed.
    pub(crate) fn of_response(origin: &Origin, response: &Message) -> Dialog {
        let contact = response.first_address(Name::Contact).and_then(Result::ok);
        let mut route_set: Vec<Octets> =
            response.elements(Name::RecordRoute).take(ROUTES_MAX).map(Octets::from).collect();
        route_set.reverse();
        Dialog {
            call_id: origin.call_id.clone(),
            remote_tag: response.tag(Name::To).into(),
            local: origin.local.clone(),
            remote: response.value(Name::To).unwrap_or_default().into(),
            local_cseq: origin.cseq,
            remote_cseq: None,
            route_set,
            remote_target: contact.map_or_else(|| origin.target.clone(), |contact| contact.uri.for_request()),
            source: origin.flow.clone(),
            returns: false,
            located: Vec::new(),
            allows_update: response.lists(Name::Allow, "UPDATE"),
        }
    }

    /// The message belongs here: the peer's tag is in From of its requests, in To of its responses.
    pub(crate) fn is_of(&self, message: &Message) -> bool {
        let peer = if message.is_request() { Name::From } else { Name::To };
        message.call_id() == &*self.call_id && message.tag(peer) == &*self.remote_tag
    }

    /// The same by its words.
    pub(crate) fn is_named(&self, call_id: &[u8], remote_tag: &[u8]) -> bool {
        call_id == &*self.call_id && remote_tag == &*self.remote_tag
    }

    /// 12.2.2: a number that is not larger than the last is out of order.
    pub(crate) fn accept_cseq(&mut self, number: u32) -> bool {
        let in_order = self.remote_cseq.is_none_or(|last| number > last);
        if in_order {
            self.remote_cseq = Some(number);
        }
        in_order
    }

    /// The CSeq number of the peer's last request; 0 before the first.
    pub(crate) fn remote_cseq(&self) -> u32 {
        self.remote_cseq.unwrap_or_default()
    }

    /// The early dialog became this one: CSeq counts on, both ways, and what was learnt stays.
    pub(crate) fn continue_from(&mut self, early: &Dialog) {
        self.remote_cseq = early.remote_cseq;
        self.local_cseq = early.local_cseq;
        self.allows_update |= early.allows_update;
    }

    /// A re-INVITE or an UPDATE that was accepted, or the 2xx to one, moves the remote target (12.2).
    pub(crate) fn refresh_target(&mut self, message: &Message) {
        self.learn(message);
        if let Some(target) = target_of(message) {
            self.move_to(target);
        }
    }

    /// The remote target is there from now on.
    pub(crate) fn move_to(&mut self, target: Uri) {
        if self.remote_target != target {
            self.located.clear();
        }
        self.remote_target = target;
    }

    /// What a message says of the peer, whatever becomes of it.
    pub(crate) fn learn(&mut self, message: &Message) {
        self.allows_update |= message.lists(Name::Allow, "UPDATE");
    }

    /// Our requests go by this way from now on, by which the peer's last one came: that it leads there is known.
    pub(crate) fn return_by(&mut self, source: &Flow) {
        (self.source, self.returns) = (source.clone(), true);
    }

    /// The ways of our requests, one at least: to the next hop, and back to where its messages come from when nobody can
    /// be reached there, as behind address translation.
    pub(crate) fn ways(&self, layer: &Layer) -> Vec<Way> {
        if self.returns {
            return vec![Way::to(self.source.clone())];
        }
        let hop = self.next_hop();
        let mut flows = match locate::literal(&hop) {
            Some(target) => {
                let preferred = Some(self.source.listener);
                layer.flow_to(target.transport, target.address, hop.host(), preferred).into_iter().collect()
            }
            None => self.located.clone(),
        };
        // A hop that names no transport is the neighbour that we are speaking with, by whichever it speaks.
        let is_open = hop.scheme() == Scheme::Sip && hop.parameters().get("transport").is_none();
        let is_source = |flow: &Flow| flow.is_like(&self.source) || is_open && flow.remote == self.source.remote;
        if let Some(flow) = flows.iter_mut().find(|flow| is_source(flow)) {
            *flow = self.source.clone();
        }
        let may_return = hop.scheme() != Scheme::Sips || layer.transport(&self.source).is_secure();
        let returns = flows.is_empty() || may_return && !flows.contains(&self.source);
        let mut ways: Vec<Way> = flows.into_iter().map(Way::to).collect();
        if returns {
            ways.push(Way::refuge(self.source.clone()));
        }
        ways
    }

    /// Its Call-ID, and the way by which the peer's messages come.
    pub(crate) fn identity(&self) -> (&Octets, &Flow) {
        (&self.call_id, &self.source)
    }

    /// The first of the ways.
    pub(crate) fn flow(&self, layer: &Layer) -> Flow {
        self.ways(layer).remove(0).flow
    }

    /// The Contact of our requests is a SIPS URI, as the peer's is (12.1.2).
    pub(crate) fn is_secure(&self) -> bool {
        self.remote_target.scheme() == Scheme::Sips
    }

    /// The next hop, when its name must be resolved.
    pub(crate) fn unresolved(&self) -> Option<Uri> {
        let hop = self.next_hop();
        (hop.ip().is_none() && !hop.host().is_empty()).then_some(hop)
    }

    pub(crate) fn set_located(&mut self, flows: &[Flow]) {
        self.located = flows.to_vec();
    }

    /// Begins a request with the next CSeq; its branch and its CSeq number.
    pub(crate) fn request(&mut self, layer: &mut Layer, method: &str) -> (u64, u32, Writer) {
        let cseq = self.next_cseq();
        let (branch, writer) = self.write(layer, method, cseq);
        (branch, cseq, writer)
    }

    /// The next CSeq, for a request that goes again.
    pub(crate) fn next_cseq(&mut self) -> u32 {
        self.local_cseq += 1;
        self.local_cseq
    }

    /// ACK for a 2xx: its own branch, the INVITE's CSeq (13.2.2.4) and credentials (22.1).
    pub(crate) fn acknowledge(&self, layer: &mut Layer, session: SessionId, cseq: u32) -> Vec<u8> {
        let writer = self.write(layer, "ACK", cseq).1;
        writer.lines(layer.shown(session)).finish(None)
    }

    fn next_hop(&self) -> Uri {
        let first = self.route_set.first().and_then(|route| NameAddr::parse(route).ok());
        first.map_or_else(|| self.remote_target.clone(), |route| route.uri)
    }

    /// 12.2.1.1: a first route with `lr` leaves the target in the Request-URI; a strict router takes its place there,
    /// and the target goes to the end of Route.
    fn write(&self, layer: &mut Layer, method: &str, cseq: u32) -> (u64, Writer) {
        let listener = self.flow(layer).listener;
        let (branch, via) = layer.via(listener);
        let first = self.route_set.first().and_then(|route| NameAddr::parse(route).ok());
        let strict = first.filter(|route| route.uri.parameters().get("lr").is_none());
        let target = [b"<", self.remote_target.octets(), b">"].concat();
        let routes = self.route_set.iter().map(|route| &**route).skip(usize::from(strict.is_some()));
        let routes = routes.chain(strict.is_some().then_some(&target[..]));
        let strict = strict.map(|route| route.uri.for_request());
        let request_uri = strict.as_ref().unwrap_or(&self.remote_target).octets();
        let writer = Writer::request(method, request_uri)
            .field(Name::Via, via.as_bytes())
            .field(Name::MaxForwards, b"70")
            .fields(Name::Route, routes)
            .field(Name::From, &self.local)
            .field(Name::To, &self.remote)
            .field(Name::CallId, &self.call_id)
            .field(Name::CSeq, format!("{cseq} {method}").as_bytes())
            // RFC 4028 7.1: in every request but ACK; 7.4: as the INVITE said it.
            .maybe(Name::Supported, (method != "ACK").then_some(SUPPORTED.as_bytes()));
        (branch, writer)
    }
}

/// Where a message says that its sender is to be reached.
pub(crate) fn target_of(message: &Message) -> Option<Uri> {
    Some(message.first_address(Name::Contact)?.ok()?.uri.for_request())
}

/// Routes of one dialog; further ones cannot be of use to a request that has 70 hops.
const ROUTES_MAX: usize = 70;
