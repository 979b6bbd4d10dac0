//! Sending HDLC: frames become a line's octets, flags fill the rest.

use super::{Encoder, fcs16};

/// Turns frames into the octets of a timeslot.
///
/// It holds the frame being sent and one waiting, so that frames follow each other with one flag between them as long as the
/// owner offers the next whenever [`Framer::has_room`]. It never allocates after `new`.
#[derive(Debug)]
pub struct Framer {
    current: Vec<u8>,
    waiting: Vec<u8>,
    is_waiting: bool,
    octets_max: usize,
    /// Octets of `current` that are on the line; `current.len()` when it is sent.
    sent: usize,
    repeats: bool,
    line: Encoder,
}

impl Framer {
    /// A framer for frames of up to `octets_max` octets, check sequence included. It sends flags until it has a frame.
    pub fn new(octets_max: usize) -> Self {
        Framer {
            current: Vec::with_capacity(octets_max),
            waiting: Vec::with_capacity(octets_max),
            is_waiting: false,
            octets_max,
            sent: 0,
            repeats: false,
            line: Encoder::default(),
        }
    }

    /// Whether the last frame is sent again and again while no newer one waits: MTP2 as DAHDI does it.
    pub fn set_repeat(&mut self, on: bool) {
        self.repeats = on;
    }

    /// Whether a frame can be taken now.
    pub fn has_room(&self) -> bool {
        !self.is_waiting
    }

    /// Whether a frame is on its way or waits. A frame sent as a repetition does not count.
    pub fn is_busy(&self) -> bool {
        self.is_waiting || self.sent < self.current.len()
    }

    /// Takes a frame and adds its check sequence; `false`, and nothing taken, when there is no room or it is empty or too long.
    pub fn push_frame(&mut self, frame: &[u8]) -> bool {
        let fits = frame.len() + 2 <= self.octets_max && self.push_raw(frame);
        if fits {
            self.waiting.extend(fcs16(frame).to_le_bytes());
        }
        fits
    }

    /// Takes a frame that ends with its check sequence, right or wrong.
    pub fn push_raw(&mut self, frame: &[u8]) -> bool {
        let fits = self.has_room() && !frame.is_empty() && frame.len() <= self.octets_max;
        if fits {
            self.waiting.clear();
            self.waiting.extend_from_slice(frame);
            self.is_waiting = true;
        }
        fits
    }

    /// Forgets all frames, the one being sent too; flags follow.
    pub fn clear(&mut self) {
        self.current.clear();
        self.sent = 0;
        self.is_waiting = false;
    }

    /// Fills `out` with the next octets of the line.
    pub fn octets(&mut self, out: &mut [u8]) {
        for octet in out {
            *octet = self.octet();
        }
    }

    /// The next octet of the line.
    pub fn octet(&mut self) -> u8 {
        while self.line.needs_more() {
            match self.current.get(self.sent).copied() {
                Some(octet) => {
                    self.sent += 1;
                    self.line.octet(octet);
                }
                None => self.flag(),
            }
        }
        self.line.take()
    }

    /// Closes a frame, or fills the line; what is sent next is decided here.
    fn flag(&mut self) {
        self.line.flag();
        if self.is_waiting {
            std::mem::swap(&mut self.current, &mut self.waiting);
            self.is_waiting = false;
            self.sent = 0;
        } else if self.repeats {
            self.sent = 0;
        }
    }
}
