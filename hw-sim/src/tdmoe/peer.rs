//! One end of a TDMoE span: a millisecond of whatever stands behind it for each frame that comes.
//!
//! A frame that is missing is a millisecond too: it passes with idle octets, and is answered, so that both ends keep the same count.
//! Left out: putting frames back in order. One that comes late is dropped, and its millisecond has passed as a missing one.

use std::collections::VecDeque;

use super::frame::{Flags, Frame, FrameError, MacAddress};
use crate::wire::{FarEnd, IDLE_CHUNK};

/// Missing frames in a row that are made up for; after a longer gap the count begins anew.
pub const GAP_MAX: u16 = 100;

/// What came, and what did not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PeerCounters {
    /// Frames received and answered.
    pub frames: u64,
    /// Frames that never came or came too late, and whose milliseconds passed with idle octets.
    pub missing: u64,
    /// Frames that came when their millisecond had passed.
    pub late: u64,
    /// Gaps too long to make up for, and restarts of the other end.
    pub restarts: u64,
    /// Frames for another address or subaddress.
    pub foreign: u64,
    /// Octets that are no frame.
    pub malformed: u64,
    /// Milliseconds in which the other end said that it receives nothing.
    pub yellow_ms: u64,
}

/// One end of a TDMoE span.
pub struct Peer {
    far_end: Box<dyn FarEnd>,
    address: MacAddress,
    subaddress: u16,
    expected: Option<u16>,
    counter: u16,
    counters: PeerCounters,
    outgoing: VecDeque<Frame>,
}

impl Peer {
    /// The end that the driver knows as `DEVICE/address/subaddress`, with `far_end` behind it.
    pub fn new(address: MacAddress, subaddress: u16, far_end: Box<dyn FarEnd>) -> Self {
        Peer {
            far_end,
            address,
            subaddress,
            expected: None,
            counter: 0,
            counters: PeerCounters::default(),
            outgoing: VecDeque::new(),
        }
    }

    /// What came so far.
    pub fn counters(&self) -> PeerCounters {
        self.counters
    }

    /// Takes an Ethernet frame; what is not for this end is counted and has no effect.
    pub fn handle_frame(&mut self, octets: &[u8]) -> Result<(), FrameError> {
        let frame = Frame::decode(octets).inspect_err(|_| self.counters.malformed += 1)?;
        if (frame.destination, frame.subaddress) != (self.address, self.subaddress) {
            self.counters.foreign += 1;
            return Ok(());
        }
        let gap = self.expected.map_or(0, |expected| frame.counter.wrapping_sub(expected));
        match gap {
            0..=GAP_MAX => self.pass_missing(&frame, gap),
            // Its own millisecond has passed already.
            _ if gap.wrapping_neg() <= GAP_MAX => {
                self.counters.late += 1;
                return Ok(());
            }
            _ => self.counters.restarts += 1,
        }
        self.expected = Some(frame.counter.wrapping_add(1));
        self.counters.frames += 1;
        self.counters.yellow_ms += u64::from(frame.flags.contains(Flags::YELLOW_ALARM));
        self.pass(&frame);
        Ok(())
    }

    /// The next frame to send, if any: one for each millisecond that passed, at most [`GAP_MAX`] and one for each frame handled.
    pub fn poll_output(&mut self) -> Option<Frame> {
        self.outgoing.pop_front()
    }

    fn pass_missing(&mut self, template: &Frame, missing: u16) {
        self.counters.missing += u64::from(missing);
        let idle = Frame { chunk: IDLE_CHUNK, ..template.clone() };
        (0..missing).for_each(|_| self.pass(&idle));
    }

    /// A millisecond passes.
    fn pass(&mut self, received: &Frame) {
        let mut answer = Frame {
            destination: received.source,
            source: self.address,
            flags: Flags::default(),
            counter: self.counter,
            // The driver takes frames without signalling bits; common channel signalling has none.
            signalling: None,
            chunk: IDLE_CHUNK,
            ..received.clone()
        };
        self.counter = self.counter.wrapping_add(1);
        self.far_end.chunk(&received.chunk, &mut answer.chunk);
        // Who never polls keeps the latest of them.
        if self.outgoing.len() > usize::from(GAP_MAX) {
            self.outgoing.pop_front();
        }
        self.outgoing.push_back(answer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::Chunk;

    const OURS: MacAddress = MacAddress([2, 0, 0, 0, 0, 1]);
    const THEIRS: MacAddress = MacAddress([2, 0, 0, 0, 0, 2]);

    /// Sends back what it received a millisecond before.
    struct Echo(Chunk);

    impl FarEnd for Echo {
        fn chunk(&mut self, received: &Chunk, transmit: &mut Chunk) {
            *transmit = std::mem::replace(&mut self.0, *received);
        }
    }

    fn peer() -> Peer {
        Peer::new(OURS, 3, Box::new(Echo(IDLE_CHUNK)))
    }

    fn frame(counter: u16, octet: u8) -> Frame {
        Frame {
            destination: OURS,
            source: THEIRS,
            subaddress: 3,
            flags: Flags::default(),
            counter,
            channels: 31,
            signalling: None,
            chunk: [[octet; 8]; 32],
        }
    }

    fn give(peer: &mut Peer, frame: &Frame) -> Vec<Frame> {
        let mut octets = Vec::new();
        frame.encode(&mut octets);
        peer.handle_frame(&octets).unwrap();
        std::iter::from_fn(|| peer.poll_output()).collect()
    }

    #[test]
    fn every_frame_is_answered_by_one_with_the_next_number() {
        let mut peer = peer();
        for number in 0..1_000u16 {
            let counter = 65_000u16.wrapping_add(number);
            let answers = give(&mut peer, &frame(counter, number as u8));
            assert_eq!(answers.len(), 1);
            let answer = &answers[0];
            assert_eq!((answer.destination, answer.source, answer.counter), (THEIRS, OURS, number));
            assert_eq!(answer.chunk[31], [number.wrapping_sub(1) as u8; 8]);
        }
        assert_eq!(peer.counters(), PeerCounters { frames: 1_000, ..PeerCounters::default() });
    }

    #[test]
    fn missing_frames_are_milliseconds_too_and_late_ones_are_dropped() {
        let mut peer = peer();
        give(&mut peer, &frame(10, 1));
        let answers = give(&mut peer, &frame(13, 2));
        assert_eq!(answers.iter().map(|answer| answer.chunk[1][0]).collect::<Vec<_>>(), [1, 0xff, 0xff]);
        assert_eq!(answers.iter().map(|answer| answer.counter).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(give(&mut peer, &frame(11, 9)), []);
        let counters = peer.counters();
        assert_eq!((counters.frames, counters.missing, counters.late), (2, 2, 1));
    }

    #[test]
    fn a_gap_is_made_up_for_to_its_bound_and_then_the_count_begins_anew() {
        let mut peer = peer();
        give(&mut peer, &frame(0, 1));
        assert_eq!(give(&mut peer, &frame(1 + GAP_MAX, 1)).len(), usize::from(GAP_MAX) + 1);
        assert_eq!(give(&mut peer, &frame(3 + 2 * GAP_MAX, 1)).len(), 1);
        assert_eq!(peer.counters().restarts, 1);
    }

    #[test]
    fn what_is_for_others_or_no_frame_has_no_effect() {
        let mut peer = peer();
        assert_eq!(give(&mut peer, &Frame { subaddress: 4, ..frame(0, 1) }), []);
        assert_eq!(give(&mut peer, &Frame { destination: THEIRS, ..frame(0, 1) }), []);
        assert_eq!(peer.handle_frame(&[0; 10]), Err(FrameError::Short));
        give(&mut peer, &Frame { flags: Flags::YELLOW_ALARM, ..frame(0, 1) });
        let counters = peer.counters();
        assert_eq!((counters.foreign, counters.malformed, counters.frames, counters.yellow_ms), (2, 1, 1, 1));
    }

    #[test]
    fn who_never_polls_loses_the_oldest_answers() {
        let mut peer = peer();
        let mut octets = Vec::new();
        for counter in 0..500 {
            octets.clear();
            frame(counter, 0).encode(&mut octets);
            peer.handle_frame(&octets).unwrap();
        }
        assert_eq!(peer.poll_output().map(|answer| answer.counter), Some(499 - GAP_MAX));
    }
}
