//! The elements' contents as types, Q.931 4.5.5 to 4.5.30 and 4.6, Q.932; one file a family.
//!
//! Every type decodes from and encodes to the contents of its element, without identifier and
//! length; a single octet element of type 1 has its four bits as the one octet of contents, one of
//! type 2 has none. A code point is a newtype over its bits, so unknown values survive. Octets
//! after those that a layout knows are a later edition's and are not shown in the typed view; the
//! [`super::Message`] that the view was taken from still has them.

#[macro_use]
mod values;
mod bearer;
mod channel;
mod date_time;
mod known;
mod network;
mod number;
mod octets;
mod opaque;
mod progress;
mod q850;
mod restart;
mod segment;
mod single;
mod subaddress;
mod text;

pub use bearer::*;
pub use channel::*;
pub use date_time::{DateTime, TimeOfDay};
pub use known::View;
pub use network::*;
pub use number::*;
pub use opaque::*;
pub use progress::*;
pub use q850::*;
pub use restart::*;
pub use segment::SegmentedMessage;
pub use single::*;
pub use subaddress::*;
pub use text::*;

use super::code::ElementCode;
use super::error::DecodeError;
use std::fmt;

/// The contents of one element as a type; displays in words, for ladders and logs.
pub trait Element: Sized + fmt::Display {
    /// The code that announces it.
    const CODE: ElementCode;

    /// Reads the contents; error offsets count from the first octet of `octets`.
    fn decode(octets: &[u8]) -> Result<Self, DecodeError>;

    /// Appends the contents.
    fn encode(&self, out: &mut Vec<u8>);
}
