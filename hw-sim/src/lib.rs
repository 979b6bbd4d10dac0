//! hw-sim
#![forbid(unsafe_code)]

pub mod far_end;
