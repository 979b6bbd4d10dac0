//! All calls and channels of one primary rate interface, or of several under one D-channel (NFAS): the face of PRI
//! call control (Q.931 clause 5).
//!
//! A call of ours begins with `Interface::handle_setup`, which gives its [`CallId`]; one of the far end with
//! [`Indication::Setup`]. Each ends with exactly one [`Indication::Released`]. Its owner speaks with
//! `Interface::handle_request(now, call, request)`, the operator with `Interface::handle_maintenance(now, maintenance)`,
//! the data links with `Interface::handle_data_link(now, d_channel, data_link)`; `handle_timeout`, `poll_timeout` and
//! `poll_output` are as everywhere.

mod vocabulary;

pub use vocabulary::*;

/// Calls that one interface keeps at most, those without a channel included.
pub const CALLS_MAX: usize = 1024;
