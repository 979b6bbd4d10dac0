//! Circuits of Q.764 as sequence charts on virtual time.

mod bench;
mod blocking;
mod call;
mod compatibility;
mod continuity;
mod destination;
mod group;
mod information;
mod overlap;
mod query;
mod relation;
mod release;
mod reset;
mod segmentation;
mod seizure;
mod services;
mod storm;
mod supervision;
mod suspension;
mod timers;
mod variants;
