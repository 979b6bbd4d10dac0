//! What an exchange shows of itself: its circuits and its counters.

use std::ops::AddAssign;

use super::CircuitSpec;

/// What a circuit is doing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CircuitState {
    /// No call.
    Idle,
    /// IAM sent, nothing received.
    AwaitingAddressComplete,
    /// ACM received.
    AwaitingAnswer,
    /// Outgoing call, answered.
    OutgoingAnswered,
    /// IAM received with a continuity check, its result awaited.
    IncomingCheck,
    /// IAM received that does not say who calls, the answer to our INR awaited.
    IncomingInquiry,
    /// We check its continuity outside a call, or will again.
    ContinuityRecheck,
    /// The far end checks its continuity outside a call, or will again.
    ContinuityLoop,
    /// IAM received, nothing sent.
    IncomingSetup,
    /// ACM sent.
    IncomingAddressComplete,
    /// Incoming call, answered.
    IncomingAnswered,
    /// The far end refused a call in overload; the circuit rests.
    Overloaded,
    /// REL sent.
    Releasing,
    /// REL, RSC or GRS received, the owner has not answered yet.
    ReleaseIndicated,
    /// RSC or GRS sent.
    Resetting,
    /// The far end says that it has no such circuit.
    Unequipped,
}

impl CircuitState {
    /// Whether two parties talk on it.
    pub fn is_in_speech(self) -> bool {
        matches!(self, Self::OutgoingAnswered | Self::IncomingAnswered)
    }
}

/// A circuit as status shows it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CircuitView {
    /// Where it leads and what it is called.
    pub spec: CircuitSpec,
    /// What it is doing.
    pub state: CircuitState,
    /// We blocked it, or are about to.
    pub blocked_local: bool,
    /// The far end blocked it.
    pub blocked_remote: bool,
    /// Its destination can be reached.
    pub reachable: bool,
}

impl CircuitView {
    /// Whether a call may be set up on it now.
    pub fn is_available(&self) -> bool {
        self.state == CircuitState::Idle && self.reachable && !self.blocked_local && !self.blocked_remote
    }
}

/// What an exchange has counted since it was made.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counters {
    /// Messages sent.
    pub sent: u64,
    /// Messages received and decoded.
    pub received: u64,
    /// Unreasonable messages (Q.764 clause 2.9.5): what did not decode, and ranges that the variant does not allow.
    pub malformed: u64,
    /// Messages for a circuit that does not exist here.
    pub unknown_circuit: u64,
    /// Messages that the state of their circuit did not expect.
    pub unexpected: u64,
    /// Messages of procedures that are left out.
    pub unsupported: u64,
    /// Messages whose unknown type or parameter came with an instruction what to do.
    pub incompatible: u64,
    /// Messages with a type that no table names.
    pub unknown_type: u64,
    /// Parameters that no table names.
    pub unknown_parameter: u64,
    /// Messages discarded because of their type or a parameter, as instructed or for want of an instruction.
    pub discarded: u64,
    /// CFN sent.
    pub confusion_sent: u64,
    /// CFN received.
    pub confusion_received: u64,
    /// Calls that both ends began on one circuit.
    pub dual_seizures: u64,
    /// Requests that came too late for the state of their circuit.
    pub requests_unexpected: u64,
    /// Messages of ours that could not be encoded.
    pub unencodable: u64,
}

impl AddAssign for Counters {
    fn add_assign(&mut self, other: Counters) {
        self.sent += other.sent;
        self.received += other.received;
        self.malformed += other.malformed;
        self.unknown_circuit += other.unknown_circuit;
        self.unexpected += other.unexpected;
        self.unsupported += other.unsupported;
        self.incompatible += other.incompatible;
        self.unknown_type += other.unknown_type;
        self.unknown_parameter += other.unknown_parameter;
        self.discarded += other.discarded;
        self.confusion_sent += other.confusion_sent;
        self.confusion_received += other.confusion_received;
        self.dual_seizures += other.dual_seizures;
        self.requests_unexpected += other.requests_unexpected;
        self.unencodable += other.unencodable;
    }
}
