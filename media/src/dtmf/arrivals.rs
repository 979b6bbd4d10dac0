//! Events of the network towards the timeslot, RFC 4733 section 2.5.2.
//!
//! Promised: an event is one tone however often, late or incompletely it is told. It is known by its source and timestamp; its
//! end is the packet that says so, the next event, or silence ([`super::dialler`]); what comes of it after that changes nothing. Parts
//! of a long event (2.5.2.3) are one tone.
//!
//! Left out: several events in one packet (2.5.1.5), of which the first counts; events that are no digits are counted.

use super::{Dialler, Digit};
use crate::Statistics;
use crate::rtp::{PacketHeader, TelephoneEvent};

/// The events of one stream.
#[derive(Debug, Default)]
pub struct Arrivals {
    last: Option<Arrival>,
}

/// The last event that began.
#[derive(Clone, Copy, Debug)]
struct Arrival {
    ssrc: u32,
    code: u8,
    /// Of the part that is told now.
    timestamp: u32,
    /// Frames of that part.
    duration: u16,
    /// Frames of the parts before it.
    before: u32,
    is_over: bool,
}

impl Arrivals {
    /// Takes an event packet.
    pub fn take(&mut self, header: PacketHeader, payload: &[u8], dialler: &mut Dialler, statistics: &mut Statistics) {
        let Some(event) = TelephoneEvent::read(payload) else {
            statistics.packets_malformed += 1;
            return;
        };
        let Some(digit) = Digit::of_event(event.code) else {
            statistics.events_unknown += 1;
            return;
        };
        if !self.continues(header, event) {
            if self.last.is_some_and(|last| last.is_after(header)) {
                return;
            }
            let is_taken = dialler.begin(digit, header.timestamp);
            statistics.count_digit(is_taken);
            self.last = Some(Arrival {
                ssrc: header.ssrc,
                code: event.code,
                timestamp: header.timestamp,
                duration: 0,
                before: 0,
                is_over: !is_taken,
            });
        }
        if let Some(last) = self.last.as_mut().filter(|last| !last.is_over) {
            last.duration = last.duration.max(event.duration);
            dialler.extend(last.before + u32::from(last.duration));
            if event.is_end {
                dialler.end();
                last.is_over = true;
            }
        }
    }

    /// Whether a packet tells more of the last event: it has the timestamp of its part, or begins its next part.
    fn continues(&mut self, header: PacketHeader, event: TelephoneEvent) -> bool {
        let Some(last) = self.last.as_mut().filter(|last| last.ssrc == header.ssrc) else { return false };
        let ahead = header.timestamp.wrapping_sub(last.timestamp);
        if ahead == 0 {
            return true;
        }
        let is_next_part = ahead == u32::from(u16::MAX) && last.code == event.code && !last.is_over && !header.marker;
        if is_next_part {
            last.before += u32::from(u16::MAX);
            (last.timestamp, last.duration) = (header.timestamp, 0);
        }
        is_next_part
    }
}

impl Arrival {
    /// Whether a packet is of an event before this one, and has been overtaken.
    fn is_after(&self, header: PacketHeader) -> bool {
        let behind = self.timestamp.wrapping_sub(header.timestamp);
        self.ssrc == header.ssrc && behind < OVERTAKEN_FRAMES_MAX
    }
}

/// What is further behind is no packet of the past, but a stream that has begun anew: 10 s.
const OVERTAKEN_FRAMES_MAX: u32 = 80_000;

#[cfg(test)]
#[path = "arrivals_tests.rs"]
mod tests;
