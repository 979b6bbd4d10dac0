//! HDLC: a line's octets become frames.

use hw_sim::hdlc::{Deframer, FrameError, Framer};

/// A line's octets: frames have a bounded length and number, do not depend on how the line is cut into reads, and come
/// back from a framer.
pub fn hdlc(octets: &[u8]) -> bool {
    let frames = frames(Deframer::new(FRAME_OCTETS_MAX), octets, octets.len());
    assert_eq!(frames, self::frames(Deframer::new(FRAME_OCTETS_MAX), octets, 1), "the cut of the line shows");
    // The shortest frame that is told of is one octet between flags.
    assert!(frames.len() <= octets.len());
    for frame in self::frames(Deframer::raw(FRAME_OCTETS_MAX), octets, octets.len()).into_iter().flatten() {
        assert!((1..=FRAME_OCTETS_MAX).contains(&frame.len()));
    }
    let whole: Vec<Frame> = frames.into_iter().filter(|frame| frame.as_ref().is_ok_and(|f| !f.is_empty())).collect();
    assert_eq!(self::frames(Deframer::new(FRAME_OCTETS_MAX), &line_of(&whole), 8), whole);
    !whole.is_empty()
}

type Frame = Result<Vec<u8>, FrameError>;

fn frames(mut deframer: Deframer, line: &[u8], read_octets: usize) -> Vec<Frame> {
    let mut frames = Vec::new();
    for read in line.chunks(read_octets.max(1)) {
        deframer.octets(read, |frame| frames.push(frame.map(<[u8]>::to_vec)));
    }
    frames
}

fn line_of(frames: &[Frame]) -> Vec<u8> {
    let mut framer = Framer::new(FRAME_OCTETS_MAX);
    let mut line = Vec::new();
    for frame in frames.iter().flatten() {
        assert!(framer.push_frame(frame), "a frame that was received can be sent");
        while framer.is_busy() {
            line.push(framer.octet());
        }
    }
    line.extend([framer.octet(), framer.octet()]);
    line
}

/// As for a signalling link: 276 octets of a signal unit and its check sequence.
const FRAME_OCTETS_MAX: usize = 278;
