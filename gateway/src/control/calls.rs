//! The call side of the pump: events to the call that they belong to, and the actions that it answers with.

use std::time::{Duration, Instant};

use config::model::{Law, RouteTo, TrunkIndex};
use isup::cause::{Cause, Location};
use isup::codec::Message;
use isup::exchange::{CircuitId, Indication, Request};
use rand_core::Rng;
use tracing::{info, warn};

use super::{Control, Output, plan};
use crate::call::{Action, Beginning, Call, CallId, Event, Peer, Settings};
use crate::circuit::Seat;
use crate::interwork::iam::{self, Dialled};
use crate::interwork::number::{self, Number};
use crate::interwork::progress;
use crate::route::{self, Source};
use crate::sip::{self, Capabilities, Direction, Incoming, SessionId};

/// T11, within Q.764's 15 to 20 s.
const T11: Duration = Duration::from_secs(17);

/// Payload type of telephone events in our offers; any dynamic number would do, and this one is customary.
const TELEPHONE_EVENT: u8 = 101;

impl Control {
    pub(super) fn sip_event(&mut self, now: Instant, event: sip::Event) {
        if let sip::Event::Incoming(incoming) = event {
            return self.invited(now, &incoming);
        }
        match self.by_session.get(&event.session()) {
            Some(call) => self.deliver(now, *call, Event::Sip(event)),
            None => self.counters.orphans += 1,
        }
    }

    /// An INVITE: from a peer it begins a call, from anybody else it is forbidden.
    fn invited(&mut self, now: Instant, incoming: &Incoming) {
        let session = incoming.session;
        let Some(peer) = self.model.peer_at(incoming.remote.ip()) else {
            self.counters.strangers += 1;
            warn!(remote = %incoming.remote, "INVITE from an address that no [[sip.peer]] accepts");
            let refuse = sip::Command::Refuse { session, status: 403, cause: None, retry_after_s: None };
            return self.sip.handle_command(now, refuse);
        };
        let dialled = iam::dialled_by_invite(incoming);
        let route = dialled.clone().and_then(|dialled| self.route_to_trunk(Source::Peer(peer), &dialled));
        let law = route.as_ref().map_or(Law::A, |(trunk, _)| self.law_of(*trunk));
        let new = self.beginning(session, dialled.unwrap_or_else(|_| undialled(incoming)), law);
        self.counters.calls_from_sip += 1;
        let call = Call::from_invite(now, new, incoming, route);
        self.begin(now, call);
    }

    fn route_to_trunk(&self, from: Source, dialled: &Dialled) -> Result<(TrunkIndex, Number), Cause> {
        let choice = route::choose(&self.model, from, &dialled.called).ok_or(Cause::UNALLOCATED_NUMBER)?;
        let RouteTo::Trunk(trunk) = choice.to else { return Err(Cause::NO_ROUTE_TO_DESTINATION) };
        let number = number::to_isup(&choice.digits, choice.nature.map(number::nature));
        Ok((trunk, number.map_err(|_| Cause::INVALID_NUMBER_FORMAT)?))
    }

    pub(super) fn circuit_event(&mut self, now: Instant, circuit: CircuitId, indication: Indication) {
        match (self.trunks.owner(circuit), indication) {
            (None, Indication::Setup(iam)) => self.seized_by_far_end(now, circuit, &iam),
            (Some(call), indication) if !is_maintenance(&indication) => {
                self.deliver(now, call, Event::Circuit(indication));
            }
            (_, indication) => info!(circuit = circuit.0, ?indication, "circuit"),
        }
    }

    /// An IAM: it begins a call on its circuit.
    fn seized_by_far_end(&mut self, now: Instant, circuit: CircuitId, message: &Message) {
        let id = CallId(self.next_call);
        let Some(seat) = self.trunks.seize_incoming(circuit, id) else {
            let rel = progress::rel(Cause::TEMPORARY_FAILURE, Location::PUBLIC_LOCAL);
            return self.exchange.handle_request(now, circuit, Request::Release(rel));
        };
        let dialled = iam::dialled_by_iam(message);
        let route = self.route_to_peer(seat, &dialled);
        let session = self.sip.next_session();
        let dialled = match &route {
            Ok((_, called)) => dialled.map(|dialled| Dialled { called: called.clone(), ..dialled }),
            Err(_) => dialled,
        };
        let dialled = dialled.unwrap_or_else(|_| Dialled { called: String::new(), calling: None });
        let new = self.beginning(session, dialled, self.law_of(seat.trunk));
        self.counters.calls_from_pstn += 1;
        let call = Call::from_iam(now, new, seat, route.map(|(peer, _)| peer));
        self.begin(now, call);
    }

    fn route_to_peer(&self, seat: Seat, dialled: &Result<Dialled, Cause>) -> Result<(Peer, String), Cause> {
        if !self.phase.takes_calls() {
            return Err(Cause::SWITCHING_EQUIPMENT_CONGESTION);
        }
        if !self.spans[usize::from(seat.at.span)].carries_calls() {
            return Err(Cause::CIRCUIT_OUT_OF_ORDER);
        }
        let dialled = dialled.as_ref().map_err(|cause| *cause)?;
        let choice = route::choose(&self.model, Source::Trunk(seat.trunk), &dialled.called);
        let choice = choice.ok_or(Cause::NO_ROUTE_TO_DESTINATION)?;
        let RouteTo::Peer(peer) = choice.to else { return Err(Cause::NO_ROUTE_TO_DESTINATION) };
        let remote = self.model.peer(peer).address;
        let listener = self.listener_towards(remote);
        Ok((Peer { listener, remote, own: self.model.sip.listeners[listener].advertised }, choice.digits))
    }

    /// The first listener of the peer's address family.
    fn listener_towards(&self, remote: std::net::SocketAddr) -> usize {
        let same_family = |listener: &config::model::Listener| listener.address.is_ipv4() == remote.is_ipv4();
        self.model.sip.listeners.iter().position(same_family).unwrap_or(0)
    }

    fn law_of(&self, trunk: TrunkIndex) -> Law {
        self.model.span(self.model.trunk(trunk).circuits[0].span).law
    }

    fn beginning(&mut self, session: SessionId, dialled: Dialled, law: Law) -> Beginning {
        let id = CallId(self.next_call);
        self.next_call += 1;
        let capabilities = Capabilities {
            address: self.model.rtp.advertised,
            port: 0,
            codecs: plan::codecs(&self.model, law),
            telephone_event: Some(TELEPHONE_EVENT),
            packet_ms: self.model.rtp.packet_ms,
            direction: Direction::SendRecv,
            session: u64::from(self.random.next_u32()),
            version: 1,
        };
        let settings = Settings {
            tdm_law: plan::law(law),
            playout_ms: self.model.rtp.playout_ms,
            t11: T11,
            ssrc: self.random.next_u32(),
            first_sequence: self.random.next_u32() as u16,
            first_timestamp: self.random.next_u32(),
        };
        Beginning { id, session, dialled, capabilities, settings }
    }

    fn begin(&mut self, now: Instant, call: Call) {
        let id = call.id;
        self.by_session.insert(call.session(), id);
        self.calls.insert(id, call);
        self.carry_out(now, id);
    }

    /// Tells a call something and carries out what it asks for.
    pub(super) fn deliver(&mut self, now: Instant, id: CallId, event: Event) {
        match self.calls.get_mut(&id) {
            Some(call) => call.handle(now, event),
            None => return self.counters.orphans += 1,
        }
        self.carry_out(now, id);
    }

    pub(super) fn call_timeout(&mut self, now: Instant, id: CallId) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle_timeout(now);
        }
        self.carry_out(now, id);
    }

    fn carry_out(&mut self, now: Instant, id: CallId) {
        while let Some(action) = self.calls.get_mut(&id).and_then(Call::poll_action) {
            match action {
                Action::Sip(command) => self.sip.handle_command(now, command),
                Action::Seize(trunk) => self.seize(now, id, trunk),
                Action::Circuit(circuit, request) => self.exchange.handle_request(now, circuit, request),
                Action::Free(circuit) => self.trunks.free(circuit),
                Action::Media(request) => self.outputs.push_back(Output::Media { call: id, request }),
                Action::Opened => self.journal_opened(id),
                Action::Over => self.over(id),
            }
        }
        let deadline = self.calls.get(&id).and_then(Call::poll_timeout);
        self.deadlines.set(id, deadline);
    }

    fn seize(&mut self, now: Instant, id: CallId, trunk: TrunkIndex) {
        let (exchange, spans) = (&self.exchange, &self.spans);
        let available = |seat: &Seat| {
            let circuit = exchange.circuit(seat.circuit);
            spans[usize::from(seat.at.span)].carries_calls() && circuit.is_some_and(|view| view.is_available())
        };
        let event = self.trunks.seize(trunk, id, available).map_or(Event::Congested, Event::Seized);
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle(now, event);
        }
    }

    fn over(&mut self, id: CallId) {
        let Some(call) = self.calls.remove(&id) else { return };
        self.by_session.remove(&call.session());
        match call.story().answered {
            Some(_) => self.counters.calls_answered += 1,
            None => self.counters.calls_unanswered += 1,
        }
        self.journal_closed(&call);
    }
}

/// What the record of a call shows that dialled no telephone number.
fn undialled(incoming: &Incoming) -> Dialled {
    let user = incoming.request_uri.user().map(|user| user.to_string());
    Dialled { called: user.unwrap_or_default(), calling: None }
}

fn is_maintenance(indication: &Indication) -> bool {
    use Indication as I;
    matches!(indication, I::Blocked | I::Unblocked | I::BlockConfirmed | I::UnblockConfirmed | I::ResetConfirmed)
}
