//! Cause indicators, Q.763 3.12 by way of Q.850: why a call was released or not established.

use crate::cause::{Cause, CodingStandard, Location};
use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

/// Why, as seen from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CauseIndicators {
    /// Whose list of causes.
    pub coding: CodingStandard,
    /// Where the cause arose.
    pub location: Location,
    /// The recommendation that the cause belongs to, 7 bits; present only in octet 1a.
    pub recommendation: Option<u8>,
    /// The cause.
    pub cause: Cause,
    /// What the cause's row in Q.850 says: the number called, the parameter's code...
    pub diagnostics: Vec<u8>,
}

impl CauseIndicators {
    /// An ITU-T cause without diagnostics.
    pub const fn new(location: Location, cause: Cause) -> Self {
        Self { coding: CodingStandard::ITU_T, location, recommendation: None, cause, diagnostics: Vec::new() }
    }
}

/// The extension bit: this octet is the last of its group.
const LAST: u8 = 0x80;

impl Parameter for CauseIndicators {
    const CODE: ParameterCode = ParameterCode::CAUSE_INDICATORS;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let octet = |at: usize| octets.get(at).copied().ok_or(DecodeError::at(octets.len(), Fault::Truncated));
        let first = octet(0)?;
        let recommendation = if first & LAST == 0 { Some(octet(1)? & !LAST) } else { None };
        let at = 1 + usize::from(recommendation.is_some());
        Ok(Self {
            coding: CodingStandard(first >> 5 & 3),
            location: Location(first & 15),
            recommendation,
            cause: Cause(octet(at)? & !LAST),
            diagnostics: octets[at + 1..].to_vec(),
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let first = (self.coding.0 & 3) << 5 | self.location.0 & 15;
        match self.recommendation {
            Some(recommendation) => out.extend([first, LAST | recommendation]),
            None => out.push(LAST | first),
        }
        out.push(LAST | self.cause.0);
        out.extend_from_slice(&self.diagnostics);
    }
}

impl fmt::Display for CauseIndicators {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.coding == CodingStandard::ITU_T {
            write!(f, "{} {}, {}", self.cause.0, self.cause, self.location)?;
        } else {
            write!(f, "{} of {}, {}", self.cause.0, self.coding, self.location)?;
        }
        if self.diagnostics.is_empty() {
            return Ok(());
        }
        f.write_str(", diagnostics ")?;
        crate::codec::display::hex(&self.diagnostics, f)
    }
}
