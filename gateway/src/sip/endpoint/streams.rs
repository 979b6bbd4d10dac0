//! What comes over connections: messages, keep-alives (RFC 5626 3.5.1), and streams that make no sense any more; what
//! becomes of users whose connection ends.

use super::super::message::Message;
use super::super::octets::Octets;
use super::super::parse::{Malformed, frame};
use super::super::transport::framing::{Framed, PING};
use super::super::transport::{ConnectionId, Flow, Transport};
use super::super::vocabulary::{Output, SessionId};
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
                    self.layer.write(connection, PONG);
                }
                Framed::Lost(head) => {
                    self.layer.counters.streams_lost += 1;
                    self.refuse_stream(now, &from, &head);
                    self.layer.close(connection);
                    return self.forget_flow(now, connection);
                }
            }
        }
        self.layer.watch(connection);
    }

    /// One WebSocket message is one SIP message (RFC 7118), or line ends that ask for as much as in a stream.
    pub(super) fn handle_whole(&mut self, now: Instant, connection: ConnectionId, standing: Standing, octets: &[u8]) {
        let Some(from) = self.layer.connections().hear(now, connection) else { return };
        self.layer.counters.received += 1;
        if octets.iter().all(|octet| b"\r\n".contains(octet)) {
            self.layer.counters.keep_alives += 1;
            if octets == PING {
                self.layer.write(connection, PONG);
            }
        } else {
            self.layer.connections().begun(connection);
            self.handle_message(now, &from, standing, octets);
        }
        self.layer.watch(connection);
    }

    /// The other end has shown that it is there.
    pub(super) fn handle_alive(&mut self, now: Instant, connection: ConnectionId) {
        if self.layer.connections().hear(now, connection).is_some() {
            self.layer.watch(connection);
        }
    }

    /// A connection is gone, and with it the users who could be reached by it alone; flows of ours are begun anew.
    pub(super) fn forget_flow(&mut self, now: Instant, connection: ConnectionId) {
        let concerned = self.registrar.lost(connection);
        self.tell_bindings(now, concerned);
        let ours: Vec<SessionId> = self.registrations.keys().copied().collect();
        for id in ours {
            self.with_registration(now, id, |registration, layer| registration.handle_closed(now, layer, connection));
        }
    }

    /// These users have lost something that they were bound to.
    pub(super) fn tell_bindings(&mut self, now: Instant, users: Vec<Octets>) {
        for user in users {
            let bindings = self.registrar.bindings(now, &user);
            self.layer.ask(Output::Registered { user, bindings });
        }
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

/// What answers [`PING`].
const PONG: &[u8] = b"\r\n";
