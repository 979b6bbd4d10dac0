//! The whole far exchange, one millisecond at a time.
//!
//! The order within a chunk: bearers, what the signalling timeslots bring, the operator's requests, the links, messages, orders,
//! scripts, what the signalling timeslots take away, status. So an answer leaves in the millisecond of its cause when the
//! line is free, and nothing is said to a link that has just gone.

use std::sync::{Arc, Mutex};

use isup::codec::{Cic, Message, decode_with_cic_as, encode_with_cic_as};

use crate::wire::{Chunk, FarEnd, TIMESLOTS};

use super::bearer::Patterns;
use super::circuit::{Circuit, Effects};
use super::circuits::Circuits;
use super::handle::{Desk, Handle, LinkRequest, Request};
use super::label::Label;
use super::message;
use super::mtp2::Indication;
use super::mtp3::{Delivery, Output, SignallingPoint};
use super::order::{CallOutcome, ReleasedBy};
use super::spec::ExchangeSpec;
use super::status::{CallCounts, CallStates, Direction, Entry, ExchangeStatus, LinkStatus};
use super::terminal::Terminal;

/// A scripted exchange at the far end of a span, or of several: see [`Exchange::ports`].
#[derive(Debug)]
pub struct Exchange {
    handle: Handle,
    spec: ExchangeSpec,
    now_ms: u64,
    /// In the order of the links.
    terminals: Vec<Terminal>,
    point: SignallingPoint,
    circuits: Circuits,
    patterns: Patterns,
    /// When the exchange, or its last restart or group reset, began.
    start_ms: u64,
    /// GRS has been sent since then.
    started: bool,
    /// ISUP messages are not taken.
    ignores: bool,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    calls: CallCounts,
    link_failures: u64,
    /// Before the last restart.
    changeovers: u64,
    unexpected: u64,
    undecodable: u64,
}

impl FarEnd for Exchange {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        self.chunk_of(0, received, transmit);
    }
}

impl Exchange {
    /// An exchange that begins to align with its first chunk, and the handle on it.
    ///
    /// # Panics
    /// When a link's timeslot is none of a span's.
    pub fn new(mut spec: ExchangeSpec) -> (Self, Handle) {
        let beyond = spec.links.iter().find(|link| usize::from(link.timeslot) >= TIMESLOTS);
        assert!(beyond.is_none(), "no such timeslot: {beyond:?}");
        let mut circuits = std::mem::take(&mut spec.circuits);
        circuits.retain(|circuit| !spec.is_signalling(circuit) && usize::from(circuit.timeslot) < TIMESLOTS);
        spec.circuits = circuits;
        let handle = Handle::new();
        let exchange = Exchange {
            handle: handle.clone(),
            now_ms: 0,
            terminals: spec.links.iter().map(|link| Terminal::new(link, spec.emergency)).collect(),
            point: point(&spec),
            circuits: Circuits::new(&spec),
            patterns: Patterns::new(spec.law),
            start_ms: 0,
            started: false,
            ignores: false,
            counters: Counters::default(),
            spec,
        };
        (exchange, handle)
    }

    /// The ends of its spans, each to be attached to one.
    pub fn ports(self) -> Vec<Port> {
        let spans = self.spec.spans();
        let exchange = Arc::new(Mutex::new(self));
        (0..spans).map(|span| Port { exchange: Arc::clone(&exchange), span }).collect()
    }

    /// A millisecond of one of its spans. That of the first one is also a millisecond of the exchange.
    fn chunk_of(&mut self, span: usize, received: &Chunk, transmit: &mut Chunk) {
        let handle = self.handle.clone();
        let mut desk = handle.desk();
        self.now_ms += u64::from(span == 0);
        self.carry(span, received, transmit);
        for terminal in self.terminals.iter_mut().filter(|terminal| terminal.span == span) {
            terminal.receive(self.now_ms, received);
        }
        if span == 0 {
            self.take_requests(&mut desk);
            self.tick_links();
        }
        self.take_indications(&mut desk);
        if span == 0 {
            self.take_orders(&mut desk);
            self.tick_circuits(&mut desk);
        }
        self.take_outputs(&mut desk);
        for terminal in self.terminals.iter_mut().filter(|terminal| terminal.span == span) {
            terminal.transmit(self.now_ms, transmit);
        }
        desk.status = self.status();
    }

    /// Every circuit's octets, in and out.
    fn carry(&mut self, span: usize, received: &Chunk, transmit: &mut Chunk) {
        for circuit in self.circuits.iter_mut().filter(|circuit| circuit.span == span) {
            let at = circuit.timeslot;
            circuit.bearer.chunk(&self.patterns, &received[at], &mut transmit[at]);
            if circuit.is_cut {
                transmit[at] = self.patterns.silence();
            }
        }
    }

    fn take_indications(&mut self, desk: &mut Desk) {
        for at in 0..self.terminals.len() {
            while let Some(indication) = self.terminals[at].link.poll_indication() {
                self.take_indication(desk, at, indication);
            }
        }
    }

    fn take_indication(&mut self, desk: &mut Desk, at: usize, indication: Indication) {
        let code = self.spec.links[at].slc;
        match indication {
            Indication::InService => {
                self.note(desk, &format!("link {code} in service"));
                self.point.link_in_service(self.now_ms, at);
            }
            Indication::OutOfService(reason) => {
                self.counters.link_failures += 1;
                self.note(desk, &format!("link {code} out of service: {reason}"));
                let retrieval = self.terminals[at].link.retrieve();
                self.point.link_out_of_service(self.now_ms, at, retrieval);
            }
            Indication::Received(octets) => self.take_message(desk, at, &octets),
        }
    }

    /// Messages to the links, and what becomes of links by order of level 3. A link that it gives up has news for it.
    fn take_outputs(&mut self, desk: &mut Desk) {
        while let Some(output) = self.point.poll_output() {
            match output {
                Output::Send(at, message) => {
                    if self.terminals[at].link.send(message).is_err() {
                        self.note(desk, "message lost: the link is out of service or full");
                    }
                }
                Output::Fail(at) => {
                    self.terminals[at].link.give_up(self.now_ms);
                    self.take_indications(desk);
                }
                Output::Said(name) => self.log(desk, Direction::Sent, None, name.to_owned()),
                Output::Lost => self.note(desk, "message lost: no link carries traffic"),
            }
        }
    }

    fn take_message(&mut self, desk: &mut Desk, over: usize, octets: &[u8]) {
        match self.point.receive(self.now_ms, over, octets) {
            Delivery::Management(name) => self.log(desk, Direction::Received, None, name.to_owned()),
            Delivery::Refused(reason) => self.refuse(desk, None, reason.to_owned()),
            Delivery::Isup(_) if self.ignores => {}
            Delivery::Isup(octets) => match decode_with_cic_as(self.spec.network.messages(), &octets) {
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
            Request::Cut(cic) => self.on_circuit(desk, cic, |circuit| circuit.is_cut = true),
            Request::Mend(cic) => self.on_circuit(desk, cic, |circuit| circuit.is_cut = false),
            // As at the start: as soon as messages pass, GRS.
            Request::GroupReset => (self.start_ms, self.started) = (now_ms, false),
            Request::FailLinks => self.terminals.iter_mut().for_each(|terminal| terminal.link.stop()),
            Request::RestoreLinks => self.terminals.iter_mut().for_each(|terminal| terminal.link.start(now_ms)),
            Request::Link(code, request) => match self.point.place(code) {
                Some(at) => self.obey_about_link(desk, at, request),
                None => self.note(desk, &format!("no link {code} to maintain")),
            },
            Request::IgnoreMessages(ignored) => self.ignores = ignored,
            // There is no Q.931 on a signalling link.
            Request::Say(..) => {}
            Request::Restart => {
                self.circuits.forget(effects);
                self.counters.changeovers += self.point.changeovers();
                self.point = point(&self.spec);
                (self.start_ms, self.started) = (now_ms, false);
                self.terminals.iter_mut().for_each(|terminal| terminal.link.restart(now_ms));
            }
        }
    }

    fn obey_about_link(&mut self, desk: &mut Desk, at: usize, request: LinkRequest) {
        match request {
            LinkRequest::Fail => self.terminals[at].link.stop(),
            LinkRequest::BreakDown => self.terminals[at].link.break_down(self.now_ms),
            LinkRequest::Restore => self.terminals[at].link.start(self.now_ms),
            LinkRequest::Inhibit => {
                if !self.point.inhibit(at) {
                    self.note(desk, "link not inhibited: no other carries traffic");
                }
            }
            LinkRequest::Uninhibit => self.point.uninhibit(at),
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

    fn tick_links(&mut self) {
        for terminal in &mut self.terminals {
            terminal.link.tick(self.now_ms);
        }
        self.point.tick(self.now_ms);
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

    /// Messages to the signalling point, outcomes to the desk.
    fn carry_out(&mut self, desk: &mut Desk, effects: Effects) {
        let network = self.spec.network;
        let told = |(cic, message)| message::told(network, message).into_iter().map(move |message| (cic, message));
        for (cic, message) in effects.transmit.into_iter().flat_map(told) {
            let mut octets = Vec::new();
            encode_with_cic_as(network.messages(), Cic(cic), &message, &mut octets)
                .expect("this exchange's own messages are complete and short");
            self.log(desk, Direction::Sent, Some(cic), message::label(&message));
            self.point.send_isup(cic, &octets);
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
            link: self.link_statuses().max().unwrap_or_default(),
            links: self.link_statuses().collect(),
            link_failures: self.counters.link_failures,
            changeovers: self.counters.changeovers + self.point.changeovers(),
            units_errored: self.terminals.iter().map(|terminal| terminal.link.units_errored()).sum(),
            units_retransmitted: self.terminals.iter().map(|terminal| terminal.link.units_retransmitted()).sum(),
            circuits: self.circuits.counts(),
            calls: self.counters.calls,
            // Of primary rate alone.
            restarted_in: CallStates::default(),
            cut_off_in: CallStates::default(),
            stuck: self.circuits.stuck(),
            unexpected: self.counters.unexpected,
            undecodable: self.counters.undecodable,
            // The desk knows these.
            orders_pending: 0,
            log_entries_lost: 0,
        }
    }

    fn link_statuses(&self) -> impl Iterator<Item = LinkStatus> {
        self.terminals.iter().enumerate().map(|(at, terminal)| terminal.status(self.point.tested(at)))
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

/// One span's end of an exchange that has several.
#[derive(Debug)]
pub struct Port {
    exchange: Arc<Mutex<Exchange>>,
    span: usize,
}

impl FarEnd for Port {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        let mut exchange = self.exchange.lock().expect("an exchange that has panicked has ended the simulation");
        exchange.chunk_of(self.span, received, transmit);
    }
}

/// The level 3 that a specification asks for, as at its start.
fn point(spec: &ExchangeSpec) -> SignallingPoint {
    let ExchangeSpec { network, own_point_code: own, adjacent, called_upon, network_indicator, .. } = *spec;
    let codes: Vec<u8> = spec.links.iter().map(|link| link.slc).collect();
    SignallingPoint::new(Label { network, own, adjacent, called_upon, network_indicator }, &codes)
}

/// Orders wait at most this long for link and group reset.
const START_MS_MAX: u64 = 60_000;
/// Cause values of Q.850.
const NO_CIRCUIT_AVAILABLE: u8 = 34;
const NETWORK_OUT_OF_ORDER: u8 = 38;
