//! A binding: one contact of a user, and how it is reached. RFC 3261 10.3; RFC 5626 6 for instances and flows.

use super::super::name_addr::NameAddr;
use super::super::octets::Octets;
use super::super::parse::lex::{number, trim};
use super::super::quality::Quality;
use super::super::transport::{ConnectionId, Flow, Transport};
use super::super::uri::Uri;
use super::super::vocabulary::Place;
use std::net::SocketAddr;
use std::time::Instant;

/// A contact of a user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What was registered; the Request-URI of calls to it. See [`Binding::target`].
    pub contact: Uri,
    /// Where they are sent: the contact itself, or where the registration came from when that is another address.
    pub hop: Uri,
    /// The proxies by which alone it is reached (RFC 3327), as values of Route; the first of them is the next hop then.
    pub path: Vec<Octets>,
    /// The connection by which alone it is reached, and with which it ends.
    pub flow: Option<ConnectionId>,
    /// Which device it is, and which of its flows: it is the same binding whatever its contact says.
    pub instance: Option<Instance>,
    /// How much it is wanted beside the user's others.
    pub quality: Quality,
    /// Call-ID of the registration.
    pub call_id: Octets,
    /// Its CSeq number.
    pub cseq: u32,
    /// Until when.
    pub expires_at: Instant,
}

impl Binding {
    /// Where a call to `number` goes.
    pub fn place(&self, number: &str) -> Place {
        let instance = self.instance.as_ref().map(|instance| instance.id.clone());
        Place { target: self.target(number), hop: self.hop.clone(), route: self.path.clone(), instance }
    }

    /// It is a flow over datagrams that leads there.
    pub(super) fn is_flow_to(&self, remote: SocketAddr) -> bool {
        let is_flow = self.instance.is_some() && self.path.is_empty() && self.flow.is_none();
        is_flow && back_to(&Flow::datagrams(0, remote), Transport::Udp).is_some_and(|back| back == self.hop)
    }

    /// The Request-URI of a call to `number`. A bulk number contact (RFC 6140) stands for all numbers of a PBX: the number
    /// takes the place of its parameter `bnc`.
    pub fn target(&self, number: &str) -> Uri {
        match is_bulk(&self.contact) {
            true => self.contact.without_parameter(BULK).for_user(number),
            false => self.contact.clone(),
        }
    }
}

/// A device, by the name that it keeps, and one of its flows (RFC 5626 4.1 and 4.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// `+sip.instance` as written, a URN in angle brackets and quotes.
    pub id: Octets,
    /// `reg-id`.
    pub registration: u32,
}

impl Instance {
    /// Of a Contact that has both parameters; one without the other means nothing (RFC 5626 6).
    pub(super) fn of(contact: &NameAddr) -> Option<Instance> {
        let id = contact.parameters().value("+sip.instance").filter(|id| id.len() <= INSTANCE_OCTETS_MAX)?;
        let registration = number(trim(contact.parameters().value("reg-id")?)).filter(|it| *it > 0)?;
        Some(Instance { id: id.into(), registration })
    }
}

/// The contact is one of RFC 6140.
pub(super) fn is_bulk(contact: &Uri) -> bool {
    contact.parameters().get(BULK).is_some()
}

/// A contact that leads nowhere from here: behind address translation it says another address; a browser has none that
/// could be called, and says a name that ends in `.invalid` (RFC 7118).
pub(super) fn is_translated(contact: &Uri, source: SocketAddr, transport: Transport) -> bool {
    let is_nowhere = contact.host().to_ascii_lowercase().ends_with(".invalid");
    transport.is_web() || is_nowhere || contact.ip().is_some_and(|ip| ip != source.ip())
}

/// Where a registration came from, as a next hop.
pub(super) fn back_to(from: &Flow, transport: Transport) -> Option<Uri> {
    let seen = format!("sip:{};transport={}", from.remote, transport.in_uri());
    Uri::parse(seen.as_bytes()).ok()
}

const BULK: &str = "bnc";
/// A URN with a UUID has 47 octets.
const INSTANCE_OCTETS_MAX: usize = 128;
