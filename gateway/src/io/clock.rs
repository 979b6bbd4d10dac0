//! The control plane's only clocks.
//!
//! Everything behind the reactor gets time as an argument: `Instant` for timers, and the wall time once, at the start,
//! from which records derive theirs. So a recording of inputs with their times is all that a replay needs.

use std::time::{Instant, SystemTime};

/// The time on which timers run. It never steps back.
pub fn now() -> Instant {
    Instant::now()
}

/// The time of day.
pub fn wall() -> SystemTime {
    SystemTime::now()
}
