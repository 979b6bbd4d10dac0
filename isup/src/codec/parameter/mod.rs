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
#[macro_use]
mod tagged;
mod access;
mod application;
mod backward;
mod cause;
mod circuit;
mod compatibility;
mod forward;
mod generic_digits;
mod geodetic;
mod information;
mod known;
mod notification;
mod number;
mod octets;
mod pivot;
mod point_code;
mod portability;
mod range;
mod redirection;
mod service;
mod supplementary;
mod virtual_network;

pub use access::*;
pub use application::*;
pub use backward::*;
pub use cause::*;
pub use circuit::*;
pub use compatibility::*;
pub use forward::*;
pub use generic_digits::*;
pub use geodetic::*;
pub use information::*;
pub use known::View;
pub use notification::*;
pub use number::*;
pub use octets::*;
pub use pivot::*;
pub use point_code::*;
pub use portability::*;
pub use range::*;
pub use redirection::*;
pub use service::*;
pub use supplementary::*;
pub use tagged::Element;
pub use virtual_network::*;

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
