//! Circuit validation test: CVT and CVR both ways, ANSI T1.113, after Wireshark's and libss7's reading of it.
//!
//! Promises: the far end is told that the circuit exists and is digital, whatever is on it.
//! Leaves out: comparing names and locations, which are optional in CVR.

use std::time::Instant;

use super::{Circuit, Step};
use crate::codec::{Message, MessageType, ParameterCode};
use crate::exchange::Indication;
use crate::timer::Timer;

impl Circuit {
    /// The operator asks whether the far end knows the circuit as we do.
    pub(super) fn validate(&mut self, step: &mut Step<'_>) {
        if step.variant.procedures.circuit_validation {
            step.send_plain(MessageType::CVT);
            self.tcvt = Some(step.now + step.relation.timers.tcvt);
        } else {
            step.counters.requests_unexpected += 1;
        }
    }

    pub(super) fn validation_requested(&mut self, step: &mut Step<'_>) {
        let mut response = Message::new(MessageType::CVR);
        response.set_octets(ParameterCode::CIRCUIT_VALIDATION_RESPONSE_INDICATOR, &[SUCCESS]);
        response.set_octets(ParameterCode::CIRCUIT_GROUP_CHARACTERISTIC_INDICATOR, &[DIGITAL]);
        let sent = step.send(&response);
        debug_assert!(sent.is_ok(), "a CVR with its two indicators is complete");
    }

    pub(super) fn validation_received(&mut self, step: &mut Step<'_>, message: &Message) {
        if self.tcvt.take().is_none() {
            step.counters.unexpected += 1;
            return;
        }
        let indicator = message.octets(ParameterCode::CIRCUIT_VALIDATION_RESPONSE_INDICATOR);
        let valid = indicator.and_then(<[u8]>::first).is_some_and(|indicator| indicator & 3 == SUCCESS);
        step.indicate(Indication::Validated(valid));
    }

    /// Tcvt: the far end does not say.
    pub(super) fn tcvt_expired(&mut self, step: &mut Step<'_>) {
        self.tcvt = None;
        step.alert(Timer::Tcvt);
    }

    pub(super) fn validation_deadline(&self) -> Option<(Instant, Timer)> {
        self.tcvt.map(|tcvt| (tcvt, Timer::Tcvt))
    }
}

/// Circuit validation response indicator.
const SUCCESS: u8 = 1;
/// Circuit group carrier indicator, in bits BA of the circuit group characteristic indicator.
const DIGITAL: u8 = 2;
