//! MTP level 2 as its neighbours see it, beyond the cases of Q.781 in [`isup::acceptance`].

mod delimitation;
mod monitors;
mod pair;
mod retrieval;
mod sequence;
mod units;

use std::time::Instant;

/// Where virtual time begins.
#[expect(clippy::disallowed_methods, reason = "there is no other way to an Instant; from here on time is counted")]
fn epoch() -> Instant {
    Instant::now()
}
