//! SIP from the network: through the gate to the endpoint, and what it turned out to be back to the gate.

use std::net::{IpAddr, SocketAddr};
use std::time::Instant;

use tracing::warn;

use super::gate::Verdict;
use super::{Control, Output};
use crate::sip::{ConnectionId, Standing, StreamEvent, StreamRequest};

/// What tells apart what a source sent, counted before and after.
#[derive(Clone, Copy)]
struct Mark {
    malformed: u64,
    outside: u64,
    offended: u64,
    proven: u64,
}

impl Control {
    /// A datagram came to a listener.
    pub(super) fn datagram(&mut self, now: Instant, listener: usize, remote: SocketAddr, octets: &[u8]) {
        if self.demands_tls(listener, remote.ip()) {
            self.counters.plain += 1;
            return;
        }
        self.pass(now, remote.ip(), |control, standing| {
            control.sip.handle_datagram(now, listener, (remote, standing), octets);
        });
    }

    /// Something happened to a connection. A source in debt is shut out, its connections ended.
    pub(super) fn stream(&mut self, now: Instant, connection: ConnectionId, event: StreamEvent) {
        let from = match &event {
            StreamEvent::Accepted { remote, .. } => Some(*remote),
            StreamEvent::Octets(_) | StreamEvent::Message(_) => self.sip.remote_of(connection),
            // What we opened, and what ends, is nobody's asking.
            StreamEvent::Opened | StreamEvent::Alive | StreamEvent::Closed => None,
        };
        if let StreamEvent::Accepted { listener, remote } = &event
            && self.demands_tls(*listener, remote.ip())
        {
            self.counters.plain += 1;
            return self.outputs.push_back(Output::Stream { connection, request: StreamRequest::Close });
        }
        let Some(from) = from else { return self.sip.handle_stream(now, connection, Standing::Peer, event) };
        let hear = |control: &mut Control, standing| control.sip.handle_stream(now, connection, standing, event);
        if !self.pass(now, from.ip(), hear) {
            self.outputs.push_back(Output::Stream { connection, request: StreamRequest::Close });
            // To the endpoint, which may know it already, it is gone.
            self.sip.handle_stream(now, connection, Standing::Unproven, StreamEvent::Closed);
        }
    }

    /// The listener is one without TLS, and whoever is there is heard over TLS alone.
    fn demands_tls(&self, listener: usize, source: IpAddr) -> bool {
        let sip = &self.model.sip;
        let demands = self.model.peer_at(source).map_or(sip.tls_only, |peer| self.model.peer(peer).tls_only);
        demands && !sip.listeners[listener].transport.is_secure()
    }

    /// Lets it in where its source may be heard, and charges the source by what came of it; `false`: it was not heard.
    fn pass(&mut self, now: Instant, source: IpAddr, hear: impl FnOnce(&mut Control, Standing)) -> bool {
        let standing = self.standing(source);
        if self.model.peer_at(source).is_some() {
            hear(self, standing);
            return true;
        }
        if !self.gate.admits(now, source) {
            return false;
        }
        let before = self.mark();
        hear(self, standing);
        self.pump_sip(now);
        let verdict = before.verdict(self.mark());
        self.gate.charge(now, source, verdict);
        if verdict == Verdict::Offence && self.gate.may_tell(now) {
            warn!(%source, "what no [[sip.peer]] or [[sip.user]] accounts for, or is no SIP");
        }
        true
    }

    fn mark(&self) -> Mark {
        let sip = self.sip.counters();
        Mark {
            malformed: sip.malformed_answered + sip.malformed_dropped,
            outside: sip.bindings_asked
                + sip.outside_dialogs
                + sip.dialogs_unknown
                + sip.acks_stray
                + sip.repetitions_received
                + sip.full,
            offended: self.counters.strangers + sip.strangers + sip.credentials_wrong,
            proven: sip.credentials_right,
        }
    }
}

impl Mark {
    fn verdict(self, after: Mark) -> Verdict {
        if after.malformed > self.malformed || after.offended > self.offended {
            Verdict::Offence
        } else if after.proven > self.proven {
            Verdict::Expected
        } else if after.outside > self.outside {
            Verdict::Asking
        } else {
            Verdict::Expected
        }
    }
}
