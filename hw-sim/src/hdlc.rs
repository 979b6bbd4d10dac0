//! HDLC on a 64 kbit/s timeslot, octet by octet: flags, bit stuffing and the 16-bit frame check sequence (Q.921 clause 2, Q.703 clause 2).
//!
//! Bits of a frame enter the line least significant first. A timeslot's octet is sent most significant bit first (G.704), so the first bit on
//! the line is bit 7 of the timeslot's octet and bit 0 of the frame's octet: [`Framer`] and [`Deframer`] turn them as DAHDI and cards do.
//!
//! The simulated driver and far ends share this file; it knows neither of them. Left out: inter-frame fill other than flags.

mod deframer;
mod encoder;
mod fcs;
mod framer;

pub use deframer::{Deframer, FrameError};
pub(crate) use encoder::Encoder;
pub use fcs::fcs16;
pub(crate) use fcs::holds as fcs_holds;
pub use framer::Framer;

/// The octet that separates frames.
pub const FLAG: u8 = 0x7e;

#[cfg(test)]
mod tests;
