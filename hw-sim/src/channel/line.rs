//! A millisecond of a channel: eight octets from its buffers to the wire, eight from the wire to its buffers.

use dahdi_sys::abi::BufferPolicy;
use dahdi_sys::{Event, SignalType};

use super::mode::{Hdlc, Mode, silence};
use super::{Buffers, Channel, Loss};
use crate::hdlc::{self, FLAG, FrameError};
use crate::wire::CHUNK_OCTETS;

impl Channel {
    /// Fills `out` with what the channel sends.
    pub fn transmit(&mut self, out: &mut [u8; CHUNK_OCTETS]) -> Loss {
        let idle = match (&self.mode, self.signal) {
            (Mode::Octets { audio: false, .. }, _) => 0xff,
            (Mode::Octets { audio: true, .. }, _) => silence(self.law),
            (Mode::Hdlc(_), _) => FLAG,
        };
        match (&mut self.mode, &mut self.open) {
            (Mode::Hdlc(hdlc), buffers) => {
                out.fill_with(|| next_line_octet(hdlc, buffers.as_mut()));
                Loss::default()
            }
            (Mode::Octets { .. }, None) => {
                out.fill(idle);
                Loss::default()
            }
            (Mode::Octets { audio, .. }, Some(buffers)) => {
                let loss = transmit_octets(buffers, out, idle, self.report);
                if let Some(gains) = self.gains.as_deref().filter(|_| *audio) {
                    *out = out.map(|octet| gains.txgain[usize::from(octet)]);
                }
                loss
            }
        }
    }

    /// Takes what the channel receives; `in_alarm` silences the complaints of HDLC about a line that has none.
    pub fn receive(&mut self, octets: &[u8; CHUNK_OCTETS], in_alarm: bool) -> Loss {
        let Some(buffers) = &mut self.open else {
            return Loss::default();
        };
        if self.signal == SignalType::NONE {
            return Loss::default();
        }
        let lost = match &mut self.mode {
            Mode::Octets { audio, collected } => {
                let gains = self.gains.as_deref().filter(|_| *audio);
                let octets = gains.map_or(*octets, |gains| octets.map(|octet| gains.rxgain[usize::from(octet)]));
                receive_octets(buffers, collected, &octets)
            }
            Mode::Hdlc(hdlc) => receive_frames(buffers, hdlc, octets, in_alarm),
        };
        buffers.note_overrun(lost > 0, self.report);
        Loss { overrun: lost, ..Loss::default() }
    }
}

fn transmit_octets(buffers: &mut Buffers, out: &mut [u8; CHUNK_OCTETS], idle: u8, report: bool) -> Loss {
    let mut idled = 0;
    for octet in out {
        *octet = buffers.next_octet(false).unwrap_or_else(|| {
            idled += 1;
            idle
        });
    }
    let loss = if buffers.service.writes { idled } else { 0 };
    buffers.note_underrun(idled > 0, report);
    Loss { underrun: loss, ..Loss::default() }
}

fn next_line_octet(hdlc: &mut Hdlc, mut buffers: Option<&mut Buffers>) -> u8 {
    while hdlc.encoder.needs_more() {
        match buffers.as_mut().and_then(|buffers| buffers.next_octet(hdlc.mtp2).map(|octet| (octet, buffers.sent == 0)))
        {
            Some((octet, ends_frame)) => {
                hdlc.encoder.octet(octet);
                if ends_frame {
                    hdlc.encoder.flag();
                }
            }
            None => hdlc.encoder.flag(),
        }
    }
    hdlc.encoder.take()
}

fn receive_octets(buffers: &mut Buffers, collected: &mut usize, octets: &[u8]) -> u64 {
    for (position, octet) in octets.iter().enumerate() {
        if buffers.receive.is_full() {
            return (octets.len() - position) as u64;
        }
        buffers.receive.next_mut()[*collected] = *octet;
        *collected += 1;
        if *collected == buffers.block_octets {
            buffers.receive.push(*collected);
            *collected = 0;
        }
    }
    0
}

/// While no buffer is free the driver does not even look at the line, so the frame around the gap ends as a bad one.
fn receive_frames(buffers: &mut Buffers, hdlc: &mut Hdlc, octets: &[u8], in_alarm: bool) -> u64 {
    let Hdlc { fcs, mtp2, deframer, .. } = hdlc;
    for (position, octet) in octets.iter().enumerate() {
        if buffers.receive.is_full() {
            return (octets.len() - position) as u64;
        }
        deframer.octets(std::slice::from_ref(octet), |frame| {
            let event = match frame {
                Ok(frame) if *fcs && !hdlc::fcs_holds(frame) => Event::BadFcs,
                Ok(frame) => return buffers.receive_frame(frame, *mtp2),
                Err(FrameError::BadFcs(_)) => Event::BadFcs,
                Err(FrameError::Aborted(_)) => Event::Abort,
                Err(FrameError::TooLong) => Event::Overrun,
            };
            if !in_alarm {
                buffers.events.push(event);
            }
        });
    }
    0
}

impl Buffers {
    /// The next octet to send; afterwards `sent` is 0 when it was the last of its block. MTP2 keeps the last block to repeat it.
    fn next_octet(&mut self, repeats: bool) -> Option<u8> {
        if self.held {
            return None;
        }
        let block = self.transmit.front()?;
        let octet = block[self.sent];
        self.sent += 1;
        if self.sent == block.len() {
            self.sent = 0;
            let is_last = self.transmit.full() == 1;
            if !(is_last && repeats) {
                self.transmit.pop();
            }
            self.held = is_last && self.policy != BufferPolicy::IMMEDIATE;
        }
        Some(octet)
    }

    fn receive_frame(&mut self, frame: &[u8], hides_equal: bool) {
        let is_full = self.receive.is_full();
        if is_full || hides_equal && self.receive.previous_begins_with(frame) {
            return;
        }
        self.receive.next_mut()[..frame.len()].copy_from_slice(frame);
        self.receive.push(frame.len());
    }

    /// Once for each run of lost octets.
    fn note_overrun(&mut self, overrun: bool, report: bool) {
        if overrun && !self.overrun && report {
            self.events.push(Event::ReadOverrun);
        }
        self.overrun = overrun;
    }

    /// Once for each run of idle octets.
    fn note_underrun(&mut self, underrun: bool, report: bool) {
        if underrun && !self.underrun && report {
            self.events.push(Event::WriteUnderrun);
        }
        self.underrun = underrun;
    }
}
