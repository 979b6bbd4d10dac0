//! Simulated spans with their far exchanges, as the configuration's `[sim]` asks for them, driven by real time.

use crate::io::gateway::Surroundings;
use config::model::{
    FarExchange, FarSignalling, Law, Line, LinkMode, LinksetIndex, Model, Pacing, Setup, Side, Signalling, Sim,
};
use dahdi_sys::SignallingMode;
use hw_sim::far_end::{CircuitSpec, Exchange, ExchangeSpec, Handle, LinkSpec, Network, PriExchange, PriExchangeSpec};
use hw_sim::{Clock, Machine, SimKernel, SpanSpec};
use isup::point_code::Format;
use std::io;
use std::sync::Arc;

/// A running machine with its exchanges; it stops when dropped.
pub struct Embedded {
    kernel: SimKernel,
    exchanges: Exchanges,
    spans: usize,
    bearers: u64,
    _clock: Clock,
}

/// The far exchanges by the trunk group that leads to each.
#[derive(Clone, Debug)]
pub struct Exchanges(Vec<(String, Handle)>);

impl Embedded {
    /// Builds what the model's `sim` section describes and lets time run.
    pub fn start(model: &Model, sim: &Sim) -> io::Result<Self> {
        let (machine, exchanges) = build(model, sim);
        let kernel = SimKernel::new(machine);
        let clock = Clock::start(&kernel)?;
        let (spans, bearers) = (model.spans.len(), model.circuit_count() as u64);
        Ok(Self { kernel, exchanges, spans, bearers, _clock: clock })
    }

    /// What a gateway sees of it.
    pub fn surroundings(&self) -> Surroundings {
        let lateness = self.kernel.clone();
        Surroundings {
            kernel: Arc::new(self.kernel.clone()),
            laboratory: Some(Arc::new(self.exchanges.clone())),
            patience_ms: Box::new(move || lateness.lateness().waited_ms),
            outlive_us: false,
        }
    }

    /// The exchanges at the other ends.
    pub fn exchanges(&self) -> &Exchanges {
        &self.exchanges
    }

    /// Octets that the driver has lost, or made up, because nobody served a bearer in time: of one bearer, rounded
    /// up, as all are served together.
    pub fn octets_lost_a_bearer(&self) -> u64 {
        let lost = |span: usize| {
            let counters = self.kernel.control(span).count();
            counters.overrun_octets + counters.underrun_octets
        };
        let all: u64 = (0..self.spans).map(lost).sum();
        all.div_ceil(self.bearers.max(1))
    }
}

/// What the model's `sim` section describes, standing still.
pub fn build(model: &Model, sim: &Sim) -> (Machine, Exchanges) {
    let spans = (0..model.spans.len()).map(|index| span(model, sim, index)).collect();
    let mut machine = Machine::new(spans);
    let mut exchanges = Vec::new();
    for cable in &sim.cables {
        machine.connect(cable[0].get(), cable[1].get());
    }
    for far in &sim.far_exchanges {
        let handle = match far.signalling {
            FarSignalling::Isup { linkset } => {
                let (exchange, handle) = Exchange::new(exchange(model, far, linkset));
                for (span, port) in far.spans.iter().zip(exchange.ports()) {
                    machine.attach(span.get(), Box::new(port));
                }
                handle
            }
            FarSignalling::Pri { d_channel } => {
                let (exchange, handle) = PriExchange::new(pri_exchange(model, far, d_channel));
                // Checked: it has one span.
                machine.attach(far.spans[0].get(), Box::new(exchange));
                handle
            }
        };
        exchanges.push((model.trunk(far.trunk).name.clone(), handle));
    }
    (machine, Exchanges(exchanges))
}

impl Exchanges {
    /// The exchange behind a trunk group, and its number among all.
    pub fn behind(&self, trunk: &str) -> Option<(u64, &Handle)> {
        (0..).zip(&self.0).find(|(_, (name, _))| name == trunk).map(|(index, (_, handle))| (index, handle))
    }

    /// The exchange of that number.
    pub fn get(&self, index: u64) -> Option<&Handle> {
        self.0.get(usize::try_from(index).ok()?).map(|(_, handle)| handle)
    }

    /// How many there are.
    pub fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// The trunk groups that have one.
    pub fn trunks(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }
}

fn span(model: &Model, sim: &Sim, index: usize) -> SpanSpec {
    let span = &model.spans[index];
    let links = model.links().iter().map(|link| (link.span, link.timeslot, signalling_mode(link.mode)));
    let d_channels = model.trunks.iter().flat_map(|trunk| match &trunk.signalling {
        Signalling::Pri(pri) => pri.d_channels().collect(),
        Signalling::Isup(_) => Vec::new(),
    });
    let d_channels = d_channels.map(|(span, timeslot)| (span, timeslot, SignallingMode::HdlcFcs));
    let here = links.chain(d_channels).filter(|(span, ..)| span.get() == index);
    let signalling: Vec<_> = here.map(|(_, timeslot, mode)| (timeslot, mode)).collect();
    let line = match span.line {
        Line::E1 => hw_sim::Line::E1,
        Line::T1 => hw_sim::Line::T1,
    };
    let spec = match span.setup {
        Setup::Done => SpanSpec::clear(&span.name, line, law(span.law), span.first_channel, &signalling),
        Setup::Ours { .. } => SpanSpec::unconfigured(&span.name, line, span.first_channel),
    };
    let spec = spec.numbered(span.number);
    match sim.pacing {
        Pacing::Strict => spec,
        Pacing::Patient { wait } => spec.patient(u32::try_from(wait.as_millis()).unwrap_or(u32::MAX)),
    }
}

fn exchange(model: &Model, far: &FarExchange, linkset: LinksetIndex) -> ExchangeSpec {
    let ss7 = model.ss7.as_ref().expect("checked: an exchange with a linkset speaks SS7 with us");
    let linkset = model.linkset(linkset);
    let place =
        |span| far.spans.iter().position(|own| *own == span).expect("checked: all links and circuits are on them");
    let links = linkset.links.iter().map(|index| model.link(*index));
    let circuits = far.circuits.iter();
    ExchangeSpec {
        network: network(model.variant.format),
        own_point_code: linkset.adjacent.0,
        adjacent: ss7.own.0,
        // Checked: its trunk leads to it.
        called_upon: model.relations[&linkset.adjacent].own.0,
        network_indicator: ss7.network.value(),
        links: links.map(|link| LinkSpec { span: place(link.span), timeslot: link.timeslot, slc: link.slc }).collect(),
        circuits: circuits
            .map(|circuit| CircuitSpec { cic: circuit.number, span: place(circuit.span), timeslot: circuit.timeslot })
            .collect(),
        law: law(model.span(far.spans[0]).law),
        emergency: linkset.links.len() == 1,
    }
}

/// The other side of the gateway's interface.
fn pri_exchange(model: &Model, far: &FarExchange, d_channel: u8) -> PriExchangeSpec {
    let gateway = match &model.trunk(far.trunk).signalling {
        Signalling::Pri(pri) => pri.side,
        // A D-channel's trunk is one of PRI.
        Signalling::Isup(_) => Side::User,
    };
    PriExchangeSpec {
        is_network: gateway == Side::User,
        d_channel,
        law: law(model.span(far.spans[0]).law),
        bearer_timeslots: far.circuits.iter().map(|circuit| circuit.timeslot).collect(),
    }
}

/// The far end's name for a format of ours.
fn network(format: Format) -> Network {
    match format.name {
        "ansi" => Network::Ansi,
        "ansi-5" => Network::AnsiOlder,
        "china" => Network::China,
        "japan" => Network::Japan,
        _ => Network::Itu,
    }
}

fn signalling_mode(mode: LinkMode) -> SignallingMode {
    match mode {
        LinkMode::Mtp2 => SignallingMode::Mtp2,
        LinkMode::Hdlc => SignallingMode::HdlcFcs,
        LinkMode::Raw => SignallingMode::Clear,
    }
}

fn law(law: Law) -> dahdi_sys::Law {
    match law {
        Law::A => dahdi_sys::Law::A_LAW,
        Law::Mu => dahdi_sys::Law::MU_LAW,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use config::model::Driver;

    fn embedded() -> (Model, Sim) {
        let model = Model::embedded();
        let Driver::Sim(sim) = model.driver.clone() else { panic!("the embedded default is simulated") };
        (model, sim)
    }

    #[test]
    fn the_embedded_exchange_mirrors_the_gateways_configuration() {
        let (model, sim) = embedded();
        let far = &sim.far_exchanges[0];
        let FarSignalling::Isup { linkset } = far.signalling else { panic!("its only span has a link") };
        let spec = exchange(&model, far, linkset);
        assert_eq!(Some(spec.adjacent), model.ss7.as_ref().map(|ss7| ss7.own.0));
        assert_ne!(spec.own_point_code, spec.adjacent);
        assert_eq!((spec.links, spec.emergency), (vec![LinkSpec { span: 0, timeslot: 16, slc: 0 }], true));
        assert_eq!(spec.circuits.len(), 30);
        assert!(
            spec.circuits.iter().all(|circuit| circuit.timeslot != 16 && circuit.cic == u16::from(circuit.timeslot))
        );
    }

    #[test]
    fn the_embedded_private_exchange_is_the_other_side_of_the_gateways_interface() {
        let (model, sim) = embedded();
        let far = &sim.far_exchanges[1];
        let FarSignalling::Pri { d_channel } = far.signalling else { panic!("it speaks Q.931") };
        let spec = pri_exchange(&model, far, d_channel);
        assert_eq!((spec.is_network, spec.d_channel, spec.bearer_timeslots.len()), (false, 16, 30));
    }

    #[test]
    fn every_trunk_of_the_embedded_default_has_an_exchange_behind_it() {
        let (model, sim) = embedded();
        let embedded = Embedded::start(&model, &sim).unwrap();
        assert!(embedded.exchanges().behind("trunk").is_some());
        assert!(embedded.exchanges().behind("nowhere").is_none());
        assert_eq!(embedded.exchanges().trunks().collect::<Vec<_>>(), ["trunk", "pri"]);
    }
}
