//! REGISTER comes: RFC 3261 10.3.

use super::super::header::Name;
use super::super::message::{Message, Writer};
use super::super::octets::Octets;
use super::super::registrar::{EXPIRES_S_MIN, Refused};
use super::super::transaction::ServerId;
use super::super::transport::Flow;
use super::super::vocabulary::Output;
use super::{Binding, Endpoint};
use std::time::Instant;

impl Endpoint {
    /// Only who has proven to be the user of the To may change what it is bound to, wherever it calls from.
    pub(super) fn handle_register(&mut self, now: Instant, id: ServerId, user: Octets, from: &Flow, request: &Message) {
        let address = request.first_address(Name::To).and_then(Result::ok).and_then(|to| to.uri.user());
        if address.as_ref() != Some(&user) || !self.registrar.knows(&user) {
            self.layer.counters.credentials_wrong += 1;
            return self.respond(now, id, 403, None);
        }
        let transport = self.layer.transport(from);
        match self.registrar.register(now, &user, request, (from, transport)) {
            Ok(changed) => {
                let bindings = self.registrar.bindings(now, &user);
                self.respond_with(now, id, 200, |writer| with_contacts(now, writer, &bindings).finish(None));
                if changed {
                    self.layer.ask(Output::Registered { user, bindings });
                }
            }
            Err(Refused::TooBrief) => {
                let least = EXPIRES_S_MIN.to_string();
                self.respond_with(now, id, 423, |it| it.field(Name::MinExpires, least.as_bytes()).finish(None));
            }
            Err(Refused::TooMany) => self.respond(now, id, 403, None),
            Err(Refused::OutOfOrder) => self.respond(now, id, 500, None),
            Err(Refused::Malformed) => self.respond(now, id, 400, None),
        }
    }
}

/// Every binding with what is left of its time (10.3 step 8).
fn with_contacts(now: Instant, writer: Writer, bindings: &[Binding]) -> Writer {
    bindings.iter().fold(writer, |writer, binding| {
        let left_s = binding.expires_at.saturating_duration_since(now).as_secs();
        let contact = [b"<", binding.contact.octets(), format!(">;expires={left_s}").as_bytes()].concat();
        writer.field(Name::Contact, &contact)
    })
}
