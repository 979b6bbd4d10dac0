//! The SS7 side of the pump: units to links, links to the router, the router to the exchange, and back.

use std::time::Instant;

use isup::exchange::{Alarm, BlockedCircuit, MtpIndication};
use isup::mtp2::LineError;
use isup::mtp3::{self, Event, LinkId, ServiceIndicator};
use isup::{exchange, mtp2};
use tracing::{info, warn};

use super::Control;
use super::desk::Heard;
use super::repeats::Irregularity;
use crate::circuit::SeatId;
use crate::ops::cdr;

impl Control {
    pub(super) fn unit(&mut self, now: Instant, link: LinkId, octets: &[u8]) {
        if let Some(link) = self.links.get_mut(usize::from(link.0)) {
            link.handle_unit(now, octets);
        }
    }

    pub(super) fn line_error(&mut self, now: Instant, link: LinkId, error: LineError) {
        if let Some(link) = self.links.get_mut(usize::from(link.0)) {
            link.handle_error(now, error);
        }
    }

    pub(super) fn activate_links(&mut self) {
        for link in 0..self.links.len() {
            self.router.handle_command(self.start.now, mtp3::Command::ActivateLink(LinkId(link as u16)));
        }
        self.pump(self.start.now);
    }

    pub(super) fn pump_links(&mut self, now: Instant) -> bool {
        let mut moved = false;
        for (index, link) in self.links.iter_mut().enumerate() {
            while let Some(output) = link.poll_output() {
                moved = true;
                self.tallies[index].level_2(&output);
                self.router.handle_link(now, LinkId(index as u16), output);
            }
        }
        moved
    }

    pub(super) fn pump_router(&mut self, now: Instant) -> bool {
        let mut moved = false;
        while let Some(output) = self.router.poll_output() {
            moved = true;
            match output {
                mtp3::Output::Link(link, command) => self.command_link(now, link, command),
                mtp3::Output::Deliver(transfer) => self.exchange.handle_transfer(now, transfer),
                mtp3::Output::Pause(destination) => {
                    warn!(%destination, "destination out of reach: running calls go on, new ones are refused");
                    self.exchange.handle_mtp(now, MtpIndication::Pause(destination));
                }
                mtp3::Output::Resume(destination) => {
                    info!(%destination, "destination in reach");
                    self.exchange.handle_mtp(now, MtpIndication::Resume(destination));
                }
                mtp3::Output::Congested { destination, level } => {
                    self.exchange.handle_mtp(now, MtpIndication::Status { destination, level });
                }
                mtp3::Output::UserPartUnavailable { destination, service, cause } => {
                    warn!(%destination, %service, %cause, "user part unavailable");
                    if service == ServiceIndicator::ISUP {
                        self.exchange.handle_mtp(now, MtpIndication::UserPartUnavailable { destination, cause });
                    }
                }
                mtp3::Output::Event(event) => {
                    self.desk.link_heard(event);
                    if let Some(tally) = link_of(&event).and_then(|link| self.tallies.get_mut(usize::from(link.0))) {
                        tally.level_3(&event);
                    }
                    self.log_link(now, event);
                }
            }
        }
        moved
    }

    fn command_link(&mut self, now: Instant, link: LinkId, command: mtp2::Command) {
        if let Some(link) = self.links.get_mut(usize::from(link.0)) {
            link.handle_command(now, command);
        }
    }

    /// Tells of what a far end may do as often as it likes.
    fn tell_of(&mut self, now: Instant, what: Irregularity) {
        if self.repeats.heard(now, what) {
            self.log_irregularity(1, what);
        }
    }

    /// So many have come since the last line; this is the last of them.
    pub(super) fn log_irregularity(&self, count: u64, what: Irregularity) {
        match what {
            Irregularity::Discarded(link, why) => {
                warn!(link = self.link_name(link), count, ?why, "signalling message discarded");
            }
            Irregularity::Ignored(link, heading) => {
                warn!(link = self.link_name(link), count, ?heading, "network management message ignored");
            }
            Irregularity::UnknownCircuit(spec) => {
                warn!(count, ?spec, "a message for a circuit that is not configured here");
            }
        }
    }

    fn log_link(&mut self, now: Instant, event: Event) {
        match event {
            Event::LinkAvailable(link) => info!(link = self.link_name(link), "signalling link in service"),
            Event::LinkUnavailable(link, reason) => {
                warn!(link = self.link_name(link), ?reason, "signalling link out of service");
            }
            Event::TestFailed(link) => {
                warn!(link = self.link_name(link), "two link tests unanswered or wrong: check point codes and SLC");
            }
            Event::ChangeoverUnanswered(link) => {
                warn!(link = self.link_name(link), "changeover not acknowledged: messages may be lost");
            }
            Event::Inhibited(link, ours) => warn!(link = self.link_name(link), ours, "signalling link inhibited"),
            Event::InhibitDenied(link, theirs) => {
                warn!(link = self.link_name(link), theirs, "signalling link needed: not inhibited");
            }
            Event::InhibitUnanswered(link, request) => {
                warn!(link = self.link_name(link), ?request, "the far end does not answer");
            }
            Event::Discarded(link, why) => self.tell_of(now, Irregularity::Discarded(link, why)),
            Event::ManagementIgnored(link, heading) => self.tell_of(now, Irregularity::Ignored(link, heading)),
            other => info!(?other, "signalling network"),
        }
    }

    pub(super) fn link_name(&self, link: LinkId) -> &str {
        self.model.links().get(usize::from(link.0)).map_or("?", |link| &link.name)
    }

    pub(super) fn pump_exchange(&mut self, now: Instant) -> bool {
        let mut moved = false;
        while let Some(output) = self.exchange.poll_output() {
            moved = true;
            match output {
                exchange::Output::Transfer(transfer) => self.router.handle_transfer(now, transfer),
                exchange::Output::Circuit(circuit, indication) => self.circuit_event(now, circuit, indication),
                exchange::Output::Alarm(alarm) => {
                    if let Alarm::Unequipped(circuit) = alarm {
                        self.desk.heard(SeatId::Circuit(circuit), &Heard::Unequipped);
                    }
                    match alarm {
                        Alarm::UnknownCircuit(spec) => self.tell_of(now, Irregularity::UnknownCircuit(spec)),
                        alarm => log_circuit(alarm),
                    }
                }
                exchange::Output::Journal(change) => {
                    let BlockedCircuit { circuit, spec, blocked } = change;
                    if self.watch.blocks(SeatId::Circuit(circuit)) {
                        continue;
                    }
                    let circuit = cdr::Blockable::Circuit { destination: spec.destination.0, cic: spec.cic.0 };
                    self.journal_blocking(circuit, blocked);
                }
            }
        }
        moved
    }
}

/// The link that level 3 speaks of.
fn link_of(event: &Event) -> Option<LinkId> {
    match event {
        Event::LinkAvailable(link)
        | Event::LinkUnavailable(link, _)
        | Event::TestFailed(link)
        | Event::ManagementIgnored(link, _)
        | Event::ChangeoverOrdered(link)
        | Event::ChangeoverUnanswered(link)
        | Event::Diverted { link, .. }
        | Event::ChangebackUnanswered(link)
        | Event::Inhibited(link, _)
        | Event::Uninhibited(link, _)
        | Event::InhibitDenied(link, _)
        | Event::InhibitUnanswered(link, _)
        | Event::Discarded(link, _)
        | Event::Congestion(link, _) => Some(*link),
        Event::Route { .. } | Event::TrafficRestartAllowed(_) | Event::TrafficRestartOverdue(_) => None,
    }
}

fn log_circuit(alarm: Alarm) {
    match alarm {
        Alarm::NoAnswer { circuit, timer } => {
            warn!(circuit = circuit.0, ?timer, "the far end does not answer a maintenance message");
        }
        Alarm::UserPart { destination, available: false } => {
            warn!(%destination, "the ISDN user part there does not answer");
        }
        Alarm::UserPart { destination, available: true } => {
            info!(%destination, "the ISDN user part there answers again")
        }
        Alarm::Unequipped(circuit) => warn!(
            circuit = circuit.0,
            "the far end has no such circuit: out of use until it speaks of it or a reset finds it"
        ),
        // Told by `tell_of`: it may come as often as the far end likes.
        Alarm::UnknownCircuit(_) => {}
        Alarm::Unencodable(circuit) => warn!(circuit = circuit.0, "bug: a message of ours could not be encoded"),
    }
}
