//! Span rings: what joins the TDM half and the RTP half of one span.

use rtrb::{Consumer, Producer, RingBuffer};

use crate::SpanBlock;

/// Blocks each ring of a span holds: 160 ms of scheduling margin.
pub const RING_BLOCKS: usize = 32;

/// What goes up: a received block, and how many blocks of this span have gone out as silence so far.
#[derive(Clone, Copy, Debug)]
pub struct Upward {
    pub block: SpanBlock,
    pub underruns: u64,
}

/// The ends that the TDM half holds.
#[derive(Debug)]
pub struct TdmEnd {
    pub up: Producer<Upward>,
    pub down: Consumer<SpanBlock>,
}

/// The ends that the RTP half holds.
#[derive(Debug)]
pub struct RtpEnd {
    pub up: Consumer<Upward>,
    pub down: Producer<SpanBlock>,
}

/// The two rings of one span.
pub fn pair() -> (TdmEnd, RtpEnd) {
    let (up, up_end) = RingBuffer::new(RING_BLOCKS);
    let (down_end, down) = RingBuffer::new(RING_BLOCKS);
    (TdmEnd { up, down }, RtpEnd { up: up_end, down: down_end })
}
