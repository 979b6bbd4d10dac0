//! How much is too much: the server's `oc`, RFC 7339 5.2 and 5.3.
//!
//! Two things are measured, both of them data: how full the fuller of our tables is, and how late timers come. A process that has too
//! little time answers late before anything else fails, and lateness is told by the times that come in with it, so a recording of it
//! replays. One stall is not overload: what counts is what timers were late by in each of the last periods. Promises: the value changes at most once a [`PERIOD`], each value has a number of its own, and numbers rise over restarts.

use super::{Feedback, Sequence};
use std::time::{Duration, Instant};

/// What the endpoint bears.
#[derive(Debug)]
pub(crate) struct Load {
    /// Percent of requests that are too many.
    excess: u8,
    /// The worst of this period, and of those before.
    late: [Duration; PERIODS],
    judged: Option<Instant>,
    sequence: Sequence,
}

impl Load {
    /// `began_s` is the wall time of the start, in seconds of Unix time.
    pub(crate) fn new(began_s: u64) -> Load {
        let sequence = Sequence { whole: began_s, fraction: 0 };
        Load { excess: 0, late: [Duration::ZERO; PERIODS], judged: None, sequence }
    }

    /// A timer came so late.
    pub(crate) fn late(&mut self, late: Duration) {
        self.late[0] = self.late[0].max(late);
    }

    /// Judges anew, if it is time: `fill` is how many of so many places are taken, for each table.
    pub(crate) fn judge(&mut self, now: Instant, fill: &[(usize, usize)]) {
        if self.judged.is_some_and(|judged| now.duration_since(judged) < PERIOD) {
            return;
        }
        self.judged = Some(now);
        let late = self.late.iter().min().copied().unwrap_or_default();
        self.late.rotate_right(1);
        self.late[0] = Duration::ZERO;
        let fullest = fill.iter().map(|(taken, places)| taken * 100 / (*places).max(1)).max().unwrap_or(0);
        let excess = rise(fullest, FULL_PERCENT).max(rise(millis(late), LATE_MS));
        if excess != self.excess {
            self.excess = excess;
            self.sequence.count();
        }
    }

    /// Percent of the requests that are too many.
    pub(crate) fn excess(&self) -> u8 {
        self.excess
    }

    /// What clients are told.
    pub(crate) fn feedback(&self) -> Feedback {
        let validity = if self.excess == 0 { Duration::ZERO } else { VALIDITY };
        Feedback { loss: self.excess, validity, sequence: self.sequence }
    }
}

impl Sequence {
    /// At most ten times a second, so that the time of the next start is ahead of it.
    fn count(&mut self) {
        self.fraction += 1;
        if self.fraction == FRACTIONS {
            *self = Sequence { whole: self.whole + 1, fraction: 0 };
        }
    }
}

fn millis(time: Duration) -> usize {
    usize::try_from(time.as_millis()).unwrap_or(usize::MAX)
}

/// None below the first value, all from the second one on, and evenly between.
fn rise(value: usize, (first, last): (usize, usize)) -> u8 {
    let share = (value.clamp(first, last) - first) * 100 / (last - first);
    u8::try_from(share).expect("at most 100")
}

/// Between two judgements.
pub(crate) const PERIOD: Duration = Duration::from_millis(100);
/// How long a client obeys: what 4.3 takes where nothing is said.
const VALIDITY: Duration = Duration::from_millis(500);
/// A table is nearly full, and full.
const FULL_PERCENT: (usize, usize) = (80, 100);
/// Timers are late as they may be on a busy machine, and so late that an INVITE has been repeated (T1 is 500 ms) before it is answered.
const LATE_MS: (usize, usize) = (200, 1_000);
/// Lateness lasts so many periods before it counts.
pub(crate) const PERIODS: usize = 3;
const FRACTIONS: u32 = 100_000;

#[cfg(test)]
mod tests {
    use super::super::super::tests::begin;
    use super::*;

    #[test]
    fn a_table_that_fills_asks_for_less_from_four_fifths_on_and_for_nothing_when_it_is_full() {
        let (mut now, mut load) = (begin(), Load::new(100));
        let excess = [0, 79, 80, 90, 99, 100].map(|taken| {
            now += PERIOD;
            load.judge(now, &[(1, 1_000), (taken, 100)]);
            load.excess()
        });
        assert_eq!(excess, [0, 0, 0, 50, 95, 100]);
        assert_eq!(load.feedback().sequence, Sequence { whole: 100, fraction: 3 }, "one for each value");
    }

    #[test]
    fn lateness_counts_when_it_lasts_and_a_stall_does_not() {
        let (mut now, mut load) = (begin(), Load::new(100));
        let mut judged = |late_ms: u64| {
            now += PERIOD;
            load.late(Duration::from_millis(late_ms));
            load.judge(now, &[]);
            load.excess()
        };
        assert_eq!([judged(60_000), judged(0), judged(60_000)], [0; 3]);
        assert_eq!([judged(600), judged(600), judged(600), judged(2_000)], [0, 50, 50, 50]);
        assert_eq!([judged(2_000), judged(2_000), judged(10)], [50, 100, 0]);
        assert_eq!(load.feedback().validity, Duration::ZERO, "5.7: it is over");
    }

    #[test]
    fn the_value_stands_for_a_period() {
        let (now, mut load) = (begin(), Load::new(100));
        load.judge(now, &[]);
        load.judge(now + PERIOD / 2, &[(1, 1)]);
        assert_eq!(load.excess(), 0);
        load.judge(now + PERIOD, &[(1, 1)]);
        assert_eq!(load.excess(), 100);
    }

    #[test]
    fn numbers_rise_over_the_end_of_their_fraction() {
        let mut sequence = Sequence { whole: 7, fraction: FRACTIONS - 1 };
        sequence.count();
        assert_eq!(sequence, Sequence { whole: 8, fraction: 0 });
    }
}
