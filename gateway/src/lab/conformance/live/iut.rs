//! The exchange that is tested: ours, while a carrier's tester sits at the other end. What the case asks of its operator is done
//! here.

use std::time::Instant;

use isup::acceptance::{Asked, GroupAsked};
use isup::codec::Cic;
use isup::exchange::{
    CircuitId, CircuitRange, CircuitSpec, CircuitState, Exchange, ExchangeConfig, GroupRequest, Indication,
    MtpIndication, Origin, Output,
};
use isup::timer::Timers;
use isup::variant::Variant;

use super::performer::{CIRCUITS, Parties};
use super::station::Heard;

/// Our exchange.
pub(super) struct Iut {
    pub parties: Parties,
    exchange: Exchange,
}

/// What it says.
pub(super) enum Said {
    /// To its user.
    Told(String),
    /// To the tester: circuit identification code and message.
    Message(Vec<u8>),
}

impl Iut {
    /// A new exchange for one case; it resets its circuits first.
    pub fn new(now: Instant, parties: Parties, timers: Timers, origin: Origin) -> Iut {
        let circuits =
            (1..=CIRCUITS).map(|circuit| CircuitSpec { destination: parties.other, cic: Cic(parties.cic(circuit)) });
        let mut exchange = Exchange::new(ExchangeConfig {
            own: parties.own,
            variant: Variant::ITU,
            timers,
            origin,
            circuits: circuits.collect(),
        });
        exchange.handle_mtp(now, MtpIndication::Resume(parties.other));
        Iut { parties, exchange }
    }

    /// Whether every circuit is idle.
    pub fn is_home(&self) -> bool {
        let mut circuits = (0..u32::from(CIRCUITS)).map(|id| self.exchange.circuit(CircuitId(id)));
        circuits.all(|view| view.is_some_and(|view| view.reachable && view.state == CircuitState::Idle))
    }

    pub fn hear(&mut self, now: Instant, heard: Heard) {
        match heard {
            Heard::Message(transfer) => self.exchange.handle_transfer(now, transfer),
            Heard::Mtp(indication) => self.exchange.handle_mtp(now, indication),
        }
    }

    /// What a case asks of the user or the operator.
    pub fn ask(&mut self, now: Instant, asked: &Asked) {
        match asked {
            Asked::Circuit(circuit, request) => {
                let id = CircuitId(u32::from(circuit.saturating_sub(1)));
                self.exchange.handle_request(now, id, (**request).clone());
            }
            Asked::Group(asked) => {
                let destination = self.parties.other;
                let [first, last] = [1, CIRCUITS].map(|circuit| Cic(self.parties.cic(circuit)));
                let range = CircuitRange { destination, first, last };
                let request = match asked {
                    GroupAsked::Reset => GroupRequest::Reset(destination),
                    GroupAsked::Block(why) => GroupRequest::Block(range, *why),
                    GroupAsked::Unblock(why) => GroupRequest::Unblock(range, *why),
                };
                self.exchange.handle_group_request(now, request);
            }
            Asked::Load(level) => self.exchange.handle_load(Some(*level)),
            // Such a case is not performed here.
            Asked::Mtp(_) => {}
        }
    }

    /// What it has said since, its timers included.
    pub fn speak(&mut self, now: Instant) -> Vec<Said> {
        if self.exchange.poll_timeout().is_some_and(|due| due <= now) {
            self.exchange.handle_timeout(now);
        }
        std::iter::from_fn(|| self.exchange.poll_output()).filter_map(said).collect()
    }
}

fn said(output: Output) -> Option<Said> {
    match output {
        Output::Transfer(transfer) => Some(Said::Message(transfer.payload)),
        Output::Circuit(circuit, indication) => Some(Said::Told(format!("{}: {}", circuit.0 + 1, name(&indication)))),
        Output::Alarm(alarm) => Some(Said::Told(format!("maintenance: {alarm:?}"))),
        Output::Journal(_) => None,
    }
}

fn name(indication: &Indication) -> String {
    let text = format!("{indication:?}");
    text.split(['(', ' ']).next().unwrap_or_default().to_owned()
}
