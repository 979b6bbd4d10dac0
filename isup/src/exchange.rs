//! All circuits of one exchange and the demultiplexer in front of them: the face of SS7 call control (Q.764).
//!
//! A call on a circuit begins with `Request::Setup` or `Indication::Setup` and ends with exactly one
//! `Indication::Released` (an outgoing one may end with `Indication::SetupRefused` instead). After `Release` and
//! `Lost` the owner takes the media off and answers with `Request::ReleaseResponse`; where the protocol does not wait
//! for it (T2, T5, T6, T7, T9 and T33) the answer does no harm.
//!
//! Promises: one ordered index of deadlines, no scan over circuits; a message that cannot be understood or belongs to
//! no circuit changes nothing but a counter; each circuit that is not idle has a live timer or a live call
//! ([`Exchange::invariant`]).

mod audit;
mod destination;
mod groups;
mod query;
mod supervision;
mod view;
mod vocabulary;

pub use audit::Violation;
pub use view::*;
pub use vocabulary::*;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use crate::circuit::group::{AwaitedReset, Group};
use crate::circuit::{Circuit, GroupAct, Step, sls_of};
use crate::codec::{AutomaticCongestionLevel, Cic, Message, MessageType, decode_with_cic_as, encode_with_cic_as};
use crate::point_code::{PointCode, ServiceIndicator, Transfer};
use crate::timer::{Repetition, Timer};
use destination::Destination;
use supervision::Supervised;

/// All circuits of one exchange.
#[derive(Clone, Debug)]
pub struct Exchange {
    config: ExchangeConfig,
    circuits: Vec<Circuit>,
    numbers: BTreeMap<CircuitSpec, CircuitId>,
    destinations: BTreeMap<PointCode, Destination>,
    groups: Vec<Group>,
    /// CGB and CGU of ours that wait for their acknowledgement.
    supervisions: BTreeMap<Supervised, Repetition>,
    /// Groups whose hardware failure must be told again; empty between events.
    hardware_again: BTreeSet<usize>,
    /// Groups for which CQR is awaited, until T28.
    queries: BTreeMap<usize, Instant>,
    /// Our own load, as REL tells it.
    congestion_level: Option<AutomaticCongestionLevel>,
    /// Group resets of far ends that wait for owners.
    awaited: BTreeMap<CircuitSpec, AwaitedReset>,
    deadlines: BTreeSet<Deadline>,
    outputs: VecDeque<Output>,
    /// What belongs to no circuit here.
    counters: Counters,
    /// What belongs to each circuit.
    circuit_counters: Vec<Counters>,
}

/// One entry of the index: at equal instants the timers stand in order of precedence.
type Deadline = (Instant, Timer, Owner);

/// Whose timer it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Owner {
    Circuit(CircuitId),
    Group(usize),
    Supervised(Supervised),
    Query(usize),
    Destination(PointCode),
}

impl Exchange {
    /// An exchange whose destinations cannot be reached yet.
    pub fn new(config: ExchangeConfig) -> Self {
        let numbers = config.circuits.iter().zip(0..).map(|(spec, index)| (*spec, CircuitId(index))).collect();
        let destinations = config.circuits.iter().map(|spec| (spec.destination, Destination::default())).collect();
        Self {
            circuits: vec![Circuit::default(); config.circuits.len()],
            numbers,
            destinations,
            groups: Group::all(&config.circuits, config.variant.group_circuits_max),
            supervisions: BTreeMap::new(),
            hardware_again: BTreeSet::new(),
            queries: BTreeMap::new(),
            congestion_level: None,
            awaited: BTreeMap::new(),
            deadlines: BTreeSet::new(),
            outputs: VecDeque::new(),
            counters: Counters::default(),
            circuit_counters: vec![Counters::default(); config.circuits.len()],
            config,
        }
    }

    /// The owner of a circuit, or the operator, asks for something.
    pub fn handle_request(&mut self, now: Instant, circuit: CircuitId, request: Request) {
        let Some(view) = self.circuit(circuit) else {
            self.counters.requests_unexpected += 1;
            return;
        };
        if let Request::Setup(initial) = &request
            && view.is_available()
            && !self.admits(view.spec.destination, initial)
        {
            let refused = Indication::SetupRefused(Refusal::Congestion);
            self.outputs.push_back(Output::Circuit(circuit, refused));
            return;
        }
        self.step(now, circuit, |circuit, step| circuit.request(step, request));
        self.send_hardware_again(now);
    }

    /// The operator asks for something of many circuits.
    pub fn handle_group_request(&mut self, now: Instant, request: GroupRequest) {
        match request {
            GroupRequest::Reset(destination) => self.reset_all(now, destination),
            GroupRequest::Block(range, why) => self.supervise(now, range, why, GroupAct::Block),
            GroupRequest::Unblock(range, why) => self.supervise(now, range, why, GroupAct::Unblock),
            GroupRequest::Query(range) => self.query(now, range),
        }
        self.send_hardware_again(now);
    }

    /// MTP delivers a message of service indicator 5.
    pub fn handle_transfer(&mut self, now: Instant, transfer: Transfer) {
        let Ok((cic, message)) = decode_with_cic_as(&self.config.variant.messages, &transfer.payload) else {
            self.unreasonable(&transfer).malformed += 1;
            return;
        };
        let spec = CircuitSpec { destination: transfer.opc, cic };
        if self.config.relation(transfer.opc).own != transfer.dpc {
            // It knows us by another point code of ours, and so does not mean these circuits.
            self.counters.unknown_circuit += 1;
            self.outputs.push_back(Output::Alarm(Alarm::UnknownCircuit(spec)));
            return;
        }
        self.counted(spec).received += 1;
        self.heard_from(now, spec, &message);
        match message.kind {
            MessageType::UPT => self.send(spec, &Message::new(MessageType::UPA)),
            // That something came is all it says.
            MessageType::UPA => {}
            MessageType::CQM => self.queried(spec, &message),
            MessageType::CQR => self.query_answered(spec, &message),
            MessageType::GRS => self.group_reset_received(now, spec, &message),
            MessageType::GRA => self.group_reset_acknowledged(now, spec, &message),
            MessageType::CGB => self.supervision_received(now, spec, &message, GroupAct::Block),
            MessageType::CGU => self.supervision_received(now, spec, &message, GroupAct::Unblock),
            MessageType::CGBA => self.supervision_acknowledged(now, spec, &message, GroupAct::Block),
            MessageType::CGUA => self.supervision_acknowledged(now, spec, &message, GroupAct::Unblock),
            _ => match self.numbers.get(&spec) {
                Some(&circuit) => {
                    let is_unequipped = message.kind == MessageType::UCIC;
                    self.step(now, circuit, |circuit, step| circuit.message(step, message));
                    if is_unequipped {
                        self.await_nothing_of(circuit);
                    }
                }
                None => self.unknown_circuit(spec, message.kind),
            },
        }
        self.send_hardware_again(now);
    }

    /// Expires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        // A snapshot: a timer that restarts is not due again before the next call.
        let due: Vec<Deadline> = self.deadlines.iter().take_while(|(at, ..)| *at <= now).copied().collect();
        for deadline in due {
            if !self.deadlines.contains(&deadline) {
                // An earlier one stopped it.
                continue;
            }
            match deadline {
                (_, timer, Owner::Circuit(id)) => self.step(now, id, |circuit, step| circuit.expire(step, timer)),
                (_, _, Owner::Group(index)) => self.group_expired(now, index),
                (_, _, Owner::Supervised(supervised)) => self.supervision_expired(now, supervised),
                (_, _, Owner::Query(index)) => self.query_expired(index),
                (_, timer, Owner::Destination(code)) => self.destination_expired(now, code, timer),
            }
        }
        self.send_hardware_again(now);
    }

    /// The next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.first().map(|(at, ..)| *at)
    }

    /// The next thing asked or told.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// A circuit as status shows it; `None` when there is no such circuit.
    pub fn circuit(&self, circuit: CircuitId) -> Option<CircuitView> {
        let spec = *self.config.circuits.get(circuit.0 as usize)?;
        let circuit = self.circuits.get(circuit.0 as usize)?;
        Some(CircuitView {
            spec,
            state: circuit.state(),
            blocked_local: circuit.blocking().is_blocked_local(),
            blocked_remote: circuit.blocking().is_blocked_remote(),
            reachable: self.serves(spec.destination),
        })
    }

    /// How many circuits there are.
    pub fn len(&self) -> usize {
        self.circuits.len()
    }

    /// Whether there are no circuits at all.
    pub fn is_empty(&self) -> bool {
        self.circuits.is_empty()
    }

    /// What has been counted since the exchange was made.
    pub fn counters(&self) -> Counters {
        let mut sum = self.counters;
        self.circuit_counters.iter().for_each(|counters| sum += *counters);
        sum
    }

    /// The same of one circuit. A group message is counted at its first one.
    pub fn circuit_counters(&self, circuit: CircuitId) -> Counters {
        self.circuit_counters.get(circuit.0 as usize).copied().unwrap_or_default()
    }

    /// Where a message is counted that did not decode: its first octets may still say for which circuit it was.
    fn unreasonable(&mut self, transfer: &Transfer) -> &mut Counters {
        let bits = self.config.variant.messages.cic_bits;
        let cic = transfer.payload.first_chunk().map(|octets| Cic::from_octets(*octets, bits));
        match cic {
            Some(cic) => self.counted(CircuitSpec { destination: transfer.opc, cic }),
            None => &mut self.counters,
        }
    }

    /// Where something about a circuit is counted.
    fn counted(&mut self, spec: CircuitSpec) -> &mut Counters {
        match self.numbers.get(&spec) {
            Some(id) => &mut self.circuit_counters[id.0 as usize],
            None => &mut self.counters,
        }
    }

    /// Lets one circuit handle one event, and keeps the index and the group resets in step.
    fn step<R>(&mut self, now: Instant, id: CircuitId, handle: impl FnOnce(&mut Circuit, &mut Step<'_>) -> R) -> R {
        let spec = self.config.circuits[id.0 as usize];
        let reachable = self.serves(spec.destination);
        let relation = self.config.relation(spec.destination);
        let circuit = &mut self.circuits[id.0 as usize];
        let (before, equipment, first) = (circuit.next_deadline(), circuit.check_equipment(), self.outputs.len());
        let mut step = Step {
            now,
            id,
            spec,
            variant: &self.config.variant,
            reachable,
            relation,
            congestion_level: self.congestion_level,
            counters: &mut self.circuit_counters[id.0 as usize],
            outputs: &mut self.outputs,
            answered_group: None,
            hardware_again: false,
        };
        let result = handle(circuit, &mut step);
        let (answered_group, hardware_again) = (step.answered_group, step.hardware_again);
        let after = circuit.next_deadline();
        if circuit.check_equipment() != equipment {
            // Before whatever follows from it: the tone is on when IAM goes out, and off when COT does.
            let indication = Indication::CheckEquipment(circuit.check_equipment());
            self.outputs.insert(first, Output::Circuit(id, indication));
        }
        self.reschedule(Owner::Circuit(id), before, after);
        if hardware_again {
            self.hardware_again.extend(self.groups.iter().position(|group| group.circuits.contains(&id)));
        }
        if let Some(first) = answered_group {
            self.group_answered(CircuitSpec { destination: spec.destination, cic: first });
        }
        result
    }

    fn reschedule(&mut self, owner: Owner, before: Option<(Instant, Timer)>, after: Option<(Instant, Timer)>) {
        if before == after {
            return;
        }
        if let Some((at, timer)) = before {
            self.deadlines.remove(&(at, timer, owner));
        }
        if let Some((at, timer)) = after {
            self.deadlines.insert((at, timer, owner));
        }
    }

    /// Maintenance is alerted, and who asks for something is told; acknowledgements are not answered, so that two
    /// exchanges never echo each other.
    fn unknown_circuit(&mut self, spec: CircuitSpec, kind: MessageType) {
        use MessageType as M;
        self.counters.unknown_circuit += 1;
        self.outputs.push_back(Output::Alarm(Alarm::UnknownCircuit(spec)));
        let is_known_exchange = self.destinations.contains_key(&spec.destination);
        if is_known_exchange
            && matches!(kind, M::IAM | M::REL | M::RSC | M::GRS | M::BLO | M::UBL | M::CGB | M::CGU | M::CCR | M::CVT)
        {
            self.send(spec, &Message::new(M::UCIC));
        }
    }

    /// Sends a message that is no circuit's own.
    fn send(&mut self, spec: CircuitSpec, message: &Message) {
        let mut payload = Vec::new();
        let encoded = encode_with_cic_as(&self.config.variant.messages, spec.cic, message, &mut payload);
        debug_assert!(encoded.is_ok(), "group messages and UCIC are complete as we compose them");
        self.counted(spec).sent += 1;
        self.outputs.push_back(Output::Transfer(Transfer {
            service: ServiceIndicator::ISUP,
            opc: self.config.relation(spec.destination).own,
            dpc: spec.destination,
            sls: sls_of(spec.cic, self.config.variant.sls_mask()),
            payload,
        }));
    }
}
