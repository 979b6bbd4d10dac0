//! The circuit auditor: every [`AUDIT_EVERY`] it looks at what must hold, tells what does not, and makes it hold again.
//!
//! What is looked at is a pure function of the state, [`Control::audit`], which the simulations ask after every step. In
//! service a violation is a bug of ours; it is logged, counted, shown in the status and healed on the spot: an orphan is
//! released, an ownership without a call ends, a supervision that was lost is repeated. Two things are no violation at
//! once and are acted on when they are seen at two audits in a row: a call that holds a circuit without using it, which is
//! released, and, where the network has CQM, a circuit that the far end holds for something else ([`reconcile`]).
//!
//! Promises: no circuit in speech is reset. What heals is done within two intervals, and what follows is supervised by the
//! timers of Q.764.
//! Leaves out: healing the inside of a PRI interface, which is told alone.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use config::model::Signalling;
use isup::cause::Cause;
use isup::codec::Cic;
use isup::exchange::{self, CircuitId, CircuitRange, GroupRequest, Request};
use isup::q931::codec::CallStateValue;
use isup::q931::interface;
use tracing::warn;

use super::Control;
use super::circuits::has_call;
use super::lifecycle::Phase;
use crate::call::{CallId, ChannelEvent, ChannelRequest, Event, Told};
use crate::circuit::audit::{self, Observed, Owner, Purpose, Remedy};
use crate::circuit::reconcile::{Reconcile, reconcile};
use crate::circuit::{ChannelSeat, Seat, SeatId};
use crate::interwork::hub::Release;
use crate::interwork::{isup::backward, q931::backward as q931};
use crate::ops::status;

/// How often circuits are audited in service.
pub const AUDIT_EVERY: Duration = Duration::from_secs(60);

/// What the auditor remembers from one audit to the next.
#[derive(Debug)]
pub(super) struct Auditor {
    next: Instant,
    /// Answers to CQM that come until then are the auditor's.
    asking_until: Instant,
    /// Calls that held a circuit without using it at the last audit.
    vacant: BTreeSet<(SeatId, CallId)>,
    /// Circuits on which the two ends did not agree when they were last asked.
    differing: BTreeSet<CircuitId>,
    told: status::Audit,
}

/// Something that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Finding {
    /// Between a circuit and its owner.
    Circuit(audit::Violation),
    /// Within the exchange.
    Exchange(exchange::Violation),
    /// Within a primary rate interface.
    Interface(usize, &'static str),
    /// The index of sessions does not agree with the calls.
    Sessions,
    /// The gateway has stopped, and there are calls.
    StoppedWithCalls,
}

impl Auditor {
    pub fn new(now: Instant) -> Auditor {
        Auditor {
            next: now + AUDIT_EVERY,
            asking_until: now,
            vacant: BTreeSet::new(),
            differing: BTreeSet::new(),
            told: status::Audit::default(),
        }
    }

    pub fn poll_timeout(&self) -> Instant {
        self.next
    }

    /// What the status shows.
    pub fn told(&self) -> status::Audit {
        self.told.clone()
    }

    fn tell(&mut self, what: String) {
        warn!(what, "audit");
        self.told.last = Some(what);
    }
}

impl Control {
    /// Everything that does not hold. It scans, and is right between any two inputs.
    pub(super) fn audit(&self) -> Vec<Finding> {
        let exchange = self.exchange.audit().into_iter().map(Finding::Exchange);
        let interfaces = self.pri.iter().enumerate();
        let interfaces =
            interfaces.filter_map(|(index, pri)| Some(Finding::Interface(index, pri.interface.invariant().err()?)));
        let circuits = self.trunks.seats().map(|(seat, owner)| self.observe(seat, owner));
        let circuits = circuits.filter_map(|observed| audit::audit(&observed)).map(Finding::Circuit);
        let stopped = self.phase == Phase::Stopped && !self.calls.is_empty();
        let rest =
            [(!self.sessions_agree()).then_some(Finding::Sessions), stopped.then_some(Finding::StoppedWithCalls)];
        exchange.chain(interfaces).chain(circuits).chain(rest.into_iter().flatten()).collect()
    }

    /// What must hold after every step: one owner and one state for every circuit, no call without its parts.
    ///
    /// # Errors
    /// The sentence says what does not hold.
    pub fn invariant(&self) -> Result<(), String> {
        self.audit().first().map_or(Ok(()), |finding| Err(self.sentence(finding)))
    }

    /// The audit in service, when it is due and all layers are quiet.
    pub(super) fn audit_if_due(&mut self, now: Instant) {
        if self.auditor.next > now {
            return;
        }
        self.auditor.next = now + AUDIT_EVERY;
        self.auditor.told.audits += 1;
        let found = self.audit();
        for finding in &found {
            self.auditor.told.violations += 1;
            let sentence = self.sentence(finding);
            self.auditor.tell(sentence);
            self.heal(now, finding);
        }
        self.release_vacant(now);
        self.query_circuits(now);
        self.pump(now);
        if !found.is_empty() || self.auditor.told.open > 0 {
            self.auditor.told.open = self.audit().len() as u64;
        }
    }

    /// The far end has said what it holds a circuit for, and that cannot be.
    pub(super) fn queried(&mut self, now: Instant, circuit: CircuitId, agrees: bool) {
        let asked = now <= self.auditor.asking_until;
        if agrees || !asked {
            self.auditor.differing.remove(&circuit);
        } else if !self.auditor.differing.insert(circuit) {
            self.auditor.differing.remove(&circuit);
            self.reconcile(now, circuit);
        }
    }

    fn reconcile(&mut self, now: Instant, circuit: CircuitId) {
        let ours = self.view(circuit).state;
        self.auditor.told.differences += 1;
        let name = self.trunks.seat(SeatId::Circuit(circuit)).map(|seat| self.circuit_name(&seat)).unwrap_or_default();
        self.auditor.tell(format!("{name} is {ours:?} here and something else at the far end"));
        match reconcile(ours) {
            Reconcile::Reset => self.exchange.handle_request(now, circuit, Request::Reset),
            Reconcile::Release => {
                if let Some(call) = self.trunks.owner(SeatId::Circuit(circuit)) {
                    self.tell(now, call, Told::Expel(Cause::TEMPORARY_FAILURE));
                }
            }
            Reconcile::Tell | Reconcile::Wait => {}
        }
    }

    fn observe(&self, seat: Seat, owner: Option<CallId>) -> Observed {
        let owner = match owner.map(|owner| self.calls.get(&owner)) {
            None => Owner::Nobody,
            Some(None) => Owner::Over,
            Some(Some(call)) if call.seats().any(|owned| owned == seat) => Owner::Its,
            Some(Some(_)) => Owner::Elsewhere,
        };
        Observed { id: seat.id, owner, purpose: self.purpose(seat.id) }
    }

    fn purpose(&self, id: SeatId) -> Purpose {
        match id {
            SeatId::Circuit(circuit) => match self.view(circuit).state {
                exchange::CircuitState::Idle | exchange::CircuitState::Unequipped => Purpose::Free,
                state if has_call(state) => Purpose::Call,
                _ => Purpose::Ending,
            },
            SeatId::Channel(at) => match self.channel_view(at).call {
                None => Purpose::Free,
                Some(call) if self.is_ending(at, call) => Purpose::Ending,
                Some(_) => Purpose::Call,
            },
        }
    }

    /// A call that was refused as it came stays on its channel until the far end agrees.
    fn is_ending(&self, at: ChannelSeat, call: interface::CallId) -> bool {
        use CallStateValue as S;
        let view = self.pri[at.interface].interface.call(call);
        view.is_none_or(|view| {
            let ends = [S::NULL, S::DISCONNECT_REQUEST, S::DISCONNECT_INDICATION, S::RELEASE_REQUEST, S::CALL_ABORT];
            ends.contains(&view.state)
        })
    }

    fn heal(&mut self, now: Instant, finding: &Finding) {
        match finding {
            Finding::Circuit(violation) => {
                let Remedy { release, free } = violation.what.remedy();
                if free {
                    self.trunks.free(violation.id);
                }
                if release {
                    self.release_orphan(now, violation.id);
                }
            }
            Finding::Exchange(violation) => self.exchange.heal(now, *violation),
            Finding::Sessions => {
                let sessions = self.calls.iter().flat_map(|(id, call)| call.sessions().map(|session| (session, *id)));
                self.by_session = sessions.collect();
            }
            Finding::Interface(..) | Finding::StoppedWithCalls => {}
        }
    }

    pub(super) fn release_orphan(&mut self, now: Instant, id: SeatId) {
        let why = Release::here(Cause::TEMPORARY_FAILURE);
        match id {
            SeatId::Circuit(circuit) => {
                self.exchange.handle_request(now, circuit, Request::Release(backward::rel(&why)));
            }
            SeatId::Channel(at) => {
                let release = interface::Request::Release(q931::clearing(&why));
                self.ask_channel(now, at, ChannelRequest::Call(release));
            }
        }
    }

    /// Calls that hold a circuit whose protocol has no call, at this audit and the last.
    fn release_vacant(&mut self, now: Instant) {
        let owned = self.trunks.seats().filter_map(|(seat, owner)| Some((seat.id, owner?)));
        let vacant: BTreeSet<_> = owned.filter(|(id, _)| self.purpose(*id) == Purpose::Free).collect();
        let before = std::mem::replace(&mut self.auditor.vacant, vacant);
        for (id, call) in before.intersection(&self.auditor.vacant.clone()) {
            self.auditor.told.violations += 1;
            let name = self.trunks.seat(*id).map(|seat| self.circuit_name(&seat)).unwrap_or_default();
            self.auditor.tell(format!("{call} holds {name} and does not use it"));
            self.tell(now, *call, Told::Expel(Cause::TEMPORARY_FAILURE));
            // A protocol that has no call will not say that it is over.
            if self.trunks.owner(*id) == Some(*call) && self.purpose(*id) == Purpose::Free {
                self.deliver(now, *call, released(*id));
            }
        }
    }

    /// CQM for every circuit that can be reached, where the network has it.
    fn query_circuits(&mut self, now: Instant) {
        if !self.queries() {
            return;
        }
        let longest = self.model.trunk_indices().map(|trunk| self.model.isup_timers(trunk).t28).max();
        self.auditor.asking_until = now + longest.unwrap_or_default();
        let ranges: Vec<CircuitRange> = self
            .model
            .trunks
            .iter()
            .filter_map(|trunk| {
                let Signalling::Isup(isup) = &trunk.signalling else { return None };
                let numbers = || trunk.circuits.iter().map(|circuit| circuit.number);
                let destination = isup.destination;
                Some(CircuitRange { destination, first: Cic(numbers().min()?), last: Cic(numbers().max()?) })
            })
            .collect();
        for range in ranges.into_iter().filter(|range| self.router.is_reachable(range.destination)) {
            self.exchange.handle_group_request(now, GroupRequest::Query(range));
        }
    }

    fn sessions_agree(&self) -> bool {
        let sessions = self.calls.values().map(|call| call.sessions().count()).sum::<usize>();
        self.by_session.len() == sessions
    }

    fn sentence(&self, finding: &Finding) -> String {
        match finding {
            Finding::Circuit(violation) => {
                let name = self.trunks.seat(violation.id).map(|seat| self.circuit_name(&seat)).unwrap_or_default();
                format!("{name} {}", violation.what)
            }
            Finding::Exchange(violation) => violation.to_string(),
            Finding::Interface(index, what) => {
                format!("interface of trunk {:?}: {what}", self.model.trunk(self.pri[*index].trunk).name)
            }
            Finding::Sessions => "the index of sessions does not agree with the calls".into(),
            Finding::StoppedWithCalls => "stopped with calls".into(),
        }
    }

    fn circuit_name(&self, seat: &Seat) -> String {
        format!("circuit {} of trunk {:?}", seat.number, self.model.trunk(seat.trunk).name)
    }
}

/// The last word of a circuit's protocol on a call.
fn released(id: SeatId) -> Event {
    match id {
        SeatId::Circuit(circuit) => Event::Circuit(circuit, exchange::Indication::Released),
        SeatId::Channel(at) => Event::Channel(at, ChannelEvent::Call(interface::Indication::Released)),
    }
}

#[cfg(test)]
mod broken;
