//! Structs, constants and ioctl numbers of `dahdi/user.h`, x86_64, in the header's order.
//!
//! The layout is the same in every release from 2.9 to 3.4. Sizes and offsets are asserted when this compiles; a test compares
//! every number with Debian's header itself where that is at hand.
//!
//! Left out: the structs of conferences, tones, hook signals, analogue gains, transcoders and radio.

pub mod constant;
pub mod layout;
pub mod number;

use std::fmt;

use crate::{Alarms, Errno, Event};

pub use constant::*;
pub use layout::*;

/// Text of fixed width, ended by a zero octet when shorter.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(transparent)]
pub struct Text<const N: usize>(pub [u8; N]);

impl<const N: usize> Text<N> {
    /// As much of `text` as fits before the ending zero.
    pub fn new(text: &str) -> Self {
        let mut octets = [0; N];
        let length = text.len().min(N.saturating_sub(1));
        octets[..length].copy_from_slice(&text.as_bytes()[..length]);
        Text(octets)
    }

    /// The octets before the ending zero.
    pub fn octets(&self) -> &[u8] {
        self.0.split(|&octet| octet == 0).next().unwrap_or(&[])
    }
}

impl<const N: usize> Default for Text<N> {
    fn default() -> Self {
        Text([0; N])
    }
}

impl<const N: usize> fmt::Display for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.octets()))
    }
}

impl<const N: usize> fmt::Debug for Text<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.to_string())
    }
}

/// Every constant that this crate states, by the header's name.
pub fn constants() -> impl Iterator<Item = (&'static str, i64)> {
    [SignalType::NAMED, Law::NAMED, Flush::NAMED, BufferPolicy::NAMED, MaintenanceCommand::NAMED]
        .into_iter()
        .chain([line_config::NAMED, constant::NAMED, Alarms::NAMED, Event::NAMED])
        .flatten()
        .copied()
        .chain([("ELAST", i64::from(Errno::ELAST.0)), ("DAHDI_CODE", i64::from(number::CODE))])
}
