//! The timer values of RFC 3261 table 4 (with RFC 6026's L and M), and the index of what is due.

use super::transport::Transport;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

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

impl Timers {
    /// 64*T1: timers B, F, H, J, L and M, and how long a 2xx waits for its ACK.
    pub(crate) fn transaction(&self) -> Duration {
        self.t1 * 64
    }
}

/// The timers of transactions over one transport. A method is named by the timer's letter; `None`: not used there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    timers: Timers,
    reliable: bool,
}

impl Pace {
    pub(crate) fn new(timers: Timers, transport: Transport) -> Pace {
        Pace { timers, reliable: transport.is_reliable() }
    }

    /// First interval of A, E and G, the retransmissions.
    pub(crate) fn first_interval(&self) -> Option<Duration> {
        (!self.reliable).then_some(self.timers.t1)
    }

    /// E and G double up to T2; A has no such limit.
    pub(crate) fn next_interval(&self, last: Duration) -> Duration {
        (last * 2).min(self.timers.t2)
    }

    /// E fires at T2 in the Proceeding state.
    pub(crate) fn longest_interval(&self) -> Duration {
        self.timers.t2
    }

    /// B, F, H, L and M.
    pub(crate) fn give_up(&self) -> Duration {
        self.timers.transaction()
    }

    /// D: as long as the server's H may run, at least 32 s.
    pub(crate) fn d(&self) -> Duration {
        if self.reliable { Duration::ZERO } else { self.timers.transaction().max(Duration::from_secs(32)) }
    }

    /// J.
    pub(crate) fn j(&self) -> Duration {
        if self.reliable { Duration::ZERO } else { self.timers.transaction() }
    }

    /// I and K.
    pub(crate) fn absorb(&self) -> Duration {
        if self.reliable { Duration::ZERO } else { self.timers.t4 }
    }
}

/// When each owner wants to be woken, in one order: by time, then by the order of the owners.
#[derive(Debug)]
pub(crate) struct Deadlines<K> {
    of: BTreeMap<K, Instant>,
    order: BTreeSet<(Instant, K)>,
}

impl<K: Ord + Copy> Deadlines<K> {
    pub(crate) fn new() -> Self {
        Deadlines { of: BTreeMap::new(), order: BTreeSet::new() }
    }

    pub(crate) fn set(&mut self, owner: K, at: Option<Instant>) {
        let before = match at {
            Some(at) => self.of.insert(owner, at),
            None => self.of.remove(&owner),
        };
        if before != at {
            before.map(|before| self.order.remove(&(before, owner)));
            at.map(|at| self.order.insert((at, owner)));
        }
    }

    pub(crate) fn next(&self) -> Option<Instant> {
        self.order.first().map(|(at, _)| *at)
    }

    /// Takes out one owner whose time has come.
    pub(crate) fn pop_due(&mut self, now: Instant) -> Option<K> {
        let (at, owner) = *self.order.first()?;
        (at <= now).then(|| {
            self.set(owner, None);
            owner
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.order.len()
    }
}
