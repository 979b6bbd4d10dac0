//! The world's side of the control plane: clocks, sockets, signalling timeslots and the disk.
//!
//! [`control`](crate::control) says what shall happen and hears what did; the [`reactor`] carries it out, on one
//! thread. [`gateway`] starts and ends everything. Nothing here decides anything about a call.

// The one place of the control plane that reads clocks and owns sockets and threads.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod admin;
pub mod aside;
pub mod bring_up;
pub mod clock;
pub mod credentials;
pub mod gateway;
pub mod guard;
pub mod journal;
pub mod media;
pub mod place;
pub mod reactor;
pub mod readiness;
pub mod resolve;
pub mod signalling;
pub mod signals;
pub mod spans;
pub mod streams;
pub mod survey;
pub mod trace;
pub mod udp;
