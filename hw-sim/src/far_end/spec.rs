//! What a far exchange is told about itself and its neighbour.

use dahdi_sys::Law;

use super::network::Network;

/// An exchange, its links and its circuits. Its spans are counted from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExchangeSpec {
    /// Whose network it is: the widths of labels, and ISUP's messages.
    pub network: Network,
    /// Its point code.
    pub own_point_code: u32,
    /// The gateway's.
    pub adjacent: u32,
    /// The gateway's as the circuits at its end have it: mostly the same.
    pub called_upon: u32,
    /// Network indicator, 0 to 3; 2 is "national".
    pub network_indicator: u8,
    /// The linkset: 1 to 16 links, no two with the same code or timeslot.
    pub links: Vec<LinkSpec>,
    /// The circuits. A timeslot that carries a link is none even if it stands here.
    pub circuits: Vec<CircuitSpec>,
    /// Law of tones and idle octets: [`Law::A_LAW`], else µ-law.
    pub law: Law,
    /// Asks for emergency proving (SIE), as the only link of a route does.
    pub emergency: bool,
}

/// A signalling link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LinkSpec {
    /// The span that carries it.
    pub span: usize,
    /// Its timeslot, below 32.
    pub timeslot: u8,
    /// Signalling link code, 0 to 15.
    pub slc: u8,
}

/// A circuit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CircuitSpec {
    /// Circuit identification code, 12 bits; 14 bits in ANSI networks.
    pub cic: u16,
    /// The span that carries it.
    pub span: usize,
    /// Its timeslot, below 32.
    pub timeslot: u8,
}

impl ExchangeSpec {
    /// An E1 by ITU habit: signalling in timeslot 16, circuits in 1 to 15 and 17 to 31 with CICs of the same numbers.
    pub fn e1(own_point_code: u32, adjacent: u32) -> Self {
        ExchangeSpec {
            network: Network::Itu,
            own_point_code,
            adjacent,
            called_upon: adjacent,
            network_indicator: 2,
            links: vec![LinkSpec { span: 0, timeslot: 16, slc: 0 }],
            circuits: CircuitSpec::of_span(0, 0, (1..=31).filter(|timeslot| *timeslot != 16)),
            law: Law::A_LAW,
            emergency: true,
        }
    }

    /// Circuits alone, and the higher point code.
    #[cfg(test)]
    pub(super) fn prevailing_on_even(timeslots: impl IntoIterator<Item = u8>) -> Self {
        ExchangeSpec { circuits: CircuitSpec::of_span(0, 0, timeslots), ..ExchangeSpec::e1(2, 1) }
    }

    /// How many spans it has.
    pub(super) fn spans(&self) -> usize {
        let links = self.links.iter().map(|link| link.span);
        links.chain(self.circuits.iter().map(|circuit| circuit.span)).max().map_or(1, |last| last + 1)
    }

    /// Whether a timeslot carries a link.
    pub(super) fn is_signalling(&self, circuit: &CircuitSpec) -> bool {
        self.links.iter().any(|link| (link.span, link.timeslot) == (circuit.span, circuit.timeslot))
    }
}

impl CircuitSpec {
    /// Circuits on timeslots of one span, CIC = `first_cic` + timeslot.
    pub fn of_span(span: usize, first_cic: u16, timeslots: impl IntoIterator<Item = u8>) -> Vec<CircuitSpec> {
        let circuit = |timeslot| CircuitSpec { cic: first_cic.saturating_add(u16::from(timeslot)), span, timeslot };
        timeslots.into_iter().map(circuit).collect()
    }
}
