//! The call side of the pump: events to the call that they belong to, and the actions that it answers with.

use std::time::{Duration, Instant};

use isup::cause::Cause;

use super::{Control, Output};
use crate::call::{Action, Beginning, Call, CallId, Caller, Event, Onward, Told};
use crate::circuit::Seat;
use crate::interwork::hub::Setup;
use crate::sip;

impl Control {
    pub(super) fn sip_event(&mut self, now: Instant, event: sip::Event) {
        if let sip::Event::Incoming(incoming) = event {
            return self.invited(now, &incoming);
        }
        if let sip::Event::Responded { session, status } = event {
            return self.responded(now, session, status);
        }
        match self.by_session.get(&event.session()).copied() {
            Some(call) => self.deliver(now, call, Event::Sip(event)),
            None => self.counters.orphans += 1,
        }
    }

    /// A call begins.
    pub(super) fn begin(&mut self, now: Instant, from: Caller, setup: Setup, to: Result<Onward, Cause>) {
        let id = CallId(self.next_call);
        self.next_call += 1;
        let t11 = self.t11(&from);
        let call = Call::new(now, Beginning { id, from, setup, to, t11 });
        self.calls.insert(id, Box::new(call));
        self.index_sessions(id);
        self.carry_out(now, id);
    }

    /// How long ACM waits for SIP to say something: as agreed with the exchange that calls.
    fn t11(&self, from: &Caller) -> Duration {
        let timers = match from {
            Caller::Circuit(seat) => self.model.isup_timers(seat.trunk),
            Caller::Session { .. } => &self.model.variant.timers,
        };
        timers.t11
    }

    /// Tells a call what the gateway itself does.
    pub(super) fn tell(&mut self, now: Instant, id: CallId, told: Told) {
        self.deliver(now, id, Event::Gateway(told));
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

    pub(super) fn carry_out(&mut self, now: Instant, id: CallId) {
        while let Some(action) = self.calls.get_mut(&id).and_then(|call| call.poll_action()) {
            match action {
                Action::Route(seat, setup) => self.route(now, id, seat, setup),
                Action::Refer(party, stays, setup) => self.refer(now, id, (party, stays), setup),
                Action::Spare(party) => self.allowance.spare(id, party),
                Action::Join(side, party, replaces) => self.join_sessions(now, id, (side, party), &replaces),
                Action::Invite(mut invitation, attestation) => {
                    self.sign(now, &mut invitation, attestation);
                    self.sip.handle_command(now, sip::Command::Invite(invitation));
                }
                Action::Sip(command) => self.sip.handle_command(now, command),
                Action::Seize(trunk) => self.seize(now, id, trunk),
                Action::Circuit(circuit, request) => self.ask_circuit(now, circuit, request),
                Action::Channel(channel, request) => self.ask_channel(now, channel, request),
                Action::Free(seat) => self.trunks.free(seat.id),
                Action::Media(request) => self.outputs.push_back(Output::Media { call: id, request }),
                Action::Vacated(call) => self.tell(now, call, Told::Vacated),
                Action::Opened => self.journal_opened(id),
                Action::Over => self.over(now, id),
            }
        }
        let deadline = self.calls.get(&id).and_then(|call| call.poll_timeout());
        self.deadlines.set(id, deadline);
    }

    /// The number of a call has grown.
    fn route(&mut self, now: Instant, id: CallId, seat: Seat, setup: Setup) {
        let onward = self.route_from(now, seat, setup);
        self.routed(now, id, onward);
    }

    /// A call hears what the dial plan says, and may have a session by that.
    pub(super) fn routed(&mut self, now: Instant, id: CallId, onward: Result<Onward, Cause>) {
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle(now, Event::Gateway(Told::Routed(onward)));
        }
        self.index_sessions(id);
    }

    /// Every session of a call is found by its name.
    pub(super) fn index_sessions(&mut self, id: CallId) {
        let sessions = self.calls.get(&id).into_iter().flat_map(|call| call.sessions());
        self.by_session.extend(sessions.map(|session| (session, id)));
    }

    fn over(&mut self, now: Instant, id: CallId) {
        let Some(call) = self.calls.remove(&id) else { return };
        self.trunks.over(id);
        for session in call.sessions() {
            self.by_session.remove(&session);
        }
        self.settle(now, &call);
        match call.story().answered {
            Some(_) => self.counters.calls_answered += 1,
            None => self.counters.calls_unanswered += 1,
        }
        self.journal_closed(&call);
    }
}
