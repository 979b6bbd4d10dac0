//! Orders for circuits: BLO, UBL and RSC, for several circuits CGB, CGU and GRS, CQM (Q.764 clauses 2.8 and 2.9.3), CVT; SERVICE
//! and RESTART for B-channels.
//!
//! Promises: consecutive circuits are blocked by group messages, and a trunk that has all circuits to its destination is
//! reset by them. What cannot be said to the far end now is told at once.

use std::collections::BTreeMap;
use std::time::Instant;

use config::model::{Signalling, TrunkIndex};
use isup::codec::{self, Cic};
use isup::exchange::{CircuitRange, CircuitState, CircuitView, GroupRequest, Request, Supervision};
use isup::q931::interface::{ChannelId, Maintenance};

use super::super::Control;
use super::super::output::Reply;
use super::{Begun, Work, words};
use crate::circuit::{Seat, SeatId};
use crate::ops::maintenance::{
    CircuitAction, CircuitRow, CircuitsOrder, CircuitsReport, Numbers, ORDER_WAIT_MAX, Outcome,
};

/// An order for circuits under way.
#[derive(Debug)]
pub(in super::super) struct CircuitsWork {
    trunk: TrunkIndex,
    action: CircuitAction,
    rows: BTreeMap<SeatId, Row>,
}

#[derive(Debug)]
struct Row {
    number: u16,
    /// A message for a group names it.
    grouped: bool,
    said: Option<Said>,
}

/// What a circuit came to.
#[derive(Debug)]
struct Said {
    outcome: Outcome,
    detail: String,
    /// What both ends hold it for: ours and theirs.
    states: Option<(String, String)>,
}

/// What operators wait for.
#[derive(Clone, Debug)]
pub(in super::super) enum Heard {
    /// BLA, CGBA, SERVICE ACKNOWLEDGE.
    Blocked,
    /// UBA, CGUA, SERVICE ACKNOWLEDGE.
    Unblocked,
    /// RLC, GRA, RESTART ACKNOWLEDGE.
    Reset,
    /// CQR.
    Queried { ours: CircuitView, theirs: codec::CircuitState, agrees: bool },
    /// CVR.
    Validated(bool),
    /// The check tone has come back, or has not in time.
    Checked(bool),
    /// UCIC.
    Unequipped,
}

impl CircuitsWork {
    pub fn heard(&mut self, seat: SeatId, heard: &Heard) {
        let action = self.action;
        let Some(row) = self.rows.get_mut(&seat).filter(|row| row.said.is_none()) else { return };
        row.said = said(action, heard);
    }

    pub fn is_known(&self) -> bool {
        self.rows.values().all(|row| row.said.is_some())
    }
}

fn said(action: CircuitAction, heard: &Heard) -> Option<Said> {
    let plain = |outcome, detail: &str| Some(Said { outcome, detail: detail.into(), states: None });
    match (action, heard) {
        (CircuitAction::Block, Heard::Blocked)
        | (CircuitAction::Unblock, Heard::Unblocked)
        | (CircuitAction::Reset, Heard::Reset) => plain(Outcome::Acknowledged, ""),
        (CircuitAction::Block, Heard::Unblocked) | (CircuitAction::Unblock, Heard::Blocked) => {
            plain(Outcome::Refused, "another order has undone it meanwhile")
        }
        (CircuitAction::Query, Heard::Queried { ours, theirs, agrees }) => Some(Said {
            outcome: if *agrees { Outcome::Acknowledged } else { Outcome::Differs },
            detail: String::new(),
            states: Some((words::ours(ours), words::theirs(*theirs))),
        }),
        (CircuitAction::Validate, Heard::Validated(true)) => {
            plain(Outcome::Acknowledged, "the far end has it as we do")
        }
        (CircuitAction::Validate, Heard::Validated(false)) => plain(Outcome::Differs, words::NOT_VALID),
        (CircuitAction::Continuity, Heard::Checked(true)) => plain(Outcome::Acknowledged, "the tone came back"),
        (CircuitAction::Continuity, Heard::Checked(false)) => plain(Outcome::Failed, words::NO_TONE),
        (_, Heard::Unequipped) => plain(Outcome::Refused, words::UNEQUIPPED),
        _ => None,
    }
}

impl Control {
    pub(in super::super) fn order_circuits(&mut self, now: Instant, order: &CircuitsOrder) -> Begun {
        let trunk = self.model.trunk_named(&order.trunk).ok_or_else(|| self.no_trunk(&order.trunk))?;
        let seats = self.seats_of(trunk, &order.numbers)?;
        match (&self.model.trunk(trunk).signalling, order.action) {
            (Signalling::Isup(_), CircuitAction::Query) if !self.queries() => {
                Err(Reply::Refused(words::NO_QUERY.into()))
            }
            (Signalling::Isup(_), CircuitAction::Validate) if !self.model.variant.procedures.circuit_validation => {
                Err(Reply::Refused(words::NO_VALIDATION.into()))
            }
            (Signalling::Isup(_), action) => Ok(self.order_isup(now, trunk, action, &seats)),

            (Signalling::Pri(_), action) => match channel_maintenance(action) {
                Some(maintenance) => Ok(self.order_pri(now, trunk, (action, maintenance), &seats)),
                None => {
                    Err(Reply::Refused(format!("trunk {:?} is PRI: Q.931 has no {action} of a B-channel", order.trunk)))
                }
            },
        }
    }

    /// Whether circuits can be asked for by CQM.
    pub(in super::super) fn queries(&self) -> bool {
        self.model.variant.procedures.circuit_group_query
    }

    fn order_isup(
        &mut self,
        now: Instant,
        trunk: TrunkIndex,
        action: CircuitAction,
        seats: &[Seat],
    ) -> (Instant, Work) {
        let runs = runs(seats);
        let whole = seats.len() > 1 && self.is_whole_destination(trunk, seats.len());
        let grouped = |seat: &Seat| match action {
            CircuitAction::Block | CircuitAction::Unblock => runs
                .iter()
                .any(|run| run.len() > 1 && (run[0].number..=run[run.len() - 1].number).contains(&seat.number)),
            CircuitAction::Reset => whole,
            CircuitAction::Query => true,
            CircuitAction::Validate | CircuitAction::Continuity => false,
        };
        let rows = seats.iter().map(|seat| (seat.id, self.isup_row(seat, action, grouped(seat)))).collect();
        let work = CircuitsWork { trunk, action, rows };
        let guard = words::guard(self.model.isup_timers(trunk), action, runs.iter().any(|run| run.len() > 1));
        let until = now + guard.length;
        self.say(now, trunk, action, &runs, whole);
        (until, Work::Circuits(work))
    }

    fn isup_row(&self, seat: &Seat, action: CircuitAction, grouped: bool) -> Row {
        let SeatId::Circuit(circuit) = seat.id else { return Row { number: seat.number, grouped, said: None } };
        let view = self.view(circuit);
        let can_be_checked = matches!(view.state, CircuitState::Idle | CircuitState::ContinuityRecheck);
        let (outcome, detail) = match action {
            _ if !view.reachable => {
                (Outcome::Unanswered, words::out_of_reach(self.model.isup_timers(seat.trunk), action, grouped))
            }
            CircuitAction::Continuity if !can_be_checked => {
                (Outcome::Refused, format!("it is {}: only an idle circuit is checked", words::ours(&view)))
            }
            _ => return Row { number: seat.number, grouped, said: None },
        };
        Row { number: seat.number, grouped, said: Some(Said { outcome, detail, states: None }) }
    }

    /// The messages of an order for ISUP circuits.
    fn say(&mut self, now: Instant, trunk: TrunkIndex, action: CircuitAction, runs: &[&[Seat]], whole: bool) {
        let Signalling::Isup(isup) = &self.model.trunk(trunk).signalling else { return };
        let destination = isup.destination;
        if action == CircuitAction::Reset && whole {
            return self.exchange.handle_group_request(now, GroupRequest::Reset(destination));
        }
        for run in runs {
            let (first, last) = (run[0].number, run[run.len() - 1].number);
            let range = CircuitRange { destination, first: Cic(first), last: Cic(last) };
            match action {
                CircuitAction::Block if run.len() > 1 => {
                    self.exchange.handle_group_request(now, GroupRequest::Block(range, Supervision::Maintenance));
                }
                CircuitAction::Unblock if run.len() > 1 => {
                    self.exchange.handle_group_request(now, GroupRequest::Unblock(range, Supervision::Maintenance));
                }
                CircuitAction::Query => self.exchange.handle_group_request(now, GroupRequest::Query(range)),
                CircuitAction::Block => self.ask_each(now, run, &Request::Block),
                CircuitAction::Unblock => self.ask_each(now, run, &Request::Unblock),
                CircuitAction::Reset => self.ask_each(now, run, &Request::Reset),
                CircuitAction::Validate => self.ask_each(now, run, &Request::Validate),
                CircuitAction::Continuity => self.ask_each(now, run, &Request::CheckContinuity),
            }
        }
    }

    fn ask_each(&mut self, now: Instant, seats: &[Seat], request: &Request) {
        for seat in seats {
            if let SeatId::Circuit(circuit) = seat.id {
                self.exchange.handle_request(now, circuit, request.clone());
            }
        }
    }

    fn order_pri(
        &mut self,
        now: Instant,
        trunk: TrunkIndex,
        (action, maintenance): (CircuitAction, fn(ChannelId) -> Maintenance),
        seats: &[Seat],
    ) -> (Instant, Work) {
        let mut rows = BTreeMap::new();
        for seat in seats {
            let SeatId::Channel(at) = seat.id else { continue };
            let said = self.pri_said(at, action);
            rows.insert(seat.id, Row { number: seat.number, grouped: false, said });
            self.maintain_channel(now, at, maintenance(at.channel));
        }
        (now + ORDER_WAIT_MAX, Work::Circuits(CircuitsWork { trunk, action, rows }))
    }

    /// What is known of an order for a B-channel before anything is sent.
    fn pri_said(&self, at: crate::circuit::ChannelSeat, action: CircuitAction) -> Option<Said> {
        let blocks = matches!(action, CircuitAction::Block | CircuitAction::Unblock);
        let told = self.switch_profile(at.interface).is_some_and(|profile| profile.service.is_some());
        let (outcome, detail) = match () {
            () if blocks && !told => (Outcome::Here, words::NO_SERVICE),
            () if !self.channel_view(at).reachable => (Outcome::Unanswered, words::D_CHANNEL_DOWN),
            () => return None,
        };
        Some(Said { outcome, detail: detail.into(), states: None })
    }

    /// Whether so many circuits are all that lead where this trunk does.
    fn is_whole_destination(&self, trunk: TrunkIndex, count: usize) -> bool {
        let destination = |trunk| match &self.model.trunk(trunk).signalling {
            Signalling::Isup(isup) => Some(isup.destination),
            Signalling::Pri(_) => None,
        };
        let same = self.model.trunk_indices().filter(|other| destination(*other) == destination(trunk));
        same.map(|other| self.model.trunk(other).circuits.len()).sum::<usize>() == count
    }

    /// The circuits of a trunk that an order names, by number.
    fn seats_of(&self, trunk: TrunkIndex, numbers: &Numbers) -> Result<Vec<Seat>, Reply> {
        let mut all: Vec<Seat> = self.trunks.seats().map(|(seat, _)| seat).filter(|seat| seat.trunk == trunk).collect();
        all.sort_by_key(|seat| seat.number);
        if let Some(nowhere) = numbers.nowhere(|number| all.iter().any(|seat| seat.number == number)) {
            let name = &self.model.trunk(trunk).name;
            let there = Numbers::of(all.iter().map(|seat| seat.number));
            return Err(Reply::Unknown(format!("trunk {name:?} has no circuit {nowhere}; it has {there}")));
        }
        all.retain(|seat| numbers.contains(seat.number));
        Ok(all)
    }

    fn no_trunk(&self, name: &str) -> Reply {
        let names = self.model.trunks.iter().map(|trunk| trunk.name.as_str());
        Reply::Unknown(words::nothing_of_that_name("trunk", name, names))
    }

    pub(super) fn circuits_report(&self, work: CircuitsWork) -> CircuitsReport {
        let CircuitsWork { trunk, action, rows } = work;
        let is_pri = matches!(self.model.trunk(trunk).signalling, Signalling::Pri(_));
        let unanswered = |grouped| Said {
            outcome: Outcome::Unanswered,
            detail: match is_pri {
                true => words::unanswered_channel(action).to_owned(),
                false => words::unanswered(self.model.isup_timers(trunk), action, grouped),
            },
            states: None,
        };
        let row = |row: Row| {
            let Said { outcome, detail, states } = row.said.unwrap_or_else(|| unanswered(row.grouped));
            let (ours, theirs) = states.unzip();
            CircuitRow { number: row.number, outcome, detail, ours, theirs }
        };
        let mut circuits: Vec<CircuitRow> = rows.into_values().map(row).collect();
        circuits.sort_by_key(|row| row.number);
        CircuitsReport { trunk: self.model.trunk(trunk).name.clone(), action, circuits }
    }
}

/// What an action is to a B-channel; `None`: nothing.
fn channel_maintenance(action: CircuitAction) -> Option<fn(ChannelId) -> Maintenance> {
    match action {
        CircuitAction::Block => Some(Maintenance::Block),
        CircuitAction::Unblock => Some(Maintenance::Unblock),
        CircuitAction::Reset => Some(Maintenance::Restart),
        CircuitAction::Query | CircuitAction::Validate | CircuitAction::Continuity => None,
    }
}

/// Circuits with consecutive numbers, `seats` being in their order.
fn runs(seats: &[Seat]) -> Vec<&[Seat]> {
    seats.chunk_by(|one, next| one.number + 1 == next.number).collect()
}
