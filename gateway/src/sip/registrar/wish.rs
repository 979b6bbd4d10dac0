//! What a REGISTER asks for: its contacts, each with a time, RFC 3261 10.3 step 6 and 7.

use super::super::header::Name;
use super::super::message::Message;
use super::super::name_addr::NameAddr;
use super::super::octets::Octets;
use super::super::parse::lex::{Parameters, number, trim};
use super::super::quality::Quality;
use super::super::route;
use super::super::uri::{Scheme, Uri};
use super::binding::{Binding, Instance, is_bulk};
use super::{EXPIRES_S_MAX, EXPIRES_S_MIN, EXPIRES_S_USUAL, Refused};

/// What is asked for one contact.
#[derive(Debug)]
pub(super) struct Wish {
    pub contact: Uri,
    pub quality: Quality,
    /// Heeded where the device says that it knows flows, and has come directly or by a proxy that knows them.
    pub instance: Option<Instance>,
    pub expires_s: u32,
}

impl Wish {
    /// It asks for what this binding is about.
    pub fn is_about(&self, binding: &Binding) -> bool {
        match (&self.instance, &binding.instance) {
            (Some(wished), Some(bound)) => wished == bound,
            _ => self.contact == binding.contact,
        }
    }

    fn removal(contact: &Uri) -> Wish {
        Wish { contact: contact.clone(), quality: Quality::MOST, instance: None, expires_s: 0 }
    }
}

/// The proxies by which a REGISTER has come and its users are called. Who does not know of them had better hear that they are there.
pub(super) fn path(request: &Message) -> Result<Vec<Octets>, Refused> {
    let path = route::of(request, Name::Path).map_err(|_| Refused::Malformed)?;
    match path.is_empty() || request.lists(Name::Supported, "path") {
        true => Ok(path),
        false => Err(Refused::NoPath),
    }
}

/// All that a REGISTER asks for; `*` is whatever there is, and to be removed.
pub(super) fn of(request: &Message, bindings: &[Binding], path: &[Octets]) -> Result<Vec<Wish>, Refused> {
    let general = request.value(Name::Expires).map(seconds).transpose()?;
    let contacts: Vec<&[u8]> = request.elements(Name::Contact).collect();
    if contacts.iter().any(|contact| trim(contact) == b"*") {
        if contacts.len() != 1 || general != Some(0) {
            return Err(Refused::Malformed);
        }
        return Ok(bindings.iter().map(|binding| Wish::removal(&binding.contact)).collect());
    }
    let knows_flows = request.lists(Name::Supported, "outbound");
    let wishes = contacts.into_iter().map(|contact| wish(contact, general, knows_flows));
    let wishes = wishes.collect::<Result<Vec<_>, _>>()?;
    let flows = wishes.iter().filter(|wish| wish.instance.is_some() && wish.expires_s > 0).count();
    // RFC 5626 6: such a registration is about one flow.
    if flows > 0 && wishes.iter().filter(|wish| wish.expires_s > 0).count() > 1 {
        return Err(Refused::Malformed);
    }
    // The same: a flow ends at the first proxy, which is to have said so.
    if flows > 0 && request.has_second_via() && !route::has_flow(path) {
        return Err(Refused::NotDirect);
    }
    // Who knows what a bulk number contact is says so, and says nothing else (RFC 6140).
    let is_bulk_asked = request.lists(Name::Require, "gin");
    if wishes.iter().any(|wish| is_bulk(&wish.contact) != is_bulk_asked) {
        return Err(Refused::Malformed);
    }
    Ok(wishes)
}

fn wish(contact: &[u8], general: Option<u32>, knows_flows: bool) -> Result<Wish, Refused> {
    let address = NameAddr::parse(contact).map_err(|_| Refused::Malformed)?;
    let own = Parameters(&address.raw_parameters).value("expires").map(seconds).transpose()?;
    let expires_s = own.or(general).unwrap_or(EXPIRES_S_USUAL).min(EXPIRES_S_MAX);
    if (1..EXPIRES_S_MIN).contains(&expires_s) {
        return Err(Refused::TooBrief);
    }
    // Nobody can be called by another scheme (RFC 4475 3.3.4).
    if !matches!(address.uri.scheme(), Scheme::Sip | Scheme::Sips) {
        return Err(Refused::Malformed);
    }
    // All numbers of a PBX have no one user part (RFC 6140).
    if is_bulk(&address.uri) && address.uri.user().is_some() {
        return Err(Refused::Malformed);
    }
    let instance = Instance::of(&address).filter(|_| knows_flows);
    Ok(Wish { quality: Quality::of(&address), contact: address.uri, instance, expires_s })
}

fn seconds(text: &[u8]) -> Result<u32, Refused> {
    number(trim(text)).ok_or(Refused::Malformed)
}
