//! The REGISTER itself: RFC 3261 10.2; RFC 5626 4.2 where it is for a flow; `gin` where it is for all numbers of a PBX.

use super::super::endpoint::Listener;
use super::super::header::Name;
use super::super::message::Writer;
use super::super::name_addr::NameAddr;
use super::super::parse::lex::{Parameters, number, trim};
use super::super::transaction::{Layer, Purpose, Sent};
use super::super::transport::{Transport, Way};
use super::super::uri::Scheme;
use super::Registration;
use super::config::{ContactOf, OurFlow};
use std::time::Instant;

impl Registration {
    pub(super) fn send(&mut self, now: Instant, layer: &mut Layer, expires_s: u32) {
        self.cseq += 1;
        let listener = self.flows[0].listener;
        let (branch, via) = layer.via(listener);
        let contact = format!("<{}>;expires={expires_s}{}", self.contact(layer, listener), self.instance());
        let address = [b"<", self.config.address.octets(), b">"].concat();
        let user_agent = layer.config.user_agent.clone();
        let is_bulk = self.config.contact == ContactOf::AllNumbers;
        let gin = is_bulk.then_some(&b"gin"[..]);
        let supported = if self.config.flow.is_some() { &b"path, outbound"[..] } else { b"path" };
        let octets = Writer::request("REGISTER", self.target.octets())
            .field(Name::Via, via.as_bytes())
            .field(Name::MaxForwards, b"70")
            .maybe(Name::Route, self.route().as_deref())
            .field(Name::From, &self.from)
            .field(Name::To, &address)
            .field(Name::CallId, &self.call_id)
            .field(Name::CSeq, format!("{} REGISTER", self.cseq).as_bytes())
            .field(Name::Contact, contact.as_bytes())
            .field(Name::Expires, expires_s.to_string().as_bytes())
            .field(Name::Supported, supported)
            .maybe(Name::Require, gin)
            .maybe(Name::ProxyRequire, gin)
            .maybe(Name::UserAgent, (!user_agent.is_empty()).then_some(user_agent.as_bytes()))
            .finish(None);
        let ways = self.flows.iter().cloned().map(Way::to).collect();
        layer.request(now, ways, branch, octets, Sent { session: self.id, purpose: Purpose::Register });
    }

    /// Whether a Contact of a response is ours, of this flow.
    pub(super) fn is_own(&self, contact: &NameAddr) -> bool {
        let is_ours = match &self.config.contact {
            ContactOf::User(user) => contact.uri.user().as_deref() == Some(user.as_bytes()),
            ContactOf::AllNumbers => contact.uri.parameters().get("bnc").is_some(),
        };
        let flow_number = Parameters(&contact.raw_parameters).value("reg-id").and_then(|text| number(trim(text)));
        is_ours && self.config.flow.as_ref().is_none_or(|flow| flow_number.is_none_or(|number| number == flow.number))
    }

    fn contact(&self, layer: &Layer, listener: usize) -> String {
        let Listener { transport, advertised, .. } = layer.config.local[listener];
        let (user, bulk) = match &self.config.contact {
            ContactOf::User(user) => (format!("{user}@"), ""),
            ContactOf::AllNumbers => (String::new(), ";bnc"),
        };
        let is_secure = self.config.registrar.scheme() == Scheme::Sips;
        match transport {
            Transport::Tls if is_secure => format!("sips:{user}{advertised}{bulk}"),
            Transport::Udp => format!("sip:{user}{advertised}{bulk}"),
            // A registrar is not found by WebSocket: we begin no such connection.
            _ => format!("sip:{user}{advertised};transport={}{bulk}", transport.in_uri()),
        }
    }

    fn instance(&self) -> String {
        let Some(OurFlow { instance, number, .. }) = &self.config.flow else { return String::new() };
        format!(";reg-id={number};+sip.instance=\"<{instance}>\"")
    }

    /// A flow that ends at a proxy goes by that proxy.
    fn route(&self) -> Option<Vec<u8>> {
        let proxy = &self.config.flow.as_ref()?.proxy;
        let is_before = proxy.host() != self.config.registrar.host();
        is_before.then(|| [b"<", proxy.octets(), b";lr>"].concat())
    }
}
