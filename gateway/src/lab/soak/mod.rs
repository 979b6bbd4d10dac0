//! `sim soak`: hundreds of thousands of calls in virtual time, from a seed, through every trouble that a span knows.
//!
//! A soak is cut into runs of [`CALLS_A_RUN`] calls, each with a seed of its own, as many at once as there are
//! processors. A run mixes calls both ways over several spans with lost datagrams, failing links, changeovers, resets, blocking
//! and restarts of the far exchanges. After every step in which anything happened the invariants are checked;
//! at the end no circuit is stuck at either end, each call is released on both sides, and each has left its one record.
//! The same seed gives the same run. Left out is audio: calls are signalled only, which is what makes them fast.

mod plan;
mod report;
mod storm;

use std::io::{self, Write};
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Instant;

use crate::ops::cli::{Signalling, SimSoak};
pub use report::{Failure, Report};
pub use storm::Tally;

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Order {
    /// What the trunks speak.
    pub protocol: Signalling,
    /// Calls in all.
    pub calls: u64,
    /// The seed of the first run; the next has the next.
    pub seed: u64,
}

/// Calls in one run; a soak of more is several.
pub const CALLS_A_RUN: u64 = 100_000;

/// Soaks, tells the report, and says whether all held.
///
/// # Errors
/// The report could not be written.
pub fn run(asked: &SimSoak, out: &mut impl Write) -> io::Result<bool> {
    let report = soak(Order { protocol: asked.protocol, calls: asked.calls, seed: asked.seed });
    match asked.json {
        true => writeln!(out, "{}", serde_json::to_string_pretty(&report)?)?,
        false => write!(out, "{report}")?,
    }
    Ok(report.failures.is_empty())
}

/// Soaks on as many threads as there are processors.
pub fn soak(order: Order) -> Report {
    let began = Instant::now();
    let runs = order.calls.div_ceil(CALLS_A_RUN);
    let next = AtomicU64::new(0);
    let report = Mutex::new(Report::new(order));
    let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64).min(runs);
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    if index >= runs {
                        break;
                    }
                    let calls = CALLS_A_RUN.min(order.calls - index * CALLS_A_RUN);
                    let done = storm::storm(Order { calls, seed: order.seed.wrapping_add(index), ..order });
                    report.lock().expect("no run panics while it holds the report").add(done);
                }
            });
        }
    });
    let mut report = report.into_inner().expect("no run panics while it holds the report");
    report.real_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    report
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(calls: u64, seed: u64) -> Order {
        Order { protocol: Signalling::Isup, calls, seed }
    }

    fn pri(calls: u64, seed: u64) -> Order {
        Order { protocol: Signalling::Pri, calls, seed }
    }

    #[test]
    fn a_soak_holds_and_counts_every_call() {
        let report = soak(order(600, 1));
        assert_eq!(report.failures, [], "{report}");
        assert!(report.tally.calls() >= 600, "{report}");
        assert!(report.tally.answered > 200, "{report}");
    }

    #[test]
    fn a_soak_of_pri_holds_and_troubles_calls_in_most_of_their_states() {
        let report = soak(pri(1_500, 1));
        assert_eq!(report.failures, [], "{report}");
        assert!(report.tally.answered > 400, "{report}");
        let states = [report.tally.restarted_in, report.tally.cut_off_in].map(|states| states.numbers().count());
        assert!(states.iter().all(|count| *count >= 5), "{report}");
    }

    #[test]
    fn the_same_seed_soaks_alike() {
        for order in [order(200, 7), pri(200, 7)] {
            let [one, other] = [(); 2].map(|()| storm::storm(order).expect("a run that holds"));
            assert_eq!(one, other);
        }
    }
}
