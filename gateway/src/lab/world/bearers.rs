//! The media path of a world: both halves between simulated timeslots and a network of memory, or none of it.
//!
//! Without bearers every leg opens at once and closes at once, so that a million calls can be signalled in the time in
//! which a thousand can be heard.

use std::time::Instant;

use config::Model;
use dahdi_sys::Event;
use hw_sim::SimKernel;
use media::{Equipment, Link, Timeslot, Worker};

use super::net::{MemorySocket, Net};
use crate::call::CallId;
use crate::control::input::{MediaEvent, MediaPath};
use crate::control::{Input, MediaRequest};
use crate::io::gateway::media_spec;
use crate::io::media::Legs;
use crate::rt::{self, Exchange, Notice, Secure, Tdm, TdmLink};

/// What carries the octets of calls.
pub(super) enum Bearers {
    /// The two halves of the real path.
    Carried(Box<Path>),
    /// Nothing: calls are signalled only.
    Absent,
}

/// TDM half, RTP half, and the legs between them and control.
pub(super) struct Path {
    tdm: Tdm,
    worker: Worker<Secure<MemorySocket>>,
    link: Link<Secure<MemorySocket>>,
    control: TdmLink,
    legs: Legs<MemorySocket>,
    period_ms: u64,
}

impl Bearers {
    pub(super) fn carried(model: &Model, kernel: &SimKernel, net: &Net) -> Bearers {
        let spec = media_spec(model);
        let (tdm, worker, link, control) = rt::open(kernel, &spec).expect("the simulated bearers are free");
        let sockets = net.clone();
        let legs = Legs::new(model.rtp.address, model.rtp.ports, Box::new(move |at| Ok(sockets.socket(at))));
        Bearers::Carried(Box::new(Path {
            tdm,
            worker,
            link,
            control,
            legs,
            period_ms: spec.buffering.period_ms().into(),
        }))
    }

    /// A millisecond, which may be one in which the media clock ticks; `take` gets what the path reports.
    pub(super) fn tick(&mut self, now: Instant, elapsed_ms: u64, take: impl FnMut(Input)) {
        let Bearers::Carried(path) = self else { return };
        if !elapsed_ms.is_multiple_of(path.period_ms) {
            return;
        }
        path.tdm.tick(1);
        path.worker.step();
        path.legs.poll(now, &mut path.link, take);
        path.control.tidy();
    }

    /// The spans, as places in the group, whose bearers have said that they are being taken away.
    pub(super) fn removed(&mut self) -> Vec<usize> {
        let Bearers::Carried(path) = self else { return Vec::new() };
        let notices = std::iter::from_fn(|| path.control.notices.pop().ok());
        let removed = notices.filter_map(|notice| match notice {
            Notice::Event { at, event: Event::Removed } => Some(at.span.into()),
            _ => None,
        });
        removed.collect()
    }

    /// Gives a span other bearers.
    pub(super) fn exchange(&mut self, exchange: Exchange) -> bool {
        match self {
            Bearers::Carried(path) => path.control.exchange(exchange),
            Bearers::Absent => true,
        }
    }

    /// Carries out a request; the answer is what can be said at once.
    pub(super) fn perform(&mut self, now: Instant, call: CallId, request: MediaRequest) -> Option<Input> {
        match (self, request) {
            (Bearers::Carried(path), request) => path.legs.perform(now, &mut path.link, call, request),
            (Bearers::Absent, MediaRequest::Open { .. }) => {
                Some(Input::MediaOpened { call, result: Ok(MediaPath::Rtp(SILENT_PORT.into())) })
            }
            (Bearers::Absent, MediaRequest::Patch { .. }) => {
                Some(Input::MediaOpened { call, result: Ok(MediaPath::Patch) })
            }
            (Bearers::Absent, MediaRequest::Move { .. }) => {
                Some(Input::MediaOpened { call, result: Ok(MediaPath::Moved) })
            }
            (Bearers::Absent, MediaRequest::Secure(_) | MediaRequest::Change(_) | MediaRequest::Play { .. }) => None,
            (Bearers::Absent, MediaRequest::Close) => {
                let event = MediaEvent::Closed(Some(Box::default()));
                Some(Input::Media { call, event })
            }
        }
    }

    /// Connects the equipment of a continuity check. Without bearers every check passes.
    pub(super) fn check(&mut self, at: Timeslot, equipment: Option<Equipment>) -> Option<Input> {
        match self {
            Bearers::Carried(path) => {
                path.legs.check(&mut path.link, at, equipment);
                None
            }
            Bearers::Absent => {
                matches!(equipment, Some(Equipment::Transceiver { .. })).then_some(Input::ToneHeard { at })
            }
        }
    }

    pub(super) fn open_legs(&self) -> usize {
        match self {
            Bearers::Carried(path) => path.legs.open_legs(),
            Bearers::Absent => 0,
        }
    }
}

/// Where a leg without bearers says that it listens: the discard port, to which nobody sends here.
const SILENT_PORT: ([u8; 4], u16) = ([127, 0, 0, 1], 9);
