//! Circuits of every kind, as the rest of control asks about them: whether one is to be had, what it is doing.

use isup::exchange::{CircuitId, CircuitState, CircuitView, Exchange, Request};
use isup::q931::interface::{ChannelView, Maintenance};

use super::pri::Pri;
use super::spans::Span;
use super::{Control, plan};
use crate::circuit::{ChannelSeat, Seat, SeatId};
use crate::ops::cdr::Blockable;
use crate::ops::status;

/// Whether a call may be set up on it now.
pub(super) fn is_available(exchange: &Exchange, pri: &[Pri], spans: &[Span], seat: &Seat) -> bool {
    let available = match seat.id {
        SeatId::Circuit(circuit) => exchange.circuit(circuit).is_some_and(|view| view.is_available()),
        SeatId::Channel(at) => pri[at.interface].interface.channel(at.channel).is_some_and(|view| view.is_available()),
    };
    available && spans[usize::from(seat.at.span)].carries_calls()
}

impl Control {
    /// Circuits that an operator had blocked before a restart are blocked again; those no longer configured are passed over.
    pub(super) fn restore_blocking(&mut self) {
        let now = self.start.now;
        for circuit in std::mem::take(&mut self.start.blocked) {
            match self.seat_of(&circuit) {
                Some(SeatId::Circuit(circuit)) => self.exchange.handle_request(now, circuit, Request::Block),
                Some(SeatId::Channel(at)) => self.maintain_channel(now, at, Maintenance::Block(at.channel)),
                None => {}
            }
        }
    }

    fn seat_of(&self, circuit: &Blockable) -> Option<SeatId> {
        let is_it = |seat: &Seat| self.blockable(seat) == *circuit;
        self.trunks.seats().map(|(seat, _)| seat).find(is_it).map(|seat| seat.id)
    }

    /// What the journal calls a circuit.
    pub(super) fn blockable(&self, seat: &Seat) -> Blockable {
        match plan::circuit_spec(&self.model, seat) {
            Some(spec) => Blockable::Circuit { destination: spec.destination.0, cic: spec.cic.0 },
            None => Blockable::Channel { trunk: self.model.trunk(seat.trunk).name.clone(), channel: seat.number },
        }
    }

    /// Whether every circuit has been reset at both ends since the start.
    pub(super) fn circuits_settled(&self) -> bool {
        self.trunks.seats().all(|(seat, _)| match seat.id {
            // A destination that has just come into reach has all its circuits reset at once.
            SeatId::Circuit(circuit) => {
                let view = self.view(circuit);
                view.reachable && view.state != CircuitState::Resetting
            }
            SeatId::Channel(channel) => {
                let view = self.channel_view(channel);
                view.reachable && !view.restarting
            }
        })
    }

    /// Puts every circuit into the one count of its trunk where it belongs.
    pub(super) fn count_circuits(&self, trunks: &mut [status::Trunk]) {
        for (seat, owner) in self.trunks.seats() {
            let counts = &mut trunks[seat.trunk.get()].circuits;
            let usable = self.spans[usize::from(seat.at.span)].carries_calls();
            match seat.id {
                SeatId::Circuit(circuit) => count_isup(counts, self.view(circuit), owner.is_some(), usable),
                SeatId::Channel(channel) => count_pri(counts, self.channel_view(channel), owner.is_some(), usable),
            }
        }
    }

    pub(super) fn channel_view(&self, at: ChannelSeat) -> ChannelView {
        let view = self.pri[at.interface].interface.channel(at.channel);
        view.expect("every PRI seat was made from a channel of its interface")
    }

    pub(super) fn view(&self, circuit: CircuitId) -> CircuitView {
        self.exchange.circuit(circuit).expect("every ISUP seat was made from a circuit of the exchange")
    }
}

fn count_isup(counts: &mut status::Circuits, view: CircuitView, owned: bool, usable: bool) {
    use CircuitState as C;
    let place = match view.state {
        C::Idle if owned => &mut counts.busy,
        C::Idle if !view.reachable || !usable => &mut counts.unavailable,
        C::Idle if view.blocked_local || view.blocked_remote => &mut counts.blocked,
        C::Idle => &mut counts.idle,
        C::Unequipped => &mut counts.unequipped,
        C::IncomingCheck | C::IncomingInquiry | C::ContinuityRecheck | C::ContinuityLoop | C::Overloaded => {
            &mut counts.unavailable
        }
        C::Resetting => &mut counts.resetting,
        C::Releasing | C::ReleaseIndicated => &mut counts.releasing,
        C::AwaitingAddressComplete
        | C::AwaitingAnswer
        | C::OutgoingAnswered
        | C::IncomingSetup
        | C::IncomingAddressComplete
        | C::IncomingAnswered => &mut counts.busy,
    };
    *place += 1;
}

/// The same for a B-channel.
fn count_pri(counts: &mut status::Circuits, view: ChannelView, owned: bool, usable: bool) {
    let place = match view {
        _ if owned => &mut counts.busy,
        ChannelView { restarting: true, .. } => &mut counts.resetting,
        ChannelView { call: Some(_), .. } => &mut counts.releasing,
        ChannelView { reachable, .. } if !reachable || !usable => &mut counts.unavailable,
        ChannelView { blocked_local, blocked_remote, .. } if blocked_local || blocked_remote => &mut counts.blocked,
        _ => &mut counts.idle,
    };
    *place += 1;
}

pub(super) fn has_call(state: CircuitState) -> bool {
    use CircuitState as C;
    !matches!(
        state,
        C::Idle
            | C::Unequipped
            | C::IncomingCheck
            | C::IncomingInquiry
            | C::ContinuityRecheck
            | C::ContinuityLoop
            | C::Overloaded
            | C::Resetting
            | C::Releasing
    )
}
