//! The world: one clock, one thread, everything in it.
//!
//! A step is one millisecond: the spans move, with the far exchanges at their ends; signal units go up and down; the
//! media path ticks as often as its buffers last; datagrams arrive; timers expire; peers act; and the invariants are checked.

mod audio;
#[cfg(test)]
mod audit_tests;
mod bearers;
mod checker;
mod net;
mod phone;

use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use config::Model;
use config::model::Driver;
use hw_sim::SimKernel;
use hw_sim::far_end::{CallOrder, CallOutcome, Handle, OrderId};
use tokio::sync::Notify;

use crate::control::input::{OperatorRequest, RequestId};
use crate::control::output::Reply;
use crate::control::{Control, Input, Output, Start};
use crate::io::bring_up::bring_up_spans;
use crate::io::gateway::{identity_of, links, media_spec, settle_modes};
use crate::io::signalling::{Heard, Lines};
use crate::io::spans::{Owners, Spans};
use crate::lab::embedded::{self, Exchanges};
use crate::ops::cdr::{Blockable, Closed, Record};
use crate::ops::status::{Circuits, Status};
use crate::sip::{StreamEvent, StreamRequest};
pub use audio::Voice;
use bearers::Bearers;
pub use checker::Checker;
pub use net::{Net, Weather};
pub use phone::{CallView, Crypt, Phone, Plan, Shake};

/// Everything on one clock.
pub struct World {
    now: Instant,
    elapsed_ms: u64,
    seed: u64,
    model: Model,
    kernel: SimKernel,
    exchanges: Exchanges,
    control: Control,
    lines: Lines,
    bearers: Bearers,
    spans: Spans,
    net: Net,
    /// The telephone at 127.0.0.1:5070, where the embedded default sends calls from the PSTN.
    pub phone: Phone,
    journal: Vec<Record>,
    checker: Checker,
    /// Something has entered control since the invariants were last looked at.
    stirred: bool,
    broken: Option<Broken>,
    last_request: u64,
    replies: VecDeque<(RequestId, Reply)>,
    ready: bool,
    stopped: bool,
}

/// What did not hold, and when: with the seed it can be seen again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// Where all randomness came from.
    pub seed: u64,
    /// Virtual time since the start.
    pub at_ms: u64,
    /// What did not hold.
    pub what: String,
}

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "seed {} at {} ms: {}", self.seed, self.at_ms, self.what)
    }
}

/// How long a world waits for anything before the test fails.
const PATIENCE_MS: u64 = 400_000;

/// Replies to operators that are kept until somebody wants to see them.
const REPLIES_MAX: usize = 64;

/// How often the alarms of the spans are read.
const ALARMS_EVERY_MS: u64 = 100;

impl World {
    /// The embedded default without its PRI, from seed 1.
    pub fn new() -> World {
        let isup = config::parse("one E1 of ISUP", config::EMBEDDED).unwrap_or_else(|report| panic!("{report}"));
        World::with(isup, 1)
    }

    /// Another configuration or seed. The seed stands in every failure's message.
    pub fn with(model: Model, seed: u64) -> World {
        World::after(model, seed, Vec::new())
    }

    /// A gateway started again, whose last run left these circuits blocked.
    pub fn after(model: Model, seed: u64, blocked: Vec<Blockable>) -> World {
        World::build(model, seed, blocked, Bearers::carried)
    }

    /// A world whose calls are signalled and carry no audio: a hundred times as fast.
    pub fn without_bearers(model: Model, seed: u64) -> World {
        let mut world = World::build(model, seed, Vec::new(), |_, _, _| Bearers::Absent);
        world.phone.calling_voice = Voice::Silent;
        world.phone.answering_voice = Voice::Silent;
        world
    }

    fn build(
        mut model: Model,
        seed: u64,
        blocked: Vec<Blockable>,
        bearers: impl FnOnce(&Model, &SimKernel, &Net) -> Bearers,
    ) -> World {
        let Driver::Sim(sim) = &model.driver else { panic!("a world is made of simulated spans") };
        let (machine, exchanges) = embedded::build(&model, sim);
        let kernel = SimKernel::new(machine);
        let net = Net::new(seed);
        bring_up_spans(&kernel, &model).unwrap_or_else(|error| panic!("{error}"));
        let bearers = bearers(&model, &kernel, &net);
        let lines = Lines::open(&kernel, &links(&model), &Arc::new(Notify::new())).expect("the links are free");
        settle_modes(&mut model, &lines);
        let spans = Spans::new(Arc::new(kernel.clone()), &model, media_spec(&model));
        let now = Instant::now();
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let identity = identity_of(&model).expect("the system has random numbers");
        let registered = Vec::new();
        let start = Start { now, wall: SystemTime::UNIX_EPOCH, seed: bytes, identity, blocked, registered };
        let gateway = model.sip.listeners[0].advertised;
        let phone = Phone::new(SocketAddr::from(([127, 0, 0, 1], 5070)), gateway, net.clone());
        World {
            now,
            elapsed_ms: 0,
            seed,
            control: Control::new(model.clone(), start),
            model,
            kernel,
            exchanges,
            lines,
            bearers,
            spans,
            net,
            phone,
            journal: Vec::new(),
            checker: Checker::default(),
            stirred: false,
            broken: None,
            last_request: 0,
            replies: VecDeque::new(),
            ready: false,
            stopped: false,
        }
    }

    /// A world whose links are in service and whose circuits are reset.
    pub fn in_service() -> World {
        let mut world = World::new();
        world.wait_until("ready", |world| world.ready);
        world
    }

    /// Lets time pass.
    pub fn run(&mut self, milliseconds: u64) {
        for _ in 0..milliseconds {
            self.step();
        }
    }

    /// Lets time pass until something holds; fails after some minutes of virtual time.
    pub fn wait_until(&mut self, what: &str, holds: impl Fn(&World) -> bool) {
        let give_up_ms = self.elapsed_ms + PATIENCE_MS;
        while !holds(self) {
            if self.elapsed_ms >= give_up_ms {
                panic!("seed {}: waited in vain until {what}\n{}{}", self.seed, self.status(), self.phone.unfinished());
            }
            self.step();
        }
    }

    /// The exchange at the other end of the first trunk.
    pub fn exchange(&self) -> Handle {
        self.behind(&self.model.trunks[0].name)
    }

    /// The exchange at the other end of a trunk.
    pub fn behind(&self, trunk: &str) -> Handle {
        let found = self.exchanges.behind(trunk);
        found.unwrap_or_else(|| panic!("there is no exchange behind trunk {trunk:?}")).1.clone()
    }

    /// All far exchanges, in the order of the configuration.
    pub fn exchanges(&self) -> Vec<Handle> {
        (0..self.exchanges.count()).filter_map(|index| self.exchanges.get(index).cloned()).collect()
    }

    /// Has the far exchange place a call.
    pub fn place(&mut self, order: CallOrder) -> OrderId {
        self.exchange().place(order)
    }

    /// What became of it, waiting for it.
    pub fn outcome(&mut self, order: OrderId) -> CallOutcome {
        self.outcome_at(&self.exchange(), order)
    }

    /// The same at any exchange.
    pub fn outcome_at(&mut self, exchange: &Handle, order: OrderId) -> CallOutcome {
        self.wait_until("the far exchange's call is over", |_| exchange.outcome(order).is_some());
        exchange.outcome(order).expect("it was just seen")
    }

    /// The spans' machine.
    pub fn kernel(&self) -> &SimKernel {
        &self.kernel
    }

    /// What the network does from now on.
    pub fn set_weather(&mut self, weather: Weather) {
        self.net.set_weather(weather);
    }

    /// Sends a datagram to the gateway's SIP listener, from anywhere.
    pub fn send(&mut self, from: SocketAddr, octets: &[u8]) {
        let to = self.model.sip.listeners[0].advertised;
        self.net.send(from, to, octets);
    }

    /// Sends a datagram from anywhere to anywhere.
    pub fn send_to(&mut self, from: SocketAddr, to: SocketAddr, octets: &[u8]) {
        self.net.send(from, to, octets);
    }

    /// What has arrived at an address of nobody else.
    pub fn receive(&mut self, at: SocketAddr) -> Option<Vec<u8>> {
        self.net.receive(at).map(|datagram| datagram.octets)
    }

    /// SIGTERM.
    pub fn shut_down(&mut self) {
        self.input(Input::Shutdown);
    }

    /// An input of any other kind.
    pub fn input(&mut self, input: Input) {
        self.stirred = true;
        self.control.handle(self.now, input);
        self.outputs();
    }

    /// An operator asks for something; the answer is [`World::reply`]'s.
    pub fn operate(&mut self, request: OperatorRequest) -> RequestId {
        self.last_request += 1;
        let id = RequestId(self.last_request);
        self.input(Input::Operator { id, request });
        id
    }

    /// Takes the answer to an operator's request, if it has come; the last `REPLIES_MAX` are kept.
    pub fn reply(&mut self, id: RequestId) -> Option<Reply> {
        let at = self.replies.iter().position(|(of, _)| *of == id)?;
        self.replies.remove(at).map(|(_, reply)| reply)
    }

    /// The gateway has said that it is ready.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// The gateway has said that it has stopped.
    pub fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// The state as an operator sees it.
    pub fn status(&self) -> Status {
        self.control.status(self.now)
    }

    /// The circuits of the first trunk, by state.
    pub fn circuits(&self) -> Circuits {
        self.status().trunks[0].circuits
    }

    /// Everything journalled so far.
    pub fn journal(&self) -> &[Record] {
        &self.journal
    }

    /// Takes what was journalled since the last time, so that a long run does not keep it all.
    pub fn take_journal(&mut self) -> Vec<Record> {
        std::mem::take(&mut self.journal)
    }

    /// Virtual time since the start.
    pub fn elapsed_ms(&self) -> u64 {
        self.elapsed_ms
    }

    /// Follows the journal and the invariants.
    pub fn checker(&self) -> &Checker {
        &self.checker
    }

    /// No call is left, neither in the gateway nor at the phone.
    pub fn is_quiet(&self) -> bool {
        self.control.live_calls() == 0 && self.phone.quiet() && self.bearers.open_legs() == 0
    }

    /// How many call references our PRI interfaces hold.
    pub fn call_references(&self) -> usize {
        self.control.call_references()
    }

    /// The closing records so far.
    pub fn records(&self) -> Vec<&Closed> {
        let closed = |record: &'_ Record| matches!(record, Record::Closed(_));
        let records = self.journal.iter().filter(|record| closed(record));
        records.filter_map(|record| if let Record::Closed(one) = record { Some(&**one) } else { None }).collect()
    }

    /// Waits until nothing is left of any call, and checks that nothing is.
    pub fn settle(&mut self) {
        self.wait_until("all calls are over", World::is_quiet);
        self.run(100);
        for trunk in self.status().trunks {
            let circuits = trunk.circuits;
            assert_eq!(circuits.idle, circuits.total(), "seed {}: {}: not idle: {circuits:?}", self.seed, trunk.name);
        }
        self.checker.end().unwrap_or_else(|broken| panic!("seed {}: {broken}", self.seed));
    }

    /// One millisecond.
    pub fn step(&mut self) {
        if let Err(broken) = self.try_step() {
            panic!("{broken}");
        }
    }

    /// One millisecond, and whether all held that must hold after it.
    ///
    /// # Errors
    /// What did not; the world is of no use afterwards.
    pub fn try_step(&mut self) -> Result<(), Broken> {
        self.now += Duration::from_millis(1);
        self.elapsed_ms += 1;
        self.kernel.advance(1);
        self.units();
        self.media_tick();
        if self.elapsed_ms.is_multiple_of(ALARMS_EVERY_MS) {
            self.alarms();
        }
        self.net.tick();
        self.datagrams();
        if self.control.poll_timeout().is_some_and(|due| due <= self.now) {
            self.stirred = true;
            self.control.handle_timeout(self.now);
            self.outputs();
        }
        self.phone.tick();
        self.transmit();
        if std::mem::take(&mut self.stirred)
            && let Err(what) = self.checker.step(&self.control)
        {
            self.breaks(what);
        }
        self.broken.take().map_or(Ok(()), Err)
    }

    fn breaks(&mut self, what: String) {
        self.broken.get_or_insert(Broken { seed: self.seed, at_ms: self.elapsed_ms, what });
    }

    fn units(&mut self) {
        let mut removed = Vec::new();
        let Self { lines, control, now, stirred, .. } = self;
        lines.receive(|line, heard| {
            let input = match heard {
                Heard::Unit(octets) => Input::Unit { line, octets: octets.to_vec() },
                Heard::Error(error) => Input::LineError { line, error },
                Heard::Alarms => return,
                Heard::Removed(number) => return removed.push(number),
            };
            *stirred = true;
            control.handle(*now, input);
        });
        self.outputs();
        self.leave(&removed);
    }

    fn transmit(&mut self) {
        let Self { lines, control, now, .. } = self;
        lines.transmit(|line, unit| control.poll_unit(*now, line, unit));
    }

    fn alarms(&mut self) {
        let mut inputs = Vec::new();
        let Self { spans, lines, bearers, .. } = self;
        let mut owners = Owners { lines, exchange: &mut |exchange| bearers.exchange(exchange) };
        spans.poll(&mut owners, |span, health| inputs.push(Input::Span { span, health }));
        for input in inputs {
            self.input(input);
        }
    }

    /// Closes what is open of spans that are being taken away.
    fn leave(&mut self, removed: &[u32]) {
        let Self { spans, lines, bearers, .. } = self;
        for number in removed {
            spans.removed(*number, &mut Owners { lines, exchange: &mut |exchange| bearers.exchange(exchange) });
        }
    }

    fn media_tick(&mut self) {
        let mut inputs = Vec::new();
        self.bearers.tick(self.now, self.elapsed_ms, |input| inputs.push(input));
        for input in inputs {
            self.input(input);
        }
        let removed: Vec<u32> = self.bearers.removed().into_iter().filter_map(|at| self.spans.number(at)).collect();
        self.leave(&removed);
    }

    fn datagrams(&mut self) {
        for listener in 0..self.model.sip.listeners.len() {
            let at = self.model.sip.listeners[listener].advertised;
            while let Some(datagram) = self.net.receive(at) {
                self.input(Input::Datagram { listener, remote: datagram.from, octets: datagram.octets });
            }
        }
    }

    fn outputs(&mut self) {
        while let Some(output) = self.control.poll_output() {
            match output {
                Output::Datagram { listener, remote, octets } => {
                    self.net.send(self.model.sip.listeners[listener].advertised, remote, &octets);
                }
                Output::Media { call, request } => {
                    if let Some(input) = self.bearers.perform(self.now, call, request) {
                        self.control.handle(self.now, input);
                    }
                }
                Output::Check { at, equipment } => {
                    if let Some(input) = self.bearers.check(at, equipment) {
                        self.control.handle(self.now, input);
                    }
                }
                Output::Journal(record) => self.journalled(record),
                // Nobody is connected in this world, and nobody has a name.
                Output::Stream { connection, request } => {
                    if matches!(request, StreamRequest::Open { .. }) {
                        let event = StreamEvent::Closed;
                        self.control.handle(self.now, Input::Stream { connection, event });
                    }
                }
                Output::Resolve { id, question } => {
                    let records = question.unanswered();
                    self.control.handle(self.now, Input::Resolved { id, question, records });
                }
                Output::Reply { id, reply } => {
                    if self.replies.len() == REPLIES_MAX {
                        self.replies.pop_front();
                    }
                    self.replies.push_back((id, *reply));
                }
                Output::Ready => self.ready = true,
                Output::Stopped => self.stopped = true,
            }
        }
    }

    fn journalled(&mut self, record: Record) {
        if let Err(what) = self.checker.record(&record) {
            self.breaks(what);
        }
        self.journal.push(record);
    }
}

impl Default for World {
    fn default() -> World {
        World::new()
    }
}
