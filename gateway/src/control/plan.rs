//! From the configuration to what each layer is made with.

use std::time::SystemTime;

use config::model::{
    Account, Circuit, Codec, DigestHash, Hunting, Line, LinkMode, Model, Password, Signalling, Ss7, Switch, Transport,
    Trunk, TrunkIndex,
};
use isup::cause::Location;
use isup::codec::Cic;
use isup::exchange::{CircuitId, CircuitSpec, ExchangeConfig};
use isup::lapd::{self, Side};
use isup::mtp2::{self, LineMode, LinkConfig};
use isup::mtp3::{self, LinkId, LinksetConfig, RouteConfig};
use isup::point_code::{NetworkIndicator, PointCode};
use isup::q931::interface::{ChannelId, ChannelSpec, InterfaceConfig, InterfaceNumber};
use isup::q931::service::Dialect;
use isup::q931::switch::SwitchType;
use media::Timeslot;
use rand_chacha::ChaCha20Rng;
use rand_core::Rng;
use sha2::{Digest, Sha256};

use crate::circuit::{ChannelSeat, Seat, SeatId};
use crate::sip::{self, EndpointConfig, Limits, Listener};

/// What the layers below the calls are made with.
pub struct Plan {
    pub links: Vec<LinkConfig>,
    pub router: mtp3::Config,
    pub exchange: ExchangeConfig,
    pub hunting: Vec<Hunting>,
    pub seats: Vec<Seat>,
    pub interfaces: Vec<Interface>,
}

impl Plan {
    /// A link's id is its place in the configuration; circuits are numbered trunk by trunk.
    pub fn of(model: &Model) -> Plan {
        let seats = seats(model);
        Plan {
            links: model.ss7.iter().flat_map(links).collect(),
            router: router(model),
            exchange: exchange(model, &seats),
            interfaces: interfaces(model),
            hunting: model.trunks.iter().map(|trunk| trunk.hunting).collect(),
            seats,
        }
    }
}

fn links(ss7: &Ss7) -> impl Iterator<Item = LinkConfig> {
    ss7.links.iter().map(|link| link_config(link, ss7.mtp2_timers))
}

fn link_config(link: &config::model::Link, timers: mtp2::Timers) -> LinkConfig {
    let line = match link.mode {
        LinkMode::Mtp2 => LineMode::Repeating,
        LinkMode::Hdlc | LinkMode::Raw => LineMode::Frames,
    };
    LinkConfig { timers, line, correction: link.correction }
}

/// Without SS7 the router is that of a point without links: it has nothing to send, and hears nothing.
fn router(model: &Model) -> mtp3::Config {
    let linksets = model.linksets().iter().map(|linkset| LinksetConfig {
        adjacent: linkset.adjacent,
        links: linkset.links.iter().map(|link| (LinkId(link.get() as u16), model.link(*link).slc)).collect(),
    });
    let routes = model.ss7.iter().flat_map(|ss7| &ss7.routes).map(|route| RouteConfig {
        destination: route.destination,
        linkset: route.via.get(),
        priority: route.priority,
    });
    mtp3::Config {
        format: model.variant.format,
        own: own_point_code(model),
        further: model.ss7.as_ref().map(|ss7| ss7.further.clone()).unwrap_or_default(),
        network: NetworkIndicator(model.ss7.as_ref().map_or(0, |ss7| ss7.network.value())),
        timers: model.ss7.as_ref().map(|ss7| ss7.mtp3_timers).unwrap_or_default(),
        linksets: linksets.collect(),
        routes: routes.collect(),
    }
}

/// Our own signalling point; without SS7 a code that no message ever carries.
pub fn own_point_code(model: &Model) -> PointCode {
    model.ss7.as_ref().map_or(PointCode(0), |ss7| ss7.own)
}

fn exchange(model: &Model, seats: &[Seat]) -> ExchangeConfig {
    let circuits = seats.iter().filter_map(|seat| circuit_spec(model, seat));
    let config = ExchangeConfig::new(own_point_code(model), model.variant, circuits.collect());
    ExchangeConfig { relations: model.relations.clone(), ..config }
}

/// What an ISUP circuit is called by both exchanges.
pub fn circuit_spec(model: &Model, seat: &Seat) -> Option<CircuitSpec> {
    match model.trunk(seat.trunk).signalling {
        Signalling::Isup(isup) => Some(CircuitSpec { destination: isup.destination, cic: Cic(seat.number) }),
        Signalling::Pri(_) => None,
    }
}

fn seats(model: &Model) -> Vec<Seat> {
    let (mut isup, mut interface, mut seats) = (0, 0, Vec::new());
    for trunk in model.trunk_indices() {
        let Trunk { circuits, signalling, overlap, .. } = model.trunk(trunk);
        let services = switch(model, model.trunk(trunk)).map(|switch| switch.profile().services);
        let user_user = services.is_none_or(|services| services == Some(Dialect::Etsi));
        for (index, circuit) in (0..).zip(circuits) {
            let id = match signalling {
                Signalling::Isup(_) => SeatId::Circuit(CircuitId(isup + index)),
                Signalling::Pri(_) => SeatId::Channel(ChannelSeat { interface, channel: ChannelId(index) }),
            };
            let law = law(model.span(circuit.span).law);
            let at = timeslot(circuit);
            seats.push(Seat { trunk, id, number: circuit.number, at, law, overlap: *overlap, user_user });
        }
        match signalling {
            Signalling::Isup(_) => isup += circuits.len() as u32,
            Signalling::Pri(_) => interface += 1,
        }
    }
    seats
}

/// A primary rate interface with the configurations of its data links.
pub struct Interface {
    pub trunk: TrunkIndex,
    pub config: InterfaceConfig,
    pub links: Vec<lapd::LinkConfig>,
}

/// The PRI trunks; an interface's B-channels stand in the order of its trunk's circuits.
fn interfaces(model: &Model) -> Vec<Interface> {
    model.trunk_indices().filter_map(|trunk| interface(model, trunk)).collect()
}

fn interface(model: &Model, trunk: TrunkIndex) -> Option<Interface> {
    let Signalling::Pri(pri) = &model.trunk(trunk).signalling else { return None };
    let number = |span| {
        let own = pri.spans.iter().find(|one| one.span == span);
        InterfaceNumber(own.map_or(0, |one| one.interface))
    };
    let channels = model.trunk(trunk).circuits.iter();
    let side = match pri.side {
        config::model::Side::Network => Side::Network,
        config::model::Side::User => Side::User,
    };
    let config = InterfaceConfig {
        side,
        switch: switch(model, model.trunk(trunk))?,
        location: match side {
            Side::Network => Location::PUBLIC_LOCAL,
            Side::User => Location::USER,
        },
        d_channels: pri.d_channels().map(|(span, _)| number(span)).collect(),
        channels: channels
            .map(|circuit| ChannelSpec { interface: number(circuit.span), timeslot: circuit.timeslot })
            .collect(),
        timers: pri.timers,
        maintenance: pri.restart_every,
    };
    let links = config.d_channels.iter().map(|_| lapd::LinkConfig::primary_rate(side)).collect();
    Some(Interface { trunk, config, links })
}

/// Whose Q.931 a trunk speaks; `None`: it is no PRI trunk.
pub fn switch(model: &Model, trunk: &Trunk) -> Option<SwitchType> {
    let Signalling::Pri(pri) = &trunk.signalling else { return None };
    let line = pri.spans.first().map(|span| model.span(span.span).line);
    Some(match pri.switch {
        Switch::EuroIsdn if line == Some(Line::T1) => SwitchType::EuroIsdnT1,
        Switch::EuroIsdn => SwitchType::EuroIsdnE1,
        Switch::Ni1 => SwitchType::Ni1,
        Switch::Ni2 => SwitchType::Ni2,
        Switch::Dms100 => SwitchType::Dms100,
        Switch::Ess4 => SwitchType::Att4Ess,
        Switch::Ess5 => SwitchType::Lucent5Ess,
        Switch::Qsig => SwitchType::Qsig,
    })
}

/// All spans are one media group, so a span's place in the group is its place in the configuration.
fn timeslot(circuit: &Circuit) -> Timeslot {
    Timeslot { span: circuit.span.get() as u8, timeslot: circuit.timeslot }
}

/// The endpoint's own generator is seeded from ours.
pub fn endpoint(model: &Model, wall: SystemTime, random: &mut ChaCha20Rng) -> EndpointConfig {
    let mut seed = [0; 32];
    random.fill_bytes(&mut seed);
    let local = model.sip.listeners.iter().map(|listener| Listener {
        transport: match listener.transport {
            Transport::Udp => sip::Transport::Udp,
            Transport::Tcp => sip::Transport::Tcp,
            Transport::Tls => sip::Transport::Tls,
            Transport::Ws => sip::Transport::Ws,
            Transport::Wss => sip::Transport::Wss,
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
        access: access(model),
        began_s: wall.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs(),
        seed,
    }
}

/// Registered users, and peers that must prove who they are.
fn access(model: &Model) -> sip::Access {
    let peers = model.sip.peers.iter().filter(|peer| peer.challenge).filter_map(|peer| peer.account.as_ref());
    let users = model.sip.users.iter();
    let secret = |name: &str, password: &Password| (name.into(), sip::Secret::Password(password.reveal().to_owned()));
    sip::Access {
        realm: model.sip.realm.clone(),
        hashes: model.sip.digests.iter().map(|digest| hash(*digest)).collect(),
        registrants: users
            .clone()
            .map(|user| {
                let may = sip::Registrant {
                    bindings_max: user.bindings_max.into(),
                    bulk: user.bulk,
                    notified: user.message_waiting,
                };
                (user.name.as_str().into(), may)
            })
            .collect(),
        secrets: peers
            .map(|account| secret(&account.user, &account.password))
            .chain(users.map(|user| secret(&user.name, &user.password)))
            .collect(),
    }
}

fn hash(digest: DigestHash) -> sip::digest::Hash {
    match digest {
        DigestHash::Md5 => sip::digest::Hash::Md5,
        DigestHash::Sha256 => sip::digest::Hash::Sha256,
        DigestHash::Sha512_256 => sip::digest::Hash::Sha512_256,
    }
}

/// What is registered where.
pub fn registrations(model: &Model) -> impl Iterator<Item = sip::RegistrationConfig> {
    let uri = |text: String| sip::Uri::parse(text.as_bytes()).expect("a next hop and an address print as URIs");
    model.sip.registrations.iter().flat_map(move |registration| {
        let contact = match registration.bulk {
            true => sip::ContactOf::AllNumbers,
            false => sip::ContactOf::User(registration.contact_user.clone()),
        };
        let one = sip::RegistrationConfig {
            registrar: uri(registration.registrar.to_string()),
            address: uri(registration.address()),
            contact,
            flow: None,
            expires_s: registration.expires_s,
            account: registration.account.as_ref().map(account),
        };
        let flows = (1..).zip(&registration.outbound).map(|(number, proxy)| {
            let instance = instance(&model.sip.listeners[0], registration);
            Some(sip::OurFlow { proxy: uri(proxy.to_string()), instance, number })
        });
        let flows: Vec<_> = if registration.outbound.is_empty() { vec![None] } else { flows.collect() };
        flows.into_iter().map(move |flow| sip::RegistrationConfig { flow, ..one.clone() })
    })
}

/// Our name as a device that registers there (RFC 5626 4.1): a UUID that is computed (RFC 9562 calls that version 8) of what does not
/// change while we are the same.
fn instance(listener: &config::model::Listener, registration: &config::model::Registration) -> sip::Octets {
    let text = format!("spangate {} {}", listener.advertised, registration.address());
    let digest = Sha256::digest(text.as_bytes());
    let hex: String = digest.iter().take(16).map(|octet| format!("{octet:02x}")).collect();
    let [first, second, third, fourth, last] = [&hex[..8], &hex[8..12], &hex[13..16], &hex[17..20], &hex[20..]];
    format!("urn:uuid:{first}-{second}-8{third}-8{fourth}-{last}").as_str().into()
}

/// Who we are to a peer or registrar.
pub fn account(account: &Account) -> sip::Account {
    let secret = sip::Secret::Password(account.password.reveal().to_owned());
    sip::Account { user: account.user.clone(), secret, realm: account.realm.clone() }
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
pub const RETRY_AFTER_S: u32 = 10;
