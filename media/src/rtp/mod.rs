//! RTP and RTCP, RFC 3550.

/// Longest audio payload accepted: 60 ms of G.711.
pub const MAX_PAYLOAD_OCTETS: usize = 480;

/// Silence of the far end after which a receiving leg is reported inactive.
pub const INACTIVE_S: u32 = 10;
