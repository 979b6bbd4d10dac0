//! A signalling point without a gateway: levels 2 and 3 of a configuration's links, and nothing above them.

use std::collections::VecDeque;
use std::time::Instant;

use config::Model;
use isup::exchange::MtpIndication;
use isup::mtp2::{self, LineError};
use isup::mtp3::{self, LinkId, Router, ServiceIndicator};
use isup::point_code::Transfer;

use crate::control::plan::Plan;

/// Its links and their router.
pub(super) struct Station {
    links: Vec<mtp2::Link>,
    router: Router,
    heard: VecDeque<Heard>,
}

/// What comes from the network.
pub(super) enum Heard {
    /// A message for the ISDN user part.
    Message(Transfer),
    /// MTP tells something.
    Mtp(MtpIndication),
}

impl Station {
    /// Every link is activated.
    pub fn new(now: Instant, model: &Model) -> Station {
        let plan = Plan::of(model);
        let links: Vec<_> = plan.links.iter().map(|config| mtp2::Link::new(*config)).collect();
        let mut station = Station { router: Router::new(plan.router), links, heard: VecDeque::new() };
        for link in 0..station.links.len() {
            station.router.handle_command(now, mtp3::Command::ActivateLink(LinkId(link as u16)));
        }
        station.pump(now);
        station
    }

    /// A signal unit came.
    pub fn unit(&mut self, now: Instant, link: LinkId, octets: &[u8]) {
        if let Some(link) = self.links.get_mut(usize::from(link.0)) {
            link.handle_unit(now, octets);
        }
        self.pump(now);
    }

    /// Something else came.
    pub fn error(&mut self, now: Instant, link: LinkId, error: LineError) {
        if let Some(link) = self.links.get_mut(usize::from(link.0)) {
            link.handle_error(now, error);
        }
        self.pump(now);
    }

    /// The next unit for a line that has room.
    pub fn poll_unit(&mut self, now: Instant, link: LinkId, unit: &mut Vec<u8>) -> bool {
        self.links.get_mut(usize::from(link.0)).is_some_and(|link| link.poll_transmit(now, unit))
    }

    /// Time goes by.
    pub fn pass(&mut self, now: Instant) {
        let due = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        for link in self.links.iter_mut().filter(|link| due(link.poll_timeout())) {
            link.handle_timeout(now);
        }
        if due(self.router.poll_timeout()) {
            self.router.handle_timeout(now);
        }
        self.pump(now);
    }

    /// Sends a message.
    pub fn send(&mut self, now: Instant, message: Transfer) {
        self.router.handle_transfer(now, message);
        self.pump(now);
    }

    /// What has come since.
    pub fn poll(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    fn pump(&mut self, now: Instant) {
        loop {
            let mut moved = false;
            for (index, link) in self.links.iter_mut().enumerate() {
                while let Some(output) = link.poll_output() {
                    moved = true;
                    self.router.handle_link(now, LinkId(index as u16), output);
                }
            }
            while let Some(output) = self.router.poll_output() {
                moved = true;
                self.take(now, output);
            }
            if !moved {
                return;
            }
        }
    }

    fn take(&mut self, now: Instant, output: mtp3::Output) {
        let heard = match output {
            mtp3::Output::Link(link, command) => {
                if let Some(link) = self.links.get_mut(usize::from(link.0)) {
                    link.handle_command(now, command);
                }
                return;
            }
            mtp3::Output::Deliver(transfer) if transfer.service == ServiceIndicator::ISUP => Heard::Message(transfer),
            mtp3::Output::Pause(destination) => Heard::Mtp(MtpIndication::Pause(destination)),
            mtp3::Output::Resume(destination) => Heard::Mtp(MtpIndication::Resume(destination)),
            mtp3::Output::Congested { destination, level } => Heard::Mtp(MtpIndication::Status { destination, level }),
            mtp3::Output::UserPartUnavailable { destination, service, cause } if service == ServiceIndicator::ISUP => {
                Heard::Mtp(MtpIndication::UserPartUnavailable { destination, cause })
            }
            mtp3::Output::Deliver(_) | mtp3::Output::UserPartUnavailable { .. } | mtp3::Output::Event(_) => return,
        };
        // Whoever performs takes all of them each millisecond, so that no more wait than the links bring in one.
        self.heard.push_back(heard);
    }
}
