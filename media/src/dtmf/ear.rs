//! Digits of the timeslot on their way to the network, as the configuration has it.
//!
//! Promised: what is told in another way is not sent as audio too, but for the [`Listener`]'s first 35 to 45 ms of it. Where nothing
//! else was agreed on, digits stay audio.

use super::report::Due;
use super::{Heard, Listener, Press, Report};
use crate::{BLOCK_OCTETS, Law, Statistics};

/// How digits that a timeslot brings reach the network.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Relay {
    /// As the audio that they are.
    #[default]
    Audio,
    /// Control is told of each when it is over ([`crate::Event::Pressed`]), and its audio is silence.
    Told,
    /// As events of RFC 4733 in the place of audio, where events were negotiated.
    Events,
}

/// What becomes of the audio of a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is sent.
    Passes,
    /// Silence is sent.
    Silenced,
    /// Nothing is sent: an event takes its place.
    Replaced,
}

/// What hears digits on one timeslot.
#[derive(Debug)]
pub struct Ear {
    law: Law,
    /// There is one where digits are told in another way than as audio.
    listener: Option<Listener>,
    report: Report,
    press: Option<Press>,
}

impl Ear {
    pub fn new(law: Law) -> Ear {
        Ear { law, listener: None, report: Report::default(), press: None }
    }

    /// Hears a block that has that timestamp; `None`: it is missing.
    pub fn hear(
        &mut self,
        relay: Relay,
        octets: Option<&[u8; BLOCK_OCTETS]>,
        timestamp: u32,
        statistics: &mut Statistics,
    ) -> Fate {
        if relay != Relay::Events {
            self.report.abandon();
        }
        if relay == Relay::Audio {
            self.listener = None;
            return Fate::Passes;
        }
        let law = self.law;
        let heard = self.listener.get_or_insert_with(|| Listener::new(law)).hear(octets);
        match (relay, heard) {
            (_, Heard::Nothing) => return Fate::Passes,
            (_, Heard::Lasts) => {}
            (Relay::Events, Heard::Begins { digit, volume }) => {
                statistics.digits_heard += 1;
                self.report.begin(digit, volume, timestamp);
            }
            (_, Heard::Begins { .. }) => statistics.digits_heard += 1,
            (Relay::Events, Heard::Ends(_)) => {
                self.report.end();
                return Fate::Passes;
            }
            (_, Heard::Ends(press)) => {
                statistics.presses_lost += u64::from(self.press.replace(press).is_some());
                return Fate::Passes;
            }
        }
        statistics.muted_octets += BLOCK_OCTETS as u64;
        if self.report.is_lasting() { Fate::Replaced } else { Fate::Silenced }
    }

    /// The event packet that goes after a block, if one is due; the timestamp is that of the next block.
    pub fn report(&mut self, timestamp: u32, packet_octets: usize) -> Option<Due> {
        self.report.advance(timestamp, packet_octets)
    }

    /// A digit that is over, for control.
    pub fn pressed(&mut self) -> Option<Press> {
        self.press.take()
    }
}
