//! Destinations, Q.704 clauses 7 to 10 and 13: what links and adjacent points make of the routes to them.

use std::time::Instant;

use super::{Inhibiting, Router};
use crate::mtp3::management::{Heading, ManagementMessage, Subject};
use crate::mtp3::route_set::{Change, LinksetStatus, RouteStatus};
use crate::mtp3::{Event, LinkId, Output};
use crate::point_code::PointCode;

impl Router {
    /// Looks at the routes to every destination anew.
    pub(super) fn update_routes(&mut self, now: Instant) {
        let status: Vec<_> = (0..self.linksets.len()).map(|linkset| self.linkset_status(linkset)).collect();
        let mut released = Vec::new();
        let mut paused = Vec::new();
        for (destination, set) in &mut self.route_sets {
            match set.update(now, &self.config.timers, |linkset| status[linkset]) {
                Change::Release(messages) => released.extend(messages),
                Change::Resume => self.outputs.push_back(Output::Resume(*destination)),
                Change::Pause => {
                    paused.extend(set.routes().iter().map(|route| route.linkset));
                    self.outputs.push_back(Output::Pause(*destination));
                }
            }
        }
        self.release(released);
        self.need_inhibited_links(now, &paused);
    }

    /// T21 of each linkset.
    pub(super) fn expire_restarts(&mut self, now: Instant) {
        for linkset in 0..self.linksets.len() {
            let Some(row) = self.linksets.get_mut(linkset) else { continue };
            if row.restart.expire(now, &self.config.timers) {
                let adjacent = row.adjacent;
                self.event(Event::TrafficRestartOverdue(adjacent));
                self.update_routes(now);
            }
        }
    }

    /// T6 and T10 of each destination.
    pub(super) fn expire_routes(&mut self, now: Instant) {
        let mut released = Vec::new();
        let mut tests = Vec::new();
        for (destination, set) in &mut self.route_sets {
            released.extend(set.expire_diversion(now));
            let due = set.expire_tests(now, &self.config.timers);
            tests.extend(due.into_iter().map(|route| (*destination, route)));
        }
        self.release(released);
        for (destination, route) in tests {
            let heading = match route.status {
                RouteStatus::Restricted { .. } => Heading::ROUTE_SET_TEST_RESTRICTED,
                RouteStatus::Allowed | RouteStatus::Prohibited { .. } => Heading::ROUTE_SET_TEST,
            };
            let subject = Subject::Destination(destination);
            if let Some(over) = self.available(route.linkset).first().copied() {
                self.send_over(over, ManagementMessage { heading, subject }, route.linkset);
            }
        }
    }

    pub(super) fn restart_allowed(&mut self, now: Instant, arrived: LinkId, origin: PointCode) {
        self.event(Event::TrafficRestartAllowed(origin));
        // Points further away have no restart that concerns us.
        let Some(linkset) = self.linkset_of(arrived).filter(|at| self.linksets[*at].adjacent == origin) else { return };
        if self.linksets[linkset].restart.allowed(now, &self.config.timers) {
            let heading = Heading::TRAFFIC_RESTART_ALLOWED;
            self.send_over(arrived, ManagementMessage { heading, subject: Subject::None }, linkset);
        }
        self.update_routes(now);
    }

    /// No link of a linkset carries traffic any more.
    pub(super) fn links_gone(&mut self, linkset: usize) {
        let aligned = self.is_aligned(linkset);
        self.linksets[linkset].restart.links_gone(aligned);
    }

    /// Level 2 of a link is out of service: with the last one goes all that the far end has said.
    pub(super) fn out_of_service(&mut self, now: Instant, link: LinkId) {
        let Some(linkset) = self.linkset_of(link).filter(|linkset| !self.is_aligned(*linkset)) else { return };
        self.links_gone(linkset);
        for set in self.route_sets.values_mut() {
            set.set_status(linkset, RouteStatus::Allowed);
        }
        for link in self.links.values_mut().filter(|link| link.linkset == linkset) {
            link.inhibiting = Inhibiting::default();
        }
        self.update_routes(now);
    }

    /// Whether every destination stays in reach without a link.
    pub(super) fn is_spare(&self, id: LinkId) -> bool {
        let Some(linkset) = self.linkset_of(id) else { return false };
        let others = self.available(linkset).iter().any(|link| *link != id);
        others || self.route_sets.values().all(|set| set.spares(linkset, |at| self.linkset_status(at)))
    }

    fn linkset_status(&self, linkset: usize) -> LinksetStatus {
        let row = &self.linksets[linkset];
        if row.restart.is_complete() && !self.available(linkset).is_empty() {
            LinksetStatus::Up
        } else if row.sharing.is_leaving() {
            LinksetStatus::Leaving
        } else {
            LinksetStatus::Down
        }
    }

    /// Whether level 2 of any link of the linkset is in service.
    fn is_aligned(&self, linkset: usize) -> bool {
        self.links.values().any(|link| link.linkset == linkset && link.is_aligned())
    }

    /// Destinations to which these linksets lead are out of reach: links that are inhibited are needed (clause 10,
    /// forced uninhibiting).
    fn need_inhibited_links(&mut self, now: Instant, linksets: &[usize]) {
        let needed = self.links.iter().filter(|(_, link)| linksets.contains(&link.linkset));
        let inhibited: Vec<_> = needed.filter_map(|(id, link)| Some((*id, link.inhibiting.remedy()?))).collect();
        for (link, request) in inhibited {
            self.ask(now, link, request);
        }
    }
}
