//! What a soak tells.

use std::fmt;

use hw_sim::far_end::CallStates;
use serde::Serialize;

use super::{Order, Tally};
use crate::lab::world::Broken;
use crate::ops::cli::Signalling;

/// The sum of all runs.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// What the trunks spoke.
    pub protocol: &'static str,
    /// The seed of the first run.
    pub seed: u64,
    /// What the runs that held came to.
    pub tally: Tally,
    /// What did not hold, run by run.
    pub failures: Vec<Failure>,
    /// How long it took.
    pub real_ms: u64,
}

/// A run in which something did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    /// Its seed.
    pub seed: u64,
    /// Virtual time since its start.
    pub at_ms: u64,
    /// What did not hold.
    pub what: String,
    /// The command that shows it again.
    pub replay: String,
}

impl Failure {
    pub(super) fn new(order: Order, broken: Broken) -> Failure {
        let Order { protocol, calls, seed } = order;
        let protocol = name(protocol);
        let replay = format!("spangate sim soak --protocol {protocol} --calls {calls} --seed {seed}");
        Failure { seed, at_ms: broken.at_ms, what: broken.what, replay }
    }
}

fn name(protocol: Signalling) -> &'static str {
    match protocol {
        Signalling::Isup => "isup",
        Signalling::Pri => "pri",
    }
}

impl Report {
    pub(super) fn new(order: Order) -> Report {
        Report {
            protocol: name(order.protocol),
            seed: order.seed,
            tally: Tally::default(),
            failures: Vec::new(),
            real_ms: 0,
        }
    }

    pub(super) fn add(&mut self, run: Result<Tally, Failure>) {
        match run {
            Ok(tally) => self.tally.add(tally),
            Err(failure) => self.failures.push(failure),
        }
    }
}

impl Tally {
    fn add(&mut self, other: Tally) {
        self.from_sip += other.from_sip;
        self.from_pstn += other.from_pstn;
        self.records += other.records;
        self.answered += other.answered;
        self.dual_seizures += other.dual_seizures;
        self.link_failures += other.link_failures;
        self.changeovers += other.changeovers;
        self.restarted_in = self.restarted_in.and(other.restarted_in);
        self.cut_off_in = self.cut_off_in.and(other.cut_off_in);
        self.troubles += other.troubles;
        self.checks += other.checks;
        self.virtual_ms += other.virtual_ms;
    }
}

fn listed(states: CallStates) -> String {
    states.numbers().map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Tally { from_sip, from_pstn, records, answered, dual_seizures, .. } = self.tally;
        let Tally { link_failures, changeovers, troubles, checks, virtual_ms, .. } = self.tally;
        let (calls, rate) = (self.tally.calls(), self.tally.calls() * 1000 / self.real_ms.max(1));
        writeln!(f, "seed        {}", self.seed)?;
        writeln!(f, "calls       {calls}: {from_sip} from SIP, {from_pstn} from the PSTN; {answered} answered")?;
        writeln!(f, "records     {records}, each call one")?;
        writeln!(f, "troubles    {troubles}, {dual_seizures} dual seizures")?;
        writeln!(f, "links       {link_failures} failures, {changeovers} changeovers")?;
        if self.protocol == name(Signalling::Pri) {
            writeln!(f, "RESTART     in call states {}", listed(self.tally.restarted_in))?;
            writeln!(f, "D-channel   lost in call states {}", listed(self.tally.cut_off_in))?;
        }
        writeln!(f, "invariants  checked {checks} times")?;
        writeln!(f, "time        {} s virtual, {} s real", virtual_ms / 1000, self.real_ms / 1000)?;
        writeln!(f, "rate        {rate} calls a second")?;
        for Failure { seed, at_ms, what, replay } in &self.failures {
            writeln!(f, "FAILED      seed {seed} at {at_ms} ms: {what}\n            again: {replay}")?;
        }
        writeln!(f, "{}", if self.failures.is_empty() { "all held" } else { "something did not hold" })
    }
}
