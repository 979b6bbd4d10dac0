//! TDM over Ethernet (TDMoE): the peer of a span that a real DAHDI driver carries over Ethernet (`dynamic=eth,...`).
//!
//! Everything here is pure: [`frame`] is the coding, [`Peer`] answers each frame that comes with one that goes, and
//! [`SimulatedSpan`] lets a span of a [`Machine`](crate::Machine) be what answers. Octets are carried by
//! [`realtime::carrier`](crate::realtime::carrier).
//!
//! The driver sends a frame each millisecond of its clock whether it receives or not, so the frames that come in are the clock of
//! everything behind a [`Peer`]: both ends count the same milliseconds, and there are no slips.
//!
//! Left out: several spans in one frame (`ethmf`), and a clock of our own.

pub mod frame;
mod peer;
mod span;

pub use frame::{Flags, Frame, FrameError, MacAddress};
pub use peer::{GAP_MAX, Peer, PeerCounters};
pub use span::SimulatedSpan;
