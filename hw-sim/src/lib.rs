//! A DAHDI made of memory: E1 and T1 spans that answer as the driver does, errno for errno, and far ends to call.
//!
//! [`Machine`] is the hardware and moves only when told; [`SimKernel`] puts it behind the seam of `dahdi-sys`; [`realtime::Clock`] moves it
//! by the host's clock. In virtual time a test calls [`SimKernel::advance`] instead.
#![forbid(unsafe_code)]

pub mod alarm;
pub mod control;
pub mod far_end;
pub mod fault;
pub mod hdlc;
pub mod kernel;
pub mod machine;
pub mod realtime;
pub mod span;
pub mod spec;
pub mod tdmoe;
pub mod wire;

mod channel;
mod timer;

pub use fault::FaultPlan;
pub use kernel::SimKernel;
pub use machine::Machine;
pub use realtime::Clock;
pub use span::Counters;
pub use spec::{Line, Pacing, SpanSpec};
pub use wire::{Chunk, FarEnd};
