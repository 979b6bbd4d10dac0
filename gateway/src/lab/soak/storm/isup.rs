//! What befalls ISUP trunks: their links, linkset, circuits and spans.

use hw_sim::far_end::{LinkRequest, LinkStatus};

use super::super::plan::{PAIRED, SPANS_OF};
use super::{CALM_MS_MAX, Mend, Storm};
use crate::control::input::OperatorRequest;
use crate::lab::world::{Broken, World};
use crate::ops::maintenance::{CircuitAction, CircuitsOrder, LinkAction, LinkOrder, Numbers};
use crate::ops::status::Link;

impl Storm {
    /// Something happens to a span of a trunk, its link or its circuits.
    pub(super) fn trouble_span(&mut self, trunk: usize) {
        let cic = [1, 2, 3, 15, 17, 31][self.draw(6) as usize];
        let exchange = self.exchanges[trunk].clone();
        match self.draw(16) {
            0 => {
                let _taken = exchange.fail_link();
                self.later(8_000, Mend::Links(trunk));
            }
            1 => {
                let span = self.span_of(trunk);
                self.world.kernel().control(span).cut();
                self.later(5_000, Mend::Cable(span));
            }
            2 => _ = exchange.restart(),
            3 => _ = exchange.group_reset(),
            4..6 => _ = exchange.reset(cic),
            6 => self.operate(trunk, cic, CircuitAction::Reset),
            7 => {
                // By group messages, and a check of those that are idle.
                self.operate_range(trunk, cic, CircuitAction::Block);
                self.operate_range(trunk, cic, CircuitAction::Continuity);
                self.later(10_000, Mend::OwnRange(trunk, cic));
            }
            8..10 => {
                let _taken = exchange.block(cic);
                self.later(10_000, Mend::FarBlocking(trunk, cic));
            }
            10..12 => {
                self.operate(trunk, cic, CircuitAction::Block);
                self.later(10_000, Mend::OwnBlocking(trunk, cic));
            }
            _ => {
                let (span, octets) = (self.span_of(trunk), 1 + self.draw(40) as u32);
                self.world.kernel().control(span).corrupt(SIGNALLING_TIMESLOT, octets);
            }
        }
    }

    /// Something happens to one of two links, under the calls of both.
    pub(super) fn trouble_link(&mut self) {
        self.tally.troubles += 1;
        let code = self.draw(2) as u8;
        let exchange = self.exchanges[PAIRED].clone();
        match self.draw(7) {
            5 => {
                self.operate_link(code, LinkAction::Deactivate);
                self.later(4_000, Mend::OwnLink(code, LinkAction::Activate));
            }
            6 => {
                self.operate_link(code, LinkAction::Inhibit);
                self.later(6_000, Mend::OwnLink(code, LinkAction::Uninhibit));
            }
            0 => {
                let _taken = exchange.link(code, LinkRequest::Fail);
                self.later(4_000, Mend::Link(code));
            }
            1 => {
                let span = SPANS_OF[PAIRED][usize::from(code)];
                self.world.kernel().control(span).cut();
                self.later(2_000, Mend::Cable(span));
            }
            2 => {
                let _taken = exchange.link(code, LinkRequest::Inhibit);
                self.later(6_000, Mend::Inhibition(code));
            }
            3 => _ = exchange.link(code, LinkRequest::BreakDown),
            _ => {
                let span = SPANS_OF[PAIRED][usize::from(code)];
                self.world.kernel().control(span).corrupt(SIGNALLING_TIMESLOT, OCTETS_TO_FAIL);
            }
        }
    }

    /// Our operator does something to a circuit and those that follow it.
    pub(super) fn operate_range(&mut self, trunk: usize, first: u16, action: CircuitAction) {
        let numbers = Numbers::Ranges(vec![first..=first + 7]);
        let order = CircuitsOrder { trunk: format!("trunk-{trunk}"), numbers, action };
        self.world.operate(OperatorRequest::Circuits(order));
    }

    /// Our operator does something to a link of the pair.
    pub(super) fn operate_link(&mut self, code: u8, action: LinkAction) {
        let link = format!("link-{}", SPANS_OF[PAIRED][usize::from(code)]);
        self.world.operate(OperatorRequest::Link(LinkOrder { link, action }));
    }

    /// The links of the pair are tested, no inhibition is left, and all links carry traffic.
    pub(super) fn calm_links(&mut self) -> Result<(), Broken> {
        let paired = self.exchanges[PAIRED].clone();
        let tested = |_: &World| paired.status().links.iter().all(|link| *link == LinkStatus::InService);
        self.wait(CALM_MS_MAX, "both links of the pair are tested", tested)?;
        for code in [0, 1] {
            // An order to end an inhibition is lost when there is no link to give it over.
            let _taken = paired.link(code, LinkRequest::Uninhibit);
            self.operate_link(code, LinkAction::Uninhibit);
        }
        self.wait(CALM_MS_MAX, "all links carry traffic", |world| {
            world.status().links.iter().all(|link| link.state == Link::IN_SERVICE)
        })
    }
}

pub(super) const MS_PER_TROUBLE: u64 = 4_000;
/// Of the pair alone.
pub(super) const MS_PER_LINK_TROUBLE: u64 = 6_000;
/// A second of nothing but errors: the error rate monitor gives the link up.
const OCTETS_TO_FAIL: u32 = 8_000;
const SIGNALLING_TIMESLOT: u8 = 16;
