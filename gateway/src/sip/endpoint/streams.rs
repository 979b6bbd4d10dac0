//! What comes over connections: messages, keep-alives (RFC 5626 3.5.1), and streams that make no sense any more.

use super::super::message::Message;
use super::super::parse::{Malformed, frame};
use super::super::transport::framing::Framed;
use super::super::transport::{ConnectionId, Flow, Transport};
use super::{Endpoint, Standing};
use std::time::Instant;

impl Endpoint {
    pub(super) fn handle_octets(&mut self, now: Instant, connection: ConnectionId, standing: Standing, octets: &[u8]) {
        if !self.layer.connections().receive(now, connection, octets) {
            return;
        }
        while let Some((from, framed)) = self.layer.connections().next(now, connection) {
            match framed {
                Framed::Message(message) => {
                    self.layer.counters.received += 1;
                    self.handle_message(now, &from, standing, &message);
                }
                Framed::Ping => {
                    self.layer.counters.keep_alives += 1;
                    self.layer.write(connection, b"\r\n");
                }
                Framed::Lost(head) => {
                    self.layer.counters.streams_lost += 1;
                    self.refuse_stream(now, &from, &head);
                    return self.layer.close(connection);
                }
            }
        }
        self.layer.watch(connection);
    }

    /// A peer over TCP says where it is heard, and that its connection leads there (RFC 5923). Over TLS this would need
    /// its certificate, which is not known here.
    pub(super) fn learn_alias(&mut self, from: &Flow, request: &Message) {
        let (Some(connection), Transport::Tcp) = (from.connection, self.layer.transport(from)) else { return };
        let via = request.via().ok().filter(|via| via.parameters.get("alias").is_some());
        if let Some(sent_by) = via.and_then(|via| via.sent_by(Transport::Tcp)) {
            self.layer.connections().alias(connection, sent_by);
        }
    }

    /// Says why, where somebody may read it: 18.3 answers a request whose end cannot be known by 400.
    fn refuse_stream(&mut self, now: Instant, from: &Flow, head: &[u8]) {
        let refused = match Message::parse(head) {
            Err(refused) => refused,
            Ok(message) => {
                let malformed = Malformed::new("no usable Content-Length on a stream", head.len());
                let request = message.is_request().then(|| Box::new(message));
                frame::Refused { status: 400, malformed, request }
            }
        };
        self.refuse_unreadable(now, from, head.len(), refused);
    }
}
