//! Service information octet and routing label, Q.704 clauses 2.2 and 14.2.
//!
//! Promises: what decodes encodes to the same octets, in every [`Format`].
//! Leaves out: nothing.

use thiserror::Error;

use crate::point_code::{Format, NetworkIndicator, PointCode, ServiceIndicator, Sls};

/// Longest signalling information field, label included.
pub const INFORMATION_OCTETS_MAX: usize = 272;

/// A message as level 2 carries it: service information octet, label, and what follows.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Signal<'a> {
    /// Which user part.
    pub service: ServiceIndicator,
    /// Which network.
    pub network: NetworkIndicator,
    /// Bits 5 and 6 of the service information octet: spare here, priority in other networks.
    pub spare: u8,
    /// Destination.
    pub dpc: PointCode,
    /// Originator.
    pub opc: PointCode,
    /// Signalling link selection with the label's spare bits above it; signalling link code in messages about a link.
    pub sls: Sls,
    /// What follows the label.
    pub payload: &'a [u8],
}

/// Octets too few for a service information octet and a label: the sender's fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("message of {0} octets, too short for its service information octet and label")]
pub struct LabelError(pub usize);

impl<'a> Signal<'a> {
    /// Reads a message from the service information octet on.
    pub fn decode(format: Format, octets: &'a [u8]) -> Result<Self, LabelError> {
        let (service, rest) = octets.split_first().ok_or(LabelError(octets.len()))?;
        let (label, payload) = rest.split_at_checked(format.label_octets).ok_or(LabelError(octets.len()))?;
        // The label is one little-endian number: DPC, OPC and SLS from the low bit up.
        let label = label.iter().rev().fold(0, |label, octet| label << 8 | u64::from(*octet));
        let bits = format.point_code_bits();
        let point_code = |shift| PointCode((label >> shift) as u32 & format.point_code_max().0);
        Ok(Self {
            service: ServiceIndicator(service & 0x0f),
            network: NetworkIndicator(service >> 6),
            spare: service >> 4 & 0b11,
            dpc: point_code(0),
            opc: point_code(bits),
            // At most eight bits are left in every format.
            sls: Sls((label >> (2 * bits)) as u8),
            payload,
        })
    }

    /// The octets from the service information octet on. Bits beyond a field's width are dropped.
    pub fn encode(&self, format: Format) -> Vec<u8> {
        let mut out = Vec::with_capacity(1 + format.label_octets + self.payload.len());
        out.push(self.network.0 << 6 | (self.spare & 0b11) << 4 | self.service.0 & 0x0f);
        let bits = format.point_code_bits();
        let point_code = |code: PointCode| u64::from(code.0 & format.point_code_max().0);
        let label = point_code(self.dpc) | point_code(self.opc) << bits | u64::from(self.sls.0) << (2 * bits);
        out.extend_from_slice(&label.to_le_bytes()[..format.label_octets]);
        out.extend_from_slice(self.payload);
        out
    }
}
