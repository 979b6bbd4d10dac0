//! `Digest name=value, name="value"`: what challenges and credentials have in common, RFC 3261 25.1 (`digest-cln`, `dig-resp`).
//!
//! Whether a value is quoted is read past: the grammar fixes it for each name, and user agents get it wrong both ways.

use super::super::parse::Malformed;
use super::super::parse::lex::{self, Elements, trim};

/// The parameters of one value, each name once; values as they stand between the quotation marks.
#[derive(Clone, Debug)]
pub(super) struct Parameters<'a>(Vec<(&'a [u8], &'a [u8])>);

impl<'a> Parameters<'a> {
    /// Reads a whole header value. Another scheme than Digest is told as such.
    pub(super) fn parse(value: &'a [u8]) -> Result<Parameters<'a>, Malformed> {
        let value = trim(value);
        let scheme = value.iter().take_while(|&&octet| lex::is_token_char(octet)).count();
        if !value[..scheme].eq_ignore_ascii_case(b"Digest") {
            return Err(Malformed::new("authentication scheme", 0));
        }
        let mut parameters = Vec::new();
        for element in Elements::of(&value[scheme..]) {
            let element = element.map_err(|error| error.within(scheme))?;
            let (name, text) = pair(element).ok_or(Malformed::new("authentication parameter", scheme))?;
            let is_new = !parameters.iter().any(|(known, _): &(&[u8], &[u8])| known.eq_ignore_ascii_case(name));
            if !is_new || parameters.len() == PARAMETERS_MAX {
                return Err(Malformed::new("authentication parameter too many", scheme));
            }
            parameters.push((name, text));
        }
        Ok(Parameters(parameters))
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a [u8]> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name.as_bytes())).map(|(_, value)| *value)
    }

    pub(super) fn required(&self, name: &'static str) -> Result<&'a [u8], Malformed> {
        self.get(name).ok_or(Malformed::new(name, 0))
    }
}

fn pair(element: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = element.iter().position(|&octet| octet == b'=')?;
    let (name, value) = (trim(&element[..equals]), trim(&element[equals + 1..]));
    let value = match value {
        [b'"', ..] if lex::quoted_length(value) == Ok(value.len()) => &value[1..value.len() - 1],
        // An unquoted URI or nonce has octets that no token has.
        _ if !value.is_empty() && value.iter().all(|&octet| octet.is_ascii_graphic() && octet != b'"') => value,
        _ => return None,
    };
    lex::is_token(name).then_some((name, value))
}

/// The grammar names ten; extensions may come.
pub(super) const PARAMETERS_MAX: usize = 24;
