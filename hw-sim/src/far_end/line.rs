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
    /// The last two octets received.
    window: u16,
}

impl Line {
    pub(super) fn new() -> Self {
        Line {
            framer: Framer::new(UNIT_OCTETS_MAX + CHECK_OCTETS),
            deframer: Deframer::new(UNIT_OCTETS_MAX + CHECK_OCTETS),
            unit: Vec::with_capacity(UNIT_OCTETS_MAX),
            window: 0,
        }
    }

    /// One millisecond arrives; every unit that ends in it goes to the link.
    pub(super) fn receive(&mut self, now_ms: u64, octets: &[u8; CHUNK_OCTETS], link: &mut Link) {
        for octet in octets {
            self.window = self.window << 8 | u16::from(*octet);
            if has_seven_ones(self.window) {
                link.alignment_lost();
            }
        }
        self.deframer.octets(octets, |frame| match frame {
            Ok(unit) => link.receive(now_ms, unit),
            // An abort by seven ones is seen above; the other kind is a flag inside an octet, which is one spoilt unit.
            Err(FrameError::BadFcs(_) | FrameError::Aborted(_)) => link.unit_errored(now_ms, false),
            Err(FrameError::TooLong) => link.unit_errored(now_ms, true),
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

/// Neither a flag nor a stuffed frame holds seven ones in a row.
fn has_seven_ones(window: u16) -> bool {
    (1..7).fold(window, |run, by| run & window << by) != 0
}

const CHECK_OCTETS: usize = 2;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seven_ones_are_seen_wherever_they_stand_and_a_flag_is_not_taken_for_them() {
        for at in 0..=9 {
            assert!(has_seven_ones(0x7f << at));
            assert!(!has_seven_ones(0x3f << at));
        }
        assert!(!has_seven_ones(0x7e7e) && !has_seven_ones(0x3f3f) && has_seven_ones(0xffff));
    }
}
