//! Header text as octets: what RFC 3261 calls TEXT-UTF8, kept as it came.
//!
//! A display name in Latin-1 or a reason phrase in a broken encoding passes through octet for octet; nothing here
//! assumes UTF-8. `Debug` and `Display` escape what is not printable ASCII.

use std::fmt;
use std::ops::{Deref, Range};

/// An owned string of octets.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Octets(pub Vec<u8>);

impl Octets {
    /// The text, where it happens to be UTF-8.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }
}

impl Deref for Octets {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl From<&[u8]> for Octets {
    fn from(octets: &[u8]) -> Self {
        Octets(octets.to_vec())
    }
}

impl From<Vec<u8>> for Octets {
    fn from(octets: Vec<u8>) -> Self {
        Octets(octets)
    }
}

impl From<&str> for Octets {
    fn from(text: &str) -> Self {
        Octets(text.as_bytes().to_vec())
    }
}

impl From<String> for Octets {
    fn from(text: String) -> Self {
        Octets(text.into_bytes())
    }
}

impl fmt::Display for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

impl fmt::Debug for Octets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", self.0.escape_ascii())
    }
}

/// A piece of a buffer, by its offsets: eight octets instead of a copy.
#[derive(Clone, Copy, Default, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Span {
    pub start: u32,
    pub end: u32,
}

impl Span {
    pub(crate) fn of(range: Range<usize>) -> Self {
        let offset = |value: usize| u32::try_from(value).expect("a message is bounded far below 4 GiB");
        Span { start: offset(range.start), end: offset(range.end) }
    }

    pub(crate) fn within<'a>(&self, octets: &'a [u8]) -> &'a [u8] {
        &octets[self.start as usize..self.end as usize]
    }
}
