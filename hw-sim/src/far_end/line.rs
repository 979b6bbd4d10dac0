//! The signalling timeslot: units on it, in both directions, with flags, stuffing and check octets.

use crate::hdlc::{Deframer, FrameError, Framer};
use crate::wire::CHUNK_OCTETS;

use super::mtp2::Link;
use super::unit::UNIT_OCTETS_MAX;

/// Both directions of the timeslot.
#[derive(Debug)]
pub(super) struct Line {
    framer: Framer,
    deframer: Deframer,
    unit: Vec<u8>,
}

impl Line {
    pub(super) fn new() -> Self {
        Line {
            framer: Framer::new(UNIT_OCTETS_MAX + CHECK_OCTETS),
            deframer: Deframer::new(UNIT_OCTETS_MAX + CHECK_OCTETS),
            unit: Vec::with_capacity(UNIT_OCTETS_MAX),
        }
    }

    /// One millisecond arrives; every unit that ends in it goes to the link.
    pub(super) fn receive(&mut self, now_ms: u64, octets: &[u8; CHUNK_OCTETS], link: &mut Link) {
        // Neither a flag nor a stuffed frame holds eight ones.
        if octets.contains(&0xff) {
            link.alignment_lost();
        }
        self.deframer.octets(octets, |frame| match frame {
            Ok(unit) => link.receive(now_ms, unit),
            Err(FrameError::BadFcs(_)) => link.unit_errored(now_ms, false),
            Err(FrameError::Aborted(_) | FrameError::TooLong) => link.unit_errored(now_ms, true),
        });
        link.octets_passed(now_ms, CHUNK_OCTETS as u32);
    }

    /// One millisecond goes out. A unit is asked for only when the one before it has left, so none is stale.
    pub(super) fn transmit(&mut self, now_ms: u64, octets: &mut [u8; CHUNK_OCTETS], link: &mut Link) {
        for octet in octets {
            if !self.framer.is_busy() {
                link.next_unit(now_ms, &mut self.unit);
                self.framer.push_frame(&self.unit);
            }
            *octet = self.framer.octet();
        }
    }
}

const CHECK_OCTETS: usize = 2;
