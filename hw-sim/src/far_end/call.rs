//! One call on one circuit: who wanted it, where its script stands, and its story for the outcome.
//!
//! It knows no message, so that ISUP and Q.931 have it in common.

use super::checker::Checker;
use super::order::{CallOrder, CallOutcome, OrderId, ReleasedBy, TIMELINE_ENTRIES_MAX};
use super::script::{Expected, Player};

/// A call.
#[derive(Debug)]
pub(super) struct Call {
    pub(super) origin: Origin,
    pub(super) player: Player,
    pub(super) answered: bool,
    /// What limits the present phase of an outgoing call: T7 until a backward message, then T9 until answer.
    pub(super) limit_ms: Option<u64>,
    /// When a check of the circuit has failed, while it goes on.
    pub(super) check_until_ms: Option<u64>,
    /// Pieces of the called number that are still to be sent, the next one last.
    undialled: Vec<(String, bool)>,
    dial_ms: u64,
    /// The digits of a called number that is not complete yet.
    pub(super) collected: Option<String>,
    /// What the bearer's checker had found when the call was released.
    pub(super) checker: Option<Checker>,
    cause: Option<u8>,
    released_by: Option<ReleasedBy>,
    timeline: Vec<(u64, String)>,
}

/// Who placed a call.
#[derive(Debug)]
pub(super) enum Origin {
    /// The gateway, by its IAM.
    Gateway,
    /// This exchange, by an order.
    Order { id: OrderId, order: CallOrder, backward_heard: bool },
}

impl Call {
    pub(super) fn incoming(player: Player) -> Self {
        Call::new(Origin::Gateway, player, None)
    }

    pub(super) fn outgoing(now_ms: u64, id: OrderId, order: CallOrder) -> Self {
        let player = Player::new(order.script, order.hold_ms);
        let undialled =
            order.pieces().into_iter().skip(1).rev().map(|(piece, is_last)| (piece.to_owned(), is_last)).collect();
        let new = Call::new(Origin::Order { id, order, backward_heard: false }, player, Some(now_ms + T7_MS));
        Call { undialled, dial_ms: now_ms + DIAL_MS, ..new }
    }

    /// The next piece of the number, when it is due, and whether it is the last.
    pub(super) fn dial(&mut self, now_ms: u64) -> Option<(String, bool)> {
        let piece = if now_ms >= self.dial_ms { self.undialled.pop() } else { None }?;
        self.dial_ms = now_ms + DIAL_MS;
        self.limit_ms = Some(now_ms + T7_MS);
        Some(piece)
    }

    /// Waits for the rest of a number.
    pub(super) fn collect(&mut self, now_ms: u64, digits: String) {
        self.collected = Some(digits);
        self.limit_ms = Some(now_ms + T35_MS);
    }

    /// The number is complete: its script begins.
    pub(super) fn collected(&mut self, player: Player) {
        (self.collected, self.limit_ms, self.player) = (None, None, player);
    }

    /// Whether this is an outgoing call to which nothing has been said yet: only then an IAM from the other end is a dual seizure.
    pub(super) fn awaits_first_backward(&self) -> bool {
        matches!(self.origin, Origin::Order { backward_heard: false, .. })
    }

    /// The order of an outgoing call to which nothing has been said yet.
    pub(super) fn order(&self) -> Option<&CallOrder> {
        match &self.origin {
            Origin::Order { order, backward_heard: false, .. } => Some(order),
            Origin::Order { .. } | Origin::Gateway => None,
        }
    }

    /// Whether the order wants the bearer verified.
    pub(super) fn verifies(&self) -> bool {
        matches!(&self.origin, Origin::Order { order, .. } if order.verify)
    }

    /// Whether the order wants the circuit checked first.
    pub(super) fn checks(&self) -> bool {
        matches!(&self.origin, Origin::Order { order, .. } if order.check)
    }

    /// A backward message. `false`: the call does not expect one.
    pub(super) fn hear(&mut self, now_ms: u64, event: Expected) -> bool {
        let Origin::Order { backward_heard, .. } = &mut self.origin else { return false };
        *backward_heard = true;
        self.limit_ms = match event {
            _ if self.answered => None,
            Expected::Answer => None,
            Expected::Backward | Expected::Ringing => Some(now_ms + T9_MS),
        };
        self.answered |= event == Expected::Answer;
        self.player.hear(event);
        true
    }

    /// The cause to release with when the present phase has lasted too long: T7 31, T9 19, T35 28 (Q.764 annex A).
    pub(super) fn overdue(&self, now_ms: u64) -> Option<u8> {
        let overdue = self.limit_ms.is_some_and(|limit_ms| now_ms >= limit_ms);
        overdue.then(|| match (&self.collected, self.awaits_first_backward()) {
            (Some(_), _) => INVALID_NUMBER,
            (None, true) => NORMAL_UNSPECIFIED,
            (None, false) => NO_ANSWER,
        })
    }

    /// The first to end the call is remembered.
    pub(super) fn end(&mut self, by: ReleasedBy, cause: Option<u8>) {
        if self.released_by.is_none() {
            (self.released_by, self.cause) = (Some(by), cause);
        }
    }

    /// A message went out; its name stands in the timeline.
    pub(super) fn sent(&mut self, now_ms: u64, label: &str) {
        self.note(now_ms, "->", label);
    }

    /// A message came in.
    pub(super) fn received(&mut self, now_ms: u64, label: &str) {
        self.note(now_ms, "<-", label);
    }

    /// The outcome, for calls that were ordered.
    pub(super) fn conclude(self, circuit: u16) -> Option<(OrderId, CallOutcome)> {
        let Origin::Order { id, order, .. } = self.origin else { return None };
        let mut outcome = CallOutcome::refused(order.tag, 0, self.released_by.unwrap_or(ReleasedBy::Reset));
        outcome.circuit = Some(circuit);
        outcome.answered = self.answered;
        outcome.cause = self.cause;
        outcome.timeline = self.timeline;
        if let Some(checker) = self.checker {
            outcome.octets_checked = checker.octets_checked;
            outcome.differences = checker.differences;
            outcome.lost_sync = checker.lost_sync;
            outcome.delay_octets_round_trip = checker.delay_octets;
            outcome.delay_ms_round_trip = checker.delay_octets.map(|octets| (octets + 4) / 8);
            outcome.first_sync_ms = (checker.octets_checked > 0).then_some(checker.octets_before_sync / 8);
        }
        Some((id, outcome))
    }

    fn new(origin: Origin, player: Player, limit_ms: Option<u64>) -> Self {
        Call {
            origin,
            player,
            answered: false,
            limit_ms,
            check_until_ms: None,
            undialled: Vec::new(),
            dial_ms: 0,
            collected: None,
            checker: None,
            cause: None,
            released_by: None,
            timeline: Vec::new(),
        }
    }

    fn note(&mut self, now_ms: u64, arrow: &str, label: &str) {
        if self.timeline.len() < TIMELINE_ENTRIES_MAX {
            self.timeline.push((now_ms, format!("{arrow} {label}")));
        }
    }
}

/// From one piece of a number to the next.
const DIAL_MS: u64 = 200;
/// Q.764 annex A: T7 20 to 30 s; T35 15 to 20 s; T9 is that of Q.118, 90 s to 3 min.
const T7_MS: u64 = 25_000;
const T9_MS: u64 = 120_000;
const T35_MS: u64 = 15_000;
/// Cause values of Q.850.
const NO_ANSWER: u8 = 19;
const INVALID_NUMBER: u8 = 28;
const NORMAL_UNSPECIFIED: u8 = 31;
