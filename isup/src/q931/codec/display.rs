//! A message in words, one line, for ladders and logs: `RELEASE, call 1 to its origin (Cause: 16 normal call clearing, user)`.

use super::code::ElementCode;
use super::element::View;
use super::message::Message;
use std::fmt;

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.kind, self.call_reference)?;
        for (index, (code, octets)) in self.elements().enumerate() {
            f.write_str(if index == 0 { " (" } else { "; " })?;
            element(code, octets, f)?;
        }
        if self.elements().next().is_some() {
            f.write_str(")")?;
        }
        if !self.rest().is_empty() {
            f.write_str(" + ")?;
            hex(self.rest(), f)?;
        }
        Ok(())
    }
}

/// The name of the element and its contents in words, or in hex if they are not understood.
fn element(code: ElementCode, octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{code}")?;
    if octets.is_empty() {
        return Ok(());
    }
    f.write_str(": ")?;
    match View::of(code).and_then(|view| view.words(octets).ok()) {
        Some(words) => f.write_str(&words),
        None => hex(octets, f),
    }
}

/// Octets as hexadecimal pairs.
pub(super) fn hex(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}
