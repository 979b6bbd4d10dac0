//! Continuity checks (Q.764 2.1.8): what the exchange wants connected to a circuit becomes equipment of the media path, which
//! says when a tone has come back.
//!
//! Which of our calls ask for a check is the trunk's configuration; what comes of a check, and what follows, is the circuit's
//! own business in `isup`.

use std::time::Instant;

use config::model::{Continuity, Ported, Signalling, TrunkIndex};
use isup::codec::{ContinuityCheck, Message, NatureOfConnectionIndicators};
use isup::continuity::{CheckTones, Responder};
use isup::exchange::{CheckEquipment, CircuitId, Request};
use media::{Equipment, Timeslot};

use super::{Control, Output};
use crate::circuit::SeatId;
use crate::interwork::isup::dialect;

impl Control {
    /// A check begins or ends on a circuit.
    pub(super) fn check_equipment(&mut self, circuit: CircuitId, wanted: CheckEquipment) {
        let Some(seat) = self.trunks.seat(SeatId::Circuit(circuit)) else { return };
        let Some(Continuity { tones, .. }) = self.continuity(seat.trunk) else { return };
        self.outputs.push_back(Output::Check { at: seat.at, equipment: equipment(tones, wanted) });
    }

    /// The tone of a check has come back on a timeslot. One that comes when its check is over is counted by the circuit.
    pub(super) fn tone_heard(&mut self, now: Instant, at: Timeslot) {
        let seat = self.trunks.seats().find(|(seat, _)| seat.at == at).map(|(seat, _)| seat.id);
        if let Some(SeatId::Circuit(circuit)) = seat {
            self.exchange.handle_request(now, circuit, Request::ToneHeard);
        }
    }

    /// A call asks something of its circuit, in the network's words; some setups ask for a check.
    pub(super) fn ask_circuit(&mut self, now: Instant, circuit: CircuitId, request: Request) {
        for mut request in dialect::said(request, &self.model.variant, self.ported(circuit)) {
            if let Request::Setup(iam) = &mut request
                && self.wants_check(circuit)
            {
                announce_check(iam);
            }
            self.exchange.handle_request(now, circuit, request);
        }
    }

    /// How the trunk of a circuit writes ported numbers.
    fn ported(&self, circuit: CircuitId) -> Ported {
        let seat = self.trunks.seat(SeatId::Circuit(circuit));
        match seat.map(|seat| &self.model.trunk(seat.trunk).signalling) {
            Some(Signalling::Isup(isup)) => isup.ported,
            Some(Signalling::Pri(_)) | None => Ported::default(),
        }
    }

    fn wants_check(&mut self, circuit: CircuitId) -> bool {
        let Some(seat) = self.trunks.seat(SeatId::Circuit(circuit)) else { return false };
        let every = self.continuity(seat.trunk).map_or(0, |continuity| continuity.every);
        let unchecked = &mut self.unchecked[seat.trunk.get()];
        *unchecked += 1;
        let is_due = every > 0 && *unchecked >= every;
        if is_due {
            *unchecked = 0;
        }
        is_due
    }

    fn continuity(&self, trunk: TrunkIndex) -> Option<Continuity> {
        match &self.model.trunk(trunk).signalling {
            Signalling::Isup(isup) => Some(isup.continuity),
            Signalling::Pri(_) => None,
        }
    }
}

fn announce_check(iam: &mut Message) {
    let nature = iam.find::<NatureOfConnectionIndicators>().unwrap_or_default();
    iam.set(&NatureOfConnectionIndicators { continuity_check: ContinuityCheck::REQUIRED, ..nature });
}

/// Either end sends the tone of its own kind of trunk, whoever checks.
fn equipment(tones: CheckTones, wanted: CheckEquipment) -> Option<Equipment> {
    let CheckTones { sent_hz: sends_hz, expected_hz: hears_hz, responder, .. } = tones;
    match (wanted, responder) {
        (CheckEquipment::Off, _) => None,
        (CheckEquipment::Transceiver, _) => Some(Equipment::Transceiver { sends_hz, hears_hz }),
        (CheckEquipment::Responder, Responder::Loop) => Some(Equipment::Loop),
        (CheckEquipment::Responder, Responder::Transponder) => Some(Equipment::Transponder { hears_hz, sends_hz }),
    }
}
