//! The parameters' contents as types, Q.763 clause 3; one file a family.
//!
//! Every type decodes from and encodes to the contents of its parameter, without code and length.
//! A code point is a newtype over its bits, so unknown values survive; in a parameter made of bit
//! fields `spare` keeps the bits that the standard leaves unnamed, in place, counting bit A of the
//! first octet as bit 0. Octets after those that a layout knows are a later edition's and are not
//! shown in the typed view; the [`super::Message`] that the view was taken from still has them.
//!
//! In tables of bits a field is written by the letters that the standard gives its bits: A to H
//! for the first octet, A the least significant, I to P for the second, Q to X for the third.

#[macro_use]
mod bits;
mod backward;
mod cause;
mod circuit;
mod forward;
mod known;
mod number;
mod range;

pub use backward::*;
pub use cause::*;
pub use circuit::*;
pub use forward::*;
pub use known::View;
pub use number::*;
pub use range::*;

use super::code::ParameterCode;
use super::error::DecodeError;
use std::fmt;

/// The contents of one parameter as a type; displays in words, for ladders and logs.
pub trait Parameter: Sized + fmt::Display {
    /// The code that announces it.
    const CODE: ParameterCode;

    /// Reads the contents; error offsets count from the first octet of `octets`.
    fn decode(octets: &[u8]) -> Result<Self, DecodeError>;

    /// Appends the contents.
    fn encode(&self, out: &mut Vec<u8>);
}
