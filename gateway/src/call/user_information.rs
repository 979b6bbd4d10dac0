//! User information: what one user tells the other in messages of its own while the call lives (services 2 and 3, Q.957.1).
//!
//! What arrives: USER INFORMATION or USR, where its service is provided. What we say: the same on the other side; where it cannot
//! be told there, or is too much, it is discarded and the sender told so (Q.931 7.4). What guards it: a burst for each sender,
//! which time fills again. That more is welcome is said with the first message that passes again.

use std::time::{Duration, Instant};

use super::{Call, Leg, Side};
use crate::interwork::hub::UserInformation;

/// Messages that a user may send at once: x of Q.931 7.4, which leaves it to the network.
pub const BURST_MAX: u8 = 16;
/// By how many the burst is filled each time: y.
const FILLED_BY: u8 = 8;
/// How often: T.
const FILLED_EVERY: Duration = Duration::from_secs(10);

/// What a sender may still send.
#[derive(Debug, Clone, Copy)]
pub(super) struct Burst {
    left: u8,
    /// When it was filled last.
    filled: Option<Instant>,
}

impl Burst {
    pub const FULL: Burst = Burst { left: BURST_MAX, filled: None };

    /// Takes one; `false`: none is left.
    fn take(&mut self, now: Instant) -> bool {
        let filled = self.filled.get_or_insert(now);
        while self.left < BURST_MAX && now.duration_since(*filled) >= FILLED_EVERY {
            self.left = (self.left + FILLED_BY).min(BURST_MAX);
            *filled += FILLED_EVERY;
        }
        if self.left == BURST_MAX {
            *filled = now;
        }
        let may = self.left > 0;
        self.left -= u8::from(may);
        may
    }
}

impl Call {
    pub(super) fn informed(&mut self, now: Instant, side: Side, information: &UserInformation) {
        // Between exchanges a network limits itself.
        let is_access = Side::BOTH.into_iter().any(|side| matches!(self.leg(side), Leg::Channel(_)));
        let burst = match side {
            Side::Originating => &mut self.bursts[0],
            Side::Terminating => &mut self.bursts[1],
        };
        let may = !is_access || burst.take(now);
        let (leg, mut desk) = self.at(side.other());
        let is_told = may && leg.user_information(&mut desk, information);
        let (leg, mut desk) = self.at(side);
        leg.congestion(&mut desk, is_told);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "a point in time to count from")]
    fn a_burst_is_filled_by_time_and_never_more_than_full() {
        let start = Instant::now();
        let mut burst = Burst::FULL;
        let taken = |burst: &mut Burst, now| (0..100).filter(|_| burst.take(now)).count();
        assert_eq!(taken(&mut burst, start), usize::from(BURST_MAX));
        assert_eq!(taken(&mut burst, start + FILLED_EVERY), usize::from(FILLED_BY));
        assert_eq!(taken(&mut burst, start + 9 * FILLED_EVERY), usize::from(BURST_MAX));
    }
}
