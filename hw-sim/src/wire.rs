//! The wire between two spans: 1 ms of every timeslot, and whoever stands at its far end.
//!
//! Left out: framing, line coding and jitter. Timeslot 0 of an E1 carries alignment on a real line; here its octets pass but mean nothing.

/// Octets that a timeslot carries in one chunk, 1 ms at 64 kbit/s: the driver's own unit of work.
pub const CHUNK_OCTETS: usize = 8;
/// Timeslots of the widest line.
pub const TIMESLOTS: usize = 32;

/// 1 ms of every timeslot as on the wire; the index is the timeslot (E1: 0 for framing, 1 to 31; T1: 1 to 24).
pub type Chunk = [[u8; CHUNK_OCTETS]; TIMESLOTS];

/// What a line carries where nobody speaks: all ones.
pub const IDLE_CHUNK: Chunk = [[0xff; CHUNK_OCTETS]; TIMESLOTS];

/// The equipment at the other end of a span's wire.
pub trait FarEnd: Send {
    /// One simulated millisecond: takes what the span sent and fills in what it shall receive. Called exactly once per chunk,
    /// after the near span has sent; `transmit` arrives filled with [`IDLE_CHUNK`].
    fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk);
}
