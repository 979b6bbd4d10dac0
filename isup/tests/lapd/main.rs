//! Data link of the D-channel (Q.921) as its neighbours see it.

mod bounds;
mod chart;
mod establishment;
mod frames;
mod fuzz;
mod line;
mod pair;
mod recorded;
mod recovery;
mod states;
mod transfer;
