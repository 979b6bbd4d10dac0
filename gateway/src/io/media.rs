//! The media paths of calls, between the control plane's requests and the real-time threads' commands.
//!
//! A patch is a command to the TDM half, which is obeyed before the next block. An RTP leg is opened by binding a pair of ports, RTP even and RTCP the odd one above (RFC 3550 clause 11), and by
//! moving sockets and session to the worker in one command; it ends when the worker gives them back. Every request to
//! open or to close is answered, once. Ports are taken in rotation, so that a late packet of an old call seldom finds
//! a new one. A command that the worker's full ring refuses waits here, at most [`COMMANDS_WAITING_MAX`]; commands
//! that close never are refused, as there is one for each leg.
//! Legs whose keys are agreed on by a handshake have it here: it is no work for the real-time threads.

mod handshakes;

use crate::call::CallId;
use crate::control::input::{MediaError, MediaEvent, MediaPath};
use crate::control::{Input, MediaRequest, Security};
use crate::ops::status;
use crate::rt::{Keyring, Protection, Rejections, Secure};
use config::model::PortRange;
use media::{
    BearerCommand, BearerEvent, Command, Content, Counters, Equipment, Event, Leg, Link, Session, SessionConfig,
    Socket, Statistics, Timeslot,
};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Instant;

/// Binds an RTP socket at an even port and its RTCP socket at the next.
pub type Bind<S> = Box<dyn FnMut(SocketAddr) -> io::Result<S> + Send>;

/// All legs of one span group.
pub struct Legs<S> {
    ports: Ports<S>,
    seats: BTreeMap<CallId, Seat>,
    calls: BTreeMap<Seat, CallId>,
    /// Greater than that of any leg so far.
    generation: u32,
    keyrings: BTreeMap<CallId, Keyring>,
    /// Calls whose new keys wait.
    unkeyed: BTreeSet<CallId>,
    handshakes: handshakes::Desk,
    rejections: Arc<Rejections>,
    patches: BTreeMap<CallId, (Timeslot, Timeslot)>,
    waiting: VecDeque<Command<Secure<S>>>,
    waiting_bearer: VecDeque<BearerCommand>,
    refused: u64,
}

/// Where a leg sits, and which of all that sat there it is.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
struct Seat {
    at: Timeslot,
    generation: u32,
}

impl<S: Socket> Legs<S> {
    /// No legs yet; their sockets are bound on `ip` within `ports`.
    pub fn new(ip: IpAddr, ports: PortRange, bind: Bind<S>) -> Self {
        Self {
            ports: Ports { ip, range: ports, next: ports.first, bind },
            seats: BTreeMap::new(),
            calls: BTreeMap::new(),
            generation: 0,
            keyrings: BTreeMap::new(),
            unkeyed: BTreeSet::new(),
            handshakes: handshakes::Desk::default(),
            rejections: Arc::default(),
            patches: BTreeMap::new(),
            waiting: VecDeque::new(),
            waiting_bearer: VecDeque::new(),
            refused: 0,
        }
    }

    /// Carries out a request; the answer is what can be said at once.
    pub fn perform(
        &mut self,
        now: Instant,
        link: &mut Link<Secure<S>>,
        call: CallId,
        request: MediaRequest,
    ) -> Option<Input> {
        match request {
            MediaRequest::Open { at, session, security } => {
                let protection = self.protection(now, call, *security).unwrap_or_default();
                let result = self.open(link, call, at, (*session, protection)).map(MediaPath::Rtp);
                Some(Input::MediaOpened { call, result })
            }
            MediaRequest::Patch { a, b, content } => {
                Some(Input::MediaOpened { call, result: self.patch(link, call, (a, b), content) })
            }
            MediaRequest::Move { to } => Some(Input::MediaOpened { call, result: self.relocate(link, call, to) }),
            MediaRequest::Secure(security) => {
                if self.keyrings.contains_key(&call)
                    && let Some(protection) = self.protection(now, call, *security)
                {
                    self.turn(call, protection);
                }
                None
            }
            MediaRequest::Play { at, tone } => {
                self.bearer_command(link, BearerCommand::Play { at, tone });
                None
            }
            MediaRequest::Change(change) => {
                if let Some(&Seat { at, generation }) = self.seats.get(&call) {
                    self.command(link, Command::Update { at, generation, change });
                }
                None
            }
            MediaRequest::Close => match self.seats.get(&call) {
                Some(&Seat { at, generation }) => {
                    self.command(link, Command::Leave { at, generation });
                    None
                }
                None => {
                    self.unpatch(link, call);
                    Some(closed(call, None))
                }
            },
        }
    }

    /// What the sockets of a leg are to do; `None`: what they do, until the handshake that is under way has keys.
    fn protection(&mut self, now: Instant, call: CallId, security: Security) -> Option<Protection> {
        let (identity, far) = match security {
            Security::Clear => {
                self.handshakes.end(call);
                return Some(Protection::Clear);
            }
            Security::Keys(keys) => return Some(Protection::Keys(keys)),
            Security::Handshake { identity, far } => (identity, far),
        };
        let is_new = self.handshakes.begin(now, call, identity, far);
        is_new.then_some(Protection::Handshake { rtp: None, rtcp: None })
    }

    fn turn(&mut self, call: CallId, protection: Protection) {
        if let Some(keyring) = self.keyrings.get_mut(&call) {
            keyring.turn(protection);
            self.unkeyed.insert(call);
            self.turn_keys();
        }
    }

    /// When [`Legs::poll`] has something to do though nobody wakes us.
    pub fn poll_timeout(&self, now: Instant) -> Option<Instant> {
        self.handshakes.poll_timeout(now)
    }

    /// Puts the equipment of a continuity check before a timeslot, or takes it away. What finds no room is lost, and counted.
    pub fn check(&mut self, link: &mut Link<Secure<S>>, at: Timeslot, equipment: Option<Equipment>) {
        self.bearer_command(link, BearerCommand::Check { at, equipment });
    }

    /// One that may be lost.
    fn bearer_command(&mut self, link: &mut Link<Secure<S>>, command: BearerCommand) {
        let refused = if self.waiting_bearer.is_empty() { link.bearer(command).err() } else { Some(command) };
        match refused {
            Some(_) if self.waiting_bearer.len() >= COMMANDS_WAITING_MAX => self.refused += 1,
            refused => self.waiting_bearer.extend(refused),
        }
    }

    /// Takes what the worker has reported, and hands it commands that waited.
    pub fn poll(&mut self, now: Instant, link: &mut Link<Secure<S>>, mut take: impl FnMut(Input)) {
        while let Some(event) = link.event() {
            if let Some(input) = self.hear(event) {
                take(input);
            }
        }
        while let Some(BearerEvent::ToneHeard { at }) = link.bearer_event() {
            take(Input::ToneHeard { at });
        }
        self.unkeyed.extend(self.handshakes.serve(now, &mut self.keyrings, &mut take));
        self.turn_keys();
        while let Some(command) = self.waiting.pop_front() {
            if let Err(command) = link.command(command) {
                self.waiting.push_front(command);
                break;
            }
        }
        while let Some(command) = self.waiting_bearer.pop_front() {
            if let Err(command) = link.bearer(command) {
                self.waiting_bearer.push_front(command);
                break;
            }
        }
    }

    /// Hands keys that waited to their legs.
    fn turn_keys(&mut self) {
        let keyrings = &mut self.keyrings;
        self.unkeyed.retain(|call| keyrings.get_mut(call).is_some_and(|keyring| !keyring.retry()));
    }

    /// Packets that legs did not accept.
    pub fn rejections(&self) -> &Rejections {
        &self.rejections
    }

    /// Legs that have not been given back, and patches that stand.
    pub fn open_legs(&self) -> usize {
        self.seats.len() + self.patches.len()
    }

    /// Changes lost because the worker took no commands for too long.
    pub fn refused(&self) -> u64 {
        self.refused
    }

    fn open(
        &mut self,
        link: &mut Link<Secure<S>>,
        call: CallId,
        at: Timeslot,
        (config, protection): (SessionConfig, Protection),
    ) -> Result<SocketAddr, MediaError> {
        // What was negotiated and configured is checked before it comes here: a refusal is our own mistake, told as
        // such.
        let session = Session::new(config).map_err(|error| MediaError::System(error.to_string()))?;
        let (socket, address) = self.ports.bind()?;
        let (socket, keyring) = Secure::new(socket, protection, self.rejections.clone());
        self.keyrings.insert(call, keyring);
        self.generation += 1;
        let seat = Seat { at, generation: self.generation };
        self.seats.insert(call, seat);
        self.calls.insert(seat, call);
        self.command(link, Command::Join { at, generation: seat.generation, leg: Box::new(Leg { socket, session }) });
        Ok(address)
    }

    /// A patch that finds no room is refused, so that those that end always find some.
    fn patch(
        &mut self,
        link: &mut Link<Secure<S>>,
        call: CallId,
        (a, b): (Timeslot, Timeslot),
        content: Content,
    ) -> Result<MediaPath, MediaError> {
        let command = BearerCommand::Patch { a, b, content };
        if !self.waiting_bearer.is_empty() || link.bearer(command).is_err() {
            return Err(MediaError::Stalled);
        }
        self.patches.insert(call, (a, b));
        Ok(MediaPath::Patch)
    }

    /// Socket and session go along inside the worker.
    fn relocate(&mut self, link: &mut Link<Secure<S>>, call: CallId, to: Timeslot) -> Result<MediaPath, MediaError> {
        let Seat { at: from, generation } = self.seats.remove(&call).ok_or(MediaError::NoLeg)?;
        self.calls.remove(&Seat { at: from, generation });
        self.generation += 1;
        let seat = Seat { at: to, generation: self.generation };
        self.seats.insert(call, seat);
        self.calls.insert(seat, call);
        self.command(link, Command::Move { from, generation, to, there: seat.generation });
        Ok(MediaPath::Moved)
    }

    fn unpatch(&mut self, link: &mut Link<Secure<S>>, call: CallId) {
        let Some((a, b)) = self.patches.remove(&call) else { return };
        let command = BearerCommand::Unpatch { a, b };
        let refused = if self.waiting_bearer.is_empty() { link.bearer(command).err() } else { Some(command) };
        self.waiting_bearer.extend(refused);
    }

    fn command(&mut self, link: &mut Link<Secure<S>>, command: Command<Secure<S>>) {
        // Those that wait already go first.
        let refused = match self.waiting.is_empty() {
            true => link.command(command).err(),
            false => Some(command),
        };
        match refused {
            Some(Command::Update { .. }) if self.waiting.len() >= COMMANDS_WAITING_MAX => self.refused += 1,
            Some(command) => self.waiting.push_back(command),
            None => {}
        }
    }

    fn hear(&mut self, event: Event<Secure<S>>) -> Option<Input> {
        match event {
            Event::Left { at, generation, leg } | Event::Refused { at, generation, leg } => {
                let call = self.calls.remove(&Seat { at, generation })?;
                self.seats.remove(&call);
                self.keyrings.remove(&call);
                self.handshakes.end(call);
                Some(closed(call, Some(Box::new(leg.session.statistics()))))
            }
            Event::Pressed { at, generation, press } => {
                let call = *self.calls.get(&Seat { at, generation })?;
                Some(Input::Media { call, event: MediaEvent::Pressed(press) })
            }
            Event::Inactive { at, generation } => {
                let call = *self.calls.get(&Seat { at, generation })?;
                Some(Input::Media { call, event: MediaEvent::Inactive })
            }
        }
    }
}

/// What both halves of a group and the legs have counted, as the status tells it.
pub fn report(counters: &Counters, rejections: &Rejections) -> status::Media {
    status::Media {
        packets_sent: counters.packets_sent.get(),
        packets_received: counters.packets_received.get(),
        srtp_unauthentic: rejections.unauthentic.get(),
        srtp_replayed: rejections.replayed.get(),
        srtp_refused: rejections.refused.get(),
        concealed_octets: counters.concealed_octets.get(),
        slips: counters.slips.get(),
        underruns: counters.ring_underruns.get(),
        overruns: counters.ring_overruns.get(),
        gap_frames: counters.gap_frames.get(),
        patience_ms: 0,
    }
}

fn closed(call: CallId, statistics: Option<Box<Statistics>>) -> Input {
    Input::Media { call, event: MediaEvent::Closed(statistics) }
}

/// The pairs of ports, taken in rotation.
struct Ports<S> {
    ip: IpAddr,
    range: PortRange,
    next: u16,
    bind: Bind<S>,
}

impl<S> Ports<S> {
    /// The next pair that nobody else has.
    fn bind(&mut self) -> Result<(S, SocketAddr), MediaError> {
        for _ in 0..self.range.pairs() {
            let address = SocketAddr::new(self.ip, self.next);
            self.next = if self.next >= self.range.last - 1 { self.range.first } else { self.next + 2 };
            match (self.bind)(address) {
                Ok(socket) => return Ok((socket, address)),
                Err(error) if error.kind() == io::ErrorKind::AddrInUse => {}
                Err(error) => return Err(MediaError::System(error.to_string())),
            }
        }
        Err(MediaError::NoPort)
    }
}

/// Commands that wait while a ring is full; it holds 256 itself.
pub const COMMANDS_WAITING_MAX: usize = 1024;

#[cfg(test)]
mod tests;
