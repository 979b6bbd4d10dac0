//! The unit of the media path: 5 ms of every timeslot of one span.

/// Octets of one timeslot in a block: 40 frames of 125 µs, 5 ms.
pub const BLOCK_OCTETS: usize = 40;

/// Timeslots in a block, by number: 0..=31 on an E1 (0 is framing), 1..=24 on a T1.
pub const TIMESLOTS: usize = 32;

/// Frames (octets of one timeslot) in a millisecond.
pub const FRAMES_PER_MS: u32 = 8;

/// 5 ms of one span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(C)]
pub struct SpanBlock {
    /// Number of the first frame, counted at 8 kHz since the span was opened.
    pub frame: u64,
    /// One bit for each timeslot whose octets mean something.
    pub valid: u32,
    /// The octets, by timeslot number.
    pub octets: [[u8; BLOCK_OCTETS]; TIMESLOTS],
}

impl SpanBlock {
    /// A block in which every timeslot carries `octet` and none is valid.
    pub const fn filled(frame: u64, octet: u8) -> Self {
        Self { frame, valid: 0, octets: [[octet; BLOCK_OCTETS]; TIMESLOTS] }
    }

    /// Whether the octets of `timeslot` mean something.
    pub const fn is_valid(&self, timeslot: usize) -> bool {
        timeslot < TIMESLOTS && self.valid & (1 << timeslot) != 0
    }
}

/// A timeslot of a span group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timeslot {
    /// Index of the span in the group.
    pub span: u8,
    /// Timeslot number, below [`TIMESLOTS`].
    pub timeslot: u8,
}

impl std::fmt::Display for Timeslot {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "span {} timeslot {}", self.span, self.timeslot)
    }
}
