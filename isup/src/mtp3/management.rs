//! Signalling network management messages, Q.704 clause 15: one table of headings, and the fields behind them.
//!
//! Promises: every heading code survives; what decodes encodes to the same octets but for spare bits. The layouts are
//! the same in all networks but for the width of point codes and the place of the link code, see [`Format`].
//! Leaves out: the messages about clusters of ANSI networks and about data links, which have names but no fields here;
//! the spare octets that the Japanese standard puts into some messages.

use std::fmt;

use thiserror::Error;

use crate::point_code::{Format, PointCode, ServiceIndicator, Sls, UnavailabilityCause};

/// Heading codes H0 (low four bits) and H1 (high four bits).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heading(pub u8);

impl Heading {
    /// COO: changeover order.
    pub const CHANGEOVER_ORDER: Self = Self(0x11);
    /// COA: changeover acknowledgement.
    pub const CHANGEOVER_ACKNOWLEDGEMENT: Self = Self(0x21);
    /// CBD: changeback declaration.
    pub const CHANGEBACK_DECLARATION: Self = Self(0x51);
    /// CBA: changeback acknowledgement.
    pub const CHANGEBACK_ACKNOWLEDGEMENT: Self = Self(0x61);
    /// ECO: emergency changeover order.
    pub const EMERGENCY_ORDER: Self = Self(0x12);
    /// ECA: emergency changeover acknowledgement.
    pub const EMERGENCY_ACKNOWLEDGEMENT: Self = Self(0x22);
    /// TFC: transfer controlled.
    pub const TRANSFER_CONTROLLED: Self = Self(0x23);
    /// TFP: transfer prohibited.
    pub const TRANSFER_PROHIBITED: Self = Self(0x14);
    /// TFR: transfer restricted.
    pub const TRANSFER_RESTRICTED: Self = Self(0x34);
    /// TFA: transfer allowed.
    pub const TRANSFER_ALLOWED: Self = Self(0x54);
    /// RST: signalling route set test, for a prohibited destination.
    pub const ROUTE_SET_TEST: Self = Self(0x15);
    /// RSR: signalling route set test, for a restricted destination.
    pub const ROUTE_SET_TEST_RESTRICTED: Self = Self(0x25);
    /// LIN: link inhibit.
    pub const LINK_INHIBIT: Self = Self(0x16);
    /// LUN: link uninhibit.
    pub const LINK_UNINHIBIT: Self = Self(0x26);
    /// LIA: link inhibit acknowledgement.
    pub const LINK_INHIBIT_ACKNOWLEDGEMENT: Self = Self(0x36);
    /// LUA: link uninhibit acknowledgement.
    pub const LINK_UNINHIBIT_ACKNOWLEDGEMENT: Self = Self(0x46);
    /// LID: link inhibit denied.
    pub const LINK_INHIBIT_DENIED: Self = Self(0x56);
    /// LFU: link forced uninhibit.
    pub const LINK_FORCED_UNINHIBIT: Self = Self(0x66);
    /// LLT, also LLI: link local inhibit test.
    pub const LINK_LOCAL_INHIBIT_TEST: Self = Self(0x76);
    /// LRT, also LRI: link remote inhibit test.
    pub const LINK_REMOTE_INHIBIT_TEST: Self = Self(0x86);
    /// TRA: traffic restart allowed.
    pub const TRAFFIC_RESTART_ALLOWED: Self = Self(0x17);
    /// UPU: user part unavailable.
    pub const USER_PART_UNAVAILABLE: Self = Self(0x1a);

    /// Whether it orders a changeover or answers such an order.
    pub const fn is_changeover(self) -> bool {
        matches!(
            self,
            Self::CHANGEOVER_ORDER
                | Self::CHANGEOVER_ACKNOWLEDGEMENT
                | Self::EMERGENCY_ORDER
                | Self::EMERGENCY_ACKNOWLEDGEMENT
        )
    }
}

impl fmt::Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match HEADINGS.iter().find(|(code, ..)| *code == self.0) {
            Some((_, name, _)) => f.write_str(name),
            None => write!(f, "H0 {} H1 {}", self.0 & 0x0f, self.0 >> 4),
        }
    }
}

/// A management message after the label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ManagementMessage {
    /// What it says.
    pub heading: Heading,
    /// Of what it says it.
    pub subject: Subject,
}

/// The fields behind a heading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Subject {
    /// None, or fields of a heading that has none in the table.
    None,
    /// A link, by its signalling link code (SLC).
    Link(u8),
    /// A link, and the FSN of the last message accepted over it, 0 to 127.
    LinkAndSequence(u8, u8),
    /// A link, and a changeback code.
    LinkAndCode(u8, u8),
    /// A destination.
    Destination(PointCode),
    /// A destination, and a congestion level of 0 to 3.
    Congestion(PointCode, u8),
    /// A user part at a destination, and why it is unavailable.
    UserPart(PointCode, ServiceIndicator, UnavailabilityCause),
}

impl Subject {
    /// Whether the message is about a link.
    pub fn is_link(&self) -> bool {
        matches!(self, Self::Link(_) | Self::LinkAndSequence(..) | Self::LinkAndCode(..))
    }
}

/// Octets too few for the fields of the heading: the sender's fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
#[error("management message {heading} with {present} octets behind its heading, which needs {needed}")]
pub struct ManagementError {
    /// Its heading; 0 where not even that is there.
    pub heading: Heading,
    /// Octets behind the heading.
    pub present: usize,
    /// Octets that its fields take.
    pub needed: usize,
}

impl ManagementMessage {
    /// Reads what follows the label; `sls` is the label's, which most networks use for the link code.
    pub fn decode(format: Format, sls: Sls, octets: &[u8]) -> Result<Self, ManagementError> {
        let (&heading, rest) =
            octets.split_first().ok_or(ManagementError { heading: Heading(0), present: 0, needed: 0 })?;
        let heading = Heading(heading);
        let mut fields = Fields::of(format, heading, rest)?;
        let subject = match layout(heading) {
            Layout::None => Subject::None,
            Layout::Link => Subject::Link(fields.link(sls)),
            Layout::LinkAndSequence => Subject::LinkAndSequence(fields.link(sls), fields.take(SEQUENCE_BITS) as u8),
            Layout::LinkAndCode => Subject::LinkAndCode(fields.link(sls), fields.take(CODE_BITS) as u8),
            Layout::Destination => Subject::Destination(fields.point_code()),
            Layout::Congestion => Subject::Congestion(fields.point_code(), fields.take(LEVEL_BITS) as u8),
            Layout::UserPart => {
                let destination = fields.point_code();
                fields.take(spare_bits(format));
                let service = ServiceIndicator(fields.take(USER_BITS) as u8);
                Subject::UserPart(destination, service, UnavailabilityCause(fields.take(USER_BITS) as u8))
            }
        };
        Ok(Self { heading, subject })
    }

    /// The label's SLS, and the octets after the label. Bits beyond a field's width are dropped.
    pub fn encode(&self, format: Format) -> (Sls, Vec<u8>) {
        let mut fields = Fields { format, number: 0, bits: 0 };
        let mut link = None;
        match self.subject {
            Subject::None => {}
            Subject::Link(slc) => link = Some(slc),
            Subject::LinkAndSequence(slc, _) | Subject::LinkAndCode(slc, _) => link = Some(slc),
            Subject::Destination(code) | Subject::Congestion(code, _) | Subject::UserPart(code, ..) => {
                fields.put(code.0, format.point_code_bits());
            }
        }
        if let Some(slc) = link.filter(|_| format.link_code_apart) {
            fields.put(slc.into(), LINK_BITS);
        }
        match self.subject {
            Subject::LinkAndSequence(_, fsn) => fields.put(fsn.into(), SEQUENCE_BITS),
            Subject::LinkAndCode(_, code) => fields.put(code.into(), CODE_BITS),
            Subject::Congestion(_, level) => fields.put(level.into(), LEVEL_BITS),
            Subject::UserPart(_, service, cause) => {
                fields.put(0, spare_bits(format));
                fields.put(service.0.into(), USER_BITS);
                fields.put(cause.0.into(), USER_BITS);
            }
            Subject::None | Subject::Link(_) | Subject::Destination(_) => {}
        }
        let sls = Sls(link.filter(|_| !format.link_code_apart).unwrap_or(0));
        let mut out = vec![self.heading.0];
        out.extend_from_slice(&fields.number.to_le_bytes()[..fields.bits.div_ceil(8) as usize]);
        (sls, out)
    }
}

/// The octets behind a heading as one little-endian number, fields from the low bit up.
struct Fields {
    format: Format,
    number: u64,
    bits: u32,
}

impl Fields {
    fn of(format: Format, heading: Heading, octets: &[u8]) -> Result<Self, ManagementError> {
        let needed = width(format, layout(heading)).div_ceil(8) as usize;
        let wrong = ManagementError { heading, present: octets.len(), needed };
        let octets = octets.get(..needed).ok_or(wrong)?;
        let number = octets.iter().rev().fold(0, |number, octet| number << 8 | u64::from(*octet));
        Ok(Self { format, number, bits: 0 })
    }

    fn take(&mut self, bits: u32) -> u32 {
        let field = self.number & ((1 << bits) - 1);
        self.number >>= bits;
        // No field is wider than a point code.
        field as u32
    }

    fn put(&mut self, field: u32, bits: u32) {
        self.number |= (u64::from(field) & ((1 << bits) - 1)) << self.bits;
        self.bits += bits;
    }

    fn link(&mut self, sls: Sls) -> u8 {
        if self.format.link_code_apart { self.take(LINK_BITS) as u8 } else { sls.0 & LINK_MASK }
    }

    fn point_code(&mut self) -> PointCode {
        PointCode(self.take(self.format.point_code_bits()))
    }
}

/// Which fields follow a heading.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Layout {
    None,
    Link,
    LinkAndSequence,
    LinkAndCode,
    Destination,
    Congestion,
    UserPart,
}

fn layout(heading: Heading) -> Layout {
    HEADINGS.iter().find(|(code, ..)| *code == heading.0).map_or(Layout::None, |(.., layout)| *layout)
}

/// Width of the fields, bits.
fn width(format: Format, layout: Layout) -> u32 {
    let link = if format.link_code_apart { LINK_BITS } else { 0 };
    match layout {
        Layout::None => 0,
        Layout::Link => link,
        Layout::LinkAndSequence => link + SEQUENCE_BITS,
        Layout::LinkAndCode => link + CODE_BITS,
        Layout::Destination => format.point_code_bits(),
        Layout::Congestion => format.point_code_bits() + LEVEL_BITS,
        Layout::UserPart => format.point_code_bits() + spare_bits(format) + 2 * USER_BITS,
    }
}

/// Bits that fill the last octet of a point code.
fn spare_bits(format: Format) -> u32 {
    format.point_code_bits().next_multiple_of(8) - format.point_code_bits()
}

const LINK_BITS: u32 = 4;
const LINK_MASK: u8 = 0x0f;
const SEQUENCE_BITS: u32 = 7;
const CODE_BITS: u32 = 8;
const LEVEL_BITS: u32 = 2;
/// Of the user part and of the cause.
const USER_BITS: u32 = 4;

/// Heading octet, acronym, fields.
const HEADINGS: &[(u8, &str, Layout)] = &[
    (0x11, "COO", Layout::LinkAndSequence),
    (0x21, "COA", Layout::LinkAndSequence),
    (0x51, "CBD", Layout::LinkAndCode),
    (0x61, "CBA", Layout::LinkAndCode),
    (0x12, "ECO", Layout::Link),
    (0x22, "ECA", Layout::Link),
    (0x13, "RCT", Layout::None),
    (0x23, "TFC", Layout::Congestion),
    (0x14, "TFP", Layout::Destination),
    (0x24, "TCP", Layout::None),
    (0x34, "TFR", Layout::Destination),
    (0x44, "TCR", Layout::None),
    (0x54, "TFA", Layout::Destination),
    (0x64, "TCA", Layout::None),
    (0x15, "RST", Layout::Destination),
    (0x25, "RSR", Layout::Destination),
    (0x35, "RCP", Layout::None),
    (0x45, "RCR", Layout::None),
    (0x16, "LIN", Layout::Link),
    (0x26, "LUN", Layout::Link),
    (0x36, "LIA", Layout::Link),
    (0x46, "LUA", Layout::Link),
    (0x56, "LID", Layout::Link),
    (0x66, "LFU", Layout::Link),
    (0x76, "LLT", Layout::Link),
    (0x86, "LRT", Layout::Link),
    (0x17, "TRA", Layout::None),
    (0x27, "TRW", Layout::None),
    (0x18, "DLC", Layout::None),
    (0x28, "CSS", Layout::None),
    (0x38, "CNS", Layout::None),
    (0x48, "CNP", Layout::None),
    (0x1a, "UPU", Layout::UserPart),
];
