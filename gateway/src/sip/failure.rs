//! Why a session failed, as its user is told.

/// Why a session failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// No response to INVITE, 64*T1 long (timer B), or none to a CANCEL.
    #[error("the peer did not respond")]
    Timeout,
    /// No ACK for our 2xx, 64*T1 long (RFC 3261 13.3.1.4).
    #[error("the peer did not acknowledge the answer")]
    NoAck,
    /// No PRACK for our reliable provisional response, 64*T1 long; 504 has gone (RFC 3262 3).
    #[error("the peer did not acknowledge a reliable provisional response")]
    NoPrack,
    /// The session description of the peer's 2xx cannot be read; the call was answered and ended.
    #[error("the answer's session description cannot be read")]
    BadAnswer,
    /// No server of the next hop could be found, or reached.
    #[error("the peer cannot be reached")]
    Unreachable,
    /// The peer wants fewer calls for the time being (RFC 7339, or Retry-After): it has not been asked.
    #[error("the peer wants fewer calls")]
    Held,
    /// A table is full (see [`Limits`](super::Limits)).
    #[error("no room for another session")]
    Full,
    /// Nobody refreshed the session in time (RFC 4028 10).
    #[error("the session was not refreshed")]
    Expired,
    /// The peer does not know the dialog any more (481) or stopped answering in it (408).
    #[error("the peer lost the dialog")]
    DialogLost,
}
