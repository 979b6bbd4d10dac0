//! MDL-ERROR indications, Q.921 table II-1: what a data link tells management, and how often it has.
//!
//! Promises: each code is counted by itself.
//! Leaves out: what management does about them (appendix II), which for a fixed TEI is to log them.

use std::fmt;

/// Error codes of the MDL-ERROR indication, table II-1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ErrorCode {
    /// Unsolicited supervisory response with F = 1.
    A,
    /// Unsolicited DM with F = 1.
    B,
    /// Unsolicited UA with F = 1.
    C,
    /// Unsolicited UA with F = 0.
    D,
    /// Unsolicited DM with F = 0.
    E,
    /// The far end began anew.
    F,
    /// No answer to SABME.
    G,
    /// No answer to DISC.
    H,
    /// No answer to a status enquiry.
    I,
    /// N(R) acknowledges what was not sent.
    J,
    /// FRMR received.
    K,
    /// A control field that is not defined.
    L,
    /// An information field where none is permitted.
    M,
    /// A frame of the wrong size.
    N,
    /// An information field longer than N201.
    O,
}

impl fmt::Display for ErrorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = match self {
            Self::A => "unsolicited supervisory response, F = 1",
            Self::B => "unsolicited DM, F = 1",
            Self::C => "unsolicited UA, F = 1",
            Self::D => "unsolicited UA, F = 0",
            Self::E => "unsolicited DM, F = 0",
            Self::F => "far end re-establishes",
            Self::G => "SABME not answered",
            Self::H => "DISC not answered",
            Self::I => "status enquiry not answered",
            Self::J => "N(R) not valid",
            Self::K => "FRMR received",
            Self::L => "control field not defined",
            Self::M => "information field not permitted",
            Self::N => "frame of wrong size",
            Self::O => "information field longer than N201",
        };
        write!(f, "MDL-ERROR {}: {words}", self.letter())
    }
}

impl ErrorCode {
    /// Every code, in order.
    pub const ALL: [ErrorCode; 15] = [
        Self::A,
        Self::B,
        Self::C,
        Self::D,
        Self::E,
        Self::F,
        Self::G,
        Self::H,
        Self::I,
        Self::J,
        Self::K,
        Self::L,
        Self::M,
        Self::N,
        Self::O,
    ];

    /// Its letter in the standard.
    pub fn letter(self) -> char {
        char::from(b'A' + self as u8)
    }
}

/// How often each error has been indicated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ErrorCounts([u64; ErrorCode::ALL.len()]);

impl ErrorCounts {
    /// How often this one has been.
    pub fn of(&self, code: ErrorCode) -> u64 {
        self.0[code as usize]
    }

    /// Those that have been indicated at all, in order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = (ErrorCode, u64)> + '_ {
        ErrorCode::ALL.into_iter().map(|code| (code, self.of(code))).filter(|(_, count)| *count > 0)
    }

    pub(super) fn count(&mut self, code: ErrorCode) {
        self.0[code as usize] += 1;
    }
}
