//! From the configuration to what each layer is made with.

use config::model::{Circuit, Codec, Hunting, LinkMode, Model, Signalling, Transport};
use isup::codec::Cic;
use isup::exchange::{CircuitId, CircuitSpec, ExchangeConfig, Origin};
use isup::mtp2::{self, LineMode, LinkConfig};
use isup::mtp3::{self, LinkId, LinksetConfig, RouteConfig};
use isup::point_code::{Format, NetworkIndicator, PointCode};
use isup::variant::Variant;
use media::Timeslot;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;

use crate::circuit::{Seat, SeatId};
use crate::sip::{self, EndpointConfig, Limits, Listener};

/// What the layers below the calls are made with.
pub struct Plan {
    pub links: Vec<LinkConfig>,
    pub router: mtp3::Config,
    pub exchange: ExchangeConfig,
    pub hunting: Vec<Hunting>,
    pub seats: Vec<Seat>,
}

impl Plan {
    /// A link's id is its place in the configuration; circuits are numbered trunk by trunk.
    pub fn of(model: &Model) -> Plan {
        let seats = seats(model);
        Plan {
            links: model.ss7.links.iter().map(|link| link_config(link, model.ss7.mtp2_timers)).collect(),
            router: router(model),
            exchange: exchange(model, &seats),
            hunting: model.trunks.iter().map(|trunk| trunk.hunting).collect(),
            seats,
        }
    }
}

fn link_config(link: &config::model::Link, timers: mtp2::Timers) -> LinkConfig {
    let line = match link.mode {
        LinkMode::Mtp2 => LineMode::Repeating,
        LinkMode::Hdlc => LineMode::Frames,
    };
    LinkConfig { timers, line, correction: link.correction }
}

fn router(model: &Model) -> mtp3::Config {
    let linksets = model.ss7.linksets.iter().map(|linkset| LinksetConfig {
        adjacent: point_code(linkset.adjacent),
        links: linkset.links.iter().map(|link| (LinkId(link.get() as u16), model.link(*link).slc)).collect(),
    });
    let routes = model.ss7.routes.iter();
    mtp3::Config {
        format: Format::ITU,
        own: point_code(model.ss7.own),
        network: NetworkIndicator(model.ss7.network.value()),
        timers: model.ss7.mtp3_timers,
        linksets: linksets.collect(),
        routes: routes
            .map(|route| RouteConfig {
                destination: point_code(route.destination),
                linkset: route.via.get(),
                priority: route.priority,
            })
            .collect(),
    }
}

fn exchange(model: &Model, seats: &[Seat]) -> ExchangeConfig {
    let circuits = seats.iter().filter_map(|seat| circuit_spec(model, seat));
    ExchangeConfig {
        own: point_code(model.ss7.own),
        variant: Variant::ITU,
        timers: model.isup_timers,
        origin: Origin::default(),
        circuits: circuits.collect(),
    }
}

/// What an ISUP circuit is called by both exchanges.
pub fn circuit_spec(model: &Model, seat: &Seat) -> Option<CircuitSpec> {
    match model.trunk(seat.trunk).signalling {
        Signalling::Isup(destination) => {
            Some(CircuitSpec { destination: point_code(destination), cic: Cic(seat.number) })
        }
        Signalling::Pri(_) => None,
    }
}

fn seats(model: &Model) -> Vec<Seat> {
    let mut circuits = (0..).map(CircuitId);
    let mut seats = Vec::new();
    for trunk in model.trunk_indices() {
        for circuit in &model.trunk(trunk).circuits {
            let id = match &model.trunk(trunk).signalling {
                Signalling::Isup(_) => circuits.next().map(SeatId::Circuit),
                Signalling::Pri(_) => None,
            };
            seats.extend(id.map(|id| Seat { trunk, id, number: circuit.number, at: timeslot(circuit) }));
        }
    }
    seats
}

/// All spans are one media group, so a span's place in the group is its place in the configuration.
fn timeslot(circuit: &Circuit) -> Timeslot {
    Timeslot { span: circuit.span.get() as u8, timeslot: circuit.timeslot }
}

pub fn point_code(code: config::model::PointCode) -> PointCode {
    PointCode(u32::from(code.get()))
}

/// The endpoint's own generator is seeded from ours.
pub fn endpoint(model: &Model, random: &mut ChaCha20Rng) -> EndpointConfig {
    let mut seed = [0; 32];
    random.fill_bytes(&mut seed);
    let local = model.sip.listeners.iter().map(|listener| Listener {
        transport: match listener.transport {
            Transport::Udp => sip::Transport::Udp,
        },
        address: listener.address,
        advertised: listener.advertised,
    });
    EndpointConfig {
        local: local.collect(),
        timers: sip::Timers::default(),
        user_agent: model.sip.user_agent.clone(),
        retry_after_s: RETRY_AFTER_S,
        limits: Limits::default(),
        seed,
    }
}

/// The law of the trunk first: its octets then pass unchanged where the peer has that codec.
pub fn codecs(model: &Model, law: config::model::Law) -> Vec<sip::Codec> {
    let mut codecs: Vec<Codec> = model.rtp.codecs.clone();
    codecs.sort_by_key(|codec| codec.law() != law);
    codecs
        .into_iter()
        .map(|codec| match codec {
            Codec::Pcma => sip::Codec::Pcma,
            Codec::Pcmu => sip::Codec::Pcmu,
        })
        .collect()
}

pub fn law(law: config::model::Law) -> media::Law {
    match law {
        config::model::Law::A => media::Law::A,
        config::model::Law::Mu => media::Law::Mu,
    }
}

/// When a caller that met a draining or full gateway may come again.
const RETRY_AFTER_S: u32 = 10;
