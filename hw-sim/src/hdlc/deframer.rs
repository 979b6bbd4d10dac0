//! Receiving HDLC: a line's octets become frames, or the reason why not.

use super::fcs;

/// Why a frame was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FrameError {
    /// Its check sequence is wrong; so many octets arrived.
    BadFcs(usize),
    /// Seven ones in a row, or a flag inside an octet, after so many octets.
    Aborted(usize),
    /// It has more octets than a frame may.
    TooLong,
}

/// Turns the octets of a timeslot into frames. It never allocates after `new`.
#[derive(Debug)]
pub struct Deframer {
    frame: Vec<u8>,
    octets_max: usize,
    check: bool,
    hunting: bool,
    /// Bits of the octet being collected, the next one going above the others.
    octet: u8,
    count: u8,
    /// Ones since the last zero.
    ones: u8,
}

impl Deframer {
    /// Gives frames without their check sequence, which is checked; `octets_max` counts it.
    pub fn new(octets_max: usize) -> Self {
        Deframer { check: true, ..Self::raw(octets_max) }
    }

    /// Gives frames as they come, whatever they end with.
    pub fn raw(octets_max: usize) -> Self {
        Deframer {
            frame: Vec::with_capacity(octets_max),
            octets_max,
            check: false,
            hunting: true,
            octet: 0,
            count: 0,
            ones: 0,
        }
    }

    /// Drops the octets of the frame being received, keeps its place in it, and takes frames of up to `octets_max` from now on.
    pub(crate) fn forget(&mut self, octets_max: usize) {
        self.frame.clear();
        self.frame.reserve(octets_max);
        self.octets_max = octets_max;
    }

    /// Looks for the next flag, whatever was before.
    pub fn reset(&mut self) {
        self.hunt();
        self.ones = 0;
    }

    /// Takes octets of the line and calls `deliver` for every frame that ends in them.
    pub fn octets(&mut self, line: &[u8], mut deliver: impl FnMut(Result<&[u8], FrameError>)) {
        for octet in line {
            for position in (0..8).rev() {
                match octet >> position & 1 {
                    0 => self.zero(&mut deliver),
                    _ => self.one(&mut deliver),
                }
            }
        }
    }

    fn one(&mut self, deliver: &mut impl FnMut(Result<&[u8], FrameError>)) {
        // The sixth one belongs to a flag or an abort, never to a frame.
        match self.ones {
            0..=4 => self.bit(1, deliver),
            6 => self.abort(deliver),
            _ => {}
        }
        self.ones = (self.ones + 1).min(ABORT_ONES);
    }

    fn zero(&mut self, deliver: &mut impl FnMut(Result<&[u8], FrameError>)) {
        match std::mem::take(&mut self.ones) {
            0..=4 => self.bit(0, deliver),
            5 => {}
            6 => self.flag(deliver),
            _ => {}
        }
    }

    fn bit(&mut self, bit: u8, deliver: &mut impl FnMut(Result<&[u8], FrameError>)) {
        if self.hunting {
            return;
        }
        self.octet |= bit << self.count;
        self.count += 1;
        if self.count < 8 {
            return;
        }
        if self.frame.len() == self.octets_max {
            self.hunt();
            deliver(Err(FrameError::TooLong));
        } else {
            self.frame.push(std::mem::take(&mut self.octet));
            self.count = 0;
        }
    }

    fn flag(&mut self, deliver: &mut impl FnMut(Result<&[u8], FrameError>)) {
        let length = self.frame.len();
        if !self.hunting && length > 0 {
            deliver(match self.count {
                FLAG_BITS_COLLECTED if !self.check => Ok(&self.frame),
                FLAG_BITS_COLLECTED if fcs::holds(&self.frame) => Ok(&self.frame[..length - 2]),
                FLAG_BITS_COLLECTED => Err(FrameError::BadFcs(length)),
                _ => Err(FrameError::Aborted(length)),
            });
        }
        self.hunt();
        self.hunting = false;
    }

    /// Only a frame that has begun is worth a word: a line may idle with ones instead of flags.
    fn abort(&mut self, deliver: &mut impl FnMut(Result<&[u8], FrameError>)) {
        if !self.hunting && !self.frame.is_empty() {
            deliver(Err(FrameError::Aborted(self.frame.len())));
        }
        self.hunt();
    }

    fn hunt(&mut self) {
        self.hunting = true;
        self.frame.clear();
        (self.octet, self.count) = (0, 0);
    }
}

/// Seven ones in a row abort a frame.
const ABORT_ONES: u8 = 7;
/// A flag's first zero and five ones are collected before it shows to be one.
const FLAG_BITS_COLLECTED: u8 = 6;
