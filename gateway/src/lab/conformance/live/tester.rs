//! The tester: it says what the case has it say, and nothing else but what brings circuits to idle before.

use std::time::Instant;

use isup::codec::{Cic, Message, MessageType, RangeAndStatus, decode_with_cic, encode_with_cic};

use super::performer::{CIRCUITS, Parties};
use super::station::{Heard, Station};

/// Us, when another exchange is tested.
pub(super) struct Tester {
    pub parties: Parties,
    /// GRA has come for our GRS.
    is_home: bool,
    /// GRS goes out then, and again after T22.
    reset_at: Instant,
}

impl Tester {
    pub fn new(now: Instant, parties: Parties) -> Tester {
        Tester { parties, is_home: false, reset_at: now }
    }

    /// Whether the circuits have been reset; until then GRS is repeated.
    pub fn is_home(&self) -> bool {
        self.is_home
    }

    /// Resets the circuits, as long as they have to be.
    pub fn home(&mut self, now: Instant, station: &mut Station) {
        if !self.is_home && now >= self.reset_at {
            self.reset_at = now + super::RESET_EVERY;
            let reset = Message::new(MessageType::GRS).with(RangeAndStatus::without_status(CIRCUITS as u8 - 1));
            self.say(now, Cic(self.parties.first), &reset, station);
        }
    }

    /// Between cases the exchange may reset its circuits, and is answered.
    pub fn hear(&mut self, now: Instant, heard: Heard, homing: bool, station: &mut Station) {
        let Heard::Message(transfer) = heard else { return };
        let Ok((cic, message)) = decode_with_cic(&transfer.payload) else { return };
        if !homing {
            return;
        }
        match message.kind {
            MessageType::GRA => self.is_home = true,
            MessageType::GRS => {
                let range = message.find::<RangeAndStatus>().map_or(0, |range| range.range);
                let answer = Message::new(MessageType::GRA).with(RangeAndStatus::with_status(range));
                self.say(now, cic, &answer, station);
            }
            MessageType::RSC | MessageType::REL => self.say(now, cic, &Message::new(MessageType::RLC), station),
            _ => {}
        }
    }

    /// A message of the case on one of its circuits.
    pub fn send(&self, now: Instant, circuit: u16, octets: &[u8], station: &mut Station) {
        let cic = self.parties.cic(circuit);
        station.send(now, self.parties.transfer([&cic.to_le_bytes(), octets].concat()));
    }

    fn say(&self, now: Instant, cic: Cic, message: &Message, station: &mut Station) {
        let mut payload = Vec::new();
        if encode_with_cic(cic, message, &mut payload).is_ok() {
            station.send(now, self.parties.transfer(payload));
        }
    }
}
