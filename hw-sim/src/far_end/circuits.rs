//! The table of circuits: hunting, dual seizure control, group reset and group blocking, Q.764 2.8.2, 2.9.1 and 2.9.3.

use isup::codec::{Message, MessageType};

use super::circuit::{Blocking, Circuit, Effects, State};
use super::message;
use super::spec::{CircuitSpec, ExchangeSpec};
use super::status::CircuitCounts;

/// All circuits towards the gateway, by ascending CIC.
#[derive(Debug)]
pub(super) struct Circuits {
    table: Vec<Circuit>,
    /// Circuits that are reset together, at most (Q.763 3.43: range 1 to 31).
    group_max: usize,
    /// Groups for which GRA is awaited.
    resets: Vec<GroupReset>,
}

/// A GRS sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct GroupReset {
    cic: u16,
    range: u8,
    t22_ms: u64,
    repeated: bool,
}

impl Circuits {
    /// In a dual seizure the higher point code prevails on even CICs, the
    /// lower one on odd CICs (2.9.1).
    pub(super) fn new(spec: &ExchangeSpec) -> Self {
        let higher_point_code = spec.own_point_code > spec.called_upon;
        let circuit = |spec: &CircuitSpec| Circuit::new(spec, spec.cic.is_multiple_of(2) == higher_point_code);
        let mut table: Vec<Circuit> = spec.circuits.iter().map(circuit).collect();
        table.sort_by_key(|circuit| circuit.cic);
        table.dedup_by_key(|circuit| circuit.cic);
        Circuits { table, group_max: spec.network.group_circuits_max(), resets: Vec::new() }
    }

    pub(super) fn iter_mut(&mut self) -> impl Iterator<Item = &mut Circuit> {
        self.table.iter_mut()
    }

    pub(super) fn find(&mut self, cic: u16) -> Option<&mut Circuit> {
        let at = self.table.binary_search_by_key(&cic, |circuit| circuit.cic).ok()?;
        self.table.get_mut(at)
    }

    /// A circuit for an outgoing call: the controlled ones first, so that a dual seizure rarely costs the call, each half
    /// from the highest CIC down, away from where the gateway begins (2.9.1).
    pub(super) fn hunt(&mut self) -> Option<&mut Circuit> {
        let free = |controlled: bool| move |circuit: &Circuit| circuit.is_free() && circuit.controlled == controlled;
        let at = self.table.iter().rposition(free(true)).or_else(|| self.table.iter().rposition(free(false)))?;
        self.table.get_mut(at)
    }

    /// Whether GRA is awaited for any group.
    pub(super) fn is_group_resetting(&self) -> bool {
        !self.resets.is_empty()
    }

    /// GRS for all circuits, by runs of consecutive CICs (2.9.3.2); a run of one is reset by RSC.
    pub(super) fn reset_all(&mut self, now_ms: u64, effects: &mut Effects) {
        self.resets.clear();
        let runs = self
            .table
            .chunk_by_mut(|left, right| right.cic - left.cic == 1)
            .flat_map(|run| run.chunks_mut(self.group_max));
        for run in runs {
            if let [circuit] = run {
                circuit.reset(now_ms, effects);
                continue;
            }
            for circuit in run.iter_mut() {
                circuit.clear(effects);
                circuit.state = State::GroupResetting;
            }
            let (cic, range) = (run[0].cic, (run.len() - 1) as u8);
            self.resets.push(GroupReset { cic, range, t22_ms: now_ms + T22_MS, repeated: false });
            effects.transmit.push((cic, message::group_reset(range)));
        }
    }

    /// Forgets calls and blockings, as a restart does.
    pub(super) fn forget(&mut self, effects: &mut Effects) {
        self.resets.clear();
        for circuit in &mut self.table {
            circuit.clear(effects);
            circuit.blocked_here = Blocking::Unblocked;
            circuit.blocked_there = false;
        }
    }

    /// A message from the gateway. `false`: it fitted no state; `None`: its circuit or its contents are not ours.
    pub(super) fn receive(&mut self, now_ms: u64, cic: u16, message: &Message, effects: &mut Effects) -> Option<bool> {
        self.find(cic)?;
        match message.kind {
            MessageType::GRS => self.receive_group_reset(cic, message, effects),
            MessageType::GRA => self.receive_group_reset_acknowledgement(cic, message, effects),
            MessageType::CQM => self.receive_group_query(cic, message, effects),
            MessageType::CGB => self.receive_group_blocking(cic, message, true, MessageType::CGBA, effects),
            MessageType::CGU => self.receive_group_blocking(cic, message, false, MessageType::CGUA, effects),
            _ => Some(self.find(cic)?.receive(now_ms, message, effects)),
        }
    }

    /// Time passes.
    pub(super) fn tick(&mut self, now_ms: u64, effects: &mut Effects) {
        for reset in self.resets.iter_mut().filter(|reset| now_ms >= reset.t22_ms) {
            (reset.t22_ms, reset.repeated) = (now_ms + T22_MS, true);
            effects.transmit.push((reset.cic, message::group_reset(reset.range)));
        }
        for circuit in &mut self.table {
            circuit.tick(now_ms, effects);
        }
    }

    pub(super) fn counts(&self) -> CircuitCounts {
        let mut counts = CircuitCounts::default();
        for circuit in &self.table {
            let state = match circuit.state {
                State::Idle => &mut counts.idle,
                State::Busy(_) | State::Checked { .. } => &mut counts.busy,
                State::Releasing { .. } => &mut counts.releasing,
                State::Resetting { .. } | State::GroupResetting => &mut counts.resetting,
            };
            *state += 1;
            counts.blocked_here += usize::from(circuit.blocked_here != Blocking::Unblocked);
            counts.blocked_there += usize::from(circuit.blocked_there);
            counts.sounding += usize::from(circuit.bearer.sounds());
        }
        counts
    }

    /// Circuits on which something sent had to be repeated and is still unanswered.
    pub(super) fn stuck(&self) -> usize {
        let group = |reset: &GroupReset| if reset.repeated { usize::from(reset.range) + 1 } else { 0 };
        self.table.iter().filter(|circuit| circuit.is_stuck()).count() + self.resets.iter().map(group).sum::<usize>()
    }

    /// Every circuit of the range is idle, the other end's blockings are gone, ours are told in GRA.
    fn receive_group_reset(&mut self, cic: u16, message: &Message, effects: &mut Effects) -> Option<bool> {
        let (range, _) = message::range_and_status(message)?;
        if usize::from(range) >= self.group_max || range == 0 {
            return None;
        }
        let mut blocked = Vec::with_capacity(self.group_max);
        for cic in cic..=cic.saturating_add(range.into()) {
            let circuit = self.find(cic);
            blocked.push(circuit.as_ref().is_some_and(|circuit| circuit.blocked_here.stands()));
            let Some(circuit) = circuit else { continue };
            circuit.blocked_there = false;
            if !matches!(circuit.state, State::Resetting { .. } | State::GroupResetting) {
                circuit.clear(effects);
            }
        }
        effects.transmit.push((cic, message::group_reset_acknowledgement(range, blocked.into_iter())));
        Some(true)
    }

    /// The answer to our GRS; a status bit of one is a blocking by the gateway.
    fn receive_group_reset_acknowledgement(
        &mut self,
        cic: u16,
        message: &Message,
        effects: &mut Effects,
    ) -> Option<bool> {
        let (range, status) = message::range_and_status(message)?;
        let Some(at) = self.resets.iter().position(|reset| (reset.cic, reset.range) == (cic, range)) else {
            return Some(false);
        };
        self.resets.swap_remove(at);
        for (offset, blocked) in (0..=u16::from(range)).zip(status.into_iter().chain(std::iter::repeat(false))) {
            let Some(circuit) = self.find(cic + offset) else { continue };
            circuit.blocked_there |= blocked;
            if let State::GroupResetting = circuit.state {
                circuit.clear(effects);
            }
        }
        Some(true)
    }

    /// CQM: what each circuit of the range is held for here.
    fn receive_group_query(&mut self, cic: u16, message: &Message, effects: &mut Effects) -> Option<bool> {
        let (range, _) = message::range_and_status(message)?;
        if usize::from(range) >= self.group_max {
            return None;
        }
        let states = (cic..=cic.saturating_add(range.into()))
            .map(|cic| self.find(cic).map_or(message::UNEQUIPPED, |circuit| circuit.as_told()))
            .collect::<Vec<_>>();
        effects.transmit.push((cic, message::group_query_response(range, &states)));
        Some(true)
    }

    /// CGB and CGU: the circuits of the bits that are one; answered with the same bits (2.8.2).
    fn receive_group_blocking(
        &mut self,
        cic: u16,
        message: &Message,
        blocked: bool,
        reply: MessageType,
        effects: &mut Effects,
    ) -> Option<bool> {
        let (range, status) = message::range_and_status(message)?;
        for (cic, _) in (cic..).zip(&status).filter(|(_, marked)| **marked) {
            if let Some(circuit) = self.find(cic) {
                circuit.blocked_there = blocked;
            }
        }
        effects.transmit.push((cic, message::group_blocking_acknowledgement(reply, message, range, &status)));
        Some(true)
    }
}

/// Q.764 annex A: T22 15 to 60 s.
const T22_MS: u64 = 15_000;
