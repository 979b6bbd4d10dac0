//! A DAHDI made of memory: E1 and T1 spans that answer as the driver does, errno for errno, and far ends to call.
#![forbid(unsafe_code)]

pub mod far_end;
pub mod hdlc;
pub mod wire;

pub use wire::{Chunk, FarEnd};
