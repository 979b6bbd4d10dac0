//! spangate
#![forbid(unsafe_code)]

pub mod rt;
pub mod sip;
