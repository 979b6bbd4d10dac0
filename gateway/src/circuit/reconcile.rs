//! What to do about a circuit of which its two ends say, by CQM and CQR, what cannot both be true.
//!
//! ```text
//!   ours                        what follows
//!   idle, unequipped            RSC: nobody talks here
//!   a call without an answer    the call is released
//!   a call in speech            it is told, and an operator decides
//!   whatever passes by itself   nothing
//! ```
//!
//! Promises: no circuit in speech is reset or released. The table is ours; Q.764 leaves to the exchange what it does about a
//! difference.

use isup::exchange::CircuitState;

/// What follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reconcile {
    /// RSC.
    Reset,
    /// The call on it is released.
    Release,
    /// Maintenance is told.
    Tell,
    /// It passes.
    Wait,
}

/// The table, for a circuit that we hold for this and the far end for something that cannot be.
pub fn reconcile(ours: CircuitState) -> Reconcile {
    use CircuitState as C;
    match ours {
        C::Idle | C::Unequipped => Reconcile::Reset,
        C::AwaitingAddressComplete | C::AwaitingAnswer | C::IncomingSetup | C::IncomingAddressComplete => {
            Reconcile::Release
        }
        C::OutgoingAnswered | C::IncomingAnswered => Reconcile::Tell,
        C::IncomingCheck
        | C::IncomingInquiry
        | C::ContinuityRecheck
        | C::ContinuityLoop
        | C::Overloaded
        | C::Releasing
        | C::ReleaseIndicated
        | C::Resetting => Reconcile::Wait,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circuit_in_speech_is_left_alone() {
        for state in [CircuitState::OutgoingAnswered, CircuitState::IncomingAnswered] {
            assert!(state.is_in_speech());
            assert_eq!(reconcile(state), Reconcile::Tell);
        }
    }

    #[test]
    fn only_a_circuit_without_a_call_is_reset() {
        use CircuitState as C;
        let reset = [C::Idle, C::Unequipped];
        let others = [C::AwaitingAddressComplete, C::AwaitingAnswer, C::OutgoingAnswered, C::Releasing, C::Resetting];
        assert!(reset.into_iter().all(|state| reconcile(state) == Reconcile::Reset));
        assert!(others.into_iter().all(|state| reconcile(state) != Reconcile::Reset));
    }
}
