//! Digits of the timeslot on their way to the network, as the configuration has it.
//!
//! Promised: what is told in another way is not sent as audio too, but for the [`Listener`]'s first 35 to 45 ms of it. Where nothing
//! else was agreed on, digits stay audio. So does the echo of a digit of ours, which comes back from the two-wire line at the far end: it is
//! told by its being the same and [`ECHO_LOSS_DB`] weaker, so that what a far end repeats in full is not mistaken for one.

use super::dialler::VOLUME;
use super::report::Due;
use super::{Digit, Heard, Listener, Press, Report};
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
    /// What is heard now is an echo.
    is_echo: bool,
}

/// What an ear is told with each block.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// What the timeslot has brought; `None`: nothing.
    pub octets: Option<&'a [u8; BLOCK_OCTETS]>,
    /// The timestamp of it.
    pub timestamp: u32,
    /// A digit of ours that may echo.
    pub own: Option<Digit>,
}

impl Ear {
    pub fn new(law: Law) -> Ear {
        Ear { law, listener: None, report: Report::default(), press: None, is_echo: false }
    }

    /// Hears a block.
    pub fn hear(&mut self, relay: Relay, block: Block<'_>, statistics: &mut Statistics) -> Fate {
        if relay != Relay::Events {
            self.report.abandon();
        }
        if relay == Relay::Audio {
            self.listener = None;
            return Fate::Passes;
        }
        let law = self.law;
        let heard = self.listener.get_or_insert_with(|| Listener::new(law)).hear(block.octets);
        if let Heard::Begins { digit, volume } = heard {
            self.is_echo = block.own == Some(digit) && volume >= VOLUME + ECHO_LOSS_DB;
        }
        if self.is_echo || heard == Heard::Nothing {
            return Fate::Passes;
        }
        self.tell(relay, heard, block.timestamp, statistics);
        if matches!(heard, Heard::Ends(_)) {
            return Fate::Passes;
        }
        statistics.muted_octets += BLOCK_OCTETS as u64;
        if self.report.is_lasting() { Fate::Replaced } else { Fate::Silenced }
    }

    fn tell(&mut self, relay: Relay, heard: Heard, timestamp: u32, statistics: &mut Statistics) {
        statistics.digits_heard += u64::from(matches!(heard, Heard::Begins { .. }));
        match (relay, heard) {
            (Relay::Events, Heard::Begins { digit, volume }) => self.report.begin(digit, volume, timestamp),
            (Relay::Events, Heard::Ends(_)) => self.report.end(),
            (Relay::Told, Heard::Ends(press)) => {
                statistics.presses_lost += u64::from(self.press.replace(press).is_some());
            }
            _ => {}
        }
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

/// A line gives back 6 dB less than it gets, at worst: so echo cancellers reckon.
const ECHO_LOSS_DB: u8 = 5;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tone::wave;

    /// A digit of 200 ms that is so much weaker than ours, and what became of its blocks.
    fn fates(own: Option<Digit>, heard: Digit, loss: i32) -> (Vec<Fate>, Statistics) {
        let (mut ear, mut statistics) = (Ear::new(Law::A), Statistics::default());
        let [low, high] = heard.frequencies_hz();
        let sample = |at: u64| (wave(low, 6433, at) + wave(high, 8098, at)) * loss / 100;
        let fates = (0..60u64).map(|block| {
            let octet = |n: usize| Law::A.encode(sample(block * BLOCK_OCTETS as u64 + n as u64) as i16);
            let octets = std::array::from_fn(octet);
            let octets = (block < 40).then_some(&octets);
            ear.hear(Relay::Told, Block { octets, timestamp: 0, own }, &mut statistics)
        });
        (fates.collect(), statistics)
    }

    fn digit(character: u8) -> Digit {
        Digit::of_character(character).expect("a digit")
    }

    #[test]
    fn the_echo_of_a_digit_of_ours_is_neither_told_nor_silenced() {
        // In percent of the amplitude: 6 dB and 14 dB.
        for loss in [50, 20] {
            let (fates, statistics) = fates(Some(digit(b'5')), digit(b'5'), loss);
            assert!(fates.iter().all(|fate| *fate == Fate::Passes));
            assert_eq!((statistics.digits_heard, statistics.muted_octets), (0, 0));
        }
    }

    #[test]
    fn a_digit_that_is_another_or_as_strong_or_comes_later_is_no_echo() {
        for (own, loss) in [(Some(digit(b'6')), 20), (Some(digit(b'5')), 100), (None, 20)] {
            let (fates, statistics) = fates(own, digit(b'5'), loss);
            assert!(fates.contains(&Fate::Silenced), "{own:?} {loss}");
            assert_eq!(statistics.digits_heard, 1);
        }
    }
}
