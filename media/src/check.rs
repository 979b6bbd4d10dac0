//! Continuity checks on timeslots: the loop, the transponder, and the transceiver that sends a tone and waits for it.
//!
//! Equipment stands between a timeslot and whatever a call has there: what arrives goes on to the call, what goes out is the
//! equipment's. Promised: a loop returns every octet unchanged in the block in which it came; a transceiver reports once, when
//! its tone has come back and, after it has fallen silent itself, has gone.

use crate::detect::{Detector, Heard};
use crate::tone::{MINUS_12_DBM0, Tone};
use crate::{BLOCK_OCTETS, BearerEvent, Law, SpanBlock, TIMESLOTS, Timeslot};

/// What a continuity check connects to a timeslot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Equipment {
    /// What arrives goes out again.
    Loop,
    /// While it hears one tone it sends the other.
    Transponder {
        /// The tone of the end that checks.
        hears_hz: u16,
        /// The answer.
        sends_hz: u16,
    },
    /// It sends one tone until it hears the other; [`BearerEvent::ToneHeard`] tells.
    Transceiver {
        /// The tone of ours.
        sends_hz: u16,
        /// What must come back.
        hears_hz: u16,
    },
}

/// The equipment of a group's timeslots.
#[derive(Debug)]
pub(crate) struct Checks {
    spans: Vec<(Law, [Option<Running>; TIMESLOTS])>,
}

#[derive(Clone, Copy, Debug)]
struct Running {
    equipment: Equipment,
    detector: Detector,
    /// Frames of the tone that have gone out.
    position: u64,
    stage: Stage,
}

/// How far a transceiver is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Calling,
    /// The tone has come back; ours is off.
    Listening,
    Done,
}

impl Checks {
    pub fn new(laws: impl Iterator<Item = Law>) -> Checks {
        Checks { spans: laws.map(|law| (law, [None; TIMESLOTS])).collect() }
    }

    /// Connects equipment in place of any that was there, or nothing; `false` if the group has no such timeslot.
    pub fn connect(&mut self, at: Timeslot, equipment: Option<Equipment>) -> bool {
        let span = self.spans.get_mut(usize::from(at.span));
        let Some(place) = span.and_then(|(_, timeslots)| timeslots.get_mut(usize::from(at.timeslot))) else {
            return false;
        };
        *place = equipment.map(Running::new);
        true
    }

    /// Puts out what the equipment of `span` sends, and tells what it found.
    pub fn exchange(
        &mut self,
        span: u8,
        received: &SpanBlock,
        transmit: &mut SpanBlock,
        mut tell: impl FnMut(BearerEvent),
    ) {
        let Some((law, timeslots)) = self.spans.get_mut(usize::from(span)) else { return };
        for (timeslot, place) in timeslots.iter_mut().enumerate() {
            let Some(running) = place else { continue };
            let silence = [law.silence(); BLOCK_OCTETS];
            let arrived = if received.is_valid(timeslot) { &received.octets[timeslot] } else { &silence };
            transmit.valid |= 1 << timeslot;
            if running.exchange(*law, arrived, &mut transmit.octets[timeslot]) {
                tell(BearerEvent::ToneHeard { at: Timeslot { span, timeslot: timeslot as u8 } });
            }
        }
    }
}

impl Running {
    fn new(equipment: Equipment) -> Running {
        let hears_hz = match equipment {
            Equipment::Loop => 0,
            Equipment::Transponder { hears_hz, .. } | Equipment::Transceiver { hears_hz, .. } => hears_hz,
        };
        Running { equipment, detector: Detector::new(hears_hz), position: 0, stage: Stage::Calling }
    }

    /// One block; `true` when the check has passed.
    fn exchange(&mut self, law: Law, arrived: &[u8; BLOCK_OCTETS], out: &mut [u8; BLOCK_OCTETS]) -> bool {
        match self.equipment {
            Equipment::Loop => {
                *out = *arrived;
                false
            }
            Equipment::Transponder { sends_hz, .. } => {
                let heard = self.detector.hear(law, arrived);
                self.send(sends_hz, heard == Heard::Tone, law, out);
                false
            }
            Equipment::Transceiver { sends_hz, .. } => {
                let heard = self.detector.hear(law, arrived);
                let next = match (self.stage, heard) {
                    (Stage::Calling, Heard::Tone) => Stage::Listening,
                    (Stage::Listening, Heard::Nothing) => Stage::Done,
                    (stage, _) => stage,
                };
                let has_passed = next == Stage::Done && self.stage != Stage::Done;
                self.stage = next;
                self.send(sends_hz, next == Stage::Calling, law, out);
                has_passed
            }
        }
    }

    fn send(&mut self, hz: u16, is_on: bool, law: Law, out: &mut [u8; BLOCK_OCTETS]) {
        if !is_on {
            return out.fill(law.silence());
        }
        Tone { frequencies_hz: [hz, 0], level: MINUS_12_DBM0, cadence_ms: &[] }.write(self.position, law, out);
        self.position += BLOCK_OCTETS as u64;
    }
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
