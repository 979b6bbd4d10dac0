//! Counts of a span group, shared with control: each is written by one half and read by anyone.

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// A count that grows.
#[derive(Debug, Default)]
pub struct Counter(AtomicU64);

impl Counter {
    /// Counts so many more.
    pub fn add(&self, count: u64) {
        self.0.fetch_add(count, Relaxed);
    }

    /// The count now.
    pub fn get(&self) -> u64 {
        self.0.load(Relaxed)
    }
}

/// Counts of a span group.
#[derive(Debug, Default)]
pub struct Counters {
    /// Blocks exchanged by the TDM half.
    pub blocks: Counter,
    /// Received blocks lost because the ring to the worker was full.
    pub ring_overruns: Counter,
    /// Blocks that went out as silence because none was ready.
    pub ring_underruns: Counter,
    /// Blocks discarded because their frame had passed.
    pub blocks_late: Counter,
    /// Blocks lost because the ring from the worker was full.
    pub ring_refusals: Counter,
    /// Frames missing from the spans.
    pub gap_frames: Counter,
    /// Blocks of patched timeslots that found nothing to send.
    pub patch_underruns: Counter,
    /// Blocks of patched timeslots dropped because the other side did not take them.
    pub patch_slips: Counter,
    /// Commands for a leg that is not seated, or a timeslot that is not there.
    pub stale_commands: Counter,
    /// Events lost because control did not take them; never one that carries a leg.
    pub lost_events: Counter,
    /// RTP packets received, of all legs.
    pub packets_received: Counter,
    /// RTP packets sent, of all legs.
    pub packets_sent: Counter,
    /// Octets concealed, of all legs.
    pub concealed_octets: Counter,
    /// Corrections of skew, of all legs.
    pub slips: Counter,
}
