//! The routes to one destination, Q.704 clauses 3.4, 7, 8 and 13: which linksets are in use, forced and controlled
//! rerouting, and the signalling route set test.
//!
//! Promises: the usable routes of the best priority share the load, half of the link selections each where there are
//! two; a restricted route is used when there is no other. A route that is lost is left at once (forced rerouting),
//! a better one is taken after T6 in which the messages that move are held (controlled rerouting).
//! Leaves out: routes to clusters.

use std::time::Instant;

use super::held::{Held, Message};
use super::{RouteConfig, Timers};
use crate::point_code::Sls;

/// The routes to one destination.
#[derive(Clone, Debug)]
pub struct RouteSet {
    /// By priority, the best first.
    routes: Vec<Route>,
    /// Linksets in use; empty when the destination is out of reach.
    current: Vec<usize>,
    diversion: Option<Diversion>,
}

/// One linkset that leads there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Route {
    /// Index of the linkset.
    pub linkset: usize,
    /// The lower, the better.
    pub priority: u8,
    /// What its adjacent point has said.
    pub status: RouteStatus,
}

/// What an adjacent point has said about a destination.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum RouteStatus {
    /// Nothing, or TFA.
    Allowed,
    /// TFR: only where there is no other way.
    Restricted {
        /// T10: when to ask again.
        t10: Instant,
    },
    /// TFP.
    Prohibited {
        /// T10: when to ask again.
        t10: Instant,
    },
}

/// What a linkset can do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LinksetStatus {
    /// Carries traffic.
    Up,
    /// Does not any more, but its messages are still to be retrieved.
    Leaving,
    /// Carries nothing.
    Down,
}

/// Where a message goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Over this linkset, as this value of its [`super::sharing`].
    Over {
        /// Index of the linkset.
        linkset: usize,
        /// What is left of the signalling link selection once the linkset is chosen.
        value: usize,
    },
    /// Nowhere until T6: [`RouteSet::hold`] it.
    Held,
    /// Nowhere.
    Nowhere,
}

/// Controlled rerouting under way.
#[derive(Clone, Debug)]
struct Diversion {
    t6: Instant,
    next: Vec<usize>,
    held: Held,
}

/// What a new look at the linksets came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Nothing that the user parts notice; these messages go on.
    Release(Vec<Message>),
    /// Out of reach.
    Pause,
    /// In reach.
    Resume,
}

impl RouteSet {
    /// A destination out of reach, with these routes.
    pub fn new(routes: impl Iterator<Item = RouteConfig>) -> Self {
        let route =
            |row: RouteConfig| Route { linkset: row.linkset, priority: row.priority, status: RouteStatus::Allowed };
        let mut routes: Vec<_> = routes.map(route).collect();
        routes.sort_by_key(|route| route.priority);
        Self { routes, current: Vec::new(), diversion: None }
    }

    /// The routes, the best first.
    pub fn routes(&self) -> &[Route] {
        &self.routes
    }

    /// Whether any linkset leads there now.
    pub fn is_accessible(&self) -> bool {
        !self.current.is_empty()
    }

    /// Where a message of this selection goes now.
    pub fn direction(&self, sls: Sls) -> Direction {
        let now = self.choose(&self.current, sls);
        match &self.diversion {
            Some(diversion) if self.choose(&diversion.next, sls) != now => Direction::Held,
            _ => now.map_or(Direction::Nowhere, |(linkset, value)| Direction::Over { linkset, value }),
        }
    }

    /// Takes a message that is to be held; false when there is no room.
    pub fn hold(&mut self, message: Message) -> bool {
        self.diversion.as_mut().is_some_and(|diversion| diversion.held.push(message))
    }

    /// The adjacent point of a linkset has said something; true when the set has a route over it.
    pub fn set_status(&mut self, linkset: usize, status: RouteStatus) -> bool {
        let route = self.routes.iter_mut().find(|route| route.linkset == linkset);
        if let Some(route) = route {
            route.status = status;
            return true;
        }
        false
    }

    /// Whether the destination stays in reach without a linkset.
    pub fn spares(&self, linkset: usize, status: impl Fn(usize) -> LinksetStatus) -> bool {
        !self.current.contains(&linkset) || !self.best(|at| at != linkset && status(at) == LinksetStatus::Up).is_empty()
    }

    /// Looks at the linksets anew.
    pub fn update(&mut self, now: Instant, timers: &Timers, status: impl Fn(usize) -> LinksetStatus) -> Change {
        let best = self.best(|linkset| status(linkset) == LinksetStatus::Up);
        if best.is_empty() {
            let was_accessible = self.is_accessible();
            self.current.clear();
            self.diversion = None;
            return if was_accessible { Change::Pause } else { Change::Release(Vec::new()) };
        }
        if self.current.is_empty() {
            self.current = best;
            return Change::Resume;
        }
        if best == self.current {
            return self.settle(best);
        }
        if self.current.iter().any(|linkset| status(*linkset) == LinksetStatus::Leaving) {
            // Its messages come first.
            return Change::Release(Vec::new());
        }
        if !self.current.iter().all(|linkset| status(*linkset) == LinksetStatus::Up && !self.is_prohibited(*linkset)) {
            return self.settle(best);
        }
        match &mut self.diversion {
            Some(diversion) => diversion.next = best,
            none => *none = Some(Diversion { t6: now + timers.t6, next: best, held: Held::default() }),
        }
        Change::Release(Vec::new())
    }

    /// T6.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let t10 = self.routes.iter().filter_map(|route| route.status.test_due()).min();
        let t6 = self.diversion.as_ref().map(|diversion| diversion.t6);
        [t6, t10].into_iter().flatten().min()
    }

    /// T6 may have expired: the messages that go on.
    pub fn expire_diversion(&mut self, now: Instant) -> Vec<Message> {
        match self.diversion.take() {
            Some(diversion) if diversion.t6 <= now => {
                self.current = diversion.next;
                let mut held = diversion.held;
                held.take().into()
            }
            running => {
                self.diversion = running;
                Vec::new()
            }
        }
    }

    /// T10 may have expired: the routes whose adjacent point is to be asked again.
    pub fn expire_tests(&mut self, now: Instant, timers: &Timers) -> Vec<Route> {
        let mut due = Vec::new();
        for route in &mut self.routes {
            if route.status.test_due().is_some_and(|t10| t10 <= now) {
                route.status.restart(now + timers.t10);
                due.push(*route);
            }
        }
        due
    }

    fn settle(&mut self, linksets: Vec<usize>) -> Change {
        self.current = linksets;
        let held = self.diversion.take().map(|diversion| diversion.held);
        Change::Release(held.unwrap_or_default().take().into())
    }

    /// The usable linksets that are not restricted, or else those that are, of the best priority.
    fn best(&self, usable: impl Fn(usize) -> bool) -> Vec<usize> {
        let rank = |route: &Route| (matches!(route.status, RouteStatus::Restricted { .. }), route.priority);
        let usable = |route: &&Route| usable(route.linkset) && !matches!(route.status, RouteStatus::Prohibited { .. });
        let best = self.routes.iter().filter(usable).map(rank).min();
        let of_best = |route: &&Route| Some(rank(route)) == best;
        self.routes.iter().filter(usable).filter(of_best).map(|route| route.linkset).collect()
    }

    /// Among all linksets of one priority each selection has its normal one; the selections of one that is not in use
    /// are spread over the others, and theirs stay where they are.
    fn choose(&self, linksets: &[usize], sls: Sls) -> Option<(usize, usize)> {
        let first = linksets.first()?;
        let priority = self.routes.iter().find(|route| route.linkset == *first)?.priority;
        let mut group = self.routes.iter().filter(|route| route.priority == priority);
        let (sls, linksets_of_group) = (usize::from(sls.0), group.clone().count());
        let normal = group.nth(sls % linksets_of_group)?.linkset;
        let value = sls / linksets_of_group;
        let other = || linksets.get(value % linksets.len()).copied();
        let linkset = Some(normal).filter(|linkset| linksets.contains(linkset)).or_else(other)?;
        Some((linkset, value))
    }

    fn is_prohibited(&self, linkset: usize) -> bool {
        let is_it = |route: &Route| route.linkset == linkset && matches!(route.status, RouteStatus::Prohibited { .. });
        self.routes.iter().any(is_it)
    }
}

impl RouteStatus {
    fn test_due(&self) -> Option<Instant> {
        match *self {
            Self::Allowed => None,
            Self::Restricted { t10 } | Self::Prohibited { t10 } => Some(t10),
        }
    }

    fn restart(&mut self, deadline: Instant) {
        match self {
            Self::Allowed => {}
            Self::Restricted { t10 } | Self::Prohibited { t10 } => *t10 = deadline,
        }
    }
}
