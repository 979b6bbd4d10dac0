//! What an operator asks: the state as a document, and maintenance of circuits.

use std::time::Instant;

use isup::codec::Cic;
use isup::exchange::{CircuitId, CircuitSpec, CircuitState, CircuitView, Request};
use isup::mtp3::{LinkId, LinkState};
use isup::point_code::PointCode;

use super::input::{CircuitAction, OperatorRequest, RequestId};
use super::lifecycle::Phase;
use super::output::Reply;
use super::{Control, Output, plan, record};
use crate::call::Call;
use crate::ops::status::{self, Status};

impl Control {
    pub(super) fn operator(&mut self, now: Instant, id: RequestId, request: OperatorRequest) {
        let reply = match request {
            OperatorRequest::Status => Reply::Status(Box::new(self.status(now))),
            OperatorRequest::Circuit { trunk, cic, action } => self.maintain(now, &trunk, cic, action),
        };
        self.outputs.push_back(Output::Reply { id, reply: Box::new(reply) });
    }

    fn maintain(&mut self, now: Instant, trunk: &str, cic: u16, action: CircuitAction) -> Reply {
        let Some(index) = self.model.trunk_named(trunk) else {
            return Reply::Refused(format!("there is no trunk {trunk:?}"));
        };
        let seat = self.trunks.seats().find(|(seat, _)| seat.trunk == index && seat.cic.0 == cic);
        let Some((seat, _)) = seat else {
            return Reply::Refused(format!("trunk {trunk:?} has no circuit {cic}"));
        };
        let request = match action {
            CircuitAction::Block => Request::Block,
            CircuitAction::Unblock => Request::Unblock,
            CircuitAction::Reset => Request::Reset,
        };
        self.exchange.handle_request(now, seat.circuit, request);
        Reply::Begun(format!("trunk {trunk} circuit {cic}: {} begun", action.name()))
    }

    /// Circuits that an operator had blocked before a restart are blocked again; those no longer configured are passed over.
    pub(super) fn restore_blocking(&mut self) {
        for (destination, cic) in std::mem::take(&mut self.start.blocked) {
            let named =
                |circuit| self.view(circuit).spec == CircuitSpec { destination: PointCode(destination), cic: Cic(cic) };
            let circuit = self.trunks.seats().map(|(seat, _)| seat.circuit).find(|circuit| named(*circuit));
            if let Some(circuit) = circuit {
                self.exchange.handle_request(self.start.now, circuit, Request::Block);
            }
        }
    }

    /// The whole state. The media section is the media path's own and is filled by whoever holds its counters.
    pub fn status(&self, now: Instant) -> Status {
        let seats = || self.trunks.seats();
        let owned = seats().filter(|(_, owner)| owner.is_some()).count();
        debug_assert!(owned <= self.calls.len(), "a circuit has an owner that is no call");
        let counters = self.counters;
        let sip = self.sip.counters();
        Status {
            version: env!("CARGO_PKG_VERSION").into(),
            uptime_ms: now.saturating_duration_since(self.start.now).as_millis() as u64,
            draining: !self.phase.takes_calls(),
            journal_trouble: self.journal_fault.clone(),
            spans: self.spans_status(),
            links: (0..self.links.len()).map(|link| self.link_status(LinkId(link as u16))).collect(),
            trunks: self.trunks_status(),
            calls: status::Calls {
                active: self.calls.len() as u64,
                from_sip: counters.calls_from_sip,
                from_pstn: counters.calls_from_pstn,
                answered: counters.calls_answered,
                unanswered: counters.calls_unanswered,
            },
            call_list: self.calls.values().take(status::CALLS_MAX).map(|call| self.call_status(now, call)).collect(),
            media: status::Media::default(),
            sip: status::Sip {
                received: sip.received,
                sent: sip.sent,
                malformed: sip.malformed_answered + sip.malformed_dropped,
                retransmitted: sip.repetitions_sent,
                strangers: counters.strangers,
            },
        }
    }

    fn spans_status(&self) -> Vec<status::Span> {
        let spans = self.model.spans.iter().zip(&self.spans);
        spans
            .map(|(span, health)| status::Span {
                name: span.name.clone(),
                line: span.line.to_string(),
                alarms: health.alarms.names().map(str::to_owned).collect(),
                slips: health.slips,
            })
            .collect()
    }

    fn link_status(&self, link: LinkId) -> status::Link {
        let configured = &self.model.ss7.links[usize::from(link.0)];
        let counters = self.links[usize::from(link.0)].counters();
        status::Link {
            name: configured.name.clone(),
            span: self.model.span(configured.span).name.clone(),
            timeslot: configured.timeslot,
            adjacent: self.model.linkset(configured.linkset).adjacent.to_string(),
            state: state_in_words(self.router.link_state(link)).into(),
            messages_sent: counters.messages_sent,
            messages_retransmitted: counters.messages_retransmitted,
            messages_received: counters.messages_received,
            units_errored: counters.units_errored,
        }
    }

    fn trunks_status(&self) -> Vec<status::Trunk> {
        let mut trunks: Vec<status::Trunk> = self
            .model
            .trunks
            .iter()
            .map(|trunk| status::Trunk {
                name: trunk.name.clone(),
                destination: trunk.destination.to_string(),
                reachable: self.router.is_reachable(plan::point_code(trunk.destination)),
                circuits: status::Circuits::default(),
            })
            .collect();
        for (seat, owner) in self.trunks.seats() {
            let counts = &mut trunks[seat.trunk.get()].circuits;
            let usable = self.spans[usize::from(seat.at.span)].carries_calls();
            count(counts, self.view(seat.circuit), owner.is_some(), usable);
        }
        trunks
    }

    fn view(&self, circuit: CircuitId) -> CircuitView {
        self.exchange.circuit(circuit).expect("every seat was made from a circuit of the exchange")
    }

    fn call_status(&self, now: Instant, call: &Call) -> status::Call {
        let story = call.story();
        status::Call {
            id: call.id.to_string(),
            state: call.state_name().into(),
            direction: record::direction(story),
            calling: story.calling.clone(),
            called: story.called.clone(),
            trunk: story.seat.map_or_else(String::new, |seat| self.trunk_name(seat)),
            cic: story.seat.map(|seat| seat.cic.0),
            age_ms: now.saturating_duration_since(story.begun).as_millis() as u64,
        }
    }

    /// What must hold after every step: one owner and one state for every circuit, no call without its parts.
    ///
    /// The sentence says what does not hold.
    pub fn invariant(&self) -> Result<(), String> {
        self.exchange.invariant()?;
        for (seat, owner) in self.trunks.seats() {
            let view = self.view(seat.circuit);
            let Some(owner) = owner else {
                if has_call(view.state) {
                    return Err(format!("circuit {} is {:?} and no call owns it", seat.cic.0, view.state));
                }
                continue;
            };
            let Some(call) = self.calls.get(&owner) else {
                return Err(format!("circuit {} is owned by {owner}, which is over", seat.cic.0));
            };
            if call.seat() != Some(seat) {
                return Err(format!("circuit {} is owned by {owner}, which has {:?}", seat.cic.0, call.seat()));
            }
        }
        if self.by_session.len() != self.calls.len() {
            return Err(format!("{} calls but {} sessions", self.calls.len(), self.by_session.len()));
        }
        match self.phase {
            Phase::Stopped if !self.calls.is_empty() => Err("stopped with calls".into()),
            _ => Ok(()),
        }
    }
}

impl CircuitAction {
    fn name(self) -> &'static str {
        match self {
            CircuitAction::Block => "blocking",
            CircuitAction::Unblock => "unblocking",
            CircuitAction::Reset => "reset",
        }
    }
}

/// Puts a circuit into the one count where it belongs.
fn count(counts: &mut status::Circuits, view: CircuitView, owned: bool, usable: bool) {
    use CircuitState as C;
    let place = match view.state {
        C::Idle if owned => &mut counts.busy,
        C::Idle if !view.reachable || !usable => &mut counts.unavailable,
        C::Idle if view.blocked_local || view.blocked_remote => &mut counts.blocked,
        C::Idle => &mut counts.idle,
        C::Unequipped | C::IncomingCheck | C::ContinuityRecheck | C::ContinuityLoop | C::Overloaded => {
            &mut counts.unavailable
        }
        C::Resetting => &mut counts.resetting,
        C::Releasing | C::ReleaseIndicated => &mut counts.releasing,
        C::AwaitingAddressComplete
        | C::AwaitingAnswer
        | C::OutgoingAnswered
        | C::IncomingSetup
        | C::IncomingAddressComplete
        | C::IncomingAnswered => &mut counts.busy,
    };
    *place += 1;
}

fn has_call(state: CircuitState) -> bool {
    use CircuitState as C;
    !matches!(
        state,
        C::Idle
            | C::Unequipped
            | C::IncomingCheck
            | C::ContinuityRecheck
            | C::ContinuityLoop
            | C::Overloaded
            | C::Resetting
            | C::Releasing
    )
}

fn state_in_words(state: LinkState) -> &'static str {
    match state {
        LinkState::Inactive => "inactive",
        LinkState::Waiting => "waiting",
        LinkState::Aligning => "aligning",
        LinkState::Testing => "testing",
        LinkState::Available => status::Link::IN_SERVICE,
        LinkState::Inhibited => "inhibited",
        LinkState::RemoteProcessorOutage => "remote processor outage",
    }
}
