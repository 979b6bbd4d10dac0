//! Signalling point addresses and the small numbers of the MTP header, Q.704.
//!
//! Promises: a newtype for whatever the wire numbers; values that no table names survive and print.
//! Leaves out: names for point codes (3-8-3 and the like), because notation belongs to configuration.

use std::fmt;

/// Point code (PC) of a signalling point: 14 bits in ITU networks, 24 bits in ANSI networks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct PointCode(pub u32);

impl fmt::Display for PointCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Signalling link selection (SLS): 4 bits in ITU networks. ISUP fills it with the low bits of the CIC.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Sls(pub u8);

/// Service indicator (SI), the low four bits of the service information octet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ServiceIndicator(pub u8);

impl ServiceIndicator {
    /// Signalling network management messages (Q.704).
    pub const NETWORK_MANAGEMENT: Self = Self(0);
    /// Signalling network testing and maintenance, regular messages (Q.707).
    pub const TEST: Self = Self(1);
    /// Signalling network testing and maintenance, special messages (national use).
    pub const TEST_SPECIAL: Self = Self(2);
    /// ISDN user part (Q.761 to Q.764).
    pub const ISUP: Self = Self(5);
}

impl fmt::Display for ServiceIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::NETWORK_MANAGEMENT => f.write_str("network management"),
            Self::TEST => f.write_str("test"),
            Self::TEST_SPECIAL => f.write_str("test (special)"),
            Self::ISUP => f.write_str("ISUP"),
            Self(other) => write!(f, "0x{other:x}"),
        }
    }
}

/// Network indicator (NI), the two top bits of the service information octet.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NetworkIndicator(pub u8);

impl NetworkIndicator {
    /// International network.
    pub const INTERNATIONAL: Self = Self(0);
    /// Spare, for international use only.
    pub const INTERNATIONAL_SPARE: Self = Self(1);
    /// National network.
    pub const NATIONAL: Self = Self(2);
    /// Reserved for national use.
    pub const NATIONAL_SPARE: Self = Self(3);
}

/// Why a user part is unavailable, as a user part unavailable message (UPU) says it. Unknown values survive.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct UnavailabilityCause(pub u8);

impl UnavailabilityCause {
    /// The far end does not say.
    pub const UNKNOWN: Self = Self(0);
    /// The far end has no such user part.
    pub const UNEQUIPPED: Self = Self(1);
    /// The far end has it, but cannot reach it.
    pub const INACCESSIBLE: Self = Self(2);
}

impl fmt::Display for UnavailabilityCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::UNKNOWN => f.write_str("unknown"),
            Self::UNEQUIPPED => f.write_str("unequipped"),
            Self::INACCESSIBLE => f.write_str("inaccessible"),
            Self(other) => write!(f, "0x{other:x}"),
        }
    }
}

/// A message of a user part between two signalling points: the MTP-TRANSFER primitive (Q.701).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Transfer {
    /// Which user part the payload belongs to.
    pub service: ServiceIndicator,
    /// Originating point code (OPC).
    pub opc: PointCode,
    /// Destination point code (DPC).
    pub dpc: PointCode,
    /// Chooses among the links of a linkset; messages of one circuit keep one value, so they keep their order.
    pub sls: Sls,
    /// The signalling information field after the routing label.
    pub payload: Vec<u8>,
}
