//! What is counted of a signalling link as levels 2 and 3 tell it: failures, alignments in vain, changeovers, congestion, in the
//! manner of the measurements of Q.752; and messages discarded, by their causes.
//!
//! Leaves out: what level 2 counts itself, and durations, which whoever collects the counters has.

use isup::mtp2::{self, Reason};
use isup::mtp3::{Discard, Event};

use crate::ops::status::Discarded;

/// Counts since the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    /// Times that it stopped carrying traffic, other than by order.
    pub failures: u64,
    /// Alignments that did not succeed.
    pub alignments_failed: u64,
    /// Times that its messages were diverted to other links.
    pub changeovers: u64,
    /// Times that its transmission buffer passed the onset mark.
    pub congestions: u64,
    /// Times that either end inhibited it.
    pub inhibitions: u64,
    /// Messages that came over it and went no further.
    pub discarded: Discarded,
}

impl Tally {
    /// Level 2 has told something.
    pub fn level_2(&mut self, output: &mtp2::Output) {
        let is_vain = matches!(output, mtp2::Output::OutOfService(Reason::AlignmentNotPossible | Reason::NeverReady));
        self.alignments_failed += u64::from(is_vain);
    }

    /// Level 3 has.
    pub fn level_3(&mut self, event: &Event) {
        match event {
            Event::LinkUnavailable(_, reason) if *reason != Reason::Stopped => self.failures += 1,
            // Level 3 itself stops a link whose tests fail.
            Event::TestFailed(_) => self.failures += 1,
            Event::Diverted { .. } => self.changeovers += 1,
            Event::Congestion(_, true) => self.congestions += 1,
            Event::Inhibited(..) => self.inhibitions += 1,
            Event::Discarded(_, why) => *self.count_of(*why) += 1,
            Event::ManagementIgnored(..) => self.discarded.management += 1,
            _ => {}
        }
    }

    fn count_of(&mut self, why: Discard) -> &mut u64 {
        match why {
            Discard::Malformed => &mut self.discarded.malformed,
            Discard::Network(_) => &mut self.discarded.network,
            Discard::Destination(_) => &mut self.discarded.destination,
            Discard::Service(_) => &mut self.discarded.service,
            Discard::Test => &mut self.discarded.test,
        }
    }
}
