//! What is known of a destination: whether it can be reached, whether its user part answers (UPT, UPA, T4), and how
//! much traffic it can take (T29, T30, and the automatic congestion level), Q.764 and Q.704.
//!
//! Promises: congestion that MTP indicates takes traffic away step by step, at most one step in T29, and gives it back
//! step by step, one in T30; the level that a far end puts into REL takes its own share for Tacc. The harsher of the two
//! holds. Of every [`PARTS`] calls that are offered, as many as are to be refused are, evenly spread; calls of priority
//! subscribers always go.
//! Leaves out: how many steps an administration wants and how much each takes, which Q.764 leaves to it.

use std::time::Instant;

use super::{Exchange, Owner};
use crate::codec::{AutomaticCongestionLevel, CallingPartysCategory, Message, MessageType};
use crate::exchange::{Alarm, CircuitSpec, MtpIndication, Output};
use crate::point_code::{PointCode, UnavailabilityCause};
use crate::timer::{Timer, Timers};

/// A destination.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Destination {
    reachable: bool,
    /// Its circuits have been reset since the start.
    reset: bool,
    user_part: UserPart,
    congestion: Congestion,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum UserPart {
    #[default]
    Available,
    /// Until something comes from it; asked again at T4 where it may come back.
    Unavailable { t4: Option<Instant> },
}

/// How much traffic is taken away.
#[derive(Clone, Copy, Debug, Default)]
struct Congestion {
    /// Steps for what MTP indicates, at most [`STEPS_MAX`].
    steps: u8,
    t29: Option<Instant>,
    t30: Option<Instant>,
    /// Parts for what the far end itself says.
    automatic: u8,
    tacc: Option<Instant>,
    /// Calls offered while traffic was reduced.
    offered: u32,
}

impl Destination {
    pub fn serves(&self) -> bool {
        self.reachable && self.user_part == UserPart::Available
    }

    fn next_deadline(&self) -> Option<(Instant, Timer)> {
        let t4 = if let UserPart::Unavailable { t4 } = self.user_part { t4 } else { None };
        let Congestion { t29, t30, tacc, .. } = self.congestion;
        let timers = [(t4, Timer::T4), (t29, Timer::T29), (t30, Timer::T30), (tacc, Timer::Tacc)];
        timers.into_iter().filter_map(|(at, timer)| at.map(|at| (at, timer))).min()
    }
}

impl Congestion {
    fn indicated(&mut self, now: Instant, timers: &Timers) {
        if self.t29.is_some() {
            return;
        }
        self.steps = (self.steps + 1).min(STEPS_MAX);
        self.t29 = Some(now + timers.t29);
        self.t30 = Some(now + timers.t30);
    }

    fn t30_expired(&mut self, now: Instant, timers: &Timers) {
        self.steps = self.steps.saturating_sub(1);
        self.t30 = (self.steps > 0).then(|| now + timers.t30);
    }

    fn told(&mut self, now: Instant, timers: &Timers, level: AutomaticCongestionLevel) {
        self.automatic = if level == AutomaticCongestionLevel::LEVEL_1 { LEVEL_1_PARTS } else { LEVEL_2_PARTS };
        self.tacc = Some(now + timers.tacc);
    }

    /// Whether the next call goes.
    fn admits(&mut self) -> bool {
        let refused = u32::from(self.steps.max(self.automatic));
        if refused == 0 {
            return true;
        }
        let before = self.offered;
        self.offered = (before + 1) % PARTS;
        // As often in a round as there are parts to refuse.
        (before + 1) * refused / PARTS == before * refused / PARTS
    }
}

impl Exchange {
    /// MTP tells whether and how well a destination can be reached.
    pub fn handle_mtp(&mut self, now: Instant, indication: MtpIndication) {
        match indication {
            MtpIndication::Pause(code) => {
                self.change(code, |destination| destination.reachable = false);
            }
            MtpIndication::Resume(code) => {
                let was_reset = self.change(code, |destination| {
                    destination.reachable = true;
                    std::mem::replace(&mut destination.reset, true)
                });
                // Whatever the far end remembers of our last life is over.
                if was_reset == Some(false) {
                    self.reset_all(now, code);
                }
            }
            MtpIndication::Status { destination, .. } => {
                let timers = self.config.relation(destination).timers;
                self.change(destination, |destination| destination.congestion.indicated(now, &timers));
            }
            MtpIndication::UserPartUnavailable { destination, cause } => {
                self.user_part_unavailable(now, destination, cause);
            }
        }
    }

    /// How loaded we are: REL tells it to the far end until this is said to be over.
    pub fn handle_load(&mut self, level: Option<AutomaticCongestionLevel>) {
        self.congestion_level = level;
    }

    pub(super) fn serves(&self, code: PointCode) -> bool {
        self.destinations.get(&code).is_some_and(Destination::serves)
    }

    /// Whether a call may be offered to this destination now.
    pub(super) fn admits(&mut self, code: PointCode, initial: &Message) -> bool {
        initial.find() == Some(CallingPartysCategory::PRIORITY)
            || self.destinations.get_mut(&code).is_none_or(|destination| destination.congestion.admits())
    }

    /// A message came from there: what it shows of the destination.
    pub(super) fn heard_from(&mut self, now: Instant, spec: CircuitSpec, message: &Message) {
        let Some(destination) = self.destinations.get(&spec.destination) else { return };
        if destination.user_part != UserPart::Available {
            self.change(spec.destination, |destination| destination.user_part = UserPart::Available);
            self.alert_user_part(spec.destination, true);
        }
        if message.kind != MessageType::REL {
            return;
        }
        if let Some(level) = message.find::<AutomaticCongestionLevel>() {
            let timers = self.config.relation(spec.destination).timers;
            self.change(spec.destination, |destination| destination.congestion.told(now, &timers, level));
        }
    }

    pub(super) fn destination_expired(&mut self, now: Instant, code: PointCode, timer: Timer) {
        let timers = self.config.relation(code).timers;
        if timer == Timer::T4 {
            self.test_user_part(now, code);
            return;
        }
        self.change(code, |destination| {
            let congestion = &mut destination.congestion;
            match timer {
                Timer::T29 => congestion.t29 = None,
                Timer::T30 => congestion.t30_expired(now, &timers),
                _ => (congestion.automatic, congestion.tacc) = (0, None),
            }
        });
    }

    pub(super) fn destination_deadlines(&self) -> impl Iterator<Item = (Instant, Timer, Owner)> {
        let next = |(code, destination): (&PointCode, &Destination)| {
            destination.next_deadline().map(|(at, timer)| (at, timer, Owner::Destination(*code)))
        };
        self.destinations.iter().filter_map(next)
    }

    fn user_part_unavailable(&mut self, now: Instant, code: PointCode, cause: UnavailabilityCause) {
        let leaves = |destination: &mut Destination| {
            let before = std::mem::replace(&mut destination.user_part, UserPart::Unavailable { t4: None });
            before == UserPart::Available
        };
        if self.change(code, leaves) != Some(true) {
            return;
        }
        self.alert_user_part(code, false);
        // What is not equipped is not asked whether it is back.
        if self.config.variant.procedures.user_part_test && cause != UnavailabilityCause::UNEQUIPPED {
            self.test_user_part(now, code);
        }
    }

    /// UPT, with the code of a circuit that both ends know.
    fn test_user_part(&mut self, now: Instant, code: PointCode) {
        let circuit = self.config.circuits.iter().find(|spec| spec.destination == code).copied();
        let Some(spec) = circuit else { return };
        self.send(spec, &Message::new(MessageType::UPT));
        let t4 = Some(now + self.config.relation(code).timers.t4);
        self.change(code, |destination| destination.user_part = UserPart::Unavailable { t4 });
    }

    fn alert_user_part(&mut self, destination: PointCode, available: bool) {
        self.outputs.push_back(Output::Alarm(Alarm::UserPart { destination, available }));
    }

    /// Changes a destination and keeps the index of deadlines in step; `None` where there is no such destination.
    fn change<R>(&mut self, code: PointCode, change: impl FnOnce(&mut Destination) -> R) -> Option<R> {
        let destination = self.destinations.get_mut(&code)?;
        let before = destination.next_deadline();
        let result = change(destination);
        let after = destination.next_deadline();
        self.reschedule(Owner::Destination(code), before, after);
        Some(result)
    }
}

/// Of so many calls that are offered, some are refused.
const PARTS: u32 = 5;
/// Steps of one part each: one call in [`PARTS`] always goes, so that the end of a congestion is found out.
const STEPS_MAX: u8 = 4;
/// Congestion level 1 of the far end.
const LEVEL_1_PARTS: u8 = 2;
/// Congestion level 2.
const LEVEL_2_PARTS: u8 = 4;
