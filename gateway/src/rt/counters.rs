//! Counts of the bearers of a group: written by the TDM thread, read by anyone.

use media::Counter;

/// Counts of the bearers of a group.
#[derive(Debug, Default)]
pub struct Counters {
    /// Ticks of the timer.
    pub ticks: Counter,
    /// Times the timer was silent for [`super::NO_CLOCK_MS`].
    pub no_clock: Counter,
    /// Ticks that found more than one block on a span.
    pub late_ticks: Counter,
    /// Blocks of a span that the driver had no room for, as far as elapsed time shows.
    pub lost_blocks: Counter,
    /// Blocks of a span not written because the driver had already sent silence in their place.
    pub passed_blocks: Counter,
    /// Blocks exchanged although a timeslot had brought nothing.
    pub partial_blocks: Counter,
    /// Times a bearer said that it overran.
    pub read_overruns: Counter,
    /// Times a bearer said that it ran dry.
    pub write_underruns: Counter,
    /// Blocks of one bearer that the driver did not take.
    pub refused_writes: Counter,
    /// Reads that failed otherwise than by EAGAIN and ELAST.
    pub failed_reads: Counter,
    /// Other events of bearers.
    pub events: Counter,
    /// Notices lost because control did not take them.
    pub lost_notices: Counter,
}
