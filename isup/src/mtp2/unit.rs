//! Signal units, Q.703 clause 2: the octets between the flags, without the check bits.
//!
//! Promises: a unit that decodes encodes to the same octets (the spare bits of the length indicator are dropped);
//! nothing is allocated by the decoder.
//! Leaves out: extended sequence numbers of 2 Mbit/s links.

use std::fmt;

use thiserror::Error;

/// Sequence numbers count modulo 128.
pub const SEQUENCE_MASK: u8 = 0x7f;
/// Longest message: service information octet and 272 octets of signalling information field.
pub const MESSAGE_OCTETS_MAX: usize = 273;
/// Shortest message: service information octet and 2 octets of signalling information field.
pub const MESSAGE_OCTETS_MIN: usize = 3;
/// Octets before the contents: BSN and BIB, FSN and FIB, length indicator.
pub const HEADER_OCTETS: usize = 3;
/// Longest unit without check bits.
pub const UNIT_OCTETS_MAX: usize = HEADER_OCTETS + MESSAGE_OCTETS_MAX;

/// Sequence numbers and indicator bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Header {
    /// Backward sequence number: the last message accepted.
    pub bsn: u8,
    /// Backward indicator bit: inverted to ask for retransmission.
    pub bib: bool,
    /// Forward sequence number of this message, or of the last one before this unit.
    pub fsn: u8,
    /// Forward indicator bit: inverted when a retransmission begins.
    pub fib: bool,
}

/// What a unit carries.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contents<'a> {
    /// Fill-in signal unit (FISU).
    Fill,
    /// Link status signal unit (LSSU).
    Status(Status),
    /// Message signal unit (MSU): service information octet and signalling information field.
    Message(&'a [u8]),
}

/// Status field of a link status signal unit, clause 11.1. Unknown values survive.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status(pub u8);

impl Status {
    /// SIO: out of alignment.
    pub const OUT_OF_ALIGNMENT: Self = Self(0);
    /// SIN: normal alignment.
    pub const NORMAL: Self = Self(1);
    /// SIE: emergency alignment.
    pub const EMERGENCY: Self = Self(2);
    /// SIOS: out of service.
    pub const OUT_OF_SERVICE: Self = Self(3);
    /// SIPO: processor outage.
    pub const PROCESSOR_OUTAGE: Self = Self(4);
    /// SIB: busy.
    pub const BUSY: Self = Self(5);
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const NAMES: [&str; 6] = ["SIO", "SIN", "SIE", "SIOS", "SIPO", "SIB"];
        match NAMES.get(usize::from(self.0)) {
            Some(name) => f.write_str(name),
            None => write!(f, "status 0x{:02x}", self.0),
        }
    }
}

/// A signal unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Unit<'a> {
    /// Sequence numbers and indicator bits.
    pub header: Header,
    /// What it carries.
    pub contents: Contents<'a>,
}

/// Why octets are no signal unit: the sender's fault, or the line's with check bits that happened to fit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum UnitError {
    /// Less than BSN, FSN and length indicator.
    #[error("signal unit of {0} octets, shorter than its header of {HEADER_OCTETS}")]
    Short(usize),
    /// More than 273 octets after the length indicator.
    #[error("signal unit of {0} octets, longer than {UNIT_OCTETS_MAX}")]
    Long(usize),
    /// The length indicator at octet 2 does not fit the octets that follow it.
    #[error("length indicator {indicated} at octet 2, but {present} octets follow it")]
    Length {
        /// What the length indicator says; 63 stands for 63 and more.
        indicated: u8,
        /// How many octets follow it.
        present: usize,
    },
}

impl<'a> Unit<'a> {
    /// Reads a unit from BSN/BIB to before the check bits.
    pub fn decode(octets: &'a [u8]) -> Result<Self, UnitError> {
        let [backward, forward, length, rest @ ..] = octets else {
            return Err(UnitError::Short(octets.len()));
        };
        if rest.len() > MESSAGE_OCTETS_MAX {
            return Err(UnitError::Long(octets.len()));
        }
        let header = Header {
            bsn: backward & SEQUENCE_MASK,
            bib: backward & INDICATOR_BIT != 0,
            fsn: forward & SEQUENCE_MASK,
            fib: forward & INDICATOR_BIT != 0,
        };
        let indicated = length & LENGTH_MAX;
        if usize::from(indicated) != rest.len().min(LENGTH_MAX.into()) {
            return Err(UnitError::Length { indicated, present: rest.len() });
        }
        let contents = match rest {
            [] => Contents::Fill,
            // In a status field of two octets the second is spare.
            [status] | [status, _] => Contents::Status(Status(status & STATUS_MASK)),
            message => Contents::Message(message),
        };
        Ok(Self { header, contents })
    }

    /// Appends the unit to `out`. A message must have 3 to 273 octets, see [`MESSAGE_OCTETS_MAX`].
    pub fn encode(&self, out: &mut Vec<u8>) {
        let Header { bsn, bib, fsn, fib } = self.header;
        out.push(bsn & SEQUENCE_MASK | u8::from(bib) << 7);
        out.push(fsn & SEQUENCE_MASK | u8::from(fib) << 7);
        match self.contents {
            Contents::Fill => out.push(0),
            Contents::Status(status) => out.extend([1, status.0]),
            Contents::Message(message) => {
                // min(63) fits an octet.
                out.push(message.len().min(LENGTH_MAX.into()) as u8);
                out.extend_from_slice(message);
            }
        }
    }
}

/// Adds to a sequence number.
pub const fn sequence_add(number: u8, count: u8) -> u8 {
    number.wrapping_add(count) & SEQUENCE_MASK
}

/// How many steps lead from one sequence number to another.
pub const fn sequence_distance(from: u8, to: u8) -> u8 {
    to.wrapping_sub(from) & SEQUENCE_MASK
}

/// BIB and FIB stand in the high bit of the octets of BSN and FSN.
const INDICATOR_BIT: u8 = 0x80;
/// The length indicator has six bits and stops counting at 63.
const LENGTH_MAX: u8 = 0x3f;
/// The status indication has three bits, the others are spare.
const STATUS_MASK: u8 = 0x07;
