//! The whole far exchange of a primary rate interface, one millisecond at a time, in the order of its sister's chunk.

use dahdi_sys::Law;
use isup::q931::codec::Message;

use crate::wire::{Chunk, FarEnd, TIMESLOTS};

use super::super::bearer::Patterns;
use super::super::handle::{Desk, Handle, LinkRequest, Request};
use super::super::order::{CallOutcome, ReleasedBy};
use super::super::status::{CallCounts, CallStates, Direction, Entry, ExchangeStatus, LinkStatus};
use super::calls::{Calls, Effects};
use super::lapd::{Indication, Link, State};
use super::line::Line;
use super::message;

/// What a far exchange of a primary rate interface is told about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriExchangeSpec {
    /// It is the network, and the gateway the user; else the other way round.
    pub is_network: bool,
    /// The timeslot of the D-channel, below 32: 16 on E1, 24 on T1.
    pub d_channel: u8,
    /// Law of tones and idle octets: [`Law::A_LAW`], else µ-law.
    pub law: Law,
    /// The timeslots that are B-channels; that of the D-channel is not one even if it stands here.
    pub bearer_timeslots: Vec<u8>,
}

/// A scripted exchange, or private exchange, at the far end of a span.
#[derive(Debug)]
pub struct PriExchange {
    handle: Handle,
    d_channel: usize,
    now_ms: u64,
    line: Line,
    link: Link,
    calls: Calls,
    patterns: Patterns,
    /// When the link came up, or the gateway restarted a channel, last: calls of its own wait a little from then.
    quiet_since_ms: u64,
    /// When calls are given up unless the link is back (T309).
    t309_ms: Option<u64>,
    /// Messages of layer 3 are not taken.
    ignores: bool,
    counters: Counters,
}

#[derive(Debug, Default)]
struct Counters {
    calls: CallCounts,
    link_failures: u64,
    cut_off_in: CallStates,
    unexpected: u64,
    undecodable: u64,
}

impl FarEnd for PriExchange {
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
        self.now_ms += 1;
        let handle = self.handle.clone();
        let mut desk = handle.desk();
        self.carry(received, transmit);
        self.line.receive(self.now_ms, &received[self.d_channel], &mut self.link);
        self.take_requests(&mut desk);
        self.link.tick(self.now_ms);
        self.take_indications(&mut desk);
        self.take_orders(&mut desk);
        self.tick_calls(&mut desk);
        self.line.transmit(self.now_ms, &mut transmit[self.d_channel], &mut self.link);
        desk.status = self.status();
    }
}

impl PriExchange {
    /// An exchange that asks for its data link with its first chunk, and the handle on it. Circuits of orders, outcomes and
    /// maintenance verbs are timeslots.
    ///
    /// # Panics
    /// When the D-channel's timeslot is none of a span's.
    pub fn new(spec: PriExchangeSpec) -> (Self, Handle) {
        assert!(usize::from(spec.d_channel) < TIMESLOTS, "no timeslot {}", spec.d_channel);
        let handle = Handle::new();
        let is_bearer = |timeslot: &u8| *timeslot != spec.d_channel && usize::from(*timeslot) < TIMESLOTS;
        let timeslots: Vec<u8> = spec.bearer_timeslots.iter().copied().filter(is_bearer).collect();
        let exchange = PriExchange {
            handle: handle.clone(),
            d_channel: usize::from(spec.d_channel),
            now_ms: 0,
            line: Line::new(),
            link: Link::new(spec.is_network),
            calls: Calls::new(spec.is_network, spec.law, &timeslots),
            patterns: Patterns::new(spec.law),
            quiet_since_ms: 0,
            t309_ms: None,
            ignores: false,
            counters: Counters::default(),
        };
        (exchange, handle)
    }

    /// Every channel's octets, in and out.
    fn carry(&mut self, received: &Chunk, transmit: &mut Chunk) {
        for channel in self.calls.channels() {
            let at = usize::from(channel.timeslot);
            channel.bearer.chunk(&self.patterns, &received[at], &mut transmit[at]);
        }
    }

    fn take_indications(&mut self, desk: &mut Desk) {
        while let Some(indication) = self.link.poll_indication() {
            match indication {
                Indication::Up => {
                    self.note(desk, "data link up");
                    self.quiet_since_ms = self.now_ms;
                    if self.t309_ms.take().is_some() {
                        let mut effects = Effects::default();
                        self.calls.enquire(self.now_ms, &mut effects);
                        self.carry_out(desk, effects);
                    }
                }
                Indication::Down(reason) => {
                    self.counters.link_failures += 1;
                    self.counters.cut_off_in = self.counters.cut_off_in.and(self.calls.states());
                    self.note(desk, &format!("data link down: {reason}"));
                    self.t309_ms.get_or_insert(self.now_ms + T309_MS);
                }
                Indication::Received(octets) => self.take_message(desk, &octets),
            }
        }
    }

    fn take_message(&mut self, desk: &mut Desk, octets: &[u8]) {
        let decoded = Message::decode(octets);
        if let Ok(message) = &decoded {
            desk.hear(message);
        }
        if self.ignores {
            return;
        }
        let message = match decoded {
            Ok(message) => message,
            Err(error) => {
                self.counters.undecodable += 1;
                return self.log(desk, Direction::Unexpected, None, format!("Q.931: {error}"));
            }
        };
        if message.kind == isup::q931::codec::MessageType::RESTART {
            self.quiet_since_ms = self.now_ms;
        }
        let mut effects = Effects::default();
        let expected = self.calls.receive(self.now_ms, &message, &mut effects);
        self.counters.unexpected += u64::from(!expected);
        let direction = if expected { Direction::Received } else { Direction::Unexpected };
        let channel = message::channels(&message).and_then(|channels| channels.first().copied());
        self.log(desk, direction, channel, message::label(&message));
        self.carry_out(desk, effects);
    }

    fn take_requests(&mut self, desk: &mut Desk) {
        let mut effects = Effects::default();
        while let Some(request) = desk.requests.pop_front() {
            self.obey(request, &mut effects);
        }
        self.carry_out(desk, effects);
    }

    fn obey(&mut self, request: Request, effects: &mut Effects) {
        let now_ms = self.now_ms;
        // What is no timeslot is no channel either.
        let timeslot = |number: u16| u8::try_from(number).unwrap_or(u8::MAX);
        match request {
            Request::Block(number) | Request::Unblock(number) => {
                if let Some(channel) = self.calls.channel(timeslot(number)) {
                    channel.blocked_here = matches!(request, Request::Block(_));
                }
            }
            // Only a check would notice, and PRI has none.
            Request::Cut(_) | Request::Mend(_) => {}
            Request::Reset(number) => self.calls.restart(now_ms, timeslot(number), effects),
            Request::GroupReset => self.calls.restart_all(now_ms, effects),
            Request::FailLinks | Request::Link(_, LinkRequest::Fail) => self.link.stop(),
            Request::RestoreLinks | Request::Link(_, LinkRequest::Restore) => self.link.start(now_ms),
            Request::Link(_, LinkRequest::BreakDown) => self.link.restart(now_ms),
            // A data link knows no inhibition.
            Request::Link(_, LinkRequest::Inhibit | LinkRequest::Uninhibit) => {}
            Request::IgnoreMessages(ignored) => self.ignores = ignored,
            Request::Say(number, message) => self.calls.say(number.map(timeslot), message, effects),
            Request::Restart => {
                self.calls.forget(effects);
                self.link.restart(now_ms);
            }
        }
    }

    /// Begins the orders that wait; without a link or a channel they are refused. While the link comes up and the gateway
    /// restarts its channels they go on waiting.
    fn take_orders(&mut self, desk: &mut Desk) {
        let is_ready = self.link.is_up() && self.now_ms >= self.quiet_since_ms + QUIET_MS;
        if !is_ready && self.now_ms < self.quiet_since_ms + START_MS_MAX {
            return;
        }
        let mut effects = Effects::default();
        while let Some((id, order)) = desk.orders.pop_front() {
            if is_ready {
                self.calls.begin(self.now_ms, id, order, &mut effects);
            } else {
                desk.conclude(id, CallOutcome::refused(order.tag, NETWORK_OUT_OF_ORDER, ReleasedBy::NoCircuit));
            }
        }
        self.carry_out(desk, effects);
    }

    fn tick_calls(&mut self, desk: &mut Desk) {
        let mut effects = Effects::default();
        if self.t309_ms.is_some_and(|t309_ms| self.now_ms >= t309_ms) {
            self.t309_ms = None;
            self.calls.forget(&mut effects);
        }
        self.calls.tick(self.now_ms, &mut effects);
        self.carry_out(desk, effects);
    }

    /// Messages to the link, outcomes to the desk.
    fn carry_out(&mut self, desk: &mut Desk, effects: Effects) {
        for (channel, message) in effects.transmit {
            let mut octets = Vec::new();
            // Contents that the gateway sent and that come back with one more octet than fits: nothing else is too long.
            if message.encode(&mut octets).is_err() || !self.link.send(octets) {
                self.note(desk, "message lost: the data link is down or full");
                continue;
            }
            self.log(desk, Direction::Sent, channel, message::label(&message));
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
        let link = match self.link.state() {
            State::Stopped => LinkStatus::OutOfService,
            State::Establishing { .. } => LinkStatus::Aligning,
            State::Established { .. } => LinkStatus::InService,
        };
        ExchangeStatus {
            now_ms: self.now_ms,
            link,
            links: vec![link],
            link_failures: self.counters.link_failures,
            // One D-channel has nothing to change over to.
            changeovers: 0,
            units_errored: self.link.errored,
            units_retransmitted: self.link.retransmitted,
            circuits: self.calls.counts(),
            calls: self.counters.calls,
            restarted_in: self.calls.restarted_in,
            cut_off_in: self.counters.cut_off_in,
            stuck: self.calls.stuck(),
            unexpected: self.counters.unexpected,
            undecodable: self.counters.undecodable,
            // The desk knows these.
            orders_pending: 0,
            log_entries_lost: 0,
        }
    }

    fn note(&self, desk: &mut Desk, words: &str) {
        self.log(desk, Direction::Here, None, words.to_owned());
    }

    fn log(&self, desk: &mut Desk, direction: Direction, channel: Option<u8>, message: String) {
        desk.record(Entry { at_chunk: self.now_ms, direction, cic: channel.map(u16::from), message });
    }
}

/// Own calls wait this long after the link came up or a channel was restarted, which would take them away again.
const QUIET_MS: u64 = 200;
/// Orders wait at most this long for the link.
const START_MS_MAX: u64 = 60_000;
/// Q.931 table 9-2: T309 90 s.
const T309_MS: u64 = 90_000;
/// Cause value of Q.850.
const NETWORK_OUT_OF_ORDER: u8 = 38;
