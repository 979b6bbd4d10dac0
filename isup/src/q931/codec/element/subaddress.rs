//! Subaddresses of the parties, Q.931 4.5.9 and 4.5.11: what only the user's equipment understands.

use super::Element;
use super::octets::{LAST, octet};
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::DecodeError;
use std::fmt;

values! {
    /// Type of subaddress, 3 bits.
    TypeOfSubaddress {
        NSAP = 0, "NSAP";
        USER = 2, "user's own";
    }
}

macro_rules! subaddresses {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, Eq)]
        pub struct $name {
            /// Type of subaddress.
            pub kind: TypeOfSubaddress,
            /// Odd/even indicator: whether the last octet holds one address signal of a pair.
            pub odd: bool,
            /// The subaddress; an NSAP begins with its authority and format identifier, 0x50 for IA5.
            pub octets: Vec<u8>,
        }

        impl Element for $name {
            const CODE: ElementCode = ElementCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                let first = octet(octets, 0)?;
                let kind = TypeOfSubaddress(first >> 4 & 7);
                Ok(Self { kind, odd: first & ODD != 0, octets: octets[1..].to_vec() })
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.push(LAST | (self.kind.0 & 7) << 4 | if self.odd { ODD } else { 0 });
                out.extend_from_slice(&self.octets);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}, ", self.kind)?;
                crate::q931::codec::display::hex(&self.octets, f)?;
                f.write_str(if self.odd { ", odd" } else { "" })
            }
        }
    )*};
}

const ODD: u8 = 0x08;

subaddresses! {
    /// Calling party subaddress.
    CallingPartySubaddress(CALLING_PARTY_SUBADDRESS)

    /// Called party subaddress.
    CalledPartySubaddress(CALLED_PARTY_SUBADDRESS)

    /// Connected subaddress.
    ConnectedSubaddress(CONNECTED_SUBADDRESS)

    /// Redirecting subaddress.
    RedirectingSubaddress(REDIRECTING_SUBADDRESS)
}
