//! Signalling network management messages, Q.704: their headings.
//!
//! Promises: every heading code survives.
//! Leaves out: the contents of messages whose procedures are left out.

use std::fmt;

/// Heading codes H0 (low four bits) and H1 (high four bits).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Heading(pub u8);

impl Heading {
    /// TRA: traffic restart allowed.
    pub const TRAFFIC_RESTART_ALLOWED: Self = Self(0x17);
}

impl fmt::Display for Heading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match NAMES.iter().find(|(code, _)| *code == self.0) {
            Some((_, name)) => f.write_str(name),
            None => write!(f, "H0 {} H1 {}", self.0 & 0x0f, self.0 >> 4),
        }
    }
}

/// Acronyms by heading octet.
const NAMES: &[(u8, &str)] = &[
    (0x11, "COO"),
    (0x21, "COA"),
    (0x51, "CBD"),
    (0x61, "CBA"),
    (0x12, "ECO"),
    (0x22, "ECA"),
    (0x13, "RCT"),
    (0x23, "TFC"),
    (0x14, "TFP"),
    (0x34, "TFR"),
    (0x54, "TFA"),
    (0x15, "RST"),
    (0x25, "RSR"),
    (0x16, "LIN"),
    (0x26, "LUN"),
    (0x36, "LIA"),
    (0x46, "LUA"),
    (0x56, "LID"),
    (0x66, "LFU"),
    (0x76, "LLT"),
    (0x86, "LRT"),
    (0x17, "TRA"),
    (0x18, "DLC"),
    (0x28, "CSS"),
    (0x38, "CNS"),
    (0x48, "CNP"),
    (0x1a, "UPU"),
];
