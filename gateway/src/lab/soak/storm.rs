//! One run of a soak: calls and troubles drawn from a seed until the calls are placed, then calm, then the reckoning.
//!
//! What kinds of trouble there are is each protocol's: `isup`, `pri`.

mod isup;
mod pri;

use std::collections::BTreeMap;

use hw_sim::far_end::{CallOrder, CallStates, ExchangeStatus, Handle, LinkRequest};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde::{Serialize, Serializer};

use super::plan::{self, PAIRED, SPANS_OF, TRUNKS};
use super::{Failure, Order};
use crate::control::input::OperatorRequest;
use crate::lab::world::{Broken, Plan, Weather, World};
use crate::ops::cdr::Record;
use crate::ops::cli::Signalling;
use crate::ops::maintenance::{CircuitAction, CircuitsOrder, LinkAction};

/// What a run came to; sums of runs are runs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// INVITEs that the phone sent.
    pub from_sip: u64,
    /// Orders to the far exchanges.
    pub from_pstn: u64,
    /// Closing records.
    pub records: u64,
    /// Those of them with an answer.
    pub answered: u64,
    /// Circuits seized by both ends at once.
    pub dual_seizures: u64,
    /// Times that a link, or a D-channel, failed which had been in service.
    pub link_failures: u64,
    /// Linksets' changeovers, by the order of either end.
    pub changeovers: u64,
    /// PRI: call states, as the far ends number them, in which a RESTART took a call away.
    #[serde(serialize_with = "numbers")]
    pub restarted_in: CallStates,
    /// PRI: those in which a call lost its D-channel.
    #[serde(serialize_with = "numbers")]
    pub cut_off_in: CallStates,
    /// Resets, blockings, restarts, cut cables and the like.
    pub troubles: u64,
    /// How often the invariants were checked.
    pub checks: u64,
    /// Virtual time.
    pub virtual_ms: u64,
}

impl Tally {
    /// Calls begun, both ways.
    pub fn calls(&self) -> u64 {
        self.from_sip + self.from_pstn
    }
}

fn numbers<S: Serializer>(states: &CallStates, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(states.numbers())
}

/// Plays one run.
pub fn storm(order: Order) -> Result<Tally, Failure> {
    let mut storm = Storm::new(order);
    let held = storm.rage().and_then(|()| storm.reckon());
    held.map(|()| storm.tally()).map_err(|broken| Failure::new(order, broken))
}

struct Storm {
    order: Order,
    random: ChaCha20Rng,
    world: World,
    exchanges: Vec<Handle>,
    ms_per_trouble: u64,
    /// What is to be mended, by its time and in the order of breaking.
    mending: BTreeMap<(u64, u64), Mend>,
    tally: Tally,
}

/// What ends a trouble.
#[derive(Debug, Clone, Copy)]
enum Mend {
    /// A far exchange lets its links align again.
    Links(usize),
    /// The far exchange of the pair lets one align again.
    Link(u8),
    /// The far exchange of the pair ends an inhibition.
    Inhibition(u8),
    /// The cable is plugged in again.
    Cable(usize),
    /// The far exchange unblocks.
    FarBlocking(usize, u16),
    /// Our operator unblocks.
    OwnBlocking(usize, u16),
    /// Our operator unblocks some circuits together.
    OwnRange(usize, u16),
    /// Our operator gives a link of the pair back to service or traffic.
    OwnLink(u8, LinkAction),
}

impl Storm {
    fn new(order: Order) -> Storm {
        let world = World::without_bearers(plan::model(order.protocol), order.seed);
        Storm {
            order,
            random: ChaCha20Rng::seed_from_u64(order.seed),
            exchanges: world.exchanges(),
            ms_per_trouble: match order.protocol {
                Signalling::Isup => isup::MS_PER_TROUBLE,
                Signalling::Pri => pri::MS_PER_TROUBLE,
            },
            world,
            mending: BTreeMap::new(),
            tally: Tally::default(),
        }
    }

    /// Calls and troubles until as many calls are placed as were ordered.
    fn rage(&mut self) -> Result<(), Broken> {
        self.wait(READY_MS_MAX, "all links are in service", World::is_ready)?;
        while self.tally.calls() < self.order.calls {
            for trunk in 0..TRUNKS {
                if self.draw(MS_PER_CALL) == 0 {
                    self.call(trunk);
                }
                if self.draw(self.ms_per_trouble) == 0 {
                    self.trouble(trunk);
                }
            }
            if self.order.protocol == Signalling::Isup && self.draw(isup::MS_PER_LINK_TROUBLE) == 0 {
                self.trouble_link();
            }
            if self.draw(MS_PER_WEATHER) == 0 {
                self.change_weather();
            }
            self.mend(self.world.elapsed_ms());
            self.step()?;
        }
        Ok(())
    }

    /// Calm; then nothing may be left.
    fn reckon(&mut self) -> Result<(), Broken> {
        self.world.set_weather(Weather::default());
        self.mend(u64::MAX);
        for exchange in &self.exchanges {
            let _taken = exchange.restore_link();
        }
        self.wait(CALM_MS_MAX, "all calls are over", World::is_quiet)?;
        match self.order.protocol {
            Signalling::Isup => self.calm_links()?,
            Signalling::Pri => self.calm_interfaces()?,
        }
        self.wait(CALM_MS_MAX, "every circuit is idle", |world| {
            world.status().trunks.iter().all(|trunk| trunk.circuits.idle == trunk.circuits.total())
        })?;
        self.count_records();
        let stuck = self.exchanges.iter().map(|exchange| exchange.status().stuck).sum::<usize>();
        if stuck > 0 {
            return Err(self.broken(format!("the far ends hold {stuck} circuits that no call has")));
        }
        let audit = self.world.status().audit;
        if audit.violations > 0 {
            return Err(self.broken(format!("the auditor found {} violations: {:?}", audit.violations, audit.last)));
        }
        self.world.checker().end().map_err(|what| self.broken(what))
    }

    fn call(&mut self, trunk: usize) {
        let hold_ms = self.draw(HOLD_MS_MAX);
        if self.draw(2) == 0 {
            let numbers = self.numbers();
            let number = numbers[self.draw(numbers.len() as u64) as usize];
            let plan = match self.draw(4) {
                0 => Plan { hold_ms: Some(hold_ms), ..Plan::cancel(self.draw(2_500)) },
                // A number that rings for ever is given up some time.
                _ => Plan { cancel_after_ms: Some(4_000), ..Plan::talk(hold_ms) },
            };
            self.world.phone.call(&format!("{trunk}{number}"), plan);
            self.tally.from_sip += 1;
        } else {
            self.world.phone.answering = match self.draw(8) {
                0 => Plan::refuse([404, 480, 486, 503, 603][self.draw(5) as usize]),
                1 => Plan::talk(hold_ms),
                2 => Plan { ring_after_ms: None, ..Plan::ANSWER },
                _ => Plan::ANSWER,
            };
            let called = self.dialled(trunk);
            let order = match self.draw(4) {
                0 => CallOrder::cancelled(called, "200", self.draw(2_000)),
                _ => CallOrder::conversation(called, "200", hold_ms),
            };
            self.exchanges[trunk].place(order);
            self.tally.from_pstn += 1;
        }
    }

    /// Numbers that the exchanges are called by.
    fn numbers(&self) -> &'static [&'static str] {
        match self.order.protocol {
            Signalling::Isup => &NUMBERS,
            Signalling::Pri => &pri::NUMBERS,
        }
    }

    /// What an exchange dials.
    fn dialled(&mut self, trunk: usize) -> &'static str {
        match self.order.protocol {
            Signalling::Isup => "100",
            Signalling::Pri => self.dialled_over(trunk),
        }
    }

    fn trouble(&mut self, trunk: usize) {
        self.tally.troubles += 1;
        match self.order.protocol {
            Signalling::Isup => self.trouble_span(trunk),
            Signalling::Pri => self.trouble_interface(trunk),
        }
    }

    /// One of the spans of a trunk.
    fn span_of(&mut self, trunk: usize) -> usize {
        let spans = SPANS_OF[trunk];
        spans[self.draw(spans.len() as u64) as usize]
    }

    fn later(&mut self, within_ms: u64, mend: Mend) {
        let at_ms = self.world.elapsed_ms() + 1 + self.draw(within_ms);
        self.mending.insert((at_ms, self.tally.troubles), mend);
    }

    /// Mends what is due.
    fn mend(&mut self, until_ms: u64) {
        while let Some(entry) = self.mending.first_entry().filter(|entry| entry.key().0 <= until_ms) {
            match entry.remove() {
                Mend::Links(trunk) => _ = self.exchanges[trunk].restore_link(),
                Mend::Link(code) => _ = self.exchanges[PAIRED].link(code, LinkRequest::Restore),
                Mend::Inhibition(code) => _ = self.exchanges[PAIRED].link(code, LinkRequest::Uninhibit),
                Mend::Cable(span) => self.world.kernel().control(span).restore(),
                Mend::FarBlocking(trunk, cic) => _ = self.exchanges[trunk].unblock(cic),
                Mend::OwnBlocking(trunk, cic) => self.operate(trunk, cic, CircuitAction::Unblock),
                Mend::OwnRange(trunk, first) => self.operate_range(trunk, first, CircuitAction::Unblock),
                Mend::OwnLink(code, action) => self.operate_link(code, action),
            }
        }
    }

    fn operate(&mut self, trunk: usize, cic: u16, action: CircuitAction) {
        let order = CircuitsOrder::one(format!("trunk-{trunk}"), cic, action);
        self.world.operate(OperatorRequest::Circuits(order));
    }

    fn change_weather(&mut self) {
        let (loss_permille, delay_ms, jitter_ms) = (self.draw(30) as u32, self.draw(10), self.draw(30));
        self.world.set_weather(Weather { loss_permille, delay_ms, jitter_ms });
    }

    fn step(&mut self) -> Result<(), Broken> {
        if self.world.elapsed_ms().is_multiple_of(1_000) {
            self.world.phone.forget();
            self.count_records();
        }
        self.world.try_step()
    }

    fn wait(&mut self, patience_ms: u64, what: &str, holds: impl Fn(&World) -> bool) -> Result<(), Broken> {
        let give_up_ms = self.world.elapsed_ms() + patience_ms;
        while !holds(&self.world) {
            if self.world.elapsed_ms() >= give_up_ms {
                let far: String = (0..).zip(&self.exchanges).map(|(trunk, far)| self.far(trunk, far)).collect();
                return Err(self.broken(format!("waited in vain until {what}\n{}{far}", self.world.status())));
            }
            self.step()?;
        }
        Ok(())
    }

    /// How a far exchange sees its circuits.
    fn far(&self, trunk: usize, exchange: &Handle) -> String {
        format!("far end {trunk}: {:?}\n", exchange.status().circuits)
    }

    fn count_records(&mut self) {
        for record in self.world.take_journal() {
            if let Record::Closed(closed) = record {
                self.tally.records += 1;
                self.tally.answered += u64::from(closed.answer_time.is_some());
            }
        }
    }

    fn tally(&self) -> Tally {
        let far: Vec<ExchangeStatus> = self.exchanges.iter().map(Handle::status).collect();
        let sum = |count: fn(&ExchangeStatus) -> u64| far.iter().map(count).sum();
        let all = |states: fn(&ExchangeStatus) -> CallStates| {
            far.iter().map(states).fold(CallStates::default(), CallStates::and)
        };
        Tally {
            dual_seizures: sum(|status| status.calls.dual_seizures),
            link_failures: sum(|status| status.link_failures),
            changeovers: sum(|status| status.changeovers),
            restarted_in: all(|status| status.restarted_in),
            cut_off_in: all(|status| status.cut_off_in),
            checks: self.world.checker().steps(),
            virtual_ms: self.world.elapsed_ms(),
            ..self.tally
        }
    }

    fn broken(&self, what: String) -> Broken {
        Broken { seed: self.order.seed, at_ms: self.world.elapsed_ms(), what }
    }

    /// A number below `bound`.
    fn draw(&mut self, bound: u64) -> u64 {
        u64::from(self.random.next_u32()) % bound
    }
}

/// Numbers that a simulated exchange answers in its several ways, and one that it does not have.
const NUMBERS: [&str; 9] = ["600", "601", "602", "603", "604", "605", "606", "607", "699"];
/// 25 calls a second and span: nearly all that 30 circuits hold.
const MS_PER_CALL: u64 = 40;
const HOLD_MS_MAX: u64 = 1_000;
const MS_PER_WEATHER: u64 = 10_000;
const READY_MS_MAX: u64 = 120_000;
/// Longer than any timer of Q.764 or Q.931 by which an end gives up.
const CALM_MS_MAX: u64 = 1_000_000;
