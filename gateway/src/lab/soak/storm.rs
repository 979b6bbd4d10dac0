//! One run of a soak: calls and troubles drawn from a seed until the calls are placed, then calm, then the reckoning.

use std::collections::BTreeMap;

use hw_sim::far_end::{CallOrder, Handle, LinkRequest, LinkStatus};
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};
use serde::Serialize;

use super::plan::{self, PAIRED, SPANS_OF, TRUNKS};
use super::{Failure, Order};
use crate::control::input::OperatorRequest;
use crate::lab::world::{Broken, Plan, Weather, World};
use crate::ops::cdr::Record;
use crate::ops::maintenance::{CircuitAction, CircuitsOrder, LinkAction, LinkOrder, Numbers};
use crate::ops::status::Link;

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
    /// Times that a link failed which had been in service.
    pub link_failures: u64,
    /// Linksets' changeovers, by the order of either end.
    pub changeovers: u64,
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
    /// What is to be mended, by its time and in the order of breaking.
    mending: BTreeMap<(u64, u64), Mend>,
    tally: Tally,
}

/// What ends a trouble.
#[derive(Debug, Clone)]
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
    OwnBlocking(usize, Numbers),
    /// Our operator gives a link of the pair back to traffic.
    OwnLink(u8, LinkAction),
}

impl Storm {
    fn new(order: Order) -> Storm {
        let world = World::without_bearers(plan::model(), order.seed);
        Storm {
            order,
            random: ChaCha20Rng::seed_from_u64(order.seed),
            exchanges: world.exchanges(),
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
                if self.draw(MS_PER_TROUBLE) == 0 {
                    self.trouble(trunk);
                }
            }
            if self.draw(MS_PER_LINK_TROUBLE) == 0 {
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
        let paired = self.exchanges[PAIRED].clone();
        let tested = |_: &World| paired.status().links.iter().all(|link| *link == LinkStatus::InService);
        self.wait(CALM_MS_MAX, "both links of the pair are tested", tested)?;
        for code in [0, 1] {
            // An order to end an inhibition is lost when there is no link to give it over.
            let _taken = paired.link(code, LinkRequest::Uninhibit);
            self.operate_link(code, LinkAction::Uninhibit);
        }
        self.wait(CALM_MS_MAX, "all links carry traffic", |world| {
            world.status().links.iter().all(|link| link.state == Link::IN_SERVICE)
        })?;
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
            let number = NUMBERS[self.draw(NUMBERS.len() as u64) as usize];
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
            let order = match self.draw(4) {
                0 => CallOrder::cancelled("100", "200", self.draw(2_000)),
                _ => CallOrder::conversation("100", "200", hold_ms),
            };
            self.exchanges[trunk].place(order);
            self.tally.from_pstn += 1;
        }
    }

    fn trouble(&mut self, trunk: usize) {
        self.tally.troubles += 1;
        let cic = [1, 2, 3, 15, 17, 31][self.draw(6) as usize];
        let exchange = self.exchanges[trunk].clone();
        match self.draw(16) {
            0 => {
                let _taken = exchange.fail_link();
                self.later(8_000, Mend::Links(trunk));
            }
            1 => {
                let span = self.span_of(trunk);
                self.world.kernel().control(span).cut();
                self.later(5_000, Mend::Cable(span));
            }
            2 => _ = exchange.restart(),
            3 => _ = exchange.group_reset(),
            4..6 => _ = exchange.reset(cic),
            6 => self.operate(trunk, Numbers::one(cic), CircuitAction::Reset),
            7 => {
                // By group messages, and a check of those that are idle.
                self.operate(trunk, few(cic), CircuitAction::Block);
                self.operate(trunk, few(cic), CircuitAction::Continuity);
                self.later(10_000, Mend::OwnBlocking(trunk, few(cic)));
            }
            8..10 => {
                let _taken = exchange.block(cic);
                self.later(10_000, Mend::FarBlocking(trunk, cic));
            }
            10..12 => {
                self.operate(trunk, Numbers::one(cic), CircuitAction::Block);
                self.later(10_000, Mend::OwnBlocking(trunk, Numbers::one(cic)));
            }
            _ => {
                let (span, octets) = (self.span_of(trunk), 1 + self.draw(40) as u32);
                self.world.kernel().control(span).corrupt(SIGNALLING_TIMESLOT, octets);
            }
        }
    }

    /// Something happens to one of two links, under the calls of both.
    fn trouble_link(&mut self) {
        self.tally.troubles += 1;
        let code = self.draw(2) as u8;
        let exchange = self.exchanges[PAIRED].clone();
        match self.draw(7) {
            5 => {
                self.operate_link(code, LinkAction::Deactivate);
                self.later(4_000, Mend::OwnLink(code, LinkAction::Activate));
            }
            6 => {
                self.operate_link(code, LinkAction::Inhibit);
                self.later(6_000, Mend::OwnLink(code, LinkAction::Uninhibit));
            }
            0 => {
                let _taken = exchange.link(code, LinkRequest::Fail);
                self.later(4_000, Mend::Link(code));
            }
            1 => {
                let span = SPANS_OF[PAIRED][usize::from(code)];
                self.world.kernel().control(span).cut();
                self.later(2_000, Mend::Cable(span));
            }
            2 => {
                let _taken = exchange.link(code, LinkRequest::Inhibit);
                self.later(6_000, Mend::Inhibition(code));
            }
            3 => _ = exchange.link(code, LinkRequest::BreakDown),
            _ => {
                let span = SPANS_OF[PAIRED][usize::from(code)];
                self.world.kernel().control(span).corrupt(SIGNALLING_TIMESLOT, OCTETS_TO_FAIL);
            }
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
                Mend::OwnBlocking(trunk, numbers) => self.operate(trunk, numbers, CircuitAction::Unblock),
                Mend::OwnLink(code, action) => self.operate_link(code, action),
            }
        }
    }

    fn operate(&mut self, trunk: usize, numbers: Numbers, action: CircuitAction) {
        let order = CircuitsOrder { trunk: format!("trunk-{trunk}"), numbers, action };
        self.world.operate(OperatorRequest::Circuits(order));
    }

    /// Our operator does something about a link of the pair.
    fn operate_link(&mut self, code: u8, action: LinkAction) {
        let link = format!("link-{}", SPANS_OF[PAIRED][usize::from(code)]);
        self.world.operate(OperatorRequest::Link(LinkOrder { link, action }));
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
        let far = |count: fn(&hw_sim::far_end::ExchangeStatus) -> u64| {
            self.exchanges.iter().map(|exchange| count(&exchange.status())).sum()
        };
        Tally {
            dual_seizures: far(|status| status.calls.dual_seizures),
            link_failures: far(|status| status.link_failures),
            changeovers: far(|status| status.changeovers),
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

/// A circuit and some that follow it, those that exist.
fn few(first: u16) -> Numbers {
    Numbers::Ranges(vec![first..=first + 7])
}

/// Numbers that a simulated exchange answers in its several ways, and one that it does not have.
const NUMBERS: [&str; 9] = ["600", "601", "602", "603", "604", "605", "606", "607", "699"];
/// 25 calls a second and span: nearly all that 30 circuits hold.
const MS_PER_CALL: u64 = 40;
const HOLD_MS_MAX: u64 = 1_000;
const MS_PER_TROUBLE: u64 = 4_000;
/// Of the pair alone.
const MS_PER_LINK_TROUBLE: u64 = 6_000;
/// A second of nothing but errors: the error rate monitor gives the link up.
const OCTETS_TO_FAIL: u32 = 8_000;
const MS_PER_WEATHER: u64 = 10_000;
const SIGNALLING_TIMESLOT: u8 = 16;
const READY_MS_MAX: u64 = 120_000;
/// Longer than any timer of Q.764 by which an end gives up.
const CALM_MS_MAX: u64 = 1_000_000;
