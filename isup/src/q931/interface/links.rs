//! The data links, Q.931 5.8.8 and 5.8.9: calls outlive a loss for T309, and a backup D-channel (NFAS) takes over.

use std::time::Instant;

use super::{Alarm, CallId, DChannelId, Interface, Output, Owner};
use crate::cause::Cause;
use crate::lapd;
use crate::q931::codec::{Message, MessageType, Reassembled, Reassembly};
use crate::q931::timer::Timer;

impl Interface {
    /// Whether calls can be signalled.
    pub(super) fn is_up(&self) -> bool {
        self.links.get(usize::from(self.active.0)).is_some_and(|link| link.up)
    }

    /// Whether what we say now is heard is not known before the data link is.
    pub(super) fn is_silent(&self) -> bool {
        self.links.get(usize::from(self.active.0)).is_some_and(|link| link.silent)
    }

    /// Asks all data links to come up.
    pub(super) fn establish_all(&mut self) {
        for index in 0..self.links.len() as u8 {
            self.outputs.push_back(Output::DataLink(DChannelId(index), lapd::Command::Establish));
        }
    }

    pub(super) fn link_established(&mut self, now: Instant, id: DChannelId) {
        let was_up = self.is_up();
        let link = &mut self.links[usize::from(id.0)];
        (link.up, link.silent, link.reassembly) = (true, false, None);
        let first = !std::mem::replace(&mut link.met, true);
        self.outputs.push_back(Output::Alarm(Alarm::Up(id)));
        if was_up && id != self.active {
            return;
        }
        if !was_up {
            self.switch_to(id);
        }
        self.set_t309(None);
        for call in self.call_ids() {
            self.step(now, call, |call, step| call.data_link_reset(step));
        }
        self.suspend_restarts();
        self.resume_restarts(now, first);
        if !was_up {
            self.resume_service(now);
        }
    }

    /// Nothing of ours is lost, but the far end may have forgotten its calls: it is asked of each. A RESTART that it has
    /// not acknowledged is sent again, for it may have forgotten that, or its answer.
    pub(super) fn link_set_up_anew(&mut self, now: Instant, id: DChannelId) {
        if id == self.active {
            self.suspend_restarts();
            self.next_restart(now);
            for call in self.call_ids() {
                self.step(now, call, |call, step| call.enquire_if_under_way(step));
            }
        }
    }

    pub(super) fn link_released(&mut self, now: Instant, id: DChannelId) {
        let link = &mut self.links[usize::from(id.0)];
        let was_up = std::mem::take(&mut link.up);
        (link.silent, link.reassembly) = (false, None);
        if was_up {
            self.outputs.push_back(Output::Alarm(Alarm::Down(id)));
        }
        self.outputs.push_back(Output::DataLink(id, lapd::Command::Establish));
        if !was_up || id != self.active {
            return;
        }
        if !self.hand_over(now) {
            self.all_lost(now);
        }
    }

    /// The far end takes a D-channel out of service: where it is the one in use, another takes its calls, if one is up.
    pub(super) fn leave(&mut self, now: Instant, id: DChannelId) {
        if id == self.active {
            self.hand_over(now);
        }
    }

    /// Goes on over another D-channel; false if none is up. A RESTART that was not acknowledged is sent again there: it, or its
    /// answer, went down with the other.
    fn hand_over(&mut self, now: Instant) -> bool {
        let up = |(index, link): (u8, &super::Link)| {
            (link.up && DChannelId(index) != self.active).then_some(DChannelId(index))
        };
        let Some(backup) = (0..).zip(&self.links).find_map(up) else { return false };
        self.switch_to(backup);
        self.suspend_restarts();
        self.next_restart(now);
        for call in self.call_ids() {
            self.step(now, call, |call, step| call.d_channel_changed(step));
        }
        true
    }

    /// The far end signals over another D-channel than we do: it has seen before us that ours is gone, and hears no answer there.
    /// Of calls nothing is asked, for either end may be a message ahead of the other.
    pub(super) fn follow(&mut self, id: DChannelId) {
        if self.links[usize::from(id.0)].up {
            self.switch_to(id);
        }
    }

    /// Octets of layer 3 came.
    pub(super) fn data_received(&mut self, now: Instant, id: DChannelId, octets: &[u8]) {
        let Ok(message) = Message::decode(octets) else {
            self.counters.malformed += 1;
            return;
        };
        if message.kind == MessageType::SEGMENT {
            if let Some(whole) = self.segment_received(now, id, &message) {
                self.message_received(now, id, whole);
            }
            return;
        }
        self.message_received(now, id, message);
    }

    /// The data link has not come back.
    pub(super) fn t309_expired(&mut self, now: Instant) {
        self.set_t309(None);
        for call in self.call_ids() {
            self.step(now, call, |call, step| call.drop_now(step, Cause::DESTINATION_OUT_OF_ORDER));
        }
    }

    /// Every call, so that each may be changed.
    pub(super) fn call_ids(&self) -> Vec<CallId> {
        self.calls.keys().copied().collect()
    }

    fn all_lost(&mut self, now: Instant) {
        self.suspend_restarts();
        for call in self.call_ids() {
            self.step(now, call, |call, step| call.data_link_lost(step));
        }
        let t309 = (!self.calls.is_empty()).then(|| now + self.config.timers.t309);
        self.set_t309(t309);
    }

    fn switch_to(&mut self, id: DChannelId) {
        if std::mem::replace(&mut self.active, id) != id {
            self.outputs.push_back(Output::Alarm(Alarm::Switched(id)));
        }
    }

    fn set_t309(&mut self, t309: Option<Instant>) {
        let before = std::mem::replace(&mut self.t309, t309);
        let entry = |deadline: Instant| (deadline, Timer::T309);
        self.reschedule(Owner::Interface, before.map(entry), t309.map(entry));
    }

    /// A piece of a message came: the message, if it was the last. Pieces that come too late begin nothing.
    fn segment_received(&mut self, now: Instant, id: DChannelId, segment: &Message) -> Option<Message> {
        let waiting = self.links[usize::from(id.0)].reassembly.take().filter(|(t314, _)| now < *t314);
        let result = match waiting {
            Some((_, reassembly)) => reassembly.resume(segment),
            None => Reassembly::begin(segment),
        };
        match result {
            Ok(Reassembled::Whole(message)) => return Some(*message),
            Ok(Reassembled::Part(part)) => {
                self.links[usize::from(id.0)].reassembly = Some((now + self.config.timers.t314, part))
            }
            Err(_) => self.counters.malformed += 1,
        }
        None
    }
}
