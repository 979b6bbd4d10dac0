//! Two far exchanges joined wire to wire on virtual time: what one says, the other must take.
#![forbid(unsafe_code)]

#[path = "far_end/calls.rs"]
mod calls;
#[path = "far_end/foreign.rs"]
mod foreign;
#[path = "far_end/maintenance.rs"]
mod maintenance;
#[path = "far_end/noise.rs"]
mod noise;
#[path = "far_end/wire.rs"]
mod wire;
