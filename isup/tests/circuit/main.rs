//! Circuits of Q.764 as sequence charts on virtual time.

mod bench;
mod blocking;
mod call;
mod compatibility;
mod continuity;
mod group;
mod information;
mod overlap;
mod release;
mod reset;
mod seizure;
mod storm;
mod supervision;
mod suspension;
mod timers;
