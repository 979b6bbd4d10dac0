//! Signalling link test, Q.707: SLTM answered by SLTA with the same pattern.
//!
//! Promises: two tests without a matching answer in a row fail the link.
//! Leaves out: nothing.

use std::time::{Duration, Instant};

use thiserror::Error;

use crate::point_code::{Format, Sls};

/// Tests tried in a row before the link fails.
pub const ATTEMPTS: u8 = 2;
/// Longest test pattern: its length has four bits.
pub const PATTERN_OCTETS_MAX: usize = 15;

/// A link test message after the label.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestMessage<'a> {
    /// SLTM with its pattern.
    Test(&'a [u8]),
    /// SLTA with the pattern it answers.
    Acknowledgement(&'a [u8]),
}

/// Why octets are no link test message.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Error)]
pub enum TestError {
    /// Heading and length are not both there.
    #[error("link test message of {0} octets, shorter than its heading and length")]
    Short(usize),
    /// Neither SLTM nor SLTA.
    #[error("link test heading 0x{0:02x} at octet 0")]
    Heading(u8),
    /// The length at octet 1 does not fit what follows.
    #[error("test pattern of {indicated} octets indicated at octet 1, but {present} octets follow it")]
    Length {
        /// What the length says.
        indicated: usize,
        /// How many octets follow it.
        present: usize,
    },
}

impl<'a> TestMessage<'a> {
    /// Reads what follows the label, and the code of the link that is tested: in the label in place of the signalling
    /// link selection, or in the low bits of the octet of the length.
    pub fn decode(format: Format, sls: Sls, octets: &'a [u8]) -> Result<(u8, Self), TestError> {
        let [heading, length, rest @ ..] = octets else {
            return Err(TestError::Short(octets.len()));
        };
        let indicated = usize::from(length >> 4);
        let pattern = rest.get(..indicated).ok_or(TestError::Length { indicated, present: rest.len() })?;
        let link = if format.link_code_apart { length & LINK_MASK } else { sls.0 };
        match *heading {
            HEADING_TEST => Ok((link, Self::Test(pattern))),
            HEADING_ACKNOWLEDGEMENT => Ok((link, Self::Acknowledgement(pattern))),
            other => Err(TestError::Heading(other)),
        }
    }

    /// The label's signalling link selection, and the octets after the label. A pattern has at most
    /// [`PATTERN_OCTETS_MAX`] octets; more are dropped.
    pub fn encode(&self, format: Format, link: u8) -> (Sls, Vec<u8>) {
        let (heading, pattern) = match self {
            Self::Test(pattern) => (HEADING_TEST, pattern),
            Self::Acknowledgement(pattern) => (HEADING_ACKNOWLEDGEMENT, pattern),
        };
        let pattern = &pattern[..pattern.len().min(PATTERN_OCTETS_MAX)];
        // At most 15, so it fits four bits.
        let length = (pattern.len() as u8) << 4;
        let (sls, low) = if format.link_code_apart { (0, link & LINK_MASK) } else { (link, 0) };
        let mut out = vec![heading, length | low];
        out.extend_from_slice(pattern);
        (Sls(sls), out)
    }
}

/// Link test control of one link whose level 2 is in service.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestControl {
    /// SLTM sent, waiting for SLTA.
    Waiting {
        /// Q.707 T1.
        t1: Instant,
        /// Tests sent in a row.
        attempts: u8,
    },
    /// The last test passed.
    Passed {
        /// Q.707 T2: when the next test is due.
        t2: Instant,
    },
}

/// What an expired timer of a link test asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TestExpiry {
    /// Nothing was due.
    None,
    /// Send SLTM.
    Send,
    /// The link fails.
    Fail,
}

impl TestControl {
    /// SLTM is sent for the first time.
    pub fn start(now: Instant, t1: Duration) -> Self {
        Self::Waiting { t1: now + t1, attempts: 1 }
    }

    /// The running timer.
    pub fn deadline(&self) -> Instant {
        match *self {
            Self::Waiting { t1, .. } => t1,
            Self::Passed { t2 } => t2,
        }
    }

    /// An SLTA with our pattern came while one was awaited.
    pub fn passed(now: Instant, t2: Duration) -> Self {
        Self::Passed { t2: now + t2 }
    }

    /// Whether an SLTA is awaited.
    pub fn is_waiting(&self) -> bool {
        matches!(self, Self::Waiting { .. })
    }

    /// Expires T1 or T2.
    pub fn expire(&mut self, now: Instant, length: Duration) -> TestExpiry {
        match *self {
            Self::Waiting { t1, attempts } if t1 <= now => {
                if attempts == ATTEMPTS {
                    return TestExpiry::Fail;
                }
                *self = Self::Waiting { t1: now + length, attempts: attempts + 1 };
                TestExpiry::Send
            }
            Self::Passed { t2 } if t2 <= now => {
                *self = Self::start(now, length);
                TestExpiry::Send
            }
            _ => TestExpiry::None,
        }
    }
}

const LINK_MASK: u8 = 0x0f;
const HEADING_TEST: u8 = 0x11;
const HEADING_ACKNOWLEDGEMENT: u8 = 0x21;
