//! What operators touch: command line, logs, status, metrics, call records and captures.

pub mod cdr;
pub mod status;
pub mod trace;
