//! What a circuit may touch while it handles one event.
//!
//! Promises: outputs keep their order; a message that cannot be encoded is reported where it arose.

use std::collections::VecDeque;
use std::time::Instant;

use super::segmentation::divided;
use crate::cause::{Cause, Location};
use crate::codec::{
    AutomaticCongestionLevel, CauseIndicators, Cic, EncodeError, Message, MessageType, encode_with_cic_as,
};
use crate::exchange::{Alarm, CircuitId, CircuitSpec, Counters, Indication, Output, Relation};
use crate::point_code::{ServiceIndicator, Sls, Transfer};
use crate::timer::Timer;
use crate::variant::Variant;

/// One event's view of everything around the circuit.
pub(crate) struct Step<'a> {
    pub now: Instant,
    pub id: CircuitId,
    pub spec: CircuitSpec,
    pub variant: &'a Variant,
    /// The destination can be reached.
    pub reachable: bool,
    pub relation: &'a Relation,
    /// What our own load is, for the far end to know.
    pub congestion_level: Option<AutomaticCongestionLevel>,
    pub counters: &'a mut Counters,
    pub outputs: &'a mut VecDeque<Output>,
    /// The group reset of the far end that this circuit has just answered, by its first circuit.
    pub answered_group: Option<Cic>,
    /// CGB for hardware failure must be sent again for this circuit.
    pub hardware_again: bool,
}

/// A message could not be encoded; an alarm says so.
#[derive(Debug)]
pub(crate) struct Unencodable;

impl Step<'_> {
    /// Sends a message for this circuit, in two segments where it is too long for one.
    pub fn send(&mut self, message: &Message) -> Result<(), Unencodable> {
        match self.encode(message) {
            Ok(payload) => self.transfer(payload),
            Err(EncodeError::TooLong { .. }) => return self.send_divided(message),
            Err(_) => return Err(self.unencodable()),
        }
        Ok(())
    }

    fn send_divided(&mut self, message: &Message) -> Result<(), Unencodable> {
        let segments = divided(message).filter(|_| self.variant.knows(MessageType::SGM));
        let Some((first, second)) = segments else { return Err(self.unencodable()) };
        let (Ok(first), Ok(second)) = (self.encode(&first), self.encode(&second)) else {
            return Err(self.unencodable());
        };
        self.transfer(first);
        self.transfer(second);
        Ok(())
    }

    fn encode(&self, message: &Message) -> Result<Vec<u8>, EncodeError> {
        let mut payload = Vec::new();
        encode_with_cic_as(&self.variant.messages, self.spec.cic, message, &mut payload).map(|()| payload)
    }

    fn unencodable(&mut self) -> Unencodable {
        self.counters.unencodable += 1;
        self.outputs.push_back(Output::Alarm(Alarm::Unencodable(self.id)));
        Unencodable
    }

    fn transfer(&mut self, payload: Vec<u8>) {
        self.counters.sent += 1;
        self.outputs.push_back(Output::Transfer(Transfer {
            service: ServiceIndicator::ISUP,
            opc: self.relation.own,
            dpc: self.spec.destination,
            sls: sls_of(self.spec.cic, self.variant.sls_mask()),
            payload,
        }));
    }

    /// Sends a message without parameters, which always encodes.
    pub fn send_plain(&mut self, kind: MessageType) {
        let sent = self.send(&Message::new(kind));
        debug_assert!(sent.is_ok(), "{kind} has no mandatory parameter");
    }

    /// Tells the owner.
    pub fn indicate(&mut self, indication: Indication) {
        self.outputs.push_back(Output::Circuit(self.id, indication));
    }

    /// Tells maintenance that this timer has expired.
    pub fn alert(&mut self, timer: Timer) {
        self.outputs.push_back(Output::Alarm(Alarm::NoAnswer { circuit: self.id, timer }));
    }

    /// Tells maintenance that the far end does not have this circuit.
    pub fn alert_unequipped(&mut self) {
        self.outputs.push_back(Output::Alarm(Alarm::Unequipped(self.id)));
    }

    /// Whether we are the controlling exchange of this circuit in a dual seizure (Q.764 clause 2.9.1.4): the one with
    /// the higher point code for even circuits, the other for odd ones.
    pub fn controls(&self) -> bool {
        let even = self.spec.cic.0.is_multiple_of(2);
        even == (self.relation.own > self.spec.destination)
    }
}

/// Messages of one circuit take one link: its low bits select it.
pub(crate) fn sls_of(cic: Cic, mask: u8) -> Sls {
    Sls(cic.0.to_le_bytes()[0] & mask)
}

/// REL with nothing but a cause.
pub(crate) fn release_with(cause: Cause) -> Message {
    Message::new(MessageType::REL).with(CauseIndicators::new(Location::PUBLIC_LOCAL, cause))
}
