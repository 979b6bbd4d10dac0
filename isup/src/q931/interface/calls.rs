//! Calls by their call reference, Q.931 4.3 and 5.8.3: where messages go, and what answers those that go nowhere.

use std::time::Instant;

use super::{Alarm, DChannelId, Indication, Output};
use super::{
    CALLS_MAX, CONNECTIONS_MAX, CallId, ChannelChoice, Entry, Interface, Negotiation, Owner, Reference, Refusal,
};
use crate::cause::Cause;
use crate::lapd;
use crate::q931::call::{Act, Call, Step, fault_of_setup};
use crate::q931::codec::{
    CallReference, CallState, CallStateValue, ChannelIdentification, ChannelSelection, Flag, Message, MessageFamily,
    MessageType, segments,
};
use crate::q931::timer::Timer;

impl Interface {
    /// Begins a call of ours.
    pub(super) fn begin(&mut self, now: Instant, choice: ChannelChoice, setup: Message) -> Result<CallId, Refusal> {
        if !self.is_up() {
            return Err(Refusal::Down);
        }
        let (channel, negotiation) = self.chosen(choice)?;
        let value = self.free_reference().ok_or(Refusal::TooManyCalls)?;
        let mut setup = setup;
        setup.kind = MessageType::SETUP;
        self.name_channel(&mut setup, channel, negotiation == Negotiation::Exclusive);
        if segments(&setup, lapd::LinkConfig::primary_rate(self.config.side).n201).is_err() {
            return Err(Refusal::Unencodable);
        }
        let mut call = None;
        let acts = self.acting(now, |step| call = Some(Call::setup(step, setup)));
        let call = call.expect("the closure always runs once, and makes one");
        let id = self.insert(call, Reference { ours: true, value }, channel, negotiation);
        self.carry_out(now, id, acts);
        Ok(id)
    }

    /// A SETUP came.
    fn setup_received(&mut self, d_channel: DChannelId, message: Message) {
        let reference = message.call_reference;
        let refuse = |interface: &mut Self, cause: Cause, diagnostics: &[u8]| {
            let answer = interface.cause_message(MessageType::RELEASE_COMPLETE, cause, diagnostics);
            interface.send_to(reference.reversed(), answer);
        };
        if let Some((cause, diagnostics)) = fault_of_setup(&message, self.config.side) {
            self.counters.faulty += 1;
            return refuse(self, cause, &diagnostics);
        }
        if self.calls.len() >= CALLS_MAX {
            return refuse(self, Cause::SWITCHING_EQUIPMENT_CONGESTION, &[]);
        }
        let own_reference = Reference { ours: false, value: reference.value() };
        if has_no_channel(&message) {
            if self.connections().count() >= CONNECTIONS_MAX {
                return refuse(self, Cause::SWITCHING_EQUIPMENT_CONGESTION, &[]);
            }
            let id = self.insert(Call::present(), own_reference, None, Negotiation::Unanswered);
            self.outputs.push_back(Output::Call(id, Indication::Connection(message)));
            return self.settle(id);
        }
        let channel = match self.channel_for(d_channel, &message) {
            Ok(channel) => channel,
            Err(cause) => return refuse(self, cause, &[]),
        };
        let id = self.insert(Call::present(), own_reference, Some(channel), Negotiation::Unanswered);
        self.outputs.push_back(Output::Call(id, Indication::Setup(channel, message)));
        self.settle(id);
    }

    /// Connections without a channel that the far end began.
    fn connections(&self) -> impl Iterator<Item = &Entry> {
        self.calls.values().filter(|entry| entry.channel.is_none() && !entry.reference.ours)
    }

    /// A whole message came.
    pub(super) fn message_received(&mut self, now: Instant, d_channel: DChannelId, message: Message) {
        self.counters.received += 1;
        let reference = message.call_reference;
        match message.kind.family {
            MessageFamily::Maintenance | MessageFamily::NationalMaintenance => {
                return self.service_received(now, d_channel, &message);
            }
            MessageFamily::CallControl | MessageFamily::NationalEscape => self.follow(d_channel),
        }
        if reference.is_dummy() {
            return match message.kind {
                MessageType::FACILITY => self.outputs.push_back(Output::Connectionless(message)),
                _ => self.counters.unknown_call += 1,
            };
        }
        if reference.is_global() {
            return self.global_received(now, d_channel, &message);
        }
        let named = Reference { ours: reference.flag() == Flag::ToOrigin, value: reference.value() };
        match self.references.get(&named) {
            Some(call) => self.call_received(now, d_channel, *call, message),
            None => self.without_call(d_channel, message),
        }
    }

    /// 5.8.3.2: a message for a call that does not exist.
    fn without_call(&mut self, d_channel: DChannelId, message: Message) {
        use MessageType as M;
        let answer = match (message.kind, message.call_reference.flag()) {
            (M::SETUP, Flag::FromOrigin) => return self.setup_received(d_channel, message),
            (M::SETUP | M::RESUME, Flag::ToOrigin) | (M::RELEASE_COMPLETE, _) => None,
            (M::RESUME, _) => Some(self.cause_message(M::RESUME_REJECT, Cause::NO_CALL_SUSPENDED, &[])),
            (M::STATUS, _) => match message.find::<CallState>() {
                Some(state) if state.value != CallStateValue::NULL => {
                    let cause = Cause::MESSAGE_NOT_COMPATIBLE_WITH_STATE;
                    Some(self.cause_message(M::RELEASE_COMPLETE, cause, &[]))
                }
                _ => None,
            },
            (M::STATUS_ENQUIRY, _) => {
                let status = self.cause_message(M::STATUS, Cause::RESPONSE_TO_STATUS_ENQUIRY, &[]);
                Some(status.with(CallState::new(CallStateValue::NULL)))
            }
            _ => Some(self.cause_message(M::RELEASE_COMPLETE, Cause::INVALID_CALL_REFERENCE, &[])),
        };
        self.counters.unknown_call += 1;
        if let Some(answer) = answer {
            self.send_to(message.call_reference.reversed(), answer);
        }
    }

    /// A message for a call: first for its channel, then for itself.
    fn call_received(&mut self, now: Instant, d_channel: DChannelId, id: CallId, message: Message) {
        match self.negotiate(d_channel, id, &message) {
            Ok(()) => self.step(now, id, |call, step| call.message(step, message)),
            Err(cause) => self.step(now, id, |call, step| call.lose(step, cause)),
        }
    }

    /// 5.8.3.2 f and 5.5: messages about all calls.
    fn global_received(&mut self, now: Instant, d_channel: DChannelId, message: &Message) {
        match (message.kind, message.call_reference.flag()) {
            (MessageType::RESTART, Flag::FromOrigin) => self.restart_received(now, d_channel, message),
            (MessageType::RESTART_ACKNOWLEDGE, Flag::ToOrigin) => self.restart_acknowledged(now, d_channel, message),
            // Never answered, least of all by another.
            (MessageType::STATUS, _) => self.counters.unexpected += 1,
            _ => {
                self.counters.unexpected += 1;
                let status = self.cause_message(MessageType::STATUS, Cause::INVALID_CALL_REFERENCE, &[]);
                let status = status.with(CallState::new(CallStateValue::NULL));
                self.send_to(message.call_reference.reversed(), status);
            }
        }
    }

    /// Lets a call handle one event, then does what it wants done.
    pub(super) fn step(&mut self, now: Instant, id: CallId, event: impl FnOnce(&mut Call, &mut Step<'_>)) {
        let Some(mut entry) = self.calls.remove(&id) else { return };
        let acts = self.acting(now, |step| event(&mut entry.call, step));
        self.calls.insert(id, entry);
        self.carry_out(now, id, acts);
    }

    fn acting(&mut self, now: Instant, event: impl FnOnce(&mut Step<'_>)) -> Vec<Act> {
        let mut step = Step {
            now,
            side: self.config.side,
            is_unheard: self.is_silent(),
            profile: self.profile,
            timers: &self.config.timers,
            location: self.config.location,
            counters: &mut self.counters,
            acts: Vec::new(),
        };
        event(&mut step);
        step.acts
    }

    fn carry_out(&mut self, now: Instant, id: CallId, acts: Vec<Act>) {
        let mut abandoned = None;
        for act in acts {
            match act {
                Act::Send(message) => self.send_for(id, message),
                Act::Indicate(indication) => self.outputs.push_back(Output::Call(id, indication)),
                Act::Abandon(timer) => abandoned = Some(timer),
            }
        }
        let channel = self.calls.get(&id).and_then(|entry| entry.channel);
        self.settle(id);
        if let Some(timer) = abandoned {
            self.outputs.push_back(Output::Alarm(Alarm::NoAnswer { channel, timer }));
            if let Some(channel) = channel {
                self.restart(now, super::restart::Scope::Channel(channel));
            }
        }
    }

    /// Brings the indices up to date with a call; one that is over is forgotten.
    fn settle(&mut self, id: CallId) {
        let Some(entry) = self.calls.get_mut(&id) else { return };
        let next = entry.call.next_deadline().filter(|_| !entry.call.is_null());
        let before = std::mem::replace(&mut entry.deadline, next);
        if entry.call.is_null() {
            let (reference, channel) = (entry.reference, entry.channel);
            self.calls.remove(&id);
            self.references.remove(&reference);
            if let Some(channel) = channel {
                self.channels[channel.0 as usize].call = None;
            }
            self.outputs.push_back(Output::Call(id, Indication::Released));
        }
        self.reschedule(Owner::Call(id), before, next);
    }

    /// Moves an owner's entry of the index.
    pub(super) fn reschedule(
        &mut self,
        owner: Owner,
        before: Option<(Instant, Timer)>,
        next: Option<(Instant, Timer)>,
    ) {
        if let Some((deadline, timer)) = before {
            self.deadlines.remove(&(deadline, timer, owner));
        }
        self.deadlines.extend(next.map(|(deadline, timer)| (deadline, timer, owner)));
    }

    fn insert(
        &mut self,
        call: Call,
        reference: Reference,
        channel: Option<super::ChannelId>,
        negotiation: Negotiation,
    ) -> CallId {
        let id = CallId(self.next_call);
        self.next_call = self.next_call.wrapping_add(1);
        if let Some(channel) = channel {
            self.channels[channel.0 as usize].call = Some(id);
        }
        self.references.insert(reference, id);
        self.calls.insert(id, Entry { call, reference, channel, negotiation, deadline: None });
        id
    }

    /// The next value that no call of ours has.
    fn free_reference(&mut self) -> Option<u16> {
        if self.calls.len() >= CALLS_MAX {
            return None;
        }
        // At most CALLS_MAX values are taken, so one more try finds a free one.
        (0..=CALLS_MAX).find_map(|_| {
            let value = self.next_reference;
            self.next_reference = if value == REFERENCE_MAX { 1 } else { value + 1 };
            let free = !self.references.contains_key(&Reference { ours: true, value });
            free.then_some(value)
        })
    }

    /// Sends a message of a call; the first answer to a SETUP names the channel, and so does what retrieves a held call.
    fn send_for(&mut self, id: CallId, mut message: Message) {
        let Some(entry) = self.calls.get_mut(&id) else { return };
        let (reference, channel) = (entry.reference, entry.channel);
        if entry.negotiation == Negotiation::Unanswered && answers_setup(message.kind) {
            entry.negotiation = Negotiation::Settled;
            match channel {
                // A connection has none, and libpri wants that said.
                None => message.set(&ChannelIdentification::none()),
                channel => self.name_channel(&mut message, channel, true),
            }
        } else if matches!(message.kind, MessageType::RETRIEVE | MessageType::RETRIEVE_ACKNOWLEDGE) {
            // A retrieved call tells its channel, which it has kept.
            self.name_channel(&mut message, channel, true);
        }
        let flag = if reference.ours { Flag::FromOrigin } else { Flag::ToOrigin };
        if !self.send_to(CallReference::primary(reference.value, flag), message) {
            self.outputs.push_back(Output::Alarm(Alarm::Unencodable(id)));
        }
    }

    /// Sends a message, in segments where a frame does not hold it; false if it cannot be encoded.
    pub(super) fn send_to(&mut self, reference: CallReference, message: Message) -> bool {
        let mut message = message;
        message.call_reference = reference;
        if !self.is_up() {
            self.counters.undelivered += 1;
            return true;
        }
        let n201 = lapd::LinkConfig::primary_rate(self.config.side).n201;
        let Ok(pieces) = segments(&message, n201) else {
            self.counters.unencodable += 1;
            return false;
        };
        self.counters.sent += 1;
        for piece in pieces {
            let mut octets = Vec::new();
            piece.encode(&mut octets).expect("what was cut to fit a frame fits into a message");
            self.outputs.push_back(Output::DataLink(self.active, lapd::Command::Data(octets)));
        }
        true
    }

    /// A message with nothing but a cause.
    pub(super) fn cause_message(&mut self, kind: MessageType, cause: Cause, diagnostics: &[u8]) -> Message {
        use crate::q931::codec::CauseIndicators;
        let mut indicators = CauseIndicators::new(self.config.location, cause);
        indicators.diagnostics = diagnostics.to_vec();
        Message::new(CallReference::DUMMY, kind).with(indicators)
    }
}

/// Whether a SETUP asks for a connection without a channel: no channel, and the D-channel itself as what is meant.
fn has_no_channel(setup: &Message) -> bool {
    let element = setup.find::<ChannelIdentification>();
    element.is_some_and(|element| element.d_channel && element.selection == ChannelSelection::NONE)
}

/// Whether a message is one that may be the first answer to SETUP and name a channel.
pub(super) fn answers_setup(kind: MessageType) -> bool {
    matches!(
        kind,
        MessageType::SETUP_ACKNOWLEDGE
            | MessageType::CALL_PROCEEDING
            | MessageType::PROGRESS
            | MessageType::ALERTING
            | MessageType::CONNECT
    )
}

/// The greatest call reference value of two octets.
const REFERENCE_MAX: u16 = 0x7fff;
