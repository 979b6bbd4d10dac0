//! A flow of ours over UDP that is kept alive by STUN: RFC 5626 4.4.2.
//!
//! ```text
//!   Resting ──24 to 29 s──▶ Asking ──the address as before──▶ Resting
//!                             │ ▲ └──another address──▶ the flow has moved
//!                             └─┘ repeated, 7 requests in all ──silence, an error──▶ the flow has failed
//! ```
//!
//! Promises: one request at a time; it is repeated after RTO, 2, 4 … 32 times RTO, and given up 16 times RTO after the last (RFC 5389 by
//! way of RFC 5626 4.4.2). An answer counts when it comes by the flow itself, to the request that is out.

use super::super::transaction::Layer;
use super::super::transport::Flow;
use super::{Heard, request};
use std::net::SocketAddr;
use std::time::{Duration, Instant};
use stun_types::message::TransactionId;

/// The machine.
#[derive(Debug)]
pub(crate) struct Keeper {
    flow: Flow,
    /// What the server is prepared to wait without a sign of life, in seconds.
    flow_timer_s: Option<u32>,
    /// By which address the other end sees us; `None` before the first answer.
    mapped: Option<SocketAddr>,
    state: State,
}

#[derive(Debug)]
enum State {
    Resting { ask_at: Instant },
    Asking { transaction: TransactionId, asked: u32, next_at: Instant },
}

/// How a flow is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    /// Nothing says that it is gone.
    Holds,
    /// Nobody answers at its other end, or not as it should.
    Failed,
    /// The other end sees us by another address: what it sends to the old one is lost.
    Moved,
}

impl Keeper {
    /// Of a flow over which an answer has just come.
    pub(crate) fn new(now: Instant, layer: &mut Layer, flow: Flow, flow_timer_s: Option<u32>) -> Keeper {
        let ask_at = now + pause(flow_timer_s, layer.random());
        Keeper { flow, flow_timer_s, mapped: None, state: State::Resting { ask_at } }
    }

    /// The same after another answer over it.
    pub(crate) fn renewed(self, now: Instant, layer: &mut Layer, flow: Flow, flow_timer_s: Option<u32>) -> Keeper {
        let mapped = self.mapped.filter(|_| self.flow.is_like(&flow));
        Keeper { mapped, ..Keeper::new(now, layer, flow, flow_timer_s) }
    }

    /// By which address the other end sees us; `None`: it has not told yet.
    pub(crate) fn mapped(&self) -> Option<SocketAddr> {
        self.mapped
    }

    /// The flow leads there.
    pub(crate) fn is_on(&self, flow: &Flow) -> bool {
        self.flow.is_like(flow)
    }

    /// That request is out, by this flow.
    pub(crate) fn awaits(&self, flow: &Flow, heard: &Heard) -> bool {
        let (State::Asking { transaction, .. }, Heard::Mapped(told, _) | Heard::Failed(told)) = (&self.state, heard)
        else {
            return false;
        };
        transaction == told && self.is_on(flow)
    }

    /// What was awaited has come.
    pub(crate) fn handle_answer(&mut self, now: Instant, layer: &mut Layer, heard: &Heard) -> Life {
        let Heard::Mapped(_, mapped) = heard else { return Life::Failed };
        if self.mapped.is_some_and(|before| before != *mapped) {
            return Life::Moved;
        }
        self.mapped = Some(*mapped);
        self.state = State::Resting { ask_at: now + pause(self.flow_timer_s, layer.random()) };
        Life::Holds
    }

    pub(crate) fn handle_timeout(&mut self, now: Instant, layer: &mut Layer) -> Life {
        match self.state {
            State::Resting { ask_at } if ask_at <= now => {
                let drawn = u128::from(layer.random()) << 64 | u128::from(layer.random());
                self.ask(now, layer, drawn.into(), 1);
            }
            State::Asking { asked: REQUESTS, next_at, .. } if next_at <= now => return Life::Failed,
            State::Asking { transaction, asked, next_at } if next_at <= now => {
                self.ask(now, layer, transaction, asked + 1)
            }
            State::Resting { .. } | State::Asking { .. } => {}
        }
        Life::Holds
    }

    pub(crate) fn poll_timeout(&self) -> Instant {
        match self.state {
            State::Resting { ask_at: at } | State::Asking { next_at: at, .. } => at,
        }
    }

    fn ask(&mut self, now: Instant, layer: &mut Layer, transaction: TransactionId, asked: u32) {
        layer.send(now, &self.flow, request(transaction));
        let wait = if asked == REQUESTS { RTO * LAST_WAIT } else { RTO * (1 << (asked - 1)) };
        self.state = State::Asking { transaction, asked, next_at: now + wait };
    }
}

/// 24 to 29 s (RFC 5626 4.4.2), for many address translators forget a flow after 30; a fifth less than the server wants at most (4.4).
fn pause(flow_timer_s: Option<u32>, drawn: u64) -> Duration {
    let (least_ms, most_ms) = match flow_timer_s {
        Some(timer_s) if timer_s < 29 => (u64::from(timer_s) * 800, u64::from(timer_s) * 1000),
        _ => (24_000, 29_000),
    };
    Duration::from_millis(least_ms + drawn % (most_ms - least_ms + 1))
}

/// What a round trip may take at first.
pub(crate) const RTO: Duration = Duration::from_millis(500);
/// Requests of one transaction.
pub(crate) const REQUESTS: u32 = 7;
/// How many RTOs the last of them is waited for.
const LAST_WAIT: u32 = 16;
