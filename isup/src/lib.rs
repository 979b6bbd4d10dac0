//! PSTN signalling as pure machines: octets and time in, octets and events out.
#![forbid(unsafe_code)]

pub mod acceptance;
pub mod cause;
mod circuit;
pub mod codec;
pub mod continuity;
pub mod exchange;
pub mod lapd;
pub mod mtp2;
pub mod mtp3;
pub mod point_code;
pub mod q931;
pub mod timer;
pub mod variant;
