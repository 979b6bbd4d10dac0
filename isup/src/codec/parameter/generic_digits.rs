//! Generic digits, Q.763 3.24: digits of an account, an authorisation and the like.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Digits, Parameter, ParameterCode};
use std::fmt;

values! {
    /// Encoding scheme, 3 bits.
    DigitsEncoding {
        BCD_EVEN = 0, "BCD, even number";
        BCD_ODD = 1, "BCD, odd number";
        IA5 = 2, "IA5 characters";
        BINARY = 3, "binary";
    }
}

values! {
    /// What the digits are, 5 bits.
    DigitsKind {
        ACCOUNT_CODE = 0, "account code";
        AUTHORISATION_CODE = 1, "authorisation code";
        TRAVELLING_CLASS_MARK = 2, "private network travelling class mark";
        BUSINESS_GROUP = 3, "business communication group identity";
    }
}

/// Generic digits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GenericDigits {
    /// How they are encoded.
    pub encoding: DigitsEncoding,
    /// What they are.
    pub kind: DigitsKind,
    /// The digits as encoded.
    pub octets: Vec<u8>,
}

impl GenericDigits {
    /// The digits of a BCD encoding that fit [`Digits`].
    pub fn digits(&self) -> Option<Digits> {
        match self.encoding {
            DigitsEncoding::BCD_EVEN => Digits::unpack(&self.octets, false).ok(),
            DigitsEncoding::BCD_ODD => Digits::unpack(&self.octets, true).ok(),
            _ => None,
        }
    }
}

impl Parameter for GenericDigits {
    const CODE: ParameterCode = ParameterCode::GENERIC_DIGITS;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (first, digits) = octets.split_first().ok_or(DecodeError::at(0, Fault::Truncated))?;
        Ok(Self { encoding: DigitsEncoding(first >> 5), kind: DigitsKind(first & 31), octets: digits.to_vec() })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.encoding.0 << 5 | self.kind.0 & 31);
        out.extend_from_slice(&self.octets);
    }
}

impl fmt::Display for GenericDigits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ", self.kind)?;
        match self.digits() {
            Some(digits) => write!(f, "{digits}"),
            None => crate::codec::display::hex(&self.octets, f),
        }
    }
}
