//! Level 3 of one signalling end point: its links, linksets and routes wired together.
//!
//! Promises: pure; a destination is resumed when its linkset has an available link and its restart is over (see
//! [`super::restart`]) and paused when the last link goes; the only link of a linkset that carries nothing aligns by emergency proving.
//! Leaves out: see the module.

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use super::discrimination::{Distribution, distribute};
use super::label::{INFORMATION_OCTETS_MAX, LABEL_OCTETS, Signal};
use super::link_activity::{Action, Event as LinkEvent, LinkActivity};
use super::management::Heading;
use super::restart::Restart;
use super::test_control::TestMessage;
use super::{Command, Config, Counters, Discard, Event, LinkId, LinkState, Output, routing};
use crate::mtp2;
use crate::point_code::{PointCode, ServiceIndicator, Sls, Transfer};

/// Message transfer part level 3.
#[derive(Clone, Debug)]
pub struct Router {
    config: Config,
    links: BTreeMap<LinkId, Link>,
    /// Links that carry traffic, by linkset, in the order of the configuration.
    available: Vec<Vec<LinkId>>,
    /// By linkset.
    restarts: Vec<Restart>,
    outputs: VecDeque<Output>,
    counters: Counters,
}

#[derive(Clone, Debug)]
struct Link {
    linkset: usize,
    slc: u8,
    activity: LinkActivity,
}

impl Router {
    /// A router with every link inactive.
    pub fn new(config: Config) -> Self {
        let mut links = BTreeMap::new();
        for (linkset, row) in config.linksets.iter().enumerate() {
            for &(id, slc) in &row.links {
                links.insert(id, Link { linkset, slc, activity: LinkActivity::new(config.timers) });
            }
        }
        let available = vec![Vec::new(); config.linksets.len()];
        let restarts = vec![Restart::Down { allowed: false }; config.linksets.len()];
        Self { config, links, available, restarts, outputs: VecDeque::new(), counters: Counters::default() }
    }

    /// Management asks for something.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        match command {
            Command::ActivateLink(link) => self.step(now, link, LinkEvent::Activate),
            Command::DeactivateLink(link) => self.step(now, link, LinkEvent::Deactivate),
            Command::StopAll => {
                let links: Vec<_> = self.links.keys().copied().collect();
                for link in links {
                    self.step(now, link, LinkEvent::Deactivate);
                }
            }
        }
    }

    /// Level 2 of a link tells something.
    pub fn handle_link(&mut self, now: Instant, link: LinkId, output: mtp2::Output) {
        match output {
            mtp2::Output::InService => self.step(now, link, LinkEvent::InService),
            mtp2::Output::OutOfService(reason) => {
                self.step(now, link, LinkEvent::OutOfService(reason));
                self.out_of_service(link);
            }
            mtp2::Output::RemoteProcessorOutage => self.step(now, link, LinkEvent::RemoteProcessorOutage),
            mtp2::Output::RemoteProcessorRecovered => self.step(now, link, LinkEvent::RemoteProcessorRecovered),
            mtp2::Output::CongestionOnset => self.event(Event::Congestion(link, true)),
            mtp2::Output::CongestionAbated => self.event(Event::Congestion(link, false)),
            mtp2::Output::Received(message) => self.receive(now, link, &message),
            // Nobody has asked for it.
            mtp2::Output::Retrieved(_) => self.counters.unexpected += 1,
        }
    }

    /// A user part sends a message.
    pub fn handle_transfer(&mut self, _now: Instant, transfer: Transfer) {
        if transfer.payload.len() > INFORMATION_OCTETS_MAX - LABEL_OCTETS {
            self.counters.oversized += 1;
            return;
        }
        let linkset = routing::linkset_to(&self.config, transfer.dpc);
        let available = linkset.and_then(|linkset| self.available.get(linkset));
        let Some(link) = available.and_then(|links| routing::share(links, transfer.sls)) else {
            self.counters.unreachable += 1;
            return;
        };
        self.counters.sent += 1;
        let signal = Signal {
            service: transfer.service,
            network: self.config.network,
            spare: 0,
            dpc: transfer.dpc,
            opc: transfer.opc,
            sls: transfer.sls,
            payload: &transfer.payload,
        };
        self.outputs.push_back(Output::Link(link, mtp2::Command::Transmit(signal.encode())));
    }

    /// Expires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let due = |link: &Link| link.activity.poll_timeout().is_some_and(|deadline| deadline <= now);
        let due: Vec<_> = self.links.iter().filter(|(_, link)| due(link)).map(|(id, _)| *id).collect();
        for link in due {
            self.step(now, link, LinkEvent::Timeout);
        }
        for linkset in 0..self.restarts.len() {
            if self.restarts[linkset].expire(now) {
                self.event(Event::TrafficRestartOverdue(self.config.linksets[linkset].adjacent));
                self.tell_users(linkset, Output::Resume);
            }
        }
    }

    /// The next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let links = self.links.values().filter_map(|link| link.activity.poll_timeout());
        links.chain(self.restarts.iter().filter_map(Restart::poll_timeout)).min()
    }

    /// The next thing asked or told.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// State of a link; `Inactive` for one that does not exist.
    pub fn link_state(&self, link: LinkId) -> LinkState {
        self.links.get(&link).map_or(LinkState::Inactive, |link| link.activity.state())
    }

    /// Whether user parts may send messages for the destination now.
    pub fn is_reachable(&self, destination: PointCode) -> bool {
        let linkset = routing::linkset_to(&self.config, destination);
        linkset.and_then(|linkset| self.restarts.get(linkset)).is_some_and(|restart| *restart == Restart::Complete)
    }

    /// What has been counted since the router was made.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    fn receive(&mut self, now: Instant, link: LinkId, message: &[u8]) {
        let Some(adjacent) = self.adjacent(link) else {
            self.counters.unexpected += 1;
            return;
        };
        let Ok(signal) = Signal::decode(message) else { return self.discard(link, Discard::Malformed) };
        match distribute(&signal, self.config.own, self.config.network) {
            Ok(Distribution::Management) => self.manage(link, &signal),
            Ok(Distribution::Test) => self.test(now, link, adjacent, &signal),
            Ok(Distribution::User) => {
                self.counters.delivered += 1;
                self.outputs.push_back(Output::Deliver(Transfer {
                    service: signal.service,
                    opc: signal.opc,
                    dpc: signal.dpc,
                    sls: signal.sls,
                    payload: signal.payload.to_vec(),
                }));
            }
            Err(discard) => self.discard(link, discard),
        }
    }

    fn manage(&mut self, link: LinkId, signal: &Signal<'_>) {
        match signal.payload.first().copied().map(Heading) {
            Some(Heading::TRAFFIC_RESTART_ALLOWED) => self.restart_allowed(link, signal.opc),
            Some(Heading(heading)) => {
                self.counters.management_ignored += 1;
                self.event(Event::ManagementIgnored(link, heading));
            }
            None => self.discard(link, Discard::Malformed),
        }
    }

    fn restart_allowed(&mut self, link: LinkId, origin: PointCode) {
        self.event(Event::TrafficRestartAllowed(origin));
        let Some(linkset) = self.links.get(&link).map(|link| link.linkset) else { return };
        // Points further away have no restart that concerns us.
        if self.adjacent(link) == Some(origin) && self.restarts[linkset].allowed() {
            self.tell_users(linkset, Output::Resume);
        }
    }

    fn test(&mut self, now: Instant, link: LinkId, adjacent: PointCode, signal: &Signal<'_>) {
        let Some(slc) = self.links.get(&link).map(|link| link.slc) else { return };
        let message = TestMessage::decode(signal.payload);
        if signal.opc != adjacent || signal.sls != Sls(slc) {
            return self.discard(link, Discard::Test);
        }
        match message {
            Ok(TestMessage::Test(pattern)) => {
                let answer = TestMessage::Acknowledgement(pattern).encode();
                self.send(link, signal.service, &answer);
            }
            Ok(TestMessage::Acknowledgement(pattern)) if pattern == TEST_PATTERN => {
                self.step(now, link, LinkEvent::TestAnswered);
            }
            Ok(TestMessage::Acknowledgement(_)) | Err(_) => self.discard(link, Discard::Test),
        }
    }

    /// Sends a message about a link over that link.
    fn send(&mut self, id: LinkId, service: ServiceIndicator, payload: &[u8]) {
        let (Some(link), Some(adjacent)) = (self.links.get(&id), self.adjacent(id)) else { return };
        let signal = Signal {
            service,
            network: self.config.network,
            spare: 0,
            dpc: adjacent,
            opc: self.config.own,
            sls: Sls(link.slc),
            payload,
        };
        self.outputs.push_back(Output::Link(id, mtp2::Command::Transmit(signal.encode())));
    }

    fn step(&mut self, now: Instant, id: LinkId, event: LinkEvent) {
        let Some(link) = self.links.get_mut(&id) else {
            self.counters.unexpected += 1;
            return;
        };
        let mut actions = Vec::new();
        link.activity.handle(now, event, &mut actions);
        let linkset = link.linkset;
        for action in actions {
            self.act(now, id, linkset, action);
        }
    }

    fn act(&mut self, now: Instant, link: LinkId, linkset: usize, action: Action) {
        match action {
            Action::Start => {
                let emergency = self.available[linkset].is_empty();
                self.outputs.push_back(Output::Link(link, mtp2::Command::Start { emergency }));
            }
            Action::Stop => self.outputs.push_back(Output::Link(link, mtp2::Command::Stop)),
            Action::SendTest => {
                let test = TestMessage::Test(TEST_PATTERN).encode();
                self.send(link, ServiceIndicator::TEST, &test);
            }
            Action::Available => self.available(now, link, linkset),
            Action::Unavailable(reason) => self.unavailable(link, linkset, reason),
            Action::TestFailed => self.event(Event::TestFailed(link)),
            Action::Unexpected => self.counters.unexpected += 1,
        }
    }

    fn available(&mut self, now: Instant, link: LinkId, linkset: usize) {
        self.event(Event::LinkAvailable(link));
        let is_available = |id: &LinkId| self.link_state(*id) == LinkState::Available;
        let links = self.config.linksets[linkset].links.iter().map(|(id, _)| *id).filter(is_available).collect();
        let before = std::mem::replace(&mut self.available[linkset], links);
        if before.is_empty() {
            // We know no other destinations to wait for, so our own part is over at once.
            self.send(link, ServiceIndicator::NETWORK_MANAGEMENT, &[Heading::TRAFFIC_RESTART_ALLOWED.0]);
            if self.restarts[linkset].link_available(now, self.config.timers.t21) {
                self.tell_users(linkset, Output::Resume);
            }
        }
    }

    fn unavailable(&mut self, link: LinkId, linkset: usize, reason: mtp2::Reason) {
        self.event(Event::LinkUnavailable(link, reason));
        self.available[linkset].retain(|id| *id != link);
        if self.available[linkset].is_empty() {
            self.links_gone(linkset);
        }
    }

    /// Level 2 of a link is out of service: with the last one goes what the far end has allowed.
    fn out_of_service(&mut self, link: LinkId) {
        let Some(linkset) = self.links.get(&link).map(|link| link.linkset) else { return };
        if !self.is_aligned(linkset) {
            self.links_gone(linkset);
        }
    }

    fn links_gone(&mut self, linkset: usize) {
        let aligned = self.is_aligned(linkset);
        if self.restarts[linkset].links_gone(aligned) {
            self.tell_users(linkset, Output::Pause);
        }
    }

    /// Whether level 2 of any link of the linkset is in service.
    fn is_aligned(&self, linkset: usize) -> bool {
        use LinkState as S;
        let is_aligned = |link: &Link| {
            matches!(link.activity.state(), S::Testing | S::Available | S::RemoteProcessorOutage)
                && link.linkset == linkset
        };
        self.links.values().any(is_aligned)
    }

    fn tell_users(&mut self, linkset: usize, output: fn(PointCode) -> Output) {
        let routes = self.config.routes.iter().filter(|route| route.linkset == linkset);
        self.outputs.extend(routes.map(|route| output(route.destination)));
    }

    fn adjacent(&self, link: LinkId) -> Option<PointCode> {
        let linkset = self.links.get(&link)?.linkset;
        Some(self.config.linksets[linkset].adjacent)
    }

    fn discard(&mut self, link: LinkId, discard: Discard) {
        let counter = match discard {
            Discard::Malformed => &mut self.counters.malformed,
            Discard::Network(_) => &mut self.counters.wrong_network,
            Discard::Destination(_) => &mut self.counters.wrong_destination,
            Discard::Service(_) => &mut self.counters.wrong_service,
            Discard::Test => &mut self.counters.test_unreasonable,
        };
        *counter += 1;
        self.event(Event::Discarded(link, discard));
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}

/// The pattern that our link tests carry: the far end returns it.
const TEST_PATTERN: &[u8] = b"spangate";
