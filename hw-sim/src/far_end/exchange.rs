//! The whole far exchange, one millisecond at a time.
//!
//! The order within a chunk: bearers, what the signalling timeslot brings, the operator's requests, the link, messages, orders,
//! scripts, what the signalling timeslot takes away, status. So an answer leaves in the millisecond of its cause when the
//! line is free, and nothing is said to a link that has just gone.

use dahdi_sys::Law;
use isup::codec::{Cic, Message, decode_with_cic, encode_with_cic};

use crate::wire::{Chunk, FarEnd, TIMESLOTS};

use super::bearer::Patterns;
use super::circuit::{Circuit, Effects};
use super::circuits::Circuits;
use super::handle::{Desk, Handle, Request};
use super::line::Line;
use super::message;
use super::mtp2::{Indication, Link, State};
use super::mtp3::{Delivery, Label, SignallingPoint};
use super::order::{CallOutcome, ReleasedBy};
use super::status::{CallCounts, Direction, Entry, ExchangeStatus, LinkStatus};

/// What a far exchange is told about itself and its neighbour.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeSpec {
    /// Its point code, 14 bits.
    pub own_point_code: u16,
    /// The gateway's.
    pub adjacent: u16,
    /// Network indicator, 0 to 3; 2 is "national".
    pub network_indicator: u8,
    /// The timeslot that carries the signalling link, below 32.
    pub signalling_timeslot: u8,
    /// Signalling link code, 0 to 15.
    pub slc: u8,
    /// CIC = `first_cic` + timeslot.
    pub first_cic: u16,
    /// Law of tones and idle octets: [`Law::A_LAW`], else µ-law.
    pub law: Law,
    /// The timeslots that are circuits; the signalling timeslot is not one even if it stands here.
    pub bearer_timeslots: Vec<u8>,
    /// Asks for emergency proving (SIE), as the only link of a route does.
    pub emergency: bool,
}

impl ExchangeSpec {
    /// An E1 by ITU habit: signalling in timeslot 16, circuits in 1 to 15 and 17 to 31 with CICs of the same numbers.
    pub fn e1(own_point_code: u16, adjacent: u16) -> Self {
        ExchangeSpec {
            own_point_code,
            adjacent,
            network_indicator: 2,
            signalling_timeslot: 16,
            slc: 0,
            first_cic: 0,
            law: Law::A_LAW,
            bearer_timeslots: (1..=31).filter(|timeslot| *timeslot != 16).collect(),
            emergency: true,
        }
    }
}

/// A scripted exchange at the far end of a span.
#[derive(Debug)]
pub struct Exchange {
    handle: Handle,
    signalling_timeslot: usize,
    now_ms: u64,
    line: Line,
    link: Link,
    point: SignallingPoint,
    circuits: Circuits,
    patterns: Patterns,
    /// When the exchange, or its last restart or group reset, began.
    start_ms: u64,
    /// GRS has been sent since then.
    started: bool,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    calls: CallCounts,
    link_failures: u64,
    unexpected: u64,
    undecodable: u64,
}

impl FarEnd for Exchange {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        self.now_ms += 1;
        let handle = self.handle.clone();
        let mut desk = handle.desk();
        self.carry(received, transmit);
        self.line.receive(self.now_ms, &received[self.signalling_timeslot], &mut self.link);
        self.take_requests(&mut desk);
        self.tick_link();
        self.take_indications(&mut desk);
        self.take_orders(&mut desk);
        self.tick_circuits(&mut desk);
        self.line.transmit(self.now_ms, &mut transmit[self.signalling_timeslot], &mut self.link);
        desk.status = self.status();
    }
}

impl Exchange {
    /// An exchange that begins to align with its first chunk, and the handle on it.
    ///
    /// # Panics
    /// When the signalling timeslot is none of a span's.
    pub fn new(spec: ExchangeSpec) -> (Self, Handle) {
        assert!(usize::from(spec.signalling_timeslot) < TIMESLOTS, "no timeslot {}", spec.signalling_timeslot);
        let handle = Handle::new();
        let timeslots: Vec<u8> = spec
            .bearer_timeslots
            .iter()
            .copied()
            .filter(|timeslot| *timeslot != spec.signalling_timeslot && usize::from(*timeslot) < TIMESLOTS)
            .collect();
        let exchange = Exchange {
            handle: handle.clone(),
            signalling_timeslot: usize::from(spec.signalling_timeslot),
            now_ms: 0,
            line: Line::new(),
            link: Link::new(spec.emergency),
            point: SignallingPoint::new(Label {
                own: spec.own_point_code,
                adjacent: spec.adjacent,
                network_indicator: spec.network_indicator,
                signalling_link: spec.slc,
            }),
            circuits: Circuits::new(spec.first_cic, &timeslots, spec.own_point_code > spec.adjacent),
            patterns: Patterns::new(spec.law),
            start_ms: 0,
            started: false,
            counters: Counters::default(),
        };
        (exchange, handle)
    }

    /// Every circuit's octets, in and out.
    fn carry(&mut self, received: &Chunk, transmit: &mut Chunk) {
        for circuit in self.circuits.iter_mut() {
            let at = circuit.timeslot;
            circuit.bearer.chunk(&self.patterns, &received[at], &mut transmit[at]);
        }
    }

    fn take_indications(&mut self, desk: &mut Desk) {
        while let Some(indication) = self.link.poll_indication() {
            match indication {
                Indication::InService => {
                    self.note(desk, "link in service");
                    self.point.link_in_service(self.now_ms);
                }
                Indication::OutOfService(reason) => {
                    self.counters.link_failures += 1;
                    self.note(desk, &format!("link out of service: {reason}"));
                    self.point.link_out_of_service();
                }
                Indication::Received(octets) => self.take_message(desk, &octets),
            }
        }
    }

    fn take_message(&mut self, desk: &mut Desk, octets: &[u8]) {
        match self.point.receive(self.now_ms, octets) {
            Delivery::Management(name) => self.log(desk, Direction::Received, None, name.to_owned()),
            Delivery::Refused(reason) => self.refuse(desk, None, reason.to_owned()),
            Delivery::Isup(octets) => match decode_with_cic(&octets) {
                Ok((cic, message)) => self.take_isup(desk, cic.0, &message),
                Err(error) => self.refuse(desk, None, format!("ISUP: {error}")),
            },
        }
    }

    fn take_isup(&mut self, desk: &mut Desk, cic: u16, message: &Message) {
        let mut effects = Effects::default();
        match self.circuits.receive(self.now_ms, cic, message, &mut effects) {
            Some(true) => self.log(desk, Direction::Received, Some(cic), message::label(message)),
            Some(false) => {
                self.counters.unexpected += 1;
                self.log(desk, Direction::Unexpected, Some(cic), message::label(message));
            }
            None => {
                self.refuse(desk, Some(cic), format!("{} for no circuit or range of ours", message::label(message)))
            }
        }
        self.carry_out(desk, effects);
    }

    fn take_requests(&mut self, desk: &mut Desk) {
        let mut effects = Effects::default();
        while let Some(request) = desk.requests.pop_front() {
            self.obey(desk, request, &mut effects);
        }
        self.carry_out(desk, effects);
    }

    fn obey(&mut self, desk: &mut Desk, request: Request, effects: &mut Effects) {
        let now_ms = self.now_ms;
        match request {
            Request::Block(cic) => self.on_circuit(desk, cic, |circuit| circuit.block(now_ms, effects)),
            Request::Unblock(cic) => self.on_circuit(desk, cic, |circuit| circuit.unblock(now_ms, effects)),
            Request::Reset(cic) => self.on_circuit(desk, cic, |circuit| circuit.reset(now_ms, effects)),
            // As at the start: as soon as messages pass, GRS.
            Request::GroupReset => (self.start_ms, self.started) = (now_ms, false),
            Request::FailLink => self.link.stop(),
            Request::RestoreLink => self.link.start(now_ms),
            Request::Restart => {
                self.circuits.forget(effects);
                (self.start_ms, self.started) = (now_ms, false);
                self.link.restart(now_ms);
            }
        }
    }

    fn on_circuit(&mut self, desk: &mut Desk, cic: u16, order: impl FnOnce(&mut Circuit)) {
        match self.circuits.find(cic) {
            Some(circuit) => order(circuit),
            None => self.note(desk, &format!("no circuit {cic} to maintain")),
        }
    }

    /// Begins the orders that wait; without a link or a circuit they are refused. While the exchange starts they go on waiting.
    fn take_orders(&mut self, desk: &mut Desk) {
        let starting = !self.started || self.circuits.is_group_resetting();
        if starting && self.now_ms < self.start_ms + START_MS_MAX {
            return;
        }
        let mut effects = Effects::default();
        while let Some((id, order)) = desk.orders.pop_front() {
            let available = self.point.available();
            match self.circuits.hunt().filter(|_| available) {
                Some(circuit) => circuit.seize(self.now_ms, id, order, &mut effects),
                None => {
                    let cause = if available { NO_CIRCUIT_AVAILABLE } else { NETWORK_OUT_OF_ORDER };
                    desk.conclude(id, CallOutcome::refused(order.tag, cause, ReleasedBy::NoCircuit));
                }
            }
        }
        self.carry_out(desk, effects);
    }

    fn tick_link(&mut self) {
        self.link.tick(self.now_ms);
        if !self.point.tick(self.now_ms) {
            self.link.fail_test(self.now_ms);
        }
    }

    fn tick_circuits(&mut self, desk: &mut Desk) {
        let mut effects = Effects::default();
        if self.point.available() && !self.started {
            self.started = true;
            self.circuits.reset_all(self.now_ms, &mut effects);
        }
        self.circuits.tick(self.now_ms, &mut effects);
        self.carry_out(desk, effects);
    }

    /// Messages to the link, outcomes to the desk.
    fn carry_out(&mut self, desk: &mut Desk, effects: Effects) {
        for (cic, message) in effects.transmit {
            let mut octets = Vec::new();
            encode_with_cic(Cic(cic), &message, &mut octets)
                .expect("this exchange's own messages are complete and short");
            self.log(desk, Direction::Sent, Some(cic), message::label(&message));
            self.point.send_isup(cic, &octets);
        }
        while let Some(message) = self.point.poll_transmit() {
            if self.link.send(message).is_err() {
                self.note(desk, "message lost: the link is out of service or full");
            }
        }
        for (id, outcome) in effects.outcomes {
            desk.conclude(id, outcome);
        }
        for retry in effects.retries.into_iter().rev() {
            desk.orders.push_front(retry);
        }
        self.counters.calls.received += effects.calls.received;
        self.counters.calls.placed += effects.calls.placed;
        self.counters.calls.answered += effects.calls.answered;
        self.counters.calls.dual_seizures += effects.calls.dual_seizures;
    }

    fn status(&self) -> ExchangeStatus {
        ExchangeStatus {
            now_ms: self.now_ms,
            link: self.link_status(),
            link_failures: self.counters.link_failures,
            units_errored: self.link.units_errored(),
            units_retransmitted: self.link.units_retransmitted(),
            circuits: self.circuits.counts(),
            calls: self.counters.calls,
            stuck: self.circuits.stuck(),
            unexpected: self.counters.unexpected,
            undecodable: self.counters.undecodable,
            // The desk knows these.
            orders_pending: 0,
            log_entries_lost: 0,
        }
    }

    fn link_status(&self) -> LinkStatus {
        match self.link.state() {
            State::OutOfService { .. } => LinkStatus::OutOfService,
            State::NotAligned { .. } | State::Aligned { .. } => LinkStatus::Aligning,
            State::Proving { .. } => LinkStatus::Proving,
            State::AlignedReady { .. } => LinkStatus::AlignedReady,
            State::InService { .. } if self.point.available() => LinkStatus::InService,
            State::InService { .. } => LinkStatus::Testing,
        }
    }

    fn refuse(&mut self, desk: &mut Desk, cic: Option<u16>, reason: String) {
        self.counters.undecodable += 1;
        self.log(desk, Direction::Unexpected, cic, reason);
    }

    fn note(&self, desk: &mut Desk, words: &str) {
        self.log(desk, Direction::Here, None, words.to_owned());
    }

    fn log(&self, desk: &mut Desk, direction: Direction, cic: Option<u16>, message: String) {
        desk.record(Entry { at_chunk: self.now_ms, direction, cic, message });
    }
}

/// Orders wait at most this long for link and group reset.
const START_MS_MAX: u64 = 60_000;
/// Cause values of Q.850.
const NO_CIRCUIT_AVAILABLE: u8 = 34;
const NETWORK_OUT_OF_ORDER: u8 = 38;
