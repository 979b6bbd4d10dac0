//! Bearer capability and low layer compatibility, Q.931 4.5.5 and 4.5.19.

use super::Element;
use super::octets::{LAST, group, octet, push_group, sevens};
use crate::cause::CodingStandard;
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::{DecodeError, Fault};
use std::fmt;

pub use crate::codec::{Layer1Protocol, TransferCapability, TransferMode, TransferRate};

values! {
    /// User information layer 2 protocol, 5 bits.
    Layer2Protocol {
        BASIC_MODE = 1, "ISO 1745 basic mode";
        Q921 = 2, "Q.921";
        X25 = 6, "X.25 link layer";
        X25_MULTILINK = 7, "X.25 multilink";
        T71 = 8, "T.71 extended LAPB";
        HDLC_ARM = 9, "HDLC ARM";
        HDLC_NRM = 10, "HDLC NRM";
        HDLC_ABM = 11, "HDLC ABM";
        LLC = 12, "ISO 8802/2 logical link control";
        X75 = 13, "X.75 single link procedure";
        Q922 = 14, "Q.922";
        Q922_CORE = 15, "core of Q.922";
        USER = 16, "layer 2 of the users";
        ISO_7776 = 17, "ISO 7776";
    }
}

values! {
    /// User information layer 3 protocol, 5 bits.
    Layer3Protocol {
        Q931 = 2, "Q.931";
        X25 = 6, "X.25 packet layer";
        ISO_8208 = 7, "ISO 8208";
        X223 = 8, "X.223";
        ISO_8473 = 9, "ISO 8473";
        T70 = 10, "T.70";
        TR_9577 = 11, "ISO TR 9577";
        USER = 16, "layer 3 of the users";
    }
}

/// The protocol of one layer, with the octets of its group after the first (5a to 5d for layer 1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layer<P> {
    /// Which protocol.
    pub protocol: P,
    /// What it needs: user rate, mode, window size; 7 bits an octet.
    pub parameters: Vec<u8>,
}

/// What the bearer of a call must carry, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BearerCapability {
    /// Whose coding.
    pub coding: CodingStandard,
    /// What it carries.
    pub capability: TransferCapability,
    /// Octet 3a, 7 bits an octet: in low layer compatibility whether it can be negotiated.
    pub negotiation: Vec<u8>,
    /// How.
    pub mode: TransferMode,
    /// How fast.
    pub rate: TransferRate,
    /// Octets 4a and 4b, 7 bits each: structure, configuration, establishment, of older editions.
    pub attributes: Vec<u8>,
    /// Octet 4.1, 7 bits: how many times 64 kbit/s; there if the rate is multirate.
    pub multiplier: Option<u8>,
    /// Octets 5: how the users' information is coded on the bearer.
    pub layer_1: Option<Layer<Layer1Protocol>>,
    /// Octets 6.
    pub layer_2: Option<Layer<Layer2Protocol>>,
    /// Octets 7.
    pub layer_3: Option<Layer<Layer3Protocol>>,
}

impl BearerCapability {
    /// A circuit of 64 kbit/s with the given capability and layer 1 protocol.
    pub fn circuit(capability: TransferCapability, layer_1: Option<Layer1Protocol>) -> Self {
        Self {
            coding: CodingStandard::ITU_T,
            capability,
            negotiation: Vec::new(),
            mode: TransferMode::CIRCUIT,
            rate: TransferRate::KBIT_64,
            attributes: Vec::new(),
            multiplier: None,
            layer_1: layer_1.map(|protocol| Layer { protocol, parameters: Vec::new() }),
            layer_2: None,
            layer_3: None,
        }
    }

    fn read(octets: &[u8]) -> Result<Self, DecodeError> {
        let third = group(octets, 0)?;
        let fourth = group(octets, third.len())?;
        let mut at = third.len() + fourth.len();
        let rate = TransferRate(fourth[0] & 31);
        let mut bearer = Self {
            coding: CodingStandard(third[0] >> 5 & 3),
            capability: TransferCapability(third[0] & 31),
            negotiation: sevens(&third[1..]),
            mode: TransferMode(fourth[0] >> 5 & 3),
            rate,
            attributes: sevens(&fourth[1..]),
            multiplier: None,
            layer_1: None,
            layer_2: None,
            layer_3: None,
        };
        if rate == TransferRate::MULTIRATE {
            bearer.multiplier = Some(octet(octets, at)? & !LAST);
            at += 1;
        }
        bearer.read_layers(octets, at)?;
        Ok(bearer)
    }

    /// Each layer at most once, in ascending order.
    fn read_layers(&mut self, octets: &[u8], mut at: usize) -> Result<(), DecodeError> {
        let mut lowest = 1;
        while at < octets.len() {
            let layer = group(octets, at)?;
            let number = layer[0] >> 5 & 3;
            let (protocol, parameters) = (layer[0] & 31, sevens(&layer[1..]));
            match number {
                _ if number < lowest => return Err(DecodeError::at(at, Fault::Contents)),
                1 => self.layer_1 = Some(Layer { protocol: Layer1Protocol(protocol), parameters }),
                2 => self.layer_2 = Some(Layer { protocol: Layer2Protocol(protocol), parameters }),
                _ => self.layer_3 = Some(Layer { protocol: Layer3Protocol(protocol), parameters }),
            }
            lowest = number + 1;
            at += layer.len();
        }
        Ok(())
    }

    fn write(&self, out: &mut Vec<u8>) {
        push_group((self.coding.0 & 3) << 5 | self.capability.0 & 31, &self.negotiation, out);
        push_group((self.mode.0 & 3) << 5 | self.rate.0 & 31, &self.attributes, out);
        if self.rate == TransferRate::MULTIRATE {
            out.push(LAST | self.multiplier.unwrap_or(1));
        }
        let layers = [
            self.layer_1.as_ref().map(|layer| (layer.protocol.0, &layer.parameters)),
            self.layer_2.as_ref().map(|layer| (layer.protocol.0, &layer.parameters)),
            self.layer_3.as_ref().map(|layer| (layer.protocol.0, &layer.parameters)),
        ];
        for (number, layer) in (1..).zip(layers) {
            if let Some((protocol, parameters)) = layer {
                push_group(number << 5 | protocol & 31, parameters, out);
            }
        }
    }
}

impl fmt::Display for BearerCapability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}, {}", self.capability, self.mode, self.rate)?;
        if let Some(multiplier) = self.multiplier {
            write!(f, " x {multiplier}")?;
        }
        if let Some(layer) = &self.layer_1 {
            write!(f, ", {}", layer.protocol)?;
        }
        if let Some(layer) = &self.layer_2 {
            write!(f, ", {}", layer.protocol)?;
        }
        self.layer_3.as_ref().map_or(Ok(()), |layer| write!(f, ", {}", layer.protocol))
    }
}

impl Element for BearerCapability {
    const CODE: ElementCode = ElementCode::BEARER_CAPABILITY;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        Self::read(octets)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.write(out);
    }
}

/// Low layer compatibility: what the users' equipment does with the bearer, coded as a bearer capability.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowLayerCompatibility(pub BearerCapability);

impl Element for LowLayerCompatibility {
    const CODE: ElementCode = ElementCode::LOW_LAYER_COMPATIBILITY;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        BearerCapability::read(octets).map(Self)
    }

    fn encode(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }
}

impl fmt::Display for LowLayerCompatibility {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
