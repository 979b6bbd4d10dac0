//! SERVICE and SERVICE ACKNOWLEDGE of the North American networks: channels out of service and back.
//!
//! A D-channel that the far end takes out of service hands its calls to the other one (NFAS). We take none out ourselves.
//!
//! Promises: what we blocked is told again after a restart of either end, as BLO is after RSC, and when the data link comes up.
//! Where the switch type has no such message, blocking is ours alone: calls of the far end on the channel are refused.

use std::time::{Duration, Instant};

use super::{Alarm, ChannelId, ChannelIndication, DChannelId, Interface, Output, Owner};
use crate::q931::codec::{CallReference, ChangeStatus, ChannelIdentification, Flag, Message, MessageType, NewStatus};
use crate::q931::switch::Service;
use crate::q931::timer::Timer;

impl Interface {
    /// The operator blocks a channel or lifts that.
    pub(super) fn block(&mut self, now: Instant, id: ChannelId, blocked: bool) {
        let Some(channel) = self.channels.get_mut(id.0 as usize) else { return };
        channel.blocked_local = blocked;
        if self.profile.service.is_some() {
            self.send_service(now, id, false);
        } else {
            self.confirm(id);
        }
    }

    /// A restart has made the far end forget our blocking: it is told again.
    pub(super) fn block_again(&mut self, now: Instant, id: ChannelId) {
        if self.channels[id.0 as usize].blocked_local && self.profile.service.is_some() {
            self.send_service(now, id, false);
        }
    }

    /// A data link is up again: the far end is told what it may not know.
    pub(super) fn resume_service(&mut self, now: Instant) {
        if self.profile.service.is_none() {
            return;
        }
        for id in (0..self.channels.len() as u32).map(ChannelId) {
            let channel = &self.channels[id.0 as usize];
            if channel.blocked_local || channel.untold {
                self.send_service(now, id, false);
            }
        }
    }

    /// A message of the maintenance discriminators came.
    pub(super) fn service_received(&mut self, now: Instant, d_channel: DChannelId, message: &Message) {
        let (Some(change), Some(element)) = (message.find::<ChangeStatus>(), message.find::<ChannelIdentification>())
        else {
            self.counters.faulty += 1;
            return;
        };
        let id = self.named(d_channel, &element).filter(|_| !element.d_channel);
        // Both discriminators are understood, whichever the switch type sends. Their codes for request and answer are the
        // other way round, and not every far end keeps them apart: what goes to its origin is never a request, or two
        // ends that disagree would acknowledge each other's acknowledgements for ever.
        let asks = message.call_reference.flag() == Flag::FromOrigin;
        match (id, message.kind) {
            (None, MessageType::SERVICE | MessageType::NATIONAL_SERVICE) if asks && element.d_channel => {
                self.acknowledge(message);
                if let Some(own) =
                    self.d_channel_named(d_channel, &element).filter(|_| change.status != NewStatus::IN_SERVICE)
                {
                    self.leave(now, own);
                }
            }
            (Some(id), MessageType::SERVICE | MessageType::NATIONAL_SERVICE) if asks => {
                self.acknowledge(message);
                self.status_changed(id, change.status != NewStatus::IN_SERVICE);
            }
            (Some(id), MessageType::SERVICE_ACKNOWLEDGE | MessageType::NATIONAL_SERVICE_ACKNOWLEDGE) => {
                match self.set_service(id, None) {
                    Some(_) => {
                        self.channels[id.0 as usize].untold = false;
                        self.confirm(id);
                    }
                    None => self.counters.unexpected += 1,
                }
            }
            _ => self.counters.unexpected += 1,
        }
    }

    /// SERVICE was not answered: it is sent once more.
    pub(super) fn service_unanswered(&mut self, now: Instant, id: ChannelId) {
        match self.set_service(id, None) {
            Some((_, false)) => self.send_service(now, id, true),
            _ => {
                let alarm = Alarm::NoAnswer { channel: Some(id), timer: Timer::Service };
                self.outputs.push_back(Output::Alarm(alarm));
            }
        }
    }

    /// The D-channel that an element means.
    fn d_channel_named(&self, d_channel: DChannelId, element: &ChannelIdentification) -> Option<DChannelId> {
        let span = self.span_of(d_channel, element)?;
        (0..).map(DChannelId).zip(&self.config.d_channels).find(|(_, own)| **own == span).map(|(id, _)| id)
    }

    fn status_changed(&mut self, id: ChannelId, blocked: bool) {
        let channel = &mut self.channels[id.0 as usize];
        if std::mem::replace(&mut channel.blocked_remote, blocked) != blocked {
            let indication = if blocked { ChannelIndication::Blocked } else { ChannelIndication::Unblocked };
            self.outputs.push_back(Output::Channel(id, indication));
        }
    }

    fn acknowledge(&mut self, message: &Message) {
        let kind = match message.kind {
            MessageType::SERVICE => MessageType::SERVICE_ACKNOWLEDGE,
            _ => MessageType::NATIONAL_SERVICE_ACKNOWLEDGE,
        };
        let mut answer = message.clone();
        answer.kind = kind;
        self.send_to(message.call_reference.reversed(), answer);
    }

    fn confirm(&mut self, id: ChannelId) {
        let indication = match self.channels[id.0 as usize].blocked_local {
            true => ChannelIndication::BlockConfirmed,
            false => ChannelIndication::UnblockConfirmed,
        };
        self.outputs.push_back(Output::Channel(id, indication));
    }

    fn send_service(&mut self, now: Instant, id: ChannelId, again: bool) {
        let Some(Service { request, .. }) = self.profile.service else { return };
        let status = match self.channels[id.0 as usize].blocked_local {
            true => NewStatus::OUT_OF_SERVICE,
            false => NewStatus::IN_SERVICE,
        };
        let message = Message::new(CallReference::DUMMY, request)
            .with(ChangeStatus { channel: true, status })
            .with(self.channel_element(self.config.channels[id.0 as usize], true));
        self.channels[id.0 as usize].untold = true;
        self.set_service(id, Some((now + SERVICE_ANSWER, again)));
        self.send_to(CallReference::primary(0, Flag::FromOrigin), message);
    }

    fn set_service(&mut self, id: ChannelId, service: Option<(Instant, bool)>) -> Option<(Instant, bool)> {
        let before = std::mem::replace(&mut self.channels[id.0 as usize].service, service);
        let entry = |(deadline, _): (Instant, bool)| (deadline, Timer::Service);
        self.reschedule(Owner::Channel(id), before.map(entry), service.map(entry));
        before
    }
}

/// How long the answer to SERVICE may take; our choice.
const SERVICE_ANSWER: Duration = Duration::from_secs(20);
