//! Lines of the log that a far exchange can cause at will: messages that level 3 discards or ignores, and those for circuits
//! that do not exist.
//!
//! Promises: of each kind on each link one line at once, and after that one a second with how many there have been since, so
//! that at most [`KINDS`] lines a second and link are written, whatever comes. Each message is counted where it was discarded.
//! Leaves out: how a line reads, which is `signalling`'s.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use isup::exchange::CircuitSpec;
use isup::mtp3::management::Heading;
use isup::mtp3::{Discard, LinkId};

/// What has come that should not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Irregularity {
    /// Level 3 discarded a message that came over this link.
    Discarded(LinkId, Discard),
    /// Or ignored one of network management.
    Ignored(LinkId, Heading),
    /// ISUP has no such circuit.
    UnknownCircuit(CircuitSpec),
}

/// What is told in one line: over which link, and of which kind.
type Subject = (Option<LinkId>, usize);

/// The subjects that have been told lately.
#[derive(Debug, Default)]
pub(super) struct Repeats {
    lines: BTreeMap<Subject, Line>,
}

#[derive(Debug)]
struct Line {
    /// Not told again before.
    quiet_until: Instant,
    /// How many have come since it was told last, and the last of them.
    untold: Option<(u64, Irregularity)>,
}

impl Repeats {
    /// Something has come. True: it is to be told now.
    pub fn heard(&mut self, now: Instant, what: Irregularity) -> bool {
        let (link, kind) = what.subject();
        debug_assert!(kind < KINDS, "{what:?} has a line of its own");
        let line = self.lines.entry((link, kind));
        let mut is_first = false;
        let line = line.or_insert_with(|| {
            is_first = true;
            Line { quiet_until: now + EVERY, untold: None }
        });
        if !is_first {
            let count = line.untold.map_or(0, |(count, _)| count);
            line.untold = Some((count + 1, what));
        }
        is_first
    }

    /// When something is to be told, or may be forgotten.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.lines.values().map(|line| line.quiet_until).min()
    }

    /// What is to be told now: how many have come, and the last of them.
    pub fn due(&mut self, now: Instant) -> Vec<(u64, Irregularity)> {
        let mut told = Vec::new();
        self.lines.retain(|_, line| {
            if line.quiet_until > now {
                return true;
            }
            line.quiet_until = now + EVERY;
            told.extend(line.untold);
            line.untold.take().is_some()
        });
        told
    }
}

impl Irregularity {
    fn subject(self) -> Subject {
        match self {
            Self::Discarded(link, Discard::Malformed) => (Some(link), 0),
            Self::Discarded(link, Discard::Network(_)) => (Some(link), 1),
            Self::Discarded(link, Discard::Destination(_)) => (Some(link), 2),
            Self::Discarded(link, Discard::Service(_)) => (Some(link), 3),
            Self::Discarded(link, Discard::Test) => (Some(link), 4),
            Self::Ignored(link, _) => (Some(link), 5),
            Self::UnknownCircuit(_) => (None, 0),
        }
    }
}

/// Kinds that a link may have.
pub(super) const KINDS: usize = 6;
const EVERY: Duration = Duration::from_secs(1);

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "there is no other way to an Instant; from here on time is counted")]
mod tests {
    use isup::point_code::{NetworkIndicator, PointCode};

    use super::*;

    fn elsewhere(code: u32) -> Irregularity {
        Irregularity::Discarded(LinkId(0), Discard::Destination(PointCode(code)))
    }

    #[test]
    fn the_first_is_told_at_once_and_what_follows_once_a_second_with_its_number() {
        let begun = Instant::now();
        let mut repeats = Repeats::default();
        let heard: Vec<bool> = (0..1_000).map(|code| repeats.heard(begun, elsewhere(code))).collect();
        assert_eq!(heard.iter().filter(|told| **told).count(), 1);
        assert!(heard[0]);
        assert_eq!(repeats.poll_timeout(), Some(begun + EVERY));
        assert_eq!(repeats.due(begun + EVERY / 2), []);
        assert_eq!(repeats.due(begun + EVERY), [(999, elsewhere(999))]);
        assert!(!repeats.heard(begun + EVERY, elsewhere(7)));
        assert_eq!(repeats.due(begun + 2 * EVERY), [(1, elsewhere(7))]);
    }

    #[test]
    fn who_has_been_silent_for_a_second_is_told_at_once_again() {
        let begun = Instant::now();
        let mut repeats = Repeats::default();
        assert!(repeats.heard(begun, elsewhere(1)));
        assert_eq!(repeats.due(begun + EVERY), []);
        assert_eq!(repeats.poll_timeout(), None);
        assert!(repeats.heard(begun + EVERY, elsewhere(1)));
    }

    #[test]
    fn each_kind_on_each_link_has_a_line_and_there_are_no_more() {
        let begun = Instant::now();
        let mut repeats = Repeats::default();
        let network = Discard::Network(NetworkIndicator::NATIONAL);
        let service = Discard::Service(isup::point_code::ServiceIndicator(9));
        let discards = [Discard::Malformed, network, Discard::Destination(PointCode(9)), service, Discard::Test];
        for link in [LinkId(0), LinkId(1)] {
            for why in discards {
                assert!(repeats.heard(begun, Irregularity::Discarded(link, why)));
                assert!(!repeats.heard(begun, Irregularity::Discarded(link, why)));
            }
            assert!(repeats.heard(begun, Irregularity::Ignored(link, Heading(0x99))));
        }
        for cic in 0..100 {
            let spec = CircuitSpec { destination: PointCode(9), cic: isup::codec::Cic(cic) };
            repeats.heard(begun, Irregularity::UnknownCircuit(spec));
        }
        assert_eq!(repeats.lines.len(), 2 * KINDS + 1);
    }
}
