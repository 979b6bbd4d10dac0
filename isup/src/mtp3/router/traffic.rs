//! Signalling traffic management, Q.704 clauses 4 to 6: which link takes a message, and what becomes of messages when
//! links go and come.

use std::time::Instant;

use super::{Changeback, InhibitRequest, Link, Message, Router};
use crate::mtp2;
use crate::mtp3::changeback::Expiry;
use crate::mtp3::changeover::{Action, Event as Changeover};
use crate::mtp3::label::Signal;
use crate::mtp3::management::{Heading, ManagementMessage, Subject};
use crate::mtp3::route_set::Direction;
use crate::mtp3::sharing::Carrier;
use crate::mtp3::{Event, LinkId, LinkState, Output};
use crate::point_code::{ServiceIndicator, Sls};

/// A congested link of ours is told to the user parts with its first message and each so manieth, so that they slow
/// down those that send and nobody else (Q.704 clause 11).
pub const CONGESTION_EVERY: u32 = 8;

impl Router {
    /// Gives a message to the link that carries its share, or to the buffer where it waits; false when it is lost.
    pub(super) fn route(&mut self, message: Message) -> bool {
        let Some(set) = self.route_sets.get_mut(&message.dpc) else {
            self.counters.unreachable += 1;
            return false;
        };
        let (linkset, value) = match set.direction(message.sls) {
            Direction::Over { linkset, value } => (linkset, value),
            Direction::Held => {
                let held = set.hold(message);
                return self.was_held(held);
            }
            Direction::Nowhere => {
                self.counters.unreachable += 1;
                return false;
            }
        };
        match self.linksets[linkset].sharing.carrier(value) {
            Carrier::Link(link) => self.give(link, message),
            Carrier::Leaving(link) => {
                let held = self.links.get_mut(&link).is_some_and(|link| link.held.push(message));
                return self.was_held(held);
            }
            Carrier::Returning { from, to } => {
                let changebacks = self.links.get_mut(&to).map(|link| &mut link.changebacks);
                let changeback = changebacks.and_then(|all| all.iter_mut().find(|one| one.from == from));
                let held = changeback.is_some_and(|changeback| changeback.held.push(message));
                return self.was_held(held);
            }
            Carrier::None => {
                self.counters.unreachable += 1;
                return false;
            }
        }
        true
    }

    pub(super) fn congestion(&mut self, id: LinkId, congested: bool) {
        if let Some(link) = self.links.get_mut(&id) {
            link.congested = congested.then_some(0);
        }
        self.event(Event::Congestion(id, congested));
    }

    /// A link passed its test. While it is inhibited it still carries nothing.
    pub(super) fn link_available(&mut self, now: Instant, id: LinkId) {
        self.event(Event::LinkAvailable(id));
        if self.link_state(id) == LinkState::Available {
            self.join(now, id);
        }
    }

    /// A link takes its share, back from its substitutes where it has any.
    pub(super) fn join(&mut self, now: Instant, id: LinkId) {
        self.change_over(now, id, Changeover::Recovered);
        let Some(linkset) = self.linkset_of(id) else { return };
        for from in self.linksets[linkset].sharing.join(id) {
            self.changeback_code = self.changeback_code.wrapping_add(1);
            let changeback = Changeback::start(now, &self.config.timers, from, self.changeback_code);
            self.declare(id, &changeback);
            if let Some(link) = self.links.get_mut(&id) {
                link.changebacks.push(changeback);
            }
        }
        if self.available(linkset) == [id] {
            // We have no routes to tell before, so our own part of the restart is over at once.
            let heading = Heading::TRAFFIC_RESTART_ALLOWED;
            self.send_over(id, ManagementMessage { heading, subject: Subject::None }, linkset);
        }
        self.linksets[linkset].restart.link_available(now, &self.config.timers);
        self.update_routes(now);
    }

    /// A link carries no traffic from now on, because it failed or its far end cannot take messages.
    pub(super) fn link_unavailable(&mut self, now: Instant, id: LinkId, reason: mtp2::Reason) {
        self.event(Event::LinkUnavailable(id, reason));
        let blocked = reason == mtp2::Reason::RemoteProcessorOutage;
        let reachable = self.path_to_far_end(id, false).is_some();
        self.leave(now, id, if blocked { Changeover::Blocked } else { Changeover::Failed { reachable } });
        self.tell_again(now, id);
    }

    /// What was said of changeovers over a link that carries nothing any more is said again over another one.
    fn tell_again(&mut self, now: Instant, over: LinkId) {
        let told = self.links.iter().filter(|(_, link)| link.changeover_over == Some(over));
        for id in told.map(|(id, _)| *id).collect::<Vec<_>>() {
            let reachable = self.path_to_far_end(id, false).is_some();
            self.change_over(now, id, Changeover::WayFailed { reachable });
        }
    }

    /// The share of a link waits until its changeover is over.
    pub(super) fn leave(&mut self, now: Instant, id: LinkId, why: Changeover) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let linkset = link.linkset;
        link.congested = None;
        let returning = std::mem::take(&mut link.changebacks);
        self.linksets[linkset].sharing.leave(id);
        // What was to return to it stays where it was; what was to return from it waits behind what it has not delivered.
        self.release(returning.into_iter().flat_map(|mut changeback| changeback.held.take()));
        for other in self.linksets[linkset].links.clone() {
            let Some(other) = self.links.get_mut(&other) else { continue };
            let (from_it, rest) = other.changebacks.drain(..).partition(|changeback| changeback.from == id);
            other.changebacks = rest;
            let from_it: Vec<Changeback> = from_it;
            self.release(from_it.into_iter().flat_map(|mut changeback| changeback.held.take()));
        }
        self.change_over(now, id, why);
        if self.available(linkset).is_empty() {
            self.links_gone(linkset);
        }
        self.update_routes(now);
    }

    /// One step of a link's changeover.
    pub(super) fn change_over(&mut self, now: Instant, id: LinkId, event: Changeover) {
        let Some(link) = self.links.get_mut(&id) else {
            self.counters.unexpected += 1;
            return;
        };
        let mut actions = Vec::new();
        link.changeover.handle(now, &self.config.timers, event, &mut actions);
        for action in actions {
            match action {
                Action::Retrieve => self.outputs.push_back(Output::Link(id, mtp2::Command::Retrieve)),
                Action::Order(accepted) => {
                    let (known, unknown) = (Heading::CHANGEOVER_ORDER, Heading::EMERGENCY_ORDER);
                    if !self.send_accepted(id, known, unknown, accepted) {
                        self.change_over(now, id, Changeover::WayFailed { reachable: false });
                    }
                }
                Action::Acknowledge(accepted) => {
                    let (known, unknown) = (Heading::CHANGEOVER_ACKNOWLEDGEMENT, Heading::EMERGENCY_ACKNOWLEDGEMENT);
                    self.send_accepted(id, known, unknown, accepted);
                }
                Action::Divert(messages) => self.divert(now, id, messages),
                Action::Unanswered => self.event(Event::ChangeoverUnanswered(id)),
                Action::Unexpected => self.counters.unexpected += 1,
            }
        }
    }

    /// T4 and T5 of the shares that return to a link.
    pub(super) fn expire_changebacks(&mut self, now: Instant, id: LinkId) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let timers = &self.config.timers;
        let due: Vec<_> = link.changebacks.iter_mut().map(|one| (one.code, one.expire(now, timers))).collect();
        for (code, expiry) in due {
            match expiry {
                Expiry::None => {}
                Expiry::Repeat => {
                    let again = self.links.get(&id).and_then(|link| link.changeback(code)).cloned();
                    again.inspect(|changeback| self.declare(id, changeback));
                }
                Expiry::GiveUp => {
                    self.event(Event::ChangebackUnanswered(id));
                    self.end_changeback(id, code);
                }
            }
        }
    }

    /// A share has returned to its normal link; false when no changeback has that code.
    pub(super) fn end_changeback(&mut self, id: LinkId, code: u8) -> bool {
        let Some(link) = self.links.get_mut(&id) else { return false };
        let Some(place) = link.changebacks.iter().position(|changeback| changeback.code == code) else { return false };
        let (linkset, mut changeback) = (link.linkset, link.changebacks.swap_remove(place));
        self.linksets[linkset].sharing.arrive(changeback.from, id);
        self.release(changeback.held.take());
        true
    }

    /// The links of a linkset that carry traffic, in the order of the configuration.
    pub(super) fn available(&self, linkset: usize) -> Vec<LinkId> {
        let links = self.linksets[linkset].links.iter().copied();
        links.filter(|link| self.link_state(*link) == LinkState::Available).collect()
    }

    /// A link that leads to the far end of another one, or that one itself when there is no other and it is aligned.
    pub(super) fn path_to_far_end(&self, id: LinkId, or_itself: bool) -> Option<LinkId> {
        let link = self.links.get(&id)?;
        let parallel = self.available(link.linkset).into_iter().find(|other| *other != id);
        let routes = self.route_sets.get(&self.linksets[link.linkset].adjacent).map(|set| set.routes());
        let around = || {
            let linksets = routes.unwrap_or_default().iter().map(|route| route.linkset);
            let mut usable = linksets.filter(|at| *at != link.linkset && self.linksets[*at].restart.is_complete());
            usable.find_map(|linkset| self.available(linkset).first().copied())
        };
        let itself = || Some(id).filter(|_| or_itself && link.is_aligned());
        parallel.or_else(around).or_else(itself)
    }

    /// Sends a management message about a link to its far end, by the way there is.
    pub(super) fn send_about(&mut self, id: LinkId, over: LinkId, message: ManagementMessage) {
        if let Some(linkset) = self.linkset_of(id) {
            self.send_over(over, message, linkset);
        }
    }

    /// Sends a management message to the adjacent point of a linkset over a certain link.
    pub(super) fn send_over(&mut self, over: LinkId, message: ManagementMessage, linkset: usize) {
        let (mut sls, payload) = message.encode(self.config.format);
        if !message.subject.is_link() {
            // There are far ends (libss7) that drop it if it names another link than the one it comes over.
            sls = self.links.get(&over).map_or(sls, |link| Sls(link.slc));
        }
        self.transmit(over, ServiceIndicator::NETWORK_MANAGEMENT, self.linksets[linkset].adjacent, sls, &payload);
    }

    /// Hands the share of a failed link to others: what it had not delivered first, then what waited.
    fn divert(&mut self, now: Instant, id: LinkId, messages: Vec<Vec<u8>>) {
        let Some(link) = self.links.get_mut(&id) else { return };
        let (linkset, held) = (link.linkset, link.held.take());
        if link.activity.state() == LinkState::RemoteProcessorOutage {
            // Newer messages overtake what level 2 still has, so it must not come later.
            self.outputs.push_back(Output::Link(id, mtp2::Command::Flush));
        }
        let available = self.available(linkset);
        self.linksets[linkset].sharing.divert(id, &available);
        self.update_routes(now);
        if !messages.is_empty() {
            self.counters.retrieved += messages.len() as u64;
            self.event(Event::Diverted { link: id, messages: messages.len() });
        }
        let retrieved: Vec<_> = messages.into_iter().filter_map(|octets| self.relabelled(octets)).collect();
        self.release(retrieved.into_iter().chain(held));
    }

    /// A retrieved message with what routing needs to know of it. A test of the failed link has no business elsewhere, and
    /// what was said of changeovers has been said again: led by its link code it would wait for its own answer.
    fn relabelled(&self, octets: Vec<u8>) -> Option<Message> {
        let signal = Signal::decode(self.config.format, &octets).ok()?;
        let stays = match signal.service {
            ServiceIndicator::TEST | ServiceIndicator::TEST_SPECIAL => true,
            ServiceIndicator::NETWORK_MANAGEMENT => {
                ManagementMessage::decode(self.config.format, signal.sls, signal.payload)
                    .is_ok_and(|message| message.heading.is_changeover())
            }
            _ => false,
        };
        let (dpc, sls) = (signal.dpc, signal.sls);
        (!stays).then_some(Message { dpc, sls, octets })
    }

    pub(super) fn release(&mut self, messages: impl IntoIterator<Item = Message>) {
        for message in messages {
            self.route(message);
        }
    }

    fn give(&mut self, id: LinkId, message: Message) {
        if let Some(taken) = self.links.get_mut(&id).and_then(|link| link.congested.as_mut()) {
            if taken.is_multiple_of(CONGESTION_EVERY) {
                self.outputs.push_back(Output::Congested { destination: message.dpc, level: 0 });
            }
            *taken = taken.wrapping_add(1);
        }
        self.outputs.push_back(Output::Link(id, mtp2::Command::Transmit(message.octets)));
    }

    fn was_held(&mut self, held: bool) -> bool {
        self.counters.held_dropped += u64::from(!held);
        held
    }

    fn declare(&mut self, id: LinkId, changeback: &Changeback) {
        let Some(slc) = self.links.get(&id).map(|link| link.slc) else { return };
        let subject = Subject::LinkAndCode(slc, changeback.code);
        // Behind all that the substitute carried.
        self.send_about(id, changeback.from, ManagementMessage { heading: Heading::CHANGEBACK_DECLARATION, subject });
    }

    /// False when no other link leads to the far end.
    fn send_accepted(&mut self, id: LinkId, known: Heading, unknown: Heading, accepted: Option<u8>) -> bool {
        let over = self.path_to_far_end(id, false);
        let Some(link) = self.links.get_mut(&id) else { return false };
        link.changeover_over = over;
        let slc = link.slc;
        let message = match accepted {
            Some(fsn) => ManagementMessage { heading: known, subject: Subject::LinkAndSequence(slc, fsn) },
            None => ManagementMessage { heading: unknown, subject: Subject::Link(slc) },
        };
        over.inspect(|over| self.send_about(id, *over, message)).is_some()
    }

    /// Asks the far end for an inhibition of a link, or for its end.
    pub(super) fn ask(&mut self, now: Instant, id: LinkId, request: InhibitRequest) {
        self.inhibit(now, id, crate::mtp3::inhibiting::Event::Ask(request));
    }
}

impl Link {
    fn changeback(&self, code: u8) -> Option<&Changeback> {
        self.changebacks.iter().find(|changeback| changeback.code == code)
    }
}
