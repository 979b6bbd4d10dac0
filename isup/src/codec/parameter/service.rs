//! User service and user teleservice information: Q.931's bearer capability and high layer
//! compatibility, carried through the network.

use crate::cause::CodingStandard;
use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

/// The extension bit: this octet is the last of its group.
const LAST: u8 = 0x80;

values! {
    /// Information transfer capability.
    TransferCapability {
        SPEECH = 0, "speech";
        UNRESTRICTED = 8, "unrestricted digital information";
        RESTRICTED = 9, "restricted digital information";
        AUDIO = 16, "3.1 kHz audio";
        UNRESTRICTED_WITH_TONES = 17, "unrestricted digital information with tones";
        VIDEO = 24, "video";
    }
}

values! {
    /// Transfer mode.
    TransferMode {
        CIRCUIT = 0, "circuit mode";
        PACKET = 2, "packet mode";
    }
}

values! {
    /// Information transfer rate.
    TransferRate {
        PACKET = 0, "packet mode";
        KBIT_64 = 16, "64 kbit/s";
        KBIT_2X64 = 17, "2 x 64 kbit/s";
        KBIT_384 = 19, "384 kbit/s";
        KBIT_1536 = 21, "1536 kbit/s";
        KBIT_1920 = 23, "1920 kbit/s";
        MULTIRATE = 24, "multirate";
    }
}

/// Bearer capability, Q.931 figure 4-11 from its octet 3 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerCapability {
    /// Whose coding.
    pub coding: CodingStandard,
    /// What the bearer carries.
    pub capability: TransferCapability,
    /// How.
    pub mode: TransferMode,
    /// How fast.
    pub rate: TransferRate,
    /// What follows octet 4: attributes (4a, 4b) if `attributes`, the rate multiplier if the rate
    /// is multirate, and the protocols of layers 1 to 3.
    pub protocols: Vec<u8>,
    /// Octets 4a and on are attributes of octet 4.
    pub attributes: bool,
}

values! {
    /// User information layer 1 protocol, 5 bits.
    Layer1Protocol {
        V110 = 1, "V.110 rate adaption";
        G711_MU_LAW = 2, "G.711 mu-law";
        G711_A_LAW = 3, "G.711 A-law";
        G721 = 4, "G.721 ADPCM";
        H221 = 5, "H.221 and H.242";
        H223 = 6, "H.223 and H.245";
        NOT_STANDARD = 7, "rate adaption of no standard";
        V120 = 8, "V.120 rate adaption";
        X31 = 9, "X.31 flag stuffing";
    }
}

impl BearerCapability {
    /// A circuit of 64 kbit/s with the given capability and layer 1 protocol.
    pub fn circuit(capability: TransferCapability, layer_1: Option<Layer1Protocol>) -> Self {
        Self {
            coding: CodingStandard::ITU_T,
            capability,
            mode: TransferMode::CIRCUIT,
            rate: TransferRate::KBIT_64,
            protocols: layer_1.map(|protocol| LAST | 1 << 5 | protocol.0 & 31).into_iter().collect(),
            attributes: false,
        }
    }

    /// The layer 1 protocol, if the capability names one: the first group of octet 5.
    pub fn layer_1(&self) -> Option<Layer1Protocol> {
        let mut groups = self.protocols.split_inclusive(|octet| octet & LAST != 0);
        if self.attributes {
            groups.next();
        }
        if self.rate == TransferRate::MULTIRATE {
            groups.next();
        }
        let first = *groups.next()?.first()?;
        (first >> 5 & 3 == 1).then_some(Layer1Protocol(first & 31))
    }

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (&[third, fourth], protocols) =
            octets.split_first_chunk::<2>().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        Ok(Self {
            coding: CodingStandard(third >> 5 & 3),
            capability: TransferCapability(third & 31),
            mode: TransferMode(fourth >> 5 & 3),
            rate: TransferRate(fourth & 31),
            protocols: protocols.to_vec(),
            attributes: fourth & LAST == 0,
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        let attributes = if self.attributes { 0 } else { LAST };
        out.push(LAST | (self.coding.0 & 3) << 5 | self.capability.0 & 31);
        out.push(attributes | (self.mode.0 & 3) << 5 | self.rate.0 & 31);
        out.extend_from_slice(&self.protocols);
    }
}

impl fmt::Display for BearerCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.capability, self.mode, self.rate)?;
        self.layer_1().map_or(Ok(()), |protocol| write!(f, ", {protocol}"))
    }
}

/// A parameter that is a bearer capability.
macro_rules! user_service {
    ($($(#[$doc:meta])* $name:ident($code:ident))*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name(pub BearerCapability);

        impl Parameter for $name {
            const CODE: ParameterCode = ParameterCode::$code;

            fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
                BearerCapability::decode(octets).map(Self)
            }

            fn encode(&self, out: &mut Vec<u8>) {
                self.0.encode(out);
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

user_service! {
    /// User service information.
    UserServiceInformation(USER_SERVICE_INFORMATION)

    /// User service information prime: the bearer that is preferred to fall back from.
    UserServiceInformationPrime(USER_SERVICE_INFORMATION_PRIME)
}

/// User teleservice information: Q.931's high layer compatibility from its octet 3 on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserTeleserviceInformation {
    /// Whose coding.
    pub coding: CodingStandard,
    /// Interpretation, 3 bits.
    pub interpretation: u8,
    /// Presentation method of protocol profile, 2 bits.
    pub presentation: u8,
    /// High layer characteristics identification, 7 bits; 1 is telephony.
    pub characteristics: u8,
    /// Extended identification, 7 bits.
    pub extended: Option<u8>,
}

impl Parameter for UserTeleserviceInformation {
    const CODE: ParameterCode = ParameterCode::USER_TELESERVICE_INFORMATION;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (&[third, fourth], more) =
            octets.split_first_chunk::<2>().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        let extended = if fourth & LAST == 0 {
            Some(more.first().ok_or(DecodeError::at(2, Fault::Truncated))? & !LAST)
        } else {
            None
        };
        Ok(Self {
            coding: CodingStandard(third >> 5 & 3),
            interpretation: third >> 2 & 7,
            presentation: third & 3,
            characteristics: fourth & !LAST,
            extended,
        })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(LAST | (self.coding.0 & 3) << 5 | (self.interpretation & 7) << 2 | self.presentation & 3);
        let last = if self.extended.is_some() { 0 } else { LAST };
        out.push(last | self.characteristics & !LAST);
        out.extend(self.extended.map(|extended| LAST | extended));
    }
}

impl fmt::Display for UserTeleserviceInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "high layer {}", self.characteristics)?;
        self.extended.map_or(Ok(()), |extended| write!(f, " extended {extended}"))
    }
}
