//! The D-channel's timeslot: frames on it, in both directions, with flags, stuffing and check octets.

use crate::hdlc::{Deframer, Framer};
use crate::wire::CHUNK_OCTETS;

use super::lapd::Link;

/// Both directions of the timeslot.
#[derive(Debug)]
pub(super) struct Line {
    framer: Framer,
    deframer: Deframer,
    frame: Vec<u8>,
}

impl Line {
    pub(super) fn new() -> Self {
        Line { framer: Framer::new(FRAME_OCTETS_MAX), deframer: Deframer::new(FRAME_OCTETS_MAX), frame: Vec::new() }
    }

    /// One millisecond arrives; every frame that ends in it goes to the link.
    pub(super) fn receive(&mut self, now_ms: u64, octets: &[u8; CHUNK_OCTETS], link: &mut Link) {
        self.deframer.octets(octets, |frame| match frame {
            Ok(frame) => link.receive(now_ms, frame),
            Err(_) => link.errored += 1,
        });
    }

    /// One millisecond goes out. A frame is asked for only when the one before it has left, so none is stale.
    pub(super) fn transmit(&mut self, now_ms: u64, octets: &mut [u8; CHUNK_OCTETS], link: &mut Link) {
        for octet in octets {
            if !self.framer.is_busy() && link.next_frame(now_ms, &mut self.frame) {
                self.framer.push_frame(&self.frame);
            }
            *octet = self.framer.octet();
        }
    }
}

/// Address, control, N201 octets of information and the check sequence.
const FRAME_OCTETS_MAX: usize = 2 + 2 + 260 + 2;
