//! Parameters that are a list of tag, length and contents, Q.763 clause 3.

use crate::codec::error::{DecodeError, Fault};

/// One piece of information within a parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Element {
    /// Which.
    pub tag: u8,
    /// Its octets, at most 255.
    pub contents: Vec<u8>,
}

/// Reads elements to the end.
pub(super) fn decode(octets: &[u8]) -> Result<Vec<Element>, DecodeError> {
    let mut elements = Vec::new();
    let mut at = 0;
    while let [tag, following @ ..] = &octets[at..] {
        let (length, following) = following.split_first().ok_or(DecodeError::at(at + 1, Fault::Truncated))?;
        let contents = following.get(..usize::from(*length)).ok_or(DecodeError::at(at + 1, Fault::Contents))?;
        elements.push(Element { tag: *tag, contents: contents.to_vec() });
        at += 2 + contents.len();
    }
    Ok(elements)
}

/// Appends one element; contents beyond what its length octet can say are cut.
pub(super) fn encode(element: &Element, out: &mut Vec<u8>) {
    let contents = &element.contents[..element.contents.len().min(255)];
    out.extend([element.tag, contents.len() as u8]);
    out.extend_from_slice(contents);
}

/// Types of parameters that are lists of elements.
macro_rules! tagged_elements {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name(pub Vec<$crate::codec::Element>);

        impl $crate::codec::Parameter for $name {
            const CODE: $crate::codec::ParameterCode = $crate::codec::ParameterCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, $crate::codec::DecodeError> {
                $crate::codec::parameter::tagged::decode(octets).map(Self)
            }

            fn encode(&self, out: &mut Vec<u8>) {
                self.0.iter().for_each(|element| $crate::codec::parameter::tagged::encode(element, out));
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                for (index, element) in self.0.iter().enumerate() {
                    write!(f, "{}{}=", if index == 0 { "" } else { ", " }, element.tag)?;
                    $crate::codec::display::hex(&element.contents, f)?;
                }
                Ok(())
            }
        }
    )*};
}
