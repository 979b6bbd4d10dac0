//! What restart and service messages are about: restart indicator, Q.931 4.5.25, and change status
//! of the North American networks.

use super::Element;
use super::octets::{LAST, octet};
use crate::q931::codec::code::ElementCode;
use crate::q931::codec::error::DecodeError;
use std::fmt;

octet_values! {
    /// Restart indicator: the class, 3 bits.
    RestartIndicator(RESTART_INDICATOR), bits 0x07 under 0x80 {
        INDICATED_CHANNELS = 0, "indicated channels";
        SINGLE_INTERFACE = 6, "single interface";
        ALL_INTERFACES = 7, "all interfaces";
    }
}

values! {
    /// New status, 3 bits.
    NewStatus {
        IN_SERVICE = 0, "in service";
        MAINTENANCE = 1, "maintenance";
        OUT_OF_SERVICE = 2, "out of service";
    }
}

/// Change status, of a SERVICE: what a channel or interface becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChangeStatus {
    /// Whether a channel is meant; else the interface.
    pub channel: bool,
    /// What it becomes.
    pub status: NewStatus,
}

const CHANNEL: u8 = 0x40;

impl Element for ChangeStatus {
    const CODE: ElementCode = ElementCode::CHANGE_STATUS;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let third = octet(octets, 0)?;
        Ok(Self { channel: third & CHANNEL != 0, status: NewStatus(third & 7) })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(LAST | if self.channel { CHANNEL } else { 0 } | self.status.0 & 7);
    }
}

impl fmt::Display for ChangeStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", if self.channel { "channel" } else { "interface" }, self.status)
    }
}
