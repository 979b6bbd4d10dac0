//! Audio between timeslots and RTP, as functions over fixed memory.
//!
//! A span group is two halves joined by rings. The [`Bearer`] is the TDM half: on each block of 40 frames (5 ms) it
//! exchanges what arrived on a span against what is due out. The [`Worker`] is the RTP half: it turns blocks into
//! packets and packets into blocks, one [`Session`] for each timeslot in use. [`Link`] is what control holds of both.
//!
//! Promised: after [`group`] neither half allocates, locks, logs or panics; time is the 8 kHz frame number of the span
//! and nothing else; octets pass unchanged between equal laws, and every octet that differs stands in
//! [`Statistics`] under the reason for which it differs; a full ring is a counted loss, never a wait.
//!
//! Left out for now: echo control (G.168), comfort noise (RFC 3389), arrival times finer than a block.
#![forbid(unsafe_code)]

pub mod dtmf;
pub mod g711;
pub mod rtp;
pub mod tone;

mod bearer;
mod block;
mod check;
mod command;
mod conceal;
mod config;
mod counters;
mod delay;
mod detect;
mod jitter;
mod patch;
mod receive;
mod ring;
mod session;
mod statistics;
mod transmit;
mod worker;

pub use bearer::Bearer;
pub use block::{BLOCK_OCTETS, FRAMES_PER_MS, SpanBlock, TIMESLOTS, Timeslot};
pub use check::Equipment;
pub use command::{BearerCommand, BearerEvent, Command, Content, Event, Link, Port, Socket};
pub use config::{Change, GroupSpec, MAX_PLAYOUT_MS, SessionConfig, SessionError, Source, SpanMedia};
pub use counters::{Counter, Counters};
pub use delay::Delay;
pub use g711::Law;
pub use session::{Leg, MAX_DATAGRAMS, Session};
pub use statistics::Statistics;
pub use worker::Worker;

/// Builds the two halves of a span group and control's end of them; the only place where they allocate.
pub fn group<S: Socket>(spec: &GroupSpec) -> (Bearer, Worker<S>, Link<S>) {
    let (bearer_commands, commands_of_bearer) = rtrb::RingBuffer::new(command::COMMANDS);
    let (events_of_bearer, bearer_events) = rtrb::RingBuffer::new(command::EVENTS);
    let (commands, commands_of_worker) = rtrb::RingBuffer::new(command::COMMANDS);
    let (events_of_worker, events) = rtrb::RingBuffer::new(command::EVENTS);
    let counters = std::sync::Arc::new(Counters::default());
    let (tdm_ends, rtp_ends) = spec.spans.iter().map(|_| ring::pair()).unzip();
    let bearer = Bearer::new(spec, tdm_ends, commands_of_bearer, events_of_bearer, counters.clone());
    let worker = Worker::new(spec, rtp_ends, commands_of_worker, events_of_worker, counters.clone());
    (bearer, worker, Link { commands, bearer: bearer_commands, events, bearer_events, counters })
}
