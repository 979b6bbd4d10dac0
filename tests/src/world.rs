//! The world: one clock, one thread, everything in it.
//!
//! A step is one millisecond: the spans move, with the far exchanges at their ends; signal units go up and down; every
//! fifth step is a tick of the media path; datagrams arrive; timers expire; peers act; and the invariants are checked.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use config::Model;
use config::model::Driver;
use hw_sim::SimKernel;
use hw_sim::far_end::{CallOrder, CallOutcome, Handle, OrderId};
use media::{Link, Worker};
use spangate::control::{Control, Input, Output, Start};
use spangate::io::gateway::{links, media_spec};
use spangate::io::media::Legs;
use spangate::io::signalling::{Heard, Lines};
use spangate::io::spans::Spans;
use spangate::lab::embedded::{self, Exchanges};
use spangate::ops::cdr::{Closed, Record};
use spangate::ops::status::{Circuits, Status};
use spangate::rt::{self, Tdm};
use tokio::sync::Notify;

use crate::checker::Checker;
use crate::net::{MemorySocket, Net, Weather};
use crate::peer::Phone;

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
    tdm: Tdm,
    worker: Worker<MemorySocket>,
    link: Link<MemorySocket>,
    legs: Legs<MemorySocket>,
    spans: Spans,
    net: Net,
    /// The telephone at 127.0.0.1:5070, where the embedded default sends calls from the PSTN.
    pub phone: Phone,
    journal: Vec<Record>,
    checker: Checker,
    ready: bool,
    stopped: bool,
}

/// How long a world waits for anything before the test fails.
const PATIENCE_MS: u64 = 400_000;

/// How often the alarms of the spans are read.
const ALARMS_EVERY_MS: u64 = 100;

impl World {
    /// The embedded default, from seed 1.
    pub fn new() -> World {
        World::with(Model::embedded(), 1)
    }

    /// Another configuration or seed. The seed stands in every failure's message.
    pub fn with(model: Model, seed: u64) -> World {
        World::after(model, seed, Vec::new())
    }

    /// A gateway started again, whose last run left these circuits blocked: far point code and CIC.
    pub fn after(model: Model, seed: u64, blocked: Vec<(u32, u16)>) -> World {
        let Driver::Sim(sim) = &model.driver else { panic!("a world is made of simulated spans") };
        let (machine, exchanges) = embedded::build(&model, sim);
        let kernel = SimKernel::new(machine);
        let net = Net::new(seed);
        let (tdm, worker, link, _) = rt::open(&kernel, &media_spec(&model)).expect("the simulated bearers are free");
        let lines = Lines::open(&kernel, &links(&model), &Arc::new(Notify::new())).expect("the links are free");
        let sockets = net.clone();
        let legs = Legs::new(model.rtp.address, model.rtp.ports, Box::new(move |at| Ok(sockets.socket(at))));
        let spans = Spans::new(Arc::new(kernel.clone()), model.spans.len());
        let now = Instant::now();
        let mut bytes = [0; 32];
        bytes[..8].copy_from_slice(&seed.to_be_bytes());
        let start = Start { now, wall: SystemTime::UNIX_EPOCH, seed: bytes, blocked };
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
            tdm,
            worker,
            link,
            legs,
            spans,
            net,
            phone,
            journal: Vec::new(),
            checker: Checker::default(),
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
        self.control.handle(self.now, input);
        self.outputs();
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

    /// The closing records so far.
    pub fn records(&self) -> Vec<&Closed> {
        let closed = |record: &'_ Record| matches!(record, Record::Closed(_));
        let records = self.journal.iter().filter(|record| closed(record));
        records.filter_map(|record| if let Record::Closed(one) = record { Some(&**one) } else { None }).collect()
    }

    /// Waits until nothing is left of any call, and checks that nothing is.
    pub fn settle(&mut self) {
        self.wait_until("all calls are over", |world| {
            world.status().calls.active == 0 && world.phone.quiet() && world.legs.open_legs() == 0
        });
        self.run(100);
        for trunk in self.status().trunks {
            let circuits = trunk.circuits;
            assert_eq!(circuits.idle, circuits.total(), "seed {}: {}: not idle: {circuits:?}", self.seed, trunk.name);
        }
        self.checker.end().unwrap_or_else(|broken| panic!("seed {}: {broken}", self.seed));
    }

    /// One millisecond.
    pub fn step(&mut self) {
        self.now += Duration::from_millis(1);
        self.elapsed_ms += 1;
        self.kernel.advance(1);
        self.units();
        if self.elapsed_ms.is_multiple_of(5) {
            self.tdm.tick(1);
            self.worker.step();
            self.media_events();
        }
        if self.elapsed_ms.is_multiple_of(ALARMS_EVERY_MS) {
            self.alarms();
        }
        self.net.tick();
        self.datagrams();
        if self.control.poll_timeout().is_some_and(|due| due <= self.now) {
            self.control.handle_timeout(self.now);
            self.outputs();
        }
        self.phone.tick();
        self.transmit();
        let checked = self.checker.step(&self.control);
        checked.unwrap_or_else(|broken| panic!("seed {} at {} ms: {broken}", self.seed, self.elapsed_ms));
    }

    fn units(&mut self) {
        let Self { lines, control, now, .. } = self;
        lines.receive(|link, heard| match heard {
            Heard::Unit(octets) => control.handle(*now, Input::Unit { link, octets: octets.to_vec() }),
            Heard::Error(error) => control.handle(*now, Input::LineError { link, error }),
            Heard::Alarms => {}
        });
        self.outputs();
    }

    fn transmit(&mut self) {
        let Self { lines, control, now, .. } = self;
        lines.transmit(|link, unit| control.poll_unit(*now, link, unit));
    }

    fn alarms(&mut self) {
        let mut inputs = Vec::new();
        self.spans.poll(|span, alarms, slips| inputs.push(Input::Alarms { span, alarms, slips }));
        for input in inputs {
            self.input(input);
        }
    }

    fn media_events(&mut self) {
        let mut inputs = Vec::new();
        self.legs.poll(&mut self.link, |input| inputs.push(input));
        for input in inputs {
            self.input(input);
        }
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
                    if let Some(input) = self.legs.perform(&mut self.link, call, request) {
                        self.control.handle(self.now, input);
                    }
                }
                Output::Journal(record) => self.journalled(record),
                Output::Resolve { id, .. } => {
                    self.control.handle(self.now, Input::Resolved { id, addresses: Vec::new() });
                }
                Output::Reply { .. } => {}
                Output::Ready => self.ready = true,
                Output::Stopped => self.stopped = true,
            }
        }
    }

    fn journalled(&mut self, record: Record) {
        let checked = self.checker.record(&record);
        checked.unwrap_or_else(|broken| panic!("seed {} at {} ms: {broken}", self.seed, self.elapsed_ms));
        self.journal.push(record);
    }
}

impl Default for World {
    fn default() -> World {
        World::new()
    }
}
