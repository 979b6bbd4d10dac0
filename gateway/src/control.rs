//! The whole control plane as one machine without I/O: the one place where layers meet.
//!
//! ```text
//!   datagrams ─▶ sip::Endpoint ◀─▶ calls ◀─▶ isup::Exchange ◀─▶ mtp3::Router ◀─▶ mtp2::Link ◀─ units
//!                                    │                                              └──▶ pulled by the line
//!                                    ├──▶ q931::Interface ◀─▶ lapd::Link ◀─▶ frames
//!                                    └──▶ media requests, journal records
//! ```
//!
//! Promises: four verbs, no clock, no randomness but from the seed; `pump` is the one loop in which a layer's
//! outputs become another's inputs until all are quiet; the deadlines of calls stand in one ordered index.
//! Leaves out whatever takes time: that is an [`Output`] with a name and an [`Input`] that answers it.

pub mod input;
pub mod output;

mod allowance;
mod auditor;
mod bucket;
mod calls;
mod circuits;
mod continuity;
mod counters;
mod deadlines;
mod desk;
mod door;
mod gate;
mod identity;
mod invited;
mod lifecycle;
mod operator;
mod payers;
mod peers;
pub(crate) mod plan;
mod pri;
mod record;
mod repeats;
mod routing;
mod seizures;
mod services;
mod sessions;
mod signalling;
mod sip_status;
mod spans;
mod stir;
mod tally;
mod transfer;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;
use std::time::{Instant, SystemTime};

use config::model::Model;
use isup::exchange::Exchange;
use isup::mtp2;
use isup::mtp3::{self, LinkId};
use rand_chacha::ChaCha20Rng;
use rand_core::SeedableRng;

use crate::call::{Call, CallId, Told};
use crate::circuit::Trunks;
use crate::dtls::Identity;
use crate::ops::cdr::{Blockable, Registered};
use crate::sip::{self, Endpoint, SessionId};
use crate::stir::Stir;
use allowance::Allowance;
pub use auditor::AUDIT_EVERY;
use auditor::Auditor;
pub use counters::Counters;
use deadlines::Deadlines;
use desk::Desk;
use gate::Gate;
pub use input::Input;
use input::{MediaError, MediaPath, SignallingLine};
use lifecycle::Phase;
pub use output::{MediaRequest, Output, Security};
use peers::Watch;
use pri::Pri;
use repeats::Repeats;
use spans::Span;
use tally::Tally;

/// The control plane.
#[derive(Debug)]
pub struct Control {
    model: Model,
    start: Start,
    random: ChaCha20Rng,
    phase: Phase,
    sip: Endpoint,
    /// By [`LinkId`].
    links: Vec<mtp2::Link>,
    /// Likewise.
    tallies: Vec<Tally>,
    router: mtp3::Router,
    exchange: Exchange,
    /// Primary rate interfaces, counted over the trunks that are one.
    pri: Vec<Pri>,
    trunks: Trunks,
    /// Boxed, because a tree keeps room for more than it holds.
    calls: BTreeMap<CallId, Box<Call>>,
    by_session: BTreeMap<SessionId, CallId>,
    deadlines: Deadlines,
    next_call: u64,
    outputs: VecDeque<Output>,
    counters: Counters,
    /// Calls of each trunk since one that asked for a continuity check.
    unchecked: Vec<u16>,
    spans: Vec<Span>,
    journal_fault: Option<String>,
    repeats: Repeats,
    desk: Desk,
    auditor: Auditor,
    watch: Watch,
    gate: Gate,
    allowance: Allowance,
    /// What we sign and verify by.
    stir: Stir,
}

/// What a control plane is begun with.
#[derive(Debug, Clone)]
pub struct Start {
    /// The instant that `wall` belongs to; wall times of records are counted from here.
    pub now: Instant,
    /// Wall time at that instant.
    pub wall: SystemTime,
    /// From which all randomness is drawn but that of handshakes.
    pub seed: [u8; 32],
    /// Who we prove to be in handshakes; drawn by whoever begins, where a peer needs one.
    pub identity: Option<Arc<Identity>>,
    /// What an operator had blocked when the last process ended, from the journal.
    pub blocked: Vec<Blockable>,
    /// What users were bound to then, likewise.
    pub registered: Vec<Registered>,
}

/// Rounds in which the layers must become quiet. A call is set up in about ten; more is a loop between layers.
const ROUNDS_MAX: usize = 10_000;

impl Control {
    /// A control plane that begins to bring its links into service at the first timeout, which is due at once.
    pub fn new(model: Model, start: Start) -> Control {
        let mut random = ChaCha20Rng::from_seed(start.seed);
        let plan = plan::Plan::of(&model);
        let mut control = Control {
            phase: Phase::begin(start.now),
            sip: Endpoint::new(plan::endpoint(&model, start.wall, &mut random)),
            links: plan.links.iter().map(|config| mtp2::Link::new(*config)).collect(),
            tallies: vec![Tally::default(); plan.links.len()],
            router: mtp3::Router::new(plan.router),
            exchange: Exchange::new(plan.exchange),
            pri: plan.interfaces.into_iter().map(Pri::new).collect(),
            trunks: Trunks::new(&plan.hunting, &plan.seats),
            calls: BTreeMap::new(),
            by_session: BTreeMap::new(),
            deadlines: Deadlines::default(),
            next_call: 1,
            outputs: VecDeque::new(),
            counters: Counters::default(),
            unchecked: vec![0; model.trunks.len()],
            spans: vec![Span::new(); model.spans.len()],
            journal_fault: None,
            repeats: Repeats::default(),
            desk: Desk::default(),
            auditor: Auditor::new(start.now),
            watch: Watch::new(start.now, model.sip.peers.iter().map(|peer| peer.ping), model.trunks.len()),
            gate: Gate::new(start.now),
            allowance: Allowance::new(start.now, &model),
            stir: Stir::default(),
            model,
            start,
            random,
        };
        control.restore_blocking();
        control.restore_bindings();
        control.register();
        control.activate_links();
        control
    }

    /// Something happened.
    pub fn handle(&mut self, now: Instant, input: Input) {
        match input {
            Input::Datagram { listener, remote, octets } => self.datagram(now, listener, remote, &octets),
            Input::Stream { connection, event } => self.stream(now, connection, event),
            Input::Unreachable { listener, remote } => self.sip.handle_unreachable(now, listener, remote),
            Input::Resolved { id, question, records } => self.sip.handle_resolved(now, id, &question, records),
            Input::Unit { line: SignallingLine::Link(link), octets } => self.unit(now, link, &octets),
            Input::Unit { line: SignallingLine::DChannel(at), octets } => self.frame(now, at, &octets),
            Input::LineError { line: SignallingLine::Link(link), error } => self.line_error(now, link, error),
            // LAPD repairs what it misses, and an alarm is told as such.
            Input::LineError { line: SignallingLine::DChannel(_), .. } => {}
            Input::MediaOpened { call, result } => self.media_opened(now, call, result),
            Input::Media { call, event } => self.tell(now, call, Told::Media(event)),
            Input::ToneHeard { at } => self.tone_heard(now, at),
            Input::Span { span, health } => self.span_health(now, span, health),
            Input::JournalHealth(health) => self.journal_fault = health.err(),
            Input::Credentials(stir) => self.stir = *stir,
            Input::Operator { id, request } => self.operator(now, id, request),
            Input::Shutdown => self.shutdown(now),
        }
        self.pump(now);
    }

    /// Expires whatever is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let due = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        for link in &mut self.links {
            if due(link.poll_timeout()) {
                link.handle_timeout(now);
            }
        }
        if due(self.router.poll_timeout()) {
            self.router.handle_timeout(now);
        }
        if due(self.exchange.poll_timeout()) {
            self.exchange.handle_timeout(now);
        }
        for pri in self.pri.iter_mut().filter(|pri| due(pri.poll_timeout())) {
            pri.handle_timeout(now);
        }
        if due(self.sip.poll_timeout()) {
            self.sip.handle_timeout(now);
        }
        self.spans_timeout(now);
        if due(self.watch_timeout()) {
            self.handle_watch_timeout(now);
        }
        for (count, what) in self.repeats.due(now) {
            self.log_irregularity(count, what);
        }
        while let Some(call) = self.deadlines.due(now) {
            self.call_timeout(now, call);
        }
        self.pump(now);
        self.audit_if_due(now);
    }

    /// The next deadline of any layer.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let layers = [
            self.links.iter().filter_map(mtp2::Link::poll_timeout).min(),
            self.spans.iter().filter_map(Span::poll_timeout).min(),
            self.router.poll_timeout(),
            self.exchange.poll_timeout(),
            self.pri.iter().filter_map(Pri::poll_timeout).min(),
            self.sip.poll_timeout(),
            self.deadlines.next(),
            self.phase.poll_timeout(),
            self.desk.poll_timeout(),
            self.repeats.poll_timeout(),
            self.watch_timeout(),
            Some(self.auditor.poll_timeout()),
        ];
        layers.into_iter().flatten().min()
    }

    /// The next effect to carry out.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// The next signal unit or frame for a signalling timeslot that has room; `false`: nothing new to say.
    pub fn poll_unit(&mut self, now: Instant, line: SignallingLine, unit: &mut Vec<u8>) -> bool {
        match line {
            SignallingLine::Link(LinkId(link)) => {
                self.links.get_mut(usize::from(link)).is_some_and(|link| link.poll_transmit(now, unit))
            }
            SignallingLine::DChannel(at) => {
                self.pri.get_mut(at.interface).is_some_and(|pri| pri.poll_frame(at.channel, unit))
            }
        }
    }

    /// How many calls are not over.
    pub fn live_calls(&self) -> usize {
        self.calls.len()
    }

    /// What has been counted.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Lets every layer's outputs become another's inputs until all are quiet.
    fn pump(&mut self, now: Instant) {
        for _ in 0..ROUNDS_MAX {
            let ss7 = self.pump_links(now) | self.pump_router(now) | self.pump_exchange(now);
            let moved = ss7 | self.pump_pri(now) | self.pump_sip(now);
            if !moved {
                self.settle_orders(now);
                return self.live(now);
            }
        }
        panic!(
            "the layers of the control plane are not quiet after {ROUNDS_MAX} rounds: two of them answer each other"
        );
    }

    fn pump_sip(&mut self, now: Instant) -> bool {
        let mut moved = false;
        while let Some(output) = self.sip.poll_output() {
            moved = true;
            match output {
                sip::Output::Send { listener, remote, octets } => {
                    self.outputs.push_back(Output::Datagram { listener, remote, octets });
                }
                sip::Output::Stream { connection, request } => {
                    self.outputs.push_back(Output::Stream { connection, request });
                }
                sip::Output::Resolve { id, question } => self.outputs.push_back(Output::Resolve { id, question }),
                sip::Output::Registered { user, bindings } => self.journal_registered(&user, &bindings),
                sip::Output::Event(event) => self.sip_event(now, event),
            }
        }
        moved
    }

    fn media_opened(&mut self, now: Instant, call: CallId, result: Result<MediaPath, MediaError>) {
        self.tell(now, call, result.map_or_else(Told::NotOpened, Told::Opened));
    }
}
