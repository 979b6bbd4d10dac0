//! MTP level 3 as level 2 and the user parts see it, beyond the cases of Q.704 and Q.707 in [`isup::acceptance`].

mod changeover;
mod inhibiting;
mod label;
mod management;
mod network;
mod router;
mod routes;
mod trace;

use std::time::Instant;

/// Where virtual time begins.
#[expect(clippy::disallowed_methods, reason = "there is no other way to an Instant; from here on time is counted")]
pub fn epoch() -> Instant {
    Instant::now()
}
