//! What a circuit is doing: the states of a call, of its release and reset, and of continuity checks, Q.764.
//!
//! Promises: a state owns its timers and the messages that it may have to send again.

use std::time::Instant;

use super::continuity::{Looped, Recheck};
use super::overlap::Collecting;
use super::suspension::Suspension;
use crate::codec::{Cic, Message, PropagationDelayCounter};
use crate::exchange::CircuitState;
use crate::timer::Repetition;

/// What the circuit is doing, with the timers and messages of that state.
#[derive(Clone, Debug, Default)]
pub(super) enum State {
    #[default]
    Idle,
    Unequipped,
    AwaitingAddressComplete {
        t7: Instant,
        /// The IAM: the far end may ask for what it holds.
        initial: Box<Message>,
        /// T24: a continuity check goes on.
        check: Option<Instant>,
    },
    AwaitingAnswer {
        t9: Instant,
    },
    OutgoingAnswered {
        suspension: Suspension,
    },
    /// IAM received that announces a continuity check; nobody owns the call yet.
    IncomingCheck {
        t8: Instant,
        initial: Box<Message>,
        /// SAM received since.
        digits: Vec<Message>,
        /// The check is on this circuit.
        looped: bool,
    },
    /// IAM received that does not say who calls, INR sent; nobody owns the call yet.
    IncomingInquiry {
        t33: Instant,
        initial: Box<Message>,
        /// SAM received since.
        digits: Vec<Message>,
    },
    IncomingSetup {
        /// The owner waits for digits.
        digits: Option<Collecting>,
        /// What the IAM counted.
        delay: Option<PropagationDelayCounter>,
    },
    IncomingAddressComplete {
        delay: Option<PropagationDelayCounter>,
    },
    IncomingAnswered {
        /// We told the far end of a suspension by the network.
        t38: Option<Instant>,
    },
    /// OLM received: the circuit rests until T3.
    Overloaded {
        t3: Instant,
    },
    /// We check the circuit's continuity outside a call.
    Recheck(Recheck),
    /// The far end does.
    Looped(Looped),
    /// REL sent; repeated by T1 until T5.
    Releasing {
        release: Box<Message>,
        repetition: Repetition,
        owner: Owner,
    },
    /// The far end released or reset; our answer waits for the owner.
    ReleaseIndicated {
        answer: Answer,
    },
    /// RSC sent; repeated by T16 until T17, then by T17.
    Resetting {
        repetition: Repetition,
        owner: Owner,
    },
    /// GRS sent; its timers are the group's.
    GroupResetting {
        owner: Owner,
    },
}

/// Whether somebody waits for the circuit to be free.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Owner {
    /// No call.
    None,
    /// The owner waits for `Released`.
    Waiting,
    /// The owner was told that the call is lost, and waits for `Released`.
    ToldLost,
}

/// What the far end awaits once our media is off.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Answer {
    /// RLC.
    ReleaseComplete,
    /// Its part of the GRA for the group that begins with this circuit.
    ResetGroup(Cic),
}

/// The kind of a call as far as a table row cares.
pub(super) enum Phase {
    Idle,
    /// A continuity check, an inquiry, or the rest after an overload, which nobody owns.
    Unowned,
    Call,
    Other,
}

impl State {
    /// What status shows.
    pub fn shown(&self) -> CircuitState {
        match self {
            Self::Idle => CircuitState::Idle,
            Self::Unequipped => CircuitState::Unequipped,
            Self::AwaitingAddressComplete { .. } => CircuitState::AwaitingAddressComplete,
            Self::AwaitingAnswer { .. } => CircuitState::AwaitingAnswer,
            Self::OutgoingAnswered { .. } => CircuitState::OutgoingAnswered,
            Self::IncomingCheck { .. } => CircuitState::IncomingCheck,
            Self::IncomingInquiry { .. } => CircuitState::IncomingInquiry,
            Self::Recheck(_) => CircuitState::ContinuityRecheck,
            Self::Looped(_) => CircuitState::ContinuityLoop,
            Self::IncomingSetup { .. } => CircuitState::IncomingSetup,
            Self::IncomingAddressComplete { .. } => CircuitState::IncomingAddressComplete,
            Self::IncomingAnswered { .. } => CircuitState::IncomingAnswered,
            Self::Overloaded { .. } => CircuitState::Overloaded,
            Self::Releasing { .. } => CircuitState::Releasing,
            Self::ReleaseIndicated { .. } => CircuitState::ReleaseIndicated,
            Self::Resetting { .. } | Self::GroupResetting { .. } => CircuitState::Resetting,
        }
    }

    /// How far a table row cares.
    pub fn phase(&self) -> Phase {
        match self {
            Self::Idle | Self::Unequipped => Phase::Idle,
            Self::IncomingCheck { .. }
            | Self::IncomingInquiry { .. }
            | Self::Recheck(_)
            | Self::Looped(_)
            | Self::Overloaded { .. } => Phase::Unowned,
            Self::AwaitingAddressComplete { .. }
            | Self::AwaitingAnswer { .. }
            | Self::OutgoingAnswered { .. }
            | Self::IncomingSetup { .. }
            | Self::IncomingAddressComplete { .. }
            | Self::IncomingAnswered { .. } => Phase::Call,
            Self::Releasing { .. }
            | Self::ReleaseIndicated { .. }
            | Self::Resetting { .. }
            | Self::GroupResetting { .. } => Phase::Other,
        }
    }
}
