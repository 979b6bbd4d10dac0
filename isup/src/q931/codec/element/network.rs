//! Networks and their facilities, Q.931 4.5.21 and 4.5.29: which network to transit, and what a
//! network shall do beyond the standard.

use super::Element;
use super::octets::{LAST, characters, octet, push_characters};
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::{DecodeError, Fault};
use std::fmt;

values! {
    /// Type of network identification, 3 bits.
    NetworkIdentificationType {
        USER = 0, "specified by the user";
        NATIONAL = 2, "national network";
        INTERNATIONAL = 3, "international network";
    }
}

values! {
    /// Network identification plan, 4 bits.
    NetworkIdentificationPlan {
        UNKNOWN = 0, "plan unknown";
        CARRIER = 1, "carrier identification code";
        DATA = 3, "X.121 data network identification code";
    }
}

/// A network: who named it, by which plan, and its name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkIdentification {
    /// Who named it.
    pub kind: NetworkIdentificationType,
    /// By which plan.
    pub plan: NetworkIdentificationPlan,
    /// Its name, IA5 characters.
    pub name: String,
}

impl NetworkIdentification {
    fn read(octets: &[u8]) -> Result<Self, DecodeError> {
        let first = octet(octets, 0)?;
        Ok(Self {
            kind: NetworkIdentificationType(first >> 4 & 7),
            plan: NetworkIdentificationPlan(first & 15),
            name: characters(octets, 1)?,
        })
    }

    fn write(&self, out: &mut Vec<u8>) {
        out.push(LAST | (self.kind.0 & 7) << 4 | self.plan.0 & 15);
        push_characters(&self.name, out);
    }
}

impl fmt::Display for NetworkIdentification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.name.escape_default(), self.kind, self.plan)
    }
}

/// Transit network selection.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TransitNetworkSelection(pub NetworkIdentification);

impl Element for TransitNetworkSelection {
    const CODE: ElementCode = ElementCode::TRANSIT_NETWORK_SELECTION;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        NetworkIdentification::read(octets).map(Self)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl fmt::Display for TransitNetworkSelection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Network-specific facilities.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworkSpecificFacilities {
    /// Which network shall provide them; `None` is the network that the message is sent to.
    pub network: Option<NetworkIdentification>,
    /// Which facilities, coded as that network says.
    pub facilities: Vec<u8>,
}

impl Element for NetworkSpecificFacilities {
    const CODE: ElementCode = ElementCode::NETWORK_SPECIFIC_FACILITIES;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let length = usize::from(octet(octets, 0)?);
        let whole = octets[1..].split_at_checked(length);
        let (network, facilities) = whole.ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        let network = match network {
            [] => None,
            octets => Some(NetworkIdentification::read(octets).map_err(|error| error.after(1))?),
        };
        Ok(Self { network, facilities: facilities.to_vec() })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let mut network = Vec::new();
        if let Some(identification) = &self.network {
            identification.write(&mut network);
        }
        // The element itself cannot be longer than its own length octet says.
        network.truncate(usize::from(u8::MAX));
        out.push(network.len() as u8);
        out.extend(network);
        out.extend_from_slice(&self.facilities);
    }
}

impl fmt::Display for NetworkSpecificFacilities {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(network) = &self.network {
            write!(f, "{network}: ")?;
        }
        crate::q931::codec::display::hex(&self.facilities, f)
    }
}
