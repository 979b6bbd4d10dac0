//! The DAHDI kernel driver as Rust sees it: layouts, numbers, the seam, and wrappers over it.
//!
//! Everything above this crate talks to [`Kernel`] and [`Device`]; whether a card or a simulator answers is not visible.
//! `linux` is the only module of the whole workspace with unsafe code, and it has one `ioctl` call.
//!
//! Left out: conferences, tones, analogue hook signals and radio. A digital gateway has no use for them.
#![deny(unsafe_code)]

pub mod abi;
pub mod bring_up;
pub mod bring_up_error;
pub mod channel;
pub mod event;
pub mod kernel;
pub mod linux;
pub mod signalling;
pub mod span;
pub mod timer;

mod errno;
mod error;

pub use abi::{Law, SignalType};
pub use bring_up::{BroughtUp, SpanPlan, TimeslotUse, bring_up};
pub use bring_up_error::{SpanError, SpanFault};
pub use channel::BearerChannel;
pub use errno::Errno;
pub use error::{ChannelError, Step};
pub use event::Event;
pub use kernel::{Device, Kernel, Node, Request};
pub use linux::LinuxKernel;
pub use signalling::{SignallingChannel, SignallingMode};
pub use span::{Alarms, SpanStatus};
pub use timer::TimerDevice;
