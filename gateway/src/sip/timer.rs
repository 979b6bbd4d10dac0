//! The timer values of RFC 3261 table 4, and the index of what is due.

use std::time::Duration;

/// T1, T2 and T4; all other timers are multiples of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timers {
    /// Round-trip estimate.
    pub t1: Duration,
    /// Longest interval between retransmissions of non-INVITE requests and INVITE responses.
    pub t2: Duration,
    /// Longest time that a message stays in the network.
    pub t4: Duration,
}

impl Default for Timers {
    /// 500 ms, 4 s, 5 s.
    fn default() -> Self {
        Timers { t1: Duration::from_millis(500), t2: Duration::from_secs(4), t4: Duration::from_secs(5) }
    }
}
