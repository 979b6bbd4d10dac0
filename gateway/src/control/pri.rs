//! The PRI side of the pump: frames to data links, data links to interfaces, interfaces to calls, and back.
//!
//! Promises: what an interface calls a call is known here alone; calls know channels. A SETUP for a channel that a call of
//! ours has seized and not yet used takes it from that call, as on ISUP circuits.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use config::model::{Signalling, TrunkIndex};
use isup::cause::Cause;
use isup::lapd;
use isup::q931::codec::{Message, SendingComplete};
use isup::q931::interface::{
    self, ChannelChoice, ChannelId, ChannelIndication, DChannelId, DataLink, Indication, Interface, Maintenance,
    Output, Request,
};
use isup::q931::service::name::{Name, NameOf};
use isup::q931::service::naming;
use isup::q931::switch::{Profile, SwitchType};
use tracing::{info, warn};

use super::desk::Heard;
use super::input::DChannel;
use super::{Control, plan};
use crate::call::{CalledNumber, ChannelEvent, ChannelRequest, Event};
use crate::circuit::{ChannelSeat, SeatId};
use crate::interwork::hub::{Diversion, Release};
use crate::interwork::q931::service::CallNumber;
use crate::interwork::q931::{backward, diversion, name, setup, user_user};
use crate::ops::status;

/// A primary rate interface with its data links.
#[derive(Debug)]
pub(super) struct Pri {
    pub trunk: TrunkIndex,
    side: interface::Side,
    pub interface: Interface,
    /// By [`DChannelId`].
    pub links: Vec<lapd::Link>,
    /// Frames that wait for their line, likewise.
    frames: Vec<VecDeque<Vec<u8>>>,
    /// The call on each channel, by the interface's name.
    calls: BTreeMap<ChannelId, interface::CallId>,
    /// Connections of the far end without a channel, likewise.
    connections: BTreeSet<interface::CallId>,
    /// Frames given up because a line took none.
    pub frames_lost: u64,
    /// Times that it was told of somebody's messages.
    pub mailboxes_told: u64,
}

/// Frames that wait for one line: more than a window of I frames and what answers theirs. What finds no room is lost, as on a
/// bad line, and LAPD repairs it.
const FRAMES_MAX: usize = 64;

impl Pri {
    pub fn new(plan: plan::Interface) -> Pri {
        let links: Vec<_> = plan.links.iter().map(|config| lapd::Link::new(*config)).collect();
        Pri {
            trunk: plan.trunk,
            side: plan.config.side,
            interface: Interface::new(plan.config),
            frames: links.iter().map(|_| VecDeque::new()).collect(),
            links,
            calls: BTreeMap::new(),
            connections: BTreeSet::new(),
            frames_lost: 0,
            mailboxes_told: 0,
        }
    }

    pub fn poll_timeout(&self) -> Option<Instant> {
        let links = self.links.iter().filter_map(lapd::Link::poll_timeout);
        links.chain(self.interface.poll_timeout()).min()
    }

    pub fn handle_timeout(&mut self, now: Instant) {
        let due = |deadline: Option<Instant>| deadline.is_some_and(|deadline| deadline <= now);
        for link in self.links.iter_mut().filter(|link| due(link.poll_timeout())) {
            link.handle_timeout(now);
        }
        if due(self.interface.poll_timeout()) {
            self.interface.handle_timeout(now);
        }
    }

    pub fn frame(&mut self, now: Instant, at: DChannelId, octets: &[u8]) {
        if let Some(link) = self.links.get_mut(usize::from(at.0)) {
            link.handle_frame(now, octets);
        }
    }

    /// The next frame for a line; `false`: there is none.
    pub fn poll_frame(&mut self, at: DChannelId, frame: &mut Vec<u8>) -> bool {
        let next = self.frames.get_mut(usize::from(at.0)).and_then(VecDeque::pop_front);
        let there = next.is_some();
        *frame = next.unwrap_or_default();
        there
    }

    /// Data links tell the interface what came, and their lines what goes.
    fn pump_links(&mut self, now: Instant) -> bool {
        let mut moved = false;
        for (index, link) in (0..).zip(&mut self.links) {
            while let Some(output) = link.poll_output() {
                moved = true;
                let event = match output {
                    lapd::Output::Frame(frame) => {
                        let frames = &mut self.frames[usize::from(index)];
                        match frames.len() < FRAMES_MAX {
                            true => frames.push_back(frame),
                            false => self.frames_lost += 1,
                        }
                        continue;
                    }
                    lapd::Output::Established(_) => DataLink::Established,
                    lapd::Output::Released(_) => DataLink::Released,
                    lapd::Output::Data(octets) => DataLink::Data(octets),
                    lapd::Output::UnitData(_) => continue,
                    lapd::Output::Error(error) => {
                        warn!(d_channel = index, %error, "data link");
                        match error {
                            lapd::ErrorCode::F => DataLink::SetUpAnew,
                            lapd::ErrorCode::I => DataLink::Silent,
                            _ => continue,
                        }
                    }
                };
                self.interface.handle_data_link(now, DChannelId(index), event);
            }
        }
        moved
    }
}

impl Control {
    pub(super) fn frame(&mut self, now: Instant, at: DChannel, octets: &[u8]) {
        if let Some(pri) = self.pri.get_mut(at.interface) {
            pri.frame(now, at.channel, octets);
        }
    }

    pub(super) fn pump_pri(&mut self, now: Instant) -> bool {
        let mut moved = false;
        for index in 0..self.pri.len() {
            moved |= self.pri[index].pump_links(now);
            while let Some(output) = self.pri[index].interface.poll_output() {
                moved = true;
                self.interface_output(now, index, output);
            }
        }
        moved
    }

    fn interface_output(&mut self, now: Instant, index: usize, output: Output) {
        let name = self.model.trunk(self.pri[index].trunk).name.clone();
        match output {
            Output::DataLink(at, command) => {
                if let Some(link) = self.pri[index].links.get_mut(usize::from(at.0)) {
                    link.handle_command(now, command);
                }
            }
            Output::Call(call, Indication::Setup(channel, message)) => {
                self.pri[index].calls.insert(channel, call);
                self.setup_received(now, ChannelSeat { interface: index, channel }, &message);
            }
            Output::Call(call, indication) if self.is_apart(index, call, &indication) => {
                self.connection_event(now, index, call, indication);
            }
            Output::Connectionless(message) => self.connectionless(now, index, &message),
            Output::Call(call, indication) => self.channel_event(now, index, call, indication),
            Output::Channel(channel, indication) => {
                info!(trunk = name, channel = channel.0, ?indication, "channel");
                self.channel_heard(ChannelSeat { interface: index, channel }, indication);
            }
            Output::Alarm(alarm) => warn!(trunk = name, ?alarm, "interface"),
        }
    }

    /// Whether it concerns a connection without a channel.
    fn is_apart(&mut self, index: usize, call: interface::CallId, indication: &Indication) -> bool {
        let connections = &mut self.pri[index].connections;
        match indication {
            Indication::Connection(_) => connections.insert(call),
            Indication::Released => connections.remove(&call),
            _ => connections.contains(&call),
        }
    }

    fn channel_event(&mut self, now: Instant, index: usize, call: interface::CallId, indication: Indication) {
        let pri = &mut self.pri[index];
        let found = pri.calls.iter().find(|(_, on)| **on == call).map(|(channel, _)| *channel);
        let Some(channel) = found else { return self.counters.orphans += 1 };
        if matches!(indication, Indication::Released) {
            pri.calls.remove(&channel);
        }
        let seat = ChannelSeat { interface: index, channel };
        if let Some(message) = indication.message() {
            self.heed(now, seat, message);
        }
        let answers = matches!(indication, Indication::Connect(_));
        self.tell_channel(now, seat, ChannelEvent::Call(indication));
        if answers {
            self.relieve(now, seat);
        }
    }

    pub(super) fn tell_channel(&mut self, now: Instant, seat: ChannelSeat, event: ChannelEvent) {
        match self.trunks.owner(SeatId::Channel(seat)) {
            Some(call) => self.deliver(now, call, Event::Channel(seat, event)),
            // The last word on a call that was refused as it came.
            None => self.counters.orphans += u64::from(!matches!(event, ChannelEvent::Call(Indication::Released))),
        }
    }

    /// A SETUP: it begins a call on its channel.
    fn setup_received(&mut self, now: Instant, seat: ChannelSeat, message: &Message) {
        let id = SeatId::Channel(seat);
        if let Some(call) = self.trunks.owner(id) {
            self.deliver(now, call, Event::Channel(seat, ChannelEvent::Refused));
        }
        let mut wanted = setup::setup(message);
        if let (Ok(wanted), Some(profile)) = (&mut wanted, self.switch_profile(seat.interface)) {
            name::read(message, profile, wanted);
            let told = profile.services.and_then(|dialect| diversion::told(dialect, message));
            wanted.diversion = told.or(wanted.diversion.take());
            let services = profile.services.map(|dialect| user_user::requests(dialect, message));
            wanted.carried.services = services.unwrap_or_default();
        }
        if !self.seized_by_far_end(now, id, wanted) {
            let release = backward::clearing(&Release::here(Cause::REQUESTED_CIRCUIT_NOT_AVAILABLE));
            return self.ask_channel(now, seat, ChannelRequest::Call(Request::Release(release)));
        }
        self.heed(now, seat, message);
    }

    /// A call asks something of its channel.
    pub(super) fn ask_channel(&mut self, now: Instant, seat: ChannelSeat, request: ChannelRequest) {
        let Some(pri) = self.pri.get_mut(seat.interface) else { return };
        match request {
            ChannelRequest::Call(request) => {
                if let Some(call) = pri.calls.get(&seat.channel) {
                    pri.interface.handle_request(now, *call, request);
                }
            }
            ChannelRequest::Clear(message, charge) => self.clear_with(now, seat, message, &charge),
            ChannelRequest::Transferred(transferred) => self.tell_transferred(now, seat, &transferred),
            ChannelRequest::Tell(service) => self.tell_service(now, seat, &service),
            ChannelRequest::Connect(mut message, name) => {
                self.name(seat.interface, NameOf::Connected, name.as_ref(), &mut message);
                self.ask_channel(now, seat, ChannelRequest::Call(Request::Connect(message)));
            }
            ChannelRequest::SetUp { mut message, name, number, diversion } => {
                self.complete(seat.interface, &mut message, number, diversion.as_ref());
                self.name(seat.interface, NameOf::Calling, name.as_ref(), &mut message);
                let pri = &mut self.pri[seat.interface];
                match pri.interface.handle_setup(now, ChannelChoice::Exclusive(seat.channel), message) {
                    Ok(call) => _ = pri.calls.insert(seat.channel, call),
                    Err(refusal) => {
                        info!(channel = seat.channel.0, ?refusal, "a channel did not take a call");
                        self.tell_channel(now, seat, ChannelEvent::Refused);
                    }
                }
            }
        }
    }

    pub(super) fn maintain_channel(&mut self, now: Instant, seat: ChannelSeat, maintenance: Maintenance) {
        self.journal_channel(seat, maintenance);
        if let Some(pri) = self.pri.get_mut(seat.interface) {
            pri.interface.handle_maintenance(now, maintenance);
        }
    }

    /// What the operator decides of a channel outlives the process, where it is a change.
    fn journal_channel(&mut self, at: ChannelSeat, maintenance: Maintenance) {
        let blocked = match maintenance {
            Maintenance::Block(_) => true,
            Maintenance::Unblock(_) => false,
            Maintenance::Restart(_) | Maintenance::RestartInterface(_) | Maintenance::RestartAll => return,
        };
        if let Some(seat) = self.trunks.seat(SeatId::Channel(at))
            && self.channel_view(at).blocked_local != blocked
        {
            self.journal_blocking(self.blockable(&seat), blocked);
        }
    }

    /// What an operator may wait for.
    fn channel_heard(&mut self, seat: ChannelSeat, indication: ChannelIndication) {
        let heard = match indication {
            ChannelIndication::BlockConfirmed => Heard::Blocked,
            ChannelIndication::UnblockConfirmed => Heard::Unblocked,
            ChannelIndication::RestartConfirmed => Heard::Reset,
            ChannelIndication::Blocked | ChannelIndication::Unblocked | ChannelIndication::Restarted => return,
        };
        self.desk.heard(SeatId::Channel(seat), &heard);
    }

    /// Whether a data link of a trunk's interface is up.
    pub(super) fn interface_is_up(&self, trunk: TrunkIndex) -> bool {
        let pri = self.pri.iter().find(|pri| pri.trunk == trunk);
        pri.is_some_and(|pri| pri.interface.d_channels().0.any(|(_, up)| up))
    }

    /// How many call references all interfaces hold.
    pub fn call_references(&self) -> usize {
        self.pri.iter().map(|pri| pri.interface.calls().count()).sum()
    }

    /// Whether every D-channel carries signalling.
    pub(super) fn d_channels_up(&self) -> bool {
        self.pri.iter().all(|pri| pri.interface.d_channels().0.all(|(_, up)| up))
    }

    /// A span is down: nothing more is awaited of the D-channels on it, so that another takes their calls at once.
    pub(super) fn deactivate_d_channels(&mut self, now: Instant, span: usize) {
        for pri in &mut self.pri {
            let Signalling::Pri(configured) = &self.model.trunk(pri.trunk).signalling else { continue };
            let links = configured.d_channels().zip(&mut pri.links);
            for (_, link) in links.filter(|((on, _), _)| on.get() == span) {
                link.handle_command(now, lapd::Command::Deactivated);
            }
        }
        self.pump(now);
    }

    pub(super) fn d_channels_status(&self) -> Vec<status::DChannel> {
        let every = self.pri.iter().flat_map(|pri| pri.links.iter().enumerate().map(move |(index, _)| (pri, index)));
        every.filter_map(|(pri, index)| self.d_channel_status(pri, index)).collect()
    }

    fn d_channel_status(&self, pri: &Pri, index: usize) -> Option<status::DChannel> {
        let trunk = self.model.trunk(pri.trunk);
        let Signalling::Pri(configured) = &trunk.signalling else { return None };
        let (span, timeslot) = configured.d_channels().nth(index)?;
        let (mut links, active) = pri.interface.d_channels();
        let up = links.nth(index).is_some_and(|(_, up)| up);
        let counters = pri.links.get(index)?.counters();
        Some(status::DChannel {
            trunk: trunk.name.clone(),
            span: self.model.span(span).name.clone(),
            timeslot,
            role: if index == 0 { "primary" } else { "backup" }.into(),
            state: match (up, usize::from(active.0) == index) {
                (false, _) => "out of service",
                (true, true) => status::Link::IN_SERVICE,
                (true, false) => "standby",
            }
            .into(),
            frames_sent: counters.information_sent,
            frames_retransmitted: counters.information_retransmitted,
            frames_received: counters.information_received,
            frames_lost: pri.frames_lost,
            frames_invalid: counters.frames_invalid + counters.frames_elsewhere + counters.frames_misdirected,
            rejects: counters.rejects_sent + counters.rejects_received,
            establishments: counters.established,
            errors: counters.errors.iter().map(|(code, count)| (code.letter(), count)).collect(),
        })
    }

    /// Adds to a SETUP what is the switch type's business: that the number is complete, and who diverted the call.
    fn complete(&self, interface: usize, setup: &mut Message, number: CalledNumber, diverted: Option<&Diversion>) {
        let Some(profile) = self.switch_profile(interface) else { return };
        if number == CalledNumber::Complete || number == CalledNumber::EnBloc && profile.sending_complete {
            setup.add(&SendingComplete);
        }
        if let Some((diverted, dialect)) = diverted.zip(profile.services) {
            diversion::tell(dialect, diverted, setup);
        }
    }

    /// Adds a name where the switch type has it.
    fn name(&self, interface: usize, of: NameOf, name: Option<&Name>, message: &mut Message) {
        if let Some((name, profile)) = name.zip(self.switch_profile(interface)) {
            naming::tell(profile, self.pri[interface].side, of, name, message);
        }
    }

    /// The number of a channel's call, if it has one.
    pub(super) fn call_number(&self, seat: ChannelSeat) -> Option<CallNumber> {
        let pri = self.pri.get(seat.interface)?;
        let view = pri.interface.call(*pri.calls.get(&seat.channel)?)?;
        let from_network = view.outgoing == (pri.side == interface::Side::Network);
        Some(CallNumber(view.reference | u16::from(from_network) << 15))
    }

    /// The channels of an interface that have calls.
    pub(super) fn busy_channels(&self, interface: usize) -> Vec<ChannelSeat> {
        let channels = self.pri.get(interface).into_iter().flat_map(|pri| pri.calls.keys());
        channels.map(|channel| ChannelSeat { interface, channel: *channel }).collect()
    }

    /// Which end of an interface we are.
    pub(super) fn side_of_interface(&self, interface: usize) -> interface::Side {
        self.pri[interface].side
    }

    pub(super) fn switch_profile(&self, interface: usize) -> Option<&'static Profile> {
        let trunk = self.model.trunk(self.pri[interface].trunk);
        plan::switch(&self.model, trunk).map(SwitchType::profile)
    }
}
