//! What goes wrong on a line: a plan drawn from one seed, and the generator that carries it out.
//!
//! Two machines with the same plan and the same steps break in the same places. Left out: jitter and wander.

use rand_chacha::ChaCha20Rng;
use rand_core::{Rng, SeedableRng};

use crate::wire::Chunk;

/// How often each fault strikes a span, in strikes per million milliseconds (about a quarter of an hour).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct FaultPlan {
    /// Decides when and where.
    pub seed: [u8; 32],
    /// One wrong bit in one timeslot.
    pub bit_errors: u32,
    /// Controlled slips: a frame repeated, or left out.
    pub slips: u32,
    /// The cable is pulled.
    pub cuts: u32,
    /// How long it stays out, in milliseconds.
    pub cut_ms: u32,
    /// The host misses an interrupt: what came in is lost, what went out is idle.
    pub lost_ticks: u32,
}

impl FaultPlan {
    /// A plan of moderate misfortune, all its numbers drawn from `seed`.
    pub fn draw(seed: [u8; 32]) -> Self {
        let mut random = ChaCha20Rng::from_seed(seed);
        let mut below = |bound: u32| random.next_u32() % bound;
        FaultPlan {
            seed,
            bit_errors: below(20_000),
            slips: below(500),
            cuts: below(50),
            cut_ms: 10 + below(3_000),
            lost_ticks: below(500),
        }
    }
}

/// A plan being carried out on one span.
#[derive(Debug)]
pub(crate) struct Faults {
    plan: FaultPlan,
    random: ChaCha20Rng,
    cut_left_ms: u32,
}

/// What strikes in one millisecond.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Strike {
    pub bit_error: Option<BitError>,
    pub slip: bool,
    pub cut: bool,
    pub lost_tick: bool,
}

/// A bit of a chunk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BitError {
    timeslot: usize,
    octet: usize,
    bit: u8,
}

impl BitError {
    pub fn apply(self, chunk: &mut Chunk) {
        chunk[self.timeslot][self.octet] ^= 1 << self.bit;
    }
}

impl Faults {
    pub fn new(plan: FaultPlan) -> Self {
        let random = ChaCha20Rng::from_seed(plan.seed);
        Faults { plan, random, cut_left_ms: 0 }
    }

    /// The next millisecond. The generator is asked in the same order every time, so that one fault does not move another.
    pub fn next(&mut self) -> Strike {
        let bit = self.random.next_u32();
        let bit_error =
            BitError { timeslot: bit as usize % 32, octet: (bit >> 5) as usize % 8, bit: (bit >> 8) as u8 % 8 };
        let bit_error = self.strikes(self.plan.bit_errors).then_some(bit_error);
        let slip = self.strikes(self.plan.slips);
        let cut = self.strikes(self.plan.cuts);
        let lost_tick = self.strikes(self.plan.lost_ticks);
        self.cut_left_ms = if cut { self.plan.cut_ms } else { self.cut_left_ms.saturating_sub(1) };
        Strike { bit_error, slip, cut: self.cut_left_ms > 0, lost_tick }
    }

    fn strikes(&mut self, per_million: u32) -> bool {
        self.random.next_u32() % 1_000_000 < per_million
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plan_and_its_strikes_follow_from_the_seed_alone() {
        let run = |seed| {
            let mut faults = Faults::new(FaultPlan::draw([seed; 32]));
            (0..100_000)
                .map(|_| format!("{:?}", faults.next()))
                .filter(|strike| strike.contains("true"))
                .collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn faults_strike_about_as_often_as_planned() {
        let plan = FaultPlan { slips: 50_000, ..FaultPlan::default() };
        let mut faults = Faults::new(plan);
        let slips = (0..100_000).filter(|_| faults.next().slip).count();
        assert!((4_500..5_500).contains(&slips), "{slips}");
    }

    #[test]
    fn no_plan_means_no_fault() {
        let mut faults = Faults::new(FaultPlan::default());
        for _ in 0..10_000 {
            let strike = faults.next();
            assert!(strike.bit_error.is_none() && !strike.slip && !strike.cut && !strike.lost_tick);
        }
    }
}
