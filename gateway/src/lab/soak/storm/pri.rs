//! What befalls PRI trunks: their D-channels, B-channels and far ends.

use hw_sim::far_end::LinkRequest;

use super::super::plan::INTERFACES;
use super::{CALM_MS_MAX, Mend, Storm};
use crate::control::input::OperatorRequest;
use crate::lab::world::Broken;
use crate::ops::maintenance::{CircuitAction, CircuitsOrder, Numbers};
use crate::ops::status::Link;

impl Storm {
    /// On trunks that take digits as they come, half of the numbers do.
    pub(super) fn dialled_over(&mut self, trunk: usize) -> &'static str {
        if INTERFACES[trunk].overlap && self.draw(2) == 0 { "1-0-0" } else { "100" }
    }

    /// Something happens to an interface.
    pub(super) fn trouble_interface(&mut self, trunk: usize) {
        let channel = [1, 2, 3, 15, 17, 23][self.draw(6) as usize];
        let exchange = self.exchanges[trunk].clone();
        match self.draw(16) {
            0 => {
                let _taken = exchange.fail_link();
                // Some losses outlast T309.
                let within_ms = if self.draw(32) == 0 { LONG_LOSS_MS_MAX } else { 8_000 };
                self.later(within_ms, Mend::Links(trunk));
            }
            1 => {
                self.world.kernel().control(trunk).cut();
                self.later(5_000, Mend::Cable(trunk));
            }
            2 => _ = exchange.restart(),
            3 => _ = exchange.group_reset(),
            4 => _ = exchange.reset(channel),
            5 => self.operate(trunk, channel, CircuitAction::Reset),
            6 => self.reset_all(trunk),
            7 => _ = exchange.link(0, LinkRequest::BreakDown),
            8 => {
                let _taken = exchange.block(channel);
                self.later(10_000, Mend::FarBlocking(trunk, channel));
            }
            9..11 => {
                self.operate(trunk, channel, CircuitAction::Block);
                self.later(10_000, Mend::OwnBlocking(trunk, channel));
            }
            _ => {
                let octets = 1 + self.draw(40) as u32;
                self.world.kernel().control(trunk).corrupt(INTERFACES[trunk].d_channel(), octets);
            }
        }
    }

    /// Our RESTART of every channel.
    fn reset_all(&mut self, trunk: usize) {
        let (trunk, numbers) = (format!("trunk-{trunk}"), Numbers::default());
        let order = CircuitsOrder { trunk, numbers, action: CircuitAction::Reset };
        self.world.operate(OperatorRequest::Circuits(order));
    }

    /// Every D-channel is up, and neither end holds a call reference.
    pub(super) fn calm_interfaces(&mut self) -> Result<(), Broken> {
        self.wait(CALM_MS_MAX, "all D-channels are up", |world| {
            world.status().d_channels.iter().all(|channel| channel.state == Link::IN_SERVICE)
        })?;
        self.wait(CALM_MS_MAX, "no call reference is held", |world| world.call_references() == 0)?;
        let exchanges = self.exchanges.clone();
        self.wait(CALM_MS_MAX, "the far ends hold no call", |_| {
            let counts = exchanges.iter().map(|exchange| exchange.status().circuits);
            counts.map(|of| of.busy + of.releasing + of.resetting).sum::<usize>() == 0
        })
    }
}

pub(super) const MS_PER_TROUBLE: u64 = 6_000;
/// Longer than T309 of either end.
const LONG_LOSS_MS_MAX: u64 = 200_000;
/// Those of every exchange, and one that is not whole.
pub(super) const NUMBERS: [&str; 10] = ["600", "601", "602", "603", "604", "605", "606", "607", "699", "60"];
