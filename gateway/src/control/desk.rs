//! The operator's desk: maintenance orders under way, each until every circuit or link of it has said what it came to.
//!
//! Promises: an order is answered once: as soon as its outcome is known, and at the latest when the timer that guards the
//! far end's answer expires or [`ORDER_WAIT_MAX`] is over. The signalling itself goes on after that as the standard has it, and
//! the answer says how. At most [`ORDERS_MAX`] orders wait.
//! Leaves out: the procedures, which are the exchange's, the interfaces' and the router's.

mod circuits;
mod links;
mod words;

use std::collections::BTreeMap;
use std::time::Instant;

use isup::mtp3::Event;

use super::input::RequestId;
use super::output::Reply;
use super::{Control, Output};
use crate::circuit::SeatId;
use crate::ops::maintenance::ORDER_WAIT_MAX;
use circuits::CircuitsWork;
pub(super) use circuits::Heard;
use links::LinkWork;

/// Orders that wait at a time.
pub const ORDERS_MAX: usize = 64;

/// Orders under way.
#[derive(Debug, Default)]
pub(super) struct Desk {
    orders: BTreeMap<RequestId, Order>,
}

#[derive(Debug)]
struct Order {
    until: Instant,
    work: Work,
}

/// What an order is about.
#[derive(Debug)]
pub(super) enum Work {
    Circuits(CircuitsWork),
    Link(LinkWork),
}

impl Desk {
    pub fn poll_timeout(&self) -> Option<Instant> {
        self.orders.values().map(|order| order.until).min()
    }

    /// A circuit or channel has told something that an operator may wait for.
    pub fn heard(&mut self, seat: SeatId, heard: &Heard) {
        for order in self.orders.values_mut() {
            if let Work::Circuits(work) = &mut order.work {
                work.heard(seat, heard);
            }
        }
    }

    /// The router has told something.
    pub fn link_heard(&mut self, event: Event) {
        for order in self.orders.values_mut() {
            if let Work::Link(work) = &mut order.work {
                work.heard(event);
            }
        }
    }

    fn waits_for_links(&self) -> bool {
        self.orders.values().any(|order| matches!(order.work, Work::Link(_)))
    }

    fn take(&mut self, id: RequestId, until: Instant, work: Work) {
        self.orders.insert(id, Order { until, work });
    }

    /// Takes out an order whose outcome is known or whose time is over.
    fn take_ended(&mut self, now: Instant) -> Option<(RequestId, Order)> {
        let is_ended = |order: &Order| {
            order.until <= now
                || match &order.work {
                    Work::Circuits(work) => work.is_known(),
                    Work::Link(work) => work.is_known(),
                }
        };
        let (id, _) = self.orders.iter().find(|(_, order)| is_ended(order))?;
        let id = *id;
        Some((id, self.orders.remove(&id)?))
    }
}

impl Control {
    /// Carries an order out, or says at once why not.
    pub(super) fn order(&mut self, now: Instant, id: RequestId, carry_out: impl FnOnce(&mut Control) -> Begun) {
        if self.desk.orders.len() >= ORDERS_MAX {
            return self.reply(id, Reply::Refused(format!("{ORDERS_MAX} orders wait for the far end already")));
        }
        match carry_out(self) {
            Ok((until, work)) => self.desk.take(id, until.min(now + ORDER_WAIT_MAX), work),
            Err(reply) => self.reply(id, reply),
        }
    }

    /// Answers the orders whose outcome is known. Called when all layers are quiet.
    pub(super) fn settle_orders(&mut self, now: Instant) {
        self.look_at_links();
        while let Some((id, order)) = self.desk.take_ended(now) {
            let reply = match order.work {
                Work::Circuits(work) => Reply::Circuits(Box::new(self.circuits_report(work))),
                Work::Link(work) => Reply::Link(Box::new(self.link_report(work))),
            };
            self.reply(id, reply);
        }
    }

    pub(super) fn reply(&mut self, id: RequestId, reply: Reply) {
        self.outputs.push_back(Output::Reply { id, reply: Box::new(reply) });
    }
}

/// An order that has begun, with the time until which it waits; or why it has not.
pub(super) type Begun = Result<(Instant, Work), Reply>;
