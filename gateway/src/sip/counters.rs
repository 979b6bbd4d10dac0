//! What an endpoint counts: every datagram that had no ordinary end is in one of these.

/// Totals since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Datagrams received.
    pub received: u64,
    /// Datagrams sent.
    pub sent: u64,
    /// Datagrams of line ends only (RFC 5626 4.4.1 keep-alives), and empty ones.
    pub keep_alives: u64,
    /// STUN Binding requests (RFC 5626 section 8).
    pub bindings_asked: u64,
    /// Flows of ours that failed, or whose address changed.
    pub flows_lost: u64,
    /// Not readable as SIP, answered by 400, 505 or 513.
    pub malformed_answered: u64,
    /// Not readable as SIP, dropped.
    pub malformed_dropped: u64,
    /// Requests that came again and were answered or absorbed by their transaction.
    pub repetitions_received: u64,
    /// Messages that transactions and sessions sent again.
    pub repetitions_sent: u64,
    /// Responses that match no transaction.
    pub responses_stray: u64,
    /// ACKs that match nothing.
    pub acks_stray: u64,
    /// Requests that begin something, and CANCELs of nothing.
    pub outside_dialogs: u64,
    /// Requests in dialogs that are not there: 481.
    pub dialogs_unknown: u64,
    /// Refused because a table was full.
    pub full: u64,
    /// INVITEs refused so that the rest can be served, by RFC 7339.
    pub shed: u64,
    /// INVITEs of ours that did not go, because their server wants fewer.
    pub held: u64,
    /// Commands for sessions that are over, or not in the state for it.
    pub commands_late: u64,
    /// Transactions that ended by timers B, F or H.
    pub timed_out: u64,
    /// Requests without an answer whose way broke: ICMP, a connection refused or lost, no room for one.
    pub unreachable: u64,
    /// Requests that took another way after one that failed.
    pub ways_changed: u64,
    /// Challenges of peers that were answered with credentials.
    pub challenges_answered: u64,
    /// Challenges of peers that rejected our credentials, or for which we have none.
    pub credentials_refused: u64,
    /// INVITEs of nobody that we know, where nobody can prove to be anybody: 403.
    pub strangers: u64,
    /// Requests of nobody that we know whose answer would have been larger than the request allows.
    pub answers_withheld: u64,
    /// Our own challenges.
    pub challenges_sent: u64,
    /// Requests that proved whose they are.
    pub credentials_right: u64,
    /// Credentials of others that were wrong, or not for what they asked.
    pub credentials_wrong: u64,
    /// Keys of ours that a peer refused, or that too many waited before.
    pub keys_lost: u64,
    /// Connections that were closed at once, because there were too many.
    pub connections_refused: u64,
    /// Connections that a deadline ended: not opened, not used, or a message that did not end.
    pub connections_expired: u64,
    /// Streams that made no sense any more.
    pub streams_lost: u64,
}
