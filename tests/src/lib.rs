//! spangate from outside: the whole gateway in virtual time ([`World`]), foreign programs around the real one ([`real`]),
//! a peer whose every message stands in the test ([`peer`]), every decoder under mutated input ([`fuzzing`]), configurations
//! ([`plan`]), far ends of PRI by hand ([`script`]), and what the real-time path costs ([`delay`]).
#![forbid(unsafe_code)]

pub mod delay;
pub mod fuzzing;
pub mod peer;
pub mod plan;
pub mod real;
pub mod script;

pub use spangate::lab::world::{CallView, Crypt, Net, Phone, Plan, Shake, Voice, Weather, World};
