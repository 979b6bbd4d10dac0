//! What operators touch: command line, logs, status, metrics, call records and captures.

pub mod admin;
pub mod capture;
pub mod cdr;
pub mod cli;
pub mod client;
pub mod log;
pub mod maintenance;
pub mod metrics;
pub mod sim;
pub mod status;
pub mod trace;
