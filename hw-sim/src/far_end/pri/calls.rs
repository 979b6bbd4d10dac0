//! All calls and B-channels: call references, the choice of channels, restart and service, Q.931 4.3, 5.2.3, 5.5 and 5.7.

use std::collections::BTreeMap;

use dahdi_sys::Law;
use isup::q931::codec::{CallReference, Flag, Message, MessageType};

use super::super::call::{Call, Origin};
use super::super::numbers;
use super::super::order::{CallOrder, CallOutcome, OrderId, ReleasedBy};
use super::super::script::{Player, Step};
use super::super::status::{CallCounts, CallStates, CircuitCounts};
use super::channel::{Channel, Restart};
use super::leg::{Leg, Phase, Said};
use super::message;

/// Who chose a call reference, and its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Reference {
    pub(super) ours: bool,
    pub(super) value: u16,
}

/// The table of calls with their channels.
#[derive(Debug)]
pub(super) struct Calls {
    is_network: bool,
    law: Law,
    channels: Vec<Channel>,
    legs: BTreeMap<Reference, Leg>,
    last_reference: u16,
    /// States that calls were in when a RESTART took them away.
    pub(super) restarted_in: CallStates,
}

/// What calls want done; drained by the exchange.
#[derive(Debug, Default)]
pub(super) struct Effects {
    pub(super) transmit: Vec<(Option<u8>, Message)>,
    pub(super) outcomes: Vec<(OrderId, CallOutcome)>,
    /// Orders that lost their channel to a call of the network and try another.
    pub(super) retries: Vec<(OrderId, CallOrder)>,
    pub(super) calls: CallCounts,
}

impl Reference {
    fn of(message: &Message) -> Self {
        let reference = message.call_reference;
        Reference { ours: reference.flag() == Flag::ToOrigin, value: reference.value() }
    }

    /// As messages to the gateway carry it.
    fn outward(self) -> CallReference {
        CallReference::primary(self.value, if self.ours { Flag::FromOrigin } else { Flag::ToOrigin })
    }
}

impl Calls {
    pub(super) fn new(is_network: bool, law: Law, timeslots: &[u8]) -> Self {
        let mut channels: Vec<Channel> = timeslots.iter().map(|timeslot| Channel::new(*timeslot)).collect();
        channels.sort_by_key(|channel| channel.timeslot);
        channels.dedup_by_key(|channel| channel.timeslot);
        Calls {
            is_network,
            law,
            channels,
            legs: BTreeMap::new(),
            last_reference: 0,
            restarted_in: CallStates::default(),
        }
    }

    pub(super) fn channels(&mut self) -> impl Iterator<Item = &mut Channel> {
        self.channels.iter_mut()
    }

    pub(super) fn channel(&mut self, timeslot: u8) -> Option<&mut Channel> {
        self.channels.iter_mut().find(|channel| channel.timeslot == timeslot)
    }

    /// Begins a call on the highest free channel, away from where the gateway begins. `false`: there is none.
    pub(super) fn begin(&mut self, now_ms: u64, id: OrderId, order: CallOrder, effects: &mut Effects) -> bool {
        let Some(channel) = self.channels.iter_mut().rev().find(|channel| channel.is_free()) else {
            effects.outcomes.push((id, CallOutcome::refused(order.tag, NO_CHANNEL, ReleasedBy::NoCircuit)));
            return false;
        };
        // There are fewer channels than references, so one is free.
        let reference = loop {
            self.last_reference = self.last_reference % REFERENCE_MAX + 1;
            let reference = Reference { ours: true, value: self.last_reference };
            if !self.legs.contains_key(&reference) {
                break reference;
            }
        };
        channel.call = Some(reference);
        let timeslot = channel.timeslot;
        let setup = message::setup(reference.outward(), timeslot, self.law, self.is_network, &order);
        let call = Call::outgoing(now_ms, id, order);
        let mut leg = Leg::outgoing(reference.outward(), timeslot, self.is_network, call);
        let mut said = Said::default();
        leg.say(now_ms, setup, &mut said);
        self.legs.insert(reference, leg);
        effects.calls.placed += 1;
        settle(timeslot, said, effects);
        true
    }

    /// A message as it is, of the call on a timeslot if there is one.
    pub(super) fn say(&mut self, timeslot: Option<u8>, mut message: Message, effects: &mut Effects) {
        let holder = timeslot.and_then(|timeslot| self.channel(timeslot)).and_then(|channel| channel.call);
        if let Some(reference) = holder {
            message.call_reference = reference.outward();
        }
        effects.transmit.push((timeslot, message));
    }

    /// A message of the gateway. `false`: it fitted no state or no call.
    pub(super) fn receive(&mut self, now_ms: u64, message: &Message, effects: &mut Effects) -> bool {
        let reference = Reference::of(message);
        match message.kind {
            MessageType::RESTART => self.receive_restart(message, effects),
            MessageType::RESTART_ACKNOWLEDGE => self.receive_restarted(message),
            MessageType::SERVICE => self.receive_service(message, MessageType::SERVICE_ACKNOWLEDGE, effects),
            MessageType::NATIONAL_SERVICE => {
                self.receive_service(message, MessageType::NATIONAL_SERVICE_ACKNOWLEDGE, effects)
            }
            _ if message.call_reference.is_global() || message.call_reference.is_dummy() => false,
            MessageType::SETUP if self.legs.contains_key(&reference) => true,
            MessageType::SETUP if !reference.ours => self.receive_setup(now_ms, reference, message, effects),
            MessageType::INFORMATION if self.is_overlap(reference) => {
                self.receive_digits(now_ms, reference, message, effects);
                true
            }
            _ => {
                match self.with(reference, effects, |leg, channel, said| leg.receive(now_ms, message, channel, said)) {
                    Some(expected) => expected,
                    None => receive_stray(message, effects),
                }
            }
        }
    }

    /// Time passes.
    pub(super) fn tick(&mut self, now_ms: u64, effects: &mut Effects) {
        for reference in self.references() {
            self.with(reference, effects, |leg, channel, said| leg.tick(now_ms, channel, said));
        }
        for channel in &mut self.channels {
            if let Some(restart) = channel.restart.as_mut().filter(|restart| now_ms >= restart.t316_ms) {
                *restart = Restart { t316_ms: now_ms + T316_MS, repeated: true };
                effects.transmit.push((Some(channel.timeslot), message::restart(Some(channel.timeslot))));
            }
        }
    }

    /// The states of all calls.
    pub(super) fn states(&self) -> CallStates {
        self.legs.values().fold(CallStates::default(), |states, leg| states.with(leg.number()))
    }

    /// The data link was down and is back: asks of every call whether the gateway still has it.
    pub(super) fn enquire(&mut self, now_ms: u64, effects: &mut Effects) {
        for reference in self.references() {
            self.with(reference, effects, |leg, _, said| leg.enquire(now_ms, said));
        }
    }

    /// RESTART of a channel; a call on it is lost.
    pub(super) fn restart(&mut self, now_ms: u64, timeslot: u8, effects: &mut Effects) {
        self.restarted(&[timeslot], effects);
        if let Some(channel) = self.channel(timeslot) {
            channel.restart = Some(Restart { t316_ms: now_ms + T316_MS, repeated: false });
            effects.transmit.push((Some(timeslot), message::restart(Some(timeslot))));
        }
    }

    /// RESTART of the interface; all calls are lost.
    pub(super) fn restart_all(&mut self, now_ms: u64, effects: &mut Effects) {
        self.restarted(&self.timeslots(), effects);
        for channel in &mut self.channels {
            channel.restart = Some(Restart { t316_ms: now_ms + T316_MS, repeated: false });
        }
        effects.transmit.push((None, message::restart(None)));
    }

    /// Drops all calls without a word.
    pub(super) fn forget(&mut self, effects: &mut Effects) {
        self.clear(&self.timeslots(), effects);
    }

    fn timeslots(&self) -> Vec<u8> {
        self.channels.iter().map(|channel| channel.timeslot).collect()
    }

    pub(super) fn counts(&self) -> CircuitCounts {
        let mut counts = CircuitCounts::default();
        for channel in &self.channels {
            let leg = channel.call.and_then(|reference| self.legs.get(&reference));
            let state = match leg {
                _ if channel.restart.is_some() => &mut counts.resetting,
                None => &mut counts.idle,
                Some(leg) if leg.is_clearing() => &mut counts.releasing,
                Some(_) => &mut counts.busy,
            };
            *state += 1;
            counts.blocked_here += usize::from(channel.blocked_here);
            counts.blocked_there += usize::from(channel.blocked_there);
            counts.sounding += usize::from(channel.bearer.sounds());
        }
        counts
    }

    /// Calls and channels on which something sent had to be repeated and is still unanswered.
    pub(super) fn stuck(&self) -> usize {
        let restarts = self.channels.iter().filter(|channel| channel.restart.is_some_and(|restart| restart.repeated));
        self.legs.values().filter(|leg| leg.is_stuck()).count() + restarts.count()
    }

    /// A call of the gateway: its channel, its number, its script.
    fn receive_setup(&mut self, now_ms: u64, reference: Reference, message: &Message, effects: &mut Effects) -> bool {
        let Some(timeslot) = self.channel_for(message, effects) else {
            refuse(reference, CHANNEL_NOT_AVAILABLE, effects);
            return true;
        };
        effects.calls.received += 1;
        let digits = message::called_digits(message);
        let is_complete = message.has(isup::q931::codec::ElementCode::SENDING_COMPLETE);
        let waits = !is_complete && numbers::is_incomplete(&digits);
        let script = numbers::script(&digits);
        if let (false, Some(Step::Release(cause))) = (waits, script.0.first()) {
            refuse(reference, *cause, effects);
            return true;
        }
        let mut call = Call::incoming(Player::new(script, 0));
        call.received(now_ms, &message::label(message));
        let leg = Leg::incoming(reference.outward(), timeslot, self.is_network, call);
        self.legs.insert(reference, leg);
        if let Some(channel) = self.channel(timeslot) {
            channel.call = Some(reference);
        }
        self.with(reference, effects, |leg, channel, said| {
            if waits {
                leg.ask_for_digits(now_ms, digits, said);
            } else {
                leg.proceed(now_ms, said);
                leg.tick(now_ms, channel, said);
            }
        });
        true
    }

    /// The channel of a SETUP. On one that both ends have just taken the network's call goes on (5.7).
    fn channel_for(&mut self, message: &Message, effects: &mut Effects) -> Option<u8> {
        let named = message::channels(message).and_then(|channels| channels.first().copied());
        let Some(timeslot) = named else { return self.free_for_gateway() };
        let exclusive = message::is_exclusive(message);
        let is_network = self.is_network;
        let Some(channel) = self.channel(timeslot) else {
            return if exclusive { None } else { self.free_for_gateway() };
        };
        if channel.is_free_for_gateway() {
            return Some(timeslot);
        }
        let holder = channel.call.filter(|_| !channel.blocked_here && channel.restart.is_none());
        let initiated = holder
            .filter(|holder| self.legs.get(holder).is_some_and(|leg| holder.ours && leg.phase == Phase::Initiated));
        effects.calls.dual_seizures += u64::from(initiated.is_some());
        match initiated {
            Some(ours) if !is_network => {
                self.give_way(ours, effects);
                Some(timeslot)
            }
            _ if exclusive => None,
            _ => self.free_for_gateway(),
        }
    }

    fn free_for_gateway(&self) -> Option<u8> {
        self.channels.iter().find(|channel| channel.is_free_for_gateway()).map(|channel| channel.timeslot)
    }

    /// The order tries another channel; the network clears the call that it did not take.
    fn give_way(&mut self, reference: Reference, effects: &mut Effects) {
        let Some(leg) = self.legs.remove(&reference) else { return };
        if let Some(channel) = self.channel(leg.timeslot) {
            channel.call = None;
        }
        if let Origin::Order { id, order, .. } = leg.call.origin {
            effects.retries.push((id, order));
        }
    }

    fn is_overlap(&self, reference: Reference) -> bool {
        self.legs.get(&reference).is_some_and(|leg| matches!(leg.phase, Phase::Overlap { .. }))
    }

    fn receive_digits(&mut self, now_ms: u64, reference: Reference, message: &Message, effects: &mut Effects) {
        self.with(reference, effects, |leg, channel, said| {
            leg.call.received(now_ms, &message::label(message));
            let Phase::Overlap { digits, .. } = &mut leg.phase else { return };
            if digits.len() < DIGITS_MAX {
                digits.push_str(&message::called_digits(message));
            }
            if !numbers::is_incomplete(digits) || message.has(isup::q931::codec::ElementCode::SENDING_COMPLETE) {
                leg.call.player = Player::new(numbers::script(digits), 0);
                leg.proceed(now_ms, said);
                leg.tick(now_ms, channel, said);
            }
        });
    }

    /// The calls on these channels are over; RESTART ACKNOWLEDGE.
    fn receive_restart(&mut self, message: &Message, effects: &mut Effects) -> bool {
        let channels = message::channels(message).unwrap_or_else(|| self.timeslots());
        self.restarted(&channels, effects);
        let answer = message::acknowledgement(message, MessageType::RESTART_ACKNOWLEDGE);
        effects.transmit.push((None, answer));
        true
    }

    fn receive_restarted(&mut self, message: &Message) -> bool {
        let named = message::channels(message);
        let meant = |channel: &&mut Channel| named.as_ref().is_none_or(|all| all.contains(&channel.timeslot));
        let mut awaited = false;
        for channel in self.channels.iter_mut().filter(meant) {
            awaited |= channel.restart.take().is_some();
        }
        awaited
    }

    fn receive_service(&mut self, message: &Message, answer: MessageType, effects: &mut Effects) -> bool {
        let in_service = message::is_in_service(message);
        for timeslot in message::channels(message).unwrap_or_default() {
            if let Some(channel) = self.channel(timeslot) {
                channel.blocked_there = !in_service;
            }
        }
        effects.transmit.push((None, message::acknowledgement(message, answer)));
        true
    }

    /// A RESTART of either end takes the calls on these channels away.
    fn restarted(&mut self, timeslots: &[u8], effects: &mut Effects) {
        let lost = self.legs.values().filter(|leg| timeslots.contains(&leg.timeslot));
        self.restarted_in = lost.fold(self.restarted_in, |states, leg| states.with(leg.number()));
        self.clear(timeslots, effects);
    }

    /// Drops the calls on these channels without a word.
    fn clear(&mut self, timeslots: &[u8], effects: &mut Effects) {
        for reference in self.references() {
            self.with(reference, effects, |leg, channel, _| {
                if timeslots.contains(&leg.timeslot) {
                    leg.ended(channel, ReleasedBy::Reset, None);
                    leg.phase = Phase::Null;
                }
            });
        }
    }

    fn references(&self) -> Vec<Reference> {
        self.legs.keys().copied().collect()
    }

    /// Does something to a call and what follows from it; `None`: there is no such call.
    fn with<T>(
        &mut self,
        reference: Reference,
        effects: &mut Effects,
        act: impl FnOnce(&mut Leg, &mut Channel, &mut Said) -> T,
    ) -> Option<T> {
        let leg = self.legs.get_mut(&reference)?;
        let timeslot = leg.timeslot;
        let channel = self.channels.iter_mut().find(|channel| channel.timeslot == timeslot)?;
        let mut said = Said::default();
        let result = act(leg, channel, &mut said);
        settle(timeslot, said, effects);
        if leg.phase == Phase::Null {
            channel.call = None;
            if let Some(leg) = self.legs.remove(&reference) {
                effects.outcomes.extend(leg.call.conclude(timeslot.into()));
            }
        }
        Some(result)
    }
}

fn settle(timeslot: u8, said: Said, effects: &mut Effects) {
    effects.calls.answered += u64::from(said.answered);
    effects.transmit.extend(said.transmit.into_iter().map(|message| (Some(timeslot), message)));
}

/// RELEASE COMPLETE as the first answer to SETUP.
fn refuse(reference: Reference, cause: u8, effects: &mut Effects) {
    let message = message::with_cause(reference.outward(), MessageType::RELEASE_COMPLETE, cause);
    effects.transmit.push((None, message));
}

/// A message for no call of ours, Q.931 5.8.3.2.
fn receive_stray(message: &Message, effects: &mut Effects) -> bool {
    let reference = message.call_reference.reversed();
    let answer = match message.kind {
        MessageType::RELEASE_COMPLETE => return true,
        MessageType::RELEASE => message::with_cause(reference, MessageType::RELEASE_COMPLETE, INVALID_REFERENCE),
        MessageType::STATUS_ENQUIRY => message::status(reference, RESPONSE_TO_ENQUIRY, 0),
        MessageType::STATUS if message::call_state(message) == Some(0) => return true,
        _ => message::with_cause(reference, MessageType::RELEASE, INVALID_REFERENCE),
    };
    effects.transmit.push((None, answer));
    false
}

/// Two octets, Q.931 4.3.
const REFERENCE_MAX: u16 = 0x7fff;
/// Digits taken of one called number; more change nothing.
const DIGITS_MAX: usize = 32;
/// Q.931 table 9-1: T316 2 min.
const T316_MS: u64 = 120_000;
/// Cause values of Q.850.
const RESPONSE_TO_ENQUIRY: u8 = 30;
const NO_CHANNEL: u8 = 34;
const CHANNEL_NOT_AVAILABLE: u8 = 44;
const INVALID_REFERENCE: u8 = 81;
