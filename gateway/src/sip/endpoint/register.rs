//! REGISTER comes: RFC 3261 10.3, and RFC 5626 6 where a device binds a flow.

use super::super::header::Name;
use super::super::message::{Message, Writer};
use super::super::octets::Octets;
use super::super::quality::Quality;
use super::super::registrar::{Done, EXPIRES_S_MIN, Refused};
use super::super::transaction::ServerId;
use super::super::transport::{Flow, Transport};
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
            Ok(Done { changed, is_flow }) => {
                from.connection.into_iter().for_each(|connection| self.layer.connections().prove(connection));
                let bindings = self.registrar.bindings(now, &user);
                self.respond_with(now, id, 200, |writer| {
                    let writer = with_contacts(now, writer, &bindings).fields(Name::Path, request.values(Name::Path));
                    with_flow(writer, is_flow, transport, request).finish(None)
                });
                if changed {
                    self.remind(now, &user);
                    self.layer.ask(Output::Registered { user, bindings });
                }
            }
            Err(Refused::TooBrief) => {
                let least = EXPIRES_S_MIN.to_string();
                self.respond_with(now, id, 423, |it| it.field(Name::MinExpires, least.as_bytes()).finish(None));
            }
            Err(Refused::NoPath) => {
                self.respond_with(now, id, 420, |it| it.field(Name::Unsupported, b"path").finish(None));
            }
            Err(Refused::TooMuch) => self.respond(now, id, 403, None),
            Err(Refused::NotDirect) => self.respond(now, id, 439, None),
            Err(Refused::OutOfOrder) => self.respond(now, id, 500, None),
            Err(Refused::Malformed) => self.respond(now, id, 400, None),
        }
    }
}

/// Every binding with what is left of its time (10.3 step 8).
fn with_contacts(now: Instant, writer: Writer, bindings: &[Binding]) -> Writer {
    bindings.iter().fold(writer, |writer, binding| {
        let left_s = binding.expires_at.saturating_duration_since(now).as_secs();
        let mut contact = [b"<", binding.contact.octets(), format!(">;expires={left_s}").as_bytes()].concat();
        if binding.quality != Quality::MOST {
            contact.extend_from_slice(format!(";q={}", binding.quality).as_bytes());
        }
        if let Some(instance) = &binding.instance {
            let flow = format!(";reg-id={};+sip.instance=", instance.registration);
            contact.extend_from_slice(&[flow.as_bytes(), &instance.id].concat());
        }
        writer.field(Name::Contact, &contact)
    })
}

/// Tells a device that its flow is bound, and how often it is to show that it lives. Over datagrams it had better show that more
/// often than anybody here wants to know, for the sake of address translators (RFC 5626 4.4.2): it is told nothing, as where the flow
/// is a proxy's to watch.
fn with_flow(writer: Writer, is_flow: bool, transport: Transport, request: &Message) -> Writer {
    let is_ours = transport.is_reliable() && !request.has_second_via();
    let timer = is_ours.then_some(FLOW_TIMER_S.as_bytes());
    match is_flow {
        true => writer.field(Name::Require, b"outbound").maybe(Name::FlowTimer, timer),
        false => writer,
    }
}

/// The most that RFC 5626 4.4.1 advises where nobody must save a battery.
const FLOW_TIMER_S: &str = "120";
