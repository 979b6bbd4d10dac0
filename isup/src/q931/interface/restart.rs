//! RESTART, Q.931 5.5: one channel, one span or all of them back to idle at both ends, one RESTART at a time.
//!
//! Promises: at most one RESTART of a scope waits; what does not answer [`RESTARTS_MAX`] times is out of service until
//! it is restarted again: by the operator, by periodic maintenance, or when the data link has come back.

use std::collections::VecDeque;
use std::time::Instant;

use super::{Alarm, ChannelId, ChannelIndication, DChannelId, Interface, InterfaceNumber, Output, Owner};
use crate::cause::Cause;
use crate::q931::codec::{
    CallReference, CallState, CallStateValue, ChannelIdentification, ElementCode, Flag, Message, MessageType,
    RestartIndicator,
};
use crate::q931::timer::Timer;

/// How often a RESTART is sent before the far end is taken not to answer (N316).
pub const RESTARTS_MAX: u8 = 2;

/// What a RESTART is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Scope {
    Channel(ChannelId),
    Interface(InterfaceNumber),
    All,
}

/// The RESTARTs of ours.
#[derive(Clone, Debug, Default)]
pub(super) struct Restarts {
    /// Those that wait, each scope once: as many as there are channels and spans, and one.
    queue: VecDeque<Scope>,
    outstanding: Option<Outstanding>,
    /// When the next idle channel is restarted, and which one was the last.
    maintenance: Option<Instant>,
    maintained: u32,
}

/// A RESTART that was sent.
#[derive(Clone, Copy, Debug)]
struct Outstanding {
    scope: Scope,
    t316: Instant,
    sent: u8,
}

impl Interface {
    /// Restarts a scope; calls on its channels are lost.
    pub(super) fn restart(&mut self, now: Instant, scope: Scope) {
        for channel in self.channels_of(scope) {
            self.lose_call_on(now, channel, Cause::TEMPORARY_FAILURE);
            self.channels[channel.0 as usize].restarting = true;
        }
        if !self.restarts.queue.contains(&scope) && !self.channels_of(scope).is_empty() {
            self.restarts.queue.push_back(scope);
        }
        self.next_restart(now);
    }

    /// A data link is up again: restarts what has not answered, and the first time whatever has no call.
    pub(super) fn resume_restarts(&mut self, now: Instant, first: bool) {
        let at_start = first && self.profile.restart_at_start;
        for (index, channel) in (0..).zip(&mut self.channels) {
            let scope = Scope::Channel(ChannelId(index));
            if channel.restarting || (at_start && channel.call.is_none()) {
                channel.restarting = true;
                if !self.restarts.queue.contains(&scope) {
                    self.restarts.queue.push_back(scope);
                }
            }
        }
        self.next_restart(now);
        if self.restarts.maintenance.is_none() {
            self.set_maintenance(self.config.maintenance.map(|interval| now + interval));
        }
    }

    /// What was sent is not waited for any longer: the data link has gone or begun anew, and it is sent again when one is up.
    pub(super) fn suspend_restarts(&mut self) {
        if let Some(outstanding) = self.set_outstanding(None) {
            self.restarts.queue.push_front(outstanding.scope);
        }
    }

    /// RESTART came: calls end, and the far end is told that they have.
    pub(super) fn restart_received(&mut self, now: Instant, d_channel: DChannelId, message: &Message) {
        let Some(channels) = self.channels_named(d_channel, message).filter(|channels| !channels.is_empty()) else {
            self.counters.faulty += 1;
            let status = self.cause_message(MessageType::STATUS, Cause::CHANNEL_DOES_NOT_EXIST, &[]);
            let status = status.with(CallState::new(CallStateValue::NULL));
            self.send_to(message.call_reference.reversed(), status);
            return;
        };
        for &channel in &channels {
            self.lose_call_on(now, channel, Cause::TEMPORARY_FAILURE);
            self.channels[channel.0 as usize].blocked_remote = false;
            self.outputs.push_back(Output::Channel(channel, ChannelIndication::Restarted));
        }
        let mut answer = Message::new(CallReference::DUMMY, MessageType::RESTART_ACKNOWLEDGE);
        for code in [ElementCode::CHANNEL_IDENTIFICATION, ElementCode::RESTART_INDICATOR] {
            if let Some(octets) = message.octets(code) {
                answer.add_octets(code, octets);
            }
        }
        self.send_to(message.call_reference.reversed(), answer);
        for channel in channels {
            self.block_again(now, channel);
        }
    }

    /// RESTART ACKNOWLEDGE came.
    pub(super) fn restart_acknowledged(&mut self, now: Instant, d_channel: DChannelId, message: &Message) {
        let Some(outstanding) = self.restarts.outstanding else {
            self.counters.unexpected += 1;
            return;
        };
        let ours = self.channels_of(outstanding.scope);
        if self.channels_named(d_channel, message).as_ref() != Some(&ours) {
            self.counters.unexpected += 1;
            return;
        }
        self.set_outstanding(None);
        for channel in ours {
            self.channels[channel.0 as usize].restarting = false;
            self.outputs.push_back(Output::Channel(channel, ChannelIndication::RestartConfirmed));
            self.block_again(now, channel);
        }
        self.next_restart(now);
    }

    /// RESTART was not answered.
    pub(super) fn t316_expired(&mut self, now: Instant) {
        let Some(outstanding) = self.restarts.outstanding else { return };
        if outstanding.sent < RESTARTS_MAX {
            self.send_restart(now, outstanding.scope, outstanding.sent + 1);
            return;
        }
        self.set_outstanding(None);
        for channel in self.channels_of(outstanding.scope) {
            self.outputs.push_back(Output::Alarm(Alarm::NoAnswer { channel: Some(channel), timer: Timer::T316 }));
        }
        self.next_restart(now);
    }

    /// Restarts the next channel that has no call.
    pub(super) fn maintain(&mut self, now: Instant) {
        self.set_maintenance(self.config.maintenance.map(|interval| now + interval));
        let count = self.channels.len() as u32;
        let next = (1..=count).map(|step| ChannelId((self.restarts.maintained + step) % count));
        let idle = next.into_iter().find(|id| self.channels[id.0 as usize].call.is_none());
        if let Some(id) = idle.filter(|_| self.is_up()) {
            self.restarts.maintained = id.0;
            self.restart(now, Scope::Channel(id));
        }
    }

    pub(super) fn next_restart(&mut self, now: Instant) {
        if self.restarts.outstanding.is_some() || !self.is_up() {
            return;
        }
        if let Some(scope) = self.restarts.queue.pop_front() {
            self.send_restart(now, scope, 1);
        }
    }

    fn send_restart(&mut self, now: Instant, scope: Scope, sent: u8) {
        let (indicator, element) = match scope {
            Scope::Channel(id) => {
                let spec = self.config.channels[id.0 as usize];
                (RestartIndicator::INDICATED_CHANNELS, Some(self.channel_element(spec, true)))
            }
            Scope::Interface(number) => {
                let whole = ChannelIdentification { exclusive: true, ..ChannelIdentification::any() };
                (RestartIndicator::SINGLE_INTERFACE, self.has_several_spans().then(|| whole.on_interface(number.0)))
            }
            Scope::All => (RestartIndicator::ALL_INTERFACES, None),
        };
        let mut message = Message::new(CallReference::DUMMY, MessageType::RESTART).with(indicator);
        if let Some(element) = element {
            message.add(&element);
        }
        self.set_outstanding(Some(Outstanding { scope, t316: now + self.config.timers.t316, sent }));
        self.send_to(CallReference::primary(0, Flag::FromOrigin), message);
    }

    fn lose_call_on(&mut self, now: Instant, channel: ChannelId, cause: Cause) {
        if let Some(call) = self.channels[channel.0 as usize].call {
            self.step(now, call, |call, step| call.drop_now(step, cause));
        }
    }

    fn channels_of(&self, scope: Scope) -> Vec<ChannelId> {
        let within = |(id, spec): (u32, &super::ChannelSpec)| {
            let is = match scope {
                Scope::Channel(channel) => channel.0 == id,
                Scope::Interface(number) => spec.interface == number,
                Scope::All => true,
            };
            is.then_some(ChannelId(id))
        };
        (0..).zip(&self.config.channels).filter_map(within).collect()
    }

    /// The channels that a RESTART or its acknowledgement means, in their order here; `None` if one does not exist.
    fn channels_named(&self, d_channel: DChannelId, message: &Message) -> Option<Vec<ChannelId>> {
        let element = message.find::<ChannelIdentification>();
        match message.find::<RestartIndicator>()? {
            RestartIndicator::INDICATED_CHANNELS => {
                let element = element?;
                let interface = self.span_of(d_channel, &element)?;
                let list = element.list?;
                let named = list.channels.iter().map(|timeslot| super::ChannelSpec { interface, timeslot });
                let mut channels: Vec<_> = named.map(|spec| self.names.get(&spec).copied()).collect::<Option<_>>()?;
                channels.sort();
                Some(channels)
            }
            RestartIndicator::SINGLE_INTERFACE => {
                let number = match element {
                    Some(element) => self.span_of(d_channel, &element)?,
                    None => self.config.d_channels.get(usize::from(d_channel.0)).copied()?,
                };
                Some(self.channels_of(Scope::Interface(number)))
            }
            RestartIndicator::ALL_INTERFACES => Some(self.channels_of(Scope::All)),
            _ => None,
        }
    }

    fn set_outstanding(&mut self, outstanding: Option<Outstanding>) -> Option<Outstanding> {
        let before = std::mem::replace(&mut self.restarts.outstanding, outstanding);
        let entry = |outstanding: Outstanding| (outstanding.t316, Timer::T316);
        self.reschedule(Owner::Interface, before.map(entry), outstanding.map(entry));
        before
    }

    fn set_maintenance(&mut self, at: Option<Instant>) {
        let before = std::mem::replace(&mut self.restarts.maintenance, at);
        let entry = |deadline: Instant| (deadline, Timer::Maintenance);
        self.reschedule(Owner::Interface, before.map(entry), at.map(entry));
    }
}
