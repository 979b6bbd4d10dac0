//! Call control of primary rate (Q.931) as its owner and the data link see it.

mod apart;
mod chart;
mod clauses;
mod clearing;
mod errors;
mod incoming;
mod links;
mod negotiation;
mod outgoing;
mod pair;
mod restart;
mod service;
mod states;

use std::sync::LazyLock;
use std::time::Instant;

/// The instant that every chart counts from.
#[expect(clippy::disallowed_methods, reason = "a point in time to count from")]
fn epoch() -> Instant {
    static EPOCH: LazyLock<Instant> = LazyLock::new(Instant::now);
    *EPOCH
}
