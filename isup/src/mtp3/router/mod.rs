//! Level 3 of one signalling end point: its links, linksets and routes wired together.
//!
//! Promises: pure; a destination is resumed when a linkset that leads there has an available link and its restart is
//! over (see [`super::restart`]) and paused when the last one goes; the only link of a linkset that carries nothing
//! aligns by emergency proving; whatever is diverted keeps its order. Read on: [`traffic`] carries messages and diverts
//! them, [`management`] acts on management messages, [`routes`] keeps the destinations.
//! Leaves out: see the module.

mod management;
mod routes;
mod traffic;

use std::collections::{BTreeMap, VecDeque};
use std::time::Instant;

use super::changeback::Changeback;
use super::changeover::{self, Changeover};
use super::discrimination::{Distribution, distribute};
use super::held::{Held, Message};
use super::inhibiting::{self, Inhibiting};
use super::label::{INFORMATION_OCTETS_MAX, Signal};
use super::link_activity::{Action, Event as LinkEvent, LinkActivity};
use super::management::Heading;
use super::restart::Restart;
use super::route_set::RouteSet;
use super::sharing::Sharing;
use super::test_control::TestMessage;
use super::{Command, Config, Counters, Discard, Event, InhibitRequest, LinkId, LinkState, Output};
use crate::mtp2;
use crate::point_code::{PointCode, ServiceIndicator, Sls, Transfer, UnavailabilityCause};

pub use traffic::CONGESTION_EVERY;

/// Message transfer part level 3.
#[derive(Clone, Debug)]
pub struct Router {
    config: Config,
    links: BTreeMap<LinkId, Link>,
    /// As in the configuration.
    linksets: Vec<Linkset>,
    route_sets: BTreeMap<PointCode, RouteSet>,
    /// Code of the last changeback.
    changeback_code: u8,
    outputs: VecDeque<Output>,
    counters: Counters,
}

#[derive(Clone, Debug)]
struct Link {
    linkset: usize,
    slc: u8,
    activity: LinkActivity,
    inhibiting: Inhibiting,
    changeover: Changeover,
    /// The link over which the far end was last told of that.
    changeover_over: Option<LinkId>,
    /// New messages of its share while it is changed over.
    held: Held,
    /// Its share on the way back to it, by substitute.
    changebacks: Vec<Changeback>,
    /// While its transmission buffer is congested, how many messages it has taken.
    congested: Option<u32>,
}

#[derive(Clone, Debug)]
struct Linkset {
    adjacent: PointCode,
    /// In the order of the configuration.
    links: Vec<LinkId>,
    sharing: Sharing,
    restart: Restart,
}

impl Router {
    /// A router with every link inactive.
    pub fn new(config: Config) -> Self {
        let mut links = BTreeMap::new();
        for (linkset, row) in config.linksets.iter().enumerate() {
            links.extend(row.links.iter().map(|&(id, slc)| (id, Link::new(linkset, slc, &config))));
        }
        let linksets = config.linksets.iter().map(|row| {
            let links: Vec<_> = row.links.iter().map(|(id, _)| *id).collect();
            let sharing = Sharing::new(links.clone(), config.format.sls_values());
            Linkset { adjacent: row.adjacent, links, sharing, restart: Restart::Down { allowed: false } }
        });
        let set =
            |destination| RouteSet::new(config.routes.iter().filter(|row| row.destination == destination).copied());
        Self {
            links,
            linksets: linksets.collect(),
            route_sets: config.routes.iter().map(|row| (row.destination, set(row.destination))).collect(),
            changeback_code: 0,
            outputs: VecDeque::new(),
            counters: Counters::default(),
            config,
        }
    }

    /// Management asks for something.
    pub fn handle_command(&mut self, now: Instant, command: Command) {
        match command {
            Command::ActivateLink(link) => self.step(now, link, LinkEvent::Activate),
            Command::DeactivateLink(link) => self.step(now, link, LinkEvent::Deactivate),
            Command::InhibitLink(link) if !self.is_spare(link) => self.event(Event::InhibitDenied(link, false)),
            Command::InhibitLink(link) => self.ask(now, link, InhibitRequest::Inhibit),
            Command::UninhibitLink(link) => self.ask(now, link, InhibitRequest::Uninhibit),
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
                self.out_of_service(now, link);
            }
            mtp2::Output::RemoteProcessorOutage => self.step(now, link, LinkEvent::RemoteProcessorOutage),
            mtp2::Output::RemoteProcessorRecovered => self.step(now, link, LinkEvent::RemoteProcessorRecovered),
            mtp2::Output::CongestionOnset => self.congestion(link, true),
            mtp2::Output::CongestionAbated => self.congestion(link, false),
            mtp2::Output::Received(message) => self.receive(now, link, &message),
            mtp2::Output::Retrieved(retrieval) => {
                self.change_over(now, link, changeover::Event::Retrieved(retrieval));
            }
        }
    }

    /// A user part sends a message.
    pub fn handle_transfer(&mut self, _now: Instant, transfer: Transfer) {
        if transfer.payload.len() > INFORMATION_OCTETS_MAX - self.config.format.label_octets {
            self.counters.oversized += 1;
            return;
        }
        let signal = Signal {
            service: transfer.service,
            network: self.config.network,
            spare: 0,
            dpc: transfer.dpc,
            opc: transfer.opc,
            sls: transfer.sls,
            payload: &transfer.payload,
        };
        let octets = signal.encode(self.config.format);
        if self.route(Message { dpc: transfer.dpc, sls: transfer.sls, octets }) {
            self.counters.sent += 1;
        }
    }

    /// Expires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        let links: Vec<_> = self.links.iter().filter(|(_, link)| link.is_due(now)).map(|(id, _)| *id).collect();
        for link in links {
            self.change_over(now, link, changeover::Event::Timeout);
            self.expire_changebacks(now, link);
            self.inhibit(now, link, inhibiting::Event::Timeout);
            self.step(now, link, LinkEvent::Timeout);
        }
        self.expire_restarts(now);
        self.expire_routes(now);
    }

    /// The next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        let links = self.links.values().filter_map(Link::poll_timeout);
        let restarts = self.linksets.iter().filter_map(|linkset| linkset.restart.poll_timeout());
        let routes = self.route_sets.values().filter_map(RouteSet::poll_timeout);
        links.chain(restarts).chain(routes).min()
    }

    /// The next thing asked or told.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// State of a link; `Inactive` for one that does not exist.
    pub fn link_state(&self, link: LinkId) -> LinkState {
        self.links.get(&link).map_or(LinkState::Inactive, Link::state)
    }

    /// Whether we have inhibited a link.
    pub fn is_inhibited_here(&self, link: LinkId) -> bool {
        self.links.get(&link).is_some_and(|link| link.inhibiting.is_local())
    }

    /// Whether user parts may send messages for the destination now.
    pub fn is_reachable(&self, destination: PointCode) -> bool {
        self.route_sets.get(&destination).is_some_and(RouteSet::is_accessible)
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
        let Ok(signal) = Signal::decode(self.config.format, message) else {
            return self.discard(link, Discard::Malformed);
        };
        match distribute(&signal, &self.config) {
            Ok(Distribution::Management) => self.manage(now, link, &signal),
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
            Err(discard) => {
                self.discard(link, discard);
                if let Discard::Service(service) = discard {
                    self.refuse_user(signal.opc, signal.sls, service, UnavailabilityCause::UNEQUIPPED);
                }
            }
        }
    }

    fn test(&mut self, now: Instant, link: LinkId, adjacent: PointCode, signal: &Signal<'_>) {
        let Some(slc) = self.links.get(&link).map(|link| link.slc) else { return };
        let test = TestMessage::decode(self.config.format, signal.sls, signal.payload);
        match test {
            Ok((code, _)) if signal.opc != adjacent || code != slc => self.discard(link, Discard::Test),
            Ok((_, TestMessage::Test(pattern))) => {
                self.send_test(link, signal.service, TestMessage::Acknowledgement(pattern));
            }
            Ok((_, TestMessage::Acknowledgement(TEST_PATTERN))) => self.step(now, link, LinkEvent::TestAnswered),
            Ok((_, TestMessage::Acknowledgement(_))) | Err(_) => self.discard(link, Discard::Test),
        }
    }

    /// Sends a test of a link over that link.
    fn send_test(&mut self, id: LinkId, service: ServiceIndicator, test: TestMessage<'_>) {
        let Some(link) = self.links.get(&id) else { return };
        let (sls, payload) = test.encode(self.config.format, link.slc);
        let adjacent = self.linksets[link.linkset].adjacent;
        self.transmit(id, service, adjacent, sls, &payload);
    }

    /// Sends a message of level 3 over a certain link.
    fn transmit(&mut self, link: LinkId, service: ServiceIndicator, dpc: PointCode, sls: Sls, payload: &[u8]) {
        let (network, opc) = (self.config.network, self.config.own);
        let signal = Signal { service, network, spare: 0, dpc, opc, sls, payload };
        let octets = signal.encode(self.config.format);
        self.outputs.push_back(Output::Link(link, mtp2::Command::Transmit(octets)));
    }

    fn step(&mut self, now: Instant, id: LinkId, event: LinkEvent) {
        let Some(link) = self.links.get_mut(&id) else {
            self.counters.unexpected += 1;
            return;
        };
        let mut actions = Vec::new();
        link.activity.handle(now, event, &mut actions);
        for action in actions {
            self.act(now, id, action);
        }
    }

    fn act(&mut self, now: Instant, link: LinkId, action: Action) {
        match action {
            Action::Start => {
                let emergency = self.linkset_of(link).is_none_or(|linkset| self.available(linkset).is_empty());
                self.outputs.push_back(Output::Link(link, mtp2::Command::Start { emergency }));
            }
            Action::Stop => self.outputs.push_back(Output::Link(link, mtp2::Command::Stop)),
            Action::SendTest => self.send_test(link, ServiceIndicator::TEST, TestMessage::Test(TEST_PATTERN)),
            Action::Available => self.link_available(now, link),
            Action::Unavailable(reason) => self.link_unavailable(now, link, reason),
            Action::TestFailed => self.event(Event::TestFailed(link)),
            Action::Unexpected => self.counters.unexpected += 1,
        }
    }

    fn linkset_of(&self, link: LinkId) -> Option<usize> {
        Some(self.links.get(&link)?.linkset)
    }

    fn adjacent(&self, link: LinkId) -> Option<PointCode> {
        Some(self.linksets[self.linkset_of(link)?].adjacent)
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

    fn ignore(&mut self, link: LinkId, heading: Heading) {
        self.counters.management_ignored += 1;
        self.event(Event::ManagementIgnored(link, heading));
    }

    fn event(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }
}

impl Link {
    fn new(linkset: usize, slc: u8, config: &Config) -> Self {
        Self {
            linkset,
            slc,
            activity: LinkActivity::new(config.timers),
            inhibiting: Inhibiting::default(),
            changeover: Changeover::default(),
            changeover_over: None,
            held: Held::default(),
            changebacks: Vec::new(),
            congested: None,
        }
    }

    fn state(&self) -> LinkState {
        match self.activity.state() {
            LinkState::Available if self.inhibiting.is_inhibited() => LinkState::Inhibited,
            state => state,
        }
    }

    /// Whether level 2 is in service.
    fn is_aligned(&self) -> bool {
        use LinkState as S;
        matches!(self.activity.state(), S::Testing | S::Available | S::RemoteProcessorOutage)
    }

    fn is_due(&self, now: Instant) -> bool {
        self.poll_timeout().is_some_and(|deadline| deadline <= now)
    }

    fn poll_timeout(&self) -> Option<Instant> {
        let changebacks = self.changebacks.iter().map(Changeback::deadline);
        [self.activity.poll_timeout(), self.inhibiting.poll_timeout(), self.changeover.poll_timeout()]
            .into_iter()
            .flatten()
            .chain(changebacks)
            .min()
    }
}

/// The pattern that our link tests carry: the far end returns it.
const TEST_PATTERN: &[u8] = b"spangate";
