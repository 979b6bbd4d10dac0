//! What a management message makes us do, Q.704: one arm for each heading.

use std::time::Instant;

use super::{Message, Router};
use crate::mtp3::changeover::Event as Changeover;
use crate::mtp3::inhibiting::{Action, Event as Inhibition};
use crate::mtp3::label::Signal;
use crate::mtp3::link_activity::Event as LinkEvent;
use crate::mtp3::management::{Heading, ManagementMessage, Subject};
use crate::mtp3::route_set::RouteStatus;
use crate::mtp3::{Discard, Event, LinkId, LinkState, Output};
use crate::point_code::{PointCode, ServiceIndicator, Sls, UnavailabilityCause};

impl Router {
    /// `arrived` is the link over which it came, which need not be the one that it is about.
    pub(super) fn manage(&mut self, now: Instant, arrived: LinkId, signal: &Signal<'_>) {
        let Ok(message) = ManagementMessage::decode(self.config.format, signal.sls, signal.payload) else {
            return self.discard(arrived, Discard::Malformed);
        };
        let heading = message.heading;
        let expected = match (heading, message.subject) {
            (Heading::CHANGEOVER_ORDER, Subject::LinkAndSequence(slc, fsn)) => {
                self.changeover_ordered(now, arrived, signal.opc, slc, Some(fsn))
            }
            (Heading::EMERGENCY_ORDER, Subject::Link(slc)) => {
                self.changeover_ordered(now, arrived, signal.opc, slc, None)
            }
            (Heading::CHANGEOVER_ACKNOWLEDGEMENT, Subject::LinkAndSequence(slc, fsn)) => {
                self.changeover_acknowledged(now, signal.opc, slc, Some(fsn))
            }
            (Heading::EMERGENCY_ACKNOWLEDGEMENT, Subject::Link(slc)) => {
                self.changeover_acknowledged(now, signal.opc, slc, None)
            }
            (Heading::CHANGEBACK_DECLARATION, Subject::LinkAndCode(slc, _)) => {
                let known = self.link_to(signal.opc, slc);
                if let Some(link) = known {
                    let heading = Heading::CHANGEBACK_ACKNOWLEDGEMENT;
                    self.send_about(link, arrived, ManagementMessage { heading, ..message });
                }
                known.is_some()
            }
            (Heading::CHANGEBACK_ACKNOWLEDGEMENT, Subject::LinkAndCode(slc, code)) => {
                self.link_to(signal.opc, slc).is_some_and(|link| self.end_changeback(link, code))
            }
            (
                Heading::TRANSFER_PROHIBITED | Heading::TRANSFER_RESTRICTED | Heading::TRANSFER_ALLOWED,
                Subject::Destination(destination),
            ) => self.route_status(now, signal.opc, destination, heading),
            (Heading::TRANSFER_CONTROLLED, Subject::Congestion(destination, level)) => {
                let known = self.route_sets.contains_key(&destination);
                if known {
                    self.outputs.push_back(Output::Congested { destination, level });
                }
                known
            }
            (
                Heading::LINK_INHIBIT
                | Heading::LINK_INHIBIT_ACKNOWLEDGEMENT
                | Heading::LINK_INHIBIT_DENIED
                | Heading::LINK_UNINHIBIT
                | Heading::LINK_UNINHIBIT_ACKNOWLEDGEMENT
                | Heading::LINK_FORCED_UNINHIBIT
                | Heading::LINK_LOCAL_INHIBIT_TEST
                | Heading::LINK_REMOTE_INHIBIT_TEST,
                Subject::Link(slc),
            ) => {
                let link = self.link_to(signal.opc, slc);
                if let Some(link) = link {
                    let spare = self.is_spare(link);
                    self.inhibit(now, link, Inhibition::Received { heading, spare });
                }
                link.is_some()
            }
            (Heading::TRAFFIC_RESTART_ALLOWED, _) => {
                self.restart_allowed(now, arrived, signal.opc);
                true
            }
            (Heading::USER_PART_UNAVAILABLE, Subject::UserPart(destination, service, cause)) => {
                self.outputs.push_back(Output::UserPartUnavailable { destination, service, cause });
                true
            }
            _ => false,
        };
        if !expected {
            self.ignore(arrived, heading);
        }
    }

    /// Tells an originator that we have no such user part.
    pub(super) fn refuse_user(
        &mut self,
        originator: PointCode,
        sls: Sls,
        service: ServiceIndicator,
        cause: UnavailabilityCause,
    ) {
        let heading = Heading::USER_PART_UNAVAILABLE;
        let subject = Subject::UserPart(self.config.own, service, cause);
        let (_, payload) = ManagementMessage { heading, subject }.encode(self.config.format);
        let signal = Signal {
            service: ServiceIndicator::NETWORK_MANAGEMENT,
            network: self.config.network,
            spare: 0,
            dpc: originator,
            opc: self.config.own,
            sls,
            payload: &payload,
        };
        let octets = signal.encode(self.config.format);
        self.route(Message { dpc: originator, sls, octets });
    }

    /// One step of a link's inhibition.
    pub(super) fn inhibit(&mut self, now: Instant, id: LinkId, event: Inhibition) {
        let Some(link) = self.links.get_mut(&id) else {
            self.counters.unexpected += 1;
            return;
        };
        let mut actions = Vec::new();
        let before = link.state();
        link.inhibiting.handle(now, &self.config.timers, event, &mut actions);
        let (slc, after) = (link.slc, link.state());
        for action in actions {
            match action {
                Action::Send(heading) => {
                    if let Some(over) = self.path_to_far_end(id, true) {
                        self.send_about(id, over, ManagementMessage { heading, subject: Subject::Link(slc) });
                    }
                }
                Action::Inhibited { local } => self.event(Event::Inhibited(id, local)),
                Action::Uninhibited { local } => self.event(Event::Uninhibited(id, local)),
                Action::Denied => self.event(Event::InhibitDenied(id, true)),
                Action::Unanswered(request) => self.event(Event::InhibitUnanswered(id, request)),
                Action::Unexpected => self.counters.unexpected += 1,
            }
        }
        match (before, after) {
            // The far end still receives, but stops sending: the time-controlled changeover.
            (LinkState::Available, LinkState::Inhibited) => self.leave(now, id, Changeover::Blocked),
            (LinkState::Inhibited, LinkState::Available) => self.join(now, id),
            _ => {}
        }
    }

    fn changeover_ordered(
        &mut self,
        now: Instant,
        arrived: LinkId,
        origin: PointCode,
        slc: u8,
        accepted: Option<u8>,
    ) -> bool {
        // A link cannot carry the news of its own failure.
        let Some(link) = self.link_to(origin, slc).filter(|link| *link != arrived) else { return false };
        self.event(Event::ChangeoverOrdered(link));
        self.change_over(now, link, Changeover::Order(accepted));
        self.step(now, link, LinkEvent::GivenUp);
        true
    }

    fn changeover_acknowledged(&mut self, now: Instant, origin: PointCode, slc: u8, accepted: Option<u8>) -> bool {
        let link = self.link_to(origin, slc);
        if let Some(link) = link {
            self.change_over(now, link, Changeover::Acknowledgement(accepted));
        }
        link.is_some()
    }

    fn route_status(&mut self, now: Instant, origin: PointCode, destination: PointCode, said: Heading) -> bool {
        let t10 = now + self.config.timers.t10;
        let status = match said {
            Heading::TRANSFER_PROHIBITED => RouteStatus::Prohibited { t10 },
            Heading::TRANSFER_RESTRICTED => RouteStatus::Restricted { t10 },
            _ => RouteStatus::Allowed,
        };
        let linkset = self.linksets.iter().position(|linkset| linkset.adjacent == origin);
        let set = self.route_sets.get_mut(&destination);
        // Whether an adjacent point itself is in reach over its own links, we see ourselves.
        let known =
            origin != destination && linkset.zip(set).is_some_and(|(linkset, set)| set.set_status(linkset, status));
        if known {
            self.event(Event::Route { through: origin, destination, said });
            self.update_routes(now);
        }
        known
    }

    /// The link of that code to an adjacent point.
    fn link_to(&self, adjacent: PointCode, slc: u8) -> Option<LinkId> {
        let is_it = |linkset: usize| self.linksets[linkset].adjacent == adjacent;
        self.links.iter().find(|(_, link)| link.slc == slc && is_it(link.linkset)).map(|(id, _)| *id)
    }
}
