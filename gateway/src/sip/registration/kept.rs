//! A flow that the registrar has agreed to is kept alive, and begun anew when it fails: RFC 5626 4.2.1, 4.4 and 4.5.

use super::super::header::Name;
use super::super::message::Message;
use super::super::parse::lex::{number, trim};
use super::super::stun::Heard;
use super::super::stun::keeper::{Keeper, Life};
use super::super::transaction::Layer;
use super::super::transport::{ConnectionId, Flow};
use super::{Registration, State};
use std::net::SocketAddr;
use std::time::Instant;

/// What is kept alive.
#[derive(Debug)]
pub(super) enum Kept {
    Nothing,
    /// The transaction layer pings over it.
    Connection(ConnectionId),
    Datagrams(Keeper),
}

impl Registration {
    /// The registrar has answered over `from`.
    pub(super) fn keep_flow(&mut self, now: Instant, layer: &mut Layer, response: &Message, from: &Flow) {
        let agreed = self.config.flow.is_some() && response.lists(Name::Require, "outbound");
        let timer_s = response.value(Name::FlowTimer).and_then(|value| number(trim(value)));
        let timer_s = timer_s.filter(|timer_s| *timer_s >= FLOW_TIMER_S_MIN);
        self.kept = match (std::mem::replace(&mut self.kept, Kept::Nothing), from.connection) {
            _ if !agreed => Kept::Nothing,
            (_, Some(connection)) => {
                layer.keep_alive(now, connection, timer_s);
                Kept::Connection(connection)
            }
            (Kept::Datagrams(keeper), None) => Kept::Datagrams(keeper.renewed(now, layer, from.clone(), timer_s)),
            (_, None) => Kept::Datagrams(Keeper::new(now, layer, from.clone(), timer_s)),
        };
    }

    /// The connection of a flow has ended: the flow is registered anew, after a pause.
    pub(crate) fn handle_closed(&mut self, now: Instant, layer: &mut Layer, connection: ConnectionId) {
        if matches!(self.kept, Kept::Connection(kept) if kept == connection) {
            self.lose_flow(now, layer);
        }
    }

    /// Datagrams do not reach an address.
    pub(crate) fn handle_unreachable(&mut self, now: Instant, layer: &mut Layer, to: &Flow) {
        if matches!(&self.kept, Kept::Datagrams(keeper) if keeper.is_on(to)) {
            self.lose_flow(now, layer);
        }
    }

    /// Its flow waits for that answer.
    pub(crate) fn awaits(&self, from: &Flow, heard: &Heard) -> bool {
        matches!(&self.kept, Kept::Datagrams(keeper) if keeper.awaits(from, heard))
    }

    /// The answer has come.
    pub(crate) fn handle_mapped(&mut self, now: Instant, layer: &mut Layer, heard: &Heard) {
        if let Kept::Datagrams(keeper) = &mut self.kept {
            let life = keeper.handle_answer(now, layer, heard);
            self.judge_flow(now, layer, life);
        }
    }

    pub(super) fn keep_on(&mut self, now: Instant, layer: &mut Layer) {
        if let Kept::Datagrams(keeper) = &mut self.kept {
            let life = keeper.handle_timeout(now, layer);
            self.judge_flow(now, layer, life);
        }
    }

    pub(super) fn keep_at(&self) -> Option<Instant> {
        match &self.kept {
            Kept::Datagrams(keeper) => Some(keeper.poll_timeout()),
            Kept::Nothing | Kept::Connection(_) => None,
        }
    }

    /// By which address the other end of our flow sees us.
    pub(super) fn seen_as(&self) -> Option<SocketAddr> {
        match &self.kept {
            Kept::Datagrams(keeper) => keeper.mapped(),
            Kept::Nothing | Kept::Connection(_) => None,
        }
    }

    fn judge_flow(&mut self, now: Instant, layer: &mut Layer, life: Life) {
        match life {
            Life::Holds => {}
            Life::Failed => self.lose_flow(now, layer),
            // The way is there, and only leads from another address: nobody is spared by a pause.
            Life::Moved => {
                layer.counters.flows_lost += 1;
                self.kept = Kept::Nothing;
                if let State::Registered { .. } = self.state {
                    self.state = State::Locating;
                }
            }
        }
    }

    fn lose_flow(&mut self, now: Instant, layer: &mut Layer) {
        layer.counters.flows_lost += 1;
        self.kept = Kept::Nothing;
        if let State::Registered { .. } = self.state {
            self.fail(now, layer, None, None);
        }
    }
}

/// No registrar wants to be asked more often.
const FLOW_TIMER_S_MIN: u32 = 10;
