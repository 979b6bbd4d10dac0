//! What people read and press: display, Q.931 4.5.16, and keypad facility, 4.5.18.

use super::Element;
use super::octets::{characters, push_characters};
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::DecodeError;
use std::fmt;

/// Display information: IA5 characters; some networks put a display type with bit 8 set before them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DisplayInformation(pub Vec<u8>);

impl DisplayInformation {
    /// The characters, without whatever is no printable IA5 character.
    pub fn text(&self) -> String {
        self.0.iter().filter(|octet| octet.is_ascii_graphic() || **octet == b' ').copied().map(char::from).collect()
    }
}

impl Element for DisplayInformation {
    const CODE: ElementCode = ElementCode::DISPLAY;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self(octets.to_vec()))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }
}

impl fmt::Display for DisplayInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_ascii())
    }
}

/// Keypad facility: what was pressed, IA5 characters.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeypadFacility(pub String);

impl Element for KeypadFacility {
    const CODE: ElementCode = ElementCode::KEYPAD_FACILITY;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        characters(octets, 0).map(Self)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        push_characters(&self.0, out);
    }
}

impl fmt::Display for KeypadFacility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.escape_default())
    }
}
