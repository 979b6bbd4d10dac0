//! PSTN signalling as pure machines: octets and time in, octets and events out.
#![forbid(unsafe_code)]

pub mod cause;
pub mod codec;
