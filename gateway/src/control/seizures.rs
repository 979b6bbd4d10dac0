//! Circuits: those that a call seizes, and calls that the far end begins on one.

use std::time::Instant;

use config::model::TrunkIndex;
use isup::cause::Cause;
use isup::codec::Message;
use isup::exchange::{CircuitId, Indication, Refusal, Request};
use tracing::info;

use super::desk::Heard;
use super::{Control, circuits};
use crate::call::{CallId, Caller, Event, Told};
use crate::circuit::{Seat, SeatId};
use crate::interwork::hub::{Release, Setup};
use crate::interwork::isup::{backward, iam};

impl Control {
    pub(super) fn circuit_event(&mut self, now: Instant, circuit: CircuitId, indication: Indication) {
        match (self.trunks.owner(SeatId::Circuit(circuit)), indication) {
            (_, Indication::CheckEquipment(wanted)) => self.check_equipment(circuit, wanted),
            (None, Indication::Setup(iam)) => self.iam_received(now, circuit, &iam),
            // Ours was about to go out on it: the far end was first.
            (Some(call), Indication::Setup(iam)) => {
                let refused = Indication::SetupRefused(Refusal::DualSeizure);
                self.deliver(now, call, Event::Circuit(circuit, refused));
                self.iam_received(now, circuit, &iam);
            }
            (Some(call), indication) if !is_maintenance(&indication) => {
                self.deliver(now, call, Event::Circuit(circuit, indication));
            }
            (_, indication) => {
                info!(circuit = circuit.0, ?indication, "circuit");
                self.circuit_heard(now, circuit, &indication);
            }
        }
    }

    /// What an operator may wait for.
    fn circuit_heard(&mut self, now: Instant, circuit: CircuitId, indication: &Indication) {
        let heard = match indication {
            Indication::BlockConfirmed => Heard::Blocked,
            Indication::UnblockConfirmed => Heard::Unblocked,
            Indication::ResetConfirmed => Heard::Reset,
            Indication::ContinuityChecked(passed) => Heard::Checked(*passed),
            Indication::Validated(valid) => Heard::Validated(*valid),
            Indication::Queried { theirs, agrees } => {
                self.queried(now, circuit, *agrees);
                Heard::Queried { ours: self.view(circuit), theirs: *theirs, agrees: *agrees }
            }
            _ => return,
        };
        self.desk.heard(SeatId::Circuit(circuit), &heard);
    }

    /// An IAM: it begins a call on its circuit.
    fn iam_received(&mut self, now: Instant, circuit: CircuitId, message: &Message) {
        if !self.seized_by_far_end(now, SeatId::Circuit(circuit), iam::setup(message)) {
            let rel = backward::rel(&Release::here(Cause::TEMPORARY_FAILURE));
            self.exchange.handle_request(now, circuit, Request::Release(rel));
        }
    }

    /// A call of the far end on a circuit of either kind; `false`: the circuit is none of ours, or has a call.
    pub(super) fn seized_by_far_end(&mut self, now: Instant, id: SeatId, mut setup: Result<Setup, Cause>) -> bool {
        let Some(seat) = self.trunks.seize_incoming(id, CallId(self.next_call)) else { return false };
        if let Ok(setup) = &mut setup {
            setup.is_complete |= !seat.overlap;
        }
        let to = setup.as_ref().map_err(|cause| *cause).and_then(|setup| self.route_from(now, seat, setup.clone()));
        self.counters.calls_from_pstn += 1;
        let setup = setup.unwrap_or_else(|_| Setup::unknown(String::new()));
        self.begin(now, Caller::Circuit(seat), setup, to);
        true
    }

    /// A call wants a circuit of this trunk.
    pub(super) fn seize(&mut self, now: Instant, id: CallId, trunk: TrunkIndex) {
        let (exchange, pri, spans) = (&self.exchange, &self.pri, &self.spans);
        let available = |seat: &Seat| circuits::is_available(exchange, pri, spans, seat);
        let reserve = self.model.trunk(trunk).reserve;
        let is_emergency = self.calls.get(&id).is_some_and(|call| call.story().emergency);
        let has_room = reserve == 0 || is_emergency || self.trunks.has_more(trunk, reserve, available);
        let seat = if has_room { self.trunks.seize(trunk, id, available) } else { None };
        let told = seat.map_or(Told::Congested, Told::Seized);
        if let Some(call) = self.calls.get_mut(&id) {
            call.handle(now, Event::Gateway(told));
        }
    }
}

/// What concerns the circuit, and not the call that may be on it.
fn is_maintenance(indication: &Indication) -> bool {
    use Indication as I;
    matches!(
        indication,
        I::Blocked
            | I::Unblocked
            | I::BlockConfirmed
            | I::UnblockConfirmed
            | I::ResetConfirmed
            | I::ContinuityChecked(_)
            | I::Validated(_)
            | I::Queried { .. }
            | I::Confusion(_)
    )
}
