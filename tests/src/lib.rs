//! spangate from outside: the whole gateway in virtual time ([`World`]), foreign programs around the real one ([`real`]),
//! and every decoder under mutated input ([`fuzzing`]).
#![forbid(unsafe_code)]

pub mod fuzzing;
pub mod real;

pub use spangate::lab::world::{CallView, Net, Phone, Plan, Voice, Weather, World};
