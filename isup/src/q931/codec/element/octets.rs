//! Octets of an element's contents, Q.931 4.5.1: groups ended by an extension bit, and text.

use crate::q931::codec::error::{DecodeError, Fault};

/// The extension bit: 1 says that this octet is the last of its group.
pub(super) const LAST: u8 = 0x80;

/// The octet at `at`, which must be there.
pub(super) fn octet(octets: &[u8], at: usize) -> Result<u8, DecodeError> {
    octets.get(at).copied().ok_or(DecodeError::at(octets.len(), Fault::Truncated))
}

/// The group that begins at `at`: its octets to the one that says to be the last. Never empty.
pub(super) fn group(octets: &[u8], at: usize) -> Result<&[u8], DecodeError> {
    let beginning = octets.get(at..).unwrap_or(&[]);
    let last = beginning.iter().position(|octet| octet & LAST != 0);
    let last = last.ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
    Ok(&beginning[..=last])
}

/// The seven bits of each octet, without extension bits.
pub(super) fn sevens(group: &[u8]) -> Vec<u8> {
    group.iter().map(|octet| octet & !LAST).collect()
}

/// Appends a group of `first` and `extension`, seven bits each, the last of them marked.
pub(super) fn push_group(first: u8, extension: &[u8], out: &mut Vec<u8>) {
    out.push(first & !LAST);
    out.extend(extension.iter().map(|octet| octet & !LAST));
    if let Some(last) = out.last_mut() {
        *last |= LAST;
    }
}

/// The characters from `at` to the end; bit 8 must be 0.
pub(super) fn characters(octets: &[u8], at: usize) -> Result<String, DecodeError> {
    let characters = octets.get(at..).ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
    match characters.iter().position(|octet| !octet.is_ascii()) {
        Some(index) => Err(DecodeError::at(at + index, Fault::Character)),
        None => Ok(characters.iter().copied().map(char::from).collect()),
    }
}

/// Appends characters; whatever IA5 lacks is left out.
pub(super) fn push_characters(text: &str, out: &mut Vec<u8>) {
    out.extend(text.bytes().filter(u8::is_ascii));
}
