//! One circuit: call, release, reset and blocking, Q.764 clauses 2.1, 2.3, 2.8.2, 2.9.1 and 2.9.3.
//!
//! [`Circuit::receive`] is one match of message against state. What fits no state is answered as the standard says and
//! reported as unexpected. Left out: suspension (taken note of, without effect), T12 to T17's second
//! phases: an unanswered BLO, UBL, RSC is repeated until it is answered.

use isup::codec::{Message, MessageType};

use super::bearer::Bearer;
use super::call::{Call, Origin};
use super::message::{self, Check};
use super::numbers;
use super::order::{CallOrder, CallOutcome, OrderId, ReleasedBy};
use super::script::{Player, Script, Source, Step};
use super::spec::CircuitSpec;
use super::status::CallCounts;

/// A circuit of the far exchange.
#[derive(Debug)]
pub(super) struct Circuit {
    pub(super) cic: u16,
    /// The span that carries it, by its place among the exchange's.
    pub(super) span: usize,
    pub(super) timeslot: usize,
    /// Whether this exchange prevails in a dual seizure.
    pub(super) controlled: bool,
    pub(super) state: State,
    pub(super) blocked_here: Blocking,
    pub(super) blocked_there: bool,
    pub(super) bearer: Bearer,
    /// Nothing goes out on the bearer.
    pub(super) is_cut: bool,
}

/// What stands on a circuit.
#[derive(Debug)]
pub(super) enum State {
    Idle,
    Busy(Call),
    /// The gateway checks the circuit, for a call whose IAM waits or for none: COT, REL or CCR awaited.
    Checked {
        initial: Option<Box<Message>>,
        until_ms: u64,
    },
    /// REL sent, RLC awaited: T1 repeats, T5 resets.
    Releasing {
        call: Call,
        cause: u8,
        t1_ms: u64,
        t5_ms: u64,
        repeated: bool,
    },
    /// RSC sent, RLC awaited.
    Resetting {
        call: Option<Call>,
        t16_ms: u64,
        repeated: bool,
    },
    /// Part of a group for which GRS was sent and GRA is awaited; the group keeps the time.
    GroupResetting,
}

/// Blocking from this side, Q.764 2.8.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Blocking {
    Unblocked,
    /// BLO sent, BLA awaited.
    BlockSent {
        repeat_ms: u64,
    },
    Blocked,
    /// UBL sent, UBA awaited.
    UnblockSent {
        repeat_ms: u64,
    },
}

impl Blocking {
    /// Whether the other end must not call. One that calls after our UBL has heard it, though its UBA is still to come.
    pub(super) fn stands(self) -> bool {
        matches!(self, Blocking::Blocked | Blocking::BlockSent { .. })
    }
}

/// What the circuits want done; drained by the exchange every millisecond.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) transmit: Vec<(u16, Message)>,
    pub(super) outcomes: Vec<(OrderId, CallOutcome)>,
    /// Orders that lost their circuit to a dual seizure and try another.
    pub(super) retries: Vec<(OrderId, CallOrder)>,
    pub(super) calls: CallCounts,
}

impl Circuit {
    pub(super) fn new(spec: &CircuitSpec, controlled: bool) -> Self {
        Circuit {
            cic: spec.cic,
            span: spec.span,
            timeslot: spec.timeslot.into(),
            controlled,
            state: State::Idle,
            blocked_here: Blocking::Unblocked,
            blocked_there: false,
            bearer: Bearer::new(),
            is_cut: false,
        }
    }

    /// Whether an outgoing call may seize it.
    pub(super) fn is_free(&self) -> bool {
        matches!(self.state, State::Idle) && self.blocked_here == Blocking::Unblocked && !self.blocked_there
    }

    /// Its octet of a circuit state indicator.
    pub(super) fn as_told(&self) -> u8 {
        let call = match &self.state {
            State::Idle => 3,
            State::Busy(Call { origin: Origin::Gateway, .. }) => 1,
            State::Busy(_) => 2,
            State::Checked { .. } | State::Releasing { .. } | State::Resetting { .. } | State::GroupResetting => {
                return 0;
            }
        };
        call << 2 | u8::from(self.blocked_there) << 1 | u8::from(self.blocked_here.stands())
    }

    /// Whether something sent had to be repeated and is still unanswered.
    pub(super) fn is_stuck(&self) -> bool {
        matches!(self.state, State::Releasing { repeated: true, .. } | State::Resetting { repeated: true, .. })
    }

    /// Seizes the circuit for an order: IAM.
    pub(super) fn seize(&mut self, now_ms: u64, id: OrderId, order: CallOrder, effects: &mut Effects) {
        let message = message::initial_address(&order);
        let mut call = Call::outgoing(now_ms, id, order);
        if call.checks() {
            call.check_until_ms = Some(now_ms + T24_MS);
            self.bearer.verify();
        }
        self.state = State::Busy(call);
        effects.calls.placed += 1;
        self.send(now_ms, message, effects);
    }

    /// A message for this circuit alone. `false`: it fitted no state.
    pub(super) fn receive(&mut self, now_ms: u64, message: &Message, effects: &mut Effects) -> bool {
        if let Some(call) = self.call() {
            call.received(now_ms, &message::label(message));
        }
        match (message.kind, &mut self.state) {
            (MessageType::IAM, State::Idle) => match message::announced_check(message) {
                Check::None => self.receive_seizure(now_ms, message, effects),
                check => self.check(now_ms, check, Some(message)),
            },
            (MessageType::CCR, State::Idle | State::Checked { .. }) => self.check(now_ms, Check::Here, None),
            (MessageType::COT, State::Checked { initial, .. }) => {
                let initial = initial.take().filter(|_| message::was_successful(message));
                self.bearer.release();
                match initial {
                    Some(initial) => {
                        self.state = State::Idle;
                        self.receive_seizure(now_ms, &initial, effects)
                    }
                    // It is checked again, by CCR.
                    None => self.check(now_ms, Check::Before, None),
                }
            }
            (MessageType::REL, State::Checked { .. }) => {
                self.send(now_ms, Message::new(MessageType::RLC), effects);
                self.free(effects);
                true
            }
            (MessageType::IAM, State::Busy(call)) if call.awaits_first_backward() => {
                effects.calls.dual_seizures += 1;
                if !self.controlled {
                    self.give_way(effects);
                    self.receive_seizure(now_ms, message, effects);
                }
                true
            }

            (MessageType::ACM | MessageType::CPG | MessageType::ANM | MessageType::CON, State::Busy(call)) => {
                let was_answered = call.answered;
                let expected = message::heard(message).is_some_and(|event| call.hear(now_ms, event));
                effects.calls.answered += u64::from(call.answered && !was_answered);
                expected
            }
            (MessageType::SUS | MessageType::RES, State::Busy(_)) => true,
            (MessageType::INR, State::Busy(call)) => {
                let answer = call.order().map(message::information);
                let is_expected = answer.is_some();
                answer.into_iter().for_each(|answer| self.send(now_ms, answer, effects));
                is_expected
            }
            (MessageType::SAM, State::Busy(call)) if call.collected.is_some() => {
                let before = call.collected.take().unwrap_or_default();
                let (more, is_last) = message::subsequent_digits(message).unwrap_or_default();
                numbered(now_ms, call, before + &more, is_last);
                self.play(now_ms, effects);
                true
            }

            (MessageType::REL, State::Busy(call)) => {
                call.end(ReleasedBy::Gateway, message::cause(message));
                self.send(now_ms, Message::new(MessageType::RLC), effects);
                self.free(effects);
                true
            }
            // Both ends released at once, or the other end repeats what was answered.
            (MessageType::REL, state) => {
                let collision = matches!(state, State::Releasing { .. });
                self.send(now_ms, Message::new(MessageType::RLC), effects);
                collision
            }
            (MessageType::RLC, State::Releasing { .. } | State::Resetting { .. }) => {
                self.free(effects);
                true
            }

            (MessageType::RSC, _) => {
                self.receive_reset(now_ms, effects);
                true
            }

            // A circuit whose cable leads elsewhere is not what its number says.
            (MessageType::CVT, _) => {
                self.send(now_ms, message::validation_response(!self.is_cut), effects);
                true
            }
            (MessageType::BLO, _) => self.receive_blocking(now_ms, true, MessageType::BLA, effects),
            (MessageType::UBL, _) => self.receive_blocking(now_ms, false, MessageType::UBA, effects),
            (MessageType::BLA, _) => self.acknowledge(Blocking::Blocked),
            (MessageType::UBA, _) => self.acknowledge(Blocking::Unblocked),
            _ => false,
        }
    }

    /// Time passes: scripts go on, timers repeat.
    pub(super) fn tick(&mut self, now_ms: u64, effects: &mut Effects) {
        match &mut self.state {
            State::Busy(Call { check_until_ms: Some(until_ms), .. }) => {
                let (until_ms, has_passed) = (*until_ms, self.bearer.has_returned());
                self.conclude_check(now_ms, has_passed, until_ms, effects);
            }
            State::Checked { until_ms, .. } if now_ms >= *until_ms => self.reset(now_ms, effects),
            State::Busy(call) => match call.overdue(now_ms) {
                Some(cause) => self.release(now_ms, cause, effects),
                None => {
                    // A backward message has said that the number is complete.
                    let dials = call.awaits_first_backward();
                    if let Some((digits, is_last)) = dials.then(|| call.dial(now_ms)).flatten() {
                        self.send(now_ms, message::subsequent_address(&digits, is_last), effects);
                    }
                    self.play(now_ms, effects);
                }
            },
            State::Releasing { t5_ms, .. } if now_ms >= *t5_ms => self.reset(now_ms, effects),
            State::Releasing { cause, t1_ms, repeated, .. } if now_ms >= *t1_ms => {
                (*t1_ms, *repeated) = (now_ms + T1_MS, true);
                let message = message::release(*cause);
                self.send(now_ms, message, effects);
            }
            State::Resetting { t16_ms, repeated, .. } if now_ms >= *t16_ms => {
                (*t16_ms, *repeated) = (now_ms + T16_MS, true);
                self.send(now_ms, Message::new(MessageType::RSC), effects);
            }
            _ => {}
        }
        match self.blocked_here {
            Blocking::BlockSent { repeat_ms } if now_ms >= repeat_ms => self.block(now_ms, effects),
            Blocking::UnblockSent { repeat_ms } if now_ms >= repeat_ms => self.unblock(now_ms, effects),
            _ => {}
        }
    }

    /// BLO. A call on the circuit goes on.
    pub(super) fn block(&mut self, now_ms: u64, effects: &mut Effects) {
        self.blocked_here = Blocking::BlockSent { repeat_ms: now_ms + T12_MS };
        self.send(now_ms, Message::new(MessageType::BLO), effects);
    }

    /// UBL.
    pub(super) fn unblock(&mut self, now_ms: u64, effects: &mut Effects) {
        self.blocked_here = Blocking::UnblockSent { repeat_ms: now_ms + T14_MS };
        self.send(now_ms, Message::new(MessageType::UBL), effects);
    }

    /// RSC; a call on the circuit is lost and compared no longer, its outcome waits for RLC.
    pub(super) fn reset(&mut self, now_ms: u64, effects: &mut Effects) {
        let checker = self.bearer.release();
        let mut call = self.take_call();
        if let Some(call) = &mut call {
            call.end(ReleasedBy::Reset, None);
            call.checker = call.checker.take().or(checker);
        }
        self.state = State::Resetting { call, t16_ms: now_ms + T16_MS, repeated: false };
        self.send(now_ms, Message::new(MessageType::RSC), effects);
    }

    /// Back to idle by a procedure that has no word of its own for this circuit (GRS, GRA, restart).
    pub(super) fn clear(&mut self, effects: &mut Effects) {
        if let Some(call) = self.call() {
            call.end(ReleasedBy::Reset, None);
        }
        self.free(effects);
    }

    /// The gateway checks this circuit, which is looped, or one before it (2.1.8).
    fn check(&mut self, now_ms: u64, check: Check, initial: Option<&Message>) -> bool {
        if check == Check::Here {
            self.bearer.connect(Source::Echo);
        }
        self.state = State::Checked { initial: initial.cloned().map(Box::new), until_ms: now_ms + T27_MS };
        true
    }

    /// A check of ours: COT, and where it has failed the circuit is reset.
    fn conclude_check(&mut self, now_ms: u64, has_passed: bool, until_ms: u64, effects: &mut Effects) {
        if !has_passed && now_ms < until_ms {
            return;
        }
        self.bearer.release();
        self.send(now_ms, message::continuity(has_passed), effects);
        if let (true, Some(call)) = (has_passed, self.call()) {
            call.check_until_ms = None;
        } else {
            self.reset(now_ms, effects);
        }
    }

    /// IAM on an idle circuit (2.1), or one that has just been given up to it.
    fn receive_seizure(&mut self, now_ms: u64, message: &Message, effects: &mut Effects) -> bool {
        if self.blocked_here.stands() {
            // The other end has lost our blocking: it is told again and the call is not taken (2.8.2).
            self.block(now_ms, effects);
            return false;
        }
        // A seizure by the end that blocked it lifts the blocking (2.8.2).
        let expected = !std::mem::take(&mut self.blocked_there);
        effects.calls.received += 1;
        let mut call = Call::incoming(Player::new(Script(&[]), 0));
        call.received(now_ms, &message::label(message));
        let (digits, is_last) = message::called_digits(message).unwrap_or_default();
        numbered(now_ms, &mut call, digits, is_last);
        self.state = State::Busy(call);
        self.play(now_ms, effects);
        expected
    }

    /// Dual seizure of a circuit that the other end controls: the order tries another circuit (2.9.1).
    fn give_way(&mut self, effects: &mut Effects) {
        if let Some(Call { origin: Origin::Order { id, order, .. }, .. }) = self.take_call() {
            effects.retries.push((id, order));
        }
        self.bearer.release();
    }

    /// RSC from the other end (2.9.3.1): idle, RLC; its own blocking is gone, ours is said again.
    fn receive_reset(&mut self, now_ms: u64, effects: &mut Effects) {
        self.blocked_there = false;
        if self.blocked_here.stands() {
            self.block(now_ms, effects);
        }
        self.send(now_ms, Message::new(MessageType::RLC), effects);
        // Our own reset still waits for its RLC; all else is over.
        if !matches!(self.state, State::Resetting { .. } | State::GroupResetting) {
            self.clear(effects);
        }
    }

    fn receive_blocking(&mut self, now_ms: u64, blocked: bool, reply: MessageType, effects: &mut Effects) -> bool {
        self.blocked_there = blocked;
        self.send(now_ms, Message::new(reply), effects);
        true
    }

    fn acknowledge(&mut self, blocking: Blocking) -> bool {
        let expected = match self.blocked_here {
            Blocking::BlockSent { .. } => blocking == Blocking::Blocked,
            Blocking::UnblockSent { .. } => blocking == Blocking::Unblocked,
            Blocking::Blocked | Blocking::Unblocked => false,
        };
        if expected {
            self.blocked_here = blocking;
        }
        expected
    }

    /// Takes all steps of the script that are due.
    fn play(&mut self, now_ms: u64, effects: &mut Effects) {
        while let State::Busy(call) = &mut self.state {
            if call.collected.is_some() {
                return;
            }
            let Some(step) = call.player.poll(now_ms) else { return };
            match step {
                Step::Send(say) => {
                    let message = message::backward(say);
                    let answers = matches!(message.kind, MessageType::ANM | MessageType::CON);
                    effects.calls.answered += u64::from(answers && !call.answered);
                    call.answered |= answers;
                    self.send(now_ms, message, effects);
                }
                Step::Connect(Source::Ordered) if call.verifies() => self.bearer.verify(),
                Step::Connect(source) => self.bearer.connect(source),
                Step::Release(cause) => self.release(now_ms, cause, effects),
                // The player takes these itself.
                Step::Expect(_) | Step::Wait(_) | Step::Hold => {}
            }
        }
    }

    /// REL; the bearer falls silent and is compared no longer.
    fn release(&mut self, now_ms: u64, cause: u8, effects: &mut Effects) {
        let Some(mut call) = self.take_call() else { return };
        call.end(ReleasedBy::FarExchange, Some(cause));
        call.checker = self.bearer.release();
        let (t1_ms, t5_ms) = (now_ms + T1_MS, now_ms + T5_MS);
        self.state = State::Releasing { call, cause, t1_ms, t5_ms, repeated: false };
        self.send(now_ms, message::release(cause), effects);
    }

    fn free(&mut self, effects: &mut Effects) {
        let checker = self.bearer.release();
        if let Some(mut call) = self.take_call() {
            call.checker = call.checker.take().or(checker);
            effects.outcomes.extend(call.conclude(self.cic));
        }
    }

    fn send(&mut self, now_ms: u64, message: Message, effects: &mut Effects) {
        if let Some(call) = self.call() {
            call.sent(now_ms, &message::label(&message));
        }
        effects.transmit.push((self.cic, message));
    }

    fn call(&mut self) -> Option<&mut Call> {
        match &mut self.state {
            State::Busy(call) | State::Releasing { call, .. } | State::Resetting { call: Some(call), .. } => Some(call),
            State::Idle | State::Checked { .. } | State::Resetting { call: None, .. } | State::GroupResetting => None,
        }
    }

    /// Leaves the circuit idle.
    fn take_call(&mut self) -> Option<Call> {
        match std::mem::replace(&mut self.state, State::Idle) {
            State::Busy(call) | State::Releasing { call, .. } => Some(call),
            State::Resetting { call, .. } => call,
            State::Idle | State::Checked { .. } | State::GroupResetting => None,
        }
    }
}

/// The digits that there are: a number plays its script, the beginning of one waits for the rest.
fn numbered(now_ms: u64, call: &mut Call, digits: String, is_last: bool) {
    if is_last || !numbers::is_incomplete(&digits) {
        call.collected(Player::new(numbers::script(&digits), 0));
    } else {
        call.collect(now_ms, digits);
    }
}

/// Q.764 annex A: T1, T12, T14, T16 15 to 60 s, T5 5 to 15 min.
const T1_MS: u64 = 15_000;
const T5_MS: u64 = 300_000;
const T12_MS: u64 = 15_000;
/// The same: T24 at most 2 s, T27 4 min.
const T24_MS: u64 = 2_000;
const T27_MS: u64 = 240_000;
const T14_MS: u64 = 15_000;
const T16_MS: u64 = 15_000;

#[cfg(test)]
#[path = "circuit_tests.rs"]
mod tests;
