//! What the messages of a session have in common: our Contact (RFC 3261 8.1.1.8, 12.1.1), plain responses, descriptions.

use super::super::header::Name;
use super::super::message::{Message, Writer};
use super::super::octets::Octets;
use super::super::reply::Reply;
use super::super::sdp::{Description, SdpError};
use super::super::transaction::{Layer, ServerId};
use super::super::transport::{Flow, Transport};
use super::super::warning::Warning;
use super::super::{body, endpoint};
use std::time::Instant;

/// Begins a response to a request in the dialog, whose To has our tag.
pub(super) fn response(layer: &Layer, server: ServerId, status: u16) -> Option<Writer> {
    Some(layer.reply(server)?.start_in_dialog(status, None))
}

/// Responds without more to say.
pub(super) fn respond(now: Instant, layer: &mut Layer, server: ServerId, status: u16) {
    respond_with(now, layer, server, status, |writer| writer);
}

/// Responds with more header fields.
pub(super) fn respond_with(
    now: Instant,
    layer: &mut Layer,
    server: ServerId,
    status: u16,
    more: impl FnOnce(Writer) -> Writer,
) {
    if let Some(octets) = response(layer, server, status).map(|writer| more(writer).finish(None)) {
        layer.respond(now, server, status, octets);
    }
}

/// Says why a description was refused, in the name of the listener that refuses it (20.43).
pub(super) fn warned(layer: &Layer, flow: &Flow, writer: Writer, warning: Option<Warning>) -> Writer {
    let host = layer.config.local[flow.listener].advertised;
    writer.maybe(Name::Warning, warning.map(|warning| warning.to_text(host)).as_deref().map(str::as_bytes))
}

/// 500 with Retry-After: the peer has to wait for what it asked before (14.2, RFC 3311 5.2).
pub(super) fn respond_later(now: Instant, layer: &mut Layer, server: ServerId) {
    let wait_s = (layer.random() % RETRY_AFTER_S_MAX).to_string();
    respond_with(now, layer, server, 500, |writer| writer.field(Name::RetryAfter, wait_s.as_bytes()));
}

/// Where our Contact leads.
#[derive(Clone, Copy, Debug)]
pub(in crate::sip) struct Contact {
    pub listener: usize,
    /// A SIPS URI.
    pub is_secure: bool,
}

impl Contact {
    pub(in crate::sip) fn of_reply(reply: &Reply) -> Contact {
        Contact { listener: reply.flow.listener, is_secure: reply.is_secure }
    }

    fn write(self, layer: &Layer) -> String {
        let endpoint::Listener { transport, advertised, .. } = layer.config.local[self.listener];
        match transport {
            Transport::Tls if self.is_secure => format!("<sips:{advertised}>"),
            Transport::Wss if self.is_secure => format!("<sips:{advertised};transport=ws>"),
            Transport::Udp => format!("<sip:{advertised}>"),
            Transport::Tcp => format!("<sip:{advertised};transport=tcp>"),
            Transport::Tls => format!("<sip:{advertised};transport=tls>"),
            Transport::Ws | Transport::Wss => format!("<sip:{advertised};transport=ws>"),
        }
    }
}

/// Contact, Allow and product name of whatever makes or refreshes a dialog.
pub(in crate::sip) fn with_identity(writer: Writer, layer: &Layer, contact: Contact, product: Name) -> Writer {
    let writer = writer
        .field(Name::Contact, contact.write(layer).as_bytes())
        .field(Name::Allow, endpoint::admission::ALLOW.as_bytes());
    match layer.config.user_agent.as_str() {
        "" => writer,
        user_agent => writer.field(product, user_agent.as_bytes()),
    }
}

/// The SDP of a message, wherever it stands in the body.
pub(super) fn description(message: &Message) -> Result<Option<Description>, SdpError> {
    let parts = body::parts(message).unwrap_or_default();
    let sdp = parts.iter().find(|part| part.is_session());
    sdp.map(|part| Description::parse(&part.content)).transpose()
}

pub(super) fn octets_of(description: Option<&Description>) -> Option<Vec<u8>> {
    description.map(Description::to_octets)
}

pub(super) fn phrase_of(response: &Message) -> Octets {
    response.reason_phrase().into()
}

/// Retry-After of a 500 is drawn from 0 to 10 seconds (14.2).
const RETRY_AFTER_S_MAX: u64 = 11;
