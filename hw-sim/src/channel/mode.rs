//! What a channel does with its octets: as they are, or as HDLC.

use dahdi_sys::{Law, SignalType};

use crate::hdlc::{Deframer, Encoder};

/// How octets and buffers become each other.
#[derive(Debug)]
pub(super) enum Mode {
    /// Octets as they are.
    Octets {
        /// Audio idles with its law's silence, data with ones.
        audio: bool,
        /// Octets already in the block being received.
        collected: usize,
    },
    /// Frames.
    Hdlc(Box<Hdlc>),
}

#[derive(Debug)]
pub(super) struct Hdlc {
    pub fcs: bool,
    /// MTP2: repeat the last unit, hide equal ones.
    pub mtp2: bool,
    pub encoder: Encoder,
    pub deframer: Deframer,
}

impl Mode {
    /// The mode that a signal type begins with.
    pub fn of(signal: SignalType, block_octets: usize) -> Mode {
        let has = |bits: SignalType| signal.0 & bits.0 == bits.0;
        match signal {
            _ if has(SignalType::MTP2) => Mode::hdlc(true, true, block_octets),
            _ if has(SignalType::HDLC_FCS) => Mode::hdlc(true, false, block_octets),
            _ if has(SignalType::HDLC_RAW) => Mode::hdlc(false, false, block_octets),
            _ => Mode::octets(!has(SignalType::CLEAR)),
        }
    }

    pub fn octets(audio: bool) -> Mode {
        Mode::Octets { audio, collected: 0 }
    }

    pub fn hdlc(fcs: bool, mtp2: bool, block_octets: usize) -> Mode {
        // The driver gives up a frame when its block is full to the last octet.
        let deframer = Deframer::raw(block_octets - 1);
        Mode::Hdlc(Box::new(Hdlc { fcs, mtp2, encoder: Encoder::default(), deframer }))
    }

    /// Forgets what was collected for the block being received. The driver keeps its place in a frame, so that the rest of one ends as a bad one.
    pub fn forget_collected(&mut self, block_octets: usize) {
        match self {
            Mode::Octets { collected, .. } => *collected = 0,
            Mode::Hdlc(hdlc) => hdlc.deframer.forget(block_octets - 1),
        }
    }

    /// Looks for the beginning of a frame.
    pub fn restart(&mut self, block_octets: usize) {
        self.forget_collected(block_octets);
        if let Mode::Hdlc(hdlc) = self {
            hdlc.deframer.reset();
        }
    }

    pub fn is_audio(&self) -> bool {
        matches!(self, Mode::Octets { audio: true, .. })
    }
}

/// The octet of silence, G.711: of the two zeros of µ-law the driver sends the negative one.
pub(super) fn silence(law: Law) -> u8 {
    if law == Law::A_LAW { 0xd5 } else { 0x7f }
}
