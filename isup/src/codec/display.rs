//! A message in words, one line, for ladders and logs: `REL (Cause indicators: 17 user busy, user)`.

use super::code::ParameterCode;
use super::message::Message;
use super::parameter::View;
use std::fmt;

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.kind)?;
        for (index, (code, octets)) in self.parameters().enumerate() {
            f.write_str(if index == 0 { " (" } else { "; " })?;
            parameter(code, octets, f)?;
        }
        if self.parameters().next().is_some() {
            f.write_str(")")?;
        }
        if !self.rest().is_empty() {
            f.write_str(" + ")?;
            hex(self.rest(), f)?;
        }
        Ok(())
    }
}

/// The name of the parameter and its contents in words, or in hex if they are not understood.
fn parameter(code: ParameterCode, octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    write!(f, "{code}: ")?;
    match View::of(code).and_then(|view| view.words(octets).ok()) {
        Some(words) => f.write_str(&words),
        None => hex(octets, f),
    }
}

/// Octets as hexadecimal pairs.
pub(super) fn hex(octets: &[u8], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    octets.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
}
