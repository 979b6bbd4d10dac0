//! Service information octet and routing label, Q.704.
//!
//! Promises: what decodes encodes to the same octets.
//! Leaves out: the 56-bit label of ANSI networks.

use thiserror::Error;

use crate::point_code::{NetworkIndicator, PointCode, ServiceIndicator, Sls};

/// Octets of the label of ITU networks.
pub const LABEL_OCTETS: usize = 4;
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
    /// Signalling link selection; signalling link code in messages about a link.
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
    pub fn decode(octets: &'a [u8]) -> Result<Self, LabelError> {
        let [service, a, b, c, d, payload @ ..] = octets else {
            return Err(LabelError(octets.len()));
        };
        let label = u32::from_le_bytes([*a, *b, *c, *d]);
        Ok(Self {
            service: ServiceIndicator(service & 0x0f),
            network: NetworkIndicator(service >> 6),
            spare: service >> 4 & 0b11,
            dpc: PointCode(label & POINT_CODE_MASK),
            opc: PointCode(label >> OPC_SHIFT & POINT_CODE_MASK),
            // The four bits that are left fit an octet.
            sls: Sls((label >> SLS_SHIFT) as u8),
            payload,
        })
    }

    /// The octets from the service information octet on. Bits beyond a field's width are dropped.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(1 + LABEL_OCTETS + self.payload.len());
        out.push(self.network.0 << 6 | (self.spare & 0b11) << 4 | self.service.0 & 0x0f);
        let label = self.dpc.0 & POINT_CODE_MASK
            | (self.opc.0 & POINT_CODE_MASK) << OPC_SHIFT
            | u32::from(self.sls.0) << SLS_SHIFT;
        out.extend(label.to_le_bytes());
        out.extend_from_slice(self.payload);
        out
    }
}

/// The label is one little-endian number: DPC 14 bits, OPC 14 bits, SLS 4 bits.
const POINT_CODE_MASK: u32 = 0x3fff;
const OPC_SHIFT: u32 = 14;
const SLS_SHIFT: u32 = 28;
