//! National variants of MTP3 and ISUP as data: one table row per variant, after Q.704 and Q.763.
//!
//! Promises: code asks the table, never the name of a variant.
//! Leaves out: rows other than ITU-T; they are further values of the same type.

use crate::timer::Timers;

/// What differs between one network's signalling and another's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Variant {
    /// For logs and status.
    pub name: &'static str,
    /// Width of a point code in the routing label, bits.
    pub point_code_bits: u8,
    /// Width of the signalling link selection in the routing label, bits.
    pub sls_bits: u8,
    /// Width of the circuit identification code, bits.
    pub cic_bits: u8,
    /// Call control timers where the configuration names none.
    pub timers: Timers,
}

impl Variant {
    /// ITU-T: 14-bit point codes, 4-bit SLS, 12-bit CIC.
    pub const ITU: Variant =
        Variant { name: "itu", point_code_bits: 14, sls_bits: 4, cic_bits: 12, timers: Timers::ITU };

    /// Largest point code that the routing label can carry.
    pub const fn point_code_max(&self) -> u32 {
        (1 << self.point_code_bits) - 1
    }

    /// Largest circuit identification code that a message can carry.
    pub const fn cic_max(&self) -> u16 {
        (1 << self.cic_bits) - 1
    }

    /// Mask of the SLS bits, which are also the bits of the CIC that ISUP puts there.
    pub const fn sls_mask(&self) -> u8 {
        (1 << self.sls_bits) - 1
    }
}
