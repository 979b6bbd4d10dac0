//! Signalling point addresses and the small numbers of the MTP header, Q.704.
//!
//! Promises: a newtype for whatever the wire numbers; values that no table names survive and print. What differs from
//! network to network is a row of [`Format::ALL`], nothing else.
//! Leaves out: which numbers a network assigns.

use std::fmt;

use thiserror::Error;

/// How a network numbers signalling points and lays out its routing label: the widths of the fields.
///
/// Sources: Q.704 for ITU networks; for the others the widths that Wireshark dissects by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Format {
    /// As a configuration names it.
    pub name: &'static str,
    /// Widths of the fields in which people write a point code, high bits first, bits. Their sum is its width.
    pub fields: &'static [u32],
    /// Width of the signalling link selection, bits.
    pub sls_bits: u32,
    /// Octets of the routing label: twice the point code, the signalling link selection, and spare bits.
    pub label_octets: usize,
    /// A message about a link carries the link code in a field of its own, not in place of the signalling link
    /// selection.
    pub link_code_apart: bool,
}

impl Format {
    /// 14 bits, 3-8-3, SLS of 4 bits.
    pub const ITU: Self =
        Self { name: "itu", fields: &[3, 8, 3], sls_bits: 4, label_octets: 4, link_code_apart: false };
    /// 24 bits, 8-8-8 (network, cluster, member), SLS of 8 bits.
    pub const ANSI: Self =
        Self { name: "ansi", fields: &[8, 8, 8], sls_bits: 8, label_octets: 7, link_code_apart: true };
    /// 24 bits, 8-8-8, SLS of 5 bits: ANSI networks of before 1996.
    pub const ANSI_5: Self =
        Self { name: "ansi-5", fields: &[8, 8, 8], sls_bits: 5, label_octets: 7, link_code_apart: true };
    /// 24 bits, 8-8-8 (main signalling area, sub-area, point), SLS of 4 bits.
    pub const CHINA: Self =
        Self { name: "china", fields: &[8, 8, 8], sls_bits: 4, label_octets: 7, link_code_apart: false };
    /// 16 bits, 5-4-7, SLS of 4 bits.
    pub const JAPAN: Self =
        Self { name: "japan", fields: &[5, 4, 7], sls_bits: 4, label_octets: 5, link_code_apart: false };

    /// Every format.
    pub const ALL: [Self; 5] = [Self::ITU, Self::ANSI, Self::ANSI_5, Self::CHINA, Self::JAPAN];

    /// The format of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name == name)
    }

    /// Width of a point code, bits.
    pub fn point_code_bits(&self) -> u32 {
        self.fields.iter().sum()
    }

    /// The highest point code.
    pub fn point_code_max(&self) -> PointCode {
        PointCode((1 << self.point_code_bits()) - 1)
    }

    /// How many values the signalling link selection has.
    pub fn sls_values(&self) -> usize {
        1 << self.sls_bits
    }

    /// Reads a point code written as its fields with hyphens between them, or as one integer.
    pub fn parse(&self, text: &str) -> Result<PointCode, NotAPointCode> {
        let wrong = NotAPointCode { fields: self.fields };
        let numbers = text.split('-').map(number).collect::<Option<Vec<_>>>().ok_or(wrong)?;
        if let [whole] = numbers[..] {
            return (whole <= self.point_code_max().0).then_some(PointCode(whole)).ok_or(wrong);
        }
        if numbers.len() != self.fields.len() {
            return Err(wrong);
        }
        let mut fields = self.fields.iter().zip(numbers);
        let code = fields.try_fold(0, |code, (bits, field)| (field < 1 << bits).then_some(code << bits | field));
        code.map(PointCode).ok_or(wrong)
    }

    /// Writes a point code as its fields.
    pub fn print(&self, code: PointCode) -> String {
        let mut shift = self.point_code_bits();
        let field = |bits: &u32| {
            shift -= bits;
            (code.0 >> shift & ((1 << bits) - 1)).to_string()
        };
        self.fields.iter().map(field).collect::<Vec<_>>().join("-")
    }
}

impl Default for Format {
    fn default() -> Self {
        Self::ITU
    }
}

/// The text is no point code of the format: whoever wrote it erred.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("neither fields of {fields:?} bits with hyphens between them nor an integer of as many bits")]
pub struct NotAPointCode {
    /// Widths of the fields, bits.
    pub fields: &'static [u32],
}

/// Plain digits: `u32::from_str` would also take a sign.
fn number(field: &str) -> Option<u32> {
    field.bytes().all(|octet| octet.is_ascii_digit()).then(|| field.parse().ok())?
}

/// Point code (PC) of a signalling point: 14 bits in ITU networks, 24 bits in ANSI networks.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct PointCode(pub u32);

impl fmt::Display for PointCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}

/// Signalling link selection (SLS), see [`Format::sls_bits`]. ISUP fills it with the low bits of the CIC.
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
