//! Parameters of circuit supervision and maintenance, Q.763 clause 3.

use crate::codec::error::{DecodeError, Fault};
use crate::codec::{Parameter, ParameterCode};
use std::fmt;

values! {
    /// Why a group of circuits is blocked or unblocked.
    CircuitGroupSupervision {
        MAINTENANCE = 0, "maintenance oriented";
        HARDWARE_FAILURE = 1, "hardware failure oriented";
    }
}

bit_fields! {
    /// Circuit group supervision message type.
    CircuitGroupSupervisionMessageType(CIRCUIT_GROUP_SUPERVISION_MESSAGE_TYPE), 1 octet {
        /// Why.
        supervision: CircuitGroupSupervision = BA,
    }
}

impl CircuitGroupSupervisionMessageType {
    /// The indicator for one kind of supervision.
    pub fn new(supervision: CircuitGroupSupervision) -> Self {
        Self { supervision, ..Self::default() }
    }
}

bit_fields! {
    /// Continuity indicators: how the check went.
    ContinuityIndicators(CONTINUITY_INDICATORS), 1 octet {
        /// The check was successful.
        successful: bool = A,
    }
}

values! {
    /// Maintenance blocking state of an idle or busy circuit. With call processing state 0 the
    /// same two bits say instead: 0 transient, 3 unequipped.
    BlockingState {
        NONE = 0, "not blocked";
        LOCAL = 1, "locally blocked";
        REMOTE = 2, "remotely blocked";
        BOTH = 3, "locally and remotely blocked";
    }
}

values! {
    /// Call processing state of a circuit.
    CallProcessingState {
        TRANSIENT_OR_UNEQUIPPED = 0, "transient or unequipped";
        INCOMING_BUSY = 1, "incoming busy";
        OUTGOING_BUSY = 2, "outgoing busy";
        IDLE = 3, "idle";
    }
}

bit_record! {
    /// The state of one circuit as its other end sees it.
    CircuitState {
        /// Whether maintenance has blocked it.
        maintenance: BlockingState = BA,
        /// What it is used for.
        call: CallProcessingState = DC,
        /// Whether hardware failure has blocked it.
        hardware: BlockingState = FE,
    }
}

impl CircuitState {
    /// A circuit that does not exist at that end.
    pub const UNEQUIPPED: Self = Self {
        maintenance: BlockingState::BOTH,
        call: CallProcessingState::TRANSIENT_OR_UNEQUIPPED,
        hardware: BlockingState::NONE,
        spare: 0,
    };
}

/// Circuit state indicator: one state for each circuit of the range, in ascending order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CircuitStateIndicator(pub Vec<CircuitState>);

impl Parameter for CircuitStateIndicator {
    const CODE: ParameterCode = ParameterCode::CIRCUIT_STATE_INDICATOR;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        Ok(Self(octets.iter().map(|octet| CircuitState::from_word(u32::from(*octet))).collect()))
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.extend(self.0.iter().map(|state| state.to_word() as u8));
    }
}

impl fmt::Display for CircuitStateIndicator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, state) in self.0.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{}/{}/{}", state.call, state.maintenance, state.hardware)?;
        }
        Ok(())
    }
}

values! {
    /// Map type of a circuit assignment map.
    MapType {
        PATH_1544 = 1, "1544 kbit/s path";
        PATH_2048 = 2, "2048 kbit/s path";
    }
}

/// Circuit assignment map: which timeslots of a path a multirate call uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CircuitAssignmentMap {
    /// The path, bits FEDCBA of the first octet.
    pub map_type: MapType,
    /// Bits HG of the first octet.
    pub spare: u8,
    /// One bit a timeslot, timeslot 1 in the lowest.
    pub timeslots: u32,
}

impl Parameter for CircuitAssignmentMap {
    const CODE: ParameterCode = ParameterCode::CIRCUIT_ASSIGNMENT_MAP;

    fn decode(octets: &[u8]) -> Result<Self, DecodeError> {
        let (&[first, ref map @ ..], _) =
            octets.split_first_chunk::<5>().ok_or(DecodeError::at(octets.len(), Fault::Truncated))?;
        let timeslots = map.iter().rev().fold(0, |word, octet| word << 8 | u32::from(*octet));
        Ok(Self { map_type: MapType(first & 63), spare: first >> 6, timeslots })
    }

    fn encode(&self, out: &mut Vec<u8>) {
        out.push(self.map_type.0 & 63 | self.spare << 6);
        out.extend(self.timeslots.to_le_bytes());
    }
}

impl fmt::Display for CircuitAssignmentMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, timeslots {:08x}", self.map_type, self.timeslots)
    }
}
