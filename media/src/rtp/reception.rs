//! Reception of one source, RFC 3550 appendices A.1, A.3 and A.8.
//!
//! Left out: the probation of A.1 (audio plays from the first packet on).

use super::report::ReportBlock;

/// Greatest forward jump of the sequence number that is taken for loss (A.1, MAX_DROPOUT).
const MAX_DROPOUT: u16 = 3000;
/// Greatest backward jump that is taken for disorder (A.1, MAX_MISORDER).
const MAX_MISORDER: u16 = 100;
/// Cumulative loss is a signed number of 24 bits.
const MAX_CUMULATIVE: i64 = 0x7f_ffff;

/// What is known of a source that sends to us.
#[derive(Clone, Copy, Debug)]
pub struct Reception {
    pub ssrc: u32,
    cycles: u32,
    base: u32,
    highest: u16,
    /// The sequence number that would confirm a jump: the source began anew.
    after_jump: Option<u16>,
    received: u64,
    reordered: u64,
    transit: Option<u32>,
    /// Sixteen times the jitter, as A.8 keeps it.
    jitter: u32,
    expected_prior: u64,
    received_prior: u64,
    last_report: Option<(u32, u64)>,
    /// Losses of the sources before, and of this one before its sequence began anew.
    settled: (i64, u64),
}

impl Reception {
    pub fn new(ssrc: u32, sequence: u16) -> Self {
        Self {
            ssrc,
            cycles: 0,
            base: u32::from(sequence),
            highest: sequence,
            after_jump: None,
            received: 0,
            reordered: 0,
            transit: None,
            jitter: 0,
            expected_prior: 0,
            received_prior: 0,
            last_report: None,
            settled: (0, 0),
        }
    }

    /// A source that takes the place of this one; the totals go on.
    pub fn succeeded_by(&self, ssrc: u32, sequence: u16) -> Self {
        Self { settled: (self.lost(), self.reordered()), ..Self::new(ssrc, sequence) }
    }

    /// Takes note of a packet (A.1), and of its arrival in units of the timestamp (A.8).
    pub fn note(&mut self, sequence: u16, timestamp: u32, arrival: u32) {
        let ahead = sequence.wrapping_sub(self.highest);
        match ahead {
            0 if self.received > 0 => {}
            0..MAX_DROPOUT => {
                self.cycles += u32::from(sequence < self.highest);
                self.highest = sequence;
            }
            _ if ahead <= MAX_MISORDER.wrapping_neg() => return self.jump(sequence, timestamp, arrival),
            _ => self.reordered += 1,
        }
        self.after_jump = None;
        self.received += 1;
        self.measure(timestamp, arrival);
    }

    /// Two packets in sequence after a jump: the source began anew. One alone is a stray.
    fn jump(&mut self, sequence: u16, timestamp: u32, arrival: u32) {
        if self.after_jump == Some(sequence) {
            let last_report = self.last_report;
            *self = Self { last_report, ..self.succeeded_by(self.ssrc, sequence) };
            return self.note(sequence, timestamp, arrival);
        }
        self.after_jump = Some(sequence.wrapping_add(1));
    }

    fn measure(&mut self, timestamp: u32, arrival: u32) {
        let transit = arrival.wrapping_sub(timestamp);
        if let Some(before) = self.transit.replace(transit) {
            let difference = (transit.wrapping_sub(before) as i32).unsigned_abs().min(MAX_TRANSIT_CHANGE);
            self.jitter = (self.jitter + difference).saturating_sub((self.jitter + 8) >> 4);
        }
    }

    /// A sender report came: its middle 32 bits of NTP time are quoted in our next report.
    pub fn note_report(&mut self, ntp: u64, clock: u64) {
        self.last_report = Some(((ntp >> 16) as u32, clock));
    }

    /// Packets lost (A.3): expected less received.
    pub fn lost(&self) -> i64 {
        self.settled.0 + self.expected() as i64 - self.received as i64
    }

    pub fn reordered(&self) -> u64 {
        self.settled.1 + self.reordered
    }

    pub fn jitter(&self) -> u32 {
        self.jitter >> 4
    }

    /// The report block about this source at `clock`, in ticks of the RTP clock; begins another interval.
    pub fn report(&mut self, clock: u64) -> ReportBlock {
        let expected = self.expected() - self.expected_prior;
        let received = self.received - self.received_prior;
        (self.expected_prior, self.received_prior) = (self.expected(), self.received);
        let fraction = (expected.saturating_sub(received) << 8).checked_div(expected).unwrap_or(0);
        let (last, delay) = self.last_report.map_or((0, 0), |(ntp, at)| (ntp, (clock - at.min(clock)) * 65536 / 8000));
        ReportBlock {
            ssrc: self.ssrc,
            fraction_lost: fraction.min(255) as u8,
            cumulative_lost: self.lost().clamp(-MAX_CUMULATIVE - 1, MAX_CUMULATIVE) as i32,
            highest_sequence: self.extended_highest(),
            jitter: self.jitter(),
            last_report: last,
            delay_since_last_report: delay.min(u64::from(u32::MAX)) as u32,
        }
    }

    fn expected(&self) -> u64 {
        u64::from(self.extended_highest().wrapping_sub(self.base)) + 1
    }

    fn extended_highest(&self) -> u32 {
        (self.cycles << 16) | u32::from(self.highest)
    }
}

/// A timestamp that jumps is no jitter: ten seconds, so that the estimate cannot overflow.
const MAX_TRANSIT_CHANGE: u32 = 80_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_is_what_was_expected_less_what_came_across_the_wrap_of_the_sequence_number() {
        let mut source = Reception::new(7, 65_533);
        for sequence in [65_533, 65_534, 1, 0, 3] {
            source.note(sequence, u32::from(sequence) * 160, 0);
        }
        // Missing are 65 535 and 2.
        assert_eq!((source.lost(), source.reordered()), (2, 1));
        let report = source.report(0);
        assert_eq!((report.highest_sequence, report.cumulative_lost), (0x1_0003, 2));
        assert_eq!(report.fraction_lost, (2 * 256 / 7) as u8);
        assert_eq!(source.report(0).fraction_lost, 0, "another interval, with nothing expected");
    }

    #[test]
    fn duplicates_make_the_loss_negative_as_the_rfc_says() {
        let mut source = Reception::new(7, 10);
        [10, 11, 11, 11].into_iter().for_each(|sequence| source.note(sequence, 0, 0));
        assert_eq!(source.lost(), -2);
        assert_eq!(source.report(0).fraction_lost, 0);
    }

    #[test]
    fn one_stray_sequence_number_changes_nothing_and_two_in_sequence_begin_anew() {
        let mut source = Reception::new(7, 100);
        source.note(100, 0, 0);
        source.note(40_000, 0, 0);
        source.note(101, 0, 0);
        assert_eq!((source.lost(), source.report(0).highest_sequence), (0, 101));
        source.note(50_000, 0, 0);
        source.note(50_001, 0, 0);
        assert_eq!((source.lost(), source.report(0).highest_sequence), (0, 50_001));
    }

    #[test]
    fn jitter_follows_appendix_a_8() {
        let mut source = Reception::new(7, 0);
        source.note(0, 0, 0);
        source.note(1, 160, 160 + 32);
        // J += (32 - J) / 16.
        assert_eq!((source.jitter, source.jitter()), (32, 2));
        source.note(2, 320, 320 + 32);
        assert_eq!(source.jitter, 30);
    }

    #[test]
    fn the_last_sender_report_is_quoted_with_the_delay_since() {
        let mut source = Reception::new(7, 0);
        source.note_report(0xb44d_b705_2000_0000, 8000);
        let report = source.report(8000 + 8000 * 21 / 4);
        assert_eq!((report.last_report, report.delay_since_last_report), (0xb705_2000, 0x0005_4000));
    }
}
