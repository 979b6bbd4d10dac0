//! Routes that come with registrations: Path (RFC 3327), by which a user is called, and Service-Route (RFC 3608), by which a registrar
//! wants to be asked. The texts of both were not at hand: RFC 5626 tells what Path is for, and makers of registrars what they do.
//!
//! Leaves out strict routers (RFC 3261 12.2.1.1), which both came too late for.

use super::header::Name;
use super::message::Message;
use super::name_addr::NameAddr;
use super::octets::Octets;
use super::parse::Malformed;
use super::uri::{Scheme, Uri};

/// The values of a field in their order, the next hop first; an error when one is no loose route of SIP, or there are more than
/// [`ROUTES_MAX`].
pub(crate) fn of(message: &Message, name: Name) -> Result<Vec<Octets>, Malformed> {
    let routes: Vec<Octets> = message.elements(name).take(ROUTES_MAX + 1).map(Octets::from).collect();
    if routes.len() > ROUTES_MAX {
        return Err(Malformed::new("too many routes", 0));
    }
    match routes.iter().all(|route| uri(route).is_some_and(|uri| is_loose(&uri))) {
        true => Ok(routes),
        false => Err(Malformed::new("no loose route", 0)),
    }
}

/// Where a route leads first.
pub(crate) fn first_hop(route: &[Octets]) -> Option<Uri> {
    uri(route.first()?)
}

/// One of the proxies is the first hop of who registers, and knows its flow (RFC 5626 5.1).
pub(crate) fn has_flow(route: &[Octets]) -> bool {
    route.iter().any(|route| uri(route).is_some_and(|uri| uri.parameters().get("ob").is_some()))
}

fn uri(route: &Octets) -> Option<Uri> {
    NameAddr::parse(route).ok().map(|route| route.uri)
}

fn is_loose(uri: &Uri) -> bool {
    matches!(uri.scheme(), Scheme::Sip | Scheme::Sips) && uri.parameters().get("lr").is_some()
}

/// Proxies of one route: an edge, and what may stand behind it.
pub(crate) const ROUTES_MAX: usize = 8;
