//! The world's side of the control plane: clocks, sockets, signalling timeslots and the disk.
//!
//! [`control`](crate::control) says what shall happen and hears what did; the [`reactor`] carries it out, on one
//! thread, and nothing of it is known to any other room. Nothing here decides anything about a call.

// The one place of the control plane that reads clocks and owns sockets and threads.
#![allow(clippy::disallowed_methods, clippy::disallowed_types)]

pub mod clock;
pub mod journal;
pub mod media;
pub mod readiness;
pub mod resolve;
pub mod signalling;
pub mod spans;
pub mod udp;
