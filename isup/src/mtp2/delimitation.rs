//! Signal unit delimitation, alignment and error detection (DAEDR, DAEDT) on the octets of a timeslot, Q.703 clauses 3
//! and 4.
//!
//! Promises: a unit that ends in the octets received is told in its order, with every error that the monitors count;
//! while alignment is lost (seven ones, or no flag where a unit must have ended) each 16 octets count as one error, by
//! octets and not by time, until a good unit comes: octet counting mode. Between units goes one flag.
//! Leaves out: nothing. A timeslot's octet is sent most significant bit first (G.704), a unit's least significant bit
//! first.

use super::suerm::GAP_OCTETS;
use super::unit::{HEADER_OCTETS, UNIT_OCTETS_MAX};

/// Receives from the line.
#[derive(Clone, Debug)]
pub struct Delimiter {
    state: Reading,
    /// Ones since the last zero.
    ones: u8,
    /// Octet counting mode: octets since it was entered or since the last error.
    counted: Option<u32>,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Reading {
    /// Discards bits until a flag.
    Hunting,
    /// Collects the bits behind a flag.
    Unit {
        octets: Vec<u8>,
        /// Of the octet that is not complete, least significant first.
        bits: u8,
        count: u8,
    },
}

/// What the line brought.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Received {
    /// A unit from BSN/BIB to before the check bits, which were right.
    Unit(Vec<u8>),
    /// A signal unit in error, or 16 octets without alignment.
    Error,
}

impl Default for Delimiter {
    fn default() -> Self {
        Self { state: Reading::Hunting, ones: 0, counted: None }
    }
}

impl Delimiter {
    /// A line whose first flag is to be found.
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether alignment is lost and octets are counted.
    pub fn is_counting(&self) -> bool {
        self.counted.is_some()
    }

    /// Takes octets of the line.
    pub fn receive(&mut self, line: &[u8], out: &mut Vec<Received>) {
        for octet in line {
            for position in (0..8).rev() {
                self.bit(octet >> position & 1 == 1, out);
            }
            if let Some(counted) = &mut self.counted {
                *counted += 1;
                if *counted == GAP_OCTETS {
                    *counted = 0;
                    out.push(Received::Error);
                }
            }
        }
    }

    fn bit(&mut self, one: bool, out: &mut Vec<Received>) {
        let ones = self.ones;
        self.ones = if one { ones.saturating_add(1) } else { 0 };
        match (ones, one) {
            // A sixth one belongs to a flag or to nothing; a zero behind five ones was stuffed.
            (5, _) => {}
            (6, false) => self.flag(out),
            (6, true) => self.lose(),
            (7.., _) => {}
            (_, one) => self.collect(one),
        }
    }

    fn collect(&mut self, one: bool) {
        let Reading::Unit { octets, bits, count } = &mut self.state else { return };
        *bits |= u8::from(one) << *count;
        *count += 1;
        if *count == 8 {
            octets.push(std::mem::take(bits));
            *count = 0;
            // Its first bits may be those of a flag.
            if octets.len() > UNIT_OCTETS_MAX + CHECK_OCTETS {
                self.lose();
            }
        }
    }

    fn flag(&mut self, out: &mut Vec<Received>) {
        let fresh = Reading::Unit { octets: Vec::with_capacity(UNIT_OCTETS_MAX + CHECK_OCTETS), bits: 0, count: 0 };
        let Reading::Unit { mut octets, count, .. } = std::mem::replace(&mut self.state, fresh) else { return };
        // The first zero and the ones of the flag itself were collected.
        let whole = count == FLAG_BITS_COLLECTED;
        // Flags in a row, which may share their zero.
        if octets.is_empty() && (whole || count == FLAG_BITS_COLLECTED - 1) {
            return;
        }
        let body = octets.len().saturating_sub(CHECK_OCTETS);
        if whole && body >= HEADER_OCTETS && fcs_remainder(&octets) == FCS_GOOD {
            octets.truncate(body);
            self.counted = None;
            out.push(Received::Unit(octets));
        } else if self.counted.is_none() {
            out.push(Received::Error);
        }
    }

    fn lose(&mut self) {
        self.state = Reading::Hunting;
        self.counted.get_or_insert(0);
    }
}

/// Sends to the line.
#[derive(Clone, Debug, Default)]
pub struct Assembler {
    /// The unit that is being sent, with its check bits.
    unit: Vec<u8>,
    /// The next bit of it.
    at: usize,
    /// Bits of a flag that are left.
    flag: u8,
    ones: u8,
}

impl Assembler {
    /// A line that has carried nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Fills the octets of the line. Whenever a unit has ended, `next` writes the one that follows, from BSN/BIB to
    /// before the check bits; where it writes none, flags go out.
    pub fn transmit(&mut self, line: &mut [u8], mut next: impl FnMut(&mut Vec<u8>)) {
        for octet in line {
            *octet = (0..8).fold(0, |octet, _| octet << 1 | u8::from(self.bit(&mut next)));
        }
    }

    fn bit(&mut self, next: &mut impl FnMut(&mut Vec<u8>)) -> bool {
        if self.flag == 0 && self.at == 8 * self.unit.len() && self.ones < STUFF_AFTER {
            self.unit.clear();
            next(&mut self.unit);
            if !self.unit.is_empty() {
                let check = !fcs_remainder(&self.unit);
                self.unit.extend(check.to_le_bytes());
            }
            (self.at, self.flag, self.ones) = (0, 8, 0);
        }
        if self.flag > 0 {
            self.flag -= 1;
            return FLAG >> self.flag & 1 == 1;
        }
        if self.ones == STUFF_AFTER {
            self.ones = 0;
            return false;
        }
        let one = self.unit[self.at / 8] >> (self.at % 8) & 1 == 1;
        self.at += 1;
        self.ones = if one { self.ones + 1 } else { 0 };
        one
    }
}

/// The check of Q.703 clause 4: the generator x^16 + x^12 + x^5 + 1 over the octets, least significant bit first, from
/// all ones. Its complement goes behind a unit; over a unit with its check bits it is 0xf0b8.
pub fn fcs_remainder(octets: &[u8]) -> u16 {
    octets.iter().fold(0xffff, |remainder, octet| {
        (0..8).fold(remainder ^ u16::from(*octet), |remainder, _| {
            if remainder & 1 == 1 { remainder >> 1 ^ GENERATOR } else { remainder >> 1 }
        })
    })
}

const GENERATOR: u16 = 0x8408;
/// The remainder over a unit with its check bits.
const FCS_GOOD: u16 = 0xf0b8;
const CHECK_OCTETS: usize = 2;
const FLAG: u8 = 0x7e;
/// After so many ones goes a zero that means nothing.
const STUFF_AFTER: u8 = 5;
/// A zero and five ones of a flag are taken for bits of a unit before the sixth one shows what they are.
const FLAG_BITS_COLLECTED: u8 = 6;
