//! spangate
#![forbid(unsafe_code)]

pub mod ops;
pub mod sip;
