//! Which channel a call is on: choice, negotiation (Q.931 clause 5) and what happens when both ends choose one.
//!
//! When both ends begin a call on one channel, the network's goes on: the user's has to find another or is cleared.

use super::calls::answers_setup;
use super::{CallId, ChannelChoice, ChannelId, ChannelSpec, DChannelId, Indication, Interface, InterfaceNumber};
use super::{Negotiation, Output, Refusal};
use crate::cause::Cause;
use crate::lapd::Side;
use crate::q931::codec::{ChannelIdentification, ChannelSelection, Message};

impl Interface {
    /// What a SETUP of ours asks for.
    pub(super) fn chosen(&self, choice: ChannelChoice) -> Result<(Option<ChannelId>, Negotiation), Refusal> {
        let (id, negotiation) = match choice {
            ChannelChoice::Any => return Ok((None, Negotiation::Open)),
            ChannelChoice::Exclusive(id) => (id, Negotiation::Exclusive),
            ChannelChoice::Preferred(id) => (id, Negotiation::Open),
        };
        let view = self.channel(id).ok_or(Refusal::NoSuchChannel)?;
        match view {
            _ if view.call.is_some() => Err(Refusal::Busy),
            _ if view.restarting => Err(Refusal::Restarting),
            _ if !view.is_available() => Err(Refusal::Blocked),
            _ => Ok((Some(id), negotiation)),
        }
    }

    /// The channel for a SETUP of the far end.
    pub(super) fn channel_for(&mut self, d_channel: DChannelId, setup: &Message) -> Result<ChannelId, Cause> {
        let Some(wanted) = setup.find::<ChannelIdentification>() else { return self.any_channel() };
        match wanted.selection {
            ChannelSelection::ANY => return self.any_channel(),
            ChannelSelection::INDICATED => {}
            // A call without a channel is left out.
            _ => return Err(Cause::SERVICE_NOT_IMPLEMENTED),
        }
        match self.named(d_channel, &wanted) {
            Some(id) if self.is_free_for_far_end(id) => Ok(id),
            Some(_) if wanted.exclusive => Err(Cause::REQUESTED_CIRCUIT_NOT_AVAILABLE),
            None if wanted.exclusive => Err(Cause::CHANNEL_DOES_NOT_EXIST),
            _ => self.any_channel(),
        }
    }

    /// A message for a call of ours may say which channel it got.
    pub(super) fn negotiate(&mut self, d_channel: DChannelId, id: CallId, message: &Message) -> Result<(), Cause> {
        let Some(entry) = self.calls.get(&id) else { return Ok(()) };
        let (ours, negotiation) = (entry.channel, entry.negotiation);
        if !matches!(negotiation, Negotiation::Exclusive | Negotiation::Open) || !answers_setup(message.kind) {
            return Ok(());
        }
        let theirs = match message.find::<ChannelIdentification>() {
            Some(element) => Some(self.named(d_channel, &element).ok_or(Cause::CHANNEL_DOES_NOT_EXIST)?),
            None => ours,
        };
        let Some(agreed) = theirs else { return Err(Cause::MANDATORY_ELEMENT_MISSING) };
        if theirs != ours {
            let free = self.channel(agreed).is_some_and(|view| view.is_available());
            if negotiation == Negotiation::Exclusive || !free {
                return Err(Cause::CHANNEL_UNACCEPTABLE);
            }
        }
        self.move_to(id, Some(agreed), Negotiation::Settled);
        self.outputs.push_back(Output::Call(id, Indication::Channel(agreed)));
        Ok(())
    }

    /// Writes the channel into a message.
    pub(super) fn name_channel(&self, message: &mut Message, channel: Option<ChannelId>, exclusive: bool) {
        let element = match channel.and_then(|id| self.config.channels.get(id.0 as usize)) {
            Some(spec) => self.channel_element(*spec, exclusive),
            None => ChannelIdentification::any(),
        };
        message.set(&element);
    }

    /// What the far end calls a channel.
    pub(super) fn channel_element(&self, spec: ChannelSpec, exclusive: bool) -> ChannelIdentification {
        let element = ChannelIdentification::primary(spec.timeslot, exclusive);
        if self.has_several_spans() { element.on_interface(spec.interface.0) } else { element }
    }

    /// Whether channels must be told with their span (NFAS).
    pub(super) fn has_several_spans(&self) -> bool {
        let mut spans = self.config.channels.iter().map(|spec| spec.interface);
        let first = spans.next();
        spans.any(|span| Some(span) != first)
    }

    /// The channel that an element means.
    pub(super) fn named(&self, d_channel: DChannelId, element: &ChannelIdentification) -> Option<ChannelId> {
        let interface = self.span_of(d_channel, element)?;
        self.names.get(&ChannelSpec { interface, timeslot: element.channel()? }).copied()
    }

    /// The span that an element means: the D-channel's own where it says nothing.
    pub(super) fn span_of(&self, d_channel: DChannelId, element: &ChannelIdentification) -> Option<InterfaceNumber> {
        match element.interface.as_deref() {
            None => self.config.d_channels.get(usize::from(d_channel.0)).copied(),
            Some([number]) => Some(InterfaceNumber(*number)),
            Some(_) => None,
        }
    }

    /// Moves a call to a channel.
    fn move_to(&mut self, id: CallId, channel: Option<ChannelId>, negotiation: Negotiation) {
        let Some(entry) = self.calls.get_mut(&id) else { return };
        let before = std::mem::replace(&mut entry.channel, channel);
        entry.negotiation = negotiation;
        if let Some(before) = before {
            self.channels[before.0 as usize].call = None;
        }
        if let Some(channel) = channel {
            self.channels[channel.0 as usize].call = Some(id);
        }
    }

    /// Whether a call of the far end may have the channel; takes it from a call of ours that must yield.
    fn is_free_for_far_end(&mut self, id: ChannelId) -> bool {
        let Some(view) = self.channel(id) else { return false };
        let Some(call) = view.call else { return view.is_available() };
        let negotiation = self.calls.get(&call).map(|entry| entry.negotiation);
        if !matches!(negotiation, Some(Negotiation::Exclusive | Negotiation::Open)) {
            return false;
        }
        self.counters.collisions += 1;
        if self.config.side == Side::Network {
            return false;
        }
        self.move_to(call, None, Negotiation::Open);
        true
    }

    /// The highest channel that is free: both ends searching from one end would collide more often.
    fn any_channel(&self) -> Result<ChannelId, Cause> {
        let mut free = self.channels().filter(|(_, view)| view.is_available()).map(|(id, _)| id);
        let found = match self.config.side {
            Side::Network => free.next(),
            Side::User => free.last(),
        };
        found.ok_or(Cause::NO_CIRCUIT_AVAILABLE)
    }
}
