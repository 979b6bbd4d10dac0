//! The laboratory: everything that stands around a gateway when no card and no exchange is there.
//!
//! [`embedded`] builds the simulated spans and the far exchange, [`call`] has that exchange place calls, [`phone`] is a
//! SIP telephone that shares no code with the gateway's own SIP, [`demo`] runs all of them and shows what happened.
//! This folder alone names `hw_sim`. Nothing here is needed to run the gateway on real spans.

// A laboratory measures with clocks, waits, and has telephones of its own: threads and sockets are its business.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod call;
pub mod capture;
pub mod conformance;
pub mod demo;
pub mod embedded;
pub mod flow;
pub mod ladder;
pub mod pattern;
pub mod phone;
pub mod soak;
pub mod world;
