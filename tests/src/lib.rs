//! spangate from outside: the whole gateway, its spans, its far exchange and its SIP peers on one clock and one thread.
//!
//! [`World`] is what tests hold. Time moves only when they say so, in steps of one millisecond; everything random is
//! drawn from one seed; after every step [`checker`] looks at what must always hold.
#![forbid(unsafe_code)]

pub mod checker;
pub mod fuzzing;
pub mod net;
pub mod peer;
pub mod real;
pub mod world;

pub use net::{Net, Weather};
pub use peer::{CallView, Phone, Plan};
pub use world::World;
