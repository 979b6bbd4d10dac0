//! hw-sim
#![forbid(unsafe_code)]
