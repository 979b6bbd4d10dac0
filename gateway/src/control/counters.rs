//! What control counts beyond its layers' own counters.

/// Since the start.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Counters {
    /// INVITEs that began a call.
    pub calls_from_sip: u64,
    /// IAMs that began a call.
    pub calls_from_pstn: u64,
    /// Calls that ended after an answer.
    pub calls_answered: u64,
    /// Calls that ended without one.
    pub calls_unanswered: u64,
    /// INVITEs whose credentials are right, but not from their source.
    pub strangers: u64,
    /// INVITEs refused because nobody vouches for the caller.
    pub distrusted: u64,
    /// INVITEs of ours that we signed.
    pub signed: u64,
    /// Datagrams and connections without TLS of whoever is heard over TLS alone.
    pub plain: u64,
    /// Events for a session or call that is over.
    pub orphans: u64,
}
