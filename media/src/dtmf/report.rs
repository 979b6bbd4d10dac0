//! Digits of the timeslot towards the network as events, RFC 4733 section 2.5.1.
//!
//! Promised: the first packet of an event bears the marker, each bears the timestamp of its beginning and how long it has lasted; one
//! goes each packet time while it lasts; its last one goes three times, a packet time apart, unless another event begins. An
//! event longer than its duration can say goes on in parts (2.5.1.3). Audio pauses while an event lasts, and no longer.

use super::Digit;
use crate::BLOCK_OCTETS;
use crate::rtp::TelephoneEvent;

/// The event that is being sent, or was the last.
#[derive(Debug, Default)]
pub struct Report {
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Default)]
enum Stage {
    #[default]
    Quiet,
    Lasting(Sent),
    /// It is over, and told so many times less than it is to be.
    Ending(Sent, u8),
}

#[derive(Clone, Copy, Debug)]
struct Sent {
    digit: Digit,
    volume: u8,
    /// Timestamp of its beginning.
    began: u32,
    duration: u16,
    is_first: bool,
    /// Octets of the timeslot until the next packet.
    wait: usize,
}

/// An event packet that is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub marker: bool,
    pub timestamp: u32,
    pub event: TelephoneEvent,
}

impl Report {
    /// A digit begins at that timestamp.
    pub fn begin(&mut self, digit: Digit, volume: u8, timestamp: u32) {
        self.stage = Stage::Lasting(Sent { digit, volume, began: timestamp, duration: 0, is_first: true, wait: 0 });
    }

    /// It is over.
    pub fn end(&mut self) {
        if let Stage::Lasting(sent) = self.stage {
            self.stage = Stage::Ending(Sent { wait: 0, ..sent }, REPETITIONS);
        }
    }

    /// Nothing more is said: there is nobody to say it to.
    pub fn abandon(&mut self) {
        self.stage = Stage::Quiet;
    }

    /// Whether it takes the place of audio.
    pub fn is_lasting(&self) -> bool {
        matches!(self.stage, Stage::Lasting(_))
    }

    /// One block has passed, and the timestamp is this after it: the packet that goes, if one is due.
    pub fn advance(&mut self, timestamp: u32, packet_octets: usize) -> Option<Due> {
        match &mut self.stage {
            Stage::Quiet => None,
            Stage::Lasting(sent) => {
                let lasted = timestamp.wrapping_sub(sent.began);
                sent.duration = lasted.min(u32::from(u16::MAX)) as u16;
                let is_full = lasted >= u32::from(u16::MAX);
                if sent.wait >= BLOCK_OCTETS && !is_full {
                    sent.wait -= BLOCK_OCTETS;
                    return None;
                }
                let due = sent.packet(false);
                sent.wait = packet_octets.saturating_sub(BLOCK_OCTETS);
                sent.is_first = false;
                if is_full {
                    sent.began = sent.began.wrapping_add(u32::from(u16::MAX));
                }
                Some(due)
            }
            Stage::Ending(sent, left) => {
                if sent.wait >= BLOCK_OCTETS {
                    sent.wait -= BLOCK_OCTETS;
                    return None;
                }
                let due = sent.packet(true);
                sent.wait = packet_octets.saturating_sub(BLOCK_OCTETS);
                *left -= 1;
                if *left == 0 {
                    self.stage = Stage::Quiet;
                }
                Some(due)
            }
        }
    }
}

impl Sent {
    fn packet(&self, is_end: bool) -> Due {
        let event = TelephoneEvent { code: self.digit.event(), is_end, volume: self.volume, duration: self.duration };
        Due { marker: self.is_first, timestamp: self.began, event }
    }
}

/// How often the last packet goes (section 2.5.1.4).
const REPETITIONS: u8 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    fn begun() -> Report {
        let mut report = Report::default();
        report.begin(Digit::of_character(b'5').expect("a digit"), 8, 1000);
        report
    }

    /// Block, marker, timestamp, end and duration of what goes.
    fn said(report: &mut Report, blocks: std::ops::Range<u32>) -> Vec<(u32, bool, u32, bool, u16)> {
        let one = |block: u32| {
            let due = report.advance(1000 + (block + 1) * 40, 160)?;
            assert_eq!((due.event.code, due.event.volume), (5, 8));
            Some((block, due.marker, due.timestamp, due.event.is_end, due.event.duration))
        };
        blocks.filter_map(one).collect()
    }

    #[test]
    fn an_event_is_told_each_packet_time_and_its_end_three_times() {
        let mut report = begun();
        assert_eq!(
            said(&mut report, 0..10),
            [(0, true, 1000, false, 40), (4, false, 1000, false, 200), (8, false, 1000, false, 360)]
        );
        assert!(report.is_lasting());
        report.end();
        assert!(!report.is_lasting(), "audio goes on");
        let ends = [10, 14, 18].map(|block| (block, false, 1000, true, 400));
        assert_eq!(said(&mut report, 10..40), ends);
    }

    #[test]
    fn an_event_that_begins_ends_the_repetitions_of_the_one_before() {
        let mut report = begun();
        said(&mut report, 0..10);
        report.end();
        assert_eq!(said(&mut report, 10..12).len(), 1);
        report.begin(Digit::of_character(b'5').expect("a digit"), 8, 1480);
        assert_eq!(said(&mut report, 12..14), [(12, true, 1480, false, 40)]);
    }

    #[test]
    fn an_event_longer_than_its_duration_can_say_goes_on_without_a_marker() {
        let mut report = begun();
        let said = said(&mut report, 0..1700);
        let at = said.iter().position(|packet| packet.4 == u16::MAX).expect("it is full");
        assert_eq!(said[at], (1638, false, 1000, false, u16::MAX));
        assert_eq!((said[at + 1].1, said[at + 1].2, said[at + 1].3), (false, 1000 + 65_535, false));
        assert!(said[at + 1].4 < 400, "{:?}", said[at + 1]);
    }
}
