//! Carriers of other protocols: application transport (Q.763 3.82), remote operations, network
//! specific facility.

use crate::codec::display::hex;
use crate::codec::error::{DecodeError, Fault};
use crate::codec::{NetworkIdentification, Parameter, ParameterCode};
use std::fmt;

/// The extension bit: this octet is the last of its group.
const LAST: u8 = 0x80;

/// Application context identifier: whose octets are carried.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ApplicationContext(pub u16);

impl ApplicationContext {
    /// Unidentified context and error handling.
    pub const UNIDENTIFIED: Self = Self(0);
    /// Virtual private network (PSS1).
    pub const PRIVATE_NETWORK: Self = Self(1);
    /// Charging.
    pub const CHARGING: Self = Self(3);
    /// Generic addressing and transport.
    pub const GENERIC_ADDRESSING: Self = Self(4);
}

/// Application transport parameter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ApplicationTransport {
    /// Whose octets these are; above 127 in two octets, 14 bits.
    pub context: ApplicationContext,
    /// Release the call if the context is not known.
    pub release_call: bool,
    /// Tell the sender if the context is not known.
    pub send_notification: bool,
    /// Begins a new sequence of segments, or is alone.
    pub new_sequence: bool,
    /// Segments still to come, 0 to 9.
    pub segments_to_come: u8,
    /// Segmentation local reference, 7 bits.
    pub reference: Option<u8>,
    /// The octets carried. Later editions begin them with the lengths and digits of an originating
    /// and a destination address, which are the application's to read.
    pub data: Vec<u8>,
}

impl Parameter for ApplicationTransport {
    const CODE: ParameterCode = ParameterCode::APPLICATION_TRANSPORT;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let octet = |at: usize| octets.get(at).copied().ok_or(DecodeError::at(octets.len(), Fault::Truncated));
        let mut at = 0;
        let first = octet(at)?;
        let mut context = u16::from(first & !LAST);
        if first & LAST == 0 {
            at += 1;
            context = context << 7 | u16::from(octet(at)? & !LAST);
        }
        let instruction = octet(at + 1)?;
        let segmentation = octet(at + 2)?;
        at += 3;
        let reference = if segmentation & LAST == 0 { Some(octet(at)? & !LAST) } else { None };
        at += usize::from(reference.is_some());
        Ok(Self {
            context: ApplicationContext(context),
            release_call: instruction & 1 != 0,
            send_notification: instruction & 2 != 0,
            new_sequence: segmentation & 0x40 != 0,
            segments_to_come: segmentation & 0x3f,
            reference,
            data: octets[at..].to_vec(),
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let [high, low] = [(self.context.0 >> 7) as u8 & !LAST, self.context.0 as u8 & !LAST];
        if high != 0 {
            out.push(high);
        }
        out.push(LAST | low);
        out.push(LAST | u8::from(self.release_call) | u8::from(self.send_notification) << 1);
        let last = if self.reference.is_some() { 0 } else { LAST };
        out.push(last | u8::from(self.new_sequence) << 6 | self.segments_to_come & 0x3f);
        out.extend(self.reference.map(|reference| LAST | reference));
        out.extend_from_slice(&self.data);
    }
}

impl fmt::Display for ApplicationTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "context {}, {} segments to come, ", self.context.0, self.segments_to_come)?;
        hex(&self.data, f)
    }
}

/// Remote operations: components of ROSE.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RemoteOperations {
    /// The octet of extension bit and protocol profile; 0x91 is the remote operations protocol.
    pub profile: u8,
    /// The components, in the encoding of ASN.1.
    pub components: Vec<u8>,
}

impl Parameter for RemoteOperations {
    const CODE: ParameterCode = ParameterCode::REMOTE_OPERATIONS;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (profile, components) = octets.split_first().ok_or(DecodeError::at(0, Fault::Truncated))?;
        Ok(Self { profile: *profile, components: components.to_vec() })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.profile);
        out.extend_from_slice(&self.components);
    }
}

impl fmt::Display for RemoteOperations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "profile {}, ", self.profile & 31)?;
        hex(&self.components, f)
    }
}

/// Who defines a network specific facility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FacilityNetwork {
    /// Who assigned the identification.
    pub identification: NetworkIdentification,
    /// Network identification plan, 4 bits.
    pub plan: u8,
    /// The network, as that plan writes it; at most 254 octets.
    pub network: Vec<u8>,
}

/// Network specific facility.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSpecificFacility {
    /// Who defines the facility, if it is said.
    pub network: Option<FacilityNetwork>,
    /// The facility.
    pub indicator: Vec<u8>,
}

impl Parameter for NetworkSpecificFacility {
    const CODE: ParameterCode = ParameterCode::NETWORK_SPECIFIC_FACILITY;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (length, following) = octets.split_first().ok_or(DecodeError::at(0, Fault::Truncated))?;
        let (network, indicator) =
            following.split_at_checked(usize::from(*length)).ok_or(DecodeError::at(0, Fault::Contents))?;
        let network = network.split_first().map(|(first, network)| FacilityNetwork {
            identification: NetworkIdentification(first >> 4 & 7),
            plan: first & 15,
            network: network.to_vec(),
        });
        Ok(Self { network, indicator: indicator.to_vec() })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        match &self.network {
            None => out.push(0),
            Some(FacilityNetwork { identification, plan, network }) => {
                let network = &network[..network.len().min(254)];
                let last = if network.is_empty() { LAST } else { 0 };
                out.extend([1 + network.len() as u8, last | (identification.0 & 7) << 4 | plan & 15]);
                out.extend_from_slice(network);
            }
        }
        out.extend_from_slice(&self.indicator);
    }
}

impl fmt::Display for NetworkSpecificFacility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(network) = &self.network {
            write!(
                f,
                "{}, plan {}, network {}, ",
                network.identification,
                network.plan,
                network.network.escape_ascii()
            )?;
        }
        hex(&self.indicator, f)
    }
}
