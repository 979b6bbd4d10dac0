//! Parameters that name an exchange or a call at an exchange, Q.763 clause 3.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

/// A parameter that is a point code.
macro_rules! point_codes {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name(pub u16);

        impl Parameter for $name {
            const CODE: ParameterCode = ParameterCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                let (code, _) = octets.split_first_chunk().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
                Ok(Self(u16::from_le_bytes(*code)))
            }

            fn encode(&self, out: &mut Vec<u8>) {
                out.extend(self.0.to_le_bytes());
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}", self.0)
            }
        }
    )*};
}

point_codes! {
    /// Signalling point code: where the release began. 14 bits; the two spare ones are kept.
    SignallingPointCode(SIGNALLING_POINT_CODE)

    /// Origination ISC point code: the international exchange where the call began. 14 bits; the
    /// two spare ones are kept.
    OriginationIscPointCode(ORIGINATION_ISC_POINT_CODE)
}

/// Call reference: a call as one exchange counts its calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CallReference {
    /// The call, 24 bits.
    pub identity: u32,
    /// The exchange.
    pub point_code: u16,
}

impl Parameter for CallReference {
    const CODE: ParameterCode = ParameterCode::CALL_REFERENCE;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (&[i1, i2, i3, p1, p2], _) =
            octets.split_first_chunk::<5>().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        Ok(Self { identity: u32::from_be_bytes([0, i1, i2, i3]), point_code: u16::from_le_bytes([p1, p2]) })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(&self.identity.to_be_bytes()[1..]);
        out.extend(self.point_code.to_le_bytes());
    }
}

impl fmt::Display for CallReference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} at {}", self.identity, self.point_code)
    }
}

/// Connection request: an SCCP connection to accompany the call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ConnectionRequest {
    /// Local reference, 24 bits.
    pub local_reference: u32,
    /// The exchange that gave it.
    pub point_code: u16,
    /// Protocol class, and the credit that only comes with it.
    pub protocol_class: Option<u8>,
    /// Credit.
    pub credit: Option<u8>,
}

impl Parameter for ConnectionRequest {
    const CODE: ParameterCode = ParameterCode::CONNECTION_REQUEST;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let CallReference { identity, point_code } = CallReference::decode(octets)?;
        let (protocol_class, credit) = (octets.get(5).copied(), octets.get(6).copied());
        Ok(Self { local_reference: identity, point_code, protocol_class, credit })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        CallReference { identity: self.local_reference, point_code: self.point_code }.encode(out);
        out.extend(self.protocol_class);
        out.extend(self.protocol_class.and(self.credit));
    }
}

impl fmt::Display for ConnectionRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "reference {:06x} at {}", self.local_reference, self.point_code)?;
        self.protocol_class.map_or(Ok(()), |class| write!(f, ", class {class}"))?;
        self.credit.map_or(Ok(()), |credit| write!(f, ", credit {credit}"))
    }
}
