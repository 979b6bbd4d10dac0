//! Range and status, Q.763 3.43: a run of circuits, and one bit for each.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Cic, Parameter, ParameterCode};
use std::fmt;

/// A run of circuits that begins with the message's own, and a status bit for each of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RangeAndStatus {
    /// The number of circuits less one. 0 is one circuit (or "all that the message's code says",
    /// in national use); CGB, CGU and GRS name at least two.
    pub range: u8,
    /// The status bits, the message's own circuit in the lowest bit of the first octet; empty in
    /// messages that have none (GRS, CQM).
    pub status: Vec<u8>,
}

impl RangeAndStatus {
    /// A range without status, as in GRS.
    pub const fn without_status(range: u8) -> Self {
        Self { range, status: Vec::new() }
    }

    /// A range with every status bit clear.
    pub fn with_status(range: u8) -> Self {
        Self { range, status: vec![0; Self::status_octets(range)] }
    }

    /// How many circuits the range spans, 1 to 256.
    pub const fn circuits(&self) -> usize {
        self.range as usize + 1
    }

    /// The circuits, when the message was for `first`.
    pub fn cics(&self, first: Cic) -> impl Iterator<Item = Cic> + use<> {
        (first.0..=first.0.saturating_add(u16::from(self.range))).map(Cic)
    }

    /// The status bit of the circuit `index` places after the message's own; clear beyond the status octets.
    pub fn is_set(&self, index: usize) -> bool {
        self.status.get(index / 8).is_some_and(|octet| octet >> (index % 8) & 1 == 1)
    }

    /// Sets the status bit of the circuit `index` places after the message's own, if it is in range.
    pub fn mark(&mut self, index: usize) {
        if index < self.circuits() {
            self.status.resize(self.status.len().max(Self::status_octets(self.range)), 0);
            self.status[index / 8] |= 1 << (index % 8);
        }
    }

    const fn status_octets(range: u8) -> usize {
        range as usize / 8 + 1
    }
}

impl Parameter for RangeAndStatus {
    const CODE: ParameterCode = ParameterCode::RANGE_AND_STATUS;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (range, status) = octets.split_first().ok_or(DecodeError::at(0, Fault::Truncated))?;
        Ok(Self { range: *range, status: status.to_vec() })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.range);
        out.extend_from_slice(&self.status);
    }
}

impl fmt::Display for RangeAndStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} circuits", self.circuits())?;
        if self.status.is_empty() {
            return Ok(());
        }
        f.write_str(", status ")?;
        crate::codec::display::hex(&self.status, f)
    }
}
