//! What the accesses tell each other through the network: Q.931 information elements, Q.763 3.3 and 3.77.

use crate::codec::display::hex;
use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

/// An information element as Q.931 codes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InformationElement {
    /// One octet with bit 8 set.
    Single(u8),
    /// An identifier with bit 8 clear, a length, and contents of at most 255 octets.
    Variable {
        /// Information element identifier, 0 to 127.
        identifier: u8,
        /// Contents.
        contents: Vec<u8>,
    },
}

impl InformationElement {
    /// Reads one element; the octets after it are returned with it. Offsets count from `octets`.
    fn decode(octets: &[u8]) -> Result<Option<(Self, &[u8])>, DecodeError> {
        match octets {
            [] => Ok(None),
            [single, following @ ..] if single & 0x80 != 0 => Ok(Some((Self::Single(*single), following))),
            [identifier, length, following @ ..] => {
                let (contents, following) =
                    following.split_at_checked(usize::from(*length)).ok_or(DecodeError::at(1, Fault::Contents))?;
                Ok(Some((Self::Variable { identifier: *identifier, contents: contents.to_vec() }, following)))
            }
            [_] => Err(DecodeError::at(1, Fault::Truncated)),
        }
    }

    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Single(octet) => out.push(octet | 0x80),
            Self::Variable { identifier, contents } => {
                let contents = &contents[..contents.len().min(255)];
                out.extend([identifier & 0x7f, contents.len() as u8]);
                out.extend_from_slice(contents);
            }
        }
    }
}

impl fmt::Display for InformationElement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Single(octet) => write!(f, "element 0x{octet:02x}"),
            Self::Variable { identifier, contents } => {
                write!(f, "element 0x{identifier:02x} ")?;
                hex(contents, f)
            }
        }
    }
}

/// Access transport: information elements from one access to the other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccessTransport(pub Vec<InformationElement>);

impl Parameter for AccessTransport {
    const CODE: ParameterCode = ParameterCode::ACCESS_TRANSPORT;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let mut elements = Vec::new();
        let mut left = octets;
        while let Some((element, following)) = InformationElement::decode(left)
            .map_err(|error| DecodeError { offset: octets.len() - left.len() + error.offset, ..error })?
        {
            elements.push(element);
            left = following;
        }
        Ok(Self(elements))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.0.iter().for_each(|element| element.encode(out));
    }
}

impl fmt::Display for AccessTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, element) in self.0.iter().enumerate() {
            write!(f, "{}{element}", if index == 0 { "" } else { ", " })?;
        }
        Ok(())
    }
}

/// Display information: Q.931's display element, IA5 characters for the user to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DisplayInformation(pub InformationElement);

impl Parameter for DisplayInformation {
    const CODE: ParameterCode = ParameterCode::DISPLAY_INFORMATION;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (element, _) = InformationElement::decode(octets)?.ok_or(DecodeError::at(0, Fault::Truncated))?;
        Ok(Self(element))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
    }
}

impl fmt::Display for DisplayInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            InformationElement::Variable { contents, .. } => write!(f, "\"{}\"", contents.escape_ascii()),
            single => single.fmt(f),
        }
    }
}
