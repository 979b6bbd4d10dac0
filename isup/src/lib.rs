//! isup
#![forbid(unsafe_code)]
