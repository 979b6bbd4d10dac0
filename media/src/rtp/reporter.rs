//! When to report, RFC 3550 section 6.2 and appendix A.7, and the round trip that reports measure.
//!
//! Time is the session's clock, in ticks of 1/8000 s since it joined; it is also the NTP time of our reports, as section
//! 4 allows one who knows elapsed time but not the time of day.
//!
//! Left out: the scaling of the interval with members and bandwidth. A call has two members, and 5 % of 64 kbit/s would
//! allow an interval shorter than the least.

use super::CLOCK_HZ;
use super::report::{ReportBlock, ReportWriter, SenderInformation};

/// Least interval between reports: 5 s.
const INTERVAL: u64 = 5 * CLOCK_HZ;

/// When the reports of one session are due.
#[derive(Clone, Copy, Debug)]
pub struct Reporter {
    ssrc: u32,
    due: u64,
    chance: u32,
    pub sent: u64,
}

impl Reporter {
    /// The first report comes after half the least interval, drawn around it.
    pub fn new(ssrc: u32, clock: u64) -> Self {
        let mut reporter = Self { ssrc, due: 0, chance: ssrc | 1, sent: 0 };
        reporter.due = clock + reporter.interval() / 2;
        reporter
    }

    pub fn is_due(&self, clock: u64) -> bool {
        clock >= self.due
    }

    /// The report for now, and when the next one is due.
    pub fn report(
        &mut self,
        clock: u64,
        sender: Option<SenderInformation>,
        block: Option<ReportBlock>,
        cname: &str,
    ) -> ReportWriter {
        self.due = clock + self.interval();
        let mut writer = ReportWriter::new(self.ssrc, sender, block);
        writer.description(self.ssrc, cname.as_bytes());
        writer
    }

    /// Half to one and a half times the least interval, less the compensation of A.7 (e - 3/2). Chance is a xorshift
    /// seeded by the SSRC, which is itself drawn at random.
    fn interval(&mut self) -> u64 {
        self.chance ^= self.chance << 13;
        self.chance ^= self.chance >> 17;
        self.chance ^= self.chance << 5;
        let drawn = INTERVAL / 2 + u64::from(self.chance) * INTERVAL / (1 << 32);
        drawn * 100_000 / 121_828
    }
}

/// The NTP timestamp of `clock`: seconds and fraction.
pub fn ntp(clock: u64) -> u64 {
    ((clock / CLOCK_HZ) << 32) | (((clock % CLOCK_HZ) << 32) / CLOCK_HZ)
}

/// The round trip that a report about us shows at `clock`, in microseconds (section 6.4.1).
pub fn round_trip_us(block: &ReportBlock, clock: u64) -> Option<u32> {
    let now = (ntp(clock) >> 16) as u32;
    let trip = now.wrapping_sub(block.last_report).wrapping_sub(block.delay_since_last_report);
    // A trip of more than half the circle is a negative one: clocks of different grain.
    (block.last_report != 0 && trip < 1 << 31).then(|| ((u64::from(trip) * 1_000_000) >> 16) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_are_spread_around_five_seconds_and_the_first_comes_sooner() {
        let mut reporter = Reporter::new(0xdead_beef, 0);
        assert!(reporter.due < INTERVAL);
        let intervals: Vec<u64> = (0..1000).map(|_| reporter.interval()).collect();
        assert!(intervals.iter().all(|i| (16_400..=49_300).contains(i)));
        let mean = intervals.iter().sum::<u64>() / 1000;
        assert!((31_000..35_000).contains(&mean), "{mean}");
    }

    #[test]
    fn the_round_trip_is_that_of_the_figure_in_section_6_4_1() {
        // SR at b44d:b705.2000, received back at 10:46710.125 s with a delay of 5.250 s: 6.125 s in all.
        let block = ReportBlock {
            ssrc: 0,
            fraction_lost: 0,
            cumulative_lost: 0,
            highest_sequence: 0,
            jitter: 0,
            last_report: 0xb705_2000,
            delay_since_last_report: 0x0005_4000,
        };
        let clock = 0xb710 * CLOCK_HZ + CLOCK_HZ / 2;
        assert_eq!(ntp(clock) >> 16, 0xb710_8000);
        assert_eq!(round_trip_us(&block, clock), Some(6_125_000));
        assert_eq!(round_trip_us(&ReportBlock { last_report: 0, ..block }, clock), None);
    }
}
