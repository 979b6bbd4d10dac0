//! What control tells the two halves, and what they tell control: fixed-size moves through bounded rings.
//!
//! A timeslot is a slot, and each [`Leg`] that joins it brings a generation greater than the last. A command whose
//! generation is not the one seated is stale: it is counted, and a leg that it brought goes back. Whatever was boxed by
//! control is dropped by control: a leg returns inside an [`Event`].

use std::net::SocketAddr;
use std::sync::Arc;

use rtrb::{Consumer, Producer};

use crate::dtmf::Press;
use crate::tone::Tone;
use crate::{Change, Counters, Equipment, Leg, Timeslot};

/// Commands that may wait for each half.
pub const COMMANDS: usize = 256;

/// Events that may wait for control.
pub const EVENTS: usize = 512;

/// What the RTP half is told.
#[derive(Debug)]
pub enum Command<S> {
    /// Seats a leg at a timeslot; a leg of an older generation that sits there leaves.
    Join {
        /// Where it sits.
        at: Timeslot,
        /// Greater than that of any leg that sat there before.
        generation: u32,
        /// Socket and session, with all the memory they will ever use.
        leg: Box<Leg<S>>,
    },
    /// Changes a seated leg, as a re-INVITE or the progress of a call asks.
    Update {
        /// Where the leg sits.
        at: Timeslot,
        /// Which leg is meant.
        generation: u32,
        /// What changes.
        change: Change,
    },
    /// Moves a seated leg to another timeslot of the same law, and nobody out there notices. One that is not admitted
    /// there comes back as [`Event::Refused`].
    Move {
        /// Where the leg sits.
        from: Timeslot,
        /// Which leg is meant.
        generation: u32,
        /// Where it is to sit.
        to: Timeslot,
        /// Which leg it is there: greater than that of any leg that sat there before.
        there: u32,
    },
    /// Ends a leg: RTCP BYE is sent, and the leg comes back as [`Event::Left`].
    Leave {
        /// Where the leg sits.
        at: Timeslot,
        /// Which leg is meant.
        generation: u32,
    },
}

/// What the TDM half is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerCommand {
    /// Joins two timeslots: what arrives on one goes out on the other. A patch that either had before ends.
    Patch {
        /// One side.
        a: Timeslot,
        /// The other side.
        b: Timeslot,
        /// Whether the law may be converted.
        content: Content,
    },
    /// Parts two timeslots that are patched to each other; no effect on any other patch.
    Unpatch {
        /// One side.
        a: Timeslot,
        /// The other side.
        b: Timeslot,
    },
    /// Lets a tone be heard at one side of a patch in place of what comes from the other, or no longer.
    Play {
        /// The side that hears it.
        at: Timeslot,
        /// The tone; `None`: what comes from the other side.
        tone: Option<Tone>,
    },
    /// Puts the equipment of a continuity check before a timeslot, or takes it away.
    Check {
        /// Which timeslot.
        at: Timeslot,
        /// What is connected; `None`: nothing any more.
        equipment: Option<Equipment>,
    },
}

/// What the TDM half reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BearerEvent {
    /// The tone of a [`Equipment::Transceiver`] has come back, and has gone since.
    ToneHeard {
        /// Where it stands.
        at: Timeslot,
    },
}

/// What a patch carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Content {
    /// Speech: converted where the laws of the two spans differ.
    Speech,
    /// Unrestricted digital information: octets are never touched.
    Digital,
}

/// What the RTP half reports.
#[derive(Debug)]
pub enum Event<S> {
    /// A leg left its timeslot; its statistics are final.
    Left {
        /// Where it sat.
        at: Timeslot,
        /// Which leg it is.
        generation: u32,
        /// The leg, to be dropped by control.
        leg: Box<Leg<S>>,
    },
    /// A leg was not seated: its generation is not newer than the last, or the group has no such timeslot.
    Refused {
        /// Where it was to sit.
        at: Timeslot,
        /// Which leg it is.
        generation: u32,
        /// The leg, to be dropped by control.
        leg: Box<Leg<S>>,
    },
    /// A digit was heard on the timeslot of a leg that tells control of them ([`crate::dtmf::Relay::Told`]), and is over.
    Pressed {
        /// Where the leg sits.
        at: Timeslot,
        /// Which leg it is.
        generation: u32,
        /// Which digit, and how long it was.
        press: Press,
    },
    /// Nothing was received for [`crate::rtp::INACTIVE_S`] seconds on a leg that receives; told once in a silence.
    Inactive {
        /// Where the leg sits.
        at: Timeslot,
        /// Which leg it is.
        generation: u32,
    },
}

/// Control's end of a span group.
#[derive(Debug)]
pub struct Link<S> {
    pub(crate) commands: Producer<Command<S>>,
    pub(crate) bearer: Producer<BearerCommand>,
    pub(crate) events: Consumer<Event<S>>,
    pub(crate) bearer_events: Consumer<BearerEvent>,
    pub(crate) counters: Arc<Counters>,
}

impl<S> Link<S> {
    /// Tells the RTP half; the command comes back if `COMMANDS` (256) already wait.
    pub fn command(&mut self, command: Command<S>) -> Result<(), Command<S>> {
        self.commands.push(command).map_err(|rtrb::PushError::Full(command)| command)
    }

    /// Tells the TDM half; the command comes back if `COMMANDS` (256) already wait.
    pub fn bearer(&mut self, command: BearerCommand) -> Result<(), BearerCommand> {
        self.bearer.push(command).map_err(|rtrb::PushError::Full(command)| command)
    }

    /// The next event of the RTP half.
    pub fn event(&mut self) -> Option<Event<S>> {
        self.events.pop().ok()
    }

    /// The next event of the TDM half.
    pub fn bearer_event(&mut self) -> Option<BearerEvent> {
        self.bearer_events.pop().ok()
    }

    /// The counters of the group, shared with both halves.
    pub fn counters(&self) -> Arc<Counters> {
        self.counters.clone()
    }
}

/// The two ports of an RTP session (RFC 3550 section 11).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Port {
    /// The even port: audio.
    Rtp,
    /// The odd port: reports.
    Rtcp,
}

/// A pair of datagram sockets that never wait, never allocate and never panic.
pub trait Socket {
    /// Takes one datagram that has arrived, cut to the length of `buffer`, with its source; `None` when none is left.
    fn receive(&mut self, port: Port, buffer: &mut [u8]) -> Option<(usize, SocketAddr)>;

    /// Sends one datagram; `false` if it was not taken.
    fn send(&mut self, port: Port, to: SocketAddr, packet: &[u8]) -> bool;
}
