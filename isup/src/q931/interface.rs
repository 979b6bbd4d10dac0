//! All calls and channels of one primary rate interface, or of several under one D-channel (NFAS): the face of PRI
//! call control (Q.931 clause 5).
//!
//! A call of ours begins with [`Interface::handle_setup`], which gives its [`CallId`]; one of the far end with
//! [`Indication::Setup`]. Each ends with exactly one [`Indication::Released`]. Its owner speaks with
//! [`Interface::handle_request`], the operator with [`Interface::handle_maintenance`].
//!
//! Promises: one ordered index of deadlines, no scan over calls; at most [`CALLS_MAX`] calls; a message that cannot be
//! understood or belongs to no call changes nothing but a counter; a channel has at most one call and a call at most
//! one channel ([`Interface::invariant`]).
//! Leaves out: packet mode, beginning connections without a channel, broadcast SETUP, taking a D-channel out of service ourselves.

mod calls;
mod channels;
mod links;
mod negotiation;
mod restart;
mod service;
mod vocabulary;

pub use restart::RESTARTS_MAX;
pub use vocabulary::*;

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::time::Instant;

use super::call::Call;
use super::codec::{CallReference, Message, Reassembly};
use super::switch::Profile;
use super::timer::Timer;
use channels::Channel;
use restart::Restarts;

/// Calls that one interface keeps at most.
pub const CALLS_MAX: usize = 1024;
/// Connections without a channel among them that the far end may begin: one carries one service for a moment.
pub const CONNECTIONS_MAX: usize = 16;

/// All calls and channels of one primary rate interface.
#[derive(Clone, Debug)]
pub struct Interface {
    config: InterfaceConfig,
    profile: &'static Profile,
    calls: BTreeMap<CallId, Entry>,
    references: BTreeMap<Reference, CallId>,
    next_call: u32,
    next_reference: u16,
    channels: Vec<Channel>,
    names: BTreeMap<ChannelSpec, ChannelId>,
    links: Vec<Link>,
    /// The data link that calls are signalled over.
    active: DChannelId,
    /// No data link is up: calls wait until then.
    t309: Option<Instant>,
    restarts: Restarts,
    deadlines: BTreeSet<Deadline>,
    outputs: VecDeque<Output>,
    counters: Counters,
}

/// Who chose a call reference, and its value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Reference {
    ours: bool,
    value: u16,
}

/// A call with what the interface keeps of it.
#[derive(Clone, Debug)]
struct Entry {
    call: Call,
    reference: Reference,
    channel: Option<ChannelId>,
    negotiation: Negotiation,
    deadline: Option<(Instant, Timer)>,
}

/// How far the two ends agree about a call's channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Negotiation {
    /// Our SETUP asked for the channel and no other.
    Exclusive,
    /// Our SETUP left the choice to the far end.
    Open,
    /// The first answer to the far end's SETUP is to name the channel.
    Unanswered,
    /// Agreed.
    Settled,
}

/// A data link.
#[derive(Clone, Debug, Default)]
struct Link {
    up: bool,
    /// It has been up since the start.
    met: bool,
    /// It is up, and being set up anew because the far end answers nothing.
    silent: bool,
    /// A message of which segments are still to come, and until when they may (T314).
    reassembly: Option<(Instant, Reassembly)>,
}

/// One entry of the index: at equal instants the timers stand in order of precedence.
type Deadline = (Instant, Timer, Owner);

/// Whose timer it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Owner {
    Interface,
    Channel(ChannelId),
    Call(CallId),
}

impl Interface {
    /// An interface whose data links are asked to come up.
    pub fn new(config: InterfaceConfig) -> Self {
        let names = config.channels.iter().zip(0..).map(|(spec, index)| (*spec, ChannelId(index))).collect();
        let mut interface = Self {
            profile: config.switch.profile(),
            calls: BTreeMap::new(),
            references: BTreeMap::new(),
            next_call: 0,
            next_reference: 1,
            channels: vec![Channel::default(); config.channels.len()],
            names,
            links: vec![Link::default(); config.d_channels.len()],
            active: DChannelId(0),
            t309: None,
            restarts: Restarts::default(),
            deadlines: BTreeSet::new(),
            outputs: VecDeque::new(),
            counters: Counters::default(),
            config,
        };
        interface.establish_all();
        interface
    }

    /// Begins a call with this SETUP: the message needs all but call reference and channel.
    pub fn handle_setup(&mut self, now: Instant, choice: ChannelChoice, setup: Message) -> Result<CallId, Refusal> {
        self.begin(now, choice, setup)
    }

    /// The owner of a call asks for something. A call that is over takes no notice.
    pub fn handle_request(&mut self, now: Instant, call: CallId, request: Request) {
        if self.calls.contains_key(&call) {
            self.step(now, call, |call, step| call.request(step, request));
        } else {
            self.counters.requests_unexpected += 1;
        }
    }

    /// Sends a FACILITY that belongs to no call.
    pub fn handle_connectionless(&mut self, facility: Message) {
        if !self.send_to(CallReference::DUMMY, facility) {
            self.counters.requests_unexpected += 1;
        }
    }

    /// The operator asks for something.
    pub fn handle_maintenance(&mut self, now: Instant, maintenance: Maintenance) {
        match maintenance {
            Maintenance::Restart(channel) => self.restart(now, restart::Scope::Channel(channel)),
            Maintenance::RestartInterface(number) => self.restart(now, restart::Scope::Interface(number)),
            Maintenance::RestartAll => self.restart(now, restart::Scope::All),
            Maintenance::Block(channel) => self.block(now, channel, true),
            Maintenance::Unblock(channel) => self.block(now, channel, false),
        }
    }

    /// A data link tells something.
    pub fn handle_data_link(&mut self, now: Instant, d_channel: DChannelId, event: DataLink) {
        if usize::from(d_channel.0) >= self.links.len() {
            return;
        }
        match event {
            DataLink::Established => self.link_established(now, d_channel),
            DataLink::SetUpAnew => self.link_set_up_anew(now, d_channel),
            DataLink::Silent => self.links[usize::from(d_channel.0)].silent = true,
            DataLink::Released => self.link_released(now, d_channel),
            DataLink::Data(octets) => self.data_received(now, d_channel, &octets),
        }
    }

    /// Expires what is due.
    pub fn handle_timeout(&mut self, now: Instant) {
        while let Some((_, timer, owner)) = self.deadlines.first().copied().filter(|(deadline, ..)| *deadline <= now) {
            match (owner, timer) {
                (Owner::Call(call), _) => self.step(now, call, |call, step| call.expire(step, timer)),
                (Owner::Channel(channel), _) => self.service_unanswered(now, channel),
                (Owner::Interface, Timer::T309) => self.t309_expired(now),
                (Owner::Interface, Timer::T316) => self.t316_expired(now),
                (Owner::Interface, _) => self.maintain(now),
            }
        }
    }

    /// The next deadline.
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.deadlines.first().map(|(deadline, ..)| *deadline)
    }

    /// The next thing to do or to tell.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// Every D-channel with whether its data link is up, and the one that is used.
    pub fn d_channels(&self) -> (impl Iterator<Item = (DChannelId, bool)> + '_, DChannelId) {
        ((0..).map(DChannelId).zip(self.links.iter().map(|link| link.up)), self.active)
    }

    /// A channel as status shows it.
    pub fn channel(&self, id: ChannelId) -> Option<ChannelView> {
        let (spec, channel) = (self.config.channels.get(id.0 as usize)?, self.channels.get(id.0 as usize)?);
        Some(channel.view(*spec, self.is_up()))
    }

    /// Every channel as status shows it.
    pub fn channels(&self) -> impl Iterator<Item = (ChannelId, ChannelView)> + '_ {
        (0..).map(ChannelId).map_while(|id| Some((id, self.channel(id)?)))
    }

    /// Every call as status shows it.
    pub fn calls(&self) -> impl Iterator<Item = (CallId, CallView)> + '_ {
        self.calls.iter().map(|(id, entry)| (*id, self.view(entry)))
    }

    /// A call as status shows it; `None` for one that is over.
    pub fn call(&self, id: CallId) -> Option<CallView> {
        self.calls.get(&id).map(|entry| self.view(entry))
    }

    fn view(&self, entry: &Entry) -> CallView {
        CallView {
            reference: entry.reference.value,
            outgoing: entry.reference.ours,
            channel: entry.channel,
            state: entry.call.number(self.config.side),
        }
    }

    /// What has been counted since the interface was made.
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// What must hold between any two events; the error says what does not.
    pub fn invariant(&self) -> Result<(), &'static str> {
        let named = |(id, entry): (&CallId, &Entry)| self.references.get(&entry.reference) == Some(id);
        let held = |(id, entry): (&CallId, &Entry)| {
            entry.channel.is_none_or(|channel| self.channels[channel.0 as usize].call == Some(*id))
        };
        let lives = |channel: &Channel| channel.call.is_none_or(|call| self.calls.contains_key(&call));
        let timed = |(id, entry): (&CallId, &Entry)| {
            entry.deadline == entry.call.next_deadline()
                && entry.deadline.is_none_or(|(at, timer)| self.deadlines.contains(&(at, timer, Owner::Call(*id))))
        };
        match () {
            () if self.calls.len() != self.references.len() => Err("a call reference without a call"),
            () if !self.calls.iter().all(named) => Err("a call without its call reference"),
            () if !self.calls.iter().all(held) => Err("a call's channel is another's"),
            () if !self.channels.iter().all(lives) => Err("a channel of a call that is over"),
            () if !self.calls.iter().all(timed) => Err("a deadline that is not in the index"),
            () if self.calls.values().any(|entry| entry.call.is_null()) => Err("a call that is over is kept"),
            () => Ok(()),
        }
    }
}
